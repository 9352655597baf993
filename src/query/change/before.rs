//! What a stated change says about its base: 35.78 % after a rise by 9 points was about 26.78 %.

use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;

use super::super::Ask;
use super::super::answer::{Answer, Sign};
use super::super::name::{Label, When, WhichHeading, WhichPlace};
use super::super::subject::{Subject, nominal};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Bound, ChangeForm, Heading, Interval, Kind, Measure, Period};

/// What the level was before a change that is stated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Before {
    heading: Label,
    place: Label,
    period: Period,
    answer: Answer,
}

impl Before {
    /// The period that the change is measured from.
    pub fn period(&self) -> Period {
        self.period
    }

    /// What the level was then.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// In Chinese.
    pub fn to_chinese(&self) -> String {
        format!(
            "{}{}{}：推算为{}",
            self.place.chinese(),
            Label::of_period(self.period).chinese(),
            self.heading.chinese(),
            self.answer.to_chinese()
        )
    }
}

/// `…, Shishou, 2021, by the change since: 26.78%, within [26.275, 27.285]`
impl fmt::Display for Before {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, {}, {}, by the change since: {}",
            self.heading.english(),
            self.place.english(),
            self.period,
            self.answer.value_english(Sign::AsIs)
        )?;
        self.answer.notes_english(f)
    }
}

impl<'a> Ask<'a> {
    /// What the level was before a change that a report states beside the level of a period.
    ///
    /// The heading may name the change (`health_literacy change_points(2021)`); if it names the level, the book must
    /// state just one change of it.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) if no change is stated, [`Ambiguous`](ErrorKind::Ambiguous) naming several.
    pub fn before(
        &self,
        heading: impl Into<WhichHeading>,
        place: impl Into<WhichPlace>,
        period: impl Into<When>,
    ) -> Result<Before> {
        let place = self.place(place)?;
        let period = period.into().period()?;
        let heading = self.stated_change(self.heading(heading)?, |change| {
            Ok(change.at(place, period)?.is_known())
        })?;
        let change = Subject::of(*self, heading)?;
        let Measure::Change { form, base } = &change.heading.measure else {
            return Err(no_change(&change.heading));
        };
        let base_period = base.of(period).ok_or_else(|| {
            Error::new(
                ErrorKind::Period,
                format!("{base} of {period} lies before the year 1"),
            )
        })?;
        let level = change.measured(*self, Measure::Level)?;
        let (after, by) = (level.at(place, period)?, change.at(place, period)?);
        let hundred = Decimal::ONE_HUNDRED;
        let (value, interval) = match form {
            ChangeForm::Relative => {
                // The level is the base times one and the change; what fell by all of it was anything.
                let growth = by.interval.add(&Interval::point(hundred));
                let value = nominal([after.value, by.value], |[after, by]| {
                    after
                        .checked_mul(hundred)?
                        .checked_div(by.checked_add(hundred)?)
                });
                let interval = match growth.contains(Decimal::ZERO) {
                    true => Interval::everything(),
                    false => after.interval.scale(hundred).div(&growth)?,
                };
                (value, interval)
            }
            _ => {
                let value = nominal([after.value, by.value], |[after, by]| after.checked_sub(by));
                (value, after.interval.sub(&by.interval))
            }
        };
        let mut interval = interval
            .intersection(&level.indicator.bounds().interval())
            .ok_or_else(|| contradiction(&change, period, base_period))?;
        let mut value = value;
        if level.indicator.kind() == Kind::Count {
            interval = interval
                .whole()
                .ok_or_else(|| contradiction(&change, period, base_period))?;
            value = value.map(|value| value.round());
        }
        if let (Bound::Unbounded, Bound::Unbounded) = (interval.low(), interval.high()) {
            value = None;
        }
        Ok(Before {
            heading: level.label()?,
            place: Label::of_place(level.catalogue, place)?,
            period: base_period,
            answer: Answer::new(value, interval, level.unit)
                .using(after.cited.into_iter().chain(by.cited))
                .lacking(after.missing.into_iter().chain(by.missing))
                .flagged(after.flags.into_iter().chain(by.flags)),
        })
    }

    /// The heading of the one change that is stated of a level.
    fn stated_change(
        &self,
        heading: Heading,
        is_stated: impl Fn(&Subject<'a>) -> Result<bool>,
    ) -> Result<Heading> {
        if matches!(heading.measure, Measure::Change { .. }) {
            return Ok(heading);
        }
        let mut stated = Vec::new();
        for own in self.book.headings() {
            let same = own.indicator == heading.indicator && own.breakdown == heading.breakdown;
            if same
                && matches!(own.measure, Measure::Change { .. })
                && is_stated(&Subject::of(*self, own.clone())?)?
            {
                stated.push(own.clone());
            }
        }
        match stated.as_slice() {
            [only] => Ok(only.clone()),
            [] => Err(no_change(&heading)),
            several => {
                let all: Vec<String> = several.iter().map(ToString::to_string).collect();
                Err(Error::new(
                    ErrorKind::Ambiguous,
                    format!("several changes are stated: {}: name one", all.join(", ")),
                ))
            }
        }
    }
}

fn no_change(heading: &Heading) -> Error {
    Error::new(
        ErrorKind::Unknown,
        format!("no change of {heading} is stated for that place and period"),
    )
}

fn contradiction(change: &Subject<'_>, period: Period, base: Period) -> Error {
    Error::new(
        ErrorKind::Bounds,
        format!(
            "the level of {} in {period} and its stated change leave no value for {base}",
            change.heading.indicator
        ),
    )
}
