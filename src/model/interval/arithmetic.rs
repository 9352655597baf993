//! Interval arithmetic, rounded outward.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::directed::{self, Toward};
use super::{Bound, Interval};
use crate::error::{Error, ErrorKind, Result};

/// An end as a number of the extended line, with whether it is reached.
#[derive(Clone, Copy)]
enum End {
    NegativeInfinity,
    Finite { value: Decimal, reached: bool },
    PositiveInfinity,
}

impl Interval {
    /// The sums of a value here and a value there.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        Self {
            low: add_ends(self.low, other.low, Toward::Down),
            high: add_ends(self.high, other.high, Toward::Up),
        }
    }

    /// The differences of a value here and a value there.
    #[must_use]
    pub fn sub(&self, other: &Self) -> Self {
        self.add(&other.neg())
    }

    /// The values here with their sign turned.
    #[must_use]
    pub fn neg(&self) -> Self {
        Self {
            low: self.high.map(|value| Some(-value)),
            high: self.low.map(|value| Some(-value)),
        }
        .normalized()
    }

    /// The values here times an exact number.
    #[must_use]
    pub fn scale(&self, factor: Decimal) -> Self {
        self.mul(&Self::point(factor))
    }

    /// The products of a value here and a value there.
    #[must_use]
    pub fn mul(&self, other: &Self) -> Self {
        self.corners(other, mul_ends)
    }

    /// The quotients of a value here and a value there.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) if the divisor may be zero, that is, if zero lies inside it
    /// (an open end at zero does not count).
    pub fn div(&self, divisor: &Self) -> Result<Self> {
        if divisor.contains(Decimal::ZERO) {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!(
                    "cannot divide by {divisor}, which holds zero: the base must be certainly above or below zero"
                ),
            ));
        }
        Ok(self.corners(divisor, |a, b, toward| div_ends(a, b, divisor, toward)))
    }

    /// The hull of what an operation that is monotone in each operand gives at the four corners.
    fn corners(&self, other: &Self, op: impl Fn(End, End, Toward) -> End) -> Self {
        let ends = |interval: &Self| [low_end(interval.low), high_end(interval.high)];
        let pairs = || {
            ends(self)
                .into_iter()
                .flat_map(|a| ends(other).into_iter().map(move |b| (a, b)))
        };
        let low = pairs()
            .map(|(a, b)| op(a, b, Toward::Down))
            .min_by(|a, b| order(*a, *b).then(reached(*b).cmp(&reached(*a))));
        let high = pairs()
            .map(|(a, b)| op(a, b, Toward::Up))
            .max_by(|a, b| order(*a, *b).then(reached(*a).cmp(&reached(*b))));
        Self {
            low: to_bound(low),
            high: to_bound(high),
        }
        .normalized()
    }

    fn normalized(self) -> Self {
        Self {
            low: self.low.normalize(),
            high: self.high.normalize(),
        }
    }
}

fn add_ends(a: Bound, b: Bound, toward: Toward) -> Bound {
    let (Some(x), Some(y)) = (a.value(), b.value()) else {
        return Bound::Unbounded;
    };
    let open = matches!(a, Bound::Open(_)) || matches!(b, Bound::Open(_));
    let bound = if open { Bound::Open } else { Bound::Closed };
    directed::add(x, y, toward).map_or(Bound::Unbounded, bound)
}

fn low_end(bound: Bound) -> End {
    finite(bound).unwrap_or(End::NegativeInfinity)
}

fn high_end(bound: Bound) -> End {
    finite(bound).unwrap_or(End::PositiveInfinity)
}

fn finite(bound: Bound) -> Option<End> {
    Some(End::Finite {
        value: bound.value()?,
        reached: matches!(bound, Bound::Closed(_)),
    })
}

fn to_bound(end: Option<End>) -> Bound {
    match end {
        Some(End::Finite {
            value,
            reached: true,
        }) => Bound::Closed(value),
        Some(End::Finite {
            value,
            reached: false,
        }) => Bound::Open(value),
        _ => Bound::Unbounded,
    }
}

