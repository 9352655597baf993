//! Bits one number after the other, as a stream is written and read.

use super::{bits_for, mask};

/// Bits written one number after the other, the lowest first.
#[derive(Debug, Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits that do not make a byte yet.
    open: u64,
    filled: u32,
}

impl BitWriter {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
            ..Self::default()
        }
    }

    /// Adds the lowest `width` bits, at most 64, of a number that has no others.
    #[inline]
    pub(crate) fn push(&mut self, number: u64, width: u32) {
        debug_assert!(number <= mask(width));
        self.open |= number << self.filled;
        let filled = self.filled + width;
        if filled < u64::BITS {
            self.filled = filled;
            return;
        }
        self.bytes.extend(self.open.to_le_bytes());
        let written = u64::BITS - self.filled;
        self.open = number.checked_shr(written).unwrap_or(0);
        self.filled = filled - u64::BITS;
    }

    /// Adds the lowest `width` bits, at most 64, of each of some numbers that have no others.
    pub(crate) fn push_all(&mut self, numbers: &[u64], width: u32) {
        // Short ones are joined first, which takes half the time.
        match width {
            0 => {}
            1..=15 => self.push_joined::<4>(numbers, width),
            16..=31 => self.push_joined::<2>(numbers, width),
            _ => self.push_joined::<1>(numbers, width),
        }
    }

    fn push_joined<const COUNT: usize>(&mut self, numbers: &[u64], width: u32) {
        let (groups, rest) = numbers.as_chunks::<COUNT>();
        for group in groups {
            let join = |joined, number: &u64| joined << (width % u64::BITS) | number;
            let joined = group.iter().rev().fold(0, join);
            self.push(joined, group.iter().map(|_| width).sum());
        }
        for &number in rest {
            self.push(number, width);
        }
    }

    /// Adds a small number below 2^32: its length in unary, then itself (Elias's gamma of one more).
    pub(crate) fn push_small(&mut self, number: u64) {
        debug_assert!(number <= u64::from(u32::MAX));
        let above = number + 1;
        let below = bits_for(above) - 1;
        self.push(1 << below, below + 1);
        self.push(above & mask(below), below);
    }

    /// Adds any number: how many bits it takes, then those below its highest (Elias's delta).
    pub(crate) fn push_any(&mut self, number: u64) {
        let width = bits_for(number);
        self.push_small(width.into());
        let below = width.saturating_sub(1);
        self.push(number & mask(below), below);
    }

    /// Adds what another one has.
    pub(crate) fn append(&mut self, other: &Self) {
        if self.filled.is_multiple_of(8) {
            let whole = (self.filled / 8) as usize;
            self.bytes.extend(&self.open.to_le_bytes()[..whole]);
            (self.open, self.filled) = (0, 0);
            self.bytes.extend(&other.bytes);
        } else {
            for &byte in &other.bytes {
                self.push(byte.into(), 8);
            }
        }
        self.push(other.open, other.filled);
    }

    /// How many bits there are.
    pub(crate) fn len(&self) -> u64 {
        let bytes = u64::try_from(self.bytes.len()).unwrap_or(u64::MAX);
        bytes.saturating_mul(8).saturating_add(self.filled.into())
    }

    /// The bytes; the bits that fill the last one are zero.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let rest = usize::try_from(self.filled.div_ceil(8)).unwrap_or(0);
        self.bytes.extend(&self.open.to_le_bytes()[..rest]);
        self.bytes
    }
}

