//! The direct layout: a table that is read where it lies.
//!
//! The header says what lies where; the rows, the attributes and the blocks of columns follow it. Columns of one
//! granularity form a block, or several where the numbers of a row change their size over time; what a block looks like is
//! its own business ([`dense`], [`list`]). `FORMAT.md` describes the bytes.

mod dense;
mod list;
mod marks;
mod rows;
mod unpack;
mod write;

use std::ops::Range;

use bytes::Bytes;
use rust_decimal::Decimal;

use super::attributes::{Attributes, Said};
use super::sheet::{Sheet, Slot};
use super::value::Value;
use crate::codec::bits::{Cursor, Packed, TAIL_BYTES, load};
use crate::codec::corrupt;
use crate::codec::fetch::fetch;
use crate::error::Result;
use crate::model::{Figure, Precision, Qualifier, Stated};
use dense::{Chunk, Dense};
pub(crate) use dense::{HOLE, RUN, Spot};
use list::List;
use marks::{Marks, index_bits, no_figure};
use rows::{RowSet, as_usize};
pub(crate) use write::write;

/// What the numbers in a table may refer to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) places: u32,
    pub(crate) columns: u32,
    pub(crate) sources: u32,
}

/// A table as it lies in its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Direct {
    bytes: Bytes,
    rows: RowSet,
    cells: usize,
    columns: u32,
    /// The chunks of the blocks, if all are dense, one after the other, and cut into chunks of 2^`chunk_log` columns throughout: most tables
    /// are so, and where a column lies needs no look at anything else.
    chunks: Box<[Chunk]>,
    chunk_log: u32,
    /// The bits of a column that say which it is in its chunk.
    chunk_mask: u32,
    blocks: Vec<Block>,
    /// The block of each column, and which column it is there; nothing if there is one block.
    places: Vec<(u32, u32)>,
    attributes: Vec<Attributes>,
    /// Where the attributes lie in the header.
    attributes_at: Range<usize>,
    marks: Marks,
}

#[derive(Clone, Debug)]
enum Block {
    Dense(Dense),
    List(List),
}

/// The forms of a block.
const DENSE: u8 = 0;
const LIST: u8 = 1;

/// What is left of the cells of a row.
#[derive(Clone, Debug)]
pub(crate) enum Walk {
    /// The columns to look into.
    Columns(Range<u32>),
    /// The cells of a list.
    Listed(Range<usize>),
}

impl Walk {
    pub(crate) fn none() -> Self {
        Self::Listed(0..0)
    }

    /// The most cells that may be left.
    pub(crate) fn len_max(&self) -> usize {
        match self {
            Self::Columns(columns) => columns.len(),
            Self::Listed(cells) => cells.len(),
        }
    }
}

