//! Building, saving, opening and asking.

use proptest::prelude::*;
use yearbook::exchange::Observations;
use yearbook::model::*;
use yearbook::{BookBuilder, Decimal, ErrorKind, NewCell, Table, Value, Yearbook, book::Run};

use crate::common::{catalogue, observation, observations, world};
use crate::direct::book_of_every_form;

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
            .count(),
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
            (table.cells().count(), forward.len()),
            (table.cell_count(), table.cell_count())
        );
        assert!(table.cells().size_hint().1.unwrap() >= table.cell_count());
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

/// Each end takes its turn, in every pattern of eight, and no cell is met twice or left out.
#[test]
fn the_ends_of_every_walk_meet() {
    fn meet<T: PartialEq + std::fmt::Debug>(
        walk: &(impl DoubleEndedIterator<Item = yearbook::Result<T>> + Clone),
    ) {
        let forward: Vec<T> = walk.clone().map(Result::unwrap).collect();
        for turns in 0..256u32 {
            let mut walk = walk.clone();
            let (mut front, mut back) = (Vec::new(), Vec::new());
            for turn in 0.. {
                let cell = if turns >> (turn % 8) & 1 == 0 {
                    walk.next().map(|cell| front.push(cell.unwrap()))
                } else {
                    walk.next_back().map(|cell| back.push(cell.unwrap()))
                };
                if cell.is_none() {
                    break;
                }
            }
            assert!(walk.next().is_none() && walk.next_back().is_none());
            front.extend(back.into_iter().rev());
            assert_eq!(front, forward);
        }
    }
    let book = build(&observations());
    for table in book.tables().map(Result::unwrap) {
        meet(&table.cells());
        for place in table.places() {
            meet(&table.row(place).unwrap());
        }
        for period in table.periods() {
            meet(&table.column(*period));
        }
    }
}

/// The numbers of a run with what they stand at, and that its mantissas say the same.
fn keyed<K: Copy>(keys: &[K], run: Run<'_>) -> impl Iterator<Item = (K, Value)> {
    assert!(!run.is_empty());
    assert_eq!((keys.len(), run.values().len()), (run.len(), run.len()));
    // None where numbers are at full length.
    if let Some(mantissas) = run.mantissas() {
        assert_eq!(mantissas.len(), run.len());
        for (mantissa, value) in mantissas.zip(run.values()) {
            let number = value.map(|value| (value.mantissa(), value.scale()));
            let short = mantissa.map(|mantissa| (mantissa.into(), run.scale()));
            assert_eq!(short, number);
        }
    }
    let values = keys.iter().copied().zip(run.values());
    values
        .filter_map(|(key, value)| Some((key, value?)))
        .collect::<Vec<_>>()
        .into_iter()
}

/// Only numbers at full length are handed out as values alone.
#[test]
fn runs_of_short_numbers_have_mantissas() {
    for table in build(&observations()).tables().map(Result::unwrap) {
        let mut values = table.cells().values();
        let mut numbers = 0;
        while let Some((.., run)) = values.next_run() {
            let is_long = |value: Value| i64::try_from(value.mantissa()).is_err();
            match run.mantissas() {
                Some(mantissas) => numbers += mantissas.flatten().count(),
                None => {
                    assert!(run.values().flatten().any(is_long), "{table:?}");
                    numbers += run.values().flatten().count();
                }
            }
        }
        assert_eq!(numbers, table.cells().values().count(), "{table:?}");
    }
}

