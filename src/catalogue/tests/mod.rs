//! The catalogue as a whole.

mod corrupt;
mod faults;
mod large;
mod model;
mod names;
mod registers;

use chrono::NaiveDate;

use super::*;
use crate::model::*;

/// `code parent level name`, a `-` for no parent.
pub(super) fn region(line: &str) -> Region {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [code, parent, level, name] = words[..] else {
        panic!("{line}");
    };
    let parent = (parent != "-").then(|| parent.parse().unwrap());
    Region::new(
        code.parse().unwrap(),
        parent,
        level.parse().unwrap(),
        Names::zh(name).unwrap(),
    )
}

pub(super) fn institution(code: &str, region: &str, name: &str) -> Institution {
    Institution::new(
        code.parse().unwrap(),
        region.parse().unwrap(),
        InstitutionKind::GeneralHospital,
        Names::zh(name).unwrap(),
    )
}

pub(super) fn indicator(code: &str, kind: Kind) -> Indicator {
    let unit = if kind == Kind::Count { "人" } else { "%" };
    Indicator::new(
        code.parse().unwrap(),
        Names::new(&format!("指标{code}"), "").unwrap(),
        unit.parse().unwrap(),
        kind,
        Temporal::Flow,
    )
    .unwrap()
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) const REGIONS: [&str; 12] = [
    "100000 - country 中国",
    "320000 100000 province 江苏省",
    "320100 320000 prefecture 南京市",
    "320106 320100 county 鼓楼区",
    "320300 320000 prefecture 徐州市",
    "320302 320300 county 鼓楼区",
    "430000 100000 province 湖南省",
    "430200 430000 prefecture 株洲市",
    "430281 430200 county 醴陵市",
    "430281100 430281 township 白兔潭镇",
    "430224 430200 county 茶陵县",
    // Stands under its province, whatever its prefix says.
    "410482 430000 county 汝州市",
];

/// A small catalogue that has something of every sort.
pub(super) fn sample() -> CatalogueBuilder {
    let mut builder = CatalogueBuilder::new();
    for line in REGIONS {
        let mut region = region(line);
        if line.starts_with("430281 ") {
            region.names = Names::new("醴陵市", "Liling")
                .unwrap()
                .alias("瓷城")
                .unwrap();
            region.validity = Validity::new(Some(day("1985-05-24")), None).unwrap();
            region.succeeds = vec!["430219".parse().unwrap()];
        }
        builder.region(region).unwrap();
    }
    builder
        .region(Region::new(
            "HK".parse().unwrap(),
            Some("100000".parse().unwrap()),
            Level::Province,
            Names::new("", "Hong Kong").unwrap(),
        ))
        .unwrap();
    for (code, region, name) in [
        ("chaling-hospital", "430224", "茶陵县人民医院"),
        ("zhuzhou-hospital", "430200", "株洲市人民医院"),
        ("baitutan-centre", "430281100", "白兔潭镇卫生院"),
        ("aaa-clinic", "430281100", "卫生室"),
    ] {
        builder
            .institution(institution(code, region, name))
            .unwrap();
    }
    let membership = |code: &str, role, from: &str, to: Option<&str>| Membership {
        institution: code.parse().unwrap(),
        role,
        validity: Validity::new(Some(day(from)), to.map(day)).unwrap(),
    };
    builder
        .consortium(Consortium {
            code: "zhuzhou-group".parse().unwrap(),
            kind: ConsortiumKind::Urban,
            region: Some("430200".parse().unwrap()),
            names: Names::zh("株洲医疗集团").unwrap(),
            members: vec![
                membership("zhuzhou-hospital", Role::Lead, "2019-01-01", None),
                membership("baitutan-centre", Role::Member, "2022-01-01", None),
                membership(
                    "baitutan-centre",
                    Role::Member,
                    "2019-01-01",
                    Some("2020-12-31"),
                ),
            ],
        })
        .unwrap();
    builder
        .indicator(indicator("patients", Kind::Count))
        .unwrap();
    builder
        .indicator(indicator("patients@2", Kind::Count))
        .unwrap();
    let share = indicator("share", Kind::Share)
        .with_parts(
            Some("patients".parse().unwrap()),
            Some("patients@2".parse().unwrap()),
        )
        .unwrap();
    builder.indicator(share).unwrap();
    let member = |code: &str| Member {
        code: code.parse().unwrap(),
        names: Names::zh(code).unwrap(),
        parent: None,
        partition: Some("all".to_string()),
    };
    let members = vec![member("female"), member("male")];
    let sex = Dimension::new("sex".parse().unwrap(), Names::zh("性别").unwrap(), members);
    builder.dimension(sex.unwrap()).unwrap();
    for code in ["zhuzhou-2021", "liling-2022"] {
        let published = Some("2022-07".parse().unwrap());
        let source = Source::new(code.parse().unwrap(), "报告", "卫健委", published);
        builder.source(source.unwrap()).unwrap();
    }
    builder
}

