//! A sorted vector, searched by halves.

use std::path::Path;

use crate::store::{Build, Class, Finished, Number, Peer, Shape, Store, Sum};
use crate::workload::{Cell, CellKey, CellValue, Failure};

/// The peer.
pub struct Sorted;

/// Sorted cells of a known number of places.
pub struct SortedCells {
    /// The cells, by key.
    pub cells: Vec<Cell>,
    /// Their shape.
    pub shape: Shape,
}

impl Peer for Sorted {
    fn name(&self) -> &'static str {
        "sorted Vec"
    }

    fn holds(&self) -> &'static str {
        "the key struct and the value struct, searched by halves"
    }

    fn class(&self) -> Class {
        Class::Memory
    }

    fn millions_max(&self) -> u32 {
        100
    }

    fn begin(&self, shape: Shape, _: &Path) -> Result<Box<dyn Build>, Failure> {
        Ok(Box::new(SortedCells {
            cells: Vec::with_capacity(shape.cells),
            shape,
        }))
    }
}

impl Build for SortedCells {
    fn table(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        self.cells.extend_from_slice(cells);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Finished, Failure> {
        Ok(Finished::in_memory(*self))
    }
}

impl SortedCells {
    fn find(&self, key: &CellKey) -> Option<&CellValue> {
        let at = self.cells.binary_search_by(|cell| cell.key.cmp(key));
        at.ok().map(|at| &self.cells[at].value)
    }
}

impl Store for SortedCells {
    type Asked = CellKey;

    fn ask(&self, key: CellKey) -> CellKey {
        key
    }

    #[inline(always)]
    fn get(&self, asked: &CellKey) -> Option<Number> {
        self.find(asked).map(|value| Number::from(*value))
    }

    #[inline(always)]
    fn whole(&self, asked: &CellKey) -> Option<CellValue> {
        self.find(asked).copied()
    }

    #[inline(always)]
    fn row(&self, asked: &CellKey, sum: &mut Sum) {
        let (table, place) = (asked.table, asked.place);
        let first = CellKey {
            period: 0,
            ..*asked
        };
        let begin = self.cells.partition_point(|cell| cell.key < first);
        for Cell { key, value } in &self.cells[begin..] {
            if (key.table, key.place) != (table, place) {
                break;
            }
            sum.number(Number::from(*value));
        }
    }

    #[inline(always)]
    fn column(&self, asked: &CellKey, sum: &mut Sum) {
        for place in 0..self.shape.places {
            if let Some(value) = self.find(&CellKey { place, ..*asked }) {
                sum.number(Number::from(*value));
            }
        }
    }

    #[inline(always)]
    fn scan(&self, sum: &mut Sum) {
        for cell in &self.cells {
            sum.number(Number::from(cell.value));
        }
    }

    fn cells(&self, see: &mut impl FnMut(Cell)) {
        for cell in &self.cells {
            see(*cell);
        }
    }
}
