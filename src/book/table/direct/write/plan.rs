//! Cutting columns into blocks: which form each takes is decided by the bytes it would need.

use std::ops::Range;
use std::rc::Rc;

use super::super::chunk::{CODE_BITS, EMPTY_ROW, SCALE_BITS, WIDE_ROW, slot_bits};
use super::super::marks::index_bits;
use super::super::rows::as_usize;
use super::cells::{Cells, Seen, WINDOW, width};
use crate::book::table::sheet::{Sheet, WIDE};
use crate::codec::bits::{WIDTH_MAX, bits_for};

impl Seen {
    /// The code and the base of a row that has seen this in so many columns.
    fn code(self, columns: usize, scale: u8) -> (u32, i64) {
        if self.figures == 0 {
            return (EMPTY_ROW, 0);
        }
        if scale == WIDE {
            return (WIDE_ROW, 0);
        }
        let hole = as_usize(self.figures) < columns;
        match width(self.least, self.greatest, hole) {
            Some(width) => (width, self.least),
            None => (WIDE_ROW, 0),
        }
    }
}

/// A block to be written.
pub(super) struct Planned<'a> {
    pub(super) columns: Vec<u32>,
    pub(super) cells: Rc<Cells<'a>>,
    pub(super) form: Form,
    /// Its first column within the group.
    pub(super) first: usize,
}

pub(super) enum Form {
    Dense(DenseForm),
    List(ListForm),
}

/// What the header of a dense block says, and the code and base of each row.
pub(super) struct DenseForm {
    pub(super) rows: Vec<(u32, i64)>,
    pub(super) base_min: i64,
    /// The bits of a record, before its base and of it.
    pub(super) head_bits: u32,
    pub(super) base_bits: u32,
    pub(super) scale: u8,
    pub(super) scale_bits: u32,
    pub(super) column_bits: u64,
}

pub(super) struct ListForm {
    pub(super) code: u32,
    pub(super) scale: u8,
    pub(super) base: i64,
}

/// Cuts a group of columns into the blocks that take the fewest bytes.
pub(super) fn plan<'a>(
    sheet: &'a Sheet,
    group: &[u32],
    columns: usize,
    all: bool,
) -> Vec<Planned<'a>> {
    let cells = Rc::new(Cells::of(sheet, group, columns, all));
    let (list, list_bits) = ListForm::of(&cells, group.len());
    let block = |first: usize, end: usize, form| Planned {
        columns: group[first..end].to_vec(),
        cells: cells.clone(),
        form,
        first,
    };
    let mut best: Option<(u64, Vec<DenseForm>, usize)> = None;
    if cells.is_dense {
        // The whole group in one block, or cut at every 32, 64, 128 … columns.
        for (step, tallies) in tally(&cells, group.len()).into_iter().rev() {
            let rows = cells.ends.len();
            let forms: Vec<DenseForm> = tallies.iter().map(Tally::form).collect();
            let bits = forms.iter().zip(&tallies);
            let bits = bits.map(|(form, tally)| form.bits(rows, tally.columns));
            let bits = bits.sum::<u64>();
            if best.as_ref().is_none_or(|(least, ..)| bits < *least) {
                best = Some((bits, forms, step));
            }
        }
    }
    match best {
        Some((bits, forms, step)) if bits <= list_bits => {
            let starts = (0..group.len()).step_by(step);
            let forms = starts.zip(forms).map(|(first, mut form)| {
                let end = (first + step).min(group.len());
                let windows = first / WINDOW..end.div_ceil(WINDOW);
                form.rows = DenseForm::rows(&cells, &windows, end - first);
                block(first, end, Form::Dense(form))
            });
            forms.collect()
        }
        _ => vec![block(0, group.len(), Form::List(list))],
    }
}

/// What the rows of a block of so many columns need together.
#[derive(Clone)]
struct Tally {
    columns: usize,
    column_bits: u64,
    /// The least and the greatest base and scale of the rows that have slots.
    bases: (i64, i64),
    scales: (u8, u8),
}

/// What each block needs, for every way to cut the columns: the most blocks first, each with the columns of its blocks.
fn tally(cells: &Cells<'_>, columns: usize) -> Vec<(usize, Vec<Tally>)> {
    let levels = cells.windows.next_power_of_two().trailing_zeros() + 1;
    let level = |level: u32| {
        let step = WINDOW << level;
        let blocks = (0..columns).step_by(step);
        let tally = |first: usize| Tally::new(step.min(columns - first));
        (step, blocks.map(tally).collect::<Vec<Tally>>())
    };
    let mut levels: Vec<(usize, Vec<Tally>)> = (0..levels).map(level).collect();
    let mut merged = Vec::new();
    for (windows, &scale) in cells.seen().zip(&cells.scales) {
        merged.clear();
        merged.extend_from_slice(windows);
        for (_, tallies) in &mut levels {
            for (tally, &seen) in tallies.iter_mut().zip(&merged) {
                tally.add(seen, scale);
            }
            let pairs = merged.len().div_ceil(2);
            for pair in 0..pairs {
                let one = merged[2 * pair];
                let other = merged.get(2 * pair + 1).copied();
                merged[pair] = other.map_or(one, |other| one.with(other));
            }
            merged.truncate(pairs);
        }
    }
    levels
}

