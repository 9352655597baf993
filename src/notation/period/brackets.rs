//! Brackets behind a period, which say it again or say which part of the year is meant.

use chrono::Datelike;

use super::grammar::{Parser, Part};
use super::words::Word;
use crate::error::Result;
use crate::model::{Granularity, Period};

impl Parser<'_> {
    /// 第46周(11月13日-19日) says its days twice, 2023年(1-11月) says them in the brackets only.
    pub(super) fn in_brackets(
        &mut self,
        before: Part,
        whole_year: Option<Period>,
    ) -> Result<Period> {
        self.eat();
        let inside = self.peek();
        let mut period = before.period;
        let this_month = Word::Relative(Granularity::Month, 0);
        if before.month.is_some() && self.eat_if(this_month).is_some() {
            // 11月(当月).
        } else if !self.cumulative(period)? {
            let named = matches!(inside.word, Word::Number { chars: 4, .. });
            let part = self.part(Some(&before))?;
            period = self.since_or_range(part, false)?;
            let within = whole_year.is_some_and(|year| year.contains(&period)) && !named;
            if period != before.period && !within {
                return Err(self.expected(
                    inside,
                    format!(
                        "the same days in brackets as in front of them, {}",
                        before.period
                    ),
                ));
            }
            self.cumulative(period)?;
        }
        let close = self.peek();
        if self.eat_if(Word::Close).is_none() {
            return Err(self.expected(close, "the end of the brackets"));
        }
        Ok(period)
    }

    /// 1-11月累计 is all of it; 11月累计 is November to some, and the year so far to others.
    pub(super) fn cumulative(&mut self, period: Period) -> Result<bool> {
        let word = self.peek();
        if self.eat_if(Word::Cumulative).is_none() {
            return Ok(false);
        }
        if period.first_day().ordinal0() > 0 {
            return Err(self.expected(word, "当月, or the months that add up, as in 1-11月累计"));
        }
        Ok(true)
    }
}
