//! Records of which there are few, and memberships.

use super::*;

#[test]
fn records_come_back_whole() {
    let catalogue = sample().finish().unwrap();
    let liling = catalogue
        .region_record(catalogue.find_place("Liling").unwrap())
        .unwrap();
    assert_eq!(liling.names.aliases().collect::<Vec<_>>(), ["瓷城"]);
    assert_eq!(liling.succeeds, ["430219".parse().unwrap()]);
    assert_eq!(liling.validity.from(), Some(day("1985-05-24")));
    let validity = |code: &str| {
        catalogue
            .validity(catalogue.place(&code.parse().unwrap()).unwrap())
            .unwrap()
    };
    assert_eq!(validity("430281"), liling.validity);
    assert!(validity("430224").is_always() && validity("institution:aaa-clinic").is_always());
    let hong_kong = catalogue.region(&"HK".parse().unwrap()).unwrap();
    assert_eq!(catalogue.place_name(hong_kong).unwrap(), "Hong Kong");
    assert_eq!(
        catalogue.region_record(hong_kong).unwrap().names.chinese(),
        None
    );
    let clinic = catalogue
        .institution(&"aaa-clinic".parse().unwrap())
        .unwrap();
    assert_eq!(
        catalogue.institution_record(clinic).unwrap(),
        institution("aaa-clinic", "430281100", "卫生室")
    );
}

#[test]
fn versions_are_indicators_of_their_own() {
    let catalogue = sample().finish().unwrap();
    let codes: Vec<String> = catalogue
        .indicators()
        .map(|handle| {
            catalogue
                .indicator_record(handle)
                .unwrap()
                .code()
                .to_string()
        })
        .collect();
    assert_eq!(codes, ["patients", "patients@2", "share"]);
    for code in codes {
        let handle = catalogue.indicator(&code.parse().unwrap()).unwrap();
        assert_eq!(
            catalogue
                .indicator_record(handle)
                .unwrap()
                .code()
                .to_string(),
            code
        );
    }
    assert_eq!(
        catalogue
            .indicator(&"patients@3".parse().unwrap())
            .unwrap_err()
            .to_string(),
        "no indicator patients@3 in the catalogue: did you mean patients@2 (指标patients@2) or patients (指标patients)?"
    );
}

#[test]
fn members_come_and_go() {
    let catalogue = sample().finish().unwrap();
    let group = catalogue
        .consortium(&"zhuzhou-group".parse().unwrap())
        .unwrap();
    let place = |code: &str| catalogue.institution(&code.parse().unwrap()).unwrap();
    let (hospital, centre) = (place("zhuzhou-hospital"), place("baitutan-centre"));
    for (on, members) in [
        ("2018-12-31", vec![]),
        (
            "2019-01-01",
            vec![(hospital, Role::Lead), (centre, Role::Member)],
        ),
        (
            "2020-12-31",
            vec![(hospital, Role::Lead), (centre, Role::Member)],
        ),
        ("2021-06-30", vec![(hospital, Role::Lead)]),
        (
            "2022-01-01",
            vec![(hospital, Role::Lead), (centre, Role::Member)],
        ),
    ] {
        assert_eq!(
            catalogue.members_on(group, day(on)).unwrap(),
            members,
            "{on}"
        );
        let expected = |place| {
            members
                .iter()
                .filter(|(member, _)| *member == place)
                .map(|(_, role)| (group, *role))
                .collect::<Vec<_>>()
        };
        for place in [hospital, centre] {
            assert_eq!(
                catalogue.consortia_of(place, day(on)).unwrap(),
                expected(place),
                "{on}"
            );
        }
    }
    let liling = catalogue.find_place("醴陵市").unwrap();
    assert_eq!(
        catalogue.consortia_of(liling, day("2022-01-01")).unwrap(),
        []
    );
    let record = catalogue.consortium_record(group).unwrap();
    let days: Vec<_> = record
        .members
        .iter()
        .map(|member| (member.institution.as_str(), member.validity.from()))
        .collect();
    assert_eq!(
        days,
        [
            ("baitutan-centre", Some(day("2019-01-01"))),
            ("baitutan-centre", Some(day("2022-01-01"))),
            ("zhuzhou-hospital", Some(day("2019-01-01"))),
        ]
    );
}

#[test]
fn unknown_codes_suggest_near_ones() {
    let catalogue = sample().finish().unwrap();
    for (message, error) in [
        (
            "no region 430282 in the catalogue: did you mean 430281 (醴陵市)?",
            catalogue.region(&"430282".parse().unwrap()).unwrap_err(),
        ),
        (
            // Two digits turned round.
            "no region 430821 in the catalogue: did you mean 430281 (醴陵市)?",
            catalogue.region(&"430821".parse().unwrap()).unwrap_err(),
        ),
        (
            "no region 650000 in the catalogue: correct the code, or add the region",
            catalogue.region(&"65".parse().unwrap()).unwrap_err(),
        ),
        (
            "no region Hk in the catalogue: did you mean HK (Hong Kong)?",
            catalogue.region(&"Hk".parse().unwrap()).unwrap_err(),
        ),
        (
            "no institution zhuzou-hospital in the catalogue: did you mean zhuzhou-hospital (株洲市人民医院)?",
            catalogue
                .institution(&"zhuzou-hospital".parse().unwrap())
                .unwrap_err(),
        ),
        (
            "no source zhuzhou-2022 in the catalogue: did you mean zhuzhou-2021 (报告)?",
            catalogue
                .source(&"zhuzhou-2022".parse().unwrap())
                .unwrap_err(),
        ),
        (
            "no source x in the catalogue: correct the code, or add the source",
            catalogue.source(&"x".parse().unwrap()).unwrap_err(),
        ),
        (
            "no consortium zhuzhou-grup in the catalogue: did you mean zhuzhou-group (株洲医疗集团)?",
            catalogue
                .consortium(&"zhuzhou-grup".parse().unwrap())
                .unwrap_err(),
        ),
        (
            "no dimension age in the catalogue: correct the code, or add the dimension",
            catalogue.dimension(&"age".parse().unwrap()).unwrap_err(),
        ),
    ] {
        assert_eq!(error.to_string(), message);
        assert_eq!(error.kind(), crate::ErrorKind::Unknown);
    }
    assert_eq!(
        catalogue
            .dimension(&"sex".parse().unwrap())
            .unwrap()
            .members()
            .len(),
        2
    );
    assert_eq!(catalogue.dimensions().count(), 1);
}
