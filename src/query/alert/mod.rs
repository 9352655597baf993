//! Alerts: what is over a threshold, certainly or possibly, and where nobody can tell.
//!
//! An [`AlertRule`] names an indicator, places, a comparison and a threshold; [`Ask::alerts`] holds the figures of a
//! period against rules. A figure stands for all the true values that it allows, so the answer has four forms:
//! 超6万 is certainly at least 60 000; 近5000 is possibly over 4900; and a place without a figure is no data, never a no.

mod outlier;
mod rule;

use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;

pub use rule::{AlertRule, AlertScope, Comparison, Severity, Watch};

use super::Ask;
use super::answer::{Answer, Sign};
use super::name::{Label, When};
use super::show;
use super::subject::{Subject, Value};
use crate::catalogue::PlaceHandle;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Bound, Certainty, ChangeForm, Interval, Measure, Period, Place, Unit};
use crate::rules::{HeadingRules, unit_of};

/// What a rule comes to at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Too much, whatever the true value is.
    Certainly,
    /// Too much for some of the values that the figure allows.
    Possibly,
    /// Not too much, whatever the true value is.
    No,
    /// There is nothing to compare.
    NoData,
}

/// A rule held against the figure of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use]
pub struct Alert {
    rule: String,
    severity: Severity,
    outcome: Outcome,
    place: Place,
    period: Period,
    label: Label,
    comparison: Comparison,
    #[serde(serialize_with = "show::as_text")]
    threshold: Decimal,
    unit: Unit,
    answer: Answer,
    message: String,
}

impl Alert {
    /// The name of the rule.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// How bad it is, if it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What the rule comes to.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether it is too much, certainly or possibly.
    pub fn is_raised(&self) -> bool {
        matches!(self.outcome, Outcome::Certainly | Outcome::Possibly)
    }

    /// Where.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The period that was asked about.
    pub fn period(&self) -> Period {
        self.period
    }

    /// What was compared, with its cells.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// What to do.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// In Chinese.
    pub fn to_chinese(&self) -> String {
        let threshold = show::chinese(&self.threshold.normalize().to_string(), self.unit);
        let comparison = self.comparison.chinese();
        let value = self.answer.value_chinese(Sign::AsIs);
        let said = match self.outcome {
            Outcome::Certainly => format!("{value}，肯定{comparison}{threshold}"),
            Outcome::Possibly => format!("{value}，可能{comparison}{threshold}"),
            Outcome::No => format!("{value}，并非{comparison}{threshold}"),
            Outcome::NoData => "无数据".to_string(),
        };
        let message = if self.message.is_empty() { "" } else { "；" };
        format!(
            "{}·{}：{}：{said}{message}{}",
            self.severity.chinese(),
            self.rule,
            self.label.chinese(),
            self.message
        )
    }
}

/// `warning cost-limit: medical cost, Shishou, 2023: 10000.01 yuan is certainly over 10000 yuan; call the household`
impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let threshold = show::english(&self.threshold.normalize().to_string(), self.unit);
        let comparison = self.comparison.english();
        let value = self.answer.value_english(Sign::AsIs);
        write!(
            f,
            "{} {}: {}: ",
            self.severity,
            self.rule,
            self.label.english()
        )?;
        match self.outcome {
            Outcome::Certainly => write!(f, "{value} is certainly {comparison} {threshold}")?,
            Outcome::Possibly => write!(f, "{value} is possibly {comparison} {threshold}")?,
            Outcome::No => write!(f, "{value} is not {comparison} {threshold}")?,
            Outcome::NoData => f.write_str("no data")?,
        }
        if !self.message.is_empty() {
            write!(f, "; {}", self.message)?;
        }
        Ok(())
    }
}

/// What is compared at one place; no interval where there is nothing.
struct Watched {
    place: PlaceHandle,
    value: Option<Interval>,
    /// The printed number, if it has one.
    nominal: Option<Decimal>,
    cited: Vec<Value>,
}

