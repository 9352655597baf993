//! The packed layout of a book, for shipping: as few bytes as can be; opened by laying its tables out again.
//!
//! A packed book has the sections of the direct one, but for its cells: they are packed table by table, beside the
//! length and the checksum of each. What is laid out again is the direct book to the byte, which the directory's
//! checksums and the digest in the header show.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use super::Yearbook;
use super::directory::{self, CELLS, DIRECTORY, Directory, OUTSIDE_DIGEST};
use super::table::direct::{self, Limits, TableBytes};
use super::table::packed;
use super::table::sheet::Sheet;
use crate::catalogue::Catalogue;
use crate::codec::sections::{Sections, SectionsStream, SectionsWriter};
use crate::codec::wire::PackedV1;
use crate::codec::{self, corrupt};
use crate::error::{Error, ErrorKind, Result};

/// The packed cells of all tables, one table after the other.
pub(super) const PACKED_CELLS: u32 = 34;
/// The lengths and checksums of the packed tables.
pub(super) const PACKED_TABLES: u32 = 35;

/// How a book lies in its file. Both hold the same book, and each becomes the other to the byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// Usable as it lies: opened without reading the cells, each cell found in its place.
    #[default]
    Direct,
    /// For shipping: about four fifths of the bytes, laid out again when it is opened.
    Packed,
}

/// How far the opening of a packed book has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unpacked {
    /// Tables that are laid out.
    pub tables: usize,
    /// Tables of the book.
    pub tables_total: usize,
}

/// Who is told how far opening has come, and may stop it.
pub(super) type Visit<'a> = &'a mut (dyn FnMut(Unpacked) -> ControlFlow<()> + Send);

/// The bytes of a packed book.
pub(super) fn pack(book: &Yearbook) -> Result<Bytes> {
    let directory = &book.0.directory;
    let tables = in_parallel(directory.tables.len(), |at, _| {
        let table = directory.table(at, &book.0.catalogue)?;
        let bytes = packed::encode(&table.sheet()?, table.periods());
        let bytes = bytes.map_err(|error| error.in_table(table.heading()))?;
        Ok(Bytes::from(bytes))
    });
    let tables = tables?;
    let mut writer = SectionsWriter::new();
    for kind in book.0.sections.kinds() {
        match kind {
            CELLS => {
                let parts: Vec<(Bytes, u32)> = tables
                    .iter()
                    .map(|bytes| (bytes.clone(), crc32fast::hash(bytes)))
                    .collect();
                let lengths = parts.iter().map(|(bytes, crc)| {
                    let length = u64::try_from(bytes.len());
                    (length.unwrap_or(u64::MAX), *crc)
                });
                let record = PackedV1 {
                    tables: lengths.collect(),
                };
                writer.push_parts(PACKED_CELLS, parts);
                writer.push(PACKED_TABLES, codec::encode(&record, "the packed tables")?);
            }
            kind => writer.push(kind, book.0.sections.get(kind, "a section")?),
        }
    }
    let bytes = writer.finish_with_digest(book.digest())?;
    Ok(bytes.into())
}

/// Whether these are the sections of a packed book.
pub(super) fn is_packed(sections: &Sections) -> bool {
    let kinds = std::iter::once(directory::PUBLICATION)
        .chain(Catalogue::section_kinds())
        .chain([PACKED_CELLS, PACKED_TABLES, DIRECTORY]);
    sections.kinds().eq(kinds)
}

/// Lays the tables of a packed book out again.
pub(super) fn unpack(sections: &Sections, visit: Option<Visit<'_>>) -> Result<Bytes> {
    let catalogue = Catalogue::open(sections)?;
    let record = sections.get(PACKED_TABLES, "the packed tables")?;
    let PackedV1 { tables } = codec::decode(&record, "the packed tables")?;
    let cells = sections.get_unverified(PACKED_CELLS, "the section of packed cells")?;
    let directory = Directory::packed(sections)?;
    let parts = parts(&cells, &tables, directory.tables.len())?;
    // What the directory states is believed as far as the packed bytes may hold it.
    let room = directory
        .stated_bytes()
        .min(cells.len().saturating_mul(ROOM_A_BYTE));
    let file = Cursor::new(Vec::with_capacity(sections.bytes().len() + room));
    let count = sections.kinds().count() - 1;
    let mut file = SectionsStream::new(file, count, &OUTSIDE_DIGEST)?;
    let mut kinds = sections.kinds();
    for kind in kinds.by_ref().take_while(|&kind| kind != PACKED_CELLS) {
        copy(sections, kind, &mut file)?;
    }
    file.begin(CELLS)?;
    let joined = Mutex::new(Joined {
        file,
        next: 0,
        early: BTreeMap::new(),
    });
    let visit = visit.map(Mutex::new);
    let done = AtomicUsize::new(0);
    in_parallel(parts.len(), |at, sheet| {
        let entry = &directory.tables[at];
        let (part, crc) = &parts[at];
        let fault = |why: &str| corrupt(format!("table {} {why}", entry.heading));
        if crc32fast::hash(part) != *crc {
            return Err(fault("does not match its checksum"));
        }
        let periods = entry.periods();
        let limits = Limits {
            places: catalogue.place_count(),
            columns: u32::try_from(periods.len()).unwrap_or(u32::MAX),
            sources: catalogue.source_count(),
        };
        let within = |error: Error| error.in_table(&entry.heading);
        packed::decode_into(part, &limits, sheet).map_err(within)?;
        let mut bytes = TableBytes::default();
        direct::write_into(sheet, periods, &mut bytes).map_err(within)?;
        if !entry.is_of(&bytes) {
            return Err(fault("is not what the directory says"));
        }
        // Nobody panics who holds it.
        let mut joined = joined.lock().unwrap_or_else(PoisonError::into_inner);
        joined.add(at, bytes)?;
        drop(joined);
        if let Some(visit) = &visit {
            let unpacked = Unpacked {
                tables: done.fetch_add(1, Ordering::Relaxed) + 1,
                tables_total: parts.len(),
            };
            // Poisoned by a panic of the caller's own function only, which goes on of itself.
            if let Ok(mut visit) = visit.lock()
                && visit(unpacked).is_break()
            {
                return Err(Error::new(
                    ErrorKind::Stopped,
                    format!(
                        "opening was stopped after {} of {} tables",
                        unpacked.tables, unpacked.tables_total
                    ),
                ));
            }
        }
        Ok(())
    })?;
    let joined = joined.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut file = joined.file;
    for kind in kinds.filter(|&kind| kind != PACKED_TABLES) {
        copy(sections, kind, &mut file)?;
    }
    let bytes = file.finish()?.into_inner();
    let direct = Sections::open(Bytes::from(bytes))?;
    if direct.digest() != sections.digest() {
        return Err(corrupt("the content does not match its digest"));
    }
    Ok(direct.bytes().clone())
}

