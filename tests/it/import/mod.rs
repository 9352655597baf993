//! Files as offices have them: wide, in GB18030, out of spreadsheets; read into a book, and into a ledger.

mod bytes;
mod cells;
#[cfg(feature = "ledger")]
mod large;
#[cfg(feature = "ledger")]
mod ledger;
mod wide;

use yearbook::exchange::Observations;
use yearbook::exchange::csv::{self, Options, Report};
use yearbook::{BookBuilder, Yearbook};

use crate::common::catalogue;

/// Reads a file into a book of the small world.
pub(crate) fn read(text: impl AsRef<[u8]>, options: &Options) -> (Yearbook, Report) {
    let mut book = BookBuilder::new(catalogue());
    let report = csv::read(text.as_ref(), "f.csv", &mut book, options, &mut ()).unwrap();
    (book.finish().unwrap(), report)
}

/// What keeps a file from being read at all.
pub(crate) fn refused(text: impl AsRef<[u8]>, options: &Options) -> String {
    let mut book = BookBuilder::new(catalogue());
    let read = csv::read(text.as_ref(), "f.csv", &mut book, options, &mut ());
    read.unwrap_err().to_string()
}

/// What a book holds, a line an observation.
pub(crate) fn held(book: &Yearbook) -> Vec<String> {
    let all = book.observations();
    all.map(|observation| observation.unwrap().to_string())
        .collect()
}

/// The rejections of a report, a line each.
pub(crate) fn rejections(report: &Report) -> Vec<String> {
    report.rejected().iter().map(ToString::to_string).collect()
}

/// The warnings of a report, a line each.
pub(crate) fn warnings(report: &Report) -> Vec<String> {
    report.warnings().iter().map(ToString::to_string).collect()
}
