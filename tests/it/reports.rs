//! The main job on the five reports: every figure is read from its printed form and means what it should.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use yearbook::exchange::csv;
use yearbook::model::*;
use yearbook::rules::true_values;
use yearbook::{Cell, Yearbook};

pub(crate) fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data")
}

/// The book of the five reports, built once.
pub(crate) fn book() -> &'static Yearbook {
    static BOOK: OnceLock<Yearbook> = OnceLock::new();
    BOOK.get_or_init(|| {
        let (book, report) = csv::read_folder(data()).unwrap();
        assert!(report.is_clean(), "{report}");
        book.finish().unwrap()
    })
}

fn cell(indicator: &str, breakdown: &str, measure: &str, place: &str, period: &str) -> Cell {
    let key = Heading {
        indicator: indicator.parse().unwrap(),
        breakdown: breakdown.parse().unwrap(),
        measure: measure.parse().unwrap(),
    }
    .at(place.parse::<Place>().unwrap(), period.parse().unwrap());
    book()
        .get(&key)
        .unwrap()
        .unwrap_or_else(|| panic!("{key} was not recorded"))
}

/// Canonical text and unit of a level.
fn level(indicator: &str, place: &str, period: &str) -> String {
    cell(indicator, "", "level", place, period)
        .stated()
        .to_string()
}

/// The true values that a cell allows.
fn values(indicator: &str, breakdown: &str, measure: &str, place: &str, period: &str) -> String {
    let cell = cell(indicator, breakdown, measure, place, period);
    let catalogue = book().catalogue();
    let indicator = catalogue
        .indicator_record(catalogue.indicator(&indicator.parse().unwrap()).unwrap())
        .unwrap();
    true_values(
        indicator,
        &measure.parse().unwrap(),
        cell.figure().unwrap(),
        cell.unit().unwrap(),
    )
    .unwrap()
    .to_string()
}

#[test]
fn all_238_observations_are_accepted() {
    let (book, report) = csv::read_folder(data()).unwrap();
    assert!(report.is_clean(), "{report}");
    assert!(report.warnings().is_empty(), "{report}");
    let book = book.finish().unwrap();
    book.verify().unwrap();
    assert_eq!(book.cell_count().unwrap(), 238);
    // 12 regions, 9 institutions, 5 consortia, 5 members, 5 sources, 43 rows of breakdowns, 217 indicators.
    assert_eq!(report.accepted(), 12 + 9 + 5 + 5 + 5 + 43 + 217 + 238);
}

#[test]
fn figures_mean_what_was_printed() {
    for (indicator, place, period, stated) in [
        (
            "covid_vaccine_doses",
            "430200",
            "2020-12/2021-12",
            "730e4+ dose_given",
        ),
        (
            "covid_vaccine_doses",
            "430281",
            "2020-12/2022-06",
            "1876e3 dose_given",
        ),
        (
            "covid_vaccine_doses",
            "410482",
            "2020/2022",
            "2178789 dose_given",
        ),
        (
            "nucleic_acid_daily_capacity",
            "430200",
            "2021",
            ">6e4 portion",
        ),
        ("life_expectancy", "421081", "2023", "79e0 year_of_age"),
        ("health_record_coverage", "430200", "2021", ">=93e0 %"),
        (
            "hospital_management_pilot_coverage",
            "430200",
            "2021",
            "100e0 %",
        ),
        ("covid_active_cases", "430200", "2021-09-19", "0 case"),
        ("emergency_response_time", "421081", "2023", "<=10e0 minute"),
        (
            "mean_saving_per_operation",
            "institution:baitutan-central-township-hospital",
            "2023/2024",
            "8e3..1e4 CNY/machine",
        ),
        (
            "childcare_places_per_1000_residents",
            "430200",
            "2024-10-31",
            "4.92 item/1000.person",
        ),
        ("maternal_deaths", "430200", "2021", "0 person"),
    ] {
        assert_eq!(level(indicator, place, period), stated, "{indicator}");
    }
}