impl Direct {
    /// Checks lengths, orders and references, so that later reads can only meet a cell that holds no figure.
    pub(crate) fn open(bytes: Bytes, limits: &Limits) -> Result<Self> {
        let Some(end) = bytes.len().checked_sub(TAIL_BYTES) else {
            return Err(corrupt("a table ends too early"));
        };
        if bytes[end..].iter().any(|&byte| byte != 0) {
            return Err(corrupt("a table does not end in zeros"));
        }
        let mut cursor = Cursor::new(&bytes[..end]);
        let form = RowSet::read(&mut cursor)?;
        let start = cursor.at();
        let attributes = marks::read_attributes(&mut cursor, limits.sources)?;
        let attributes_at = start..cursor.at();
        let cells = cursor.count()?;
        let mut marks = Marks::read(&mut cursor, attributes.len())?;
        let mut blocks = Vec::new();
        let mut columns = 0u64;
        for _ in 0..cursor.count()? {
            let own = cursor.number_u32()?;
            if own == 0 {
                return Err(corrupt("a block of a table has no columns"));
            }
            columns += u64::from(own);
            blocks.push(match cursor.byte()? {
                DENSE => Block::Dense(Dense::read(&mut cursor, own)?),
                LIST => Block::List(List::read(&mut cursor, own)?),
                _ => return Err(corrupt("a block of a table has no known form")),
            });
        }
        if columns != u64::from(limits.columns) {
            return Err(corrupt(format!(
                "the blocks of a table have {columns} columns, and the table {}",
                limits.columns
            )));
        }
        let rows = form.place_in(&mut cursor, &bytes, limits.places)?;
        let most = rows.len().saturating_mul(as_usize(limits.columns));
        if cells > most {
            return Err(corrupt(format!(
                "a table states {cells} cells, and its rows and columns have room for {most}"
            )));
        }
        let places = if blocks.len() > 1 {
            let of = Packed::take(
                &mut cursor,
                as_usize(limits.columns),
                index_bits(blocks.len()),
            )?;
            column_places(&bytes, &of, &blocks)?
        } else {
            Vec::new()
        };
        marks.place_in(&mut cursor, &bytes, rows.len(), as_usize(limits.columns))?;
        for block in &mut blocks {
            match block {
                Block::Dense(dense) => dense.place_in(&mut cursor, &bytes, rows.len())?,
                Block::List(list) => list.place_in(&mut cursor, &bytes, rows.len())?,
            }
        }
        if cursor.left() > 0 {
            return Err(corrupt(format!(
                "a table has {} bytes after its end",
                cursor.left()
            )));
        }
        let (chunks, chunk_log) = even_chunks(&blocks, &places);
        Ok(Self {
            rows,
            cells,
            columns: limits.columns,
            chunks,
            chunk_log,
            chunk_mask: (1 << chunk_log) - 1,
            blocks,
            places,
            attributes,
            attributes_at,
            marks,
            bytes,
        })
    }

    /// How many cells there are, as the header states it.
    pub(crate) fn cell_count(&self) -> usize {
        self.cells
    }

    pub(crate) fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// The row of a place.
    #[inline]
    pub(crate) fn row_of(&self, place: u32) -> Option<usize> {
        self.rows.find(&self.bytes, place)
    }

    /// The place of a row.
    pub(crate) fn place(&self, row: usize) -> u32 {
        self.rows.place(&self.bytes, row)
    }

    /// The places of the rows from a row on.
    #[inline]
    pub(crate) fn place_run(&self, row: usize, places: &mut [u32]) {
        self.rows.place_run(&self.bytes, row, places);
    }

    /// The rows of the places of a range.
    pub(crate) fn rows_of(&self, places: Range<u32>) -> Range<usize> {
        let start = self.rows.lower_bound(&self.bytes, places.start);
        start..self.rows.lower_bound(&self.bytes, places.end).max(start)
    }

    /// The table as it lies.
    pub(crate) fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    /// The table with other numbers for its sources, in the same order as they were.
    pub(crate) fn with_sources(&self, sources: &[u32]) -> Result<Bytes> {
        let moved = self.attributes.iter().map(|one| {
            let source = sources.get(as_usize(one.source));
            source.map(|&source| Attributes { source, ..*one })
        });
        let moved: Option<Vec<Attributes>> = moved.collect();
        let moved = moved
            .filter(|moved| moved.is_sorted())
            .ok_or_else(|| corrupt("a cell has a source that is not there"))?;
        let mut bytes = self.bytes[..self.attributes_at.start].to_vec();
        marks::write_attributes(&moved, &mut bytes);
        bytes.extend_from_slice(&self.bytes[self.attributes_at.end..]);
        Ok(bytes.into())
    }

    #[inline]
    fn block(&self, column: u32) -> Option<(&Block, u32)> {
        if self.places.is_empty() {
            return self.blocks.first().map(|block| (block, column));
        }
        let &(block, own) = self.places.get(as_usize(column))?;
        Some((self.blocks.get(as_usize(block))?, own))
    }

    /// Where the number of a cell of a row and a column that are there lies.
    #[inline(always)]
    pub(crate) fn spot(&self, row: usize, column: u32) -> Spot {
        match self.chunks.get(as_usize(column >> self.chunk_log)) {
            Some(chunk) => chunk.spot(&self.bytes, row, column & self.chunk_mask),
            None => self.spot_in_blocks(row, column),
        }
    }

    #[cold]
    fn spot_in_blocks(&self, row: usize, column: u32) -> Spot {
        match self.block(column) {
            Some((Block::Dense(dense), own)) => dense.spot(&self.bytes, row, own),
            _ => Spot::ELSEWHERE,
        }
    }

