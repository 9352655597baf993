//! What a batch changes, chunk by chunk, before it is written: the cells as they are to stand, and what stood
//! before the batch.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use redb::WriteTransaction;

use super::register::Register;
use super::store::{Shelf, Tables, Writer};
use crate::codec::block::{self, StoredCell};
use crate::codec::keys::{self, ChunkKey};
use crate::codec::records::RemarkV0;
use crate::codec::{self, corrupt};
use crate::error::{Error, ErrorKind, Result};

/// So many cells are held in memory before they are written to the transaction.
const CELLS_MAX: usize = 1 << 16;
/// So many bytes of a block take the memory of one cell.
const CELL_BYTES: usize = size_of::<NewAt>();

/// A cell and its position in its chunk.
pub(super) type NewAt = (u8, StoredCell);

/// What a batch changes and has not yet written.
#[derive(Debug, Default)]
pub(super) struct Stage {
    chunks: BTreeMap<ChunkKey, Held>,
    cells: usize,
    /// The last chunk of each heading that was written before this batch is over: that and those before it may be there.
    written: HashMap<u32, ChunkKey>,
    remarks: BTreeMap<Vec<u8>, RemarkV0>,
    sequence: u32,
    headings: BTreeSet<u32>,
    /// The first number of a heading that the batch itself has given.
    new_headings: u32,
}

/// A chunk that the batch touched.
#[derive(Debug)]
enum Held {
    /// Cells where nothing had stood: their positions, a bit each, and their block. A bulk load has hardly any others, and a block
    /// takes a thirtieth of its cells' memory.
    New(u128, Vec<u8>),
    Cells(Chunk),
}

/// The cells of a chunk, and for those that were touched what stood before the batch.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// By position.
    now: Vec<NewAt>,
    /// The positions that were touched, a bit each.
    touched: u128,
    /// What stood at those, where anything did, by position.
    before: Vec<NewAt>,
}

impl Chunk {
    /// What stands at a position.
    pub(super) fn get(&self, position: u8) -> Option<StoredCell> {
        let at = place(&self.now, position).ok()?;
        self.now.get(at).map(|(_, cell)| *cell)
    }

    /// Whether nothing stands, or stood before the batch touched it.
    pub(super) fn is_new(&self) -> bool {
        self.now.is_empty() && self.touched == 0
    }

    /// Puts a cell, or nothing, in the place of what stood.
    pub(super) fn set(&mut self, position: u8, cell: Option<StoredCell>) {
        let stood = match (place(&self.now, position), cell) {
            (Ok(at), Some(cell)) => {
                let own = self.now.get_mut(at);
                own.map(|(_, own)| std::mem::replace(own, cell))
            }
            (Ok(at), None) => Some(self.now.remove(at).1),
            (Err(at), Some(cell)) => {
                self.now.insert(at, (position, cell));
                None
            }
            (Err(_), None) => None,
        };
        let bit = 1 << (position & 127);
        if self.touched & bit != 0 {
            return;
        }
        self.touched |= bit;
        if let Some(stood) = stood
            && let Err(at) = place(&self.before, position)
        {
            self.before.insert(at, (position, stood));
        }
    }

    /// The block of what was replaced.
    fn replaced(&self, register: &Register) -> Vec<u8> {
        if self.before.is_empty() {
            return block::write_nothing(self.touched);
        }
        let cells: Vec<(u8, Option<&StoredCell>)> = (0..128)
            .filter(|position| self.touched & 1 << position != 0)
            .map(|position| {
                let stood = place(&self.before, position).ok();
                let stood = stood.and_then(|at| self.before.get(at));
                (position, stood.map(|(_, cell)| cell))
            })
            .collect();
        block::write(cells.into_iter(), |unit| register.unit_number(unit))
    }
}

/// Where a position lies among those that rise. Rows come in order, so the end is asked first.
fn place(cells: &[NewAt], position: u8) -> Result<usize, usize> {
    match cells.last() {
        Some((last, _)) if *last >= position => {
            cells.binary_search_by_key(&position, |(own, _)| *own)
        }
        _ => Err(cells.len()),
    }
}

