//! From a column to the chunk that its slots lie in.

use super::super::Detour;
use super::chunk::Chunk;
use super::dense::Dense;
use super::rows::as_usize;
use super::{Block, write};

/// The chunks of the plain blocks of a table, and which of them each column is in.
#[derive(Clone, Debug)]
pub(super) struct Chunks {
    /// Chunks cut throughout at as many columns as writers cut them, as those of most tables are; nothing if they are not.
    even: Box<[Chunk]>,
    /// Chunks that are cut otherwise.
    uneven: Box<[Chunk]>,
    /// Where each column is in them: its chunk, and in the lowest [`COLUMN_BITS`] which column it is there; [`NOWHERE`] for one that is not in a plain
    /// block.
    columns: Box<[u32]>,
}

/// The bits of a column that say which it is in an even chunk.
const EVEN_MASK: u32 = (1 << write::CHUNK_LOG) - 1;
/// The bits of a column within its chunk: as many as the longest chunk needs.
const COLUMN_BITS: u32 = 16;
/// Of a column that is in no chunk: there are fewer chunks.
const NOWHERE: u32 = u32::MAX;
/// The most chunks of a table that is not even.
const UNEVEN_MAX: usize = 1 << 15;

impl Chunks {
    /// Of blocks, and of the block and the own column there of each column; nothing if there is but one block.
    pub(super) fn of(blocks: &[Block], places: &[(u32, u32)]) -> Self {
        let plain: Vec<Option<&Dense>> = blocks.iter().map(plain).collect();
        let own = plain.iter().flatten();
        let all: Box<[Chunk]> = own.clone().flat_map(|block| block.chunks()).collect();
        let log = own.last().map_or(0, |block| block.chunk_log);
        let mut chunks = Self {
            even: Box::default(),
            uneven: Box::default(),
            columns: Box::default(),
        };
        // All blocks are plain, lie one after the other and not in turn, and no chunk but the last is shorter than the others.
        let even = log == write::CHUNK_LOG
            && plain.iter().rev().enumerate().all(|(after, block)| {
                block.is_some_and(|block| {
                    block.chunk_log == log && (after == 0 || block.columns.trailing_zeros() >= log)
                })
            });
        if even && places.is_sorted() {
            chunks.even = all;
        } else if all.len() <= UNEVEN_MAX {
            chunks.columns = columns(&plain, places);
            chunks.uneven = all;
        }
        chunks
    }

    /// Whether a chunk that follows another has the columns after it.
    #[inline(always)]
    pub(super) fn are_even(&self) -> bool {
        !self.even.is_empty()
    }

    /// The chunks of so many columns from one on, of even ones, and which column it is in the first.
    #[inline(always)]
    pub(super) fn from(&self, column: u32, count: usize) -> (&[Chunk], u32) {
        let own = column & EVEN_MASK;
        let chunks = self.even.get(as_usize(column >> write::CHUNK_LOG)..);
        let chunks = chunks.unwrap_or(&[]);
        let most = (as_usize(own) + count).div_ceil(1 << write::CHUNK_LOG);
        (&chunks[..chunks.len().min(most)], own)
    }

    /// How many columns some even chunks of one block have, of which only the last may be shorter than the others.
    #[inline(always)]
    pub(super) fn columns_of(chunks: &[Chunk]) -> usize {
        chunks.split_last().map_or(0, |(last, others)| {
            (others.len() << write::CHUNK_LOG) + last.length()
        })
    }

    /// The chunk of a column, and which column it is there.
    #[inline(always)]
    pub(super) fn find(&self, column: u32) -> Option<(&Chunk, u32)> {
        match self.find_shortly(column) {
            Ok(found) => Some(found),
            Err(Detour) => self.find_uneven(column),
        }
    }

    /// The same, of even chunks.
    #[inline(always)]
    pub(super) fn find_shortly(&self, column: u32) -> Result<(&Chunk, u32), Detour> {
        let chunk = self.even.get(as_usize(column >> write::CHUNK_LOG));
        Ok((chunk.ok_or(Detour)?, column & EVEN_MASK))
    }

    #[cold]
    #[inline(never)]
    fn find_uneven(&self, column: u32) -> Option<(&Chunk, u32)> {
        let at = *self.columns.get(as_usize(column))?;
        let chunk = self.uneven.get(as_usize(at >> COLUMN_BITS))?;
        Some((chunk, at & ((1 << COLUMN_BITS) - 1)))
    }
}

/// A block that may be read the short way. One of shorter chunks than are written would take more memory than it saves time.
fn plain(block: &Block) -> Option<&Dense> {
    match block {
        Block::Dense(dense) => {
            (dense.is_plain() && dense.chunk_log >= write::CHUNK_LOG).then_some(dense)
        }
        Block::List(_) => None,
    }
}

/// Where each column is.
fn columns(plain: &[Option<&Dense>], places: &[(u32, u32)]) -> Box<[u32]> {
    let mut chunks = 0;
    let firsts: Vec<u32> = plain
        .iter()
        .map(|block| {
            let first = chunks;
            chunks += block.map_or(0, |block| block.columns.div_ceil(1 << block.chunk_log));
            first
        })
        .collect();
    let at = |&(block, own): &(u32, u32)| {
        let block = as_usize(block);
        let dense = plain.get(block).copied().flatten()?;
        let chunk = firsts.get(block)? + (own >> dense.chunk_log);
        Some(chunk << COLUMN_BITS | own & ((1 << dense.chunk_log) - 1))
    };
    places
        .iter()
        .map(|place| at(place).unwrap_or(NOWHERE))
        .collect()
}
