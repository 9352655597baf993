//! A number of each cell that is mostly what its column, its row or its neighbour says: its source, or what kind of
//! thing is said.
//!
//! A plane is written as what is expected and the exceptions to it: the way of expecting that costs least.

use super::list;
use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::corrupt;
use crate::error::Result;

/// Expected is what the column has by default.
const BY_COLUMN: u64 = 0;
/// What the row has by default.
const BY_ROW: u64 = 1;
/// What the cell before has; what the first cell of the row above has, for the first of a row.
const AS_BEFORE: u64 = 2;

/// Writes the number, below `kinds`, of each cell; `rows` are the ends of the rows, `positions` the places in them.
pub(super) fn write(
    writer: &mut BitWriter,
    kinds: u64,
    columns: usize,
    rows: &[usize],
    positions: &[u32],
    numbers: &[u64],
) {
    if kinds <= 1 {
        return;
    }
    let mut by_column = vec![Majority::default(); columns];
    for (&position, &number) in positions.iter().zip(numbers) {
        by_column[position as usize].count(number);
    }
    let mut by_row = vec![Majority::default(); rows.len()];
    let mut start = 0;
    for (majority, &end) in by_row.iter_mut().zip(rows) {
        for &number in &numbers[start..end] {
            majority.count(number);
        }
        start = end;
    }
    let mut best: Option<BitWriter> = None;
    for (way, majorities) in [
        (BY_COLUMN, by_column),
        (BY_ROW, by_row),
        (AS_BEFORE, Vec::new()),
    ] {
        let defaults: Vec<u64> = majorities.iter().map(|majority| majority.number).collect();
        let (mut gaps, mut steps, mut gap) = (Vec::new(), Vec::new(), 0);
        let (mut start, mut above) = (0, 0);
        for (row, &end) in rows.iter().enumerate() {
            let mut before = above;
            above = numbers[start];
            for (&position, &number) in positions[start..end].iter().zip(&numbers[start..end]) {
                let expected = match way {
                    BY_COLUMN => defaults[position as usize],
                    BY_ROW => defaults[row],
                    _ => before,
                };
                before = number;
                if number == expected {
                    gap += 1;
                } else {
                    gaps.push(gap);
                    steps.push((number + kinds - expected) % kinds - 1);
                    gap = 0;
                }
            }
            start = end;
        }
        let mut written = BitWriter::default();
        written.push(way, 2);
        // A default as the one before it is zero.
        let mut before = None;
        let defaults: Vec<u64> = defaults
            .iter()
            .map(|&number| {
                let repeated = before == Some(number);
                before = Some(number);
                if repeated { 0 } else { number + 1 }
            })
            .collect();
        list::write(&mut written, &defaults);
        written.push_any(gaps.len() as u64);
        list::write(&mut written, &gaps);
        list::write(&mut written, &steps);
        if best.as_ref().is_none_or(|best| written.len() < best.len()) {
            best = Some(written);
        }
    }
    if let Some(best) = best {
        writer.append(&best);
    }
}

/// Reads the numbers of the cells row by row.
pub(super) struct Plane {
    kinds: u32,
    way: u64,
    defaults: Vec<u32>,
    exceptions: std::iter::Zip<std::vec::IntoIter<u64>, std::vec::IntoIter<u32>>,
    /// How many cells to the next exception, and its step; none once there are no more.
    next: Option<(u64, u32)>,
    row: usize,
    /// The number of the cell before; between rows, of the first cell of the row above.
    before: u32,
}

impl Plane {
    /// What [`write`] wrote.
    pub(super) fn read(
        reader: &mut BitReader<'_>,
        kinds: usize,
        columns: u32,
        rows: usize,
        cells: usize,
    ) -> Result<Self> {
        let kinds = u32::try_from(kinds).unwrap_or(u32::MAX);
        let mut plane = Self {
            kinds,
            way: AS_BEFORE,
            defaults: Vec::new(),
            exceptions: Vec::new().into_iter().zip(Vec::new()),
            next: None,
            row: 0,
            before: 0,
        };
        if kinds <= 1 {
            return Ok(plane);
        }
        plane.way = reader.read(2);
        plane.defaults = match plane.way {
            BY_COLUMN => list::read_u32(reader, columns as usize)?,
            BY_ROW => list::read_u32(reader, rows)?,
            AS_BEFORE => Vec::new(),
            _ => return Err(corrupt("attributes are expected in no known way")),
        };
        let mut before = None;
        for default in &mut plane.defaults {
            let number = default
                .checked_sub(1)
                .or(before)
                .filter(|&number| number < kinds);
            *default = number.ok_or_else(|| corrupt("a default attribute is not in the list"))?;
            before = number;
        }
        let exceptions = super::count(reader, cells, "exceptional cells")?;
        let gaps = list::read(reader, exceptions)?;
        let steps = list::read_u32(reader, exceptions)?;
        if steps.iter().any(|&step| step >= kinds - 1) {
            return Err(corrupt("an exceptional attribute is not in the list"));
        }
        plane.exceptions = gaps.into_iter().zip(steps);
        plane.next = plane.exceptions.next();
        Ok(plane)
    }

    /// The numbers of the next row, whose cells are at these positions.
    pub(super) fn row(&mut self, positions: &[u32], numbers: &mut Vec<u32>) {
        numbers.clear();
        match self.way {
            BY_COLUMN => {
                let default = |&position: &u32| self.defaults.get(position as usize);
                numbers.extend(
                    positions
                        .iter()
                        .map(|position| default(position).copied().unwrap_or(0)),
                );
            }
            BY_ROW => {
                let default = self.defaults.get(self.row).copied().unwrap_or(0);
                numbers.resize(positions.len(), default);
            }
            _ => numbers.resize(positions.len(), 0),
        }
        self.row += 1;
        let mut start = 0;
        while let Some((gap, step)) = self.next {
            let left = &mut numbers[start..];
            let Some(gap) = usize::try_from(gap).ok().filter(|&gap| gap < left.len()) else {
                self.next = Some((gap - left.len() as u64, step));
                break;
            };
            if self.way == AS_BEFORE {
                let number = other(self.before, step, self.kinds);
                left[..gap].fill(self.before);
                left[gap] = number;
                self.before = number;
            } else {
                left[gap] = other(left[gap], step, self.kinds);
            }
            start += gap + 1;
            self.next = self.exceptions.next();
        }
        if self.way == AS_BEFORE {
            numbers[start..].fill(self.before);
            self.before = numbers.first().copied().unwrap_or(0);
        }
    }

    /// Checks that no exception is left.
    pub(super) fn finish(&self) -> Result<()> {
        if self.next.is_some() {
            return Err(corrupt("an exceptional attribute has no cell"));
        }
        Ok(())
    }
}

/// The number that is so many steps and one above another, in a circle of so many.
fn other(number: u32, step: u32, kinds: u32) -> u32 {
    let other = (u64::from(number) + u64::from(step) + 1) % u64::from(kinds.max(1));
    u32::try_from(other).unwrap_or(0)
}

/// The number that more than half have, if there is one; else some number (Boyer and Moore's vote).
#[derive(Clone, Copy, Default)]
struct Majority {
    number: u64,
    votes: u64,
}

impl Majority {
    fn count(&mut self, number: u64) {
        if self.votes == 0 {
            self.number = number;
        }
        if self.number == number {
            self.votes += 1;
        } else {
            self.votes -= 1;
        }
    }
}