/// Reads what a [`BitWriter`] wrote, from the first bit on; past the end everything is zero.
///
/// It never fails by itself: whoever reads asks [`overran`](Self::overran) before they believe what they read.
#[derive(Clone, Debug)]
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    at: u64,
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bits are read.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// A reader that stands at a bit of some bytes.
    #[inline]
    pub(crate) fn from(bytes: &'a [u8], at: u64) -> Self {
        Self { bytes, at }
    }

    /// What it reads.
    #[inline]
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether more bits were read than there are.
    pub(crate) fn overran(&self) -> bool {
        usize::try_from(self.at.div_ceil(8)).map_or(true, |read| read > self.bytes.len())
    }

    /// The next bits; the lowest [`WIDTH_MAX`] of them hold.
    #[inline]
    pub(crate) fn peek(&self) -> u64 {
        // A place past the end of memory is never reached: what is read is bounded by what is there.
        let at = (self.at >> 3) as usize;
        let word = match self.bytes.get(at..).and_then(<[u8]>::first_chunk) {
            Some(chunk) => u64::from_le_bytes(*chunk),
            None => self.last_word(at),
        };
        word >> (self.at & 7)
    }

    /// Passes over some bits.
    #[inline]
    pub(crate) fn skip(&mut self, width: u32) {
        self.at = self.at.wrapping_add(width.into());
    }

    /// The next number of `width` bits, at most 64.
    #[inline]
    pub(crate) fn read(&mut self, width: u32) -> u64 {
        let low = width.min(32);
        let number = self.peek() & mask(low);
        self.skip(low);
        if width == low {
            return number;
        }
        let high = width - low;
        let number = number | (self.peek() & mask(high)) << low;
        self.skip(high);
        number
    }

    /// What [`BitWriter::push_small`] wrote; zeros without an end are past any end.
    pub(crate) fn read_small(&mut self) -> u64 {
        let below = self.peek().trailing_zeros();
        if below > 32 {
            self.at = u64::MAX / 2;
            return 0;
        }
        self.skip(below + 1);
        (1 << below | self.read(below)) - 1
    }

    /// What [`BitWriter::push_any`] wrote.
    pub(crate) fn read_any(&mut self) -> u64 {
        let width = match u32::try_from(self.read_small()) {
            Ok(0) => return 0,
            Ok(width @ 1..=64) => width,
            _ => {
                self.at = u64::MAX / 2;
                return 0;
            }
        };
        1 << (width - 1) | self.read(width - 1)
    }

    /// Fewer than eight bytes are left.
    #[cold]
    fn last_word(&self, at: usize) -> u64 {
        let mut word = [0; 8];
        if let Some(rest) = self.bytes.get(at..) {
            word[..rest.len()].copy_from_slice(rest);
        }
        u64::from_le_bytes(word)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::numbers;
    use super::super::{TAIL_BYTES, word_at};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_joined_as_they_are_pushed((width, numbers) in numbers(), before in 0u32..64) {
            let mut writers = [BitWriter::default(), BitWriter::default()];
            writers.iter_mut().for_each(|writer| writer.push(0, before));
            writers[0].push_all(&numbers, width);
            numbers.iter().for_each(|&number| writers[1].push(number, width));
            let [joined, pushed] = writers.map(BitWriter::finish);
            prop_assert_eq!(joined, pushed);
        }

        #[test]
        fn numbers_of_many_widths_come_back(numbers in proptest::collection::vec((any::<u64>(), 0u32..=64), 0..40)) {
            let mut writer = BitWriter::default();
            for &(number, width) in &numbers {
                writer.push(number & mask(width), width);
            }
            let bits = writer.len();
            let mut bytes = writer.finish();
            prop_assert_eq!(u64::try_from(bytes.len()).unwrap(), bits.div_ceil(8));
            bytes.extend([0; TAIL_BYTES]);
            let mut at = 0;
            for (number, width) in numbers {
                prop_assert_eq!(word_at(&bytes, at) & mask(width), number & mask(width));
                at += u64::from(width);
            }
        }

        #[test]
        fn bits_are_read_as_they_were_written(numbers in proptest::collection::vec((any::<u64>(), 0u32..=64), 0..40)) {
            let mut writer = BitWriter::default();
            for &(number, width) in &numbers {
                writer.push(number & mask(width), width);
                writer.push_small(number & mask(width.min(32)));
                writer.push_any(number & mask(width));
            }
            let mut appended = BitWriter::default();
            appended.push(5, 3);
            appended.append(&writer);
            let bits = appended.len();
            let bytes = appended.finish();
            let mut reader = BitReader::new(&bytes);
            prop_assert_eq!(reader.read(3), 5);
            for (number, width) in numbers {
                prop_assert_eq!(reader.read(width), number & mask(width));
                prop_assert_eq!(reader.read_small(), number & mask(width.min(32)));
                prop_assert_eq!(reader.read_any(), number & mask(width));
            }
            prop_assert_eq!(reader.at(), bits);
            prop_assert!(!reader.overran());
            reader.skip(8);
            prop_assert!(reader.overran());
        }

        #[test]
        fn any_bits_are_read_or_overrun(bytes in proptest::collection::vec(any::<u8>(), 0..24), steps in proptest::collection::vec(0u32..67, 0..40)) {
            let mut reader = BitReader::new(&bytes);
            for step in steps {
                match step {
                    65 => drop(reader.read_small()),
                    66 => drop(reader.read_any()),
                    width => drop(reader.read(width)),
                }
            }
        }
    }
}
