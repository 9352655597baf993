//! The cells that are held in memory, and how a cell is written beside its key.

use super::numbers::Ranks;
use crate::codec;
use crate::error::Result;

/// The key of a cell: the numbers of its heading, its place and its period.
///
/// # Order
/// That of books, once the numbers are [ranks](Ranks).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) heading: u32,
    pub(super) place: u32,
    pub(super) period: u32,
}

/// The most bytes that the record of a cell has: two numbers of 96 bits are well within it.
pub(super) const RECORD_BYTES_MAX: usize = u8::MAX as usize;

/// Cells one after the other, in the order of books; of equal keys the one first that came first.
pub(super) trait Sorted {
    /// The next key and the record of its cell.
    fn next(&mut self) -> Result<Option<(Key, &[u8])>>;
}

/// Cells in memory, of which there is a bounded amount.
#[derive(Debug)]
pub(super) struct Held {
    /// The keys, and where the record of each begins.
    keys: Vec<(Key, u32)>,
    /// The records, each after its length.
    records: Vec<u8>,
    keys_max: usize,
    records_bytes_max: usize,
}

impl Held {
    /// Nothing yet, and room for one cell at least.
    pub(super) fn within(memory_bytes: usize) -> Self {
        // A key takes 16 bytes, and the record of a plain figure about as many.
        let half = memory_bytes / 2;
        let addressed_max = usize::try_from(u32::MAX).unwrap_or(usize::MAX);
        Self {
            keys: Vec::new(),
            records: Vec::new(),
            keys_max: half / size_of::<(Key, u32)>(),
            records_bytes_max: half.min(addressed_max),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether a record of so many bytes has room beside the others.
    pub(super) fn has_room(&self, record_bytes: usize) -> bool {
        self.is_empty()
            || self.keys.len() < self.keys_max
                && self.records.len() + 1 + record_bytes <= self.records_bytes_max
    }

    /// Takes a cell for which there is room.
    pub(super) fn push(&mut self, key: Key, record: &[u8]) -> Result<()> {
        // The records have less than 2^32 bytes.
        let start = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        grow(&mut self.keys, 1, self.keys_max);
        grow(&mut self.records, 1 + record.len(), self.records_bytes_max);
        write_record(&mut self.records, record)?;
        self.keys.push((key, start));
        Ok(())
    }

    /// Takes all cells away, but not their memory.
    pub(super) fn clear(&mut self) {
        self.keys.clear();
        self.records.clear();
    }

    #[cfg(test)]
    pub(super) fn memory_bytes(&self) -> usize {
        self.keys.capacity() * size_of::<(Key, u32)>() + self.records.capacity()
    }

    /// The cells in their order.
    pub(super) fn sorted(&mut self, ranks: &Ranks) -> HeldCells<'_> {
        // Records lie in the order they came in, so equal keys stay in that.
        self.keys
            .sort_unstable_by_key(|(key, start)| (ranks.of(*key).ok(), *start));
        HeldCells {
            keys: self.keys.iter(),
            records: &self.records,
        }
    }
}

/// Makes room as a vector does, twofold, but for no more than a list may ever have.
fn grow<T>(list: &mut Vec<T>, more: usize, max: usize) {
    let wanted = list.len().saturating_add(more);
    if wanted > list.capacity() {
        let capacity = list.capacity().saturating_mul(2).min(max).max(wanted);
        list.reserve_exact(capacity - list.len());
    }
}

/// A record after its length.
pub(super) fn write_record(bytes: &mut Vec<u8>, record: &[u8]) -> Result<()> {
    let length = u8::try_from(record.len())
        .map_err(|_| codec::corrupt("a cell to be sorted is longer than any cell is"))?;
    bytes.push(length);
    bytes.extend(record);
    Ok(())
}

/// The record that follows on its length, and the bytes that both take.
pub(super) fn read_record(bytes: &[u8]) -> Result<(&[u8], usize)> {
    let record = bytes.split_first().and_then(|(&length, rest)| {
        let length = usize::from(length);
        Some((rest.get(..length)?, 1 + length))
    });
    record.ok_or_else(|| codec::corrupt("a cell that was set aside for sorting is cut short"))
}

/// The cells that are [`Held`], sorted.
pub(super) struct HeldCells<'a> {
    keys: std::slice::Iter<'a, (Key, u32)>,
    records: &'a [u8],
}

impl Sorted for HeldCells<'_> {
    fn next(&mut self) -> Result<Option<(Key, &[u8])>> {
        let Some((key, start)) = self.keys.next() else {
            return Ok(None);
        };
        let start = usize::try_from(*start).unwrap_or(usize::MAX);
        let (record, _) = read_record(self.records.get(start..).unwrap_or_default())?;
        Ok(Some((*key, record)))
    }
}
