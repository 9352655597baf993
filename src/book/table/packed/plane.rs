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
    for (way, majorities) in [(BY_COLUMN, by_column), (BY_ROW, by_row), (AS_BEFORE, Vec::new())] {
        let defaults: Vec<u64> = majorities.iter().map(|majority| majority.number).collect();
        let mut plane = Plane::new(kinds, way, defaults);
        let (mut gaps, mut steps, mut gap, mut start) = (Vec::new(), Vec::new(), 0, 0);
        for (row, &end) in rows.iter().enumerate() {
            for index in start..end {
                let expected = plane.expected(row, positions[index], index == start);
                let number = numbers[index];
                if number == expected {
                    gap += 1;
                } else {
                    gaps.push(gap);
                    steps.push((number + kinds - expected) % kinds - 1);
                    gap = 0;
                }
                plane.met(number, index == start);
            }
            start = end;
        }
        let mut written = BitWriter::default();
        written.push(way, 2);
        // A default as the one before it is zero.
        let mut before = None;
        let defaults: Vec<u64> = plane
            .defaults
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
    kinds: u64,
    way: u64,
    defaults: Vec<u64>,
    exceptions: std::iter::Zip<std::vec::IntoIter<u64>, std::vec::IntoIter<u64>>,
    /// How many cells to the next exception, and its step; none once there are no more.
    next: Option<(u64, u64)>,
    row: usize,
    before: u64,
    above: u64,
}

impl Plane {
    fn new(kinds: u64, way: u64, defaults: Vec<u64>) -> Self {
        Self {
            kinds,
            way,
            defaults,
            exceptions: Vec::new().into_iter().zip(Vec::new()),
            next: None,
            row: 0,
            before: 0,
            above: 0,
        }
    }

    /// What [`write`] wrote.
    pub(super) fn read(
        reader: &mut BitReader<'_>,
        kinds: usize,
        columns: u32,
        rows: usize,
        cells: usize,
    ) -> Result<Self> {
        let kinds = kinds as u64;
        if kinds <= 1 {
            return Ok(Self::new(kinds, AS_BEFORE, Vec::new()));
        }
        let way = reader.read(2);
        let mut defaults = match way {
            BY_COLUMN => list::read(reader, columns as usize)?,
            BY_ROW => list::read(reader, rows)?,
            AS_BEFORE => Vec::new(),
            _ => return Err(corrupt("attributes are expected in no known way")),
        };
        let mut before = None;
        for default in &mut defaults {
            let number = default.checked_sub(1).or(before).filter(|&number| number < kinds);
            *default = number.ok_or_else(|| corrupt("a default attribute is not in the list"))?;
            before = number;
        }
        let exceptions = super::count(reader, cells, "exceptional cells")?;
        let gaps = list::read(reader, exceptions)?;
        let steps = list::read(reader, exceptions)?;
        if steps.iter().any(|&step| step >= kinds - 1) {
            return Err(corrupt("an exceptional attribute is not in the list"));
        }
        let mut plane = Self::new(kinds, way, defaults);
        plane.exceptions = gaps.into_iter().zip(steps);
        plane.next = plane.exceptions.next();
        Ok(plane)
    }

    /// The numbers of the next row, whose cells are at these positions.
    pub(super) fn row(&mut self, positions: &[u32], numbers: &mut Vec<u32>) {
        numbers.clear();
        if self.kinds <= 1 {
            numbers.resize(positions.len(), 0);
            return;
        }
        for (index, &position) in positions.iter().enumerate() {
            let mut number = self.expected(self.row, position, index == 0);
            if let Some((gap, step)) = &mut self.next {
                if *gap == 0 {
                    number = (number + *step + 1) % self.kinds;
                    self.next = self.exceptions.next();
                } else {
                    *gap -= 1;
                }
            }
            self.met(number, index == 0);
            // There are fewer than 2^32 kinds.
            numbers.push(u32::try_from(number).unwrap_or(0));
        }
        self.row += 1;
    }

    /// Checks that no exception is left.
    pub(super) fn finish(&self) -> Result<()> {
        if self.next.is_some() {
            return Err(corrupt("an exceptional attribute has no cell"));
        }
        Ok(())
    }

    #[inline]
    fn expected(&self, row: usize, position: u32, is_first: bool) -> u64 {
        match self.way {
            BY_COLUMN => self.defaults.get(position as usize).copied().unwrap_or(0),
            BY_ROW => self.defaults.get(row).copied().unwrap_or(0),
            _ if is_first => self.above,
            _ => self.before,
        }
    }

    #[inline]
    fn met(&mut self, number: u64, is_first: bool) {
        self.before = number;
        if is_first {
            self.above = number;
        }
    }
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
