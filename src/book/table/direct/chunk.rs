//! What a dense block knows of a row, and the slots of some of its columns.

use super::super::Detour;
use super::rows::as_usize;
use super::wide::WIDE_BITS;
use crate::book::table::value::Value;
use crate::codec::bits::{WIDTH_MAX, bits_at, byte_of, load};

/// The code of a row whose numbers are written at full length.
pub(super) const WIDE_ROW: u32 = 63;
/// The code of a row that has no number.
pub(super) const EMPTY_ROW: u32 = 62;
/// The bits of the code in a record.
pub(super) const CODE_BITS: u32 = 6;
/// The bits of the scale in a record, where rows differ in it.
pub(super) const SCALE_BITS: u32 = 5;
/// All scales of a record.
const SCALE_MASK: u32 = (1 << SCALE_BITS) - 1;
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

/// Where the records of the rows lie, and how one is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Records {
    /// The bit of the first one: the byte of a bit is seen not to be at the end of memory, so that less is checked of it.
    pub(super) start: u64,
    /// The bits of a record after its code and before its base.
    pub(super) head_mask: u64,
    pub(super) base_mask: u64,
    pub(super) base_min: i64,
    /// The bits of a record.
    pub(super) stride: u8,
    /// The bits of a record before the base; whole bytes where it is not [short](Self::are_short).
    pub(super) base_shift: u8,
    /// Whether rows differ in their decimals: then a record has some of its own.
    pub(super) mixed: bool,
    /// The decimals of every row; added to each row's own.
    pub(super) scale: u32,
}

/// Some columns of a block whose slots lie together.
///
/// It has a cache line of its own, as all of it is read for each number. Chunks that are kept are those of [plain](super::dense::Dense::is_plain) blocks.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Chunk {
    pub(super) records: Records,
    /// The bit of the first slot.
    pub(super) slots: u64,
    /// As wide as what it is multiplied with.
    pub(super) columns: u64,
    /// How many chunks its block has from it on: their rows have the same records.
    pub(super) left: u32,
}

/// Where a number lies, and how it is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    bit: u64,
    base: i64,
    /// The code of its row.
    code: u32,
    scale: u32,
}

impl Spot {
    /// Of a number that is in no chunk.
    pub(crate) const ELSEWHERE: Self = Self {
        bit: 0,
        base: 0,
        code: WIDE_ROW,
        scale: 0,
    };

    /// The byte that it begins in.
    #[inline(always)]
    pub(crate) fn byte(&self) -> usize {
        byte_of(self.bit)
    }

    /// What the slot holds; `None` if it is all ones or the row has no slots.
    #[inline(always)]
    pub(super) fn slot(&self, bytes: &[u8]) -> Option<u64> {
        let all = all_ones(self.code);
        let slot = (load(bytes, self.byte()) >> (self.bit & 7)) & all;
        if slot == all { None } else { Some(slot) }
    }

    /// The number, if there is one, of a plain block. A number at full length is not read.
    #[inline(always)]
    pub(super) fn read(&self, bytes: &[u8]) -> Result<Option<Value>, Detour> {
        let number = self.short(bytes)?;
        Ok(number.map(|(number, scale)| Value::new(number, scale)))
    }

    /// The same as its mantissa and its scale; of a block that is not plain, a forged one may be [`HOLE`].
    #[inline(always)]
    pub(super) fn short(&self, bytes: &[u8]) -> Result<Option<(i64, u32)>, Detour> {
        match self.slot(bytes) {
            Some(slot) => Ok(Some((add(self.base, slot), self.scale))),
            None => match self.code {
                0 => Ok(Some((self.base, self.scale))),
                WIDE_ROW => Err(Detour),
                _ => Ok(None),
            },
        }
    }
}

/// A slot of ones by code: 0 for rows whose numbers are in no slots, as there are none, or all are the same, or they are at full length.
const ALL_ONES: [u64; 1 << CODE_BITS] = {
    let mut all = [0; 1 << CODE_BITS];
    let mut width = 1;
    while width <= WIDTH_MAX {
        all[width as usize] = (1 << width) - 1;
        width += 1;
    }
    all
};

/// A slot of ones in a row of that code; 0 if it has no slots.
#[inline(always)]
fn all_ones(code: u32) -> u64 {
    ALL_ONES[as_usize(code & ((1 << CODE_BITS) - 1))]
}

