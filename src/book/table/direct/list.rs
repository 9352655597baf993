//! A block of columns that few rows fill, as spans and irregular periods mostly are: each cell states its column.

use super::chunk::{HOLE, WIDE_ROW, add, short};
use super::marks::index_bits;
use super::rows::as_usize;
use super::scales::Scales;
use super::wide::{WIDE_BITS, read_wide};
use crate::book::table::value::{SCALE_MAX, Value};
use crate::codec::bits::{Cursor, Packed, WIDTH_MAX, bit_of, bits_at, bits_for, mask};
use crate::codec::corrupt;
use crate::error::Result;

/// Where a list of cells lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    pub(super) columns: u32,
    cells: usize,
    end_bits: u32,
    column_bits: u32,
    /// The width of a number, or [`WIDE_ROW`].
    code: u32,
    scale: u8,
    base: i64,
    /// For each row the number of cells up to its end.
    ends: Packed,
    /// The column of each cell.
    index: Packed,
    /// The bit of the first number.
    numbers: u64,
}

impl List {
    /// What the header says; [`place_in`](Self::place_in) finds the rest.
    pub(super) fn read(header: &mut Cursor<'_>, columns: u32) -> Result<Self> {
        let cells = header.count()?;
        let end_bits = u32::from(header.byte()?);
        let column_bits = u32::from(header.byte()?);
        let code = u32::from(header.byte()?);
        let scale = header.byte()?;
        let base = header.signed()?;
        let known = code <= WIDTH_MAX || code == WIDE_ROW;
        // The widths follow from the counts, so a list of many rows and cells has the bytes to show for them.
        let widths = (bits_for(cells as u64), index_bits(as_usize(columns)));
        if !known || scale > SCALE_MAX || (end_bits, column_bits) != widths {
            return Err(corrupt("a list has no known form"));
        }
        Ok(Self {
            columns,
            cells,
            end_bits,
            column_bits,
            code,
            scale,
            base,
            ends: Packed::default(),
            index: Packed::default(),
            numbers: 0,
        })
    }

    /// Finds the cells in the body, and checks that they are in order.
    pub(super) fn place_in(
        &mut self,
        body: &mut Cursor<'_>,
        bytes: &[u8],
        rows: usize,
    ) -> Result<()> {
        self.ends = Packed::take(body, rows, self.end_bits)?;
        self.index = Packed::take(body, self.cells, self.column_bits)?;
        let width = if self.code == WIDE_ROW {
            WIDE_BITS
        } else {
            self.code
        };
        let bits = u64::try_from(self.cells)
            .ok()
            .and_then(|cells| cells.checked_mul(width.into()));
        let start = body.take_bits(bits.unwrap_or(u64::MAX))?;
        self.numbers = bit_of(start).ok_or_else(|| corrupt("a list is longer than memory"))?;
        let mut start = 0;
        // Without cells no row has a byte, and there may be any number of rows.
        let rows = if self.cells == 0 { 0 } else { rows };
        for row in 0..rows {
            let range = self.row(bytes, row);
            if range.start != start || range.end < start || range.end > self.cells {
                return Err(corrupt("a row does not end where it should"));
            }
            let mut least = 0;
            for cell in range.clone() {
                let column = self.column(bytes, cell);
                if column < least || column >= self.columns {
                    return Err(corrupt(
                        "the cells of a row are not in the order of their periods",
                    ));
                }
                least = column + 1;
            }
            start = range.end;
        }
        if start != self.cells {
            return Err(corrupt("it has cells in no row"));
        }
        Ok(())
    }

    /// The cells of a row.
    #[inline]
    pub(super) fn row(&self, bytes: &[u8], row: usize) -> std::ops::Range<usize> {
        let end = |row| usize::try_from(self.ends.get(bytes, row)).unwrap_or(usize::MAX);
        row.checked_sub(1).map_or(0, end)..end(row)
    }

    /// The column of a cell.
    #[inline]
    pub(super) fn column(&self, bytes: &[u8], cell: usize) -> u32 {
        self.index.get_u32(bytes, cell)
    }

    /// The cell of a row in a column.
    pub(super) fn find(&self, bytes: &[u8], row: usize, column: u32) -> Option<usize> {
        self.index.find(bytes, self.row(bytes, row), column.into())
    }

    /// The number of a cell; `None` where it has none.
    pub(super) fn number(&self, bytes: &[u8], cell: usize) -> Option<Value> {
        if self.code == WIDE_ROW {
            let bit = (cell as u64).saturating_mul(WIDE_BITS.into());
            return read_wide(bytes, self.numbers.saturating_add(bit));
        }
        short(self.mantissa(bytes, cell), self.scale.into())
    }

    /// The mantissa of a cell of a list that is not at full length.
    fn mantissa(&self, bytes: &[u8], cell: usize) -> i64 {
        let bit = (cell as u64).wrapping_mul(self.code.into());
        let slot = bits_at(bytes, self.numbers.wrapping_add(bit), self.code);
        if slot == mask(self.code) && self.code > 0 {
            HOLE
        } else {
            add(self.base, slot)
        }
    }

    /// The numbers of a row from a column on, holes as [`HOLE`], and their scale; `None` for numbers at full length.
    pub(super) fn row_run(
        &self,
        bytes: &[u8],
        row: usize,
        column: u32,
        numbers: &mut [i64],
    ) -> Option<u8> {
        if self.code == WIDE_ROW {
            return None;
        }
        numbers.fill(HOLE);
        for cell in self.row(bytes, row) {
            let at = as_usize(self.column(bytes, cell)).checked_sub(as_usize(column));
            if let Some(number) = at.and_then(|at| numbers.get_mut(at)) {
                *number = self.mantissa(bytes, cell);
            }
        }
        Some(self.scale)
    }

    /// The numbers of a column in the rows from a row on, holes as [`HOLE`].
    pub(super) fn column_run(
        &self,
        bytes: &[u8],
        row: usize,
        column: u32,
        numbers: &mut [i64],
    ) -> Scales {
        if self.code == WIDE_ROW {
            return Scales::Wide;
        }
        for (row, number) in (row..).zip(numbers) {
            let cell = self.find(bytes, row, column);
            *number = cell.map_or(HOLE, |cell| self.mantissa(bytes, cell));
        }
        Scales::All(self.scale)
    }
}
