//! The part of a year: halves, quarters, weeks, months, days, lists of them, and dates in digits.

use chrono::{Datelike, NaiveDate};

use super::grammar::{Parser, Part, YEAR};
use super::words::{Token, Word, token};
use crate::error::Result;
use crate::model::Period;
use crate::model::period::{YEAR_MAX, YEAR_MIN, days_in_month, weeks_in_year};
use crate::notation::numeral::arabic_digit;

impl Parser<'_> {
    /// What follows a year, or stands without one; `None` if nothing does.
    pub(super) fn sub(&mut self, year: Option<i32>, before: Option<&Part>) -> Result<Option<Part>> {
        let word = self.peek();
        let next = token(self.text, word.end);
        let year_here = |parser: &Self| parser.year_for(year, before, word);
        let (year, period) = match (word.word, next.word) {
            (Word::WholeYear, _) => {
                self.eat();
                let year = year_here(self)?;
                (year, self.made(word.start, Period::year(year))?)
            }
            (Word::Half(half), _) => {
                self.eat();
                let year = year_here(self)?;
                (year, self.made(word.start, Period::half(year, half))?)
            }
            (Word::SamePeriod, _) => {
                self.eat();
                let year = match year {
                    Some(year) => year,
                    None => self.anchor_for(word)?.year() - 1,
                };
                (year, self.same_period(word, year)?)
            }
            (Word::First | Word::Last, Word::Number { .. }) => {
                let year = year_here(self)?;
                let whole = self.made(word.start, Period::year(year))?;
                (year, self.counted_within(whole)?)
            }
            (Word::TenDays(_), _)
                if year.is_none() && before.is_some_and(|part| part.month.is_some()) =>
            {
                let (year, month) = self.month_for(before, word)?;
                let whole = self.month_of(year, word, month)?;
                (year, self.day_in_month(whole)?)
            }
            (Word::Letter(letter), Word::Number { value, .. }) => {
                self.eat();
                let number = self.eat();
                let year = year_here(self)?;
                let period = match letter {
                    'Q' => self.part_of_year(year, Word::Quarter, number, value),
                    'W' => self.part_of_year(year, Word::Week, number, value),
                    _ => Period::half(year, value)
                        .map_err(|_| self.expected(number, "a half from 1 to 2")),
                };
                (year, period?)
            }
            (Word::Ordinal, _) | (Word::Number { .. }, _) => {
                return self.numbered(year, before).map(Some);
            }
            _ => return Ok(None),
        };
        Ok(Some(Part::new(period, word.start, Some(year), None)))
    }

    /// 第三季度, 9月, 9月30日, 第5周, 1-10月, or the bare end of 2023.1-10.
    fn numbered(&mut self, year: Option<i32>, before: Option<&Part>) -> Result<Part> {
        let start = self.peek().start;
        let ordinal = self.eat_if(Word::Ordinal).is_some();
        let number = self.eat();
        let Word::Number { value, .. } = number.word else {
            return Err(self.expected(number, "a number after 第"));
        };
        let unit = self.peek();
        let part = |year, month, period| Part::new(period, start, Some(year), month);
        match unit.word {
            Word::Month if !ordinal => {
                self.eat();
                let year = self.year_for(year, before, number)?;
                let month = self.month_of(year, number, value)?;
                let period = self.day_in_month(month)?;
                Ok(part(year, Some(value), period))
            }
            Word::Day
                if !ordinal
                    && year.is_none()
                    && before.is_some_and(|part| part.month.is_some()) =>
            {
                self.eat();
                let (year, month) = self.month_for(before, number)?;
                let day = self.day_of(year, month, number, value)?;
                Ok(part(year, Some(month), self.single(number, day)?))
            }
            Word::Week if !ordinal && year.is_none() && before.is_none() => Err(self.expected(
                number,
                "第 in front (without a year 5周 is how long it took)",
            )),
            Word::Quarter | Word::Week => {
                self.eat();
                let year = match unit.word {
                    Word::Week => self.iso_year_for(year, before, number)?,
                    _ => self.year_for(year, before, number)?,
                };
                let period = self.part_of_year(year, unit.word, number, value)?;
                Ok(part(year, None, period))
            }
            Word::To | Word::Dash => {
                self.eat();
                self.list(year, before, start, number)
            }
            Word::Day if year.is_none() => {
                Err(self.expected(number, "a month in front of the day, as in 9月30日"))
            }
            _ => match before
                .filter(|_| year.is_none() && !ordinal)
                .and_then(|part| part.digital)
            {
                Some(numbers) => self.digital_end(before, numbers, number, value),
                None => Err(self.expected(
                    unit,
                    "月, 季度 or 周 after the number, or - and a second number",
                )),
            },
        }
    }

    /// 1-10月, past the dash: the unit of the second number is that of the first.
    fn list(
        &mut self,
        year: Option<i32>,
        before: Option<&Part>,
        start: usize,
        first: Token,
    ) -> Result<Part> {
        self.eat_if(Word::Ordinal);
        let second = self.eat();
        let unit = self.peek();
        let (Word::Number { value: low, .. }, Word::Number { value: high, .. }) =
            (first.word, second.word)
        else {
            return Err(self.expected(second, "a second number, as in 1-10月"));
        };
        if !matches!(unit.word, Word::Month | Word::Quarter | Word::Week) {
            return Err(self.expected(unit, "月, 季度 or 周 after the numbers"));
        }
        self.eat();
        let year = match unit.word {
            Word::Week => self.iso_year_for(year, before, first)?,
            _ => self.year_for(year, before, first)?,
        };
        let from = self.part_of_year(year, unit.word, first, low)?;
        let to = self.part_of_year(year, unit.word, second, high)?;
        let period = self.ordered(from, to.last_day(), second.start)?;
        Ok(Part::new(period, start, Some(year), None))
    }

    /// 30日, 1-15日, 上旬 after a month; the month itself if nothing of that follows.
    pub(super) fn day_in_month(&mut self, month: Period) -> Result<Period> {
        let (year, number) = (month.first_day().year(), month.first_day().month());
        let found = self.peek();
        match found.word {
            Word::TenDays(third) => {
                self.eat();
                let first = self.day_of(year, number, found, third * 10 - 9)?;
                let last = if third < 3 {
                    self.day_of(year, number, found, third * 10)?
                } else {
                    month.last_day()
                };
                self.made(found.start, Period::span(first, last))
            }
            Word::Number { value, .. } => {
                self.eat();
                match self.peek().word {
                    Word::Day => {
                        self.eat();
                        let day = self.day_of(year, number, found, value)?;
                        self.single(found, day)
                    }
                    Word::To | Word::Dash => self.days_in_month(month, found, value),
                    _ => Err(self.expected(self.peek(), "日 after the day")),
                }
            }
            _ => Ok(month),
        }
    }

    /// 9月1-15日, at the dash.
    fn days_in_month(&mut self, month: Period, first: Token, value: u32) -> Result<Period> {
        self.eat();
        let second = self.eat();
        let Word::Number { value: high, .. } = second.word else {
            return Err(self.expected(second, "a second day, as in 9月1-15日"));
        };
        let unit = self.peek();
        if self.eat_if(Word::Day).is_none() {
            return Err(self.expected(unit, "日 after the days"));
        }
        let (year, number) = (month.first_day().year(), month.first_day().month());
        let from = self.day_of(year, number, first, value)?;
        let to = self.day_of(year, number, second, high)?;
        self.ordered(self.single(first, from)?, to, second.start)
    }

    /// 2023.09 and 2023/9/30, past the year: one or two short numbers, each after the same sign.
    pub(super) fn digital(&mut self, year: i32, start: usize) -> Result<Option<Part>> {
        let before = self.text.get(..self.at).unwrap_or_default();
        let after_digits = before.chars().next_back().and_then(arabic_digit).is_some();
        let sign = self.sign().filter(|_| after_digits);
        if let Some(sign) = sign {
            // 2023-Q1, whose letter is read as that of 2023Q1.
            let letter = token(self.text, self.at + sign.len_utf8());
            let numbered = matches!(token(self.text, letter.end).word, Word::Number { .. });
            if matches!(letter.word, Word::Letter(_)) && numbered {
                self.at = letter.start;
                return Ok(None);
            }
        }
        let Some((month_at, month)) = sign.and_then(|sign| self.short_number_after(sign)) else {
            return Ok(None);
        };
        self.at = month_at.end;
        let whole = self.month_of(year, month_at, month)?;
        let part = |period, digital| Part {
            period,
            start,
            year: Some(year),
            month: Some(month),
            digital: Some(digital),
        };
        let again = self.sign().filter(|again| Some(*again) == sign);
        let Some((day_at, day)) = again.and_then(|sign| self.short_number_after(sign)) else {
            self.eat_if(Word::Month);
            return Ok(Some(part(whole, 2)));
        };
        self.at = day_at.end;
        let day = self.day_of(year, month, day_at, day)?;
        self.eat_if(Word::Day);
        Ok(Some(part(self.single(day_at, day)?, 3)))
    }

    /// The end of 2023.1-10, 2023.9.1-15 or 2023.9.1-9.30, past its first number.
    fn digital_end(
        &mut self,
        before: Option<&Part>,
        numbers: u8,
        number: Token,
        value: u32,
    ) -> Result<Part> {
        let year = self.year_for(None, before, number)?;
        let part = |period, month| Part::new(period, number.start, Some(year), month);
        if numbers == 3 {
            let (month, at, day) = match self.sign().and_then(|sign| self.short_number_after(sign))
            {
                Some((at, day)) => {
                    self.at = at.end;
                    (
                        self.month_of(year, number, value)?.first_day().month(),
                        at,
                        day,
                    )
                }
                None => (self.month_for(before, number)?.1, number, value),
            };
            let day = self.day_of(year, month, at, day)?;
            return Ok(part(self.single(at, day)?, Some(month)));
        }
        if numbers == 2 {
            return Ok(part(self.month_of(year, number, value)?, Some(value)));
        }
        Err(self.expected(number, YEAR))
    }

    /// 202309 and 20230930, in digits of any width.
    pub(super) fn compact(&mut self) -> Result<Option<Part>> {
        let found = self.peek();
        let Word::Number {
            value,
            chars: chars @ (6 | 8),
            arabic: true,
        } = found.word
        else {
            return Ok(None);
        };
        let (months, day) = if chars == 8 {
            (value / 100, Some(value % 100))
        } else {
            (value, None)
        };
        let (year, month) = (i32::try_from(months / 100).unwrap_or(0), months % 100);
        if !(YEAR_MIN..=YEAR_MAX).contains(&year) {
            return Err(self.expected(found, YEAR));
        }
        self.eat();
        let whole = self.month_of(year, found, month)?;
        let period = match day {
            Some(day) => self.single(found, self.day_of(year, month, found, day)?)?,
            None => whole,
        };
        Ok(Some(Part::new(
            period,
            found.start,
            Some(year),
            Some(month),
        )))
    }

    /// The one character between the numbers of a date, if one stands here without a space.
    fn sign(&self) -> Option<char> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        rest.chars()
            .next()
            .filter(|c| matches!(c, '.' | '．' | '/' | '／' | '-' | '－'))
    }

    fn short_number_after(&self, sign: char) -> Option<(Token, u32)> {
        let at = self.at + sign.len_utf8();
        let found = token(self.text, at);
        match found.word {
            Word::Number {
                value,
                chars: 1 | 2,
                arabic: true,
            } if found.start == at => Some((found, value)),
            _ => None,
        }
    }

    fn month_of(&self, year: i32, at: Token, month: u32) -> Result<Period> {
        Period::month(year, month).map_err(|_| self.expected(at, "a month from 1 to 12"))
    }

    fn part_of_year(&self, year: i32, unit: Word, at: Token, number: u32) -> Result<Period> {
        match unit {
            Word::Quarter => Period::quarter(year, number)
                .map_err(|_| self.expected(at, "a quarter from 1 to 4")),
            Word::Week => Period::week(year, number).map_err(|_| {
                self.expected(at, format!("a week from 1 to {}", weeks_in_year(year)))
            }),
            _ => self.month_of(year, at, number),
        }
    }

    /// The year of a part: its own, that of the part before, that of the anchor.
    fn year_for(&self, year: Option<i32>, before: Option<&Part>, at: Token) -> Result<i32> {
        self.year_or(year, before, at, |anchor| anchor.year())
    }

    fn iso_year_for(&self, year: Option<i32>, before: Option<&Part>, at: Token) -> Result<i32> {
        self.year_or(year, before, at, |anchor| anchor.iso_week().year())
    }

    fn year_or(
        &self,
        year: Option<i32>,
        before: Option<&Part>,
        at: Token,
        of_anchor: impl Fn(NaiveDate) -> i32,
    ) -> Result<i32> {
        let known = year
            .or_else(|| before.and_then(|part| part.year))
            .or_else(|| self.anchor.map(of_anchor));
        known.ok_or_else(|| {
            self.expected(
                at,
                "a year in front, or an anchor date to take the year from",
            )
        })
    }

    fn month_for(&self, before: Option<&Part>, at: Token) -> Result<(i32, u32)> {
        before
            .and_then(|part| part.year.zip(part.month))
            .filter(|&(year, month)| days_in_month(year, month) > 0)
            .ok_or_else(|| self.expected(at, "a month in front of the day, as in 9月30日"))
    }
}
