//! A block of columns that most rows fill: one slot for each row and column, found by arithmetic.
//!
//! Each row has a record: the width of its slots, its scale, the sum of the widths of the rows before it, and its base. The
//! slots of a *chunk* of columns lie together, row after row, so a place is computed from the record alone: no load
//! waits on a header. A slot is the value less the base, in as many bits as the row needs; all ones is a hole.

use super::super::Detour;
use super::chunk::{
    CODE_BITS, Chunk, EMPTY_ROW, HOLE, RUN, Records, SCALE_BITS, WIDE_ROW, short, slot_bits,
};
use super::lanes;
use super::scales::Scales;
use super::unpack::unpacking;
use super::wide::{WIDE_BITS, read_wide};
use crate::book::table::value::{SCALE_MAX, Value};
use crate::codec::bits::{Cursor, WIDTH_MAX, bit_of, bits_at, mask};
use crate::codec::corrupt;
use crate::error::Result;

/// The longest chunk, as a power of two.
const CHUNK_LOG_MAX: u32 = 16;

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

impl Dense {
    /// What the header says; [`place_in`](Self::place_in) finds the rest.
    pub(super) fn read(header: &mut Cursor<'_>, columns: u32) -> Result<Self> {
        let chunk_log = u32::from(header.byte()?);
        let head_bits = u32::from(header.byte()?);
        let base_bits = u32::from(header.byte()?);
        let scale_bits = u32::from(header.byte()?);
        let scale = header.byte()?;
        let base_min = header.signed()?;
        let column_bits = header.number()?;
        // What no word holds is read in two, the second from a whole byte on.
        let in_words = head_bits + base_bits <= u64::BITS || head_bits.is_multiple_of(8);
        if chunk_log > CHUNK_LOG_MAX
            || ![0, SCALE_BITS].contains(&scale_bits)
            || !(CODE_BITS + scale_bits..=u64::BITS).contains(&head_bits)
            || base_bits > u64::BITS
            || !in_words
            || scale > SCALE_MAX
        {
            return Err(corrupt("a block has no known form"));
        }
        // None are more than 128.
        let bits = |bits: u32| u8::try_from(bits).unwrap_or(u8::MAX);
        Ok(Self {
            columns,
            chunk_log,
            column_bits,
            records: Records {
                start: 0,
                head_mask: mask(head_bits) >> CODE_BITS,
                base_mask: mask(base_bits),
                base_min,
                stride: bits((head_bits + base_bits).next_multiple_of(8)),
                base_shift: bits(head_bits),
                mixed: scale_bits > 0,
                scale: scale.into(),
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
        let stride = u32::from(self.records.stride);
        let used = u32::from(self.records.base_shift) + self.records.base_mask.count_ones();
        let mut before = 0u64;
        for row in 0..rows {
            let rest = self.records.bit(row).wrapping_add(used.into());
            if bits_at(bytes, rest, stride - used) != 0 {
                return Err(corrupt("a row has bits after its record"));
            }
            let record = self.records.get(bytes, row);
            let known = record.code <= WIDTH_MAX || [EMPTY_ROW, WIDE_ROW].contains(&record.code);
            if !known || record.before != before || record.scale() > SCALE_MAX {
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
            columns: (self.columns - first).min(1 << self.chunk_log).into(),
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
        match chunk.spot_of(&record, column).short(bytes) {
            Ok(number) => number.and_then(|(number, scale)| short(number, scale)),
            Err(Detour) => read_wide(bytes, chunk.bit(&record, column, WIDE_BITS)),
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
        read.then_some(record.scale())
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
        let alike = self.records.one_scale();
        let read = match (self.records.are_short(), alike.is_some()) {
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
            Some(()) => alike.map_or(Scales::Each(own), Scales::All),
        };
    }
}
