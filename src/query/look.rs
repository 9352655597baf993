//! Look: how much it is, how much it was last, and where there is no figure.

use std::fmt;

use serde::Serialize;

use super::answer::Answer;
use super::cited::Missing;
use super::name::{Label, When, WhichHeading, WhichPlace};
use super::subject::{Subject, Value};
use super::{Among, Ask};
use crate::catalogue::PlaceHandle;
use crate::error::Result;
use crate::model::Period;

/// A figure, with the period it is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Look {
    heading: Label,
    place: Label,
    period: Period,
    answer: Answer,
}

impl Look {
    /// What is measured.
    pub fn heading(&self) -> &Label {
        &self.heading
    }

    /// Where.
    pub fn place(&self) -> &Label {
        &self.place
    }

    /// The period that the figure is of.
    pub fn period(&self) -> Period {
        self.period
    }

    /// How much.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// In Chinese.
    pub fn to_chinese(&self) -> String {
        format!(
            "{}{}{}：{}",
            self.place.chinese(),
            Label::of_period(self.period).chinese(),
            self.heading.chinese(),
            self.answer.to_chinese()
        )
    }
}

/// `share of visits at primary level, Zhuzhou, 2021: 52.69%, within [52.685, 52.695]`
impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, {}, {}: {}",
            self.heading.english(),
            self.place.english(),
            self.period,
            self.answer
        )
    }
}

/// Which cells of places and periods have a figure, and which have none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coverage {
    known: usize,
    missing: Vec<Missing>,
}

impl Coverage {
    /// How many cells have a figure.
    pub fn known(&self) -> usize {
        self.known
    }

    /// How many cells were asked for.
    pub fn asked(&self) -> usize {
        self.known + self.missing.len()
    }

    /// The cells without a figure, by place, then period.
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// Whether every cell has a figure.
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty()
    }

    /// In Chinese.
    pub fn to_chinese(&self) -> String {
        let mut text = format!("{}项中有{}项有数", self.asked(), self.known);
        for (at, missing) in self.missing.iter().enumerate() {
            text.push_str(if at == 0 { "；缺：" } else { "、" });
            text.push_str(&missing.to_chinese());
        }
        text
    }
}

/// `2 of 3 figures known; missing: doses of 430281 in 2021: not recorded`
impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} figures known", self.known, self.asked())?;
        for (at, missing) in self.missing.iter().enumerate() {
            write!(f, "; {}{missing}", if at == 0 { "missing: " } else { "" })?;
        }
        Ok(())
    }
}

impl Ask<'_> {
    /// The figure of a place in a period. A stock is found under every period that ends on the same day.
    ///
    /// Where there is none, the answer says why in [`missing`](Answer::missing): nobody recorded it, or it is absent
    /// for a reason; its interval is all that the kind of the indicator allows.
    ///
    /// # Errors
    /// What is unknown.
    pub fn figure(
        &self,
        heading: impl Into<WhichHeading>,
        place: impl Into<WhichPlace>,
        period: impl Into<When>,
    ) -> Result<Look> {
        let subject = self.subject(heading)?;
        let place = self.place(place)?;
        let value = subject.at(place, period.into().period()?)?;
        look(&subject, place, value)
    }

    /// The latest figure of a place, by the end of its period; of two that end together the one of the shorter
    /// period. Forecasts count as figures, and are flagged.
    ///
    /// # Errors
    /// What is unknown.
    pub fn latest(
        &self,
        heading: impl Into<WhichHeading>,
        place: impl Into<WhichPlace>,
    ) -> Result<Option<Look>> {
        Ok(self.recent(heading, place, 1)?.pop())
    }

    /// The latest figure of a period that ends no later than a given one.
    ///
    /// # Errors
    /// What is unknown.
    pub fn latest_by(
        &self,
        heading: impl Into<WhichHeading>,
        place: impl Into<WhichPlace>,
        by: impl Into<When>,
    ) -> Result<Option<Look>> {
        let end = by.into().period()?.last_day();
        let mut series = self.series(heading, place)?;
        series.retain(|look| look.period.last_day() <= end);
        Ok(series.pop())
    }

    /// The most recent figures, at most so many, from the earliest.
    ///
    /// # Errors
    /// What is unknown.
    pub fn recent(
        &self,
        heading: impl Into<WhichHeading>,
        place: impl Into<WhichPlace>,
        count_max: usize,
    ) -> Result<Vec<Look>> {
        let mut series = self.series(heading, place)?;
        series.drain(..series.len().saturating_sub(count_max));
        Ok(series)
    }

    /// Every figure of a place, by the end of its period, the longer period first where two end together. A
    /// stock that is stated under several periods of one end date stands once.
    ///
    /// # Errors
    /// What is unknown.
    pub fn series(
        &self,
        heading: impl Into<WhichHeading>,
        place: impl Into<WhichPlace>,
    ) -> Result<Vec<Look>> {
        let subject = self.subject(heading)?;
        let place = self.place(place)?;
        let Some(table) = &subject.table else {
            return Ok(Vec::new());
        };
        let mut periods = Vec::new();
        for cell in table.row(place)? {
            let (period, cell) = cell?;
            if cell.figure().is_some() {
                periods.push(period);
            }
        }
        periods.sort_by_key(|period| (period.last_day(), period.first_day()));
        if subject.is_instant() {
            periods.dedup_by_key(|period| period.last_day());
        }
        let mut series = Vec::with_capacity(periods.len());
        for period in periods {
            series.push(look(&subject, place, subject.at(place, period)?)?);
        }
        Ok(series)
    }

    /// Which of these places have a figure in which of these periods.
    ///
    /// # Errors
    /// What is unknown.
    pub fn coverage<W: Into<When>>(
        &self,
        heading: impl Into<WhichHeading>,
        among: &Among,
        periods: impl IntoIterator<Item = W>,
    ) -> Result<Coverage> {
        let subject = self.subject(heading)?;
        let periods = periods
            .into_iter()
            .map(|when| when.into().period())
            .collect::<Result<Vec<Period>>>()?;
        let mut coverage = Coverage {
            known: 0,
            missing: Vec::new(),
        };
        for period in periods {
            let columns = subject.columns(period);
            for place in self.places_among(among, period)? {
                match subject.at_columns(place, period, &columns)?.missing {
                    None => coverage.known += 1,
                    Some(missing) => coverage.missing.push(missing),
                }
            }
        }
        coverage
            .missing
            .sort_by(|a, b| (&a.key.place, a.key.period).cmp(&(&b.key.place, b.key.period)));
        Ok(coverage)
    }
}

fn look(subject: &Subject<'_>, place: PlaceHandle, value: Value) -> Result<Look> {
    Ok(Look {
        heading: subject.label()?,
        place: Label::of_place(subject.catalogue, place)?,
        period: value.period,
        answer: value.answer(subject.unit),
    })
}
