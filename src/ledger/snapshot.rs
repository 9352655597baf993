//! Snapshots: the ledger as it stands, or as it stood.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use redb::{ReadTransaction, ReadableDatabase};

use super::batch::{locate, time};
use super::entry::Edition;
use super::register::Register;
use super::store::{self, Shelf, Tables};
use super::{BatchId, Ledger, batch_record, instant, last_batch};
use crate::catalogue::Catalogue;
use crate::codec::block::{self, StoredCell};
use crate::codec::keys::{self, ChunkKey};
use crate::codec::records::BatchV0;
use crate::codec::{self, corrupt};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Heading, Key, SourceCode, Stated};

/// A time of the ledger: after a batch, or at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// After that batch.
    Batch(BatchId),
    /// After the last batch that was recorded then or before.
    Instant(DateTime<Utc>),
}

impl From<BatchId> for AsOf {
    fn from(batch: BatchId) -> Self {
        Self::Batch(batch)
    }
}

impl From<DateTime<Utc>> for AsOf {
    fn from(instant: DateTime<Utc>) -> Self {
        Self::Instant(instant)
    }
}

/// What stands at a key: what is stated, by which source, since which batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// A figure, or why there is none.
    pub stated: Stated,
    /// Who states it.
    pub source: SourceCode,
    /// The batch that recorded it.
    pub batch: BatchId,
}

/// What is known of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchInfo {
    /// Its number.
    pub id: BatchId,
    /// When it was recorded, to the microsecond.
    pub at: DateTime<Utc>,
    /// The source that was meant where none was named.
    pub source: SourceCode,
    /// What was noted.
    pub note: String,
    /// Figures at keys where nothing stood.
    pub recorded: u64,
    /// Figures that took the place of others.
    pub revised: u64,
    /// Keys whose figures were retracted.
    pub retracted: u64,
    /// How many figures stood after it.
    pub figures: u64,
}

impl BatchInfo {
    pub(super) fn of(number: u64, record: BatchV0) -> Result<Self> {
        Ok(Self {
            id: BatchId(number),
            at: instant(record.at)?,
            source: record.source,
            note: record.note,
            recorded: record.recorded,
            revised: record.revised,
            retracted: record.retracted,
            figures: record.cells,
        })
    }
}

/// The ledger as it stood after some batch, whatever is committed later.
///
/// It holds on to the pages it reads: drop it when it is no longer needed, so that they can be used again.
pub struct Snapshot {
    pub(super) transaction: ReadTransaction,
    cells: <ReadTransaction as Tables>::Table,
    /// The last batch that the transaction sees, and the one it is to be seen as of.
    pub(super) head: u64,
    pub(super) at: u64,
    pub(super) batch: Option<BatchInfo>,
    pub(super) edition: Arc<Edition>,
    pub(super) register: Arc<Register>,
}

impl Snapshot {
    pub(super) fn open(ledger: &Ledger, when: Option<AsOf>) -> Result<Self> {
        let transaction = ledger.database.begin_read().map_err(store::transaction)?;
        let last = last_batch(&transaction)?;
        let head = last.as_ref().map_or(0, |(number, _)| *number);
        let at = match when {
            None => last,
            Some(AsOf::Batch(BatchId(0))) => None,
            Some(AsOf::Batch(BatchId(wanted))) => {
                let record = batch_record(&transaction, wanted)?;
                let record = record.ok_or_else(|| no_batch(wanted, head))?;
                Some((wanted, record))
            }
            Some(AsOf::Instant(instant)) => before(&transaction, last, instant)?,
        };
        let catalogue = at.as_ref().map_or(0, |(_, record)| record.catalogue);
        Ok(Self {
            cells: transaction.table(Shelf::Cells)?,
            head,
            at: at.as_ref().map_or(0, |(number, _)| *number),
            edition: ledger.edition(&transaction, catalogue)?,
            register: ledger.register(&transaction, head)?,
            batch: at
                .map(|(number, record)| BatchInfo::of(number, record))
                .transpose()?,
            transaction,
        })
    }

    /// The catalogue as it was.
    pub fn catalogue(&self) -> &Catalogue {
        &self.edition.catalogue
    }

    /// The last batch that it sees; `None` before the first.
    pub fn batch(&self) -> Option<&BatchInfo> {
        self.batch.as_ref()
    }

    /// Every batch that it sees, in order.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) if what is read does not match its checksum.
    pub fn batches(&self) -> Result<Vec<BatchInfo>> {
        let mut batches = Vec::new();
        self.transaction
            .scan(Shelf::Batches, &[], None, |key, record| {
                let number = keys::read_number(key, Shelf::Batches.what())?;
                if number > self.at {
                    return Ok(false);
                }
                let record = codec::decode(record, Shelf::Batches.what())?;
                batches.push(BatchInfo::of(number, record)?);
                Ok(true)
            })?;
        Ok(batches)
    }