pub(super) fn file_of(catalogue: &Catalogue) -> Vec<u8> {
    let mut writer = SectionsWriter::new();
    catalogue.write(&mut writer);
    writer.finish(&[]).unwrap()
}

pub(super) fn open(file: Vec<u8>) -> Result<Catalogue> {
    Catalogue::open(&Sections::open(file.into())?)
}

#[test]
fn it_travels_and_is_cheap_to_clone() {
    fn travels<T: Send + Sync + Clone + 'static>() {}
    travels::<Catalogue>();
    assert_eq!(size_of::<Catalogue>(), size_of::<usize>());
    assert_eq!(size_of::<PlaceHandle>(), 8);
}

#[test]
fn an_empty_catalogue_is_one() {
    let empty = CatalogueBuilder::new().finish().unwrap();
    assert_eq!((empty.place_count(), empty.indicator_count()), (0, 0));
    assert_eq!(open(file_of(&empty)).unwrap(), empty);
    assert_eq!(empty.place_at(0), None);
    assert!(empty.search_places("株洲", 5).is_empty());
    assert_eq!(
        empty.find_place("株洲市").unwrap_err().to_string(),
        r#"no place "株洲市" in the catalogue: correct it, or add the place"#
    );
}

#[test]
fn a_file_gives_the_same_catalogue_back() {
    let catalogue = sample().finish().unwrap();
    let opened = open(file_of(&catalogue)).unwrap();
    assert_eq!(opened, catalogue);
    assert_eq!(opened.fingerprint(), catalogue.fingerprint());
    let liling = catalogue.region(&"430281".parse().unwrap()).unwrap();
    assert_eq!(opened.path(liling).unwrap(), "中国/湖南省/株洲市/醴陵市");
    assert_eq!(opened.to_builder().unwrap().finish().unwrap(), catalogue);
}

#[test]
fn handles_of_another_catalogue_are_refused() {
    let (catalogue, other) = (
        sample().finish().unwrap(),
        CatalogueBuilder::new().finish().unwrap(),
    );
    let mut larger = catalogue.to_builder().unwrap();
    larger
        .region(region("430100 430000 prefecture 长沙市"))
        .unwrap();
    let larger = larger.finish().unwrap();
    let place = catalogue.place_at(3).unwrap();
    let message = "the handle is of another catalogue: resolve the code again in this one";
    for catalogue in [&other, &larger] {
        for error in [
            catalogue.place_code(place).unwrap_err(),
            catalogue.place_name(place).unwrap_err(),
            catalogue.path(place).unwrap_err(),
            catalogue.level(place).unwrap_err(),
            catalogue.parent(place).unwrap_err(),
            catalogue.validity(place).unwrap_err(),
            catalogue.subtree(place).unwrap_err(),
            catalogue.contains(place, place).unwrap_err(),
            catalogue.region_record(place).unwrap_err(),
            catalogue
                .consortia_of(place, day("2021-01-01"))
                .unwrap_err(),
        ] {
            assert_eq!(error.to_string(), message);
            assert_eq!(error.kind(), crate::ErrorKind::Foreign);
        }
    }
    let indicator = catalogue.indicator_at(0).unwrap();
    assert_eq!(
        larger.indicator_record(indicator).unwrap_err().to_string(),
        message
    );
    let source = catalogue.source_at(0).unwrap();
    assert_eq!(
        larger.source_record(source).unwrap_err().to_string(),
        message
    );
    let consortium = catalogue.consortium_at(0).unwrap();
    assert_eq!(
        larger
            .consortium_record(consortium)
            .unwrap_err()
            .to_string(),
        message
    );
}

