//! Rules of alert: what is watched where, and what is too much.

mod form;
mod text;

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use self::form::RuleForm;
use crate::error::{Error, Result};
use crate::model::{Certainty, Interval, Measure, Unit};
use crate::query::Among;
use crate::query::name::WhichHeading;

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
