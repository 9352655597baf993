//! What can be said: regions, institutions, indicators, periods, units, figures.
//!
//! Every value is checked where it is made; there is no way to hold an invalid one, and decoding
//! goes through the same constructors.

mod word;

pub mod breakdown;
pub mod code;
pub mod figure;
pub mod indicator;
pub mod interval;
pub mod measure;
pub mod names;
pub mod observation;
pub mod percent;
pub mod period;
pub mod place;
pub mod unit;

pub use breakdown::{Breakdown, Dimension, Member};
pub use code::{
    ConsortiumCode, DimensionCode, IndicatorCode, InstitutionCode, MemberCode, RegionCode,
    SourceCode, UnifiedCode,
};
pub use figure::{Figure, Precision, Qualifier};
pub use indicator::{Indicator, Kind, Polarity, Range, Temporal};
pub use interval::{Bound, Certainty, Interval};
pub use measure::{Base, ChangeForm, Measure, Scope};
pub use names::Names;
pub use observation::{Absence, Heading, Key, Observation, Source, Stated, Status};
pub use percent::{Percent, PercentagePoints};
pub use period::{Granularity, Period};
pub use place::{
    Class, Consortium, ConsortiumKind, Grade, Institution, InstitutionKind, Level, Membership,
    Ownership, Place, Region, Role, Tier, Validity,
};
pub use unit::{Factor, Unit};

/// The decimal that a text of digits says, to the last of them; `None` where a decimal would have to round.
pub(crate) fn exact_decimal(text: &str) -> Option<rust_decimal::Decimal> {
    let plain = |byte: u8| byte.is_ascii_digit() || b"+-.".contains(&byte);
    let parse = rust_decimal::Decimal::from_str_exact;
    text.bytes().all(plain).then(|| parse(text).ok()).flatten()
}

/// Writes a text as wide as its formatter asks, on the left unless it asks otherwise. Unlike
/// [`Formatter::pad`](std::fmt::Formatter::pad) it never cuts a text short: `{:.2}` of a figure is the figure.
pub(crate) fn padded(
    f: &mut std::fmt::Formatter<'_>,
    write: impl Fn(&mut std::fmt::Formatter<'_>) -> std::fmt::Result,
) -> std::fmt::Result {
    use std::fmt::{Alignment, Write};

    struct Bare<W>(W);
    impl<W: Fn(&mut std::fmt::Formatter<'_>) -> std::fmt::Result> std::fmt::Display for Bare<W> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            (self.0)(f)
        }
    }

    let Some(width) = f.width() else {
        return write(f);
    };
    let text = match f.alternate() {
        true => format!("{:#}", Bare(&write)),
        false => format!("{}", Bare(&write)),
    };
    let missing = width.saturating_sub(text.chars().count());
    let before = match f.align() {
        Some(Alignment::Right) => missing,
        Some(Alignment::Center) => missing / 2,
        _ => 0,
    };
    let fill = f.fill();
    (0..before).try_for_each(|_| f.write_char(fill))?;
    f.write_str(&text)?;
    (before..missing).try_for_each(|_| f.write_char(fill))
}

/// `Serialize` and `Deserialize` by the canonical text of a type (its `Display` and `FromStr`).
macro_rules! text_serde {
    ($type:ty, $what:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $type;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($what)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    };
}
pub(crate) use text_serde;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fill_the_width_they_are_given_and_are_never_cut() {
        let figure: Figure = "93.94".parse().unwrap();
        assert_eq!(format!("[{figure:8}]"), "[93.94   ]");
        assert_eq!(format!("[{figure:>8}]"), "[   93.94]");
        assert_eq!(format!("[{figure:*^9}]"), "[**93.94**]");
        assert_eq!(format!("[{figure:.1}]"), "[93.94]");
        assert_eq!(format!("[{:>6}]", Unit::PERCENT), "[     %]");
        assert_eq!(format!("[{:<9}]", figure.interval()), "[[93.935, 93.945]]");
        let heading = Heading::level("share".parse().unwrap());
        assert_eq!(format!("[{heading:>7}]"), "[  share]");
    }
}
