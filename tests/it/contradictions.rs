//! Reconciling and alerting: the real figures hold together, planted faults are found, and nothing else is.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use proptest::prelude::*;
use yearbook::exchange::Observations;
use yearbook::model::*;
use yearbook::query::alert::Outcome;
use yearbook::query::reconcile::{Obstacle, Rule};
use yearbook::query::{AlertRule, Finding, Identity, Step, Verdict, VerdictKind};
use yearbook::{Ask, BookBuilder, Yearbook};

use crate::reports::book;

/// A copy of the book of the five reports, with observations changed or added: heading, place, period, figure, unit.
fn planted(faults: &[(&str, &str, &str, &str, &str)]) -> Yearbook {
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

/// The findings of a rule whose first cell is of a heading.
fn findings_of(book: &Yearbook, rule: Rule, heading: &str) -> Vec<Finding> {
    let heading = Ask::of(book).heading(heading).unwrap();
    let mut findings = Ask::of(book).reconcile().findings().unwrap();
    findings.retain(|finding| {
        let used = finding.used().iter().map(|cited| cited.key());
        let mut keys = used.chain(finding.missing().iter().map(|missing| &missing.key));
        finding.rule() == rule && keys.any(|key| key.heading == heading)
    });
    findings
}

fn implied(finding: &Finding) -> String {
    match finding.verdict() {
        Verdict::NotCheckable {
            obstacle: Obstacle::Missing,
            implied: Some(implied),
        } => format!("{} in {}", implied.key, implied.values),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_real_figures_hold_together() {
    let told = Ask::of(book()).reconcile().contradictions().unwrap();
    assert_eq!(told, []);
    let summary = Ask::of(book())
        .reconcile()
        .each(|_| ControlFlow::Continue(()))
        .unwrap();
    assert!(summary.complete);
    assert_eq!(
        summary.to_string(),
        "28 checks: 1 agree exactly, 1 within rounding, 4 are consistent with a bound, 0 contradict, 22 are not checkable"
    );
}

#[test]
fn the_doses_of_liling_agree_within_rounding() {
    let [finding] = findings_of(book(), Rule::Partition, "covid_vaccine_doses [dose=first]")
        .try_into()
        .unwrap();
    assert_eq!(finding.kind(), VerdictKind::AgreesWithinRounding);
    assert_eq!(
        finding.reckoned().unwrap().to_string(),
        "[1869000, 1881000]"
    );
    assert_eq!(
        finding.to_string(),
        "parts and their whole: covid vaccine doses administered, first dose (718000 doses given) \
         + covid vaccine doses administered, second dose (687000 doses given) \
         + covid vaccine doses administered, third dose (470000 doses given) \
         = covid vaccine doses administered (1876000 doses given), Liling, 2020-12/2022-06: \
         agrees within rounding, as reckoned within [1869000, 1881000] doses given"
    );
    assert_eq!(
        finding.to_chinese(),
        "分项与合计：新冠疫苗累计接种剂次（第一剂）（718000剂次） + 新冠疫苗累计接种剂次（第二剂）（687000剂次） + 新冠疫苗累计接种剂次（第三剂）（470000剂次） = 新冠疫苗累计接种剂次（1876000剂次），醴陵市 2020年12月至2022年6月：在四舍五入范围内一致，推算介于1869000与1881000剂次之间"
    );
}

#[test]
fn the_cases_of_shishou_agree_exactly() {
    let [finding] = findings_of(book(), Rule::Partition, "notifiable_disease_cases")
        .try_into()
        .unwrap();
    assert_eq!(finding.kind(), VerdictKind::AgreesExactly);
    assert_eq!(finding.used().len(), 3);
    let json = serde_json::to_value(&finding).unwrap();
    assert_eq!(json["rule"], "partition");
    assert_eq!(json["verdict"], "agrees_exactly");
    assert_eq!(json["stated"], "[8303, 8303]");
}

#[test]
fn shares_that_the_catalogue_does_not_define_are_declared() {
    let clients = |breakdown: &str| format!("smart_eldercare_clients [{breakdown}]");
    let all = clients("age=60-plus|area=xiulin-8-communities");
    let declared = |share: &str, part: &str| {
        let ratio = format!("{share} [area=xiulin-8-communities]");
        let identity = Identity::quotient(ratio, clients(part), all.clone()).named(share);
        let mut findings = Ask::of(book())
            .reconcile()
            .identity(identity)
            .findings()
            .unwrap();
        findings.retain(|finding| finding.rule() == Rule::Declared);
        let [finding] = findings.try_into().unwrap();
        let finding: Finding = finding;
        assert_eq!(finding.name(), Some(share));
        finding
    };
    let aged = declared(
        "smart_eldercare_70_plus_share",
        "age=70-plus|area=xiulin-8-communities",
    );
    assert_eq!(aged.kind(), VerdictKind::AgreesWithinRounding);
    let disabled = declared(
        "smart_eldercare_disabled_share",
        "area=xiulin-8-communities|disability=disabled-or-semi",
    );
    assert_eq!(disabled.kind(), VerdictKind::AgreesWithinRounding);
    assert!(
        disabled.to_string().contains("(26 people) ÷ "),
        "{disabled}"
    );
}

#[test]
fn what_is_missing_is_named_and_bounded_by_the_rest() {
    let one = |rule, heading: &str| -> Finding {
        let [finding] = findings_of(book(), rule, heading).try_into().unwrap();
        finding
    };
    assert_eq!(
        implied(&one(Rule::Change, "health_literacy")),
        "health_literacy of 421081 in 2021 in [26.275, 27.285]"
    );
    assert_eq!(
        implied(&one(Rule::Change, "ambulance_dispatches")),
        "ambulance_dispatches of 421081 in 2022-01/2022-10 in [6919, 6925]"
    );
    assert_eq!(
        implied(&one(Rule::Completion, "first_responders_certified")),
        "first_responders_certified target of 430200 in 2021 in [1, 3168]"
    );
    assert_eq!(
        implied(&one(Rule::Ratio, "childcare_places_per_1000_residents")),
        "resident_population of 430200 in 2024-10-31 in [3880407, 3888301]"
    );
    let literacy = one(Rule::Change, "health_literacy");
    assert_eq!(
        literacy.to_string(),
        "change between two levels: share of residents with health literacy, 2023 (35.78%) − share of residents with health literacy, 2021 (not recorded) = share of residents with health literacy, points change, 2023 (9 points), Shishou: not checkable: a figure is missing; share of residents with health literacy, 2021 would be within [26.275, 27.285]%"
    );
    assert_eq!(
        literacy.to_chinese(),
        "增减与两期数值：居民健康素养水平 2023年（35.78%） − 居民健康素养水平 2021年（没有记录） = 居民健康素养水平百分点 2023年（9个百分点），石首市：无法核对，缺数；居民健康素养水平 2021年应为介于26.275与27.285%之间"
    );
    // A share without its parts misses two figures, so nothing follows.
    let share = findings_of(book(), Rule::Ratio, "visit_share_within_county");
    assert!(matches!(
        share[0].verdict(),
        Verdict::NotCheckable {
            obstacle: Obstacle::Missing,
            implied: None
        }
    ));
    assert_eq!(share[0].missing().len(), 2);
}

#[test]
fn the_consortia_of_chaling_are_its_whole_only_if_declared() {
    let heading = "consortium_member_township_hospitals";
    let [bound] = findings_of(book(), Rule::Institutions, heading)
        .try_into()
        .unwrap();
    assert_eq!(bound.kind(), VerdictKind::ConsistentWithBound);
    assert_eq!(bound.reckoned().unwrap().to_string(), "[19, 19]");
    let mut declared = Ask::of(book())
        .reconcile()
        .institutions_exhaust(heading)
        .findings()
        .unwrap();
    declared.retain(|finding| finding.rule() == Rule::Institutions);
    assert_eq!(declared.len(), 1);
    assert_eq!(declared[0].kind(), VerdictKind::AgreesExactly);
    assert_eq!(
        declared[0].to_string(),
        "institutions within a region: Chaling County People's Hospital (10 items) + Chaling County Hospital of Chinese Medicine (9 items) = Chaling County (19 items), consortium member township hospitals, 2024: agrees exactly"
    );
    // One consortium of the two is not all of the county.
    let members = Ask::of(book())
        .reconcile()
        .members_exhaust("chaling-tcm-consortium", heading)
        .contradictions()
        .unwrap();
    assert_eq!(members.len(), 1);
    assert_eq!(members[0].rule(), Rule::Members);
    assert_eq!(members[0].reckoned().unwrap().to_string(), "[9, 9]");
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

#[test]
fn identities_are_checked_before_they_are_used() {
    let refused = |identity: Identity| {
        let error = Ask::of(book())
            .reconcile()
            .identity(identity)
            .findings()
            .unwrap_err();
        error.to_string()
    };
    assert_eq!(
        refused(Identity::sum("childcare_places", ["covid_vaccine_doses"])),
        "dose_given does not convert to item: an identity adds up what is of one sort"
    );
    assert_eq!(
        refused(Identity::quotient(
            "health_literacy",
            "childcare_places",
            "resident_population"
        )),
        "item over person makes no %: give headings whose units do"
    );
    let filed = Identity::at_most("childcare_providers_filed", "childcare_providers_applied");
    let mut findings = Ask::of(book())
        .reconcile()
        .identity(filed)
        .findings()
        .unwrap();
    findings.retain(|finding| finding.rule() == Rule::Declared);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].kind(), VerdictKind::ConsistentWithBound);
    let rest = Identity::difference(
        "township_hospitals_with_tcm_hall",
        "village_clinics_giving_tcm",
        "village_clinics_with_tcm_room",
    );
    let mut findings = Ask::of(book())
        .reconcile()
        .identity(rest)
        .findings()
        .unwrap();
    findings.retain(|finding| finding.rule() == Rule::Declared && finding.missing().is_empty());
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].reckoned().unwrap().to_string(), "[187, 187]");
}

