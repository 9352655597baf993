//! Periods: the days that a figure is about.
//!
//! A [`Period`] is its days, from a first to a last, both included, in the proleptic Gregorian
//! calendar of the years 1 to 9999. However it was written, a period of the same days is the same
//! period and the same key; its [`Granularity`] and its text follow from the days.
//!
//! ```
//! use yearbook::model::{Granularity, Period};
//!
//! let quarter: Period = "2023-01/2023-03".parse()?;
//! assert_eq!(quarter, Period::quarter(2023, 1)?);
//! assert_eq!(quarter.granularity(), Granularity::Quarter);
//! assert_eq!(quarter.to_string(), "2023-Q1");
//!
//! // January to October is not a year, and does not compare with one.
//! let ten_months: Period = "2023-01-01/P10M".parse()?;
//! assert_eq!(ten_months.to_string(), "2023-01/2023-10");
//! assert_eq!(ten_months.months(), Some(10));
//! assert!(!ten_months.same_length(&Period::year(2022)?));
//! assert_eq!(ten_months.year_earlier(), Some("2022-01/2022-10".parse()?));
//! # Ok::<(), yearbook::Error>(())
//! ```

mod calendar;
mod display;
mod ordinal;
mod parse;
#[cfg(test)]
pub(crate) mod properties;
mod shift;

use std::num::NonZero;

use chrono::{Datelike, NaiveDate};

use crate::error::{Error, ErrorKind, Result};

pub(crate) use calendar::{
    WEEKDAY_FIRST, YEAR_MAX, YEAR_MIN, days_in_month, days_in_year, in_calendar, weeks_in_year,
};
pub use ordinal::Parts;

/// The days that a figure is about: a year, half, quarter, month, ISO week, day, or a span of days.
///
/// Made by the constructors below or read with [`FromStr`](std::str::FromStr); see there for the
/// forms it reads, and the [module](self) for what makes two periods equal.
///
/// # Order
/// By first day, then by last day: `2023-01` comes before `2023-Q1`, and this before `2023`, all of
/// which start on one day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(
    /// The first day, the last day, and the granularity, which follows from them: the highest bits first, so that the numbers are in
    /// the order of periods. A key that is looked up is a number as it is.
    NonZero<u64>,
);

/// The bits of a day of the year.
const DAY_BITS: u32 = 9;
/// The bits of a day of the calendar: a year to 9999, and the day of it.
const DATE_BITS: u32 = 14 + DAY_BITS;
/// The bits of a granularity.
const GRANULARITY_BITS: u32 = 3;

crate::model::text_serde!(Period, "a period");

/// How long a period is in the calendar, from coarse to fine; a span is none of the regular lengths.
///
/// # Order
/// As listed: a year comes first, a span last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Granularity {
    /// January to December.
    Year,
    /// January to June, or July to December.
    Half,
    /// Three months from January, April, July or October.
    Quarter,
    /// A calendar month.
    Month,
    /// Monday to Sunday, as ISO 8601 numbers them: week 1 holds the year's first Thursday.
    Week,
    /// A day.
    Day,
    /// Any other run of days.
    Span,
}

crate::model::text_serde!(Granularity, "a granularity");

impl Granularity {
    /// All but spans, in their order: periods of one of these tile the calendar, and have ordinals.
    pub(crate) const REGULAR: [Self; 6] = [
        Self::Year,
        Self::Half,
        Self::Quarter,
        Self::Month,
        Self::Week,
        Self::Day,
    ];
}

impl Period {
    /// The days as one number, another for every other period.
    #[inline(always)]
    pub(crate) fn key(self) -> u64 {
        self.0.get()
    }

    /// A calendar year from 1 to 9999.
    ///
    /// # Errors
    /// [`ErrorKind::Bounds`] for another year.
    pub fn year(year: i32) -> Result<Self> {
        Self::of_months(year, 1, 12)
    }

    /// The first (1) or second (2) half of a year.
    ///
    /// # Errors
    /// [`ErrorKind::Bounds`] for another half, or a year outside of 1 to 9999.
    pub fn half(year: i32, half: u32) -> Result<Self> {
        check_part(year, "half", half, 2)?;
        Self::of_months(year, half * 6 - 5, 6)
    }

