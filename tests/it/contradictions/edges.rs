//! What may be held against what: places, periods, breakdowns and ratios at their edges.

use yearbook::model::*;
use yearbook::query::{Finding, Reconcile};
use yearbook::{Ask, BookBuilder, Yearbook};

use crate::common;

/// The small world with people served, an incidence over residents, and ages that lie in each other.
fn book(figures: &[(&str, &str, &str, &str, &str)]) -> Yearbook {
    let mut world = common::world();
    for indicator in [
        common::indicator("served", Unit::PERSON, Kind::Count, Temporal::FlowDistinct),
        common::indicator("residents", Unit::PERSON, Kind::Count, Temporal::Stock),
        common::indicator("profit", Unit::YUAN, Kind::Amount, Temporal::Flow),
        common::indicator(
            "incidence",
            "人/千人".parse().unwrap(),
            Kind::Ratio,
            Temporal::Flow,
        )
        .with_parts(
            Some("people".parse().unwrap()),
            Some("residents".parse().unwrap()),
        )
        .unwrap(),
    ] {
        world.indicator(indicator).unwrap();
    }
    let member = |code: &str, parent: Option<&str>| Member {
        code: code.parse().unwrap(),
        names: common::names(code),
        parent: parent.map(|parent| parent.parse().unwrap()),
        partition: None,
    };
    let ages = vec![
        member("60", None),
        member("70", Some("60")),
        member("80", Some("70")),
    ];
    let age = Dimension::new("age".parse().unwrap(), common::names("年龄"), ages).unwrap();
    world.dimension(age).unwrap();
    let mut book = BookBuilder::new(world.finish().unwrap());
    for (heading, place, period, figure, unit) in figures {
        let (heading, measure) = heading.split_once(' ').unwrap_or((heading, "level"));
        let (indicator, breakdown) = heading.split_once('/').unwrap_or((heading, ""));
        let absent = figure.parse::<Absence>().ok();
        let mut observation = common::observation(
            (indicator, breakdown, measure),
            place,
            period,
            if absent.is_some() { "0" } else { figure },
            unit,
        );
        if let Some(absence) = absent {
            observation.stated = Stated::Absent(absence);
        }
        book.observe(&observation).unwrap();
    }
    book.finish().unwrap()
}

fn told(reconcile: &Reconcile<'_>) -> Vec<String> {
    let findings: Vec<Finding> = reconcile.findings().unwrap();
    findings.iter().map(ToString::to_string).collect()
}

fn all(figures: &[(&str, &str, &str, &str, &str)]) -> Vec<String> {
    told(&Ask::of(&book(figures)).reconcile())
}

#[test]
fn a_region_is_held_against_what_is_stated_below_it() {
    // Over the prefecture that states nothing.
    assert_eq!(
        all(&[
            ("people", "430000", "2021", "10", "人"),
            ("people", "430223", "2021", "6", "人"),
            ("people", "430281", "2021", "5", "人"),
        ]),
        [
            "regions within a region: 攸县 (6 people) + 醴陵市 (5 people) ≤ 湖南省 (10 people), people, 2021: contradicts by 1 person; mended by 湖南省 at 11 people, or 攸县 at 5 people, or 醴陵市 at 4 people"
        ]
    );
    // A county that was dissolved in the year may be counted in its successor too.
    assert_eq!(
        all(&[
            ("people", "430200", "2018", "10", "人"),
            ("people", "430211", "2018", "11", "人"),
        ]),
        [""; 0]
    );
    // The same person may be served in two counties, but not in one and not in its prefecture.
    assert_eq!(
        all(&[
            ("served", "430200", "2021", "10", "人"),
            ("served", "430223", "2021", "9", "人"),
            ("served", "430281", "2021", "9", "人"),
        ]),
        [
            "regions within a region: 攸县 (9 people) ≤ 株洲市 (10 people), served, 2021: consistent with a bound",
            "regions within a region: 醴陵市 (9 people) ≤ 株洲市 (10 people), served, 2021: consistent with a bound",
        ]
    );
    // What may be negative says nothing of its parts.
    assert_eq!(
        all(&[
            ("profit", "430200", "2021", "10!", "元"),
            ("profit", "430281", "2021", "90!", "元"),
        ]),
        [""; 0]
    );
    // A stock of one end date, under whatever period.
    assert_eq!(
        all(&[
            ("hospitals", "430200", "2021", "10", "家"),
            ("hospitals", "430281", "2021-12", "11", "家"),
        ])
        .len(),
        1
    );
}

#[test]
fn parts_that_exhaust_are_all_needed() {
    let figures = [
        ("people", "430200", "2021", "10", "人"),
        ("people", "430223", "2021", "6", "人"),
        ("people", "430281", "2021", "suppressed", "人"),
    ];
    assert_eq!(
        told(
            &Ask::of(&book(&figures))
                .reconcile()
                .regions_exhaust("people")
        ),
        [
            "regions within a region: 攸县 (6 people) + 醴陵市 (suppressed) ≤ 株洲市 (10 people), people, 2021: consistent with a bound"
        ]
    );
    let mut whole = figures;
    whole[2].3 = "3";
    assert_eq!(
        told(&Ask::of(&book(&whole)).reconcile().regions_exhaust("people")),
        [
            "regions within a region: 攸县 (6 people) + 醴陵市 (3 people) = 株洲市 (10 people), people, 2021: contradicts by 1 person; mended by 株洲市 at 9 people, or 攸县 at 7 people, or 醴陵市 at 4 people"
        ]
    );
}

