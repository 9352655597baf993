//! What an answer rests on: the cells it used, the cells it lacked, and what to be careful about.

use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;

use super::show;
use crate::model::{
    Absence, IndicatorCode, Interval, Key, Period, SourceCode, Stated, Status, Unit,
};
use crate::notation::{figure_to_chinese, period_to_chinese};

/// A cell that an answer used: its key, what is stated there and by whom, and what that allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cited {
    pub(super) key: Key,
    #[serde(serialize_with = "show::as_text")]
    pub(super) stated: Stated,
    pub(super) source: SourceCode,
    pub(super) values: Interval,
    #[serde(serialize_with = "show::as_text_if_any")]
    pub(super) value: Option<Decimal>,
    pub(super) unit: Unit,
}

impl Cited {
    /// Where it stands.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// What is stated there, in the unit it was reported in.
    pub fn stated(&self) -> &Stated {
        &self.stated
    }

    /// Who states it.
    pub fn source(&self) -> &SourceCode {
        &self.source
    }

    /// How the figure was come by.
    pub fn status(&self) -> Status {
        match self.stated {
            Stated::Figure { status, .. } => status,
            Stated::Absent(_) => Status::Normal,
        }
    }

    /// The true values that the figure allows, in [`unit`](Self::unit).
    pub fn values(&self) -> &Interval {
        &self.values
    }

    /// The printed number in [`unit`](Self::unit); `None` for a bound, a range, 余 and 近, whose digits are
    /// no value of their own.
    pub fn value(&self) -> Option<Decimal> {
        self.value
    }

    /// The unit that questions reckon in: the indicator's, or the measure's.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// In Chinese: `430200 2021年：81.04%（zhuzhou-2024）`.
    pub fn to_chinese(&self) -> String {
        let stated = match self.stated {
            Stated::Figure {
                figure,
                unit,
                status,
            } => {
                let note = match status {
                    Status::Normal => String::new(),
                    status => format!("，{}", status.chinese()),
                };
                format!("{}{note}", figure_to_chinese(&figure, Some(unit)))
            }
            Stated::Absent(absence) => absence.chinese().to_string(),
        };
        format!(
            "{} {} {}：{stated}（{}）",
            self.key.heading,
            self.key.place,
            period_to_chinese(&self.key.period),
            self.source
        )
    }
}

/// `inpatient_share of 430200 in 2021: 81.04 % by zhuzhou-2024`
impl fmt::Display for Cited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} by {}", self.key, self.stated, self.source)
    }
}

/// A cell that an answer would have needed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Missing {
    /// Where the figure should stand.
    pub key: Key,
    /// Why it does not.
    pub gap: Gap,
}

/// Why there is no figure. Neither is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// Nobody recorded one.
    NotRecorded,
    /// A source says why there is none.
    Absent(Absence),
}

impl Missing {
    /// In Chinese.
    pub fn to_chinese(&self) -> String {
        let why = match self.gap {
            Gap::NotRecorded => "没有记录",
            Gap::Absent(absence) => absence.chinese(),
        };
        format!(
            "{} {} {}：{why}",
            self.key.heading,
            self.key.place,
            period_to_chinese(&self.key.period)
        )
    }
}

/// `doses of 430281 in 2021: not recorded`
impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.gap {
            Gap::NotRecorded => write!(f, "{}: not recorded", self.key),
            Gap::Absent(absence) => write!(f, "{}: {absence}", self.key),
        }
    }
}

/// What to be careful about in an answer that was given all the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "flag", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Flag {
    /// The two periods are of unequal length.
    LengthsDiffer {
        /// The earlier.
        from: Period,
        /// The later.
        to: Period,
    },
    /// A figure is stated not to compare with those before it.
    SeriesBreak {
        /// The figure.
        key: Key,
    },
    /// The definition changed: one figure is of an indicator that succeeds the other's.
    DefinitionChanged {
        /// The earlier definition.
        from: IndicatorCode,
        /// The later.
        to: IndicatorCode,
    },
    /// A figure is estimated, provisional or a forecast.
    NotFinal {
        /// The figure.
        key: Key,
        /// How it was come by.
        status: Status,
    },
    /// Two figures of one instant cannot both be true; the answer allows for either.
    Contradiction {
        /// The one that was asked for.
        first: Key,
        /// The other.
        second: Key,
    },
    /// Not every part has a figure.
    Incomplete {
        /// How many parts have one.
        known: usize,
        /// How many parts there are.
        parts: usize,
    },
    /// Nobody declared that the parts are all there is of the whole.
    NotDeclaredAll,
    /// The same person may be counted in several parts.
    MayCountTwice,
    /// The indicator does not say which end is the better one: the largest comes first.
    NoBetterEnd,
}

impl Flag {
    /// In Chinese.
    pub fn to_chinese(&self) -> String {
        let at = |key: &Key| {
            format!(
                "{} {} {}",
                key.heading,
                key.place,
                period_to_chinese(&key.period)
            )
        };
        match self {
            Self::LengthsDiffer { from, to } => format!(
                "{}与{}时长不同",
                period_to_chinese(from),
                period_to_chinese(to)
            ),
            Self::SeriesBreak { key } => format!("{}口径有变化", at(key)),
            Self::DefinitionChanged { from, to } => format!("定义有变化：{to}接替{from}"),
            Self::NotFinal { key, status } => format!("{}为{}数", at(key), status.chinese()),
            Self::Contradiction { first, second } => {
                format!("{}与{}矛盾", at(first), at(second))
            }
            Self::Incomplete { known, parts } => format!("{parts}个部分中只有{known}个有数"),
            Self::NotDeclaredAll => "未声明各部分即为全部".to_string(),
            Self::MayCountTwice => "同一人可能在几个部分中重复计入".to_string(),
            Self::NoBetterEnd => "指标无优劣方向，按从大到小排".to_string(),
        }
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LengthsDiffer { from, to } => {
                write!(f, "{from} and {to} are of unequal length")
            }
            Self::SeriesBreak { key } => write!(f, "break in series at {key}"),
            Self::DefinitionChanged { from, to } => {
                write!(f, "definition changed: {to} succeeds {from}")
            }
            Self::NotFinal { key, status } => write!(f, "{key} is {status}"),
            Self::Contradiction { first, second } => {
                write!(f, "{first} and {second} cannot both be true")
            }
            Self::Incomplete { known, parts } => {
                write!(f, "only {known} of {parts} parts have a figure")
            }
            Self::NotDeclaredAll => f.write_str("the parts are not declared to be all"),
            Self::MayCountTwice => f.write_str("the same person may be counted in several parts"),
            Self::NoBetterEnd => {
                f.write_str("neither end is the better one: the largest comes first")
            }
        }
    }
}