#[test]
fn true_values_are_clipped_and_tightened() {
    assert_eq!(
        values(
            "covid_vaccine_doses",
            "",
            "level",
            "430200",
            "2020-12/2021-12"
        ),
        "[7300001, 7399999]"
    );
    assert_eq!(
        values("covid_vaccine_doses", "", "level", "410482", "2020/2022"),
        "[2178789, 2178789]"
    );
    assert_eq!(
        values("health_record_coverage", "", "level", "430200", "2021"),
        "[93, 100]"
    );
    assert_eq!(
        values(
            "hospital_management_pilot_coverage",
            "",
            "level",
            "430200",
            "2021"
        ),
        "[99.5, 100]"
    );
    assert_eq!(
        values(
            "first_responders_certified",
            "",
            "completion",
            "430200",
            "2021"
        ),
        "(330, ∞)"
    );
    assert_eq!(
        values(
            "lung_function_screenings",
            "",
            "completion",
            "421081",
            "2023"
        ),
        "[126.5, 127.5]"
    );
    assert_eq!(
        values(
            "health_literacy",
            "",
            "change_points(2021)",
            "421081",
            "2023"
        ),
        "[8.5, 9.5]"
    );
    assert_eq!(
        values(
            "inpatient_share_within_county",
            "",
            "level",
            "430200",
            "2024-01/2024-09"
        ),
        "[88.215, 88.225]"
    );
}

#[test]
fn the_doses_of_liling_agree_with_their_parts() {
    let interval = |breakdown: &str| -> Interval {
        values(
            "covid_vaccine_doses",
            breakdown,
            "level",
            "430281",
            "2020-12/2022-06",
        )
        .parse()
        .unwrap()
    };
    let parts = ["dose=first", "dose=second", "dose=third"].map(interval);
    let sum = parts[0].add(&parts[1]).add(&parts[2]);
    assert_eq!(sum.to_string(), "[1869000, 1881000]");
    assert!(sum.overlaps(&interval("")));
    assert_eq!(sum.equal_to(&interval("")), Certainty::Possibly);
}

#[test]
fn changes_and_ranks_are_no_levels() {
    let dispatches = cell(
        "ambulance_dispatches",
        "",
        "change_relative(year_earlier)",
        "421081",
        "2023-01/2023-10",
    );
    assert_eq!(dispatches.stated().to_string(), "-2.7 %");
    let literacy = cell(
        "health_literacy",
        "",
        "change_points(2021)",
        "421081",
        "2023",
    );
    assert_eq!(literacy.stated().to_string(), "9e0 pp");
    let rank = cell(
        "stroke_network_assessment",
        "",
        "rank(420000)",
        "421081",
        "2023",
    );
    assert_eq!(rank.figure().unwrap().value(), yearbook::Decimal::ONE);
}

#[test]
fn every_source_is_named() {
    let catalogue = book().catalogue();
    let mut counts = std::collections::BTreeMap::new();
    for table in book().tables() {
        for cell in table.unwrap().cells() {
            let (_, _, cell) = cell.unwrap();
            *counts
                .entry(
                    catalogue
                        .source_record(cell.source())
                        .unwrap()
                        .code()
                        .to_string(),
                )
                .or_insert(0) += 1;
        }
    }
    let counts: Vec<(String, i32)> = counts.into_iter().collect();
    let expected = [
        ("liling-2022", 43),
        ("ruzhou-2022", 36),
        ("shishou-2023", 100),
        ("zhuzhou-2021", 39),
        ("zhuzhou-2024", 20),
    ];
    assert_eq!(
        counts,
        expected.map(|(code, count)| (code.to_string(), count))
    );
}

#[test]
fn the_tree_is_as_stated() {
    let catalogue = book().catalogue();
    let ruzhou = catalogue.find_place("汝州市").unwrap();
    // By its prefix it would stand under 410400; what is stated wins.
    assert_eq!(
        catalogue.path(ruzhou).unwrap().split('/').rev().nth(1),
        Some("河南省")
    );
    let chaling = catalogue.find_place("茶陵县").unwrap();
    let leads: Vec<&str> = catalogue
        .institutions_in(chaling)
        .unwrap()
        .map(|place| catalogue.place_name(place).unwrap())
        .collect();
    assert_eq!(leads, ["茶陵县人民医院", "茶陵县中医医院"]);
}
