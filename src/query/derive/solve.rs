//! The unknown part of a formula whose result is stated: 19 111 places at 4.92 for 1000 people give the people.

use rust_decimal::Decimal;

use super::super::answer::Answer;
use super::super::name::{When, WhichHeading, WhichPlace};
use super::super::subject::{Subject, Value};
use super::{Derived, Formula, Term, certainly_positive, is_count, nearest, resting};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Interval, Measure};

impl<'a> Derived<'a> {
    /// A part of the formula, from the stated result and the other parts. A count tightens to whole numbers, and
    /// nothing leaves the bounds of its indicator.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) if the part is not in the formula or the result is nowhere stated;
    /// [`Bounds`](ErrorKind::Bounds) if what is divided by may be zero, or if no value is left.
    pub fn solve_for(
        &self,
        part: impl Into<WhichHeading>,
        place: impl Into<WhichPlace>,
        period: impl Into<When>,
    ) -> Result<Answer> {
        let wanted = self.ask.heading(part)?;
        let place = self.ask.place(place)?;
        let period = period.into().period()?;
        let Some(stated) = &self.stated else {
            return Err(Error::new(
                ErrorKind::Unknown,
                "the result is stated nowhere: say under which heading with stated_as",
            ));
        };
        let result = stated.at(place, period)?;
        let result_interval = stated.unit.convert(&result.interval, self.unit)?;
        let not_there = || {
            Error::new(
                ErrorKind::Unknown,
                format!("{wanted} is no part of the formula"),
            )
        };
        match &self.formula {
            Formula::Quotient {
                numerator,
                denominator,
                quotient,
            } => {
                let (unknown, other) = match wanted {
                    ref heading if *heading == numerator.heading => (numerator, denominator),
                    ref heading if *heading == denominator.heading => (denominator, numerator),
                    _ => return Err(not_there()),
                };
                let known = other.at(place, period)?;
                let solve = |result: &Interval, other_interval: &Interval| {
                    if unknown.heading == numerator.heading {
                        quotient.numerator(result, (other_interval, other.unit), unknown.unit)
                    } else {
                        quotient.denominator(result, (other_interval, other.unit), unknown.unit)
                    }
                };
                let solvable =
                    unknown.heading == numerator.heading || certainly_positive(&result_interval);
                let interval = match solvable {
                    true => solve(&result_interval, &known.interval)?,
                    false if !result.is_known() => Interval::everything(),
                    false => {
                        return Err(Error::new(
                            ErrorKind::Bounds,
                            format!(
                                "{} lies in {result_interval} and may be zero: nothing is divided by it",
                                stated.heading
                            ),
                        ));
                    }
                };
                let value = result.value.zip(known.value).and_then(|(result, known)| {
                    let result = stated.unit.convert_exact(result, self.unit).ok()?;
                    nearest(&solve(&Interval::point(result), &Interval::point(known)).ok()?)
                });
                self.settled(unknown, value, interval, [result, known])
            }
            Formula::Sum(terms) => {
                let (sign, unknown) = terms
                    .iter()
                    .find(|(_, term)| term.heading == wanted)
                    .ok_or_else(not_there)?;
                let mut interval = result_interval;
                let mut value = result
                    .value
                    .and_then(|value| stated.unit.convert_exact(value, self.unit).ok());
                let mut parts = vec![result];
                for (own, term) in terms.iter().filter(|(_, term)| term.heading != wanted) {
                    let part = term.at(place, period)?;
                    let (own_interval, printed) = self.converted(term, &part)?;
                    (interval, value) = match own {
                        Term::Plus => (
                            interval.sub(&own_interval),
                            value.zip(printed).and_then(|(a, b)| a.checked_sub(b)),
                        ),
                        Term::Minus => (
                            interval.add(&own_interval),
                            value.zip(printed).and_then(|(a, b)| a.checked_add(b)),
                        ),
                    };
                    parts.push(part);
                }
                if *sign == Term::Minus {
                    (interval, value) = (interval.neg(), value.map(|value| -value));
                }
                // Terms are reckoned in the unit of the first.
                if let Some((_, first)) = terms.first() {
                    interval = first.unit.convert(&interval, unknown.unit)?;
                    value =
                        value.and_then(|value| first.unit.convert_exact(value, unknown.unit).ok());
                }
                self.settled(unknown, value, interval, parts)
            }
        }
    }

    fn settled(
        &self,
        unknown: &Subject<'a>,
        value: Option<Decimal>,
        interval: Interval,
        parts: impl IntoIterator<Item = Value>,
    ) -> Result<Answer> {
        let bounds = match unknown.heading.measure {
            Measure::Level | Measure::Target => unknown.indicator.bounds().interval(),
            _ => Interval::everything(),
        };
        let left = interval.intersection(&bounds);
        let (left, value) = match is_count(unknown) {
            true => (
                left.and_then(|left| left.whole()),
                value.map(|value| value.round()),
            ),
            false => (left, value),
        };
        let left = left.ok_or_else(|| {
            Error::new(
                ErrorKind::Bounds,
                format!(
                    "the other parts put {} at {interval}, which holds no value it can have: they contradict each other",
                    unknown.heading
                ),
            )
        })?;
        Ok(resting(Answer::new(value, left, unknown.unit), parts))
    }
}
