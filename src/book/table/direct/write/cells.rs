//! The cells of some columns at one scale a row, and how wide their slots must be.

use std::borrow::Cow;
use std::ops::Range;

use rust_decimal::Decimal;

use super::super::dense::HOLE;
use super::super::rows::{as_u32, as_usize};
use crate::book::table::attributes::Attributes;
use crate::book::table::sheet::{Sheet, SheetCell, SheetCells, WIDE};
use crate::codec::bits::{WIDTH_MAX, bits_for};

/// Columns whose least and greatest number are looked at together when blocks are cut.
pub(super) const WINDOW: usize = 32;
/// A group with fewer cells than one in so many slots is a list without further thought.
const SPARSE: usize = 32;

/// What there is among some numbers.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub(super) least: i64,
    pub(super) greatest: i64,
    pub(super) figures: u32,
    /// The figures, and the cells that have none.
    pub(super) cells: u32,
}

impl Seen {
    pub(super) const NONE: Self = Self {
        least: i64::MAX,
        greatest: i64::MIN,
        figures: 0,
        cells: 0,
    };

    /// What there is beside holes.
    #[inline]
    pub(super) fn of(numbers: &[i64]) -> Self {
        let (mut least, mut greatest) = (i64::MAX, i64::MIN);
        for &number in numbers {
            least = least.min(number);
            greatest = greatest.max(number);
        }
        let cells = as_u32(numbers.len());
        // A hole is the least number there is.
        if least == HOLE {
            return Self::beside_holes(numbers);
        }
        Self {
            least,
            greatest,
            figures: cells,
            cells,
        }
    }

    fn beside_holes(numbers: &[i64]) -> Self {
        let mut seen = Self {
            cells: as_u32(numbers.len()),
            ..Self::NONE
        };
        for &number in numbers.iter().filter(|&&number| number != HOLE) {
            seen.least = seen.least.min(number);
            seen.greatest = seen.greatest.max(number);
            seen.figures += 1;
        }
        seen
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            greatest: self.greatest.max(other.greatest),
            figures: self.figures + other.figures,
            cells: self.cells + other.cells,
        }
    }

    /// What there is in some windows.
    pub(super) fn all(windows: &[Self]) -> Self {
        windows.iter().copied().fold(Self::NONE, Self::with)
    }

    /// The same with so many more decimals; `None` if a number is too large for that.
    pub(super) fn rescaled(self, by: u8) -> Option<Self> {
        if self.figures == 0 {
            return Some(self);
        }
        Some(Self {
            least: rescaled(self.least, by)?,
            greatest: rescaled(self.greatest, by)?,
            ..self
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
    /// Whether so many slots are filled that blocks of slots may be worth their bytes.
    pub(super) is_dense: bool,
    /// The windows of a row: one where nobody will cut it.
    pub(super) windows: usize,
    /// What there is in the windows of each row; of one at full length, only how many figures.
    seen: Vec<Seen>,
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

    /// What there is in the windows of each row.
    pub(super) fn seen(&self) -> std::slice::ChunksExact<'_, Seen> {
        self.seen.chunks_exact(self.windows)
    }

    /// The cells of a group of columns; those of all are not copied, but where a number changes.
    pub(super) fn of(sheet: &'a Sheet, group: &[u32], columns: usize, all: bool) -> Self {
        if all {
            let mut cells = Self::new(
                Cow::Borrowed(&sheet.ends),
                Cow::Borrowed(&sheet.cells.columns),
                Cow::Borrowed(&sheet.cells.mantissas),
                group.len(),
            );
            cells.settle(sheet, &sheet.cells.attributes, &sheet.cells.scales);
            return cells;
        }
        let (ends, kept) = of_group(sheet, group, columns);
        let mut cells = Self::new(
            Cow::Owned(ends),
            Cow::Owned(kept.columns),
            Cow::Owned(kept.mantissas),
            group.len(),
        );
        cells.settle(sheet, &kept.attributes, &kept.scales);
        cells
    }

    fn new(
        ends: Cow<'a, [usize]>,
        columns: Cow<'a, [u32]>,
        numbers: Cow<'a, [i64]>,
        group: usize,
    ) -> Self {
        let rows = ends.len();
        let is_dense = rows.saturating_mul(group) / SPARSE <= columns.len();
        let windows = if is_dense { group.div_ceil(WINDOW) } else { 1 };
        Self {
            ends,
            columns,
            numbers,
            scales: Vec::with_capacity(rows),
            is_dense,
            windows,
            seen: Vec::with_capacity(rows * windows),
            wide: Vec::new(),
        }
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
            let columns = &self.columns[cells.clone()];
            let numbers = &self.numbers[cells.clone()];
            let before = self.seen.len();
            let have_room = if scale == WIDE {
                false
            } else if alike && !any_absent {
                let seen = look(columns, numbers, self.windows, &mut self.seen);
                // A number that is as a hole has no room beside holes.
                as_usize(seen.figures) == cells.len() && seen.fits()
            } else {
                let is_absent = kinds.iter().map(|&kind| absent[as_usize(kind)]);
                let have_room = rescale(numbers, scales, is_absent, scale, &mut own)
                    && look(columns, &own, self.windows, &mut self.seen).fits();
                if have_room {
                    self.numbers.to_mut()[cells.clone()].copy_from_slice(&own);
                }
                have_room
            };
            if !have_room {
                self.widen(sheet, cells.clone(), kinds, scales);
                self.seen.truncate(before);
                let (columns, numbers) = (&self.columns[cells.clone()], &self.numbers[cells]);
                look(columns, numbers, self.windows, &mut self.seen);
            }
            self.scales.push(if have_room { scale } else { WIDE });
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

/// Adds what there is in each window of a row; gives what there is in all of them.
fn look(mut columns: &[u32], mut numbers: &[i64], windows: usize, seen: &mut Vec<Seen>) -> Seen {
    let before = seen.len();
    for window in 1..windows {
        // A window has no more cells than columns.
        let near = &columns[..columns.len().min(WINDOW)];
        let end = near.partition_point(|&column| as_usize(column) < window * WINDOW);
        seen.push(Seen::of(&numbers[..end]));
        (columns, numbers) = (&columns[end..], &numbers[end..]);
    }
    seen.push(Seen::of(numbers));
    Seen::all(&seen[before..])
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
