//! Collecting the parts: places, members of a dimension, stretches of time.

use super::super::Ask;
use super::super::cited::{Cited, Flag, Missing};
use super::super::derive::Quotient;
use super::super::name::{Label, When, WhichHeading, WhichPlace, find_dimension};
use super::super::subject::{Subject, Value};
use super::RollUp;
use super::terms::{Terms, Total};
use crate::catalogue::PlaceHandle;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Breakdown, Granularity, Heading, IndicatorCode, Measure, Period, Temporal};

/// At most this many places are named in a refusal.
const NAMED_MAX: usize = 3;

/// One part of a whole.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) place: PlaceHandle,
    pub(super) period: Period,
}

/// What the parts are parts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    Places,
    Members,
    Time,
}

/// What was found of the parts.
pub(super) struct Collected {
    pub(super) known: usize,
    pub(super) terms: Terms,
    pub(super) used: Vec<Cited>,
    pub(super) missing: Vec<Missing>,
    pub(super) flags: Vec<Flag>,
}

impl Collected {
    fn of(terms: Terms) -> Self {
        Self {
            known: 0,
            terms,
            used: Vec::new(),
            missing: Vec::new(),
            flags: Vec::new(),
        }
    }

    fn rest_on(&mut self, value: Value) {
        self.used.extend(value.cited);
        self.flags.extend(value.flags);
        self.missing.extend(value.missing);
    }
}

impl Part<'_> {
    fn value(&self) -> Result<Value> {
        self.subject.at(self.place, self.period)
    }
}

