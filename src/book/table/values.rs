//! Walking bare numbers, decoded a run at a time.

use std::iter::FusedIterator;
use std::ops::Range;

use super::Table;
use super::direct::{Following, RUN, SPARE, Scales};
use super::run::{Axis, Run, Wide};
use super::value::Value;
use crate::catalogue::PlaceHandle;
use crate::model::Period;

/// Numbers of a row that are decoded in one go.
const ROW_RUN: usize = 128;

/// Numbers of a row, eight to a cache line, as they are stored eight at a time.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Decoded([i64; ROW_RUN]);

/// The bare numbers of one place in a [`Table`], by period.
#[derive(Clone, Debug)]
pub struct RowValues<'a> {
    table: &'a Table,
    row: usize,
    /// The columns that are not decoded yet.
    columns: Range<u32>,
    numbers: Decoded,
    /// `None` for numbers at full length.
    scale: Option<u8>,
    /// The column of the first of the numbers.
    first: u32,
    /// The number that comes next.
    next: usize,
    length: usize,
}

impl<'a> RowValues<'a> {
    #[inline]
    pub(super) fn new(table: &'a Table, row: usize, columns: Range<u32>) -> Self {
        table.0.direct.warm(row, columns.clone());
        Self::over(table, row, columns)
    }

    #[inline]
    fn over(table: &'a Table, row: usize, columns: Range<u32>) -> Self {
        Self {
            table,
            row,
            columns,
            numbers: Decoded([0; ROW_RUN]),
            scale: None,
            first: 0,
            next: 0,
            length: 0,
        }
    }

    /// The numbers that follow, many at a time, each with its period, in less time than one after the other; `None` where none follow.
    #[inline]
    pub fn next_run(&mut self) -> Option<(&'a [Period], Run<'_>)> {
        self.is_ahead().then(|| self.decoded())
    }

    /// Begins another row, whatever is left of this one.
    #[inline]
    fn restart(&mut self, row: usize, columns: Range<u32>) {
        self.row = row;
        self.columns = columns;
        self.next = self.length;
    }

    /// Whether there is a next number; decodes it and those after it if need be.
    #[inline]
    fn is_ahead(&mut self) -> bool {
        while self.next >= self.length {
            if self.columns.start >= self.columns.end {
                return false;
            }
            let most = self.columns.len().min(ROW_RUN);
            let numbers = &mut self.numbers.0[..most];
            let direct = &self.table.0.direct;
            let (length, scale) = direct.row_run(self.row, self.columns.start, numbers);
            self.scale = scale;
            self.first = self.columns.start;
            self.next = 0;
            self.length = length;
            // A run has at least one column, and few.
            self.columns.start += u32::try_from(length.max(1)).unwrap_or(1);
        }
        true
    }

    /// Hands out what is decoded.
    #[inline]
    fn decoded(&mut self) -> (&'a [Period], Run<'_>) {
        let next = self.next;
        self.next = self.length;
        let column = self.first as usize;
        let periods = self.table.periods();
        let periods = periods.get(column + next..column + self.length);
        (periods.unwrap_or(&[]), self.run(next))
    }

    /// What is decoded, from a number on.
    #[inline]
    fn run(&self, from: usize) -> Run<'_> {
        let wide = || Wide {
            table: self.table,
            row: self.row,
            // A run is short.
            column: self.first + u32::try_from(from).unwrap_or(0),
            axis: Axis::Row,
        };
        Run {
            numbers: self.numbers.0.get(from..self.length).unwrap_or(&[]),
            scale: self.scale.unwrap_or(0),
            wide: self.scale.is_none().then(wide),
        }
    }
}

impl Iterator for RowValues<'_> {
    type Item = (Period, Value);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        while self.is_ahead() {
            let next = self.next;
            self.next += 1;
            if let Some(value) = self.run(next).first() {
                let column = self.first as usize + next;
                return Some((*self.table.periods().get(column)?, value));
            }
        }
        None
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let decoded = self.length - self.next;
        (0, Some(decoded + self.columns.len()))
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(mut self, init: B, mut f: F) -> B {
        let mut folded = init;
        while let Some((periods, run)) = self.next_run() {
            folded = run.fold(periods, folded, &mut f);
        }
        folded
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
    places: [PlaceHandle; RUN + SPARE],
    /// The places after them.
    following: Following,
    numbers: [i64; RUN],
    scales: Scales,
    /// The row of the first of the numbers.
    first: usize,
    /// The number that comes next.
    next: usize,
    length: usize,
}

impl<'a> ColumnValues<'a> {
    pub(super) fn new(table: &'a Table, column: u32, rows: Range<usize>) -> Self {
        Self {
            table,
            column,
            following: table.0.direct.following(rows.start),
            rows,
            places: [table.0.catalogue.handle(0); RUN + SPARE],
            numbers: [0; RUN],
            scales: Scales::Wide,
            first: 0,
            next: 0,
            length: 0,
        }
    }

