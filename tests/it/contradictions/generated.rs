//! Generated books: what was planted is found, just that, and in good time.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use yearbook::model::*;
use yearbook::query::{Cited, Step, VerdictKind};
use yearbook::{Ask, BookBuilder, Yearbook};

/// Decimals of a fraction, half up.
fn percent(above: u64, below: u64, decimals: u32) -> yearbook::Decimal {
    let quotient = yearbook::Decimal::from(above * 100) / yearbook::Decimal::from(below);
    let mut rounded = quotient.round_dp_with_strategy(
        decimals,
        rust_decimal::RoundingStrategy::MidpointAwayFromZero,
    );
    rounded.rescale(decimals);
    rounded
}

pub(super) struct Generated {
    pub(super) book: Yearbook,
    cells: usize,
    /// The cells that were changed after all fitted.
    faults: BTreeSet<Key>,
}

/// A book in which everything fits, but for `faults` cells, each of which breaks one identity: months and classes
/// of cases, a share, targets with completions, changes, cumulative doses, prefectures over their counties.
pub(super) fn generated(
    prefectures: u32,
    counties: u32,
    topics: u32,
    years: u32,
    faults: usize,
) -> Generated {
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    let mut catalogue = yearbook::CatalogueBuilder::new();
    let region = |code: &str, parent: Option<&str>, level| {
        Region::new(
            code.parse().unwrap(),
            parent.map(|parent| parent.parse().unwrap()),
            level,
            Names::zh(code).unwrap(),
        )
    };
    catalogue
        .region(region("100000", None, Level::Country))
        .unwrap();
    let mut tree = Vec::new();
    for prefecture in 0..prefectures {
        let province = format!("{}0000", 11 + prefecture / 90);
        if prefecture % 90 == 0 {
            catalogue
                .region(region(&province, Some("100000"), Level::Province))
                .unwrap();
        }
        let prefecture = format!("{}{:02}00", 11 + prefecture / 90, prefecture % 90 + 1);
        catalogue
            .region(region(&prefecture, Some(&province), Level::Prefecture))
            .unwrap();
        let counties: Vec<String> = (1..=counties)
            .map(|county| format!("{}{county:02}", &prefecture[..4]))
            .collect();
        for county in &counties {
            catalogue
                .region(region(county, Some(&prefecture), Level::County))
                .unwrap();
        }
        tree.push((prefecture, counties));
    }
    catalogue
        .source(Source::new("office".parse().unwrap(), "Generated", "", None).unwrap())
        .unwrap();
    let member = |code: &str| Member {
        code: code.parse().unwrap(),
        names: Names::zh(code).unwrap(),
        parent: None,
        partition: Some("all".to_string()),
    };
    catalogue
        .dimension(
            Dimension::new(
                "class".parse().unwrap(),
                Names::zh("类别").unwrap(),
                vec![member("a"), member("b")],
            )
            .unwrap(),
        )
        .unwrap();
    for topic in 0..topics {
        let new = |code: String, unit, kind, temporal| {
            Indicator::new(
                code.parse().unwrap(),
                Names::zh(&code).unwrap(),
                unit,
                kind,
                temporal,
            )
            .unwrap()
        };
        let code = |name: &str| format!("{name}_{topic}");
        let since = Temporal::Cumulative {
            since: Some("1990-01-01".parse().unwrap()),
        };
        for indicator in [
            new(code("cases"), Unit::PERSON, Kind::Count, Temporal::Flow),
            new(code("severe"), Unit::PERSON, Kind::Count, Temporal::Flow),
            new(code("doses"), Unit::PERSON, Kind::Count, since),
            new(code("rate"), Unit::PERCENT, Kind::Share, Temporal::Flow)
                .with_parts(
                    Some(code("severe").parse().unwrap()),
                    Some(code("cases").parse().unwrap()),
                )
                .unwrap(),
        ] {
            catalogue.indicator(indicator).unwrap();
        }
    }
    let mut cells: Vec<(Key, yearbook::Decimal, bool)> = Vec::new();
    for topic in 0..topics {
        for (prefecture, counties) in &tree {
            let mut totals = vec![0; usize::try_from(years).unwrap()];
            for county in counties {
                let (mut before, mut doses) = (None, 0);
                for (total, year) in totals.iter_mut().zip(2000..) {
                    let mut push =
                        |heading: String, period: String, value: yearbook::Decimal, exact: bool| {
                            let (indicator, rest) = heading.split_once(' ').unwrap();
                            let (breakdown, measure) = rest.split_once(' ').unwrap();
                            let heading = Heading {
                                indicator: format!("{indicator}_{topic}").parse().unwrap(),
                                breakdown: breakdown.trim_matches(['[', ']']).parse().unwrap(),
                                measure: measure.parse().unwrap(),
                            };
                            let key = heading.at(
                                county.parse::<RegionCode>().unwrap(),
                                period.parse().unwrap(),
                            );
                            cells.push((key, value, exact));
                        };
                    let mut cases = 0;
                    for month in 1..=12 {
                        let count = 50 + next(100);
                        cases += count;
                        push(
                            "cases [] level".into(),
                            format!("{year}-{month:02}"),
                            count.into(),
                            true,
                        );
                    }
                    *total += cases;
                    let class_a = next(cases);
                    let severe = next(cases);
                    let target = 100 + next(2000);
                    doses += next(500);
                    for (heading, value, exact) in [
                        ("cases [] level", cases.into(), true),
                        ("cases [class=a] level", class_a.into(), true),
                        ("cases [class=b] level", (cases - class_a).into(), true),
                        ("severe [] level", severe.into(), true),
                        ("rate [] level", percent(severe, cases, 2), false),
                        ("cases [] target", target.into(), true),
                        ("cases [] completion", percent(cases, target, 1), false),
                        ("doses [] level", doses.into(), true),
                    ] {
                        push(heading.into(), year.to_string(), value, exact);
                    }
                    if let Some(before) = before {
                        let change = percent(cases, before, 1) - yearbook::Decimal::ONE_HUNDRED;
                        push(
                            "cases [] change_relative(year_earlier)".into(),
                            year.to_string(),
                            change,
                            false,
                        );
                    }
                    before = Some(cases);
                }
            }
            for (total, year) in totals.into_iter().zip(2000..) {
                let heading = Heading::level(format!("cases_{topic}").parse().unwrap());
                let period: Period = format!("{year}").parse().unwrap();
                let key = heading.at(prefecture.parse::<RegionCode>().unwrap(), period);
                cells.push((key, total.into(), true));
            }
        }
    }
    // Faults in cells that stand in one identity each, far enough apart not to meet.
    let last_year = (1999 + i32::try_from(years).unwrap()).to_string();
    let stride = cells.len() / faults.max(1);
    let mut broken = BTreeSet::new();
    for fault in 0..faults {
        let from = fault * stride;
        let sort = fault % 7;
        let at = (from..from + stride)
            .find(|at| {
                let (key, value, _) = &cells[*at];
                let heading = &key.heading;
                let name = heading.indicator.name();
                let level = heading.measure == Measure::Level;
                match sort {
                    0 => {
                        level
                            && name.starts_with("cases")
                            && key.period.granularity() == Granularity::Month
                    }
                    1 => !heading.breakdown.is_total(),
                    2 => name.starts_with("rate"),
                    3 => heading.measure == Measure::Completion,
                    4 => matches!(heading.measure, Measure::Change { .. }),
                    5 => {
                        // A fall in the last year breaks no later one.
                        let risen = value > &yearbook::Decimal::from(500 * years);
                        name.starts_with("doses") && key.period.to_string() == last_year && !risen
                    }
                    _ => {
                        let place = key.place.to_string();
                        level && name.starts_with("cases") && place.ends_with("00")
                    }
                }
            })
            .or_else(|| {
                (from..from + stride).find(|at| cells[*at].0.heading.measure == Measure::Completion)
            })
            .expect("a stride holds a completion");
        let (key, value, _) = &mut cells[at];
        let name = key.heading.indicator.name();
        *value = if name.starts_with("doses") {
            yearbook::Decimal::ZERO
        } else if name.starts_with("rate") {
            let flipped = *value + yearbook::Decimal::from(7);
            if flipped > yearbook::Decimal::ONE_HUNDRED {
                *value - yearbook::Decimal::from(7)
            } else {
                flipped
            }
        } else if key.place.to_string().ends_with("00") {
            *value - yearbook::Decimal::ONE
        } else {
            *value + yearbook::Decimal::ONE
        };
        broken.insert(key.clone());
    }
    assert_eq!(broken.len(), faults);
    let mut book = BookBuilder::new(catalogue.finish().unwrap());
    for (key, value, exact) in &cells {
        let unit = match &key.heading.measure {
            Measure::Level | Measure::Target if *exact => Unit::PERSON,
            _ => Unit::PERCENT,
        };
        let figure = if *exact {
            Figure::exact(*value)
        } else {
            Figure::printed(*value).unwrap()
        };
        book.observe(&Observation {
            key: key.clone(),
            stated: Stated::figure(figure, unit),
            source: "office".parse().unwrap(),
        })
        .unwrap();
    }
    Generated {
        book: book.finish().unwrap(),
        cells: cells.len(),
        faults: broken,
    }
}

