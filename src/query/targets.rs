//! Targets: how much of one is done, what it must have been, and whether things are on track.

use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;

use super::Ask;
use super::answer::{Answer, Sign};
use super::change::comparable;
use super::derive::{certainly_positive, nearest, resting};
use super::name::{Label, When, WhichHeading, WhichPlace};
use super::subject::{Subject, nominal};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Certainty, Interval, Kind, Measure, Period, Polarity, Unit};

/// How a level is meant to come to its target.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Plan {
    /// Day by day alike, from the level at the end of one period to the target at the end of another.
    StraightLine {
        /// Where the line starts.
        from: When,
        /// The period that the target is for.
        to: When,
    },
    /// As much of the target of a period as days of it have passed: for what happens within the period.
    ElapsedShare {
        /// The period that the target is for.
        of: When,
    },
}

impl Plan {
    /// Day by day alike, from the level of one period to the target of another.
    pub fn straight_line(from: impl Into<When>, to: impl Into<When>) -> Self {
        Self::StraightLine {
            from: from.into(),
            to: to.into(),
        }
    }

    /// As much of the target of a period as days of it have passed.
    pub fn elapsed_share(of: impl Into<When>) -> Self {
        Self::ElapsedShare { of: of.into() }
    }
}

/// Whether a level is where its plan would have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OnTrack {
    heading: Label,
    place: Label,
    by: Period,
    verdict: Certainty,
    level: Answer,
    expected: Answer,
}

impl OnTrack {
    /// Whether the level is at least as good as expected.
    pub fn verdict(&self) -> Certainty {
        self.verdict
    }

    /// The level.
    pub fn level(&self) -> &Answer {
        &self.level
    }

    /// What the plan would have it be.
    pub fn expected(&self) -> &Answer {
        &self.expected
    }

    /// In Chinese.
    pub fn to_chinese(&self) -> String {
        let verdict = match self.verdict {
            Certainty::Certainly => "达到进度",
            Certainty::Possibly => "可能达到进度",
            Certainty::CertainlyNot => "未达进度",
        };
        let mut text = format!(
            "{}{}，{}：{verdict}；实际{}，应为{}",
            self.place.chinese(),
            self.heading.chinese(),
            Label::of_period(self.by).chinese(),
            self.level.value_chinese(Sign::AsIs),
            self.expected.value_chinese(Sign::AsIs)
        );
        self.expected.notes_chinese(&mut text);
        text
    }
}

/// `…, Liling, 2024-S1: certainly on track: 60 items where 50 items are due`
impl fmt::Display for OnTrack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, {}, {}: {} on track: {} where the plan has {}",
            self.heading.english(),
            self.place.english(),
            self.by,
            self.verdict,
            self.level.value_english(Sign::AsIs),
            self.expected.value_english(Sign::AsIs)
        )?;
        self.expected.notes_english(f)
    }
}

