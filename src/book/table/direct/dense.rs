//! A block of columns that most rows fill: one slot for each row and column, found by arithmetic.
//!
//! Each row has a record: the width of its slots, its scale, the sum of the widths of the rows before it, and its base. The
//! slots of a *chunk* of columns lie together, row after row, so a place is computed from the record alone: no load
//! waits on a header. A slot is the value less the base, in as many bits as the row needs; all ones is a hole.

use rust_decimal::Decimal;

use super::rows::as_usize;
use crate::book::table::sheet::WIDE;
use crate::book::table::value::{SCALE_MAX, Value};
use crate::codec::bits::{Cursor, WIDTH_MAX, bits_at, byte_of, load, mask, word_at};
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
/// The bits of a number at full length: mantissa 96, scale 5, sign 1, and zeros.
pub(super) const WIDE_BITS: u32 = 128;
/// The bits of them that a number may have set.
const WIDE_BITS_USED: u32 = 102;
/// The longest chunk, as a power of two.
const CHUNK_LOG_MAX: u32 = 16;
/// Where a run of numbers has none.
pub(crate) const HOLE: i64 = i64::MIN;

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
    chunk_log: u32,
    /// The decimals of every row; added to each row's own.
    scale: u8,
    base_min: i64,
    /// The bits of one column.
    column_bits: u64,
    head_mask: u64,
    base_mask: u64,
    scale_mask: u64,
    /// The bits of a record before the sum of widths.
    before_shift: u32,
    base_at: usize,
    records: usize,
    stride: usize,
    /// The bit of the first slot.
    slots: u64,
}

/// Where a number lies, and how it is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    bit: u64,
    /// A slot of ones.
    all: u64,
    base: i64,
    scale: u8,
}

impl Spot {
    /// Of a number that is not there.
    pub(crate) const HOLE: Self = Self {
        bit: 0,
        all: 0,
        base: HOLE,
        scale: 0,
    };
    /// Of one that is not in a slot.
    pub(super) const WIDE: Self = Self {
        scale: WIDE,
        ..Self::HOLE
    };

    /// The bytes that it lies in, whatever they say.
    #[inline(always)]
    pub(crate) fn touch(&self, bytes: &[u8]) -> u64 {
        load(bytes, byte_of(self.bit))
    }

    /// The number and its scale; [`HOLE`] where there is none, the scale [`WIDE`] where it is not in a slot.
    #[inline(always)]
    pub(crate) fn read(&self, bytes: &[u8]) -> (i64, u8) {
        let slot = (load(bytes, byte_of(self.bit)) >> (self.bit & 7)) & self.all;
        let hole = slot == self.all && self.all > 0;
        (if hole { HOLE } else { add(self.base, slot) }, self.scale)
    }
}

