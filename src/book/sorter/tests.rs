//! Runs that fail, runs that come back wrong, and what memory is taken. What a sorter gives is tested from outside.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};

use super::held::{Key, Sorted};
use super::numbers::Ranks;
use super::runs::Runs;
use super::*;
use crate::catalogue::CatalogueBuilder;
use crate::error::ErrorKind;
use crate::model::{Indicator, Kind, Level, Names, Period, Region, Source, Stated, Temporal, Unit};

/// Two places, one source, and the populations of each.
fn catalogue() -> Catalogue {
    let mut catalogue = CatalogueBuilder::new();
    let names = || Names::zh("某").unwrap();
    for (code, parent) in [
        ("430000", None),
        ("430200", Some("430000".parse().unwrap())),
    ] {
        let level = parent.map_or(Level::Province, |_| Level::Prefecture);
        let region = Region::new(code.parse().unwrap(), parent, level, names());
        catalogue.region(region).unwrap();
    }
    catalogue
        .source(Source::new("a".parse().unwrap(), "A report", "", None).unwrap())
        .unwrap();
    let people = "people".parse().unwrap();
    let people = Indicator::new(people, names(), Unit::PERSON, Kind::Count, Temporal::Flow);
    catalogue.indicator(people.unwrap()).unwrap();
    catalogue.finish().unwrap()
}

/// A sorter of so much memory, and cells of so many days, the last of them first.
fn filled(memory_bytes: usize, days: i32) -> BookSorter {
    let mut book = BookSorter::new(catalogue(), memory_bytes);
    for day in (0..days).rev() {
        push(&mut book, day).unwrap();
    }
    book
}

fn push(book: &mut BookSorter, day: i32) -> Result<Option<Warning>> {
    let catalogue = book.catalogue();
    let cell = NewCell {
        stated: Stated::figure((day * day).to_string().parse().unwrap(), Unit::PERSON),
        source: catalogue.source(&"a".parse().unwrap()).unwrap(),
    };
    let place = catalogue.place(&"430200".parse().unwrap()).unwrap();
    let day = Period::from_ordinal(crate::model::Granularity::Day, 730_000 + day).unwrap();
    book.push_cell(&Heading::level("people".parse().unwrap()), place, day, cell)
}

fn bytes(book: BookSorter) -> Result<Vec<u8>> {
    book.finish(Cursor::new(Vec::new())).map(Cursor::into_inner)
}

/// A file that can be read and not written.
fn read_only() -> File {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    File::create(&path).unwrap();
    File::open(path).unwrap()
}

#[test]
fn a_run_that_cannot_be_written_loses_nothing() {
    let whole = bytes(filled(1 << 20, 40)).unwrap();
    let mut book = filled(1, 39);
    let runs = book.runs.as_mut().unwrap();
    let writable = std::mem::replace(&mut runs.file, read_only());
    for _ in 0..2 {
        let error = push(&mut book, 39).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        let message = error.to_string();
        let folder = std::env::temp_dir();
        assert!(
            message.starts_with(&format!(
                "{}: sorted cells cannot be written: ",
                folder.display()
            )) && message.ends_with(": give the sorter a folder with room, or more memory"),
            "{message}"
        );
    }
    book.runs.as_mut().unwrap().file = writable;
    push(&mut book, 39).unwrap();
    assert_eq!(bytes(book).unwrap(), whole);
}

#[test]
fn runs_that_come_back_short_are_an_error() {
    let mut book = filled(1, 40);
    book.held.clear();
    let runs = book.runs.as_ref().unwrap();
    let end = runs.list.last().unwrap().end;
    runs.file.set_len(end / 2).unwrap();
    let error = bytes(book).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(
        error
            .to_string()
            .contains(": sorted cells cannot be read again: "),
        "{error}"
    );
}

#[test]
fn runs_that_come_back_wrong_are_an_error() {
    let length = filled(200, 12).runs.unwrap().list.last().unwrap().end;
    for at in (0..length).step_by(3) {
        for flip in [1, 0x80, 0xff] {
            let book = filled(200, 12);
            let mut file = &book.runs.as_ref().unwrap().file;
            let mut byte = [0];
            file.seek(SeekFrom::Start(at)).unwrap();
            file.read_exact(&mut byte).unwrap();
            file.seek(SeekFrom::Start(at)).unwrap();
            file.write_all(&[byte[0] ^ flip]).unwrap();
            assert_eq!(bytes(book).unwrap_err().kind(), ErrorKind::Corrupt, "{at}");
        }
    }
}

