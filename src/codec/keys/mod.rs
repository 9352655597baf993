//! The keys of the ledger: bytes whose order is the order of what they stand for.
//!
//! Numbers are big-endian, signed ones with their sign bit turned, so that comparing bytes compares
//! numbers. A row's periods are cut into chunks of at most 128: regular ones by granularity and
//! ordinal, spans by their first day and the neighbourhood of their last.

mod periods;
mod read;
#[cfg(test)]
mod tests;

use std::ops::Deref;

use chrono::{Datelike, NaiveDate};

use crate::codec::corrupt;
use crate::error::Result;
use crate::model::{Granularity, Period};

pub(crate) use periods::Periods;
pub(crate) use read::{
    read_chunk, read_history, read_number, read_remark, read_short_number, read_version,
};

/// The most periods of one chunk.
pub(crate) const CHUNK_PERIODS: i32 = 128;
/// The longest key: that of a remark on a span.
const KEY_BYTES_MAX: usize = 17 + 1 + 8 + 4;
/// The granularities that have ordinals, by the byte that stands for them in a ledger: this order never changes.
const REGULAR: [Granularity; 6] = Granularity::REGULAR;
/// The byte of a span.
const SPAN: u8 = 6;

/// At most 128 periods of a row that are kept together.
///
/// Chunks order as their bytes do: by granularity, then by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Chunk {
    /// The granularity's byte, and the ordinals from 128 times `index` on.
    Regular { granularity: u8, index: i32 },
    /// Spans of one first day whose last days are those from 128 times `index` on, both counted from 0001-01-01.
    Span { first: i32, index: i32 },
}

/// A chunk of one row: the unit that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ChunkKey {
    /// The number of the heading in the ledger.
    pub(crate) heading: u32,
    /// The number of the place in the ledger.
    pub(crate) place: u32,
    /// Which of its periods.
    pub(crate) chunk: Chunk,
}

impl Chunk {
    /// The chunk that a period lies in, and its position there.
    ///
    /// # Errors
    /// [`Corrupt`](crate::ErrorKind::Corrupt), which no period of the calendar's years 1 to 9999 meets.
    pub(crate) fn of(period: Period) -> Result<(Self, u8)> {
        let granularity = REGULAR
            .iter()
            .position(|regular| *regular == period.granularity())
            .and_then(|at| u8::try_from(at).ok());
        let (number, chunk) = match (granularity, period.ordinal()) {
            (Some(granularity), Some(ordinal)) => {
                let index = ordinal.div_euclid(CHUNK_PERIODS);
                (ordinal, Self::Regular { granularity, index })
            }
            _ => {
                let first = period.first_day().num_days_from_ce();
                let last = period.last_day().num_days_from_ce();
                let index = last.div_euclid(CHUNK_PERIODS);
                (last, Self::Span { first, index })
            }
        };
        let position = u8::try_from(number.rem_euclid(CHUNK_PERIODS))
            .map_err(|_| corrupt(format!("{period} has no place in a chunk")))?;
        Ok((chunk, position))
    }

    /// The period at a position.
    ///
    /// # Errors
    /// [`Corrupt`](crate::ErrorKind::Corrupt) where there is none, or another chunk is its own.
    pub(crate) fn period(self, position: u8) -> Result<Period> {
        let index = match self {
            Self::Regular { index, .. } | Self::Span { index, .. } => index,
        };
        let number = index
            .checked_mul(CHUNK_PERIODS)
            .and_then(|start| start.checked_add(i32::from(position)));
        let period = number.and_then(|number| match self {
            Self::Regular { granularity, .. } => {
                let granularity = *REGULAR.get(usize::from(granularity))?;
                Period::from_ordinal(granularity, number).ok()
            }
            Self::Span { first, .. } => Period::span(
                NaiveDate::from_num_days_from_ce_opt(first)?,
                NaiveDate::from_num_days_from_ce_opt(number)?,
            )
            .ok(),
        });
        period
            .filter(|period| Self::of(*period).is_ok_and(|own| own == (self, position)))
            .ok_or_else(|| corrupt(format!("position {position} of a chunk is no period")))
    }
}

/// The bytes of a key.
#[derive(Clone, Copy)]
pub(crate) struct KeyBytes {
    bytes: [u8; KEY_BYTES_MAX],
    length: usize,
}

impl KeyBytes {
    #[inline]
    fn new() -> Self {
        Self {
            bytes: [0; KEY_BYTES_MAX],
            length: 0,
        }
    }

    #[inline]
    fn with(mut self, bytes: &[u8]) -> Self {
        // The longest key is as long as the array, so that this always fits.
        if let Some(room) = self
            .bytes
            .get_mut(self.length..self.length.saturating_add(bytes.len()))
        {
            room.copy_from_slice(bytes);
            self.length += bytes.len();
        }
        self
    }

    #[inline]
    fn signed(self, number: i32) -> Self {
        self.with(&(number.cast_unsigned() ^ 1 << 31).to_be_bytes())
    }
}

impl Deref for KeyBytes {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// A number as a key: of a batch.
pub(crate) fn number(number: u64) -> KeyBytes {
    KeyBytes::new().with(&number.to_be_bytes())
}

/// A number as a key: of a heading or a unit, and the beginning of the keys that go on from it.
#[inline]
pub(crate) fn short_number(number: u32) -> KeyBytes {
    KeyBytes::new().with(&number.to_be_bytes())
}

/// A version of an entry of the catalogue, or a batch that touched a heading.
pub(crate) fn version(id: u32, batch: u64) -> KeyBytes {
    short_number(id).with(&batch.to_be_bytes())
}

/// The beginning of the keys of one row.
#[inline]
pub(crate) fn row(heading: u32, place: u32) -> KeyBytes {
    short_number(heading).with(&place.to_be_bytes())
}

/// The key of a chunk.
#[inline]
pub(crate) fn chunk(key: &ChunkKey) -> KeyBytes {
    let row = row(key.heading, key.place);
    match key.chunk {
        Chunk::Regular { granularity, index } => row.with(&[granularity]).signed(index),
        Chunk::Span { first, index } => row.with(&[SPAN]).signed(first).signed(index),
    }
}

/// The key of what a batch replaced in a chunk.
pub(crate) fn history(key: &ChunkKey, batch: u64) -> KeyBytes {
    chunk(key).with(&batch.to_be_bytes())
}

/// The key of a remark on a cell: in the order of batches, and within a batch in the order they were made.
pub(crate) fn remark(key: &ChunkKey, position: u8, batch: u64, sequence: u32) -> KeyBytes {
    chunk(key)
        .with(&[position])
        .with(&batch.to_be_bytes())
        .with(&sequence.to_be_bytes())
}

/// The first key after all that begin with `prefix`; `None` if there is none.
pub(crate) fn after(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|&byte| byte != u8::MAX)?;
    let mut after = prefix.get(..=last)?.to_vec();
    *after.last_mut()? += 1;
    Some(after)
}
