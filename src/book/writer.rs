//! Writing a book whose cells come sorted, with memory for one table and the directory.

use std::fmt::Display;
use std::io::{Seek, Write};

use chrono::{DateTime, Utc};

use super::alike::Recorder;
use super::builder::NewCell;
use super::directory::{CELLS, DIRECTORY, Entries, OUTSIDE_DIGEST, Publication, front};
use super::manner::{Manner, Manners};
use super::table::direct;
use super::table::sheet::Sheet;
use crate::catalogue::{Catalogue, PlaceHandle};
use crate::codec::sections::SectionsStream;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Heading, Period};
use crate::rules::{HeadingRules, Warning};

/// Writes a book as its cells come, sorted: tables by heading, rows by place, cells by period.
///
/// Memory is taken for one table and for the directory, not for the cells nor the book; the bytes are those that a
/// [`BookBuilder`](super::BookBuilder) gives for the same content. What comes out of order is refused, naming both keys: a
/// [`BookSorter`](super::BookSorter) sorts cells within bounded memory, and a builder keeps all of them.
///
/// ```
/// use std::io::Cursor;
///
/// use yearbook::model::*;
/// use yearbook::{BookWriter, CatalogueBuilder, NewCell, Yearbook};
///
/// let mut catalogue = CatalogueBuilder::new();
/// catalogue.region(Region::new("430200".parse()?, None, Level::Prefecture, Names::zh("株洲市")?))?;
/// catalogue.source(Source::new("zhuzhou-2024".parse()?, "Zhuzhou health services review of 2024", "", None)?)?;
/// catalogue.indicator(Indicator::new(
///     "beds".parse()?,
///     Names::zh("床位数")?,
///     "张".parse()?,
///     Kind::Count,
///     Temporal::Stock,
/// )?)?;
/// let catalogue = catalogue.finish()?;
/// let (zhuzhou, source) = (catalogue.find_place("株洲市")?, catalogue.source(&"zhuzhou-2024".parse()?)?);
///
/// let mut book = BookWriter::new(catalogue, Cursor::new(Vec::new()));
/// let mut beds = book.table(&Heading::level("beds".parse()?), &["2021".parse()?, "2022".parse()?])?;
/// let cell = |figure: &str| -> yearbook::Result<_> {
///     let stated = Stated::figure(figure.parse()?, "张".parse()?);
///     Ok(Some(NewCell { stated, source }))
/// };
/// beds.push_row(zhuzhou, &[cell("29431")?, cell("30127")?])?;
/// beds.finish()?;
/// let bytes = book.finish()?.into_inner();
///
/// let table = Yearbook::from_bytes(bytes)?.table(&Heading::level("beds".parse()?))?;
/// let beds = table.get(zhuzhou, "2022".parse()?)?.expect("it was recorded");
/// assert_eq!(beds.mantissa(), 30127);
/// # Ok::<(), yearbook::Error>(())
/// ```
pub struct BookWriter<W: Write + Seek> {
    catalogue: Catalogue,
    publication: Publication,
    stage: Stage<W>,
    entries: Entries,
    /// The memory of the table before, for the next.
    sheet: Sheet,
}

/// How far the file is.
enum Stage<W> {
    /// Nothing is written, so that the publication may still be stated.
    New(W),
    Cells(Box<SectionsStream<W>>),
    /// A table could not be written whole, so the file cannot be.
    Failed,
}

impl<W: Write + Seek> BookWriter<W> {
    /// A book over a catalogue, written from where `out` stands; a buffered writer serves no purpose, as whole tables are written.
    pub fn new(catalogue: Catalogue, out: W) -> Self {
        Self {
            catalogue,
            publication: Publication::default(),
            stage: Stage::New(out),
            entries: Entries::default(),
            sheet: Sheet::default(),
        }
    }

    /// The catalogue that the book stands on.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// States when the book is published and from which batch of a ledger.
    ///
    /// # Errors
    /// [`Duplicate`](ErrorKind::Duplicate) after the first table, when it has been written.
    pub fn published(
        &mut self,
        at: Option<DateTime<Utc>>,
        batch: Option<u64>,
    ) -> Result<&mut Self> {
        if !matches!(self.stage, Stage::New(_)) {
            return Err(Error::new(
                ErrorKind::Duplicate,
                "the publication has been written: state it before the first table",
            ));
        }
        self.publication = Publication::new(at, batch);
        Ok(self)
    }

