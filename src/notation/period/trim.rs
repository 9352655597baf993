//! Less than a whole part: its first or last so many months, its last day.

use chrono::{Datelike, Days, Months};

use super::grammar::{Parser, Part};
use super::words::{Word, token};
use crate::error::Result;
use crate::model::{Granularity, Period};

impl Parser<'_> {
    /// 前10个月 and 后三年 of the part so far.
    pub(super) fn first_or_last(&mut self, part: &mut Part) -> Result<()> {
        let word = self.peek();
        let counted = matches!(token(self.text, word.end).word, Word::Number { .. });
        if !matches!(word.word, Word::First | Word::Last) || !counted {
            return Ok(());
        }
        part.period = self.counted_within(part.period)?;
        Ok(())
    }

    /// 前N or 后N of a period, at the 前.
    pub(super) fn counted_within(&mut self, whole: Period) -> Result<Period> {
        let from_start = self.eat().word == Word::First;
        let number = self.eat();
        let Word::Number { value, .. } = number.word else {
            return Err(self.expected(number, "a number of months, quarters or days"));
        };
        self.eat_if(Word::Piece);
        let unit = self.peek();
        let months_each = match unit.word {
            Word::Month => 1,
            Word::Quarter => 3,
            // Of a year 前三年 would be the years before it.
            Word::Year if whole.months().is_some_and(|months| months > 12) => 12,
            Word::Day | Word::Days => 0,
            _ => return Err(self.expected(unit, "月, 季度 or 天 after the number")),
        };
        self.eat();
        let (count_max, unit_name) = match (months_each, whole.months()) {
            (0, _) => (whole.days(), "days"),
            (_, None) => (0, "months"),
            (12, Some(months)) => (months / 12, "years"),
            (3, Some(months)) => (months / 3, "quarters"),
            (_, Some(months)) => (months, "months"),
        };
        if !(1..=count_max).contains(&value) {
            return Err(self.expected(
                number,
                format!("a number of {unit_name} that {whole} has, at most {count_max}"),
            ));
        }
        let (first, last) = (whole.first_day(), whole.last_day());
        let period = match (months_each, from_start) {
            (0, true) => first
                .checked_add_days(days(value - 1))
                .and_then(|last| Period::of_days(first, last)),
            (0, false) => last
                .checked_sub_days(days(value - 1))
                .and_then(|first| Period::of_days(first, last)),
            (each, true) => first
                .checked_add_months(Months::new(value * each))
                .and_then(|end| Period::of_days(first, end.pred_opt()?)),
            (each, false) => last
                .succ_opt()
                .and_then(|end| end.checked_sub_months(Months::new(value * each)))
                .and_then(|first| Period::of_days(first, last)),
        };
        period.ok_or_else(|| self.expected(number, "a number of days within the calendar"))
    }

    /// 末 and 底 take the last day of the part; 初 is a day only where something starts.
    pub(super) fn early_or_end(&mut self, part: &mut Part) -> Result<()> {
        // 2023年年底 and 9月月底 name their unit twice.
        let unit = self.peek();
        let again = match unit.word {
            Word::Year => part.period.granularity() == Granularity::Year,
            Word::Month => part.period.granularity() == Granularity::Month,
            _ => false,
        };
        if again && matches!(token(self.text, unit.end).word, Word::End | Word::Early) {
            self.eat();
        }
        let word = self.peek();
        match word.word {
            Word::End => {
                self.eat();
                part.month = Some(part.period.last_day().month());
                part.period = self.single(word, part.period.last_day())?;
                part.digital = None;
                // 2023年底前 says by when.
                if !matches!(token(self.text, self.peek().end).word, Word::Number { .. }) {
                    self.eat_if(Word::First);
                }
            }
            // Of a start, the first day is meant.
            Word::Early => {
                let next = token(self.text, word.end).word;
                if !matches!(next, Word::Since | Word::Starting | Word::To | Word::Dash) {
                    return Err(self.expected(word, "末 or 底 (初 is no one day), or 初以来"));
                }
                self.eat();
            }
            _ => {}
        }
        Ok(())
    }
}

fn days(count: u32) -> Days {
    Days::new(u64::from(count))
}
