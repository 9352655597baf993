//! Writing a block as it was planned.

use std::ops::Range;

use rust_decimal::Decimal;

use super::super::chunk::{CODE_BITS, EMPTY_ROW, HOLE, WIDE_ROW, slot_bits};
use super::super::marks::index_bits;
use super::super::rows::as_usize;
use super::super::wide::{WIDE_BITS, wide_words};
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
        header.extend([CHUNK_LOG, form.head_bits, form.base_bits, form.scale_bits].map(as_u8));
        header.push(form.scale);
        push_signed(header, form.base_min);
        push_number(header, form.column_bits);
        let bytes = form.record_bytes();
        let mut before = 0u64;
        for (&(code, base), &scale) in form.rows.iter().zip(&self.cells.scales) {
            let slotted = code <= WIDTH_MAX;
            let own = if slotted { scale - form.scale } else { 0 };
            let base = if slotted {
                offset(base, form.base_min)
            } else {
                0
            };
            let record = u128::from(code)
                | u128::from(own) << CODE_BITS
                | u128::from(before) << (CODE_BITS + form.scale_bits)
                | u128::from(base) << form.head_bits;
            body.extend(&record.to_le_bytes()[..bytes]);
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
            chunks.push(Slots::new(columns, own));
            room = rest;
        }
        let windows = self.first / CHUNK..end.div_ceil(CHUNK);
        let mut own = vec![0; self.columns.len()];
        for ((row, seen), &(code, base)) in self.cells.seen().enumerate().zip(&form.rows) {
            if code == EMPTY_ROW {
                continue;
            }
            let count = |seen: &[Seen]| seen.iter().map(|seen| as_usize(seen.cells)).sum::<usize>();
            let start = self.cells.row(row).start + count(&seen[..windows.start]);
            let seen = Seen::all(&seen[windows.clone()]);
            let cells = start..start + as_usize(seen.cells);
            if code == WIDE_ROW {
                self.write_wide(cells, &mut chunks);
                continue;
            }
            own.fill(mask(code));
            let columns = &self.cells.columns[cells.clone()];
            let numbers = &self.cells.numbers[cells];
            let mut put = |column: u32, number: i64| {
                own[as_usize(column) - self.first] = offset(number, base);
            };
            if seen.figures == seen.cells {
                // Four a turn, which halves what a turn takes beside.
                let (columns, last_columns) = columns.as_chunks::<4>();
                let (numbers, last_numbers) = numbers.as_chunks::<4>();
                for (columns, numbers) in columns.iter().zip(numbers) {
                    put(columns[0], numbers[0]);
                    put(columns[1], numbers[1]);
                    put(columns[2], numbers[2]);
                    put(columns[3], numbers[3]);
                }
                for (&column, &number) in last_columns.iter().zip(last_numbers) {
                    put(column, number);
                }
            } else {
                let filled = columns.iter().zip(numbers);
                for (&column, &number) in filled.filter(|(_, number)| **number != HOLE) {
                    put(column, number);
                }
            }
            for (own, slots) in own.chunks(CHUNK).zip(&mut chunks) {
                slots.push_row(own, code);
            }
        }
        chunks.into_iter().for_each(Slots::finish);
    }

    /// Writes the slots of a row at full length.
    fn write_wide(&self, cells: Range<usize>, chunks: &mut [Slots<'_>]) {
        let mut own = vec![WIDE_HOLE; self.columns.len()];
        for cell in cells {
            if let Some(value) = self.cells.wide(cell) {
                own[as_usize(self.cells.columns[cell]) - self.first] = wide_words(value);
            }
        }
        for (own, slots) in own.chunks(CHUNK).zip(chunks) {
            for &word in own.as_flattened() {
                slots.push_word(word);
            }
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
