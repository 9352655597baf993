//! Damaged files: an error, or exactly the same figures; never a panic.

use std::collections::BTreeMap;

use yearbook::exchange::Observations;
use yearbook::model::{Key, Stated};
use yearbook::{BookBuilder, Result, Yearbook};

use crate::common::{catalogue, observations};
use crate::format::Envelope;

/// Everything that a book says, or the first error met.
fn read(bytes: Vec<u8>) -> Result<BTreeMap<Key, Stated>> {
    let book = Yearbook::from_bytes(bytes)?;
    let mut figures = BTreeMap::new();
    for observation in book.observations() {
        let observation = observation?;
        figures.insert(observation.key, observation.stated);
    }
    Ok(figures)
}

/// Which part of a book was damaged.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Catalogue,
    Tables,
    Any,
}

/// Asks a damaged book everything that the damage can touch, whatever it answers, and whether it
/// verifies.
fn walk(bytes: Vec<u8>, part: Part) -> bool {
    let Ok(book) = Yearbook::from_bytes(bytes) else {
        return false;
    };
    if part != Part::Tables {
        walk_catalogue(&book);
    }
    if part != Part::Catalogue {
        for table in book.tables().flatten() {
            let _ = table.cells().filter(Result::is_err).count();
            for period in table.periods() {
                let _ = table.column(*period).count();
            }
        }
    }
    book.verify().is_ok()
}

