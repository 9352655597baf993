//! Building, saving, opening and asking.

use proptest::prelude::*;
use yearbook::exchange::Observations;
use yearbook::model::*;
use yearbook::{BookBuilder, ErrorKind, NewCell, Yearbook};

use crate::common::{catalogue, observation, observations, world};

fn build(observations: &[Observation]) -> Yearbook {
    let mut book = BookBuilder::new(catalogue());
    for observation in observations {
        book.observe(observation)
            .unwrap_or_else(|error| panic!("{observation}: {error}"));
    }
    book.finish().unwrap()
}

#[test]
fn every_cell_comes_back_as_it_was_stated() {
    let observations = observations();
    let book = build(&observations);
    book.verify().unwrap();
    assert_eq!(book.cell_count().unwrap(), observations.len());
    for observation in &observations {
        let cell = book.get(&observation.key).unwrap().unwrap();
        assert_eq!(cell.stated(), &observation.stated, "{observation}");
        let source = book.catalogue().source_record(cell.source()).unwrap();
        assert_eq!(source.code(), &observation.source);
    }
    let mut sorted = observations.clone();
    sorted.sort_by(|a, b| a.key.heading.cmp(&b.key.heading));
    let read: Vec<Observation> = book.observations().map(Result::unwrap).collect();
    assert_eq!(read.len(), sorted.len());
    assert!(read.iter().all(|observation| sorted.contains(observation)));
    assert!(read.is_sorted_by(|a, b| a.key.heading <= b.key.heading));
}

#[test]
fn absent_is_not_zero_and_not_none() {
    let book = build(&observations());
    let key = |period: &str| {
        Heading::level("hospitals".parse().unwrap())
            .at("430281".parse::<Place>().unwrap(), period.parse().unwrap())
    };
    let absent = book.get(&key("2016")).unwrap().unwrap();
    assert_eq!(
        (absent.figure(), absent.absence()),
        (None, Some(Absence::Suppressed))
    );
    assert_eq!(book.get(&key("2015")).unwrap(), None);
    let people = Heading::level("people".parse().unwrap());
    let zero = book
        .get(&people.at(
            "430281".parse::<Place>().unwrap(),
            "2023-W05".parse().unwrap(),
        ))
        .unwrap()
        .unwrap();
    assert!(zero.figure().unwrap().value().is_zero());
}

#[test]
fn keys_that_cannot_be_are_told_from_cells_that_are_not() {
    let book = build(&observations());
    let key = |indicator: &str, place: &str| {
        Heading::level(indicator.parse().unwrap())
            .at(place.parse::<Place>().unwrap(), "2021".parse().unwrap())
    };
    assert_eq!(book.get(&key("share", "430223")).unwrap(), None);
    assert_eq!(
        book.get(&key("shares", "430223")).unwrap_err().kind(),
        ErrorKind::Unknown
    );
    assert_eq!(
        book.get(&key("share", "430299")).unwrap_err().kind(),
        ErrorKind::Unknown
    );
    // A heading that nobody used, of an indicator that is known.
    let target = Key {
        heading: key("people", "430223").heading.measured(Measure::Target),
        ..key("people", "430223")
    };
    assert_eq!(book.get(&target).unwrap(), None);
    assert_eq!(
        book.table(&target.heading).unwrap_err().to_string(),
        "no table people target: the book has people, people completion, people change_absolute(previous), people change_relative(year_earlier)"
    );
}