impl<'a> Ask<'a> {
    /// The members of a dimension taken together to the total, or to the member that the heading's breakdown names:
    /// first, second and third doses to all doses. Only members that are declared to be disjoint and to exhaust
    /// the whole are added; of several such sets, the one with most figures.
    ///
    /// # Errors
    /// [`Structure`](ErrorKind::Structure) if no such set is declared; and as [`roll_up`](Self::roll_up).
    pub fn roll_up_members(
        &self,
        heading: impl Into<WhichHeading>,
        dimension: &str,
        place: impl Into<WhichPlace>,
        period: impl Into<When>,
    ) -> Result<RollUp> {
        let whole = self.subject(heading)?;
        let place = self.place(place)?;
        let period = period.into().period()?;
        let dimension = find_dimension(whole.catalogue, dimension)?;
        let own = whole.heading.breakdown.member(dimension.code());
        let mut best: Option<(usize, Vec<Part<'a>>)> = None;
        for (parent, members) in dimension.partitions() {
            if parent != own {
                continue;
            }
            let mut parts = Vec::with_capacity(members.len());
            let mut known = 0;
            for member in members {
                let others = whole
                    .heading
                    .breakdown
                    .pairs()
                    .iter()
                    .filter(|(other, _)| other != dimension.code())
                    .cloned();
                let pair = (dimension.code().clone(), member.code.clone());
                let heading = whole
                    .heading
                    .clone()
                    .by(Breakdown::new(others.chain([pair]))?);
                let part = Part {
                    subject: Subject::of(*self, heading)?,
                    place,
                    period,
                };
                known += usize::from(part.value()?.is_known());
                parts.push(part);
            }
            if best.as_ref().is_none_or(|(most, _)| known > *most) {
                best = Some((known, parts));
            }
        }
        let Some((_, parts)) = best else {
            let of = own.map_or("the total".to_string(), ToString::to_string);
            return Err(Error::new(
                ErrorKind::Structure,
                format!(
                    "no members of dimension {} are declared to be disjoint and to exhaust {of}: name their partition in the catalogue",
                    dimension.code()
                ),
            ));
        };
        let names = Label::of(dimension.names());
        let at = Label::of_place(whole.catalogue, place)?;
        let over = Label::new(
            format!("{} in {}", names.english(), at.english()),
            format!("{}各{}", at.chinese(), names.chinese()),
        );
        self.rolled(&whole, over, period, &parts, Over::Members)
    }

    /// The months (or quarters, days …) of a period taken together. A stock, and what is cumulative since a day
    /// of its own, is what it was at the end.
    ///
    /// # Errors
    /// [`Period`](ErrorKind::Period) if the parts do not tile the period, for distinct units, which may come again each month,
    /// and for cumulative figures that count from the start of each period; and as [`roll_up`](Self::roll_up).
    pub fn roll_up_time(
        &self,
        heading: impl Into<WhichHeading>,
        place: impl Into<WhichPlace>,
        whole: impl Into<When>,
        parts: Granularity,
    ) -> Result<RollUp> {
        let subject = self.subject(heading)?;
        let place = self.place(place)?;
        let whole = whole.into().period()?;
        let code = subject.indicator.code();
        let refuse = |why: String| Err(Error::new(ErrorKind::Period, why));
        let mut periods: Vec<Period> = whole.parts(parts).collect();
        let Some(last) = periods.last().copied() else {
            return refuse(format!("no {parts}s tile {whole}"));
        };
        match subject.indicator.temporal() {
            Temporal::Flow => {}
            Temporal::Stock | Temporal::Cumulative { since: Some(_) } => periods = vec![last],
            Temporal::FlowDistinct if !subject.adds_over_places() => {}
            Temporal::FlowDistinct => {
                return refuse(format!(
                    "{code} counts distinct units, and the same may come again in each {parts}: it does not add up over time"
                ));
            }
            Temporal::Cumulative { since: None } => {
                return refuse(format!(
                    "{code} is cumulative since the start of each period: look up the one that ends on {}",
                    whole.last_day()
                ));
            }
        }
        let at = Label::of_place(subject.catalogue, place)?;
        let over = Label::new(
            format!("each {parts} of {whole} in {}", at.english()),
            format!("{}{}各期", at.chinese(), Label::of_period(whole).chinese()),
        );
        let parts: Vec<Part<'a>> = periods
            .into_iter()
            .map(|period| Part {
                subject: subject.clone(),
                place,
                period,
            })
            .collect();
        self.rolled(&subject, over, whole, &parts, Over::Time)
    }

    pub(super) fn collect(
        &self,
        subject: &Subject<'a>,
        parts: &[Part<'a>],
        how: Over,
        over: &Label,
    ) -> Result<Collected> {
        if !subject.adds_over_places() {
            return self.collect_ratio(subject, parts, how, over);
        }
        let overlapping =
            how == Over::Places && subject.indicator.temporal() == Temporal::FlowDistinct;
        let mut total = Total::new(subject.unit, overlapping);
        let mut collected = Collected::of(Terms::Sum(total));
        if overlapping {
            collected.flags.push(Flag::MayCountTwice);
        }
        for part in parts {
            let value = part.value()?;
            if value.is_known() {
                collected.known += 1;
                total = total.plus(&value.interval, value.value);
            }
            collected.rest_on(value);
        }
        collected.terms = Terms::Sum(total);
        Ok(collected)
    }

    /// Numerators and denominators, of the parts where both are known or follow.
    fn collect_ratio(
        &self,
        subject: &Subject<'a>,
        parts: &[Part<'a>],
        how: Over,
        over: &Label,
    ) -> Result<Collected> {
        let kind = subject.indicator.kind();
        let code = subject.indicator.code();
        let refuse = |why: String| {
            Err(Error::new(
                ErrorKind::Unknown,
                format!(
                    "{code} is a {kind} and is not averaged over {}: {why}",
                    over.english()
                ),
            ))
        };
        let Some(below_code) = subject.indicator.denominator() else {
            return refuse(
                "it needs a denominator, and the catalogue names none; add it to the indicator"
                    .to_string(),
            );
        };
        let level = |code: &IndicatorCode, part: &Part<'a>| {
            let heading = Heading {
                indicator: code.clone(),
                breakdown: part.subject.heading.breakdown.clone(),
                measure: Measure::Level,
            };
            Subject::of(*self, heading)
        };
        // The numerator is that of the level; a target has only its denominator.
        let above_code = subject
            .indicator
            .numerator()
            .filter(|_| subject.heading.measure == Measure::Level);
        let Some(first) = parts.first() else {
            return refuse("there is no part".to_string());
        };
        let mut below = level(below_code, first)?;
        let mut above = above_code.map(|code| level(code, first)).transpose()?;
        // A stock of people as the denominator of a year is not added up over its months.
        let adds = |part: &Subject<'_>| {
            part.adds_over_places()
                && (how != Over::Time || part.indicator.temporal() == Temporal::Flow)
        };
        let stuck = [Some(&below), above.as_ref()]
            .into_iter()
            .flatten()
            .find(|part| !adds(part));
        // The one part of a stock over time needs no sum.
        if let Some(stuck) = stuck.filter(|_| parts.len() > 1) {
            return refuse(format!("its part {} does not add up", stuck.heading));
        }
        // Without a numerator in the catalogue its unit is that of the share times the denominator.
        let above_unit = match (&above, subject.unit.ratio_parts()) {
            (Some(above), _) => above.unit,
            (None, Some((unit, _, _))) => unit,
            (None, None) if subject.unit.is_percent_like() => below.unit,
            (None, None) => subject.unit,
        };
        let quotient = Quotient::of(above_unit, below.unit, subject.unit)?;
        let distinct = |part: &Subject<'_>| {
            how == Over::Places && part.indicator.temporal() == Temporal::FlowDistinct
        };
        let mut denominator = Total::new(below.unit, distinct(&below));
        let mut numerator = Total::new(above_unit, above.as_ref().is_some_and(distinct));
        let mut collected = Collected::of(Terms::Ratio {
            numerator,
            denominator,
            quotient,
        });
        if distinct(&below) || above.as_ref().is_some_and(distinct) {
            collected.flags.push(Flag::MayCountTwice);
        }
        let mut lacking: Vec<Missing> = Vec::new();
        for part in parts {
            if below.heading.breakdown != part.subject.heading.breakdown {
                below = level(below_code, part)?;
                above = above_code.map(|code| level(code, part)).transpose()?;
            }
            let part_below = below.at(part.place, part.period)?;
            let part_above = match &above {
                Some(above) => Some(above.at(part.place, part.period)?),
                None => None,
            };
            let own = part.value()?;
            if let Some(missing) = &part_below.missing {
                lacking.push(missing.clone());
                collected.missing.push(missing.clone());
                continue;
            }
            if let Some(above) = part_above.filter(Value::is_known) {
                numerator = numerator.plus(&above.interval, above.value);
                collected.rest_on(above);
            } else if own.is_known() {
                let below = (&part_below.interval, denominator.unit());
                let above = quotient.numerator(&own.interval, below, above_unit)?;
                let value = own.value.zip(part_below.value).and_then(|(own, below)| {
                    let below = crate::model::Interval::point(below);
                    let own = crate::model::Interval::point(own);
                    let above = quotient.numerator(&own, (&below, denominator.unit()), above_unit);
                    super::super::derive::nearest(&above.ok()?)
                });
                numerator = numerator.plus(&above, value);
                collected.rest_on(own);
            } else {
                collected.missing.extend(own.missing);
                continue;
            }
            denominator = denominator.plus(&part_below.interval, part_below.value);
            collected.rest_on(part_below);
            collected.known += 1;
        }
        if collected.known == 0 {
            let Some(first) = lacking.first() else {
                return refuse("no part has a figure".to_string());
            };
            let names: Vec<String> = lacking
                .iter()
                .take(NAMED_MAX)
                .map(|missing| missing.key.place.to_string())
                .collect();
            let more = match lacking.len().checked_sub(NAMED_MAX) {
                Some(more) if more > 0 => format!(" and {more} more"),
                _ => String::new(),
            };
            return refuse(format!(
                "its denominator {} has no figure in {} for {}{more}; record it, as percentages have no sum",
                first.key.heading,
                first.key.period,
                names.join(", ")
            ));
        }
        collected.terms = Terms::Ratio {
            numerator,
            denominator,
            quotient,
        };
        Ok(collected)
    }
}