fn order(a: End, b: End) -> Ordering {
    let rank = |end| match end {
        End::NegativeInfinity => 0,
        End::Finite { .. } => 1,
        End::PositiveInfinity => 2,
    };
    match (a, b) {
        (End::Finite { value: x, .. }, End::Finite { value: y, .. }) => x.cmp(&y),
        _ => rank(a).cmp(&rank(b)),
    }
}

fn reached(end: End) -> bool {
    matches!(end, End::Finite { reached: true, .. })
}

fn mul_ends(a: End, b: End, toward: Toward) -> End {
    match (a, b) {
        (
            End::Finite {
                value: x,
                reached: rx,
            },
            End::Finite {
                value: y,
                reached: ry,
            },
        ) => {
            // Zero times anything is zero, so a reached zero needs no other reached end.
            let zero = (x.is_zero() && rx) || (y.is_zero() && ry);
            finite_or_overflow(directed::mul(x, y, toward), (rx && ry) || zero, toward)
        }
        (End::Finite { value, reached }, infinite) | (infinite, End::Finite { value, reached }) => {
            if value.is_zero() {
                End::Finite {
                    value: Decimal::ZERO,
                    reached,
                }
            } else {
                infinity(value.is_sign_negative() == is_negative(infinite))
            }
        }
        _ => infinity(is_negative(a) == is_negative(b)),
    }
}

/// `divisor` does not hold zero, so it lies on one side of it, and so does an open end at zero.
fn div_ends(a: End, b: End, divisor: &Interval, toward: Toward) -> End {
    let End::Finite {
        value: y,
        reached: ry,
    } = b
    else {
        // What lies ever closer to zero, but is zero only where the dividend is.
        return match a {
            End::Finite { value, reached } => End::Finite {
                value: Decimal::ZERO,
                reached: value.is_zero() && reached,
            },
            // An infinity over an infinity: anything of the sign, from zero on; the other corners
            // hold the infinite side.
            _ => End::Finite {
                value: Decimal::ZERO,
                reached: false,
            },
        };
    };
    let divisor_negative =
        matches!(divisor.high, Bound::Closed(high) | Bound::Open(high) if high <= Decimal::ZERO);
    match a {
        End::Finite {
            value: x,
            reached: rx,
        } if y.is_zero() => {
            if x.is_zero() {
                End::Finite {
                    value: Decimal::ZERO,
                    reached: rx,
                }
            } else {
                infinity(x.is_sign_negative() == divisor_negative)
            }
        }
        End::Finite {
            value: x,
            reached: rx,
        } => {
            let zero = x.is_zero() && rx;
            finite_or_overflow(directed::div(x, y, toward), (rx && ry) || zero, toward)
        }
        infinite => infinity(is_negative(infinite) == divisor_negative),
    }
}

fn finite_or_overflow(value: Option<Decimal>, reached: bool, toward: Toward) -> End {
    match value {
        Some(value) => End::Finite { value, reached },
        None => infinity(toward == Toward::Up),
    }
}

fn infinity(positive: bool) -> End {
    if positive {
        End::PositiveInfinity
    } else {
        End::NegativeInfinity
    }
}

