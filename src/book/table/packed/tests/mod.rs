//! The packed layout against sheets of every kind and against bytes of any kind.

mod hostile;
mod measure;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{decode, encode};
use crate::book::table::attributes::{Attributes, Said};
use crate::book::table::direct::Limits;
use crate::book::table::sheet::{Sheet, SheetCells, Slot, WIDE};
use crate::model::{Absence, Figure, Period, Precision, Qualifier, Stated, Status, Unit};

const LIMITS: Limits = Limits {
    places: 100,
    columns: 43,
    sources: 3,
};

/// Months, years and a span, in their order.
fn columns() -> Vec<Period> {
    let months = |first: i32, last: i32| {
        Period::month(first, 1)
            .unwrap()
            .through(Period::month(last, 12).unwrap())
    };
    let years = Period::year(2020)
        .unwrap()
        .through(Period::year(2022).unwrap());
    let mut columns: Vec<Period> = months(2020, 2022).unwrap().chain(years.unwrap()).collect();
    columns.extend(
        ["2020-02-03/2020-03-05", "2020-W01", "2021-Q3", "2021-05-05"]
            .map(|text| text.parse::<Period>().unwrap()),
    );
    columns.sort_unstable();
    columns
}

/// What makes two sheets equal: not what they remember while they are filled.
type Content = (
    Vec<u32>,
    Vec<usize>,
    SheetCells,
    Vec<Decimal>,
    Vec<(usize, Decimal, Precision)>,
    Vec<Attributes>,
);

fn content(sheet: &Sheet) -> Content {
    let Sheet {
        places,
        ends,
        cells,
        wide,
        uppers,
        attributes,
        ..
    } = sheet.clone();
    (places, ends, cells, wide, uppers, attributes)
}

fn figure() -> impl Strategy<Value = Figure> {
    prop_oneof![
        "-?[0-9]{1,9}\\.[0-9]{1,4}",
        "-?[0-9]{1,20}\\.[0-9]{1,6}",
        "-?[0-9]{1,28}",
        "0\\.[0-9]{1,26}[1-9]!",
        "-?[0-9]{1,3}\\.[0-9]?[1-9]!",
        "-?[0-9]{1,9}e[0-9]",
        "[1-7]e2[0-8]",
        "[1-9][0-9]{0,5}e[0-9]\\+",
        "~[0-9]{1,4}e0",
        "[1-9][0-9]{0,5}-",
        ">=[0-9]{1,9}",
        "[1-4]e[0-2]\\.\\.[5-9]{3,25}",
        "0\\.[0-9]{1,20}\\.\\.5e3",
    ]
    .prop_map(|text| text.parse::<Figure>().unwrap())
}

/// Slots of a table in which some things are said more often than others.
fn slot() -> impl Strategy<Value = Slot> {
    let unit = proptest::sample::select(vec![Unit::PERCENT, Unit::PERSON]);
    let status = proptest::sample::select(Status::ALL);
    let any = (figure(), unit, status).prop_map(|(figure, unit, status)| Stated::Figure {
        figure,
        unit,
        status,
    });
    let plain = (-500i64..500, 0u32..3).prop_map(|(number, scale)| Stated::Figure {
        figure: Figure::printed(Decimal::new(number, scale)).unwrap(),
        unit: Unit::PERSON,
        status: Status::Normal,
    });
    let stated = prop_oneof![
        2 => any,
        5 => plain,
        1 => proptest::sample::select(Absence::ALL).prop_map(Stated::Absent),
    ];
    (stated, 0u32..3).prop_map(|(stated, source)| Slot { stated, source })
}

/// A settled sheet of rows of slots.
fn sheet_of<'a>(rows: impl IntoIterator<Item = (u32, Vec<(u32, &'a Slot)>)>) -> Sheet {
    let mut sheet = Sheet::default();
    for (place, cells) in rows {
        for (column, slot) in cells {
            sheet.push(column, slot).unwrap();
        }
        sheet.end_row(place);
    }
    sheet.settle();
    sheet
}

