//! Reading keys back: whole, or not at all.

use super::{Chunk, ChunkKey, SPAN};
use crate::codec::corrupt;
use crate::error::Result;

/// Takes a key apart from its front.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (front, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*front)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_be_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_be_bytes)
    }

    fn signed(&mut self) -> Option<i32> {
        Some((self.u32()? ^ 1 << 31).cast_signed())
    }

    fn chunk(&mut self) -> Option<ChunkKey> {
        let (heading, place) = (self.u32()?, self.u32()?);
        let [granularity] = self.take()?;
        let chunk = if granularity == SPAN {
            Chunk::Span {
                first: self.signed()?,
                index: self.signed()?,
            }
        } else if granularity < SPAN {
            Chunk::Regular {
                granularity,
                index: self.signed()?,
            }
        } else {
            return None;
        };
        Some(ChunkKey {
            heading,
            place,
            chunk,
        })
    }

    fn end<T>(self, value: T) -> Option<T> {
        self.0.is_empty().then_some(value)
    }
}

fn read<T>(bytes: &[u8], what: &str, read: impl FnOnce(Reader<'_>) -> Option<T>) -> Result<T> {
    read(Reader(bytes)).ok_or_else(|| corrupt(format!("a key of {what} cannot be read")))
}

/// Reads back [`number`](super::number).
pub(crate) fn read_number(bytes: &[u8], what: &str) -> Result<u64> {
    read(bytes, what, |mut key| {
        let number = key.u64()?;
        key.end(number)
    })
}

/// Reads back [`short_number`](super::short_number).
pub(crate) fn read_short_number(bytes: &[u8], what: &str) -> Result<u32> {
    read(bytes, what, |mut key| {
        let number = key.u32()?;
        key.end(number)
    })
}

/// Reads back [`version`](super::version).
pub(crate) fn read_version(bytes: &[u8], what: &str) -> Result<(u32, u64)> {
    read(bytes, what, |mut key| {
        let version = (key.u32()?, key.u64()?);
        key.end(version)
    })
}

/// Reads back [`chunk`](super::chunk).
pub(crate) fn read_chunk(bytes: &[u8]) -> Result<ChunkKey> {
    read(bytes, "the cells", |mut key| {
        let chunk = key.chunk()?;
        key.end(chunk)
    })
}

/// Reads back [`history`](super::history).
pub(crate) fn read_history(bytes: &[u8]) -> Result<(ChunkKey, u64)> {
    read(bytes, "the history", |mut key| {
        let history = (key.chunk()?, key.u64()?);
        key.end(history)
    })
}

/// Reads back [`remark`](super::remark).
pub(crate) fn read_remark(bytes: &[u8]) -> Result<(ChunkKey, u8, u64, u32)> {
    read(bytes, "the remarks", |mut key| {
        let chunk = key.chunk()?;
        let [position] = key.take()?;
        let remark = (chunk, position, key.u64()?, key.u32()?);
        key.end(remark)
    })
}
