//! Change a year, in decimals: a root that is enclosed from both sides, with no logarithm.

use rust_decimal::{Decimal, RoundingStrategy};

use super::super::answer::Answer;
use crate::error::{Error, ErrorKind, Result};
use crate::model::interval::directed::{self, Toward};
use crate::model::{Bound, Certainty, Interval, Unit};

const DECIMALS_MAX: u32 = 20;
/// Digits that a root is worked out to: more than are ever given.
const ROOT_DECIMALS: u32 = 24;
const HALF_MONTHS_IN_YEAR: u32 = 24;

/// A relative change over some half months as one a year, to so many digits after the point.
pub(super) fn annualised(relative: &Answer, half_months: u32, decimals: u32) -> Result<Answer> {
    if decimals > DECIMALS_MAX {
        return Err(Error::new(
            ErrorKind::Bounds,
            format!("{decimals} digits after the point are more than the {DECIMALS_MAX} there are"),
        ));
    }
    let hundred = Interval::point(Decimal::ONE_HUNDRED);
    let growth = |percent: &Interval| percent.add(&hundred).div(&hundred);
    let percent = |growth: &Interval| growth.scale(Decimal::ONE_HUNDRED).sub(&hundred);
    let least = Interval::point(-Decimal::ONE_HUNDRED);
    if relative.interval().at_least(&least) != Certainty::Certainly {
        return Err(Error::new(
            ErrorKind::Bounds,
            "what may have fallen by more than all of it, to below zero, has no change a year",
        ));
    }
    let within = percent(&yearly(&growth(relative.interval())?, half_months)?);
    let value = match relative.value() {
        // The two sides of the root agree in far more digits than are asked for.
        Some(value) => percent(&yearly(&growth(&Interval::point(value))?, half_months)?)
            .low()
            .value()
            .map(|value| {
                value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
            }),
        None => None,
    };
    let round = |end: Bound, strategy| match end {
        Bound::Unbounded => Bound::Unbounded,
        Bound::Closed(end) => Bound::Closed(end.round_dp_with_strategy(decimals, strategy)),
        Bound::Open(end) => Bound::Open(end.round_dp_with_strategy(decimals, strategy)),
    };
    let low = round(within.low(), RoundingStrategy::ToNegativeInfinity);
    let high = round(within.high(), RoundingStrategy::ToPositiveInfinity);
    let interval = Interval::new(low, high).unwrap_or(within);
    Ok(Answer::new(value, interval, Unit::PERCENT)
        .using(relative.used().iter().cloned())
        .lacking(relative.missing().iter().cloned())
        .flagged(relative.flags().iter().cloned()))
}

/// Growth over some half months to the power of 24 over them.
fn yearly(growth: &Interval, half_months: u32) -> Result<Interval> {
    let divisor = gcd(HALF_MONTHS_IN_YEAR, half_months.max(1));
    let (power, degree) = (HALF_MONTHS_IN_YEAR / divisor, half_months.max(1) / divisor);
    let side = |value: Decimal, toward| {
        pow(
            root(value.max(Decimal::ZERO), degree, toward)?,
            power,
            toward,
        )
    };
    let end = |end: Bound, toward| match end.value() {
        None => Some(Bound::Unbounded),
        Some(value) => {
            let value = side(value, toward)?;
            Some(match end {
                Bound::Open(_) if degree == 1 => Bound::Open(value),
                _ => Bound::Closed(value),
            })
        }
    };
    let low = end(growth.low(), Toward::Down);
    let high = end(growth.high(), Toward::Up).or(Some(Bound::Unbounded));
    low.zip(high)
        .and_then(|(low, high)| Interval::new(low, high))
        .ok_or_else(|| {
            Error::new(
                ErrorKind::Overflow,
                format!(
                    "growth by {growth} over {half_months} half months is more a year than a decimal holds"
                ),
            )
        })
}