    /// The numbers that follow, many at a time, each with its place, in less time than one after the other; `None` where none follow.
    #[inline]
    pub fn next_run(&mut self) -> Option<(&[PlaceHandle], Run<'_>)> {
        if !self.is_ahead() {
            return None;
        }
        let next = self.next;
        // The decimals of a run are as many throughout.
        let end = next + self.scales.alike(next, &self.numbers[next..self.length]);
        self.next = end;
        let places = self.places.get(next..end).unwrap_or(&[]);
        Some((places, self.run(next, end)))
    }

    /// Whether there is a next number; decodes it and those after it if need be.
    #[inline]
    fn is_ahead(&mut self) -> bool {
        if self.next < self.length {
            return true;
        }
        let length = self.rows.len().min(RUN);
        if length == 0 {
            return false;
        }
        let (row, table) = (self.rows.start, self.table);
        let handle = |place| table.0.catalogue.handle(place);
        let numbers = &mut self.numbers[..length];
        let direct = &table.0.direct;
        direct.follow(&mut self.following, length, &mut self.places, handle);
        direct.column_run(row, self.column, numbers, &mut self.scales);
        self.first = row;
        self.next = 0;
        self.length = length;
        self.rows.start += length;
        true
    }

    /// What is decoded, from a number on.
    #[inline]
    fn run(&self, from: usize, end: usize) -> Run<'_> {
        let scale = self.scales.get(from);
        let wide = || Wide {
            table: self.table,
            row: self.first + from,
            column: self.column,
            axis: Axis::Column,
        };
        Run {
            numbers: self.numbers.get(from..end).unwrap_or(&[]),
            scale: scale.unwrap_or(0),
            wide: scale.is_none().then(wide),
        }
    }
}

impl Iterator for ColumnValues<'_> {
    type Item = (PlaceHandle, Value);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        while self.is_ahead() {
            let next = self.next;
            self.next += 1;
            if let Some(value) = self.run(next, self.next).first() {
                return Some((*self.places.get(next)?, value));
            }
        }
        None
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.length - self.next + self.rows.len()))
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(mut self, init: B, mut f: F) -> B {
        let mut folded = init;
        while let Some((places, run)) = self.next_run() {
            folded = run.fold(places, folded, &mut f);
        }
        folded
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
    /// The places of the last rows that were begun, and of some to come: from a multiple of [`PLACES`] on.
    places: [PlaceHandle; PLACES + SPARE],
    /// The places after them.
    following: Following,
}

/// Rows whose places are found together.
const PLACES: usize = 32;

impl<'a> Values<'a> {
    pub(super) fn new(table: &'a Table) -> Self {
        Self {
            row: RowValues::over(table, 0, 0..0),
            rows: 0..table.row_count(),
            places: [table.0.catalogue.handle(0); PLACES + SPARE],
            following: table.0.direct.following(0),
        }
    }

    /// The numbers that follow in a row, many at a time, with their place and each with its period, in less time than one after the other; `None`
    /// where none follow.
    #[inline]
    pub fn next_run(&mut self) -> Option<(PlaceHandle, &'a [Period], Run<'_>)> {
        if !self.is_ahead() {
            return None;
        }
        let place = self.place();
        let (periods, run) = self.row.decoded();
        Some((place, periods, run))
    }

    /// Whether there is a next number; begins a row if need be.
    #[inline]
    fn is_ahead(&mut self) -> bool {
        while !self.row.is_ahead() {
            let left = self.rows.len();
            let Some(row) = self.rows.next() else {
                return false;
            };
            let table = self.row.table;
            if row % PLACES == 0 {
                let handle = |place| table.0.catalogue.handle(place);
                let (following, places) = (&mut self.following, &mut self.places);
                let count = left.min(PLACES);
                table.0.direct.follow(following, count, places, handle);
            }
            let columns = u32::try_from(table.periods().len()).unwrap_or(u32::MAX);
            self.row.restart(row, 0..columns);
        }
        true
    }

    /// The place of the row that is begun.
    #[inline]
    fn place(&self) -> PlaceHandle {
        self.places[self.row.row % PLACES]
    }
}

impl Iterator for Values<'_> {
    type Item = (PlaceHandle, Period, Value);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        while self.is_ahead() {
            if let Some((period, value)) = self.row.next() {
                return Some((self.place(), period, value));
            }
        }
        None
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(mut self, init: B, mut f: F) -> B {
        let mut folded = init;
        while let Some((place, periods, run)) = self.next_run() {
            folded = run.fold(periods, folded, &mut |folded, (period, value)| {
                f(folded, (place, period, value))
            });
        }
        folded
    }
}

impl FusedIterator for Values<'_> {}
