//! Which cells there are: runs of cells and of holes in turn, through the rows one after the other.
//!
//! Where the holes of a table stand below each other, each row is written as its differences from the row above.

use super::list;
use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::corrupt;
use crate::error::Result;

/// Writes the positions of the cells of each row.
pub(super) fn write<'a>(
    writer: &mut BitWriter,
    rows: impl Iterator<Item = &'a [u32]> + Clone,
    columns: usize,
) {
    let plain = runs(rows.clone().map(<[u32]>::to_vec), columns, false);
    let mut above: &[u32] = &[];
    let changes = rows.map(|row| {
        let mut changed = Vec::new();
        differ(above, row, &mut changed);
        above = row;
        changed
    });
    let changes = runs(changes, columns, true);
    writer.append(if changes.len() < plain.len() {
        &changes
    } else {
        &plain
    });
}

fn runs(rows: impl Iterator<Item = Vec<u32>>, columns: usize, changes: bool) -> BitWriter {
    let columns = columns as u64;
    let (mut present, mut absent) = (vec![0u64], Vec::new());
    let (mut start, mut end) = (0, 0);
    for row in rows {
        for position in row {
            let at = start + u64::from(position);
            if at > end {
                absent.push(at - end);
                present.push(0);
            }
            if let Some(run) = present.last_mut() {
                *run += 1;
            }
            end = at + 1;
        }
        start += columns;
    }
    // What is left after the last run of cells are holes.
    let mut writer = BitWriter::default();
    writer.push(changes.into(), 1);
    writer.push_any(present.len() as u64);
    list::write(&mut writer, &present);
    list::write(&mut writer, &absent);
    writer
}

/// What is in one of two rising lists only.
fn differ(one: &[u32], other: &[u32], changed: &mut Vec<u32>) {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    loop {
        match (one.peek(), other.peek()) {
            (Some(a), Some(b)) if a == b => {
                one.next();
                other.next();
            }
            (Some(&&a), Some(&&b)) if a < b => {
                changed.push(a);
                one.next();
            }
            (Some(&&a), None) => {
                changed.push(a);
                one.next();
            }
            (_, Some(&&b)) => {
                changed.push(b);
                other.next();
            }
            (None, None) => return,
        }
    }
}

/// Rows with fewer cells than one in so many columns are read cell by cell.
const SPARSE: usize = 8;

/// Reads the cells row by row.
pub(super) struct Presence {
    present: std::vec::IntoIter<u64>,
    absent: std::vec::IntoIter<u64>,
    /// What is left of the run of cells or of holes.
    run: u64,
    is_present: bool,
    changes: bool,
    columns: u32,
    /// The cells that are still to come.
    left: usize,
    /// Whether rows are filled so well that room for all columns is soon made.
    by_blocks: bool,
    changed: Vec<u32>,
    above: Vec<u32>,
}

impl Presence {
    pub(super) fn read(
        reader: &mut BitReader<'_>,
        rows: usize,
        columns: u32,
        cells: usize,
    ) -> Result<Self> {
        let changes = reader.read(1) == 1;
        // A run of cells or of changes has one cell of its row or of the row above, but for the first.
        let most = cells.saturating_mul(2).saturating_add(1);
        let runs = super::count(reader, most, "runs of cells")?;
        let present = list::read(reader, runs)?;
        let mut absent = list::read(reader, runs.saturating_sub(1))?;
        let mut left = (rows as u64).saturating_mul(columns.into());
        for run in present.iter().chain(&absent) {
            left = left
                .checked_sub(*run)
                .ok_or_else(|| corrupt("the runs of cells are longer than the rows"))?;
        }
        absent.push(left);
        let mut present = present.into_iter();
        Ok(Self {
            run: present.next().unwrap_or(0),
            present,
            absent: absent.into_iter(),
            is_present: true,
            changes,
            columns,
            left: cells,
            by_blocks: columns as usize / SPARSE <= cells / rows.max(1),
            changed: Vec::new(),
            above: Vec::new(),
        })
    }

    /// Adds the positions of the cells of the next row, of which there is one at least.
    pub(super) fn row(&mut self, positions: &mut Vec<u32>) -> Result<()> {
        let before = positions.len();
        if self.changes {
            let mut changed = std::mem::take(&mut self.changed);
            changed.clear();
            self.toggles(&mut changed)?;
            differ(&self.above, &changed, positions);
            self.changed = changed;
            self.above.clear();
            self.above.extend_from_slice(&positions[before..]);
        } else {
            self.toggles(positions)?;
        }
        let own = positions.len() - before;
        if own == 0 {
            return Err(corrupt("a row has no cell"));
        }
        self.left = self.left.checked_sub(own).ok_or_else(miscounted)?;
        Ok(())
    }

    /// Checks that nothing is left.
    pub(super) fn finish(&self) -> Result<()> {
        if self.left > 0 {
            return Err(miscounted());
        }
        Ok(())
    }

    fn toggles(&mut self, positions: &mut Vec<u32>) -> Result<()> {
        let mut filled = positions.len();
        if self.by_blocks {
            positions.resize(filled + self.columns as usize + BLOCK as usize, 0);
        }
        let mut at = 0;
        while at < self.columns {
            while self.run == 0 {
                self.is_present = !self.is_present;
                let runs = if self.is_present {
                    &mut self.present
                } else {
                    &mut self.absent
                };
                self.run = runs.next().ok_or_else(miscounted)?;
            }
            let rest = self.columns - at;
            let taken = u32::try_from(self.run).map_or(rest, |run| run.min(rest));
            if self.is_present {
                if self.by_blocks {
                    fill(&mut positions[filled..], at, taken);
                } else {
                    positions.extend(at..at + taken);
                }
                filled += taken as usize;
            }
            self.run -= u64::from(taken);
            at += taken;
        }
        positions.truncate(filled);
        Ok(())
    }
}

/// Positions that are written together.
const BLOCK: u32 = 32;

/// Writes so many positions from one on, and more, which others overwrite: a run is mostly shorter than a block, and how
/// much shorter cannot be foretold.
#[inline]
fn fill(room: &mut [u32], first: u32, count: u32) {
    let mut done = 0;
    while done < count {
        let left = room.get_mut(done as usize..);
        if let Some(block) = left.and_then(<[u32]>::first_chunk_mut::<{ BLOCK as usize }>) {
            for (position, step) in block.iter_mut().zip(0..) {
                *position = first.wrapping_add(done + step);
            }
        }
        done += BLOCK;
    }
}

fn miscounted() -> crate::error::Error {
    corrupt("it does not have as many cells as it says")
}
