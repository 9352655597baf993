//! Finding and searching by name.

use super::*;

fn words(catalogue: &Catalogue, places: &[PlaceHandle]) -> Vec<String> {
    let path = |place: &PlaceHandle| catalogue.path(*place).unwrap();
    places.iter().map(path).collect()
}

#[test]
fn names_aliases_codes_and_paths_find_a_place() {
    let catalogue = sample().finish().unwrap();
    for (text, code) in [
        ("醴陵市", "430281"),
        (" 醴陵市 ", "430281"),
        ("Liling", "430281"),
        ("瓷城", "430281"),
        ("430281", "430281"),
        ("430281000000", "430281"),
        ("4302", "430200"),
        ("HK", "HK"),
        ("Hong Kong", "HK"),
        ("aaa-clinic", "institution:aaa-clinic"),
        ("institution:aaa-clinic", "institution:aaa-clinic"),
        ("茶陵县人民医院", "institution:chaling-hospital"),
        ("南京市/鼓楼区", "320106"),
        ("江苏省/徐州市/鼓楼区", "320302"),
        ("徐州市/鼓楼区", "320302"),
        ("湖南省/醴陵市", "430281"),
        ("醴陵市/卫生室", "institution:aaa-clinic"),
    ] {
        let found = catalogue.find_place(text).unwrap();
        assert_eq!(
            catalogue.place_code(found).unwrap().to_string(),
            code,
            "{text}"
        );
    }
    for place in catalogue.places() {
        let path = catalogue.path(place).unwrap();
        assert_eq!(catalogue.find_place(&path).unwrap(), place, "{path}");
    }
}

#[test]
fn a_name_of_several_lists_them() {
    let catalogue = sample().finish().unwrap();
    let error = catalogue.find_place("鼓楼区").unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"place "鼓楼区" is one of 2: 320106 中国/江苏省/南京市/鼓楼区, 320302 中国/江苏省/徐州市/鼓楼区: give the code"#
    );
    assert_eq!(error.kind(), crate::ErrorKind::Ambiguous);
    assert_eq!(
        catalogue.find_place("江苏省/鼓楼区").unwrap_err().kind(),
        crate::ErrorKind::Ambiguous
    );
    let mut many = CatalogueBuilder::new();
    for code in 110_101..110_121 {
        many.region(region(&format!("{code} - county 新区")))
            .unwrap();
    }
    assert_eq!(
        many.finish()
            .unwrap()
            .find_place("新区")
            .unwrap_err()
            .to_string(),
        r#"place "新区" is one of 20: 110101 新区, 110102 新区, 110103 新区, 110104 新区, 110105 新区, 110106 新区, 110107 新区, 110108 新区 and 12 more: give the code"#
    );
}

#[test]
fn an_unknown_name_suggests_near_ones() {
    let catalogue = sample().finish().unwrap();
    for (text, message) in [
        (
            "醴棱市",
            r#"no place "醴棱市" in the catalogue: did you mean 醴陵市 (430281)?"#,
        ),
        (
            "醴陵",
            r#"no place "醴陵" in the catalogue: did you mean 醴陵市 (430281) or 茶陵县 (430224)?"#,
        ),
        (
            "鼓楼",
            r#"no place "鼓楼" in the catalogue: did you mean 鼓楼区 (320106) or 鼓楼区 (320302)?"#,
        ),
        (
            "X州市",
            r#"no place "X州市" in the catalogue: did you mean 徐州市 (320300) or 汝州市 (410482)?"#,
        ),
        (
            "liling",
            r#"no place "liling" in the catalogue: did you mean 醴陵市 (430281)?"#,
        ),
        (
            "430282",
            r#"no place "430282" in the catalogue: did you mean 醴陵市 (430281)?"#,
        ),
        (
            "aaa-clinik",
            r#"no place "aaa-clinik" in the catalogue: did you mean 卫生室 (institution:aaa-clinic)?"#,
        ),
        (
            "湖北省/鼓楼区",
            r#"no place "湖北省/鼓楼区" in the catalogue: correct it, or add the place"#,
        ),
        (
            "湖南省/鼓楼区",
            r#"no place "湖南省/鼓楼区" in the catalogue: correct it, or add the place"#,
        ),
        (
            "",
            r#"no place "" in the catalogue: correct it, or add the place"#,
        ),
    ] {
        assert_eq!(catalogue.find_place(text).unwrap_err().to_string(), message);
    }
    let long = "株".repeat(1000);
    assert_eq!(
        catalogue.find_place(&long).unwrap_err().to_string(),
        format!(
            r#"no place "{}…" in the catalogue: correct it, or add the place"#,
            "株".repeat(60)
        )
    );
    let steps = "中国/".repeat(100_000);
    assert!(catalogue.find_place(&steps).is_err());
}