fn sheet() -> impl Strategy<Value = Sheet> {
    let row = proptest::collection::btree_map(0u32..43, slot(), 0..12);
    proptest::collection::btree_map(0u32..100, row, 0..8).prop_map(|rows| {
        sheet_of(rows.iter().map(|(place, row)| {
            (
                *place,
                row.iter().map(|(column, slot)| (*column, slot)).collect(),
            )
        }))
    })
}

/// Series that wander, jump, stand still and repeat, in 64 bits and beyond what predictors can hold.
fn wandering() -> impl Strategy<Value = Sheet> {
    let step =
        prop_oneof![4 => Just(0i64), 4 => -3i64..4, 1 => any::<i64>(), 1 => -100_000i64..100_000];
    let row = proptest::collection::vec((step, 0u32..20), 43);
    proptest::collection::vec(row, 1..8).prop_map(|rows| {
        let mut sheet = Sheet::default();
        let said = said(Unit::PERSON, Qualifier::None, Precision::Exact);
        let attributes = sheet.attributes(Attributes { source: 0, said }).unwrap();
        for (place, row) in (0u32..).zip(rows) {
            let mut level = 0i64;
            for (column, (step, hole)) in (0u32..).zip(row) {
                level = level.wrapping_add(step);
                if hole > 0 {
                    sheet.push_cell(column, attributes, level, 0);
                }
            }
            sheet.end_row(place);
        }
        sheet.settle();
        sheet
    })
}

fn said(unit: Unit, qualifier: Qualifier, precision: Precision) -> Said {
    Said::Figure {
        unit,
        status: Status::Normal,
        qualifier,
        precision,
    }
}

/// Encodes, decodes, and checks that nothing is lost and that it is so again.
fn round_trip(sheet: &Sheet, columns: &[Period], limits: &Limits) -> Vec<u8> {
    let bytes = encode(sheet, columns).unwrap();
    let back = decode(&bytes, limits).unwrap();
    assert_eq!(content(&back), content(sheet));
    assert_eq!(encode(&back, columns).unwrap(), bytes);
    bytes
}

/// Asserts all that a sheet promises to whoever reads it.
fn check(sheet: &Sheet, limits: &Limits) {
    let rises = |numbers: &[u32], limit: u32| {
        numbers.windows(2).all(|pair| pair[0] < pair[1])
            && numbers.iter().all(|&number| number < limit)
    };
    assert!(rises(&sheet.places, limits.places));
    assert_eq!(sheet.ends.len(), sheet.places.len());
    assert_eq!(sheet.ends.last().copied().unwrap_or(0), sheet.cells.len());
    assert!(sheet.attributes.windows(2).all(|pair| pair[0] < pair[1]));
    let mut used = vec![false; sheet.attributes.len()];
    let (mut wide, mut uppers) = (0, sheet.uppers.iter());
    for row in 0..sheet.places.len() {
        let columns = &sheet.cells.columns[sheet.row(row)];
        assert!(!columns.is_empty());
        assert!(rises(columns, limits.columns));
    }
    assert_eq!(sheet.cells.mantissas.len(), sheet.cells.len());
    assert_eq!(sheet.cells.iter().count(), sheet.cells.len());
    for (index, cell) in sheet.cells.iter().enumerate() {
        used[cell.attributes as usize] = true;
        let attributes = sheet.attributes[cell.attributes as usize];
        assert!(attributes.source < limits.sources);
        let Said::Figure {
            qualifier,
            precision,
            ..
        } = attributes.said
        else {
            assert_eq!((cell.mantissa, cell.scale), (0, 0));
            continue;
        };
        let value = sheet.value(&cell).unwrap();
        if cell.scale == WIDE {
            assert_eq!(cell.mantissa, wide);
            assert!(i64::try_from(value.mantissa()).is_err());
            wide += 1;
        }
        let figure = if attributes.is_range() {
            let (cell, upper, upper_precision) = uppers.next().unwrap();
            assert_eq!(*cell, index);
            let figure = Figure::range(value, precision, *upper, *upper_precision).unwrap();
            assert_eq!(figure.upper().unwrap().0.scale(), upper.scale());
            figure
        } else {
            Figure::new(value, precision, qualifier).unwrap()
        };
        assert_eq!(
            (figure.value(), figure.value().scale()),
            (value, value.scale())
        );
    }
    assert_eq!(usize::try_from(wide).unwrap(), sheet.wide.len());
    assert!(uppers.next().is_none());
    assert!(used.into_iter().all(|used| used));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_sheet_comes_back(sheet in sheet()) {
        check(&sheet, &LIMITS);
        round_trip(&sheet, &columns(), &LIMITS);
    }

    #[test]
    fn every_series_comes_back(sheet in wandering()) {
        round_trip(&sheet, &columns(), &LIMITS);
    }
}

