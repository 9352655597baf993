//! What is true contradicts nothing, however it is said.

use std::collections::BTreeMap;

use proptest::prelude::*;
use yearbook::model::*;
use yearbook::query::Verdict;
use yearbook::{Ask, BookBuilder};

use super::generated::generated;

/// A figure that allows `above / below`, said in one of several ways; `None` if nobody says it.
fn said(above: u64, below: u64, way: usize) -> Option<Stated> {
    let value = yearbook::Decimal::from(above) / yearbook::Decimal::from(below);
    let whole = value.floor();
    let next = whole + yearbook::Decimal::ONE;
    let is_count = below == 1;
    let qualified = |value, qualifier| Figure::new(value, Precision::Exact, qualifier).unwrap();
    let rounded = |places: i32| {
        let scale = u32::try_from(places.max(0)).unwrap();
        let unit = yearbook::Decimal::from(10_u32.pow(u32::try_from((-places).max(0)).unwrap()));
        let half_up = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
        let rounded = (value / unit).round_dp_with_strategy(scale, half_up) * unit;
        let digit = Precision::Digit(i8::try_from(-places).unwrap());
        Figure::new(rounded, digit, Qualifier::None).unwrap()
    };
    let figure = match way {
        0 => return None,
        1 => return Some(Stated::Absent(Absence::NotCollected)),
        2 => qualified(whole - yearbook::Decimal::ONE, Qualifier::Over),
        3 => qualified(whole, Qualifier::AtLeast),
        4 => qualified(next, Qualifier::Under),
        5 => qualified(next, Qualifier::AtMost),
        6 => Figure::range(whole, Precision::Exact, next, Precision::Exact).unwrap(),
        7 => rounded(if is_count { -1 } else { 0 }),
        8 => rounded(if is_count { -2 } else { 1 }),
        _ if is_count => Figure::exact(whole),
        _ => rounded(2),
    };
    let unit = if is_count {
        Unit::PERSON
    } else {
        Unit::PERCENT
    };
    Some(Stated::figure(figure, unit))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// Whatever is true, however it is said or left out, is never called a contradiction; and what is said of a missing
    /// figure holds of its true value.
    #[test]
    fn what_is_true_contradicts_nothing(
        years in prop::collection::vec((prop::collection::vec(0_u64..400, 12), 0_u64..100, 0_u64..100, 1_u64..3000), 2),
        doses in prop::collection::vec(0_u64..300, 4),
        elsewhere in 0_u64..5000,
        ways in prop::collection::vec(0_usize..14, 64),
    ) {
        let (county, prefecture) = ("110101", "110100");
        let mut truth: Vec<(&str, &str, String, u64, u64)> = Vec::new();
        let mut before = None;
        for ((months, part, severe, target), year) in years.iter().zip(2001..) {
            let cases: u64 = months.iter().sum();
            for (cases, month) in months.iter().zip(1..) {
                truth.push(("cases_0", county, format!("{year}-{month:02}"), *cases, 1));
            }
            for (quarter, months) in (1..).zip(months.chunks(3)) {
                truth.push(("cases_0", county, format!("{year}-Q{quarter}"), months.iter().sum(), 1));
            }
            let to_date = months.iter().take(10).sum();
            let (class_a, severe) = (cases * part / 100, cases * severe / 100);
            truth.push(("cases_0", county, format!("{year}-01/{year}-10"), to_date, 1));
            for (heading, place, above, below) in [
                ("cases_0", county, cases, 1),
                ("cases_0", prefecture, cases + elsewhere, 1),
                ("cases_0 [class=a]", county, class_a, 1),
                ("cases_0 [class=b]", county, cases - class_a, 1),
                ("severe_0", county, severe, 1),
                ("rate_0", county, severe * 100, cases),
                ("cases_0 target", county, *target, 1),
                ("cases_0 completion", county, cases * 100, *target),
            ] {
                truth.push((heading, place, year.to_string(), above, below));
            }
            if let Some(before) = before
                && cases >= before
            {
                let change = ("cases_0 change_relative(year_earlier)", county, year.to_string());
                truth.push((change.0, change.1, change.2, (cases - before) * 100, before));
            }
            before = Some(cases);
        }
        let mut given = 0;
        for (count, year) in doses.iter().zip(2001..) {
            given += count;
            truth.push(("doses_0", county, format!("{year}-12"), given, 1));
            truth.push(("doses_0", county, format!("{year}"), given, 1));
        }
        let catalogue = empty().clone();
        let nothing = BookBuilder::new(catalogue.clone()).finish().unwrap();
        let mut book = BookBuilder::new(catalogue);
        let mut true_counts = BTreeMap::new();
        for ((heading, place, period, above, below), way) in truth.iter().zip(ways.iter().cycle()) {
            if *below == 0 {
                continue;
            }
            let heading = Ask::of(&nothing).heading(*heading).unwrap();
            let key = heading.at(place.parse::<Place>().unwrap(), period.parse().unwrap());
            // A percentage that comes out whole is said as a percentage all the same.
            let percent = key.heading.measure == Measure::Completion
                || matches!(key.heading.measure, Measure::Change { .. })
                || key.heading.indicator.name() == "rate_0";
            let (above, below) = match percent && *below == 1 {
                true => (above * 2, 2),
                false => (*above, *below),
            };
            if !percent {
                true_counts.insert(key.clone(), above);
            }
            if let Some(stated) = said(above, below, *way) {
                let source = "office".parse().unwrap();
                book.observe(&Observation { key, stated, source }).unwrap();
            }
        }
        let book = book.finish().unwrap();
        for finding in Ask::of(&book).reconcile().findings().unwrap() {
            prop_assert!(!finding.is_contradiction(), "{finding}");
            if let Verdict::NotCheckable { implied: Some(implied), .. } = finding.verdict()
                && let Some(count) = true_counts.get(&implied.key)
            {
                prop_assert!(implied.values.contains((*count).into()), "{count}: {finding}");
            }
        }
    }
}

/// The catalogue of a generated book.
fn empty() -> &'static yearbook::Catalogue {
    static CATALOGUE: std::sync::OnceLock<yearbook::Catalogue> = std::sync::OnceLock::new();
    CATALOGUE.get_or_init(|| generated(1, 1, 1, 1, 0).book.catalogue().clone())
}