impl Ask<'_> {
    /// Holds rules against the figures of a period: for each rule an alert for each place of its scope, also where
    /// all is well ([`is_raised`](Alert::is_raised) tells).
    ///
    /// # Errors
    /// What a rule names and the catalogue does not hold; [`Unit`](ErrorKind::Unit) for a threshold whose unit does not
    /// convert; [`Period`](ErrorKind::Period) and [`Measure`](ErrorKind::Measure) for a change that cannot be asked. Each
    /// names the rule.
    pub fn alerts<'r>(
        &self,
        rules: impl IntoIterator<Item = &'r AlertRule>,
        period: impl Into<When>,
    ) -> Result<Vec<Alert>> {
        let period = period.into().period()?;
        let mut alerts = Vec::new();
        for rule in rules {
            let held = self.held_against(rule, period).map_err(|error| {
                Error::new(
                    error.kind(),
                    format!("rule {}: {}", rule.name(), error.message()),
                )
                .with_source(error)
            })?;
            alerts.extend(held);
        }
        Ok(alerts)
    }

    fn held_against(&self, rule: &AlertRule, period: Period) -> Result<Vec<Alert>> {
        let mut heading = self.heading(rule.which())?;
        if let Watch::Stated(measure) = rule.watch() {
            heading.measure = measure.clone();
        }
        let subject = Subject::of(*self, heading)?;
        let places = match rule.scope() {
            AlertScope::Among(among) => self.places_among(among, period)?,
            AlertScope::All => subject
                .table
                .as_ref()
                .map(|table| table.places().collect())
                .unwrap_or_default(),
        };
        let (watched, unit) = match rule.watch() {
            Watch::Stated(_) => (stated(&subject, &places, period)?, subject.unit),
            Watch::Change(measure) => {
                let watched = self.changes(&subject, measure, &places, period)?;
                (watched, unit_of(subject.indicator, measure))
            }
            Watch::Outlier { digits } => (outliers(&subject, &places, period, *digits)?, Unit::ONE),
        };
        let threshold = match (rule.watch(), rule.unit()) {
            (Watch::Outlier { .. }, Some(unit)) => {
                return Err(Error::new(
                    ErrorKind::Unit,
                    format!("an outlier is measured by a score, which has no unit such as {unit}"),
                ));
            }
            (_, own) => own
                .unwrap_or(unit)
                .convert(&Interval::point(rule.threshold()), unit)?,
        };
        watched
            .into_iter()
            .map(|watched| alert(&subject, rule, period, &threshold, unit, watched))
            .collect()
    }

    fn changes(
        &self,
        subject: &Subject<'_>,
        measure: &Measure,
        places: &[PlaceHandle],
        period: Period,
    ) -> Result<Vec<Watched>> {
        let Measure::Change { form, base } = measure else {
            return Ok(Vec::new());
        };
        let heading = subject.heading.clone().measured(measure.clone());
        HeadingRules::of(subject.catalogue, &heading)?.check_period(period)?;
        let stated = Subject::of(*self, heading)?;
        let from = base.of(period).unwrap_or(period);
        let mut watched = Vec::with_capacity(places.len());
        for place in places {
            let earlier = subject.at(*place, from)?;
            let later = subject.at(*place, period)?;
            let known = earlier.missing.is_none() && later.missing.is_none();
            let reckoned = match known {
                true => change(*form, &earlier.interval, &later.interval, subject),
                false => None,
            };
            watched.push(match reckoned {
                Some(interval) => Watched {
                    place: *place,
                    value: Some(interval),
                    nominal: None,
                    cited: vec![later, earlier],
                },
                None => {
                    let own = stated.at(*place, period)?;
                    let there = own.missing.is_none();
                    Watched {
                        place: *place,
                        value: there.then_some(own.interval),
                        nominal: own.value,
                        cited: match there {
                            true => vec![own],
                            false => vec![later, earlier],
                        },
                    }
                }
            });
        }
        Ok(watched)
    }
}

