//! Hours that begin or end a day: 24时, 0时起, 0-24时. Periods are whole days.

use super::grammar::{Parser, Part};
use super::words::{Word, token};
use crate::error::Result;

impl Parser<'_> {
    /// 24时 ends the day that it follows. Another hour would split it.
    pub(super) fn midnight(&mut self) -> Result<()> {
        let hour = self.peek();
        match self.hour() {
            None | Some(24) => Ok(()),
            Some(_) => Err(self.expected(hour, "24时 or no hour (periods are whole days)")),
        }
    }

    /// 9月1日0时起 and 9月1日0-24时: the whole day.
    pub(super) fn all_day(&mut self, part: &Part) {
        let before = self.at;
        if part.period.days() > 1 || !matches!(self.peek().word, Word::Number { value: 0, .. }) {
            return;
        }
        let zero = self.peek();
        if self.hour().is_none() {
            self.eat();
        }
        if matches!(self.eat().word, Word::To | Word::Dash) && self.hour() == Some(24) {
            return;
        }
        self.at = zero.start;
        let starts = self.hour().is_some()
            && matches!(
                self.peek().word,
                Word::To | Word::Dash | Word::Starting | Word::Since
            );
        if !starts {
            self.at = before;
        }
    }

    fn hour(&mut self) -> Option<u32> {
        let before = self.at;
        if let Word::Number { value, .. } = self.eat().word {
            let behind = self.eat();
            let minutes = token(self.text, behind.end);
            match (behind.word, minutes.word) {
                (Word::Hour, _) => return Some(value),
                // 24:00.
                (
                    Word::Colon,
                    Word::Number {
                        value: 0, chars: 2, ..
                    },
                ) => {
                    self.at = minutes.end;
                    return Some(value);
                }
                _ => {}
            }
        }
        self.at = before;
        None
    }
}