#[test]
fn a_sheet_without_cells_takes_the_bytes_of_its_columns() {
    assert_eq!(
        round_trip(
            &Sheet::default(),
            &[],
            &Limits {
                places: 0,
                columns: 0,
                sources: 0
            }
        ),
        [3]
    );
}

#[test]
fn one_cell_comes_back_whatever_it_is() {
    for text in [
        "0",
        "-1",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "79228162514264337593543950335",
        "0.0000000000000000000000000001!",
        "1e28",
        "0.00",
        "-0.10",
        "3e18..4e18",
        "~5e0",
    ] {
        let stated = Stated::Figure {
            figure: text.parse().unwrap(),
            unit: Unit::PERSON,
            status: Status::Forecast,
        };
        let slot = Slot { stated, source: 2 };
        let sheet = sheet_of([(99, vec![(42, &slot)])]);
        check(&sheet, &LIMITS);
        round_trip(&sheet, &columns(), &LIMITS);
    }
    let slot = Slot {
        stated: Stated::Absent(Absence::Suppressed),
        source: 0,
    };
    round_trip(&sheet_of([(0, vec![(0, &slot)])]), &columns(), &LIMITS);
}

/// A sheet of exact numbers, `number` telling what a place has in a column.
fn counts(places: u32, columns: u32, number: impl Fn(u32, u32) -> Option<i64>) -> Sheet {
    let mut sheet = Sheet::default();
    let said = said(Unit::PERSON, Qualifier::None, Precision::Exact);
    let attributes = sheet.attributes(Attributes { source: 0, said }).unwrap();
    for place in 0..places {
        for column in 0..columns {
            if let Some(number) = number(place, column) {
                sheet.push_cell(column, attributes, number, 0);
            }
        }
        sheet.end_row(place);
    }
    sheet.settle();
    sheet
}

fn days(count: u32) -> Vec<Period> {
    let first: chrono::NaiveDate = "2020-01-01".parse().unwrap();
    (0..count)
        .map(|day| Period::day(first + chrono::Days::new(day.into())).unwrap())
        .collect()
}

fn size(places: u32, columns: u32, number: impl Fn(u32, u32) -> Option<i64>) -> usize {
    let sheet = counts(places, columns, number);
    let limits = Limits {
        places,
        columns,
        sources: 1,
    };
    round_trip(&sheet, &days(columns), &limits).len()
}

#[test]
fn what_can_be_expected_costs_next_to_nothing() {
    // 100 000 cells take 391 bytes at least.
    assert_eq!(size(1000, 100, |_, _| Some(7)), 391);
    // The same holes in every row, and rows that end early.
    assert_eq!(
        size(1000, 100, |_, column| (column % 3 > 0 && column % 7 > 0)
            .then_some(7)),
        219
    );
    assert_eq!(size(1000, 100, |_, column| (column < 50).then_some(7)), 196);
    // The first step of each row, or its first season, and nothing after it.
    let sloped = size(1000, 100, |place, column| {
        Some((place * 10 + column * 3).into())
    });
    assert!(sloped < 600, "{sloped}");
    let seasonal = size(1000, 100, |_, column| Some((column % 7 * 100).into()));
    assert!(seasonal < 1200, "{seasonal}");
    // A plateau after one early change.
    let plateaus = size(1000, 100, |place, column| {
        Some(if column < place % 5 { 0 } else { 1000 })
    });
    assert!(plateaus < 1000, "{plateaus}");
}

