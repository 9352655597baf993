//! The cells of some columns at one scale a row, and how wide their slots must be.

use rust_decimal::Decimal;

use super::super::dense::HOLE;
use super::super::rows::as_usize;
use crate::book::table::attributes::Attributes;
use crate::book::table::sheet::{Sheet, SheetCell, WIDE};
use crate::codec::bits::{WIDTH_MAX, bits_for};

/// What there is among some numbers.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub(super) least: i64,
    pub(super) greatest: i64,
    pub(super) figures: u32,
}

impl Seen {
    pub(super) const NONE: Self = Self {
        least: i64::MAX,
        greatest: i64::MIN,
        figures: 0,
    };

    /// What there is beside holes.
    #[inline]
    pub(super) fn of(numbers: &[i64]) -> Self {
        let mut seen = Self::NONE;
        for &number in numbers {
            // A hole is the least number there is.
            let figure = number != HOLE;
            seen.least = seen.least.min(if figure { number } else { i64::MAX });
            seen.greatest = seen.greatest.max(number);
            seen.figures += u32::from(figure);
        }
        seen
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            greatest: self.greatest.max(other.greatest),
            figures: self.figures + other.figures,
        }
    }

    /// The same with so many more decimals; `None` if a number is too large for that.
    pub(super) fn rescaled(self, by: u8) -> Option<Self> {
        if self.figures == 0 {
            return Some(self);
        }
        Some(Self {
            least: rescaled(self.least, by)?,
            greatest: rescaled(self.greatest, by)?,
            figures: self.figures,
        })
    }

    /// Whether the numbers lie near enough to each other for slots.
    fn fits(self) -> bool {
        self.figures == 0 || width(self.least, self.greatest, true).is_some()
    }
}

/// The cells of some columns, their numbers at the scale of their row.
pub(super) struct Cells {
    pub(super) ends: Vec<usize>,
    /// The column of each cell, within the group.
    pub(super) columns: Vec<u32>,
    /// [`HOLE`] where a cell has none.
    pub(super) numbers: Vec<i64>,
    /// The scale of each row, or [`WIDE`] for one at full length.
    pub(super) scales: Vec<u8>,
    /// What there is in each row that is not at full length.
    pub(super) seen: Vec<Seen>,
    /// The numbers of the rows at full length, by cell.
    wide: Vec<(usize, Decimal)>,
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
        let (rows, count) = (sheet.ends.len(), sheet.cells.len());
        let mut cells = Self {
            ends: Vec::with_capacity(rows),
            columns: Vec::with_capacity(count),
            numbers: Vec::with_capacity(count),
            scales: Vec::with_capacity(rows),
            seen: Vec::with_capacity(rows),
            wide: Vec::new(),
        };
        let absent: Vec<bool> = sheet.attributes.iter().map(Attributes::is_absent).collect();
        let filled = |row| &sheet.cells[sheet.row(row)];
        if all {
            for row in 0..rows {
                cells.push_row(sheet, &absent, filled(row));
            }
            return cells;
        }
        let mut own = vec![None; columns];
        for (index, &column) in (0u32..).zip(group) {
            own[as_usize(column)] = Some(index);
        }
        let of_group = |cell: &SheetCell| {
            let column = own[as_usize(cell.column)]?;
            Some(SheetCell { column, ..*cell })
        };
        let mut kept = Vec::new();
        for row in 0..rows {
            kept.clear();
            kept.extend(filled(row).iter().filter_map(of_group));
            cells.push_row(sheet, &absent, &kept);
        }
        cells
    }

    /// Adds a row; `absent` are the kinds of attributes without a figure.
    fn push_row(&mut self, sheet: &Sheet, absent: &[bool], row: &[SheetCell]) {
        let start = self.columns.len();
        self.columns.extend(row.iter().map(|cell| cell.column));
        self.numbers.extend(row.iter().map(|cell| cell.mantissa));
        let numbers = &mut self.numbers[start..];
        let mut scale = row.iter().map(|cell| cell.scale).max().unwrap_or(0);
        let alike = !absent.contains(&true) && row.iter().all(|cell| cell.scale == scale);
        let slotted = scale != WIDE
            && if alike {
                !numbers.contains(&HOLE)
            } else {
                rescale(numbers, row, absent, scale)
            };
        let mut seen = if slotted {
            Seen::of(numbers)
        } else {
            Seen::NONE
        };
        if !slotted || !seen.fits() {
            (scale, seen) = (WIDE, Seen::NONE);
            for ((at, number), cell) in (start..).zip(numbers).zip(row) {
                *number = HOLE;
                if let Some(value) = sheet.value(cell) {
                    self.wide.push((at, value));
                    // Anything but a hole; it is never read.
                    *number = 0;
                }
            }
        }
        self.scales.push(scale);
        self.seen.push(seen);
        self.ends.push(self.columns.len());
    }
}

/// Brings the numbers of a row to its scale, and makes those without a figure holes; tells whether all have room.
fn rescale(numbers: &mut [i64], row: &[SheetCell], absent: &[bool], scale: u8) -> bool {
    let mut have_room = true;
    for (number, cell) in numbers.iter_mut().zip(row) {
        if absent[as_usize(cell.attributes)] {
            *number = HOLE;
        } else {
            match rescaled(cell.mantissa, scale - cell.scale) {
                Some(rescaled) => *number = rescaled,
                None => have_room = false,
            }
        }
    }
    have_room
}

/// The powers of ten that a number may have.
const POWERS: [i64; 19] = {
    let mut powers = [1; 19];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

pub(super) fn rescaled(mantissa: i64, by: u8) -> Option<i64> {
    let power = *POWERS.get(usize::from(by))?;
    mantissa.checked_mul(power).filter(|&number| number != HOLE)
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
