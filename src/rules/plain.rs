//! What nearly all figures are: plain, in the indicator's own unit and well within every bound. That is seen in a fraction of
//! the time that working out true values takes.

use std::ops::RangeInclusive;

use rust_decimal::Decimal;

use crate::model::{Figure, Indicator, Kind, Measure, Precision, Qualifier, Unit};

/// The mantissas that hold beyond doubt and are plausible, of a level or a target in the indicator's own unit.
#[derive(Clone, Debug)]
pub(super) struct Plain {
    unit: Unit,
    /// Whether it counts things one by one.
    whole: bool,
    /// By the number of decimals.
    within: [RangeInclusive<i64>; SCALES],
}

/// More decimals than nearly all figures and bounds have.
const SCALES: usize = 10;
/// The mantissas of a figure that needs a second look.
const NONE: RangeInclusive<i64> = RangeInclusive::new(1, 0);

impl Plain {
    pub(super) fn of(indicator: &Indicator, measure: &Measure) -> Self {
        let bounds = match measure {
            Measure::Level | Measure::Target => bounds(indicator),
            _ => None,
        };
        let within = |scale: usize| {
            bounds.map_or(NONE, |(low, high)| {
                mantissas(low, high, power(SCALES - 1 - scale))
            })
        };
        Self {
            unit: indicator.unit(),
            whole: indicator.kind() == Kind::Count,
            within: std::array::from_fn(within),
        }
    }

    /// The mantissas of the figures that hold beyond doubt and are plausible, of those that have the unit, the precision, the
    /// qualifier and as many decimals as this one.
    pub(super) fn mantissas(&self, figure: &Figure, unit: Unit) -> RangeInclusive<i64> {
        let scale = usize::try_from(figure.value().scale()).unwrap_or(SCALES);
        let counted = scale == 0 && figure.precision() == Precision::Exact;
        let Some(within) = self.within.get(scale) else {
            return NONE;
        };
        if unit != self.unit || self.whole && !counted {
            return NONE;
        }
        let one = i64::try_from(power(scale)).unwrap_or(i64::MAX);
        match figure.qualifier() {
            // The value itself is one of the true values that the figure allows.
            Qualifier::None | Qualifier::About | Qualifier::AtLeast | Qualifier::AtMost => {
                within.clone()
            }
            // One more is, or one less.
            Qualifier::Over => *within.start()..=within.end().saturating_sub(one),
            Qualifier::Under => within.start().saturating_add(one)..=*within.end(),
            _ => NONE,
        }
    }
}

/// The least and the greatest plausible number within bounds, as mantissas of the most decimals; `None` if one has more.
fn bounds(indicator: &Indicator) -> Option<(i128, i128)> {
    let (mut low, mut high) = (i128::MIN, i128::MAX);
    for range in [indicator.bounds(), indicator.plausible()] {
        if let Some(bound) = range.low() {
            low = low.max(scaled(bound)?);
        }
        if let Some(bound) = range.high() {
            high = high.min(scaled(bound)?);
        }
    }
    Some((low, high))
}

/// A bound as a mantissa of the most decimals; `None` for one that has more.
fn scaled(bound: Decimal) -> Option<i128> {
    let bound = bound.normalize();
    let decimals = usize::try_from(bound.scale()).ok()?;
    let missing = (SCALES - 1).checked_sub(decimals)?;
    // 96 bits and 30.
    Some(bound.mantissa() * power(missing))
}

/// From bounds of the most decimals to mantissas of fewer: those that are not outside.
fn mantissas(low: i128, high: i128, power: i128) -> RangeInclusive<i64> {
    let least = low.div_euclid(power) + i128::from(low.rem_euclid(power) > 0);
    let greatest = high.div_euclid(power);
    let (first, last) = (i128::from(i64::MIN), i128::from(i64::MAX));
    match (
        i64::try_from(least.max(first)),
        i64::try_from(greatest.min(last)),
    ) {
        (Ok(least), Ok(greatest)) => least..=greatest,
        _ => NONE,
    }
}

/// Ten to so small a power.
fn power(of: usize) -> i128 {
    (0..of).fold(1, |power, _| power * 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_round_inwards() {
        assert_eq!(mantissas(-15, 15, 10), -1..=1);
        assert_eq!(mantissas(-20, 20, 10), -2..=2);
        assert_eq!(mantissas(1, 9, 10), NONE);
        assert_eq!(mantissas(i128::MIN, i128::MAX, 1), i64::MIN..=i64::MAX);
        assert_eq!(mantissas(i128::MAX, i128::MAX, 1), NONE);
        assert_eq!(mantissas(i128::MIN, i128::MIN, 1), NONE);
        assert_eq!(scaled("0.000000001".parse().unwrap()), Some(1));
        assert_eq!(scaled("0.0000000001".parse().unwrap()), None);
    }
}
