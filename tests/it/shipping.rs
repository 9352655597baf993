//! Books written as their cells come, and books packed for shipping: the same book, to the byte.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::ops::ControlFlow;

use proptest::prelude::*;
use yearbook::model::{Figure, Heading, Period, Place, Stated, Unit};
use yearbook::{
    BookBuilder, BookWriter, ErrorKind, Layout, NewCell, Opening, PlaceHandle, Yearbook,
};

use crate::common::{catalogue, observations};
use crate::format::Envelope;

type Tables = BTreeMap<Heading, BTreeMap<PlaceHandle, BTreeMap<Period, NewCell>>>;

fn book() -> Yearbook {
    let mut book = BookBuilder::new(catalogue());
    for observation in observations() {
        book.observe(&observation).unwrap();
    }
    book.finish().unwrap()
}

/// The cells of a book, sorted.
fn tables(book: &Yearbook) -> Tables {
    let mut tables = Tables::new();
    for table in book.tables().map(Result::unwrap) {
        let rows = tables.entry(table.heading().clone()).or_default();
        for (place, period, cell) in table.cells().map(Result::unwrap) {
            let cell = NewCell {
                stated: *cell.stated(),
                source: cell.source(),
            };
            rows.entry(place).or_default().insert(period, cell);
        }
    }
    tables
}

fn write(tables: &Tables, more: &[Period]) -> Vec<u8> {
    let mut book = BookWriter::new(catalogue(), Cursor::new(Vec::new()));
    for (heading, rows) in tables {
        let mut periods: Vec<Period> = rows.values().flat_map(BTreeMap::keys).copied().collect();
        periods.extend(more);
        periods.sort_unstable();
        periods.dedup();
        let mut table = book.table(heading, &periods).unwrap();
        for (place, cells) in rows {
            let row: Vec<Option<NewCell>> = periods
                .iter()
                .map(|period| cells.get(period).copied())
                .collect();
            table.push_row(*place, &row).unwrap();
        }
        table.finish().unwrap();
    }
    book.finish().unwrap().into_inner()
}

#[test]
fn a_book_written_as_it_comes_is_the_book_that_is_built() {
    let book = book();
    let tables = tables(&book);
    assert_eq!(write(&tables, &[]), book.to_bytes());
    // Columns that no cell is in are none.
    let years = ["2099", "1999"].map(|year| year.parse().unwrap());
    let share = |heading: &Heading| heading.to_string() == "share";
    let some: Tables = tables
        .into_iter()
        .filter(|(heading, _)| share(heading))
        .collect();
    let plain = write(&some, &[]);
    assert_eq!(write(&some, &years), plain);
    assert_eq!(Yearbook::from_bytes(plain).unwrap().headings().count(), 1);
}

