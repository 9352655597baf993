//! What cannot be true is refused, and the refusal says what, which rule, and what to do.

use yearbook::model::*;
use yearbook::{BookBuilder, CatalogueBuilder, ErrorKind, NewCell};

use crate::common::{catalogue, observation, refusal, region};

fn level(indicator: &str, period: &str, figure: &str, unit: &str) -> String {
    refusal(&observation(
        (indicator, "", "level"),
        "430281",
        period,
        figure,
        unit,
    ))
}

#[test]
fn figures_out_of_bounds() {
    for (heading, figure, unit, message) in [
        (
            ("share", "", "level"),
            "117.2",
            "%",
            "share 117.2% is over 100%: share is a part of a whole; record a completion if it may exceed its target",
        ),
        (
            ("share", "", "level"),
            "8822e0",
            "%",
            "share 8822% is over 100%: share is a part of a whole; record a completion if it may exceed its target",
        ),
        (
            ("people", "", "level"),
            "-1",
            "人",
            "count -1 people is under 0: people counts things one by one",
        ),
        (
            ("hospitals", "", "level"),
            "2.5",
            "家",
            "count 2.5 institutions is no whole number: hospitals counts things one by one",
        ),
        (
            ("score", "", "rank(430000)"),
            "0",
            "位",
            "rank 0 is under 1: the first of all is rank 1",
        ),
        (
            ("people", "", "completion"),
            "-1e0",
            "%",
            "completion -1% is under 0%: a completion compares a level with its target, and both are above zero",
        ),
        (
            ("people", "", "change_relative(previous)"),
            "-101e0",
            "%",
            "relative change -101% is under -100%: people cannot be negative, so it cannot fall by more than all of it",
        ),
        (
            ("share", "", "change_points(2021)"),
            "101e0",
            "pp",
            "change in points 101 points is over 100: share is a share, and lies between 0 and 100% before and after",
        ),
    ] {
        assert_eq!(
            refusal(&observation(heading, "430281", "2023", figure, unit)),
            message
        );
    }
}

#[test]
fn the_edges_are_in_bounds() {
    for (heading, figure, unit) in [
        (("share", "", "level"), "0", "%"),
        (("share", "", "level"), "100e0", "%"),
        (("share", "", "level"), "1000e0", "‰"),
        (("people", "", "level"), "0", "人"),
        (("people", "", "completion"), "0e0", "%"),
        (("people", "", "completion"), "127e0", "%"),
        (("people", "", "change_relative(previous)"), "-100e0", "%"),
        (("people", "", "change_relative(previous)"), "900e0", "%"),
        (("share", "", "change_points(2021)"), "-100e0", "pp"),
        (("saving", "", "level"), "-5e0", "元/台"),
    ] {
        let mut book = BookBuilder::new(catalogue());
        book.observe(&observation(heading, "430281", "2023", figure, unit))
            .unwrap();
    }
}

#[test]
fn measures_that_do_not_go_with_the_indicator() {
    for (heading, figure, unit, message) in [
        (
            ("people", "", "change_points(2021)"),
            "9e0",
            "pp",
            "people is in person, and only % and ‰ change by points: record a relative or an absolute change",
        ),
        (
            ("share", "", "change_absolute(2021)"),
            "9e0",
            "pp",
            "share is in %, and the difference of two of its figures is in pp: record a change in points",
        ),
        (
            ("score", "", "rank(430281)"),
            "1",
            "位",
            "rank(430281) does not hold 430281: a rank's scope contains the place that is ranked",
        ),
        (
            ("score", "", "rank(430223)"),
            "1",
            "位",
            "rank(430223) does not hold 430281: a rank's scope contains the place that is ranked",
        ),
        (
            ("score", "", "rank(consortium:liling-consortium)"),
            "1",
            "位",
            "rank(consortium:liling-consortium) does not hold 430281: a rank's scope contains the place that is ranked",
        ),
    ] {
        assert_eq!(
            refusal(&observation(heading, "430281", "2023", figure, unit)),
            message
        );
    }
    // A member of the consortium from 2020 on may be ranked within it, but not before.
    let rank = |period| {
        observation(
            ("score", "", "rank(consortium:liling-consortium)"),
            "institution:people-hospital",
            period,
            "1",
            "位",
        )
    };
    BookBuilder::new(catalogue())
        .observe(&rank("2023"))
        .unwrap();
    assert_eq!(
        refusal(&rank("2019")),
        "rank(consortium:liling-consortium) does not hold institution:people-hospital: a rank's scope contains the place that is ranked"
    );
}

#[test]
fn units_of_another_dimension() {
    let message = level("people", "2023", "5e0", "元");
    assert!(
        message.starts_with("level of people is in person, not in CNY: "),
        "{message}"
    );
    let message = level("share", "2023", "5e0", "个百分点");
    assert!(
        message.starts_with("level of share is in %, not in pp: "),
        "{message}"
    );
    // One of the same dimension is taken, and kept as it was reported.
    let mut book = BookBuilder::new(catalogue());
    let reported = observation(("area", "", "level"), "430281", "2023", "12e0", "公顷");
    book.observe(&reported).unwrap();
    let cell = book.finish().unwrap().get(&reported.key).unwrap().unwrap();
    assert_eq!(cell.unit().unwrap().to_chinese(), "公顷");
}