/// What a dense block knows of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    pub(super) code: u32,
    /// At most 28.
    scale: u32,
    /// The widths of the rows before.
    pub(super) before: u64,
    pub(super) base: i64,
}

impl Record {
    /// The decimals of its numbers.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "at most 28")]
    pub(super) fn scale(&self) -> u8 {
        self.scale as u8
    }

    /// The numbers of the row from a column of the first of some chunks on, which all lie in them, holes as [`HOLE`], slots read as [`unpacking`](super::unpack::unpacking)
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
                    let length = rest.len().min(chunk.length() - as_usize(column));
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
        byte_of(self.bit(row))
    }

    /// The first bit of the record of a row.
    #[inline(always)]
    pub(super) fn bit(&self, row: usize) -> u64 {
        self.start
            .wrapping_add(u64::from(self.stride).wrapping_mul(row as u64))
    }

    /// Whether one load of eight bytes reads a record.
    #[inline(always)]
    pub(super) fn are_short(&self) -> bool {
        u32::from(self.stride) <= u64::BITS
    }

    /// The decimals of all rows, unless they differ in them.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "at most 28")]
    pub(super) fn one_scale(&self) -> Option<u8> {
        (!self.mixed).then_some(self.scale as u8)
    }

    #[inline(always)]
    pub(super) fn get(&self, bytes: &[u8], row: usize) -> Record {
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
        // One without a base may shift by all bits, which is by none, and has no mask.
        let base = if SHORT || self.are_short() {
            word.wrapping_shr(self.base_shift.into())
        } else {
            load(bytes, at + usize::from(self.base_shift / 8))
        };
        let (mut scale, mut before) = (self.scale, word >> CODE_BITS & self.head_mask);
        if self.mixed {
            unlikely();
            scale += before as u32 & SCALE_MASK;
            before >>= SCALE_BITS;
        }
        Record {
            code: (word & 63) as u32,
            scale,
            before,
            base: ((base & self.base_mask) as i64).wrapping_add(self.base_min),
        }
    }
}

/// Makes a compiler keep a branch that is seldom taken out of the way.
#[cold]
#[inline(always)]
fn unlikely() {}

impl Chunk {
    /// How many columns it has.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "at most 2^16")]
    pub(super) fn length(&self) -> usize {
        self.columns as usize
    }

    /// The bit of a slot of a row whose slots have that width, in a column of the chunk.
    #[inline(always)]
    pub(super) fn bit(&self, record: &Record, column: u32, width: u32) -> u64 {
        self.bit_after(record.before)
            .wrapping_add(u64::from(column).wrapping_mul(width.into()))
    }

    /// The bit of the first slot of a row before which the widths of the rows are so many.
    #[inline(always)]
    pub(super) fn bit_after(&self, before: u64) -> u64 {
        self.slots.wrapping_add(self.columns.wrapping_mul(before))
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
    pub(super) fn spot(&self, bytes: &[u8], row: usize, column: u32) -> Spot {
        self.spot_of(&self.record(bytes, row), column)
    }

    #[inline(always)]
    pub(super) fn spot_of(&self, record: &Record, column: u32) -> Spot {
        Spot {
            bit: self.bit(record, column, record.code),
            base: record.base,
            code: record.code,
            scale: record.scale,
        }
    }

    /// As [`Dense::column_run`](super::dense::Dense::column_run), in a column of the chunk; sees the scale of each.
    #[inline(always)]
    pub(super) fn column_run<const SHORT: bool>(
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
            see(at, record.scale());
            let own = *start.get_or_insert_with(|| self.bit(&record, 0, 0));
            let all = all_ones(record.code);
            *number = if all != 0 {
                let width = u64::from(record.code);
                start = Some(own.wrapping_add(self.columns.wrapping_mul(width)));
                let slot = bits_at(bytes, own.wrapping_add(column * width), record.code);
                if slot == all {
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

/// A number in a slot, or that of a whole row. No writer puts [`HOLE`] there; in a forged file it is none here as in a run.
#[inline(always)]
pub(super) fn short(number: i64, scale: u32) -> Option<Value> {
    (number != HOLE).then(|| Value::new(number, scale))
}

#[inline]
#[expect(clippy::cast_possible_wrap, reason = "a slot has at most 57 bits")]
pub(super) fn add(base: i64, slot: u64) -> i64 {
    base.wrapping_add(slot as i64)
}
