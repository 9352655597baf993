//! Periods of one granularity as consecutive numbers, and runs of them.

use std::iter::FusedIterator;
use std::ops::Range;

use chrono::{Datelike, Days, NaiveDate};

use super::calendar::month_number;
use super::{Granularity, Period, YEAR_MAX, YEAR_MIN};
use crate::error::{Error, ErrorKind, Result};

impl Period {
    /// Its number among the periods of its granularity; neighbours differ by one. `None` for a span.
    ///
    /// | granularity | number |
    /// |---|---|
    /// | year | the year |
    /// | half, quarter, month | year × 2, 4, 12, plus 0 for the first of the year |
    /// | week | 0 for the week of 1 January of the year 1, a Monday |
    /// | day | 1 for 1 January of the year 1 |
    ///
    /// ```
    /// # use yearbook::model::Period;
    /// assert_eq!(Period::month(2023, 9)?.ordinal(), Some(2023 * 12 + 8));
    /// # Ok::<(), yearbook::Error>(())
    /// ```
    pub fn ordinal(&self) -> Option<i32> {
        let (months, days) = (
            month_number(self.first_day()),
            self.first_day().num_days_from_ce(),
        );
        Some(match self.granularity() {
            Granularity::Year => months / 12,
            Granularity::Half => months / 6,
            Granularity::Quarter => months / 3,
            Granularity::Month => months,
            Granularity::Week => (days - 1) / 7,
            Granularity::Day => days,
            Granularity::Span => return None,
        })
    }

    /// The period of a granularity with this number, as [`ordinal`](Self::ordinal) counts them.
    ///
    /// # Errors
    /// [`ErrorKind::Bounds`] for a span, and for a period outside of the years 1 to 9999.
    pub fn from_ordinal(granularity: Granularity, ordinal: i32) -> Result<Self> {
        if granularity == Granularity::Span {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!(
                    "ordinal {ordinal} of a span: spans are not numbered, give its first and last day"
                ),
            ));
        }
        Self::numbered(granularity, ordinal).ok_or_else(|| {
            Error::new(
                ErrorKind::Bounds,
                format!(
                    "ordinal {ordinal} of a {granularity} is outside of the calendar: periods lie in the years \
                     {YEAR_MIN} to {YEAR_MAX}"
                ),
            )
        })
    }

    /// The periods of a granularity that tile this one, in order: the 12 months of a year, the 3 years
    /// of 2020/2022. Empty if they do not tile it (the weeks of a year), and for [`Granularity::Span`].
    ///
    /// ```
    /// # use yearbook::model::{Granularity, Period};
    /// let half = Period::half(2023, 2)?;
    /// let quarters: Vec<String> = half.parts(Granularity::Quarter).map(|q| q.to_string()).collect();
    /// assert_eq!(quarters, ["2023-Q3", "2023-Q4"]);
    /// assert_eq!(half.parts(Granularity::Week).len(), 0);
    /// # Ok::<(), yearbook::Error>(())
    /// ```
    pub fn parts(&self, granularity: Granularity) -> Parts {
        let first = Self::holding(granularity, self.first_day());
        let last = Self::holding(granularity, self.last_day());
        let run = first.zip(last).and_then(|(first, last)| {
            let tiles = first.first_day() == self.first_day() && last.last_day() == self.last_day();
            Some(first.ordinal()?..last.ordinal()? + 1).filter(|_| tiles)
        });
        Parts {
            granularity,
            ordinals: run.unwrap_or(0..0),
        }
    }

    /// The periods from this one to `last`, both included, of their common granularity.
    ///
    /// ```
    /// # use yearbook::model::Period;
    /// let years = Period::year(2021)?.through(Period::year(2024)?)?;
    /// assert_eq!(years.rev().next(), Some(Period::year(2024)?));
    /// # Ok::<(), yearbook::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Bounds`] if the two differ in granularity, if they are spans, or if `last` comes first.
    pub fn through(self, last: Self) -> Result<Parts> {
        let refuse = |why: &str| {
            Error::new(
                ErrorKind::Bounds,
                format!("no run of periods goes from {self} through {last}: {why}"),
            )
        };
        let (Some(start), Some(end)) = (self.ordinal(), last.ordinal()) else {
            return Err(refuse(
                "a span has no neighbours, give years, halves, quarters, months, weeks or days",
            ));
        };
        if self.granularity() != last.granularity() {
            return Err(refuse(&format!(
                "one is a {} and the other a {}, give two of one granularity",
                self.granularity(),
                last.granularity()
            )));
        }
        if end < start {
            return Err(refuse(
                "the last comes before the first, give the earlier period first",
            ));
        }
        Ok(Parts {
            granularity: self.granularity(),
            ordinals: start..end + 1,
        })
    }

    /// The period of a granularity that the day lies in; `None` for a span and at the calendar's end.
    pub(crate) fn holding(granularity: Granularity, day: NaiveDate) -> Option<Self> {
        let (months, days) = (month_number(day), day.num_days_from_ce());
        let ordinal = match granularity {
            Granularity::Year => months / 12,
            Granularity::Half => months / 6,
            Granularity::Quarter => months / 3,
            Granularity::Month => months,
            Granularity::Week => (days - 1).div_euclid(7),
            Granularity::Day => days,
            Granularity::Span => return None,
        };
        Self::numbered(granularity, ordinal)
    }

    pub(super) fn numbered(granularity: Granularity, ordinal: i32) -> Option<Self> {
        let of_year = |count: i32| {
            let part = u32::try_from(ordinal.rem_euclid(count)).ok()?;
            let months = 12 / u32::try_from(count).ok()?;
            Self::of_months(ordinal.div_euclid(count), part * months + 1, months).ok()
        };
        match granularity {
            Granularity::Year => of_year(1),
            Granularity::Half => of_year(2),
            Granularity::Quarter => of_year(4),
            Granularity::Month => of_year(12),
            Granularity::Week => {
                let days = ordinal.checked_mul(7)?.checked_add(1)?;
                let monday = NaiveDate::from_num_days_from_ce_opt(days)?;
                Self::of_days(monday, monday.checked_add_days(Days::new(6))?)
            }
            Granularity::Day => {
                let day = NaiveDate::from_num_days_from_ce_opt(ordinal)?;
                Self::of_days(day, day)
            }
            Granularity::Span => None,
        }
    }
}

