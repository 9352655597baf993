//! Numbers of one width that lie one after the other, read eight at a time.
//!
//! Eight numbers of a width take as many bytes as one takes bits, so from the byte that the first begins in to those of the others is
//! known when this is compiled.

use super::chunk::{HOLE, add};
use crate::codec::bits::{bits_at, byte_of, mask};

/// Reads eights of numbers from a bit of the first byte on.
type Eights = fn(&[u8], u64, i64, &mut [[i64; 8]]);
/// The widest numbers that are read so: a load of eight bytes holds as many bits from the last bit of its first byte on, and from
/// seven bits later than it would be if the first of the eight began with its byte.
pub(super) const EIGHTS_WIDTH_MAX: usize = 50;

macro_rules! eights_of {
    ($($width:literal)*) => { [$(eights::<$width>),*] };
}

/// By width, from 1 on.
static EIGHTS: [Eights; EIGHTS_WIDTH_MAX] = eights_of!(
    1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29
    30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50
);

/// Reads numbers of `width` bits, at least one, from a bit on, each added to a base; one of ones is a [`HOLE`].
#[inline]
pub(super) fn unpack(bytes: &[u8], bit: u64, width: u32, base: i64, numbers: &mut [i64]) {
    let (mut bit, mut rest) = (bit, numbers);
    if let Some(eights) = EIGHTS.get((width as usize).wrapping_sub(1))
        && let Some(bytes) = bytes.get(byte_of(bit)..)
    {
        let (whole, after) = rest.as_chunks_mut();
        eights(bytes, bit & 7, base, whole);
        bit += u64::from(width) * 8 * whole.len() as u64;
        rest = after;
    }
    let all = mask(width);
    for number in rest {
        *number = settled(bits_at(bytes, bit, width), all, base);
        bit = bit.wrapping_add(width.into());
    }
}

/// How numbers of `width` bits, each added to a base, are [read](unpack) from a bit on.
#[inline(always)]
pub(super) fn unpacking(width: u32, base: i64) -> impl Fn(&[u8], u64, &mut [i64]) {
    move |bytes, bit, numbers| unpack(bytes, bit, width, base, numbers)
}

fn eights<const WIDTH: usize>(bytes: &[u8], shift: u64, base: i64, numbers: &mut [[i64; 8]]) {
    let all = (1 << WIDTH) - 1;
    // One load reaches so many of them, whatever bit of its first byte the first of them begins in.
    let together = EIGHTS_WIDTH_MAX / WIDTH;
    let mut read = 0;
    for (number, eight) in numbers.iter_mut().enumerate() {
        let at = number * WIDTH;
        // The last of them is read with up to seven bytes after it, which the end of a table has.
        let Some(own) = bytes.get(at..at + WIDTH + 8) else {
            break;
        };
        *eight = std::array::from_fn(|index| {
            let first = index / together * together * WIDTH / 8;
            let word = own[first..]
                .first_chunk()
                .map_or(0, |word| u64::from_le_bytes(*word));
            let slot = word >> shift >> (index * WIDTH - first * 8) & all;
            settled(slot, all, base)
        });
        read = number + 1;
    }
    for eight in numbers.iter_mut().skip(read) {
        eight.fill(HOLE);
    }
}

#[inline(always)]
fn settled(slot: u64, all: u64, base: i64) -> i64 {
    if slot == all { HOLE } else { add(base, slot) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::bits::{BitWriter, TAIL_BYTES, WIDTH_MAX};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_read_as_they_were_written(
            width in 1u32..=WIDTH_MAX,
            seeds in proptest::collection::vec((any::<u64>(), any::<bool>()), 0..70),
            shift in 0u32..20,
            base in any::<i64>(),
        ) {
            let slots: Vec<u64> = seeds
                .iter()
                .map(|(seed, hole)| if *hole { mask(width) } else { seed & mask(width) })
                .collect();
            let mut writer = BitWriter::default();
            writer.push(0, shift);
            for slot in &slots {
                writer.push(*slot, width);
            }
            let mut bytes = writer.finish();
            bytes.extend([0; TAIL_BYTES]);
            let mut numbers = vec![0; slots.len()];
            unpack(&bytes, shift.into(), width, base, &mut numbers);
            let expected: Vec<i64> = slots
                .iter()
                .map(|slot| if *slot == mask(width) { HOLE } else { add(base, *slot) })
                .collect();
            prop_assert_eq!(numbers, expected);
        }
    }

    #[test]
    fn bytes_that_are_not_there_are_no_numbers() {
        let mut numbers = [0; 20];
        unpack(&[0; 12], 0, 9, 5, &mut numbers);
        assert_eq!(numbers[..8], [HOLE; 8]);
        unpack(&[], 80, 9, 5, &mut numbers);
        assert_eq!(numbers, [5; 20]);
    }
}