/// Each contradiction holds one planted fault, each fault is in one contradiction.
fn finds_exactly(generated: &Generated) {
    let started = std::time::Instant::now();
    let found = Ask::of(&generated.book)
        .reconcile()
        .contradictions()
        .unwrap();
    let took = started.elapsed();
    let a_second = u128::try_from(generated.cells).unwrap() * 1000 / took.as_millis().max(1);
    println!(
        "{} cells reconciled in {took:?}: {a_second} a second",
        generated.cells
    );
    let mut named = BTreeSet::new();
    for finding in &found {
        let mut planted = finding
            .used()
            .iter()
            .map(Cited::key)
            .filter(|key| generated.faults.contains(key));
        let key = planted
            .next()
            .unwrap_or_else(|| panic!("nothing was planted: {finding}"));
        assert!(planted.next().is_none(), "{finding}");
        assert!(named.insert(key.clone()), "named twice: {finding}");
    }
    let missed: Vec<String> = generated
        .faults
        .difference(&named)
        .map(ToString::to_string)
        .collect();
    assert_eq!(missed, [""; 0]);
    assert_eq!(found.len(), generated.faults.len());
}

#[test]
fn a_generated_book_has_just_the_faults_that_were_planted() {
    let sound = generated(2, 5, 2, 3, 0);
    finds_exactly(&sound);
    let faulty = generated(4, 21, 3, 4, 20);
    assert!((20_000..25_000).contains(&faulty.cells), "{}", faulty.cells);
    finds_exactly(&faulty);
}

