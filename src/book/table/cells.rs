//! Walking the cells of a row, a column, a table.

use std::iter::FusedIterator;
use std::ops::Range;

use super::direct::{Following, HOLE, RUN, SPARE, Scales, Walk};
use super::values::{ColumnValues, RowValues, Values};
use super::{Cell, Table};
use crate::catalogue::PlaceHandle;
use crate::error::Result;
use crate::model::Period;

/// The cells of one place in a [`Table`], by period.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    table: &'a Table,
    row: usize,
    walk: Walk,
    columns: Range<u32>,
}

impl<'a> Row<'a> {
    pub(super) fn new(table: &'a Table, row: Option<usize>) -> Self {
        let count = u32::try_from(table.periods().len()).unwrap_or(u32::MAX);
        let walk = row.map_or(Walk::none(), |row| table.0.direct.walk(row));
        Self {
            table,
            row: row.unwrap_or(0),
            walk,
            columns: row.map_or(0..0, |_| 0..count),
        }
    }

    pub(super) fn between(table: &'a Table, row: Option<usize>, columns: Range<u32>) -> Self {
        let walk = row.map_or(Walk::none(), |row| {
            table.0.direct.walk_range(row, columns.clone())
        });
        Self {
            table,
            row: row.unwrap_or(0),
            walk,
            columns: row.map_or(0..0, |_| columns),
        }
    }

    /// The bare numbers of the whole row, or the range of it, however many cells have been taken.
    #[inline]
    pub fn values(&self) -> RowValues<'a> {
        RowValues::new(self.table, self.row, self.columns.clone())
    }
}

impl Iterator for Row<'_> {
    type Item = Result<(Period, Cell)>;

    fn next(&mut self) -> Option<Self::Item> {
        self.table.next(
            self.row,
            &mut self.walk,
            #[inline(always)]
            |period, cell| (period, cell),
        )
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.walk.len_max()))
    }
}

impl DoubleEndedIterator for Row<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let cell = self.table.0.direct.next_back(self.row, &mut self.walk)?;
        Some(self.table.standing(cell))
    }
}

impl FusedIterator for Row<'_> {}

/// The cells of one period in a [`Table`], by place.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    table: &'a Table,
    column: u32,
    /// The rows whose numbers are decoded.
    decoded: Range<usize>,
    /// The row of the first of the numbers.
    first: usize,
    places: [PlaceHandle; RUN + SPARE],
    /// The places after them.
    following: Following,
    numbers: [i64; RUN],
    scales: Scales,
    /// The rows after them.
    rows: Range<usize>,
    all: Range<usize>,
}

impl<'a> Column<'a> {
    pub(super) fn new(table: &'a Table, column: Option<u32>, rows: Range<usize>) -> Self {
        let rows = column.map_or(0..0, |_| rows);
        Self {
            table,
            column: column.unwrap_or(0),
            decoded: 0..0,
            first: 0,
            places: [table.0.catalogue.handle(0); RUN + SPARE],
            following: table.0.direct.following(rows.start),
            numbers: [0; RUN],
            scales: Scales::Wide,
            all: rows.clone(),
            rows,
        }
    }

    /// The bare numbers of the whole column, or the part of it in a subtree, however many cells have been taken.
    pub fn values(&self) -> ColumnValues<'a> {
        ColumnValues::new(self.table, self.column, self.all.clone())
    }

    fn at(&self, row: usize) -> Option<Result<(PlaceHandle, Cell)>> {
        let cell = self.table.at(row, self.column).transpose()?;
        Some(cell.map(|cell| (self.table.place(row), cell)))
    }
}