#[test]
fn bare_numbers_are_those_of_the_cells() {
    let nowhere: Period = "1849-03".parse().unwrap();
    for book in [build(&observations()), book_of_every_form()] {
        for table in book.tables().map(Result::unwrap) {
            let cells: Vec<_> = table.cells().map(Result::unwrap).collect();
            let figures = cells.iter().filter_map(|(place, period, cell)| {
                let figure = cell.figure()?;
                Some((*place, *period, Value::from(figure.value())))
            });
            let figures: Vec<_> = figures.collect();
            assert_eq!(table.cells().values().collect::<Vec<_>>(), figures);
            // By folding, as `sum` and `for_each` do, and after cells and numbers have been taken one at a time.
            let mut begun = table.cells();
            begun.next();
            let mut values = begun.values();
            let mut folded: Vec<_> = values.by_ref().take(3).collect();
            values.for_each(|value| folded.push(value));
            assert_eq!(folded, figures);
            let mut values = table.cells().values();
            let mut runs: Vec<_> = values.by_ref().take(3).collect();
            while let Some((place, periods, run)) = values.next_run() {
                let own = keyed(periods, run);
                runs.extend(own.map(|(period, value)| (place, period, value)));
            }
            assert_eq!((runs, values.next()), (figures.clone(), None));
            for place in table.places() {
                let own = figures.iter().filter(|(other, ..)| *other == place);
                let own: Vec<_> = own.map(|(_, period, value)| (*period, *value)).collect();
                let row = table.row(place).unwrap();
                assert_eq!(row.values().collect::<Vec<_>>(), own);
                let mut values = row.values();
                let mut folded: Vec<_> = values.by_ref().take(3).collect();
                values.for_each(|value| folded.push(value));
                assert_eq!(folded, own);
                let mut values = row.values();
                let mut runs: Vec<_> = values.by_ref().take(3).collect();
                while let Some((periods, run)) = values.next_run() {
                    runs.extend(keyed(periods, run));
                }
                assert_eq!((runs, values.next()), (own, None));
            }
            for period in table.periods() {
                let own = figures.iter().filter(|(_, other, _)| other == period);
                let own: Vec<_> = own.map(|(place, _, value)| (*place, *value)).collect();
                let column = table.column(*period);
                assert_eq!(column.values().collect::<Vec<_>>(), own);
                let mut values = column.values();
                let mut folded: Vec<_> = values.by_ref().take(3).collect();
                values.for_each(|value| folded.push(value));
                assert_eq!(folded, own);
                let mut values = column.values();
                let mut runs: Vec<_> = values.by_ref().take(3).collect();
                while let Some((places, run)) = values.next_run() {
                    runs.extend(keyed(places, run));
                }
                assert_eq!((runs, values.next()), (own, None));
            }
            // Of every place, with a row or without, in every column and in a period that is none.
            let periods = table.periods().iter().copied().chain([nowhere]);
            let of_place = |place| periods.clone().map(move |period| (place, period));
            let keys: Vec<_> = book.catalogue().places().flat_map(of_place).collect();
            let asked = keys.iter().map(|(place, period)| (&table, *place, *period));
            let asked: Vec<_> = asked.collect();
            let mut values = vec![None; keys.len()];
            Table::get_many(&asked, &mut values).unwrap();
            let mut figures = figures.into_iter().peekable();
            for ((place, period), value) in keys.into_iter().zip(values) {
                assert_eq!(value, table.get(place, period).unwrap());
                let is_next = |(own, at, _): &(_, _, _)| (*own, *at) == (place, period);
                let figure = figures.next_if(is_next);
                assert_eq!(value, figure.map(|(.., value)| value));
            }
            assert_eq!(figures.next(), None);
        }
    }
}

#[test]
fn a_bare_number_is_not_there_or_of_another_book() {
    let book = build(&observations());
    let table = book
        .table(&Heading::level("hospitals".parse().unwrap()))
        .unwrap();
    let liling = book.catalogue().find_place("醴陵市").unwrap();
    let get = |period: &str| table.get(liling, period.parse().unwrap()).unwrap();
    assert_eq!(get("2019"), Some(Decimal::from(3).into()));
    // Suppressed, never recorded, no column.
    assert_eq!(
        (get("2016"), get("2024-09-30"), get("1999")),
        (None, None, None)
    );
    // A place without a row.
    let hunan = book.catalogue().find_place("湖南省").unwrap();
    assert_eq!(table.get(hunan, "2019".parse().unwrap()).unwrap(), None);

    let other = BookBuilder::new(yearbook::CatalogueBuilder::new().finish().unwrap());
    assert!(other.finish().unwrap().catalogue().place_at(0).is_none());
    let stranger = book_of_every_form()
        .catalogue()
        .find_place("醴陵市")
        .unwrap();
    let year: Period = "2019".parse().unwrap();
    let foreign = "the handle is of another catalogue: resolve the code again in this one";
    for error in [
        table.get(stranger, year).unwrap_err(),
        table.cell(stranger, year).unwrap_err(),
        table.row(stranger).unwrap_err(),
        table.row_range(stranger, year, year).unwrap_err(),
        Table::get_many(&[(&table, stranger, year)], &mut [None]).unwrap_err(),
        table
            .column_of(
                year,
                &book_of_every_form().catalogue().subtree(stranger).unwrap(),
            )
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Foreign);
        assert_eq!(error.to_string(), foreign);
    }

    let error = Table::get_many(&[(&table, liling, year)], &mut [None; 2]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Bounds);
    assert_eq!(
        error.to_string(),
        "1 keys and room for 2 values: give room for as many"
    );
    Table::get_many(&[], &mut []).unwrap();
    // More than are looked up at once, of several tables, those that are not there among them.
    let share = book
        .table(&Heading::level("share".parse().unwrap()))
        .unwrap();
    let keys: Vec<_> = (0..100)
        .map(|key| match key % 4 {
            0 => (&table, liling, year),
            1 => (&table, liling, "2016".parse().unwrap()),
            2 => (&share, liling, "2021".parse().unwrap()),
            _ => (&share, hunan, year),
        })
        .collect();
    let mut values = vec![Some(Value::from(Decimal::from(7))); 100];
    Table::get_many(&keys, &mut values).unwrap();
    let four = [
        Some(Value::from(Decimal::from(3))),
        None,
        Some(Value::from(Decimal::new(45, 1))),
        None,
    ];
    assert!(values.chunks(4).all(|values| values == four));
}