#[test]
fn a_writer_takes_what_is_in_order() {
    let book = book();
    let catalogue = book.catalogue();
    let headings: Vec<Heading> = book.headings().cloned().collect();
    let mut writer = BookWriter::new(catalogue.clone(), Cursor::new(Vec::new()));
    let year = |year: i32| Period::year(year).unwrap();
    let error = |result: yearbook::Result<yearbook::TableWriter<'_, _>>| match result {
        Ok(_) => panic!("it was taken"),
        Err(error) => (error.kind(), error.to_string()),
    };
    assert_eq!(
        error(writer.table(&headings[0], &[year(2022), year(2021)])),
        (
            ErrorKind::Bounds,
            "column 2021 comes after 2022: a writer takes what is in order; use a sorter or a builder, or sort it first"
                .to_string()
        )
    );
    assert_eq!(
        error(writer.table(&headings[0], &[year(2021), year(2021)])),
        (
            ErrorKind::Duplicate,
            "column 2021 is given twice".to_string()
        )
    );
    let share = Heading::level("share".parse().unwrap());
    let source = tables(&book)[&share]
        .values()
        .next()
        .unwrap()
        .values()
        .next()
        .unwrap()
        .source;
    let cell = Some(NewCell {
        stated: Stated::figure("81.04".parse().unwrap(), Unit::PERCENT),
        source,
    });
    let (zhuzhou, liling) = (
        catalogue.find_place("株洲市").unwrap(),
        catalogue.find_place("醴陵市").unwrap(),
    );
    let mut table = writer.table(&share, &[year(2021)]).unwrap();
    table.push_row(liling, &[cell]).unwrap();
    assert_eq!(
        table.push_row(zhuzhou, &[cell]).unwrap_err().to_string(),
        "row of share 430200 comes after 430281: a writer takes what is in order; use a sorter or a builder, or sort it first"
    );
    assert_eq!(
        table.push_row(liling, &[cell]).unwrap_err().to_string(),
        "row of share 430281 is given twice"
    );
    assert_eq!(
        table
            .push_row(liling, &[cell, None])
            .unwrap_err()
            .to_string(),
        "a row of 2 cells for 1 periods: give one for each, or None"
    );
    let over = Some(NewCell {
        stated: Stated::figure("117.2".parse().unwrap(), Unit::PERCENT),
        source,
    });
    let kind = table.push_row(liling, &[over]).unwrap_err().kind();
    assert_eq!(kind, ErrorKind::Duplicate);
    table.finish().unwrap();
    let earlier = headings.iter().find(|heading| **heading < share).unwrap();
    assert_eq!(
        error(writer.table(earlier, &[year(2021)])),
        (
            ErrorKind::Bounds,
            format!(
                "table {earlier} comes after share: a writer takes what is in order; use a sorter or a builder, or sort it first"
            )
        )
    );
    assert_eq!(
        writer
            .published(None, Some(1))
            .map(|_| ())
            .unwrap_err()
            .to_string(),
        "the publication has been written: state it before the first table"
    );
    let written = Yearbook::from_bytes(writer.finish().unwrap().into_inner()).unwrap();
    assert_eq!(written.cell_count().unwrap(), 1);
    written.verify().unwrap();
}

/// Fails after so many bytes, as a full disk does.
pub(crate) struct Full(pub(crate) Cursor<Vec<u8>>, pub(crate) usize);