    /// The number of the spot of a cell; `None` where there is none.
    #[inline(always)]
    pub(crate) fn read(&self, spot: &Spot, row: usize, column: u32) -> Option<Value> {
        if spot.in_slot() {
            spot.read(&self.bytes)
        } else {
            self.elsewhere(row, column)
        }
    }

    /// The number of a cell of a row and a column that are there; `None` where there is none.
    #[inline(always)]
    pub(crate) fn number(&self, row: usize, column: u32) -> Option<Value> {
        if let Some(chunk) = self.chunks.get(as_usize(column >> self.chunk_log)) {
            let spot = chunk.spot(&self.bytes, row, column & self.chunk_mask);
            if spot.in_slot() {
                return spot.read(&self.bytes);
            }
        }
        self.elsewhere(row, column)
    }

    /// Asks the memory for the record of a row that [`spot`](Self::spot) will read.
    #[inline(always)]
    pub(crate) fn fetch_record(&self, row: usize, column: u32) {
        if let Some(chunk) = self.chunks.get(as_usize(column >> self.chunk_log)) {
            fetch(&self.bytes, chunk.record_at(row));
        }
    }

    /// Asks the memory for the slot that [`read`](Self::read) will read.
    #[inline(always)]
    pub(crate) fn fetch_slot(&self, spot: &Spot) {
        fetch(&self.bytes, spot.byte());
    }

    /// The number of a cell that lies in no chunk, or not in a slot of it.
    #[inline(never)]
    fn elsewhere(&self, row: usize, column: u32) -> Option<Value> {
        match self.block(column)? {
            (Block::Dense(dense), own) => dense.number(&self.bytes, row, own),
            (Block::List(list), own) => self.listed(list, row, own),
        }
    }

    fn listed(&self, list: &List, row: usize, column: u32) -> Option<Value> {
        let cell = list.find(&self.bytes, row, column)?;
        list.number(&self.bytes, cell)
    }

    /// What a cell of a row and a column that are there holds.
    #[inline]
    pub(crate) fn slot(&self, row: usize, column: u32) -> Result<Option<Slot>> {
        // Asked for first, so that the waits for what is said and for the number overlap.
        let exceptions = self.marks.row(&self.bytes, row);
        let number = self.number(row, column);
        self.said(row, column, number, exceptions)
    }

    /// A cell with that number, of a row with those exceptions.
    #[inline]
    fn said(
        &self,
        row: usize,
        column: u32,
        number: Option<Value>,
        exceptions: Range<usize>,
    ) -> Result<Option<Slot>> {
        let exception = self.marks.exception(&self.bytes, exceptions, column);
        let kind = match (number, exception) {
            (None, None) => return Ok(None),
            (_, Some(exception)) => self.marks.kind(&self.bytes, exception),
            (Some(_), None) => self.marks.default(&self.bytes, row, column),
        };
        let no_figure = || no_figure(row, column);
        let Attributes { source, said } = *self.attributes.get(kind).ok_or_else(no_figure)?;
        let stated = match (said, number) {
            (Said::Absent(absence), None) => Stated::Absent(absence),
            (
                Said::Figure {
                    unit,
                    status,
                    qualifier,
                    precision,
                },
                Some(value),
            ) => Stated::Figure {
                figure: self
                    .figure(value, precision, qualifier, exception)
                    .ok_or_else(no_figure)?,
                unit,
                status,
            },
            _ => return Err(no_figure()),
        };
        Ok(Some(Slot { stated, source }))
    }

    #[inline]
    fn figure(
        &self,
        value: Value,
        precision: Precision,
        qualifier: Qualifier,
        exception: Option<usize>,
    ) -> Option<Figure> {
        let value = printed(value, precision)?;
        match qualifier {
            Qualifier::None => Figure::settled(value, precision),
            Qualifier::Range => {
                let (upper, digit) = self.marks.upper(&self.bytes, exception?)?;
                let figure = Figure::range(value, precision, upper, digit).ok()?;
                // Only the settled form is ever written, so that equal books are equal bytes.
                let settled = figure.upper()?.0.scale() == upper.scale();
                settled.then_some(figure)
            }
            other => Figure::new(value, precision, other).ok(),
        }
    }