impl Stage {
    /// Of a batch before which there were so many headings.
    pub(super) fn after(headings: u32) -> Self {
        Self {
            new_headings: headings,
            ..Self::default()
        }
    }

    /// A chunk, read when it is first touched.
    pub(super) fn chunk(
        &mut self,
        transaction: &WriteTransaction,
        register: &Register,
        key: ChunkKey,
        batch: u64,
    ) -> Result<&mut Chunk> {
        let held = match self.chunks.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let written = self.written.get(&key.heading);
                let written = written.is_some_and(|last| key <= *last);
                let mut chunk = Chunk::default();
                // Under a heading of this batch nothing can stand that it has not written.
                if (key.heading < self.new_headings || written)
                    && let Some(bytes) = transaction.get(Shelf::Cells, &keys::chunk(&key))?
                {
                    chunk.now = standing_in(&bytes, register)?;
                }
                if written
                    && let Some(bytes) =
                        transaction.get(Shelf::History, &keys::history(&key, batch))?
                {
                    for (position, before) in block::read(&bytes, &register.units)? {
                        chunk.touched |= 1 << position;
                        chunk.before.extend(before.map(|cell| (position, cell)));
                    }
                }
                self.cells += chunk.now.len() + 1;
                place.insert(Held::Cells(chunk))
            }
        };
        if let Held::New(touched, block) = held {
            let now = standing_in(block, register)?;
            self.cells += now.len();
            let touched = *touched;
            *held = Held::Cells(Chunk {
                now,
                touched,
                before: Vec::new(),
            });
        }
        match held {
            Held::Cells(chunk) => Ok(chunk),
            Held::New(..) => Err(corrupt("a chunk has not been read")),
        }
    }

    /// Whether nothing stands in a chunk, nor stood before the batch, as far as can be said without reading.
    pub(super) fn is_new(&self, key: &ChunkKey) -> bool {
        match self.chunks.get(key) {
            Some(Held::Cells(chunk)) => chunk.is_new(),
            Some(Held::New(..)) => false,
            None => {
                let written = self.written.get(&key.heading);
                key.heading >= self.new_headings && written.is_none_or(|last| last < key)
            }
        }
    }

    /// Puts cells, by rising position, into a chunk that [is new](Self::is_new).
    pub(super) fn fill(&mut self, key: ChunkKey, cells: &[NewAt], register: &Register) {
        let positions = cells.iter().fold(0, |all, (at, _)| all | 1 << (at & 127));
        let block = block_of(cells, register);
        self.cells += 1 + block.len() / CELL_BYTES;
        self.headings.insert(key.heading);
        self.chunks.insert(key, Held::New(positions, block));
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
        for (key, held) in &chunks {
            let bytes = keys::chunk(key);
            match held {
                Held::New(_, block) => cells.put(&bytes, block)?,
                Held::Cells(chunk) if chunk.touched == 0 => continue,
                Held::Cells(chunk) if chunk.now.is_empty() => cells.remove(&bytes)?,
                Held::Cells(chunk) => cells.put(&bytes, &block_of(&chunk.now, register))?,
            }
        }
        let mut history = Writer::open(transaction, Shelf::History)?;
        for (key, held) in &chunks {
            let replaced = match held {
                Held::New(touched, _) => block::write_nothing(*touched),
                Held::Cells(chunk) if chunk.touched == 0 => continue,
                Held::Cells(chunk) => chunk.replaced(register),
            };
            history.put(&keys::history(key, batch), &replaced)?;
            let last = self.written.entry(key.heading).or_insert(*key);
            *last = (*last).max(*key);
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
        Ok(())
    }
}

/// The block of what stands.
fn block_of(cells: &[NewAt], register: &Register) -> Vec<u8> {
    let cells = cells.iter().map(|(at, cell)| (*at, Some(cell)));
    block::write(cells, |unit| register.unit_number(unit))
}

/// The cells of a block of what stands, by position: each is there.
pub(super) fn standing_in(bytes: &[u8], register: &Register) -> Result<Vec<NewAt>> {
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