impl std::io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.get_ref().len() + bytes.len() > self.1 {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl std::io::Seek for Full {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_full_disk_is_an_error_and_stays_one() {
    let book = book();
    let whole = book.to_bytes().len();
    for room in (0..whole).step_by(whole / 40) {
        let mut writer = BookWriter::new(catalogue(), Full(Cursor::default(), room));
        let mut failed = false;
        for (heading, rows) in tables(&book) {
            let periods = book.table(&heading).unwrap().periods().to_vec();
            let mut table = writer.table(&heading, &periods).unwrap();
            for (place, cells) in rows {
                let row: Vec<_> = periods
                    .iter()
                    .map(|period| cells.get(period).copied())
                    .collect();
                table.push_row(place, &row).unwrap();
            }
            failed |= table.finish().is_err();
        }
        let finished = writer.finish();
        assert_eq!(
            finished.map(|_| ()).unwrap_err().kind(),
            ErrorKind::Io,
            "{room} {failed}"
        );
    }
}

#[test]
fn packed_and_direct_are_one_book() {
    let mut builder = BookBuilder::new(catalogue());
    for observation in observations() {
        builder.observe(&observation).unwrap();
    }
    let at = "2024-11-21T08:00:00Z".parse().unwrap();
    builder.published(Some(at), Some(7));
    let book = builder.finish().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (direct, packed) = (folder.path().join("direct"), folder.path().join("packed"));
    book.save_as(&direct, Layout::Direct).unwrap();
    book.save_as(&packed, Layout::Packed).unwrap();
    assert_eq!(std::fs::read(&direct).unwrap(), book.to_bytes());
    let again = Yearbook::open(&packed).unwrap();
    assert_eq!(again.to_bytes(), book.to_bytes());
    assert_eq!(
        (again.digest(), again.publication()),
        (book.digest(), book.publication())
    );
    // There and back again gives equal bytes.
    let bytes = std::fs::read(&packed).unwrap();
    assert_eq!(again.to_bytes_as(Layout::Packed).unwrap(), bytes);
    let mut told = Vec::new();
    Opening::new()
        .verified()
        .telling(&mut |unpacked| {
            told.push((unpacked.tables, unpacked.tables_total));
            ControlFlow::Continue(())
        })
        .open(&packed)
        .unwrap();
    told.sort_unstable();
    let count = book.headings().count();
    assert_eq!(
        told,
        (1..=count)
            .map(|tables| (tables, count))
            .collect::<Vec<_>>()
    );
    let stopped = Opening::new()
        .telling(&mut |_| ControlFlow::Break(()))
        .from_bytes(bytes);
    let error = stopped.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stopped);
    assert!(
        error.to_string().starts_with("opening was stopped after "),
        "{error}"
    );
}

#[test]
fn an_empty_book_is_packed_too() {
    let book = BookBuilder::new(catalogue()).finish().unwrap();
    let packed = book.to_bytes_as(Layout::Packed).unwrap();
    assert_eq!(
        Yearbook::from_bytes(packed).unwrap().to_bytes(),
        book.to_bytes()
    );
}

#[test]
fn a_damaged_packed_book_is_refused_or_the_same() {
    let book = book();
    let packed = book.to_bytes_as(Layout::Packed).unwrap();
    for end in (0..packed.len()).step_by(7) {
        let cut = packed.slice(..end);
        assert!(Yearbook::from_bytes(cut).is_err(), "{end}");
    }
    for at in (0..packed.len()).step_by(3) {
        let mut flipped = packed.to_vec();
        flipped[at] ^= 1 << (at % 8);
        if let Ok(read) = Yearbook::from_bytes(flipped) {
            assert_eq!(read.to_bytes(), book.to_bytes(), "{at}");
        }
    }
}

/// The checksums prove nothing about intent: lengths, orders and the directory are forged under right ones.
#[test]
fn a_forged_packed_book_is_refused_or_the_same() {
    let book = book();
    let packed = book.to_bytes_as(Layout::Packed).unwrap();
    let sections = Envelope {
        bytes: packed.to_vec(),
    }
    .sections();
    let (mut refused, mut same) = (0, 0);
    for (_, _, start, end) in sections
        .into_iter()
        .filter(|section| [32, 34, 35].contains(&section.0))
    {
        for at in start..end {
            for byte in [packed[at] ^ 1, packed[at] ^ 0x80, 0xff] {
                let mut bytes = packed.to_vec();
                bytes[at] = byte;
                let mut forged = Envelope { bytes };
                forged.repair();
                match Yearbook::from_bytes(forged.bytes) {
                    Ok(read) => {
                        assert_eq!(read.to_bytes(), book.to_bytes(), "{at}");
                        same += 1;
                    }
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::Corrupt, "{at}: {error}");
                        refused += 1;
                    }
                }
            }
        }
    }
    // A byte that was 0xff already is no forgery.
    assert!(refused > 100 * same, "{refused} {same}");
}

proptest! {
    #[test]
    fn shares_are_the_same_book_packed(cells in proptest::collection::btree_map((0usize..3, 2000i32..2012), 0u32..10_000, 0..40)) {
        let mut builder = BookBuilder::new(catalogue());
        let places: Vec<Place> = ["430200", "430281", "430000"].iter().map(|code| code.parse().unwrap()).collect();
        let first = observations().remove(0);
        for ((place, year), share) in cells {
            let figure: Figure = format!("{}.{:02}", share / 100, share % 100).parse().unwrap();
            let mut observation = first.clone();
            let period = Period::year(year).unwrap();
            observation.key = Heading::level("share".parse().unwrap()).at(places[place].clone(), period);
            observation.stated = Stated::figure(figure, Unit::PERCENT);
            builder.observe(&observation).unwrap();
        }
        let book = builder.finish().unwrap();
        let packed = book.to_bytes_as(Layout::Packed).unwrap();
        prop_assert_eq!(Yearbook::from_bytes(packed).unwrap().to_bytes(), book.to_bytes());
        prop_assert_eq!(write(&tables(&book), &[]), book.to_bytes());
    }
}
