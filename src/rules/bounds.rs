//! Bounds and units of the measures.

use rust_decimal::Decimal;

use super::Warning;
use super::heading::unit_of;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    Certainty, ChangeForm, Figure, Indicator, Interval, Kind, Measure, Qualifier, Range, Unit,
};

/// The true values that a figure allows, in the unit of its measure.
///
/// The figure's interval, converted to the unit of the measure (the indicator's, %, points, 位),
/// clipped to the bounds of measure and kind, and for counts and ranks tightened inward to whole
/// numbers.
///
/// # Errors
/// [`Unit`](ErrorKind::Unit) if the unit does not convert, [`Bounds`](ErrorKind::Bounds) if no true
/// value remains.
///
/// ```
/// use yearbook::model::{Indicator, Kind, Measure, Names, Temporal, Unit};
/// use yearbook::rules::true_values;
///
/// let doses = Indicator::new(
///     "doses".parse()?,
///     Names::zh("新冠疫苗累计接种剂次")?,
///     Unit::DOSE_GIVEN,
///     Kind::Count,
///     Temporal::Cumulative { since: None },
/// )?;
/// // 730多万剂次
/// let values = true_values(&doses, &Measure::Level, &"730e4+".parse()?, Unit::DOSE_GIVEN)?;
/// assert_eq!(values.to_string(), "[7300001, 7399999]");
/// # Ok::<(), yearbook::Error>(())
/// ```
pub fn true_values(
    indicator: &Indicator,
    measure: &Measure,
    figure: &Figure,
    unit: Unit,
) -> Result<Interval> {
    let target = unit_of(indicator, measure);
    let converted = unit.convert(&figure.interval(), target).map_err(|error| {
        if error.kind() != ErrorKind::Unit {
            return error;
        }
        Error::new(
            ErrorKind::Unit,
            format!(
                "{} of {} is in {target}, not in {unit}: {}",
                noun(measure),
                indicator.code(),
                error.message()
            ),
        )
        .with_source(error)
    })?;
    let bounds = bounds_of(indicator, measure, target)?;
    let clipped = converted
        .intersection(&bounds.interval())
        .ok_or_else(|| outside(indicator, measure, figure, unit, &converted, bounds))?;
    if !is_whole(indicator, measure) {
        return Ok(clipped);
    }
    clipped.whole().ok_or_else(|| {
        let why = match measure {
            Measure::Rank { .. } => "ranks are 1, 2, 3 and so on".to_string(),
            _ => format!("{} counts things one by one", indicator.code()),
        };
        Error::new(
            ErrorKind::Bounds,
            format!(
                "{} {} is no whole number: {why}",
                subject(indicator, measure),
                shown(figure, unit),
            ),
        )
    })
}

/// A warning if a level or a target certainly lies outside of the plausible range.
pub(super) fn implausible(
    indicator: &Indicator,
    measure: &Measure,
    values: &Interval,
) -> Option<Warning> {
    let plausible = indicator.plausible();
    if !matches!(measure, Measure::Level | Measure::Target)
        || values.overlaps(&plausible.interval())
    {
        return None;
    }
    Some(Warning {
        message: format!(
            "{measure} of {} in {values} {} lies outside of its plausible range {plausible}: check the figure and its unit",
            indicator.code(),
            indicator.unit(),
        ),
    })
}

/// Whether a measure takes whole numbers only.
fn is_whole(indicator: &Indicator, measure: &Measure) -> bool {
    match measure {
        Measure::Rank { .. } => true,
        Measure::Level
        | Measure::Target
        | Measure::Change {
            form: ChangeForm::Absolute,
            ..
        } => indicator.kind() == Kind::Count,
        _ => false,
    }
}

fn bounds_of(indicator: &Indicator, measure: &Measure, target: Unit) -> Result<Range> {
    let from = |low: i64| Range::new(Some(Decimal::from(low)), None);
    match measure {
        Measure::Level | Measure::Target => Ok(indicator.bounds()),
        Measure::Completion => from(0),
        Measure::Change {
            form: ChangeForm::Relative,
            ..
        } if !indicator.may_be_negative() => from(-100),
        Measure::Change {
            form: ChangeForm::Points,
            ..
        } if indicator.kind() == Kind::Share => {
            let whole = Unit::PERCENTAGE_POINT.convert_exact(Decimal::ONE_HUNDRED, target)?;
            Range::new(Some(-whole), Some(whole))
        }
        Measure::Rank { .. } => from(1),
        _ => Ok(Range::UNBOUNDED),
    }
}

