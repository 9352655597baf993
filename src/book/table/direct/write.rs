//! Laying a sheet out: which form each block of columns takes is decided by the bytes it would need.

use std::rc::Rc;

use rust_decimal::Decimal;

use super::dense::{
    CODE_BITS, EMPTY_ROW, HOLE, SCALE_BITS, WIDE_BITS, WIDE_ROW, slot_bits, wide_words,
};
use super::marks::{Axis, index_bits, upper_bytes, write_attributes};
use super::rows::{RowSet, as_u32, as_usize};
use super::{DENSE, LIST};
use crate::book::table::sheet::{Sheet, WIDE};
use crate::book::table::value::SCALE_MAX;
use crate::codec::bits::{
    BitWriter, TAIL_BYTES, WIDTH_MAX, bits_for, mask, pack, push_number, push_signed,
};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Granularity, Period};

/// Columns of a chunk, as a power of two: short ones make columns fast, long ones make rows fast.
pub(super) const CHUNK_LOG: u32 = 5;
/// Columns whose least and greatest number are looked at together when blocks are cut.
const WINDOW: usize = 32;
/// A group with fewer cells than one in so many slots is a list without further thought.
const SPARSE: usize = 32;

/// The bytes of a table. The sheet is settled first; equal sheets give equal bytes.
pub(crate) fn write(sheet: &mut Sheet, periods: &[Period]) -> Result<Vec<u8>> {
    sheet.settle();
    if u32::try_from(periods.len()).is_err() {
        return Err(Error::new(
            ErrorKind::Overflow,
            "a table has more than 2^32 columns",
        ));
    }
    let groups = groups(periods);
    let mut blocks = Vec::new();
    for group in &groups {
        blocks.extend(plan(sheet, group, periods.len(), groups.len() == 1));
    }
    let mut header = Vec::new();
    let mut body = Vec::with_capacity(sheet.cells.len() * 2);
    RowSet::write(&sheet.places, &mut header, &mut body);
    write_attributes(&sheet.attributes, &mut header);
    push_number(&mut header, sheet.cells.len() as u64);
    if blocks.len() > 1 {
        let mut of = vec![0u64; periods.len()];
        for (number, block) in (0u64..).zip(&blocks) {
            for &column in &block.columns {
                of[as_usize(column)] = number;
            }
        }
        body.extend(pack(of, index_bits(blocks.len())));
    }
    write_marks(sheet, periods.len(), &mut header, &mut body);
    push_number(&mut header, blocks.len() as u64);
    for block in &blocks {
        push_number(&mut header, block.columns.len() as u64);
        block.write(sheet.places.len(), &mut header, &mut body);
    }
    header.append(&mut body);
    header.extend([0; TAIL_BYTES]);
    Ok(header)
}

/// The columns of each granularity, in order.
fn groups(periods: &[Period]) -> Vec<Vec<u32>> {
    let all = [
        Granularity::Year,
        Granularity::Half,
        Granularity::Quarter,
        Granularity::Month,
        Granularity::Week,
        Granularity::Day,
        Granularity::Span,
    ];
    let of = |granularity| -> Vec<u32> {
        let columns = (0u32..).zip(periods);
        columns
            .filter(|(_, period)| period.granularity() == granularity)
            .map(|(column, _)| column)
            .collect()
    };
    let groups = all.into_iter().map(of);
    groups.filter(|group| !group.is_empty()).collect()
}

/// The cells of some columns, their numbers at the scale of their row.
struct Cells {
    ends: Vec<usize>,
    /// The column of each cell, within the group.
    columns: Vec<u32>,
    /// [`HOLE`] where a cell has none.
    numbers: Vec<i64>,
    /// The scale of each row, or [`WIDE`] for one at full length.
    scales: Vec<u8>,
    /// The numbers of the rows at full length, by cell.
    wide: Vec<(usize, Decimal)>,
}

impl Cells {
    fn row(&self, row: usize) -> std::ops::Range<usize> {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[row]
    }

    fn wide(&self, cell: usize) -> Option<Decimal> {
        let at = self
            .wide
            .binary_search_by_key(&cell, |&(cell, _)| cell)
            .ok()?;
        Some(self.wide[at].1)
    }

