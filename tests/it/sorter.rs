//! Books of cells that come in any order, sorted within bounded memory: the same book as any other, to the byte.

use std::io::{Cursor, Seek};
use std::time::Instant;

use proptest::prelude::*;
use yearbook::model::{
    Figure, Granularity, Heading, Kind, Level, Observation, Period, Range, Stated, Temporal, Unit,
};
use yearbook::{
    BookBuilder, BookSorter, Catalogue, Decimal, ErrorKind, NewCell, PlaceHandle, Yearbook,
};

use crate::common::{
    catalogue, indicator, observation, observations, peak_mib, region, reset_peak, world,
};
use crate::shipping::Full;

/// One of everything that a cell can be, and a table of many rows and columns.
fn many() -> Vec<Observation> {
    let mut many = observations();
    for place in ["430000", "430200", "430223", "430281"] {
        for year in 1990..2020 {
            let figure = (year * 7919 % 10_007).to_string();
            let heading = ("people", "", "target");
            let period = year.to_string();
            many.push(observation(heading, place, &period, &figure, "人"));
        }
    }
    many
}

fn built(observations: &[Observation]) -> Yearbook {
    let mut book = BookBuilder::new(catalogue());
    for observation in observations {
        book.observe(observation).unwrap();
    }
    book.finish().unwrap()
}

fn sorted(observations: &[Observation], memory_bytes: usize) -> yearbook::Result<Vec<u8>> {
    let mut book = BookSorter::new(catalogue(), memory_bytes);
    for observation in observations {
        book.observe(observation)?;
    }
    book.finish(Cursor::new(Vec::new())).map(Cursor::into_inner)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_book_of_cells_in_any_order_is_the_book_that_is_built(
        observations in Just(many()).prop_shuffle(),
        count in 0usize..150,
        memory_bytes in prop_oneof![Just(0usize), 1usize..2_000, Just(usize::MAX)],
    ) {
        let observations = &observations[..count.min(observations.len())];
        prop_assert_eq!(
            sorted(observations, memory_bytes).unwrap(),
            built(observations).to_bytes()
        );
    }
}

#[test]
fn nothing_and_one_cell_are_books_too() {
    for count in 0..2 {
        let observations = &observations()[..count];
        for memory_bytes in [0, 1 << 20] {
            assert_eq!(
                sorted(observations, memory_bytes).unwrap(),
                built(observations).to_bytes()
            );
        }
    }
}

#[test]
fn the_publication_is_stated_as_to_a_builder() {
    let at = Some("2024-11-21T08:00:00Z".parse().unwrap());
    let mut builder = BookBuilder::new(catalogue());
    builder.published(at, Some(7));
    let mut sorter = BookSorter::new(catalogue(), 0);
    sorter.published(at, Some(7));
    for observation in observations() {
        builder.observe(&observation).unwrap();
        sorter.observe(&observation).unwrap();
    }
    let bytes = sorter.finish(Cursor::new(Vec::new())).unwrap().into_inner();
    assert_eq!(bytes, builder.finish().unwrap().to_bytes());
}

/// However far apart they came, the first is named first.
#[test]
fn a_key_that_is_given_twice_is_refused_as_a_builder_does() {
    let mut twice = many();
    let mut again = twice[3].clone();
    again.source = "report-b".parse().unwrap();
    twice.push(again);
    let mut builder = BookBuilder::new(catalogue());
    let refused = twice
        .iter()
        .find_map(|observation| builder.observe(observation).err());
    let refused = refused.unwrap().to_string();
    assert_eq!(
        refused,
        "share of 430281 in 2021 is stated twice: 4.50 permille by report-a and 4.50 permille by report-b: a yearbook has one figure for a key"
    );
    for memory_bytes in [0, 200, 1_000, 3_000, 1 << 20] {
        let error = sorted(&twice, memory_bytes).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Duplicate);
        assert_eq!(error.to_string(), refused, "{memory_bytes}");
    }
}