#[test]
fn rows_columns_and_tables() {
    let book = build(&observations());
    let heading = Heading::level("share".parse().unwrap());
    let table = book.table(&heading).unwrap();
    let catalogue = book.catalogue();
    let zhuzhou = catalogue.find_place("株洲市").unwrap();
    let row: Vec<String> = table
        .row(zhuzhou)
        .unwrap()
        .map(|cell| {
            cell.map(|(period, cell)| format!("{period} {}", cell.stated()))
                .unwrap()
        })
        .collect();
    assert_eq!(row, ["2021 81.04 %", "2024-01/2024-09 88.22 %"]);
    let column: Vec<String> = table
        .column("2021".parse().unwrap())
        .map(|cell| {
            cell.map(|(place, cell)| {
                format!("{} {}", catalogue.place_name(place).unwrap(), cell.stated())
            })
            .unwrap()
        })
        .collect();
    assert_eq!(column, ["株洲市 81.04 %", "醴陵市 4.50 permille"]);
    assert_eq!(table.column("1999".parse().unwrap()).count(), 0);
    assert_eq!(
        table
            .row(catalogue.find_place("湖南省").unwrap())
            .unwrap()
            .len(),
        0
    );
    assert_eq!(table.periods().len(), 3);
    assert_eq!(table.places().len(), table.row_count());
    for table in book.tables().map(Result::unwrap) {
        let forward: Vec<_> = table.cells().map(Result::unwrap).collect();
        let mut backward: Vec<_> = table.cells().rev().map(Result::unwrap).collect();
        backward.reverse();
        assert_eq!(forward, backward);
        assert_eq!(
            (table.cells().len(), forward.len()),
            (table.cell_count(), table.cell_count())
        );
        // From both ends at once, they meet.
        let mut ends = table.cells();
        let mut met = Vec::new();
        while let Some(first) = ends.next() {
            met.push(first.unwrap());
            met.extend(ends.next_back().map(Result::unwrap));
        }
        assert_eq!(met.len(), forward.len());
        assert!(forward.iter().all(|cell| met.contains(cell)));
        for (place, period, cell) in forward {
            assert_eq!(table.cell(place, period).unwrap(), Some(cell));
        }
    }
    assert_eq!(
        format!("{table:?}"),
        "Table { heading: share, rows: 2, cells: 4 }"
    );
    assert!(book.headings().is_sorted());
    assert_eq!(book.tables().len(), book.headings().len());
}

#[test]
fn a_book_is_saved_whole_and_opened_from_anywhere() {
    let book = build(&observations());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.yearbook");
    book.save(&path).unwrap();
    let opened = Yearbook::open(&path).unwrap();
    assert_eq!(opened.to_bytes(), book.to_bytes());
    assert_eq!(opened.digest(), book.digest());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);

    let embedded: &'static [u8] = Box::leak(book.to_bytes().to_vec().into_boxed_slice());
    let embedded = Yearbook::from_bytes(embedded).unwrap();
    assert_eq!(embedded.cell_count().unwrap(), book.cell_count().unwrap());

    let error = Yearbook::open(folder.path().join("none")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.file().unwrap().ends_with("none"));
    assert_eq!(
        book.save(folder.path().join("no").join("such"))
            .unwrap_err()
            .kind(),
        ErrorKind::Io
    );
}

#[test]
fn when_it_was_published_is_kept_outside_of_the_digest() {
    let publish = |at: i64, batch: Option<u64>| {
        let mut book = BookBuilder::new(catalogue());
        book.observe(&observations()[0]).unwrap();
        book.published(chrono::DateTime::from_timestamp(at, 999), batch);
        book.finish().unwrap()
    };
    let (monday, tuesday) = (
        publish(1_700_000_000, Some(7)),
        publish(1_700_086_400, None),
    );
    assert_eq!(monday.digest(), tuesday.digest());
    assert_ne!(monday.to_bytes(), tuesday.to_bytes());
    assert_eq!(monday.publication().batch(), Some(7));
    assert_eq!(
        monday.publication().at(),
        chrono::DateTime::from_timestamp(1_700_000_000, 0)
    );
    assert_eq!(tuesday.publication().batch(), None);
    let json = serde_json::to_string(&monday.publication()).unwrap();
    assert_eq!(json, r#"{"at":"2023-11-14T22:13:20Z","batch":7}"#);
    assert_eq!(
        serde_json::from_str::<yearbook::book::Publication>(&json).unwrap(),
        monday.publication()
    );
}

#[test]
fn an_empty_book_is_a_book() {
    let book = BookBuilder::new(world().finish().unwrap())
        .finish()
        .unwrap();
    book.verify().unwrap();
    assert_eq!(book.cell_count().unwrap(), 0);
    let nothing = yearbook::CatalogueBuilder::new().finish().unwrap();
    let book = BookBuilder::new(nothing).finish().unwrap();
    book.verify().unwrap();
    assert_eq!(book.headings().len(), 0);
}

#[test]
fn many_threads_read_one_book() {
    let book = build(&observations());
    let observations = observations();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for observation in &observations {
                    assert_eq!(
                        book.get(&observation.key).unwrap().unwrap().stated(),
                        &observation.stated
                    );
                }
            });
        }
    });
}

