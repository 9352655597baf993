//! The cells of some columns at one scale a row, and how wide their slots must be.

use std::borrow::Cow;
use std::ops::Range;

use rust_decimal::Decimal;

use super::super::chunk::HOLE;
use super::super::rows::{as_u32, as_usize};
use crate::book::table::attributes::Attributes;
use crate::book::table::sheet::{Run, Runs, Sheet, SheetCell, SheetCells, WIDE};
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
        let (least, greatest) = extremes(numbers);
        let cells = as_u32(numbers.len());
        // A hole is the least number there is here.
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

/// Numbers of which the least and the greatest are found together.
const BLOCK: usize = 16;

/// The least and the greatest of some numbers.
#[inline]
fn extremes(numbers: &[i64]) -> (i64, i64) {
    let both = |(least, greatest): (i64, i64), (low, high): (i64, i64)| {
        (least.min(low), greatest.max(high))
    };
    let none = (i64::MAX, i64::MIN);
    let Some(last) = numbers.last_chunk() else {
        let alone = numbers.iter().map(|&number| (number, number));
        return alone.fold(none, both);
    };
    // The last block covers what is left, and some that have been looked at: how many that are cannot be foretold.
    let (blocks, _) = numbers[..numbers.len() - 1].as_chunks::<BLOCK>();
    blocks
        .iter()
        .map(extremes_of_block)
        .fold(extremes_of_block(last), both)
}

/// In a loop these would be branches, which would be foretold wrongly again and again; here they are moves.
#[inline(never)]
fn extremes_of_block(block: &[i64; BLOCK]) -> (i64, i64) {
    let (quarters, _) = block.as_chunks::<4>();
    let [mut least, mut greatest] = [quarters[0]; 2];
    for quarter in &quarters[1..] {
        for index in 0..4 {
            least[index] = least[index].min(quarter[index]);
            greatest[index] = greatest[index].max(quarter[index]);
        }
    }
    let [a, b, c, d] = least;
    let [e, f, g, h] = greatest;
    (a.min(b).min(c.min(d)), e.max(f).max(g.max(h)))
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
            cells.settle(sheet, sheet.cells.runs());
            return cells;
        }
        let (ends, mut kept) = of_group(sheet, group, columns);
        let runs = kept.take_runs();
        let mut cells = Self::new(
            Cow::Owned(ends),
            Cow::Owned(kept.columns),
            Cow::Owned(kept.mantissas),
            group.len(),
        );
        cells.settle(sheet, Runs::new(&runs));
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
    fn settle(&mut self, sheet: &Sheet, mut runs: Runs<'_>) {
        let absent: Vec<bool> = sheet.attributes.iter().map(Attributes::is_absent).collect();
        let (mut parts, mut own) = (Vec::new(), Vec::new());
        for row in 0..self.ends.len() {
            let cells = self.row(row);
            parts.clear();
            parts.extend(std::iter::from_fn(|| runs.next_until(cells.end)));
            let is_absent = |run: &Run| absent[as_usize(run.attributes)];
            let scales = parts.iter().map(|(run, _)| run.scale);
            let scale = scales.max().unwrap_or(0);
            let alike = |(run, _): &(Run, _)| run.scale == scale && !is_absent(run);
            let columns = &self.columns[cells.clone()];
            let numbers = &self.numbers[cells.clone()];
            let before = self.seen.len();
            let have_room = if scale == WIDE {
                false
            } else if parts.iter().all(alike) {
                let seen = look(columns, numbers, self.windows, &mut self.seen);
                // A number that is as a hole has no room beside holes.
                seen.figures == seen.cells && seen.fits()
            } else {
                own.clear();
                for (run, cells) in &parts {
                    let numbers = &self.numbers[cells.clone()];
                    if is_absent(run) {
                        own.extend(numbers.iter().map(|_| HOLE));
                    } else {
                        let by = scale - run.scale;
                        own.extend(numbers.iter().filter_map(|&number| rescaled(number, by)));
                    }
                }
                let have_room = own.len() == cells.len()
                    && look(columns, &own, self.windows, &mut self.seen).fits();
                if have_room {
                    self.numbers.to_mut()[cells.clone()].copy_from_slice(&own);
                }
                have_room
            };
            if !have_room {
                self.widen(sheet, &parts);
                self.seen.truncate(before);
                let (columns, numbers) = (&self.columns[cells.clone()], &self.numbers[cells]);
                look(columns, numbers, self.windows, &mut self.seen);
            }
            self.scales.push(if have_room { scale } else { WIDE });
        }
    }

    /// Sets the numbers of a row at full length apart.
    fn widen(&mut self, sheet: &Sheet, parts: &[(Run, Range<usize>)]) {
        for (run, cells) in parts {
            for at in cells.clone() {
                let number = &mut self.numbers.to_mut()[at];
                let value = sheet.value(&SheetCell {
                    mantissa: *number,
                    column: 0,
                    attributes: run.attributes,
                    scale: run.scale,
                });
                // Anything but a hole is never read.
                *number = value.map_or(HOLE, |_| 0);
                self.wide.extend(value.map(|value| (at, value)));
            }
        }
    }
}

