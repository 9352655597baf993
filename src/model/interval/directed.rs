//! Decimal arithmetic that rounds towards a side, so that an interval never loses a true value.
//!
//! `rust_decimal` rounds to nearest when a result does not fit 96 bits and 28 places. Here the
//! same operations say which way: `None` is an overflow, which the caller widens to no bound.

use rust_decimal::Decimal;

/// The side a result that does not come out is rounded to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Toward {
    /// To the next smaller decimal: for a lower end.
    Down,
    /// To the next larger decimal: for an upper end.
    Up,
}

const MANTISSA_MAX: u128 = (1 << 96) - 1;
const SCALE_MAX: u32 = Decimal::MAX_SCALE;

/// `a + b`.
pub(crate) fn add(a: Decimal, b: Decimal, toward: Toward) -> Option<Decimal> {
    let (a, b) = (a.normalize(), b.normalize());
    let scale = a.scale().max(b.scale());
    let exact = || {
        let (a, b) = (raised(a, scale)?, raised(b, scale)?);
        a.checked_add(b)
    };
    match exact() {
        Some(sum) => fit(sum, scale, toward),
        None => widen(a.checked_add(b)?, toward),
    }
}

/// `a × b`.
pub(crate) fn mul(a: Decimal, b: Decimal, toward: Toward) -> Option<Decimal> {
    let (a, b) = (a.normalize(), b.normalize());
    match a.mantissa().checked_mul(b.mantissa()) {
        Some(product) => fit(product, a.scale() + b.scale(), toward),
        None => widen(a.checked_mul(b)?, toward),
    }
}

/// `a ÷ b`, to as many digits as a decimal holds; `None` also for `b` = 0.
pub(crate) fn div(a: Decimal, b: Decimal, toward: Toward) -> Option<Decimal> {
    let (a, b) = (a.normalize(), b.normalize());
    let divisor = b.mantissa().unsigned_abs();
    if divisor == 0 {
        return None;
    }
    let negative = (a.mantissa() < 0) != (b.mantissa() < 0);
    let mut quotient = a.mantissa().unsigned_abs() / divisor;
    let mut remainder = a.mantissa().unsigned_abs() % divisor;
    let mut scale = i64::from(a.scale()) - i64::from(b.scale());
    // Both are below 2^96, so a remainder times ten stays far below 2^128.
    while (remainder != 0 && scale < i64::from(SCALE_MAX)) || scale < 0 {
        let next = quotient * 10 + remainder * 10 / divisor;
        if next > MANTISSA_MAX {
            break;
        }
        quotient = next;
        remainder = remainder * 10 % divisor;
        scale += 1;
    }
    let scale = u32::try_from(scale).ok()?;
    let truncated = i128::try_from(quotient).ok()?;
    let signed = if negative { -truncated } else { truncated };
    let step = match (remainder, negative, toward) {
        (0, _, _) | (_, false, Toward::Down) | (_, true, Toward::Up) => 0,
        (_, false, Toward::Up) => 1,
        (_, true, Toward::Down) => -1,
    };
    fit(signed + step, scale, toward)
}

/// The mantissa of `value` at a larger scale.
fn raised(value: Decimal, scale: u32) -> Option<i128> {
    let power = 10i128.checked_pow(scale - value.scale())?;
    value.mantissa().checked_mul(power)
}

/// The decimal `mantissa × 10^-scale`, with digits dropped towards a side until it fits.
fn fit(mut mantissa: i128, mut scale: u32, toward: Toward) -> Option<Decimal> {
    while mantissa.unsigned_abs() > MANTISSA_MAX || scale > SCALE_MAX {
        scale = scale.checked_sub(1)?;
        let floor = mantissa.div_euclid(10);
        mantissa = match toward {
            Toward::Up if floor * 10 != mantissa => floor + 1,
            _ => floor,
        };
    }
    let value = Decimal::try_from_i128_with_scale(mantissa, scale).ok()?;
    Some(value.normalize())
}

