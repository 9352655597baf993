//! Indicators as serde writes them: a record that goes through the constructors.

use serde::{Deserialize, Serialize};

use super::{Indicator, Kind, Polarity, Range, Temporal};
use crate::error::{Error, Result};
use crate::model::{IndicatorCode, Names, Unit};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IndicatorForm {
    code: IndicatorCode,
    names: Names,
    unit: Unit,
    kind: Kind,
    temporal: Temporal,
    #[serde(default = "neutral")]
    polarity: Polarity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    numerator: Option<IndicatorCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    denominator: Option<IndicatorCode>,
    #[serde(default, skip_serializing_if = "Range::is_unbounded")]
    bounds: Range,
    #[serde(default, skip_serializing_if = "Range::is_unbounded")]
    plausible: Range,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    succeeds: Option<IndicatorCode>,
}

fn neutral() -> Polarity {
    Polarity::Neutral
}

impl From<Indicator> for IndicatorForm {
    fn from(indicator: Indicator) -> Self {
        Self {
            code: indicator.code,
            names: indicator.names,
            unit: indicator.unit,
            kind: indicator.kind,
            temporal: indicator.temporal,
            polarity: indicator.polarity,
            numerator: indicator.numerator,
            denominator: indicator.denominator,
            bounds: indicator.bounds,
            plausible: indicator.plausible,
            succeeds: indicator.succeeds,
        }
    }
}

impl TryFrom<IndicatorForm> for Indicator {
    type Error = Error;
    fn try_from(form: IndicatorForm) -> Result<Self> {
        let indicator = Self::new(form.code, form.names, form.unit, form.kind, form.temporal)?
            .with_polarity(form.polarity)
            .with_parts(form.numerator, form.denominator)?
            .with_bounds(form.bounds)?
            .with_plausible(form.plausible);
        match form.succeeds {
            Some(succeeds) => indicator.with_predecessor(succeeds),
            None => Ok(indicator),
        }
    }
}
