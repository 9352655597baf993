//! Eight numbers at a time, by the vector instructions of a processor that has them; the feature `simd`.
//!
//! Whether it has them is asked when the program runs. What is read is what the ways of one number at a time read: the tests
//! hold one to the other. The instructions come from a crate whose interface is safe.

use fearless_simd::prelude::*;
use fearless_simd::{Level, mask64x8, u8x16, u8x64, u32x16, u64x8};

use super::Direct;
use super::chunk::{CODE_BITS, Chunk, EMPTY_ROW, HOLE, WIDE_ROW};
use super::rows::{as_u32, as_usize};
use super::unpack::{EIGHTS_WIDTH_MAX, unpack};
use super::write::CHUNK_LOG;
use crate::codec::bits::{WIDTH_MAX, byte_of, load, mask};

/// Bytes that hold eight slots of any width, wherever in its first byte the first of them begins.
const WINDOW: usize = 64;
/// Bytes that hold two such slots.
const BLOCK: usize = 16;
/// Numbers of a whole chunk, as chunks are written.
const CHUNK: usize = 1 << CHUNK_LOG;
/// Bytes that hold the windows of its eights.
const CHUNK_WINDOW: usize = WINDOW + (CHUNK / 8 - 1) * EIGHTS_WIDTH_MAX;
/// A power of two that is more than the bytes from the first slot of a row in such a chunk to any slot of the seven rows after it.
const NEAR: usize = 2048;
const _: () = assert!(8 * CHUNK * (WIDTH_MAX as usize) < 8 * (NEAR - 1));

/// Runs one of the functions below by the widest instructions that there are, which it is told; `None` where there are none that help.
macro_rules! by_lanes {
    ($run:ident($($argument:expr),*)) => {{
        let level = Level::new();
        if let Some(simd) = level.as_avx512() {
            Some(simd.vectorize(
                #[inline(always)]
                || $run::<_, true>(simd, $($argument),*),
            ))
        } else if let Some(simd) = level.as_avx2() {
            Some(simd.vectorize(
                #[inline(always)]
                || $run::<_, false>(simd, $($argument),*),
            ))
        } else {
            None
        }
    }};
}

/// As [`Direct::row_run`], of chunks that are even; `None` where no instructions help.
#[inline]
pub(super) fn row_run(
    direct: &Direct,
    row: usize,
    column: u32,
    numbers: &mut [i64],
) -> Option<(usize, Option<u8>)> {
    let (length, scale) = by_lanes!(row_run_by(direct, row, column, numbers))?;
    Some((as_usize(length), u8::try_from(scale).ok()))
}

#[inline(always)]
fn row_run_by<S: Simd, const WHOLE: bool>(
    simd: S,
    direct: &Direct,
    row: usize,
    column: u32,
    numbers: &mut [i64],
) -> (u32, u32) {
    let (length, scale) = direct.row_run_of(
        row,
        column,
        numbers,
        #[inline(always)]
        |width, base| unpacking_by::<_, WHOLE>(simd, width, base),
    );
    // Two numbers are handed back in registers, where what is written to memory in parts and read at once is waited for.
    (as_u32(length), scale.map_or(u32::MAX, u32::from))
}

