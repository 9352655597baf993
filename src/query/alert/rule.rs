//! Rules of alert: what is watched where, and what is too much.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::model::{Certainty, Interval, Level, Measure, Unit};
use crate::query::Among;
use crate::query::name::WhichHeading;
use crate::query::show;

/// What is too much, where, and how bad that is.
///
/// Reads from any format of serde: JSON, TOML. Only `name`, `indicator`, `comparison` and `threshold` are needed.
///
/// | field | is | if left out |
/// |---|---|---|
/// | `name` | what alerts are called by | |
/// | `indicator` | a code, a name or an alias | |
/// | `breakdown` | `dimension=member\|…`, codes or names | the total |
/// | `scope` | `all`, a place, `children(PLACE)`, `LEVEL(PLACE)` as in `county(430000)`, `institutions(PLACE)`, `consortium(NAME)` | `all` that have a row |
/// | `watch` | a [`Watch`]: `level`, `completion`, `change_relative(year_earlier)`, `outlier` … | `level` |
/// | `comparison` | `over`, `at_least`, `under`, `at_most` | |
/// | `threshold` | a decimal, as text, or a whole number | |
/// | `unit` | the unit of the threshold | the unit of what is watched |
/// | `severity` | `notice`, `warning`, `critical` | `warning` |
/// | `message` | what to do | none |
///
/// ```
/// use yearbook::model::Certainty;
/// use yearbook::query::AlertRule;
///
/// let rule: AlertRule = serde_json::from_str(
///     r#"{"name": "costly", "indicator": "personal_medical_cost", "comparison": "over", "threshold": 10000}"#,
/// )?;
/// let costs = |figure: &str| figure.parse::<yearbook::model::Figure>().map(|figure| figure.interval());
/// assert_eq!(rule.judge(&costs("10000!")?), Certainty::CertainlyNot);
/// assert_eq!(rule.judge(&costs("10000.01!")?), Certainty::Certainly);
/// assert_eq!(rule.judge(&costs("1e4-")?), Certainty::CertainlyNot, "近1万");
/// assert_eq!(rule.judge(&costs("1e4+")?), Certainty::Certainly, "1万余");
/// assert_eq!(rule.judge(&costs("~1e4")?), Certainty::Possibly, "约1万");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RuleForm", into = "RuleForm")]
#[must_use]
pub struct AlertRule {
    name: String,
    indicator: String,
    breakdown: String,
    scope: AlertScope,
    watch: Watch,
    comparison: Comparison,
    threshold: Decimal,
    unit: Option<Unit>,
    severity: Severity,
    message: String,
}

/// What of a heading is compared with the threshold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Watch {
    /// What is stated: a level, a target, a completion, a rank.
    Stated(Measure),
    /// A change between two levels; where one is missing, the change that is stated. Written as the measure:
    /// `change_relative(year_earlier)`, in %, in points or in the indicator's unit.
    Change(Measure),
    /// How far a place lies from the others of the scope: |0.6745 × (x − median) ÷ MAD|, where MAD is the median
    /// distance from the median; over 3.5 is the usual limit (Iglewicz and Hoaglin, 1993). The quotient is
    /// rounded outward to so many digits after the point: `outlier` for 4, or `outlier(6)`.
    Outlier {
        /// Digits after the point, at most 20.
        digits: u32,
    },
}

/// Where a rule holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlertScope {
    /// Every place that has a row.
    All,
    /// These places.
    Among(Among),
}

macro_rules! words {
    ($(#[$doc:meta])* $type:ident, $what:literal { $($(#[$word_doc:meta])* $word:ident = $code:literal, $english:literal, $chinese:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $type { $($(#[$word_doc])* $word),+ }

        impl $type {
            /// In English.
            pub fn english(self) -> &'static str {
                match self { $(Self::$word => $english),+ }
            }

            /// In Chinese.
            pub fn chinese(self) -> &'static str {
                match self { $(Self::$word => $chinese),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self { $(Self::$word => $code),+ })
            }
        }

        impl FromStr for $type {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self> {
                match text {
                    $($code => Ok(Self::$word),)+
                    _ => Err(Error::syntax($what, text, 0, concat!("one of ", $($code, " "),+).trim_end())),
                }
            }
        }
    };
}

words! {
    /// On which side of the threshold is too much.
    Comparison, "a comparison" {
        /// More than the threshold; the threshold itself is not.
        Over = "over", "over", "超过";
        /// The threshold or more.
        AtLeast = "at_least", "at least", "不少于";
        /// Less than the threshold; the threshold itself is not.
        Under = "under", "under", "低于";
        /// The threshold or less.
        AtMost = "at_most", "at most", "不超过";
    }
}

words! {
    /// How bad it is; ordered.
    Severity, "a severity" {
        /// To be known.
        Notice = "notice", "notice", "提示";
        /// To be looked into.
        Warning = "warning", "warning", "预警";
        /// To be acted upon.
        Critical = "critical", "critical", "严重";
    }
}

const DIGITS: u32 = 4;
const DIGITS_MAX: u32 = 20;

