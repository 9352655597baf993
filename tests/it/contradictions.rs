//! Reconciling: the real figures hold together, planted faults are found, and nothing else is.
//! This file is about the real ones.

mod alerts;
mod edges;
mod generated;
mod planted;
mod truth;

use std::ops::ControlFlow;

use yearbook::query::reconcile::{Obstacle, Rule};
use yearbook::query::{Cited, Finding, Identity, Verdict, VerdictKind};
use yearbook::{Ask, Yearbook};

use crate::reports::book;

/// The findings of a rule whose first cell is of a heading.
fn findings_of(book: &Yearbook, rule: Rule, heading: &str) -> Vec<Finding> {
    let heading = Ask::of(book).heading(heading).unwrap();
    let mut findings = Ask::of(book).reconcile().findings().unwrap();
    findings.retain(|finding| {
        let used = finding.used().iter().map(Cited::key);
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
