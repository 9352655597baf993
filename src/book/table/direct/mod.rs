//! The direct layout: a table that is read where it lies.
//!
//! The header says what lies where; the rows, the attributes and the blocks of columns follow it. Columns of one
//! granularity form a block, or several where the numbers of a row change their size over time; what a block looks like is
//! its own business ([`dense`], [`list`]). `FORMAT.md` describes the bytes.

mod chunk;
mod chunks;
mod dense;
#[cfg_attr(
    not(all(feature = "simd", target_arch = "x86_64")),
    path = "no_lanes.rs"
)]
mod lanes;
mod list;
mod marks;
mod open;
mod rows;
mod said;
mod scales;
mod unpack;
mod walk;
mod wide;
mod write;

use std::ops::Range;

use bytes::Bytes;

use super::Detour;
use super::attributes::Attributes;
use super::value::Value;
use crate::codec::corrupt;
use crate::codec::fetch::{Fetched, fetch};
use crate::error::Result;
use chunk::{Chunk, Record};
pub(crate) use chunk::{HOLE, RUN, Spot};
use chunks::Chunks;
use dense::Dense;
use list::List;
use marks::Marks;
pub(crate) use marks::NoFigure;
pub(crate) use rows::{Following, SPARE};
use rows::{RowSet, as_usize};
use said::Kind;
pub(crate) use scales::Scales;
use unpack::unpacking;
pub(crate) use walk::Walk;
#[cfg(any(test, fuzzing))]
pub(crate) use write::write;
pub(crate) use write::{TableBytes, write_into};

/// What the numbers in a table may refer to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) places: u32,
    pub(crate) columns: u32,
    pub(crate) sources: u32,
}

/// A table as it lies in its bytes.
///
/// What every look-up reads stands first and together, so that it takes few cache lines.
#[derive(Clone, Debug)]
#[repr(C)]
pub(crate) struct Direct {
    bytes: Bytes,
    rows: RowSet,
    chunks: Chunks,
    cells: usize,
    columns: u32,
    blocks: Box<[Block]>,
    /// The block of each column, and which column it is there; nothing if there is one block.
    places: Box<[(u32, u32)]>,
    kinds: Box<[Kind]>,
    /// Where the attributes lie in the header.
    attributes_at: Range<usize>,
    marks: Marks,
}

/// Where a row and a column meet, for a number that is read in steps, so that the waits of many overlap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meeting<'a> {
    /// Nothing for a cell that has no row or no column.
    direct: Option<&'a Direct>,
    /// The chunk that they meet in, if it is kept.
    chunk: Option<&'a Chunk>,
    row: usize,
    column: u32,
    /// Which column of the chunk it is.
    own: u32,
}

impl Meeting<'_> {
    /// Of a cell that has no row or no column.
    pub(crate) const NOWHERE: Self = Self {
        direct: None,
        chunk: None,
        row: 0,
        column: 0,
        own: 0,
    };

    /// Asks the memory for the record that [`spot`](Self::spot) will read.
    #[inline(always)]
    pub(crate) fn fetch_record(&self, fetched: &mut Fetched) {
        if let (Some(direct), Some(chunk)) = (self.direct, self.chunk) {
            fetch(&direct.bytes, chunk.record_at(self.row), fetched);
        }
    }

    /// Where the number lies.
    #[inline(always)]
    pub(crate) fn spot(&self) -> Spot {
        match (self.direct, self.chunk) {
            (Some(direct), Some(chunk)) => chunk.spot(&direct.bytes, self.row, self.own),
            _ => Spot::ELSEWHERE,
        }
    }

    /// Asks the memory for the slot that [`read`](Self::read) will read.
    #[inline(always)]
    pub(crate) fn fetch_slot(&self, spot: &Spot, fetched: &mut Fetched) {
        if let Some(direct) = self.direct {
            fetch(&direct.bytes, spot.byte(), fetched);
        }
    }

    /// The number at a spot; `None` where there is none.
    #[inline(always)]
    pub(crate) fn read(&self, spot: &Spot) -> Option<Value> {
        self.direct?.read(spot, self.row, self.column)
    }
}

#[derive(Clone, Debug)]
enum Block {
    Dense(Dense),
    List(Box<List>),
}

impl Block {
    fn columns(&self) -> u32 {
        match self {
            Self::Dense(block) => block.columns,
            Self::List(block) => block.columns,
        }
    }
}

/// The forms of a block.
const DENSE: u8 = 0;
const LIST: u8 = 1;

impl Direct {
    /// How many cells there are, as the header states it.
    pub(crate) fn cell_count(&self) -> usize {
        self.cells
    }

    pub(crate) fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// The row of a place.
    #[inline]
    pub(crate) fn row_of(&self, place: u32) -> Option<usize> {
        self.rows.find(&self.bytes, place)
    }