    /// A quarter of a year, from 1 to 4.
    ///
    /// # Errors
    /// [`ErrorKind::Bounds`] for another quarter, or a year outside of 1 to 9999.
    pub fn quarter(year: i32, quarter: u32) -> Result<Self> {
        check_part(year, "quarter", quarter, 4)?;
        Self::of_months(year, quarter * 3 - 2, 3)
    }

    /// A month of a year, from 1 to 12.
    ///
    /// # Errors
    /// [`ErrorKind::Bounds`] for another month, or a year outside of 1 to 9999.
    pub fn month(year: i32, month: u32) -> Result<Self> {
        check_part(year, "month", month, 12)?;
        Self::of_months(year, month, 1)
    }

    /// A week of ISO 8601, from Monday to Sunday, by the year it is counted in: 2021-W01 starts on
    /// 4 January 2021, and the days before belong to 2020-W53.
    ///
    /// # Errors
    /// [`ErrorKind::Bounds`] for a week that the year does not have (53 in most), a year outside of 1
    /// to 9999, and the last week of 9999, which ends in the year 10000.
    pub fn week(iso_year: i32, week: u32) -> Result<Self> {
        check_part(iso_year, "week", week, weeks_in_year(iso_year))?;
        NaiveDate::from_isoywd_opt(iso_year, week, WEEKDAY_FIRST)
            .and_then(|monday| Self::of_days(monday, monday + chrono::Days::new(6)))
            .ok_or_else(|| outside(iso_year))
    }

    /// One day.
    ///
    /// # Errors
    /// [`ErrorKind::Bounds`] for a day outside of the years 1 to 9999.
    pub fn day(day: NaiveDate) -> Result<Self> {
        Self::of_days(day, day).ok_or_else(|| outside(day.year()))
    }

    /// The days from `first` to `last`, both included. Whole years, quarters … are recognised as such.
    ///
    /// # Errors
    /// [`ErrorKind::Bounds`] if it ends before it starts, or leaves the years 1 to 9999.
    pub fn span(first: NaiveDate, last: NaiveDate) -> Result<Self> {
        if last < first {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!(
                    "the span from {first} to {last} ends before it starts: give the earlier day first"
                ),
            ));
        }
        for day in [first, last] {
            if !in_calendar(day) {
                return Err(outside(day.year()));
            }
        }
        Self::of_days(first, last).ok_or_else(|| outside(last.year()))
    }

    /// From the first day of one period to the last day of another.
    ///
    /// # Errors
    /// [`ErrorKind::Bounds`] if `last` ends before `first` starts.
    pub fn from_to(first: Self, last: Self) -> Result<Self> {
        Self::of_days(first.first_day(), last.last_day()).ok_or_else(|| {
            Error::new(
                ErrorKind::Bounds,
                format!("the span from {first} to {last} ends before it starts: give the earlier period first"),
            )
        })
    }

    /// The coarsest regular length that has just these days, or a span.
    pub fn granularity(&self) -> Granularity {
        let number = self.key() & ((1 << GRANULARITY_BITS) - 1);
        let regular = usize::try_from(number).ok();
        let regular = regular.and_then(|number| Granularity::REGULAR.get(number));
        regular.copied().unwrap_or(Granularity::Span)
    }

    /// The first of its days.
    pub fn first_day(&self) -> NaiveDate {
        day_of(self.first())
    }

    /// The last of its days.
    pub fn last_day(&self) -> NaiveDate {
        day_of(self.last())
    }

    /// The first of its days, as [`number_of`] numbers it.
    fn first(self) -> u64 {
        self.key() >> (DATE_BITS + GRANULARITY_BITS)
    }

    fn last(self) -> u64 {
        self.key() >> GRANULARITY_BITS & ((1 << DATE_BITS) - 1)
    }

    /// How many days it has: at least one.
    pub fn days(&self) -> u32 {
        // From 1 to 3 652 059: the whole calendar fits.
        u32::try_from((self.last_day() - self.first_day()).num_days() + 1).unwrap_or(u32::MAX)
    }

    /// How many calendar months it has, if they are whole: 10 for January to October, `None` for a week.
    pub fn months(&self) -> Option<u32> {
        let (first, last) = (self.first_day(), self.last_day());
        let whole = first.day() == 1 && last.day() == days_in_month(last.year(), last.month());
        let months = calendar::month_number(last) - calendar::month_number(first) + 1;
        whole.then(|| u32::try_from(months).ok()).flatten()
    }

    /// Whether flows of the two compare: as many months if both have whole months (February and March
    /// do), else as many days.
    pub fn same_length(&self, other: &Self) -> bool {
        match (self.months(), other.months()) {
            (Some(months), Some(others)) => months == others,
            _ => self.days() == other.days(),
        }
    }

    /// Whether every day of `other` is a day of this period.
    pub fn contains(&self, other: &Self) -> bool {
        self.first() <= other.first() && other.last() <= self.last()
    }

    /// Whether the two share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.first() <= other.last() && other.first() <= self.last()
    }

    /// `count` months from a month of a year.
    pub(crate) fn of_months(year: i32, month: u32, count: u32) -> Result<Self> {
        let last_month = month + count - 1;
        let first = NaiveDate::from_ymd_opt(year, month, 1);
        let last = NaiveDate::from_ymd_opt(year, last_month, days_in_month(year, last_month));
        first
            .zip(last)
            .and_then(|(first, last)| Self::of_days(first, last))
            .ok_or_else(|| outside(year))
    }

    /// The days from `first` to `last`, unless they are none or leave the calendar.
    pub(crate) fn of_days(first: NaiveDate, last: NaiveDate) -> Option<Self> {
        if first > last || !in_calendar(first) || !in_calendar(last) {
            return None;
        }
        let days = number_of(first) << DATE_BITS | number_of(last);
        let granularity = calendar::granularity(first, last) as u64;
        NonZero::new(days << GRANULARITY_BITS | granularity).map(Self)
    }
}

