//! The canonical text of a figure, written and read.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::{Figure, Precision, Qualifier, power_of_ten};
use crate::error::{Error, Result};

const WHAT: &str = "a figure";

/// `{:#}` marks every counted end with `!`, for a place where a bare whole number would be read as
/// rounded.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::model::padded(f, |f| {
            let prefix = match self.qualifier {
                Qualifier::About => "~",
                Qualifier::Over => ">",
                Qualifier::AtLeast => ">=",
                Qualifier::Under => "<",
                Qualifier::AtMost => "<=",
                _ => "",
            };
            f.write_str(prefix)?;
            write_end(f, self.value, self.precision)?;
            match self.qualifier {
                Qualifier::Odd => f.write_str("+"),
                Qualifier::Nearly => f.write_str("-"),
                _ => match self.upper {
                    Some((upper, precision)) => {
                        f.write_str("..")?;
                        write_end(f, upper, precision)
                    }
                    None => Ok(()),
                },
            }
        })
    }
}

fn write_end(f: &mut fmt::Formatter<'_>, value: Decimal, precision: Precision) -> fmt::Result {
    match precision {
        Precision::Exact if value.scale() == 0 && !f.alternate() => write!(f, "{value}"),
        Precision::Exact => write!(f, "{value}!"),
        Precision::Digit(p) if p < 0 => write!(f, "{value}"),
        Precision::Digit(p) => {
            // The value is a whole multiple of 10^p, so this comes out.
            let digits = (value / power_of_ten(p)).normalize();
            write!(f, "{digits}e{p}")
        }
    }
}

impl fmt::Debug for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads the canonical text. Printed notation (730多万, 93.94%) is read by
/// [`notation`](crate::notation).
impl FromStr for Figure {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (qualifier, start) = match text.as_bytes() {
            [b'>', b'=', ..] => (Qualifier::AtLeast, 2),
            [b'<', b'=', ..] => (Qualifier::AtMost, 2),
            [b'>', ..] => (Qualifier::Over, 1),
            [b'<', ..] => (Qualifier::Under, 1),
            [b'~', ..] => (Qualifier::About, 1),
            _ => (Qualifier::None, 0),
        };
        let (value, precision, end) = read_end(text, start)?;
        let place = |error: Error| {
            Error::new(
                error.kind(),
                format!(
                    "cannot read {:?} as {WHAT}: {}",
                    crate::error::excerpt(text),
                    error.message()
                ),
            )
        };
        let rest = &text[end..];
        if qualifier == Qualifier::None && rest.starts_with("..") {
            let (upper, upper_precision, end) = read_end(text, end + 2)?;
            if end != text.len() {
                return Err(Error::syntax(WHAT, text, end, "nothing more"));
            }
            return Self::range(value, precision, upper, upper_precision).map_err(place);
        }
        let qualifier = match (qualifier, rest) {
            (_, "") => qualifier,
            (Qualifier::None, "+") => Qualifier::Odd,
            (Qualifier::None, "-") => Qualifier::Nearly,
            (Qualifier::None, _) => {
                return Err(Error::syntax(
                    WHAT,
                    text,
                    end,
                    "nothing more, or one of + - ..",
                ));
            }
            _ => return Err(Error::syntax(WHAT, text, end, "nothing more")),
        };
        Self::new(value, precision, qualifier).map_err(place)
    }
}