/// 石首's thresholds as rules.
fn thresholds() -> Vec<AlertRule> {
    let text = r#"[
        {"name": "total cost", "indicator": "医疗费用预警阈值",
         "breakdown": "cost=total-cost|target-group=poverty-relief", "scope": "石首市",
         "comparison": "over", "threshold": "1", "unit": "CNY", "message": "入户核查"},
        {"name": "own cost", "indicator": "personal_medical_cost",
         "breakdown": "费用=自费|对象=一般对象",
         "comparison": "over", "threshold": 20000, "severity": "critical"}
    ]"#;
    serde_json::from_str(&text.replace("\"1\"", "\"10000\"")).unwrap()
}

#[test]
fn a_threshold_is_crossed_certainly_possibly_or_not() {
    let rules = thresholds();
    let heading = "personal_medical_cost [cost=total-cost|target-group=poverty-relief]";
    for (figure, outcome, message) in [
        (
            "10000!",
            Outcome::No,
            "warning total cost: medical cost of one person, total cost, people lifted out of poverty, Shishou, 2023-05: 10000 yuan is not over 10000 yuan",
        ),
        (
            "10000.01!",
            Outcome::Certainly,
            "warning total cost: medical cost of one person, total cost, people lifted out of poverty, Shishou, 2023-05: 10000.01 yuan is certainly over 10000 yuan; 入户核查",
        ),
        (
            "1e4-",
            Outcome::No,
            "warning total cost: medical cost of one person, total cost, people lifted out of poverty, Shishou, 2023-05: within [5000, 10000) yuan is not over 10000 yuan",
        ),
        (
            "1e4+",
            Outcome::Certainly,
            "warning total cost: medical cost of one person, total cost, people lifted out of poverty, Shishou, 2023-05: within (10000, 20000) yuan is certainly over 10000 yuan; 入户核查",
        ),
        (
            "~1e4",
            Outcome::Possibly,
            "warning total cost: medical cost of one person, total cost, people lifted out of poverty, Shishou, 2023-05: 10000 yuan, within [5000, 15000] is possibly over 10000 yuan; 入户核查",
        ),
    ] {
        let copy = planted(&[(heading, "421081", "2023-05", figure, "元")]);
        let alerts = Ask::of(&copy).alerts(&rules, "2023-05").unwrap();
        assert_eq!(alerts.len(), 1, "nobody has a figure of the other rule");
        assert_eq!(alerts[0].outcome(), outcome, "{figure}");
        assert_eq!(alerts[0].is_raised(), outcome != Outcome::No);
        assert_eq!(alerts[0].to_string(), message);
    }
    // Without a figure there is no data, and no data is not a no.
    let alerts = Ask::of(book()).alerts(&rules, "2023年5月").unwrap();
    let outcomes: Vec<Outcome> = alerts.iter().map(|alert| alert.outcome()).collect();
    assert_eq!(outcomes, [Outcome::NoData]);
    assert_eq!(alerts[0].answer().missing().len(), 1);
    assert_eq!(
        alerts[0].to_chinese(),
        "预警·total cost：石首市2023年5月个人医疗费用（总费用）（脱贫对象）：无数据；缺：personal_medical_cost [cost=total-cost|target-group=poverty-relief] 421081 2023年5月：没有记录"
    );
}

