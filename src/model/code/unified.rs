//! Unified social credit codes.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// A unified social credit code by GB 32100-2015: 17 characters and a check character.
///
/// The characters are 0–9 and A–Z without I, O, S, V and Z, worth 0 to 30 in that order. The check
/// character makes the sum of the values, each times 3^(i−1) mod 31 for position i from 1, a multiple
/// of 31.
///
/// ```
/// use yearbook::model::UnifiedCode;
///
/// assert!("91350100M000100Y43".parse::<UnifiedCode>().is_ok());
/// assert_eq!(
///     "91350100M000100Y44".parse::<UnifiedCode>().unwrap_err().to_string(),
///     r#"cannot read "91350100M000100Y44" as a unified social credit code: at byte 17: expected the check character 3, found "4""#,
/// );
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnifiedCode([u8; LENGTH]);

const LENGTH: usize = 18;
const CHARACTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const WHAT: &str = "a unified social credit code";

impl UnifiedCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        // Only ASCII is ever stored.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for UnifiedCode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut code = [0; LENGTH];
        let (mut sum, mut weight) = (0, 1);
        for (at, byte) in text.bytes().enumerate() {
            let value = CHARACTERS.iter().position(|&character| character == byte);
            let Some(value) = value else {
                return Err(Error::syntax(
                    WHAT,
                    text,
                    at,
                    "a digit or a capital letter other than I, O, S, V and Z",
                ));
            };
            let Some(place) = code.get_mut(at) else {
                return Err(Error::syntax(WHAT, text, at, "18 characters and no more"));
            };
            if at == LENGTH - 1 {
                let check = CHARACTERS[(31 - sum) % 31];
                if check != byte {
                    return Err(Error::syntax(
                        WHAT,
                        text,
                        at,
                        format!("the check character {}", char::from(check)),
                    ));
                }
            }
            *place = byte;
            sum = (sum + value * weight) % 31;
            weight = weight * 3 % 31;
        }
        if text.len() < LENGTH {
            return Err(Error::syntax(WHAT, text, text.len(), "18 characters"));
        }
        Ok(Self(code))
    }
}

impl fmt::Display for UnifiedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for UnifiedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

crate::model::text_serde!(UnifiedCode, "a unified social credit code");

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "91350100M000100Y43";

    #[test]
    fn any_change_of_one_character_is_noticed() {
        assert_eq!(VALID.parse::<UnifiedCode>().unwrap().as_str(), VALID);
        for at in 0..LENGTH {
            for &other in CHARACTERS {
                let mut changed = VALID.as_bytes().to_vec();
                if changed[at] == other {
                    continue;
                }
                changed[at] = other;
                let changed = String::from_utf8(changed).unwrap();
                assert!(changed.parse::<UnifiedCode>().is_err(), "{changed}");
            }
        }
    }

    #[test]
    fn form_is_checked() {
        for (text, at, expected) in [
            ("", 0, "18 characters"),
            ("91350100M000100Y4", 17, "18 characters"),
            ("91350100M000100Y430", 18, "18 characters and no more"),
            (
                "9135010OM000100Y43",
                7,
                "a digit or a capital letter other than I, O, S, V and Z",
            ),
            (
                "91350100m000100Y43",
                8,
                "a digit or a capital letter other than I, O, S, V and Z",
            ),
            (
                "统一",
                0,
                "a digit or a capital letter other than I, O, S, V and Z",
            ),
        ] {
            let error = text.parse::<UnifiedCode>().unwrap_err();
            assert_eq!(
                (error.offset_bytes(), error.expected()),
                (Some(at), Some(expected))
            );
        }
    }
}