/// Reads `-12.5`, `12!`, `185e2` at `start`; the value, its precision and where it ends.
fn read_end(text: &str, start: usize) -> Result<(Decimal, Precision, usize)> {
    let bytes = text.as_bytes();
    let digits_from = |at: usize| {
        bytes[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let sign = usize::from(bytes.get(start) == Some(&b'-'));
    let whole = start + sign;
    let mut at = whole + digits_from(whole);
    if at == whole {
        return Err(Error::syntax(WHAT, text, whole, "a digit"));
    }
    let mut decimals = 0;
    // Two dots are a range.
    if bytes.get(at) == Some(&b'.') && bytes.get(at + 1) != Some(&b'.') {
        decimals = digits_from(at + 1);
        if decimals == 0 {
            return Err(Error::syntax(WHAT, text, at + 1, "a digit after the point"));
        }
        at += 1 + decimals;
    }
    let Ok(value) = Decimal::from_str_exact(&text[start..at]) else {
        return Err(Error::syntax(
            WHAT,
            text,
            start,
            format!(
                "at most 28 digits, which is what an exact decimal holds, not {}",
                at - whole - usize::from(decimals > 0)
            ),
        ));
    };
    match bytes.get(at) {
        Some(b'!') => Ok((value, Precision::Exact, at + 1)),
        Some(b'e') if decimals == 0 => {
            let exponent = digits_from(at + 1);
            let power = text[at + 1..at + 1 + exponent]
                .parse::<i8>()
                .ok()
                .filter(|&power| power <= 28);
            let Some(power) = power else {
                return Err(Error::syntax(
                    WHAT,
                    text,
                    at + 1,
                    "a power of ten from 0 to 28",
                ));
            };
            match value.checked_mul(power_of_ten(power)) {
                Some(value) => Ok((value, Precision::Digit(power), at + 1 + exponent)),
                None => Err(Error::syntax(
                    WHAT,
                    text,
                    start,
                    "a number below 7.9e28, the largest that an exact decimal holds",
                )),
            }
        }
        _ if decimals == 0 => Ok((value, Precision::Exact, at)),
        _ => {
            let places = i8::try_from(decimals).unwrap_or(i8::MAX);
            Ok((value, Precision::Digit(-places), at))
        }
    }
}

crate::model::text_serde!(
    Figure,
    "a figure in canonical text, such as 93.94, 730e4+ or >=60"
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn figure(text: &str) -> Figure {
        text.parse().unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn the_table_of_qualifiers() {
        for (text, interval) in [
            ("10455", "[10455, 10455]"),
            ("0", "[0, 0]"),
            ("0.5!", "[0.5, 0.5]"),
            ("93.94", "[93.935, 93.945]"),
            ("4.90", "[4.895, 4.905]"),
            ("79e0", "[78.5, 79.5]"),
            ("185e2", "[18450, 18550]"),
            ("47e4", "[465000, 475000]"),
            ("15e8", "[1450000000, 1550000000]"),
            ("730e4+", "(7300000, 7400000)"),
            ("4700e4+", "(47000000, 48000000)"),
            ("1100+", "(1100, 1200)"),
            ("-10e0+", "(-20, -10)"),
            ("~300", "[250, 350]"),
            ("~10e0", "[5, 15]"),
            ("~0e0", "[-0.5, 0.5]"),
            ("5000-", "[4500, 5000)"),
            ("-5e0-", "(-5, -4.5]"),
            // The next digit down needs more than 96 bits, so that end is rounded outward.
            (
                "-7.9228162514264337593543950335!+",
                "(-7.922816251426433759354395034, -7.9228162514264337593543950335)",
            ),
            (">6e4", "(60000, ∞)"),
            (">=93e0", "[93, ∞)"),
            ("<1e0", "(-∞, 1)"),
            ("<=10e0", "(-∞, 10]"),
            ("8e3..1e4", "[8000, 10000]"),
            ("-2.7", "[-2.75, -2.65]"),
            ("100e0", "[99.5, 100.5]"),
            ("0.00", "[-0.005, 0.005]"),
        ] {
            assert_eq!(figure(text).interval().to_string(), interval, "{text}");
            assert_eq!(figure(text).to_string(), text);
        }
        assert_eq!(figure("79!").to_string(), "79");
        for marked in ["79!", "~300!", "5000!-", "1!..2e0", "2e0..3!"] {
            assert_eq!(format!("{:#}", figure(marked)), marked);
        }
        assert_eq!(figure("0.50!"), figure("0.5!"));
    }

    #[test]
    fn equality_is_of_reports_and_value_cmp_of_numbers() {
        assert_ne!(figure("4.90"), figure("4.9"));
        assert_ne!(figure("79"), figure("79e0"));
        assert!(figure("4.90").value_cmp(&figure("4.9")).is_eq());
        assert!(figure(">4.9").value_cmp(&figure("5")).is_lt());
    }

    #[test]
    fn refusals_say_what_and_where() {
        for (text, message) in [
            (
                "",
                r#"cannot read "" as a figure: at byte 0: expected a digit, found the end of the text"#,
            ),
            (
                "-",
                r#"cannot read "-" as a figure: at byte 1: expected a digit, found the end of the text"#,
            ),
            (
                "1.",
                r#"cannot read "1." as a figure: at byte 2: expected a digit after the point, found the end of the text"#,
            ),
            (
                "5人",
                r#"cannot read "5人" as a figure: at byte 1: expected nothing more, or one of + - .., found "人""#,
            ),
            (
                ">5+",
                r#"cannot read ">5+" as a figure: at byte 2: expected nothing more, found "+""#,
            ),
            (
                "1e29",
                r#"cannot read "1e29" as a figure: at byte 2: expected a power of ten from 0 to 28, found "29""#,
            ),
            (
                "1.5e2",
                r#"cannot read "1.5e2" as a figure: at byte 3: expected nothing more, or one of + - .., found "e2""#,
            ),
            (
                "9e28",
                r#"cannot read "9e28" as a figure: at byte 0: expected a number below 7.9e28, the largest that an exact decimal holds, found "9e28""#,
            ),
            (
                "1..2..3",
                r#"cannot read "1..2..3" as a figure: at byte 4: expected nothing more, found "..3""#,
            ),
            (
                "2..1",
                r#"cannot read "2..1" as a figure: a range from 2 to 1 is empty: its lower end must be below its upper end"#,
            ),
            (
                "10455+",
                r#"cannot read "10455+" as a figure: "10455 odd" holds no whole number: between 10455 and the next there is none; drop 余 or round the number"#,
            ),
            (
                "0+",
                r#"cannot read "0+" as a figure: "odd" 0 has no digit to be measured by: state the bound instead"#,
            ),
            (
                "1234567890123456789012345678901234567890",
                r#"cannot read "1234567890123456789012345678901234567890" as a figure: at byte 0: expected at most 28 digits, which is what an exact decimal holds, not 40, found "1234567890123456789012345678901234567890""#,
            ),
        ] {
            assert_eq!(text.parse::<Figure>().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn constructors_refuse_what_was_not_printed() {
        let value: Decimal = "93.94".parse().unwrap();
        assert_eq!(
            Figure::new(value, Precision::Digit(-1), Qualifier::None)
                .unwrap_err()
                .to_string(),
            "93.94 has digits after its last printed one at 10^-1: give the precision that was printed"
        );
        assert_eq!(
            Figure::new(value, Precision::Digit(-28), Qualifier::None)
                .unwrap_err()
                .to_string(),
            "a last digit at 10^-28 is outside of 10^-27 to 10^28"
        );
        assert_eq!(
            Figure::new(Decimal::MAX, Precision::Digit(-1), Qualifier::None)
                .unwrap_err()
                .to_string(),
            "79228162514264337593543950335 with 1 decimals has more than the 28 digits a figure holds"
        );
        assert_eq!(
            Figure::new(value, Precision::Exact, Qualifier::Range)
                .unwrap_err()
                .to_string(),
            "a range needs two ends, but only 93.94 is given: use Figure::range"
        );
        assert_eq!(
            Figure::printed(value).unwrap().precision(),
            Precision::Digit(-2)
        );
        assert_eq!(Figure::exact(79), figure("79"));
    }

    fn precision() -> impl Strategy<Value = Precision> {
        prop_oneof![
            Just(Precision::Exact),
            (-27i8..=28).prop_map(Precision::Digit)
        ]
    }

    prop_compose! {
        fn end()(digits in -999_999i64..999_999, precision in precision()) -> (Decimal, Precision) {
            let digit = match precision {
                Precision::Exact => 0,
                Precision::Digit(p) => p,
            };
            (Decimal::from(digits).checked_mul(power_of_ten(digit)).unwrap_or_default(), precision)
        }
    }

    proptest! {
        #[test]
        fn print_then_read_is_the_same((value, precision) in end(), qualifier in proptest::sample::select(&Qualifier::ALL[..8])) {
            if let Ok(figure) = Figure::new(value, precision, qualifier) {
                prop_assert_eq!(figure.to_string().parse::<Figure>().unwrap(), figure);
                prop_assert!(figure.to_string().is_ascii());
                let json = serde_json::to_string(&figure).unwrap();
                prop_assert_eq!(serde_json::from_str::<Figure>(&json).unwrap(), figure);
                // The value is allowed, or is the open end of what is.
                let interval = figure.interval();
                prop_assert!(interval.contains(value) || interval.low().value() == Some(value.normalize()) || interval.high().value() == Some(value.normalize()));
            }
        }

        #[test]
        fn ranges_too((low, low_precision) in end(), (high, high_precision) in end()) {
            match Figure::range(low, low_precision, high, high_precision) {
                Ok(figure) => prop_assert_eq!(figure.to_string().parse::<Figure>().unwrap(), figure),
                Err(_) => prop_assert!(low >= high),
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[<>~=]{0,2}-?[0-9]{0,4}\\.?[0-9]{0,3}[e!]?[0-9]{0,2}[-+.人]{0,3}") {
            if let Ok(figure) = text.parse::<Figure>() {
                prop_assert_eq!(figure.to_string().parse::<Figure>().unwrap(), figure);
            }
        }
    }
}
