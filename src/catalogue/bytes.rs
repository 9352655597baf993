//! Views of the bytes as they lie: arrays of fixed width, and texts behind offsets.

use std::cmp::Ordering;

use bytes::Bytes;

use crate::codec::sections::{u32_at, u64_at};
use crate::codec::{bits, corrupt};
use crate::error::{Error, ErrorKind, Result};

/// An index as a `usize`; one that the machine cannot address is past every end.
pub(super) fn at(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

/// A count or an offset as it is written.
pub(super) fn narrow(number: usize) -> Result<u32> {
    u32::try_from(number).map_err(|_| {
        Error::new(
            ErrorKind::Overflow,
            "the catalogue is too large: one section holds less than 4 GiB",
        )
    })
}

/// Little-endian `u32`s.
#[derive(Clone, Default)]
pub(super) struct U32s(Bytes);

impl U32s {
    pub(super) const WIDTH: usize = 4;

    pub(super) fn new(bytes: Bytes) -> Self {
        Self(bytes)
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.0.len() / Self::WIDTH).unwrap_or(u32::MAX)
    }

    pub(super) fn get(&self, index: u32) -> Option<u32> {
        u32_at(&self.0, at(index).checked_mul(Self::WIDTH)?)
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + '_ {
        // A chunk has four bytes.
        self.0
            .chunks_exact(Self::WIDTH)
            .map(|chunk| u32_at(chunk, 0).unwrap_or_default())
    }

    /// The first index whose value is not before; the values are sorted so.
    pub(super) fn partition_point(&self, before: impl Fn(u32) -> bool) -> u32 {
        partition_point(self.len(), |index| self.get(index).is_some_and(&before))
    }
}

/// Little-endian `u64`s.
#[derive(Clone)]
pub(super) struct U64s(Bytes);

impl U64s {
    pub(super) const WIDTH: usize = 8;

    pub(super) fn new(bytes: Bytes) -> Self {
        Self(bytes)
    }

    pub(super) fn get(&self, index: u32) -> Option<u64> {
        u64_at(&self.0, at(index).checked_mul(Self::WIDTH)?)
    }
}

/// The first index below `length` that is not before.
pub(super) fn partition_point(length: u32, before: impl Fn(u32) -> bool) -> u32 {
    // Every index is below a number of 32 bits.
    let index = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    index(bits::partition_point(0..at(length), |own| {
        before(index(own))
    }))
}

/// Texts one after the other, with the offset of each and of the end.
#[derive(Clone)]
pub(super) struct Texts {
    offsets: U32s,
    heap: Bytes,
}

impl Texts {
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) unless the offsets rise from 0 to the end of the heap.
    pub(super) fn new(offsets: U32s, heap: Bytes, what: &str) -> Result<Self> {
        let end = u32::try_from(heap.len()).ok();
        let rises = offsets.iter().is_sorted();
        if !rises || offsets.get(0) != Some(0) || offsets.iter().next_back() != end {
            return Err(corrupt(format!(
                "the offsets of {what} do not rise to their end"
            )));
        }
        Ok(Self { offsets, heap })
    }

    pub(super) fn len(&self) -> u32 {
        self.offsets.len().saturating_sub(1)
    }

    pub(super) fn bytes(&self, index: u32) -> Option<&[u8]> {
        let start = self.offsets.get(index)?;
        let end = self.offsets.get(index.checked_add(1)?)?;
        self.heap.get(at(start)..at(end))
    }

    pub(super) fn text(&self, index: u32) -> Option<&str> {
        str::from_utf8(self.bytes(index)?).ok()
    }

    /// The index of a text, for texts in the order of their bytes.
    pub(super) fn find(&self, wanted: &[u8]) -> Option<u32> {
        let index = self.lower_bound(wanted);
        (self.bytes(index)? == wanted).then_some(index)
    }

    /// The first index whose text is not before `wanted`.
    pub(super) fn lower_bound(&self, wanted: &[u8]) -> u32 {
        self.partition_point(|bytes| bytes.cmp(wanted) == Ordering::Less)
    }

    pub(super) fn partition_point(&self, before: impl Fn(&[u8]) -> bool) -> u32 {
        partition_point(self.len(), |index| self.bytes(index).is_some_and(&before))
    }

    /// The heap, and which text a byte of it belongs to.
    pub(super) fn heap(&self) -> &[u8] {
        &self.heap
    }

    /// The text that the byte at `offset` of the heap lies in, and where that text begins.
    pub(super) fn holding(&self, offset: usize) -> Option<(u32, usize)> {
        let offset = u32::try_from(offset).ok()?;
        let index = self.offsets.partition_point(|start| start <= offset);
        let index = index.checked_sub(1)?;
        Some((index, at(self.offsets.get(index)?)))
    }

    /// Every text's bytes, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> + '_ {
        let ends = self.offsets.iter().skip(1);
        self.offsets
            .iter()
            .zip(ends)
            .map(|(start, end)| self.heap.get(at(start)..at(end)).unwrap_or_default())
    }
}

