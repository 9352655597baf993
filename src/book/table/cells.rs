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
        let cell = self.table.0.direct.next(self.row, &mut self.walk)?;
        Some(self.table.standing(cell))
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
                let cell = match direct.plain_of(row, self.column, number) {
                    Some(slot) => table.said(slot),
                    None => match table.any(row, self.column) {
                        Ok(Some(cell)) => cell,
                        Ok(None) => continue,
                        Err(error) => return Some(Err(error)),
                    },
                };
                let place = self.places.get(at);
                return Some(Ok((*place?, cell)));
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
    front: (usize, Walk),
    back: (usize, Walk),
}

impl<'a> Cells<'a> {
    pub(super) fn new(table: &'a Table) -> Self {
        Self {
            table,
            rows: 0..table.row_count(),
            front: (0, Walk::none()),
            back: (0, Walk::none()),
        }
    }

    /// The bare numbers of the whole table, however many cells have been taken.
    pub fn values(&self) -> Values<'a> {
        Values::new(self.table)
    }
}

/// A cell with where it stands.
type Standing = (PlaceHandle, Period, Cell);

impl Cells<'_> {
    fn take_front(&mut self) -> Option<Result<Standing>> {
        let (row, walk) = &mut self.front;
        let cell = self.table.0.direct.next(*row, walk)?;
        let place = self.table.place(*row);
        let cell = self.table.standing(cell);
        Some(cell.map(|(period, cell)| (place, period, cell)))
    }

    fn take_back(&mut self) -> Option<Result<Standing>> {
        let (row, walk) = &mut self.back;
        let cell = self.table.0.direct.next_back(*row, walk)?;
        let place = self.table.place(*row);
        let cell = self.table.standing(cell);
        Some(cell.map(|(period, cell)| (place, period, cell)))
    }
}

impl Iterator for Cells<'_> {
    type Item = Result<Standing>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(cell) = self.take_front() {
                return Some(cell);
            }
            match self.rows.next() {
                Some(row) => self.front = (row, self.table.0.direct.walk(row)),
                // What the other end has begun of its row.
                None => {
                    std::mem::swap(&mut self.front, &mut self.back);
                    self.back.1 = Walk::none();
                    return self.take_front();
                }
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let begun = self.front.1.len_max() + self.back.1.len_max();
        let rows = self.rows.len().checked_mul(self.table.periods().len());
        (0, rows.and_then(|cells| cells.checked_add(begun)))
    }
}

impl DoubleEndedIterator for Cells<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(cell) = self.take_back() {
                return Some(cell);
            }
            match self.rows.next_back() {
                Some(row) => self.back = (row, self.table.0.direct.walk(row)),
                None => {
                    std::mem::swap(&mut self.front, &mut self.back);
                    self.front.1 = Walk::none();
                    return self.take_back();
                }
            }
        }
    }
}

impl FusedIterator for Cells<'_> {}
