//! The rules, from the whole period down to one end of it.
//!
//! ```text
//! period  := recent | 目前 | as-of part | [自] part since | [自] part [起] to part [止] | part
//!            then [期间] [累计] and, in brackets, the same days or a part of the year
//! part    := (plan | relative | [year] [sub]) [当月] [前|后 count] [末|底 [前]] [0-24时]
//! year    := 2023年 | 二〇二三年 | 2023年度 | 今年 | 去年 | 次年 | 2023
//! sub     := 全年 | 上半年 | 前三季度 | 第三季度 | Q3 | 第5周 | 9月 [30日 | 上旬] | list | 同期
//! list    := 1-10月 | 第一至第三季度 | 第1-5周 | 9月1-15日
//! digits  := 2023.09 | 2023/9/30 | 20230930                                          (a year and sub)
//! ```
//!
//! What a part leaves out (the year, the month) it takes from the part before it, else from the anchor date.

use chrono::{Datelike, NaiveDate};

use super::words::{Token, Word, token};
use crate::error::{Error, Result};
use crate::model::period::{YEAR_MAX, YEAR_MIN, days_in_month};
use crate::model::{Granularity, Period};

pub(super) const YEAR: &str = "a year of four digits from 0001 to 9999";
const START: &str = "a period such as 2023年, 2023年1-10月 or 2023-09";

pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) anchor: Option<NaiveDate>,
}

/// One end of a period, and what the other end may leave out.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) period: Period,
    pub(super) start: usize,
    pub(super) year: Option<i32>,
    pub(super) month: Option<u32>,
    /// How many numbers a part like 2023.09 has: the other end may be a bare number then.
    pub(super) digital: Option<u8>,
}

impl Part {
    pub(super) fn new(period: Period, start: usize, year: Option<i32>, month: Option<u32>) -> Self {
        Self {
            period,
            start,
            year,
            month,
            digital: None,
        }
    }
}