/// As [`unpacking`](super::unpack::unpacking).
#[inline(always)]
fn unpacking_by<S: Simd, const WHOLE: bool>(
    simd: S,
    width: u32,
    base: i64,
) -> impl Fn(&[u8], u64, &mut [i64]) {
    let unpacking = Unpacking::<_, WHOLE>::new(simd, width, base);
    #[inline(always)]
    move |bytes, bit, numbers| {
        let step = width as usize;
        if step > EIGHTS_WIDTH_MAX {
            return unpack(bytes, bit, width, base, numbers);
        }
        let unpacking = unpacking.after(bit & 7);
        let mut ahead = bytes.get(byte_of(bit)..).unwrap_or(&[]);
        // A whole chunk, as most are: one bound for all of it.
        if let (Ok(numbers), Some(near)) = (
            <&mut [i64; CHUNK]>::try_from(&mut *numbers),
            ahead.first_chunk::<CHUNK_WINDOW>(),
        ) {
            for (at, eight) in numbers.as_chunks_mut().0.iter_mut().enumerate() {
                if let Some(window) = near[at * step..].first_chunk() {
                    *eight = unpacking.of(simd, window);
                }
            }
            return;
        }
        let mut read = 0;
        for eight in numbers.as_chunks_mut().0 {
            let Some(window) = ahead.first_chunk() else {
                break;
            };
            *eight = unpacking.of(simd, window);
            // Eight slots of a width are as many bytes as one has bits.
            ahead = &ahead[step..];
            read += eight.len();
        }
        let rest = &mut numbers[read..];
        // Fewer than eight at the end are read as eight, too.
        if let (1..8, Some(window)) = (rest.len(), ahead.first_chunk()) {
            for (number, read) in rest.iter_mut().zip(unpacking.of(simd, window)) {
                *number = read;
            }
        } else if !rest.is_empty() {
            let bit = bit.wrapping_add(u64::from(width) * read as u64);
            unpack(bytes, bit, width, base, rest);
        }
    }
}

/// How eight numbers of a row are read from their slots.
#[derive(Clone, Copy)]
struct Unpacking<S: Simd, const WHOLE: bool> {
    take: Take<S, WHOLE>,
    /// A slot of ones, which is a hole.
    all: u64x8<S>,
    bases: u64x8<S>,
}

impl<S: Simd, const WHOLE: bool> Unpacking<S, WHOLE> {
    #[inline(always)]
    fn new(simd: S, width: u32, base: i64) -> Self {
        Self {
            take: Take::new(simd, width),
            all: u64x8::splat(simd, mask(width)),
            bases: u64x8::splat(simd, base.cast_unsigned()),
        }
    }

    /// As [`Take::after`].
    #[inline(always)]
    fn after(mut self, bits: u64) -> Self {
        self.take = self.take.after(bits);
        self
    }

    #[inline(always)]
    fn of(&self, simd: S, window: &[u8; WINDOW]) -> [i64; 8] {
        let slots = self.take.of(simd, window) & self.all;
        settled(simd, slots + self.bases, slots.simd_eq(self.all))
    }
}

/// Reads eights of numbers of a column of a chunk from a row on, as many as it says it has read: none past a row at full length, and none of a chunk that
/// is longer than chunks are written. The chunk must have short records and the rows one scale.
#[inline]
pub(super) fn column(
    chunk: &Chunk,
    bytes: &[u8],
    row: usize,
    column: u32,
    numbers: &mut [[i64; 8]],
) -> usize {
    by_lanes!(column_by(chunk, bytes, row, column, numbers)).unwrap_or(0)
}

