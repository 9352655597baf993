//! What became of each row that was read.

mod table;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use table::Table;

use super::Outcome;
use super::hint::hint;
use crate::error::{Error, ErrorKind};

/// What became of the rows of one or more files: how many figures were accepted, stood already or revised others, and
/// every row that was rejected or is worth a second look, up to a number that the reader was given.
///
/// Counts are of figures; a row of a registry counts as one, and so does a row that cannot be read at all.
///
/// Serialises with serde, and prints as a [`Table`] of the first rejections; `{:#}` prints all that are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    rows: u64,
    accepted: u64,
    unchanged: u64,
    revised: u64,
    set_aside: u64,
    blank: u64,
    rejected_count: u64,
    rejected: Vec<Rejection>,
    warning_count: u64,
    warnings: Vec<RowWarning>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stopped: Option<Stopped>,
}

/// A row, or a figure in a row, that was rejected, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// The file, as it was named to the reader.
    pub file: Option<String>,
    /// The line, from 1 with the header; none for a fault of the whole file.
    pub row: Option<u64>,
    /// The column, where the fault is in one.
    pub column: Option<String>,
    /// The value that stood there, where the fault is in one column.
    pub value: Option<String>,
    /// The sort of rule that it breaks.
    pub kind: ErrorKind,
    /// What was wrong, and which rule.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// A row that was accepted and is worth a second look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowWarning {
    /// The file, as it was named to the reader.
    pub file: String,
    /// The line, from 1 with the header.
    pub row: u64,
    /// What is worth a second look, and what to do.
    pub message: String,
}

/// Where the reading of a file was stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stopped {
    /// The file, as it was named to the reader.
    pub file: String,
    /// The last line that was read.
    pub row: u64,
}

impl Report {
    /// How many rows were read, without the headers and those that are blank.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How many figures, or entries of a catalogue, were accepted where nothing stood.
    pub fn accepted(&self) -> u64 {
        self.accepted
    }

    /// How many figures stood already.
    pub fn unchanged(&self) -> u64 {
        self.unchanged
    }

    /// How many figures took the place of others.
    pub fn revised(&self) -> u64 {
        self.revised
    }

    /// How many figures were set aside for another source's.
    pub fn set_aside(&self) -> u64 {
        self.set_aside
    }

    /// How many cells for figures nobody filled.
    pub fn blank(&self) -> u64 {
        self.blank
    }

    /// How many figures and rows were rejected.
    pub fn rejected_count(&self) -> u64 {
        self.rejected_count
    }

    /// The first of those that were rejected, in the order they were met.
    pub fn rejected(&self) -> &[Rejection] {
        &self.rejected
    }

    /// How many warnings there were.
    pub fn warning_count(&self) -> u64 {
        self.warning_count
    }

    /// The first of the rows that were accepted and are worth a second look.
    pub fn warnings(&self) -> &[RowWarning] {
        &self.warnings
    }

    /// Where reading was stopped, if it was.
    pub fn stopped(&self) -> Option<&Stopped> {
        self.stopped.as_ref()
    }

    /// Whether nothing was rejected and everything was read.
    pub fn is_clean(&self) -> bool {
        self.rejected_count == 0 && self.stopped.is_none()
    }

    /// Adds what another report says.
    pub fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        self.accepted += other.accepted;
        self.unchanged += other.unchanged;
        self.revised += other.revised;
        self.set_aside += other.set_aside;
        self.blank += other.blank;
        self.rejected_count += other.rejected_count;
        self.rejected.extend(other.rejected);
        self.warning_count += other.warning_count;
        self.warnings.extend(other.warnings);
        self.stopped = self.stopped.take().or(other.stopped);
    }

    /// The report as a table that shows at most so many rejections, and as many warnings.
    pub fn table(&self, rows_max: usize) -> Table<'_> {
        Table::new(self, rows_max)
    }

    pub(super) fn count_row(&mut self) {
        self.rows += 1;
    }

    #[cfg(feature = "csv")]
    pub(super) fn count_blank(&mut self) {
        self.blank += 1;
    }

    pub(super) fn take(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::New => self.accepted += 1,
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Revised => self.revised += 1,
            Outcome::SetAside => self.set_aside += 1,
        }
    }

    /// Counts a warning, and keeps it if it is among the first so many.
    pub(super) fn warn(&mut self, file: &str, row: u64, message: String, kept_max: usize) {
        self.warning_count += 1;
        if self.warnings.len() < kept_max {
            let file = file.to_string();
            self.warnings.push(RowWarning { file, row, message });
        }
    }

    /// Counts a rejection, and keeps it if it is among the first so many.
    pub(super) fn reject(&mut self, rejection: Rejection, kept_max: usize) {
        self.rejected_count += 1;
        if self.rejected.len() < kept_max {
            self.rejected.push(rejection);
        }
    }

    /// A row that was accepted and then fell with what it stood on.
    #[cfg(feature = "csv")]
    pub(super) fn withdraw(&mut self, error: &Error) {
        self.accepted = self.accepted.saturating_sub(1);
        self.reject(Rejection::of(error, None), usize::MAX);
    }

    pub(super) fn stop(&mut self, file: &str, row: u64) {
        let file = file.to_string();
        self.stopped = Some(Stopped { file, row });
    }
}

impl Rejection {
    pub(super) fn of(error: &Error, value: Option<&str>) -> Self {
        Self {
            file: error.file().map(String::from),
            row: error.row(),
            column: error.column().map(String::from),
            value: value.map(String::from),
            kind: error.kind(),
            message: error.message().to_string(),
            hint: hint(error),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = self.row.map(|row| format!("row {row}"));
        let column = self
            .column
            .as_ref()
            .map(|column| format!("column {column}"));
        let place: Vec<String> = [self.file.clone(), row, column]
            .into_iter()
            .flatten()
            .collect();
        if !place.is_empty() {
            write!(f, "{}: ", place.join(", "))?;
        }
        f.write_str(&self.message)
    }
}

impl fmt::Display for RowWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, row {}: {}", self.file, self.row, self.message)
    }
}