#[test]
fn what_a_builder_refuses_or_warns_of_a_sorter_does_too() {
    let mut catalogue = world();
    let waiting = indicator("waiting", "天".parse().unwrap(), Kind::Mean, Temporal::Flow);
    let range = Range::new(None, Some(60.into())).unwrap();
    catalogue.indicator(waiting.with_plausible(range)).unwrap();
    let catalogue = catalogue.finish().unwrap();
    let level = |indicator| (indicator, "", "level");
    let mut all = vec![
        observation(level("waiting"), "430200", "2021", "61", "天"),
        observation(level("share"), "430200", "2021", "117.2", "%"),
        observation(level("share"), "430200", "2021", "11", "人"),
        observation(level("nothing"), "430200", "2021", "11", "人"),
        observation(level("share"), "999999", "2021", "11", "%"),
        observation(level("people"), "430211", "2021", "11", "人"),
        observation(level("doses"), "430200", "2019", "11", "剂次"),
        observation(
            ("people", "dose=third", "level"),
            "430200",
            "2021",
            "11",
            "人",
        ),
        observation(("score", "", "rank(430200)"), "430000", "2021", "1", "位"),
    ];
    all.extend(observations());
    let mut unknown = all[0].clone();
    unknown.source = "report-z".parse().unwrap();
    all.push(unknown);
    let mut builder = BookBuilder::new(catalogue.clone());
    let mut sorter = BookSorter::new(catalogue, 100);
    let mut outcomes = Vec::new();
    for observation in &all {
        let said = |result: yearbook::Result<Option<yearbook::rules::Warning>>| match result {
            Ok(warning) => Ok(warning.map(|warning| warning.message().to_string())),
            Err(error) => Err((error.kind(), error.to_string())),
        };
        let (built, sorted) = (builder.observe(observation), sorter.observe(observation));
        let built = said(built);
        assert_eq!(said(sorted), built);
        outcomes.push(built);
    }
    assert!(matches!(outcomes[0], Ok(Some(_))));
    assert_eq!(outcomes.iter().filter(|own| own.is_err()).count(), 9);
    let bytes = sorter.finish(Cursor::new(Vec::new())).unwrap().into_inner();
    assert_eq!(bytes, builder.finish().unwrap().to_bytes());
}

#[test]
fn handles_of_another_catalogue_are_refused() {
    let mut other = world();
    let more = region("430224", Some("430200"), Level::County, "茶陵县");
    other.region(more).unwrap();
    let other = other.finish().unwrap();
    let own = catalogue();
    let mut sorter = BookSorter::new(own.clone(), 0);
    let Observation { key, stated, .. } =
        observation(("people", "", "level"), "430281", "2021", "11", "人");
    let source = "report-a".parse().unwrap();
    let mut push = |place: &Catalogue, source_of: &Catalogue| {
        let cell = NewCell {
            stated,
            source: source_of.source(&source).unwrap(),
        };
        let place = place.place(&key.place).unwrap();
        sorter.push_cell(&key.heading, place, key.period, cell)
    };
    for (place, source) in [(&other, &own), (&own, &other)] {
        assert_eq!(push(place, source).unwrap_err().kind(), ErrorKind::Foreign);
    }
    push(&own, &own).unwrap();
    let bytes = sorter.finish(Cursor::new(Vec::new())).unwrap().into_inner();
    let book = Yearbook::from_bytes(bytes).unwrap();
    assert_eq!(book.cell_count().unwrap(), 1);
}

/// Nothing is lost where a folder comes back; one that goes when cells are set aside already is not missed.
#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs");
    let mut sorter = BookSorter::new(catalogue(), 400).in_folder(&path);
    let all = many();
    let mut refused = 0;
    for observation in &all {
        if let Err(error) = sorter.observe(observation) {
            assert_eq!(error.kind(), ErrorKind::Io);
            let message = error.to_string();
            let start = format!("{}: a temporary file cannot be made: ", path.display());
            assert!(message.starts_with(&start), "{message}");
            refused += 1;
            std::fs::create_dir(&path).unwrap();
            sorter.observe(observation).unwrap();
            assert_eq!(std::fs::read_dir(&path).unwrap().count(), 0);
        }
    }
    assert_eq!(refused, 1);
    let bytes = sorter.finish(Cursor::new(Vec::new())).unwrap().into_inner();
    assert_eq!(bytes, built(&all).to_bytes());
    assert_eq!(std::fs::read_dir(&path).unwrap().count(), 0);
}