#[test]
fn what_the_catalogue_does_not_know() {
    for (heading, place, start) in [
        (
            ("shares", "", "level"),
            "430281",
            "no indicator shares in the catalogue: did you mean share",
        ),
        (
            ("share", "", "level"),
            "430282",
            "no region 430282 in the catalogue",
        ),
        (
            ("share", "", "level"),
            "institution:peoples-hospital",
            "no institution peoples-hospital in the catalogue",
        ),
        (
            ("doses", "age=70-plus", "level"),
            "430281",
            "no dimension age in the catalogue",
        ),
        (
            ("doses", "dose=third", "level"),
            "430281",
            "dimension dose has no member third: its members are first, second",
        ),
    ] {
        let message = refusal(&observation(heading, place, "2023", "1", "%"));
        assert!(message.starts_with(start), "{message}");
    }
    let mut other = observation(("share", "", "level"), "430281", "2023", "1", "%");
    other.source = "report-c".parse().unwrap();
    assert!(refusal(&other).starts_with("no source report-c in the catalogue"));
}

#[test]
fn periods_that_do_not_go_with_place_or_indicator() {
    let observed = |heading, place, period| observation(heading, place, period, "1", "%");
    for (observation, message) in [
        (
            observed(("share", "", "level"), "430211", "2019"),
            "place 430211 existed from … to 2018-06-30, not in 2019: give the code of that time",
        ),
        (
            observed(("doses", "", "level"), "430281", "2020-11"),
            "doses counts since 2020-12-01, and 2020-11 ends before that",
        ),
        (
            observed(("share", "", "change_points(2021)"), "430281", "2021"),
            "a change in 2021 from 2021 has a base that does not end before it",
        ),
        (
            observed(("share", "", "change_points(2024)"), "430281", "2021"),
            "a change in 2021 from 2024 has a base that does not end before it",
        ),
        (
            observed(
                ("people", "", "change_relative(2022)"),
                "430281",
                "2023-01/2023-10",
            ),
            "a change of people in 2023-01/2023-10 from 2022 compares unequal lengths of time: a flow compares only over equal ones",
        ),
        (
            observed(
                ("people", "", "change_relative(year_earlier)"),
                "430281",
                "0001",
            ),
            "a change from year_earlier has no base in 0001: the calendar begins with the year 1",
        ),
    ] {
        assert_eq!(refusal(&observation), message);
    }
}

#[test]
fn periods_that_do_not_exist() {
    for text in [
        "2023-13",
        "2023-02-30",
        "2021-W53",
        "2023-10/2023-01",
        "0000",
        "10000",
        "2023-02-29",
        "",
    ] {
        let error = text.parse::<Period>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Syntax, "{text}: {error}");
        assert!(
            error
                .to_string()
                .starts_with(&format!("cannot read {text:?} as a period: at byte ")),
            "{error}"
        );
    }
    for good in ["2020-W53", "2024-02-29", "9999-12-31", "0001"] {
        assert!(good.parse::<Period>().is_ok(), "{good}");
    }
}

#[test]
fn two_figures_for_one_key() {
    let mut book = BookBuilder::new(catalogue());
    let first = observation(("share", "", "level"), "430281", "2021", "93.94", "%");
    book.observe(&first).unwrap();
    let mut second = observation(("share", "", "level"), "430281", "2021", "94", "%");
    second.source = "report-b".parse().unwrap();
    let error = book.observe(&second).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Duplicate);
    assert_eq!(
        error.to_string(),
        "share of 430281 in 2021 is stated twice: 93.94 % by report-a and 94 % by report-b: a yearbook has one figure for a key"
    );
    // The first is kept, and the end of the same year is another key.
    book.observe(&observation(
        ("share", "", "level"),
        "430281",
        "2021-12-31",
        "94",
        "%",
    ))
    .unwrap();
    let book = book.finish().unwrap();
    assert_eq!(
        book.get(&first.key).unwrap().unwrap().stated(),
        &first.stated
    );
    assert_eq!(book.cell_count().unwrap(), 2);
}

#[test]
fn a_period_written_in_two_ways_is_one_key() {
    let mut book = BookBuilder::new(catalogue());
    book.observe(&observation(
        ("people", "", "level"),
        "430281",
        "2023-01/2023-12",
        "5",
        "人",
    ))
    .unwrap();
    let error = book
        .observe(&observation(
            ("people", "", "level"),
            "430281",
            "2023",
            "6",
            "人",
        ))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Duplicate);
}

