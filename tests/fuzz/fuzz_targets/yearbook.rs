//! Books of any bytes, and of any bytes under checksums that are right.

#![no_main]

use libfuzzer_sys::fuzz_target;
use yearbook::model::{Base, Granularity, Level};
use yearbook::query::Among;
use yearbook::{Ask, Yearbook};

/// So many of each are asked: a forged catalogue may hold millions.
const ASKED_MAX: usize = 8;

fuzz_target!(|bytes: &[u8]| {
    walk(bytes.to_vec());
    walk(repaired(bytes.to_vec()));
});

/// The bytes with the checksums of sections and header made right, as far as the header says where they lie.
fn repaired(mut bytes: Vec<u8>) -> Vec<u8> {
    let word = |bytes: &[u8], at: usize| -> Option<u32> {
        Some(u32::from_le_bytes(
            bytes.get(at..at.checked_add(4)?)?.try_into().ok()?,
        ))
    };
    let long = |bytes: &[u8], at: usize| -> Option<usize> {
        let field = bytes.get(at..at.checked_add(8)?)?;
        usize::try_from(u64::from_le_bytes(field.try_into().ok()?)).ok()
    };
    let count = word(&bytes, 12).unwrap_or(0).min(64) as usize;
    let end = 40 + 24 * count;
    for entry in (40..end).step_by(24) {
        let section = long(&bytes, entry + 8)
            .zip(long(&bytes, entry + 16))
            .and_then(|(start, length)| bytes.get(start..start.checked_add(length)?));
        if let Some(crc) = section.map(crc32fast::hash)
            && let Some(place) = bytes.get_mut(entry + 4..entry + 8)
        {
            place.copy_from_slice(&crc.to_le_bytes());
        }
    }
    if let Some(crc) = bytes.get(..end).map(crc32fast::hash)
        && let Some(place) = bytes.get_mut(end..end + 4)
    {
        place.copy_from_slice(&crc.to_le_bytes());
    }
    bytes
}

fn walk(bytes: Vec<u8>) {
    let Ok(book) = Yearbook::from_bytes(bytes) else {
        return;
    };
    let catalogue = book.catalogue();
    for place in catalogue.places() {
        let _ = (
            catalogue.place_name(place),
            catalogue.path(place),
            catalogue.place_code(place),
            catalogue.validity(place),
            catalogue.region_record(place),
            catalogue.institution_record(place),
        );
    }
    for indicator in catalogue.indicators() {
        let _ = catalogue.indicator_record(indicator);
    }
    for source in catalogue.sources() {
        let _ = catalogue.source_record(source);
    }
    for consortium in catalogue.consortia() {
        let _ = catalogue.consortium_record(consortium);
    }
    let _ = (
        catalogue.find_place("株洲市"),
        catalogue.find_indicator("share"),
    );
    for table in book.tables().flatten() {
        let cells = table.cells().count();
        assert_eq!(cells, table.cell_count());
        assert_eq!(table.cells().rev().count(), cells);
        for period in table.periods() {
            assert!(table.column(*period).count() <= table.row_count());
        }
        for place in table.places() {
            assert!(table.row(place).is_ok_and(|row| row.count() > 0));
        }
        ask(&book, &table);
    }
    let _ = book.verify();
}

fn ask(book: &Yearbook, table: &yearbook::Table) {
    let (ask, heading) = (Ask::of(book), table.heading());
    for period in table.periods().iter().take(ASKED_MAX) {
        for place in table.places().take(ASKED_MAX) {
            let Ok(place) = book.catalogue().place_code(place) else {
                continue;
            };
            let _ = ask.figure(heading, &place, *period);
            let _ = ask.change_since(Base::Previous, heading, &place, *period);
            let _ = ask.roll_up_time(heading, &place, *period, Granularity::Month);
            let among = Among::level(Level::County, &place);
            let _ = ask.rank(heading, &among, *period);
            let _ = ask.roll_up(heading, &among, *period);
        }
    }
}