    /// The cells of a group of columns.
    fn of(sheet: &Sheet, group: &[u32], columns: usize, all: bool) -> Self {
        let mut own = vec![u32::MAX; if all { 0 } else { columns }];
        for (index, &column) in (0u32..).zip(group) {
            if let Some(own) = own.get_mut(as_usize(column)) {
                *own = index;
            }
        }
        let mut cells = Self {
            ends: Vec::with_capacity(sheet.ends.len()),
            columns: Vec::with_capacity(sheet.cells.len()),
            numbers: Vec::with_capacity(sheet.cells.len()),
            scales: Vec::with_capacity(sheet.ends.len()),
            wide: Vec::new(),
        };
        for row in 0..sheet.ends.len() {
            let start = cells.columns.len();
            let range = sheet.row(row);
            let mut scale = 0;
            for cell in &sheet.cells[range.clone()] {
                let column = if all {
                    cell.column
                } else {
                    own[as_usize(cell.column)]
                };
                if column == u32::MAX {
                    continue;
                }
                scale = scale.max(cell.scale);
                cells.columns.push(column);
                cells.numbers.push(cell.mantissa);
            }
            let mut at = start;
            for cell in &sheet.cells[range.clone()] {
                if !all && own[as_usize(cell.column)] == u32::MAX {
                    continue;
                }
                if sheet.attributes[as_usize(cell.attributes)].is_absent() {
                    cells.numbers[at] = HOLE;
                } else if cell.scale != scale && scale != WIDE {
                    match rescaled(cell.mantissa, scale - cell.scale) {
                        Some(number) => cells.numbers[at] = number,
                        None => scale = WIDE,
                    }
                } else if cell.mantissa == HOLE {
                    scale = WIDE;
                }
                at += 1;
            }
            if scale != WIDE && !spans(&cells.numbers[start..]) {
                scale = WIDE;
            }
            if scale == WIDE {
                let mut at = start;
                for cell in &sheet.cells[range] {
                    if !all && own[as_usize(cell.column)] == u32::MAX {
                        continue;
                    }
                    if let Some(value) = sheet.value(cell) {
                        cells.wide.push((at, value));
                        // Anything but a hole; it is never read.
                        cells.numbers[at] = 0;
                    }
                    at += 1;
                }
            }
            cells.scales.push(scale);
            cells.ends.push(cells.columns.len());
        }
        cells
    }
}

fn rescaled(mantissa: i64, by: u8) -> Option<i64> {
    let power = 10i64.checked_pow(by.into())?;
    mantissa.checked_mul(power).filter(|&number| number != HOLE)
}

/// Whether the numbers lie near enough to each other for slots.
fn spans(numbers: &[i64]) -> bool {
    let figures = || numbers.iter().copied().filter(|&number| number != HOLE);
    match (figures().min(), figures().max()) {
        (Some(least), Some(greatest)) => width(least, greatest, true).is_some(),
        _ => true,
    }
}

/// The width of slots for numbers from the least to the greatest; `None` if it is over the widest. All ones are a hole, so
/// only numbers that are all equal, without a hole among them, take no bits.
#[expect(
    clippy::cast_sign_loss,
    reason = "a difference modulo 2^64 of two that are in order"
)]
fn width(least: i64, greatest: i64, hole: bool) -> Option<u32> {
    let range = greatest.wrapping_sub(least) as u64;
    if range == 0 && !hole {
        return Some(0);
    }
    range
        .checked_add(1)
        .map(bits_for)
        .filter(|&width| width <= WIDTH_MAX)
}

/// What a row has in a window of columns.
#[derive(Clone, Copy)]
struct Seen {
    least: i64,
    greatest: i64,
    figures: u32,
}

impl Seen {
    const NONE: Self = Self {
        least: i64::MAX,
        greatest: i64::MIN,
        figures: 0,
    };

    #[inline]
    fn see(&mut self, number: i64) {
        if number != HOLE {
            self.least = self.least.min(number);
            self.greatest = self.greatest.max(number);
            self.figures += 1;
        }
    }

    fn with(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            greatest: self.greatest.max(other.greatest),
            figures: self.figures + other.figures,
        }
    }

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
struct Planned {
    columns: Vec<u32>,
    cells: Rc<Cells>,
    form: Form,
    /// Its first column within the group.
    first: usize,
}

enum Form {
    Dense(DenseForm),
    List(ListForm),
}

