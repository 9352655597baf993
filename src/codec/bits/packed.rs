//! Arrays of numbers of one width, read where they lie.

use std::ops::Range;

use super::{BitWriter, Cursor, WIDTH_MAX, bit_of, byte_of, load, mask};
use crate::codec::corrupt;
use crate::error::Result;

/// Numbers of one width.
pub(crate) fn pack(numbers: impl IntoIterator<Item = u64>, width: u32) -> Vec<u8> {
    let mut writer = BitWriter::default();
    for number in numbers {
        writer.push(number, width);
    }
    writer.finish()
}

/// The first index of a range that is not before; its end if all are. Those that are before come first.
pub(crate) fn partition_point(range: Range<usize>, before: impl Fn(usize) -> bool) -> usize {
    let Range {
        start: mut low,
        end: mut high,
    } = range;
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Where numbers of one width lie in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Packed {
    /// The bit of the first one: the byte of a bit is seen not to be at the end of memory, so that less is checked of it.
    start: u64,
    count: usize,
    width: u32,
    /// The bits of a number.
    mask: u64,
}

/// What is worked out beforehand to compare all numbers that one load reaches at once.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reach {
    /// How many of them it reaches; none of numbers without bits.
    count: usize,
    /// A one in the lowest bit of each of those.
    ones: u64,
    /// A one in the highest bit of each of those.
    highs: u64,
}

impl Packed {
    /// Takes the bytes of `count` numbers of `width` bits from where `cursor` stands.
    pub(crate) fn take(cursor: &mut Cursor<'_>, count: usize, width: u32) -> Result<Self> {
        if width > WIDTH_MAX {
            return Err(corrupt(format!(
                "numbers of {width} bits are wider than {WIDTH_MAX}"
            )));
        }
        let bits = u64::try_from(count)
            .ok()
            .and_then(|count| count.checked_mul(width.into()))
            .ok_or_else(|| corrupt("an array is longer than memory"))?;
        let start = bit_of(cursor.take_bits(bits)?);
        Ok(Self {
            start: start.ok_or_else(|| corrupt("an array lies beyond memory"))?,
            count,
            width,
            mask: mask(width),
        })
    }

