//! What can be said: regions, institutions, indicators, periods, units, figures.
//!
//! Every value is checked where it is made; there is no way to hold an invalid one, and decoding
//! goes through the same constructors.

pub mod figure;
pub mod interval;
pub mod unit;

pub use figure::{Figure, Precision, Qualifier};
pub use interval::{Bound, Certainty, Interval};
pub use unit::{Dimension, Factor, Unit};

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
