//! Writing a block as it was planned.

use std::ops::Range;

use rust_decimal::Decimal;

use super::super::dense::{CODE_BITS, EMPTY_ROW, HOLE, WIDE_BITS, WIDE_ROW, slot_bits, wide_words};
use super::super::marks::index_bits;
use super::super::rows::as_usize;
use super::super::{DENSE, LIST};
use super::CHUNK_LOG;
use super::cells::rescaled;
use super::plan::{DenseForm, Form, ListForm, Planned, offset};
use crate::codec::bits::{BitWriter, WIDTH_MAX, bits_for, mask, pack, push_number, push_signed};

/// Columns of a chunk.
const CHUNK: usize = 1 << CHUNK_LOG;

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
        body.extend(self.slots(form).finish());
    }

    /// The slots, chunk by chunk and in each row by row; they are made row by row, as the cells lie.
    fn slots(&self, form: &DenseForm) -> BitWriter {
        let end = self.first + self.columns.len();
        let starts = (self.first..end).step_by(CHUNK);
        let room = |columns: usize| {
            let bytes = form.column_bits.saturating_mul(columns as u64) / 8;
            BitWriter::with_capacity(usize::try_from(bytes).unwrap_or(0) + 8)
        };
        let chunk_of = |first: usize| first..(first + CHUNK).min(end);
        let chunks = starts.clone().map(|first| room(chunk_of(first).len()));
        let mut chunks: Vec<BitWriter> = chunks.collect();
        for (row, &row_form) in form.rows.iter().enumerate() {
            if row_form.0 == EMPTY_ROW {
                continue;
            }
            let mut cells = self.cells.row(row);
            let columns = &self.cells.columns[cells.clone()];
            cells.start += columns.partition_point(|&column| as_usize(column) < self.first);
            for (first, slots) in starts.clone().zip(&mut chunks) {
                let chunk = chunk_of(first);
                // A chunk has no more cells than columns.
                let near = cells.start..cells.end.min(cells.start + CHUNK);
                let near = &self.cells.columns[near];
                let count = near.partition_point(|&column| as_usize(column) < chunk.end);
                let own = cells.start..cells.start + count;
                cells.start = own.end;
                self.write_chunk(row_form, chunk, own, slots);
            }
        }
        let mut slots = room(self.columns.len());
        chunks.iter().for_each(|chunk| slots.append(chunk));
        slots
    }

    /// Writes the slots of a row in a chunk of columns, where it has these cells.
    fn write_chunk(
        &self,
        (code, base): (u32, i64),
        chunk: Range<usize>,
        cells: Range<usize>,
        slots: &mut BitWriter,
    ) {
        let columns = self.cells.columns[cells.clone()].iter();
        let columns = columns.map(|&column| as_usize(column) - chunk.start);
        if code == WIDE_ROW {
            let mut end = 0;
            for (column, cell) in columns.zip(cells) {
                push_holes(slots, code, column - end);
                self.push_wide(slots, cell);
                end = column + 1;
            }
            push_holes(slots, code, chunk.len() - end);
            return;
        }
        let mut own = [mask(code); CHUNK];
        for (column, &number) in columns.zip(&self.cells.numbers[cells]) {
            if number != HOLE {
                own[column] = offset(number, base);
            }
        }
        slots.push_all(&own[..chunk.len()], code);
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
                if number == HOLE {
                    push_holes(&mut numbers, form.code, 1);
                } else if form.code == WIDE_ROW {
                    match cells.wide(cell) {
                        Some(_) => self.push_wide(&mut numbers, cell),
                        None => push_decimal(&mut numbers, Decimal::new(number, own.into())),
                    }
                } else {
                    let number = rescaled(number, form.scale.saturating_sub(own)).unwrap_or(number);
                    numbers.push(offset(number, form.base), form.code);
                }
            }
        }
        body.extend(numbers.finish());
    }

    fn push_wide(&self, slots: &mut BitWriter, cell: usize) {
        match self.cells.wide(cell) {
            Some(value) => push_decimal(slots, value),
            None => push_holes(slots, WIDE_ROW, 1),
        }
    }
}

fn push_decimal(slots: &mut BitWriter, value: Decimal) {
    for word in wide_words(value) {
        slots.push(word, u64::BITS);
    }
}

fn push_holes(slots: &mut BitWriter, code: u32, count: usize) {
    for _ in 0..count {
        if code == WIDE_ROW {
            slots.push(u64::MAX, u64::BITS);
            slots.push(u64::MAX, WIDE_BITS - u64::BITS);
        } else {
            slots.push(mask(code), code);
        }
    }
}

/// A width or a number of bytes, all below 64.
fn as_u8(number: u32) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}
