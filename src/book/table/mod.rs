//! Tables: rows of places, columns of periods, cells of figures.

pub(crate) mod attributes;
mod cells;
pub(crate) mod columns;
pub(crate) mod direct;
#[cfg(fuzzing)]
pub mod fuzzing;
mod many;
pub(crate) mod packed;
mod run;
pub(crate) mod sheet;
mod value;
mod values;

use std::fmt;
use std::iter::FusedIterator;
use std::sync::Arc;

use bytes::Bytes;

use crate::catalogue::{Catalogue, PlaceHandle, Places, SourceHandle};
use crate::codec::corrupt;
use crate::error::{Error, Result};
use crate::model::{Absence, Figure, Heading, Period, Stated, Status, Unit};
pub use cells::{Cells, Column, Row};
use columns::Columns;
use direct::{Direct, Limits, NoFigure, Walk};
pub use run::Run;
use sheet::{Sheet, Slot};
pub use value::Value;
pub use values::{ColumnValues, RowValues, Values};

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
/// Cheap to clone; its bytes have been checked when it was first taken from its book. Beside them it takes some bytes for each period and, where most
/// places of a range have a row, at most two for each of those places.
///
/// A question is asked of the whole cell ([`cell`](Self::cell), [`row`](Self::row), [`column`](Self::column),
/// [`cells`](Self::cells)) or of its bare number ([`get`](Self::get), [`get_many`](Self::get_many), and `values` of the
/// iterators, one at a time or in [runs](Run)), which is faster. A bare number says neither its unit nor its qualifier: `over 60 000` reads as 60 000. Nothing here takes memory.
#[derive(Clone)]
pub struct Table(Arc<Inner>);

/// What is looked for is not found the short way: the long one tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Detour;

/// What every look-up reads stands first and together.
#[repr(C)]
struct Inner {
    /// The first place that may have a row: one subtraction from a place tells where it is among them, and that it is of the same catalogue.
    first: PlaceHandle,
    columns: Columns,
    direct: Direct,
    /// The first source.
    source: SourceHandle,
    heading: Arc<Heading>,
    catalogue: Catalogue,
}

impl Table {
    pub(super) fn open(
        heading: Arc<Heading>,
        columns: Columns,
        catalogue: Catalogue,
        bytes: Bytes,
    ) -> Result<Self> {
        let limits = Limits {
            places: catalogue.place_count(),
            columns: u32::try_from(columns.periods().len()).unwrap_or(u32::MAX),
            sources: catalogue.source_count(),
        };
        let direct = Direct::open(bytes, &limits)?;
        Ok(Self(Arc::new(Inner {
            first: catalogue.handle(direct.first_place()),
            source: catalogue.source_handle(0),
            direct,
            columns,
            heading,
            catalogue,
        })))
    }

    /// The heading.
    pub fn heading(&self) -> &Heading {
        &self.0.heading
    }

    /// The columns: every period that has a cell, in the order of periods.
    pub fn periods(&self) -> &[Period] {
        self.0.columns.periods()
    }

    /// How many rows have a cell.
    pub fn row_count(&self) -> usize {
        self.0.direct.row_count()
    }

    /// How many cells there are.
    pub fn cell_count(&self) -> usize {
        self.0.direct.cell_count()
    }

    /// The rows: every place that has a cell, in the order of places.
    pub fn places(
        &self,
    ) -> impl ExactSizeIterator<Item = PlaceHandle> + DoubleEndedIterator + FusedIterator + Clone + '_
    {
        (0..self.row_count()).map(|row| self.place(row))
    }