/// The bytes for which room is made beforehand for each byte of packed cells; most books need less than two.
const ROOM_A_BYTE: usize = 4;

/// A section that is the same in both layouts.
fn copy(sections: &Sections, kind: u32, file: &mut SectionsStream<Cursor<Vec<u8>>>) -> Result<()> {
    let bytes = sections.get(kind, "a section")?;
    file.begin(kind)?;
    file.part(&bytes, crc32fast::hash(&bytes))
}

/// The direct book while tables are laid out: each is written as soon as those before it are, while others are still in the making.
struct Joined {
    file: SectionsStream<Cursor<Vec<u8>>>,
    /// The table that comes next.
    next: usize,
    /// Tables that were laid out before their turn.
    early: BTreeMap<usize, TableBytes>,
}

impl Joined {
    fn add(&mut self, at: usize, bytes: TableBytes) -> Result<()> {
        self.early.insert(at, bytes);
        while let Some(bytes) = self.early.remove(&self.next) {
            self.file.parts(bytes.parts())?;
            self.next += 1;
        }
        Ok(())
    }
}

/// The packed tables, which lie one after the other and fill their section.
fn parts(cells: &Bytes, tables: &[(u64, u32)], count: usize) -> Result<Vec<(Bytes, u32)>> {
    let fault = || corrupt("the packed tables do not lie where they should");
    if tables.len() != count {
        return Err(fault());
    }
    let mut at = 0usize;
    let mut parts = Vec::with_capacity(count);
    for &(length, crc) in tables {
        let end = usize::try_from(length)
            .ok()
            .and_then(|length| at.checked_add(length));
        let end = end.filter(|&end| end <= cells.len()).ok_or_else(fault)?;
        parts.push((cells.slice(at..end), crc));
        at = end;
    }
    if at != cells.len() {
        return Err(fault());
    }
    Ok(parts)
}

/// Does each piece of work on any of the machine's cores, each core with a sheet of its own; the first error stops the rest.
fn in_parallel<T: Send>(
    count: usize,
    work: impl Fn(usize, &mut Sheet) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let workers = std::thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(count);
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let take = || {
        let mut sheet = Sheet::default();
        let mut done = Vec::new();
        while !failed.load(Ordering::Relaxed) {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                break;
            }
            let result = work(at, &mut sheet);
            failed.fetch_or(result.is_err(), Ordering::Relaxed);
            done.push((at, result));
        }
        done
    };
    let mut all: Vec<(usize, Result<T>)> = std::thread::scope(|scope| {
        // One of them is the thread that asks.
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(take)).collect();
        let mut all = take();
        for worker in others {
            // A worker panics only if the caller's own function does.
            let done = worker.join();
            all.extend(done.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        all
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_joined_in_their_order_whichever_is_ready_first() {
        let tables: [&[u8]; 4] = [b"beds", b"", b"doctors", b"visits"];
        let joined = |order: [usize; 4]| {
            let file = Cursor::new(Vec::new());
            let mut file = SectionsStream::new(file, 1, &OUTSIDE_DIGEST).unwrap();
            file.begin(CELLS).unwrap();
            let mut joined = Joined {
                file,
                next: 0,
                early: BTreeMap::new(),
            };
            for at in order {
                let (header, body) = tables[at].split_at(tables[at].len() / 2);
                let crcs = [header, body].map(crc32fast::hash);
                let (header, body) = (header.to_vec(), body.to_vec());
                joined.add(at, TableBytes { header, body, crcs }).unwrap();
            }
            assert!(joined.early.is_empty());
            joined.file.finish().unwrap().into_inner()
        };
        let in_order = joined([0, 1, 2, 3]);
        assert_eq!(joined([3, 2, 1, 0]), in_order);
        assert_eq!(joined([1, 3, 0, 2]), in_order);
        let sections = Sections::open(in_order.into()).unwrap();
        assert_eq!(sections.get(CELLS, "the cells").unwrap(), tables.concat());
    }

    #[test]
    fn the_first_failure_is_told() {
        let work = |at: usize, _: &mut Sheet| match at {
            3.. => Err(corrupt(format!("table {at} is bad"))),
            _ => Ok(at * 2),
        };
        assert_eq!(in_parallel(3, work).unwrap(), [0, 2, 4]);
        assert!(in_parallel(0, work).unwrap().is_empty());
        assert_eq!(
            in_parallel(100, work).unwrap_err().to_string(),
            "table 3 is bad"
        );
    }
}
