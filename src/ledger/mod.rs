//! The ledger: a durable, revisable store of reported figures, one file on redb.
//!
//! An office records figures as reports come in, corrects them later, and never loses what it once
//! stated or where it came from. A [`Ledger`] is what a program opens to write; a [`Yearbook`] is what it
//! publishes for everyone to read.
//!
//! | you want to | call |
//! |---|---|
//! | make or open one | [`Ledger::create`], [`Ledger::open`], [`Ledger::open_read_only`] |
//! | record, correct, retract, revise the catalogue | [`Ledger::batch`], then [`Batch::commit`] |
//! | load many figures | [`Batch::table`] |
//! | import a file: try it, all or nothing, what is good | `Ledger::import` (with the feature `csv` or `json`) |
//! | read the present, or the past | [`Ledger::snapshot`], [`Ledger::as_of`] |
//! | know what was stated when, and by whom | [`Snapshot::history`], [`Snapshot::conflicts`] |
//! | publish | [`Ledger::publish`], [`Snapshot::publish_onto`] |
//! | read everything and check it | [`Ledger::check`] |
//!
//! Figures come in **batches**: a batch names a source and bears a number and a time, and is durable as a whole or
//! leaves no trace. One batch is written at a time; any number of threads read, each on a snapshot of its own. Other processes
//! read published yearbooks, or open the file read-only while nobody writes.
//!
//! ```
//! use yearbook::Ledger;
//! use yearbook::model::*;
//!
//! let folder = tempfile::tempdir()?;
//! let mut ledger = Ledger::create(folder.path().join("office.ledger"))?;
//! let source: SourceCode = "zhuzhou-2024".parse()?;
//!
//! let mut batch = ledger.batch(source.clone(), "the review of 2024")?;
//! batch.revise(|catalogue| {
//!     catalogue.region(Region::new("430200".parse()?, None, Level::Prefecture, Names::zh("株洲市")?));
//!     catalogue.source(Source::new(source, "Health services review of 2024", "", None)?);
//!     catalogue.indicator(Indicator::new(
//!         "inpatient_share".parse()?,
//!         Names::zh("县域内住院量占比")?,
//!         Unit::PERCENT,
//!         Kind::Share,
//!         Temporal::Flow,
//!     )?);
//!     Ok(())
//! })?;
//! let zhuzhou: Place = "430200".parse()?;
//! let key = Heading::level("inpatient_share".parse()?).at(zhuzhou, "2021".parse()?);
//! batch.state(key.clone(), Stated::figure("81.04".parse()?, Unit::PERCENT))?;
//! let committed = batch.commit()?;
//! assert_eq!(committed.recorded, 1);
//!
//! let book = ledger.publish()?;
//! assert_eq!(book.publication().batch(), Some(committed.batch.number()));
//! assert_eq!(book.get(&key)?.expect("it was recorded").stated().to_string(), "81.04 %");
//! # Ok::<(), yearbook::Error>(())
//! ```
//!
//! # The file
//!
//! One process at a time has it open for writing. Tables of bytes, by keys that order as what they stand for; every value carries a version and a checksum that
//! covers its key. A row's periods are kept in chunks of at most 128, so that a bulk load writes one entry a chunk.
//! For each chunk the history keeps what each batch replaced there: a cell, or that there was none. The catalogue is kept as entries,
//! every version of each; a large one also as it lies in memory, so that opening does not build it.

mod batch;
mod check;
mod disk;
mod entry;
mod gather;
mod history;
#[cfg(any(feature = "csv", feature = "json"))]
mod import;
mod kept;
mod outcome;
mod publish;
mod put;
mod register;
mod revise;
mod rows;
mod snapshot;
mod stage;
mod store;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use redb::{Database, ReadableDatabase};

pub use batch::Batch;
pub use check::{Checked, Stats};
pub use disk::OpenOptions;
pub use history::{Conflict, Event, Statement};
#[cfg(any(feature = "csv", feature = "json"))]
pub use import::{Import, ImportOptions, Imported, Mode};
pub use outcome::{Committed, Outcome, Policy, Recorded};
pub use revise::CatalogueRevision;
pub use rows::{RowRecorded, TableBatch};
pub use snapshot::{AsOf, BatchInfo, Entry, Snapshot};

use crate::book::Yearbook;
use crate::codec::records::{BatchV0, LedgerV0};
use crate::codec::{self, corrupt, keys};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Key, SourceCode};
use entry::Edition;
use register::Register;
use store::{Shelf, Tables, Writer};

/// The number of a batch: from 1, each one more than the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(u64);