impl Iterator for Column<'_> {
    type Item = Result<(PlaceHandle, Cell)>;

    fn next(&mut self) -> Option<Self::Item> {
        let (table, direct) = (self.table, &self.table.0.direct);
        loop {
            while let Some(row) = self.decoded.next() {
                let at = row - self.first;
                let number = || {
                    let number = *self.numbers.get(at)?;
                    (number != HOLE).then_some((number, self.scales.get(at)?.into()))
                };
                let place = *self.places.get(at)?;
                if let Some(slot) = direct.plain_of(row, self.column, number) {
                    return Some(Ok((place, table.said(slot))));
                }
                if let Some(cell) = table.any(row, self.column).transpose() {
                    return Some(cell.map(|cell| (place, cell)));
                }
            }
            if self.rows.is_empty() {
                return None;
            }
            let length = self.rows.len().min(RUN);
            self.first = self.rows.start;
            self.rows.start += length;
            self.decoded = self.first..self.rows.start;
            let handle = |place| table.0.catalogue.handle(place);
            direct.follow(&mut self.following, length, &mut self.places, handle);
            let numbers = &mut self.numbers[..length];
            direct.column_run(self.first, self.column, numbers, &mut self.scales);
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.decoded.len() + self.rows.len()))
    }
}

impl DoubleEndedIterator for Column<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let (mut rows, mut decoded) = (self.rows.clone(), self.decoded.clone());
        let mut left = rows.by_ref().rev().chain(decoded.by_ref().rev());
        let cell = left.find_map(|row| self.at(row));
        (self.rows, self.decoded) = (rows, decoded);
        cell
    }
}

impl FusedIterator for Column<'_> {}

/// The cells of a [`Table`], by place, then period.
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    table: &'a Table,
    /// The rows that no end has begun.
    rows: Range<usize>,
    front: Begun,
    back: Begun,
}

/// What is left of a row that is begun.
#[derive(Clone, Debug)]
struct Begun {
    place: PlaceHandle,
    row: usize,
    walk: Walk,
}

impl Begun {
    /// No row.
    fn none(table: &Table) -> Self {
        Self {
            place: table.0.catalogue.handle(0),
            row: 0,
            walk: Walk::none(),
        }
    }

    fn of(table: &Table, row: usize) -> Self {
        Self {
            place: table.place(row),
            row,
            walk: table.0.direct.walk(row),
        }
    }

    #[inline]
    fn next(&mut self, table: &Table) -> Option<Result<Standing>> {
        let place = self.place;
        table.next(
            self.row,
            &mut self.walk,
            #[inline(always)]
            |period, cell| (place, period, cell),
        )
    }

    fn next_back(&mut self, table: &Table) -> Option<Result<Standing>> {
        let cell = table.0.direct.next_back(self.row, &mut self.walk)?;
        let cell = table.standing(cell);
        Some(cell.map(|(period, cell)| (self.place, period, cell)))
    }
}

impl<'a> Cells<'a> {
    pub(super) fn new(table: &'a Table) -> Self {
        Self {
            table,
            rows: 0..table.row_count(),
            front: Begun::none(table),
            back: Begun::none(table),
        }
    }

    /// The bare numbers of the whole table, however many cells have been taken.
    pub fn values(&self) -> Values<'a> {
        Values::new(self.table)
    }
}

/// A cell with where it stands.
type Standing = (PlaceHandle, Period, Cell);

impl Iterator for Cells<'_> {
    type Item = Result<Standing>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(cell) = self.front.next(self.table) {
                return Some(cell);
            }
            match self.rows.next() {
                Some(row) => self.front = Begun::of(self.table, row),
                // What the other end has begun of its row.
                None => {
                    self.front = std::mem::replace(&mut self.back, Begun::none(self.table));
                    return self.front.next(self.table);
                }
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let begun = self.front.walk.len_max() + self.back.walk.len_max();
        let rows = self.rows.len().checked_mul(self.table.periods().len());
        (0, rows.and_then(|cells| cells.checked_add(begun)))
    }
}

impl DoubleEndedIterator for Cells<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(cell) = self.back.next_back(self.table) {
                return Some(cell);
            }
            match self.rows.next_back() {
                Some(row) => self.back = Begun::of(self.table, row),
                None => {
                    self.back = std::mem::replace(&mut self.front, Begun::none(self.table));
                    return self.back.next_back(self.table);
                }
            }
        }
    }
}

impl FusedIterator for Cells<'_> {}
