//! Books written a row at a time: as cells and as bare numbers in their manners, they are what a builder makes that looks at
//! each cell by itself.

use std::io::Cursor;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use yearbook::model::*;
use yearbook::{
    BookBuilder, BookWriter, Catalogue, Decimal, ErrorKind, Manner, NewCell, Result, SourceHandle,
    TableWriter, Yearbook,
};

use crate::common::{catalogue, indicator, world};

const PLACES: [&str; 4] = ["430000", "430200", "430223", "430281"];
const PERIODS: i32 = 6;

/// A share, a count, and a mean that has bounds and is seldom over 40.
fn measured() -> Catalogue {
    let mut world = world();
    let range = |low: i64, high: i64| Range::new(Some(low.into()), Some(high.into())).unwrap();
    let mean = indicator("mean", Unit::YUAN, Kind::Mean, Temporal::Flow);
    let mean = mean.with_bounds(range(-5, 50)).unwrap();
    world.indicator(mean.with_plausible(range(0, 40))).unwrap();
    world.finish().unwrap()
}

/// How some cells are stated, each with a number of its own.
#[derive(Clone, Debug)]
struct Example {
    figure: Figure,
    unit: Unit,
    status: Status,
    source: &'static str,
}

impl Example {
    fn cell(&self, catalogue: &Catalogue) -> NewCell {
        NewCell {
            stated: Stated::Figure {
                figure: self.figure,
                unit: self.unit,
                status: self.status,
            },
            source: catalogue.source(&self.source.parse().unwrap()).unwrap(),
        }
    }

    /// The same with another number.
    fn with(&self, mantissa: i64, catalogue: &Catalogue) -> Result<NewCell> {
        let value = Decimal::new(mantissa, self.figure.value().scale());
        let figure = Figure::new(value, self.figure.precision(), self.figure.qualifier())?;
        Ok(Self { figure, ..*self }.cell(catalogue))
    }
}

fn examples() -> impl Strategy<Value = Vec<Example>> {
    let figure = "(~|>|>=|<|<=)?[1-9][0-9]{0,2}(\\.[0-9]{1,2})?!?[+-]?|[1-9]{1,2}e[0-2]";
    let unit = select(vec![
        Unit::PERCENT,
        Unit::PERMILLE,
        Unit::PERSON,
        Unit::YUAN,
    ]);
    let status = select(vec![Status::Normal, Status::Provisional]);
    let one = (figure, unit, status, select(vec!["report-a", "report-b"]));
    let one = one.prop_filter_map("no figure", |(figure, unit, status, source)| {
        let figure = figure.parse().ok()?;
        Some(Example {
            figure,
            unit,
            status,
            source,
        })
    });
    // More than a writer remembers.
    vec(one, 1..20)
}

/// For each place the mantissas, of one of the examples each.
fn rows() -> impl Strategy<Value = Vec<Vec<Option<(i64, Index)>>>> {
    let ordinary = || (0i64..100, any::<Index>());
    let mantissa = prop_oneof![-500i64..12_000, any::<i64>()];
    let cell = prop_oneof![
        1 => Just(None),
        8 => ordinary().prop_map(Some),
        1 => (mantissa, any::<Index>()).prop_map(Some),
    ];
    vec(vec(cell, PERIODS as usize), 0..=PLACES.len())
}

fn periods() -> Vec<Period> {
    (2015..2015 + PERIODS)
        .map(|year| Period::year(year).unwrap())
        .collect()
}

fn heading(indicator: &str) -> Heading {
    Heading::level(indicator.parse().unwrap())
}

fn texts(
    pushed: Result<Vec<yearbook::rules::Warning>>,
) -> std::result::Result<Vec<String>, String> {
    match pushed {
        Ok(warnings) => Ok(warnings.iter().map(ToString::to_string).collect()),
        Err(error) => Err(error.to_string()),
    }
}

