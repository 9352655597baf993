//! The tables of a ledger in redb, and redb's errors in the house's words.
//!
//! Every table maps bytes to bytes: redb's typed names change between its releases, and its keys would not
//! order as ours do. Each value is sealed: it carries a version and a checksum that covers its key.

use redb::{ReadTransaction, ReadableTable, TableDefinition, TableHandle, WriteTransaction};

use crate::codec::block::{seal, unseal};
use crate::codec::corrupt;
use crate::error::{Error, ErrorKind, Result};

/// The tables, each with the byte that its checksums cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shelf {
    /// What the ledger says of itself, under the empty key.
    Ledger,
    /// Batches by number.
    Batches,
    /// Entries of the catalogue by number and batch: every version of each.
    Entries,
    /// Headings by number.
    Headings,
    /// Units by number.
    Units,
    /// The cells that stand, by chunk.
    Cells,
    /// What each batch replaced, by chunk and batch.
    History,
    /// Retractions, and statements that do not stand after their batch, by cell and batch.
    Remarks,
    /// The batches that touched each heading.
    Changes,
    /// A large catalogue as it lies in memory, in pieces by section. Ledgers that never had one lack this table.
    Kept,
}

impl Shelf {
    /// Those that every ledger has.
    pub(super) const ALL: [Self; 9] = [
        Self::Ledger,
        Self::Batches,
        Self::Entries,
        Self::Headings,
        Self::Units,
        Self::Cells,
        Self::History,
        Self::Remarks,
        Self::Changes,
    ];

    /// The name of the table in redb, and what a value is called.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Ledger => ("ledger", "what the ledger says of itself"),
            Self::Batches => ("batches", "a batch of the ledger"),
            Self::Entries => ("entries", "an entry of the ledger's catalogue"),
            Self::Headings => ("headings", "a heading of the ledger"),
            Self::Units => ("units", "a unit of the ledger"),
            Self::Cells => ("cells", "a block of cells"),
            Self::History => ("history", "a block of the history"),
            Self::Remarks => ("remarks", "a remark of the history"),
            Self::Changes => ("changes", "a mark of a batch on a heading"),
            Self::Kept => ("kept", "a piece of the kept catalogue"),
        }
    }

    fn tag(self) -> u8 {
        match self {
            Self::Ledger => 0,
            Self::Batches => 1,
            Self::Entries => 2,
            Self::Headings => 3,
            Self::Units => 4,
            Self::Cells => 5,
            Self::History => 6,
            Self::Remarks => 7,
            Self::Changes => 8,
            Self::Kept => 9,
        }
    }

    pub(super) fn what(self) -> &'static str {
        self.words().1
    }

    pub(super) fn definition(self) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
        TableDefinition::new(self.words().0)
    }
}

/// Something that tables can be read from: a snapshot, or the batch that is being written.
pub(super) trait Tables {
    type Table: ReadableTable<&'static [u8], &'static [u8]>;
    fn table(&self, shelf: Shelf) -> Result<Self::Table>;

    /// A table, if the ledger has it; see [`Shelf::ALL`].
    fn table_if_there(&self, shelf: Shelf) -> Result<Option<Self::Table>>;

    /// What lies under a key.
    fn get(&self, shelf: Shelf, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let table = self.table(shelf)?;
        let found = table.get(key).map_err(storage)?;
        found
            .map(|value| unseal(shelf.tag(), key, value.value(), shelf.what()).map(Vec::from))
            .transpose()
    }

    /// The last key of a table.
    fn last_key(&self, shelf: Shelf) -> Result<Option<Vec<u8>>> {
        let table = self.table(shelf)?;
        let last = table.last().map_err(storage)?;
        Ok(last.map(|(key, _)| key.value().to_vec()))
    }

    /// Goes through the entries of a table from one key to before another, until it is told to stop.
    fn scan(
        &self,
        shelf: Shelf,
        from: &[u8],
        to: Option<&[u8]>,
        mut each: impl FnMut(&[u8], &[u8]) -> Result<bool>,
    ) -> Result<()> {
        let table = self.table(shelf)?;
        let range = match to {
            Some(to) if from >= to => return Ok(()),
            Some(to) => table.range::<&[u8]>(from..to),
            None => table.range::<&[u8]>(from..),
        };
        let mut last: Option<Vec<u8>> = None;
        for entry in range.map_err(storage)? {
            let (key, value) = entry.map_err(storage)?;
            let (key, value) = (key.value(), value.value());
            // A damaged branch page could send a search astray; what comes out of order is not believed.
            let in_order = key >= from && to.is_none_or(|to| key < to);
            if !in_order || last.as_deref().is_some_and(|last| last >= key) {
                return Err(corrupt(format!(
                    "the keys of {} are not in order",
                    shelf.what()
                )));
            }
            if !each(key, unseal(shelf.tag(), key, value, shelf.what())?)? {
                return Ok(());
            }
            match &mut last {
                Some(last) => {
                    last.clear();
                    last.extend(key);
                }
                None => last = Some(key.to_vec()),
            }
        }
        Ok(())
    }
}