/// `cargo test --release --test it million -- --ignored --nocapture` says how long it takes.
#[test]
#[ignore = "a million cells: run it in release"]
fn a_million_cells_have_just_the_thousand_faults_that_were_planted() {
    let faulty = generated(50, 20, 8, 6, 1000);
    assert!(faulty.cells >= 1_000_000, "{}", faulty.cells);
    finds_exactly(&faulty);
}

#[test]
fn the_work_can_be_watched_and_stopped() {
    let small = generated(2, 10, 4, 4, 7);
    let (mut findings, mut last, mut all) = (0, 0, 0);
    let summary = Ask::of(&small.book)
        .reconcile()
        .telling(&[VerdictKind::Contradicts])
        .each(|step| {
            match step {
                Step::Finding(_) => findings += 1,
                Step::Progress(progress) => {
                    assert!(progress.done >= last && progress.done <= progress.all);
                    (last, all) = (progress.done, progress.all);
                }
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert!(summary.complete);
    assert_eq!((findings, summary.contradict), (7, 7));
    assert_eq!(last, all, "it ends with all of it");
    let mut told = 0;
    let stopped = Ask::of(&small.book)
        .reconcile()
        .telling(&[VerdictKind::Contradicts])
        .each(|step| match step {
            Step::Finding(_) => {
                told += 1;
                ControlFlow::Break(())
            }
            Step::Progress(_) => ControlFlow::Continue(()),
        })
        .unwrap();
    assert!(!stopped.complete);
    assert_eq!((told, stopped.contradict), (1, 1));
}