    /// The cells of a row.
    pub(crate) fn walk(&self, row: usize) -> Walk {
        match self.blocks.as_slice() {
            [Block::List(list)] => Walk::Listed(list.row(&self.bytes, row)),
            _ => Walk::Columns(0..self.columns),
        }
    }

    /// The cells of a row in a range of columns.
    pub(crate) fn walk_range(&self, row: usize, columns: Range<u32>) -> Walk {
        match self.blocks.as_slice() {
            [Block::List(list)] => {
                let cells = list.row(&self.bytes, row);
                let from = |end: u32| {
                    let before = cells
                        .clone()
                        .filter(|&cell| list.column(&self.bytes, cell) < end);
                    cells.start + before.count()
                };
                Walk::Listed(from(columns.start)..from(columns.end))
            }
            _ => Walk::Columns(columns),
        }
    }

    /// The next cell of a walk through a row.
    #[inline]
    pub(crate) fn next(&self, row: usize, walk: &mut Walk) -> Option<Result<(u32, Slot)>> {
        match walk {
            Walk::Columns(columns) => columns.find_map(|column| self.at(row, column)),
            Walk::Listed(cells) => cells.find_map(|cell| self.at_listed(row, cell)),
        }
    }

    /// The last cell of a walk through a row.
    pub(crate) fn next_back(&self, row: usize, walk: &mut Walk) -> Option<Result<(u32, Slot)>> {
        match walk {
            Walk::Columns(columns) => columns.rev().find_map(|column| self.at(row, column)),
            Walk::Listed(cells) => cells.rev().find_map(|cell| self.at_listed(row, cell)),
        }
    }

    #[inline]
    fn at(&self, row: usize, column: u32) -> Option<Result<(u32, Slot)>> {
        let slot = self.slot(row, column).transpose()?;
        Some(slot.map(|slot| (column, slot)))
    }

    fn at_listed(&self, row: usize, cell: usize) -> Option<Result<(u32, Slot)>> {
        let [Block::List(list)] = self.blocks.as_slice() else {
            return None;
        };
        let column = list.column(&self.bytes, cell);
        let exceptions = self.marks.row(&self.bytes, row);
        let slot = self.said(row, column, list.number(&self.bytes, cell), exceptions);
        // A cell of a list that is neither a number nor absent for a reason is none.
        Some(match slot {
            Ok(Some(slot)) => Ok((column, slot)),
            Ok(None) => Err(no_figure(row, column)),
            Err(error) => Err(error),
        })
    }

    /// Asks the memory for every part of a row at once, so that reading them one after the other waits but once.
    #[inline]
    pub(crate) fn warm(&self, row: usize, columns: Range<u32>) {
        let mut seen = 0;
        for column in columns.step_by(1 << write::CHUNK_LOG) {
            seen ^= load(&self.bytes, self.spot(row, column).byte());
        }
        std::hint::black_box(seen);
    }

    /// The numbers of a row from a column on, as many as lie in one block and `numbers` takes, with their count and scale; [`HOLE`] where there is
    /// none. `None` where they are at full length, to be read one at a time.
    #[inline]
    pub(crate) fn row_run(
        &self,
        row: usize,
        column: u32,
        numbers: &mut [i64],
    ) -> (usize, Option<u8>) {
        let Some((block, own)) = self.block(column) else {
            return (0, None);
        };
        let (Block::Dense(Dense { columns, .. }) | Block::List(List { columns, .. })) = block;
        let mut length = numbers.len().min(as_usize(columns - own));
        if self.chunks.is_empty()
            && let Some(places) = self.places.get(as_usize(column)..)
        {
            // Columns of other granularities may lie between those of one block.
            let runs = places.iter().zip(places.iter().skip(1));
            let together = |(one, next): &(&(u32, u32), &(u32, u32))| one.0 == next.0;
            if !places.is_empty() {
                length = length.min(1 + runs.take(length).take_while(together).count());
            }
        }
        let numbers = &mut numbers[..length];
        let scale = match block {
            Block::Dense(dense) => dense.row_run(&self.bytes, row, own, numbers),
            Block::List(list) => list.row_run(&self.bytes, row, own, numbers),
        };
        (length, scale)
    }