impl Parser<'_> {
    pub(super) fn period(&mut self) -> Result<Period> {
        if let Some(recent) = self.recent()? {
            return Ok(recent);
        }
        let first = self.peek();
        if matches!(first.word, Word::AsOf | Word::To) {
            self.eat();
            return self.as_of();
        }
        // 目前 is the day that the report speaks up to.
        if first.word == Word::Now {
            let anchor = self.anchor_for(first)?;
            self.eat();
            return self.single(first, anchor);
        }
        let from = self.eat_if(Word::From).is_some();
        let start = first.start;
        let first = self.part(None)?;
        let mut period = self.since_or_range(first, from)?;
        let until = self.peek();
        if self.eat_if(Word::Until).is_some() {
            period = self.single(until, period.last_day())?;
        }
        self.eat_if(Word::During);
        self.cumulative(period)?;
        if self.peek().word == Word::Open {
            let whole_year = (period.granularity() == Granularity::Year).then_some(period);
            let year = Some(period.first_day().year());
            let month =
                (period.granularity() == Granularity::Month).then(|| period.first_day().month());
            return self.in_brackets(Part::new(period, start, year, month), whole_year);
        }
        Ok(period)
    }

    /// 截至2023年9月底: the last day, as a stock is dated.
    fn as_of(&mut self) -> Result<Period> {
        let now = self.peek();
        let period = match now.word {
            Word::Now => {
                self.eat();
                self.single(now, self.anchor_for(now)?)?
            }
            _ => {
                let part = self.part(None)?;
                self.single(now, part.period.last_day())?
            }
        };
        self.midnight()?;
        // 2023年底前 says by when.
        let _ = self.eat_if(Word::First).is_some() || self.eat_if(Word::Until).is_some();
        Ok(period)
    }

    pub(super) fn since_or_range(&mut self, first: Part, from: bool) -> Result<Period> {
        let starting = self.peek();
        let begun = matches!(starting.word, Word::Starting | Word::Since);
        if begun {
            self.eat();
        }
        let to = self.peek();
        match to.word {
            Word::To | Word::Dash => {
                self.eat();
                self.range(first)
            }
            Word::Since if starting.word == Word::Starting => {
                self.eat();
                self.since(first, to)
            }
            _ if begun => self.since(first, starting),
            _ if from => Err(self.expected(to, "起, 以来, or 至 and an end")),
            _ => Ok(first.period),
        }
    }

    /// Past the 至: the other end.
    fn range(&mut self, first: Part) -> Result<Period> {
        let to = self.peek();
        let (last, start) = match to.word {
            Word::Now => {
                self.eat();
                (self.anchor_for(to)?, to.start)
            }
            _ => {
                let part = self.part(Some(&first))?;
                (part.period.last_day(), part.start)
            }
        };
        self.midnight()?;
        self.eat_if(Word::Until);
        self.ordered(first.period, last, start)
    }

    pub(super) fn ordered(&self, first: Period, last: NaiveDate, at: usize) -> Result<Period> {
        Period::of_days(first.first_day(), last).ok_or_else(|| {
            self.expected_at(at, format!("an end that is not before the start {first}"))
        })
    }

    pub(super) fn part(&mut self, before: Option<&Part>) -> Result<Part> {
        let start = self.peek().start;
        let mut part = match self.plan() {
            Some(plan) => Part::new(plan?, start, None, None),
            None => match self.relative()? {
                Some(period) if period.months() == Some(1) => Part::new(
                    self.day_in_month(period)?,
                    start,
                    Some(period.first_day().year()),
                    Some(period.first_day().month()),
                ),
                Some(period) => {
                    let year = Some(period.first_day().year());
                    Part::new(period, start, year, None)
                }
                None => self.dated(before)?,
            },
        };
        part.start = start;
        // 10月当月: the month and not the year up to it.
        if part.period.granularity() == Granularity::Month {
            self.eat_if(Word::Relative(Granularity::Month, 0));
        }
        self.first_or_last(&mut part)?;
        self.early_or_end(&mut part)?;
        self.all_day(&part);
        Ok(part)
    }

    /// A part with a year of its own, or one that it shares.
    fn dated(&mut self, before: Option<&Part>) -> Result<Part> {
        let start = self.peek().start;
        let (year, digital) = match self.named_year(before)? {
            Some(year) => {
                if let Some(part) = self.digital(year, start)? {
                    return Ok(part);
                }
                (Some(year), Some(1).filter(|_| self.at == start + 4))
            }
            None => match self.compact()? {
                Some(part) => return Ok(part),
                None => (None, None),
            },
        };
        let after_year = self.at;
        let sub = self.sub(year, before);
        match (sub, year) {
            (Ok(Some(part)), _) => Ok(part),
            (Err(error), _) => Err(error),
            (_, Some(year)) => {
                self.at = after_year;
                let period = self.made(start, Period::year(year))?;
                Ok(Part {
                    period,
                    start,
                    year: Some(year),
                    month: None,
                    digital,
                })
            }
            (Ok(None), None) => {
                let here = self.peek();
                Err(match (before, here.word) {
                    (None, Word::Quote) => {
                        self.expected(here, "a five-year plan such as “十四五” in the quotes")
                    }
                    (None, _) => self.expected(here, START),
                    (Some(_), _) => {
                        self.expected(here, "the end of the period, such as 10月 or 2023年10月")
                    }
                })
            }
        }
    }

    /// The year that a part starts with, past its 年.
    fn named_year(&mut self, before: Option<&Part>) -> Result<Option<i32>> {
        let found = self.peek();
        let year = match found.word {
            Word::RelativeYear(years) => {
                let anchor = self.anchor_for(found)?;
                self.eat();
                Some(anchor.year() + years)
            }
            // 2022年1月至当年10月 stays in 2022.
            Word::ThatYear => {
                let year = match before.and_then(|part| part.year) {
                    Some(year) => year,
                    None => self.anchor_for(found)?.year(),
                };
                self.eat();
                Some(year)
            }
            Word::YearAfter => {
                let Some(year) = before.and_then(|part| part.year) else {
                    return Err(self.expected(found, "a start whose year it follows"));
                };
                self.eat();
                Some(year + 1)
            }
            Word::Number {
                value,
                chars,
                arabic,
            } => {
                let next = token(self.text, found.end).word;
                let four = if arabic {
                    chars == 4
                } else {
                    (1000..=9999).contains(&value)
                };
                if next == Word::OtherYear {
                    let at = token(self.text, found.end);
                    return Err(self.other_year(at));
                }
                if !four && (next == Word::Year || arabic && chars == 5) {
                    return Err(self.expected(found, YEAR));
                }
                if four {
                    self.eat();
                    Some(i32::try_from(value).unwrap_or(0))
                } else {
                    None
                }
            }
            _ => None,
        };
        let Some(year) = year else { return Ok(None) };
        if !(YEAR_MIN..=YEAR_MAX).contains(&year) {
            return Err(self.expected(found, YEAR));
        }
        let after = self.peek();
        match after.word {
            Word::OtherYear => return Err(self.other_year(after)),
            Word::Year if matches!(found.word, Word::Number { .. }) => {
                self.eat();
                let other = self.peek();
                if other.word == Word::OtherYear {
                    return Err(self.other_year(other));
                }
            }
            _ => {}
        }
        Ok(Some(year))
    }

    fn other_year(&self, at: Token) -> Error {
        self.expected(
            at,
            "年 (a school or fiscal year starts on no common day: give its first and last month)",
        )
    }

    pub(super) fn finished(&self, period: Period) -> Result<Period> {
        let rest = self.peek();
        match rest.word {
            Word::Nothing => Ok(period),
            _ => Err(self.expected(rest, "the end of the period")),
        }
    }

    pub(super) fn day_of(&self, year: i32, month: u32, at: Token, day: u32) -> Result<NaiveDate> {
        NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| {
            self.expected(
                at,
                format!("a day from 1 to {}", days_in_month(year, month)),
            )
        })
    }

    pub(super) fn single(&self, at: Token, day: NaiveDate) -> Result<Period> {
        self.made(at.start, Period::day(day))
    }

    pub(super) fn made(&self, at: usize, period: Result<Period>) -> Result<Period> {
        period.map_err(|error| {
            self.expected_at(at, "a period within the years 1 to 9999")
                .with_source(error)
        })
    }

    pub(super) fn peek(&self) -> Token {
        token(self.text, self.at)
    }

    pub(super) fn eat(&mut self) -> Token {
        let token = self.peek();
        self.at = token.end;
        token
    }

    pub(super) fn eat_if(&mut self, word: Word) -> Option<Token> {
        (self.peek().word == word).then(|| self.eat())
    }

    pub(super) fn expected(&self, found: Token, expected: impl Into<String>) -> Error {
        self.expected_at(found.start, expected)
    }

    pub(super) fn expected_at(&self, at: usize, expected: impl Into<String>) -> Error {
        Error::syntax("a period", self.text, at, expected)
    }
}
