//! fjall, one entry a cell.

use std::path::Path;

use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};

use super::{CACHE_BYTES, key_of, number_in, number_of, pack, row_of, value_in, with_place};
use crate::store::{Build, Class, Finished, First, Number, Peer, Ready, Shape, Store, Sum};
use crate::workload::{Cell, CellKey, CellValue, Failure};

/// The peer.
pub struct Fjall;

struct Opened {
    database: Database,
    cells: Keyspace,
    shape: Shape,
}

impl Peer for Fjall {
    fn name(&self) -> &'static str {
        "fjall"
    }

    fn holds(&self) -> &'static str {
        "8 bytes (table, place, period) → 12 bytes (mantissa i64, scale, qualifier, status, source); ingested in order, a table at a time; LZ4, a cache of 1 GiB"
    }

    fn class(&self) -> Class {
        Class::Engine
    }

    fn begin(&self, shape: Shape, folder: &Path) -> Result<Box<dyn Build>, Failure> {
        Ok(Box::new(Opened::new(folder, shape)?))
    }

    fn first_answer(&self, shape: Shape, folder: &Path, key: CellKey) -> Result<First, Failure> {
        let opened = Opened::new(folder, shape)?;
        Ok(First {
            answer: opened.get(&opened.ask(key)),
            opened: Box::new(opened),
        })
    }
}

impl Opened {
    fn new(folder: &Path, shape: Shape) -> Result<Self, Failure> {
        let database = Database::builder(folder.join("fjall"))
            .cache_size(u64::try_from(CACHE_BYTES)?)
            .open()?;
        let cells = database.keyspace("cells", KeyspaceCreateOptions::default)?;
        Ok(Self {
            database,
            cells,
            shape,
        })
    }
}

impl Build for Opened {
    fn table(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        let mut ingestion = self.cells.start_ingestion()?;
        for Cell { key, value } in cells {
            ingestion.write(number_of(*key).to_be_bytes(), pack(*value))?;
        }
        Ok(ingestion.finish()?)
    }

    fn finish(self: Box<Self>) -> Result<Finished, Failure> {
        self.database.persist(PersistMode::SyncAll)?;
        Ok(Finished {
            runner: Some(Ready::boxed(*self)),
            save: None,
        })
    }
}

impl Store for Opened {
    type Asked = [u8; 8];

    fn ask(&self, key: CellKey) -> [u8; 8] {
        number_of(key).to_be_bytes()
    }

    fn get(&self, asked: &[u8; 8]) -> Option<Number> {
        number_in(&self.cells.get(asked).ok()??)
    }

    fn whole(&self, asked: &[u8; 8]) -> Option<CellValue> {
        value_in(&self.cells.get(asked).ok()??)
    }

    fn row(&self, asked: &[u8; 8], sum: &mut Sum) {
        let row = row_of(u64::from_be_bytes(*asked));
        let row = row.start.to_be_bytes()..row.end.to_be_bytes();
        for entry in self.cells.range(row) {
            let number = entry.value().ok().and_then(|value| number_in(&value));
            number.into_iter().for_each(|number| sum.number(number));
        }
    }

    fn column(&self, asked: &[u8; 8], sum: &mut Sum) {
        let asked = u64::from_be_bytes(*asked);
        for place in 0..self.shape.places {
            let number = self.get(&with_place(asked, place).to_be_bytes());
            number.into_iter().for_each(|number| sum.number(number));
        }
    }

    fn scan(&self, sum: &mut Sum) {
        for entry in self.cells.iter() {
            let number = entry.value().ok().and_then(|value| number_in(&value));
            number.into_iter().for_each(|number| sum.number(number));
        }
    }

    fn cells(&self, see: &mut impl FnMut(Cell)) {
        for entry in self.cells.iter() {
            let cell = entry.into_inner().ok().and_then(|(key, value)| {
                Some(Cell {
                    key: key_of(u64::from_be_bytes(*key.first_chunk()?)),
                    value: value_in(&value)?,
                })
            });
            cell.into_iter().for_each(&mut *see);
        }
    }
}