    /// What [`holds`](Self::holds) needs.
    pub(crate) fn reach(&self) -> Reach {
        let count = WIDTH_MAX.checked_div(self.width).unwrap_or(0);
        let ones = (0..count).fold(0, |ones, number| ones | 1 << (number * self.width));
        Reach {
            count: count as usize,
            ones,
            highs: ones << self.width.saturating_sub(1),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The number at an index below [`len`](Self::len).
    #[inline(always)]
    pub(crate) fn get(&self, bytes: &[u8], index: usize) -> u64 {
        self.word(bytes, index) & self.mask
    }

    /// The numbers at an index and after it, which are both below [`len`](Self::len).
    #[inline(always)]
    pub(crate) fn get_two(&self, bytes: &[u8], index: usize) -> (u64, u64) {
        let word = self.word(bytes, index);
        let next = if self.width * 2 <= WIDTH_MAX {
            word >> self.width
        } else {
            self.word(bytes, index + 1)
        };
        (word & self.mask, next & self.mask)
    }

    /// [`WIDTH_MAX`] bits or more, of which those of the number are the lowest.
    #[inline(always)]
    fn word(&self, bytes: &[u8], index: usize) -> u64 {
        let bit = (index as u64).wrapping_mul(self.width.into());
        let bit = self.start.wrapping_add(bit);
        load(bytes, byte_of(bit)) >> (bit & 7)
    }

    /// Whether a number of that width is one of those in a range; `None` where one load does not reach them all.
    ///
    /// All are compared at once, as no guess of a processor at their count is as good.
    #[inline(always)]
    pub(crate) fn holds(
        &self,
        reach: &Reach,
        bytes: &[u8],
        range: Range<usize>,
        number: u64,
    ) -> Option<bool> {
        let count = range.end.wrapping_sub(range.start);
        if count > reach.count {
            return None;
        }
        // Zero where the number is; one less than zero borrows the highest bit of its own, and no number below it has borrowed.
        let differences = self.word(bytes, range.start) ^ number.wrapping_mul(reach.ones);
        let borrowed = differences.wrapping_sub(reach.ones) & !differences & reach.highs;
        // Of those in the range; so many have at most WIDTH_MAX bits.
        Some(borrowed & ((1 << (count as u64 * u64::from(self.width))) - 1) != 0)
    }

    /// The index of a number within a range of them that rise.
    pub(crate) fn find(&self, bytes: &[u8], range: Range<usize>, number: u64) -> Option<usize> {
        let end = range.end;
        let at = partition_point(range, |index| self.get(bytes, index) < number);
        (at < end && self.get(bytes, at) == number).then_some(at)
    }

    /// A number that is below 2^32 by its width.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the width is at most 32")]
    pub(crate) fn get_u32(&self, bytes: &[u8], index: usize) -> u32 {
        debug_assert!(self.width <= 32);
        self.get(bytes, index) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::super::TAIL_BYTES;
    use super::super::tests::numbers;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_among_some_is_found_at_once(
            width in 1u32..=20,
            seeds in proptest::collection::vec(any::<u64>(), 1..80),
            few in any::<bool>(),
            start in any::<prop::sample::Index>(),
            length in 0usize..12,
        ) {
            // Few numbers that differ by little, so that borrows would be seen.
            let below = if few { 3 } else { 1 << 20 };
            let numbers: Vec<u64> = seeds.iter().map(|seed| (seed % below) & mask(width)).collect();
            let mut bytes = pack(numbers.iter().copied(), width);
            bytes.extend([0; TAIL_BYTES]);
            let end = bytes.len() - TAIL_BYTES;
            let packed = Packed::take(&mut Cursor::new(&bytes[..end]), numbers.len(), width).unwrap();
            let start = start.index(numbers.len());
            let range = start..(start + length).min(numbers.len());
            for number in numbers.iter().flat_map(|&number| [number, number ^ 1, mask(width) - number]) {
                let held = packed.holds(&packed.reach(), &bytes, range.clone(), number);
                prop_assert_eq!(held.is_some(), range.len() * width as usize <= WIDTH_MAX as usize);
                if let Some(held) = held {
                    prop_assert_eq!(held, numbers[range.clone()].contains(&number));
                }
            }
        }

        #[test]
        fn packed_numbers_come_back((width, numbers) in numbers(), before in 0usize..3) {
            let mut bytes = vec![0xa5; before];
            bytes.extend(pack(numbers.iter().copied(), width));
            let length = bytes.len();
            bytes.extend([0; TAIL_BYTES]);
            let mut cursor = Cursor::new(&bytes[..length]);
            cursor.take(before).unwrap();
            let packed = Packed::take(&mut cursor, numbers.len(), width).unwrap();
            prop_assert_eq!(cursor.left(), 0);
            prop_assert_eq!(packed.len(), numbers.len());
            for (index, number) in numbers.iter().enumerate() {
                prop_assert_eq!(packed.get(&bytes, index), *number);
            }
        }
    }

    #[test]
    fn arrays_that_are_not_there_are_refused() {
        assert!(Packed::take(&mut Cursor::new(&[0; 8]), 9, 8).is_err());
        assert!(Packed::take(&mut Cursor::new(&[0; 8]), usize::MAX, 57).is_err());
        let mut filled = Cursor::new(&[0xff, 0x3f, 0, 0x40]);
        assert!(Packed::take(&mut filled, 2, 7).is_ok());
        assert_eq!(
            Packed::take(&mut filled, 2, 7).unwrap_err().to_string(),
            "an array is not filled up with zeros"
        );
        assert_eq!(
            Packed::take(&mut Cursor::new(&[0; 8]), 1, 58)
                .unwrap_err()
                .to_string(),
            "numbers of 58 bits are wider than 57"
        );
    }
}
