//! redb, one entry a cell.

use std::path::Path;

use redb::{
    Database, ReadOnlyTable, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction,
};

use super::{Packed, key_of, number_in, number_of, pack, row_of, value_in, with_place};
use crate::store::{Build, Class, Finished, First, Number, Peer, Ready, Shape, Store, Sum};
use crate::workload::{Cell, CellKey, CellValue, Failure};

/// The peer.
pub struct Redb;

const FILE: &str = "cells.redb";
const CELLS: TableDefinition<'_, u64, &Packed> = TableDefinition::new("cells");

struct Building {
    database: Database,
    transaction: WriteTransaction,
    shape: Shape,
}

struct Opened {
    table: ReadOnlyTable<u64, &'static Packed>,
    shape: Shape,
    _database: Database,
}

impl Peer for Redb {
    fn name(&self) -> &'static str {
        "redb"
    }

    fn holds(&self) -> &'static str {
        "a u64 (table, place, period) → 12 bytes (mantissa i64, scale, qualifier, status, source); one transaction, then compacted; a cache of 1 GiB"
    }

    fn class(&self) -> Class {
        Class::Engine
    }

    fn begin(&self, shape: Shape, folder: &Path) -> Result<Box<dyn Build>, Failure> {
        let database = Database::create(folder.join(FILE))?;
        Ok(Box::new(Building {
            transaction: database.begin_write()?,
            database,
            shape,
        }))
    }

    fn first_answer(&self, shape: Shape, folder: &Path, key: CellKey) -> Result<First, Failure> {
        let opened = Opened::new(Database::open(folder.join(FILE))?, shape)?;
        Ok(First {
            answer: opened.get(&number_of(key)),
            opened: Box::new(opened),
        })
    }
}

impl Build for Building {
    fn table(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        let mut table = self.transaction.open_table(CELLS)?;
        for Cell { key, value } in cells {
            table.insert(number_of(*key), &pack(*value))?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Finished, Failure> {
        let Self {
            mut database,
            transaction,
            shape,
        } = *self;
        transaction.commit()?;
        database.compact()?;
        Ok(Finished {
            runner: Some(Ready::boxed(Opened::new(database, shape)?)),
            save: None,
        })
    }
}

impl Opened {
    fn new(database: Database, shape: Shape) -> Result<Self, Failure> {
        Ok(Self {
            table: database.begin_read()?.open_table(CELLS)?,
            shape,
            _database: database,
        })
    }
}

impl Store for Opened {
    type Asked = u64;

    fn ask(&self, key: CellKey) -> u64 {
        number_of(key)
    }

    fn get(&self, asked: &u64) -> Option<Number> {
        let found = self.table.get(asked).ok()??;
        number_in(found.value())
    }

    fn whole(&self, asked: &u64) -> Option<CellValue> {
        let found = self.table.get(asked).ok()??;
        value_in(found.value())
    }

    fn row(&self, asked: &u64, sum: &mut Sum) {
        for (_, value) in self
            .table
            .range(row_of(*asked))
            .into_iter()
            .flatten()
            .flatten()
        {
            number_in(value.value())
                .into_iter()
                .for_each(|number| sum.number(number));
        }
    }

    fn column(&self, asked: &u64, sum: &mut Sum) {
        for place in 0..self.shape.places {
            let number = self.get(&with_place(*asked, place));
            number.into_iter().for_each(|number| sum.number(number));
        }
    }

    fn scan(&self, sum: &mut Sum) {
        for (_, value) in self.table.iter().into_iter().flatten().flatten() {
            number_in(value.value())
                .into_iter()
                .for_each(|number| sum.number(number));
        }
    }

    fn cells(&self, see: &mut impl FnMut(Cell)) {
        for (key, value) in self.table.iter().into_iter().flatten().flatten() {
            if let Some(value) = value_in(value.value()) {
                let key = key_of(key.value());
                see(Cell { key, value });
            }
        }
    }
}
