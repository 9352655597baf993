//! What is added up on the way to a whole.

use rust_decimal::Decimal;

use super::super::derive::{Quotient, nearest};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Bound, Interval, Unit};

/// The sums that a whole is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Terms {
    /// The whole is the sum.
    Sum(Total),
    /// The whole is the one sum over the other.
    Ratio {
        numerator: Total,
        denominator: Total,
        quotient: Quotient,
    },
}

/// A sum, in a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Total {
    interval: Interval,
    value: Option<Decimal>,
    unit: Unit,
    /// Whether what is counted in one part may be counted in another, so that the whole may be as little as its
    /// largest part, whose lower end this is.
    overlapping: bool,
    largest: Bound,
}

impl Total {
    /// The sum of nothing.
    pub(super) fn new(unit: Unit, overlapping: bool) -> Self {
        Self {
            interval: Interval::point(Decimal::ZERO),
            value: Some(Decimal::ZERO),
            unit,
            overlapping,
            largest: Bound::Closed(Decimal::ZERO),
        }
    }

    pub(super) fn unit(&self) -> Unit {
        self.unit
    }

    pub(super) fn plus(&self, interval: &Interval, value: Option<Decimal>) -> Self {
        Self {
            interval: self.interval.add(interval),
            value: self
                .value
                .zip(value)
                .and_then(|(sum, value)| sum.checked_add(value)),
            largest: higher(self.largest, interval.low()),
            ..*self
        }
    }

    fn add(&self, other: &Self) -> Self {
        let mut sum = self.plus(&other.interval, other.value);
        sum.largest = higher(self.largest, other.largest);
        sum
    }

    fn interval(&self) -> Interval {
        match self.overlapping {
            true => Interval::new(self.largest, self.interval.high()).unwrap_or(self.interval),
            false => self.interval,
        }
    }
}

impl Terms {
    /// The sums of two.
    pub(super) fn add(&self, other: &Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Sum(own), Self::Sum(other)) if own.unit == other.unit => {
                Self::Sum(own.add(other))
            }
            (
                Self::Ratio {
                    numerator,
                    denominator,
                    quotient,
                },
                Self::Ratio {
                    numerator: other_numerator,
                    denominator: other_denominator,
                    quotient: same,
                },
            ) if quotient == same => Self::Ratio {
                numerator: numerator.add(other_numerator),
                denominator: denominator.add(other_denominator),
                quotient: *quotient,
            },
            _ => return None,
        })
    }

    /// What they come to.
    pub(super) fn result(&self) -> Result<(Option<Decimal>, Interval)> {
        match self {
            Self::Sum(total) => Ok((total.value, total.interval())),
            Self::Ratio {
                numerator,
                denominator,
                quotient,
            } => {
                let (above, below) = (numerator.interval(), denominator.interval());
                if below.contains(Decimal::ZERO) {
                    return Err(Error::new(
                        ErrorKind::Bounds,
                        format!(
                            "the denominators come to {below}, which may be zero: nothing is divided by it"
                        ),
                    ));
                }
                let interval =
                    quotient.divide((&above, numerator.unit), (&below, denominator.unit))?;
                let value = numerator.value.zip(denominator.value).and_then(|(a, b)| {
                    let (a, b) = (Interval::point(a), Interval::point(b));
                    nearest(
                        &quotient
                            .divide((&a, numerator.unit), (&b, denominator.unit))
                            .ok()?,
                    )
                });
                Ok((value, interval))
            }
        }
    }
}

/// The one of two lower ends that lets less in.
fn higher(a: Bound, b: Bound) -> Bound {
    let key = |end: Bound| (end.value(), matches!(end, Bound::Open(_)));
    if key(a) >= key(b) { a } else { b }
}