#[test]
fn changes_and_outliers_are_watched_too() {
    let rule = |watch: &str,
                indicator: &str,
                comparison: &str,
                threshold: &str,
                scope: &str|
     -> AlertRule {
        serde_json::from_value(serde_json::json!({
            "name": "watch", "indicator": indicator, "watch": watch, "comparison": comparison,
            "threshold": threshold, "scope": scope,
        }))
        .unwrap()
    };
    let outcome = |book: &Yearbook, rule: &AlertRule, period: &str| {
        let alerts = Ask::of(book).alerts([rule], period).unwrap();
        let alert = &alerts[0];
        (alert.outcome(), alert.answer().interval().to_string())
    };
    // From two levels, and where one is missing from the change that is stated.
    let share = rule(
        "change_points(2021)",
        "县域内住院量占比",
        "over",
        "7.17",
        "株洲",
    );
    assert_eq!(
        outcome(book(), &share, "2024-01/2024-09"),
        (Outcome::Possibly, "[7.17, 7.19]".to_string())
    );
    let dispatches = rule(
        "change_relative(year_earlier)",
        "ambulance_dispatches",
        "under",
        "-2.6",
        "all",
    );
    assert_eq!(
        outcome(book(), &dispatches, "2023-01/2023-10"),
        (Outcome::Certainly, "[-2.75, -2.65]".to_string())
    );
    // January to September is not a year.
    let unequal = rule(
        "change_relative(2022)",
        "ambulance_dispatches",
        "under",
        "0",
        "all",
    );
    let error = Ask::of(book())
        .alerts([&unequal], "2023-01/2023-10")
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "rule watch: ambulance_dispatches is a flow, 2022 has 12 months and 2023-01/2023-10 has 10 months: flows compare only over equal lengths of time"
    );
    let places = ["430223", "430224", "430281", "421081", "410482"];
    let counts = ["10", "12", "11", "90", "13"];
    let counts: Vec<_> = places
        .iter()
        .zip(counts)
        .map(|(place, count)| ("stroke_centres", *place, "2024", count, "个"))
        .collect();
    let copy = planted(&counts);
    let outlier = rule("outlier", "stroke_centres", "over", "3.5", "county(100000)");
    let alerts = Ask::of(&copy).alerts([&outlier], "2024").unwrap();
    let raised: Vec<String> = alerts
        .iter()
        .filter(|alert| alert.is_raised())
        .map(|alert| format!("{} {}", alert.place(), alert.answer().interval()))
        .collect();
    // Median 12, MAD 1: 0.6745 × 78.
    assert_eq!(raised, ["421081 [52.611, 52.611]"]);
    assert_eq!(alerts.len(), 5);
}

