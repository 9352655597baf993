//! The content of a table before it is laid out in bytes, in whichever layout.

mod cells;

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::attributes::Attributes;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Precision, Stated};
pub(crate) use cells::{Run, Runs, SheetCell, SheetCells};

/// A cell before it is written or after it is read: what is stated, and the number of its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) stated: Stated,
    pub(crate) source: u32,
}

/// The scale of a number whose mantissa takes more than 63 bits.
pub(crate) const WIDE: u8 = u8::MAX;

/// Kinds of attributes that are looked at one by one.
const FEW: usize = 16;

/// The rows of a table, in the order of their places; the cells of a row in the order of their columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// The places of the rows, rising.
    pub(crate) places: Vec<u32>,
    /// For each row the number of cells up to its end.
    pub(crate) ends: Vec<usize>,
    pub(crate) cells: SheetCells,
    /// The numbers that are too wide for a cell, in the order of their cells.
    pub(crate) wide: Vec<Decimal>,
    /// The upper ends of ranges, by the index of their cell.
    pub(crate) uppers: Vec<(usize, Decimal, Precision)>,
    /// Each kind once; in their order after [`settle`](Self::settle).
    pub(crate) attributes: Vec<Attributes>,
    known: HashMap<Attributes, u32>,
    last: u32,
}

impl Sheet {
    /// Takes what the table had before away, but for its memory.
    pub(crate) fn clear(&mut self) {
        self.places.clear();
        self.ends.clear();
        self.cells.truncate(0);
        self.wide.clear();
        self.uppers.clear();
        self.attributes.clear();
        self.known.clear();
        self.last = 0;
    }

    /// The index of a kind of attributes.
    #[inline]
    pub(crate) fn attributes(&mut self, attributes: Attributes) -> Result<u32> {
        if self.attributes.get(self.last as usize) == Some(&attributes) {
            return Ok(self.last);
        }
        // Most tables have a few kinds, which are found sooner by looking at each.
        let few = self.attributes.len() <= FEW;
        let among = |all: &[Attributes]| all.iter().position(|one| *one == attributes);
        let known = if few {
            among(&self.attributes).map(u32::try_from)
        } else {
            self.known.get(&attributes).copied().map(Ok)
        };
        let known = known.unwrap_or_else(|| {
            let new = u32::try_from(self.attributes.len())?;
            self.attributes.push(attributes);
            self.known.insert(attributes, new);
            Ok(new)
        });
        self.last = known.map_err(|_| too_many())?;
        Ok(self.last)
    }

    /// Adds a cell to the row that is open, after those of earlier columns; gives the index of its attributes.
    pub(crate) fn push(&mut self, column: u32, slot: &Slot) -> Result<u32> {
        let attributes = self.attributes(Attributes::of(slot))?;
        match slot.stated.as_figure() {
            None => self.push_cell(column, attributes, 0, 0),
            Some(figure) => {
                if let Some((upper, precision)) = figure.upper() {
                    self.uppers.push((self.cells.len(), upper, precision));
                }
                self.push_number(column, attributes, figure.value());
            }
        }
        Ok(attributes)
    }

    /// Adds a cell by its number; its upper end, if any, is added before.
    #[inline]
    pub(crate) fn push_number(&mut self, column: u32, attributes: u32, value: Decimal) {
        let (mantissa, scale) = self.short(value);
        self.push_cell(column, attributes, mantissa, scale);
    }

    /// The mantissa and the scale of the next cell, of those whose numbers stand apart if its does.
    #[inline]
    pub(crate) fn short(&mut self, value: Decimal) -> (i64, u8) {
        match i64::try_from(value.mantissa()) {
            // A scale is at most 28.
            Ok(mantissa) => (mantissa, u8::try_from(value.scale()).unwrap_or(0)),
            Err(_) => {
                // Memory holds fewer than 2^63 of them.
                let index = i64::try_from(self.wide.len()).unwrap_or(i64::MAX);
                self.wide.push(value);
                (index, WIDE)
            }
        }
    }

    /// Adds a cell by its mantissa and scale.
    #[inline]
    pub(crate) fn push_cell(&mut self, column: u32, attributes: u32, mantissa: i64, scale: u8) {
        self.cells.push(SheetCell {
            mantissa,
            column,
            attributes,
            scale,
        });
    }