    /// The row of the place that is so many after the [first](Self::first_place), where most places have one.
    #[inline(always)]
    pub(super) fn row_shortly(&self, after: u64) -> Result<Option<usize>, Detour> {
        self.rows.find_shortly(after)
    }

    /// The first place that may have a row.
    pub(super) fn first_place(&self) -> u32 {
        self.rows.first()
    }

    /// The place of a row.
    pub(crate) fn place(&self, row: usize) -> u32 {
        self.rows.place(&self.bytes, row)
    }

    /// The places from that of a row on.
    pub(crate) fn following(&self, row: usize) -> Following {
        self.rows.following(&self.bytes, row)
    }

    /// The next `count` places; `places` has room for [`SPARE`] more.
    #[inline]
    pub(crate) fn follow<T>(
        &self,
        following: &mut Following,
        count: usize,
        places: &mut [T],
        of: impl Fn(u32) -> T,
    ) {
        self.rows.follow(&self.bytes, following, count, places, of);
    }

    /// The rows of the places of a range.
    pub(crate) fn rows_of(&self, places: Range<u32>) -> Range<usize> {
        let start = self.rows.lower_bound(&self.bytes, places.start);
        start..self.rows.lower_bound(&self.bytes, places.end).max(start)
    }

    /// The table as it lies.
    pub(crate) fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    /// The table with other numbers for its sources, in the same order as they were.
    pub(crate) fn with_sources(&self, sources: &[u32]) -> Result<Bytes> {
        let moved = self.kinds.iter().map(|kind| {
            let one = kind.attributes;
            let source = sources.get(as_usize(one.source));
            source.map(|&source| Attributes { source, ..one })
        });
        let moved: Option<Vec<Attributes>> = moved.collect();
        let moved = moved
            .filter(|moved| moved.is_sorted())
            .ok_or_else(|| corrupt("a cell has a source that is not there"))?;
        let mut bytes = self.bytes[..self.attributes_at.start].to_vec();
        marks::write_attributes(&moved, &mut bytes);
        bytes.extend_from_slice(&self.bytes[self.attributes_at.end..]);
        Ok(bytes.into())
    }

    #[inline]
    fn block(&self, column: u32) -> Option<(&Block, u32)> {
        if self.places.is_empty() {
            return self.blocks.first().map(|block| (block, column));
        }
        let &(block, own) = self.places.get(as_usize(column))?;
        Some((self.blocks.get(as_usize(block))?, own))
    }

