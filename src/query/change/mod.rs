//! Change: by how much, between two periods or since a base.

mod annual;
mod before;
mod kin;

use std::fmt;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::Serialize;

use super::Ask;
use super::answer::{Answer, Sign};
use super::cited::Flag;
use super::name::{Label, When, WhichHeading, WhichPlace};
use super::subject::{Subject, Value, nominal};
use crate::catalogue::PlaceHandle;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Base, Certainty, Interval, Kind, Measure, Period, Status, Temporal, Unit};
pub use before::Before;

/// By how much something changed from one period to a later one.
///
/// The difference of two percentages is in points, of anything else in its own unit; the relative change is in percent
/// of the earlier figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    heading: Label,
    place: Label,
    from: Period,
    to: Period,
    before: Answer,
    after: Answer,
    difference: Answer,
    relative: Option<Answer>,
    /// Why there is no relative change.
    #[serde(skip_serializing_if = "Option::is_none")]
    relative_refused: Option<String>,
    /// The half months between the two, if they are whole.
    #[serde(skip)]
    half_months: Option<u32>,
}

impl Change {
    /// The period of the earlier figure, as it is stated.
    pub fn from(&self) -> Period {
        self.from
    }

    /// The period of the later figure, as it is stated.
    pub fn to(&self) -> Period {
        self.to
    }

    /// The earlier figure.
    pub fn before(&self) -> &Answer {
        &self.before
    }

    /// The later figure.
    pub fn after(&self) -> &Answer {
        &self.after
    }

    /// The later less the earlier: in points for % and ‰, else in the unit of the indicator.
    pub fn difference(&self) -> &Answer {
        &self.difference
    }

    /// The difference in points, of something in % or ‰.
    ///
    /// # Errors
    /// [`Measure`](ErrorKind::Measure) for anything else.
    pub fn points(&self) -> Result<&Answer> {
        if self.difference.unit().is_points() {
            return Ok(&self.difference);
        }
        Err(Error::new(
            ErrorKind::Measure,
            format!(
                "{} is in {}, and only % and ‰ change by points: take the difference or the relative change",
                self.heading.english(),
                self.difference.unit()
            ),
        ))
    }

    /// The change in percent of the earlier figure.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) if that may be zero or less, [`Measure`](ErrorKind::Measure) for an index, which has no
    /// true zero.
    pub fn relative(&self) -> Result<&Answer> {
        self.relative.as_ref().ok_or_else(|| {
            let why = self.relative_refused.clone().unwrap_or_default();
            Error::new(ErrorKind::Bounds, why)
        })
    }

    /// The relative change a year, in percent, as if it had been the same each year, to so many digits after the
    /// point (20 at most); the interval is rounded outward to them. What is as of an end date is apart by those dates, what is
    /// of a stretch of time from the middle of the one to the middle of the other.
    ///
    /// # Errors
    /// As [`relative`](Self::relative); [`Period`](ErrorKind::Period) if the two are no whole months apart.
    pub fn annualised(&self, decimals: u32) -> Result<Answer> {
        let relative = self.relative()?;
        let half_months = self.half_months.ok_or_else(|| {
            Error::new(
                ErrorKind::Period,
                format!(
                    "from {} to {} are no whole months: a change a year needs ends that are whole months apart",
                    self.from, self.to
                ),
            )
        })?;
        annual::annualised(relative, half_months, decimals)
    }

    /// Whether it rose.
    pub fn rose(&self) -> Certainty {
        self.difference.over(Decimal::ZERO)
    }

    /// Whether it fell.
    pub fn fell(&self) -> Certainty {
        self.difference.under(Decimal::ZERO)
    }

    /// What to be careful about.
    pub fn flags(&self) -> &[Flag] {
        self.difference.flags()
    }

    /// In Chinese.
    pub fn to_chinese(&self) -> String {
        let relative = match &self.relative {
            Some(relative) => format!("，增幅{}", relative.value_chinese(Sign::Always)),
            None => String::new(),
        };
        let mut text = format!(
            "{}{}，{}至{}：由{}到{}，变化{}{relative}",
            self.place.chinese(),
            self.heading.chinese(),
            Label::of_period(self.from).chinese(),
            Label::of_period(self.to).chinese(),
            self.before.value_chinese(Sign::AsIs),
            self.after.value_chinese(Sign::AsIs),
            self.difference.value_chinese(Sign::Always),
        );
        self.difference.notes_chinese(&mut text);
        text
    }
}

