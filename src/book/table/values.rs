//! Walking bare numbers, decoded a run at a time.

use std::iter::FusedIterator;
use std::ops::Range;

use super::Table;
use super::direct::{HOLE, RUN};
use super::value::Value;
use crate::catalogue::PlaceHandle;
use crate::model::Period;

/// The bare numbers of one place in a [`Table`], by period.
#[derive(Clone, Debug)]
pub struct RowValues<'a> {
    table: &'a Table,
    row: usize,
    /// The columns that are not decoded yet.
    columns: Range<u32>,
    run: RowRun,
}

/// The columns of a row that are decoded.
#[derive(Clone, Debug)]
struct RowRun {
    numbers: [i64; RUN],
    scale: u8,
    /// Whether the numbers are at full length, to be read one at a time.
    wide: bool,
    first: u32,
    next: usize,
    length: usize,
}

impl RowRun {
    const NONE: Self = Self {
        numbers: [HOLE; RUN],
        scale: 0,
        wide: false,
        first: 0,
        next: 0,
        length: 0,
    };

    /// Decodes the next columns of a row; `false` if there are none.
    #[inline]
    fn decode(&mut self, table: &Table, row: usize, columns: &mut Range<u32>) -> bool {
        if columns.start >= columns.end {
            return false;
        }
        let most = columns.len().min(RUN);
        let (length, scale) = table
            .0
            .direct
            .row_run(row, columns.start, &mut self.numbers[..most]);
        self.wide = scale.is_none();
        self.scale = scale.unwrap_or(0);
        self.first = columns.start;
        self.next = 0;
        self.length = length;
        // A run has at least one column, and at most 32.
        columns.start += u32::try_from(length.max(1)).unwrap_or(1);
        true
    }

    /// The next number of the run and its column.
    #[inline]
    fn next(&mut self, table: &Table, row: usize) -> Option<(u32, Value)> {
        while self.next < self.length {
            let at = self.next;
            self.next += 1;
            if let Some(value) = self.value(table, row, at) {
                return Some((self.column(at), value));
            }
        }
        None
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a run is short")]
    fn column(&self, at: usize) -> u32 {
        self.first + at as u32
    }

    #[inline]
    fn value(&self, table: &Table, row: usize, at: usize) -> Option<Value> {
        if self.wide {
            return table.0.direct.number(row, self.column(at));
        }
        let number = *self.numbers.get(at)?;
        (number != HOLE).then(|| Value::new(number, self.scale))
    }
}

impl<'a> RowValues<'a> {
    pub(super) fn new(table: &'a Table, row: usize, columns: Range<u32>) -> Self {
        table.0.direct.warm(row, columns.clone());
        Self::over(table, row, columns)
    }

    fn over(table: &'a Table, row: usize, columns: Range<u32>) -> Self {
        Self {
            table,
            row,
            columns,
            run: RowRun::NONE,
        }
    }

    /// Begins another row, whatever is left of this one.
    #[inline]
    fn restart(&mut self, row: usize, columns: Range<u32>) {
        self.row = row;
        self.columns = columns;
        self.run.next = self.run.length;
    }

    /// Hands out all that is left.
    #[inline]
    fn fold_rest<B>(&mut self, init: B, f: &mut impl FnMut(B, (Period, Value)) -> B) -> B {
        let mut folded = init;
        loop {
            let run = self.run.next..self.run.length;
            self.run.next = self.run.length;
            let first = self.run.column(run.start) as usize;
            let periods = self.table.periods().get(first..).unwrap_or(&[]);
            if self.run.wide {
                for (at, period) in run.zip(periods) {
                    if let Some(value) = self.run.value(self.table, self.row, at) {
                        folded = f(folded, (*period, value));
                    }
                }
            } else {
                let (numbers, scale) = (self.run.numbers.get(run).unwrap_or(&[]), self.run.scale);
                for (number, period) in numbers.iter().zip(periods) {
                    if *number != HOLE {
                        folded = f(folded, (*period, Value::new(*number, scale)));
                    }
                }
            }
            if !self.run.decode(self.table, self.row, &mut self.columns) {
                return folded;
            }
        }
    }
}

impl Iterator for RowValues<'_> {
    type Item = (Period, Value);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((column, value)) = self.run.next(self.table, self.row) {
                return Some((self.table.period(column), value));
            }
            if !self.run.decode(self.table, self.row, &mut self.columns) {
                return None;
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let decoded = self.run.length - self.run.next;
        (0, Some(decoded + self.columns.len()))
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(mut self, init: B, mut f: F) -> B {
        self.fold_rest(init, &mut f)
    }
}

impl FusedIterator for RowValues<'_> {}

/// The bare numbers of one period in a [`Table`], by place.
#[derive(Clone, Debug)]
pub struct ColumnValues<'a> {
    table: &'a Table,
    column: u32,
    /// The rows that are not decoded yet.
    rows: Range<usize>,
    places: [u32; RUN],
    numbers: [i64; RUN],
    scales: [u8; RUN],
    wide: bool,
    first: usize,
    next: usize,
    length: usize,
}

