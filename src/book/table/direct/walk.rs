//! Walking the cells of a row.

use std::ops::Range;

use super::marks::no_figure;
use super::{Block, Direct};
use crate::book::table::sheet::{Sheet, Slot};
use crate::error::Result;

/// What is left of the cells of a row.
#[derive(Clone, Debug)]
pub(crate) enum Walk {
    /// The columns to look into.
    Columns(Range<u32>),
    /// The cells of a list.
    Listed(Range<usize>),
}

impl Walk {
    pub(crate) fn none() -> Self {
        Self::Listed(0..0)
    }

    /// The most cells that may be left.
    pub(crate) fn len_max(&self) -> usize {
        match self {
            Self::Columns(columns) => columns.len(),
            Self::Listed(cells) => cells.len(),
        }
    }
}

impl Direct {
    /// The cells of a row.
    pub(crate) fn walk(&self, row: usize) -> Walk {
        match self.blocks.as_slice() {
            [Block::List(list)] => Walk::Listed(list.row(&self.bytes, row)),
            _ => Walk::Columns(0..self.columns),
        }
    }

    /// The cells of a row in a range of columns.
    pub(crate) fn walk_range(&self, row: usize, columns: Range<u32>) -> Walk {
        match self.blocks.as_slice() {
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
            _ => Walk::Columns(columns),
        }
    }

    /// The next cell of a walk through a row.
    #[inline]
    pub(crate) fn next(&self, row: usize, walk: &mut Walk) -> Option<Result<(u32, Slot)>> {
        match walk {
            Walk::Columns(columns) => columns.find_map(|column| self.at(row, column)),
            Walk::Listed(cells) => cells.find_map(|cell| self.at_listed(row, cell)),
        }
    }

    /// The last cell of a walk through a row.
    pub(crate) fn next_back(&self, row: usize, walk: &mut Walk) -> Option<Result<(u32, Slot)>> {
        match walk {
            Walk::Columns(columns) => columns.rev().find_map(|column| self.at(row, column)),
            Walk::Listed(cells) => cells.rev().find_map(|cell| self.at_listed(row, cell)),
        }
    }

    #[inline]
    fn at(&self, row: usize, column: u32) -> Option<Result<(u32, Slot)>> {
        if let Some(slot) = self.plain(row, column) {
            return Some(Ok((column, slot)));
        }
        let slot = self.slot(row, column).transpose()?;
        Some(slot.map(|slot| (column, slot)))
    }

    fn at_listed(&self, row: usize, cell: usize) -> Option<Result<(u32, Slot)>> {
        let [Block::List(list)] = self.blocks.as_slice() else {
            return None;
        };
        let column = list.column(&self.bytes, cell);
        let exceptions = self.marks.row(&self.bytes, row);
        let slot = self.said(row, column, list.number(&self.bytes, cell), exceptions);
        // A cell of a list that is neither a number nor absent for a reason is none.
        Some(match slot {
            Ok(Some(slot)) => Ok((column, slot)),
            Ok(None) => Err(no_figure(row, column)),
            Err(error) => Err(error),
        })
    }

    /// The content of the table.
    pub(crate) fn sheet(&self) -> Result<Sheet> {
        let mut sheet = Sheet::default();
        for row in 0..self.row_count() {
            let mut walk = self.walk(row);
            while let Some(cell) = self.next(row, &mut walk) {
                let (column, slot) = cell?;
                sheet.push(column, &slot)?;
            }
            sheet.end_row(self.place(row));
        }
        sheet.settle();
        Ok(sheet)
    }
}