/// Decimals of a fraction, half up.
fn percent(above: u64, below: u64, decimals: u32) -> yearbook::Decimal {
    let quotient = yearbook::Decimal::from(above * 100) / yearbook::Decimal::from(below);
    let mut rounded = quotient.round_dp_with_strategy(
        decimals,
        rust_decimal::RoundingStrategy::MidpointAwayFromZero,
    );
    rounded.rescale(decimals);
    rounded
}

struct Generated {
    book: Yearbook,
    cells: usize,
    /// The cells that were changed after all fitted.
    faults: BTreeSet<Key>,
}

/// A book in which everything fits, but for `faults` cells, each of which breaks one identity: months and classes
/// of cases, a share, targets with completions, changes, cumulative doses, prefectures over their counties.
fn generated(prefectures: u32, counties: u32, topics: u32, years: u32, faults: usize) -> Generated {
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    let mut catalogue = yearbook::CatalogueBuilder::new();
    let region = |code: &str, parent: Option<&str>, level| {
        Region::new(
            code.parse().unwrap(),
            parent.map(|parent| parent.parse().unwrap()),
            level,
            Names::zh(code).unwrap(),
        )
    };
    catalogue
        .region(region("100000", None, Level::Country))
        .unwrap();
    let mut tree = Vec::new();
    for prefecture in 0..prefectures {
        let province = format!("{}0000", 11 + prefecture / 90);
        if prefecture % 90 == 0 {
            catalogue
                .region(region(&province, Some("100000"), Level::Province))
                .unwrap();
        }
        let prefecture = format!("{}{:02}00", 11 + prefecture / 90, prefecture % 90 + 1);
        catalogue
            .region(region(&prefecture, Some(&province), Level::Prefecture))
            .unwrap();
        let counties: Vec<String> = (1..=counties)
            .map(|county| format!("{}{county:02}", &prefecture[..4]))
            .collect();
        for county in &counties {
            catalogue
                .region(region(county, Some(&prefecture), Level::County))
                .unwrap();
        }
        tree.push((prefecture, counties));
    }
    catalogue
        .source(Source::new("office".parse().unwrap(), "Generated", "", None).unwrap())
        .unwrap();
    let member = |code: &str| Member {
        code: code.parse().unwrap(),
        names: Names::zh(code).unwrap(),
        parent: None,
        partition: Some("all".to_string()),
    };
    catalogue
        .dimension(
            Dimension::new(
                "class".parse().unwrap(),
                Names::zh("类别").unwrap(),
                vec![member("a"), member("b")],
            )
            .unwrap(),
        )
        .unwrap();
    for topic in 0..topics {
        let new = |code: String, unit, kind, temporal| {
            Indicator::new(
                code.parse().unwrap(),
                Names::zh(&code).unwrap(),
                unit,
                kind,
                temporal,
            )
            .unwrap()
        };
        let code = |name: &str| format!("{name}_{topic}");
        let since = Temporal::Cumulative {
            since: Some("1990-01-01".parse().unwrap()),
        };
        for indicator in [
            new(code("cases"), Unit::PERSON, Kind::Count, Temporal::Flow),
            new(code("severe"), Unit::PERSON, Kind::Count, Temporal::Flow),
            new(code("doses"), Unit::PERSON, Kind::Count, since),
            new(code("rate"), Unit::PERCENT, Kind::Share, Temporal::Flow)
                .with_parts(
                    Some(code("severe").parse().unwrap()),
                    Some(code("cases").parse().unwrap()),
                )
                .unwrap(),
        ] {
            catalogue.indicator(indicator).unwrap();
        }
    }
    let mut cells: Vec<(Key, yearbook::Decimal, bool)> = Vec::new();
    for topic in 0..topics {
        for (prefecture, counties) in &tree {
            let mut totals = vec![0; usize::try_from(years).unwrap()];
            for county in counties {
                let (mut before, mut doses) = (None, 0);
                for (total, year) in totals.iter_mut().zip(2000..) {
                    let mut push =
                        |heading: String, period: String, value: yearbook::Decimal, exact: bool| {
                            let (indicator, rest) = heading.split_once(' ').unwrap();
                            let (breakdown, measure) = rest.split_once(' ').unwrap();
                            let heading = Heading {
                                indicator: format!("{indicator}_{topic}").parse().unwrap(),
                                breakdown: breakdown.trim_matches(['[', ']']).parse().unwrap(),
                                measure: measure.parse().unwrap(),
                            };
                            let key = heading.at(
                                county.parse::<RegionCode>().unwrap(),
                                period.parse().unwrap(),
                            );
                            cells.push((key, value, exact));
                        };
                    let mut cases = 0;
                    for month in 1..=12 {
                        let count = 50 + next(100);
                        cases += count;
                        push(
                            "cases [] level".into(),
                            format!("{year}-{month:02}"),
                            count.into(),
                            true,
                        );
                    }
                    *total += cases;
                    let class_a = next(cases);
                    let severe = next(cases);
                    let target = 100 + next(2000);
                    doses += next(500);
                    for (heading, value, exact) in [
                        ("cases [] level", cases.into(), true),
                        ("cases [class=a] level", class_a.into(), true),
                        ("cases [class=b] level", (cases - class_a).into(), true),
                        ("severe [] level", severe.into(), true),
                        ("rate [] level", percent(severe, cases, 2), false),
                        ("cases [] target", target.into(), true),
                        ("cases [] completion", percent(cases, target, 1), false),
                        ("doses [] level", doses.into(), true),
                    ] {
                        push(heading.into(), year.to_string(), value, exact);
                    }
                    if let Some(before) = before {
                        let change = percent(cases, before, 1) - yearbook::Decimal::ONE_HUNDRED;
                        push(
                            "cases [] change_relative(year_earlier)".into(),
                            year.to_string(),
                            change,
                            false,
                        );
                    }
                    before = Some(cases);
                }
            }
            for (total, year) in totals.into_iter().zip(2000..) {
                let heading = Heading::level(format!("cases_{topic}").parse().unwrap());
                let period: Period = format!("{year}").parse().unwrap();
                let key = heading.at(prefecture.parse::<RegionCode>().unwrap(), period);
                cells.push((key, total.into(), true));
            }
        }
    }
    // Faults in cells that stand in one identity each, far enough apart not to meet.
    let last_year = (1999 + i32::try_from(years).unwrap()).to_string();
    let stride = cells.len() / faults.max(1);
    let mut broken = BTreeSet::new();
    for fault in 0..faults {
        let from = fault * stride;
        let sort = fault % 7;
        let at = (from..from + stride)
            .find(|at| {
                let (key, value, _) = &cells[*at];
                let heading = &key.heading;
                let name = heading.indicator.name();
                let level = heading.measure == Measure::Level;
                match sort {
                    0 => {
                        level
                            && name.starts_with("cases")
                            && key.period.granularity() == Granularity::Month
                    }
                    1 => !heading.breakdown.is_total(),
                    2 => name.starts_with("rate"),
                    3 => heading.measure == Measure::Completion,
                    4 => matches!(heading.measure, Measure::Change { .. }),
                    5 => {
                        // A fall in the last year breaks no later one.
                        let risen = value > &yearbook::Decimal::from(500 * years);
                        name.starts_with("doses") && key.period.to_string() == last_year && !risen
                    }
                    _ => {
                        let place = key.place.to_string();
                        level && name.starts_with("cases") && place.ends_with("00")
                    }
                }
            })
            .or_else(|| {
                (from..from + stride).find(|at| cells[*at].0.heading.measure == Measure::Completion)
            })
            .expect("a stride holds a completion");
        let (key, value, _) = &mut cells[at];
        let name = key.heading.indicator.name();
        *value = if name.starts_with("doses") {
            yearbook::Decimal::ZERO
        } else if name.starts_with("rate") {
            let flipped = *value + yearbook::Decimal::from(7);
            if flipped > yearbook::Decimal::ONE_HUNDRED {
                *value - yearbook::Decimal::from(7)
            } else {
                flipped
            }
        } else if key.place.to_string().ends_with("00") {
            *value - yearbook::Decimal::ONE
        } else {
            *value + yearbook::Decimal::ONE
        };
        broken.insert(key.clone());
    }
    assert_eq!(broken.len(), faults);
    let mut book = BookBuilder::new(catalogue.finish().unwrap());
    for (key, value, exact) in &cells {
        let unit = match &key.heading.measure {
            Measure::Level | Measure::Target if *exact => Unit::PERSON,
            _ => Unit::PERCENT,
        };
        let figure = if *exact {
            Figure::exact(*value)
        } else {
            Figure::printed(*value).unwrap()
        };
        book.observe(&Observation {
            key: key.clone(),
            stated: Stated::figure(figure, unit),
            source: "office".parse().unwrap(),
        })
        .unwrap();
    }
    Generated {
        book: book.finish().unwrap(),
        cells: cells.len(),
        faults: broken,
    }
}

