//! Reading the plain forms: canonical, ISO 8601, SDMX, DHIS2.

use std::str::FromStr;

use chrono::{Days, Months, NaiveDate};

use super::{Granularity, Period, YEAR_MAX, YEAR_MIN, days_in_month, days_in_year, weeks_in_year};
use crate::error::{Error, Result};

const WHAT: &str = "a period";
const YEAR: &str = "a year of four digits from 0001 to 9999";

/// Reads the canonical text and the forms of ISO 8601, SDMX 2.1 and DHIS2:
///
/// | form | example |
/// |---|---|
/// | year | `2023`, `2023-A1` |
/// | half | `2023-S1`, `2023S1`, `2023-H1` |
/// | quarter | `2023-Q3`, `2023Q3` |
/// | month | `2023-09`, `202309`, `2023-M09` |
/// | four months (SDMX's trimester, a span) | `2023-T1` |
/// | ISO week | `2023-W05`, `2023W05`, `2023W5` |
/// | day | `2023-09-30`, `20230930`, `2023-273`, `2023273`, `2023-D273`, `2023-W05-3`, `2023W053` |
/// | from one to another | `2023-01/2023-10`, `2020-12-01/2022-06-30`, `2020--2022` |
/// | with a duration | `2023-01-01/P10M`, `2023/P1Y6M`, `P12W/2023-06-30` |
///
/// Letters may be small. The end of an interval is included and written in full. A duration adds its years and
/// months first, on the last day of a shorter month where there is no such day (as XML Schema adds
/// durations), then its weeks and days; the period ends the day before. A time of day is refused.
///
/// # Errors
/// [`ErrorKind::Syntax`](crate::ErrorKind::Syntax) with the byte offset:
///
/// ```
/// # use yearbook::model::Period;
/// let message = |text: &str| text.parse::<Period>().unwrap_err().to_string();
/// assert_eq!(
///     message("2023-02-30"),
///     r#"cannot read "2023-02-30" as a period: at byte 8: expected a day from 01 to 28, found "30""#
/// );
/// assert_eq!(
///     message("2023-W53"),
///     r#"cannot read "2023-W53" as a period: at byte 6: expected a week from 01 to 52, found "53""#
/// );
/// ```
impl FromStr for Period {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Reader { text, at: 0 }.whole()
    }
}

