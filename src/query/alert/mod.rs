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
use super::subject::Subject;
use crate::catalogue::PlaceHandle;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Certainty, ChangeForm, Interval, Measure, Period, Place, Unit};
use crate::rules::unit_of;

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
        let mut text = format!(
            "{}·{}：{}：{said}",
            self.severity.chinese(),
            self.rule,
            self.label.chinese(),
        );
        self.answer.notes_chinese(&mut text);
        if self.is_raised() && !self.message.is_empty() {
            text.push('；');
            text.push_str(&self.message);
        }
        text
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
        self.answer.notes_english(f)?;
        if self.is_raised() && !self.message.is_empty() {
            write!(f, "; {}", self.message)?;
        }
        Ok(())
    }
}

/// What is compared at one place.
struct Watched {
    place: PlaceHandle,
    /// Whether there is anything to compare.
    known: bool,
    answer: Answer,
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
        let stated = Subject::of(*self, subject.heading.clone().measured(measure.clone()))?;
        let from = base.of(period).unwrap_or(period);
        let mut watched = Vec::with_capacity(places.len());
        for place in places {
            let change = self.change(&subject.heading, *place, from, period)?;
            let reckoned = match form {
                ChangeForm::Relative => change.relative().ok(),
                _ => Some(change.difference()),
            };
            let own = match reckoned.filter(|reckoned| reckoned.is_known()) {
                Some(reckoned) => Watched {
                    place: *place,
                    known: true,
                    answer: reckoned.clone(),
                },
                None => {
                    let own = stated.at(*place, period)?;
                    Watched {
                        place: *place,
                        known: own.is_known(),
                        answer: match own.is_known() {
                            true => own.answer(stated.unit),
                            // What is missing is the levels: hardly anybody states a change without them.
                            false => change.difference().clone(),
                        },
                    }
                }
            };
            watched.push(own);
        }
        Ok(watched)
    }
}

fn stated(subject: &Subject<'_>, places: &[PlaceHandle], period: Period) -> Result<Vec<Watched>> {
    let watched = places.iter().map(|place| {
        let value = subject.at(*place, period)?;
        Ok(Watched {
            place: *place,
            known: value.is_known(),
            answer: value.answer(subject.unit),
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
    let known = watched.iter().filter(|own| own.known);
    let known: Vec<Interval> = known.map(|own| *own.answer.interval()).collect();
    let scores = outlier::scores(&known, digits).unwrap_or_default();
    let mut scores = scores.into_iter();
    for own in &mut watched {
        let score = match own.known {
            true => scores.next(),
            false => None,
        };
        own.known = score.is_some();
        own.answer = Answer::new(None, score.unwrap_or_else(Interval::everything), Unit::ONE)
            .using(own.answer.used().iter().cloned())
            .flagged(own.answer.flags().iter().cloned())
            .lacking(own.answer.missing().iter().cloned());
    }
    Ok(watched)
}

fn alert(
    subject: &Subject<'_>,
    rule: &AlertRule,
    period: Period,
    threshold: &Interval,
    unit: Unit,
    watched: Watched,
) -> Result<Alert> {
    let judged = rule
        .comparison()
        .judge(watched.answer.interval(), threshold);
    let outcome = match judged {
        _ if !watched.known => Outcome::NoData,
        Certainty::Certainly => Outcome::Certainly,
        Certainty::Possibly => Outcome::Possibly,
        Certainty::CertainlyNot => Outcome::No,
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
        answer: watched.answer,
        message: rule.message().to_string(),
    })
}