/// Each contradiction holds one planted fault, each fault is in one contradiction.
fn finds_exactly(generated: &Generated) {
    let started = std::time::Instant::now();
    let found = Ask::of(&generated.book)
        .reconcile()
        .contradictions()
        .unwrap();
    let took = started.elapsed();
    let a_second = u128::try_from(generated.cells).unwrap() * 1000 / took.as_millis().max(1);
    println!(
        "{} cells reconciled in {took:?}: {a_second} a second",
        generated.cells
    );
    let mut named = BTreeSet::new();
    for finding in &found {
        let mut planted = finding
            .used()
            .iter()
            .map(|cited| cited.key())
            .filter(|key| generated.faults.contains(key));
        let key = planted
            .next()
            .unwrap_or_else(|| panic!("nothing was planted: {finding}"));
        assert!(planted.next().is_none(), "{finding}");
        assert!(named.insert(key.clone()), "named twice: {finding}");
    }
    let missed: Vec<String> = generated
        .faults
        .difference(&named)
        .map(ToString::to_string)
        .collect();
    assert_eq!(missed, [""; 0]);
    assert_eq!(found.len(), generated.faults.len());
}

#[test]
fn a_generated_book_has_just_the_faults_that_were_planted() {
    let sound = generated(2, 5, 2, 3, 0);
    finds_exactly(&sound);
    let faulty = generated(4, 21, 3, 4, 20);
    assert!((20_000..25_000).contains(&faulty.cells), "{}", faulty.cells);
    finds_exactly(&faulty);
}