/// A day of the calendar in [`DATE_BITS`], by year and the day of it.
fn number_of(day: NaiveDate) -> u64 {
    u64::from(day.year().unsigned_abs()) << DAY_BITS | u64::from(day.ordinal())
}

/// The day of a number that [`number_of`] gave.
fn day_of(number: u64) -> NaiveDate {
    let year = i32::try_from(number >> DAY_BITS);
    let ordinal = u32::try_from(number & ((1 << DAY_BITS) - 1));
    let day = year.ok().zip(ordinal.ok());
    day.and_then(|(year, ordinal)| NaiveDate::from_yo_opt(year, ordinal))
        .unwrap_or_default()
}

fn check_part(year: i32, part: &str, number: u32, count: u32) -> Result<()> {
    if !(YEAR_MIN..=YEAR_MAX).contains(&year) {
        return Err(outside(year));
    }
    if (1..=count).contains(&number) {
        return Ok(());
    }
    let why = match part {
        "week" if year == YEAR_MAX => " that end in it",
        _ => "",
    };
    Err(Error::new(
        ErrorKind::Bounds,
        format!("{part} {number} of {year}: this year has {part} 1 to {count}{why}"),
    ))
}

fn outside(year: i32) -> Error {
    Error::new(
        ErrorKind::Bounds,
        format!(
            "year {year} is outside of the calendar: periods lie in the years {YEAR_MIN} to {YEAR_MAX}"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn message<T>(result: Result<T>) -> String {
        let Err(error) = result else {
            panic!("not refused")
        };
        assert_eq!(error.kind(), ErrorKind::Bounds);
        error.to_string()
    }

    #[test]
    fn a_period_is_its_days() {
        let year = Period::span(date(2023, 1, 1), date(2023, 12, 31)).unwrap();
        assert_eq!(year, Period::year(2023).unwrap());
        assert_eq!(year.granularity(), Granularity::Year);
        let quarter = Period::from_to(
            Period::month(2023, 1).unwrap(),
            Period::month(2023, 3).unwrap(),
        );
        assert_eq!(quarter.unwrap(), Period::quarter(2023, 1).unwrap());
        let week = Period::span(date(2020, 12, 28), date(2021, 1, 3)).unwrap();
        assert_eq!(week, Period::week(2020, 53).unwrap());
        // A February of 28 days from Monday is a month, not four weeks.
        assert_eq!(
            Period::month(2021, 2).unwrap().granularity(),
            Granularity::Month
        );
        let tuesday = Period::span(date(2023, 1, 3), date(2023, 1, 9)).unwrap();
        assert_eq!(tuesday.granularity(), Granularity::Span);
    }

    #[test]
    fn the_sharp_edges_of_each_constructor() {
        assert_eq!(
            message(Period::year(0)),
            "year 0 is outside of the calendar: periods lie in the years 1 to 9999"
        );
        assert_eq!(
            message(Period::year(10_000)),
            "year 10000 is outside of the calendar: periods lie in the years 1 to 9999"
        );
        assert_eq!(
            message(Period::month(i32::MIN, 1)),
            "year -2147483648 is outside of the calendar: periods lie in the years 1 to 9999"
        );
        assert_eq!(
            message(Period::half(2023, 0)),
            "half 0 of 2023: this year has half 1 to 2"
        );
        assert_eq!(
            message(Period::quarter(2023, 5)),
            "quarter 5 of 2023: this year has quarter 1 to 4"
        );
        assert_eq!(
            message(Period::month(2023, 13)),
            "month 13 of 2023: this year has month 1 to 12"
        );
        assert_eq!(
            message(Period::month(2023, u32::MAX)),
            "month 4294967295 of 2023: this year has month 1 to 12"
        );
        assert_eq!(
            message(Period::week(2023, 53)),
            "week 53 of 2023: this year has week 1 to 52"
        );
        assert_eq!(
            message(Period::week(9999, 52)),
            "week 52 of 9999: this year has week 1 to 51 that end in it"
        );
        assert_eq!(
            message(Period::span(date(2023, 10, 1), date(2023, 9, 30))),
            "the span from 2023-10-01 to 2023-09-30 ends before it starts: give the earlier day first"
        );
        assert_eq!(
            message(Period::from_to(
                Period::year(2023).unwrap(),
                Period::month(2022, 3).unwrap()
            )),
            "the span from 2023 to 2022-03 ends before it starts: give the earlier period first"
        );
        assert_eq!(
            message(Period::day(NaiveDate::MAX)),
            "year 262142 is outside of the calendar: periods lie in the years 1 to 9999"
        );
        assert_eq!(
            message(Period::span(date(9999, 12, 1), date(10_000, 1, 1))),
            "year 10000 is outside of the calendar: periods lie in the years 1 to 9999"
        );
        assert!(Period::week(2020, 53).is_ok());
        assert_eq!(Period::week(1, 1).unwrap().first_day(), date(1, 1, 1));
        assert_eq!(
            Period::month(2024, 2).unwrap().last_day(),
            date(2024, 2, 29)
        );
        assert_eq!(Period::month(1900, 2).unwrap().days(), 28);
    }

    #[test]
    fn a_period_is_small() {
        assert_eq!(size_of::<Period>(), 8);
        assert_eq!(size_of::<Option<Period>>(), 8);
    }

    #[test]
    fn lengths() {
        let period = |text: &str| text.parse::<Period>().unwrap();
        assert_eq!(period("0001/9999").days(), 3_652_059);
        assert_eq!(period("2024").days(), 366);
        assert_eq!(period("2023-09-30").days(), 1);
        assert_eq!(period("2017-07/2022-06").months(), Some(60));
        assert_eq!(period("2023-02-01/2023-02-28").months(), Some(1));
        assert_eq!(period("2024-02-01/2024-02-28").months(), None);
        assert_eq!(period("2023-W05").months(), None);
        // February is as long as March for a monthly flow, 28 days are not.
        assert!(period("2023-02").same_length(&period("2023-03")));
        assert!(!period("2024-02-01/2024-02-28").same_length(&period("2024-02")));
        assert!(period("2023-W05").same_length(&period("2023-01-04/2023-01-10")));
        assert!(period("2023-Q1").same_length(&period("2023-02/2023-04")));
        assert!(!period("2023").same_length(&period("2023-01/2023-10")));
    }

    #[test]
    fn order_and_overlap() {
        let period = |text: &str| text.parse::<Period>().unwrap();
        let mut periods = [
            "2023",
            "2022-12-31",
            "2023-Q1",
            "2023-01-01",
            "2023-02",
            "2023-01",
        ]
        .map(period);
        periods.sort();
        assert_eq!(
            periods.map(|p| p.to_string()),
            [
                "2022-12-31",
                "2023-01-01",
                "2023-01",
                "2023-Q1",
                "2023",
                "2023-02"
            ]
        );
        assert!(period("2023").contains(&period("2023-12-31")));
        assert!(!period("2023-01").contains(&period("2023-01-30/2023-02-01")));
        assert!(period("2023-01").overlaps(&period("2023-01-31/2023-02-01")));
        assert!(!period("2023-01").overlaps(&period("2023-02")));
    }
}
