use std::collections::BTreeMap;

use proptest::prelude::*;

use super::rows::as_u32;
use super::*;
use crate::book::table::sheet::{Sheet, Slot};
use crate::codec::bits::TAIL_BYTES;
use crate::model::{Absence, Figure, Granularity, Period, Qualifier, Stated, Status, Unit};

const PLACES: u32 = 100;
const SOURCES: u32 = 3;

type Cells = BTreeMap<(u32, u32), Slot>;

/// Columns of every granularity: months, then years, quarters and spans among them.
fn periods(count: usize) -> Vec<Period> {
    let months = Period::month(2001, 1)
        .unwrap()
        .through(Period::month(2009, 12).unwrap());
    let mut periods: Vec<Period> = months.unwrap().collect();
    for other in [
        "2001",
        "2003",
        "2001-Q2",
        "2002-S1",
        "2001-01/2001-10",
        "2001-01/2002-03",
        "2001-W05",
        "2001-03-04",
    ] {
        periods.insert(periods.len() / 9, other.parse().unwrap());
    }
    periods.truncate(count);
    periods.sort_unstable();
    periods
}

fn months(count: usize) -> Vec<Period> {
    let months = Period::month(2001, 1)
        .unwrap()
        .through(Period::month(2030, 12).unwrap());
    months.unwrap().take(count).collect()
}

/// As many years as months after them.
fn years_and_months(count: usize) -> Vec<Period> {
    let years = Period::year(1901)
        .unwrap()
        .through(Period::year(2000).unwrap());
    let years = years.unwrap().take(count / 2);
    years.chain(months(count - count / 2)).collect()
}

fn limits(periods: &[Period]) -> Limits {
    Limits {
        places: PLACES,
        columns: u32::try_from(periods.len()).unwrap(),
        sources: SOURCES,
    }
}

fn figure(text: &str) -> Stated {
    Stated::figure(text.parse().unwrap(), Unit::PERCENT)
}

fn slot(text: &str) -> Slot {
    Slot {
        stated: figure(text),
        source: 0,
    }
}

fn any_slot() -> impl Strategy<Value = Slot> {
    let figure = prop_oneof![
        8 => "-?[0-9]{1,3}\\.[0-9]{2}",
        4 => "[1-9][0-9]{0,5}",
        2 => "-?[0-9]{1,9}\\.[0-9]{1,4}",
        2 => "[1-9][0-9]{0,5}e[0-9]\\+",
        1 => "[1-9][0-9]{18,27}!",
        1 => "0\\.[0-9]{20,26}",
        1 => ">=[0-9]{1,9}",
        1 => "[1-4]e[0-2]\\.\\.5e3",
    ]
    .prop_map(|text| text.parse::<Figure>().unwrap());
    let unit = proptest::sample::select(vec![Unit::PERCENT, Unit::PERSON]);
    let stated = prop_oneof![
        9 => (figure, unit, proptest::sample::select(Status::ALL)).prop_map(|(figure, unit, status)| Stated::Figure {
            figure,
            unit,
            status,
        }),
        1 => proptest::sample::select(Absence::ALL).prop_map(Stated::Absent),
    ];
    (stated, 0..SOURCES).prop_map(|(stated, source)| Slot { stated, source })
}

/// Plain numbers, near to each other in a row, as most tables have them.
fn plain_slot() -> impl Strategy<Value = Slot> {
    (0u32..2000)
        .prop_map(|hundredths| slot(&format!("{}.{:02}", hundredths / 100, hundredths % 100)))
}

fn any_cells(columns: u32) -> impl Strategy<Value = Cells> {
    let key = (0..PLACES, 0..columns);
    prop_oneof![
        proptest::collection::btree_map(key.clone(), any_slot(), 0..40),
        proptest::collection::btree_map((0..4u32, 0..columns), any_slot(), 0..200),
        proptest::collection::btree_map((0..20u32, 0..columns), plain_slot(), 0..900),
        proptest::collection::btree_map(key, plain_slot(), 0..40),
    ]
}

fn sheet(cells: &Cells) -> Sheet {
    let mut sheet = Sheet::default();
    let mut cells = cells.iter().peekable();
    while let Some(&(&(place, _), _)) = cells.peek() {
        while let Some((&(_, column), slot)) = cells.next_if(|((other, _), _)| *other == place) {
            sheet.push(column, slot).unwrap();
        }
        sheet.end_row(place);
    }
    sheet
}