/// `cargo test --release --test it million -- --ignored --nocapture` says how long it takes.
#[test]
#[ignore = "a million cells: run it in release"]
fn a_million_cells_have_just_the_thousand_faults_that_were_planted() {
    let faulty = generated(50, 20, 8, 6, 1000);
    assert!(faulty.cells >= 1_000_000, "{}", faulty.cells);
    finds_exactly(&faulty);
}

#[test]
fn the_work_can_be_watched_and_stopped() {
    let small = generated(2, 10, 4, 4, 7);
    let (mut findings, mut last, mut all) = (0, 0, 0);
    let summary = Ask::of(&small.book)
        .reconcile()
        .telling(&[VerdictKind::Contradicts])
        .each(|step| {
            match step {
                Step::Finding(_) => findings += 1,
                Step::Progress(progress) => {
                    assert!(progress.done >= last && progress.done <= progress.all);
                    (last, all) = (progress.done, progress.all);
                }
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert!(summary.complete);
    assert_eq!((findings, summary.contradict), (7, 7));
    assert_eq!(last, all, "it ends with all of it");
    let mut told = 0;
    let stopped = Ask::of(&small.book)
        .reconcile()
        .telling(&[VerdictKind::Contradicts])
        .each(|step| match step {
            Step::Finding(_) => {
                told += 1;
                ControlFlow::Break(())
            }
            Step::Progress(_) => ControlFlow::Continue(()),
        })
        .unwrap();
    assert!(!stopped.complete);
    assert_eq!((told, stopped.contradict), (1, 1));
}

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