fn is_negative(end: End) -> bool {
    match end {
        End::NegativeInfinity => true,
        End::PositiveInfinity => false,
        End::Finite { value, .. } => value.is_sign_negative(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn interval(text: &str) -> Interval {
        text.parse().unwrap()
    }

    #[test]
    fn open_and_missing_ends_carry_through() {
        for (a, op, b, expected) in [
            ("[1, 2]", "+", "(3, 4]", "(4, 6]"),
            ("(60000, ∞)", "+", "[1, 1]", "(60001, ∞)"),
            ("[1, 2]", "-", "[0.5, ∞)", "(-∞, 1.5]"),
            ("[-1, 2]", "*", "[3, 4]", "[-4, 8]"),
            ("[1, ∞)", "*", "[1, ∞)", "[1, ∞)"),
            ("(0, 1]", "*", "[1, ∞)", "(0, ∞)"),
            ("[0, 1]", "*", "(1, 2)", "[0, 2)"),
            ("(-∞, ∞)", "*", "[0, 0]", "[0, 0]"),
            ("[-1, 1]", "*", "(-∞, ∞)", "(-∞, ∞)"),
            ("[1, 2]", "/", "(0, 4]", "[0.25, ∞)"),
            ("[0, 2]", "/", "(0, 4]", "[0, ∞)"),
            ("[1, ∞)", "/", "[1, ∞)", "(0, ∞)"),
            ("[19111, 19111]", "/", "[-2, 0)", "(-∞, -9555.5]"),
            (
                "[10455, 10455]",
                "/",
                "(3.3, ∞)",
                "(0, 3168.1818181818181818181818182)",
            ),
        ] {
            let (a, b) = (interval(a), interval(b));
            let got = match op {
                "+" => a.add(&b),
                "-" => a.sub(&b),
                "*" => a.mul(&b),
                _ => a.div(&b).unwrap(),
            };
            assert_eq!(got.to_string(), expected, "{a} {op} {b}");
        }
    }

    #[test]
    fn a_divisor_that_may_be_zero_is_refused() {
        let error = interval("[1, 1]")
            .div(&interval("[-0.5, 0.5]"))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot divide by [-0.5, 0.5], which holds zero: the base must be certainly above or below zero"
        );
        assert!(interval("[1, 1]").div(&interval("[0, 0]")).is_err());
        assert!(interval("[1, 1]").div(&interval("(0, 1]")).is_ok());
    }

    #[test]
    fn an_end_that_no_decimal_holds_is_no_end() {
        let huge = Interval::point(Decimal::MAX);
        assert_eq!(huge.add(&huge), Interval::everything());
        assert_eq!(huge.mul(&huge).high(), Bound::Unbounded);
    }

    prop_compose! {
        /// A value and an interval around it, with ends of every sort.
        fn around()(value in -10_000i64..10_000, scale in 0u32..6, below in 0i64..500, above in 0i64..500, low in 0..3, high in 0..3)
            -> (Decimal, Interval) {
            let at = |units: i64| Decimal::new(units, scale);
            let low = match low {
                0 => Bound::Unbounded,
                1 => Bound::Closed(at(value - below)),
                _ => Bound::Open(at(value - below - 1)),
            };
            let high = match high {
                0 => Bound::Unbounded,
                1 => Bound::Closed(at(value + above)),
                _ => Bound::Open(at(value + above + 1)),
            };
            (at(value), Interval::new(low, high).unwrap())
        }
    }

    proptest! {
        #[test]
        fn the_true_value_stays_inside((x, a) in around(), (y, b) in around(), factor in -999i64..999) {
            prop_assert!(a.contains(x));
            prop_assert!(a.add(&b).contains(x + y));
            prop_assert!(a.sub(&b).contains(x - y));
            prop_assert!(a.neg().contains(-x));
            prop_assert!(a.mul(&b).contains(x * y));
            prop_assert!(a.scale(Decimal::new(factor, 1)).contains(x * Decimal::new(factor, 1)));
            if let Ok(quotient) = a.div(&b) {
                let low = directed::div(x, y, Toward::Down).unwrap();
                let high = directed::div(x, y, Toward::Up).unwrap();
                prop_assert!(quotient.overlaps(&Interval::closed(low, high).unwrap()), "{a} / {b}");
            }
            prop_assert!(a.hull(&b).contains(x) && a.hull(&b).contains(y));
            if let Some(whole) = a.whole() {
                prop_assert!(!x.fract().is_zero() || whole.contains(x));
            }
        }
    }
}
