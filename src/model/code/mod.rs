//! Codes: short identities with a stated grammar, cheap to copy or to compare.

mod region;
mod unified;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::error::{Error, Result};

pub use region::RegionCode;
pub use unified::UnifiedCode;

/// The longest code, in bytes.
pub const CODE_BYTES_MAX: usize = 64;

/// Checks `[A-Za-z0-9][A-Za-z0-9_.+-]*`, at most 64 bytes.
fn check(text: &str, what: &str) -> Result<()> {
    if text.len() > CODE_BYTES_MAX {
        return Err(Error::syntax(
            what,
            text,
            CODE_BYTES_MAX,
            "at most 64 bytes",
        ));
    }
    let allowed = |at: usize, c: char| c.is_ascii_alphanumeric() || (at > 0 && "_.+-".contains(c));
    match text.char_indices().find(|&(at, c)| !allowed(at, c)) {
        Some((0, _)) => Err(Error::syntax(
            what,
            text,
            0,
            "a letter from A to Z or a digit",
        )),
        Some((at, _)) => Err(Error::syntax(
            what,
            text,
            at,
            "a letter from A to Z, a digit or one of _ . + -",
        )),
        None if text.is_empty() => Err(Error::syntax(
            what,
            text,
            0,
            "a letter from A to Z or a digit",
        )),
        None => Ok(()),
    }
}

macro_rules! code {
    ($(#[$doc:meta])* $type:ident, $what:literal) => {
        $(#[$doc])*
        ///
        /// The grammar is `[A-Za-z0-9][A-Za-z0-9_.+-]*`, at most 64 bytes; codes compare by their
        /// bytes, and a clone shares them.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(Arc<str>);

        impl $type {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self> {
                check(text, $what)?;
                Ok(Self(text.into()))
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        super::text_serde!($type, $what);
    };
}

code!(
    /// The code of an institution: the office's own, such as `zhuzhou-people-hospital`.
    InstitutionCode, "an institution code"
);
code!(
    /// The code of a consortium.
    ConsortiumCode, "a consortium code"
);
code!(
    /// The code of a source, such as `zhuzhou-2021`.
    SourceCode, "a source code"
);
code!(
    /// The code of a dimension of breakdowns, such as `age`.
    DimensionCode, "a dimension code"
);
code!(
    /// The code of a member of a dimension, such as `70-and-over`.
    MemberCode, "a member code"
);

/// The code of an indicator and the version of its definition: `inpatient_share`,
/// `inpatient_share@2`.
///
/// A changed definition is another indicator, so the version is a part of the code. Version 1 is
/// not written. The name follows `[A-Za-z0-9][A-Za-z0-9_.+-]*`, at most 64 bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndicatorCode {
    name: Arc<str>,
    version: u16,
}

impl IndicatorCode {
    /// The code without its version.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version of the definition, from 1.
    pub fn version(&self) -> u16 {
        self.version
    }
}

impl FromStr for IndicatorCode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        const WHAT: &str = "an indicator code";
        let Some((name, version)) = text.split_once('@') else {
            check(text, WHAT)?;
            return Ok(Self {
                name: text.into(),
                version: 1,
            });
        };
        check(name, WHAT)?;
        // Only the form that is printed, so that one code has one text.
        let number = version
            .parse::<u16>()
            .ok()
            .filter(|number| *number >= 2 && number.to_string() == version);
        match number {
            Some(number) => Ok(Self {
                name: name.into(),
                version: number,
            }),
            None => Err(Error::syntax(
                WHAT,
                text,
                name.len() + 1,
                "a version from 2 to 65535 (version 1 is not written)",
            )),
        }
    }
}

impl fmt::Display for IndicatorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version {
            1 => f.pad(&self.name),
            version => f.pad(&format!("{}@{version}", self.name)),
        }
    }
}

impl fmt::Debug for IndicatorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

super::text_serde!(IndicatorCode, "an indicator code");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_checked() {
        for good in ["zhuzhou-2021", "a", "3", "70+", "A.b_c-d"] {
            assert_eq!(good.parse::<SourceCode>().unwrap().to_string(), good);
        }
        for (bad, message) in [
            (
                "",
                r#"cannot read "" as a source code: at byte 0: expected a letter from A to Z or a digit, found the end of the text"#,
            ),
            (
                "-a",
                r#"cannot read "-a" as a source code: at byte 0: expected a letter from A to Z or a digit, found "-a""#,
            ),
            (
                "a b",
                r#"cannot read "a b" as a source code: at byte 1: expected a letter from A to Z, a digit or one of _ . + -, found " b""#,
            ),
            (
                "株洲",
                r#"cannot read "株洲" as a source code: at byte 0: expected a letter from A to Z or a digit, found "株洲""#,
            ),
        ] {
            assert_eq!(bad.parse::<SourceCode>().unwrap_err().to_string(), message);
        }
        assert!("a".repeat(64).parse::<SourceCode>().is_ok());
        assert_eq!(
            "a".repeat(65)
                .parse::<SourceCode>()
                .unwrap_err()
                .offset_bytes(),
            Some(64)
        );
    }

    #[test]
    fn an_indicator_carries_its_version() {
        let second: IndicatorCode = "inpatient_share@2".parse().unwrap();
        assert_eq!((second.name(), second.version()), ("inpatient_share", 2));
        assert_eq!(second.to_string(), "inpatient_share@2");
        assert_eq!(
            "inpatient_share"
                .parse::<IndicatorCode>()
                .unwrap()
                .version(),
            1
        );
        for bad in ["a@1", "a@0", "a@02", "a@", "a@x", "a@65536", "a@2@3"] {
            assert_eq!(
                bad.parse::<IndicatorCode>().unwrap_err().expected(),
                Some("a version from 2 to 65535 (version 1 is not written)"),
                "{bad}"
            );
        }
        let ordered = ["a", "a@2", "a@10", "b"].map(|text| text.parse::<IndicatorCode>().unwrap());
        assert!(ordered.is_sorted());
    }

    #[test]
    fn json_reads_through_the_grammar() {
        assert_eq!(
            serde_json::to_string(&"age".parse::<DimensionCode>().unwrap()).unwrap(),
            r#""age""#
        );
        assert!(serde_json::from_str::<DimensionCode>(r#""a b""#).is_err());
    }
}
