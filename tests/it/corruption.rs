//! Damaged files: an error, or exactly the same figures; never a panic.

use std::collections::BTreeMap;

use yearbook::exchange::Observations;
use yearbook::model::{Heading, Key, Stated};
use yearbook::{BookBuilder, Layout, Result, Table, Value, Yearbook};

use crate::common::{catalogue, observation, observations};
use crate::direct::{self, book_of_every_form};
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

/// Asks a damaged table everything, whatever it answers; `false` if it is refused or one of its cells is.
fn walk_table(table: &Result<Table>) -> bool {
    let Ok(table) = table else {
        return false;
    };
    let _ = (table.cells().rev().count(), table.cells().values().count());
    for place in table.places() {
        let row = table.row(place).unwrap();
        let _ = (row.values().count(), row.rev().count());
    }
    for period in table.periods() {
        let column = table.column(*period);
        let _ = (column.values().count(), column.rev().count());
        for place in table.places() {
            let _ = (table.get(place, *period), table.cell(place, *period));
        }
    }
    table.cells().all(|cell| cell.is_ok())
}

/// A table that verifies gives the same answers whichever way it is asked, though it was damaged.
fn answers_agree(table: &Table) {
    let cells: Vec<_> = table.cells().map(Result::unwrap).collect();
    assert_eq!(cells.len(), table.cell_count());
    let mut backward: Vec<_> = table.cells().rev().map(Result::unwrap).collect();
    backward.reverse();
    assert_eq!(backward, cells);
    for (place, period, cell) in &cells {
        assert_eq!(table.cell(*place, *period).unwrap(), Some(*cell));
        let value = cell.figure().map(|figure| Value::from(figure.value()));
        assert_eq!(table.get(*place, *period).unwrap(), value);
    }
    let figures = cells.iter().filter_map(|(place, period, cell)| {
        let figure = cell.figure()?;
        Some((*place, *period, Value::from(figure.value())))
    });
    let figures: Vec<_> = figures.collect();
    assert_eq!(table.cells().values().collect::<Vec<_>>(), figures);
    for period in table.periods() {
        let own = figures.iter().filter(|(_, other, _)| other == period);
        let own: Vec<_> = own.map(|(place, _, value)| (*place, *value)).collect();
        assert_eq!(table.column(*period).values().collect::<Vec<_>>(), own);
    }
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
    let envelope = Envelope {
        bytes: bytes.clone(),
    };
    let (_, _, start, end) = envelope.section(33);
    let (_, tables) = envelope.directory();
    each(bytes.len(), |at| {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        if (start..end).contains(&at) {
            // The other tables lie as they did.
            let own = |table: &&(Heading, u32, u64, u64, u32)| table.2 <= (at - start) as u64;
            let (heading, ..) = tables.iter().rfind(own).unwrap();
            let error = Yearbook::from_bytes(flipped).unwrap().table(heading);
            assert_eq!(
                error.unwrap_err().to_string(),
                format!("table {heading} does not match its checksum")
            );
        } else if let Ok(figures) = read(flipped) {
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
    let catalogue = envelope.section(16).2;
    let (_, _, cells, tables) = envelope.section(33);
    // Cells have checksums of their own, and a sweep of their own.
    each(bytes.len() - (tables - cells), |at| {
        let at = if at < cells { at } else { at + tables - cells };
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

/// Opens a book one of whose tables was replaced, with all checksums and the digest as they should be: an error, or a book
/// that does not contradict itself.
fn refused_or_sound(envelope: &Envelope, tables: &[Vec<u8>], number: usize, bytes: Vec<u8>) {
    let mut tables = tables.to_vec();
    tables[number] = bytes;
    let book = Yearbook::from_bytes(envelope.with_tables(&tables)).unwrap();
    let table = book.tables().nth(number).unwrap();
    if walk_table(&table) && book.verify().is_ok() {
        answers_agree(&table.unwrap());
    }
}

fn tables_of(book: &Yearbook) -> (Envelope, Vec<Vec<u8>>) {
    let envelope = Envelope {
        bytes: book.to_bytes().to_vec(),
    };
    let tables = envelope.tables().into_iter().map(|(.., bytes)| bytes);
    let tables = tables.collect();
    (envelope, tables)
}

/// Cells behind checksums of their own: flipped, with those and the digest repaired.
#[test]
fn cells_flipped_with_every_checksum_repaired() {
    for (book, flips) in [
        (small_book(), &[0x01, 0x10, 0x80, 0xff][..]),
        (book(), &[0x01, 0x40]),
    ] {
        let (envelope, tables) = tables_of(&book);
        let every: Vec<(usize, usize)> = (0..tables.len())
            .flat_map(|number| (0..tables[number].len()).map(move |at| (number, at)))
            .collect();
        each(every.len(), |one| {
            let (number, at) = every[one];
            for flip in flips {
                let mut bytes = tables[number].clone();
                bytes[at] ^= flip;
                refused_or_sound(&envelope, &tables, number, bytes);
            }
        });
    }
}

#[test]
fn tables_cut_with_every_checksum_repaired() {
    let (envelope, tables) = tables_of(&small_book());
    for (number, table) in tables.iter().enumerate() {
        for end in 0..table.len() {
            let book = Yearbook::from_bytes({
                let mut tables = tables.clone();
                tables[number].truncate(end);
                envelope.with_tables(&tables)
            });
            let error = book.unwrap().verify().unwrap_err();
            assert_eq!(error.kind(), yearbook::ErrorKind::Corrupt, "{end}");
        }
    }
}

/// Every number in the headers of tables, with another put in its place: those at which widths, words and counts of memory end.
#[test]
fn headers_of_tables_that_claim_the_moon() {
    let claims = [
        0,
        1,
        (1 << 16) + 1,
        u64::from(u32::MAX),
        1 << 32,
        (1 << 57) - 1,
        1 << 57,
        (1 << 61) + 1,
        u64::MAX >> 1,
        u64::MAX,
    ]
    .map(|claim: u64| {
        let mut bytes = Vec::new();
        let mut rest = claim;
        while rest >= 0x80 {
            bytes.push(rest.to_le_bytes()[0] | 0x80);
            rest >>= 7;
        }
        bytes.push(rest.to_le_bytes()[0]);
        bytes
    });
    let every_form = book_of_every_form();
    let (large, all) = tables_of(&every_form);
    let (small, few) = tables_of(&small_book());
    for (envelope, tables) in [(large, all), (small, few)] {
        for (number, (_, periods, table)) in envelope.tables().into_iter().enumerate() {
            let header = direct::read(&table, periods.len(), &mut direct::Met::new()).header_bytes;
            // A table of many cells is refused or not; that it agrees with itself is asked of the small ones.
            let small = table.len() < 2000;
            each(header, |at| {
                for claim in &claims {
                    for replaced in 0..2 {
                        let mut bytes = table.clone();
                        bytes.splice(at..at + replaced, claim.iter().copied());
                        if small {
                            refused_or_sound(&envelope, &tables, number, bytes);
                        } else {
                            let mut tables = tables.clone();
                            tables[number] = bytes;
                            let book = Yearbook::from_bytes(envelope.with_tables(&tables));
                            let book = book.unwrap();
                            let heading = book.headings().nth(number).unwrap();
                            let _ = book.table(heading);
                        }
                    }
                }
            });
        }
    }
}

/// What is said of the only table of a book with another number in its place.
fn fault(envelope: &Envelope, table: &[u8], at: usize, number: &[u8]) -> String {
    let mut table = table.to_vec();
    table.splice(at..=at, number.iter().copied());
    let book = Yearbook::from_bytes(envelope.with_tables(&[table])).unwrap();
    let fault = book.verify().unwrap_err().to_string();
    // Packing reads every cell too; how many there are it counts itself.
    match book.to_bytes_as(Layout::Packed) {
        Err(error) => assert_eq!(error.to_string(), fault),
        Ok(_) => assert!(fault.contains("it states"), "{fault}"),
    }
    fault
}

/// 2^64 − 1.
const MOON: [u8; 10] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];

#[test]
fn the_header_of_a_list_says_what_is_wrong() {
    let mut book = BookBuilder::new(catalogue());
    book.observe(&observations()[0]).unwrap();
    let (envelope, tables) = tables_of(&book.finish().unwrap());
    // Rows: a run of 1 from place 1. One unit, one kind, a cell, defaults of the table, a list block of one column.
    let header = [
        0, 1, 1, 1, 1, b'%', 1, 0, 0, 0, 0, 0xfe, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 2,
    ];
    assert_eq!(tables[0][..header.len()], header);
    let places = "the rows are not places in order";
    let list = "a list has no known form";
    for (at, number, expected) in [
        (0, &[3][..], "the rows are in no known form"),
        (1, &[9], places),
        (1, &MOON, "a number is over 2^32"),
        (
            1,
            &[0x81, 0],
            "a length is not written as short as it can be",
        ),
        (
            1,
            &[0],
            "it states 1 cells, and its rows and columns have room for 0",
        ),
        (2, &[6], places),
        (2, &[0xff, 0xff, 0xff, 0xff, 0x0f], places),
        (3, &MOON, "the units are not codes in order"),
        (4, &MOON, "it ends too early"),
        (5, b"?", "the units are not codes in order"),
        (7, &[2], "the attributes are not known ones in order"),
        (
            12,
            &MOON,
            "it states 18446744073709551615 cells, and its rows and columns have room for 1",
        ),
        (12, &[0], "it states 0 cells and has 1"),
        (13, &[3], "the attributes lie by nothing known"),
        (14, &[1], "430200, 2021: the cell holds no figure"),
        (15, &[1], "it ends too early"),
        (15, &MOON, "numbers of 64 bits are wider than 57"),
        (16, &[1], "it ends too early"),
        (16, &MOON, "it ends too early"),
        (17, &[0], "the blocks have 0 columns, and the table 1"),
        (18, &[0], "a block has no columns"),
        (18, &[2], list),
        (19, &[2], "a block has no known form"),
        (20, &[0], list),
        (20, &MOON, list),
        (21, &[2], list),
        (22, &[1], list),
        (23, &[58], list),
        (24, &[29], list),
    ] {
        assert_eq!(
            fault(&envelope, &tables[0], at, number),
            format!("in table share: {expected}"),
            "{number:?} at {at}"
        );
    }
}

#[test]
fn the_header_of_a_dense_block_says_what_is_wrong() {
    let mut book = BookBuilder::new(catalogue());
    for year in 2001..2021 {
        for place in ["430223", "430281"] {
            // From 10.01 to 10.20.
            let share = format!("10.{:02}", year - 2000);
            let heading = ("share", "", "level");
            book.observe(&observation(heading, place, &year.to_string(), &share, "%"))
                .unwrap();
        }
    }
    let (envelope, tables) = tables_of(&book.finish().unwrap());
    // Two rows of 5 bits a slot from place 3, 40 cells. The lowest base is 1001, zigzag 2002.
    let header = [
        0, 2, 3, 1, 1, b'%', 1, 0, 0, 0, 0, 0xfe, 40, 0, 0, 0, 0, 1, 20, 0, 5, 10, 0, 0, 2, 0xd2,
        0x0f, 10,
    ];
    assert_eq!(tables[0][..header.len()], header);
    // The records of 10 bits: code 5, the second after 5 bits.
    assert_eq!(tables[0][28..32], [5, 0, 0x45, 1]);
    let form = "a block has no known form";
    let row = "a row does not lie where it should";
    for (at, number, expected) in [
        (20, &[17][..], form),
        (21, &[5], form),
        (21, &[65], form),
        (22, &[65], form),
        // No word holds both, and the base begins within a byte.
        (22, &[55], form),
        (23, &[4], form),
        // No room for a scale.
        (23, &[5], form),
        (24, &[29], form),
        (27, &MOON, "a block is longer than memory"),
        (27, &[11], "it ends too early"),
        (27, &[9], "the rows do not have the bits that it states"),
        (28, &[58], row),
        (28, &[6], row),
        (31, &[2], row),
        (31, &[5], "a row has bits after its record"),
        (30, &[0x44], "the rows do not have the bits that it states"),
    ] {
        assert_eq!(
            fault(&envelope, &tables[0], at, number),
            format!("in table share: {expected}"),
            "{number:?} at {at}"
        );
    }
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
    // Counts inside of sections: every aligned word of the directory and of the catalogue.
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
fn another_version_says_what_to_do() {
    let message = |version: u8| {
        let mut bytes = small_book().to_bytes().to_vec();
        bytes[8] = version;
        let error = Yearbook::from_bytes(bytes).unwrap_err();
        assert_eq!(error.kind(), yearbook::ErrorKind::Version);
        error.to_string()
    };
    assert_eq!(
        message(0),
        "the yearbook is of format version 0, and this crate reads version 1: publish it again"
    );
    assert_eq!(
        message(2),
        "the yearbook is of format version 2, and this crate reads version 1: read it with a newer crate"
    );
    assert_eq!(
        Yearbook::from_bytes(Vec::new()).unwrap_err().to_string(),
        "the file is empty: a yearbook begins with YEARBOOK"
    );
}