    /// Ends the row of the cells pushed last, if there are any.
    pub(crate) fn end_row(&mut self, place: u32) {
        debug_assert!(self.places.last().is_none_or(|&last| last < place));
        if self.cells.len() > self.ends.last().copied().unwrap_or(0) {
            self.places.push(place);
            self.ends.push(self.cells.len());
        }
    }

    /// Takes the cells of the row that is open back.
    pub(crate) fn drop_row(&mut self) {
        let start = self.ends.last().copied().unwrap_or(0);
        let mut wide = self.wide.len();
        let mut end = self.cells.len();
        for (index, run) in self.cells.runs.iter().enumerate().rev() {
            if run.end <= start {
                break;
            }
            let before = index.checked_sub(1).map_or(0, |at| self.cells.runs[at].end);
            if run.scale == WIDE {
                wide -= end - before.max(start);
            }
            end = before;
        }
        self.wide.truncate(wide);
        self.cells.truncate(start);
        while self.uppers.pop_if(|(cell, ..)| *cell >= start).is_some() {}
    }

    /// Numbers the columns anew without those that have no cell.
    pub(crate) fn keep_columns(&mut self, used: &[bool]) {
        let mut next = 0;
        let numbers: Vec<u32> = used
            .iter()
            .map(|used| {
                let own = next;
                next += u32::from(*used);
                own
            })
            .collect();
        for column in &mut self.cells.columns {
            *column = numbers[*column as usize];
        }
    }

    /// The indices of the cells of a row.
    pub(crate) fn row(&self, row: usize) -> std::ops::Range<usize> {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[row]
    }

    /// The number of a cell as a decimal; `None` where there is no figure.
    pub(crate) fn value(&self, cell: &SheetCell) -> Option<Decimal> {
        if self.attributes[cell.attributes as usize].is_absent() {
            return None;
        }
        if cell.scale == WIDE {
            let index = usize::try_from(cell.mantissa).ok()?;
            return self.wide.get(index).copied();
        }
        Some(Decimal::new(cell.mantissa, cell.scale.into()))
    }

    /// Gives the attributes of each cell another number, and different ones different numbers.
    pub(crate) fn renumber(&mut self, number: impl Fn(u32) -> u32) {
        for run in &mut self.cells.runs {
            run.attributes = number(run.attributes);
        }
    }

    /// Numbers the attributes in their order and leaves none that no cell has, so that equal content is equal.
    pub(crate) fn settle(&mut self) {
        let mut used = vec![false; self.attributes.len()];
        for run in &self.cells.runs {
            used[run.attributes as usize] = true;
        }
        let mut order: Vec<usize> = (0..used.len()).filter(|&index| used[index]).collect();
        order.sort_unstable_by_key(|&index| self.attributes[index]);
        if order.iter().copied().eq(0..used.len()) {
            return;
        }
        let mut moved = vec![0u32; used.len()];
        for (new, &old) in (0u32..).zip(&order) {
            moved[old] = new;
        }
        self.renumber(|kind| moved[kind as usize]);
        self.attributes = order.iter().map(|&old| self.attributes[old]).collect();
        self.known = (0u32..)
            .zip(&self.attributes)
            .map(|(index, attributes)| (*attributes, index))
            .collect();
        self.last = 0;
    }
}

fn too_many() -> Error {
    Error::new(
        ErrorKind::Overflow,
        "a table has more than 2^32 kinds of attributes",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_taken_back_whole() {
        let row = |sheet: &mut Sheet| {
            for stated in ["8e3..1e4", "79228162514264337593543950335!", "5"] {
                let stated = Stated::figure(stated.parse().unwrap(), crate::model::Unit::PERSON);
                sheet.push(0, &Slot { stated, source: 0 }).unwrap();
            }
        };
        let mut sheet = Sheet::default();
        row(&mut sheet);
        sheet.end_row(3);
        let before = sheet.clone();
        row(&mut sheet);
        assert_eq!(
            (sheet.cells.len(), sheet.wide.len(), sheet.uppers.len()),
            (6, 2, 2)
        );
        sheet.drop_row();
        assert_eq!(sheet, before);
    }
}
