//! Numbers in as few bits as they need: packed arrays that are read where they lie, and short lengths.

use std::ops::Range;

use super::corrupt;
use crate::error::Result;

/// The widest number that one load of eight bytes reaches, wherever it starts within its first byte.
pub(crate) const WIDTH_MAX: u32 = 57;

/// Zeros after the last packed number, so that a load of eight bytes never runs out.
pub(crate) const TAIL_BYTES: usize = 8;

/// How many bits a number takes; none for zero.
pub(crate) fn bits_for(number: u64) -> u32 {
    u64::BITS - number.leading_zeros()
}

/// The lowest `width` bits; all of them from 64 on.
#[inline]
pub(crate) fn mask(width: u32) -> u64 {
    if width >= u64::BITS {
        u64::MAX
    } else {
        (1 << width) - 1
    }
}

/// Eight bytes as a number, little-endian; zero where they are not all there.
#[inline(always)]
pub(crate) fn load(bytes: &[u8], at: usize) -> u64 {
    match bytes
        .get(at..at.wrapping_add(8))
        .and_then(<[u8]>::first_chunk)
    {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => 0,
    }
}

/// The byte that a bit lies in; past the end of memory for one that is past it.
#[inline]
pub(crate) fn byte_of(bit: u64) -> usize {
    usize::try_from(bit >> 3).unwrap_or(usize::MAX)
}

/// The first bit of a byte; `None` for one that lies beyond memory.
pub(crate) fn bit_of(byte: usize) -> Option<u64> {
    u64::try_from(byte).ok()?.checked_mul(8)
}

/// The number of `width` bits, at most [`WIDTH_MAX`], from a bit on.
#[inline]
pub(crate) fn bits_at(bytes: &[u8], bit: u64, width: u32) -> u64 {
    (load(bytes, byte_of(bit)) >> (bit & 7)) & mask(width)
}

/// The number of 64 bits from a bit on.
pub(crate) fn word_at(bytes: &[u8], bit: u64) -> u64 {
    bits_at(bytes, bit, 32) | bits_at(bytes, bit.saturating_add(32), 32) << 32
}

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

/// Reads lengths, bytes and arrays one after the other.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn byte(&mut self) -> Result<u8> {
        let byte = self.bytes.get(self.at).copied().ok_or_else(ended)?;
        self.at += 1;
        Ok(byte)
    }

    /// The next bytes.
    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let taken = self
            .bytes
            .get(self.at..)
            .and_then(|rest| rest.get(..length))
            .ok_or_else(ended)?;
        self.at += length;
        Ok(taken)
    }

    /// Passes over whole bytes that hold so many bits, and says where they start.
    pub(crate) fn take_bits(&mut self, bits: u64) -> Result<usize> {
        let start = self.at;
        let length = usize::try_from(bits.div_ceil(8)).map_err(|_| ended())?;
        self.take(length)?;
        Ok(start)
    }

    /// A length: seven bits a byte, the lowest first, the eighth says that more follow; no longer than it must be.
    pub(crate) fn number(&mut self) -> Result<u64> {
        let mut number = 0u64;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            number |= bits << shift;
            let lost = shift == 63 && bits > 1;
            if lost || byte == 0 && shift > 0 {
                break;
            }
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(corrupt("a length is not written as short as it can be"))
    }

    /// A [`number`](Self::number) that counts what lies in memory.
    pub(crate) fn count(&mut self) -> Result<usize> {
        usize::try_from(self.number()?).map_err(|_| ended())
    }

    /// A [`number`](Self::number) below 2^32.
    pub(crate) fn number_u32(&mut self) -> Result<u32> {
        u32::try_from(self.number()?).map_err(|_| corrupt("a number is over 2^32"))
    }

    /// A signed number: zigzag, then as [`number`](Self::number).
    pub(crate) fn signed(&mut self) -> Result<i64> {
        let number = self.number()?;
        let magnitude = i64::try_from(number >> 1).unwrap_or(0);
        Ok(if number & 1 == 0 {
            magnitude
        } else {
            !magnitude
        })
    }
}

/// Writes what [`Cursor::number`] reads.
#[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
pub(crate) fn push_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Writes what [`Cursor::signed`] reads.
pub(crate) fn push_signed(bytes: &mut Vec<u8>, number: i64) {
    let magnitude = if number < 0 { !number } else { number };
    let sign = u64::from(number < 0);
    push_number(bytes, magnitude.unsigned_abs() << 1 | sign);
}

fn ended() -> crate::error::Error {
    corrupt("it ends too early")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbers() -> impl Strategy<Value = (u32, Vec<u64>)> {
        (0..=WIDTH_MAX).prop_flat_map(|width| {
            (
                Just(width),
                proptest::collection::vec(0..=mask(width), 0..50),
            )
        })
    }

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
        fn numbers_are_joined_as_they_are_pushed((width, numbers) in numbers(), before in 0u32..64) {
            let mut writers = [BitWriter::default(), BitWriter::default()];
            writers.iter_mut().for_each(|writer| writer.push(0, before));
            writers[0].push_all(&numbers, width);
            numbers.iter().for_each(|&number| writers[1].push(number, width));
            let [joined, pushed] = writers.map(BitWriter::finish);
            prop_assert_eq!(joined, pushed);
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

        #[test]
        fn lengths_come_back(number in any::<u64>(), shift in 0u32..64, signed in any::<i64>()) {
            let mut bytes = Vec::new();
            push_number(&mut bytes, number >> shift);
            push_signed(&mut bytes, signed >> shift);
            let mut cursor = Cursor::new(&bytes);
            prop_assert_eq!(cursor.number().unwrap(), number >> shift);
            prop_assert_eq!(cursor.signed().unwrap(), signed >> shift);
            prop_assert_eq!(cursor.left(), 0);
        }

        #[test]
        fn any_bytes_are_a_length_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..12)) {
            let mut cursor = Cursor::new(&bytes);
            if let Ok(number) = cursor.number() {
                let mut again = Vec::new();
                push_number(&mut again, number);
                prop_assert_eq!(&bytes[..cursor.at()], &again[..]);
            }
        }
    }

    #[test]
    fn what_is_not_there_is_refused() {
        let mut cursor = Cursor::new(&[0xff; 9]);
        assert_eq!(
            cursor.number().unwrap_err().to_string(),
            "it ends too early"
        );
        for long in [&[0x80, 0][..], &[0xff; 11]] {
            assert_eq!(
                Cursor::new(long).number().unwrap_err().to_string(),
                "a length is not written as short as it can be"
            );
        }
        assert!(Packed::take(&mut Cursor::new(&[0; 8]), 9, 8).is_err());
        assert!(Packed::take(&mut Cursor::new(&[0; 8]), usize::MAX, 57).is_err());
        assert_eq!(
            Packed::take(&mut Cursor::new(&[0; 8]), 1, 58)
                .unwrap_err()
                .to_string(),
            "numbers of 58 bits are wider than 57"
        );
        assert_eq!(load(&[1; 7], 0), 0);
        assert_eq!(load(&[1; 8], usize::MAX), 0);
        assert_eq!(bits_at(&[1; 8], u64::MAX, 9), 0);
    }
}