/// What the header of a dense block says, and the code and base of each row.
struct DenseForm {
    rows: Vec<(u32, i64)>,
    base_min: i64,
    base_bytes: u32,
    head_bytes: u32,
    scale: u8,
    scale_bits: u32,
    column_bits: u64,
}

struct ListForm {
    code: u32,
    scale: u8,
    base: i64,
}

/// Cuts a group of columns into the blocks that take the fewest bytes.
fn plan(sheet: &Sheet, group: &[u32], columns: usize, all: bool) -> Vec<Planned> {
    let cells = Rc::new(Cells::of(sheet, group, columns, all));
    let (list, list_bits) = ListForm::of(&cells, group.len());
    let block = |first: usize, end: usize, form| Planned {
        columns: group[first..end].to_vec(),
        cells: cells.clone(),
        form,
        first,
    };
    let slots = cells.ends.len().saturating_mul(group.len());
    let mut best: Option<(u64, Vec<DenseForm>, usize)> = None;
    if slots / SPARSE <= cells.columns.len() {
        let windows = seen(&cells, group.len());
        let count = group.len().div_ceil(WINDOW);
        // The whole group in one block, or cut at every 32, 64, 128 … columns.
        let mut step = count.next_power_of_two();
        while step > 0 {
            let forms: Vec<DenseForm> = (0..count)
                .step_by(step)
                .map(|first| {
                    let end = (first + step).min(count);
                    let own = (end * WINDOW).min(group.len()) - first * WINDOW;
                    DenseForm::of(&cells, &windows, count, first..end, own)
                })
                .collect();
            let bits = forms
                .iter()
                .enumerate()
                .map(|(number, form)| {
                    let own = (step * WINDOW).min(group.len() - number * step * WINDOW);
                    form.bits(own)
                })
                .sum::<u64>();
            if best.as_ref().is_none_or(|(least, ..)| bits < *least) {
                best = Some((bits, forms, step * WINDOW));
            }
            step /= 2;
        }
    }
    match best {
        Some((bits, forms, step)) if bits <= list_bits => {
            let starts = (0..group.len()).step_by(step);
            let forms = starts.zip(forms).map(|(first, form)| {
                block(first, (first + step).min(group.len()), Form::Dense(form))
            });
            forms.collect()
        }
        _ => vec![block(0, group.len(), Form::List(list))],
    }
}

/// What each row has in each window of columns, row after row.
fn seen(cells: &Cells, columns: usize) -> Vec<Seen> {
    let count = columns.div_ceil(WINDOW);
    let mut windows = vec![Seen::NONE; cells.ends.len() * count];
    for (row, windows) in windows.chunks_exact_mut(count.max(1)).enumerate() {
        for cell in cells.row(row) {
            windows[as_usize(cells.columns[cell]) / WINDOW].see(cells.numbers[cell]);
        }
    }
    windows
}

impl DenseForm {
    fn of(
        cells: &Cells,
        windows: &[Seen],
        count: usize,
        own: std::ops::Range<usize>,
        columns: usize,
    ) -> Self {
        let rows: Vec<(u32, i64)> = windows
            .chunks_exact(count.max(1))
            .zip(&cells.scales)
            .map(|(windows, &scale)| {
                let seen = windows[own.clone()]
                    .iter()
                    .copied()
                    .fold(Seen::NONE, Seen::with);
                seen.code(columns, scale)
            })
            .collect();
        let slotted = || rows.iter().filter(|(code, _)| *code <= WIDTH_MAX);
        let base_min = slotted().map(|&(_, base)| base).min().unwrap_or(0);
        let base_max = slotted().map(|&(_, base)| base).max().unwrap_or(0);
        let scales = || {
            let rows = rows.iter().zip(&cells.scales);
            rows.filter(|((code, _), _)| *code <= WIDTH_MAX)
                .map(|(_, &scale)| scale)
        };
        let scale = scales().min().unwrap_or(0);
        let scale_bits = if scales().max().unwrap_or(0) > scale {
            SCALE_BITS
        } else {
            0
        };
        let column_bits = rows
            .iter()
            .map(|&(code, _)| u64::from(slot_bits(code)))
            .sum();
        Self {
            base_min,
            base_bytes: bits_for(offset(base_max, base_min)).div_ceil(8),
            head_bytes: (CODE_BITS + scale_bits + bits_for(column_bits)).div_ceil(8),
            scale,
            scale_bits,
            column_bits,
            rows,
        }
    }

