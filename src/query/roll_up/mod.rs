//! Roll up: from the parts to the whole, where figures allow it.
//!
//! | kind | over places | over members | over time |
//! |---|---|---|---|
//! | count, amount | sum | sum, by declared partitions | flow: sum; stock: the last; distinct units: refused |
//! | share, ratio, mean | from numerators and denominators | the same | the same |
//! | index | refused | refused | refused |
//!
//! What people call the average of percentages is the sum of the numerators over the sum of the denominators. Where a
//! part has no numerator, its share times its denominator is one; without denominators the question is refused,
//! and the refusal names them.

mod parts;
mod terms;

use std::fmt;

use serde::Serialize;

use super::Ask;
use super::answer::{Answer, Sign};
use super::cited::{Cited, Flag, Missing};
use super::name::{Label, When, WhichHeading};
use super::subject::Subject;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Bound, IndicatorCode, Interval, Measure, Period, Unit};
use terms::Terms;

/// A whole worked out from its parts.
///
/// [`covered`](Self::covered) is about the parts that have a figure; [`answer`](Self::answer) is about the whole. They are the same only
/// if every part has a figure and the parts are all there is: declared so, or months of a year. Else all
/// that a sum says of the whole is that it is no less.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RollUp {
    heading: Label,
    over: Label,
    period: Period,
    known: usize,
    parts: usize,
    declared_all: bool,
    covered: Answer,
    answer: Answer,
    #[serde(skip)]
    basis: Basis,
}

/// What a roll-up is worked out from, kept so that several can be put together.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Basis {
    indicator: IndicatorCode,
    unit: Unit,
    bounds: Interval,
    terms: Terms,
    used: Vec<Cited>,
    missing: Vec<Missing>,
    flags: Vec<Flag>,
}

impl RollUp {
    /// How many parts have a figure.
    pub fn known(&self) -> usize {
        self.known
    }

    /// How many parts there are.
    pub fn parts(&self) -> usize {
        self.parts
    }

    /// Whether the parts are declared to be all there is.
    pub fn is_declared_all(&self) -> bool {
        self.declared_all
    }

    /// Whether every part has a figure and the parts are all there is.
    pub fn is_whole(&self) -> bool {
        self.declared_all && self.known == self.parts
    }

    /// What the parts with a figure come to.
    pub fn covered(&self) -> &Answer {
        &self.covered
    }

    /// What the whole comes to, as far as that is known.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// The same, with the parts declared to be all there is: the counties to be all of the city's, the hospitals all
    /// that count. The catalogue does not know that of places.
    ///
    /// # Errors
    /// As the roll-up itself.
    pub fn as_all_there_is(mut self) -> Result<Self> {
        self.declared_all = true;
        self.settle()
    }

    /// Several roll-ups of one heading and period as one: the counties of each city, city by city, are the counties of the
    /// province. What was declared of one is not declared of all together.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) for none, [`Measure`](ErrorKind::Measure) for different headings or periods.
    pub fn together(roll_ups: impl IntoIterator<Item = Self>) -> Result<Self> {
        let mut roll_ups = roll_ups.into_iter();
        let Some(mut sum) = roll_ups.next() else {
            return Err(Error::new(
                ErrorKind::Bounds,
                "nothing to put together: give one roll-up or more",
            ));
        };
        for other in roll_ups {
            let same = sum.heading == other.heading
                && sum.period == other.period
                && sum.basis.indicator == other.basis.indicator;
            let terms = same
                .then(|| sum.basis.terms.add(&other.basis.terms))
                .flatten();
            let Some(terms) = terms else {
                return Err(Error::new(
                    ErrorKind::Measure,
                    format!(
                        "{} in {} and {} in {} are no parts of one whole",
                        sum.basis.indicator, sum.period, other.basis.indicator, other.period
                    ),
                ));
            };
            sum.basis.terms = terms;
            sum.known += other.known;
            sum.parts += other.parts;
            sum.basis.used.extend(other.basis.used);
            sum.basis.missing.extend(other.basis.missing);
            sum.basis.flags.extend(other.basis.flags);
            sum.over = Label::new(
                format!("{} and {}", sum.over.english(), other.over.english()),
                format!("{}与{}", sum.over.chinese(), other.over.chinese()),
            );
        }
        sum.declared_all = false;
        sum.settle()
    }

    /// Works out both answers from the basis.
    fn settle(mut self) -> Result<Self> {
        let basis = &self.basis;
        let (value, interval) = basis.terms.result()?;
        let interval = interval.intersection(&basis.bounds).ok_or_else(|| {
            Error::new(
                ErrorKind::Bounds,
                format!(
                    "the parts of {} come to {interval}, outside of its bounds {}: they contradict each other",
                    basis.indicator, basis.bounds
                ),
            )
        })?;
        let mut flags = basis.flags.clone();
        self.covered = Answer::new(value, interval, basis.unit)
            .using(basis.used.iter().cloned())
            .flagged(flags.iter().cloned());
        if self.known < self.parts {
            flags.push(Flag::Incomplete {
                known: self.known,
                parts: self.parts,
            });
        }
        if !self.declared_all {
            flags.push(Flag::NotDeclaredAll);
        }
        let whole = match self.is_whole() {
            true => Answer::new(value, interval, basis.unit),
            false => Answer::new(None, basis.at_least(&interval), basis.unit),
        };
        self.answer = whole
            .using(basis.used.iter().cloned())
            .lacking(basis.missing.iter().cloned())
            .flagged(flags);
        Ok(self)
    }

