//! Numbers in as few bits as they need: arrays that are read where they lie, streams that are read in order, and short lengths.

mod cursor;
mod packed;
mod stream;

pub(crate) use cursor::{Cursor, push_number, push_signed};
pub(crate) use packed::{Packed, Reach, pack, partition_point};
pub(crate) use stream::{BitReader, BitWriter};

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A width, and numbers of that width.
    pub(super) fn numbers() -> impl Strategy<Value = (u32, Vec<u64>)> {
        (0..=WIDTH_MAX).prop_flat_map(|width| {
            (
                Just(width),
                proptest::collection::vec(0..=mask(width), 0..50),
            )
        })
    }

    #[test]
    fn bytes_that_are_not_there_are_zeros() {
        assert_eq!(load(&[1; 7], 0), 0);
        assert_eq!(load(&[1; 8], usize::MAX), 0);
        assert_eq!(bits_at(&[1; 8], u64::MAX, 9), 0);
    }
}
