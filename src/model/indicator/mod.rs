//! Indicators: what is measured, with the rules of its kind.

mod form;
mod range;
mod temporal;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use range::Range;
pub use temporal::Temporal;

use super::Unit;
use super::code::IndicatorCode;
use super::names::Names;
use super::word::words;
use crate::error::{Error, ErrorKind, Result};
use form::IndicatorForm;

words! {
    /// The kind of an indicator: its percentage rules.
    ///
    /// | kind | unit | level and target | over places | over time |
    /// |---|---|---|---|---|
    /// | count | countable things | whole number ≥ 0 | sum | by temporal nature |
    /// | amount | money, mass, area, length, duration … | decimal; sign by indicator | sum | by temporal nature |
    /// | share | % or ‰ of a whole | 0 ≤ x ≤ the whole | recompute, else refuse | the same |
    /// | ratio | %, ‰, or a ratio of units | bounds by indicator | recompute, else refuse | the same |
    /// | mean | any but points and positions | bounds by indicator | recompute, else refuse | the same |
    /// | index | none (`1`) | bounds by indicator | refuse | refuse |
    Kind, "a kind of indicator" {
        /// Things counted one by one.
        Count = "count", "计数";
        /// An amount of money, mass, area, length, duration.
        Amount = "amount", "总量";
        /// A part of a whole.
        Share = "share", "占比";
        /// One quantity over another.
        Ratio = "ratio", "比率";
        /// An average: cost, age, time.
        Mean = "mean", "均值";
        /// A number that only compares with itself.
        Index = "index", "指数";
    }
}

words! {
    /// Which end of an indicator is the better one.
    Polarity, "a polarity" {
        /// More is better.
        Higher = "higher", "越高越好";
        /// Less is better.
        Lower = "lower", "越低越好";
        /// Neither.
        Neutral = "neutral", "中性";
    }
}

/// What is measured.
///
/// Made by [`Indicator::new`], refined by the `with_` methods; every rule of its kind is checked there.
///
/// ```
/// use yearbook::model::{Indicator, Kind, Names, Polarity, Temporal, Unit};
///
/// let share = Indicator::new(
///     "inpatient_share_in_county".parse()?,
///     Names::zh("县域内住院量占比")?,
///     Unit::PERCENT,
///     Kind::Share,
///     Temporal::Flow,
/// )?
/// .with_polarity(Polarity::Higher);
/// assert_eq!(share.bounds().to_string(), "[0, 100]");
///
/// // A share has a percentage for a unit.
/// let error = Indicator::new(
///     "beds".parse()?,
///     Names::zh("床位数")?,
///     Unit::PERCENT,
///     Kind::Count,
///     Temporal::Stock,
/// )
/// .unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "indicator beds is a count, and % counts no things: give a counter such as 人, 家 or 张",
/// );
/// # Ok::<(), yearbook::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "IndicatorForm", into = "IndicatorForm")]
pub struct Indicator {
    code: IndicatorCode,
    names: Names,
    unit: Unit,
    kind: Kind,
    temporal: Temporal,
    polarity: Polarity,
    numerator: Option<IndicatorCode>,
    denominator: Option<IndicatorCode>,
    bounds: Range,
    plausible: Range,
    succeeds: Option<IndicatorCode>,
}

impl Indicator {
    /// An indicator with the bounds of its kind, neutral, and with nothing said of its parts.
    ///
    /// # Errors
    /// [`Unit`](ErrorKind::Unit) if the unit does not go with the kind, [`Bounds`](ErrorKind::Bounds) if it
    /// counts since a day outside of the years 1 to 9999.
    pub fn new(
        code: IndicatorCode,
        names: Names,
        unit: Unit,
        kind: Kind,
        temporal: Temporal,
    ) -> Result<Self> {
        check_unit(&code, unit, kind)?;
        if let Temporal::Cumulative { since: Some(day) } = temporal {
            super::Period::day(day)?;
        }
        let bounds = match kind {
            Kind::Count => Range::new(Some(Decimal::ZERO), None)?,
            Kind::Share => Range::new(Some(Decimal::ZERO), Some(whole(unit)?))?,
            _ => Range::UNBOUNDED,
        };
        Ok(Self {
            code,
            names,
            unit,
            kind,
            temporal,
            polarity: Polarity::Neutral,
            numerator: None,
            denominator: None,
            bounds,
            plausible: Range::UNBOUNDED,
            succeeds: None,
        })
    }

