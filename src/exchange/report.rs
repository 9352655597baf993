//! What became of each row that was read.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::rules::Warning;

/// What became of the rows of one or more files: how many were accepted, and every row that was
/// rejected or is worth a second look.
///
/// Serialises with serde; prints a line a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    accepted: u64,
    rejected: Vec<Rejection>,
    warnings: Vec<RowWarning>,
}

/// A row that was rejected, and why.
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
    /// The sort of fault.
    pub kind: ErrorKind,
    /// What was wrong, which rule, what to do.
    pub message: String,
}

/// A row that was accepted and is worth a second look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowWarning {
    /// The file, as it was named to the reader.
    pub file: String,
    /// The line, from 1 with the header.
    pub row: u64,
    /// What is worth a second look.
    pub message: String,
}

impl Report {
    /// How many rows were accepted.
    pub fn accepted(&self) -> u64 {
        self.accepted
    }

    /// The rows that were rejected, in the order they were met.
    pub fn rejected(&self) -> &[Rejection] {
        &self.rejected
    }

    /// The rows that were accepted and are worth a second look.
    pub fn warnings(&self) -> &[RowWarning] {
        &self.warnings
    }

    /// Whether no row was rejected.
    pub fn is_clean(&self) -> bool {
        self.rejected.is_empty()
    }

    /// Adds what another report says.
    pub fn merge(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.rejected.extend(other.rejected);
        self.warnings.extend(other.warnings);
    }

    pub(super) fn accept(&mut self, file: &str, row: u64, warning: Option<Warning>) {
        self.accepted += 1;
        self.warnings.extend(warning.map(|warning| RowWarning {
            file: file.to_string(),
            row,
            message: warning.message().to_string(),
        }));
    }

    pub(super) fn reject(&mut self, error: &Error, value: Option<&str>) {
        self.rejected.push(Rejection {
            file: error.file().map(String::from),
            row: error.row(),
            column: error.column().map(String::from),
            value: value.map(String::from),
            kind: error.kind(),
            message: error.message().to_string(),
        });
    }

    /// A row that was accepted and then fell with what it stood on.
    pub(super) fn withdraw(&mut self, error: &Error) {
        self.accepted = self.accepted.saturating_sub(1);
        self.reject(error, None);
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

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} accepted, {} rejected",
            self.accepted,
            if self.accepted == 1 { "row" } else { "rows" },
            self.rejected.len()
        )?;
        for rejection in &self.rejected {
            write!(f, "\n  {rejection}")?;
        }
        for warning in &self.warnings {
            write!(f, "\n  {warning} (accepted)")?;
        }
        Ok(())
    }
}