impl AlertRule {
    /// A rule about the level of an indicator everywhere, a [`Warning`](Severity::Warning).
    pub fn new(
        name: impl Into<String>,
        indicator: impl Into<String>,
        comparison: Comparison,
        threshold: impl Into<Decimal>,
    ) -> Self {
        Self {
            name: name.into(),
            indicator: indicator.into(),
            breakdown: String::new(),
            scope: AlertScope::All,
            watch: Watch::Stated(Measure::Level),
            comparison,
            threshold: threshold.into(),
            unit: None,
            severity: Severity::Warning,
            message: String::new(),
        }
    }

    /// The same about a part of the population: `cost=total-cost|target-group=general`.
    pub fn by(mut self, breakdown: impl Into<String>) -> Self {
        self.breakdown = breakdown.into();
        self
    }

    /// The same for these places only.
    pub fn among(mut self, among: Among) -> Self {
        self.scope = AlertScope::Among(among);
        self
    }

    /// The same about something else than the level.
    pub fn watching(mut self, watch: Watch) -> Self {
        self.watch = watch;
        self
    }

    /// The same with a threshold in another unit that converts.
    pub fn in_unit(mut self, unit: Unit) -> Self {
        self.unit = Some(unit);
        self
    }

    /// The same with another severity.
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The same with a message.
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// What its alerts are called by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is watched of the heading.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Where.
    pub fn scope(&self) -> &AlertScope {
        &self.scope
    }

    /// Which side of the threshold.
    pub fn comparison(&self) -> Comparison {
        self.comparison
    }

    /// The threshold.
    pub fn threshold(&self) -> Decimal {
        self.threshold
    }

    /// The unit of the threshold; `None` for that of what is watched.
    pub fn unit(&self) -> Option<Unit> {
        self.unit
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What to do.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The heading that is watched, as text to be looked up.
    pub(super) fn which(&self) -> WhichHeading {
        WhichHeading::Named(match self.breakdown.as_str() {
            "" => self.indicator.clone(),
            breakdown => format!("{} [{breakdown}]", self.indicator),
        })
    }

    /// Whether values in the unit of the threshold are too much.
    pub fn judge(&self, values: &Interval) -> Certainty {
        self.comparison
            .judge(values, &Interval::point(self.threshold))
    }
}

impl Comparison {
    pub(super) fn judge(self, values: &Interval, threshold: &Interval) -> Certainty {
        match self {
            Self::Over => values.greater_than(threshold),
            Self::AtLeast => values.at_least(threshold),
            Self::Under => values.less_than(threshold),
            Self::AtMost => values.at_most(threshold),
        }
    }
}

impl fmt::Display for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stated(measure) | Self::Change(measure) => fmt::Display::fmt(measure, f),
            Self::Outlier { digits: DIGITS } => f.pad("outlier"),
            Self::Outlier { digits } => write!(f, "outlier({digits})"),
        }
    }
}

impl FromStr for Watch {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text == "outlier" {
            return Ok(Self::Outlier { digits: DIGITS });
        }
        if let Some(rest) = text.strip_prefix("outlier(") {
            let digits = rest
                .strip_suffix(')')
                .and_then(|digits| digits.parse().ok());
            return match digits {
                Some(digits) if digits <= DIGITS_MAX => Ok(Self::Outlier { digits }),
                _ => Err(Error::syntax(
                    "what to watch",
                    text,
                    "outlier(".len(),
                    "a number of digits from 0 to 20 and )",
                )),
            };
        }
        let measure: Measure = text.parse()?;
        Ok(match measure {
            Measure::Change { .. } => Self::Change(measure),
            stated => Self::Stated(stated),
        })
    }
}

impl fmt::Display for AlertScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use crate::query::name::WhichPlace;
        let place = |which: &WhichPlace| match which {
            WhichPlace::Named(text) => text.clone(),
            WhichPlace::Place(place) => place.to_string(),
            WhichPlace::Handle(handle) => format!("#{}", handle.index()),
        };
        match self {
            Self::All => f.pad("all"),
            Self::Among(Among::Children(region)) => write!(f, "children({})", place(region)),
            Self::Among(Among::Level(level, region)) => write!(f, "{level}({})", place(region)),
            Self::Among(Among::Institutions(region)) => {
                write!(f, "institutions({})", place(region))
            }
            Self::Among(Among::Consortium(consortium, _)) => write!(f, "consortium({consortium})"),
            Self::Among(Among::Listed(places)) => {
                let places: Vec<String> = places.iter().map(place).collect();
                f.write_str(&places.join("|"))
            }
        }
    }
}

impl FromStr for AlertScope {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        if text == "all" {
            return Ok(Self::All);
        }
        if text.is_empty() {
            return Err(Error::syntax(
                "a scope",
                text,
                0,
                "all, a place, children(PLACE), county(PLACE), institutions(PLACE) or consortium(NAME)",
            ));
        }
        let inside = text.strip_suffix(')').and_then(|text| text.split_once('('));
        let among = match inside {
            Some(("children", place)) => Among::children_of(place),
            Some(("institutions", place)) => Among::institutions_in(place),
            Some(("consortium", consortium)) => Among::members_of(consortium),
            Some((word, place)) if word.parse::<Level>().is_ok() => {
                Among::level(word.parse()?, place)
            }
            _ => Among::these(text.split('|')),
        };
        Ok(Self::Among(among))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleForm {
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