#[test]
fn regions_come_in_pre_order_and_institutions_by_region() {
    let catalogue = sample().finish().unwrap();
    let codes = |places: Places| -> Vec<String> {
        places
            .map(|place| catalogue.place_code(place).unwrap().to_string())
            .collect()
    };
    assert_eq!(
        codes(catalogue.places()),
        [
            "100000",
            "320000",
            "320100",
            "320106",
            "320300",
            "320302",
            "430000",
            "410482",
            "430200",
            "430224",
            "430281",
            "430281100",
            "HK",
            "institution:zhuzhou-hospital",
            "institution:chaling-hospital",
            "institution:aaa-clinic",
            "institution:baitutan-centre",
        ]
    );
    let place = |code: &str| catalogue.place(&code.parse().unwrap()).unwrap();
    assert_eq!(
        codes(catalogue.subtree(place("4302")).unwrap()),
        ["430200", "430224", "430281", "430281100"]
    );
    assert_eq!(
        codes(catalogue.institutions_in(place("430281")).unwrap()),
        ["institution:aaa-clinic", "institution:baitutan-centre"]
    );
    assert_eq!(
        codes(catalogue.institutions_in(place("32")).unwrap()),
        [""; 0]
    );
    let clinic = place("institution:aaa-clinic");
    assert_eq!(
        catalogue.subtree(clinic).unwrap().collect::<Vec<_>>(),
        [clinic]
    );
    assert_eq!(
        catalogue
            .institutions_in(clinic)
            .unwrap()
            .collect::<Vec<_>>(),
        [clinic]
    );
    assert_eq!(catalogue.children(clinic).unwrap().count(), 0);
    assert_eq!(catalogue.level(clinic).unwrap(), None);
    assert!(!catalogue.is_region(clinic).unwrap());
    assert_eq!(catalogue.parent(clinic).unwrap(), Some(place("430281100")));
    assert_eq!(
        catalogue.path(clinic).unwrap(),
        "中国/湖南省/株洲市/醴陵市/白兔潭镇/卫生室"
    );
    assert!(catalogue.contains(place("43"), clinic).unwrap());
    assert!(!catalogue.contains(place("32"), clinic).unwrap());
    assert!(!catalogue.contains(clinic, place("430281100")).unwrap());
    let counties: Vec<_> = catalogue
        .at_level(place("43"), Level::County)
        .unwrap()
        .collect();
    assert_eq!(counties, ["410482", "430224", "430281"].map(place));
    assert_eq!(
        catalogue.at_level(clinic, Level::Village).unwrap().count(),
        0
    );
    let roots: Vec<_> = catalogue.roots().collect();
    assert_eq!(roots, [place("100000")]);
}

#[test]
fn the_other_sort_of_place_has_another_record() {
    let catalogue = sample().finish().unwrap();
    let place = |code: &str| catalogue.place(&code.parse().unwrap()).unwrap();
    assert_eq!(
        catalogue
            .region_record(place("institution:aaa-clinic"))
            .unwrap_err()
            .to_string(),
        "place institution:aaa-clinic is not a region: ask institution_record for its record"
    );
    assert_eq!(
        catalogue
            .institution_record(place("430281"))
            .unwrap_err()
            .to_string(),
        "place 430281 is not an institution: ask region_record for its record"
    );
}