#[test]
fn indicators_are_found_by_code_and_name() {
    let mut builder = sample();
    builder
        .indicator(indicator("share@2", Kind::Share))
        .unwrap();
    let same = Indicator::new(
        "cases".parse().unwrap(),
        Names::new("指标patients", "cases").unwrap(),
        "人".parse().unwrap(),
        Kind::Count,
        Temporal::Flow,
    );
    builder.indicator(same.unwrap()).unwrap();
    let catalogue = builder.finish().unwrap();
    for (text, code) in [
        ("share", "share"),
        ("指标share@2", "share@2"),
        ("cases", "cases"),
    ] {
        let found = catalogue.find_indicator(text).unwrap();
        assert_eq!(
            catalogue
                .indicator_record(found)
                .unwrap()
                .code()
                .to_string(),
            code
        );
    }
    for (text, message) in [
        (
            "指标patients",
            r#"indicator "指标patients" is one of 2: cases, patients: give the code"#,
        ),
        (
            "shore",
            r#"no indicator "shore" in the catalogue: did you mean share (指标share)?"#,
        ),
        (
            "床位",
            r#"no indicator "床位" in the catalogue: correct it, or add the indicator"#,
        ),
    ] {
        assert_eq!(
            catalogue.find_indicator(text).unwrap_err().to_string(),
            message
        );
    }
}

#[test]
fn search_gives_the_best_first() {
    let catalogue = sample().finish().unwrap();
    let found = |text: &str, max: usize| words(&catalogue, &catalogue.search_places(text, max));
    assert_eq!(
        found("醴陵", 2),
        ["中国/湖南省/株洲市/醴陵市", "中国/湖南省/株洲市/茶陵县"]
    );
    assert_eq!(
        found("株洲市", 9),
        ["中国/湖南省/株洲市", "中国/湖南省/株洲市/株洲市人民医院"]
    );
    assert_eq!(
        found("人民医院", 9),
        [
            "中国/湖南省/株洲市/株洲市人民医院",
            "中国/湖南省/株洲市/茶陵县/茶陵县人民医院"
        ]
    );
    assert_eq!(found("鼓楼", 1), ["中国/江苏省/南京市/鼓楼区"]);
    assert_eq!(
        found("鼓娄区", 9),
        ["中国/江苏省/南京市/鼓楼区", "中国/江苏省/徐州市/鼓楼区"]
    );
    assert_eq!(found("", 9), [""; 0]);
    assert_eq!(found("株洲市", 0), [""; 0]);
}

#[test]
fn a_hit_does_not_straddle_two_names() {
    let mut builder = CatalogueBuilder::new();
    // The heap is 甲乙 甲乙甲乙丙: 甲乙甲乙 begins in the first name, and again with the second.
    builder.region(region("110101 - county 甲乙")).unwrap();
    builder
        .region(region("110102 - county 甲乙甲乙丙"))
        .unwrap();
    let catalogue = builder.finish().unwrap();
    assert_eq!(
        words(&catalogue, &catalogue.search_places("甲乙甲乙", 1)),
        ["甲乙甲乙丙"]
    );
}