/// Texts to be written.
pub(super) struct TextsWriter {
    offsets: Vec<u8>,
    heap: Vec<u8>,
}

impl TextsWriter {
    pub(super) fn new() -> Self {
        Self {
            offsets: 0u32.to_le_bytes().to_vec(),
            heap: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, text: &[u8]) -> Result<()> {
        self.heap.extend_from_slice(text);
        self.offsets
            .extend_from_slice(&narrow(self.heap.len())?.to_le_bytes());
        Ok(())
    }

    /// Appends the offsets and the heap to a section.
    pub(super) fn finish_into(self, section: &mut Vec<u8>) {
        section.extend_from_slice(&self.offsets);
        section.extend_from_slice(&self.heap);
    }

    /// The offsets and the heap.
    pub(super) fn into_parts(self) -> (Vec<u8>, Vec<u8>) {
        (self.offsets, self.heap)
    }
}

/// A section, from which arrays are cut one after the other.
pub(super) struct Cutter {
    rest: Bytes,
    what: &'static str,
}

impl Cutter {
    pub(super) fn new(section: Bytes, what: &'static str) -> Self {
        Self {
            rest: section,
            what,
        }
    }

    /// The next `count` entries of `width` bytes.
    pub(super) fn cut(&mut self, count: u64, width: usize) -> Result<Bytes> {
        let length = usize::try_from(count)
            .ok()
            .and_then(|count| count.checked_mul(width))
            .filter(|&length| length <= self.rest.len())
            .ok_or_else(|| self.wrong_length())?;
        Ok(self.rest.split_to(length))
    }

    pub(super) fn u32s(&mut self, count: u64) -> Result<U32s> {
        self.cut(count, U32s::WIDTH).map(U32s::new)
    }

    /// Texts that take the rest of the section.
    pub(super) fn texts(mut self, count: u32) -> Result<Texts> {
        let offsets = self.u32s(u64::from(count) + 1)?;
        Texts::new(offsets, self.rest, self.what)
    }

    pub(super) fn end(self) -> Result<()> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.wrong_length())
        }
    }

    fn wrong_length(&self) -> Error {
        corrupt(format!("{} do not fit their counts", self.what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &[&str]) -> Texts {
        let mut writer = TextsWriter::new();
        for word in words {
            writer.push(word.as_bytes()).unwrap();
        }
        let mut section = Vec::new();
        writer.finish_into(&mut section);
        Cutter::new(section.into(), "the words")
            .texts(narrow(words.len()).unwrap())
            .unwrap()
    }

    #[test]
    fn texts_are_found_by_bytes_and_by_offset() {
        let texts = texts(&["", "a", "ab", "株洲市"]);
        assert_eq!(texts.len(), 4);
        assert_eq!(texts.find(b"ab"), Some(2));
        assert_eq!(texts.find(b""), Some(0));
        assert_eq!(texts.find(b"b"), None);
        assert_eq!(texts.text(3), Some("株洲市"));
        assert_eq!(texts.text(4), None);
        assert_eq!(texts.holding(0), Some((1, 0)));
        assert_eq!(texts.holding(2), Some((2, 1)));
        assert_eq!(texts.holding(5), Some((3, 3)));
        assert_eq!(texts.iter().count(), 4);
    }

    #[test]
    fn offsets_that_fall_or_fall_short_are_refused() {
        for offsets in [[0u32, 2, 1, 4], [1, 2, 3, 4], [0, 1, 2, 3], [0, 1, 2, 5]] {
            let bytes: Vec<u8> = offsets
                .iter()
                .flat_map(|offset| offset.to_le_bytes())
                .collect();
            let made = Texts::new(
                U32s::new(bytes.into()),
                Bytes::from_static(b"abcd"),
                "the words",
            );
            assert_eq!(
                made.err().map(|error| error.to_string()).as_deref(),
                Some("the offsets of the words do not rise to their end")
            );
        }
    }

    #[test]
    fn a_count_that_the_bytes_do_not_bear_takes_no_memory() {
        let mut cutter = Cutter::new(Bytes::from_static(b"1234"), "the sections");
        assert_eq!(
            cutter.cut(1 << 40, 4).unwrap_err().to_string(),
            "the sections do not fit their counts"
        );
        assert!(cutter.cut(u64::MAX, 8).is_err());
        assert_eq!(cutter.u32s(1).unwrap().get(0), Some(0x3433_3231));
        assert!(cutter.end().is_ok());
    }
}
