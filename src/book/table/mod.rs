//! Tables: rows of places, columns of periods, cells of figures.

pub(crate) mod attributes;
pub(crate) mod packed;
pub(crate) mod plain;
pub(crate) mod sheet;

use std::collections::BTreeSet;
use std::fmt;
use std::iter::FusedIterator;
use std::sync::Arc;

use bytes::Bytes;

use crate::catalogue::{Catalogue, PlaceHandle, SourceHandle};
use crate::codec::corrupt;
use crate::error::Result;
use crate::model::{Absence, Figure, Heading, Period, Stated, Status, Unit};
use plain::{Limits, Plain, PlainWriter, Slot};

/// What is stated in a cell, and by which source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    stated: Stated,
    source: SourceHandle,
}

impl Cell {
    /// What is stated: a figure, or why there is none.
    pub fn stated(&self) -> &Stated {
        &self.stated
    }

    /// The figure, if there is one.
    pub fn figure(&self) -> Option<&Figure> {
        self.stated.as_figure()
    }

    /// The unit the figure was reported in.
    pub fn unit(&self) -> Option<Unit> {
        self.stated.unit()
    }

    /// How the figure was come by; `None` where there is none.
    pub fn status(&self) -> Option<Status> {
        match self.stated {
            Stated::Figure { status, .. } => Some(status),
            Stated::Absent(_) => None,
        }
    }

    /// Why there is no figure; `None` where there is one.
    pub fn absence(&self) -> Option<Absence> {
        match self.stated {
            Stated::Figure { .. } => None,
            Stated::Absent(absence) => Some(absence),
        }
    }

    /// Who states it; [`Catalogue::source_record`] tells more.
    pub fn source(&self) -> SourceHandle {
        self.source
    }
}

/// One table of a yearbook: the cells under one heading.
///
/// Cheap to clone; its bytes have been checked when it was first taken from its book.
#[derive(Clone)]
pub struct Table(Arc<Inner>);

struct Inner {
    heading: Heading,
    periods: Vec<Period>,
    catalogue: Catalogue,
    limits: Limits,
    plain: Plain,
}

/// The cells of a [`Table`], by place, then period.
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    table: &'a Table,
    slots: std::ops::Range<usize>,
    /// The rows that the first and the last of the slots left may lie in.
    rows: std::ops::Range<usize>,
}

impl Iterator for Cells<'_> {
    type Item = Result<(PlaceHandle, Period, Cell)>;

    fn next(&mut self) -> Option<Self::Item> {
        let slot = self.slots.next()?;
        while self.rows.start + 1 < self.rows.end
            && self.table.0.plain.slots_of(self.rows.start).end <= slot
        {
            self.rows.start += 1;
        }
        Some(self.table.cell_in(self.rows.start, slot))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.slots.size_hint()
    }
}

impl DoubleEndedIterator for Cells<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let slot = self.slots.next_back()?;
        while self.rows.start + 1 < self.rows.end
            && slot < self.table.0.plain.slots_of(self.rows.end - 1).start
        {
            self.rows.end -= 1;
        }
        Some(self.table.cell_in(self.rows.end - 1, slot))
    }
}

impl ExactSizeIterator for Cells<'_> {}
impl FusedIterator for Cells<'_> {}

impl Table {
    pub(super) fn open(
        heading: Heading,
        periods: Vec<Period>,
        catalogue: Catalogue,
        limits: Limits,
        bytes: Bytes,
    ) -> Result<Self> {
        let plain = Plain::open(bytes, &limits)?;
        Ok(Self(Arc::new(Inner {
            heading,
            periods,
            catalogue,
            limits,
            plain,
        })))
    }

    /// The heading.
    pub fn heading(&self) -> &Heading {
        &self.0.heading
    }

    /// The columns: every period that has a cell, in the order of periods.
    pub fn periods(&self) -> &[Period] {
        &self.0.periods
    }

    /// How many rows have a cell.
    pub fn row_count(&self) -> usize {
        self.0.plain.row_count()
    }

    /// How many cells there are.
    pub fn cell_count(&self) -> usize {
        self.0.plain.slot_count()
    }

    /// The rows: every place that has a cell, in the order of places.
    pub fn places(
        &self,
    ) -> impl ExactSizeIterator<Item = PlaceHandle> + DoubleEndedIterator + FusedIterator + Clone + '_
    {
        (0..self.row_count()).map(|row| self.place(row))
    }