/// `…, Zhuzhou, 2021 to 2024-01/2024-09: from 81.04%, … to 88.22%, …: +7.18 points, within [7.17, 7.19]; relative +8.86%, …`
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, {}, {} to {}: from {} to {}: {}",
            self.heading.english(),
            self.place.english(),
            self.from,
            self.to,
            self.before.value_english(Sign::AsIs),
            self.after.value_english(Sign::AsIs),
            self.difference.value_english(Sign::Always),
        )?;
        if let Some(relative) = &self.relative {
            write!(f, "; relative {}", relative.value_english(Sign::Always))?;
        }
        self.difference.notes_english(f)
    }
}

impl<'a> Ask<'a> {
    /// By how much a figure changed from one period to a later one.
    ///
    /// Where one of the two is only stated under an indicator that this one succeeds, or that succeeds this one, that
    /// figure is taken and the change of definition flagged.
    ///
    /// # Errors
    /// [`Period`](ErrorKind::Period) for flows over unequal lengths of time, cumulative figures since different days, and a
    /// period that does not end after the first; [`Measure`](ErrorKind::Measure) for the change of a change or of a
    /// rank.
    pub fn change(
        &self,
        heading: impl Into<WhichHeading>,
        place: impl Into<WhichPlace>,
        from: impl Into<When>,
        to: impl Into<When>,
    ) -> Result<Change> {
        let subject = self.subject(heading)?;
        let place = self.place(place)?;
        self.change_of(&subject, place, from.into().period()?, to.into().period()?)
    }

    /// By how much a figure of a period changed since its base: a year earlier, the period before, a fixed one.
    ///
    /// # Errors
    /// As [`change`](Self::change).
    pub fn change_since(
        &self,
        base: Base,
        heading: impl Into<WhichHeading>,
        place: impl Into<WhichPlace>,
        period: impl Into<When>,
    ) -> Result<Change> {
        let to = period.into().period()?;
        let from = base.of(to).ok_or_else(|| {
            Error::new(
                ErrorKind::Period,
                format!("{base} of {to} lies before the year 1"),
            )
        })?;
        self.change(heading, place, from, to)
    }

    fn change_of(
        &self,
        subject: &Subject<'a>,
        place: PlaceHandle,
        from: Period,
        to: Period,
    ) -> Result<Change> {
        let mut flags = comparable(subject, from, to)?;
        let mut before = self.at_or_predecessor(subject, place, from)?;
        let after = self.at_or_successor(subject, place, to)?;
        // A break is between a figure and those before it.
        before
            .flags
            .retain(|flag| !matches!(flag, Flag::SeriesBreak { .. }));
        flags.extend(before.flags.iter().chain(&after.flags).cloned());
        flags.extend(breaks_between(subject, place, from, to)?);
        let difference = Answer::new(
            nominal([after.value, before.value], |[after, before]| {
                after.checked_sub(before)
            }),
            after.interval.sub(&before.interval),
            subject.unit.points().unwrap_or(subject.unit),
        );
        let resting = |answer: Answer| {
            answer
                .using(before.cited.iter().chain(&after.cited).cloned())
                .lacking(before.missing.iter().chain(&after.missing).cloned())
                .flagged(flags.iter().cloned())
        };
        let (relative, relative_refused) = match relative(subject, &before, &after) {
            Ok(relative) => (Some(resting(relative)), None),
            Err(error) => (None, Some(error.message().to_string())),
        };
        Ok(Change {
            heading: subject.label()?,
            place: Label::of_place(subject.catalogue, place)?,
            from: before.period,
            to: after.period,
            difference: resting(difference),
            relative,
            relative_refused,
            half_months: half_months(subject, from, to),
            before: before.answer(subject.unit),
            after: after.answer(subject.unit),
        })
    }
}

