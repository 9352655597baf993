//! A block of columns that most rows fill: one slot for each row and column, found by arithmetic.
//!
//! Each row has a record: the width of its slots, its scale, the sum of the widths of the rows before it, and its base. The
//! slots of a *chunk* of columns lie together, row after row, so a place is computed from the record alone: no load
//! waits on a header. A slot is the value less the base, in as many bits as the row needs; all ones is a hole.

use rust_decimal::Decimal;

use super::lanes;
use super::rows::as_usize;
use super::scales::Scales;
use super::unpack::unpacking;
use crate::book::table::value::{SCALE_MAX, Value};
use crate::codec::bits::{Cursor, WIDTH_MAX, bit_of, bits_at, byte_of, load, mask, word_at};
use crate::codec::corrupt;
use crate::error::Result;

/// The code of a row whose numbers are written at full length.
pub(super) const WIDE_ROW: u32 = 63;
/// The code of a row that has no number.
pub(super) const EMPTY_ROW: u32 = 62;
/// The bits of the code in a record.
pub(super) const CODE_BITS: u32 = 6;
/// The bits of the scale in a record, where rows differ in it.
pub(super) const SCALE_BITS: u32 = 5;
/// All scales of a record.
const SCALE_MASK: u8 = (1 << SCALE_BITS) - 1;
/// The bits of a number at full length: mantissa 96, scale 5, sign 1, and zeros.
pub(super) const WIDE_BITS: u32 = 128;
/// The bits of them that a number may have set.
const WIDE_BITS_USED: u32 = 102;
/// The longest chunk, as a power of two.
const CHUNK_LOG_MAX: u32 = 16;
/// Numbers of a column that are read in one go.
pub(crate) const RUN: usize = 64;
/// Where a run of numbers has none: the least number there is but one, as compilers tell −2^63 from other numbers in twice the instructions.
/// Neither is ever in a slot.
pub(crate) const HOLE: i64 = i64::MIN + 1;

/// The bits of a slot in a row of that code.
pub(super) fn slot_bits(code: u32) -> u32 {
    match code {
        EMPTY_ROW => 0,
        WIDE_ROW => WIDE_BITS,
        width => width,
    }
}

/// Where a dense block lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dense {
    pub(super) columns: u32,
    /// A chunk has 2^this columns, the last one fewer.
    pub(super) chunk_log: u32,
    /// The bits of one column.
    column_bits: u64,
    records: Records,
    /// The bit of the first slot.
    slots: u64,
    /// Whether the number of some slot would be [`HOLE`]. None is written; a forged one is a hole, which the short way does not look for.
    near_hole: bool,
}

/// Where the records of the rows lie, and how one is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Records {
    /// The bit of the first one: the byte of a bit is seen not to be at the end of memory, so that less is checked of it.
    start: u64,
    pub(super) head_mask: u64,
    pub(super) base_mask: u64,
    pub(super) base_min: i64,
    /// The bits of a record.
    pub(super) stride: u32,
    /// The bits of a record before the base.
    pub(super) base_shift: u32,
    /// The bits of a record before the sum of widths.
    pub(super) before_shift: u32,
    scale_mask: u8,
    /// The decimals of every row; added to each row's own.
    scale: u8,
}

/// Some columns of a block whose slots lie together.
///
/// It has a cache line of its own, as all of it is read for each number. Chunks that are kept are those of [plain](Dense::is_plain) blocks.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Chunk {
    pub(super) records: Records,
    /// The bit of the first slot.
    slots: u64,
    pub(super) columns: u32,
    /// How many chunks its block has from it on: their rows have the same records.
    pub(super) left: u32,
}

/// Where a number lies, and how it is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    bit: u64,
    /// A slot of ones; 0 for a number that is not in a slot.
    all: u64,
    base: i64,
    /// As wide as the others, so that no bytes between are copied with them.
    scale: u64,
}

impl Spot {
    /// Of a number that is not in a slot.
    pub(crate) const ELSEWHERE: Self = Self {
        bit: 0,
        all: 0,
        base: 0,
        scale: 0,
    };

    /// Whether it is in a slot.
    #[inline(always)]
    pub(crate) fn in_slot(&self) -> bool {
        self.all != 0
    }

    /// The byte that it begins in.
    #[inline(always)]
    pub(crate) fn byte(&self) -> usize {
        byte_of(self.bit)
    }

    /// What the slot holds, unless it is all ones.
    #[inline(always)]
    fn slot(&self, bytes: &[u8]) -> Option<u64> {
        let slot = (load(bytes, self.byte()) >> (self.bit & 7)) & self.all;
        (slot != self.all).then_some(slot)
    }

    /// The number in the slot and its scale, if there is one; the block must be plain.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "a scale is of eight bits")]
    pub(super) fn short(&self, bytes: &[u8]) -> Option<(i64, u8)> {
        Some((add(self.base, self.slot(bytes)?), self.scale as u8))
    }

