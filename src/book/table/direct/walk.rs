//! Walking the cells of a row.

use std::ops::Range;

use super::marks::NoFigure;
use super::rows::{as_u32, as_usize};
use super::{Block, Direct, HOLE};
use crate::book::table::sheet::{Sheet, Slot};
use crate::error::Result;

/// Numbers of a row that are decoded ahead of its cells: few, as a walk is moved to where it is used.
const AHEAD: usize = 32;

/// What is left of the cells of a row.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "walks are few and short-lived, and take no memory of their own"
)]
pub(crate) enum Walk {
    /// The columns to look into; none was.
    Unbegun(Range<u32>),
    /// The columns to look into.
    Columns(Ahead),
    /// The cells of a list.
    Listed(Range<usize>),
}

/// Columns of a row whose numbers are decoded a run at a time.
#[derive(Clone, Debug)]
pub(crate) struct Ahead {
    /// The exceptions of the row that are not passed.
    exceptions: Range<usize>,
    /// The column of the first of them.
    exception: Option<u32>,
    /// The columns that are decoded.
    decoded: Range<u32>,
    /// The column of the first of the numbers.
    first: u32,
    numbers: [i64; AHEAD],
    /// `None` for numbers at full length.
    scale: Option<u8>,
    /// The columns after them.
    columns: Range<u32>,
}

impl Walk {
    pub(crate) fn none() -> Self {
        Self::Listed(0..0)
    }

    /// The most cells that may be left.
    pub(crate) fn len_max(&self) -> usize {
        match self {
            Self::Unbegun(columns) => columns.len(),
            Self::Columns(ahead) => ahead.decoded.len() + ahead.columns.len(),
            Self::Listed(cells) => cells.len(),
        }
    }
}

impl Direct {
    /// The cells of a row.
    pub(crate) fn walk(&self, row: usize) -> Walk {
        match &*self.blocks {
            [Block::List(list)] => Walk::Listed(list.row(&self.bytes, row)),
            _ => Walk::Unbegun(0..self.columns),
        }
    }

    /// The cells of a row in a range of columns.
    pub(crate) fn walk_range(&self, row: usize, columns: Range<u32>) -> Walk {
        match &*self.blocks {
            [Block::List(list)] => {
                let cells = list.row(&self.bytes, row);
                let from = |end: u32| {
                    let before = cells
                        .clone()
                        .filter(|&cell| list.column(&self.bytes, cell) < end);
                    cells.start + before.count()
                };
                Walk::Listed(from(columns.start)..from(columns.end))
            }
            _ => Walk::Unbegun(columns),
        }
    }

    fn ahead(&self, row: usize, columns: Range<u32>) -> Ahead {
        let mut exceptions = self.marks.row(&self.bytes, row);
        let next = |exceptions: &_| self.marks.next_column(&self.bytes, exceptions);
        while next(&exceptions).is_some_and(|column| column < columns.start) {
            exceptions.start += 1;
        }
        Ahead {
            exception: next(&exceptions),
            exceptions,
            decoded: 0..0,
            first: 0,
            numbers: [0; AHEAD],
            scale: None,
            columns,
        }
    }

    /// The next cell of a walk through a row, as one of two functions makes something of it: `plain` if it is as nearly all are, else `other`. What is made
    /// is put where it is wanted and not moved, as a cell is long.
    #[inline(always)]
    pub(crate) fn next<T>(
        &self,
        row: usize,
        walk: &mut Walk,
        plain: impl FnOnce(u32, Slot) -> T,
        other: impl FnOnce(Result<(u32, Slot), NoFigure>) -> T,
    ) -> Option<T> {
        if let Walk::Unbegun(columns) = walk {
            *walk = Walk::Columns(self.ahead(row, columns.clone()));
        }
        match walk {
            Walk::Unbegun(_) => None,
            Walk::Columns(ahead) => self.next_ahead(row, ahead, plain, other),
            Walk::Listed(cells) => cells.find_map(|cell| self.at_listed(row, cell)).map(other),
        }
    }

    #[inline(always)]
    fn next_ahead<T>(
        &self,
        row: usize,
        ahead: &mut Ahead,
        plain: impl FnOnce(u32, Slot) -> T,
        other: impl FnOnce(Result<(u32, Slot), NoFigure>) -> T,
    ) -> Option<T> {
        loop {
            for column in ahead.decoded.by_ref() {
                let slot = if ahead.exception == Some(column) {
                    ahead.exceptions.start += 1;
                    ahead.exception = self.marks.next_column(&self.bytes, &ahead.exceptions);
                    None
                } else {
                    let number = ahead.numbers.get(as_usize(column - ahead.first));
                    match (number, ahead.scale) {
                        (Some(&HOLE), Some(_)) => continue,
                        (Some(&number), Some(scale)) => {
                            self.unexceptional(row, column, number, scale.into())
                        }
                        _ => None,
                    }
                };
                if let Some(slot) = slot {
                    return Some(plain(column, slot));
                }
                if let Some(cell) = self.at(row, column) {
                    return Some(other(cell));
                }
            }
            if ahead.columns.is_empty() {
                return None;
            }
            let most = ahead.columns.len().min(AHEAD);
            let first = ahead.columns.start;
            let (length, scale) = self.row_run(row, first, &mut ahead.numbers[..most]);
            ahead.scale = scale;
            ahead.first = first;
            // A run has at least one column, and few.
            ahead.columns.start += as_u32(length.max(1));
            ahead.decoded = first..ahead.columns.start;
        }
    }

    /// The last cell of a walk through a row.
    pub(crate) fn next_back(
        &self,
        row: usize,
        walk: &mut Walk,
    ) -> Option<Result<(u32, Slot), NoFigure>> {
        match walk {
            Walk::Unbegun(columns) => columns.rev().find_map(|column| self.at(row, column)),
            Walk::Columns(Ahead {
                columns, decoded, ..
            }) => {
                let mut left = columns.rev().chain(decoded.rev());
                left.find_map(|column| self.at(row, column))
            }
            Walk::Listed(cells) => cells.rev().find_map(|cell| self.at_listed(row, cell)),
        }
    }

    /// The cell of a column, looked up by itself.
    #[inline(never)]
    fn at(&self, row: usize, column: u32) -> Option<Result<(u32, Slot), NoFigure>> {
        let slot = self.slot(row, column).transpose()?;
        Some(slot.map(|slot| (column, slot)))
    }

    fn at_listed(&self, row: usize, cell: usize) -> Option<Result<(u32, Slot), NoFigure>> {
        let [Block::List(list)] = &*self.blocks else {
            return None;
        };
        let column = list.column(&self.bytes, cell);
        let exceptions = self.marks.row(&self.bytes, row);
        let slot = self.said(row, column, list.number(&self.bytes, cell), exceptions);
        // A cell of a list that is neither a number nor absent for a reason is none.
        Some(match slot {
            Ok(Some(slot)) => Ok((column, slot)),
            Ok(None) => Err(NoFigure { row, column }),
            Err(error) => Err(error),
        })
    }

    /// The content of the table.
    pub(crate) fn sheet(&self) -> Result<Sheet> {
        let mut sheet = Sheet::default();
        for row in 0..self.row_count() {
            let mut walk = self.walk(row);
            let ok = |column, slot| Ok((column, slot));
            while let Some(cell) = self.next(row, &mut walk, ok, |cell| cell) {
                let (column, slot) = cell?;
                sheet.push(column, &slot)?;
            }
            sheet.end_row(self.place(row));
        }
        sheet.settle();
        Ok(sheet)
    }
}
