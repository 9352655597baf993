//! The cells of some columns at one scale a row, and how wide their slots must be.

use rust_decimal::Decimal;

use super::super::dense::HOLE;
use super::super::rows::as_usize;
use crate::book::table::sheet::{Sheet, WIDE};
use crate::codec::bits::{WIDTH_MAX, bits_for};

/// The cells of some columns, their numbers at the scale of their row.
pub(super) struct Cells {
    pub(super) ends: Vec<usize>,
    /// The column of each cell, within the group.
    pub(super) columns: Vec<u32>,
    /// [`HOLE`] where a cell has none.
    pub(super) numbers: Vec<i64>,
    /// The scale of each row, or [`WIDE`] for one at full length.
    pub(super) scales: Vec<u8>,
    /// The numbers of the rows at full length, by cell.
    pub(super) wide: Vec<(usize, Decimal)>,
}

impl Cells {
    pub(super) fn row(&self, row: usize) -> std::ops::Range<usize> {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[row]
    }

    pub(super) fn wide(&self, cell: usize) -> Option<Decimal> {
        let at = self
            .wide
            .binary_search_by_key(&cell, |&(cell, _)| cell)
            .ok()?;
        Some(self.wide[at].1)
    }

    /// The cells of a group of columns.
    pub(super) fn of(sheet: &Sheet, group: &[u32], columns: usize, all: bool) -> Self {
        let mut own = vec![u32::MAX; if all { 0 } else { columns }];
        for (index, &column) in (0u32..).zip(group) {
            if let Some(own) = own.get_mut(as_usize(column)) {
                *own = index;
            }
        }
        let mut cells = Self {
            ends: Vec::with_capacity(sheet.ends.len()),
            columns: Vec::with_capacity(sheet.cells.len()),
            numbers: Vec::with_capacity(sheet.cells.len()),
            scales: Vec::with_capacity(sheet.ends.len()),
            wide: Vec::new(),
        };
        for row in 0..sheet.ends.len() {
            let start = cells.columns.len();
            let range = sheet.row(row);
            let mut scale = 0;
            for cell in &sheet.cells[range.clone()] {
                let column = if all {
                    cell.column
                } else {
                    own[as_usize(cell.column)]
                };
                if column == u32::MAX {
                    continue;
                }
                scale = scale.max(cell.scale);
                cells.columns.push(column);
                cells.numbers.push(cell.mantissa);
            }
            let mut at = start;
            for cell in &sheet.cells[range.clone()] {
                if !all && own[as_usize(cell.column)] == u32::MAX {
                    continue;
                }
                if sheet.attributes[as_usize(cell.attributes)].is_absent() {
                    cells.numbers[at] = HOLE;
                } else if cell.scale != scale && scale != WIDE {
                    match rescaled(cell.mantissa, scale - cell.scale) {
                        Some(number) => cells.numbers[at] = number,
                        None => scale = WIDE,
                    }
                } else if cell.mantissa == HOLE {
                    scale = WIDE;
                }
                at += 1;
            }
            if scale != WIDE && !spans(&cells.numbers[start..]) {
                scale = WIDE;
            }
            if scale == WIDE {
                let mut at = start;
                for cell in &sheet.cells[range] {
                    if !all && own[as_usize(cell.column)] == u32::MAX {
                        continue;
                    }
                    if let Some(value) = sheet.value(cell) {
                        cells.wide.push((at, value));
                        // Anything but a hole; it is never read.
                        cells.numbers[at] = 0;
                    }
                    at += 1;
                }
            }
            cells.scales.push(scale);
            cells.ends.push(cells.columns.len());
        }
        cells
    }
}

pub(super) fn rescaled(mantissa: i64, by: u8) -> Option<i64> {
    let power = 10i64.checked_pow(by.into())?;
    mantissa.checked_mul(power).filter(|&number| number != HOLE)
}

/// Whether the numbers lie near enough to each other for slots.
pub(super) fn spans(numbers: &[i64]) -> bool {
    let figures = || numbers.iter().copied().filter(|&number| number != HOLE);
    match (figures().min(), figures().max()) {
        (Some(least), Some(greatest)) => width(least, greatest, true).is_some(),
        _ => true,
    }
}

/// The width of slots for numbers from the least to the greatest; `None` if it is over the widest. All ones are a hole, so
/// only numbers that are all equal, without a hole among them, take no bits.
#[expect(
    clippy::cast_sign_loss,
    reason = "a difference modulo 2^64 of two that are in order"
)]
pub(super) fn width(least: i64, greatest: i64, hole: bool) -> Option<u32> {
    let range = greatest.wrapping_sub(least) as u64;
    if range == 0 && !hole {
        return Some(0);
    }
    range
        .checked_add(1)
        .map(bits_for)
        .filter(|&width| width <= WIDTH_MAX)
}
