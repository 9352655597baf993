//! Rank: who stands where, and how sure that is.

mod order;
mod spread;

use std::fmt;

use serde::Serialize;

use super::answer::{Answer, Sign};
use super::cited::{Flag, Missing};
use super::name::{Label, When, WhichHeading};
use super::{Among, Ask};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Measure, Period, Place, Polarity};
use order::Standing;

/// The places of a scope in order, the best first.
///
/// Places with equal figures share a rank, and the next rank is left out: 1, 2, 2, 4. Of a figure that is only a bound or has
/// 余 or 近, the end that it names stands for it: 超6万 comes before 6万, 近5000 after 5000.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ranking {
    heading: Label,
    among: Label,
    period: Period,
    polarity: Polarity,
    rows: Vec<Ranked>,
    without: Vec<Missing>,
    flags: Vec<Flag>,
    /// Whether figures add up over places.
    #[serde(skip)]
    adds: bool,
    #[serde(skip)]
    indicator: crate::model::IndicatorCode,
}

/// One place of a ranking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ranked {
    place: Place,
    name: Label,
    rank: usize,
    best: usize,
    worst: usize,
    answer: Answer,
}

impl Ranked {
    /// The place.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Its name.
    pub fn name(&self) -> &Label {
        &self.name
    }

    /// Its rank by the printed figures, from 1.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// The best rank that it may truly have.
    pub fn best(&self) -> usize {
        self.best
    }

    /// The worst rank that it may truly have.
    pub fn worst(&self) -> usize {
        self.worst
    }

    /// Whether the rank is certain.
    pub fn is_certain(&self) -> bool {
        self.best == self.worst
    }

    /// The figure.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    fn span(&self) -> String {
        match self.is_certain() {
            true => self.rank.to_string(),
            false => format!("{} ({}-{})", self.rank, self.best, self.worst),
        }
    }
}

impl Ranking {
    /// What is compared.
    pub fn heading(&self) -> &Label {
        &self.heading
    }

    /// Whom it is compared among.
    pub fn among(&self) -> &Label {
        &self.among
    }

    /// When.
    pub fn period(&self) -> Period {
        self.period
    }

    /// Which end is the better one.
    pub fn polarity(&self) -> Polarity {
        self.polarity
    }

    /// The places with a figure, by rank, equals by number in the catalogue.
    pub fn rows(&self) -> &[Ranked] {
        &self.rows
    }

    /// The places without one. They have no rank.
    pub fn without(&self) -> &[Missing] {
        &self.without
    }

    /// What to be careful about.
    pub fn flags(&self) -> &[Flag] {
        &self.flags
    }

    /// The row of a place, by its code.
    pub fn of(&self, place: &Place) -> Option<&Ranked> {
        self.rows.iter().find(|row| row.place == *place)
    }

    fn row(&self, place: &Place) -> Result<&Ranked> {
        self.of(place).ok_or_else(|| {
            Error::new(
                ErrorKind::Unknown,
                format!(
                    "{place} has no figure of {} in {} among {}",
                    self.indicator,
                    self.period,
                    self.among.english()
                ),
            )
        })
    }

    /// In Chinese.
    pub fn to_chinese(&self) -> String {
        let mut text = format!(
            "{}，{}，{}（{}）",
            self.heading.chinese(),
            self.among.chinese(),
            Label::of_period(self.period).chinese(),
            self.polarity.chinese()
        );
        for row in &self.rows {
            let figure = row.answer.value_chinese(Sign::AsIs);
            let span = match row.is_certain() {
                true => format!("第{}位", row.rank),
                false => format!("第{}位（{}至{}位）", row.rank, row.best, row.worst),
            };
            text = format!("{text}\n{span} {} {figure}", row.name.chinese());
        }
        for missing in &self.without {
            text = format!("{text}\n缺：{}", missing.to_chinese());
        }
        for flag in &self.flags {
            text = format!("{text}\n注意：{}", flag.to_chinese());
        }
        text
    }
}

/// A line for each place: its rank (with the best and the worst it may be), its name, its figure.
impl fmt::Display for Ranking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = match self.polarity {
            Polarity::Lower => "the lowest first",
            _ => "the highest first",
        };
        write!(
            f,
            "{} among {}, {}, {first}",
            self.heading.english(),
            self.among.english(),
            self.period
        )?;
        for row in &self.rows {
            let figure = row.answer.value_english(Sign::AsIs);
            write!(f, "\n{} {}: {figure}", row.span(), row.name.english())?;
        }
        for missing in &self.without {
            write!(f, "\nmissing: {missing}")?;
        }
        for flag in &self.flags {
            write!(f, "\nnote: {flag}")?;
        }
        Ok(())
    }
}

impl Ask<'_> {
    /// The places of a scope in order of a figure of one period. The polarity of the indicator decides which end is
    /// the best; where it has none, the largest comes first, and that is flagged.
    ///
    /// # Errors
    /// [`Measure`](ErrorKind::Measure) for a rank, which is an order already, and what is unknown.
    pub fn rank(
        &self,
        heading: impl Into<WhichHeading>,
        among: &Among,
        period: impl Into<When>,
    ) -> Result<Ranking> {
        let subject = self.subject(heading)?;
        let period = period.into().period()?;
        if matches!(subject.heading.measure, Measure::Rank { .. }) {
            return Err(Error::new(
                ErrorKind::Measure,
                format!("{} is a rank already: look it up", subject.heading),
            ));
        }
        // A completion of what should fall is still the better the higher it is.
        let polarity = match subject.heading.measure {
            Measure::Completion => Polarity::Higher,
            _ => subject.indicator.polarity(),
        };
        let mut places = self.places_among(among, period)?;
        places.sort_unstable();
        let columns = subject.columns(period);
        let mut known = Vec::with_capacity(places.len());
        let mut without = Vec::new();
        let mut flags = Vec::new();
        if polarity == Polarity::Neutral {
            flags.push(Flag::NoBetterEnd);
        }
        for place in places {
            let mut value = subject.at_columns(place, period, &columns)?;
            match value.missing.take() {
                Some(missing) => without.push(missing),
                None => {
                    flags.extend(value.flags.iter().cloned());
                    known.push((place, value));
                }
            }
        }
        let standings: Vec<Standing> = known
            .iter()
            .map(|(_, value)| Standing::of(value, polarity))
            .collect();
        let mut rows = Vec::with_capacity(known.len());
        for ((place, value), order) in known.into_iter().zip(order::ranks(&standings)) {
            rows.push(Ranked {
                place: subject.catalogue.place_code(place)?,
                name: Label::of_place(subject.catalogue, place)?,
                rank: order.rank,
                best: order.best,
                worst: order.worst,
                answer: value.answer(subject.unit),
            });
        }
        // Stable, so that equals stay in the order of their numbers.
        rows.sort_by_key(|row| row.rank);
        Ok(Ranking {
            heading: subject.label()?,
            among: self.label_among(among)?,
            period,
            polarity,
            rows,
            without,
            flags,
            adds: subject.adds_over_places()
                && matches!(subject.heading.measure, Measure::Level | Measure::Target),
            indicator: subject.indicator.code().clone(),
        })
    }
}