fn relative(subject: &Subject<'_>, before: &Value, after: &Value) -> Result<Answer> {
    let code = subject.indicator.code();
    if subject.indicator.kind() == Kind::Index && subject.heading.measure == Measure::Level {
        return Err(Error::new(
            ErrorKind::Measure,
            format!(
                "{code} is an index, which has no true zero: it changes by a difference and by no percentage"
            ),
        ));
    }
    let zero = Interval::point(Decimal::ZERO);
    if before.interval.greater_than(&zero) != Certainty::Certainly {
        let what = match before.is_known() {
            true => format!(
                "{code} in {} lies in {}",
                before.period,
                super::show::interval(&before.interval)
            ),
            false => format!("{code} in {} is not known", before.period),
        };
        return Err(Error::new(
            ErrorKind::Bounds,
            format!("{what}: a relative change needs a base that is certainly above zero"),
        ));
    }
    let hundred = Decimal::ONE_HUNDRED;
    let value = nominal([after.value, before.value], |[after, before]| {
        after
            .checked_sub(before)?
            .checked_mul(hundred)?
            .checked_div(before)
    });
    // The later over the earlier, so that each true value counts once.
    let interval = after
        .interval
        .scale(hundred)
        .div(&before.interval)?
        .sub(&Interval::point(hundred));
    Ok(Answer::new(value, interval, Unit::PERCENT))
}

/// Whether figures of two periods compare, and what to be careful about if they do.
pub(super) fn comparable(subject: &Subject<'_>, from: Period, to: Period) -> Result<Vec<Flag>> {
    let code = subject.indicator.code();
    let fail = |kind, message| Err(Error::new(kind, message));
    if matches!(
        subject.heading.measure,
        Measure::Change { .. } | Measure::Rank { .. }
    ) {
        return fail(
            ErrorKind::Measure,
            format!(
                "{} is no quantity that changes: ask for the change of its level",
                subject.heading
            ),
        );
    }
    if from.last_day() >= to.last_day() {
        return fail(
            ErrorKind::Period,
            format!("{from} does not end before {to}: give the earlier period first"),
        );
    }
    let whole_span = matches!(subject.heading.measure, Measure::Level | Measure::Target);
    if subject.is_flow() && whole_span && !from.same_length(&to) {
        return fail(
            ErrorKind::Period,
            format!(
                "{code} is a flow, {from} has {} and {to} has {}: flows compare only over equal lengths of time",
                length(from),
                length(to)
            ),
        );
    }
    if subject.is_instant() {
        return Ok(Vec::new());
    }
    if matches!(subject.indicator.temporal(), Temporal::Cumulative { .. }) {
        if from.first_day() != to.first_day() {
            return fail(
                ErrorKind::Period,
                format!(
                    "{code} is cumulative, in {from} since {} and in {to} since {}: what counts from different days does not compare",
                    from.first_day(),
                    to.first_day()
                ),
            );
        }
        return Ok(Vec::new());
    }
    Ok(match from.same_length(&to) {
        true => Vec::new(),
        false => vec![Flag::LengthsDiffer { from, to }],
    })
}

fn length(period: Period) -> String {
    let (count, unit) = match period.months() {
        Some(months) => (months, "month"),
        None => (period.days(), "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// Figures between the two, or the later itself, that are stated not to compare with those before.
fn breaks_between(
    subject: &Subject<'_>,
    place: PlaceHandle,
    from: Period,
    to: Period,
) -> Result<Vec<Flag>> {
    let mut flags = Vec::new();
    let Some(table) = &subject.table else {
        return Ok(flags);
    };
    for cell in table.row(place)? {
        let (period, cell) = cell?;
        let between = from.last_day() < period.last_day() && period.last_day() <= to.last_day();
        if between && cell.status() == Some(Status::SeriesBreak) {
            flags.push(Flag::SeriesBreak {
                key: subject.key(place, period)?,
            });
        }
    }
    Ok(flags)
}

/// Twice the months from one period to another, if they are whole: between their ends, or between their middles.
fn half_months(subject: &Subject<'_>, from: Period, to: Period) -> Option<u32> {
    let ends = whole_months(from.last_day(), to.last_day())?;
    // What counts up from one day is as of its end.
    let since_start = matches!(subject.indicator.temporal(), Temporal::Cumulative { .. });
    let starts = match subject.is_instant() || since_start {
        true => ends,
        false => whole_months(from.first_day().pred_opt()?, to.first_day().pred_opt()?)?,
    };
    u32::try_from(starts.checked_add(ends)?)
        .ok()
        .filter(|half_months| *half_months > 0)
}

/// The months between two days, if they are whole: both end a month, or are the same day of one.
fn whole_months(from: NaiveDate, to: NaiveDate) -> Option<i64> {
    let ends_month = |day: NaiveDate| day.succ_opt().is_none_or(|next| next.day() == 1);
    let number = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month());
    let whole = (ends_month(from) && ends_month(to)) || from.day() == to.day();
    whole.then(|| number(to) - number(from))
}