/// The root of a number from zero on, not above it or not below it.
fn root(value: Decimal, degree: u32, toward: Toward) -> Option<Decimal> {
    if degree == 1 || value.is_zero() || value == Decimal::ONE {
        return Some(value);
    }
    // Invariant: low^degree ≤ value ≤ high^degree, also after rounding against it.
    let (mut low, mut high) = (Decimal::ZERO, value.max(Decimal::ONE));
    let step = Decimal::new(1, ROOT_DECIMALS);
    while directed::add(high, -low, Toward::Up)? > step {
        let middle = directed::add(low, high, Toward::Down)?
            .checked_div(Decimal::TWO)?
            .round_dp_with_strategy(ROOT_DECIMALS, RoundingStrategy::ToZero);
        if middle <= low || middle >= high {
            break;
        }
        let not_above = |power: Option<Decimal>| power.is_some_and(|power| power <= value);
        let below = match toward {
            Toward::Down => not_above(pow(middle, degree, Toward::Up)),
            Toward::Up => pow(middle, degree, Toward::Down).is_some_and(|power| power < value),
        };
        if below {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(match toward {
        Toward::Down => low,
        Toward::Up => high,
    })
}

/// A power of a number from zero on, rounded to a side; `None` where no decimal holds it.
fn pow(base: Decimal, exponent: u32, toward: Toward) -> Option<Decimal> {
    let mut result = Decimal::ONE;
    let mut square = base;
    let mut rest = exponent;
    while rest > 0 {
        if rest % 2 == 1 {
            result = directed::mul(result, square, toward)?;
        }
        rest /= 2;
        if rest > 0 {
            square = directed::mul(square, square, toward)?;
        }
    }
    Some(result)
}

fn gcd(a: u32, b: u32) -> u32 {
    match b {
        0 => a,
        _ => gcd(b, a % b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn yearly_of(percent: &str, within: &str, months: u32, decimals: u32) -> String {
        let relative = Answer::new(percent.parse().ok(), within.parse().unwrap(), Unit::PERCENT);
        annualised(&relative, 2 * months, decimals)
            .unwrap()
            .to_string()
    }

    #[test]
    fn years_compound() {
        // 1.21 is 1.1 squared, and 1.1 over half a year is 1.21 over a year.
        assert_eq!(yearly_of("21", "[21, 21]", 24, 4), "10%");
        assert_eq!(yearly_of("10", "[10, 10]", 6, 4), "21%");
        assert_eq!(yearly_of("10", "[9, 11]", 12, 4), "10%, within [9, 11]");
        assert_eq!(yearly_of("-100", "[-100, -100]", 24, 2), "-100%");
        assert_eq!(yearly_of("", "(300, ∞)", 24, 2), "at least 100%");
    }

    #[test]
    fn what_has_no_change_a_year_is_refused() {
        let below = Answer::new(None, "[-120, -110]".parse().unwrap(), Unit::PERCENT);
        assert_eq!(
            annualised(&below, 24, 2).unwrap_err().to_string(),
            "what may have fallen by more than all of it, to below zero, has no change a year"
        );
        let relative = Answer::new(None, Interval::everything(), Unit::PERCENT);
        assert_eq!(
            annualised(&relative, 24, 21).unwrap_err().to_string(),
            "21 digits after the point are more than the 20 there are"
        );
    }

    #[test]
    fn roots_are_enclosed() {
        for (value, degree) in [
            ("2", 2),
            ("0.5", 7),
            ("81", 4),
            ("1000000", 33),
            ("4.1223", 11),
        ] {
            let value = decimal(value);
            let low = root(value, degree, Toward::Down).unwrap();
            let high = root(value, degree, Toward::Up).unwrap();
            assert!(low <= high && high - low < decimal("0.00000000000000000001"));
            assert!(pow(low, degree, Toward::Up).unwrap() <= value, "{value}");
            assert!(pow(high, degree, Toward::Down).unwrap() >= value, "{value}");
        }
    }

    proptest! {
        #[test]
        fn a_power_of_a_root_is_the_number(mantissa in 1u32..1_000_000, scale in 0u32..6, degree in 1u32..60) {
            let value = Decimal::new(mantissa.into(), scale);
            let low = root(value, degree, Toward::Down).unwrap();
            let high = root(value, degree, Toward::Up).unwrap();
            prop_assert!(low <= high);
            prop_assert!(pow(low, degree, Toward::Down).unwrap() <= value);
            prop_assert!(pow(high, degree, Toward::Up).is_none_or(|power| power >= value));
        }
    }
}
