//! Every structural fault, by its whole message.

use super::*;
use crate::{Error, ErrorKind};

/// Rows of a file of regions, from row 2.
fn regions(lines: &[&str]) -> CatalogueBuilder {
    let mut builder = CatalogueBuilder::new();
    for (row, line) in (2..).zip(lines) {
        builder.at("regions.csv", row).region(region(line)).unwrap();
    }
    builder
}

fn messages(errors: &[Error]) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

/// What `finish` says, and what is kept and said by `finish_keeping_good`.
fn faults(builder: CatalogueBuilder) -> (Vec<String>, Vec<String>) {
    let first = builder.clone().finish().unwrap_err();
    assert_eq!(first.kind(), ErrorKind::Structure);
    let (catalogue, errors) = builder.finish_keeping_good();
    assert_eq!(errors[0].to_string(), first.to_string());
    let code = |place| catalogue.place_code(place).unwrap().to_string();
    (catalogue.places().map(code).collect(), messages(&errors))
}

#[test]
fn a_code_is_given_once() {
    let mut builder = CatalogueBuilder::new();
    let liling = "430281 430200 county 醴陵市";
    builder.at("regions.csv", 3).region(region(liling)).unwrap();
    let error = builder
        .at("regions.csv", 9)
        .region(region(liling))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "region 430281 is given twice: in regions.csv, row 3 and in regions.csv, row 9"
    );
    assert_eq!(error.kind(), ErrorKind::Duplicate);
    let error = builder
        .at("more.csv", 2)
        .region(region("430281 430000 county 醴陵市"))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "region 430281 is given under two parents: 430200 in regions.csv, row 3 and 430000 in more.csv, row 2"
    );
    assert_eq!(error.kind(), ErrorKind::Structure);
    let error = builder
        .region(region("430281 - county 醴陵市"))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "region 430281 is given under two parents: 430200 in regions.csv, row 3 and none in entry 4"
    );
}

#[test]
fn each_sort_is_given_once() {
    let mut builder = sample();
    let before = builder.clone().finish().unwrap();
    let twice = [
        builder.institution(institution("aaa-clinic", "430281", "诊所")),
        builder.indicator(indicator("share", Kind::Share)),
        builder.source(Source::new("liling-2022".parse().unwrap(), "x", "", None).unwrap()),
        builder.dimension(
            Dimension::new("sex".parse().unwrap(), Names::zh("x").unwrap(), vec![]).unwrap(),
        ),
        builder.consortium(Consortium {
            code: "zhuzhou-group".parse().unwrap(),
            kind: ConsortiumKind::County,
            region: None,
            names: Names::zh("x").unwrap(),
            members: vec![],
        }),
    ];
    let said: Vec<String> = twice
        .into_iter()
        .map(|result| result.unwrap_err().to_string())
        .collect();
    assert_eq!(
        said,
        [
            "institution aaa-clinic is given twice: in entry 17 and in entry 25",
            "indicator share is given twice: in entry 21 and in entry 26",
            "source liling-2022 is given twice: in entry 24 and in entry 27",
            "dimension sex is given twice: in entry 22 and in entry 28",
            "consortium zhuzhou-group is given twice: in entry 18 and in entry 29",
        ]
    );
    // The first of each stays.
    assert_eq!(builder.finish().unwrap(), before);
    let mut extended = before.to_builder().unwrap();
    let error = extended
        .at("regions.csv", 2)
        .region(region("430281 430200 county 醴陵市"))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "region 430281 is given twice: in the catalogue it extends and in regions.csv, row 2"
    );
}

#[test]
fn orphans_and_what_stands_on_them() {
    let builder = regions(&[
        "430281 430200 county 醴陵市",
        "430281100 430281 township 白兔潭镇",
        "320000 - province 江苏省",
    ]);
    let (kept, said) = faults(builder);
    assert_eq!(kept, ["320000"]);
    assert_eq!(
        said,
        [
            "regions.csv, row 2: region 430281 lies in 430200, which is not in the catalogue: add it or correct the parent",
            "regions.csv, row 3: region 430281100 is left out with its parent 430281",
        ]
    );
}

