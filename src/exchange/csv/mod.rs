//! Tidy CSV: catalogues and observations, one row each.
//!
//! A folder holds one file a registry and one of observations; UTF-8 (with or without a byte-order
//! mark), a header line, one line a row (no field has a line break, so that a quote that is not closed is
//! noticed), columns in any order, lists within a field joined by `|`, an empty field where nothing is
//! stated, and in any file a column `note` that is not kept.
//!
//! | file | columns |
//! |---|---|
//! | `regions.csv` | **code**, parent, **level**, name_zh, name_en, aliases, valid_from, valid_to, succeeds |
//! | `institutions.csv` | **code**, **region**, **kind**, tier, class, ownership, name_zh, name_en, aliases, unified_code, valid_from, valid_to |
//! | `consortia.csv` | **code**, **kind**, region, name_zh, name_en, aliases |
//! | `members.csv` | **consortium**, **institution**, **role**, from, to |
//! | `sources.csv` | **code**, **title**, issuer, published |
//! | `breakdowns.csv` | **dimension**, **member** (empty: the row names the dimension), parent, partition, name_zh, name_en, aliases |
//! | `indicators.csv` | **code**, name_zh, name_en, aliases, unit (empty for an index), **kind**, **temporal**, polarity, numerator, denominator, lower, upper, plausible_low, plausible_high, succeeds |
//! | `observations.csv` | **source**, region, institution, **indicator**, breakdown, measure (empty: level), **figure**, unit (empty: the indicator's), **period**, status |
//!
//! Bold columns must be there. A figure is printed notation (730多万, 超330%, 比2021年提高了9个百分点), a
//! bare number, or the canonical text of a [`Figure`](crate::model::Figure); where it states a direction or a base,
//! these must agree with the measure. With an empty figure, the status says why it is absent.
//!
//! A bad row is rejected alone: a [`Report`] says which, where, why and what to do, and the rest is kept. `Ledger::import` tries a file,
//! takes all of it or nothing, or takes what is good.
//!
//! # Other files of observations
//!
//! [`read`] reads files as offices have them, as [`Options`] describe them: in [GB18030](Encoding), with [columns](Options::column) called 地区 and 指标, with a
//! column for each period or each indicator ([`Layout`]), with [names](Lookup) instead of codes, with the unit in the header (就诊率(%), 床位数（张）,
//! 收入/万元: 1.85 is 18500元, known to 10^2) or behind the name of the indicator. In such a file, an empty cell is a figure that nobody recorded.
//!
//! What a spreadsheet makes of a figure is mended where it is certain, and refused where it is not:
//!
//! | in the cell | what becomes of it |
//! |---|---|
//! | spaces of any kind around it, an apostrophe in front (`'430200`) | left out |
//! | `1,128` · `1，128` · full width digits · `93.94 %` | read |
//! | `1,12` | refused: digits come in groups of three |
//! | `1.23E+05` | refused: the spreadsheet has dropped digits |
//! | `#REF!` · `#N/A` · `####` | refused: the spreadsheet shows an error, or has no room |
//! | `-` · `—` · `…` · `/` · `N/A` · 空 | refused, unless [`Options::blank`] says what it means |
//! | `2023/9/30` · `2023.9` · `2023/9/30 0:00` | read |
//! | `2023.1` | refused: January, or October whose zero was dropped |
//! | `45199` in the place of a period | refused: perhaps the number of a day, which is not guessed |
//! | `0.9394` in percent | read as 0.9394%, with a warning |
//!
//! The warning is one for the whole file if an indicator has two figures or more in percent without a sign of their own, and all of them
//! lie between 0 and 1. If it has larger ones too, or only one, each small one gets a warning if the indicator is a share or the number has
//! more than two decimals. Zero says nothing either way; changes are left alone.
//!
//! # Memory
//!
//! Rows stream: a reader holds one row (of at most 16 MiB), some buffers, 16 384 names of places that it has looked up, and of the report the
//! [first 10 000](Options::kept_max) rejections and warnings. What became of each figure is told to who [watches](Watch), and not kept.

mod catalogue;
mod cells;
mod decode;
mod fractions;
mod header;
mod observations;
mod options;
mod records;
mod rows;
mod write;

use std::path::Path;

pub use super::report::{Rejection, Report, RowWarning};
pub use super::watch::{Progress, Told, Watch};
pub use catalogue::{CatalogueReader, read_catalogue};
pub use observations::{read, read_file, read_observations};
pub use options::{Blank, Column, Encoding, Layout, Lookup, Options, Separator};
pub use write::{write_folder, write_observations};

use crate::book::BookBuilder;
use crate::error::{Error, Result};

/// Reads a whole folder into the builder of a book: its catalogue, then its observations.
///
/// # Errors
/// A file that cannot be read, or whose header is not as it should be; a bad row is in the report.
pub fn read_folder(folder: impl AsRef<Path>) -> Result<(BookBuilder, Report)> {
    let folder = folder.as_ref();
    let (catalogue, mut report) = read_catalogue(folder)?;
    let mut book = BookBuilder::new(catalogue);
    let file = "observations.csv";
    report.merge(read_observations(open(folder, file)?, file, &mut book)?);
    Ok((book, report))
}

/// Opens a file of a folder; its name without the folder is what errors call it.
fn open(folder: &Path, file: &str) -> Result<std::io::BufReader<std::fs::File>> {
    match std::fs::File::open(folder.join(file)) {
        Ok(opened) => Ok(std::io::BufReader::new(opened)),
        Err(error) => Err(Error::from(error).in_file(folder.join(file).display().to_string())),
    }
}