    /// The number in the slot, if there is one; the block must be plain.
    #[inline(always)]
    pub(super) fn read(&self, bytes: &[u8]) -> Option<Value> {
        let (number, scale) = self.short(bytes)?;
        Some(Value::new(number, scale))
    }
}

/// What a dense block knows of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    code: u32,
    pub(super) scale: u8,
    /// The widths of the rows before.
    before: u64,
    base: i64,
}

impl Record {
    /// Whether its numbers are in slots: not if it has none, if all are the same, or at full length.
    #[inline(always)]
    fn has_slots(&self) -> bool {
        self.code.wrapping_sub(1) < WIDTH_MAX
    }

    /// The numbers of the row from a column of the first of some chunks on, which all lie in them, holes as [`HOLE`], slots read as [`unpacking`]
    /// does; `false` for a row at full length.
    #[inline(always)]
    pub(super) fn row_run<U: Fn(&[u8], u64, &mut [i64])>(
        &self,
        bytes: &[u8],
        chunks: impl Iterator<Item = Chunk>,
        column: u32,
        numbers: &mut [i64],
        unpacking: impl Fn(u32, i64) -> U + Copy,
    ) -> bool {
        match self.code {
            EMPTY_ROW => numbers.fill(HOLE),
            0 => numbers.fill(self.base),
            width if width <= WIDTH_MAX => {
                let unpack = unpacking(width, self.base);
                let (mut rest, mut column) = (numbers, column);
                for chunk in chunks {
                    if rest.is_empty() {
                        break;
                    }
                    let length = rest.len().min(as_usize(chunk.columns - column));
                    let (run, after) = rest.split_at_mut(length);
                    unpack(bytes, chunk.bit(self, column, width), run);
                    (rest, column) = (after, 0);
                }
            }
            _ => return false,
        }
        true
    }
}

impl Records {
    /// Where the record of a row is.
    #[inline(always)]
    pub(super) fn at(&self, row: usize) -> usize {
        byte_of(
            self.start
                .wrapping_add(u64::from(self.stride).wrapping_mul(row as u64)),
        )
    }

    /// Whether one load of eight bytes reads a record.
    #[inline(always)]
    pub(super) fn are_short(&self) -> bool {
        self.stride <= u64::BITS
    }

    #[inline(always)]
    fn get(&self, bytes: &[u8], row: usize) -> Record {
        self.get_of::<false>(bytes, row)
    }

    /// The record of a row; they must be known to be short if that is said.
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "masked to a few bits before"
    )]
    #[expect(
        clippy::cast_possible_wrap,
        reason = "a base is stored less the lowest one, modulo 2^64"
    )]
    fn get_of<const SHORT: bool>(&self, bytes: &[u8], row: usize) -> Record {
        let at = self.at(row);
        let word = load(bytes, at);
        let head = word & self.head_mask;
        // One without a base may shift by all bits, which is by none, and has no mask.
        let base = if SHORT || self.are_short() {
            word.wrapping_shr(self.base_shift)
        } else {
            load(bytes, at + as_usize(self.base_shift / 8))
        };
        let own = (head >> CODE_BITS) as u8 & self.scale_mask;
        Record {
            code: (head & 63) as u32,
            scale: self.scale.wrapping_add(own),
            before: head >> self.before_shift,
            base: ((base & self.base_mask) as i64).wrapping_add(self.base_min),
        }
    }
}

impl Chunk {
    /// The bit of a slot of a row whose slots have that width, in a column of the chunk.
    #[inline(always)]
    fn bit(&self, record: &Record, column: u32, width: u32) -> u64 {
        self.bit_after(record.before)
            .wrapping_add(u64::from(column).wrapping_mul(width.into()))
    }

    /// The bit of the first slot of a row before which the widths of the rows are so many.
    #[inline(always)]
    pub(super) fn bit_after(&self, before: u64) -> u64 {
        self.slots
            .wrapping_add(u64::from(self.columns).wrapping_mul(before))
    }

    /// The record of a row, of a plain block.
    #[inline(always)]
    pub(super) fn record(&self, bytes: &[u8], row: usize) -> Record {
        self.records.get_of::<true>(bytes, row)
    }

    /// Where the record of a row is.
    #[inline(always)]
    pub(super) fn record_at(&self, row: usize) -> usize {
        self.records.at(row)
    }

    /// Where the number of a row in a column of the chunk lies, of a plain block.
    #[inline(always)]
    pub(super) fn spot(&self, bytes: &[u8], row: usize, column: u32) -> Option<Spot> {
        self.spot_of(&self.record(bytes, row), column)
    }