/// Reads the words that `Display` prints.
impl FromStr for Granularity {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Ok(match text {
            "year" => Self::Year,
            "half" => Self::Half,
            "quarter" => Self::Quarter,
            "month" => Self::Month,
            "week" => Self::Week,
            "day" => Self::Day,
            "span" => Self::Span,
            _ => {
                return Err(Error::syntax(
                    "a granularity",
                    text,
                    0,
                    "year, half, quarter, month, week, day or span",
                ));
            }
        })
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

struct Duration {
    months: u32,
    days: u64,
}

impl<'t> Reader<'t> {
    fn whole(mut self) -> Result<Period> {
        if matches!(self.peek(), Some('P' | 'p')) {
            let at = self.at;
            let duration = self.duration()?;
            if !self.separator() {
                return Err(self.expected(r#""/" and the end of the period"#));
            }
            let last = self.simple()?.last_day();
            self.end("the end of the text")?;
            return duration
                .before(last)
                .ok_or_else(|| self.expected_at(at, "a duration that starts by 0001-01-01"));
        }
        let first = self.simple()?;
        if !self.separator() {
            self.end(match self.text.len() {
                4 => r#""-" and a part of the year, "/" and an end, or the end of the text"#,
                _ => r#""/" and an end, or the end of the text"#,
            })?;
            return Ok(first);
        }
        let at = self.at;
        if matches!(self.peek(), Some('P' | 'p')) {
            let duration = self.duration()?;
            self.end("the end of the text")?;
            return duration
                .after(first.first_day())
                .ok_or_else(|| self.expected_at(at, "a duration that ends by 9999-12-31"));
        }
        let last = self.simple()?;
        self.end("the end of the text")?;
        Period::of_days(first.first_day(), last.last_day()).ok_or_else(|| {
            self.expected_at(at, format!("an end that is not before the start {first}"))
        })
    }

    /// A period without a separator: a year and at most two parts of it.
    fn simple(&mut self) -> Result<Period> {
        let at = self.at;
        let digits = self.digits();
        let number = |range| {
            self.text
                .get(range)
                .and_then(|digits: &str| digits.parse::<u32>().ok())
        };
        let (Some(year), 4 | 6 | 7 | 8) = (number(at..at + 4), digits.len()) else {
            return Err(self.expected_at(at, YEAR));
        };
        let year = i32::try_from(year).unwrap_or(0);
        if !(YEAR_MIN..=YEAR_MAX).contains(&year) {
            return Err(self.expected_at(at, YEAR));
        }
        self.at = at + 4;
        match digits.len() {
            6 => {
                let month = self.part(2, "month", 12)?;
                self.made(at, Period::month(year, month))
            }
            7 => self.day_of_year(year, 3),
            8 => self.month_and_day(year, false),
            _ => self.part_of(year),
        }
    }

    /// What follows the four digits of a year, if anything.
    fn part_of(&mut self, year: i32) -> Result<Period> {
        let at = self.at;
        let extended = self.peek() == Some('-') && !self.rest().starts_with("--");
        if extended {
            self.at += 1;
        }
        let letter = self.peek().filter(char::is_ascii_alphabetic);
        match letter.map(|letter| letter.to_ascii_uppercase()) {
            Some(letter) if "ASHTQMWD".contains(letter) => {
                self.at += 1;
                self.lettered(year, letter, extended)
            }
            None if extended && self.digits().len() == 3 => self.day_of_year(year, 3),
            None if extended => self.month_and_day(year, true),
            Some(_) if extended => Err(self.expected(
                "a month of two digits, a day of three, or one of A S Q M W D T and a number",
            )),
            _ => self.made(at, Period::year(year)),
        }
    }

    /// `S1`, `Q3`, `W05` …, past the letter.
    fn lettered(&mut self, year: i32, letter: char, extended: bool) -> Result<Period> {
        let at = self.at;
        let digits = self.digits().len();
        let longest = match letter {
            'D' => 3,
            'W' if !extended => 3,
            'W' | 'M' => 2,
            _ => 1,
        };
        let width = match digits {
            _ if digits > longest => usize::MAX,
            3 if letter == 'W' => 2,
            _ => digits.max(1),
        };
        let period = match letter {
            'A' => {
                self.part(width, "1 for the whole year", 1)?;
                Period::year(year)
            }
            'S' | 'H' => Period::half(year, self.part(width, "half", 2)?),
            'Q' => Period::quarter(year, self.part(width, "quarter", 4)?),
            'T' => Period::of_months(year, self.part(width, "trimester", 3)? * 4 - 3, 4),
            'M' => Period::month(year, self.part(width, "month", 12)?),
            'D' => return self.day_of_year(year, width),
            _ => {
                let week = self.part(width, "week", weeks_in_year(year))?;
                let extended_day = self.peek() == Some('-') && !self.rest().starts_with("--");
                if extended_day {
                    self.at += 1;
                }
                if digits < 3 && !extended_day {
                    Period::week(year, week)
                } else {
                    let weekday = u64::from(self.part(1, "weekday", 7)?);
                    Period::week(year, week)
                        .and_then(|week| Period::day(week.first_day() + Days::new(weekday - 1)))
                }
            }
        };
        self.made(at, period)
    }

    fn month_and_day(&mut self, year: i32, extended: bool) -> Result<Period> {
        let at = self.at;
        if extended && self.digits().len() != 2 {
            return Err(self.expected("a month of two digits from 01 to 12"));
        }
        let month = self.part(2, "month", 12)?;
        if extended {
            if self.peek() != Some('-') || self.rest().starts_with("--") {
                return self.made(at, Period::month(year, month));
            }
            self.at += 1;
            if self.digits().len() != 2 {
                return Err(self.expected("a day of two digits"));
            }
        }
        let day = self.part(2, "day", days_in_month(year, month))?;
        let day = NaiveDate::from_ymd_opt(year, month, day);
        day.map_or_else(
            || Err(self.expected_at(at, "a day")),
            |day| self.made(at, Period::day(day)),
        )
    }

    fn day_of_year(&mut self, year: i32, width: usize) -> Result<Period> {
        let at = self.at;
        let day = self.part(width, "day", days_in_year(year))?;
        let day = NaiveDate::from_yo_opt(year, day);
        day.map_or_else(
            || Err(self.expected_at(at, "a day")),
            |day| self.made(at, Period::day(day)),
        )
    }

    /// A number of `width` digits from 1 to `count`, which is read past.
    fn part(&mut self, width: usize, part: &str, count: u32) -> Result<u32> {
        let number = self
            .digits()
            .get(..width)
            .and_then(|digits| digits.parse().ok());
        match number {
            Some(number) if (1..=count).contains(&number) => {
                self.at += width;
                Ok(number)
            }
            _ if count == 1 => Err(self.expected(part)),
            _ => {
                let digits = count.to_string().len();
                Err(self.expected(format!("a {part} from {:0digits$} to {count}", 1)))
            }
        }
    }

    /// `P1Y2M3W4D`: each at most once, in this order, and one of them more than 0.
    fn duration(&mut self) -> Result<Duration> {
        let at = self.at;
        self.at += 1;
        let (mut months, mut days) = (Some(0u32), Some(0u64));
        let mut units = "YMWD";
        loop {
            let digits = self.digits();
            if digits.is_empty() {
                break;
            }
            let number: Option<u32> = digits.parse().ok();
            self.at += digits.len();
            let unit = self.peek().map(|unit| unit.to_ascii_uppercase());
            let Some((unit, place)) = unit.and_then(|unit| Some((unit, units.find(unit)?))) else {
                let letters: Vec<String> = units.chars().map(String::from).collect();
                return Err(self.expected(match units {
                    "" => "the end of the duration: years, months, weeks, days, in this order"
                        .to_string(),
                    _ => format!(
                        "one of {} for whole years, months, weeks, days, in this order",
                        letters.join(" ")
                    ),
                }));
            };
            self.at += 1;
            units = units.get(place + 1..).unwrap_or_default();
            let add_months = |per| months?.checked_add(number?.checked_mul(per)?);
            let add_days = |per| days?.checked_add(u64::from(number?) * per);
            match unit {
                'Y' => months = add_months(12),
                'M' => months = add_months(1),
                'W' => days = add_days(7),
                _ => days = add_days(1),
            }
        }
        let (Some(months), Some(days)) = (months, days) else {
            return Err(self.expected_at(at, "a duration within the years 1 to 9999"));
        };
        if self.at == at + 1 || matches!(self.peek(), Some('T' | 't')) {
            return Err(
                self.expected("a number of years, months, weeks or days (periods are whole days)")
            );
        }
        if months == 0 && days == 0 {
            return Err(self.expected_at(at, "a duration of at least one day"));
        }
        Ok(Duration { months, days })
    }

    /// The solidus of ISO 8601, or the two hyphens it allows where a solidus cannot stand (a file name).
    fn separator(&mut self) -> bool {
        let bytes = match self.rest() {
            rest if rest.starts_with('/') => 1,
            rest if rest.starts_with("--") => 2,
            _ => 0,
        };
        self.at += bytes;
        bytes > 0
    }

    fn end(&self, otherwise: &str) -> Result<()> {
        if self.rest().is_empty() {
            return Ok(());
        }
        Err(match self.peek() {
            Some('T' | 't') => self.expected(format!(
                "{otherwise} (periods are whole days, without a time)"
            )),
            _ => self.expected(otherwise),
        })
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The run of ASCII digits that stands here.
    fn digits(&self) -> &'t str {
        let rest = self.rest();
        let end = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest.get(..end).unwrap_or_default()
    }

    /// A period whose parts were checked: should its constructor refuse it still, that is said here.
    fn made(&self, at: usize, period: Result<Period>) -> Result<Period> {
        period.map_err(|error| {
            self.expected_at(at, "a period within the calendar")
                .with_source(error)
        })
    }

    fn expected(&self, expected: impl Into<String>) -> Error {
        self.expected_at(self.at, expected)
    }

    fn expected_at(&self, at: usize, expected: impl Into<String>) -> Error {
        Error::syntax(WHAT, self.text, at, expected)
    }
}

impl Duration {
    fn after(&self, first: NaiveDate) -> Option<Period> {
        let end = first
            .checked_add_months(Months::new(self.months))?
            .checked_add_days(Days::new(self.days))?;
        Period::of_days(first, end.pred_opt()?)
    }

    fn before(&self, last: NaiveDate) -> Option<Period> {
        let end = last.succ_opt()?;
        let first = end
            .checked_sub_months(Months::new(self.months))?
            .checked_sub_days(Days::new(self.days))?;
        Period::of_days(first, last)
    }
}

#[cfg(test)]
mod tests;