fn open(cells: &Cells, periods: &[Period]) -> Direct {
    let bytes = write(&sheet(cells), periods).unwrap();
    Direct::open(bytes.into(), &limits(periods)).unwrap()
}

/// Every way to read a table agrees with the cells that went in.
fn agree(cells: &Cells, periods: &[Period]) {
    let table = open(cells, periods);
    assert_eq!(table.cell_count(), cells.len());
    let columns = u32::try_from(periods.len()).unwrap();
    let mut rows = 0;
    for place in 0..PLACES {
        let own: Vec<(u32, Slot)> = cells
            .range((place, 0)..(place + 1, 0))
            .map(|((_, column), slot)| (*column, *slot))
            .collect();
        let Some(row) = table.row_of(place) else {
            assert!(own.is_empty(), "{place}");
            continue;
        };
        assert_eq!(table.place(row), place);
        rows += 1;
        for column in 0..columns {
            let slot = own
                .iter()
                .find(|(other, _)| *other == column)
                .map(|(_, slot)| *slot);
            assert_eq!(table.slot(row, column).unwrap(), slot, "{place} {column}");
            let number = slot.and_then(|slot| {
                slot.stated
                    .as_figure()
                    .map(|figure| Value::from(figure.value()))
            });
            assert_eq!(table.number(row, column), number, "{place} {column}");
        }
        let forward = walked(&table, row, table.walk(row));
        assert_eq!(forward, own);
        let mut walk = table.walk(row);
        let mut backward: Vec<_> = std::iter::from_fn(|| table.next_back(row, &mut walk))
            .map(Result::unwrap)
            .collect();
        backward.reverse();
        assert_eq!(backward, own);
        let middle = columns / 3..columns.div_ceil(2);
        let some = walked(&table, row, table.walk_range(row, middle.clone()));
        let own_middle: Vec<_> = own
            .iter()
            .copied()
            .filter(|(column, _)| middle.contains(column))
            .collect();
        assert_eq!(some, own_middle);
        row_runs(&table, row, columns);
    }
    assert_eq!(table.row_count(), rows);
    for column in 0..columns {
        column_runs(&table, column);
    }
    let mut settled = sheet(cells);
    settled.settle();
    assert_eq!(table.sheet().unwrap(), settled);
}

fn walked(table: &Direct, row: usize, mut walk: Walk) -> Vec<(u32, Slot)> {
    let next = || {
        table.next(
            row,
            &mut walk,
            |column, slot| (column, slot),
            Result::unwrap,
        )
    };
    std::iter::from_fn(next).collect()
}

fn row_runs(table: &Direct, row: usize, columns: u32) {
    for (start, room) in [(0, 64), (columns / 2, 64), (columns / 3, 5)] {
        let mut column = start;
        while column < columns {
            let mut numbers = [7; 64];
            let most = as_usize(columns - column).min(room);
            let (length, scale) = table.row_run(row, column, &mut numbers[..most]);
            assert!((1..=most).contains(&length));
            for (column, number) in (column..).zip(&numbers[..length]) {
                if let Some(scale) = scale {
                    let number = (*number != HOLE).then(|| Value::new(*number, scale.into()));
                    assert_eq!(number, table.number(row, column));
                }
            }
            column += as_u32(length);
        }
    }
}

fn column_runs(table: &Direct, column: u32) {
    for row in (0..table.row_count()).step_by(RUN) {
        let length = (table.row_count() - row).min(RUN);
        let (mut numbers, mut scales) = ([7; RUN], Scales::Wide);
        let numbers = &mut numbers[..length];
        table.column_run(row, column, numbers, &mut scales);
        for (at, number) in numbers.iter().enumerate() {
            if let Some(scale) = scales.get(at) {
                let number = (*number != HOLE).then(|| Value::new(*number, scale.into()));
                assert_eq!(number, table.number(row + at, column));
            }
        }
        let mut at = 0;
        while at < length {
            let alike = scales.alike(at, &numbers[at..]);
            assert!((1..=length - at).contains(&alike));
            for (other, number) in (at..at + alike).zip(&numbers[at..]) {
                assert!(scales.get(other) == scales.get(at) || *number == HOLE);
            }
            at += alike;
        }
    }
}

