//! Building a book of cells in any order, with memory for some of them at a time.

mod contents;
mod held;
mod numbers;
mod runs;
mod telling;
#[cfg(test)]
mod tests;

use std::io::{Seek, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use self::contents::Contents;
use self::held::Held;
use self::runs::Runs;
pub use self::telling::Merged;
use self::telling::{Telling, Told};
use super::check::resolve;
use super::{BookWriter, NewCell};
use crate::catalogue::{Catalogue, PlaceHandle};
use crate::error::Result;
use crate::exchange::Sink;
use crate::model::{Heading, Key, Observation, Period};
use crate::rules::Warning;

/// Takes cells in any order, and writes their book when all have come.
///
/// A [`BookWriter`] refuses what comes out of order, and a [`BookBuilder`](super::BookBuilder) keeps every cell in memory. A sorter holds cells only up
/// to the memory it was given: when that is full they are sorted and set aside in a temporary file, from which
/// [`finish`](Self::finish) merges them into a writer, row by row. The bytes are those that the other two give for the same content.
///
/// Cells take some 30 bytes each in memory and 20 in the file. Beside them memory is taken for what the book's directory holds, headings and their
/// periods, and at the end for one table. The file has no name, and its room on the disk is given back when the sorter is dropped or the
/// program ends, however it does.
///
/// ```
/// use std::io::Cursor;
///
/// use yearbook::model::*;
/// use yearbook::{BookSorter, CatalogueBuilder, Yearbook};
///
/// let mut catalogue = CatalogueBuilder::new();
/// catalogue.region(Region::new("430200".parse()?, None, Level::Prefecture, Names::zh("株洲市")?))?;
/// catalogue.source(Source::new("zhuzhou-2024".parse()?, "Zhuzhou health services review of 2024", "", None)?)?;
/// for (code, name, unit) in [("beds", "床位数", "张"), ("doctors", "医师数", "人")] {
///     let (code, names, unit) = (code.parse()?, Names::zh(name)?, unit.parse()?);
///     catalogue.indicator(Indicator::new(code, names, unit, Kind::Count, Temporal::Stock)?)?;
/// }
/// let catalogue = catalogue.finish()?;
///
/// // 64 MiB hold some two million cells.
/// let mut book = BookSorter::new(catalogue, 64 << 20);
/// let zhuzhou: Place = "430200".parse()?;
/// for (indicator, year, figure, unit) in [
///     ("doctors", "2022", "13642", "人"),
///     ("beds", "2022", "30127", "张"),
///     ("beds", "2021", "29431", "张"),
/// ] {
///     book.observe(&Observation {
///         key: Heading::level(indicator.parse()?).at(zhuzhou.clone(), year.parse()?),
///         stated: Stated::figure(figure.parse()?, unit.parse()?),
///         source: "zhuzhou-2024".parse()?,
///     })?;
/// }
/// let bytes = book.finish(Cursor::new(Vec::new()))?.into_inner();
///
/// let book = Yearbook::from_bytes(bytes)?;
/// let beds = book.get(&Heading::level("beds".parse()?).at(zhuzhou, "2021".parse()?))?;
/// assert_eq!(beds.expect("it was recorded").stated().to_string(), "29431 bed");
/// # Ok::<(), yearbook::Error>(())
/// ```
#[derive(Debug)]
pub struct BookSorter {
    contents: Contents,
    published: (Option<DateTime<Utc>>, Option<u64>),
    memory_bytes: usize,
    folder: PathBuf,
    held: Held,
    runs: Option<Runs>,
    /// How many cells there are.
    cells: u64,
    /// The record of the cell that came last.
    record: Vec<u8>,
}

impl BookSorter {
    /// An empty book over a catalogue, whose cells take about so much memory while they come, and again while they are merged, for which 128 KiB
    /// are taken at least.
    ///
    /// Memory is taken as cells come. Each time it is full the temporary file gets a run; if there are more of them in the end than one for each 64 KiB of
    /// memory, or than 4096, neighbours are merged to longer ones first, in a second file beside the first.
    pub fn new(catalogue: Catalogue, memory_bytes: usize) -> Self {
        Self {
            contents: Contents::of(catalogue),
            published: (None, None),
            memory_bytes,
            folder: std::env::temp_dir(),
            held: Held::within(memory_bytes),
            runs: None,
            cells: 0,
            record: Vec::new(),
        }
    }

    /// The folder for the temporary file, in place of the [system's](std::env::temp_dir), which may be a disk in memory.
    #[must_use]
    pub fn in_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    /// The catalogue that the book stands on.
    pub fn catalogue(&self) -> &Catalogue {
        &self.contents.catalogue
    }

    /// States when the book is published and from which batch of a ledger. Neither is part of the
    /// content digest; without them equal content gives equal bytes.
    pub fn published(&mut self, at: Option<DateTime<Utc>>, batch: Option<u64>) -> &mut Self {
        self.published = (at, batch);
        self
    }

    /// Records one observation.
    ///
    /// # Errors
    /// As for [`push_cell`](Self::push_cell), and [`Unknown`](crate::ErrorKind::Unknown) for a place or a source that the catalogue does not hold.
    pub fn observe(&mut self, observation: &Observation) -> Result<Option<Warning>> {
        let (place, cell) = resolve(&self.contents.catalogue, observation)?;
        let Key {
            heading, period, ..
        } = &observation.key;
        self.push_cell(heading, place, *period, cell)
    }

    /// Records one cell.
    ///
    /// # Errors
    /// The rule it breaks ([`rules`](crate::rules)), or [`Io`](crate::ErrorKind::Io) if memory is full and cells cannot be set aside. Nothing is recorded
    /// then, and nothing of what was recorded before is lost: the cell may be given again. That a key has a figure
    /// already is seen by [`finish`](Self::finish).
    pub fn push_cell(
        &mut self,
        heading: &Heading,
        place: PlaceHandle,
        period: Period,
        cell: NewCell,
    ) -> Result<Option<Warning>> {
        let (key, warning) = self.contents.check(heading, place, period, &cell)?;
        self.record.clear();
        self.contents.write_record(&cell, &mut self.record)?;
        if !self.held.has_room(self.record.len()) {
            self.set_aside()?;
        }
        self.held.push(key, &self.record)?;
        self.cells += 1;
        Ok(warning)
    }

    /// Writes the book from where `out` stands, and gives `out` back, at the end of it.
    ///
    /// # Errors
    /// [`Duplicate`](crate::ErrorKind::Duplicate) if a key was given twice, naming both figures; [`Io`](crate::ErrorKind::Io), also for the temporary
    /// file; [`Overflow`](crate::ErrorKind::Overflow) for a book of more than 2^64 bytes. What was written until then is no book.
    pub fn finish<W: Write + Seek>(self, out: W) -> Result<W> {
        self.finish_telling(out, |_| ControlFlow::Continue(()))
    }

    /// Writes the book as [`finish`](Self::finish) does, and tells after some thousands of cells how far it has come; to break is to stop.
    ///
    /// ```no_run
    /// # fn written(book: yearbook::BookSorter, file: std::fs::File, asked_to_stop: impl Fn() -> bool) -> yearbook::Result<()> {
    /// use std::ops::ControlFlow;
    ///
    /// book.finish_telling(file, |merged| {
    ///     eprintln!("{} of {} cells", merged.cells, merged.cells_total);
    ///     if asked_to_stop() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As for [`finish`](Self::finish); [`Stopped`](crate::ErrorKind::Stopped) where `visit` breaks. The cells are gone with the sorter then.
    pub fn finish_telling<W: Write + Seek>(
        mut self,
        out: W,
        mut visit: impl FnMut(Merged) -> ControlFlow<()>,
    ) -> Result<W> {
        if self.runs.is_some() && !self.held.is_empty() {
            self.set_aside()?;
        }
        let Self {
            contents,
            published: (at, batch),
            memory_bytes,
            mut held,
            runs,
            cells,
            ..
        } = self;
        let mut book = BookWriter::new(contents.catalogue.clone(), out);
        book.published(at, batch)?;
        let ranks = contents.ranks();
        let passes = runs.as_ref().map_or(1, |runs| runs.passes(memory_bytes));
        let telling = &mut Telling::of(cells.saturating_mul(passes), &mut visit);
        match runs {
            None => {
                let cells = held.sorted(&ranks);
                contents.write(&mut book, &mut Told { cells, telling })?;
            }
            Some(runs) => {
                drop(held);
                let runs = runs.few(&ranks, memory_bytes, telling)?;
                let cells = runs.merge_all(&ranks, memory_bytes)?;
                contents.write(&mut book, &mut Told { cells, telling })?;
            }
        }
        book.finish()
    }

    /// Writes the cells in memory to the temporary file, sorted.
    fn set_aside(&mut self) -> Result<()> {
        let runs = match &mut self.runs {
            Some(runs) => runs,
            none => none.insert(Runs::create(&self.folder)?),
        };
        runs.add(&mut self.held.sorted(&self.contents.ranks()))?;
        self.held.clear();
        Ok(())
    }
}

impl Sink for BookSorter {
    fn catalogue(&self) -> &Catalogue {
        BookSorter::catalogue(self)
    }

    fn observe(&mut self, observation: &Observation) -> Result<Option<Warning>> {
        BookSorter::observe(self, observation)
    }
}
