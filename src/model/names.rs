//! Names in Chinese and English, and aliases.

use std::iter::FusedIterator;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// What something is called: a Chinese name, an English name (one of the two at least), aliases.
///
/// A name is a line of text without control characters or `|`, not blank at either end, of at most
/// 1000 bytes. Names need not be unique: 鼓楼区 stands in four cities.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
pub struct Names {
    zh: Option<Box<str>>,
    en: Option<Box<str>>,
    aliases: Vec<Box<str>>,
}

const NAME_BYTES_MAX: usize = 1000;
const ALIASES_MAX: usize = 1000;

impl Names {
    /// A Chinese and an English name; either may be empty, but not both.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) for two empty names or one that is no name.
    pub fn new(zh: &str, en: &str) -> Result<Self> {
        if zh.is_empty() && en.is_empty() {
            return Err(Error::new(
                ErrorKind::Bounds,
                "a name is missing: give a Chinese or an English one",
            ));
        }
        let named = |name: &str| match name {
            "" => Ok(None),
            name => check(name).map(|()| Some(name.into())),
        };
        Ok(Self {
            zh: named(zh)?,
            en: named(en)?,
            aliases: Vec::new(),
        })
    }

    /// A Chinese name alone.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn zh(name: &str) -> Result<Self> {
        Self::new(name, "")
    }

    /// The same with one more alias; a name that is there already is not added again.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) if it is no name, or the 1001st alias.
    pub fn alias(mut self, alias: &str) -> Result<Self> {
        check(alias)?;
        if self.aliases.len() >= ALIASES_MAX {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!("{:?} has more than {ALIASES_MAX} aliases", self.main()),
            ));
        }
        if !self.all().any(|name| name == alias) {
            self.aliases.push(alias.into());
        }
        Ok(self)
    }

    /// The Chinese name.
    pub fn chinese(&self) -> Option<&str> {
        self.zh.as_deref()
    }

    /// The English name.
    pub fn english(&self) -> Option<&str> {
        self.en.as_deref()
    }

    /// The name to show: Chinese, else English.
    pub fn main(&self) -> &str {
        self.chinese().or(self.english()).unwrap_or_default()
    }

    /// The aliases, in the order they were given.
    pub fn aliases(
        &self,
    ) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator + FusedIterator + Clone {
        self.aliases.iter().map(AsRef::as_ref)
    }

    /// Every name: Chinese, English, aliases.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &str> + FusedIterator + Clone {
        self.chinese()
            .into_iter()
            .chain(self.english())
            .chain(self.aliases())
    }
}

fn check(name: &str) -> Result<()> {
    check_line(name, "name")?;
    if name.contains('|') {
        return Err(no(
            "name",
            name,
            "it has a |, which separates names in a list",
        ));
    }
    Ok(())
}

/// Checks a line of text: not blank, no space at its ends, no control characters, at most 1000 bytes.
pub(super) fn check_line(name: &str, what: &str) -> Result<()> {
    let trimmed = name.trim();
    let fault = if trimmed.is_empty() {
        "it is blank"
    } else if trimmed.len() < name.len() {
        "it has space at an end"
    } else if name.bytes().any(may_control) && name.chars().any(char::is_control) {
        "it has a control character"
    } else if name.len() > NAME_BYTES_MAX {
        "it is longer than 1000 bytes"
    } else {
        return Ok(());
    };
    Err(no(what, name, fault))
}

/// Whether a byte may be of a control character: one of ASCII, or the first of two bytes for U+0080 to U+00BF.
fn may_control(byte: u8) -> bool {
    byte.is_ascii_control() || byte == 0xc2
}

fn no(what: &str, name: &str, fault: &str) -> Error {
    Error::new(
        ErrorKind::Bounds,
        format!("{:?} is no {what}: {fault}", crate::error::excerpt(name)),
    )
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    zh: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    en: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
}

impl From<Names> for Form {
    fn from(names: Names) -> Self {
        Self {
            zh: names.zh.map(String::from).unwrap_or_default(),
            en: names.en.map(String::from).unwrap_or_default(),
            aliases: names.aliases.into_iter().map(String::from).collect(),
        }
    }
}

impl TryFrom<Form> for Names {
    type Error = Error;
    fn try_from(form: Form) -> Result<Self> {
        form.aliases
            .iter()
            .try_fold(Self::new(&form.zh, &form.en)?, |names, alias| {
                names.alias(alias)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_at_least_and_none_twice() {
        let names = Names::new("醴陵市", "Liling")
            .unwrap()
            .alias("醴陵")
            .unwrap()
            .alias("Liling")
            .unwrap();
        assert_eq!(
            names.all().collect::<Vec<_>>(),
            ["醴陵市", "Liling", "醴陵"]
        );
        assert_eq!(Names::new("", "Liling").unwrap().main(), "Liling");
        assert_eq!(
            Names::new("", "").unwrap_err().to_string(),
            "a name is missing: give a Chinese or an English one"
        );
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for (name, fault) in [
            (" ", "it is blank"),
            ("醴陵 ", "it has space at an end"),
            ("醴\n陵", "it has a control character"),
            ("a\u{7f}b", "it has a control character"),
            ("a\u{80}b", "it has a control character"),
            ("a\u{9f}b", "it has a control character"),
            ("醴|陵", "it has a |, which separates names in a list"),
        ] {
            assert_eq!(
                Names::zh(name).unwrap_err().to_string(),
                format!("{name:?} is no name: {fault}")
            );
        }
        assert!(Names::zh(&"长".repeat(334)).is_err());
        // The letters beside those of control: a no-break space and the rest of Latin-1.
        assert_eq!(Names::zh("a\u{a0}©").unwrap().main(), "a\u{a0}©");
    }

    proptest::proptest! {
        #[test]
        fn every_control_character_is_seen(letter in proptest::char::any()) {
            let is_name = Names::zh(&format!("a{letter}b")).is_ok();
            proptest::prop_assert_eq!(is_name, !letter.is_control() && letter != '|');
        }
    }

    #[test]
    fn json_goes_through_the_constructor() {
        let names = Names::zh("醴陵市").unwrap().alias("醴陵").unwrap();
        let json = serde_json::to_string(&names).unwrap();
        assert_eq!(json, r#"{"zh":"醴陵市","aliases":["醴陵"]}"#);
        assert_eq!(serde_json::from_str::<Names>(&json).unwrap(), names);
        assert!(serde_json::from_str::<Names>("{}").is_err());
        assert!(serde_json::from_str::<Names>(r#"{"zh":"a","fr":"b"}"#).is_err());
    }
}