    /// In Chinese.
    pub fn to_chinese(&self) -> String {
        let whole = match self.is_whole() {
            true => self.answer.value_chinese(Sign::AsIs),
            false => format!(
                "{}个部分中有数的{}个为{}；总体{}",
                self.parts,
                self.known,
                self.covered.value_chinese(Sign::AsIs),
                self.answer.value_chinese(Sign::AsIs)
            ),
        };
        let mut text = format!(
            "{}，{}，{}：{whole}",
            self.heading.chinese(),
            self.over.chinese(),
            Label::of_period(self.period).chinese(),
        );
        self.answer.notes_chinese(&mut text);
        text
    }
}

/// `…, over the members of …, 2024: 19 items from all 2 parts`; of a part of the parts, what they come to and what that
/// says of the whole.
impl fmt::Display for RollUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, over {}, {}: ",
            self.heading.english(),
            self.over.english(),
            self.period
        )?;
        let covered = self.covered.value_english(Sign::AsIs);
        match self.is_whole() {
            true => write!(f, "{covered} from all {} parts", self.parts)?,
            false => write!(
                f,
                "{covered} from {} of {} parts; the whole: {}",
                self.known,
                self.parts,
                self.answer.value_english(Sign::AsIs)
            )?,
        }
        self.answer.notes_english(f)
    }
}

impl Basis {
    /// What the whole may be if parts of it are not known.
    fn at_least(&self, covered: &Interval) -> Interval {
        let grows =
            matches!(self.terms, Terms::Sum(_)) && super::derive::not_negative(&self.bounds);
        match grows {
            true => Interval::new(covered.low(), Bound::Unbounded).unwrap_or(self.bounds),
            false => self.bounds,
        }
    }
}

impl<'a> Ask<'a> {
    /// The places of a scope taken together: children to their region, institutions to a region or a consortium.
    ///
    /// The catalogue does not say whether they are all; [`as_all_there_is`](RollUp::as_all_there_is) does.
    ///
    /// # Errors
    /// [`Measure`](ErrorKind::Measure) for an index and for anything but a level or a target;
    /// [`Unknown`](ErrorKind::Unknown) for a share, ratio or mean without denominators, which it names.
    pub fn roll_up(
        &self,
        heading: impl Into<WhichHeading>,
        among: &super::Among,
        period: impl Into<When>,
    ) -> Result<RollUp> {
        let subject = self.subject(heading)?;
        let period = period.into().period()?;
        let mut places = self.places_among(among, period)?;
        places.sort_unstable();
        let over = self.label_among(among)?;
        let parts: Vec<parts::Part<'a>> = places
            .into_iter()
            .map(|place| parts::Part {
                subject: subject.clone(),
                place,
                period,
            })
            .collect();
        self.rolled(&subject, over, period, &parts, parts::Over::Places)
    }

    fn rolled(
        &self,
        subject: &Subject<'a>,
        over: Label,
        period: Period,
        parts: &[parts::Part<'a>],
        how: parts::Over,
    ) -> Result<RollUp> {
        addable(subject)?;
        let collected = self.collect(subject, parts, how, &over)?;
        let bounds = subject.indicator.bounds().interval();
        let placeholder = Answer::new(None, bounds, subject.unit);
        RollUp {
            heading: subject.label()?,
            over,
            period,
            known: collected.known,
            parts: parts.len(),
            declared_all: how != parts::Over::Places,
            covered: placeholder.clone(),
            answer: placeholder,
            basis: Basis {
                indicator: subject.indicator.code().clone(),
                unit: subject.unit,
                bounds,
                terms: collected.terms,
                used: collected.used,
                missing: collected.missing,
                flags: collected.flags,
            },
        }
        .settle()
    }
}

/// Whether a heading has parts and a whole at all.
fn addable(subject: &Subject<'_>) -> Result<()> {
    let refuse = |why: String| Err(Error::new(ErrorKind::Measure, why));
    let code = subject.indicator.code();
    match subject.heading.measure {
        Measure::Level | Measure::Target => {}
        _ => {
            return refuse(format!(
                "{} does not add up: roll up the levels, and work it out from them",
                subject.heading
            ));
        }
    }
    if subject.indicator.kind() == crate::model::Kind::Index {
        return refuse(format!(
            "{code} is an index, which only compares with itself: there is no whole to its parts"
        ));
    }
    Ok(())
}