#[inline(always)]
fn column_by<S: Simd, const WHOLE: bool>(
    simd: S,
    chunk: &Chunk,
    bytes: &[u8],
    row: usize,
    column: u32,
    numbers: &mut [[i64; 8]],
) -> usize {
    if chunk.length() > CHUNK {
        return 0;
    }
    let records = chunk.records;
    let take = Take::<_, WHOLE>::new(simd, records.stride.into());
    let mut rest = bytes.get(records.at(row)..).unwrap_or(&[]);
    for (read, eight) in numbers.iter_mut().enumerate() {
        let Some(window) = rest.first_chunk() else {
            return read;
        };
        let words = take.of(simd, window);
        let codes = words & 63;
        if codes.simd_eq(u64::from(WIDE_ROW)).any_true() {
            return read;
        }
        let before = (words >> CODE_BITS) & records.head_mask;
        // Rows that follow each other have few bits between them, which short products tell.
        let first = before[0];
        let rows: u32x16<S> = (before - first).bitcast();
        let widths: u32x16<S> = codes.bitcast();
        let apart: u64x8<S> = (rows * as_u32(chunk.length()) + widths * column).bitcast();
        let start = chunk.bit_after(first);
        let bits = apart + (start & 7);
        let mut slots = <[u64; 8]>::from(bits >> 3);
        let ahead = bytes.get(byte_of(start)..).unwrap_or(&[]);
        let at = |slot: u64| usize::try_from(slot).unwrap_or(usize::MAX);
        if let Some(near) = ahead.first_chunk::<{ NEAR + 8 }>() {
            for slot in &mut slots {
                // All of them are below it, which spares the bounds.
                *slot = load(near, at(*slot) % NEAR);
            }
        } else {
            for slot in &mut slots {
                *slot = load(ahead, at(*slot));
            }
        }
        let all = (u64x8::splat(simd, 1) << codes) - 1;
        let slots = (u64x8::simd_from(simd, slots) >> (bits & 7)) & all;
        let bases = ((words >> u32::from(records.base_shift)) & records.base_mask)
            + records.base_min.cast_unsigned();
        // All ones is a hole, but none of a row whose numbers are all the same.
        let holes = (slots.simd_eq(all) & !codes.simd_eq(0)) | codes.simd_eq(u64::from(EMPTY_ROW));
        *eight = settled(simd, slots + bases, holes);
        // Eight records are eight times their bytes.
        rest = rest.get(usize::from(records.stride)..).unwrap_or(&[]);
    }
    numbers.len()
}

/// Where eight slots of a width lie, the first of which begins with the first byte.
struct Pattern {
    /// The byte that each two of them begin in.
    blocks: [u8; 4],
    /// The bytes of each slot, and those after them up to eight.
    bytes: [u8; WINDOW],
    /// The same, within its block.
    block_bytes: [u8; WINDOW],
    /// The bits of its first byte that come before each slot.
    shifts: [u64; 8],
}

/// By width, up to eight whole bytes.
static PATTERNS: [Pattern; 65] = {
    let mut patterns = [const { Pattern::of(0) }; 65];
    let mut width = 1;
    while width < patterns.len() {
        patterns[width] = Pattern::of(width);
        width += 1;
    }
    patterns
};

impl Pattern {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "all of it is within a window"
    )]
    const fn of(width: usize) -> Self {
        let mut pattern = Self {
            blocks: [0; 4],
            bytes: [0; WINDOW],
            block_bytes: [0; WINDOW],
            shifts: [0; 8],
        };
        let mut slot = 0;
        while slot < 8 {
            let block = slot / 2;
            let first = block * 2 * width / 8;
            pattern.blocks[block] = first as u8;
            pattern.shifts[slot] = (slot * width % 8) as u64;
            let mut byte = 0;
            while byte < 8 {
                let at = slot * width / 8 + byte;
                pattern.bytes[slot * 8 + byte] = at as u8;
                pattern.block_bytes[slot * 8 + byte] = (at - first) as u8;
                byte += 1;
            }
            slot += 1;
        }
        pattern
    }
}

/// How eight slots of a width are taken from their bytes: at once, or block by block where no instruction takes bytes from all over a window.
#[derive(Clone, Copy)]
struct Take<S: Simd, const WHOLE: bool> {
    blocks: [usize; 4],
    bytes: u8x64<S>,
    shifts: u64x8<S>,
}

impl<S: Simd, const WHOLE: bool> Take<S, WHOLE> {
    /// Of slots of `width` bits, at most 64, the first of which begins with a byte.
    #[inline(always)]
    fn new(simd: S, width: u32) -> Self {
        let pattern = PATTERNS.get(width as usize).unwrap_or(&PATTERNS[0]);
        Self {
            // No block begins later, so that the bounds are known.
            blocks: pattern.blocks.map(|at| usize::from(at).min(WINDOW - BLOCK)),
            bytes: u8x64::from_slice(
                simd,
                if WHOLE {
                    &pattern.bytes
                } else {
                    &pattern.block_bytes
                },
            ),
            shifts: u64x8::from_slice(simd, &pattern.shifts),
        }
    }

