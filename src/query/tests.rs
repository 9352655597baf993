//! The questions on a small world: what is flagged, what is refused and in which words.

use super::{Among, Ask, Flag, Gap, Plan};
use crate::model::*;
use crate::{BookBuilder, Catalogue, CatalogueBuilder, Decimal, Yearbook};

/// Indicator, breakdown and measure; place; period; figure, unit and status.
type Row<'a> = (&'a str, &'a str, &'a str, &'a str);

fn catalogue() -> Catalogue {
    let mut world = CatalogueBuilder::new();
    for (code, parent, level, name) in [
        ("430200", None, Level::Prefecture, "株洲市"),
        ("430223", Some("430200"), Level::County, "攸县"),
        ("430224", Some("430200"), Level::County, "茶陵县"),
        ("430281", Some("430200"), Level::County, "醴陵市"),
    ] {
        let parent = parent.map(|parent| parent.parse().unwrap());
        let names = Names::zh(name).unwrap();
        world
            .region(Region::new(code.parse().unwrap(), parent, level, names))
            .unwrap();
    }
    world
        .source(Source::new("report".parse().unwrap(), "A report", "", None).unwrap())
        .unwrap();
    let member = |code: &str, name: &str, partition: Option<&str>| Member {
        code: code.parse().unwrap(),
        names: Names::zh(name).unwrap(),
        parent: None,
        partition: partition.map(String::from),
    };
    for (code, name, members) in [
        (
            "sex",
            "性别",
            vec![
                member("male", "男", Some("sexes")),
                member("female", "女", Some("sexes")),
            ],
        ),
        ("age", "年龄", vec![member("60-plus", "60岁及以上", None)]),
    ] {
        let names = Names::zh(name).unwrap();
        world
            .dimension(Dimension::new(code.parse().unwrap(), names, members).unwrap())
            .unwrap();
    }
    let indicator = |code: &str, unit: &str, kind, temporal, polarity| {
        Indicator::new(
            code.parse().unwrap(),
            Names::zh(code).unwrap(),
            unit.parse().unwrap(),
            kind,
            temporal,
        )
        .unwrap()
        .with_polarity(polarity)
    };
    use Polarity::{Higher, Lower, Neutral};
    use Temporal::{Flow, FlowDistinct, Stock};
    let code = |code: &str| Some(code.parse().unwrap());
    for indicator in [
        indicator("beds", "张", Kind::Count, Stock, Higher),
        indicator("visits", "人次", Kind::Count, Flow, Higher),
        indicator("served", "人", Kind::Count, FlowDistinct, Higher),
        indicator("people", "人", Kind::Count, Stock, Neutral),
        indicator("spending", "元", Kind::Amount, Flow, Lower),
        indicator(
            "doses",
            "剂次",
            Kind::Count,
            Temporal::Cumulative { since: None },
            Higher,
        ),
        indicator("literacy", "%", Kind::Share, Stock, Higher),
        indicator("literacy@2", "%", Kind::Share, Stock, Higher)
            .with_predecessor("literacy".parse().unwrap())
            .unwrap(),
        indicator("score", "1", Kind::Index, Stock, Higher),
        indicator("cost", "元", Kind::Mean, Flow, Lower)
            .with_parts(code("spending"), code("visits"))
            .unwrap(),
        indicator("density", "张/千人", Kind::Ratio, Stock, Higher)
            .with_parts(code("beds"), code("people"))
            .unwrap(),
    ] {
        world.indicator(indicator).unwrap();
    }
    world.finish().unwrap()
}