/// Adds what there is in each window of a row; gives what there is in all of them.
fn look(mut columns: &[u32], mut numbers: &[i64], windows: usize, seen: &mut Vec<Seen>) -> Seen {
    let before = seen.len();
    for window in 1..windows {
        let end = count_before(columns, as_u32(window * WINDOW));
        seen.push(Seen::of(&numbers[..end]));
        (columns, numbers) = (&columns[end..], &numbers[end..]);
    }
    seen.push(Seen::of(numbers));
    Seen::all(&seen[before..])
}

/// How many columns of a window come before its end.
#[inline]
fn count_before(columns: &[u32], end: u32) -> usize {
    match columns.first_chunk::<WINDOW>() {
        // A window has no more cells than columns. A search would be guesses, where this is a few instructions.
        Some(near) => as_usize(near.iter().map(|&column| u32::from(column < end)).sum()),
        None => columns.partition_point(|&column| column < end),
    }
}

/// The cells of a group of columns, which are numbered within it, and the ends of their rows.
fn of_group(sheet: &Sheet, group: &[u32], columns: usize) -> (Vec<usize>, SheetCells) {
    let mut own = vec![None; columns];
    for (index, &column) in (0u32..).zip(group) {
        own[as_usize(column)] = Some(index);
    }
    let (mut ends, mut kept) = (Vec::with_capacity(sheet.ends.len()), SheetCells::default());
    let mut all = sheet.cells.iter();
    for row in 0..sheet.ends.len() {
        for cell in all.by_ref().take(sheet.row(row).len()) {
            if let Some(column) = own[as_usize(cell.column)] {
                kept.push(SheetCell { column, ..cell });
            }
        }
        ends.push(kept.len());
    }
    (ends, kept)
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
    mantissa.checked_mul(power).filter(|&number| number > HOLE)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_seen_is_what_there_is(
            numbers in proptest::collection::vec(prop_oneof![9 => HOLE..=i64::MAX, 1 => Just(HOLE)], 0..70),
        ) {
            let figures = numbers.iter().copied().filter(|&number| number != HOLE);
            let seen = Seen::of(&numbers);
            prop_assert_eq!(seen.least, figures.clone().min().unwrap_or(i64::MAX));
            prop_assert_eq!(seen.greatest, figures.clone().max().unwrap_or(i64::MIN));
            prop_assert_eq!(as_usize(seen.figures), figures.count());
            prop_assert_eq!(as_usize(seen.cells), numbers.len());
        }

        #[test]
        fn windows_are_looked_at_each_by_itself(
            cells in proptest::collection::btree_map(0u32..100, -9i64..9, 0..100),
        ) {
            let columns: Vec<u32> = cells.keys().copied().collect();
            let numbers: Vec<i64> = cells.values().copied().collect();
            let mut seen = Vec::new();
            let all = look(&columns, &numbers, 4, &mut seen);
            let of = |columns: Range<u32>| {
                let numbers: Vec<i64> = cells.range(columns).map(|(_, number)| *number).collect();
                let seen = Seen::of(&numbers);
                (seen.least, seen.greatest, seen.cells)
            };
            let seen = seen.iter().map(|seen| (seen.least, seen.greatest, seen.cells));
            prop_assert!(seen.eq([of(0..32), of(32..64), of(64..96), of(96..100)]));
            prop_assert_eq!((all.least, all.greatest, all.cells), of(0..100));
        }
    }
}
