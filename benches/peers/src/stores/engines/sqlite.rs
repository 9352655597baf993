//! SQLite, a row a cell under its primary key.

use std::cell::RefCell;
use std::path::Path;

use rusqlite::{Connection, Row, Statement};
use self_cell::self_cell;

use super::CACHE_BYTES;
use crate::store::{Build, Class, Finished, First, Number, Peer, Ready, Shape, Store, Sum};
use crate::workload::{Cell, CellKey, CellValue, Failure};

/// The peer.
pub struct Sqlite;

const FILE: &str = "cells.sqlite";
const WHOLE: &str = "mantissa, scale, qualifier, status, source";
const INSERT: &str = "INSERT INTO cells VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

struct Building {
    connection: Connection,
    shape: Shape,
}

/// The statements, each prepared once.
struct Statements<'c> {
    get: RefCell<Statement<'c>>,
    whole: RefCell<Statement<'c>>,
    row: RefCell<Statement<'c>>,
    scan: RefCell<Statement<'c>>,
    cells: RefCell<Statement<'c>>,
}

self_cell!(
    struct Prepared {
        owner: Connection,
        #[not_covariant]
        dependent: Statements,
    }
);

struct Opened {
    prepared: Prepared,
    shape: Shape,
}

impl Peer for Sqlite {
    fn name(&self) -> &'static str {
        "SQLite"
    }

    fn holds(&self) -> &'static str {
        "a row (table, place, period, mantissa, scale, qualifier, status, source), WITHOUT ROWID under the first three; one transaction without a journal; statements prepared once, a cache of 1 GiB"
    }

    fn class(&self) -> Class {
        Class::Engine
    }

    fn begin(&self, shape: Shape, folder: &Path) -> Result<Box<dyn Build>, Failure> {
        let connection = connect(folder)?;
        connection.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
            CREATE TABLE cells (tbl INTEGER, place INTEGER, period INTEGER, mantissa INTEGER, scale INTEGER,
                qualifier INTEGER, status INTEGER, source INTEGER, PRIMARY KEY (tbl, place, period)) WITHOUT ROWID;
            BEGIN;",
        )?;
        Ok(Box::new(Building { connection, shape }))
    }

    fn first_answer(&self, shape: Shape, folder: &Path, key: CellKey) -> Result<First, Failure> {
        let opened = Opened::new(connect(folder)?, shape)?;
        Ok(First {
            answer: opened.get(&key),
            opened: Box::new(opened),
        })
    }
}

fn connect(folder: &Path) -> Result<Connection, Failure> {
    let connection = Connection::open(folder.join(FILE))?;
    // A negative size counts KiB.
    let kib = -i64::try_from(CACHE_BYTES >> 10)?;
    connection.pragma_update(None, "cache_size", kib)?;
    Ok(connection)
}

impl Build for Building {
    fn table(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        let mut insert = self.connection.prepare_cached(INSERT)?;
        for Cell { key, value } in cells {
            insert.execute((
                key.table,
                key.place,
                key.period,
                value.mantissa,
                value.scale,
                value.qualifier,
                value.status,
                value.source,
            ))?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Finished, Failure> {
        self.connection.execute_batch("COMMIT")?;
        self.connection.flush_prepared_statement_cache();
        Ok(Finished {
            runner: Some(Ready::boxed(Opened::new(self.connection, self.shape)?)),
            save: None,
        })
    }
}

impl Opened {
    fn new(connection: Connection, shape: Shape) -> Result<Self, Failure> {
        let prepared = Prepared::try_new(connection, |connection| {
            let prepare = |sql: String| connection.prepare(&sql).map(RefCell::new);
            let one = "WHERE tbl = ?1 AND place = ?2 AND period = ?3";
            let row = "WHERE tbl = ?1 AND place = ?2 ORDER BY period";
            Ok::<_, rusqlite::Error>(Statements {
                get: prepare(format!("SELECT mantissa, scale FROM cells {one}"))?,
                whole: prepare(format!("SELECT {WHOLE} FROM cells {one}"))?,
                row: prepare(format!("SELECT mantissa, scale FROM cells {row}"))?,
                scan: prepare("SELECT mantissa, scale FROM cells".to_string())?,
                cells: prepare(format!("SELECT {WHOLE}, tbl, place, period FROM cells"))?,
            })
        })?;
        Ok(Self { prepared, shape })
    }

    fn first<T>(
        &self,
        of: impl for<'a, 'c> Fn(&'a Statements<'c>) -> &'a RefCell<Statement<'c>>,
        key: &CellKey,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Option<T> {
        self.prepared.with_dependent(|_, statements| {
            let mut statement = of(statements).borrow_mut();
            let mut rows = statement.query((key.table, key.place, key.period)).ok()?;
            read(rows.next().ok()??).ok()
        })
    }
}

fn number(row: &Row<'_>) -> rusqlite::Result<Number> {
    Ok(Number {
        mantissa: row.get(0)?,
        scale: row.get(1)?,
    })
}

fn value(row: &Row<'_>) -> rusqlite::Result<CellValue> {
    Ok(CellValue {
        mantissa: row.get(0)?,
        scale: row.get(1)?,
        qualifier: row.get(2)?,
        status: row.get(3)?,
        source: row.get(4)?,
    })
}

fn cell(row: &Row<'_>) -> rusqlite::Result<Cell> {
    Ok(Cell {
        key: CellKey {
            table: row.get(5)?,
            place: row.get(6)?,
            period: row.get(7)?,
        },
        value: value(row)?,
    })
}

impl Store for Opened {
    type Asked = CellKey;

    fn ask(&self, key: CellKey) -> CellKey {
        key
    }

    fn get(&self, asked: &CellKey) -> Option<Number> {
        self.first(|statements| &statements.get, asked, number)
    }

    fn whole(&self, asked: &CellKey) -> Option<CellValue> {
        self.first(|statements| &statements.whole, asked, value)
    }

    fn row(&self, asked: &CellKey, sum: &mut Sum) {
        self.prepared.with_dependent(|_, statements| {
            let mut statement = statements.row.borrow_mut();
            let rows = statement.query_map((asked.table, asked.place), number);
            rows.into_iter()
                .flatten()
                .flatten()
                .for_each(|number| sum.number(number));
        });
    }

    fn column(&self, asked: &CellKey, sum: &mut Sum) {
        for place in 0..self.shape.places {
            let number = self.get(&CellKey { place, ..*asked });
            number.into_iter().for_each(|number| sum.number(number));
        }
    }

    fn scan(&self, sum: &mut Sum) {
        self.prepared.with_dependent(|_, statements| {
            let mut statement = statements.scan.borrow_mut();
            let rows = statement.query_map((), number);
            rows.into_iter()
                .flatten()
                .flatten()
                .for_each(|number| sum.number(number));
        });
    }

    fn cells(&self, see: &mut impl FnMut(Cell)) {
        self.prepared.with_dependent(|_, statements| {
            let mut statement = statements.cells.borrow_mut();
            let rows = statement.query_map((), cell);
            rows.into_iter().flatten().flatten().for_each(see);
        });
    }
}