    /// Where a row and a column that are there meet.
    #[inline(always)]
    pub(crate) fn meet(&self, row: usize, column: u32) -> Meeting<'_> {
        let (chunk, own) = match self.chunks.find(column) {
            Some((chunk, own)) => (Some(chunk), own),
            None => (None, 0),
        };
        Meeting {
            direct: Some(self),
            chunk,
            row,
            column,
            own,
        }
    }

    /// The number of a cell of a row and a column that are there; `None` where there is none.
    #[inline(always)]
    pub(crate) fn number(&self, row: usize, column: u32) -> Option<Value> {
        self.read(&self.spot(row, column), row, column)
    }

    /// The same if the column is in an even chunk and the row is not at full length.
    #[inline(always)]
    pub(super) fn number_shortly(&self, row: usize, column: u32) -> Result<Option<Value>, Detour> {
        let (chunk, own) = self.chunks.find_shortly(column)?;
        chunk.spot(&self.bytes, row, own).read(&self.bytes)
    }

    /// The number at the spot of a row and a column.
    #[inline(always)]
    fn read(&self, spot: &Spot, row: usize, column: u32) -> Option<Value> {
        spot.read(&self.bytes)
            .unwrap_or_else(|Detour| self.elsewhere(row, column))
    }

    /// Where the number of a cell lies.
    #[inline(always)]
    fn spot(&self, row: usize, column: u32) -> Spot {
        match self.chunks.find(column) {
            Some((chunk, own)) => chunk.spot(&self.bytes, row, own),
            None => Spot::ELSEWHERE,
        }
    }

    /// The number of a cell that lies in no chunk, or not in a slot of it.
    #[cold]
    #[inline(never)]
    fn elsewhere(&self, row: usize, column: u32) -> Option<Value> {
        match self.block(column)? {
            (Block::Dense(dense), own) => dense.number(&self.bytes, row, own),
            (Block::List(list), own) => self.listed(list, row, own),
        }
    }

    fn listed(&self, list: &List, row: usize, column: u32) -> Option<Value> {
        let cell = list.find(&self.bytes, row, column)?;
        list.number(&self.bytes, cell)
    }

    /// Asks the memory for every part of a row at once, so that reading them one after the other waits but once.
    #[inline]
    pub(crate) fn warm(&self, row: usize, columns: Range<u32>) {
        let mut fetched = Fetched::default();
        if self.chunks.are_even() {
            for (chunks, mut own, record) in self.along(row, columns.start, columns.len()) {
                for chunk in chunks {
                    let spot = chunk.spot_of(&record, std::mem::take(&mut own));
                    fetch(&self.bytes, spot.byte(), &mut fetched);
                }
            }
            return;
        }
        for column in columns.step_by(1 << write::CHUNK_LOG) {
            fetch(&self.bytes, self.spot(row, column).byte(), &mut fetched);
        }
    }

    /// The chunks of so many columns of a row from one on, where chunks are even: those of each block, with the first column of them that is asked for, and the
    /// record of the row, which they have in common.
    #[inline(always)]
    fn along(
        &self,
        row: usize,
        column: u32,
        count: usize,
    ) -> impl Iterator<Item = (&[Chunk], u32, Record)> {
        let (mut rest, mut own) = self.chunks.from(column, count);
        std::iter::from_fn(move || {
            let first = rest.first()?;
            let (block, after) = rest.split_at(rest.len().min(as_usize(first.left)));
            rest = after;
            let record = first.record(&self.bytes, row);
            Some((block, std::mem::take(&mut own), record))
        })
    }

    /// The numbers of a row from a column on, as many as have one scale and `numbers` takes (and lie in one block, where chunks are not even), with their
    /// count and scale; [`HOLE`] where there is none. `None` where they are at full length, to be read one at a time.
    #[inline]
    pub(crate) fn row_run(
        &self,
        row: usize,
        column: u32,
        numbers: &mut [i64],
    ) -> (usize, Option<u8>) {
        if !self.chunks.are_even() {
            return self.row_run_in_block(row, column, numbers);
        }
        lanes::row_run(self, row, column, numbers)
            .unwrap_or_else(|| self.row_run_of(row, column, numbers, unpacking))
    }

    /// As [`row_run`](Self::row_run), of chunks that are even; slots are read as [`unpacking`] does.
    #[inline(always)]
    fn row_run_of<U: Fn(&[u8], u64, &mut [i64])>(
        &self,
        row: usize,
        column: u32,
        numbers: &mut [i64],
        unpacking: impl Fn(u32, i64) -> U + Copy,
    ) -> (usize, Option<u8>) {
        let most = numbers.len();
        let (mut rest, mut scale) = (numbers, None);
        for (chunks, own, record) in self.along(row, column, most) {
            if scale.is_some_and(|scale| scale != record.scale()) {
                break;
            }
            let read = most - rest.len();
            let columns = Chunks::columns_of(chunks) - as_usize(own);
            let length = rest.len().min(columns);
            let (run, after) = std::mem::take(&mut rest).split_at_mut(length);
            let chunks = chunks.iter().copied();
            if !record.row_run(&self.bytes, chunks, own, run, unpacking) {
                // What comes before it has a scale.
                return (if scale.is_some() { read } else { length }, scale);
            }
            (rest, scale) = (after, Some(record.scale()));
        }
        (most - rest.len(), scale)
    }

    fn row_run_in_block(
        &self,
        row: usize,
        column: u32,
        numbers: &mut [i64],
    ) -> (usize, Option<u8>) {
        let Some((block, own)) = self.block(column) else {
            return (0, None);
        };
        let mut length = numbers.len().min(as_usize(block.columns() - own));
        if let Some(places) = self.places.get(as_usize(column)..) {
            // Columns of other granularities may lie between those of one block.
            let runs = places.iter().zip(places.iter().skip(1));
            let together = |(one, next): &(&(u32, u32), &(u32, u32))| one.0 == next.0;
            if !places.is_empty() {
                length = length.min(1 + runs.take(length).take_while(together).count());
            }
        }
        let numbers = &mut numbers[..length];
        let scale = match block {
            Block::Dense(dense) => dense.row_run(&self.bytes, row, own, numbers),
            Block::List(list) => list.row_run(&self.bytes, row, own, numbers),
        };
        (length, scale)
    }

    /// The numbers of a column in the rows from a row on; [`HOLE`] where there is none.
    #[inline]
    pub(crate) fn column_run(
        &self,
        row: usize,
        column: u32,
        numbers: &mut [i64],
        scales: &mut Scales,
    ) {
        match self.block(column) {
            Some((Block::Dense(dense), own)) => {
                dense.column_run(&self.bytes, row, own, numbers, scales);
            }
            Some((Block::List(list), own)) => {
                *scales = list.column_run(&self.bytes, row, own, numbers);
            }
            None => *scales = Scales::Wide,
        }
    }
}

#[cfg(test)]
mod tests;
