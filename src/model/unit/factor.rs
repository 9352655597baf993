//! The exact rational between two units, and its arithmetic.

use std::fmt;

use rust_decimal::Decimal;

use crate::model::Bound;
use crate::model::interval::directed::{self, Toward};

/// How many of one unit another is: an exact rational above zero, reduced.
///
/// One 亩 is 2000/3 m², which no decimal is.
///
/// ```
/// use yearbook::model::Unit;
///
/// assert_eq!(Unit::MU.factor_to(Unit::SQUARE_METRE)?.to_string(), "2000/3");
/// assert_eq!(Unit::PERCENT.factor_to(Unit::PERMILLE)?.to_string(), "10");
/// # Ok::<(), yearbook::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Factor {
    numerator: Decimal,
    denominator: Decimal,
}

impl Factor {
    const ONE: Self = Self {
        numerator: Decimal::ONE,
        denominator: Decimal::ONE,
    };

    /// A whole number above zero.
    pub fn numerator(&self) -> Decimal {
        self.numerator
    }

    /// A whole number above zero, without a divisor in common with the numerator.
    pub fn denominator(&self) -> Decimal {
        self.denominator
    }

    /// Whether the two units are the same amount.
    pub fn is_one(&self) -> bool {
        *self == Self::ONE
    }

    /// The factor of the way back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        Self {
            numerator: self.denominator,
            denominator: self.numerator,
        }
    }

    /// `value` times this factor, without trailing zeros; `None` where that is no decimal of 96 bits and 28
    /// places.
    pub fn times_exact(&self, value: Decimal) -> Option<Decimal> {
        exact_product(value, *self)
    }

    pub(super) fn of(ratio: Reduced) -> Option<Self> {
        Some(Self {
            numerator: whole(ratio.numerator)?,
            denominator: whole(ratio.denominator)?,
        })
    }

    /// `value` times this factor, to a side where it does not come out.
    fn times_toward(&self, value: Decimal, toward: Toward) -> Option<Decimal> {
        let product = directed::mul(value, self.numerator, toward)?;
        directed::div(product, self.denominator, toward)
    }

    /// An end of an interval in the other unit. One that does not come out lies strictly outside of the
    /// true one, so it is open.
    pub(super) fn convert_end(&self, end: Bound, toward: Toward) -> Bound {
        let Some(value) = end.value() else {
            return Bound::Unbounded;
        };
        match self.times_exact(value) {
            Some(exact) if matches!(end, Bound::Closed(_)) => Bound::Closed(exact),
            Some(exact) => Bound::Open(exact),
            None => self
                .times_toward(value, toward)
                .map_or(Bound::Unbounded, Bound::Open),
        }
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.numerator)?;
        if self.denominator == Decimal::ONE {
            return Ok(());
        }
        write!(f, "/{}", self.denominator)
    }
}

impl fmt::Debug for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Factor({self})")
    }
}

/// A rational above zero in lowest terms, on the way to a factor.
#[derive(Clone, Copy)]
pub(super) struct Reduced {
    numerator: u128,
    denominator: u128,
}

impl Reduced {
    pub(super) fn of((numerator, denominator): (u64, u64)) -> Self {
        let (numerator, denominator) = reduce(numerator.into(), denominator.into());
        Self {
            numerator,
            denominator,
        }
    }

    pub(super) fn inverse(self) -> Self {
        Self {
            numerator: self.denominator,
            denominator: self.numerator,
        }
    }

    pub(super) fn times(self, other: Self) -> Option<Self> {
        let (a, d) = reduce(self.numerator, other.denominator);
        let (c, b) = reduce(other.numerator, self.denominator);
        Some(Self {
            numerator: a.checked_mul(c)?,
            denominator: b.checked_mul(d)?,
        })
    }
}

/// `value × factor` if it is a decimal.
fn exact_product(value: Decimal, factor: Factor) -> Option<Decimal> {
    let size = value.mantissa().unsigned_abs();
    if size == 0 {
        return Some(Decimal::ZERO);
    }
    // size × numerator / (denominator × 10^scale), in lowest terms.
    let numerator = factor.numerator.mantissa().unsigned_abs();
    let (size, denominator) = reduce(size, factor.denominator.mantissa().unsigned_abs());
    let (size, power) = reduce(size, 10_u128.checked_pow(value.scale())?);
    let (numerator, power) = reduce(numerator, power);
    // A fraction in lowest terms is a decimal if only 2 and 5 divide its denominator; the larger count is its places.
    let (rest, twos, fives) = without_twos_and_fives(denominator);
    if rest != 1 {
        return None;
    }
    let (_, more_twos, more_fives) = without_twos_and_fives(power);
    let (twos, fives) = (twos + more_twos, fives + more_fives);
    let places = twos.max(fives);
    let mantissa = size
        .checked_mul(numerator)?
        .checked_mul(2_u128.checked_pow(places - twos)?)?
        .checked_mul(5_u128.checked_pow(places - fives)?)?;
    let mantissa = i128::try_from(mantissa).ok()?;
    let signed = if value.is_sign_negative() {
        -mantissa
    } else {
        mantissa
    };
    Decimal::try_from_i128_with_scale(signed, places)
        .ok()
        .map(|exact| exact.normalize())
}

fn whole(number: u128) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(i128::try_from(number).ok()?, 0).ok()
}

/// Both divided by their greatest common divisor. Neither is 0.
fn reduce(left: u128, right: u128) -> (u128, u128) {
    let (mut divisor, mut rest) = (left, right);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    match divisor {
        0 => (left, right),
        _ => (left / divisor, right / divisor),
    }
}

/// `number` without its factors 2 and 5, and how many of each it had. It is not 0.
fn without_twos_and_fives(number: u128) -> (u128, u32, u32) {
    let twos = number.trailing_zeros();
    let mut rest = number.checked_shr(twos).unwrap_or(0);
    let mut fives = 0;
    while rest > 1 && rest.is_multiple_of(5) {
        rest /= 5;
        fives += 1;
    }
    (rest, twos, fives)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lowest_terms() {
        for (given, reduced) in [
            ((2000, 3), (2000, 3)),
            ((600, 60), (10, 1)),
            ((1, 7), (1, 7)),
            ((9, 6), (3, 2)),
        ] {
            assert_eq!(reduce(given.0, given.1), reduced);
        }
    }

    #[test]
    fn twos_and_fives_are_taken_out() {
        let cases = [
            (1, (1, 0, 0)),
            (10, (1, 1, 1)),
            (96, (3, 5, 0)),
            (125, (1, 0, 3)),
            (7, (7, 0, 0)),
        ];
        for (number, expected) in cases {
            assert_eq!(without_twos_and_fives(number), expected);
        }
        assert_eq!(without_twos_and_fives(1 << 127), (1, 127, 0));
    }

    #[test]
    fn a_rational_out_of_reach_is_none() {
        let huge = Reduced::of((u64::MAX, 1));
        let square = huge.times(huge).unwrap();
        assert_eq!(Factor::of(square), None);
        assert!(square.times(huge).is_none());
    }

    #[test]
    fn signs_and_zeros_come_through() {
        let factor = Factor::of(Reduced::of((2000, 3))).unwrap();
        let product = |text: &str| factor.times_exact(text.parse().unwrap());
        assert_eq!(product("-0.0"), Some(Decimal::ZERO));
        assert_eq!(product("-0.03"), Some(Decimal::from(-20)));
        assert_eq!(product("1"), None);
        assert_eq!(
            factor.inverse().times_exact(Decimal::from(-2000)),
            Some(Decimal::from(-3))
        );
    }
}
