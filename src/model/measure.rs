//! Measures: what is said about an indicator.

use std::fmt;
use std::str::FromStr;

use super::Period;
use super::code::{ConsortiumCode, RegionCode};
use super::word::words;
use crate::error::{Error, Result};

/// What is said about an indicator.
///
/// | measure | text | unit | bounds |
/// |---|---|---|---|
/// | level | `level` | the indicator's | by its kind |
/// | target | `target` | the indicator's | by its kind |
/// | completion | `completion` | % | x ≥ 0; over 100 is valid |
/// | change, absolute | `change_absolute(BASE)` | the indicator's | none |
/// | change, relative | `change_relative(BASE)` | % | x ≥ −100 unless the indicator may be negative |
/// | change, points | `change_points(BASE)` | points, for a % or ‰ indicator only | −100 to 100 for a share |
/// | rank | `rank(SCOPE)` | 位 | a whole number ≥ 1 |
///
/// `BASE` is `year_earlier`, `previous` or a period; `SCOPE` a region or `consortium:` and a code.
/// Measures order as in the table, then by base or scope.
///
/// ```
/// use yearbook::model::{Base, ChangeForm, Measure};
///
/// let measure: Measure = "change_points(2021)".parse()?;
/// assert_eq!(measure, Measure::Change { form: ChangeForm::Points, base: Base::Fixed("2021".parse()?) });
/// assert_eq!("rank(43)".parse::<Measure>()?.to_string(), "rank(430000)");
/// # Ok::<(), yearbook::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Measure {
    /// How much it is.
    Level,
    /// How much it is meant to be.
    Target,
    /// The level as a percentage of the target; over 100 % is valid.
    Completion,
    /// By how much it changed since a base.
    Change {
        /// In the indicator's unit, in percent of the base, or in percentage points.
        form: ChangeForm,
        /// Since when.
        base: Base,
    },
    /// Which place it takes among its peers; 1 is the best.
    Rank {
        /// Among whom.
        scope: Scope,
    },
}

words! {
    /// How a change is expressed.
    ChangeForm, "a form of change" {
        /// In the indicator's own unit.
        Absolute = "absolute", "增减量";
        /// In percent of the base.
        Relative = "relative", "增减幅度";
        /// In percentage points (or permille points) between two percentages.
        Points = "points", "百分点";
    }
}

/// What a change is measured from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Base {
    /// The same period of the year before: 同比.
    YearEarlier,
    /// The period just before: 环比.
    Previous,
    /// A stated period: 比2021年.
    Fixed(Period),
}

impl Base {
    /// The period that a change in `period` is measured from; `None` before the year 1.
    pub fn of(&self, period: Period) -> Option<Period> {
        match self {
            Self::YearEarlier => period.year_earlier(),
            Self::Previous => period.previous(),
            Self::Fixed(base) => Some(*base),
        }
    }
}

/// The peers of a rank.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// The places of one level within a region.
    Region(RegionCode),
    /// The members of a consortium.
    Consortium(ConsortiumCode),
}

const CONSORTIUM: &str = "consortium:";

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::model::padded(f, |f| match self {
            Self::Level => f.pad("level"),
            Self::Target => f.pad("target"),
            Self::Completion => f.pad("completion"),
            Self::Change { form, base } => write!(f, "change_{form}({base})"),
            Self::Rank { scope } => write!(f, "rank({scope})"),
        })
    }
}

impl FromStr for Measure {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        const WHAT: &str = "a measure";
        let (word, argument) = match text.split_once('(') {
            None => (text, None),
            Some((word, rest)) => match rest.strip_suffix(')') {
                Some(argument) => (word, Some(argument)),
                None => return Err(Error::syntax(WHAT, text, text.len(), ") at the end")),
            },
        };
        let needs = |expected: &str| Error::syntax(WHAT, text, word.len(), expected);
        match (word, argument) {
            ("level", None) => Ok(Self::Level),
            ("target", None) => Ok(Self::Target),
            ("completion", None) => Ok(Self::Completion),
            ("level" | "target" | "completion", Some(_)) => Err(needs("nothing more")),
            ("rank", None) => Err(needs("a scope in brackets, as in rank(430000)")),
            ("rank", Some(scope)) => Ok(Self::Rank {
                scope: scope.parse()?,
            }),
            _ => {
                let Some(form) = word
                    .strip_prefix("change_")
                    .and_then(|form| form.parse().ok())
                else {
                    return Err(Error::syntax(
                        WHAT,
                        text,
                        0,
                        "level, target, completion, change_absolute(BASE), change_relative(BASE), change_points(BASE) or rank(SCOPE)",
                    ));
                };
                match argument {
                    Some(base) => Ok(Self::Change {
                        form,
                        base: base.parse()?,
                    }),
                    None => Err(needs("a base in brackets, as in change_points(2021)")),
                }
            }
        }
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::model::padded(f, |f| match self {
            Self::YearEarlier => f.pad("year_earlier"),
            Self::Previous => f.pad("previous"),
            Self::Fixed(period) => fmt::Display::fmt(period, f),
        })
    }
}