/// What a dense block knows of a row.
#[derive(Clone, Copy, Debug)]
struct Record {
    code: u32,
    scale: u8,
    /// The widths of the rows before.
    before: u64,
    base: i64,
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
            return Err(corrupt("a block of a table has no known form"));
        }
        Ok(Self {
            columns,
            chunk_log,
            scale,
            base_min,
            column_bits,
            head_mask: mask(head_bytes * 8),
            base_mask: mask(base_bytes * 8),
            scale_mask: mask(scale_bits),
            before_shift: CODE_BITS + scale_bits,
            base_at: as_usize(head_bytes),
            records: 0,
            stride: as_usize(head_bytes + base_bytes),
            slots: 0,
        })
    }

    /// Finds the records and the slots in the body, and checks each record.
    pub(super) fn place_in(
        &mut self,
        body: &mut Cursor<'_>,
        bytes: &[u8],
        rows: usize,
    ) -> Result<()> {
        let too_long = || corrupt("a block of a table is longer than memory");
        let records = rows.checked_mul(self.stride).ok_or_else(too_long)?;
        self.records = body.at();
        body.take(records)?;
        let bits = u64::from(self.columns)
            .checked_mul(self.column_bits)
            .ok_or_else(too_long)?;
        let start = body.take_bits(bits)?;
        self.slots = u64::try_from(start)
            .ok()
            .and_then(|start| start.checked_mul(8))
            .ok_or_else(too_long)?;
        let mut before = 0u64;
        for row in 0..rows {
            let record = self.record(bytes, row);
            let known = record.code <= WIDTH_MAX || [EMPTY_ROW, WIDE_ROW].contains(&record.code);
            if !known || record.before != before || record.scale > SCALE_MAX {
                return Err(corrupt("a row of a table does not lie where it should"));
            }
            before += u64::from(slot_bits(record.code));
        }
        if before != self.column_bits {
            return Err(corrupt(
                "the rows of a table do not have the bits that it states",
            ));
        }
        Ok(())
    }

    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "masked to a few bits before"
    )]
    #[expect(
        clippy::cast_possible_wrap,
        reason = "a base is stored less the lowest one, modulo 2^64"
    )]
    fn record(&self, bytes: &[u8], row: usize) -> Record {
        let at = self.records + row * self.stride;
        let head = load(bytes, at) & self.head_mask;
        let base = load(bytes, at + self.base_at) & self.base_mask;
        let own = (head >> CODE_BITS) & self.scale_mask;
        Record {
            code: (head & 63) as u32,
            scale: self.scale.wrapping_add(own as u8),
            before: head >> self.before_shift,
            base: (base as i64).wrapping_add(self.base_min),
        }
    }

    /// The bit of a slot of a row whose slots have that width.
    #[inline(always)]
    fn bit(&self, record: &Record, column: u32, width: u32) -> u64 {
        let first = column >> self.chunk_log << self.chunk_log;
        let length = (self.columns - first).min(1 << self.chunk_log);
        self.slots
            .wrapping_add(u64::from(first).wrapping_mul(self.column_bits))
            .wrapping_add(u64::from(length).wrapping_mul(record.before))
            .wrapping_add(u64::from((column - first) * width))
    }

    /// Where the number of a row in a column below [`columns`](Self::columns) lies.
    #[inline(always)]
    pub(super) fn spot(&self, bytes: &[u8], row: usize, column: u32) -> Spot {
        let record = self.record(bytes, row);
        if record.code > WIDTH_MAX {
            return if record.code == WIDE_ROW {
                Spot::WIDE
            } else {
                Spot::HOLE
            };
        }
        let bit = self.bit(&record, column, record.code);
        Spot {
            bit,
            all: (1 << record.code) - 1,
            base: record.base,
            scale: record.scale,
        }
    }

    /// The number of a row at full length.
    #[cold]
    pub(super) fn wide(&self, bytes: &[u8], row: usize, column: u32) -> Option<Value> {
        let record = self.record(bytes, row);
        if record.code != WIDE_ROW {
            return None;
        }
        read_wide(bytes, self.bit(&record, column, WIDE_BITS))
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
        let record = self.record(bytes, row);
        match record.code {
            EMPTY_ROW => numbers.fill(HOLE),
            0 => numbers.fill(record.base),
            width if width <= WIDTH_MAX => {
                let mut column = column;
                let mut rest = numbers;
                while !rest.is_empty() {
                    let chunk_end = ((column >> self.chunk_log) + 1) << self.chunk_log;
                    let length = rest.len().min(as_usize(chunk_end - column));
                    let (run, after) = rest.split_at_mut(length);
                    unpack(
                        bytes,
                        self.bit(&record, column, width),
                        width,
                        record.base,
                        run,
                    );
                    rest = after;
                    column = chunk_end;
                }
            }
            _ => return None,
        }
        Some(record.scale)
    }

    /// The numbers of a column in the rows from a row on, holes as [`HOLE`], with their scales; `false` where one is at full length.
    #[inline]
    pub(super) fn column_run(
        &self,
        bytes: &[u8],
        row: usize,
        column: u32,
        numbers: &mut [i64],
        scales: &mut [u8],
    ) -> bool {
        let first = column >> self.chunk_log << self.chunk_log;
        let length = u64::from((self.columns - first).min(1 << self.chunk_log));
        let within = u64::from(column - first);
        let start = self
            .slots
            .wrapping_add(u64::from(first).wrapping_mul(self.column_bits));
        for (row, (number, scale)) in (row..).zip(numbers.iter_mut().zip(scales)) {
            let record = self.record(bytes, row);
            *scale = record.scale;
            if record.code > WIDTH_MAX {
                if record.code == EMPTY_ROW {
                    *number = HOLE;
                    continue;
                }
                return false;
            }
            let bit = start
                .wrapping_add(length.wrapping_mul(record.before))
                .wrapping_add(within * u64::from(record.code));
            let all = (1u64 << record.code) - 1;
            let slot = (load(bytes, byte_of(bit)) >> (bit & 7)) & all;
            let hole = slot == all && all > 0;
            *number = if hole { HOLE } else { add(record.base, slot) };
        }
        true
    }
}

/// The numbers of one width that lie one after the other from a bit on: as many from each load as it holds.
#[inline]
fn unpack(bytes: &[u8], bit: u64, width: u32, base: i64, numbers: &mut [i64]) {
    let all = mask(width);
    let per_load = as_usize(WIDTH_MAX / width);
    let step = u64::from(width) * per_load as u64;
    let mut bit = bit;
    for run in numbers.chunks_mut(per_load) {
        let mut word = bits_at(bytes, bit, WIDTH_MAX);
        for number in run {
            let slot = word & all;
            word >>= width;
            *number = if slot == all { HOLE } else { add(base, slot) };
        }
        bit = bit.wrapping_add(step);
    }
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
