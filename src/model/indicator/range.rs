//! Bounds and plausible ranges of indicators.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::model::{Bound, Interval};

/// From a decimal to a decimal, both included, either open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RangeForm", into = "RangeForm")]
pub struct Range {
    low: Option<Decimal>,
    high: Option<Decimal>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RangeForm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    low: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    high: Option<String>,
}

impl From<Range> for RangeForm {
    fn from(Range { low, high }: Range) -> Self {
        let text = |end: Decimal| end.to_string();
        Self {
            low: low.map(text),
            high: high.map(text),
        }
    }
}

impl TryFrom<RangeForm> for Range {
    type Error = Error;
    fn try_from(form: RangeForm) -> Result<Self> {
        let read = |end: Option<String>| {
            end.map(|text| {
                crate::model::exact_decimal(&text).ok_or_else(|| {
                    Error::syntax("a bound", &text, 0, "a decimal number of at most 28 digits")
                })
            })
            .transpose()
        };
        Self::new(read(form.low)?, read(form.high)?)
    }
}

impl Range {
    /// No bound on either side.
    pub const UNBOUNDED: Self = Self {
        low: None,
        high: None,
    };

    /// From `low` to `high`.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) if `low` is above `high`.
    pub fn new(low: Option<Decimal>, high: Option<Decimal>) -> Result<Self> {
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!("bounds from {low} to {high} hold no number"),
            ));
        }
        let normal = |end: Decimal| end.normalize();
        Ok(Self {
            low: low.map(normal),
            high: high.map(normal),
        })
    }

    /// The least value.
    pub fn low(&self) -> Option<Decimal> {
        self.low
    }

    /// The greatest value.
    pub fn high(&self) -> Option<Decimal> {
        self.high
    }

    /// Whether there is no bound on either side.
    pub fn is_unbounded(&self) -> bool {
        *self == Self::UNBOUNDED
    }

    /// The values within the bounds.
    pub fn interval(&self) -> Interval {
        let bound = |end: Option<Decimal>| end.map_or(Bound::Unbounded, Bound::Closed);
        // `new` refuses empty bounds.
        Interval::new(bound(self.low), bound(self.high)).unwrap_or_else(Interval::everything)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.interval(), f)
    }
}
