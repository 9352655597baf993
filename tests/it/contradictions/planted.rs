//! Faults planted in a copy of the five reports: each is named, and nothing else is.

use std::collections::BTreeMap;

use yearbook::exchange::Observations;
use yearbook::model::*;
use yearbook::query::Finding;
use yearbook::query::reconcile::Rule;
use yearbook::{Ask, BookBuilder, Yearbook};

use crate::reports::book;

/// A copy of the book of the five reports, with observations changed or added: heading, place, period, figure, unit.
pub(super) fn planted(faults: &[(&str, &str, &str, &str, &str)]) -> Yearbook {
    let mut observations: BTreeMap<Key, Observation> = book()
        .observations()
        .map(|observation| observation.unwrap())
        .map(|observation| (observation.key.clone(), observation))
        .collect();
    for (heading, place, period, figure, unit) in faults {
        let heading = Ask::of(book()).heading(*heading).unwrap();
        let key = heading.at(place.parse::<Place>().unwrap(), period.parse().unwrap());
        let observation = Observation {
            key: key.clone(),
            stated: Stated::figure(figure.parse().unwrap(), unit.parse().unwrap()),
            source: "shishou-2023".parse().unwrap(),
        };
        observations.insert(key, observation);
    }
    let mut copy = BookBuilder::new(book().catalogue().clone());
    for observation in observations.values() {
        copy.observe(observation).unwrap();
    }
    copy.finish().unwrap()
}

#[test]
fn each_planted_fault_is_found_and_nothing_else() {
    for (faults, rule, message) in [
        (
            &[(
                "notifiable_disease_cases [disease-class=c]",
                "421081",
                "2023",
                "4141",
                "例",
            )][..],
            Rule::Partition,
            "parts and their whole: notifiable disease cases reported, class B (4163 cases) + notifiable disease cases reported, class C (4141 cases) = notifiable disease cases reported (8303 cases), Shishou, 2023: contradicts by 1 case; mended by notifiable disease cases reported at 8304 cases, or notifiable disease cases reported, class B at 4162 cases, or notifiable disease cases reported, class C at 4140 cases",
        ),
        (
            &[(
                "covid_vaccination_sites [size=large]",
                "430200",
                "2020-12/2021-12",
                "172",
                "个",
            )],
            Rule::Within,
            "a part within its whole: covid vaccination sites set up, large (172 items) ≤ covid vaccination sites set up (171 items), Zhuzhou, 2020-12/2021-12: contradicts by 1 item; mended by covid vaccination sites set up, large at 171 items, or covid vaccination sites set up at 172 items",
        ),
        (
            &[(
                "consortium_member_township_hospitals",
                "institution:chaling-tcm-hospital",
                "2024",
                "10",
                "个",
            )],
            Rule::Institutions,
            "institutions within a region: Chaling County People's Hospital (10 items) + Chaling County Hospital of Chinese Medicine (10 items) ≤ Chaling County (19 items), consortium member township hospitals, 2024: contradicts by 1 item; mended by Chaling County at 20 items, or Chaling County People's Hospital at 9 items, or Chaling County Hospital of Chinese Medicine at 9 items",
        ),
        (
            &[(
                "covid_vaccine_doses",
                "430281",
                "2020-12/2022-07",
                "1870000",
                "剂次",
            )],
            Rule::Cumulative,
            "cumulative count does not fall: 2020-12/2022-06 (1876000 doses given) ≤ 2020-12/2022-07 (1870000 doses given), covid vaccine doses administered, Liling: contradicts by 5500 doses given; mended by 2020-12/2022-07 at 1875500 doses given, or 2020-12/2022-06 at 1870000 doses given",
        ),
        (
            &[(
                "first_responders_certified target",
                "430200",
                "2021",
                "0",
                "人",
            )],
            Rule::Completion,
            "completion of a target: first responders certified (10455 people) ÷ first responders certified, target (0 people) = first responders certified, completion (over 330%), Zhuzhou, 2021: contradicts; mended by first responders certified, target at 1 person",
        ),
        (
            &[
                ("covid_confirmed_cases", "430223", "2021-09", "1", "例"),
                ("covid_confirmed_cases", "430223", "2021", "1", "例"),
            ],
            Rule::Periods,
            "periods and the longer period they make up: 2021-08 (1 case) + 2021-09 (1 case) + 10 not stated ≤ 2021 (1 case), confirmed covid cases, You County: contradicts by 1 case; mended by 2021 at 2 cases, or 2021-08 at 0 cases, or 2021-09 at 0 cases",
        ),
        (
            &[(
                "health_literacy change_points(2021)",
                "421081",
                "2023",
                "90e0",
                "个百分点",
            )],
            Rule::Change,
            "change between two levels: share of residents with health literacy, 2023 (35.78%) − share of residents with health literacy, 2021 (not recorded) = share of residents with health literacy, points change, 2023 (90 points), Shishou: contradicts by 53.715 points; mended by share of residents with health literacy, points change, 2023 at 36 points, or share of residents with health literacy, 2023 at 89.5%",
        ),
        (
            &[("health_literacy", "421081", "2021", "25.00", "%")],
            Rule::Change,
            "change between two levels: share of residents with health literacy, 2023 (35.78%) − share of residents with health literacy, 2021 (25%) = share of residents with health literacy, points change, 2023 (9 points), Shishou: contradicts by 1.27 points; mended by share of residents with health literacy, 2023 at 34.51%, or share of residents with health literacy, 2021 at 26.27%, or share of residents with health literacy, points change, 2023 at 11 points",
        ),
        (
            &[(
                "resident_population",
                "430200",
                "2024-10-31",
                "3880406",
                "人",
            )],
            Rule::Ratio,
            "ratio and its parts: childcare places (19111 items) ÷ resident population (3880406 people) = childcare places per 1000 residents (4.92 items per 1000 people), Zhuzhou, 2024-10-31: contradicts by 0.00000012 items per 1000 people; mended by resident population at 3880407 people, or childcare places at 19110 items, or childcare places per 1000 residents at 4.93 items per 1000 people",
        ),
        (
            &[("childcare_places", "430200", "2024-10", "19112", "个")],
            Rule::EndDate,
            "one end date: 2024-10-31 (19111 items) = 2024-10 (19112 items), childcare places, Zhuzhou: contradicts by 1 item; mended by 2024-10 at 19111 items, or 2024-10-31 at 19112 items",
        ),
        (
            &[
                ("primary_visits", "421081", "2023", "11", "人次"),
                ("visits_total", "421081", "2023", "10", "人次"),
            ],
            Rule::Numerator,
            "numerator within its denominator: visits at primary institutions (11 person-times) ≤ visits at all institutions (10 person-times), Shishou, 2023: contradicts by 1 person-time; mended by visits at primary institutions at 10 person-times, or visits at all institutions at 11 person-times",
        ),
        (
            &[(
                "emergency_calls_answered",
                "421081",
                "2023-02/2023-05",
                "40000",
                "次",
            )],
            Rule::PeriodWithin,
            "a period within a longer one: 2023-02/2023-05 (40000 occurrences) ≤ 2023-01/2023-10 (35175 occurrences), emergency calls answered, Shishou: contradicts by 4825 occurrences; mended by 2023-02/2023-05 at 35175 occurrences, or 2023-01/2023-10 at 40000 occurrences",
        ),
        (
            &[
                ("maternal_deaths", "430000", "2021", "1", "人"),
                ("maternal_deaths", "430200", "2021", "2", "人"),
            ],
            Rule::Regions,
            "regions within a region: Zhuzhou (2 people) ≤ Hunan (1 person), maternal deaths, 2021: contradicts by 1 person; mended by Zhuzhou at 1 person, or Hunan at 2 people",
        ),
    ] {
        let found = Ask::of(&planted(faults))
            .reconcile()
            .contradictions()
            .unwrap();
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(shown, [message], "{rule:?}");
        assert_eq!(found[0].rule(), rule);
    }
}