    /// What stands at a key; `None` where nobody recorded anything, or it was retracted.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) for an indicator or a place that the catalogue does not hold;
    /// [`Corrupt`](ErrorKind::Corrupt) if what is read does not match its checksum.
    pub fn get(&self, key: &Key) -> Result<Option<Entry>> {
        let Some((chunk, position)) = self.locate(key)? else {
            return Ok(None);
        };
        let stands = self.find(&chunk, position)?;
        stands.map(|cell| self.entry(&cell)).transpose()
    }

    /// Where a key lies; `None` if nothing was ever recorded under its heading.
    pub(super) fn locate(&self, key: &Key) -> Result<Option<(ChunkKey, u8)>> {
        let place = self.edition.catalogue.place(&key.place)?;
        let place = self.edition.place_id(place)?;
        let Some(heading) = self.register.heading_id(&key.heading) else {
            self.edition.catalogue.indicator(&key.heading.indicator)?;
            return Ok(None);
        };
        locate(heading, place, key).map(Some)
    }

    fn find(&self, chunk: &ChunkKey, position: u8) -> Result<Option<StoredCell>> {
        if self.at < self.head {
            // The first batch after that time that touched the cell kept what stood before it.
            let mut before = None;
            self.history_of(chunk, self.at, |_, block| {
                before = block::find(block, position, &self.register.units)?;
                Ok(before.is_none())
            })?;
            if let Some(before) = before {
                return Ok(before);
            }
        }
        let key = keys::chunk(chunk);
        let found = self.cells.get(&*key).map_err(store::storage)?;
        let Some(value) = found else {
            return Ok(None);
        };
        let block = store::open_value(Shelf::Cells, &key, value.value())?;
        match block::find(block, position, &self.register.units)? {
            Some(None) => Err(corrupt("a block of cells holds nothing in a cell")),
            found => Ok(found.flatten()),
        }
    }

    /// What batches after `since` replaced in a chunk, in their order.
    pub(super) fn history_of(
        &self,
        chunk: &ChunkKey,
        since: u64,
        mut each: impl FnMut(u64, &[u8]) -> Result<bool>,
    ) -> Result<()> {
        let from = keys::history(chunk, since.saturating_add(1));
        let to = keys::after(&keys::chunk(chunk));
        self.transaction
            .scan(Shelf::History, &from, to.as_deref(), |key, block| {
                let (_, batch) = keys::read_history(key)?;
                each(batch, block)
            })
    }

    pub(super) fn entry(&self, cell: &StoredCell) -> Result<Entry> {
        Ok(Entry {
            stated: cell.stated,
            source: self.source_code(cell.source)?,
            batch: BatchId(cell.batch),
        })
    }

    pub(super) fn source_code(&self, id: u32) -> Result<SourceCode> {
        let catalogue = &self.edition.catalogue;
        let record = catalogue.source_record(self.edition.source(id)?)?;
        Ok(record.code().clone())
    }

    /// The headings under which something stands or stood, in their order.
    pub(super) fn headings(&self) -> impl Iterator<Item = (&Heading, u32)> + Clone {
        self.register.headings()
    }
}

/// The last batch that was recorded at an instant or before.
fn before(
    tables: &impl Tables,
    last: Option<(u64, BatchV0)>,
    wanted: DateTime<Utc>,
) -> Result<Option<(u64, BatchV0)>> {
    let Some((mut high, record)) = last else {
        return Ok(None);
    };
    let micros = wanted.timestamp_micros();
    if record.at <= micros {
        return Ok(Some((high, record)));
    }
    // Times rise with numbers, so the batch is found by halving.
    let mut low = 0;
    let mut found = None;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let record = batch_record(tables, middle)?
            .ok_or_else(|| corrupt(format!("batch {middle} of the ledger is missing")))?;
        if record.at <= micros {
            low = middle;
            found = Some((middle, record));
        } else {
            high = middle;
        }
    }
    Ok(found)
}

fn no_batch(wanted: u64, head: u64) -> Error {
    let has = match head {
        0 => "no batch yet".to_string(),
        1 => "batch 1".to_string(),
        head => format!("batches 1 to {head}"),
    };
    Error::new(
        ErrorKind::Unknown,
        format!("no batch {wanted} in the ledger: it has {has}"),
    )
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("batch", &self.at)
            .field("at", &self.batch.as_ref().map(|batch| time(batch.at)))
            .finish_non_exhaustive()
    }
}