#[test]
fn circles_name_their_rows() {
    let (kept, said) = faults(regions(&["430281 430281 county 醴陵市"]));
    assert_eq!(kept, [""; 0]);
    assert_eq!(
        said,
        ["regions.csv, row 2: region 430281 lies in itself: give another parent, or none"]
    );

    let (kept, said) = faults(regions(&[
        "430000 - province 湖南省",
        "430281 430200 county 醴陵市",
        "430200 430281 prefecture 株洲市",
        "430281100 430281 township 白兔潭镇",
    ]));
    assert_eq!(kept, ["430000"]);
    let circle = "430281 (regions.csv, row 3) in 430200 (regions.csv, row 4) in 430281";
    assert_eq!(
        said,
        [
            format!(
                "regions.csv, row 3: region 430281 lies in a circle, {circle}: give one of them another parent"
            ),
            format!(
                "regions.csv, row 4: region 430200 lies in a circle, {circle}: give one of them another parent"
            ),
            "regions.csv, row 5: region 430281100 is left out with its parent 430281".to_string(),
        ]
    );

    let mut builder = CatalogueBuilder::new();
    for at in 0..10 {
        let line = format!("R{at} R{} county 区", (at + 1) % 10);
        builder.region(region(&line)).unwrap();
    }
    assert_eq!(
        builder.finish().unwrap_err().to_string(),
        "region R0 lies in a circle, R0 (entry 1) in R1 (entry 2) in R2 (entry 3) in R3 (entry 4) in R4 (entry 5) in R5 (entry 6) in 4 more in R0: give one of them another parent"
    );
}

#[test]
fn a_parent_is_of_a_wider_level() {
    let (kept, said) = faults(regions(&[
        "430200 - prefecture 株洲市",
        "430281 430200 county 醴陵市",
        "430282 430281 county 某县",
        "430283 430282 province 某省",
    ]));
    assert_eq!(kept, ["430200", "430281"]);
    assert_eq!(
        said,
        [
            "regions.csv, row 4: region 430282 is a county and cannot lie in 430281, a county (regions.csv, row 3): a parent is of a wider level",
            "regions.csv, row 5: region 430283 is a province and cannot lie in 430282, a county (regions.csv, row 4): a parent is of a wider level",
        ]
    );
}

#[test]
fn old_codes_and_other_prefixes_are_fine() {
    let mut ruzhou = region("410482 410000 county 汝州市");
    ruzhou.succeeds = vec!["412323".parse().unwrap()];
    let mut builder = regions(&["410000 - province 河南省"]);
    builder.region(ruzhou).unwrap();
    assert_eq!(builder.finish().unwrap().region_count(), 2);
}

#[test]
fn institutions_stand_in_regions_that_are_there() {
    let mut builder = regions(&["430000 - province 湖南省", "430281 430200 county 醴陵市"]);
    for (row, (code, home)) in (2..).zip([("lost", "110000"), ("gone", "430281"), ("kept", "43")]) {
        builder
            .at("institutions.csv", row)
            .institution(institution(code, home, "医院"))
            .unwrap();
    }
    let (kept, said) = faults(builder);
    assert_eq!(kept, ["430000", "institution:kept"]);
    assert_eq!(
        said[1..],
        [
            "institutions.csv, row 2: institution lost stands in region 110000, which is not in the catalogue: add the region or correct its code",
            "institutions.csv, row 3: institution gone is left out with its region 430281",
        ]
    );
}