fn finished(book: BookWriter<Cursor<Vec<u8>>>) -> Vec<u8> {
    book.finish().unwrap().into_inner()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn numbers_and_cells_are_checked_one_by_one(
        examples in examples(),
        rows in rows(),
        indicator in select(vec!["share", "people", "mean"]),
    ) {
        let catalogue = measured();
        let (heading, periods) = (heading(indicator), periods());
        let mut plain = BookBuilder::new(catalogue.clone());
        let mut by_cells = BookWriter::new(catalogue.clone(), Cursor::new(Vec::new()));
        let mut by_numbers = BookWriter::new(catalogue.clone(), Cursor::new(Vec::new()));
        let mut mixed = BookWriter::new(catalogue.clone(), Cursor::new(Vec::new()));
        let mut cells_table = by_cells.table(&heading, &periods).unwrap();
        let mut numbers_table = by_numbers.table(&heading, &periods).unwrap();
        let mut mixed_table = mixed.table(&heading, &periods).unwrap();
        let manners = |table: &mut TableWriter<'_, _>| -> Vec<Manner> {
            let manners = examples.iter().map(|one| table.manner(&one.cell(&catalogue)).unwrap());
            manners.collect()
        };
        let (own, mixed_own) = (manners(&mut numbers_table), manners(&mut mixed_table));
        for (at, (row, place)) in rows.iter().zip(PLACES).enumerate() {
            let place = catalogue.region(&place.parse().unwrap()).unwrap();
            let numbers = |manners: &[Manner]| -> Vec<Option<(i64, Manner)>> {
                let cells = row.iter().map(|cell| cell.as_ref());
                cells.map(|cell| cell.map(|(mantissa, of)| (*mantissa, *of.get(manners)))).collect()
            };
            let cells = row.iter().map(|cell| cell.as_ref().map(|(mantissa, of)| of.get(&examples).with(*mantissa, &catalogue)));
            // What is before the first number that makes no figure is checked before it.
            let mut whole: Vec<Option<NewCell>> = Vec::new();
            let mut fault = None;
            for cell in cells {
                match cell.transpose() {
                    Ok(cell) if fault.is_none() => whole.push(cell),
                    Ok(_) => whole.push(None),
                    Err(error) => {
                        whole.push(None);
                        fault = fault.or(Some(error));
                    }
                }
            }
            let Some(fault) = fault else {
                let expected = texts(plain.table(&heading, &periods).unwrap().push_row(place, &whole));
                prop_assert_eq!(&texts(cells_table.push_row(place, &whole)), &expected);
                prop_assert_eq!(&texts(numbers_table.push_numbers(place, &numbers(&own))), &expected);
                let either = if at % 2 == 0 {
                    mixed_table.push_row(place, &whole)
                } else {
                    mixed_table.push_numbers(place, &numbers(&mixed_own))
                };
                prop_assert_eq!(&texts(either), &expected);
                continue;
            };
            let mut before = BookBuilder::new(catalogue.clone());
            let before = before.table(&heading, &periods).unwrap().push_row(place, &whole);
            let expected = before.err().unwrap_or(fault).to_string();
            let refused = texts(numbers_table.push_numbers(place, &numbers(&own)));
            prop_assert_eq!(refused, Err(expected));
        }
        cells_table.finish().unwrap();
        numbers_table.finish().unwrap();
        mixed_table.finish().unwrap();
        let expected = plain.finish().unwrap().to_bytes();
        prop_assert_eq!(&expected[..], &finished(by_cells)[..]);
        prop_assert_eq!(&expected[..], &finished(by_numbers)[..]);
        prop_assert_eq!(&expected[..], &finished(mixed)[..]);
    }
}

fn number(figure: &str, source: SourceHandle) -> NewCell {
    NewCell {
        stated: Stated::figure(figure.parse().unwrap(), Unit::PERSON),
        source,
    }
}

#[test]
fn a_manner_is_of_a_number_and_of_one_table() {
    let catalogue = catalogue();
    let source = catalogue.source(&"report-a".parse().unwrap()).unwrap();
    let place = catalogue.region(&"430200".parse().unwrap()).unwrap();
    let periods = [Period::year(2021).unwrap()];
    let mut book = BookWriter::new(catalogue.clone(), Cursor::new(Vec::new()));
    let mut hospitals = book.table(&heading("hospitals"), &periods).unwrap();
    let foreign = hospitals.manner(&number("0", source)).unwrap();
    hospitals.finish().unwrap();

    let mut people = book.table(&heading("people"), &periods).unwrap();
    let range = people.manner(&number("8e3..1e4", source)).unwrap_err();
    assert_eq!(
        (range.kind(), range.to_string().as_str()),
        (
            ErrorKind::Bounds,
            "8e3..1e4 person is no number in a manner: give it in a row of cells"
        )
    );
    let stated = Stated::Absent(Absence::Suppressed);
    let absent = people.manner(&NewCell { stated, source }).unwrap_err();
    assert_eq!(
        absent.to_string(),
        "absent (suppressed) is no number in a manner: give it in a row of cells"
    );
    let error = people
        .push_numbers(place, &[Some((1, foreign))])
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (
            ErrorKind::Foreign,
            "the manner is of another table: take note of it again in this one"
        )
    );
    let mut other = world();
    other
        .source(Source::new("report-c".parse().unwrap(), "Another", "", None).unwrap())
        .unwrap();
    let other = other.finish().unwrap();
    let elsewhere = other.source(&"report-a".parse().unwrap()).unwrap();
    let error = people.manner(&number("0", elsewhere)).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (
            ErrorKind::Foreign,
            "the handle is of another catalogue: resolve the code again in this one"
        )
    );

    let own = people.manner(&number("47e4", source)).unwrap();
    let error = people
        .push_numbers(place, &[Some((471_000, own))])
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "471000 has digits after its last printed one at 10^4: give the precision that was printed"
    );
    let error = people.push_numbers(place, &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a row of 0 cells for 1 periods: give one for each, or None"
    );
    people.push_numbers(place, &[Some((480_000, own))]).unwrap();
    let error = people
        .push_numbers(place, &[Some((480_000, own))])
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Duplicate, "row of people 430200 is given twice")
    );
    people.finish().unwrap();
    let book = Yearbook::from_bytes(finished(book)).unwrap();
    // The one table had no cell.
    assert_eq!(book.tables().count(), 1);
    let cell = book
        .table(&heading("people"))
        .unwrap()
        .cell(place, periods[0])
        .unwrap()
        .unwrap();
    assert_eq!(cell.stated().to_string(), "48e4 person");
}
