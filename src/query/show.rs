//! Printing numbers and intervals for people: few digits, rounded so that the printed interval still holds every
//! true value. Programs take the numbers themselves.

use std::fmt::Display;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serializer;

use crate::model::{Bound, Interval, Unit};

/// Digits after the point that are shown at least, where there are more.
const DECIMALS_MIN: u32 = 2;
/// A number of at most so many digits after the point is shown as it is.
const DECIMALS_KEPT: u32 = 4;
const DECIMALS_MAX: u32 = 10;

/// A number with as many digits as its interval is worth.
pub(super) fn number(value: Decimal, values: &Interval) -> String {
    let value = value.normalize();
    if value.scale() <= DECIMALS_KEPT {
        return value.to_string();
    }
    value
        .round_dp(decimals(values).max(DECIMALS_MIN))
        .normalize()
        .to_string()
}

/// An interval with its ends rounded outward to the digits it is worth.
pub(super) fn interval(values: &Interval) -> Interval {
    let decimals = (decimals(values) + 2).max(DECIMALS_KEPT);
    let round = |end: Bound, strategy| {
        let rounded = |value: Decimal| value.round_dp_with_strategy(decimals, strategy);
        match end {
            Bound::Unbounded => Bound::Unbounded,
            Bound::Closed(value) => Bound::Closed(rounded(value)),
            Bound::Open(value) => Bound::Open(rounded(value)),
        }
    };
    Interval::new(
        round(values.low(), RoundingStrategy::ToNegativeInfinity),
        round(values.high(), RoundingStrategy::ToPositiveInfinity),
    )
    .unwrap_or(*values)
}

/// The digits after the point that an interval tells apart.
fn decimals(values: &Interval) -> u32 {
    let Some(width) = values.width().filter(|width| !width.is_zero()) else {
        return 0;
    };
    (0..=DECIMALS_MAX)
        .find(|decimals| Decimal::new(1, *decimals) <= width)
        .unwrap_or(0)
}

/// A number with its unit in English: `88.22%`, `7.18 points`, `19 institutions`.
pub(super) fn english(number: &str, unit: Unit) -> String {
    match unit {
        Unit::PERCENT => format!("{number}%"),
        Unit::PERMILLE => format!("{number}‰"),
        Unit::PERCENTAGE_POINT => format!("{number} points"),
        Unit::ONE => number.to_string(),
        Unit::POSITION => format!("position {number}"),
        _ if number == "1" => format!("{number} {}", unit.to_english_singular()),
        _ => format!("{number} {}", unit.to_english()),
    }
}

/// A number with its unit in Chinese: `88.22%`, `7.18个百分点`, `19家`.
pub(super) fn chinese(number: &str, unit: Unit) -> String {
    match unit {
        Unit::ONE => number.to_string(),
        Unit::POSITION => format!("第{number}位"),
        _ => format!("{number}{}", unit.to_chinese()),
    }
}

/// Serialises by `Display`.
pub(super) fn as_text<T: Display, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Serialises by `Display`, or as null.
pub(super) fn as_text_if_any<T: Display, S: Serializer>(
    value: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_printed_wider_and_never_narrower() {
        for (text, shown) in [
            ("[7.17, 7.19]", "[7.17, 7.19]"),
            ("[9.655, 9.765]", "[9.655, 9.765]"),
            (
                "[312.2303710094909404659188, 312.2303710094909404659189]",
                "[312.2303, 312.2304]",
            ),
            ("(0, 3168.18181818)", "(0, 3168.1819)"),
            ("[-1.000049, ∞)", "[-1.0001, ∞)"),
        ] {
            let exact: Interval = text.parse().unwrap();
            assert!(interval(&exact).encloses(&exact));
            assert_eq!(interval(&exact).to_string(), shown);
        }
    }

    #[test]
    fn numbers_have_the_digits_they_are_worth() {
        for (value, within, shown) in [
            ("7.18", "[7.17, 7.19]", "7.18"),
            ("8.8598223100", "[8.8469, 8.8727]", "8.86"),
            (
                "312.230371009490940465",
                "[312.230371009490940465, 312.230371009490940466]",
                "312.23",
            ),
            ("187500", "[186900, 188100]", "187500"),
            ("0.123456", "[0.12344, 0.12346]", "0.12346"),
        ] {
            let within: Interval = within.parse().unwrap();
            assert_eq!(number(value.parse().unwrap(), &within), shown);
        }
    }
}
