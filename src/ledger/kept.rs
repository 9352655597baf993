//! A large catalogue, kept in the ledger as it lies in memory.
//!
//! To build the catalogue of 665 000 regions from its entries takes seconds, to read it as it lies a tenth of one. So the
//! batch that revises a large catalogue also writes the sections of the new one, and a program that opens the ledger reads
//! those. They say nothing that the entries do not say: [`check`] compares the two.

use bytes::Bytes;
use redb::{ReadableTable, WriteTransaction};

use super::entry::Edition;
use super::store::{self, Shelf, Tables, Writer};
use crate::catalogue::Catalogue;
use crate::codec::records::KeptV0;
use crate::codec::{self, corrupt, keys};
use crate::error::Result;

/// A catalogue of fewer places is built from its entries in some milliseconds.
const PLACES_MIN: u32 = 4096;
/// So many bytes of a section are one value: with its seal and its page's head it fills a page of redb of 256 KiB.
const PIECE_BYTES: usize = (1 << 18) - 256;
/// Where the record lies that says what is kept.
const HEAD: u32 = 0;
/// The kind of the section of the entries' numbers; those of a catalogue begin at 16.
const NUMBERS: u32 = 1;

/// Writes the sections of a catalogue that are not there as they are to be; `old` is the edition before the batch.
pub(super) fn write(transaction: &WriteTransaction, old: &Edition, new: &Edition) -> Result<()> {
    if new.catalogue.place_count() < PLACES_MIN {
        // What was kept of another edition says of which, and is not read.
        return Ok(());
    }
    let there = head(&transaction)?;
    let current = there.as_ref().is_some_and(|there| there.batch == old.batch);
    let before = if current { sections(old)? } else { Vec::new() };
    let mut writer = Writer::open(transaction, Shelf::Kept)?;
    let mut kept = Vec::new();
    for (kind, bytes) in sections(new)? {
        kept.push((kind, wide(bytes.len())));
        if before.iter().any(|known| *known == (kind, bytes.clone())) {
            continue;
        }
        let mut next = 0;
        for piece in bytes.chunks(PIECE_BYTES) {
            writer.put(&keys::version(kind, next), piece)?;
            next += 1;
        }
        let there = there.iter().flat_map(|there| &there.sections);
        let length = there
            .filter(|(own, _)| *own == kind)
            .map(|(_, length)| length);
        let pieces = length.map(|length| length.div_ceil(wide(PIECE_BYTES)));
        for surplus in next..pieces.max().unwrap_or(0) {
            writer.remove(&keys::version(kind, surplus))?;
        }
    }
    let record = KeptV0 {
        batch: new.batch,
        fingerprint: new.catalogue.fingerprint(),
        sections: kept,
    };
    let record = codec::encode(&record, Shelf::Kept.what())?;
    writer.put(&keys::version(HEAD, 0), &record)
}

/// The edition that a batch made, if it is kept.
pub(super) fn read(tables: &impl Tables, batch: u64) -> Result<Option<Edition>> {
    let Some(head) = head(tables)?.filter(|head| head.batch == batch) else {
        return Ok(None);
    };
    let Some(table) = tables.table_if_there(Shelf::Kept)? else {
        return Ok(None);
    };
    let mut sections = Vec::with_capacity(head.sections.len());
    for (kind, length) in head.sections {
        let mut bytes = Vec::new();
        for piece in 0..length.div_ceil(wide(PIECE_BYTES)) {
            let key = keys::version(kind, piece);
            let value = table.get(&*key).map_err(store::storage)?;
            let value = value.ok_or_else(|| corrupt("a piece of the kept catalogue is missing"))?;
            bytes.extend_from_slice(store::open_value(Shelf::Kept, &key, value.value())?);
        }
        if wide(bytes.len()) != length {
            return Err(corrupt("a piece of the kept catalogue is too short"));
        }
        sections.push((kind, Bytes::from(bytes)));
    }
    let numbers = match sections.iter().position(|(kind, _)| *kind == NUMBERS) {
        Some(at) => sections.remove(at).1,
        None => return Err(corrupt("the kept catalogue has no numbers")),
    };
    let catalogue = Catalogue::of_sections(sections)?;
    if catalogue.fingerprint() != head.fingerprint {
        return Err(corrupt("the kept catalogue is another than it says"));
    }
    let (numbers, rest) = numbers.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(corrupt("the numbers of the kept catalogue are cut short"));
    }
    let numbers = numbers.iter().map(|number| u32::from_le_bytes(*number));
    Edition::numbered(batch, &catalogue, numbers).map(Some)
}

/// Whether what is kept of an edition, if it is, says what its entries say.
pub(super) fn check(tables: &impl Tables, edition: &Edition) -> Result<()> {
    match read(tables, edition.batch)? {
        Some(kept) if kept != *edition => {
            Err(corrupt("the kept catalogue is not that of its entries"))
        }
        _ => Ok(()),
    }
}

fn head(tables: &impl Tables) -> Result<Option<KeptV0>> {
    let Some(table) = tables.table_if_there(Shelf::Kept)? else {
        return Ok(None);
    };
    let key = keys::version(HEAD, 0);
    let Some(record) = table.get(&*key).map_err(store::storage)? else {
        return Ok(None);
    };
    let record = store::open_value(Shelf::Kept, &key, record.value())?;
    codec::decode(record, Shelf::Kept.what()).map(Some)
}

/// What is kept of an edition: the sections of its catalogue, and the numbers of its entries in the ledger.
fn sections(edition: &Edition) -> Result<Vec<(u32, Bytes)>> {
    let sections = edition.catalogue.sections();
    let mut sections: Vec<_> = sections
        .map(|(kind, bytes)| (kind, bytes.clone()))
        .collect();
    let numbers = edition.numbers()?.into_iter().flat_map(u32::to_le_bytes);
    sections.push((NUMBERS, numbers.collect()));
    Ok(sections)
}

fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