    /// The bare number of a place in a period; `None` where there is none, recorded or not.
    ///
    /// It is the number alone, exact but with as many decimals as its neighbours have: 4.9 may read as 4.90. [`cell`](Self::cell) has
    /// the figure as it was reported.
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign) for a handle of another book.
    #[inline(always)]
    pub fn get(&self, place: PlaceHandle, period: Period) -> Result<Option<Value>> {
        match self.0.number_shortly(place, period) {
            Ok(number) => Ok(number),
            Err(Detour) => self.0.number_at_length(place, period),
        }
    }

    /// The bare numbers of many cells of any tables of a book, as [`get`](Self::get) gives each; in less time than one after the
    /// other, as their memory is asked for all at once; in less yet with the feature `prefetch`.
    ///
    /// ```
    /// use yearbook::{PlaceHandle, Result, Table, Value, model::Period};
    ///
    /// /// The months of a year in one place.
    /// fn year(table: &Table, place: PlaceHandle, months: &[Period; 12]) -> Result<[Option<Value>; 12]> {
    ///     let mut values = [None; 12];
    ///     Table::get_many(&months.map(|month| (table, place, month)), &mut values)?;
    ///     Ok(values)
    /// }
    /// ```
    ///
    /// # Errors
    /// [`Bounds`](crate::ErrorKind::Bounds) if there are not as many values as keys, and as for [`get`](Self::get); what the values are
    /// then is not said.
    pub fn get_many(
        keys: &[(&Self, PlaceHandle, Period)],
        values: &mut [Option<Value>],
    ) -> Result<()> {
        many::get_many(keys, values)
    }

    /// The cell of a place in a period; `None` where nobody recorded one.
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign) for a handle of another book,
    /// [`Corrupt`](crate::ErrorKind::Corrupt) for a cell that holds no figure.
    #[inline]
    pub fn cell(&self, place: PlaceHandle, period: Period) -> Result<Option<Cell>> {
        let Some((row, column)) = self.0.locate(place, period)? else {
            return Ok(None);
        };
        self.at(row, column)
    }

    /// The cells of a place, by period; none where the place has no row.
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign) for a handle of another book; and as for
    /// [`cell`](Self::cell) for each cell.
    pub fn row(&self, place: PlaceHandle) -> Result<Row<'_>> {
        Ok(Row::new(self, self.0.row_of(place)?))
    }

    /// The cells of a place in the periods from one to another, both included, by the order of periods.
    ///
    /// # Errors
    /// As for [`row`](Self::row).
    pub fn row_range(&self, place: PlaceHandle, first: Period, last: Period) -> Result<Row<'_>> {
        let columns = self.0.columns.between(first, last);
        Ok(Row::between(self, self.0.row_of(place)?, columns))
    }

    /// The cells of a period, by place; none where the table has no such column.
    pub fn column(&self, period: Period) -> Column<'_> {
        Column::new(self, self.0.columns.find(period), 0..self.row_count())
    }

    /// The cells of a period in the places of a subtree: a region, all regions in it, or its institutions
    /// ([`Catalogue::subtree`], [`Catalogue::institutions_in`]).
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign) for places of another book.
    pub fn column_of(&self, period: Period, places: &Places) -> Result<Column<'_>> {
        let places = self.0.catalogue.own_places(places)?;
        let rows = self.0.direct.rows_of(places);
        Ok(Column::new(self, self.0.columns.find(period), rows))
    }

    /// Every cell, by place, then period.
    pub fn cells(&self) -> Cells<'_> {
        Cells::new(self)
    }

    /// Its bytes in a book that numbers its sources as `sources` says: as they lie if they are not numbered otherwise.
    pub(super) fn bytes(&self, sources: Option<&[u32]>) -> Result<Bytes> {
        let numbered = match sources {
            None => return Ok(self.0.direct.bytes()),
            Some(sources) => self.0.direct.with_sources(sources),
        };
        numbered.map_err(|error| error.in_table(self.heading()))
    }

    /// Its content, for another layout.
    pub(super) fn sheet(&self) -> Result<Sheet> {
        self.0.direct.sheet().map_err(|error| {
            // Reading the cell names its place and its period.
            let fault = self.cells().find_map(Result::err);
            fault.unwrap_or_else(|| error.in_table(self.heading()))
        })
    }

    /// The cell of a row and a column.
    #[inline(always)]
    fn at(&self, row: usize, column: u32) -> Result<Option<Cell>> {
        match self.0.direct.plain(row, column) {
            Some(slot) => Ok(Some(self.said(slot))),
            None => self.any(row, column),
        }
    }

    #[inline(never)]
    fn any(&self, row: usize, column: u32) -> Result<Option<Cell>> {
        let slot = self.0.direct.slot(row, column);
        let slot = slot.map_err(|fault| self.no_figure(fault))?;
        Ok(slot.map(|slot| self.said(slot)))
    }

    fn place(&self, row: usize) -> PlaceHandle {
        self.0.catalogue.handle(self.0.direct.place(row))
    }

    /// The period of a column that is there.
    fn period(&self, column: u32) -> Period {
        self.periods()[column as usize]
    }

    /// The next cell of a walk through a row, as what `of` makes of it and of its period.
    #[inline(always)]
    fn next<T>(
        &self,
        row: usize,
        walk: &mut Walk,
        of: impl Fn(Period, Cell) -> T,
    ) -> Option<Result<T>> {
        self.0.direct.next(
            row,
            walk,
            #[inline(always)]
            |column, slot| Ok(of(self.period(column), self.said(slot))),
            |cell| self.standing(cell).map(|(period, cell)| of(period, cell)),
        )
    }

    /// A cell of a row with its period.
    #[inline(never)]
    fn standing(&self, cell: Result<(u32, Slot), NoFigure>) -> Result<(Period, Cell)> {
        match cell {
            Ok((column, slot)) => Ok((self.period(column), self.said(slot))),
            Err(fault) => Err(self.no_figure(fault)),
        }
    }

    #[cold]
    fn no_figure(&self, NoFigure { row, column }: NoFigure) -> Error {
        let period = self.period(column);
        let fault = match self.0.catalogue.place_code(self.place(row)) {
            Ok(place) => corrupt(format!("{place}, {period}: the cell holds no figure")),
            Err(error) => error,
        };
        fault.in_table(self.heading())
    }

    #[inline(always)]
    fn said(&self, slot: Slot) -> Cell {
        Cell {
            stated: slot.stated,
            source: self.0.source.at(slot.source),
        }
    }
}