/// A book of rows such as `("beds", "430281", "2021", "10 张 forecast")`.
fn book(rows: &[Row<'_>]) -> Yearbook {
    let mut book = BookBuilder::new(catalogue());
    let empty = BookBuilder::new(catalogue()).finish().unwrap();
    for (heading, place, period, stated) in rows {
        let words: Vec<&str> = stated.split(' ').collect();
        let stated = match words.as_slice() {
            [absent] => Stated::Absent(absent.parse().unwrap()),
            [figure, unit, status @ ..] => Stated::Figure {
                figure: figure.parse().unwrap(),
                unit: unit.parse().unwrap(),
                status: status
                    .first()
                    .map_or(Status::Normal, |status| status.parse().unwrap()),
            },
            [] => panic!("a row states something"),
        };
        let heading = Ask::of(&empty).heading(*heading).unwrap();
        book.observe(&Observation {
            key: heading.at(place.parse::<Place>().unwrap(), period.parse().unwrap()),
            stated,
            source: "report".parse().unwrap(),
        })
        .unwrap();
    }
    book.finish().unwrap()
}

fn refusal<T>(result: crate::Result<T>) -> String {
    match result {
        Ok(_) => panic!("it should be refused"),
        Err(error) => error.to_string(),
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

#[test]
fn stocks_of_one_end_date_are_one_figure() {
    let book = book(&[
        ("beds", "430281", "2021", "120e0 张"),
        ("beds", "430281", "2021-12-31", ">=120 张"),
        ("beds", "430281", "2022", "suppressed"),
        ("beds", "430281", "2022-12", "130 张"),
        ("beds", "430223", "2021", "10 张"),
        ("beds", "430223", "2021-12", "12 张"),
        ("beds", "430224", "2021", "suppressed"),
    ]);
    let ask = Ask::of(&book);
    let look = |place: &str, period: &str| ask.figure("beds", place, period).unwrap();
    let both = look("醴陵市", "2021-12");
    assert_eq!(both.answer().interval().to_string(), "[120, 120]");
    assert_eq!(both.answer().used().len(), 2);
    assert_eq!(look("醴陵市", "2022").answer().value(), decimal("130"));
    // Two that exclude each other: it may be either.
    let either = look("攸县", "2021-12-31");
    assert_eq!(either.answer().interval().to_string(), "[10, 12]");
    assert!(matches!(
        either.answer().flags(),
        [Flag::Contradiction { .. }]
    ));
    let suppressed = look("茶陵县", "2021");
    assert_eq!(
        suppressed.answer().missing()[0].gap,
        Gap::Absent(Absence::Suppressed)
    );
    assert_eq!(suppressed.answer().interval().to_string(), "[0, ∞)");
    assert_eq!(ask.series("beds", "醴陵市").unwrap().len(), 2);
}

#[test]
fn breaks_definitions_and_forecasts_are_flagged() {
    let book = book(&[
        ("literacy", "430281", "2019", "19.17 % series_break"),
        ("literacy", "430281", "2020", "23.15 %"),
        ("literacy", "430281", "2021", "25.40 % series_break"),
        ("literacy", "430281", "2022", "27.78 %"),
        ("literacy@2", "430281", "2023", "29.70 % provisional"),
    ]);
    let ask = Ask::of(&book);
    let flags = |heading: &str, from: &str, to: &str| {
        let change = ask.change(heading, "醴陵市", from, to).unwrap();
        change
            .flags()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(flags("literacy", "2019", "2020"), [""; 0]);
    assert_eq!(
        flags("literacy", "2020", "2022"),
        ["break in series at literacy of 430281 in 2021"]
    );
    let expected = [
        "definition changed: literacy@2 succeeds literacy",
        "literacy@2 of 430281 in 2023 is provisional",
    ];
    for heading in ["literacy", "literacy@2"] {
        let mut found = flags(heading, "2022", "2023");
        found.sort();
        assert_eq!(found, expected);
    }
    let change = ask.change("literacy@2", "醴陵市", "2022", "2023").unwrap();
    assert_eq!(change.points().unwrap().value(), decimal("1.92"));
}

#[test]
fn what_does_not_change_is_refused() {
    let book = book(&[
        ("visits", "430281", "2021", "0 人次"),
        ("visits", "430281", "2022", "50 人次"),
        ("score", "430281", "2021", "90 1"),
        ("score", "430281", "2022", "95 1"),
        ("beds", "430281", "2021-03-05", "9 张"),
        ("beds", "430281", "2022-04-06", "10 张"),
    ]);
    let ask = Ask::of(&book);
    let change = |heading: &str, from: &str, to: &str| ask.change(heading, "醴陵市", from, to);
    assert_eq!(
        refusal(change("visits", "2022", "2021")),
        "2022 does not end before 2021: give the earlier period first"
    );
    assert_eq!(
        refusal(change("visits", "2021", "2022-Q1")),
        "visits is a flow, 2021 has 12 months and 2022-Q1 has 3 months: flows compare only over equal lengths of time"
    );
    assert_eq!(
        refusal(change("doses", "2021", "2022")),
        "doses is cumulative, in 2021 since 2021-01-01 and in 2022 since 2022-01-01: what counts from different days does not compare"
    );
    assert_eq!(
        refusal(change("score rank(430200)", "2021", "2022")),
        "score rank(430200) is no quantity that changes: ask for the change of its level"
    );
    let visits = change("visits", "2021", "2022").unwrap();
    assert_eq!(visits.difference().value(), decimal("50"));
    assert_eq!(
        refusal(visits.relative()),
        "visits in 2021 lies in [0, 0]: a relative change needs a base that is certainly above zero"
    );
    assert_eq!(
        refusal(visits.points()),
        "visits is in person_time, and only % and ‰ change by points: take the difference or the relative change"
    );
    let score = change("score", "2021", "2022").unwrap();
    assert_eq!(
        refusal(score.relative()),
        "score is an index, which has no true zero: it changes by a difference and by no percentage"
    );
    let beds = change("beds", "2021-03-05", "2022-04-06").unwrap();
    assert_eq!(
        refusal(beds.annualised(2)),
        "from 2021-03-05 to 2022-04-06 are no whole months: a change a year needs ends that are whole months apart"
    );
}

#[test]
fn polarity_decides_which_end_is_the_best() {
    let book = book(&[
        ("cost", "430223", "2022", "310e0 元"),
        ("cost", "430224", "2022", "305.2 元 estimated"),
        ("cost", "430281", "2022", "310e0 元"),
    ]);
    let ask = Ask::of(&book);
    let scope = Among::children_of("株洲市");
    let ranking = ask.rank("cost", &scope, "2022").unwrap();
    assert_eq!(
        ranking.to_chinese(),
        "cost，株洲市所辖各地，2022年（越低越好）\n\
         第1位 茶陵县 305.2元（介于305.15与305.25元之间）\n\
         第2位（2至3位） 攸县 310元（介于309.5与310.5元之间）\n\
         第2位（2至3位） 醴陵市 310元（介于309.5与310.5元之间）\n\
         注意：cost 430224 2022年为估计数"
    );
    let liling: Place = "430281".parse().unwrap();
    assert_eq!(
        refusal(ranking.share_of_total(&liling)),
        "cost does not add up over places, so nobody has a share of its total"
    );
    assert_eq!(
        refusal(ranking.quantile(Decimal::TWO)),
        "2 is no part of the places: give one from 0 to 1, as 0.25"
    );
    assert_eq!(
        refusal(ask.rank("cost rank(430200)", &scope, "2022")),
        "cost rank(430200) is a rank already: look it up"
    );
    assert_eq!(
        refusal(ask.rank("cost", &scope, "2023").unwrap().median()),
        "no place among the regions right below 株洲市 has a figure of cost in 2023"
    );
    assert_eq!(
        refusal(ask.rank("cost", &Among::these(["攸县", "430223"]), "2022")),
        "430223 is listed twice"
    );
}

#[test]
fn months_roll_up_to_the_year() {
    let mut rows: Vec<(String, &str)> = (1..=12)
        .map(|month| (format!("2023-{month:02}"), "10 人次"))
        .collect();
    let visits = |rows: &[(String, &'static str)]| {
        let mut all: Vec<Row<'_>> = rows
            .iter()
            .map(|(period, stated)| ("visits", "430281", period.as_str(), *stated))
            .collect();
        all.push(("beds", "430281", "2023-11", "7 张"));
        all.push(("beds", "430281", "2023-12", "9 张"));
        all.push(("cost", "430281", "2023-Q1", "300 元"));
        all.push(("spending", "430281", "2023-Q2", "8000 元"));
        all.push(("visits", "430281", "2023-Q1", "30 人次"));
        all.push(("visits", "430281", "2023-Q2", "20 人次"));
        book(&all)
    };
    let whole = visits(&rows);
    let ask = Ask::of(&whole);
    let year = ask
        .roll_up_time("visits", "醴陵市", "2023", Granularity::Month)
        .unwrap();
    assert!(year.is_whole());
    assert_eq!(year.answer().value(), decimal("120"));
    let beds = ask
        .roll_up_time("beds", "醴陵市", "2023", Granularity::Month)
        .unwrap();
    assert_eq!(beds.answer().value(), decimal("9"));
    // 300 a visit for 30 visits and 8000 for 20 make 17 000 for 50.
    let cost = ask
        .roll_up_time("cost", "醴陵市", "2023-S1", Granularity::Quarter)
        .unwrap();
    assert_eq!(cost.answer().value(), decimal("340"));
    assert_eq!(
        refusal(ask.roll_up_time("served", "醴陵市", "2023", Granularity::Month)),
        "served counts distinct units, and the same may come again in each month: it does not add up over time"
    );
    assert_eq!(
        refusal(ask.roll_up_time("doses", "醴陵市", "2023", Granularity::Month)),
        "doses is cumulative since the start of each period: look up the one that ends on 2023-12-31"
    );
    assert_eq!(
        refusal(ask.roll_up_time("visits", "醴陵市", "2023", Granularity::Week)),
        "no weeks tile 2023"
    );

    rows.pop();
    let partial = visits(&rows);
    let year = Ask::of(&partial)
        .roll_up_time("visits", "醴陵市", "2023", Granularity::Month)
        .unwrap();
    assert_eq!(
        year.to_string(),
        "visits, over each month of 2023 in 醴陵市, 2023: 110 person-times from 11 of 12 parts; the whole: at least 110 person-times; \
         note: only 11 of 12 parts have a figure; missing: visits of 430281 in 2023-12: not recorded"
    );
    assert_eq!(year.answer().value(), None);
}

#[test]
fn what_has_no_whole_is_refused() {
    let book = book(&[
        ("served", "430223", "2022", "100 人"),
        ("served", "430281", "2022", "60 人"),
        ("people [sex=male]", "430281", "2022", "500 人"),
    ]);
    let ask = Ask::of(&book);
    let counties = Among::these(["攸县", "醴陵市"]);
    let served = ask.roll_up("served", &counties, "2022").unwrap();
    // Whoever was served in both counts once.
    assert_eq!(served.covered().interval().to_string(), "[100, 160]");
    assert_eq!(served.covered().value(), decimal("160"));
    assert!(served.covered().flags().contains(&Flag::MayCountTwice));
    let people = ask
        .roll_up_members("people", "性别", "醴陵市", "2022")
        .unwrap();
    assert_eq!(people.answer().interval().to_string(), "[500, ∞)");
    assert_eq!(
        refusal(ask.roll_up_members("people", "age", "醴陵市", "2022")),
        "no members of dimension age are declared to be disjoint and to exhaust the total: name their partition in the catalogue"
    );
    assert_eq!(
        refusal(ask.roll_up("score", &counties, "2022")),
        "score is an index, which only compares with itself: there is no whole to its parts"
    );
    assert_eq!(
        refusal(ask.roll_up("beds completion", &counties, "2022")),
        "beds completion does not add up: roll up the levels, and work it out from them"
    );
    assert_eq!(
        refusal(ask.roll_up("literacy", &counties, "2022")),
        "literacy is a share and is not averaged over 2 places: it needs a denominator, and the catalogue names none; add it to the indicator"
    );
    assert_eq!(
        refusal(super::RollUp::together([])),
        "nothing to put together: give one roll-up or more"
    );
}

#[test]
fn shares_roll_up_by_what_is_known_of_them() {
    let book = book(&[
        ("density", "430223", "2022", "6.00 张/千人"),
        ("people", "430223", "2022", "100000 人"),
        ("beds", "430281", "2022", "1200 张"),
        ("people", "430281", "2022-12-31", "300000 人"),
        ("density target", "430223", "2022", "7! 张/千人"),
        ("density target", "430281", "2022", "5! 张/千人"),
        ("density", "430224", "2022", "4.50 张/千人"),
    ]);
    let ask = Ask::of(&book);
    let both = Among::these(["攸县", "醴陵市"]);
    let density = ask.roll_up("density", &both, "2022").unwrap();
    // 600 beds by density and people, 1200 as counted; the plain mean of 6 and 4 would be 5.
    assert_eq!(density.covered().value(), decimal("4.5"));
    assert_eq!(density.covered().unit().to_chinese(), "张/千人");
    assert_eq!(
        density.covered().interval().to_string(),
        "[4.49875, 4.50125]"
    );
    // A target knows no beds: the counted ones are of the level.
    let target = ask.roll_up("density target", &both, "2022").unwrap();
    assert_eq!(target.covered().value(), decimal("5.5"));
    let three = ask
        .roll_up("density", &Among::children_of("株洲市"), "2022")
        .unwrap()
        .as_all_there_is()
        .unwrap();
    assert_eq!((three.known(), three.parts()), (2, 3));
    assert_eq!(three.answer().interval(), &Interval::everything());
    assert_eq!(
        three.answer().missing()[0].to_string(),
        "people of 430224 in 2022: not recorded"
    );
}

#[test]
fn formulas_are_checked_when_they_are_defined() {
    let book = book(&[
        ("people [sex=male]", "430281", "2022", "51e1 人"),
        ("people", "430281", "2022", "1000 人"),
        ("visits", "430281", "2022", "0 人次"),
        ("spending", "430281", "2022", "5 元"),
        ("literacy", "430281", "2022", "27.78 %"),
        ("literacy@2", "430281", "2022", "30e0 %"),
    ]);
    let ask = Ask::of(&book);
    assert_eq!(
        refusal(ask.sum(["people", "spending"])),
        "people is in person and spending in CNY: only what converts is added"
    );
    assert_eq!(
        refusal(ask.sum([""; 0])),
        "a sum of nothing: give one heading or more"
    );
    assert_eq!(
        refusal(ask.quotient("people", "visits", Unit::PERCENT)),
        "person over person_time is no %: a part and its whole are in units that convert"
    );
    assert_eq!(
        refusal(ask.definition("literacy")),
        "the catalogue gives no numerator of literacy: add it to the indicator"
    );
    let points = ask
        .difference("literacy@2", "literacy")
        .unwrap()
        .of("醴陵市", "2022")
        .unwrap();
    assert_eq!(points.unit(), Unit::PERCENTAGE_POINT);
    assert_eq!(points.value(), decimal("2.22"));
    // Known to the ten, and a whole number.
    let sexes = ask
        .sum(["people [sex=male]", "people [sex=female]"])
        .unwrap()
        .stated_as("people")
        .unwrap();
    let women = sexes
        .solve_for("people [性别=女]", "醴陵市", "2022")
        .unwrap();
    assert_eq!(women.interval().to_string(), "[485, 495]");
    assert_eq!(
        refusal(sexes.solve_for("beds", "醴陵市", "2022")),
        "beds is no part of the formula"
    );
    let cost = ask.definition("cost").unwrap();
    assert_eq!(
        refusal(cost.of("醴陵市", "2022")),
        "visits in 2022 lies in [0, 0] and may be zero: nothing is divided by it"
    );
    let unknown = cost.of("攸县", "2022").unwrap();
    assert_eq!(unknown.interval(), &Interval::everything());
    assert_eq!(unknown.missing().len(), 2);
}

#[test]
fn plans_and_completions() {
    let book = book(&[
        ("beds", "430281", "2020", "100 张"),
        ("beds", "430281", "2023", "129 张"),
        ("beds target", "430281", "2025", "150 张"),
        ("visits", "430281", "2023-S1", "50 人次"),
        ("visits", "430281", "2023", "120 人次"),
        ("visits target", "430281", "2023", "100 人次"),
        ("visits target", "430223", "2023", "0 人次"),
        ("visits", "430223", "2023", "5 人次"),
    ]);
    let ask = Ask::of(&book);
    let line = Plan::straight_line("2020", "2025");
    let beds = ask.on_track("beds", "醴陵市", "2023", &line).unwrap();
    // 1095 of 1826 days: 129.98 beds are due.
    assert_eq!(beds.expected().rounded(2), decimal("129.98"));
    assert_eq!(beds.verdict(), Certainty::CertainlyNot);
    let visits = ask
        .on_track("visits", "醴陵市", "2023-S1", &Plan::elapsed_share("2023"))
        .unwrap();
    assert_eq!(visits.expected().rounded(2), decimal("49.59"));
    assert_eq!(visits.verdict(), Certainty::Certainly);
    assert_eq!(
        visits.to_chinese(),
        "醴陵市visits，2023年上半年：达到进度；实际50人次，应为49.59人次（介于49.589与49.5891人次之间）"
    );
    assert_eq!(
        ask.completion("visits", "醴陵市", "2023")
            .unwrap()
            .to_string(),
        "120%"
    );
    assert_eq!(
        refusal(ask.completion("visits", "攸县", "2023")),
        "the target of visits in 2023 lies in [0, 0] and may be zero: there is no completion of it"
    );
    assert_eq!(
        refusal(ask.on_track("beds", "醴陵市", "2023", &Plan::elapsed_share("2023"))),
        "beds does not begin each period at zero: take a straight line from an earlier level"
    );
    assert_eq!(
        refusal(ask.on_track("visits", "醴陵市", "2023-S2", &Plan::elapsed_share("2023"))),
        "2023-S2 is no part of 2023 from its start: give one that is"
    );
    assert_eq!(
        refusal(ask.on_track("people", "醴陵市", "2023", &line)),
        "people says of neither end that it is the better one: give it a polarity"
    );
}

#[test]
fn headings_are_named_as_people_name_them() {
    let book = book(&[]);
    let ask = Ask::of(&book);
    for (text, heading) in [
        ("people", "people"),
        (" people [性别=女] ", "people [sex=female]"),
        (
            "people [sex=male|年龄=60岁及以上]",
            "people [age=60-plus|sex=male]",
        ),
        ("people [] target", "people target"),
        (
            "literacy change_points(2021)",
            "literacy change_points(2021)",
        ),
    ] {
        assert_eq!(ask.heading(text).unwrap().to_string(), heading);
    }
    for (text, message) in [
        (
            "people [性别=女",
            r#"cannot read "people [性别=女" as a heading: at byte 18: expected ] at the end of the breakdown, found the end of the text"#,
        ),
        (
            "people [民族=汉]",
            r#"no dimension "民族" in the catalogue: its dimensions are age, sex"#,
        ),
        (
            "people [sex=other]",
            r#"dimension sex has no member "other": its members are male, female"#,
        ),
        (
            "people [sex]",
            r#"cannot read "sex" as a breakdown: at byte 0: expected dimension=member, found "sex""#,
        ),
    ] {
        assert_eq!(refusal(ask.heading(text)), message);
    }
    assert_eq!(
        refusal(ask.figure("people", "醴陵市", "2023-13")),
        r#"cannot read "2023-13" as a period: at byte 5: expected a month from 01 to 12, found "13""#
    );
}