/// Consecutive periods of one granularity, from [`Period::parts`] and [`Period::through`].
#[derive(Debug, Clone)]
pub struct Parts {
    granularity: Granularity,
    // Every number in here is that of a period: the ends were.
    ordinals: Range<i32>,
}

impl Iterator for Parts {
    type Item = Period;

    fn next(&mut self) -> Option<Period> {
        Period::numbered(self.granularity, self.ordinals.next()?)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.ordinals.size_hint()
    }

    fn nth(&mut self, n: usize) -> Option<Period> {
        Period::numbered(self.granularity, self.ordinals.nth(n)?)
    }
}

impl DoubleEndedIterator for Parts {
    fn next_back(&mut self) -> Option<Period> {
        Period::numbered(self.granularity, self.ordinals.next_back()?)
    }
}

impl ExactSizeIterator for Parts {}

impl FusedIterator for Parts {}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_start_and_end_with_the_calendar() {
        for (text, ordinal) in [
            ("0001", 1),
            ("9999", 9999),
            ("0001-S1", 2),
            ("9999-Q4", 39_999),
            ("2023-09", 24_284),
            ("0001-W01", 0),
            ("9999-W51", 521_721),
            ("0001-01-01", 1),
            ("9999-12-31", 3_652_059),
        ] {
            assert_eq!(period(text).ordinal(), Some(ordinal), "{text}");
        }
        assert_eq!(period("2020/2022").ordinal(), None);
    }

    #[test]
    fn a_number_outside_of_the_calendar_is_refused() {
        let message = |granularity, ordinal| {
            Period::from_ordinal(granularity, ordinal)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            message(Granularity::Week, 521_722),
            "ordinal 521722 of a week is outside of the calendar: periods lie in the years 1 to 9999"
        );
        assert_eq!(
            message(Granularity::Span, 3),
            "ordinal 3 of a span: spans are not numbered, give its first and last day"
        );
        for granularity in [
            Granularity::Year,
            Granularity::Month,
            Granularity::Week,
            Granularity::Day,
        ] {
            for ordinal in [i32::MIN, -1, i32::MAX] {
                assert!(Period::from_ordinal(granularity, ordinal).is_err());
            }
        }
    }

    #[test]
    fn parts_tile_or_are_none() {
        let parts = |text, granularity| -> Vec<String> {
            period(text)
                .parts(granularity)
                .map(|part| part.to_string())
                .collect()
        };
        assert_eq!(
            parts("2020/2022", Granularity::Year),
            ["2020", "2021", "2022"]
        );
        assert_eq!(
            parts("2023-S1", Granularity::Quarter),
            ["2023-Q1", "2023-Q2"]
        );
        assert_eq!(parts("2023", Granularity::Year), ["2023"]);
        assert_eq!(parts("2023-01/2023-10", Granularity::Quarter), [""; 0]);
        assert_eq!(parts("2023", Granularity::Week), [""; 0]);
        // A February of four whole weeks.
        assert_eq!(
            parts("2021-02", Granularity::Week),
            ["2021-W05", "2021-W06", "2021-W07", "2021-W08"]
        );
        assert_eq!(parts("2023", Granularity::Span), [""; 0]);
        assert_eq!(parts("2023-09", Granularity::Year), [""; 0]);
        assert_eq!(period("0001/9999").parts(Granularity::Day).len(), 3_652_059);
        // The calendar ends inside of a week.
        assert_eq!(parts("9999-12-27/9999-12-31", Granularity::Week), [""; 0]);
    }

    #[test]
    fn a_run_is_walked_from_both_ends() {
        let mut months = period("2023-11").through(period("2024-02")).unwrap();
        assert_eq!(months.len(), 4);
        assert_eq!(months.next_back(), Some(period("2024-02")));
        assert_eq!(months.nth(1), Some(period("2023-12")));
        assert_eq!(months.next(), Some(period("2024-01")));
        assert_eq!(
            (months.next(), months.next_back(), months.next()),
            (None, None, None)
        );
    }

    #[test]
    fn a_run_needs_one_granularity_and_a_direction() {
        let message = |first, last| period(first).through(period(last)).unwrap_err().to_string();
        assert_eq!(
            message("2021", "2024-Q1"),
            "no run of periods goes from 2021 through 2024-Q1: one is a year and the other a quarter, give two \
             of one granularity"
        );
        assert_eq!(
            message("2024", "2021"),
            "no run of periods goes from 2024 through 2021: the last comes before the first, give the earlier \
             period first"
        );
        assert_eq!(
            message("2020/2022", "2023"),
            "no run of periods goes from 2020/2022 through 2023: a span has no neighbours, give years, halves, \
             quarters, months, weeks or days"
        );
    }
}
