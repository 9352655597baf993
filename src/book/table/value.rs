//! A bare number: mantissa and scale.

use std::cmp::Ordering;
use std::fmt;
use std::num::NonZero;

use rust_decimal::Decimal;

/// The number of a cell without all that is said of it: its mantissa, and how many of the mantissa's digits are decimals.
///
/// It has as many decimals as its neighbours in the table need: 4.9 may come as 4.90. Two values are equal, and ordered, as
/// numbers. It says neither unit nor precision nor qualifier: `over 60 000` reads as 60 000;
/// [`Table::cell`](super::Table::cell) has the figure as it was reported.
///
/// ```
/// # fn shown(value: yearbook::Value) {
/// use yearbook::Decimal;
///
/// // 88.22
/// assert_eq!((value.mantissa(), value.scale()), (8822, 2));
/// assert_eq!(Decimal::from(value), Decimal::new(8822, 2));
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Value {
    /// The lowest 64 bits of the mantissa in the complement of two.
    low: u64,
    /// The scale, [`THERE`], and, of a mantissa that 64 bits do not hold, [`LONG`] and the bits above those. No value has zero here, so that an
    /// optional one is no larger.
    high: NonZero<u64>,
}

/// The most decimals of a number.
pub(super) const SCALE_MAX: u8 = 28;
/// Set in every value, above its scale.
const THERE: NonZero<u64> = NonZero::new(1 << 5).unwrap();
/// Set where the upper bits of the mantissa follow; the others have the sign of the lower ones.
const LONG: u64 = 1 << 6;
/// The bits of scale, [`THERE`] and [`LONG`].
const SAID_BITS: u32 = 7;

impl Value {
    /// The scale is at most 28.
    #[inline(always)]
    pub(super) fn new(mantissa: i64, scale: u32) -> Self {
        Self {
            low: mantissa.cast_unsigned(),
            high: THERE | u64::from(scale),
        }
    }

    /// The mantissa, of at most 96 bits and a sign.
    #[inline]
    pub fn mantissa(self) -> i128 {
        let high = self.high.get();
        if high & LONG == 0 {
            return self.low.cast_signed().into();
        }
        i128::from(high.cast_signed() >> SAID_BITS) << 64 | i128::from(self.low)
    }

    /// How many digits of the mantissa are decimals, at most 28.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "five bits are left")]
    pub fn scale(self) -> u32 {
        (self.high.get() & (THERE.get() - 1)) as u32
    }

    /// The number as a decimal.
    pub fn decimal(self) -> Decimal {
        // Neither a mantissa nor a scale is ever more than a decimal holds.
        Decimal::try_from_i128_with_scale(self.mantissa(), self.scale()).unwrap_or_default()
    }
}

impl From<Decimal> for Value {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "each half takes its own bits"
    )]
    fn from(value: Decimal) -> Self {
        let mantissa = value.mantissa();
        let scale = value.scale();
        match i64::try_from(mantissa) {
            Ok(mantissa) => Self::new(mantissa, scale),
            Err(_) => Self {
                low: mantissa as u64,
                high: THERE | u64::from(scale) | LONG | ((mantissa >> 64) as u64) << SAID_BITS,
            },
        }
    }
}

impl From<Value> for Decimal {
    fn from(value: Value) -> Self {
        value.decimal()
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By the numbers: 4.9 and 4.90 are equal.
impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        self.decimal().cmp(&other.decimal())
    }
}

/// As the decimal.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.decimal().fmt(f)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.decimal().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn decimals_come_back(mantissa in -((1i128 << 96) - 1)..(1i128 << 96), bits in 0u32..96, scale in 0u32..29) {
            let decimal = Decimal::try_from_i128_with_scale(mantissa >> bits, scale).unwrap();
            let value = Value::from(decimal);
            prop_assert_eq!((value.mantissa(), value.scale()), (decimal.mantissa(), decimal.scale()));
            prop_assert_eq!(value.decimal(), decimal);
            prop_assert_eq!(value.to_string(), decimal.to_string());
        }

        #[test]
        fn short_ones_are_the_same(mantissa in any::<i64>(), scale in 0u32..29) {
            let decimal = Decimal::new(mantissa, scale);
            let value = Value::new(mantissa, scale);
            prop_assert_eq!((value.mantissa(), value.scale()), (mantissa.into(), scale));
            prop_assert_eq!(value, Value::from(decimal));
        }
    }

    #[test]
    fn values_compare_as_numbers_and_are_small() {
        assert_eq!(Value::new(490, 2), Value::new(49, 1));
        assert!(Value::new(-1, 0) < Value::new(1, 28));
        assert_eq!(size_of::<Option<Value>>(), 16);
        assert_eq!(
            format!("{:?} {:>6}", Value::new(490, 2), Value::new(-49, 1)),
            "4.90   -4.9"
        );
    }
}