impl Inner {
    /// The row of a place; an error if it is of another book.
    #[inline(always)]
    fn row_of(&self, place: PlaceHandle) -> Result<Option<usize>> {
        match self.direct.row_shortly(place.after(self.first)) {
            Ok(row) => Ok(row),
            Err(Detour) => self.far_row_of(place),
        }
    }

    #[inline(never)]
    fn far_row_of(&self, place: PlaceHandle) -> Result<Option<usize>> {
        Ok(self.direct.row_of(self.catalogue.own_place(place)?))
    }

    /// Where a place and a period meet; an error if the place is of another book.
    #[inline(always)]
    fn locate(&self, place: PlaceHandle, period: Period) -> Result<Option<(usize, u32)>> {
        let Some(row) = self.row_of(place)? else {
            return Ok(None);
        };
        Ok(self.columns.find(period).map(|column| (row, column)))
    }

    /// The number of a place in a period: the way of nearly all look-ups. All else is a call, so that this is short enough to stand in the caller's
    /// loop.
    #[inline(always)]
    fn number_shortly(&self, place: PlaceHandle, period: Period) -> Result<Option<Value>, Detour> {
        let Some(row) = self.direct.row_shortly(place.after(self.first))? else {
            return Ok(None);
        };
        let Some(column) = self.columns.find_shortly(period)? else {
            return Ok(None);
        };
        self.direct.number_shortly(row, column)
    }

    #[cold]
    #[inline(never)]
    fn number_at_length(&self, place: PlaceHandle, period: Period) -> Result<Option<Value>> {
        let found = self.locate(place, period)?;
        Ok(found.and_then(|(row, column)| self.direct.number(row, column)))
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