/// Cells that no sorter writes, under a right checksum.
#[test]
fn runs_that_hold_no_cells_are_an_error() {
    struct Forged(Vec<(Key, Vec<u8>)>, usize);
    impl Sorted for Forged {
        fn next(&mut self) -> Result<Option<(Key, &[u8])>> {
            self.1 += 1;
            Ok(self
                .0
                .get(self.1 - 1)
                .map(|(key, record)| (*key, &record[..])))
        }
    }
    let key = |heading, place, period| Key {
        heading,
        place,
        period,
    };
    for forged in [
        (key(0, 1, 0), vec![]),
        (key(0, 1, 0), vec![0xff; 30]),
        (key(7, 1, 0), vec![0, 1, 0]),
        (key(0, 9, 0), vec![0, 1, 0]),
        (key(0, 1, 99), vec![0, 1, 0]),
        (key(0, 0, 0), vec![9, 1, 0]),
    ] {
        let mut book = filled(1, 12);
        let runs = book.runs.as_mut().unwrap();
        runs.add(&mut Forged(vec![forged.clone()], 0)).unwrap();
        let error = bytes(book).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Foreign),
            "{forged:?}: {error}"
        );
    }
}

#[test]
fn memory_is_what_was_given() {
    let memory_bytes = 1 << 17;
    let mut held = Held::within(memory_bytes);
    let mut runs = Runs::create(&std::env::temp_dir()).unwrap();
    let ranks = Ranks {
        headings: vec![0],
        periods: vec![0],
    };
    let cells = 300_000u32;
    for cell in 0..cells {
        // Odd and prime, so that each place comes once.
        let place = cell.wrapping_mul(7919) % cells;
        let key = Key {
            heading: 0,
            place,
            period: 0,
        };
        let record = place.to_le_bytes();
        if !held.has_room(record.len()) {
            runs.add(&mut held.sorted(&ranks)).unwrap();
            held.clear();
        }
        held.push(key, &record).unwrap();
        assert!(held.memory_bytes() <= memory_bytes);
    }
    runs.add(&mut held.sorted(&ranks)).unwrap();
    assert!(runs.list.len() > 60, "{}", runs.list.len());
    let nobody = &mut |_| ControlFlow::Continue(());
    let runs = runs.few(&ranks, memory_bytes, &mut Telling::of(0, nobody));
    let runs = runs.unwrap();
    assert_eq!(runs.list.len(), 2);
    let mut merge = runs.merge_all(&ranks, memory_bytes).unwrap();
    for place in 0..cells {
        let (key, record) = merge.next().unwrap().unwrap();
        assert_eq!((key.place, record), (place, &place.to_le_bytes()[..]));
        assert!(merge.memory_bytes() <= memory_bytes);
    }
    assert!(merge.next().unwrap().is_none());
}

/// What is told while a sorter's book is written, and the book; it is stopped after so many cells.
fn told(book: BookSorter, stop_after: u64) -> (Vec<Merged>, Result<Vec<u8>>) {
    let mut told = Vec::new();
    let book = book.finish_telling(Cursor::new(Vec::new()), |merged| {
        told.push(merged);
        if merged.cells < stop_after {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    (told, book.map(Cursor::into_inner))
}

#[test]
fn it_is_told_how_many_cells_are_taken_of_all_that_will_be() {
    let whole = bytes(filled(1 << 20, 40)).unwrap();
    // In memory; each cell a run, of which two are merged at a time: 40, 20, 10, 5, 3, and two at once.
    for (memory_bytes, runs, passes) in [(1 << 20, 0, 1), (1, 39, 6)] {
        let book = filled(memory_bytes, 40);
        assert_eq!(book.runs.as_ref().map_or(0, |runs| runs.list.len()), runs);
        let (told, book) = told(book, u64::MAX);
        let (cells, cells_total) = (passes * 40, passes * 40);
        assert_eq!(told, [Merged { cells, cells_total }]);
        assert_eq!(book.unwrap(), whole);
    }
}

#[test]
fn it_is_told_as_it_goes_and_can_be_stopped() {
    let days = 20_000;
    let cells = |merged: &Merged| (merged.cells, merged.cells_total);
    let (all, _) = told(filled(1 << 22, days), u64::MAX);
    let all: Vec<_> = all.iter().map(cells).collect();
    assert_eq!(all, [(16_384, 20_000), (20_000, 20_000)]);
    // In memory, while runs are made fewer, and while the last of them are merged.
    for (memory_bytes, stop_after, cells, cells_total) in [
        (1 << 22, 1, 16_384, 20_000),
        (1 << 22, 20_000, 20_000, 20_000),
        (20_000, 1, 16_384, 100_000),
        (20_000, 90_000, 98_304, 100_000),
    ] {
        let (told, book) = told(filled(memory_bytes, days), stop_after);
        assert_eq!(told.last(), Some(&Merged { cells, cells_total }));
        let error = book.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stopped);
        assert_eq!(
            error.to_string(),
            format!("sorting was stopped after {cells} of {cells_total} cells")
        );
    }
}
