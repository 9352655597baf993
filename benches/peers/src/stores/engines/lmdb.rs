//! LMDB through heed, one entry a cell.

use std::path::Path;

use heed::byteorder::BigEndian;
use heed::types::{Bytes, U64};
use heed::{CommitOrAbort, Database, Env, PutFlags, RoTxn, WithTls};

use super::{key_of, number_in, number_of, pack, row_of, value_in, with_place};
use crate::platform;
use crate::store::{Build, Class, Finished, First, Number, Peer, Ready, Shape, Store, Sum};
use crate::workload::{Cell, CellKey, CellValue, Failure};

/// The peer.
pub struct Lmdb;

type Cells = Database<'static, U64<BigEndian>, Bytes>;

struct Building {
    env: Env,
    cells: Cells,
    shape: Shape,
}

struct Opened {
    transaction: RoTxn<'static, WithTls>,
    cells: Cells,
    shape: Shape,
}

impl Peer for Lmdb {
    fn name(&self) -> &'static str {
        "LMDB"
    }

    fn holds(&self) -> &'static str {
        "a u64 (table, place, period) → 12 bytes (mantissa i64, scale, qualifier, status, source); appended in order, one transaction a table, not synced between"
    }

    fn class(&self) -> Class {
        Class::Engine
    }

    fn begin(&self, shape: Shape, folder: &Path) -> Result<Box<dyn Build>, Failure> {
        let env = platform::lmdb(folder, map_bytes(shape))?;
        let cells = cells_of(&env)?;
        Ok(Box::new(Building { env, cells, shape }))
    }

    fn first_answer(&self, shape: Shape, folder: &Path, key: CellKey) -> Result<First, Failure> {
        let opened = Opened::new(platform::lmdb(folder, map_bytes(shape))?, shape)?;
        Ok(First {
            answer: opened.get(&number_of(key)),
            opened: Box::new(opened),
        })
    }
}

/// The one database of an environment, the nameless one, which is always there.
fn cells_of(env: &Env) -> Result<Cells, Failure> {
    let opened = env.open_databases_and_commit(env.read_txn()?, |opener, transaction| {
        let cells = opener.open_database(transaction, None)?;
        let absent = "LMDB has no database in its file";
        Ok::<_, Failure>(CommitOrAbort::<_, ()>::Commit(cells.ok_or(absent)?))
    })?;
    Ok(opened.unwrap_commit())
}

/// Room for the map, in whole pages.
fn map_bytes(shape: Shape) -> usize {
    (shape.cells * 100).next_multiple_of(1 << 20)
}

impl Build for Building {
    fn table(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        let mut transaction = self.env.write_txn()?;
        for Cell { key, value } in cells {
            let (key, value) = (number_of(*key), pack(*value));
            self.cells
                .put_with_flags(&mut transaction, PutFlags::APPEND, &key, &value)?;
        }
        Ok(transaction.commit()?)
    }

    fn finish(self: Box<Self>) -> Result<Finished, Failure> {
        self.env.force_sync()?;
        Ok(Finished {
            runner: Some(Ready::boxed(Opened::new(self.env, self.shape)?)),
            save: None,
        })
    }
}

impl Opened {
    fn new(env: Env, shape: Shape) -> Result<Self, Failure> {
        Ok(Self {
            cells: cells_of(&env)?,
            transaction: env.static_read_txn()?,
            shape,
        })
    }
}

impl Store for Opened {
    type Asked = u64;

    fn ask(&self, key: CellKey) -> u64 {
        number_of(key)
    }

    fn get(&self, asked: &u64) -> Option<Number> {
        number_in(self.cells.get(&self.transaction, asked).ok()??)
    }

    fn whole(&self, asked: &u64) -> Option<CellValue> {
        value_in(self.cells.get(&self.transaction, asked).ok()??)
    }

    fn row(&self, asked: &u64, sum: &mut Sum) {
        let row = self.cells.range(&self.transaction, &row_of(*asked));
        for (_, value) in row.into_iter().flatten().flatten() {
            number_in(value)
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
        for (_, value) in self
            .cells
            .iter(&self.transaction)
            .into_iter()
            .flatten()
            .flatten()
        {
            number_in(value)
                .into_iter()
                .for_each(|number| sum.number(number));
        }
    }

    fn cells(&self, see: &mut impl FnMut(Cell)) {
        for (key, value) in self
            .cells
            .iter(&self.transaction)
            .into_iter()
            .flatten()
            .flatten()
        {
            if let Some(value) = value_in(value) {
                let key = key_of(key);
                see(Cell { key, value });
            }
        }
    }
}