    /// The numbers of a column in the rows from a row on, with their scales; [`HOLE`] where there is none. `false` where
    /// one is at full length, and all are to be read one at a time.
    #[inline]
    pub(crate) fn column_run(
        &self,
        row: usize,
        column: u32,
        numbers: &mut [i64],
        scales: &mut [u8],
    ) -> bool {
        match self.block(column) {
            Some((Block::Dense(dense), own)) => {
                dense.column_run(&self.bytes, row, own, numbers, scales)
            }
            Some((Block::List(list), own)) => {
                list.column_run(&self.bytes, row, own, numbers, scales)
            }
            None => false,
        }
    }

    /// The content of the table.
    pub(crate) fn sheet(&self) -> Result<Sheet> {
        let mut sheet = Sheet::default();
        for row in 0..self.row_count() {
            let mut walk = self.walk(row);
            while let Some(cell) = self.next(row, &mut walk) {
                let (column, slot) = cell?;
                sheet.push(column, &slot)?;
            }
            sheet.end_row(self.place(row));
        }
        sheet.settle();
        Ok(sheet)
    }
}

/// The chunks of the blocks and the power of two that they are cut at, if they are all dense and cut the columns evenly.
fn even_chunks(blocks: &[Block], places: &[(u32, u32)]) -> (Box<[Chunk]>, u32) {
    let none = || (Box::default(), 0);
    let dense = blocks.iter().map(|block| match block {
        Block::Dense(dense) => Some(dense),
        Block::List(_) => None,
    });
    let Some(dense) = dense.collect::<Option<Vec<&Dense>>>() else {
        return none();
    };
    let Some((last, whole)) = dense.split_last() else {
        return none();
    };
    let log = last.chunk_log;
    // Shorter chunks than are written would take more memory than they save time.
    let cut = log >= write::CHUNK_LOG
        && whole
            .iter()
            .all(|block| block.chunk_log == log && block.columns.trailing_zeros() >= log);
    // One after the other, not in turn.
    if !cut || !places.is_sorted() {
        return none();
    }
    (dense.into_iter().flat_map(Dense::chunks).collect(), log)
}

/// The block of each column, and which column it is there.
fn column_places(bytes: &[u8], of: &Packed, blocks: &[Block]) -> Result<Vec<(u32, u32)>> {
    let fault = || corrupt("the columns of a table are in no block");
    let mut next = vec![0u32; blocks.len()];
    let mut places = Vec::with_capacity(of.len());
    for column in 0..of.len() {
        let block = of.get_u32(bytes, column);
        let own = next.get_mut(as_usize(block)).ok_or_else(fault)?;
        places.push((block, *own));
        *own += 1;
    }
    for (block, next) in blocks.iter().zip(next) {
        let (Block::Dense(Dense { columns, .. }) | Block::List(List { columns, .. })) = block;
        if *columns != next {
            return Err(fault());
        }
    }
    Ok(places)
}

/// A number of a row at the scale that its precision prints; `None` if that loses a digit.
#[inline(always)]
fn printed(value: Value, precision: Precision) -> Option<Decimal> {
    let wanted = match precision {
        Precision::Exact => 0,
        Precision::Digit(digit) => u32::try_from(-i32::from(digit)).unwrap_or(0),
    };
    match value.short() {
        Some(mantissa) if value.scale() == wanted => Decimal::try_new(mantissa, wanted).ok(),
        _ => rescaled(value, precision, wanted),
    }
}

fn rescaled(value: Value, precision: Precision, wanted: u32) -> Option<Decimal> {
    let scale = value.scale();
    if precision == Precision::Exact && scale > 0 {
        return Some(value.decimal().normalize());
    }
    let power = 10i128.checked_pow(scale.checked_sub(wanted)?)?;
    let mantissa = value.mantissa();
    if mantissa % power != 0 {
        return None;
    }
    Decimal::try_from_i128_with_scale(mantissa / power, wanted).ok()
}

#[cfg(test)]
mod tests;
