//! Writing a block as it was planned.

use std::ops::Range;

use rust_decimal::Decimal;

use super::super::dense::{CODE_BITS, EMPTY_ROW, HOLE, WIDE_BITS, WIDE_ROW, slot_bits, wide_words};
use super::super::marks::index_bits;
use super::super::rows::as_usize;
use super::super::{DENSE, LIST};
use super::CHUNK_LOG;
use super::cells::{Seen, WINDOW, rescaled};
use super::pack::Slots;
use super::plan::{DenseForm, Form, ListForm, Planned, offset};
use crate::codec::bits::{BitWriter, WIDTH_MAX, bits_for, mask, pack, push_number, push_signed};

/// Columns of a chunk.
const CHUNK: usize = 1 << CHUNK_LOG;
// What is seen of the cells of a chunk is what is seen in one window.
const _: () = assert!(CHUNK == WINDOW);

/// No number at full length.
const WIDE_HOLE: [u64; 2] = [u64::MAX; 2];
const _: () = assert!(WIDE_BITS == 128);

impl Planned<'_> {
    pub(super) fn write(&self, header: &mut Vec<u8>, body: &mut Vec<u8>) {
        match &self.form {
            Form::Dense(form) => {
                header.push(DENSE);
                self.write_dense(form, header, body);
            }
            Form::List(form) => {
                header.push(LIST);
                self.write_list(form, header, body);
            }
        }
    }

    fn write_dense(&self, form: &DenseForm, header: &mut Vec<u8>, body: &mut Vec<u8>) {
        header.extend([CHUNK_LOG, form.head_bytes, form.base_bytes, form.scale_bits].map(as_u8));
        header.push(form.scale);
        push_signed(header, form.base_min);
        push_number(header, form.column_bits);
        let mut before = 0;
        for (&(code, base), &scale) in form.rows.iter().zip(&self.cells.scales) {
            let slotted = code <= WIDTH_MAX;
            let own = if slotted { scale - form.scale } else { 0 };
            let head = u64::from(code)
                | u64::from(own) << CODE_BITS
                | before << (CODE_BITS + form.scale_bits);
            body.extend(&head.to_le_bytes()[..as_usize(form.head_bytes)]);
            let base = if slotted {
                offset(base, form.base_min)
            } else {
                0
            };
            body.extend(&base.to_le_bytes()[..as_usize(form.base_bytes)]);
            before += u64::from(slot_bits(code));
        }
        self.write_slots(form, body);
    }

    /// Writes the slots, chunk by chunk and in each row by row; they are made row by row, as the cells lie.
    fn write_slots(&self, form: &DenseForm, body: &mut Vec<u8>) {
        // Nothing that is planned is longer than memory.
        let bytes = |columns: usize| {
            let bits = form.column_bits.saturating_mul(columns as u64);
            usize::try_from(bits.div_ceil(8)).unwrap_or(usize::MAX)
        };
        let start = body.len();
        body.resize(start + bytes(self.columns.len()), 0);
        let mut room = &mut body[start..];
        let end = self.first + self.columns.len();
        let mut chunks = Vec::with_capacity(self.columns.len().div_ceil(CHUNK));
        for first in (self.first..end).step_by(CHUNK) {
            let columns = CHUNK.min(end - first);
            // The slots of a whole chunk are whole bytes.
            let (own, rest) = room.split_at_mut(bytes(columns));
            chunks.push((columns, Slots::new(columns, own)));
            room = rest;
        }
        let window = self.first / CHUNK;
        for ((row, seen), &row_form) in self.cells.seen().enumerate().zip(&form.rows) {
            if row_form.0 == EMPTY_ROW {
                continue;
            }
            let (before, own) = seen.split_at(window);
            let mut start = self.cells.row(row).start;
            start += before
                .iter()
                .map(|seen| as_usize(seen.cells))
                .sum::<usize>();
            for (seen, (columns, slots)) in own.iter().zip(&mut chunks) {
                let cells = start..start + as_usize(seen.cells);
                start = cells.end;
                self.write_chunk(row_form, *columns, *seen, cells, slots);
            }
        }
        chunks.into_iter().for_each(|(_, slots)| slots.finish());
    }

    /// Writes the slots of a row in a chunk of so many columns, where it has these cells.
    #[inline]
    fn write_chunk(
        &self,
        (code, base): (u32, i64),
        columns: usize,
        seen: Seen,
        cells: Range<usize>,
        slots: &mut Slots<'_>,
    ) {
        if code == WIDE_ROW {
            self.write_wide(columns, cells, slots);
            return;
        }
        let mut own = [mask(code); CHUNK];
        let numbers = &self.cells.numbers[cells.clone()];
        let all = seen.figures == seen.cells;
        if all && numbers.len() == columns {
            for (own, &number) in own.iter_mut().zip(numbers) {
                *own = offset(number, base);
            }
        } else {
            // Chunks begin at every so many columns of the group.
            for (&column, &number) in self.cells.columns[cells].iter().zip(numbers) {
                if all || number != HOLE {
                    own[as_usize(column) % CHUNK] = offset(number, base);
                }
            }
        }
        slots.push_row(&own[..columns], code);
    }

    #[inline(never)]
    fn write_wide(&self, columns: usize, cells: Range<usize>, slots: &mut Slots<'_>) {
        let mut own = [WIDE_HOLE; CHUNK];
        for cell in cells {
            if let Some(value) = self.cells.wide(cell) {
                own[as_usize(self.cells.columns[cell]) % CHUNK] = wide_words(value);
            }
        }
        for &word in own[..columns].as_flattened() {
            slots.push_word(word);
        }
    }

    fn write_list(&self, form: &ListForm, header: &mut Vec<u8>, body: &mut Vec<u8>) {
        let cells = &self.cells;
        let end_bits = bits_for(cells.columns.len() as u64);
        let column_bits = index_bits(self.columns.len());
        push_number(header, cells.columns.len() as u64);
        header.extend([end_bits, column_bits, form.code].map(as_u8));
        header.push(form.scale);
        push_signed(header, form.base);
        body.extend(pack(cells.ends.iter().map(|&end| end as u64), end_bits));
        body.extend(pack(
            cells.columns.iter().map(|&column| column.into()),
            column_bits,
        ));
        let mut numbers = BitWriter::default();
        for (row, &own) in cells.scales.iter().enumerate() {
            for cell in cells.row(row) {
                let number = cells.numbers[cell];
                if form.code == WIDE_ROW {
                    let value = || Decimal::new(number, own.into());
                    let value = (number != HOLE).then(|| cells.wide(cell).unwrap_or_else(value));
                    for word in value.map_or(WIDE_HOLE, wide_words) {
                        numbers.push(word, u64::BITS);
                    }
                } else if number == HOLE {
                    numbers.push(mask(form.code), form.code);
                } else {
                    let number = rescaled(number, form.scale.saturating_sub(own)).unwrap_or(number);
                    numbers.push(offset(number, form.base), form.code);
                }
            }
        }
        body.extend(numbers.finish());
    }
}

/// A width or a number of bytes, all below 64.
fn as_u8(number: u32) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}
