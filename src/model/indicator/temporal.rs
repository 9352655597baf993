//! How indicators lie in time.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use crate::error::{Error, Result};
use crate::model::{Granularity, Period};

/// How an indicator lies in time.
///
/// The text forms are `flow`, `flow_distinct`, `stock`, `cumulative` and `cumulative(2020-12-01)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Temporal {
    /// Adds over time: visits in a month.
    Flow,
    /// Distinct units in a period, which do not add over time: people served.
    FlowDistinct,
    /// As of the end of its period: beds. Over time it is its last value.
    Stock,
    /// Since a day, if it is known: doses given so far. Must not fall.
    Cumulative {
        /// The first day that counts.
        since: Option<NaiveDate>,
    },
}

impl fmt::Display for Temporal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::model::padded(f, |f| match self {
            Self::Flow => f.pad("flow"),
            Self::FlowDistinct => f.pad("flow_distinct"),
            Self::Stock => f.pad("stock"),
            Self::Cumulative { since: None } => f.pad("cumulative"),
            Self::Cumulative { since: Some(day) } => write!(f, "cumulative({day})"),
        })
    }
}

impl FromStr for Temporal {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        const WHAT: &str = "a temporal nature";
        match text {
            "flow" => Ok(Self::Flow),
            "flow_distinct" => Ok(Self::FlowDistinct),
            "stock" => Ok(Self::Stock),
            "cumulative" => Ok(Self::Cumulative { since: None }),
            _ => {
                let Some(rest) = text.strip_prefix("cumulative(") else {
                    return Err(Error::syntax(
                        WHAT,
                        text,
                        0,
                        "one of flow, flow_distinct, stock, cumulative, cumulative(DAY)",
                    ));
                };
                let day = rest
                    .strip_suffix(')')
                    .and_then(|day| day.parse::<Period>().ok());
                match day {
                    Some(day) if day.granularity() == Granularity::Day => Ok(Self::Cumulative {
                        since: Some(day.first_day()),
                    }),
                    _ => Err(Error::syntax(
                        WHAT,
                        text,
                        text.len() - rest.len(),
                        "a day such as 2020-12-01 and a closing bracket",
                    )),
                }
            }
        }
    }
}

crate::model::text_serde!(
    Temporal,
    "flow, flow_distinct, stock, cumulative or cumulative(DAY)"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporal_natures_read_as_they_print() {
        for text in [
            "flow",
            "flow_distinct",
            "stock",
            "cumulative",
            "cumulative(2020-12-01)",
        ] {
            assert_eq!(text.parse::<Temporal>().unwrap().to_string(), text);
        }
        assert_eq!(
            "cumulative(2020)"
                .parse::<Temporal>()
                .unwrap_err()
                .to_string(),
            r#"cannot read "cumulative(2020)" as a temporal nature: at byte 11: expected a day such as 2020-12-01 and a closing bracket, found "2020)""#
        );
        assert!("rolling".parse::<Temporal>().is_err());
    }
}
