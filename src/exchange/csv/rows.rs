//! Rows of a registry by the names of their columns.

use std::io::Read;
use std::str::FromStr;

use csv::StringRecord;

use super::options::{Encoding, Separator};
use super::records::{Record, Records};
use crate::error::{Error, ErrorKind, Result, excerpt};
use crate::exchange::intake::Refusal;

/// A column that any file may have, for the people who keep it.
pub(super) const NOTE: &str = "note";

/// The columns of each file, in the order they are written.
pub(super) mod columns {
    pub(in super::super) const REGIONS: &[&str] = &[
        "code",
        "parent",
        "level",
        "name_zh",
        "name_en",
        "aliases",
        "valid_from",
        "valid_to",
        "succeeds",
    ];
    pub(in super::super) const INSTITUTIONS: &[&str] = &[
        "code",
        "region",
        "kind",
        "tier",
        "class",
        "ownership",
        "name_zh",
        "name_en",
        "aliases",
        "unified_code",
        "valid_from",
        "valid_to",
    ];
    pub(in super::super) const CONSORTIA: &[&str] =
        &["code", "kind", "region", "name_zh", "name_en", "aliases"];
    pub(in super::super) const MEMBERS: &[&str] =
        &["consortium", "institution", "role", "from", "to"];
    pub(in super::super) const SOURCES: &[&str] = &["code", "title", "issuer", "published"];
    pub(in super::super) const BREAKDOWNS: &[&str] = &[
        "dimension",
        "member",
        "parent",
        "partition",
        "name_zh",
        "name_en",
        "aliases",
    ];
    pub(in super::super) const INDICATORS: &[&str] = &[
        "code",
        "name_zh",
        "name_en",
        "aliases",
        "unit",
        "kind",
        "temporal",
        "polarity",
        "numerator",
        "denominator",
        "lower",
        "upper",
        "plausible_low",
        "plausible_high",
        "succeeds",
    ];
    pub(in super::super) const OBSERVATIONS: &[&str] = &[
        "source",
        "region",
        "institution",
        "indicator",
        "breakdown",
        "measure",
        "figure",
        "unit",
        "period",
        "status",
    ];
}

/// A CSV file whose header has been checked against the columns that are known.
pub(super) struct Rows<R> {
    records: Records<R>,
    /// The place of each known column in the file.
    columns: Vec<(&'static str, Option<usize>)>,
}

/// One row, and where it stands.
pub(super) struct Row<'a> {
    record: StringRecord,
    columns: &'a [(&'static str, Option<usize>)],
    pub(super) line: u64,
}

impl<R: Read> Rows<R> {
    /// Reads the header. `columns` are the names that are known; `required` must be there.
    ///
    /// # Errors
    /// A column that is missing, twice there or unknown, and a file that cannot be read.
    pub(super) fn open(
        reader: R,
        file: &str,
        columns: &[&'static str],
        required: &[&str],
    ) -> Result<Self> {
        let records = Records::open(reader, file, Encoding::Auto, Separator::Comma, columns)?;
        let refuse = |message: String| {
            Err(Error::new(ErrorKind::Syntax, message)
                .in_file(file)
                .at_row(1))
        };
        let mut found: Vec<(&'static str, Option<usize>)> =
            columns.iter().map(|name| (*name, None)).collect();
        for (at, name) in records.header().iter().enumerate() {
            match found.iter_mut().find(|(known, _)| known == name) {
                Some((_, Some(_))) => return refuse(format!("column {name} is there twice")),
                Some((_, place)) => *place = Some(at),
                None if name == NOTE => {}
                None => {
                    let hint = separator_hint(name);
                    return refuse(format!(
                        "unknown column {:?}: the columns are {}, and {NOTE}{hint}",
                        excerpt(name),
                        columns.join(", ")
                    ));
                }
            }
        }
        for needed in required {
            if found
                .iter()
                .any(|(name, place)| name == needed && place.is_none())
            {
                return refuse(format!(
                    "column {needed} is missing: the columns are {}",
                    columns.join(", ")
                ));
            }
        }
        Ok(Self {
            records,
            columns: found,
        })
    }

    pub(super) fn file(&self) -> &str {
        self.records.file()
    }

    /// The next row and its line; `None` at the end.
    pub(super) fn next(&mut self) -> Option<(u64, std::result::Result<Row<'_>, Refusal>)> {
        let Record { line, fields } = self.records.next()?;
        let columns = &self.columns;
        let row = fields.map(|record| Row {
            record,
            columns,
            line,
        });
        Some((line, row))
    }
}

/// What a name with another separator in it tells.
pub(super) fn separator_hint(name: &str) -> &'static str {
    match name.contains([';', '\t']) {
        true => "; fields are separated by commas",
        false => "",
    }
}

impl Row<'_> {
    /// The text in a column; empty where there is none.
    pub(super) fn text(&self, column: &str) -> &str {
        self.columns
            .iter()
            .find(|(name, _)| *name == column)
            .and_then(|(_, place)| self.record.get((*place)?))
            .unwrap_or_default()
            .trim()
    }

    /// The value in a column that may be empty.
    pub(super) fn optional<T: FromStr<Err = Error>>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>> {
        match self.text(column) {
            "" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|error: Error| error.in_column(column)),
        }
    }

    /// The value in a column that must not be empty.
    pub(super) fn required<T: FromStr<Err = Error>>(&self, column: &'static str) -> Result<T> {
        self.optional(column)?.ok_or_else(|| self.empty(column))
    }

    /// The error for a column that must not be empty.
    pub(super) fn empty(&self, column: &'static str) -> Error {
        Error::new(ErrorKind::Syntax, format!("column {column} is empty")).in_column(column)
    }

    /// The values in a column whose parts are joined by `|`.
    pub(super) fn list<'a>(&'a self, column: &'static str) -> impl Iterator<Item = &'a str> {
        self.text(column)
            .split('|')
            .map(str::trim)
            .filter(|part| !part.is_empty())
    }

    /// The error, and the value in its column.
    pub(super) fn refuse(&self, error: Error) -> Refusal {
        let value = error.column().map(|column| self.text(column).to_string());
        (error, value)
    }
}
