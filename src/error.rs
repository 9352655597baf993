//! The one error of the crate: what was wrong, where, which rule, what to do.
//!
//! [`Error`] is opaque and one word wide. Its [`kind`](Error::kind) is for programs, its
//! `Display` is for people: lower case, no full stop, the value, the rule and what to do about it,
//! with the place (file, row, column, byte) in front where one is known.
//!
//! ```
//! use yearbook::{ErrorKind, model::Figure};
//!
//! let error = "12x".parse::<Figure>().unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::Syntax);
//! assert_eq!(
//!     error.to_string(),
//!     r#"cannot read "12x" as a figure: at byte 2: expected nothing more, or one of + - .., found "x""#,
//! );
//! ```

use std::error::Error as StdError;
use std::fmt;

/// What the fallible functions of this crate return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, with the place it went wrong at.
///
/// See the [module](self) for the wording.
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Inner>);

/// The sort of thing that went wrong, for programs to match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// Text that does not follow its grammar.
    Syntax,
    /// A value outside of the bounds of its type or of its kind of indicator.
    Bounds,
    /// A unit of another dimension, or one that a rule does not allow.
    Unit,
    /// A measure that does not go with the indicator (points on a count, a rank outside its scope).
    Measure,
    /// A period that does not go with the indicator or the place.
    Period,
    /// A code or a name that the catalogue does not hold.
    Unknown,
    /// A name that several entries share.
    Ambiguous,
    /// Two entries under one key.
    Duplicate,
    /// A catalogue that does not hold together (cycles, orphans, two parents).
    Structure,
    /// A handle of another catalogue.
    Foreign,
    /// A result that no decimal of 96 bits and 28 places holds.
    Overflow,
    /// Bytes that are not what they claim to be.
    Corrupt,
    /// Bytes of a format version that this crate does not read.
    Version,
    /// A file that someone else has open, or that something of one's own still reads or writes.
    Busy,
    /// A change of the catalogue under figures that use what it would change.
    InUse,
    /// The operating system refused.
    Io,
    /// The caller stopped it.
    Stopped,
}

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    file: Option<String>,
    row: Option<u64>,
    column: Option<String>,
    offset_bytes: Option<usize>,
    expected: Option<String>,
    got: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            file: None,
            row: None,
            column: None,
            offset_bytes: None,
            expected: None,
            got: None,
            source: None,
        }))
    }

    /// `text` is not a `what`: at `offset` it should have gone on with `expected`.
    ///
    /// The words are `cannot read "TEXT" as WHAT: at byte N: expected EXPECTED, found "REST"`.
    /// Say `what` with its article. An `offset` inside a character is moved to its start.
    pub(crate) fn syntax(
        what: &str,
        text: &str,
        offset: usize,
        expected: impl Into<String>,
    ) -> Self {
        let offset = (0..=offset.min(text.len()))
            .rev()
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(0);
        let expected = expected.into();
        let rest = &text[offset..];
        let got = if rest.is_empty() {
            "the end of the text".to_string()
        } else {
            format!("{:?}", excerpt(rest))
        };
        let mut error = Self::new(
            ErrorKind::Syntax,
            format!(
                "cannot read {:?} as {what}: at byte {offset}: expected {expected}, found {got}",
                excerpt(text)
            ),
        );
        error.0.offset_bytes = Some(offset);
        error.0.expected = Some(expected);
        error.0.got = Some(rest.to_string());
        error
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn in_file(mut self, file: impl Into<String>) -> Self {
        self.0.file = Some(file.into());
        self
    }

    /// Says before the message which table it was noticed in.
    pub(crate) fn in_table(mut self, heading: &impl fmt::Display) -> Self {
        self.0.message = format!("in table {heading}: {}", self.0.message);
        self
    }

    pub(crate) fn at_row(mut self, row: u64) -> Self {
        self.0.row = Some(row);
        self
    }

    #[cfg_attr(
        not(feature = "csv"),
        allow(dead_code, reason = "only tables have columns")
    )]
    pub(crate) fn in_column(mut self, column: impl Into<String>) -> Self {
        self.0.column = Some(column.into());
        self
    }

    /// The sort of thing that went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What was wrong, without the place it was found at.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The file the input came from, where one was named.
    pub fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// The row of the input, as a text editor counts lines: from 1, the header included.
    pub fn row(&self) -> Option<u64> {
        self.0.row
    }

    /// The column of the input, by its name in the header.
    pub fn column(&self) -> Option<&str> {
        self.0.column.as_deref()
    }

    /// The byte of the text or the file at which it was noticed, from 0.
    pub fn offset_bytes(&self) -> Option<usize> {
        self.0.offset_bytes
    }

    /// What would have been right at that byte.
    pub fn expected(&self) -> Option<&str> {
        self.0.expected.as_deref()
    }

    /// What stood at that byte instead, to the end of the text; empty at its end.
    pub fn got(&self) -> Option<&str> {
        self.0.got.as_deref()
    }
}

impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}")?;
        }
        if let Some(row) = self.row {
            write!(
                f,
                "{}row {row}",
                if self.file.is_some() { ", " } else { "" }
            )?;
        }
        if let Some(column) = &self.column {
            let gap = self.file.is_some() || self.row.is_some();
            write!(f, "{}column {column}", if gap { ", " } else { "" })?;
        }
        if self.file.is_some() || self.row.is_some() || self.column.is_some() {
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

impl StdError for Inner {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.0.kind, self.0)
    }
}

impl From<std::io::Error> for Error {
    fn from(source: std::io::Error) -> Self {
        Self::new(ErrorKind::Io, source.to_string()).with_source(source)
    }
}

/// At most 60 characters of a text that an error quotes: a cell can hold a whole page.
pub(crate) fn excerpt(text: &str) -> String {
    const CHARS_MAX: usize = 60;
    match text.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_stands_before_the_message() {
        let error = Error::new(ErrorKind::Bounds, "share 117.2% is over 100%")
            .in_file("observations.csv")
            .at_row(12)
            .in_column("figure");
        assert_eq!(
            error.to_string(),
            "observations.csv, row 12, column figure: share 117.2% is over 100%"
        );
        assert_eq!(error.message(), "share 117.2% is over 100%");
        assert_eq!(
            Error::new(ErrorKind::Io, "x").at_row(3).to_string(),
            "row 3: x"
        );
    }

    #[test]
    fn syntax_names_byte_expectation_and_rest() {
        let error = Error::syntax("a period", "2023年13月", 7, "a month from 1 to 12");
        assert_eq!(
            error.to_string(),
            r#"cannot read "2023年13月" as a period: at byte 7: expected a month from 1 to 12, found "13月""#
        );
        assert_eq!(error.got(), Some("13月"));
        let end = Error::syntax("a period", "2023-", 5, "a month");
        assert!(
            end.to_string()
                .ends_with("expected a month, found the end of the text")
        );
        assert_eq!(
            Error::syntax("a period", "年", 2, "x").offset_bytes(),
            Some(0)
        );
    }

    #[test]
    fn errors_are_one_word_and_travel() {
        fn travels<T: Send + Sync + 'static>() {}
        travels::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn a_page_of_text_is_quoted_short() {
        assert_eq!(excerpt(&"人".repeat(61)).chars().count(), 61);
        assert_eq!(excerpt("人"), "人");
    }
}