#[test]
fn handles_of_another_book() {
    let mut other = CatalogueBuilder::new();
    other
        .region(region("430281", None, Level::County, "醴陵市"))
        .unwrap();
    let other = other.finish().unwrap();
    let foreign = other.region(&"430281".parse().unwrap()).unwrap();

    let mut book = BookBuilder::new(catalogue());
    let heading = Heading::level("share".parse().unwrap());
    let source = book
        .catalogue()
        .source(&"report-a".parse().unwrap())
        .unwrap();
    let periods = ["2021".parse().unwrap()];
    let cell = Some(NewCell {
        stated: Stated::figure("5.0".parse().unwrap(), Unit::PERCENT),
        source,
    });
    let error = book
        .table(&heading, &periods)
        .unwrap()
        .push_row(foreign, &[cell])
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Foreign);
    assert_eq!(
        error.to_string(),
        "the handle is of another catalogue: resolve the code again in this one"
    );

    let own = book.catalogue().region(&"430281".parse().unwrap()).unwrap();
    book.table(&heading, &periods)
        .unwrap()
        .push_row(own, &[cell])
        .unwrap();
    let book = book.finish().unwrap();
    let table = book.table(&heading).unwrap();
    assert_eq!(
        table.cell(foreign, periods[0]).unwrap_err().kind(),
        ErrorKind::Foreign
    );
    assert_eq!(
        table.row(foreign).map(|_| ()).unwrap_err().kind(),
        ErrorKind::Foreign
    );
    assert!(book.catalogue().place_name(foreign).is_err());
    // The catalogue of the file is the one it was built from, and so are its handles.
    assert!(table.cell(own, periods[0]).unwrap().is_some());
}

#[test]
fn rows_that_do_not_fit_their_table() {
    let mut book = BookBuilder::new(catalogue());
    let heading = Heading::level("share".parse().unwrap());
    let year: Period = "2021".parse().unwrap();
    let error = book.table(&heading, &[year, year]).unwrap_err();
    assert_eq!(error.to_string(), "column 2021 is given twice");
    let place = book.catalogue().region(&"430281".parse().unwrap()).unwrap();
    let periods = [year];
    let error = book
        .table(&heading, &periods)
        .unwrap()
        .push_row(place, &[])
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "a row of 0 cells for 1 periods: give one for each, or None"
    );
}

#[test]
fn one_bad_cell_keeps_its_row_out_and_no_other() {
    let mut book = BookBuilder::new(catalogue());
    let heading = Heading::level("share".parse().unwrap());
    let catalogue = book.catalogue().clone();
    let source = catalogue.source(&"report-a".parse().unwrap()).unwrap();
    let place = |code: &str| catalogue.region(&code.parse().unwrap()).unwrap();
    let cell = |figure: &str| {
        Some(NewCell {
            stated: Stated::figure(figure.parse().unwrap(), Unit::PERCENT),
            source,
        })
    };
    let periods = ["2021".parse().unwrap(), "2022".parse().unwrap()];
    let mut table = book.table(&heading, &periods).unwrap();
    table
        .push_row(place("430281"), &[cell("5.0"), None])
        .unwrap();
    assert!(
        table
            .push_row(place("430223"), &[cell("5.0"), cell("500.0")])
            .is_err()
    );
    let book = book.finish().unwrap();
    assert_eq!(book.cell_count().unwrap(), 1);
}

#[test]
fn a_figure_of_forty_digits() {
    let text = "1234567890123456789012345678901234567890";
    assert!(
        text.parse::<Figure>()
            .unwrap_err()
            .to_string()
            .contains("expected at most 28 digits")
    );
    assert!(yearbook::notation::parse(&format!("{text}人")).is_err());
    assert!(yearbook::notation::parse("9999999999999999999999999999万亿元").is_err());
}

#[test]
fn ambiguous_places_list_their_candidates() {
    let mut world = crate::common::world();
    world
        .region(region("430304", Some("430000"), Level::County, "醴陵市"))
        .unwrap();
    let catalogue = world.finish().unwrap();
    let error = catalogue.find_place("醴陵市").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert_eq!(
        error.to_string(),
        "place \"醴陵市\" is one of 2: 430281 湖南省/株洲市/醴陵市, 430304 湖南省/醴陵市: give the code"
    );
    assert_eq!(
        catalogue.find_place("株州市").unwrap_err().kind(),
        ErrorKind::Unknown
    );
    assert!(
        catalogue
            .find_place("株州市")
            .unwrap_err()
            .to_string()
            .contains("did you mean 株洲市 (430200)")
    );
}

#[test]
fn catalogues_that_do_not_hold_together() {
    let build = |regions: Vec<Region>| {
        let mut builder = CatalogueBuilder::new();
        for (at, region) in regions.into_iter().enumerate() {
            builder.at("regions.csv", at as u64 + 2).region(region)?;
        }
        builder.finish()
    };
    let county = |code: &str, parent: Option<&str>| region(code, parent, Level::County, "某县");
    let error = build(vec![county("430281", None), county("430281", None)]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Duplicate);
    assert_eq!(
        error.message(),
        "region 430281 is given twice: in regions.csv, row 2 and in regions.csv, row 3"
    );
    let error = build(vec![county("430281", Some("430200"))]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Structure, "{error}");
}