    fn bits(&self, columns: usize) -> u64 {
        let record = u64::from(self.head_bytes + self.base_bytes) * 8;
        let columns = (columns as u64).saturating_mul(self.column_bits);
        // The header of a block, about.
        columns + record * self.rows.len() as u64 + 12 * 8
    }
}

/// A base less the lowest one, modulo 2^64.
#[expect(clippy::cast_sign_loss, reason = "a difference modulo 2^64")]
fn offset(base: i64, base_min: i64) -> u64 {
    base.wrapping_sub(base_min) as u64
}

impl ListForm {
    /// The form of a list of all cells, and the bits it takes.
    fn of(cells: &Cells, columns: usize) -> (Self, u64) {
        let scale = cells.scales.iter().copied().max().unwrap_or(0);
        let mut seen = Seen::NONE;
        let mut wide = scale == WIDE;
        for (row, &own) in cells.scales.iter().enumerate() {
            if wide {
                break;
            }
            for &number in &cells.numbers[cells.row(row)] {
                match rescaled(number, scale - own) {
                    _ if number == HOLE => {}
                    Some(number) => seen.see(number),
                    None => wide = true,
                }
            }
        }
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

impl Planned {
    fn write(&self, rows: usize, header: &mut Vec<u8>, body: &mut Vec<u8>) {
        match &self.form {
            Form::Dense(form) => {
                header.push(DENSE);
                self.write_dense(form, rows, header, body);
            }
            Form::List(form) => {
                header.push(LIST);
                self.write_list(form, header, body);
            }
        }
    }

    fn write_dense(&self, form: &DenseForm, rows: usize, header: &mut Vec<u8>, body: &mut Vec<u8>) {
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
        let bytes = form.column_bits.saturating_mul(self.columns.len() as u64) / 8;
        let mut slots = BitWriter::with_capacity(usize::try_from(bytes).unwrap_or(0) + 1);
        // The cell of each row that comes next.
        let mut next: Vec<usize> = (0..rows).map(|row| self.cells.row(row).start).collect();
        for (row, next) in next.iter_mut().enumerate().filter(|_| self.first > 0) {
            let own = self.cells.row(row);
            let before =
                self.cells.columns[own].partition_point(|&column| as_usize(column) < self.first);
            *next += before;
        }
        let end = self.first + self.columns.len();
        for first in (self.first..end).step_by(1 << CHUNK_LOG) {
            let chunk = first..(first + (1 << CHUNK_LOG)).min(end);
            for ((row, next), &(code, base)) in next.iter_mut().enumerate().zip(&form.rows) {
                let row_end = self.cells.ends[row];
                if code == EMPTY_ROW {
                    continue;
                }
                let mut column = chunk.start;
                while *next < row_end && as_usize(self.cells.columns[*next]) < chunk.end {
                    let own = as_usize(self.cells.columns[*next]);
                    push_holes(&mut slots, code, own - column);
                    let number = self.cells.numbers[*next];
                    match (code, number) {
                        (_, HOLE) => push_holes(&mut slots, code, 1),
                        (WIDE_ROW, _) => self.push_wide(&mut slots, *next),
                        _ => slots.push(offset(number, base), code),
                    }
                    column = own + 1;
                    *next += 1;
                }
                push_holes(&mut slots, code, chunk.end - column);
            }
        }
        body.extend(slots.finish());
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

/// Writes what is said of the cells beside their numbers: the defaults that leave the fewest bits of exceptions.
fn write_marks(sheet: &Sheet, columns: usize, header: &mut Vec<u8>, body: &mut Vec<u8>) {
    let attributes = sheet.attributes.len();
    let (rows, kinds) = (sheet.places.len(), index_bits(attributes));
    // Absences and ranges are always exceptions: a hole is never a default, and an upper end belongs to one cell.
    let plain: Vec<bool> = sheet
        .attributes
        .iter()
        .map(|one| !one.is_absent() && !one.is_range())
        .collect();
    let defaults = |axis: Axis| match axis {
        Axis::Table => common(sheet, &plain, 1, |_, _| 0),
        Axis::Column => common(sheet, &plain, columns, |_, column| column),
        Axis::Row => common(sheet, &plain, rows, |row, _| row),
    };
    let exception_bits = u64::from(kinds + index_bits(columns));
    let candidates = Axis::ALL.into_iter().map(|axis| {
        let (defaults, kept) = defaults(axis);
        let listed = if axis == Axis::Table {
            0
        } else {
            defaults.len() as u64
        };
        let bits = listed * u64::from(kinds) + (sheet.cells.len() - kept) as u64 * exception_bits;
        (bits, axis, defaults)
    });
    // One kind of attributes needs no search.
    let candidates = candidates.take(if attributes > 1 { Axis::ALL.len() } else { 1 });
    let Some((_, axis, defaults)) = candidates.min_by_key(|(bits, ..)| *bits) else {
        return;
    };
    let mut ends = Vec::with_capacity(rows);
    let mut exceptions: Vec<(u32, u32)> = Vec::new();
    let mut ranged = Vec::new();
    let mut uppers = sheet.uppers.iter().peekable();
    for row in 0..rows {
        for index in sheet.row(row) {
            let cell = &sheet.cells[index];
            let default = defaults[match axis {
                Axis::Table => 0,
                Axis::Column => as_usize(cell.column),
                Axis::Row => row,
            }];
            if plain[as_usize(cell.attributes)] && cell.attributes == default {
                continue;
            }
            if uppers.next_if(|(at, ..)| *at == index).is_some() {
                ranged.push(exceptions.len() as u64);
            }
            exceptions.push((cell.column, cell.attributes));
        }
        ends.push(exceptions.len() as u64);
    }
    header.push(match axis {
        Axis::Table => 0,
        Axis::Column => 1,
        Axis::Row => 2,
    });
    if axis == Axis::Table {
        push_number(header, defaults.first().copied().unwrap_or(0).into());
    } else {
        body.extend(pack(defaults.iter().map(|&kind| kind.into()), kinds));
    }
    push_number(header, exceptions.len() as u64);
    push_number(header, sheet.uppers.len() as u64);
    if !exceptions.is_empty() {
        let count = exceptions.len() as u64;
        body.extend(pack(ends, bits_for(count)));
        body.extend(pack(
            exceptions.iter().map(|&(column, _)| column.into()),
            index_bits(columns),
        ));
        body.extend(pack(exceptions.iter().map(|&(_, kind)| kind.into()), kinds));
    }
    body.extend(pack(ranged, index_bits(exceptions.len())));
    for &(_, value, precision) in &sheet.uppers {
        body.extend(upper_bytes(value, precision));
    }
}

/// The most common attributes in each of `count` classes of cells, the first of those that are equally common, and how many
/// cells have them.
fn common(
    sheet: &Sheet,
    plain: &[bool],
    count: usize,
    class: impl Fn(usize, usize) -> usize,
) -> (Vec<u32>, usize) {
    /// Kinds that are counted in a table; more are counted in a map.
    const COUNTED_MAX: usize = 1 << 22;
    let kinds = plain.len();
    let mut best = vec![(0u32, 0u32); count];
    let mut tell = |class: usize, kind: u32, cells: u32| {
        let (most, known) = &mut best[class];
        if cells > *known || cells == *known && kind < *most {
            (*most, *known) = (kind, cells);
        }
    };
    let counted = |mut see: Box<dyn FnMut(usize, u32) + '_>| {
        for row in 0..sheet.places.len() {
            for cell in &sheet.cells[sheet.row(row)] {
                if plain[as_usize(cell.attributes)] {
                    see(class(row, as_usize(cell.column)), cell.attributes);
                }
            }
        }
    };
    if count.saturating_mul(kinds) <= COUNTED_MAX {
        let mut cells = vec![0u32; count * kinds];
        counted(Box::new(|class, kind| {
            cells[class * kinds + as_usize(kind)] += 1;
        }));
        for (at, &cells) in cells.iter().enumerate().filter(|(_, cells)| **cells > 0) {
            tell(at / kinds, as_u32(at % kinds), cells);
        }
    } else {
        let mut cells = std::collections::BTreeMap::new();
        counted(Box::new(|class, kind| {
            *cells.entry((class, kind)).or_insert(0u32) += 1;
        }));
        for ((class, kind), cells) in cells {
            tell(class, kind, cells);
        }
    }
    let kept = best.iter().map(|&(_, cells)| as_usize(cells)).sum();
    (best.into_iter().map(|(kind, _)| kind).collect(), kept)
}

/// A scale that a sheet may hold.
const _: () = assert!(SCALE_MAX < WIDE);