#[test]
fn thousands_of_sparse_columns_cost_their_cells() {
    // 500 cells somewhere in 500 rows of 3000 columns: 11.6 bits to say where, 10 for the number.
    let cell = |place: u32| place * 7919 % 3000;
    let bytes = size(500, 3000, |place, column| {
        (column == cell(place)).then_some((place * 37 % 1000).into())
    });
    assert!(bytes < 500 * 25 / 8, "{bytes}");
    // One cell in each column.
    let bytes = size(2500, 2500, |place, column| (column == place).then_some(1));
    assert!(bytes < 40, "{bytes}");
}

#[test]
fn a_wide_number_costs_itself_alone() {
    let plain = size(100, 100, |place, column| Some((place * column % 17).into()));
    let sheet = |wide: bool| {
        let mut sheet = counts(100, 100, |place, column| {
            (place < 99).then_some((place * column % 17).into())
        });
        for column in 0..100 {
            if wide && column == 50 {
                sheet.push_number(column, 0, Decimal::MAX);
            } else {
                sheet.push_cell(column, 0, (99 * column % 17).into(), 0);
            }
        }
        sheet.end_row(99);
        sheet
    };
    let limits = Limits {
        places: 100,
        columns: 100,
        sources: 1,
    };
    assert_eq!(round_trip(&sheet(false), &days(100), &limits).len(), plain);
    let wide = round_trip(&sheet(true), &days(100), &limits).len();
    assert!(wide < plain + 24, "{wide} {plain}");
}

#[test]
fn sources_of_rows_and_statuses_of_columns_cost_little() {
    // Each of 50 places has its own source, the last 3 of 60 months are provisional: 20 bytes say both.
    let months: Vec<Period> = Period::month(2020, 1)
        .unwrap()
        .through(Period::month(2024, 12).unwrap())
        .unwrap()
        .collect();
    let limits = Limits {
        places: 50,
        columns: 60,
        sources: 50,
    };
    let sheet = |differ: bool| {
        let mut sheet = Sheet::default();
        for place in 0..50u32 {
            for column in 0..60u32 {
                let status = if differ && column > 56 {
                    Status::Provisional
                } else {
                    Status::Normal
                };
                let precision = Precision::Exact;
                let said = Said::Figure {
                    unit: Unit::PERSON,
                    status,
                    qualifier: Qualifier::None,
                    precision,
                };
                let source = if differ { place } else { 0 };
                let attributes = sheet.attributes(Attributes { source, said }).unwrap();
                sheet.push_cell(column, attributes, (place * column * 31 % 101).into(), 0);
            }
            sheet.end_row(place);
        }
        sheet.settle();
        round_trip(&sheet, &months, &limits).len()
    };
    let (plain, differing) = (sheet(false), sheet(true));
    assert!(differing < plain + 64, "{differing} {plain}");
}

/// A small sheet of which every byte is laid down.
fn small() -> Sheet {
    let figure = |text: &str, status| Stated::Figure {
        figure: text.parse().unwrap(),
        unit: Unit::PERCENT,
        status,
    };
    let slots = [
        figure("93.94", Status::Normal),
        figure("94.02", Status::Normal),
        figure("94.10", Status::Provisional),
        figure("60.00..70.00", Status::Normal),
        Stated::Absent(Absence::Suppressed),
    ]
    .map(|stated| Slot { stated, source: 1 });
    sheet_of([
        (3, vec![(0, &slots[0]), (1, &slots[1]), (2, &slots[2])]),
        (5, vec![(0, &slots[3]), (2, &slots[4])]),
    ])
}

const SMALL: Limits = Limits {
    places: 6,
    columns: 3,
    sources: 2,
};

fn small_columns() -> Vec<Period> {
    ["2023-01", "2023-02", "2023-03"]
        .map(|text| text.parse().unwrap())
        .to_vec()
}

#[test]
fn the_bytes_of_a_small_sheet_stay_what_they_are() {
    let bytes = round_trip(&small(), &small_columns(), &SMALL);
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        text,
        "ee6092496002958c1883e8c81246326912463211582f9cf616d63409236222612584ab441841329130c2991536820b2b02106b0300000000004020"
    );
}