impl<'a> Ask<'a> {
    /// How much of its target a level is, in percent, from the two. What a report states of it is a figure of its
    /// own: `figure("… completion", …)`.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) for a target that may be zero.
    pub fn completion(
        &self,
        heading: impl Into<WhichHeading>,
        place: impl Into<WhichPlace>,
        period: impl Into<When>,
    ) -> Result<Answer> {
        let place = self.place(place)?;
        let period = period.into().period()?;
        let level = self.subject(heading)?.measured(*self, Measure::Level)?;
        let target = level.measured(*self, Measure::Target)?;
        let (done, due) = (level.at(place, period)?, target.at(place, period)?);
        let interval = if certainly_positive(&due.interval) {
            done.interval
                .scale(Decimal::ONE_HUNDRED)
                .div(&due.interval)?
        } else if due.is_known() {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!(
                    "the target of {} in {} lies in {} and may be zero: there is no completion of it",
                    level.indicator.code(),
                    due.period,
                    due.interval
                ),
            ));
        } else {
            Interval::everything()
        };
        let value = nominal([done.value, due.value], |[done, due]| {
            done.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(due)
        });
        Ok(resting(
            Answer::new(value, interval, Unit::PERCENT),
            [done, due],
        ))
    }

    /// The target that a level and a stated completion leave: 10 455 at over 330 % is a target of 3168 or fewer. What a
    /// report states of it is a figure of its own: `figure("… target", …)`.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) if the two leave no value.
    pub fn target(
        &self,
        heading: impl Into<WhichHeading>,
        place: impl Into<WhichPlace>,
        period: impl Into<When>,
    ) -> Result<Answer> {
        let place = self.place(place)?;
        let period = period.into().period()?;
        let level = self.subject(heading)?.measured(*self, Measure::Level)?;
        let completion = level.measured(*self, Measure::Completion)?;
        let (done, part) = (level.at(place, period)?, completion.at(place, period)?);
        let bounds = level.indicator.bounds().interval();
        let interval = match certainly_positive(&part.interval) {
            true => done
                .interval
                .scale(Decimal::ONE_HUNDRED)
                .div(&part.interval)?,
            // Nothing done of it: the target may be any.
            false => Interval::everything(),
        };
        let mut left = interval.intersection(&bounds);
        let mut value = nominal([done.value, part.value], |[done, part]| {
            done.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(part)
        });
        if level.indicator.kind() == Kind::Count {
            left = left.and_then(|left| left.whole());
            value = value.map(|value| value.round());
        }
        let left = left.ok_or_else(|| {
            Error::new(
                ErrorKind::Bounds,
                format!(
                    "the level and the completion of {} in {} put the target at {interval}, where none can be: they contradict each other",
                    level.indicator.code(),
                    done.period
                ),
            )
        })?;
        Ok(resting(Answer::new(value, left, level.unit), [done, part]))
    }

    /// Whether a level is on the way to its target, as a plan goes. The polarity of the indicator says which side is
    /// the good one.
    ///
    /// # Errors
    /// [`Measure`](ErrorKind::Measure) for an indicator without a better end, and for the elapsed share of anything but a flow;
    /// [`Period`](ErrorKind::Period) for periods that do not go together.
    pub fn on_track(
        &self,
        heading: impl Into<WhichHeading>,
        place: impl Into<WhichPlace>,
        by: impl Into<When>,
        plan: &Plan,
    ) -> Result<OnTrack> {
        let place = self.place(place)?;
        let by = by.into().period()?;
        let subject = self.subject(heading)?.measured(*self, Measure::Level)?;
        let target = subject.measured(*self, Measure::Target)?;
        let level = subject.at(place, by)?;
        let expected = match plan {
            Plan::StraightLine { from, to } => {
                let (from, to) = (from.period()?, to.period()?);
                let mut flags = comparable(&subject, from, by)?;
                flags.extend(comparable(&subject, from, to)?);
                let (start, due) = (subject.at(place, from)?, target.at(place, to)?);
                let whole = days(from, to);
                let gone = days(from, by);
                if gone > whole {
                    return Err(outside(by, to));
                }
                let left = whole.checked_sub(gone).unwrap_or_default();
                let interval = start
                    .interval
                    .scale(left)
                    .add(&due.interval.scale(gone))
                    .div(&Interval::point(whole))?;
                let value = nominal([start.value, due.value], |[start, due]| {
                    let sum = start
                        .checked_mul(left)?
                        .checked_add(due.checked_mul(gone)?)?;
                    sum.checked_div(whole)
                });
                resting(Answer::new(value, interval, subject.unit), [start, due]).flagged(flags)
            }
            Plan::ElapsedShare { of } => {
                let of = of.period()?;
                elapses(&subject)?;
                if by.first_day() != of.first_day() || !of.contains(&by) {
                    return Err(outside(by, of));
                }
                let due = target.at(place, of)?;
                let (gone, whole) = (Decimal::from(by.days()), Decimal::from(of.days()));
                let share = |due: &Interval| due.scale(gone).div(&Interval::point(whole));
                let value = match due.value {
                    Some(due) => nearest(&share(&Interval::point(due))?),
                    None => None,
                };
                let interval = share(&due.interval)?;
                resting(Answer::new(value, interval, subject.unit), [due])
            }
        };
        let verdict = match subject.indicator.polarity() {
            Polarity::Higher => level.interval.at_least(expected.interval()),
            Polarity::Lower => level.interval.at_most(expected.interval()),
            _ => {
                return Err(Error::new(
                    ErrorKind::Measure,
                    format!(
                        "{} says of neither end that it is the better one: give it a polarity",
                        subject.indicator.code()
                    ),
                ));
            }
        };
        Ok(OnTrack {
            heading: subject.label()?,
            place: Label::of_place(subject.catalogue, place)?,
            by,
            verdict,
            level: level.answer(subject.unit),
            expected,
        })
    }
}

/// The days from the end of one period to the end of another.
fn days(from: Period, to: Period) -> Decimal {
    Decimal::from((to.last_day() - from.last_day()).num_days())
}

fn elapses(subject: &Subject<'_>) -> Result<()> {
    if subject.is_flow() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Measure,
        format!(
            "{} does not begin each period at zero: take a straight line from an earlier level",
            subject.indicator.code()
        ),
    ))
}

fn outside(by: Period, of: Period) -> Error {
    Error::new(
        ErrorKind::Period,
        format!("{by} is no part of {of} from its start: give one that is"),
    )
}
