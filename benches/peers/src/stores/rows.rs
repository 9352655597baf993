//! A hash map of rows, each an array of its periods.

use std::collections::HashMap;
use std::path::Path;

use foldhash::fast::FixedState;

use crate::store::{Build, Class, Finished, Number, Peer, Shape, Store, Sum};
use crate::workload::{Cell, CellKey, CellValue, Failure};

/// The peer.
pub struct Rows;

/// A slot without a cell.
const HOLE: i64 = i64::MIN + 1;

struct Row {
    scale: u8,
    source: u16,
    mantissas: Box<[i64]>,
    /// Qualifier and status of each slot.
    marks: Box<[u8]>,
}

struct Map {
    rows: HashMap<(u16, u32), Row, FixedState>,
    shape: Shape,
}

impl Peer for Rows {
    fn name(&self) -> &'static str {
        "HashMap of dense rows"
    }

    fn holds(&self) -> &'static str {
        "(table, place) → a row: mantissa i64 (a hole is its minimum) and a byte for qualifier and status a period; scale and source once a row"
    }

    fn class(&self) -> Class {
        Class::Memory
    }

    fn begin(&self, shape: Shape, _: &Path) -> Result<Box<dyn Build>, Failure> {
        Ok(Box::new(Map {
            rows: HashMap::default(),
            shape,
        }))
    }
}

impl Build for Map {
    fn table(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        let periods = usize::from(self.shape.periods);
        let same = |a: &Cell, b: &Cell| a.key.place == b.key.place;
        for cells in cells.chunk_by(same) {
            let first = &cells[0];
            let mut row = Row {
                scale: first.value.scale,
                source: first.value.source,
                mantissas: vec![HOLE; periods].into(),
                marks: vec![0; periods].into(),
            };
            for Cell { key, value } in cells {
                let slot = usize::from(key.period);
                row.mantissas[slot] = value.mantissa;
                row.marks[slot] = value.qualifier | (value.status << 4);
            }
            self.rows.insert((first.key.table, first.key.place), row);
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Finished, Failure> {
        Ok(Finished::in_memory(*self))
    }
}

impl Row {
    fn number(&self, period: u16) -> Option<Number> {
        let mantissa = self.mantissas[usize::from(period)];
        (mantissa != HOLE).then_some(Number {
            mantissa,
            scale: self.scale,
        })
    }

    fn value(&self, period: u16) -> Option<CellValue> {
        let marks = self.marks[usize::from(period)];
        let Number { mantissa, scale } = self.number(period)?;
        Some(CellValue {
            mantissa,
            scale,
            qualifier: marks & 15,
            status: marks >> 4,
            source: self.source,
        })
    }

    #[inline(always)]
    fn add_to(&self, sum: &mut Sum) {
        let mantissas = self.mantissas.iter().copied();
        sum.numbers(
            mantissas.map(|mantissa| (mantissa != HOLE).then_some(mantissa)),
            self.scale,
        );
    }
}

impl Store for Map {
    type Asked = CellKey;

    fn ask(&self, key: CellKey) -> CellKey {
        key
    }

    #[inline(always)]
    fn get(&self, asked: &CellKey) -> Option<Number> {
        self.rows
            .get(&(asked.table, asked.place))?
            .number(asked.period)
    }

    #[inline(always)]
    fn whole(&self, asked: &CellKey) -> Option<CellValue> {
        self.rows
            .get(&(asked.table, asked.place))?
            .value(asked.period)
    }

    #[inline(always)]
    fn row(&self, asked: &CellKey, sum: &mut Sum) {
        if let Some(row) = self.rows.get(&(asked.table, asked.place)) {
            row.add_to(sum);
        }
    }

    #[inline(always)]
    fn column(&self, asked: &CellKey, sum: &mut Sum) {
        for place in 0..self.shape.places {
            let row = self.rows.get(&(asked.table, place));
            if let Some(number) = row.and_then(|row| row.number(asked.period)) {
                sum.number(number);
            }
        }
    }

    #[inline(always)]
    fn scan(&self, sum: &mut Sum) {
        for row in self.rows.values() {
            row.add_to(sum);
        }
    }

    fn cells(&self, see: &mut impl FnMut(Cell)) {
        for ((table, place), row) in &self.rows {
            for period in 0..self.shape.periods {
                if let Some(value) = row.value(period) {
                    see(Cell {
                        key: CellKey {
                            table: *table,
                            place: *place,
                            period,
                        },
                        value,
                    });
                }
            }
        }
    }
}
