//! What the calendar allows: years 1 to 9999, the days of a month, the weeks of an ISO year.

use chrono::{Datelike, NaiveDate, Weekday};

use super::Granularity;

/// The first year of the calendar. Its 1 January is a Monday, so week 1 starts with it.
pub(crate) const YEAR_MIN: i32 = 1;
/// The last year that prints in four digits.
pub(crate) const YEAR_MAX: i32 = 9999;
/// ISO 8601 starts a week on Monday.
pub(crate) const WEEKDAY_FIRST: Weekday = Weekday::Mon;

/// Whether the day lies in the years 1 to 9999.
pub(crate) fn in_calendar(day: NaiveDate) -> bool {
    (YEAR_MIN..=YEAR_MAX).contains(&day.year())
}

/// 28 to 31; 0 for a month that does not exist.
pub(crate) fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 => 28 + days_in_year(year) - 365,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// 365 or 366.
pub(crate) fn days_in_year(year: i32) -> u32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    365 + u32::from(leap)
}

/// The weeks of an ISO year, 52 or 53; 51 in the year 9999, whose last week ends in the year after.
pub(crate) fn weeks_in_year(iso_year: i32) -> u32 {
    if iso_year == YEAR_MAX {
        return 51;
    }
    // 28 December always lies in the last week of its ISO year.
    NaiveDate::from_ymd_opt(iso_year, 12, 28).map_or(52, |day| day.iso_week().week())
}

/// Months since the year 0, so that neighbours differ by one.
pub(super) fn month_number(day: NaiveDate) -> i32 {
    day.year() * 12 + i32::try_from(day.month0()).unwrap_or(0)
}

/// The coarsest regular length that has just these days. No two lengths share a run of days.
pub(super) fn granularity(first: NaiveDate, last: NaiveDate) -> Granularity {
    if first == last {
        return Granularity::Day;
    }
    if (last - first).num_days() == 6 && first.weekday() == WEEKDAY_FIRST {
        return Granularity::Week;
    }
    let one_year = first.year() == last.year();
    let whole_months = first.day() == 1 && last.day() == days_in_month(last.year(), last.month());
    if !one_year || !whole_months {
        return Granularity::Span;
    }
    match (first.month0(), last.month() - first.month0()) {
        (0, 12) => Granularity::Year,
        (0 | 6, 6) => Granularity::Half,
        (0 | 3 | 6 | 9, 3) => Granularity::Quarter,
        (_, 1) => Granularity::Month,
        _ => Granularity::Span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leap_years() {
        assert_eq!(
            [1900, 2000, 2023, 2024].map(days_in_year),
            [365, 366, 365, 366]
        );
        assert_eq!(
            [2, 1, 4, 12, 0, 13].map(|month| days_in_month(2024, month)),
            [29, 31, 30, 31, 0, 0]
        );
    }

    #[test]
    fn long_years() {
        // The years of 53 weeks from 2000 to 2040, as ISO 8601 calendars list them.
        let long: Vec<i32> = (2000..=2040)
            .filter(|&year| weeks_in_year(year) == 53)
            .collect();
        assert_eq!(long, [2004, 2009, 2015, 2020, 2026, 2032, 2037]);
        assert_eq!(weeks_in_year(9999), 51);
    }
}