impl FromStr for Base {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "year_earlier" => Ok(Self::YearEarlier),
            "previous" => Ok(Self::Previous),
            _ => text.parse().map(Self::Fixed).map_err(|error: Error| {
                Error::syntax(
                    "a base",
                    text,
                    error.offset_bytes().unwrap_or(0),
                    "year_earlier, previous or a period",
                )
                .with_source(error)
            }),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::model::padded(f, |f| match self {
            Self::Region(code) => fmt::Display::fmt(code, f),
            Self::Consortium(code) => write!(f, "{CONSORTIUM}{code}"),
        })
    }
}

impl FromStr for Scope {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.strip_prefix(CONSORTIUM) {
            Some(code) => code.parse().map(Self::Consortium),
            None => text.parse().map(Self::Region),
        }
    }
}

macro_rules! debug_as_text {
    ($($type:ty),*) => {$(
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}
debug_as_text!(Measure, Base, Scope);

super::text_serde!(Measure, "a measure such as level or change_points(2021)");
super::text_serde!(Base, "year_earlier, previous or a period");
super::text_serde!(Scope, "a region code, or consortium: and a consortium code");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_reads_as_it_prints() {
        let measures = [
            "level",
            "target",
            "completion",
            "change_absolute(previous)",
            "change_relative(year_earlier)",
            "change_relative(2022-01/2022-10)",
            "change_points(2021)",
            "rank(430000)",
            "rank(consortium:chaling-people)",
        ]
        .map(|text| {
            let measure: Measure = text.parse().unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(measure.to_string(), text);
            assert_eq!(
                serde_json::to_string(&measure).unwrap(),
                format!("{text:?}")
            );
            measure
        });
        assert!(measures.is_sorted());
    }

    #[test]
    fn refusals_say_what_and_where() {
        for (text, message) in [
            (
                "levels",
                r#"cannot read "levels" as a measure: at byte 0: expected level, target, completion, change_absolute(BASE), change_relative(BASE), change_points(BASE) or rank(SCOPE), found "levels""#,
            ),
            (
                "level(2021)",
                r#"cannot read "level(2021)" as a measure: at byte 5: expected nothing more, found "(2021)""#,
            ),
            (
                "rank",
                r#"cannot read "rank" as a measure: at byte 4: expected a scope in brackets, as in rank(430000), found the end of the text"#,
            ),
            (
                "change_points",
                r#"cannot read "change_points" as a measure: at byte 13: expected a base in brackets, as in change_points(2021), found the end of the text"#,
            ),
            (
                "change_points(2021",
                r#"cannot read "change_points(2021" as a measure: at byte 18: expected ) at the end, found the end of the text"#,
            ),
            (
                "change_points(then)",
                r#"cannot read "then" as a base: at byte 0: expected year_earlier, previous or a period, found "then""#,
            ),
        ] {
            assert_eq!(text.parse::<Measure>().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn a_base_is_a_period() {
        let period = |text: &str| text.parse::<Period>().unwrap();
        assert_eq!(
            Base::YearEarlier.of(period("2023-01/2023-10")),
            Some(period("2022-01/2022-10"))
        );
        assert_eq!(
            Base::Previous.of(period("2024-Q1")),
            Some(period("2023-Q4"))
        );
        assert_eq!(
            Base::Fixed(period("2021")).of(period("2023")),
            Some(period("2021"))
        );
        assert_eq!(Base::Previous.of(period("0001")), None);
    }
}
