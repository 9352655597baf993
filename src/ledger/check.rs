//! Reading everything, keeping the file small, counting.

use std::collections::BTreeSet;

use redb::{ReadableDatabase, ReadableTableMetadata};

use super::entry::Edition;
use super::register::Register;
use super::stage::{read_single, standing_in};
use super::store::{self, Shelf, Tables, damaged};
use super::{Ledger, disk, kept, last_batch};
use crate::codec::block;
use crate::codec::keys::{self, ChunkKey};
use crate::codec::records::{BatchV0, RemarkV0};
use crate::codec::{self, corrupt};
use crate::error::{Error, ErrorKind, Result};
use crate::rules::HeadingRules;

/// What a check found whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checked {
    /// Batches.
    pub batches: u64,
    /// Entries of the catalogue, each version one.
    pub entries: u64,
    /// Figures that stand, absences for a reason included.
    pub figures: u64,
    /// What batches replaced, absences without a reason included.
    pub replaced: u64,
    /// Retractions, and statements that did not stand after their batch.
    pub remarks: u64,
}

/// How much there is in a ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Batches.
    pub batches: u64,
    /// Figures that stand, absences for a reason included.
    pub figures: u64,
    /// Chunks that they are kept in.
    pub chunks: u64,
    /// Entries of all tables of the file.
    pub entries: u64,
    /// Bytes of the keys and values of the figures that stand, with their checksums.
    pub figure_bytes: u64,
    /// Bytes of the keys and values of the history.
    pub history_bytes: u64,
    /// Bytes of the file.
    pub file_bytes: u64,
}

impl Stats {
    /// Bytes of the file for each figure that stands, in hundredths; `None` where none does.
    pub fn bytes_per_figure(&self) -> Option<rust_decimal::Decimal> {
        let bytes = rust_decimal::Decimal::from(self.file_bytes);
        bytes
            .checked_div(rust_decimal::Decimal::from(self.figures))
            .map(|bytes| bytes.round_dp(2))
    }
}

impl Ledger {
    /// Reads everything: every page with its checksum, every value with its own, the order of keys, every reference from
    /// one to the other, every figure by the rules, and the count of figures that the last batch states.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) for the first thing that is not as it should be; [`Busy`](ErrorKind::Busy) while a snapshot or a batch is alive.
    pub fn check(&mut self) -> Result<Checked> {
        if !self.database.check_integrity().map_err(disk::database)? {
            return Err(damaged(
                "a page did not match its checksum, and was repaired",
            ));
        }
        let transaction = self.database.begin_read().map_err(store::transaction)?;
        check(&transaction)
    }

    /// Moves pages to the front of the file and cuts off what is free behind them. What can be asked of the ledger stays the same.
    ///
    /// # Errors
    /// [`Busy`](ErrorKind::Busy) while a snapshot or a batch is alive; [`Io`](ErrorKind::Io) if the disk refuses.
    pub fn compact(&mut self) -> Result<()> {
        if self.read_only {
            return Err(Error::new(
                ErrorKind::Busy,
                "the ledger is open for reading only: open it with Ledger::open to compact it",
            ));
        }
        match self.database.compact() {
            Ok(_) => Ok(()),
            Err(redb::CompactionError::Storage(error)) => Err(store::storage(error)),
            Err(error) => Err(Error::new(
                ErrorKind::Busy,
                "a snapshot or a batch of the ledger is still alive: drop it first",
            )
            .with_source(error)),
        }
    }

    /// How much there is.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) if what is read does not match its checksum.
    pub fn stats(&self) -> Result<Stats> {
        let transaction = self.database.begin_read().map_err(store::transaction)?;
        let last = last_batch(&transaction)?;
        let mut stats = Stats {
            batches: last.as_ref().map_or(0, |(number, _)| *number),
            figures: last.map_or(0, |(_, last)| last.cells),
            file_bytes: std::fs::metadata(&self.path).map_or(0, |file| file.len()),
            ..Stats::default()
        };
        for shelf in Shelf::ALL.into_iter().chain([Shelf::Kept]) {
            let Some(table) = transaction.table_if_there(shelf)? else {
                continue;
            };
            let length = table.len().map_err(store::storage)?;
            stats.entries = stats.entries.saturating_add(length);
            let bytes = table.stats().map_err(store::storage)?.stored_bytes();
            match shelf {
                Shelf::Cells => (stats.chunks, stats.figure_bytes) = (length, bytes),
                Shelf::History => stats.history_bytes = bytes,
                _ => {}
            }
        }
        Ok(stats)
    }
}

/// What is known of the headings while cells are checked.
struct Context<'a> {
    register: &'a Register,
    edition: &'a Edition,
    head: u64,
}

impl Context<'_> {
    fn cell(&self, cell: &block::StoredCell) -> Result<()> {
        self.edition.source(cell.source)?;
        if cell.batch == 0 || cell.batch > self.head {
            return Err(corrupt(format!(
                "a cell of the ledger is of batch {}, and the last is {}",
                cell.batch, self.head
            )));
        }
        Ok(())
    }

    fn chunk(&self, key: &ChunkKey) -> Result<()> {
        self.register.heading_of(key.heading)?;
        self.edition.place(key.place).map(|_| ())
    }
}

