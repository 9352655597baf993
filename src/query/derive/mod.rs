//! Derive: quotients, sums and differences of others, worked out on demand; and the unknown part of one.

mod solve;
mod units;

use rust_decimal::Decimal;

pub(super) use units::Quotient;

use super::Ask;
use super::answer::Answer;
use super::name::{When, WhichHeading, WhichPlace};
use super::subject::{Subject, Value, nominal};
use crate::catalogue::PlaceHandle;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Certainty, Heading, Interval, Kind, Measure, Period, Unit};

/// Something that is worked out from other headings. Its units were checked when it was defined.
#[derive(Clone, Debug)]
pub struct Derived<'a> {
    ask: Ask<'a>,
    formula: Formula<'a>,
    unit: Unit,
    /// The heading under which the result is stated, if it is.
    stated: Option<Subject<'a>>,
}

#[derive(Clone, Debug)]
enum Formula<'a> {
    Quotient {
        numerator: Box<Subject<'a>>,
        denominator: Box<Subject<'a>>,
        quotient: Quotient,
    },
    /// What is added, and what is taken away.
    Sum(Vec<(Term, Subject<'a>)>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Term {
    Plus,
    Minus,
}

impl<'a> Ask<'a> {
    /// One quantity over another, in a unit: 家 over 家 in %, 人 over 组 in 人/组, 个 over 人 in 个/千人.
    ///
    /// # Errors
    /// [`Unit`](ErrorKind::Unit) if the two do not make that unit.
    pub fn quotient(
        &self,
        numerator: impl Into<WhichHeading>,
        denominator: impl Into<WhichHeading>,
        unit: Unit,
    ) -> Result<Derived<'a>> {
        let (numerator, denominator) = (self.subject(numerator)?, self.subject(denominator)?);
        Ok(Derived {
            ask: *self,
            unit,
            formula: Formula::Quotient {
                quotient: Quotient::of(numerator.unit, denominator.unit, unit)?,
                numerator: numerator.into(),
                denominator: denominator.into(),
            },
            stated: None,
        })
    }

    /// A share, ratio or mean by its numerator and denominator in the catalogue, of the same breakdown.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) naming the part that the catalogue does not give, [`Unit`](ErrorKind::Unit) if the
    /// parts do not make its unit.
    pub fn definition(&self, heading: impl Into<WhichHeading>) -> Result<Derived<'a>> {
        let stated = self.subject(heading)?;
        let part = |code: Option<&crate::model::IndicatorCode>, what: &str| match code {
            Some(code) => Ok(Heading {
                indicator: code.clone(),
                ..stated.heading.clone()
            }),
            None => Err(Error::new(
                ErrorKind::Unknown,
                format!(
                    "the catalogue gives no {what} of {}: add it to the indicator",
                    stated.indicator.code()
                ),
            )),
        };
        let numerator = part(stated.indicator.numerator(), "numerator")?;
        let denominator = part(stated.indicator.denominator(), "denominator")?;
        let derived = self.quotient(numerator, denominator, stated.unit)?;
        Ok(Derived {
            stated: Some(stated),
            ..derived
        })
    }

    /// The sum of several, in the unit of the first.
    ///
    /// # Errors
    /// [`Unit`](ErrorKind::Unit) for units that do not convert and for percentages, which have no sum;
    /// [`Bounds`](ErrorKind::Bounds) for none.
    pub fn sum<H: Into<WhichHeading>>(
        &self,
        terms: impl IntoIterator<Item = H>,
    ) -> Result<Derived<'a>> {
        let terms = terms
            .into_iter()
            .map(|heading| Ok((Term::Plus, self.subject(heading)?)))
            .collect::<Result<Vec<_>>>()?;
        self.linear(terms)
    }

    /// The one less the other, in the unit of the one; of two percentages, in points.
    ///
    /// # Errors
    /// [`Unit`](ErrorKind::Unit) for units that do not convert.
    pub fn difference(
        &self,
        of: impl Into<WhichHeading>,
        less: impl Into<WhichHeading>,
    ) -> Result<Derived<'a>> {
        self.linear(vec![
            (Term::Plus, self.subject(of)?),
            (Term::Minus, self.subject(less)?),
        ])
    }

    fn linear(&self, terms: Vec<(Term, Subject<'a>)>) -> Result<Derived<'a>> {
        let Some((_, first)) = terms.first() else {
            return Err(Error::new(
                ErrorKind::Bounds,
                "a sum of nothing: give one heading or more",
            ));
        };
        let is_difference = terms.iter().any(|(term, _)| *term == Term::Minus);
        for (_, term) in &terms {
            if !term.unit.converts_to(first.unit) {
                return Err(Error::new(
                    ErrorKind::Unit,
                    format!(
                        "{} is in {} and {} in {}: only what converts is added",
                        first.heading, first.unit, term.heading, term.unit
                    ),
                ));
            }
            let fraction = term.unit.is_percent_like() || term.unit == Unit::ONE;
            if fraction && !is_difference {
                return Err(Error::new(
                    ErrorKind::Unit,
                    format!(
                        "{} is in {}, and such figures have no sum: add their numerators and denominators",
                        term.heading, term.unit
                    ),
                ));
            }
        }
        let unit = match first.unit.points() {
            Some(points) if is_difference => points,
            _ => first.unit,
        };
        Ok(Derived {
            ask: *self,
            unit,
            formula: Formula::Sum(terms),
            stated: None,
        })
    }
}

impl<'a> Derived<'a> {
    /// The unit of the result.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// The same, whose result is stated under a heading of the book, so that an unknown part can be solved for.
    ///
    /// # Errors
    /// [`Unit`](ErrorKind::Unit) if that heading is in a unit that does not convert.
    pub fn stated_as(mut self, heading: impl Into<WhichHeading>) -> Result<Self> {
        let stated = self.ask.subject(heading)?;
        if !stated.unit.converts_to(self.unit) {
            return Err(Error::new(
                ErrorKind::Unit,
                format!(
                    "{} is in {}, and what is derived in {}: they do not convert",
                    stated.heading, stated.unit, self.unit
                ),
            ));
        }
        self.stated = Some(stated);
        Ok(self)
    }

    /// Worked out for a place and a period. Counts tighten inward to whole numbers, all else is rounded outward.
    ///
    /// Where a part has no figure, the answer says so and holds whatever its bounds leave.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) for a denominator that may be zero.
    pub fn of(&self, place: impl Into<WhichPlace>, period: impl Into<When>) -> Result<Answer> {
        let place = self.ask.place(place)?;
        self.at(place, period.into().period()?)
    }

    pub(super) fn at(&self, place: PlaceHandle, period: Period) -> Result<Answer> {
        match &self.formula {
            Formula::Quotient {
                numerator,
                denominator,
                quotient,
            } => {
                let above = numerator.at(place, period)?;
                let below = denominator.at(place, period)?;
                let interval =
                    self.quotient_of((&above, numerator), (&below, denominator), *quotient)?;
                let value = nominal([above.value, below.value], |[above, below]| {
                    let above = Interval::point(above);
                    let below = Interval::point(below);
                    let quotient = quotient
                        .divide((&above, numerator.unit), (&below, denominator.unit))
                        .ok()?;
                    nearest(&quotient)
                });
                Ok(resting(
                    Answer::new(value, interval, self.unit),
                    [above, below],
                ))
            }
            Formula::Sum(terms) => {
                let mut interval = Interval::point(Decimal::ZERO);
                let mut value = Some(Decimal::ZERO);
                let mut parts = Vec::with_capacity(terms.len());
                for (sign, term) in terms {
                    let part = term.at(place, period)?;
                    let (own, printed) = self.converted(term, &part)?;
                    interval = match sign {
                        Term::Plus => interval.add(&own),
                        Term::Minus => interval.sub(&own),
                    };
                    value = value.zip(printed).and_then(|(sum, printed)| match sign {
                        Term::Plus => sum.checked_add(printed),
                        Term::Minus => sum.checked_sub(printed),
                    });
                    parts.push(part);
                }
                let counts = terms.iter().all(|(_, term)| is_count(term));
                let interval = match interval.whole() {
                    Some(whole) if counts => whole,
                    _ => interval,
                };
                Ok(resting(Answer::new(value, interval, self.unit), parts))
            }
        }
    }

    fn quotient_of(
        &self,
        (above, numerator): (&Value, &Subject<'a>),
        (below, denominator): (&Value, &Subject<'a>),
        quotient: Quotient,
    ) -> Result<Interval> {
        let bounds = self.bounds();
        if below.interval.contains(Decimal::ZERO) {
            // What is not known at all leaves the result as open as it is.
            if !below.is_known() {
                return Ok(bounds);
            }
            return Err(Error::new(
                ErrorKind::Bounds,
                format!(
                    "{} in {} lies in {} and may be zero: nothing is divided by it",
                    denominator.heading,
                    below.period,
                    super::show::interval(&below.interval)
                ),
            ));
        }
        let interval = quotient.divide(
            (&above.interval, numerator.unit),
            (&below.interval, denominator.unit),
        )?;
        interval.intersection(&bounds).ok_or_else(|| {
            Error::new(
                ErrorKind::Bounds,
                format!(
                    "{} over {} in {} gives {interval}, outside of the bounds {bounds}: the two contradict each other",
                    numerator.heading, denominator.heading, above.period
                ),
            )
        })
    }

    /// What the result may be at all.
    fn bounds(&self) -> Interval {
        let level = |stated: &&Subject<'a>| {
            matches!(stated.heading.measure, Measure::Level | Measure::Target)
                && stated.unit == self.unit
        };
        self.stated
            .as_ref()
            .filter(level)
            .map_or_else(Interval::everything, |stated| {
                stated.indicator.bounds().interval()
            })
    }

    /// A term in the unit of the first.
    fn converted(&self, term: &Subject<'a>, part: &Value) -> Result<(Interval, Option<Decimal>)> {
        // Points are reckoned in their percentage.
        let unit = match &self.formula {
            Formula::Sum(terms) => terms.first().map_or(term.unit, |(_, first)| first.unit),
            Formula::Quotient { .. } => term.unit,
        };
        let printed = part
            .value
            .and_then(|value| term.unit.convert_exact(value, unit).ok());
        Ok((term.unit.convert(&part.interval, unit)?, printed))
    }
}

/// Whether figures of a heading are whole numbers of things.
fn is_count(term: &Subject<'_>) -> bool {
    term.indicator.kind() == Kind::Count
        && matches!(term.heading.measure, Measure::Level | Measure::Target)
}

/// An answer that rests on these values.
pub(super) fn resting(answer: Answer, parts: impl IntoIterator<Item = Value>) -> Answer {
    parts.into_iter().fold(answer, |answer, part| {
        answer
            .using(part.cited)
            .flagged(part.flags)
            .lacking(part.missing)
    })
}

/// A decimal of an interval that is a point but for its last digit.
pub(super) fn nearest(interval: &Interval) -> Option<Decimal> {
    let (low, high) = (interval.low().value()?, interval.high().value()?);
    let middle = low.checked_add(high)?.checked_div(Decimal::TWO)?;
    Some(if interval.contains(middle) {
        middle
    } else {
        low
    })
}

/// Whether an interval lies above zero for certain.
pub(super) fn certainly_positive(interval: &Interval) -> bool {
    interval.greater_than(&Interval::point(Decimal::ZERO)) == Certainty::Certainly
}

/// Whether an interval holds nothing below zero.
pub(super) fn not_negative(interval: &Interval) -> bool {
    interval.at_least(&Interval::point(Decimal::ZERO)) == Certainty::Certainly
}