#[test]
fn consortia_hold_together() {
    let mut builder = regions(&["430000 - province 湖南省", "430281 430200 county 醴陵市"]);
    for (code, home) in [("a", "43"), ("b", "43"), ("gone", "430281")] {
        builder
            .institution(institution(code, home, "医院"))
            .unwrap();
    }
    let member = |code: &str, from: Option<&str>, to: Option<&str>| Membership {
        institution: code.parse().unwrap(),
        role: Role::Member,
        validity: Validity::new(from.map(day), to.map(day)).unwrap(),
    };
    let consortium = |code: &str, region: Option<&str>, members| Consortium {
        code: code.parse().unwrap(),
        kind: ConsortiumKind::County,
        region: region.map(|region| region.parse().unwrap()),
        names: Names::zh("医共体").unwrap(),
        members,
    };
    let members = vec![
        member("b", Some("2022-01-01"), None),
        member("a", None, None),
        member("nobody", None, None),
        member("gone", None, None),
        member("a", Some("2021-01-01"), Some("2021-12-31")),
        member("b", None, Some("2021-12-31")),
        member("b", Some("2021-12-31"), Some("2022-01-01")),
    ];
    for (row, consortium) in (2..).zip([
        consortium("one", Some("43"), members),
        consortium("two", Some("11"), vec![]),
        consortium("three", Some("430281"), vec![]),
    ]) {
        builder
            .at("consortia.csv", row)
            .consortium(consortium)
            .unwrap();
    }
    let (catalogue, errors) = builder.clone().finish_keeping_good();
    assert_eq!(
        messages(&errors)[2..],
        [
            "consortia.csv, row 2: consortium one has the member nobody, which is not in the catalogue: add the institution or correct its code",
            "consortia.csv, row 2: the membership of gone in consortium one is left out with the institution",
            "consortia.csv, row 2: consortium one has the member a twice at one time, always and from 2021-01-01 to 2021-12-31: let one end before the other begins",
            "consortia.csv, row 2: consortium one has the member b twice at one time, to 2021-12-31 and from 2021-12-31 to 2022-01-01: let one end before the other begins",
            "consortia.csv, row 3: consortium two serves region 110000, which is not in the catalogue: add the region or correct its code",
            "consortia.csv, row 4: consortium three is left out with its region 430281",
        ]
    );
    assert_eq!(catalogue.consortium_count(), 1);
    let one = catalogue.consortium_at(0).unwrap();
    let kept = &catalogue.consortium_record(one).unwrap().members;
    assert_eq!(
        *kept,
        [
            member("a", None, None),
            member("b", None, Some("2021-12-31")),
            member("b", Some("2022-01-01"), None),
        ]
    );
}

#[test]
fn indicators_stand_on_indicators_that_are_there() {
    let mut builder = CatalogueBuilder::new();
    let code = |code: &str| Some(code.parse::<IndicatorCode>().unwrap());
    let share = |own: &str, numerator, denominator| {
        indicator(own, Kind::Share)
            .with_parts(numerator, denominator)
            .unwrap()
    };
    for (row, indicator) in (2..).zip([
        share("a", code("x"), code("y")),
        share("b", code("a"), None),
        share("c", code("count"), code("b")),
        indicator("count", Kind::Count),
        share("d", code("e"), None),
        share("e", None, code("d")),
        indicator("f@2", Kind::Share)
            .with_predecessor("f".parse().unwrap())
            .unwrap(),
        indicator("g@2", Kind::Share)
            .with_predecessor("g@3".parse().unwrap())
            .unwrap(),
        indicator("g@3", Kind::Share)
            .with_predecessor("g@2".parse().unwrap())
            .unwrap(),
    ]) {
        builder
            .at("indicators.csv", row)
            .indicator(indicator)
            .unwrap();
    }
    let (catalogue, errors) = builder.finish_keeping_good();
    assert_eq!(
        messages(&errors),
        [
            "indicators.csv, row 2: indicator a has the numerator x and the denominator y, which are not in the catalogue: add them or correct the codes",
            "indicators.csv, row 8: indicator f@2 has the predecessor f, which is not in the catalogue: add it or correct the code",
            "indicators.csv, row 6: indicator d is a part of itself by way of d (indicators.csv, row 6), e (indicators.csv, row 7): take one of the parts away",
            "indicators.csv, row 7: indicator e is a part of itself by way of d (indicators.csv, row 6), e (indicators.csv, row 7): take one of the parts away",
            "indicators.csv, row 9: indicator g@2 succeeds itself by way of g@2 (indicators.csv, row 9), g@3 (indicators.csv, row 10): take one of the predecessors away",
            "indicators.csv, row 10: indicator g@3 succeeds itself by way of g@2 (indicators.csv, row 9), g@3 (indicators.csv, row 10): take one of the predecessors away",
            "indicators.csv, row 3: indicator b is left out with its numerator a",
            "indicators.csv, row 4: indicator c is left out with its denominator b",
        ]
    );
    assert_eq!(catalogue.indicator_count(), 1);
}

#[test]
fn a_chain_of_many_regions_is_refused_without_recursion() {
    let mut builder = CatalogueBuilder::new();
    builder.region(region("R0 - country 国")).unwrap();
    for at in 1..100_000 {
        builder
            .region(region(&format!("R{at} R{} village 村", at - 1)))
            .unwrap();
    }
    let (catalogue, errors) = builder.finish_keeping_good();
    assert_eq!((catalogue.region_count(), errors.len()), (2, 99_998));
}