    #[inline(always)]
    pub(super) fn spot_of(&self, record: &Record, column: u32) -> Option<Spot> {
        record.has_slots().then(|| Spot {
            bit: self.bit(record, column, record.code),
            all: (1 << record.code) - 1,
            base: record.base,
            scale: record.scale.into(),
        })
    }

    /// As [`Dense::column_run`], in a column of the chunk; sees the scale of each.
    #[inline(always)]
    fn column_run<const SHORT: bool>(
        self,
        bytes: &[u8],
        row: usize,
        column: u32,
        numbers: &mut [i64],
        mut see: impl FnMut(usize, u8),
    ) -> Option<()> {
        let column = u64::from(column);
        // The first slot of each row in the chunk follows from that of the row before.
        let mut start = None;
        for (at, number) in numbers.iter_mut().enumerate() {
            let record = self.records.get_of::<SHORT>(bytes, row + at);
            see(at, record.scale);
            let own = *start.get_or_insert_with(|| self.bit(&record, 0, 0));
            *number = if record.has_slots() {
                let width = u64::from(record.code);
                start = Some(own.wrapping_add(u64::from(self.columns).wrapping_mul(width)));
                let slot = bits_at(bytes, own.wrapping_add(column * width), record.code);
                if slot == mask(record.code) {
                    HOLE
                } else {
                    add(record.base, slot)
                }
            } else {
                match record.code {
                    0 => record.base,
                    EMPTY_ROW => HOLE,
                    _ => return None,
                }
            };
        }
        Some(())
    }
}

impl Dense {
    /// What the header says; [`place_in`](Self::place_in) finds the rest.
    pub(super) fn read(header: &mut Cursor<'_>, columns: u32) -> Result<Self> {
        let chunk_log = u32::from(header.byte()?);
        let head_bytes = u32::from(header.byte()?);
        let base_bytes = u32::from(header.byte()?);
        let scale_bits = u32::from(header.byte()?);
        let scale = header.byte()?;
        let base_min = header.signed()?;
        let column_bits = header.number()?;
        if chunk_log > CHUNK_LOG_MAX
            || !(1..=8).contains(&head_bytes)
            || base_bytes > 8
            || ![0, SCALE_BITS].contains(&scale_bits)
            || scale > SCALE_MAX
        {
            return Err(corrupt("a block has no known form"));
        }
        Ok(Self {
            columns,
            chunk_log,
            column_bits,
            records: Records {
                start: 0,
                head_mask: mask(head_bytes * 8),
                base_mask: mask(base_bytes * 8),
                base_min,
                stride: (head_bytes + base_bytes) * 8,
                base_shift: head_bytes * 8,
                before_shift: CODE_BITS + scale_bits,
                scale_mask: if scale_bits == 0 { 0 } else { SCALE_MASK },
                scale,
            },
            slots: 0,
            near_hole: false,
        })
    }

    /// Whether its numbers may be read the short way: records by one load, and no number that would be a hole.
    pub(super) fn is_plain(&self) -> bool {
        self.records.are_short() && !self.near_hole
    }

    /// Finds the records and the slots in the body, and checks each record.
    pub(super) fn place_in(
        &mut self,
        body: &mut Cursor<'_>,
        bytes: &[u8],
        rows: usize,
    ) -> Result<()> {
        let too_long = || corrupt("a block is longer than memory");
        let bits = (rows as u64).checked_mul(self.records.stride.into());
        let start = body.take_bits(bits.ok_or_else(too_long)?)?;
        self.records.start = bit_of(start).ok_or_else(too_long)?;
        let bits = u64::from(self.columns)
            .checked_mul(self.column_bits)
            .ok_or_else(too_long)?;
        let start = body.take_bits(bits)?;
        self.slots = bit_of(start).ok_or_else(too_long)?;
        let mut before = 0u64;
        for row in 0..rows {
            let record = self.records.get(bytes, row);
            let known = record.code <= WIDTH_MAX || [EMPTY_ROW, WIDE_ROW].contains(&record.code);
            if !known || record.before != before || record.scale > SCALE_MAX {
                return Err(corrupt("a row does not lie where it should"));
            }
            before += u64::from(slot_bits(record.code));
            let hole = HOLE.wrapping_sub(record.base).cast_unsigned();
            self.near_hole |= record.code <= WIDTH_MAX && hole <= mask(record.code);
        }
        if before != self.column_bits {
            return Err(corrupt("the rows do not have the bits that it states"));
        }
        Ok(())
    }

    /// The chunk of a column, and which column it is there.
    #[inline(always)]
    fn chunk(&self, column: u32) -> (Chunk, u32) {
        let first = column >> self.chunk_log << self.chunk_log;
        let chunk = Chunk {
            records: self.records,
            slots: self
                .slots
                .wrapping_add(u64::from(first).wrapping_mul(self.column_bits)),
            columns: (self.columns - first).min(1 << self.chunk_log),
            left: (self.columns - first).div_ceil(1 << self.chunk_log),
        };
        (chunk, column - first)
    }