/// Tables of more rows than are read at once: rows that are alike, that vary, that are at full length, that end half-way, and gaps.
fn many_rows(columns: u32) -> impl Strategy<Value = Cells> {
    let row = prop_oneof![
        2 => Just(vec![slot("12.50"); as_usize(columns)].into_iter().map(Some).collect()),
        6 => proptest::collection::vec(proptest::option::weighted(0.9, plain_slot()), as_usize(columns)),
        1 => proptest::collection::vec(
            "[1-9][0-9]{9,18}\\.[0-9]{2}".prop_map(|text| Some(slot(&text))),
            as_usize(columns),
        ),
        1 => Just(vec![None; as_usize(columns)]),
        1 => plain_slot().prop_map(move |slot| {
            let years = (0..columns).map(|column| (column < columns / 2).then_some(slot));
            years.collect()
        }),
    ];
    proptest::collection::vec(row, 0..as_usize(PLACES)).prop_map(|rows: Vec<Vec<Option<Slot>>>| {
        let rows = (0u32..).zip(rows);
        let cells = rows.flat_map(|(place, row)| {
            let cells = (0u32..).zip(row);
            cells.filter_map(move |(column, slot)| Some(((place, column), slot?)))
        });
        cells.collect()
    })
}

proptest! {
    #[test]
    fn every_cell_of_many_granularities_comes_back_and_no_other(cells in any_cells(30)) {
        agree(&cells, &periods(30));
    }

    #[test]
    fn every_cell_of_months_comes_back_and_no_other(cells in any_cells(100)) {
        agree(&cells, &months(100));
    }

    #[test]
    fn every_cell_of_many_rows_comes_back(cells in many_rows(40)) {
        agree(&cells, &months(40));
        agree(&cells, &years_and_months(40));
    }

    #[test]
    fn the_bytes_do_not_depend_on_how_attributes_came(cells in any_cells(30)) {
        let periods = periods(30);
        let mut known = Sheet::default();
        for slot in cells.values().rev() {
            known.attributes(Attributes::of(slot)).unwrap();
        }
        let mut cells_left = cells.iter().peekable();
        while let Some((&(place, column), slot)) = cells_left.next() {
            known.push(column, slot).unwrap();
            if cells_left.peek().is_none_or(|((next, _), _)| *next != place) {
                known.end_row(place);
            }
        }
        prop_assert_eq!(write(&known, &periods).unwrap(), write(&sheet(&cells), &periods).unwrap());
    }

    #[test]
    fn sources_are_numbered_anew(cells in any_cells(30)) {
        let periods = periods(30);
        let moved: Cells = cells
            .iter()
            .map(|(key, slot)| (*key, Slot { source: slot.source * 2 + 200, ..*slot }))
            .collect();
        let table = open(&cells, &periods);
        let mut limits = limits(&periods);
        limits.sources = 300;
        let bytes = table.with_sources(&[200, 202, 204]).unwrap();
        let again = Direct::open(bytes.clone(), &limits).unwrap();
        prop_assert_eq!(bytes, write(&sheet(&moved), &periods).unwrap());
        prop_assert_eq!(again.sheet().unwrap(), { let mut sheet = sheet(&moved); sheet.settle(); sheet });
        if !cells.is_empty() {
            prop_assert!(table.with_sources(&[]).is_err());
        }
    }

    #[test]
    fn a_damaged_table_is_refused_or_read(
        cells in any_cells(30),
        damages in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let periods = periods(30);
        let mut bytes = write(&sheet(&cells), &periods).unwrap();
        let cut = cut.index(bytes.len() + 1);
        let short = bytes[..cut].to_vec();
        for (at, byte) in damages {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for damaged in [short, bytes] {
            if let Ok(table) = Direct::open(damaged.into(), &limits(&periods)) {
                let _ = table.sheet();
                for row in 0..table.row_count() {
                    prop_assert!(table.place(row) < PLACES);
                    for column in 0..30 {
                        let _ = table.number(row, column);
                    }
                    row_runs(&table, row, 30);
                }
                for column in 0..30 {
                    column_runs(&table, column);
                }
            }
        }
    }
}

#[test]
fn no_cells_are_a_table() {
    agree(&Cells::new(), &months(3));
}

#[test]
fn the_edges_of_numbers_come_back() {
    let mut cells = Cells::new();
    for (row, texts) in (0u32..).zip([
        ["0", "1", "0", "1"],
        ["0", "0", "0", "0"],
        [
            "79228162514264337593543950335!",
            "-79228162514264337593543950335!",
            "0",
            "1.5",
        ],
        [
            "9223372036854775807!",
            "-9223372036854775808!",
            "-9223372036854775807!",
            "0",
        ],
        // A slot of ones less one would be the number that stands for a hole, if it were one.
        [
            "9223372036854775806!",
            "9223372036854775805!",
            "9223372036854775805!",
            "9223372036854775807!",
        ],
        [
            "9223372036854775806!",
            "9223372036854775804!",
            "9223372036854775805!",
            "9223372036854775807!",
        ],
        ["144115188075855870!", "0", "1", "2"],
        ["144115188075855871!", "0", "1", "2"],
        ["0.000000000000000000000000001", "100", "7", "4e3"],
        ["-100", "100.0", "-0.1", "330"],
    ]) {
        for (column, text) in (0u32..).zip(texts) {
            cells.insert((row, column), slot(text));
        }
        // The same with a hole.
        for (column, text) in (0u32..).zip(&texts[1..]) {
            cells.insert((row + 50, column), slot(text));
        }
    }
    agree(&cells, &months(4));
    for row in 0..10 {
        let one: Cells = cells
            .range((row, 0)..(row + 1, 0))
            .map(|(key, slot)| (*key, *slot))
            .collect();
        agree(&one, &months(4));
        agree(&one, &periods(12)[..4]);
    }
}

#[test]
fn a_table_of_equal_cells_is_a_few_bytes() {
    let cells: Cells = (0..PLACES)
        .flat_map(|place| (0..100).map(move |column| ((place, column), slot("12.5"))))
        .collect();
    let table = open(&cells, &months(100));
    assert!(table.bytes().len() < 250, "{}", table.bytes().len());
    agree(&cells, &months(100));
}

#[test]
fn blocks_follow_the_numbers() {
    // A cumulative count: each third of the row is far from the others.
    let grown = |column: u32| 1000 * (column / 32) * (column / 32) + column;
    let cells: Cells = (0..PLACES)
        .flat_map(|place| {
            (0..100)
                .map(move |column| ((place, column), slot(&(place + grown(column)).to_string())))
        })
        .collect();
    let table = open(&cells, &months(100));
    assert_eq!(table.blocks.len(), 4);
    assert!(table.chunks.are_even());
    assert!((0..100).all(|column| table.spot(7, column).slot(&table.bytes).is_some()));
    agree(&cells, &months(100));
    // Years among months: a block each.
    let cells: Cells = (0..PLACES)
        .flat_map(|place| (0..30).map(move |column| ((place, column), slot("7"))))
        .collect();
    let table = open(&cells, &periods(30));
    assert!(table.blocks.len() > 4, "{}", table.blocks.len());
    agree(&cells, &periods(30));
    // Numbers that differ, in months with years among them: not even, and yet each is found in its chunk.
    let cells: Cells = (0..PLACES)
        .flat_map(|place| {
            let figure = move |column: u32| slot(&(place * 7 + column * 13).to_string());
            (0..30).map(move |column| ((place, column), figure(column)))
        })
        .collect();
    let table = open(&cells, &periods(30));
    assert!(!table.chunks.are_even());
    for (column, period) in (0u32..).zip(periods(30)) {
        if period.granularity() == Granularity::Month {
            assert!(
                table.spot(7, column).slot(&table.bytes).is_some(),
                "{period}"
            );
        }
    }
    agree(&cells, &periods(30));
}

#[test]
fn a_record_fills_a_word_or_begins_its_base_with_a_byte() {
    // Rows of one number: six bits of code, none before, and a base of so many bits.
    let mut refused = 0;
    for (bits, row_bytes) in [(2, 1), (3, 2), (57, 8), (58, 8), (59, 9), (62, 9), (63, 9)] {
        let fills = [2, 58].contains(&bits);
        let base = |place: u32| {
            if place.is_multiple_of(2) {
                0
            } else {
                u64::MAX >> (64 - bits)
            }
        };
        let cells: Cells = (0..PLACES)
            .flat_map(|place| {
                let exact = slot(&format!("{}!", base(place)));
                (0..3).map(move |column| ((place, column), exact))
            })
            .collect();
        let table = open(&cells, &months(3));
        let alike: Cells = cells.keys().map(|key| (*key, slot("0!"))).collect();
        let one = open(&alike, &months(3));
        let more = table.bytes().len() - one.bytes().len();
        assert!(
            more.abs_diff((row_bytes - 1) * as_usize(PLACES)) < 12,
            "{bits}: {more}"
        );
        assert_eq!(table.chunks.are_even(), row_bytes <= 8);
        agree(&cells, &months(3));
        // The rows, which are all there is before the tail, begin with such a record.
        let mut bytes = table.bytes().to_vec();
        let records = bytes.len() - TAIL_BYTES - row_bytes * as_usize(PLACES);
        bytes[records + row_bytes - 1] |= 0x80;
        let opened = Direct::open(bytes.into(), &limits(&months(3)));
        if fills {
            assert!(opened.is_ok());
        } else {
            let error = opened.unwrap_err().to_string();
            assert!(error.contains("a row has bits after its record"), "{error}");
        }
        // A base that begins within a byte would not be read by one load.
        let mut bytes = table.bytes().to_vec();
        let block = [3, DENSE, 5, 8, bits];
        if let Some(at) = bytes.windows(5).position(|bytes| bytes == block) {
            bytes[at + 3] = 9;
            let error = Direct::open(bytes.into(), &limits(&months(3))).unwrap_err();
            assert!(error.to_string().contains("no known form"), "{error}");
            refused += 1;
        }
    }
    assert_eq!(refused, 3);
    // Rows that differ in their decimals as well.
    let texts = [
        "-9000000000000000000!",
        "4.5",
        "9000000000000000000!",
        "0",
        "7.25",
    ];
    let cells: Cells = (0..PLACES)
        .zip(texts.into_iter().cycle())
        .flat_map(|(place, text)| (0..3).map(move |column| ((place, column), slot(text))))
        .collect();
    agree(&cells, &months(3));
}

#[test]
fn long_slots_and_chunks_longer_than_written_are_read_alike() {
    let number = |place: u32, column: u32| {
        let spread = u64::from(place * 100 + column).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // A small one in each row, so that the bases are near each other and the records short.
        if column == 0 { 1 } else { spread >> 14 }
    };
    let cells: Cells = (0..PLACES)
        .flat_map(|place| {
            let exact = move |column| slot(&format!("{}!", number(place, column)));
            (0..100).map(move |column| ((place, column), exact(column)))
        })
        .collect();
    agree(&cells, &months(100));
    let bytes = write(&sheet(&cells), &months(100)).unwrap();
    let block = [100, DENSE, 5];
    let block = bytes.windows(3).position(|bytes| bytes == block).unwrap();
    // The same slots, told to lie in chunks of 64 and 128 columns: other numbers, the same by every way.
    for log in [6, 7] {
        let mut bytes = bytes.clone();
        bytes[block + 2] = log;
        let table = Direct::open(bytes.into(), &limits(&months(100))).unwrap();
        assert!(!table.chunks.are_even());
        (0..100).for_each(|column| column_runs(&table, column));
        (0..as_usize(PLACES)).for_each(|row| row_runs(&table, row, 100));
    }
}

#[test]
fn exceptions_pay_for_themselves_alone() {
    let plain: Cells = (0..PLACES)
        .flat_map(|place| {
            (0..100)
                .map(move |column| ((place, column), slot(&format!("{}", (place * column) % 61))))
        })
        .collect();
    let mut marked = plain.clone();
    for (at, slot) in marked.values_mut().enumerate() {
        if let Stated::Figure { figure, status, .. } = &mut slot.stated {
            if at % 100 > 96 {
                *status = Status::Provisional;
            }
            if at % 97 == 0 {
                *figure =
                    Figure::new(figure.value(), figure.precision(), Qualifier::AtLeast).unwrap();
            }
        }
    }
    let months = months(100);
    let (plain, with) = (open(&plain, &months), open(&marked, &months));
    // 104 exceptions of less than two bytes, and a default for each column.
    let more = with.bytes().len() - plain.bytes().len();
    assert!(more < 400, "{more}");
    agree(&marked, &months);
}
