//! Writing one table, row after row.

use std::io::{Seek, Write};

use super::{BookWriter, Stage, out_of_order};
use crate::book::alike::Recorder;
use crate::book::builder::{NewCell, wrong_length};
use crate::book::manner::{Manner, Manners};
use crate::book::table::direct;
use crate::catalogue::PlaceHandle;
use crate::error::Result;
use crate::model::{Heading, Period};
use crate::rules::{HeadingRules, Warning};

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

impl<'a, W: Write + Seek> TableWriter<'a, W> {
    /// A table without a cell yet, in the memory of the one before.
    pub(super) fn of(
        book: &'a mut BookWriter<W>,
        heading: &Heading,
        periods: &[Period],
        rules: HeadingRules,
    ) -> Self {
        Self {
            heading: heading.clone(),
            periods: periods.to_vec(),
            used: vec![false; periods.len()],
            unused: periods.len(),
            rules,
            last: None,
            recorder: Recorder::default(),
            manners: Manners::new(),
            book,
        }
    }

    /// Records the cells of the next place, one for each of the table's periods; `None` is recorded by nobody.
    ///
    /// # Errors
    /// [`Bounds`](crate::ErrorKind::Bounds) for a place that is not after the one before ([`Duplicate`](crate::ErrorKind::Duplicate) for the same again), for
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
    pub(in crate::book) fn push_filled<'c>(
        &mut self,
        place: PlaceHandle,
        cells: impl Iterator<Item = (u32, &'c NewCell)> + Clone,
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
    /// [`Bounds`](crate::ErrorKind::Bounds) for a cell without a figure and for a range, which has two numbers; [`Foreign`](crate::ErrorKind::Foreign) for a source of
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
    ///     "share about 117.20% is over 100%: inpatient_share_in_county is a part of a whole; record a completion if it may exceed its target",
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
    /// As for [`push_row`](Self::push_row) and for [`Figure::new`](crate::model::Figure::new); [`Foreign`](crate::ErrorKind::Foreign) for a manner of another table.
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
        Err(wrong_length(cells, periods))
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
    /// [`Io`](crate::ErrorKind::Io); the file cannot be finished then.
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
        let mut bytes = std::mem::take(&mut book.bytes);
        direct::write_into(&book.sheet, &periods, &mut bytes)?;
        let written = book.file().and_then(|file| file.parts(bytes.parts()));
        if written.is_err() {
            book.stage = Stage::Failed;
        }
        written?;
        book.entries
            .push(heading, periods, bytes.len(), bytes.crc())?;
        book.bytes = bytes;
        Ok(())
    }
}

/// The cells that are there, each after the number of its column.
fn filled<T>(cells: &[Option<T>]) -> impl Iterator<Item = (u32, &T)> + Clone {
    let cells = (0u32..).zip(cells);
    cells.filter_map(|(column, cell)| Some((column, cell.as_ref()?)))
}