fn check(tables: &impl Tables) -> Result<Checked> {
    let mut checked = Checked::default();
    let last = check_batches(tables, &mut checked)?;
    let head = checked.batches;
    let catalogue = last.as_ref().map_or(0, |last| last.catalogue);
    // Every version of every entry is read here, as those are that later ones replaced.
    let edition = Edition::build(tables, catalogue)?;
    kept::check(tables, &edition)?;
    tables.scan(Shelf::Entries, &[], None, |key, _| {
        let (id, batch) = keys::read_version(key, Shelf::Entries.what())?;
        let last = last.as_ref().map_or(0, |last| last.entries);
        checked.entries += 1;
        if id >= last || batch == 0 || batch > catalogue {
            return Err(corrupt(format!(
                "entry {id} of the ledger's catalogue is of no batch"
            )));
        }
        Ok(true)
    })?;
    let register = Register::load(tables)?;
    let (headings, units) = last
        .as_ref()
        .map_or((0, 0), |last| (last.headings, last.units));
    if (register.heading_count()?, register.unit_count()?) != (headings, units) {
        return Err(corrupt(
            "the headings or the units of the ledger are not those of its last batch",
        ));
    }
    let context = Context {
        register: &register,
        edition: &edition,
        head,
    };
    check_cells(tables, &context, &mut checked)?;
    if checked.figures != last.map_or(0, |last| last.cells) {
        return Err(corrupt(format!(
            "the ledger holds {} figures, and not as many as its last batch states",
            checked.figures
        )));
    }
    check_history(tables, &context, &mut checked)?;
    Ok(checked)
}

fn check_batches(tables: &impl Tables, checked: &mut Checked) -> Result<Option<BatchV0>> {
    let mut last: Option<BatchV0> = None;
    tables.scan(Shelf::Batches, &[], None, |key, record| {
        let number = keys::read_number(key, Shelf::Batches.what())?;
        let record: BatchV0 = codec::decode(record, Shelf::Batches.what())?;
        checked.batches += 1;
        let in_order = last.as_ref().is_none_or(|last| last.at <= record.at);
        if number != checked.batches || !in_order || record.catalogue > number {
            return Err(corrupt(format!(
                "batch {number} of the ledger does not follow the one before it"
            )));
        }
        last = Some(record);
        Ok(true)
    })?;
    Ok(last)
}

fn check_cells(tables: &impl Tables, context: &Context<'_>, checked: &mut Checked) -> Result<()> {
    let catalogue = &context.edition.catalogue;
    // Keys come by heading, so that the rules of one are worked out once.
    let mut known: Option<(u32, HeadingRules)> = None;
    tables.scan(Shelf::Cells, &[], None, |key, block| {
        let key = keys::read_chunk(key)?;
        context.chunk(&key)?;
        let heading = context.register.heading_of(key.heading)?;
        let rules = match known.take() {
            Some((of, rules)) if of == key.heading => rules,
            _ => HeadingRules::of(catalogue, heading)?,
        };
        let place = context.edition.place(key.place)?;
        for (position, cell) in standing_in(block, context.register)? {
            context.cell(&cell)?;
            checked.figures += 1;
            let period = key.chunk.period(position)?;
            rules
                .check_place(catalogue, place, std::iter::once(period))
                .and_then(|()| rules.check_period(period))
                .and_then(|()| rules.check_stated(&cell.stated))
                .map_err(|error| {
                    corrupt(format!("{heading} in {period}: {error}")).with_source(error)
                })?;
        }
        known = Some((key.heading, rules));
        Ok(true)
    })
}

fn check_history(tables: &impl Tables, context: &Context<'_>, checked: &mut Checked) -> Result<()> {
    let mut touched: BTreeSet<(u32, u64)> = BTreeSet::new();
    let of_batch = |batch: u64| {
        if batch == 0 || batch > context.head {
            return Err(corrupt(format!(
                "the history of the ledger speaks of batch {batch}, and the last is {}",
                context.head
            )));
        }
        Ok(())
    };
    tables.scan(Shelf::History, &[], None, |key, block| {
        let (key, batch) = keys::read_history(key)?;
        context.chunk(&key)?;
        of_batch(batch)?;
        touched.insert((key.heading, batch));
        for (position, before) in block::read(block, &context.register.units)? {
            key.chunk.period(position)?;
            checked.replaced += 1;
            if let Some(cell) = before {
                context.cell(&cell)?;
                if cell.batch >= batch {
                    return Err(corrupt(format!(
                        "batch {batch} of the ledger replaced a figure of batch {}",
                        cell.batch
                    )));
                }
            }
        }
        Ok(true)
    })?;
    tables.scan(Shelf::Remarks, &[], None, |key, record| {
        let (key, position, batch, _) = keys::read_remark(key)?;
        context.chunk(&key)?;
        key.chunk.period(position)?;
        of_batch(batch)?;
        touched.insert((key.heading, batch));
        checked.remarks += 1;
        match codec::decode(record, Shelf::Remarks.what())? {
            RemarkV0::SetAside(block) | RemarkV0::Passing(block) => {
                context.cell(&read_single(&block, context.register)?)?;
            }
            RemarkV0::Retracted(_) => {}
        }
        Ok(true)
    })?;
    let mut marked = BTreeSet::new();
    tables.scan(Shelf::Changes, &[], None, |key, _| {
        marked.insert(keys::read_version(key, Shelf::Changes.what())?);
        Ok(true)
    })?;
    if marked != touched {
        return Err(corrupt(
            "the batches that touched a heading are not those of its history",
        ));
    }
    Ok(())
}