#[test]
fn rows_between_periods_and_columns_of_subtrees() {
    let book = book_of_every_form();
    for table in book.tables().map(Result::unwrap) {
        let periods = table.periods();
        let ends = [0, periods.len() / 3, periods.len() / 2, periods.len() - 1];
        for place in table.places().step_by(40) {
            let all: Vec<_> = table.row(place).unwrap().map(Result::unwrap).collect();
            for (first, last) in ends
                .iter()
                .flat_map(|first| ends.map(|last| (*first, last)))
            {
                let (first, last) = (periods[first], periods[last]);
                let within = |period: &Period| (first..=last).contains(period);
                let own: Vec<_> = all.iter().filter(|(period, _)| within(period)).collect();
                let row = table.row_range(place, first, last).unwrap();
                let cells: Vec<_> = row.clone().map(Result::unwrap).collect();
                assert!(cells.iter().eq(own.iter().copied()), "{first} to {last}");
                let numbers = own.iter().filter_map(|(period, cell)| {
                    let figure = cell.figure()?;
                    Some((*period, Value::from(figure.value())))
                });
                assert!(row.values().eq(numbers), "{first} to {last}");
            }
        }
    }
    // Ends that are no columns themselves: periods are ordered by their first day, then by their last, so a year comes after its
    // January, and a March before any day in it but the first.
    let people = book
        .table(&Heading::level("people".parse().unwrap()))
        .unwrap();
    let place = people.places().next().unwrap();
    for (first, last, expected) in [
        ("2011-12-31", "2012-03-15", "2012-01 2012-02 2012-03"),
        ("2012", "2012-03", "2012-02 2012-03"),
        ("2012-03", "2012-02", ""),
        ("1999", "2011-01", "2011-01"),
        ("2031", "2032", ""),
    ] {
        let row = people.row_range(place, first.parse().unwrap(), last.parse().unwrap());
        let periods: Vec<String> = row
            .unwrap()
            .map(|cell| cell.unwrap().0.to_string())
            .collect();
        assert_eq!(periods.join(" "), expected, "{first} to {last}");
    }

    let book = build(&observations());
    let catalogue = book.catalogue();
    let people = book
        .table(&Heading::level("people".parse().unwrap()))
        .unwrap();
    let year: Period = "2021".parse().unwrap();
    let of = |places: &yearbook::catalogue::Places| -> Vec<String> {
        let column = people.column_of(year, places).unwrap();
        let cells: Vec<_> = column.clone().map(Result::unwrap).collect();
        let numbers = cells
            .iter()
            .map(|(place, cell)| (*place, Value::from(cell.figure().unwrap().value())));
        assert!(column.values().eq(numbers));
        cells
            .iter()
            .map(|(place, cell)| {
                format!(
                    "{} {}",
                    catalogue.place_code(*place).unwrap(),
                    cell.stated()
                )
            })
            .collect()
    };
    let region = |name: &str| catalogue.find_place(name).unwrap();
    let regions = |name: &str| of(&catalogue.subtree(region(name)).unwrap());
    let institutions = |name: &str| of(&catalogue.institutions_in(region(name)).unwrap());
    assert_eq!(regions("湖南省"), ["430281 10455 person"]);
    assert_eq!(regions("醴陵市"), ["430281 10455 person"]);
    assert_eq!(regions("攸县"), Vec::<String>::new());
    assert_eq!(
        institutions("株洲市"),
        ["institution:people-hospital 1100+ person"]
    );
    assert_eq!(institutions("攸县"), Vec::<String>::new());
    let none = people.column_of(
        "1999".parse().unwrap(),
        &catalogue.subtree(region("湖南省")).unwrap(),
    );
    assert_eq!(none.unwrap().count(), 0);
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