#[test]
fn a_full_disk_under_the_book_is_an_error() {
    let all = many();
    let whole = built(&all).to_bytes().len();
    for room in (0..whole).step_by(whole / 20) {
        let mut sorter = BookSorter::new(catalogue(), 500);
        for observation in &all {
            sorter.observe(observation).unwrap();
        }
        let finished = sorter.finish(Full(Cursor::default(), room));
        assert_eq!(finished.map(|_| ()).unwrap_err().kind(), ErrorKind::Io);
    }
}

#[test]
fn absent_cells_and_ranges_come_back_from_the_disk() {
    let all = observations();
    let book = Yearbook::from_bytes(sorted(&all, 0).unwrap()).unwrap();
    for observation in &all {
        let cell = book.get(&observation.key).unwrap().unwrap();
        assert_eq!(*cell.stated(), observation.stated);
    }
    assert!(
        all.iter()
            .any(|own| matches!(own.stated, Stated::Absent(_)))
    );
    assert!(all.iter().any(|own| {
        own.stated
            .as_figure()
            .is_some_and(|own| own.upper().is_some())
    }));
}

/// `cargo test --release --test it cells_in_no_order -- --ignored --nocapture`
#[test]
#[ignore = "a measurement: ten seconds in release, Linux only"]
fn ten_million_cells_in_no_order_in_bounded_memory() {
    const PLACES: u32 = 999;
    let mut catalogue = world();
    for place in 0..PLACES {
        let code = (430_281_001 + place).to_string();
        let township = Level::Township;
        let region = region(&code, Some("430281"), township, &format!("第{place}镇"));
        catalogue.region(region).unwrap();
    }
    for table in 0..40 {
        let (unit, temporal) = (Unit::PERSON, Temporal::Flow);
        let code = format!("people_{table}");
        let counted = indicator(&code, unit, Kind::Count, temporal);
        catalogue.indicator(counted).unwrap();
    }
    let catalogue = catalogue.finish().unwrap();
    let places: Vec<PlaceHandle> = (0..PLACES)
        .map(|place| format!("{}", 430_281_001 + place).parse().unwrap())
        .map(|place| catalogue.place(&place).unwrap())
        .collect();
    let headings: Vec<Heading> = (0..40)
        .map(|table| Heading::level(format!("people_{table}").parse().unwrap()))
        .collect();
    let source = catalogue.source(&"report-a".parse().unwrap()).unwrap();
    let memory_bytes = 16 << 20;
    println!(
        "cells: peak MiB (before), seconds to take them and to write the book, its MiB; cells may take {} MiB",
        memory_bytes >> 20
    );
    let mut peaks = Vec::new();
    for cells in [1_000_000u64, 10_000_000] {
        let out = tempfile::tempfile().unwrap();
        reset_peak();
        let (before, start) = (peak_mib(), Instant::now());
        let mut book = BookSorter::new(catalogue.clone(), memory_bytes);
        for cell in 0..cells {
            // Prime, so that each key comes once.
            let number = cell * 7_368_787 % cells;
            let (place, rest) = (number % u64::from(PLACES), number / u64::from(PLACES));
            let (table, month) = (rest % 40, i32::try_from(rest / 40).unwrap());
            let month = Period::from_ordinal(Granularity::Month, 2000 * 12 + month).unwrap();
            let figure = Figure::exact(Decimal::from(number * 7919 % 10_007));
            let cell = NewCell {
                stated: Stated::figure(figure, Unit::PERSON),
                source,
            };
            let (place, heading) = (
                usize::try_from(place).unwrap(),
                usize::try_from(table).unwrap(),
            );
            book.push_cell(&headings[heading], places[place], month, cell)
                .unwrap();
        }
        let taken = start.elapsed();
        let mut out = book.finish(out).unwrap();
        let written = start.elapsed() - taken;
        let peak = peak_mib();
        println!(
            "{cells}: {peak} ({before}), {:.1} + {:.1}, {}",
            taken.as_secs_f64(),
            written.as_secs_f64(),
            out.stream_position().unwrap() >> 20
        );
        peaks.push(peak - before);
    }
    // Ten times the cells take no more than what was given and a longer table.
    assert!(peaks[1] <= peaks[0] + 32, "{peaks:?}");
}
