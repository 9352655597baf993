//! Alerts: 石首's thresholds, changes, outliers.

use yearbook::query::alert::Outcome;
use yearbook::query::{Alert, AlertRule};
use yearbook::{Ask, Yearbook};

use super::planted::planted;
use crate::reports::book;

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
fn rules_read_the_same_from_toml() {
    #[derive(serde::Deserialize)]
    struct Rules {
        rule: Vec<AlertRule>,
    }
    let text = r#"
        [[rule]]
        name = "total cost"
        indicator = "医疗费用预警阈值"
        breakdown = "cost=total-cost|target-group=poverty-relief"
        scope = "石首市"
        comparison = "over"
        threshold = "10000"
        unit = "CNY"
        message = "入户核查"

        [[rule]]
        name = "own cost"
        indicator = "personal_medical_cost"
        breakdown = "费用=自费|对象=一般对象"
        comparison = "over"
        threshold = 20000
        severity = "critical"
    "#;
    let rules: Rules = toml::from_str(text).unwrap();
    assert_eq!(rules.rule, thresholds());
    let float = toml::from_str::<Rules>(&text.replace("20000", "0.3"))
        .map(|_| ())
        .unwrap_err();
    assert!(float.to_string().contains("0.3"), "{float}");
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
    let outcomes: Vec<Outcome> = alerts.iter().map(Alert::outcome).collect();
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
