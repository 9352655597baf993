//! The keys of the ledger: bytes whose order is the order of what they stand for.
//!
//! Numbers are big-endian, signed ones with their sign bit turned, so that comparing bytes compares
//! numbers. A row's periods are cut into chunks of at most 128: regular ones by granularity and
//! ordinal, spans by their first day and the neighbourhood of their last.

use std::collections::HashMap;
use std::ops::Deref;

use chrono::{Datelike, NaiveDate};

use crate::codec::corrupt;
use crate::error::Result;
use crate::model::{Granularity, Period};

/// The most periods of one chunk.
pub(crate) const CHUNK_PERIODS: i32 = 128;
/// The longest key: that of a remark on a span.
const KEY_BYTES_MAX: usize = 17 + 1 + 8 + 4;
/// The granularities that have ordinals, by the byte that stands for them.
const REGULAR: [Granularity; 6] = [
    Granularity::Year,
    Granularity::Half,
    Granularity::Quarter,
    Granularity::Month,
    Granularity::Week,
    Granularity::Day,
];
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

/// The periods of chunks, each worked out once: a table has few chunks, and each of its rows has them again.
#[derive(Debug, Default)]
pub(crate) struct Periods {
    known: HashMap<Chunk, Vec<Option<Period>>>,
}

impl Periods {
    /// The [period](Chunk::period) at a position of a chunk.
    ///
    /// # Errors
    /// [`Corrupt`](crate::ErrorKind::Corrupt) where there is none.
    pub(crate) fn at(&mut self, chunk: Chunk, position: u8) -> Result<Period> {
        let Chunk::Regular { .. } = chunk else {
            // Chunks of spans may be as many as rows.
            return chunk.period(position);
        };
        let known = self.known.entry(chunk).or_default();
        let at = usize::from(position);
        if let Some(Some(period)) = known.get(at) {
            return Ok(*period);
        }
        let period = chunk.period(position)?;
        if known.len() <= at {
            known.resize(at + 1, None);
        }
        if let Some(own) = known.get_mut(at) {
            *own = Some(period);
        }
        Ok(period)
    }
}

/// The bytes of a key.
#[derive(Clone, Copy)]
pub(crate) struct KeyBytes {
    bytes: [u8; KEY_BYTES_MAX],
    length: usize,
}

impl KeyBytes {
    fn new() -> Self {
        Self {
            bytes: [0; KEY_BYTES_MAX],
            length: 0,
        }
    }

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

    fn signed(self, number: i32) -> Self {
        self.with(&(number.cast_unsigned() ^ 1 << 31).to_be_bytes())
    }
}

impl Deref for KeyBytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// A number as a key: of a batch.
pub(crate) fn number(number: u64) -> KeyBytes {
    KeyBytes::new().with(&number.to_be_bytes())
}

/// A number as a key: of a heading or a unit, and the beginning of the keys that go on from it.
pub(crate) fn short_number(number: u32) -> KeyBytes {
    KeyBytes::new().with(&number.to_be_bytes())
}

/// A version of an entry of the catalogue, or a batch that touched a heading.
pub(crate) fn version(id: u32, batch: u64) -> KeyBytes {
    short_number(id).with(&batch.to_be_bytes())
}

/// The beginning of the keys of one row.
pub(crate) fn row(heading: u32, place: u32) -> KeyBytes {
    short_number(heading).with(&place.to_be_bytes())
}

/// The key of a chunk.
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

/// Reads back [`number`].
pub(crate) fn read_number(bytes: &[u8], what: &str) -> Result<u64> {
    read(bytes, what, |mut key| {
        let number = key.u64()?;
        key.end(number)
    })
}

/// Reads back [`short_number`].
pub(crate) fn read_short_number(bytes: &[u8], what: &str) -> Result<u32> {
    read(bytes, what, |mut key| {
        let number = key.u32()?;
        key.end(number)
    })
}

/// Reads back [`version`].
pub(crate) fn read_version(bytes: &[u8], what: &str) -> Result<(u32, u64)> {
    read(bytes, what, |mut key| {
        let version = (key.u32()?, key.u64()?);
        key.end(version)
    })
}

/// Reads back [`chunk`].
pub(crate) fn read_chunk(bytes: &[u8]) -> Result<ChunkKey> {
    read(bytes, "the cells", |mut key| {
        let chunk = key.chunk()?;
        key.end(chunk)
    })
}

/// Reads back [`history`].
pub(crate) fn read_history(bytes: &[u8]) -> Result<(ChunkKey, u64)> {
    read(bytes, "the history", |mut key| {
        let history = (key.chunk()?, key.u64()?);
        key.end(history)
    })
}

