//! Periods that count from the anchor date, and the five-year plans.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::grammar::{Parser, Part};
use super::words::{Token, Word, token};
use crate::error::Result;
use crate::model::period::days_in_month;
use crate::model::{Granularity, Period};
use crate::notation::numeral::{chinese_digit, chinese_number};

impl Parser<'_> {
    /// 近五年, 过去三个月, 最近7天, 五年来: so much time that ends with the anchor day.
    pub(super) fn recent(&mut self) -> Result<Option<Period>> {
        let lead = self.peek();
        let before = self.at;
        if lead.word == Word::Recent {
            self.eat();
        }
        let number = self.eat();
        let (count, half) = match number.word {
            Word::Number { value, .. } => (value, false),
            Word::HalfYear => (6, true),
            _ if lead.word == Word::Recent => {
                return Err(self.expected(
                    number,
                    "a number of years, months, weeks or days, as in 近五年",
                ));
            }
            _ => {
                self.at = before;
                return Ok(None);
            }
        };
        self.eat_if(Word::Piece);
        let unit = if half { number } else { self.eat() };
        let (months, days) = match unit.word {
            Word::HalfYear if half => (Some(count), None),
            Word::HalfYear => (count.checked_mul(6), None),
            Word::Year => (count.checked_mul(12), None),
            Word::Quarter => (count.checked_mul(3), None),
            Word::Month => (Some(count), None),
            Word::Week => (None, count.checked_mul(7)),
            Word::Day | Word::Days => (None, Some(count)),
            _ if lead.word == Word::Recent => {
                return Err(self.expected(unit, "年, 月, 季度, 周 or 天 after the number"));
            }
            _ => (None, None),
        };
        let since = self.peek();
        if lead.word != Word::Recent
            && !(since.word == Word::Since && count < 1000 && unit.word == Word::Year)
        {
            self.at = before;
            return Ok(None);
        }
        if self.eat_if(Word::Since).is_none() {
            self.eat_if(Word::During);
        }
        let anchor = self.anchor_for(Token {
            end: self.at,
            ..lead
        })?;
        let first = match (months, days) {
            (Some(months @ 1..), _) => months_up_to(anchor, months),
            (_, Some(days @ 1..)) => anchor.checked_sub_days(Days::new(u64::from(days) - 1)),
            _ => None,
        };
        let period = first.and_then(|first| Period::of_days(first, anchor));
        period.map(Some).ok_or_else(|| {
            self.expected(
                number,
                format!(
                    "a number from 1 that stays in the years 1 to {}",
                    anchor.year()
                ),
            )
        })
    }

    /// 2020年12月以来: up to the anchor day.
    pub(super) fn since(&mut self, first: Part, word: Token) -> Result<Period> {
        let Some(anchor) = self.anchor else {
            let name = self.name(word);
            return Err(self.expected(
                word,
                format!("至 and an end, or an anchor date that {name} runs to"),
            ));
        };
        self.eat_if(Word::Since);
        self.eat_if(Word::Until);
        Period::of_days(first.period.first_day(), anchor).ok_or_else(|| {
            self.expected_at(
                first.start,
                format!("a start that is not after the anchor date {anchor}"),
            )
        })
    }

    /// 本月, 上季度, 年底, 月末.
    pub(super) fn relative(&mut self) -> Result<Option<Period>> {
        let word = self.peek();
        let ends = matches!(token(self.text, word.end).word, Word::End | Word::Early);
        let (granularity, count) = match word.word {
            Word::Relative(granularity, count) => (granularity, count),
            Word::Year if ends => (Granularity::Year, 0),
            Word::Quarter if ends => (Granularity::Quarter, 0),
            Word::Month if ends => (Granularity::Month, 0),
            _ => return Ok(None),
        };
        let anchor = self.anchor_for(word)?;
        self.eat();
        let mut period = Period::holding(granularity, anchor);
        for _ in 0..count.abs() {
            period = period.and_then(|period| {
                if count < 0 {
                    period.previous()
                } else {
                    period.next()
                }
            });
        }
        period
            .map(Some)
            .ok_or_else(|| self.expected(word, "a period within the years 1 to 9999"))
    }

    /// 2022年同期: from 1 January to the anchor's day of that year.
    pub(super) fn same_period(&self, word: Token, year: i32) -> Result<Period> {
        let anchor = self.anchor_for(word)?;
        let to_date = NaiveDate::from_ymd_opt(anchor.year(), 1, 1)
            .and_then(|first| Period::of_days(first, anchor));
        let moved = to_date.and_then(|to_date| {
            let last = to_date.last_day();
            let month_end = last.day() == days_in_month(last.year(), last.month());
            let days = days_in_month(year, last.month());
            let day = if month_end {
                days
            } else {
                last.day().min(days)
            };
            Period::of_days(
                NaiveDate::from_ymd_opt(year, 1, 1)?,
                NaiveDate::from_ymd_opt(year, last.month(), day)?,
            )
        });
        moved.ok_or_else(|| self.expected(word, "a period within the years 1 to 9999"))
    }

    /// “十四五”期间, 十三五时期, 第十四个五年规划.
    pub(super) fn plan(&mut self) -> Option<Result<Period>> {
        let start = self.at;
        let at = self.peek().start;
        let quoted = self.eat_if(Word::Quote).is_some();
        let number = match self.eat_if(Word::Ordinal) {
            Some(_) => self.plan_in_words(),
            None => self.plan_by_name(quoted),
        };
        let Some(number) = number else {
            self.at = start;
            return None;
        };
        self.eat_if(Word::Quote);
        self.eat_if(Word::Plan);
        self.eat_if(Word::During);
        // The first two followed each other; three years of recovery came before the third.
        let first = match number {
            1 => 1953,
            2 => 1958,
            _ => 1951 + 5 * number,
        };
        let years =
            Period::year(first).and_then(|start| Period::from_to(start, Period::year(first + 4)?));
        Some(self.made(at, years))
    }

    /// 十四五: the number of the plan and 五, for "five-year plan". 十五 is also fifteen, so a name that is a
    /// number needs quotes, 规划 or 期间.
    fn plan_by_name(&mut self, quoted: bool) -> Option<i32> {
        let start = self.peek().start;
        let rest = self.text.get(start..)?;
        let chars_max = 5;
        let name: String = rest
            .chars()
            .take(chars_max)
            .take_while(|&c| c == '十' || chinese_digit(c).is_some())
            .collect();
        let ordinal = name.strip_suffix('五')?;
        let (number, read) = chinese_number(ordinal)?;
        if read != ordinal.len() || !(1..100).contains(&number) {
            return None;
        }
        self.at = start + name.len();
        let mut after = self.peek();
        if after.word == Word::Quote {
            after = token(self.text, after.end);
        }
        let said = quoted || matches!(after.word, Word::Plan | Word::During);
        let also_a_number = chinese_number(&name).is_some_and(|(_, read)| read == name.len());
        let short = name.chars().count() < 3;
        (said || !(also_a_number || short))
            .then(|| i32::try_from(number).ok())
            .flatten()
    }

    /// 十四个五年规划, past the 第.
    fn plan_in_words(&mut self) -> Option<i32> {
        let Word::Number { value, .. } = self.eat().word else {
            return None;
        };
        self.eat_if(Word::Piece)?;
        let Word::Number { value: 5, .. } = self.eat().word else {
            return None;
        };
        self.eat_if(Word::Year)?;
        (self.peek().word == Word::Plan && (1..100).contains(&value))
            .then(|| i32::try_from(value).ok())
            .flatten()
    }

    pub(super) fn anchor_for(&self, word: Token) -> Result<NaiveDate> {
        self.anchor.ok_or_else(|| {
            let name = self.name(word);
            self.expected(
                word,
                format!("fixed dates, or an anchor date that {name} is counted from"),
            )
        })
    }

    fn name(&self, word: Token) -> &str {
        self.text.get(word.start..word.end).unwrap_or_default()
    }
}

/// The first day of so many months that end with a day: of whole months, if it is the last of its month.
fn months_up_to(last: NaiveDate, months: u32) -> Option<NaiveDate> {
    if last.day() == days_in_month(last.year(), last.month()) {
        return last
            .with_day(1)?
            .checked_sub_months(Months::new(months - 1));
    }
    last.checked_sub_months(Months::new(months))?.succ_opt()
}