    /// The same with the better end named.
    #[must_use]
    pub fn with_polarity(mut self, polarity: Polarity) -> Self {
        self.polarity = polarity;
        self
    }

    /// The same as a numerator over a denominator; either may be unknown.
    ///
    /// # Errors
    /// [`Structure`](ErrorKind::Structure) if one is the indicator itself or the kind has no parts
    /// (only shares, ratios and means do).
    pub fn with_parts(
        mut self,
        numerator: Option<IndicatorCode>,
        denominator: Option<IndicatorCode>,
    ) -> Result<Self> {
        let code = &self.code;
        let Some(part) = numerator.as_ref().or(denominator.as_ref()) else {
            return Ok(self);
        };
        if !matches!(self.kind, Kind::Share | Kind::Ratio | Kind::Mean) {
            return Err(Error::new(
                ErrorKind::Structure,
                format!(
                    "indicator {code} is {} and has no numerator or denominator, such as {part}: shares, ratios and means have",
                    article(self.kind)
                ),
            ));
        }
        if numerator.as_ref() == Some(code) || denominator.as_ref() == Some(code) {
            return Err(Error::new(
                ErrorKind::Structure,
                format!("indicator {code} is a part of itself"),
            ));
        }
        self.numerator = numerator;
        self.denominator = denominator;
        Ok(self)
    }

    /// The same with bounds for its level and target, in its unit.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) for a count or a share, whose kind gives the bounds.
    pub fn with_bounds(mut self, bounds: Range) -> Result<Self> {
        if matches!(self.kind, Kind::Count | Kind::Share)
            && !bounds.is_unbounded()
            && bounds != self.bounds
        {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!(
                    "indicator {} is {}, whose bounds are {}: {bounds} can only be a plausible range",
                    self.code,
                    article(self.kind),
                    self.bounds
                ),
            ));
        }
        if !matches!(self.kind, Kind::Count | Kind::Share) {
            self.bounds = bounds;
        }
        Ok(self)
    }

    /// The same with the range outside of which a level or a target is worth a second look, in its unit.
    #[must_use]
    pub fn with_plausible(mut self, plausible: Range) -> Self {
        self.plausible = plausible;
        self
    }

    /// The same as the successor of an indicator whose definition it changes.
    ///
    /// # Errors
    /// [`Structure`](ErrorKind::Structure) if it would succeed itself.
    pub fn with_predecessor(mut self, succeeds: IndicatorCode) -> Result<Self> {
        if succeeds == self.code {
            return Err(Error::new(
                ErrorKind::Structure,
                format!("indicator {succeeds} succeeds itself"),
            ));
        }
        self.succeeds = Some(succeeds);
        Ok(self)
    }

    /// Its code, with the version of its definition.
    pub fn code(&self) -> &IndicatorCode {
        &self.code
    }

    /// Its names.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The unit of its level and target. Figures keep the unit they were reported in.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How it lies in time.
    pub fn temporal(&self) -> Temporal {
        self.temporal
    }

    /// Which end is the better one.
    pub fn polarity(&self) -> Polarity {
        self.polarity
    }

    /// What is above the line.
    pub fn numerator(&self) -> Option<&IndicatorCode> {
        self.numerator.as_ref()
    }

    /// What is below the line.
    pub fn denominator(&self) -> Option<&IndicatorCode> {
        self.denominator.as_ref()
    }

    /// The bounds of its level and target, in its unit.
    pub fn bounds(&self) -> Range {
        self.bounds
    }

    /// The range outside of which a level or a target is worth a second look, in its unit.
    pub fn plausible(&self) -> Range {
        self.plausible
    }

    /// The indicator whose definition it changed.
    pub fn succeeds(&self) -> Option<&IndicatorCode> {
        self.succeeds.as_ref()
    }

    /// Whether its level may be below zero.
    pub fn may_be_negative(&self) -> bool {
        self.bounds.low().is_none_or(|low| low < Decimal::ZERO)
    }
}