/// `share 117.2% is over 100%: inpatient_share is a part of a whole; record a completion if …`
fn outside(
    indicator: &Indicator,
    measure: &Measure,
    figure: &Figure,
    unit: Unit,
    converted: &Interval,
    bounds: Range,
) -> Error {
    let below = bounds
        .low()
        .is_some_and(|low| converted.less_than(&Interval::point(low)) == Certainty::Certainly);
    let target = unit_of(indicator, measure);
    let bound = if below { bounds.low() } else { bounds.high() };
    let bound = bound.map_or(String::new(), |bound| match target {
        Unit::PERCENT | Unit::PERMILLE => amount(&bound.to_string(), target),
        _ => bound.to_string(),
    });
    let side = if below { "under" } else { "over" };
    let code = indicator.code();
    let why = match measure {
        Measure::Level | Measure::Target => match indicator.kind() {
            Kind::Share if below => format!("{code} is a part of a whole"),
            Kind::Share => format!(
                "{code} is a part of a whole; record a completion if it may exceed its target"
            ),
            Kind::Count => format!("{code} counts things one by one"),
            _ => format!("{code} has bounds of its own"),
        },
        Measure::Completion => {
            "a completion compares a level with its target, and both are above zero".to_string()
        }
        Measure::Change {
            form: ChangeForm::Relative,
            ..
        } => {
            format!("{code} cannot be negative, so it cannot fall by more than all of it")
        }
        Measure::Change { .. } => {
            format!("{code} is a share, and lies between 0 and 100% before and after")
        }
        Measure::Rank { .. } => "the first of all is rank 1".to_string(),
    };
    Error::new(
        ErrorKind::Bounds,
        format!(
            "{} {} is {side} {bound}: {why}",
            subject(indicator, measure),
            shown(figure, unit)
        ),
    )
}

/// What is said to be out of bounds: the kind for a level, else the measure.
fn subject(indicator: &Indicator, measure: &Measure) -> String {
    match measure {
        Measure::Level => indicator.kind().to_string(),
        _ => noun(measure).to_string(),
    }
}

fn noun(measure: &Measure) -> &'static str {
    match measure {
        Measure::Level => "level",
        Measure::Target => "target",
        Measure::Completion => "completion",
        Measure::Change {
            form: ChangeForm::Absolute,
            ..
        } => "absolute change",
        Measure::Change {
            form: ChangeForm::Relative,
            ..
        } => "relative change",
        Measure::Change {
            form: ChangeForm::Points,
            ..
        } => "change in points",
        Measure::Rank { .. } => "rank",
    }
}

/// A figure in words, with its unit: `117.2%`, `over 100%`, `2.5 institutions`.
fn shown(figure: &Figure, unit: Unit) -> String {
    let word = figure.qualifier().word();
    let value = figure.value();
    match (figure.upper(), figure.qualifier()) {
        (Some((upper, _)), _) => amount(&format!("{value} to {upper}"), unit),
        (None, Qualifier::None) => amount(&value.to_string(), unit),
        (None, Qualifier::Odd) => amount(&format!("{value} {word}"), unit),
        _ => format!("{word} {}", amount(&value.to_string(), unit)),
    }
}

