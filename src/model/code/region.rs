//! Codes of regions: GB/T 2260 and the other schemes.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// The code of a region.
///
/// A code of digits is read by GB/T 2260 (6 digits: province, prefecture, county) and its extension by
/// GB/T 10114 to townships (9 digits) and villages (12 digits). The short forms of 2 and 4 digits
/// (`43`, `4302`) are read as `430000` and `430200`, and a longer form that is filled up with zeros
/// as the shorter one (`430281000000` is `430281`). Any other code (ISO 3166-2 `CN-HN`, a DHIS2
/// uid) is kept as it is: a letter, then letters, digits, `-`, `_` or `.`, at most 15 bytes.
///
/// Codes compare by their bytes, which puts a GB/T 2260 parent before its children.
///
/// ```
/// use yearbook::model::RegionCode;
///
/// let hunan: RegionCode = "43".parse()?;
/// assert_eq!(hunan.as_str(), "430000");
/// let liling: RegionCode = "430281".parse()?;
/// assert_eq!(liling.parent_by_prefix(), Some("430200".parse()?));
/// # Ok::<(), yearbook::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode([u8; BYTES_MAX + 1]);

/// Fifteen bytes and a zero: 12 digits, 11 of a DHIS2 uid and 6 of ISO 3166-2 fit.
const BYTES_MAX: usize = 15;
const WHAT: &str = "a region code";

impl RegionCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        let length = self
            .0
            .iter()
            .position(|&byte| byte == 0)
            .unwrap_or(BYTES_MAX);
        // Only ASCII is ever stored.
        str::from_utf8(&self.0[..length]).unwrap_or_default()
    }

    /// Whether the code is of GB/T 2260 or its extension.
    pub fn is_gb2260(&self) -> bool {
        self.0[0].is_ascii_digit()
    }

    /// The parent that a GB/T 2260 code names by its prefix; `None` for a province and for other schemes.
    ///
    /// Only a check: the parent that a catalogue states wins, as 410482 may stand under 410000.
    pub fn parent_by_prefix(&self) -> Option<Self> {
        if !self.is_gb2260() {
            return None;
        }
        let text = self.as_str();
        let kept = match text.len() {
            12 => 9,
            9 => 6,
            _ if !text.ends_with("00") => 4,
            _ if !text.ends_with("0000") => 2,
            _ => return None,
        };
        text[..kept].parse().ok()
    }
}

impl FromStr for RegionCode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            return read_gb2260(text);
        }
        let allowed = |at: usize, c: char| {
            c.is_ascii_alphabetic() || (at > 0 && (c.is_ascii_digit() || "-_.".contains(c)))
        };
        match text.char_indices().find(|&(at, c)| !allowed(at, c)) {
            _ if text.is_empty() => Err(Error::syntax(WHAT, text, 0, "a letter or a digit")),
            Some((0, _)) => Err(Error::syntax(WHAT, text, 0, "a letter or a digit")),
            Some((at, _)) => Err(Error::syntax(
                WHAT,
                text,
                at,
                "a letter, a digit or one of - _ .",
            )),
            None if text.len() > BYTES_MAX => {
                Err(Error::syntax(WHAT, text, BYTES_MAX, "at most 15 bytes"))
            }
            None => Ok(stored(text)),
        }
    }
}

fn read_gb2260(text: &str) -> Result<RegionCode> {
    if let Some(at) = text.find(|c: char| !c.is_ascii_digit()) {
        return Err(Error::syntax(
            WHAT,
            text,
            at,
            "digits only, as GB/T 2260 has them",
        ));
    }
    if !matches!(text.len(), 2 | 4 | 6 | 9 | 12) {
        return Err(Error::syntax(
            WHAT,
            text,
            text.len().min(12),
            format!(
                "6, 9 or 12 digits (or the short forms of 2 and 4), not {}",
                text.len()
            ),
        ));
    }
    if text.starts_with('0') {
        return Err(Error::syntax(
            WHAT,
            text,
            0,
            "a province, whose first digit is 1 to 9",
        ));
    }
    let mut code = format!("{text:0<6}");
    while code.len() > 6 && code.ends_with("000") {
        code.truncate(code.len() - 3);
    }
    if code.len() == 6 && &code[2..4] == "00" && &code[4..] != "00" {
        return Err(Error::syntax(
            WHAT,
            text,
            2,
            "a prefecture before a county, as GB/T 2260 has them",
        ));
    }
    if code.len() == 12 && &code[6..9] == "000" {
        return Err(Error::syntax(
            WHAT,
            text,
            6,
            "a township before a village, as GB/T 10114 has them",
        ));
    }
    Ok(stored(&code))
}