impl BatchId {
    /// The batch of a number.
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub fn number(&self) -> u64 {
        self.0
    }
}

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "batch {}", self.0)
    }
}

/// A ledger that is open.
///
/// `Send` and `Sync`: threads share it by reference. See the [module](self).
pub struct Ledger {
    database: Database,
    path: PathBuf,
    read_only: bool,
    known: Mutex<Known>,
}

/// What has been read of the catalogue and the headings, so that it is not read again for each snapshot.
#[derive(Default)]
struct Known {
    /// As of the batch of that number.
    register: Option<(u64, Arc<Register>)>,
    /// The newest last.
    editions: Vec<Arc<Edition>>,
}

/// How many editions of the catalogue are kept in memory: the present one and some of the past.
const EDITIONS_MAX: usize = 4;

impl Ledger {
    /// Makes a new ledger; the file bears its name only when it is whole and on the disk.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) if there is a file of that name, or it cannot be written.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let made = disk::create(path, |database| begin(&database, now()));
        made.map_err(|error| named(path, error))?;
        let trusted = OpenOptions {
            verify: false,
            ..OpenOptions::default()
        };
        Self::open_with(path, trusted)
    }

    /// Opens a ledger for reading and writing, after every page of it has been checked. What a crash left behind is repaired.
    ///
    /// Of a file that was closed, any damage is an error. Of one that a crash left open, damage to what the last batch wrote
    /// cannot be told from a write that the power cut short: the ledger then stands as of the batch before.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) if there is no such file or it cannot be read and written; [`Busy`](ErrorKind::Busy) if it is open
    /// elsewhere; [`Corrupt`](ErrorKind::Corrupt) if it is damaged or no ledger;
    /// [`Version`](ErrorKind::Version) if a newer crate wrote it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(path, OpenOptions::default())
    }

    /// Opens a ledger in another way than [`open`](Self::open).
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_with(path: impl AsRef<Path>, options: OpenOptions) -> Result<Self> {
        let path = path.as_ref();
        let opened = disk::open(path, options).and_then(|database| Self::over(database, path));
        opened.map_err(|error| named(path, error))
    }

    /// Opens a ledger for reading, after every page of it has been checked; the file is not written to, and may lie where
    /// nobody can write. What a crash left behind is repaired in memory only.
    ///
    /// Others may read it at the same time, and nobody can open it for writing until it is dropped.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_read_only_with(path, OpenOptions::default())
    }

    /// Opens a ledger for reading in another way than [`open_read_only`](Self::open_read_only).
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_read_only_with(path: impl AsRef<Path>, options: OpenOptions) -> Result<Self> {
        let path = path.as_ref();
        let opened =
            disk::open_read_only(path, options).and_then(|database| Self::over(database, path));
        let mut ledger = opened.map_err(|error| named(path, error))?;
        ledger.read_only = true;
        Ok(ledger)
    }

    /// A ledger over a database that has been opened.
    fn over(database: Database, path: &Path) -> Result<Self> {
        let ledger = Self {
            database,
            path: path.to_path_buf(),
            read_only: false,
            known: Mutex::default(),
        };
        let transaction = ledger.database.begin_read().map_err(store::transaction)?;
        let own = match transaction.get(Shelf::Ledger, &[]) {
            Ok(Some(record)) => codec::decode::<LedgerV0>(&record, Shelf::Ledger.what()),
            Ok(None) => Err(no_ledger()),
            Err(error) if error.kind() == ErrorKind::Version => Err(error),
            Err(error) => Err(no_ledger().with_source(error)),
        };
        own?;
        Ok(ledger)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a batch: what one sitting records, under the source that is meant where none is named, with a note for those who come later.
    ///
    /// The source need not be in the catalogue before the batch: the batch may add it.
    ///
    /// # Errors
    /// [`Busy`](ErrorKind::Busy) if another batch of this ledger is open, or the ledger is open for reading only.
    pub fn batch(&self, source: SourceCode, note: impl Into<String>) -> Result<Batch<'_>> {
        if self.read_only {
            return Err(Error::new(
                ErrorKind::Busy,
                "the ledger is open for reading only: open it with Ledger::open to record",
            ));
        }
        Batch::open(self, source, note.into())
    }

    /// The present, which later batches do not change.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) if what is read does not match its checksum.
    pub fn snapshot(&self) -> Result<Snapshot> {
        Snapshot::open(self, None)
    }

    /// The ledger as it stood after a batch ([`BatchId`]) or at an instant ([`DateTime`]), under the catalogue of that time.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) for a batch that there is not.
    pub fn as_of(&self, when: impl Into<AsOf>) -> Result<Snapshot> {
        Snapshot::open(self, Some(when.into()))
    }

    /// What stands at a key at present; see [`Snapshot::get`], which is faster for many.
    ///
    /// # Errors
    /// As for [`Snapshot::get`].
    pub fn get(&self, key: &Key) -> Result<Option<Entry>> {
        self.snapshot()?.get(key)
    }

    /// What was stated at a key, when and by whom; see [`Snapshot::history`].
    ///
    /// # Errors
    /// As for [`Snapshot::history`].
    pub fn history(&self, key: &Key) -> Result<Vec<Statement>> {
        self.snapshot()?.history(key)
    }

    /// The keys at which sources contradict each other; see [`Snapshot::conflicts`].
    ///
    /// # Errors
    /// As for [`Snapshot::conflicts`].
    pub fn conflicts(&self) -> Result<Vec<Conflict>> {
        self.snapshot()?.conflicts()
    }

    /// The present as a yearbook; see [`Snapshot::publish`].
    ///
    /// # Errors
    /// As for [`Snapshot::publish`].
    pub fn publish(&self) -> Result<Yearbook> {
        self.snapshot()?.publish()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The headings and units as of the last batch of some tables.
    fn register(&self, tables: &impl Tables, head: u64) -> Result<Arc<Register>> {
        if let Some((of, register)) = &self.known().register
            && *of == head
        {
            return Ok(register.clone());
        }
        let register = Arc::new(Register::load(tables)?);
        self.learn_register(head, &register);
        Ok(register)
    }

    /// The edition of the catalogue that a batch made.
    fn edition(&self, tables: &impl Tables, batch: u64) -> Result<Arc<Edition>> {
        let known = |edition: &&Arc<Edition>| edition.batch == batch;
        if let Some(edition) = self.known().editions.iter().find(known) {
            return Ok(edition.clone());
        }
        let edition = Arc::new(Edition::load(tables, batch)?);
        self.learn_edition(&edition);
        Ok(edition)
    }

    fn learn_register(&self, head: u64, register: &Arc<Register>) {
        let mut known = self.known();
        if known.register.as_ref().is_none_or(|(of, _)| *of <= head) {
            known.register = Some((head, register.clone()));
        }
    }

    fn learn_edition(&self, edition: &Arc<Edition>) {
        let editions = &mut self.known().editions;
        if editions.iter().all(|known| known.batch != edition.batch) {
            editions.push(edition.clone());
            editions.sort_by_key(|edition| edition.batch);
            if editions.len() > EDITIONS_MAX {
                editions.remove(0);
            }
        }
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger")
            .field("path", &self.path)
            .field("read_only", &self.read_only)
            .finish_non_exhaustive()
    }
}