#[test]
fn a_contradiction_says_what_would_mend_it() {
    let fault = (
        "notifiable_disease_cases [disease-class=c]",
        "421081",
        "2023",
        "4141",
        "例",
    );
    let copy = planted(&[fault]);
    let [finding] = Ask::of(&copy)
        .reconcile()
        .contradictions()
        .unwrap()
        .try_into()
        .unwrap();
    let finding: Finding = finding;
    let least = finding.least_change().unwrap();
    assert_eq!(
        (least.by.to_string().as_str(), least.to),
        ("1", Some(8304.into()))
    );
    let json = serde_json::to_value(&finding).unwrap();
    assert_eq!(json["verdict"], "contradicts");
    assert_eq!(json["gap"], "1");
    assert_eq!(json["mends"].as_array().unwrap().len(), 3);
    assert_eq!(
        json["mends"][2],
        serde_json::json!({
            "key": {
                "heading": {
                    "indicator": "notifiable_disease_cases",
                    "breakdown": "disease-class=c",
                    "measure": "level",
                },
                "place": "421081",
                "period": "2023",
            },
            "by": "-1", "to": "4140", "allowed": "[4140, 4140]", "unit": "case",
        })
    );
    assert_eq!(
        finding.to_chinese(),
        "分项与合计：法定传染病报告病例（乙类）（4163例） + 法定传染病报告病例（丙类）（4141例） = 法定传染病报告病例（8303例），石首市 2023年：矛盾，相差1例；改一项即可：法定传染病报告病例改为8304例，或法定传染病报告病例（乙类）改为4162例，或法定传染病报告病例（丙类）改为4140例"
    );
}

#[test]
fn a_break_in_the_series_excuses_a_fall() {
    let mut copy = BookBuilder::new(book().catalogue().clone());
    for (period, figure, status) in [
        ("2020-12/2022-06", "100", Status::Normal),
        ("2020-12/2022-07", "90", Status::SeriesBreak),
        ("2020-12/2022-08", "95", Status::Normal),
        ("2020-12/2022-09", ">200", Status::Normal),
        ("2020-12/2022-10", ">50", Status::Normal),
        ("2020-12/2022-11", "199", Status::Normal),
        ("2020-12/2022-12", "199", Status::Normal),
    ] {
        copy.observe(&Observation {
            key: Heading::level("covid_vaccine_doses".parse().unwrap())
                .at("430281".parse::<Place>().unwrap(), period.parse().unwrap()),
            stated: Stated::Figure {
                figure: figure.parse().unwrap(),
                unit: "剂次".parse().unwrap(),
                status,
            },
            source: "liling-2022".parse().unwrap(),
        })
        .unwrap();
    }
    let copy = copy.finish().unwrap();
    let found = Ask::of(&copy).reconcile().contradictions().unwrap();
    // 199 is below the over 200 of two figures earlier; what follows is held against the 199.
    let periods: Vec<String> = found[0]
        .used()
        .iter()
        .map(|cited| cited.key().period.to_string())
        .collect();
    assert_eq!(found.len(), 1);
    assert_eq!(periods, ["2020-12/2022-11", "2020-12/2022-09"]);
}
