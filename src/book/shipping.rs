//! The packed layout of a book, for shipping: as few bytes as can be; opened by laying its tables out again.
//!
//! A packed book has the sections of the direct one, but for its cells: they are packed table by table, beside the
//! length and the checksum of each. What is laid out again is the direct book to the byte, which the directory's
//! checksums and the digest in the header show.

use std::io::Cursor;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bytes::Bytes;

use super::Yearbook;
use super::directory::{self, CELLS, DIRECTORY, Directory, OUTSIDE_DIGEST};
use super::table::direct::{self, Limits};
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
        let bytes = packed::encode(&table.sheet()?, table.periods())?;
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
    let visit = visit.map(Mutex::new);
    let done = AtomicUsize::new(0);
    let laid_out = in_parallel(parts.len(), |at, sheet| {
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
        packed::decode_into(part, &limits, sheet)?;
        let bytes = direct::write(sheet, periods)?;
        if !entry.is_of(&bytes) {
            return Err(fault("is not what the directory says"));
        }
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
        Ok(Bytes::from(bytes))
    })?;
    let cell_bytes: usize = laid_out.iter().map(Bytes::len).sum();
    let file = Cursor::new(Vec::with_capacity(sections.bytes().len() + cell_bytes));
    let count = sections.kinds().count() - 1;
    let mut file = SectionsStream::new(file, count, &OUTSIDE_DIGEST)?;
    for kind in sections.kinds() {
        match kind {
            PACKED_CELLS => {
                file.begin(CELLS)?;
                for (bytes, entry) in laid_out.iter().zip(&directory.tables) {
                    file.part(bytes, entry.crc())?;
                }
            }
            PACKED_TABLES => {}
            kind => {
                let bytes = sections.get(kind, "a section")?;
                file.begin(kind)?;
                file.part(&bytes, crc32fast::hash(&bytes))?;
            }
        }
    }
    let bytes = file.finish()?.into_inner();
    let direct = Sections::open(Bytes::from(bytes))?;
    if direct.digest() != sections.digest() {
        return Err(corrupt("the content does not match its digest"));
    }
    Ok(direct.bytes().clone())
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
fn in_parallel(
    count: usize,
    work: impl Fn(usize, &mut Sheet) -> Result<Bytes> + Sync,
) -> Result<Vec<Bytes>> {
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
    let mut all: Vec<(usize, Result<Bytes>)> = if workers <= 1 {
        take()
    } else {
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..workers).map(|_| scope.spawn(take)).collect();
            let finished = workers.into_iter().map(|worker| {
                // A worker panics only if the caller's own function does.
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            finished.flatten().collect()
        })
    };
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}