/// 100 % in a unit of fractions: 100 for %, 1000 for ‰.
fn whole(unit: Unit) -> Result<Decimal> {
    Unit::PERCENT.convert_exact(Decimal::ONE_HUNDRED, unit)
}

fn article(kind: Kind) -> String {
    let article = if matches!(kind, Kind::Amount | Kind::Index) {
        "an"
    } else {
        "a"
    };
    format!("{article} {kind}")
}

fn check_unit(code: &IndicatorCode, unit: Unit, kind: Kind) -> Result<()> {
    let of_another_measure = unit.is_points() || unit == Unit::POSITION;
    let advice = match kind {
        _ if of_another_measure => {
            let measure = if unit.is_points() {
                "a change in points"
            } else {
                "a rank"
            };
            format!("{unit} is the unit of {measure}: give the unit of the level")
        }
        Kind::Count if !unit.is_counter() => {
            format!("{unit} counts no things: give a counter such as 人, 家 or 张")
        }
        Kind::Amount if unit.is_counter() => format!(
            "{unit} counts things: make it a count, or give a unit of money, mass, area, length or duration"
        ),
        Kind::Amount
            if unit.is_percent_like() || unit.ratio_parts().is_some() || unit == Unit::ONE =>
        {
            format!("{unit} does not add up: make it a share, a ratio, a mean or an index")
        }
        Kind::Share if !unit.is_percent_like() => {
            format!("{unit} is no part of a whole: give % or ‰")
        }
        Kind::Ratio if !unit.is_percent_like() && unit.ratio_parts().is_none() => {
            format!("{unit} is no ratio: give %, ‰ or one unit over another, such as 人/千人")
        }
        Kind::Index if unit != Unit::ONE => {
            format!("{unit} is a unit, and an index has none: give 1")
        }
        _ => return Ok(()),
    };
    Err(Error::new(
        ErrorKind::Unit,
        format!("indicator {code} is {}, and {advice}", article(kind)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> Unit {
        text.parse().unwrap()
    }

    fn indicator(unit_text: &str, kind: Kind) -> Result<Indicator> {
        Indicator::new(
            "x".parse().unwrap(),
            Names::zh("某指标").unwrap(),
            unit(unit_text),
            kind,
            Temporal::Flow,
        )
    }

    #[test]
    fn kinds_take_their_units_and_refuse_others() {
        for (kind, units) in [
            (Kind::Count, &["人", "家", "张", "剂次"][..]),
            (Kind::Amount, &["元", "亩", "吨", "公里", "分钟"]),
            (Kind::Share, &["%", "‰"]),
            (Kind::Ratio, &["%", "人/万人", "元/盒", "1/100000"]),
            (Kind::Mean, &["岁", "分钟", "元", "元/台", "人"]),
            (Kind::Index, &["1"]),
        ] {
            for unit in units {
                assert!(indicator(unit, kind).is_ok(), "{kind} {unit}");
            }
        }
        for (kind, unit, message) in [
            (
                Kind::Count,
                "%",
                "indicator x is a count, and % counts no things: give a counter such as 人, 家 or 张",
            ),
            (
                Kind::Amount,
                "人",
                "indicator x is an amount, and person counts things: make it a count, or give a unit of money, mass, area, length or duration",
            ),
            (
                Kind::Amount,
                "%",
                "indicator x is an amount, and % does not add up: make it a share, a ratio, a mean or an index",
            ),
            (
                Kind::Share,
                "人/千人",
                "indicator x is a share, and person/1000.person is no part of a whole: give % or ‰",
            ),
            (
                Kind::Ratio,
                "元",
                "indicator x is a ratio, and CNY is no ratio: give %, ‰ or one unit over another, such as 人/千人",
            ),
            (
                Kind::Mean,
                "个百分点",
                "indicator x is a mean, and pp is the unit of a change in points: give the unit of the level",
            ),
            (
                Kind::Count,
                "位",
                "indicator x is a count, and position is the unit of a rank: give the unit of the level",
            ),
            (
                Kind::Index,
                "元",
                "indicator x is an index, and CNY is a unit, and an index has none: give 1",
            ),
        ] {
            assert_eq!(indicator(unit, kind).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn bounds_come_from_the_kind_or_the_indicator() {
        assert_eq!(
            indicator("‰", Kind::Share).unwrap().bounds().to_string(),
            "[0, 1000]"
        );
        assert_eq!(
            indicator("人", Kind::Count).unwrap().bounds().to_string(),
            "[0, ∞)"
        );
        let range = Range::new(Some(Decimal::ZERO), Some(Decimal::from(120))).unwrap();
        let age = indicator("岁", Kind::Mean)
            .unwrap()
            .with_bounds(range)
            .unwrap();
        assert!(!age.may_be_negative());
        assert!(indicator("‰", Kind::Ratio).unwrap().may_be_negative());
        assert_eq!(
            indicator("%", Kind::Share)
                .unwrap()
                .with_bounds(range)
                .unwrap_err()
                .to_string(),
            "indicator x is a share, whose bounds are [0, 100]: [0, 120] can only be a plausible range"
        );
        assert_eq!(
            Range::new(Some(Decimal::ONE), Some(Decimal::ZERO))
                .unwrap_err()
                .to_string(),
            "bounds from 1 to 0 hold no number"
        );
    }

    #[test]
    fn parts_and_predecessors_are_other_indicators() {
        let code = |text: &str| text.parse::<IndicatorCode>().unwrap();
        assert_eq!(
            indicator("人", Kind::Count)
                .unwrap()
                .with_parts(None, Some(code("y")))
                .unwrap_err()
                .to_string(),
            "indicator x is a count and has no numerator or denominator, such as y: shares, ratios and means have"
        );
        assert_eq!(
            indicator("%", Kind::Share)
                .unwrap()
                .with_parts(Some(code("x")), None)
                .unwrap_err()
                .to_string(),
            "indicator x is a part of itself"
        );
        assert_eq!(
            indicator("%", Kind::Share)
                .unwrap()
                .with_predecessor(code("x"))
                .unwrap_err()
                .to_string(),
            "indicator x succeeds itself"
        );
    }

    #[test]
    fn json_goes_through_the_constructors() {
        let json = r#"{"code":"x@2","names":{"zh":"某指标"},"unit":"%","kind":"share","temporal":"cumulative(2020-12-01)","polarity":"higher","denominator":"y","bounds":{"low":"0","high":"100"},"succeeds":"x"}"#;
        let indicator: Indicator = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&indicator).unwrap(), json);
        let error = serde_json::from_str::<Indicator>(&json.replace("share", "count")).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("indicator x@2 is a count, and % counts no things"),
            "{error}"
        );
    }

    #[test]
    fn what_it_counts_since_is_a_day_that_can_be_read_again() {
        for day in [chrono::NaiveDate::MIN, chrono::NaiveDate::MAX] {
            let error = Indicator::new(
                "x".parse().unwrap(),
                Names::zh("某指标").unwrap(),
                Unit::PERSON,
                Kind::Count,
                Temporal::Cumulative { since: Some(day) },
            )
            .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Bounds);
        }
    }
}