fn walk_catalogue(book: &Yearbook) {
    let catalogue = book.catalogue();
    for place in catalogue.places() {
        let _ = (
            catalogue.place_name(place),
            catalogue.path(place),
            catalogue.place_code(place),
            catalogue.validity(place),
        );
        let _ = (
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
}

/// Does `check` with every number below `count`, on both cores.
fn each(count: usize, check: impl Fn(usize) + Sync) {
    std::thread::scope(|scope| {
        for half in [0..count / 2, count / 2..count] {
            scope.spawn(|| half.for_each(&check));
        }
    });
}

fn small_book() -> Yearbook {
    let mut book = BookBuilder::new(catalogue());
    for observation in observations() {
        book.observe(&observation).unwrap();
    }
    book.finish().unwrap()
}

/// The book that is swept: the five reports where CSV can be read, else the small one.
fn book() -> Yearbook {
    #[cfg(feature = "csv")]
    return crate::reports::book().clone();
    #[cfg(not(feature = "csv"))]
    small_book()
}

#[test]
fn cut_at_every_length() {
    let bytes = book().to_bytes();
    for end in 0..bytes.len() {
        assert!(
            Yearbook::from_bytes(bytes.slice(..end)).is_err(),
            "cut at {end}"
        );
    }
}

#[test]
fn flipped_at_every_byte() {
    let bytes = book().to_bytes().to_vec();
    let whole = read(bytes.clone()).unwrap();
    each(bytes.len(), |at| {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        if let Ok(figures) = read(flipped) {
            assert_eq!(
                figures, whole,
                "byte {at} was flipped, and other figures were read"
            );
        }
    });
}

#[test]
fn flipped_at_every_byte_with_checksums_repaired() {
    let bytes = book().to_bytes().to_vec();
    let envelope = Envelope {
        bytes: bytes.clone(),
    };
    let (catalogue, tables) = (envelope.section(16).2, envelope.section(32).2);
    each(bytes.len(), |at| {
        let mut flipped = Envelope {
            bytes: bytes.clone(),
        };
        flipped.bytes[at] ^= 1 << (at % 8);
        if at >= 16 && flipped.table_end() <= flipped.bytes.len() {
            flipped.repair();
        }
        let part = match at {
            at if at >= tables => Part::Tables,
            at if at >= catalogue => Part::Catalogue,
            _ => Part::Any,
        };
        let unchanged = flipped.bytes == bytes;
        assert!(
            !walk(flipped.bytes, part) || unchanged,
            "byte {at} was flipped, and the book verifies"
        );
    });
}

/// Cells behind checksums of their own: flipped, with those repaired as well.
#[test]
fn cells_flipped_with_the_checksums_of_tables_repaired() {
    let bytes = small_book().to_bytes().to_vec();
    let envelope = Envelope {
        bytes: bytes.clone(),
    };
    let (_, _, start, end) = envelope.section(33);
    for at in start..end {
        for flip in [0x01, 0x10, 0x80, 0xff] {
            let mut flipped = Envelope {
                bytes: bytes.clone(),
            };
            flipped.bytes[at] ^= flip;
            let flipped = with_tables_repaired(flipped);
            assert!(
                !walk(flipped, Part::Tables),
                "byte {at} was flipped, and the book verifies"
            );
        }
    }
}

/// Writes the directory anew with the checksums that its tables have now.
fn with_tables_repaired(mut envelope: Envelope) -> Vec<u8> {
    let (units, mut tables) = envelope.directory();
    let (_, entry, start, _) = envelope.section(32);
    let (_, cells_entry, cells, cells_end) = envelope.section(33);
    for (_, _, offset, length, crc) in &mut tables {
        let from = cells + usize::try_from(*offset).unwrap();
        *crc = crc32fast::hash(&envelope.bytes[from..from + usize::try_from(*length).unwrap()]);
    }
    let directory = bincode::encode_to_vec((units, tables), bincode::config::standard()).unwrap();
    // A checksum below 2^16 is a shorter varint, so the directory may change its length.
    let cell_bytes = envelope.bytes[cells..cells_end].to_vec();
    envelope.bytes.truncate(start);
    envelope.bytes.extend(&directory);
    let new_cells = envelope.bytes.len().next_multiple_of(64);
    envelope.bytes.resize(new_cells, 0);
    envelope.bytes.extend(&cell_bytes);
    let put = |bytes: &mut Vec<u8>, at: usize, value: usize| {
        bytes[at..at + 8].copy_from_slice(&(value as u64).to_le_bytes());
    };
    put(&mut envelope.bytes, entry + 16, directory.len());
    put(&mut envelope.bytes, cells_entry + 8, new_cells);
    let length = envelope.bytes.len();
    put(&mut envelope.bytes, 16, length);
    envelope.repair();
    envelope.bytes
}

/// Every number of the header and of the section table, set to the moon, with the header's checksum repaired.
#[test]
fn lengths_that_claim_the_moon() {
    let bytes = small_book().to_bytes().to_vec();
    let end = Envelope {
        bytes: bytes.clone(),
    }
    .table_end();
    for at in (16..end).step_by(8) {
        for claim in [1u64 << 40, u64::MAX, u64::from(u32::MAX), 1 << 31, 0] {
            let mut hostile = Envelope {
                bytes: bytes.clone(),
            };
            hostile.bytes[at..at + 8].copy_from_slice(&claim.to_le_bytes());
            hostile.repair();
            let same = hostile.bytes == bytes;
            assert!(
                !walk(hostile.bytes, Part::Any) || same,
                "{claim} at byte {at}"
            );
        }
    }
    // Counts inside of sections: every aligned word of the cells and of the catalogue's counts.
    let envelope = Envelope {
        bytes: bytes.clone(),
    };
    for kind in (16..=28).chain([32]) {
        let (_, _, start, end) = envelope.section(kind);
        for at in (start..end.saturating_sub(3)).step_by(4) {
            for claim in [u32::MAX, 1 << 31, 1 << 24] {
                let mut hostile = Envelope {
                    bytes: bytes.clone(),
                };
                hostile.bytes[at..at + 4].copy_from_slice(&claim.to_le_bytes());
                hostile.repair();
                let same = hostile.bytes == bytes;
                assert!(
                    !walk(hostile.bytes, Part::Any) || same,
                    "{claim} at byte {at} of section {kind}"
                );
            }
        }
    }
}

#[test]
fn a_newer_version_says_so() {
    let mut bytes = small_book().to_bytes().to_vec();
    bytes[8] = 1;
    let error = Yearbook::from_bytes(bytes).unwrap_err();
    assert_eq!(error.kind(), yearbook::ErrorKind::Version);
    assert_eq!(
        error.to_string(),
        "the yearbook is of format version 1, and this crate reads version 1: read it with a newer crate"
    );
    assert_eq!(
        Yearbook::from_bytes(Vec::new()).unwrap_err().to_string(),
        "the file is empty: a yearbook begins with YEARBOOK"
    );
}
