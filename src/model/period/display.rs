//! The one canonical text of a period.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use super::{Granularity, Period};

/// `2023`, `2023-S1`, `2023-Q3`, `2023-09`, `2023-W05`, `2023-09-30`; a span by the coarsest ends that
/// say it: `2020/2022`, `2023-01/2023-10`, `2020-02-09/2022-06-30`. [`FromStr`](std::str::FromStr)
/// reads it back to the same period.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.first_day(), self.last_day());
        let text = match self.granularity() {
            Granularity::Year => year(first),
            Granularity::Half => format!("{}-S{}", year(first), first.month0() / 6 + 1),
            Granularity::Quarter => format!("{}-Q{}", year(first), first.month0() / 3 + 1),
            Granularity::Month => month(first),
            Granularity::Week => {
                let week = first.iso_week();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Granularity::Day => day(first),
            Granularity::Span if self.is_whole_years() => format!("{}/{}", year(first), year(last)),
            Granularity::Span if self.months().is_some() => {
                format!("{}/{}", month(first), month(last))
            }
            Granularity::Span => format!("{}/{}", day(first), day(last)),
        };
        f.pad(&text)
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Period({self})")
    }
}

/// `year`, `half`, `quarter`, `month`, `week`, `day`, `span`.
impl fmt::Display for Granularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Year => "year",
            Self::Half => "half",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Week => "week",
            Self::Day => "day",
            Self::Span => "span",
        })
    }
}

impl Period {
    /// Whether it runs from a 1 January to a 31 December.
    pub(crate) fn is_whole_years(&self) -> bool {
        self.months().is_some_and(|months| months % 12 == 0) && self.first_day().month() == 1
    }
}

fn year(date: NaiveDate) -> String {
    format!("{:04}", date.year())
}

fn month(date: NaiveDate) -> String {
    format!("{:04}-{:02}", date.year(), date.month())
}

fn day(date: NaiveDate) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_length_has_its_text() {
        for (period, text) in [
            (Period::year(7), "0007"),
            (Period::half(2023, 2), "2023-S2"),
            (Period::quarter(2023, 3), "2023-Q3"),
            (Period::month(2023, 9), "2023-09"),
            (Period::week(2020, 53), "2020-W53"),
            // Starts in 2019, counts in 2020.
            (Period::week(2020, 1), "2020-W01"),
        ] {
            assert_eq!(period.unwrap().to_string(), text);
        }
        let period: Period = "2020-01-01/2022-12-31".parse().unwrap();
        assert_eq!(period.to_string(), "2020/2022");
        assert_eq!(
            format!("{period:>12}|{period:?}"),
            "   2020/2022|Period(2020/2022)"
        );
        // Twelve months that are no calendar year stay months.
        let period: Period = "2022-07-01/2023-06-30".parse().unwrap();
        assert_eq!(period.to_string(), "2022-07/2023-06");
        assert_eq!(format!("{:>8}", Granularity::Quarter), " quarter");
    }
}