impl Tables for ReadTransaction {
    type Table = redb::ReadOnlyTable<&'static [u8], &'static [u8]>;
    fn table(&self, shelf: Shelf) -> Result<Self::Table> {
        self.open_table(shelf.definition()).map_err(table)
    }

    fn table_if_there(&self, shelf: Shelf) -> Result<Option<Self::Table>> {
        match self.open_table(shelf.definition()) {
            Err(redb::TableError::TableDoesNotExist(_)) => Ok(None),
            opened => opened.map(Some).map_err(table),
        }
    }
}

impl<'txn> Tables for &'txn WriteTransaction {
    type Table = redb::Table<'txn, &'static [u8], &'static [u8]>;
    fn table(&self, shelf: Shelf) -> Result<Self::Table> {
        self.open_table(shelf.definition()).map_err(table)
    }

    fn table_if_there(&self, shelf: Shelf) -> Result<Option<Self::Table>> {
        // To open a table here is to make it.
        let mut tables = self.list_tables().map_err(storage)?;
        let there = tables.any(|table| table.name() == shelf.words().0);
        there.then(|| self.table(shelf)).transpose()
    }
}

/// What a value of a table holds, after its checksum.
pub(super) fn open_value<'a>(shelf: Shelf, key: &[u8], value: &'a [u8]) -> Result<&'a [u8]> {
    unseal(shelf.tag(), key, value, shelf.what())
}

/// Writes values, sealed, into one table; keys in rising order are the fastest.
pub(super) struct Writer<'txn> {
    shelf: Shelf,
    table: redb::Table<'txn, &'static [u8], &'static [u8]>,
}

impl<'txn> Writer<'txn> {
    pub(super) fn open(transaction: &'txn WriteTransaction, shelf: Shelf) -> Result<Self> {
        let table = transaction.table(shelf)?;
        Ok(Self { shelf, table })
    }

    pub(super) fn put(&mut self, key: &[u8], payload: &[u8]) -> Result<()> {
        let value = seal(self.shelf.tag(), key, payload);
        self.table.insert(key, value.as_slice()).map_err(storage)?;
        Ok(())
    }

    pub(super) fn remove(&mut self, key: &[u8]) -> Result<()> {
        self.table.remove(key).map_err(storage)?;
        Ok(())
    }
}

pub(super) fn storage(error: redb::StorageError) -> Error {
    use redb::StorageError as E;
    match error {
        E::Io(error) => match error.kind() {
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => {
                damaged(&error.to_string()).with_source(error)
            }
            _ => Error::from(error),
        },
        E::Corrupted(why) => damaged(&why),
        E::PreviousIo => Error::new(
            ErrorKind::Io,
            "writing the ledger failed before: open it again, which repairs it",
        ),
        E::DatabaseClosed => Error::new(ErrorKind::Busy, "the ledger has been closed"),
        E::ValueTooLarge(bytes) => Error::new(
            ErrorKind::Overflow,
            format!("a record of {bytes} bytes is too large for the ledger"),
        ),
        other => Error::new(ErrorKind::Io, other.to_string()).with_source(other),
    }
}

/// The error for pages that are not what was written.
pub(super) fn damaged(why: &str) -> Error {
    corrupt(format!(
        "the ledger is damaged: {why}: restore it from a copy"
    ))
}

pub(super) fn table(error: redb::TableError) -> Error {
    match error {
        redb::TableError::Storage(error) => storage(error),
        other => damaged(&other.to_string()),
    }
}

pub(super) fn transaction(error: redb::TransactionError) -> Error {
    match error {
        redb::TransactionError::Storage(error) => storage(error),
        other => Error::new(ErrorKind::Busy, other.to_string()).with_source(other),
    }
}

pub(super) fn commit(error: redb::CommitError) -> Error {
    match error {
        redb::CommitError::Storage(error) => storage(error),
        other => Error::new(ErrorKind::Io, other.to_string()).with_source(other),
    }
}