    /// The same for slots of at most [`EIGHTS_WIDTH_MAX`] bits, the first of which has some bits of its first byte before it, at most seven.
    #[inline(always)]
    fn after(mut self, bits: u64) -> Self {
        self.shifts += bits;
        self
    }

    /// What each slot begins with, and bits of what follows it.
    #[inline(always)]
    fn of(&self, simd: S, window: &[u8; WINDOW]) -> u64x8<S> {
        let bytes = if WHOLE {
            u8x64::from_slice(simd, window).swizzle_dyn(self.bytes)
        } else {
            let [a, b, c, d] = self
                .blocks
                .map(|at| u8x16::from_slice(simd, &window[at..at + BLOCK]));
            let blocks: u8x64<S> = a.combine(b).combine(c.combine(d));
            blocks.swizzle_dyn_within_blocks(self.bytes)
        };
        let words: u64x8<S> = bytes.bitcast();
        words >> self.shifts
    }
}

/// Numbers; [`HOLE`] where there is none.
#[inline(always)]
fn settled<S: Simd>(simd: S, numbers: u64x8<S>, holes: mask64x8<S>) -> [i64; 8] {
    let settled = holes.select(u64x8::splat(simd, HOLE.cast_unsigned()), numbers);
    <[u64; 8]>::from(settled).map(u64::cast_signed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::bits::{BitWriter, TAIL_BYTES};
    use proptest::prelude::*;

    type Unpack = fn(&[u8], u64, u32, i64, &mut [i64]);

    /// What this machine has, by both ways of taking bytes.
    fn ways() -> Vec<Unpack> {
        let mut ways: Vec<Unpack> = Vec::new();
        if Level::new().as_avx512().is_some() {
            ways.push(|bytes, bit, width, base, numbers| {
                let simd = Level::new().as_avx512().unwrap();
                simd.vectorize(|| unpacking_by::<_, true>(simd, width, base)(bytes, bit, numbers));
            });
            ways.push(|bytes, bit, width, base, numbers| {
                let simd = Level::new().as_avx512().unwrap();
                simd.vectorize(|| unpacking_by::<_, false>(simd, width, base)(bytes, bit, numbers));
            });
        }
        if Level::new().as_avx2().is_some() {
            ways.push(|bytes, bit, width, base, numbers| {
                let simd = Level::new().as_avx2().unwrap();
                simd.vectorize(|| unpacking_by::<_, false>(simd, width, base)(bytes, bit, numbers));
            });
        }
        ways
    }

    proptest! {
        #[test]
        fn numbers_are_read_as_one_at_a_time(
            width in 1u32..=57,
            seeds in prop_oneof![Just(CHUNK..CHUNK + 1), Just(0..70)]
                .prop_flat_map(|length| proptest::collection::vec(any::<(u64, bool)>(), length)),
            shift in 0u32..20,
            base in any::<i64>(),
            after in 0usize..90,
        ) {
            let mut writer = BitWriter::default();
            writer.push(0, shift);
            for (seed, hole) in &seeds {
                writer.push(if *hole { mask(width) } else { seed & mask(width) }, width);
            }
            let mut bytes = writer.finish();
            bytes.extend(vec![0xa5; after + TAIL_BYTES]);
            let mut expected = vec![0; seeds.len()];
            unpack(&bytes, shift.into(), width, base, &mut expected);
            for way in ways() {
                let mut numbers = vec![0; seeds.len()];
                way(&bytes, shift.into(), width, base, &mut numbers);
                prop_assert_eq!(&numbers, &expected);
            }
        }
    }

    #[test]
    fn bytes_that_are_not_there_are_read_as_one_at_a_time() {
        for (bytes, bit) in [(&[0xff; 70][..], 9), (&[0; 12], 0), (&[], 80)] {
            let mut expected = [0; 20];
            unpack(bytes, bit, 9, 5, &mut expected);
            for way in ways() {
                let mut numbers = [0; 20];
                way(bytes, bit, 9, 5, &mut numbers);
                assert_eq!(numbers, expected);
            }
        }
    }
}