fn amount(number: &str, unit: Unit) -> String {
    match unit {
        Unit::PERCENT => format!("{number}%"),
        Unit::PERMILLE => format!("{number}‰"),
        Unit::ONE | Unit::POSITION => number.to_string(),
        _ if unit.is_points() => format!("{number} points"),
        _ => format!("{number} {}", unit.to_english()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Names, Temporal};

    fn indicator(kind: Kind, unit: &str) -> Indicator {
        Indicator::new(
            "x".parse().unwrap(),
            Names::zh("某指标").unwrap(),
            unit.parse().unwrap(),
            kind,
            Temporal::Flow,
        )
        .unwrap()
    }

    fn values(
        kind: Kind,
        unit: &str,
        measure: &str,
        figure: &str,
        reported: &str,
    ) -> Result<String> {
        let values = true_values(
            &indicator(kind, unit),
            &measure.parse().unwrap(),
            &figure.parse().unwrap(),
            reported.parse().unwrap(),
        )?;
        Ok(values.to_string())
    }

    #[test]
    fn bounds_clip_and_counts_tighten() {
        for (kind, unit, measure, figure, reported, expected) in [
            (Kind::Share, "%", "level", "100e0", "%", "[99.5, 100]"),
            (Kind::Share, "%", "level", "0.0", "%", "[0, 0.05]"),
            (Kind::Share, "%", "level", ">=93e0", "%", "[93, 100]"),
            (Kind::Share, "%", "level", "<1e0", "%", "[0, 1)"),
            (Kind::Share, "%", "level", ">=100e0", "%", "[100, 100]"),
            (Kind::Share, "%", "level", "4.5", "‰", "[0.445, 0.455]"),
            (Kind::Share, "‰", "level", "100e0", "%", "[995, 1000]"),
            (Kind::Count, "人", "level", "0", "人", "[0, 0]"),
            (Kind::Count, "人", "level", "47e4", "人", "[465000, 475000]"),
            (Kind::Count, "人", "level", ">6e4", "人", "[60001, ∞)"),
            (Kind::Count, "人", "level", "<3", "人", "[0, 2]"),
            (
                Kind::Count,
                "人",
                "change_absolute(previous)",
                "-120",
                "人",
                "[-120, -120]",
            ),
            (Kind::Count, "人", "completion", ">330e0", "%", "(330, ∞)"),
            (Kind::Count, "人", "completion", "0e0", "%", "[0, 0.5]"),
            (
                Kind::Count,
                "人",
                "change_relative(previous)",
                "-100.0",
                "%",
                "[-100, -99.95]",
            ),
            (
                Kind::Ratio,
                "‰",
                "change_relative(previous)",
                "-250e0",
                "%",
                "[-250.5, -249.5]",
            ),
            (
                Kind::Share,
                "%",
                "change_points(2021)",
                "9e0",
                "个百分点",
                "[8.5, 9.5]",
            ),
            (
                Kind::Share,
                "%",
                "change_points(2021)",
                "-100e0",
                "个百分点",
                "[-100, -99.5]",
            ),
            (Kind::Count, "人", "rank(430000)", "1", "位", "[1, 1]"),
            (Kind::Amount, "元", "level", "-3e0", "元", "[-3.5, -2.5]"),
            (Kind::Mean, "分钟", "level", "<=10e0", "分钟", "(-∞, 10]"),
        ] {
            assert_eq!(
                values(kind, unit, measure, figure, reported).unwrap(),
                expected,
                "{kind} {measure} {figure}"
            );
        }
    }

    #[test]
    fn what_cannot_be_true_is_refused() {
        for (kind, unit, measure, figure, reported, message) in [
            (
                Kind::Share,
                "%",
                "level",
                "117.2",
                "%",
                "share 117.2% is over 100%: x is a part of a whole; record a completion if it may exceed its target",
            ),
            (
                Kind::Share,
                "%",
                "level",
                ">100e0",
                "%",
                "share over 100% is over 100%: x is a part of a whole; record a completion if it may exceed its target",
            ),
            (
                Kind::Share,
                "%",
                "target",
                "101e0",
                "%",
                "target 101% is over 100%: x is a part of a whole; record a completion if it may exceed its target",
            ),
            (
                Kind::Share,
                "%",
                "level",
                "-0.1",
                "%",
                "share -0.1% is under 0%: x is a part of a whole",
            ),
            (
                Kind::Count,
                "人",
                "level",
                "-1",
                "人",
                "count -1 people is under 0: x counts things one by one",
            ),
            (
                Kind::Count,
                "家",
                "level",
                "2.5",
                "家",
                "count 2.5 institutions is no whole number: x counts things one by one",
            ),
            (
                Kind::Count,
                "人",
                "completion",
                "-1e0",
                "%",
                "completion -1% is under 0%: a completion compares a level with its target, and both are above zero",
            ),
            (
                Kind::Count,
                "人",
                "change_relative(previous)",
                "-100.1",
                "%",
                "relative change -100.1% is under -100%: x cannot be negative, so it cannot fall by more than all of it",
            ),
            (
                Kind::Share,
                "%",
                "change_points(2021)",
                "100.1",
                "个百分点",
                "change in points 100.1 points is over 100: x is a share, and lies between 0 and 100% before and after",
            ),
            (
                Kind::Count,
                "人",
                "rank(430000)",
                "0",
                "位",
                "rank 0 is under 1: the first of all is rank 1",
            ),
            (
                Kind::Count,
                "人",
                "rank(430000)",
                "1.5",
                "位",
                "rank 1.5 is no whole number: ranks are 1, 2, 3 and so on",
            ),
        ] {
            let error = values(kind, unit, measure, figure, reported).unwrap_err();
            assert_eq!(error.to_string(), message);
            assert_eq!(error.kind(), ErrorKind::Bounds);
        }
    }

    #[test]
    fn units_of_another_measure_are_refused() {
        for (measure, figure, reported, start) in [
            (
                "level",
                "9e0",
                "个百分点",
                "level of x is in %, not in pp: ",
            ),
            (
                "change_points(2021)",
                "9e0",
                "%",
                "change in points of x is in pp, not in %: ",
            ),
            (
                "completion",
                "9e0",
                "个百分点",
                "completion of x is in %, not in pp: ",
            ),
            (
                "change_relative(2021)",
                "9",
                "人",
                "relative change of x is in %, not in person: ",
            ),
            (
                "rank(430000)",
                "1",
                "个",
                "rank of x is in position, not in item: ",
            ),
        ] {
            let error = values(Kind::Share, "%", measure, figure, reported).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unit);
            assert!(error.to_string().starts_with(start), "{error}");
        }
    }

    #[test]
    fn the_implausible_is_worth_a_second_look() {
        let range = Range::new(Some(Decimal::from(60)), Some(Decimal::from(90))).unwrap();
        let age = indicator(Kind::Mean, "岁").with_plausible(range);
        let warn = |figure: &str, measure: &str| {
            let measure: Measure = measure.parse().unwrap();
            let values = true_values(&age, &measure, &figure.parse().unwrap(), age.unit()).unwrap();
            implausible(&age, &measure, &values).map(|warning| warning.to_string())
        };
        assert_eq!(warn("79e0", "level"), None);
        assert_eq!(warn("90e0", "level"), None);
        assert_eq!(
            warn("790e0", "level").unwrap(),
            "level of x in [789.5, 790.5] year_of_age lies outside of its plausible range [60, 90]: check the figure and its unit"
        );
        assert_eq!(warn("790e0", "change_absolute(previous)"), None);
    }
}