fn stored(text: &str) -> RegionCode {
    let mut bytes = [0; BYTES_MAX + 1];
    bytes[..text.len()].copy_from_slice(text.as_bytes());
    RegionCode(bytes)
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

crate::model::text_serde!(RegionCode, "a region code");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(text: &str) -> RegionCode {
        text.parse().unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn long_and_short_forms_are_one_code() {
        for (text, expected) in [
            ("43", "430000"),
            ("4302", "430200"),
            ("430281", "430281"),
            ("430281001", "430281001"),
            ("430281001002", "430281001002"),
            ("430281000000", "430281"),
            ("430281001000", "430281001"),
            ("100000", "100000"),
            // A prefecture without counties has its townships under it.
            ("441900003", "441900003"),
            ("CN-HN", "CN-HN"),
            ("CN", "CN"),
            ("O6uvpzGd5pu", "O6uvpzGd5pu"),
        ] {
            assert_eq!(code(text).as_str(), expected);
        }
    }

    #[test]
    fn prefixes_name_a_parent() {
        for (child, parent) in [
            ("430281001002", Some("430281001")),
            ("430281001", Some("430281")),
            ("430281", Some("430200")),
            ("430200", Some("430000")),
            ("410482", Some("410400")),
            ("430000", None),
            ("CN-HN", None),
        ] {
            assert_eq!(code(child).parent_by_prefix(), parent.map(code), "{child}");
        }
    }

    #[test]
    fn form_is_checked() {
        for (text, message) in [
            (
                "",
                r#"cannot read "" as a region code: at byte 0: expected a letter or a digit, found the end of the text"#,
            ),
            (
                "430",
                r#"cannot read "430" as a region code: at byte 3: expected 6, 9 or 12 digits (or the short forms of 2 and 4), not 3, found the end of the text"#,
            ),
            (
                "4302811",
                r#"cannot read "4302811" as a region code: at byte 7: expected 6, 9 or 12 digits (or the short forms of 2 and 4), not 7, found the end of the text"#,
            ),
            (
                "030281",
                r#"cannot read "030281" as a region code: at byte 0: expected a province, whose first digit is 1 to 9, found "030281""#,
            ),
            (
                "430002",
                r#"cannot read "430002" as a region code: at byte 2: expected a prefecture before a county, as GB/T 2260 has them, found "0002""#,
            ),
            (
                "430281000001",
                r#"cannot read "430281000001" as a region code: at byte 6: expected a township before a village, as GB/T 10114 has them, found "000001""#,
            ),
            (
                "43O281",
                r#"cannot read "43O281" as a region code: at byte 2: expected digits only, as GB/T 2260 has them, found "O281""#,
            ),
            (
                "醴陵",
                r#"cannot read "醴陵" as a region code: at byte 0: expected a letter or a digit, found "醴陵""#,
            ),
            (
                "CN HN",
                r#"cannot read "CN HN" as a region code: at byte 2: expected a letter, a digit or one of - _ ., found " HN""#,
            ),
            (
                "abcdefghijklmnop",
                r#"cannot read "abcdefghijklmnop" as a region code: at byte 15: expected at most 15 bytes, found "p""#,
            ),
        ] {
            assert_eq!(text.parse::<RegionCode>().unwrap_err().to_string(), message);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9A-Za-z人.-]{0,17}") {
            if let Ok(code) = text.parse::<RegionCode>() {
                prop_assert_eq!(code.as_str().parse::<RegionCode>().unwrap(), code);
            }
        }

        #[test]
        fn order_is_of_the_text(a in "[1-9][0-9]{5}", b in "[1-9][0-9]{8}") {
            if let (Ok(a), Ok(b)) = (a.parse::<RegionCode>(), b.parse::<RegionCode>()) {
                prop_assert_eq!(a.cmp(&b), a.as_str().cmp(b.as_str()));
            }
        }
    }
}