impl Tally {
    fn new(columns: usize) -> Self {
        Self {
            columns,
            column_bits: 0,
            bases: (i64::MAX, i64::MIN),
            scales: (u8::MAX, u8::MIN),
        }
    }

    #[inline]
    fn add(&mut self, seen: Seen, scale: u8) {
        let (code, base) = seen.code(self.columns, scale);
        self.column_bits += u64::from(slot_bits(code));
        if code <= WIDTH_MAX {
            self.bases = (self.bases.0.min(base), self.bases.1.max(base));
            self.scales = (self.scales.0.min(scale), self.scales.1.max(scale));
        }
    }

    /// The form of the block, still without its rows.
    fn form(&self) -> DenseForm {
        let has_slots = self.scales.0 <= self.scales.1;
        let (scale, base_min) = if has_slots {
            (self.scales.0, self.bases.0)
        } else {
            (0, 0)
        };
        let base_max = if has_slots { self.bases.1 } else { 0 };
        let scale_bits = if has_slots && self.scales.1 > scale {
            SCALE_BITS
        } else {
            0
        };
        let mut head_bits = CODE_BITS + scale_bits + bits_for(self.column_bits);
        let base_bits = bits_for(offset(base_max, base_min));
        if head_bits + base_bits > u64::BITS {
            // No word holds both: the base is read by itself, from a whole byte on.
            head_bits = head_bits.next_multiple_of(8);
        }
        DenseForm {
            rows: Vec::new(),
            base_min,
            head_bits,
            base_bits,
            scale,
            scale_bits,
            column_bits: self.column_bits,
        }
    }
}

impl DenseForm {
    /// The code and the base of each row in some windows of so many columns.
    fn rows(cells: &Cells<'_>, own: &Range<usize>, columns: usize) -> Vec<(u32, i64)> {
        let rows = cells.seen().zip(&cells.scales);
        let rows =
            rows.map(|(windows, &scale)| Seen::all(&windows[own.clone()]).code(columns, scale));
        rows.collect()
    }

    pub(super) fn bits(&self, rows: usize, columns: usize) -> u64 {
        let record = self.record_bytes() as u64 * 8;
        let columns = (columns as u64).saturating_mul(self.column_bits);
        // The header of a block, about.
        columns + record * rows as u64 + 12 * 8
    }

    pub(super) fn record_bytes(&self) -> usize {
        as_usize((self.head_bits + self.base_bits).div_ceil(8))
    }
}

/// A base less the lowest one, modulo 2^64.
#[expect(clippy::cast_sign_loss, reason = "a difference modulo 2^64")]
pub(super) fn offset(base: i64, base_min: i64) -> u64 {
    base.wrapping_sub(base_min) as u64
}

impl ListForm {
    /// The form of a list of all cells, and the bits it takes.
    pub(super) fn of(cells: &Cells<'_>, columns: usize) -> (Self, u64) {
        let scale = cells.scales.iter().copied().max().unwrap_or(0);
        let rows = cells.seen().zip(&cells.scales);
        let mut seen = rows.map(|(windows, &own)| Seen::all(windows).rescaled(scale - own));
        let seen = match scale {
            WIDE => None,
            _ => seen.try_fold(Seen::NONE, |all, seen| Some(all.with(seen?))),
        };
        let wide = seen.is_none();
        let seen = seen.unwrap_or(Seen::NONE);
        // A list has a cell for each that is absent too, as a hole.
        let (code, base) = match seen.code(cells.columns.len(), if wide { WIDE } else { scale }) {
            (EMPTY_ROW, _) if wide => (WIDE_ROW, 0),
            (EMPTY_ROW, _) => (1, 0),
            other => other,
        };
        let cell = u64::from(index_bits(columns)) + u64::from(slot_bits(code));
        let row = bits_for(cells.columns.len() as u64);
        let bits =
            cell * cells.columns.len() as u64 + u64::from(row) * cells.ends.len() as u64 + 8 * 8;
        let scale = if code == WIDE_ROW { 0 } else { scale };
        (Self { code, scale, base }, bits)
    }
}
