//! The period before, the period after, the same period a year earlier.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::{Granularity, Period, days_in_month, weeks_in_year};

impl Period {
    /// The period before it: of the same granularity, or for a span as many whole months (else days)
    /// before it. `None` where the calendar starts.
    ///
    /// A span of days that falls on a whole month, week … becomes one: 2023-01-04/2023-01-31 is
    /// followed by the 28 days of 2023-02.
    ///
    /// ```
    /// # use yearbook::model::Period;
    /// let ten_months: Period = "2023-01/2023-10".parse()?;
    /// assert_eq!(ten_months.previous(), Some("2022-03/2022-12".parse()?));
    /// # Ok::<(), yearbook::Error>(())
    /// ```
    pub fn previous(&self) -> Option<Self> {
        if let Some(ordinal) = self.ordinal() {
            return Self::numbered(self.granularity(), ordinal.checked_sub(1)?);
        }
        let last = self.first_day().pred_opt()?;
        let first = match self.months() {
            Some(months) => self.first_day().checked_sub_months(Months::new(months))?,
            None => self
                .first_day()
                .checked_sub_days(Days::new(u64::from(self.days())))?,
        };
        Self::of_days(first, last)
    }

    /// The period after it; see [`previous`](Self::previous). `None` where the calendar ends.
    pub fn next(&self) -> Option<Self> {
        if let Some(ordinal) = self.ordinal() {
            return Self::numbered(self.granularity(), ordinal.checked_add(1)?);
        }
        let first = self.last_day().succ_opt()?;
        let last = match self.months() {
            Some(months) => first.checked_add_months(Months::new(months))?.pred_opt()?,
            None => self
                .last_day()
                .checked_add_days(Days::new(u64::from(self.days())))?,
        };
        Self::of_days(first, last)
    }

    /// The same period of the year before, as 同比 compares them. `None` in the year 1.
    ///
    /// - Whole months stay whole months: 2025-02 gives the 29 days of 2024-02.
    /// - A week keeps its number; week 53 gives the last week, 52, of a year that has no 53rd.
    /// - Other days keep their date; 29 February gives 28 February, at either end of a span.
    ///
    /// So 28 and 29 February of a leap year have one day a year earlier, and the way back is not unique.
    ///
    /// ```
    /// # use yearbook::model::Period;
    /// assert_eq!(Period::week(2020, 53)?.year_earlier(), Some(Period::week(2019, 52)?));
    /// # Ok::<(), yearbook::Error>(())
    /// ```
    pub fn year_earlier(&self) -> Option<Self> {
        if self.granularity() == Granularity::Week {
            let week = self.first_day().iso_week();
            let year = week.year() - 1;
            return Self::week(year, week.week().min(weeks_in_year(year))).ok();
        }
        let first = date_year_earlier(self.first_day())?;
        let last = date_year_earlier(self.last_day())?;
        let last = match self.months() {
            Some(_) => last.with_day(days_in_month(last.year(), last.month()))?,
            None => last,
        };
        Self::of_days(first, last)
    }
}

/// The same date of the year before; 28 February for 29 February.
fn date_year_earlier(day: NaiveDate) -> Option<NaiveDate> {
    day.checked_sub_months(Months::new(12))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn neighbours() {
        for (before, after) in [
            ("2022", "2023"),
            ("2022-S2", "2023-S1"),
            ("2022-Q4", "2023-Q1"),
            ("2022-12", "2023-01"),
            ("2020-W53", "2021-W01"),
            ("2024-02-29", "2024-03-01"),
            ("2020/2022", "2023/2025"),
            ("2022-03/2022-12", "2023-01/2023-10"),
            ("2023-02/2023-03", "2023-04/2023-05"),
            ("2021-07-14/2021-07-28", "2021-07-29/2021-08-12"),
            ("0001-W01", "0001-W02"),
        ] {
            assert_eq!(period(before).next(), Some(period(after)), "after {before}");
            assert_eq!(
                period(after).previous(),
                Some(period(before)),
                "before {after}"
            );
        }
        assert_eq!(
            period("2023-01-04/2023-01-31").next(),
            Some(period("2023-02"))
        );
    }

    #[test]
    fn the_calendar_ends() {
        for text in [
            "0001",
            "0001-S1",
            "0001-W01",
            "0001-01-01",
            "0001-01/0001-02",
            "0001-01-02/0001-01-05",
        ] {
            assert_eq!(period(text).previous(), None, "before {text}");
            assert_eq!(period(text).year_earlier(), None, "a year before {text}");
        }
        for text in [
            "9999",
            "9999-Q4",
            "9999-W51",
            "9999-12-31",
            "9999-11/9999-12",
            "9999-12-02/9999-12-30",
        ] {
            assert_eq!(period(text).next(), None, "after {text}");
        }
    }

    #[test]
    fn a_year_earlier() {
        for (text, earlier) in [
            ("2023", "2022"),
            ("2023-S1", "2022-S1"),
            ("2023-Q3", "2022-Q3"),
            ("2023-09", "2022-09"),
            ("2025-02", "2024-02"),
            ("2024-02", "2023-02"),
            ("2023-W05", "2022-W05"),
            ("2020-W53", "2019-W52"),
            ("2021-W52", "2020-W52"),
            ("2024-02-29", "2023-02-28"),
            ("2025-02-28", "2024-02-28"),
            ("2023-01/2023-10", "2022-01/2022-10"),
            ("2025-01/2025-02", "2024-01/2024-02"),
            ("2020/2022", "2019/2021"),
            ("2021-07-29/2021-08-12", "2020-07-29/2020-08-12"),
            ("2024-02-29/2024-03-05", "2023-02-28/2023-03-05"),
            ("2024-02-10/2024-02-29", "2023-02-10/2023-02-28"),
        ] {
            assert_eq!(
                period(text).year_earlier(),
                Some(period(earlier)),
                "a year before {text}"
            );
        }
    }
}