    /// The next table, whose rows have a cell for each of `periods`.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) for a heading that is not after the one before, or periods that are not in their order;
    /// [`Duplicate`](ErrorKind::Duplicate) for a heading or a period that is given twice;
    /// the rule that the heading or a period breaks.
    pub fn table(&mut self, heading: &Heading, periods: &[Period]) -> Result<TableWriter<'_, W>> {
        if let Some(last) = self.entries.last()
            && last >= heading
        {
            return Err(out_of_order("table", last, heading));
        }
        let rules = HeadingRules::of(&self.catalogue, heading)?;
        for period in periods {
            rules.check_period(*period)?;
        }
        if let Some(pair) = periods.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(out_of_order("column", &pair[0], &pair[1]));
        }
        self.sheet.clear();
        Ok(TableWriter {
            heading: heading.clone(),
            periods: periods.to_vec(),
            used: vec![false; periods.len()],
            unused: periods.len(),
            rules,
            last: None,
            recorder: Recorder::default(),
            manners: Manners::new(),
            book: self,
        })
    }

    /// The rest of the file; gives `out` back, at the end of it.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io), also if a table failed with it before; [`Overflow`](ErrorKind::Overflow) for a book of more than 2^64 bytes.
    pub fn finish(mut self) -> Result<W> {
        self.file()?;
        let Stage::Cells(mut file) = self.stage else {
            return Err(failed());
        };
        let directory = self.entries.finish()?;
        file.begin(DIRECTORY)?;
        file.part(&directory, crc32fast::hash(&directory))?;
        let mut out = file.finish()?;
        out.flush()?;
        Ok(out)
    }

    /// The file, with what lies before the cells.
    fn file(&mut self) -> Result<&mut SectionsStream<W>> {
        if matches!(self.stage, Stage::New(_)) {
            let front = front(&self.catalogue, self.publication)?;
            if let Stage::New(out) = std::mem::replace(&mut self.stage, Stage::Failed) {
                let mut file = SectionsStream::new(out, front.len() + 2, &OUTSIDE_DIGEST)?;
                front.write_into(&mut file)?;
                file.begin(CELLS)?;
                self.stage = Stage::Cells(Box::new(file));
            }
        }
        match &mut self.stage {
            Stage::Cells(file) => Ok(file),
            _ => Err(failed()),
        }
    }
}

/// One table of a [`BookWriter`], taken a row at a time.
pub struct TableWriter<'a, W: Write + Seek> {
    book: &'a mut BookWriter<W>,
    heading: Heading,
    periods: Vec<Period>,
    /// Whether a column has a cell, and how many have none.
    used: Vec<bool>,
    unused: usize,
    rules: HeadingRules,
    last: Option<PlaceHandle>,
    recorder: Recorder,
    manners: Manners,
}

