//! A number of each cell that is mostly what its column, its row or its neighbour says: its source, or what kind of
//! thing is said.
//!
//! A plane is written as what is expected and the exceptions to it: the way of expecting that costs least.

use std::ops::Range;

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
    /// For each column, if defaults are by columns, the first after it that has another.
    alike_until: Vec<u32>,
    exceptions: std::iter::Zip<std::vec::IntoIter<u64>, std::vec::IntoIter<u32>>,
    /// How many cells to the next exception, and its step; none once there are no more.
    next: Option<(u64, u32)>,
    row: usize,
    /// The number of the cell before; between rows, of the first cell of the row above.
    before: u32,
}

impl Plane {
    /// What [`write`](fn@write) wrote.
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
            alike_until: Vec::new(),
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
        if plane.way == BY_COLUMN {
            for run in plane.defaults.chunk_by(PartialEq::eq) {
                let end = plane.alike_until.len() + run.len();
                plane
                    .alike_until
                    .resize(end, u32::try_from(end).unwrap_or(u32::MAX));
            }
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

    /// The numbers of the next row, whose cells are at these positions, as runs: each the cells up to its end.
    pub(super) fn row(&mut self, positions: &[u32], runs: &mut Vec<(usize, u32)>) {
        runs.clear();
        let (mut start, mut alike) = (0, 0..0);
        let mut expected = self.before;
        while start < positions.len() {
            // Up to where the same is expected of all.
            if start == alike.end {
                (alike, expected) = self.expect(positions, start, expected);
            }
            let exception = match &mut self.next {
                Some((gap, step)) => match usize::try_from(*gap) {
                    Ok(gap) if gap < alike.end - start => Some((start + gap, *step)),
                    _ => {
                        *gap -= (alike.end - start) as u64;
                        None
                    }
                },
                None => None,
            };
            let Some((at, step)) = exception else {
                push(runs, alike.end, expected);
                start = alike.end;
                continue;
            };
            push(runs, at, expected);
            let number = other(expected, step, self.kinds);
            push(runs, at + 1, number);
            if self.way == AS_BEFORE {
                expected = number;
            }
            start = at + 1;
            self.next = self.exceptions.next();
        }
        self.row += 1;
        self.before = runs.first().map_or(0, |&(_, number)| number);
    }

    /// From a cell on, the cells of which the same is expected, and what.
    fn expect(&self, positions: &[u32], start: usize, before: u32) -> (Range<usize>, u32) {
        let all = start..positions.len();
        let by_row = || self.defaults.get(self.row).copied().unwrap_or(0);
        match self.way {
            BY_COLUMN => {
                let at = positions[start] as usize;
                let (until, number) = match (self.alike_until.get(at), self.defaults.get(at)) {
                    (Some(&until), Some(&number)) => (until, number),
                    _ => return (all, 0),
                };
                let end = match positions.last() {
                    Some(&last) if last >= until => {
                        start + positions[start..].partition_point(|&position| position < until)
                    }
                    _ => all.end,
                };
                (start..end, number)
            }
            BY_ROW => (all, by_row()),
            _ => (all, before),
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

/// Adds the cells up to an end; none if that is where they end already.
#[inline]
fn push(runs: &mut Vec<(usize, u32)>, end: usize, number: u32) {
    match runs.last_mut() {
        Some(last) if last.1 == number => last.0 = end,
        Some(last) if last.0 >= end => {}
        None if end == 0 => {}
        _ => runs.push((end, number)),
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