/// What a new ledger holds: every table, and what it says of itself.
fn begin(database: &Database, created: DateTime<Utc>) -> Result<()> {
    let transaction = database.begin_write().map_err(store::transaction)?;
    for shelf in Shelf::ALL {
        Writer::open(&transaction, shelf)?;
    }
    let own = LedgerV0 {
        created: created.timestamp_micros(),
    };
    let record = codec::encode(&own, Shelf::Ledger.what())?;
    Writer::open(&transaction, Shelf::Ledger)?.put(&[], &record)?;
    transaction.commit().map_err(store::commit)
}

/// The last batch and what is kept of it; `None` in a new ledger.
fn last_batch(tables: &impl Tables) -> Result<Option<(u64, BatchV0)>> {
    let Some(key) = tables.last_key(Shelf::Batches)? else {
        return Ok(None);
    };
    let number = keys::read_number(&key, Shelf::Batches.what())?;
    let batch = batch_record(tables, number)?
        .ok_or_else(|| corrupt(format!("batch {number} of the ledger is missing")))?;
    Ok(Some((number, batch)))
}

fn batch_record(tables: &impl Tables, number: u64) -> Result<Option<BatchV0>> {
    let record = tables.get(Shelf::Batches, &keys::number(number))?;
    record
        .map(|record| codec::decode(&record, Shelf::Batches.what()))
        .transpose()
}

fn instant(micros: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| corrupt(format!("microsecond {micros} of a batch is no time")))
}

fn now() -> DateTime<Utc> {
    DateTime::from(std::time::SystemTime::now())
}

fn no_ledger() -> Error {
    corrupt("this is no ledger: a ledger is made by create")
}

fn named(path: &Path, error: Error) -> Error {
    error.in_file(path.display().to_string())
}
