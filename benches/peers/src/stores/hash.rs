//! hashbrown with foldhash: the peer that all ratios are taken against.

use std::path::Path;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::store::{Build, Class, Finished, Number, Peer, Shape, Store, Sum};
use crate::workload::{Cell, CellKey, CellValue, Failure};

/// The peer.
pub struct Hash;

struct Map {
    cells: HashMap<CellKey, CellValue, FixedState>,
    shape: Shape,
}

impl Peer for Hash {
    fn name(&self) -> &'static str {
        "hashbrown + foldhash"
    }

    fn holds(&self) -> &'static str {
        "key struct {u16, u32, u16} → struct {mantissa i64, scale, qualifier, status, source}; built with the capacity known"
    }

    fn class(&self) -> Class {
        Class::Memory
    }

    fn begin(&self, shape: Shape, _: &Path) -> Result<Box<dyn Build>, Failure> {
        Ok(Box::new(Map {
            cells: HashMap::with_capacity_and_hasher(shape.cells, FixedState::default()),
            shape,
        }))
    }
}

impl Build for Map {
    fn table(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        for Cell { key, value } in cells {
            self.cells.insert(*key, *value);
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Finished, Failure> {
        Ok(Finished::in_memory(*self))
    }
}

impl Store for Map {
    type Asked = CellKey;

    fn ask(&self, key: CellKey) -> CellKey {
        key
    }

    #[inline(always)]
    fn get(&self, asked: &CellKey) -> Option<Number> {
        self.cells.get(asked).map(|value| Number::from(*value))
    }

    #[inline(always)]
    fn whole(&self, asked: &CellKey) -> Option<CellValue> {
        self.cells.get(asked).copied()
    }

    #[inline(always)]
    fn row(&self, asked: &CellKey, sum: &mut Sum) {
        for period in 0..self.shape.periods {
            if let Some(value) = self.cells.get(&CellKey { period, ..*asked }) {
                sum.number(Number::from(*value));
            }
        }
    }

    #[inline(always)]
    fn column(&self, asked: &CellKey, sum: &mut Sum) {
        for place in 0..self.shape.places {
            if let Some(value) = self.cells.get(&CellKey { place, ..*asked }) {
                sum.number(Number::from(*value));
            }
        }
    }

    #[inline(always)]
    fn scan(&self, sum: &mut Sum) {
        for value in self.cells.values() {
            sum.number(Number::from(*value));
        }
    }

    fn cells(&self, see: &mut impl FnMut(Cell)) {
        for (key, value) in &self.cells {
            see(Cell {
                key: *key,
                value: *value,
            });
        }
    }
}