/// A result that was rounded to nearest, moved one unit of its last place to a side.
fn widen(rounded: Decimal, toward: Toward) -> Option<Decimal> {
    let step = match toward {
        Toward::Down => -1,
        Toward::Up => 1,
    };
    fit(rounded.mantissa() + step, rounded.scale(), toward)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn what_comes_out_is_exact_on_both_sides() {
        for toward in [Toward::Down, Toward::Up] {
            assert_eq!(add(dec("71.75"), dec("68.65"), toward), Some(dec("140.4")));
            assert_eq!(
                mul(dec("18500"), dec("2000"), toward),
                Some(dec("37000000"))
            );
            assert_eq!(div(dec("198"), dec("-8"), toward), Some(dec("-24.75")));
            assert_eq!(div(dec("0.001"), dec("0.1"), toward), Some(dec("0.01")));
            assert_eq!(
                div(dec("600000000000000000000"), dec("0.003"), toward),
                Some(dec("200000000000000000000000"))
            );
        }
    }

    #[test]
    fn a_third_lies_between_its_sides() {
        let (low, high) = (
            div(Decimal::ONE, dec("3"), Toward::Down).unwrap(),
            div(Decimal::ONE, dec("3"), Toward::Up).unwrap(),
        );
        assert_eq!(low, dec("0.3333333333333333333333333333"));
        assert_eq!(high, dec("0.3333333333333333333333333334"));
        assert_eq!(div(-Decimal::ONE, dec("3"), Toward::Down).unwrap(), -high);
        assert_eq!(div(Decimal::ONE, Decimal::ZERO, Toward::Up), None);
    }

    #[test]
    fn digits_that_do_not_fit_go_to_the_side() {
        let tiny = Decimal::new(1, 28);
        let huge = Decimal::MAX;
        assert_eq!(add(huge, tiny, Toward::Up), None);
        assert_eq!(add(huge, tiny, Toward::Down), Some(huge - Decimal::ONE));
        assert_eq!(mul(tiny, tiny, Toward::Down), Some(Decimal::ZERO));
        assert_eq!(mul(tiny, tiny, Toward::Up), Some(tiny));
        assert_eq!(mul(huge, huge, Toward::Up), None);
        assert_eq!(div(huge, tiny, Toward::Up), None);
    }

    prop_compose! {
        fn decimal()(mantissa in prop_oneof![-1_000_000i128..1_000_000, -(1i128 << 96) + 1..1i128 << 96], scale in 0u32..=28) -> Decimal {
            Decimal::from_i128_with_scale(mantissa, scale)
        }
    }

    proptest! {
        #[test]
        fn the_sides_enclose_the_nearest(a in decimal(), b in decimal()) {
            for (low, nearest, high) in [
                (add(a, b, Toward::Down), a.checked_add(b), add(a, b, Toward::Up)),
                (mul(a, b, Toward::Down), a.checked_mul(b), mul(a, b, Toward::Up)),
                (div(a, b, Toward::Down), a.checked_div(b), div(a, b, Toward::Up)),
            ] {
                let Some(nearest) = nearest else { continue };
                // Nearest lies within one step of the side it was not rounded to.
                let step = Decimal::new(1, nearest.scale());
                if let (Some(low), Some(high)) = (low, high) {
                    prop_assert!(low <= high);
                    prop_assert!(low <= nearest.saturating_add(step), "{low} {nearest}");
                    prop_assert!(high >= nearest.saturating_sub(step), "{high} {nearest}");
                }
            }
        }

        #[test]
        fn a_quotient_times_its_divisor_is_near(a in -1_000_000_000i64..1_000_000_000, b in 1i64..1_000_000) {
            let (a, b) = (Decimal::from(a), Decimal::from(b));
            let low = div(a, b, Toward::Down).unwrap();
            let high = div(a, b, Toward::Up).unwrap();
            prop_assert!(mul(low, b, Toward::Down).unwrap() <= a);
            prop_assert!(mul(high, b, Toward::Up).unwrap() >= a);
        }
    }
}
