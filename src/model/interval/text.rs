//! Intervals as text: `[71.75, 71.85]`, `(60000, ∞)`.

use std::fmt;
use std::str::FromStr;

use super::{Bound, Interval};
use crate::error::{Error, Result};
use crate::model::exact_decimal;

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::model::padded(f, |f| {
            match self.low {
                Bound::Unbounded => f.write_str("(-∞, ")?,
                Bound::Closed(low) => write!(f, "[{low}, ")?,
                Bound::Open(low) => write!(f, "({low}, ")?,
            }
            match self.high {
                Bound::Unbounded => f.write_str("∞)"),
                Bound::Closed(high) => write!(f, "{high}]"),
                Bound::Open(high) => write!(f, "{high})"),
            }
        })
    }
}

impl fmt::Debug for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads what `Display` prints; `inf` may stand for `∞`.
impl FromStr for Interval {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let fail = |offset, expected: &str| Error::syntax("an interval", text, offset, expected);
        let low_open = match text.as_bytes().first() {
            Some(b'[') => false,
            Some(b'(') => true,
            _ => return Err(fail(0, "[ or (")),
        };
        let comma = text
            .find(',')
            .ok_or_else(|| fail(text.len(), "a comma between the ends"))?;
        let body = text.len() - 1;
        let high_open = match text.as_bytes()[body] {
            b']' => false,
            b')' => true,
            _ => return Err(fail(text.len(), "] or ) at the end")),
        };
        let (low, high) = (text[1..comma].trim(), text[comma + 1..body].trim());
        let bound = |end: &str, open: bool, offset| match exact_decimal(end) {
            Some(value) if open => Ok(Bound::Open(value)),
            Some(value) => Ok(Bound::Closed(value)),
            None => Err(fail(offset, "a decimal number of at most 28 digits")),
        };
        let low = match low {
            "-∞" | "-inf" if low_open => Bound::Unbounded,
            _ => bound(low, low_open, 1)?,
        };
        let high = match high {
            "∞" | "inf" if high_open => Bound::Unbounded,
            _ => bound(high, high_open, comma + 1)?,
        };
        Self::new(low, high).ok_or_else(|| fail(1, "a lower end below the upper end"))
    }
}

crate::model::text_serde!(
    Interval,
    "an interval such as [71.75, 71.85] or (60000, inf)"
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn says_what_is_wrong_and_where() {
        for (text, message) in [
            (
                "",
                r#"cannot read "" as an interval: at byte 0: expected [ or (, found the end of the text"#,
            ),
            (
                "[1 2]",
                r#"cannot read "[1 2]" as an interval: at byte 5: expected a comma between the ends, found the end of the text"#,
            ),
            (
                "[1, 2",
                r#"cannot read "[1, 2" as an interval: at byte 5: expected ] or ) at the end, found the end of the text"#,
            ),
            (
                "[1, x]",
                r#"cannot read "[1, x]" as an interval: at byte 3: expected a decimal number of at most 28 digits, found " x]""#,
            ),
            (
                "[2, 1]",
                r#"cannot read "[2, 1]" as an interval: at byte 1: expected a lower end below the upper end, found "2, 1]""#,
            ),
            (
                "[-∞, 1]",
                r#"cannot read "[-∞, 1]" as an interval: at byte 1: expected a decimal number of at most 28 digits, found "-∞, 1]""#,
            ),
            (
                "[,",
                r#"cannot read "[," as an interval: at byte 2: expected ] or ) at the end, found the end of the text"#,
            ),
        ] {
            assert_eq!(text.parse::<Interval>().unwrap_err().to_string(), message);
        }
        // An end that would be rounded would let true values out, or in.
        for text in [
            "[0.12345678901234567890123456789, 1]",
            "[1, 79228162514264337593543950334.6]",
            "[1_000, 2_000]",
        ] {
            assert_eq!(
                text.parse::<Interval>().unwrap_err().expected(),
                Some("a decimal number of at most 28 digits"),
                "{text}"
            );
        }
        assert_eq!("(1,inf)".parse::<Interval>().unwrap().to_string(), "(1, ∞)");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[\\[(]?[-0-9.,∞ infx]*[\\])年]?") {
            if let Ok(interval) = text.parse::<Interval>() {
                prop_assert_eq!(interval.to_string().parse::<Interval>().unwrap(), interval);
            }
        }
    }
}