    /// Its chunks, in order.
    pub(super) fn chunks(&self) -> impl Iterator<Item = Chunk> + '_ {
        self.chunks_from(0)
    }

    /// Its chunks from that of a column on.
    fn chunks_from(&self, column: u32) -> impl Iterator<Item = Chunk> + '_ {
        let first = column >> self.chunk_log << self.chunk_log;
        let firsts = (first..self.columns).step_by(1 << self.chunk_log);
        firsts.map(|first| self.chunk(first).0)
    }

    /// The number of a row in a column, wherever it lies.
    pub(super) fn number(&self, bytes: &[u8], row: usize, column: u32) -> Option<Value> {
        let (chunk, column) = self.chunk(column);
        let record = self.records.get(bytes, row);
        match record.code {
            0 => short(record.base, record.scale),
            WIDE_ROW => read_wide(bytes, chunk.bit(&record, column, WIDE_BITS)),
            EMPTY_ROW => None,
            _ => {
                let slot = chunk.spot_of(&record, column)?.slot(bytes)?;
                short(add(record.base, slot), record.scale)
            }
        }
    }

    /// The numbers of a row from a column on, holes as [`HOLE`], and their scale; `None` for a row at full length.
    #[inline]
    pub(super) fn row_run(
        &self,
        bytes: &[u8],
        row: usize,
        column: u32,
        numbers: &mut [i64],
    ) -> Option<u8> {
        let record = self.records.get(bytes, row);
        let own = column & ((1 << self.chunk_log) - 1);
        let chunks = self.chunks_from(column);
        let read = record.row_run(bytes, chunks, own, numbers, unpacking);
        read.then_some(record.scale)
    }

    /// The numbers of a column in the rows from a row on, holes as [`HOLE`], with their scales.
    #[inline]
    pub(super) fn column_run(
        &self,
        bytes: &[u8],
        row: usize,
        column: u32,
        numbers: &mut [i64],
        scales: &mut Scales,
    ) {
        let (chunk, column) = self.chunk(column);
        let mut own = [0; RUN];
        let see = |at, scale| {
            if let Some(own) = own.get_mut(at) {
                *own = scale;
            }
        };
        let alike = self.records.scale_mask == 0;
        let read = match (self.records.are_short(), alike) {
            (true, true) => {
                let read = lanes::column(&chunk, bytes, row, column, numbers.as_chunks_mut().0) * 8;
                let (_, numbers) = numbers.split_at_mut(read);
                chunk.column_run::<true>(bytes, row + read, column, numbers, |_, _| {})
            }
            (true, false) => chunk.column_run::<true>(bytes, row, column, numbers, see),
            (false, _) => chunk.column_run::<false>(bytes, row, column, numbers, see),
        };
        *scales = match read {
            None => Scales::Wide,
            Some(()) if alike => Scales::All(self.records.scale),
            Some(()) => Scales::Each(own),
        };
    }
}

/// A number in a slot, or that of a whole row. No writer puts [`HOLE`] there; in a forged file it is none here as in a run.
#[inline(always)]
pub(super) fn short(number: i64, scale: u8) -> Option<Value> {
    (number != HOLE).then(|| Value::new(number, scale))
}

#[inline]
#[expect(clippy::cast_possible_wrap, reason = "a slot has at most 57 bits")]
pub(super) fn add(base: i64, slot: u64) -> i64 {
    base.wrapping_add(slot as i64)
}

/// The bits of a number at full length: the mantissa, then scale and sign.
pub(super) fn wide_words(value: Decimal) -> [u64; 2] {
    let magnitude = value.mantissa().unsigned_abs();
    let sign = u128::from(value.mantissa() < 0);
    let word = magnitude | u128::from(value.scale()) << 96 | sign << 101;
    let (low, high) = (word & u128::from(u64::MAX), word >> 64);
    [
        u64::try_from(low).unwrap_or(0),
        u64::try_from(high).unwrap_or(0),
    ]
}

/// The number at full length from a bit on; `None` where all bits are set, and for what no number is written as.
pub(super) fn read_wide(bytes: &[u8], bit: u64) -> Option<Value> {
    let word =
        u128::from(word_at(bytes, bit)) | u128::from(word_at(bytes, bit.saturating_add(64))) << 64;
    if word >> WIDE_BITS_USED != 0 {
        return None;
    }
    let magnitude = i128::try_from(word & ((1 << 96) - 1)).ok()?;
    let scale = u32::try_from(word >> 96 & 31).ok()?;
    let mantissa = if word >> 101 & 1 == 1 {
        -magnitude
    } else {
        magnitude
    };
    Decimal::try_from_i128_with_scale(mantissa, scale)
        .ok()
        .map(Value::from)
}
