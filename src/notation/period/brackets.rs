//! Brackets behind a period, which say it again or say which part of the year is meant.

use super::grammar::{Parser, Part};
use super::words::Word;
use crate::error::Result;
use crate::model::Period;

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
        if self.eat_if(Word::Cumulative).is_none() {
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
            self.eat_if(Word::Cumulative);
        }
        let close = self.peek();
        if self.eat_if(Word::Close).is_none() {
            return Err(self.expected(close, "the end of the brackets"));
        }
        Ok(period)
    }
}