#[test]
fn a_warning_is_no_refusal() {
    let mut world = world();
    let range = Range::new(Some(60.into()), Some(90.into())).unwrap();
    world
        .indicator(
            Indicator::new(
                "age".parse().unwrap(),
                Names::zh("人均预期寿命").unwrap(),
                "岁".parse().unwrap(),
                Kind::Mean,
                Temporal::Flow,
            )
            .unwrap()
            .with_plausible(range),
        )
        .unwrap();
    let mut book = BookBuilder::new(world.finish().unwrap());
    assert!(
        book.observe(&observation(
            ("age", "", "level"),
            "430281",
            "2021",
            "79e0",
            "岁"
        ))
        .unwrap()
        .is_none()
    );
    let warning = book
        .observe(&observation(
            ("age", "", "level"),
            "430281",
            "2022",
            "790e0",
            "岁",
        ))
        .unwrap()
        .unwrap();
    assert!(
        warning.message().ends_with(
            "lies outside of its plausible range [60, 90]: check the figure and its unit"
        ),
        "{warning}"
    );
    assert_eq!(book.finish().unwrap().cell_count().unwrap(), 2);
}

#[test]
fn everything_is_sent_between_threads() {
    fn travels<T: Send + Sync + 'static>() {}
    travels::<Yearbook>();
    travels::<yearbook::Table>();
    travels::<yearbook::Catalogue>();
    travels::<yearbook::PlaceHandle>();
    travels::<BookBuilder>();
    travels::<Observation>();
    travels::<yearbook::Error>();
}

prop_compose! {
    /// Shares of a few places in a few years: keys that meet and keys that do not.
    fn shares()(cells in proptest::collection::btree_map((0usize..3, 2000i32..2012), (0u32..10_000, 0usize..9), 0..40))
        -> Vec<Observation> {
        let places = ["430200", "430281", "institution:people-hospital"];
        cells
            .into_iter()
            .map(|((place, year), (hundredths, qualifier))| {
                let value = yearbook::Decimal::new(i64::from(hundredths), 2);
                let qualifier = Qualifier::ALL[qualifier];
                let figure = Figure::new(value, Precision::Digit(-2), qualifier).or_else(|_| Figure::printed(value)).unwrap();
                let mut observation = observation(("share", "", "level"), places[place], &year.to_string(), "1.0", "%");
                observation.stated = Stated::figure(figure, Unit::PERCENT);
                observation
            })
            .filter(|observation| BookBuilder::new(catalogue()).observe(observation).is_ok())
            .collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn same_content_same_bytes_whatever_the_order(observations in shares(), seed in any::<u64>()) {
        let straight = build(&observations);
        let mut shuffled = observations.clone();
        shuffled.sort_by_key(|observation| {
            let text = observation.to_string();
            text.bytes().fold(seed, |hash, byte| hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte))
        });
        prop_assert_eq!(build(&shuffled).to_bytes(), straight.to_bytes());

        // And the same a row at a time.
        let catalogue = catalogue();
        let mut rows = BookBuilder::new(catalogue.clone());
        let heading = Heading::level("share".parse().unwrap());
        let periods: Vec<Period> = (2000..2012).rev().map(|year| Period::year(year).unwrap()).collect();
        let mut table = rows.table(&heading, &periods).unwrap();
        for place in catalogue.places() {
            let code = catalogue.place_code(place).unwrap();
            let cells: Vec<Option<NewCell>> = periods
                .iter()
                .map(|period| {
                    let own = observations.iter().find(|own| own.key.place == code && own.key.period == *period)?;
                    Some(NewCell { stated: own.stated, source: catalogue.source(&own.source).unwrap() })
                })
                .collect();
            table.push_row(place, &cells).unwrap();
        }
        prop_assert_eq!(rows.finish().unwrap().to_bytes(), straight.to_bytes());
    }

    #[test]
    fn serde_and_bincode_bring_observations_back(observations in shares()) {
        for observation in observations {
            let json = serde_json::to_string(&observation).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Observation>(&json).unwrap(), &observation);
            let config = bincode::config::standard();
            let bytes = bincode::encode_to_vec(&observation, config).unwrap();
            let (back, read): (Observation, usize) = bincode::decode_from_slice(&bytes, config).unwrap();
            prop_assert_eq!(read, bytes.len());
            prop_assert_eq!(back, observation);
        }
    }
}
