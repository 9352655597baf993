//! The periods of chunks, each worked out once.

use std::collections::HashMap;

use super::Chunk;
use crate::error::Result;
use crate::model::Period;

/// The periods of chunks that have been asked for: a table has few chunks, and each of its rows has them again.
#[derive(Debug, Default)]
pub(crate) struct Periods {
    known: HashMap<Chunk, Vec<Option<Period>>>,
}

/// The periods of one chunk.
#[derive(Debug)]
pub(crate) struct ChunkPeriods<'a> {
    chunk: Chunk,
    /// `None` for spans, whose chunks may be as many as rows.
    known: Option<&'a mut Vec<Option<Period>>>,
}

impl Periods {
    /// Those of a chunk.
    pub(crate) fn of(&mut self, chunk: Chunk) -> ChunkPeriods<'_> {
        let known = match chunk {
            Chunk::Regular { .. } => Some(self.known.entry(chunk).or_default()),
            Chunk::Span { .. } => None,
        };
        ChunkPeriods { chunk, known }
    }
}

impl ChunkPeriods<'_> {
    /// The [period](Chunk::period) at a position.
    ///
    /// # Errors
    /// [`Corrupt`](crate::ErrorKind::Corrupt) where there is none.
    pub(crate) fn at(&mut self, position: u8) -> Result<Period> {
        let Some(known) = &mut self.known else {
            return self.chunk.period(position);
        };
        let at = usize::from(position);
        if let Some(Some(period)) = known.get(at) {
            return Ok(*period);
        }
        let period = self.chunk.period(position)?;
        if known.len() <= at {
            known.resize(at + 1, None);
        }
        if let Some(own) = known.get_mut(at) {
            *own = Some(period);
        }
        Ok(period)
    }
}