#[test]
fn periods_make_up_longer_ones_where_the_indicator_adds() {
    assert_eq!(
        all(&[
            ("people", "430281", "2021-Q1", "60e0", "人"),
            ("people", "430281", "2021-01", "20", "人"),
            ("people", "430281", "2021-02", "20", "人"),
            ("people", "430281", "2021-03", "20", "人"),
        ]),
        [
            "periods and the longer period they make up: 2021-01 (20 people) + 2021-02 (20 people) + 2021-03 (20 people) = 2021-Q1 (60 people), people, 醴陵市: agrees exactly"
        ]
    );
    assert_eq!(
        all(&[
            ("served", "430281", "2021-Q1", "30", "人"),
            ("served", "430281", "2021-01", "20", "人"),
            ("served", "430281", "2021-02", "31", "人"),
        ]),
        [
            "a period within a longer one: 2021-01 (20 people) ≤ 2021-Q1 (30 people), served, 醴陵市: consistent with a bound",
            "a period within a longer one: 2021-02 (31 people) ≤ 2021-Q1 (30 people), served, 醴陵市: contradicts by 1 person; mended by 2021-02 at 30 people, or 2021-Q1 at 31 people",
        ]
    );
    // Profits of two quarters say nothing of the year, of all four they do.
    let quarters = ["-5!", "9!", "1!", "1!"].map(|profit| ("profit", "430281", profit, "元"));
    let periods = ["2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4"];
    let mut figures: Vec<_> = quarters
        .iter()
        .zip(periods)
        .map(|((heading, place, profit, unit), period)| (*heading, *place, period, *profit, *unit))
        .collect();
    figures.push(("profit", "430281", "2021", "7!", "元"));
    let [year] = all(&figures).try_into().unwrap();
    assert!(year.ends_with("contradicts by 1 yuan; mended by 2021-Q2 at 10 yuan, or 2021 at 6 yuan, or 2021-Q1 at -4 yuan, or one of 2 more"), "{year}");
    figures.remove(1);
    let [part] = all(&figures).try_into().unwrap();
    assert!(
        part.ends_with("not checkable: a figure is missing; 2021-Q2 would be 10 yuan"),
        "{part}"
    );
}

#[test]
fn a_breakdown_is_held_against_the_nearest_that_is_stated() {
    let figures = [
        ("people", "430281", "2021", "100", "人"),
        ("people/age=60", "430281", "2021", "60", "人"),
        ("people/age=80", "430281", "2021", "61", "人"),
        ("people/age=80", "430223", "2021", "61", "人"),
        ("people", "430223", "2021", "60", "人"),
    ];
    assert_eq!(
        all(&figures),
        [
            "a part within its whole: people, 60 (60 people) ≤ people (100 people), 醴陵市, 2021: consistent with a bound",
            "a part within its whole: people, 80 (61 people) ≤ people (60 people), 攸县, 2021: contradicts by 1 person; mended by people, 80 at 60 people, or people at 61 people",
            "a part within its whole: people, 80 (61 people) ≤ people, 60 (60 people), 醴陵市, 2021: contradicts by 1 person; mended by people, 80 at 60 people, or people, 60 at 61 people",
        ]
    );
}

#[test]
fn what_cannot_be_checked_says_why() {
    let ends = |figures: &[(&str, &str, &str, &str, &str)]| -> Vec<String> {
        let told = all(figures);
        let end = |text: &String| text.rsplit_once("not checkable: ").unwrap().1.to_string();
        told.iter().map(end).collect()
    };
    assert_eq!(
        ends(&[
            ("incidence", "430281", "2021", "4.9", "人/千人"),
            ("people", "430281", "2021", "49", "人"),
            ("residents", "430281", "2021", "1000", "人"),
        ]),
        ["a flow over a stock does not say of which day"]
    );
    assert_eq!(
        ends(&[
            (
                "profit change_relative(year_earlier)",
                "430281",
                "2021",
                "50e0",
                "%"
            ),
            ("profit", "430281", "2021", "10!", "元"),
            ("profit", "430281", "2020", "-5!", "元"),
        ]),
        ["what it is measured against may be zero or less"]
    );
    assert_eq!(
        ends(&[
            ("people completion", "430281", "2021", "50e0", "%"),
            ("people", "430281", "2021", "not_collected", "人"),
            ("people target", "430281", "2021", "8", "人"),
        ]),
        ["a figure is missing; people would be 4 people"]
    );
    assert_eq!(
        all(&[
            ("people completion", "430281", "2021", "0e0", "%"),
            ("people", "430281", "2021", "0", "人"),
            ("people target", "430281", "2021", "0", "人"),
        ])
        .len(),
        1,
        "nothing of nothing is not done to 0 %"
    );
}