impl<'a> ColumnValues<'a> {
    pub(super) fn new(table: &'a Table, column: u32, rows: Range<usize>) -> Self {
        Self {
            table,
            column,
            rows,
            places: [0; RUN],
            numbers: [HOLE; RUN],
            scales: [0; RUN],
            wide: false,
            first: 0,
            next: 0,
            length: 0,
        }
    }

    #[inline]
    fn decode(&mut self) -> bool {
        if self.rows.is_empty() {
            return false;
        }
        let length = self.rows.len().min(RUN);
        let (row, direct) = (self.rows.start, &self.table.0.direct);
        direct.place_run(row, &mut self.places[..length]);
        let (numbers, scales) = (&mut self.numbers[..length], &mut self.scales[..length]);
        self.wide = !direct.column_run(row, self.column, numbers, scales);
        self.first = row;
        self.next = 0;
        self.length = length;
        self.rows.start += length;
        true
    }

    #[inline]
    fn value(&self, at: usize) -> Option<(PlaceHandle, Value)> {
        let value = if self.wide {
            let value = self.table.0.direct.number(self.first + at, self.column);
            value?
        } else {
            let number = *self.numbers.get(at)?;
            if number == HOLE {
                return None;
            }
            Value::new(number, *self.scales.get(at)?)
        };
        Some((self.table.0.catalogue.handle(*self.places.get(at)?), value))
    }
}

impl Iterator for ColumnValues<'_> {
    type Item = (PlaceHandle, Value);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            while self.next < self.length {
                let at = self.next;
                self.next += 1;
                if let Some(value) = self.value(at) {
                    return Some(value);
                }
            }
            if !self.decode() {
                return None;
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.length - self.next + self.rows.len()))
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(mut self, init: B, mut f: F) -> B {
        let mut folded = init;
        loop {
            if self.wide {
                for at in self.next..self.length {
                    if let Some(value) = self.value(at) {
                        folded = f(folded, value);
                    }
                }
            } else {
                let (run, catalogue) = (self.next..self.length, &self.table.0.catalogue);
                let numbers = self.numbers.get(run.clone()).unwrap_or(&[]);
                let scales = self.scales.get(run.clone()).unwrap_or(&[]);
                let places = self.places.get(run).unwrap_or(&[]);
                for ((number, scale), place) in numbers.iter().zip(scales).zip(places) {
                    if *number != HOLE {
                        let value = Value::new(*number, *scale);
                        folded = f(folded, (catalogue.handle(*place), value));
                    }
                }
            }
            if !self.decode() {
                return folded;
            }
        }
    }
}

impl FusedIterator for ColumnValues<'_> {}

/// The bare numbers of a [`Table`], by place, then period.
#[derive(Clone, Debug)]
pub struct Values<'a> {
    /// What is left of the row that is begun.
    row: RowValues<'a>,
    /// The rows that are not begun.
    rows: Range<usize>,
    /// The places of the last rows that were begun, and of some to come: from a multiple of [`RUN`] on.
    places: [u32; RUN],
}

impl<'a> Values<'a> {
    pub(super) fn new(table: &'a Table) -> Self {
        Self {
            row: RowValues::over(table, 0, 0..0),
            rows: 0..table.row_count(),
            places: [0; RUN],
        }
    }

    /// The place of the row that is begun.
    #[inline]
    fn place(&self) -> PlaceHandle {
        let place = self.places[self.row.row % RUN];
        self.row.table.0.catalogue.handle(place)
    }

    #[inline]
    fn next_row(&mut self) -> bool {
        let left = self.rows.len();
        let Some(row) = self.rows.next() else {
            return false;
        };
        let table = self.row.table;
        if row % RUN == 0 {
            table
                .0
                .direct
                .place_run(row, &mut self.places[..left.min(RUN)]);
        }
        let columns = u32::try_from(table.periods().len()).unwrap_or(u32::MAX);
        self.row.restart(row, 0..columns);
        true
    }
}

impl Iterator for Values<'_> {
    type Item = (PlaceHandle, Period, Value);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((period, value)) = self.row.next() {
                return Some((self.place(), period, value));
            }
            if !self.next_row() {
                return None;
            }
        }
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(mut self, init: B, mut f: F) -> B {
        let mut folded = init;
        loop {
            let place = self.place();
            let mut with_place = |folded, (period, value)| f(folded, (place, period, value));
            folded = self.row.fold_rest(folded, &mut with_place);
            if !self.next_row() {
                return folded;
            }
        }
    }
}

impl FusedIterator for Values<'_> {}
