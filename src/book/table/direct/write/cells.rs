//! The cells of some columns at one scale a row, and how wide their slots must be.

use std::borrow::Cow;
use std::ops::Range;

use rust_decimal::Decimal;

use super::super::dense::HOLE;
use super::super::rows::as_usize;
use crate::book::table::attributes::Attributes;
use crate::book::table::sheet::{Sheet, SheetCell, SheetCells, WIDE};
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
pub(super) struct Cells<'a> {
    pub(super) ends: Cow<'a, [usize]>,
    /// The column of each cell, within the group.
    pub(super) columns: Cow<'a, [u32]>,
    /// [`HOLE`] where a cell has none.
    pub(super) numbers: Cow<'a, [i64]>,
    /// The scale of each row, or [`WIDE`] for one at full length.
    pub(super) scales: Vec<u8>,
    /// What there is in each row that is not at full length.
    pub(super) seen: Vec<Seen>,
    /// The numbers of the rows at full length, by cell.
    wide: Vec<(usize, Decimal)>,
}

impl<'a> Cells<'a> {
    pub(super) fn row(&self, row: usize) -> Range<usize> {
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

    /// The cells of a group of columns; those of all are not copied, but where a number changes.
    pub(super) fn of(sheet: &'a Sheet, group: &[u32], columns: usize, all: bool) -> Self {
        if all {
            let mut cells = Self {
                ends: Cow::Borrowed(&sheet.ends),
                columns: Cow::Borrowed(&sheet.cells.columns),
                numbers: Cow::Borrowed(&sheet.cells.mantissas),
                scales: Vec::with_capacity(sheet.ends.len()),
                seen: Vec::with_capacity(sheet.ends.len()),
                wide: Vec::new(),
            };
            cells.settle(sheet, &sheet.cells.attributes, &sheet.cells.scales);
            return cells;
        }
        let (ends, kept) = of_group(sheet, group, columns);
        let mut cells = Self {
            scales: Vec::with_capacity(ends.len()),
            seen: Vec::with_capacity(ends.len()),
            ends: Cow::Owned(ends),
            columns: Cow::Owned(kept.columns),
            numbers: Cow::Owned(kept.mantissas),
            wide: Vec::new(),
        };
        cells.settle(sheet, &kept.attributes, &kept.scales);
        cells
    }

    /// Brings the numbers of each row to one scale, from those of its cells.
    fn settle(&mut self, sheet: &Sheet, attributes: &[u32], scales: &[u8]) {
        let absent: Vec<bool> = sheet.attributes.iter().map(Attributes::is_absent).collect();
        let any_absent = absent.contains(&true);
        let mut own = Vec::new();
        for row in 0..self.ends.len() {
            let cells = self.row(row);
            let (kinds, scales) = (&attributes[cells.clone()], &scales[cells.clone()]);
            let scale = scales.iter().copied().max().unwrap_or(0);
            let alike = scales.iter().copied().min().unwrap_or(0) == scale;
            let seen = if scale == WIDE {
                None
            } else if alike && !any_absent {
                let seen = Seen::of(&self.numbers[cells.clone()]);
                // A number that is as a hole has no room beside holes.
                let have_room = as_usize(seen.figures) == cells.len() && seen.fits();
                have_room.then_some(seen)
            } else {
                let is_absent = kinds.iter().map(|&kind| absent[as_usize(kind)]);
                let mantissas = &self.numbers[cells.clone()];
                let have_room = rescale(mantissas, scales, is_absent, scale, &mut own);
                let seen = Seen::of(&own);
                let have_room = have_room && seen.fits();
                have_room.then(|| {
                    self.numbers.to_mut()[cells.clone()].copy_from_slice(&own);
                    seen
                })
            };
            if seen.is_none() {
                self.widen(sheet, cells, kinds, scales);
            }
            self.scales.push(seen.map_or(WIDE, |_| scale));
            self.seen.push(seen.unwrap_or(Seen::NONE));
        }
    }

    /// Sets the numbers of a row at full length apart.
    fn widen(&mut self, sheet: &Sheet, cells: Range<usize>, kinds: &[u32], scales: &[u8]) {
        for ((at, &attributes), &scale) in cells.zip(kinds).zip(scales) {
            let number = &mut self.numbers.to_mut()[at];
            let value = sheet.value(&SheetCell {
                mantissa: *number,
                column: 0,
                attributes,
                scale,
            });
            // Anything but a hole is never read.
            *number = value.map_or(HOLE, |_| 0);
            self.wide.extend(value.map(|value| (at, value)));
        }
    }
}

/// The cells of a group of columns, which are numbered within it, and the ends of their rows.
fn of_group(sheet: &Sheet, group: &[u32], columns: usize) -> (Vec<usize>, SheetCells) {
    let mut own = vec![None; columns];
    for (index, &column) in (0u32..).zip(group) {
        own[as_usize(column)] = Some(index);
    }
    let (mut ends, mut kept) = (Vec::with_capacity(sheet.ends.len()), SheetCells::default());
    for row in 0..sheet.ends.len() {
        for cell in sheet.row(row).map(|index| sheet.cells.get(index)) {
            if let Some(column) = own[as_usize(cell.column)] {
                kept.push(SheetCell { column, ..cell });
            }
        }
        ends.push(kept.len());
    }
    (ends, kept)
}

/// The numbers of a row at its scale, those without a figure as holes; tells whether all have room.
fn rescale(
    mantissas: &[i64],
    scales: &[u8],
    is_absent: impl Iterator<Item = bool>,
    scale: u8,
    numbers: &mut Vec<i64>,
) -> bool {
    numbers.clear();
    for ((&mantissa, &own), is_absent) in mantissas.iter().zip(scales).zip(is_absent) {
        let number = if is_absent {
            Some(HOLE)
        } else {
            rescaled(mantissa, scale - own)
        };
        numbers.extend(number);
    }
    numbers.len() == mantissas.len()
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