/// Reads back [`remark`].
pub(crate) fn read_remark(bytes: &[u8]) -> Result<(ChunkKey, u8, u64, u32)> {
    read(bytes, "the remarks", |mut key| {
        let chunk = key.chunk()?;
        let [position] = key.take()?;
        let remark = (chunk, position, key.u64()?, key.u32()?);
        key.end(remark)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn period() -> impl Strategy<Value = Period> {
        prop_oneof![
            (1i32..=9999).prop_map(|year| Period::year(year).unwrap()),
            (1i32..=9999, 1u32..=2).prop_map(|(year, half)| Period::half(year, half).unwrap()),
            (1i32..=9999, 1u32..=12).prop_map(|(year, month)| Period::month(year, month).unwrap()),
            (1i32..=9998, 1u32..=52).prop_map(|(year, week)| Period::week(year, week).unwrap()),
            (1i32..=3_652_059, 0i32..2000).prop_map(|(first, days)| {
                let day = |number| NaiveDate::from_num_days_from_ce_opt(number).unwrap();
                Period::span(day(first), day((first + days).min(3_652_059))).unwrap()
            }),
        ]
    }

    fn key() -> impl Strategy<Value = (ChunkKey, u8)> {
        // Small numbers collide, and all numbers reach the high bits.
        let number = || prop_oneof![0u32..3, any::<u32>()];
        (number(), number(), period()).prop_map(|(heading, place, period)| {
            let (chunk, position) = Chunk::of(period).unwrap();
            (
                ChunkKey {
                    heading,
                    place,
                    chunk,
                },
                position,
            )
        })
    }

    proptest! {
        #[test]
        fn a_period_comes_back_from_its_chunk(period in period()) {
            let (chunk, position) = Chunk::of(period).unwrap();
            prop_assert!(i32::from(position) < CHUNK_PERIODS);
            prop_assert_eq!(chunk.period(position).unwrap(), period);
        }

        #[test]
        fn bytes_order_as_keys_do(
            a in key(),
            b in key(),
            batches in (any::<u64>(), any::<u64>()),
            sequences in (any::<u32>(), any::<u32>()),
        ) {
            prop_assert_eq!(chunk(&a.0).cmp(&chunk(&b.0)), a.0.cmp(&b.0));
            prop_assert_eq!(
                history(&a.0, batches.0).cmp(&history(&b.0, batches.1)),
                (a.0, batches.0).cmp(&(b.0, batches.1))
            );
            prop_assert_eq!(
                remark(&a.0, a.1, batches.0, sequences.0).cmp(&remark(&b.0, b.1, batches.1, sequences.1)),
                (a.0, a.1, batches.0, sequences.0).cmp(&(b.0, b.1, batches.1, sequences.1))
            );
            prop_assert_eq!(
                version(a.0.place, batches.0).cmp(&version(b.0.place, batches.1)),
                (a.0.place, batches.0).cmp(&(b.0.place, batches.1))
            );
        }

        #[test]
        fn keys_come_back((key, position) in key(), batch in any::<u64>(), sequence in any::<u32>()) {
            prop_assert_eq!(read_chunk(&chunk(&key)).unwrap(), key);
            prop_assert_eq!(read_history(&history(&key, batch)).unwrap(), (key, batch));
            prop_assert_eq!(
                read_remark(&remark(&key, position, batch, sequence)).unwrap(),
                (key, position, batch, sequence)
            );
            prop_assert_eq!(read_number(&number(batch), "x").unwrap(), batch);
            prop_assert_eq!(read_short_number(&short_number(sequence), "x").unwrap(), sequence);
            prop_assert_eq!(read_version(&version(key.place, batch), "x").unwrap(), (key.place, batch));
        }

        #[test]
        fn what_begins_with_a_prefix_lies_before_what_is_after_it((key, position) in key(), batch in any::<u64>()) {
            let row = row(key.heading, key.place);
            let remark = remark(&key, position, batch, 7);
            prop_assert!(*row <= *remark);
            if let Some(after) = after(&row) {
                prop_assert!(*remark < *after);
            } else {
                prop_assert_eq!((key.heading, key.place), (u32::MAX, u32::MAX));
            }
        }

        #[test]
        fn any_bytes_are_a_key_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(key) = read_chunk(&bytes) {
                prop_assert_eq!(&*chunk(&key), bytes.as_slice());
                for position in 0..=u8::MAX {
                    if let Ok(period) = key.chunk.period(position) {
                        prop_assert_eq!(Chunk::of(period).unwrap(), (key.chunk, position));
                    }
                }
            }
            if let Ok((key, batch)) = read_history(&bytes) {
                prop_assert_eq!(&*history(&key, batch), bytes.as_slice());
            }
            if let Ok((key, position, batch, sequence)) = read_remark(&bytes) {
                prop_assert_eq!(&*remark(&key, position, batch, sequence), bytes.as_slice());
            }
        }
    }

    #[test]
    fn a_span_that_is_a_regular_period_is_no_span() {
        // 2023-01-01 to 2023-12-31 is 2023, and lies in the chunk of years.
        let first = NaiveDate::from_ymd_opt(2023, 1, 1).unwrap();
        let last = NaiveDate::from_ymd_opt(2023, 12, 31)
            .unwrap()
            .num_days_from_ce();
        let chunk = Chunk::Span {
            first: first.num_days_from_ce(),
            index: last.div_euclid(CHUNK_PERIODS),
        };
        let position = u8::try_from(last.rem_euclid(CHUNK_PERIODS)).unwrap();
        assert_eq!(
            chunk.period(position).unwrap_err().to_string(),
            format!("position {position} of a chunk is no period")
        );
    }

    #[test]
    fn nothing_comes_after_the_last_prefix() {
        assert_eq!(after(&[1, 255]), Some(vec![2]));
        assert_eq!(after(&[255, 255]), None);
        assert_eq!(after(&[]), None);
    }
}
