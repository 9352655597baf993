//! One array of all slots, filled or not.

use std::path::Path;

use crate::store::{Build, Class, Finished, Number, Peer, Shape, Store, Sum};
use crate::workload::{Cell, CellKey, CellValue, Failure};

/// The peer.
pub struct Dense;

/// A slot without a cell.
const HOLE: i64 = i64::MIN + 1;

struct Array {
    /// By table, place and period.
    mantissas: Vec<i64>,
    /// Qualifier and status of each slot.
    marks: Vec<u8>,
    /// Scale and source of each table.
    tables: Vec<(u8, u16)>,
    shape: Shape,
}

impl Peer for Dense {
    fn name(&self) -> &'static str {
        "dense i64 array"
    }

    fn holds(&self) -> &'static str {
        "mantissa i64 (a hole is its minimum) and a byte for qualifier and status for every slot of [table][place][period]; scale and source once a table"
    }

    fn class(&self) -> Class {
        Class::Memory
    }

    fn millions_max(&self) -> u32 {
        100
    }

    fn begin(&self, shape: Shape, _: &Path) -> Result<Box<dyn Build>, Failure> {
        let places = usize::try_from(shape.places)?;
        let slots = usize::from(shape.tables) * places * usize::from(shape.periods);
        Ok(Box::new(Array {
            mantissas: vec![HOLE; slots],
            marks: vec![0; slots],
            tables: vec![(0, 0); usize::from(shape.tables)],
            shape,
        }))
    }
}

impl Build for Array {
    fn table(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        for Cell { key, value } in cells {
            let slot = self.slot(key);
            self.mantissas[slot] = value.mantissa;
            self.marks[slot] = value.qualifier | (value.status << 4);
            self.tables[usize::from(key.table)] = (value.scale, value.source);
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Finished, Failure> {
        Ok(Finished::in_memory(*self))
    }
}

impl Array {
    fn places(&self) -> usize {
        usize::try_from(self.shape.places).unwrap_or(0)
    }

    fn slot(&self, key: &CellKey) -> usize {
        let row = usize::from(key.table) * self.places() + usize::try_from(key.place).unwrap_or(0);
        row * usize::from(self.shape.periods) + usize::from(key.period)
    }

    fn number(&self, slot: usize, scale: u8) -> Option<Number> {
        let mantissa = self.mantissas[slot];
        (mantissa != HOLE).then_some(Number { mantissa, scale })
    }
}

/// The mantissa in a slot, if there is one.
fn found(mantissa: &i64) -> Option<i64> {
    (*mantissa != HOLE).then_some(*mantissa)
}

impl Store for Array {
    type Asked = CellKey;

    fn ask(&self, key: CellKey) -> CellKey {
        key
    }

    #[inline(always)]
    fn get(&self, asked: &CellKey) -> Option<Number> {
        self.number(self.slot(asked), self.tables[usize::from(asked.table)].0)
    }

    #[inline(always)]
    fn whole(&self, asked: &CellKey) -> Option<CellValue> {
        let slot = self.slot(asked);
        let (scale, source) = self.tables[usize::from(asked.table)];
        let mantissa = self.mantissas[slot];
        let marks = self.marks[slot];
        (mantissa != HOLE).then_some(CellValue {
            mantissa,
            scale,
            qualifier: marks & 15,
            status: marks >> 4,
            source,
        })
    }

    #[inline(always)]
    fn row(&self, asked: &CellKey, sum: &mut Sum) {
        let scale = self.tables[usize::from(asked.table)].0;
        let begin = self.slot(&CellKey {
            period: 0,
            ..*asked
        });
        let slots = &self.mantissas[begin..begin + usize::from(self.shape.periods)];
        sum.numbers(slots.iter().map(found), scale);
    }

    #[inline(always)]
    fn column(&self, asked: &CellKey, sum: &mut Sum) {
        let scale = self.tables[usize::from(asked.table)].0;
        let begin = self.slot(&CellKey { place: 0, ..*asked });
        let slots = self.mantissas[begin..].iter();
        let slots = slots.step_by(usize::from(self.shape.periods));
        sum.numbers(slots.take(self.places()).map(found), scale);
    }

    #[inline(always)]
    fn scan(&self, sum: &mut Sum) {
        let table = self.places() * usize::from(self.shape.periods);
        for (mantissas, (scale, _)) in self.mantissas.chunks(table).zip(&self.tables) {
            sum.numbers(mantissas.iter().map(found), *scale);
        }
    }

    fn cells(&self, see: &mut impl FnMut(Cell)) {
        for table in 0..self.shape.tables {
            for place in 0..self.shape.places {
                for period in 0..self.shape.periods {
                    let key = CellKey {
                        table,
                        place,
                        period,
                    };
                    if let Some(value) = self.whole(&key) {
                        see(Cell { key, value });
                    }
                }
            }
        }
    }
}