impl<W: Write + Seek> TableWriter<'_, W> {
    /// Records the cells of the next place, one for each of the table's periods; `None` is recorded by nobody.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) for a place that is not after the one before ([`Duplicate`](ErrorKind::Duplicate) for the same again), for
    /// more cells than periods, or fewer; and the rule that a cell breaks. Nothing of the row is recorded then.
    pub fn push_row(
        &mut self,
        place: PlaceHandle,
        cells: &[Option<NewCell>],
    ) -> Result<Vec<Warning>> {
        self.check_length(cells.len())?;
        self.push_filled(place, filled(cells))
    }

    /// Records the cells of the next place, each after the number of its column, in the order of those.
    ///
    /// # Errors
    /// As for [`push_row`](Self::push_row).
    pub(super) fn push_filled<'a>(
        &mut self,
        place: PlaceHandle,
        cells: impl Iterator<Item = (u32, &'a NewCell)> + Clone,
    ) -> Result<Vec<Warning>> {
        let columns = cells.clone().map(|(column, _)| column);
        self.begin_row(place, columns.clone())?;
        let rules = (&self.book.catalogue, &self.rules);
        let recorded = self.recorder.row(rules, &mut self.book.sheet, cells);
        self.end_row(place, columns, recorded)
    }

    /// Takes note of how a cell is stated, so that others stated so can be given as [bare numbers](Self::push_numbers). Its own number does not matter.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) for a cell without a figure and for a range, which has two numbers; [`Foreign`](ErrorKind::Foreign) for a source of
    /// another catalogue.
    pub fn manner(&mut self, cell: &NewCell) -> Result<Manner> {
        let rules = (&self.book.catalogue, &self.rules);
        self.manners.note(rules, &mut self.book.sheet, cell)
    }

    /// Records the cells of the next place as [`push_row`](Self::push_row) does: of each the mantissa, with as many decimals as the
    /// figure has that the [manner](Self::manner) was taken from. It takes a fraction of the time, and checks as much.
    ///
    /// ```
    /// use std::io::Cursor;
    ///
    /// use yearbook::model::*;
    /// use yearbook::{BookWriter, CatalogueBuilder, NewCell, Yearbook};
    ///
    /// let mut catalogue = CatalogueBuilder::new();
    /// catalogue.region(Region::new("430200".parse()?, None, Level::Prefecture, Names::zh("株洲市")?))?;
    /// catalogue.source(Source::new("zhuzhou-2024".parse()?, "Zhuzhou health services review of 2024", "", None)?)?;
    /// catalogue.indicator(Indicator::new(
    ///     "inpatient_share_in_county".parse()?,
    ///     Names::zh("县域内住院量占比")?,
    ///     Unit::PERCENT,
    ///     Kind::Share,
    ///     Temporal::Flow,
    /// )?)?;
    /// let catalogue = catalogue.finish()?;
    /// let (zhuzhou, source) = (catalogue.find_place("株洲市")?, catalogue.source(&"zhuzhou-2024".parse()?)?);
    ///
    /// let heading = Heading::level("inpatient_share_in_county".parse()?);
    /// let mut book = BookWriter::new(catalogue, Cursor::new(Vec::new()));
    /// let mut shares = book.table(&heading, &["2020".parse()?, "2021".parse()?, "2022".parse()?])?;
    /// let stated = Stated::figure("0.00".parse()?, Unit::PERCENT);
    /// let printed = shares.manner(&NewCell { stated, source })?;
    /// let stated = Stated::figure("~0.00".parse()?, Unit::PERCENT);
    /// let about = shares.manner(&NewCell { stated, source })?;
    ///
    /// let error = shares.push_numbers(zhuzhou, &[None, Some((8104, printed)), Some((11720, about))]).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "share ~117.20% is over 100%: inpatient_share_in_county is a part of a whole; record a completion if it may exceed its target",
    /// );
    /// shares.push_numbers(zhuzhou, &[None, Some((8104, printed)), Some((8390, about))])?;
    /// shares.finish()?;
    /// let book = Yearbook::from_bytes(book.finish()?.into_inner())?;
    /// let cell = book.table(&heading)?.cell(zhuzhou, "2022".parse()?)?.expect("it was recorded");
    /// assert_eq!(cell.stated().to_string(), "~83.90 %");
    /// # Ok::<(), yearbook::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`push_row`](Self::push_row) and for [`Figure::new`](crate::model::Figure::new); [`Foreign`](ErrorKind::Foreign) for a manner of another table.
    pub fn push_numbers(
        &mut self,
        place: PlaceHandle,
        cells: &[Option<(i64, Manner)>],
    ) -> Result<Vec<Warning>> {
        self.check_length(cells.len())?;
        let columns = filled(cells).map(|(column, _)| column);
        self.begin_row(place, columns.clone())?;
        let rules = (&self.book.catalogue, &self.rules);
        let onto = (&mut self.recorder, &mut self.book.sheet);
        let cells = filled(cells).map(|(column, cell)| (column, *cell));
        let recorded = self.manners.row(rules, onto, cells);
        self.end_row(place, columns, recorded)
    }

    fn check_length(&self, cells: usize) -> Result<()> {
        let periods = self.periods.len();
        if cells == periods {
            return Ok(());
        }
        Err(super::builder::wrong_length(cells, periods))
    }

    /// Checks that a row with cells in these columns may come next.
    fn begin_row(
        &self,
        place: PlaceHandle,
        columns: impl Iterator<Item = u32> + Clone,
    ) -> Result<()> {
        let catalogue = &self.book.catalogue;
        let period = |column: u32| self.periods.get(usize::try_from(column).ok()?).copied();
        self.rules
            .check_place(catalogue, place, columns.filter_map(period))?;
        if let Some(last) = self.last
            && last >= place
        {
            let (last, place) = (catalogue.place_code(last)?, catalogue.place_code(place)?);
            return Err(out_of_order(
                &format!("row of {}", self.heading),
                &last,
                &place,
            ));
        }
        Ok(())
    }

    /// Ends a row as it went: one that was refused is taken back.
    fn end_row(
        &mut self,
        place: PlaceHandle,
        mut columns: impl Iterator<Item = u32> + Clone,
        recorded: Result<Vec<Warning>>,
    ) -> Result<Vec<Warning>> {
        if recorded.is_err() {
            self.book.sheet.drop_row();
            return recorded;
        }
        if columns.clone().next().is_some() {
            self.book.sheet.end_row(place.index());
            self.last = Some(place);
            self.make_room(place.index());
        }
        if self.unused > 0 {
            columns.try_for_each(|column| {
                let used = self.used.get_mut(usize::try_from(column).ok()?)?;
                self.unused -= usize::from(!std::mem::replace(used, true));
                Some(())
            });
        }
        recorded
    }

    /// Takes memory for the rows after a place before it runs out: to double it each time would copy most cells twice and end with up to twice as much.
    fn make_room(&mut self, place: u32) {
        let cells = &mut self.book.sheet.cells;
        if cells.mantissas.capacity() - cells.len() >= self.periods.len() {
            return;
        }
        // As many as there are if the places to come are filled as those so far, and a few more; but little is taken on a guess, and enough that
        // cells are seldom copied if it was wrong.
        let passed = u64::from(place) + 1;
        let places = u64::from(self.book.catalogue.place_count()).max(passed);
        let count = cells.len() as u64;
        let foreseen = u128::from(count) * u128::from(places) / u128::from(passed);
        let more = u64::try_from(foreseen).unwrap_or(u64::MAX) - count;
        let more = (more + more / 16).clamp(count / 4, count.saturating_mul(7));
        let more = usize::try_from(more).unwrap_or(0).max(self.periods.len());
        cells.mantissas.reserve_exact(more);
        cells.columns.reserve_exact(more);
    }

    /// Writes the table; one without a cell is none.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io); the file cannot be finished then.
    pub fn finish(self) -> Result<()> {
        let Self {
            book,
            heading,
            mut periods,
            used,
            unused,
            ..
        } = self;
        if book.sheet.places.is_empty() {
            return Ok(());
        }
        if unused > 0 {
            let mut left = used.iter();
            periods.retain(|_| left.next().is_some_and(|used| *used));
            book.sheet.keep_columns(&used);
        }
        let bytes = direct::write(&book.sheet, &periods)?;
        let crc = crc32fast::hash(&bytes);
        let written = book.file().and_then(|file| file.part(&bytes, crc));
        if written.is_err() {
            book.stage = Stage::Failed;
        }
        written?;
        book.entries.push(heading, periods, bytes.len(), crc)
    }
}

/// The cells that are there, each after the number of its column.
fn filled<T>(cells: &[Option<T>]) -> impl Iterator<Item = (u32, &T)> + Clone {
    let cells = (0u32..).zip(cells);
    cells.filter_map(|(column, cell)| Some((column, cell.as_ref()?)))
}

fn out_of_order<T: Display>(what: &str, last: &T, next: &T) -> Error {
    let (last, next) = (last.to_string(), next.to_string());
    if last == next {
        return Error::new(
            ErrorKind::Duplicate,
            format!("{what} {next} is given twice"),
        );
    }
    Error::new(
        ErrorKind::Bounds,
        format!(
            "{what} {next} comes after {last}: a writer takes what is in order; use a sorter or a builder, or sort it first"
        ),
    )
}

fn failed() -> Error {
    Error::new(
        ErrorKind::Io,
        "the book could not be written: a table failed before",
    )
}
