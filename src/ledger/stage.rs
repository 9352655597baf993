//! What a batch changes, chunk by chunk, before it is written: the cells as they are to stand, and what stood
//! before the batch.

use std::collections::{BTreeMap, BTreeSet};

use redb::WriteTransaction;

use super::entry::Register;
use super::store::{Shelf, Tables, Writer};
use crate::codec::block::{self, StoredCell};
use crate::codec::keys::{self, ChunkKey};
use crate::codec::records::RemarkV0;
use crate::codec::{self, corrupt};
use crate::error::{Error, ErrorKind, Result};

/// So many cells are held in memory before they are written to the transaction.
const CELLS_MAX: usize = 1 << 16;

/// What a batch changes and has not yet written.
#[derive(Debug, Default)]
pub(super) struct Stage {
    chunks: BTreeMap<ChunkKey, Chunk>,
    cells: usize,
    /// Chunks that were written before this batch is over; they may be touched again.
    written: bool,
    remarks: BTreeMap<Vec<u8>, RemarkV0>,
    sequence: u32,
    headings: BTreeSet<u32>,
}

/// The cells of a chunk, and for those that were touched what stood before the batch.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) now: BTreeMap<u8, StoredCell>,
    pub(super) before: BTreeMap<u8, Option<StoredCell>>,
}

impl Chunk {
    /// Puts a cell, or nothing, in the place of what stood.
    pub(super) fn set(&mut self, position: u8, cell: Option<StoredCell>) {
        let stood = match cell {
            Some(cell) => self.now.insert(position, cell),
            None => self.now.remove(&position),
        };
        self.before.entry(position).or_insert(stood);
    }
}

impl Stage {
    /// A chunk, read when it is first touched.
    pub(super) fn chunk(
        &mut self,
        transaction: &WriteTransaction,
        register: &Register,
        key: ChunkKey,
        batch: u64,
    ) -> Result<&mut Chunk> {
        use std::collections::btree_map::Entry;
        match self.chunks.entry(key) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let mut chunk = Chunk {
                    now: standing(&transaction, register, &key)?,
                    before: BTreeMap::new(),
                };
                if self.written
                    && let Some(bytes) =
                        transaction.get(Shelf::History, &keys::history(&key, batch))?
                {
                    chunk.before = block::read(&bytes, &register.units)?.into_iter().collect();
                }
                self.cells += chunk.now.len() + 1;
                Ok(place.insert(chunk))
            }
        }
    }

    /// Counts cells that were added to a chunk.
    pub(super) fn grow(&mut self, heading: u32, cells: usize) {
        if cells == 0 {
            return;
        }
        self.cells += cells;
        self.headings.insert(heading);
    }

    /// Notes something about a cell.
    pub(super) fn remark(
        &mut self,
        key: &ChunkKey,
        position: u8,
        batch: u64,
        remark: RemarkV0,
    ) -> Result<()> {
        let key = keys::remark(key, position, batch, self.sequence);
        self.sequence = self.sequence.checked_add(1).ok_or_else(|| {
            Error::new(
                ErrorKind::Overflow,
                "a batch has more than 2^32 remarks: commit it, and go on in another",
            )
        })?;
        self.remarks.insert(key.to_vec(), remark);
        Ok(())
    }

    /// Whether it is time to write.
    pub(super) fn is_full(&self) -> bool {
        self.cells >= CELLS_MAX
    }

    /// The remarks on a cell that have not been written.
    pub(super) fn remarks(&self, prefix: &[u8]) -> impl Iterator<Item = (&[u8], &RemarkV0)> {
        self.remarks
            .range(prefix.to_vec()..)
            .take_while(move |(key, _)| key.starts_with(prefix))
            .map(|(key, remark)| (key.as_slice(), remark))
    }

    /// Writes everything to the transaction, in the order of keys.
    pub(super) fn write(
        &mut self,
        transaction: &WriteTransaction,
        register: &Register,
        batch: u64,
    ) -> Result<()> {
        let chunks = std::mem::take(&mut self.chunks);
        let mut cells = Writer::open(transaction, Shelf::Cells)?;
        let touched = || chunks.iter().filter(|(_, chunk)| !chunk.before.is_empty());
        for (key, chunk) in touched() {
            let key = keys::chunk(key);
            if chunk.now.is_empty() {
                cells.remove(&key)?;
                continue;
            }
            let now = chunk.now.iter().map(|(at, cell)| (*at, Some(cell)));
            cells.put(&key, &block::write(now, |unit| register.unit_number(unit)))?;
        }
        let mut history = Writer::open(transaction, Shelf::History)?;
        for (key, chunk) in touched() {
            let before = chunk.before.iter().map(|(at, cell)| (*at, cell.as_ref()));
            let block = block::write(before, |unit| register.unit_number(unit));
            history.put(&keys::history(key, batch), &block)?;
        }
        let mut remarks = Writer::open(transaction, Shelf::Remarks)?;
        for (key, remark) in std::mem::take(&mut self.remarks) {
            remarks.put(&key, &codec::encode(&remark, Shelf::Remarks.what())?)?;
        }
        let mut changes = Writer::open(transaction, Shelf::Changes)?;
        for heading in std::mem::take(&mut self.headings) {
            changes.put(&keys::version(heading, batch), &[])?;
        }
        self.cells = 0;
        self.written = true;
        Ok(())
    }
}

/// The cells of a chunk that stand.
pub(super) fn standing(
    tables: &impl Tables,
    register: &Register,
    key: &ChunkKey,
) -> Result<BTreeMap<u8, StoredCell>> {
    match tables.get(Shelf::Cells, &keys::chunk(key))? {
        None => Ok(BTreeMap::new()),
        Some(bytes) => standing_in(&bytes, register),
    }
}

/// The cells of a block of what stands: each is there.
pub(super) fn standing_in(bytes: &[u8], register: &Register) -> Result<BTreeMap<u8, StoredCell>> {
    let cells = block::read(bytes, &register.units)?;
    cells
        .into_iter()
        .map(|(position, cell)| {
            let cell = cell.ok_or_else(|| corrupt("a block of cells holds nothing in a cell"))?;
            Ok((position, cell))
        })
        .collect()
}

/// The block of one cell, as remarks keep it.
pub(super) fn single(cell: &StoredCell, register: &Register) -> Vec<u8> {
    block::write([(0, Some(cell))].into_iter(), |unit| {
        register.unit_number(unit)
    })
}

/// Reads back [`single`].
pub(super) fn read_single(bytes: &[u8], register: &Register) -> Result<StoredCell> {
    match block::read(bytes, &register.units)?.as_slice() {
        [(0, Some(cell))] => Ok(*cell),
        _ => Err(corrupt("a remark of the history holds no cell")),
    }
}