    /// The cell of a place in a period; `None` where nobody recorded one.
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign) for a handle of another book,
    /// [`Corrupt`](crate::ErrorKind::Corrupt) for a cell that holds no figure.
    pub fn cell(&self, place: PlaceHandle, period: Period) -> Result<Option<Cell>> {
        let Some(row) = self.row_index(place)? else {
            return Ok(None);
        };
        let slot = self
            .column_index(period)
            .and_then(|column| self.0.plain.slot_of(row, column));
        slot.map(|slot| self.read(slot)).transpose()
    }

    /// The cells of a place, by period; none where the place has no row.
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign) for a handle of another book; and as for
    /// [`cell`](Self::cell) for each cell.
    pub fn row(
        &self,
        place: PlaceHandle,
    ) -> Result<
        impl ExactSizeIterator<Item = Result<(Period, Cell)>>
        + DoubleEndedIterator
        + FusedIterator
        + Clone
        + '_,
    > {
        let slots = self
            .row_index(place)?
            .map_or(0..0, |row| self.0.plain.slots_of(row));
        Ok(slots.map(|slot| Ok((self.period(slot), self.read(slot)?))))
    }

    /// The cells of a period, by place; none where the table has no such column.
    pub fn column(
        &self,
        period: Period,
    ) -> impl DoubleEndedIterator<Item = Result<(PlaceHandle, Cell)>> + FusedIterator + Clone + '_
    {
        let column = self.column_index(period);
        (0..column.map_or(0, |_| self.row_count())).filter_map(move |row| {
            let slot = self.0.plain.slot_of(row, column?)?;
            Some(self.read(slot).map(|cell| (self.place(row), cell)))
        })
    }

    /// Every cell, by place, then period.
    pub fn cells(&self) -> Cells<'_> {
        Cells {
            table: self,
            slots: 0..self.cell_count(),
            rows: 0..self.row_count(),
        }
    }

    /// The units that its figures are in.
    pub(super) fn units(&self) -> BTreeSet<Unit> {
        let mut numbers: Vec<u32> = Vec::new();
        for number in (0..self.cell_count()).filter_map(|slot| self.0.plain.unit_at(slot)) {
            // A table has one unit or a few, and neighbours share theirs.
            if !numbers.iter().rev().any(|known| *known == number) {
                numbers.push(number);
            }
        }
        let units = numbers
            .into_iter()
            .filter_map(|number| self.0.limits.units.get(usize::try_from(number).ok()?));
        units.copied().collect()
    }

    /// Its bytes in a book that numbers its units so, and its sources as `sources` says: as they lie if nothing is numbered
    /// otherwise.
    pub(super) fn bytes(&self, sources: Option<&[u32]>, units: &[Unit]) -> Result<Bytes> {
        if sources.is_none() && *self.0.limits.units == *units {
            return Ok(self.0.plain.bytes());
        }
        let unit_index = |unit: Unit| {
            let at = units.binary_search(&unit).ok();
            at.and_then(|at| u32::try_from(at).ok()).unwrap_or(0)
        };
        let mut writer = PlainWriter::default();
        for row in 0..self.row_count() {
            let mut cells = Vec::new();
            for slot in self.0.plain.slots_of(row) {
                let Slot { stated, source } = self.0.plain.read(slot, &self.0.limits)?;
                let moved = match sources {
                    None => Some(source),
                    Some(sources) => usize::try_from(source)
                        .ok()
                        .and_then(|source| sources.get(source))
                        .copied(),
                };
                let source =
                    moved.ok_or_else(|| corrupt("a cell has a source that is not there"))?;
                cells.push((self.0.plain.column_at(slot), Slot { stated, source }));
            }
            writer.row(self.0.plain.place(row), cells.into_iter(), unit_index)?;
        }
        Ok(writer.finish()?.into())
    }

    /// A cell by its row and its slot.
    fn cell_in(&self, row: usize, slot: usize) -> Result<(PlaceHandle, Period, Cell)> {
        Ok((self.place(row), self.period(slot), self.read(slot)?))
    }

    fn row_index(&self, place: PlaceHandle) -> Result<Option<usize>> {
        Ok(self.0.plain.row_of(self.0.catalogue.own_place(place)?))
    }

    fn column_index(&self, period: Period) -> Option<u32> {
        let column = self.0.periods.binary_search(&period).ok()?;
        u32::try_from(column).ok()
    }

    fn place(&self, row: usize) -> PlaceHandle {
        self.0.catalogue.handle(self.0.plain.place(row))
    }

    /// The period of a slot, whose column `open` has checked.
    fn period(&self, slot: usize) -> Period {
        self.0.periods[self.0.plain.column_at(slot) as usize]
    }

    fn read(&self, slot: usize) -> Result<Cell> {
        let Slot { stated, source } = self.0.plain.read(slot, &self.0.limits)?;
        Ok(Cell {
            stated,
            source: self.0.catalogue.source_handle(source),
        })
    }
}

/// Its heading and its size; a table is too long to be printed.
impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("heading", &format_args!("{}", self.heading()))
            .field("rows", &self.row_count())
            .field("cells", &self.cell_count())
            .finish()
    }
}
