//! A rule as serde reads and writes it.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};

use super::{AlertRule, Comparison, Severity};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Unit;
use crate::query::show;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleForm {
    name: String,
    indicator: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    breakdown: String,
    #[serde(default = "all", skip_serializing_if = "is_all")]
    scope: String,
    #[serde(default = "level", skip_serializing_if = "is_level")]
    watch: String,
    comparison: Comparison,
    #[serde(deserialize_with = "decimal", serialize_with = "show::as_text")]
    threshold: Decimal,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    #[serde(default = "warning")]
    severity: Severity,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    message: String,
}

fn all() -> String {
    "all".to_string()
}

fn is_all(scope: &str) -> bool {
    scope == "all"
}

fn level() -> String {
    "level".to_string()
}

fn is_level(watch: &str) -> bool {
    watch == "level"
}

fn warning() -> Severity {
    Severity::Warning
}

/// A decimal as text or as a whole number; a float does not hold every decimal.
fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Decimal, D::Error> {
    struct Threshold;
    impl serde::de::Visitor<'_> for Threshold {
        type Value = Decimal;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number, or a decimal as text such as \"3.5\"")
        }

        fn visit_i64<E: serde::de::Error>(self, number: i64) -> std::result::Result<Decimal, E> {
            Ok(number.into())
        }

        fn visit_u64<E: serde::de::Error>(self, number: u64) -> std::result::Result<Decimal, E> {
            Ok(number.into())
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> std::result::Result<Decimal, E> {
            Decimal::from_str_exact(text).map_err(|_| {
                E::custom(Error::syntax(
                    "a threshold",
                    text,
                    0,
                    "a decimal number of at most 28 digits",
                ))
            })
        }
    }
    deserializer.deserialize_any(Threshold)
}

impl TryFrom<RuleForm> for AlertRule {
    type Error = Error;

    fn try_from(form: RuleForm) -> Result<Self> {
        if form.name.trim().is_empty() {
            return Err(Error::new(
                ErrorKind::Syntax,
                "a rule of alert needs a name: its alerts are called by it",
            ));
        }
        Ok(Self {
            name: form.name,
            indicator: form.indicator,
            breakdown: form.breakdown,
            scope: form.scope.parse()?,
            watch: form.watch.parse()?,
            comparison: form.comparison,
            threshold: form.threshold,
            unit: form.unit,
            severity: form.severity,
            message: form.message,
        })
    }
}

impl From<AlertRule> for RuleForm {
    fn from(rule: AlertRule) -> Self {
        Self {
            scope: rule.scope.to_string(),
            watch: rule.watch.to_string(),
            name: rule.name,
            indicator: rule.indicator,
            breakdown: rule.breakdown,
            comparison: rule.comparison,
            threshold: rule.threshold,
            unit: rule.unit,
            severity: rule.severity,
            message: rule.message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{AlertScope, Watch};
    use super::*;

    #[test]
    fn rules_are_read_and_written() {
        let full = r#"{"name":"fall","indicator":"doses","breakdown":"dose=first","scope":"county(430000)","watch":"change_relative(year_earlier)","comparison":"at_most","threshold":"-2.5","unit":"%","severity":"critical","message":"look"}"#;
        let rule: AlertRule = serde_json::from_str(full).unwrap();
        assert_eq!(serde_json::to_string(&rule).unwrap(), full);
        assert_eq!(rule.threshold().to_string(), "-2.5");
        let short = r#"{"name":"x","indicator":"y","comparison":"over","threshold":7}"#;
        let rule: AlertRule = serde_json::from_str(short).unwrap();
        assert_eq!(rule, AlertRule::new("x", "y", Comparison::Over, 7));
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for (field, value, message) in [
            (
                "threshold",
                "3.5",
                "invalid type: floating point `3.5`, expected a whole number, or a decimal as text such as \"3.5\"",
            ),
            (
                "threshold",
                "\"1e4\"",
                r#"cannot read "1e4" as a threshold: at byte 0: expected a decimal number of at most 28 digits, found "1e4""#,
            ),
            (
                "watch",
                "\"outlier(21)\"",
                r#"cannot read "outlier(21)" as what to watch: at byte 8: expected a number of digits from 0 to 20 and ), found "21)""#,
            ),
            (
                "scope",
                "\" \"",
                r#"cannot read "" as a scope: at byte 0: expected all, a place, children(PLACE), county(PLACE), institutions(PLACE) or consortium(NAME), found the end of the text"#,
            ),
            (
                "name",
                "\"\"",
                "a rule of alert needs a name: its alerts are called by it",
            ),
        ] {
            let mut rule = serde_json::json!({"name": "x", "indicator": "y", "comparison": "over", "threshold": 7});
            rule[field] = serde_json::from_str(value).unwrap();
            let error = serde_json::from_value::<AlertRule>(rule).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
        let error = "above".parse::<Comparison>().unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"cannot read "above" as a comparison: at byte 0: expected one of over at_least under at_most, found "above""#
        );
    }

    #[test]
    fn scopes_and_watches_print_what_they_read() {
        for text in [
            "all",
            "children(430200)",
            "county(湖南省)",
            "institutions(430224)",
            "consortium(chaling-tcm-consortium)",
            "醴陵市|石首市",
        ] {
            assert_eq!(text.parse::<AlertScope>().unwrap().to_string(), text);
        }
        for text in [
            "level",
            "completion",
            "change_points(2021)",
            "outlier",
            "outlier(6)",
        ] {
            assert_eq!(text.parse::<Watch>().unwrap().to_string(), text);
        }
    }
}