fn stated(subject: &Subject<'_>, places: &[PlaceHandle], period: Period) -> Result<Vec<Watched>> {
    let watched = places.iter().map(|place| {
        let value = subject.at(*place, period)?;
        Ok(Watched {
            place: *place,
            value: value.missing.is_none().then_some(value.interval),
            nominal: value.value,
            cited: vec![value],
        })
    });
    watched.collect()
}

fn outliers(
    subject: &Subject<'_>,
    places: &[PlaceHandle],
    period: Period,
    digits: u32,
) -> Result<Vec<Watched>> {
    let mut watched = stated(subject, places, period)?;
    let known: Vec<Interval> = watched.iter().filter_map(|own| own.value).collect();
    let mut scores = outlier::scores(&known, digits)
        .unwrap_or_default()
        .into_iter();
    for own in &mut watched {
        own.nominal = None;
        own.value = match own.value {
            Some(_) => scores.next(),
            None => None,
        };
    }
    Ok(watched)
}

/// The change between two levels; `None` for a relative change from what may be zero or less.
fn change(
    form: ChangeForm,
    earlier: &Interval,
    later: &Interval,
    subject: &Subject<'_>,
) -> Option<Interval> {
    if form != ChangeForm::Relative {
        return Some(later.sub(earlier));
    }
    let positive = Interval::new(Bound::Open(Decimal::ZERO), Bound::Unbounded)?;
    let base = match subject.indicator.may_be_negative() {
        true => positive.encloses(earlier).then_some(*earlier),
        false => earlier.intersection(&positive),
    };
    let times = later.scale(Decimal::ONE_HUNDRED).div(&base?).ok()?;
    Some(times.sub(&Interval::point(Decimal::ONE_HUNDRED)))
}

fn alert(
    subject: &Subject<'_>,
    rule: &AlertRule,
    period: Period,
    threshold: &Interval,
    unit: Unit,
    watched: Watched,
) -> Result<Alert> {
    let outcome = match &watched.value {
        None => Outcome::NoData,
        Some(values) => match rule.comparison().judge(values, threshold) {
            Certainty::Certainly => Outcome::Certainly,
            Certainty::Possibly => Outcome::Possibly,
            Certainty::CertainlyNot => Outcome::No,
        },
    };
    let (heading, place) = (
        subject.label()?,
        Label::of_place(subject.catalogue, watched.place)?,
    );
    let what = match rule.watch() {
        Watch::Stated(_) => Label::new("", ""),
        Watch::Change(Measure::Change { form, .. }) => {
            Label::new(format!(", {form} change"), form.chinese())
        }
        Watch::Change(_) => Label::new(", change", "增减"),
        Watch::Outlier { .. } => Label::new(", distance from the others", "离群程度"),
    };
    let period_label = Label::of_period(period);
    let label = Label::new(
        format!(
            "{}{}, {}, {}",
            heading.english(),
            what.english(),
            place.english(),
            period_label.english()
        ),
        format!(
            "{}{}{}{}",
            place.chinese(),
            period_label.chinese(),
            heading.chinese(),
            what.chinese()
        ),
    );
    let values = watched.value.unwrap_or_else(Interval::everything);
    let mut answer = Answer::new(watched.nominal, values, unit);
    for value in watched.cited {
        answer = answer
            .using(value.cited)
            .flagged(value.flags)
            .lacking(value.missing);
    }
    Ok(Alert {
        rule: rule.name().to_string(),
        severity: rule.severity(),
        outcome,
        place: subject.catalogue.place_code(watched.place)?,
        period,
        label,
        comparison: rule.comparison(),
        threshold: rule.threshold(),
        unit: rule.unit().unwrap_or(unit),
        answer,
        message: rule.message().to_string(),
    })
}
