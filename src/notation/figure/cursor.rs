//! A place in a folded text, and the errors that name it.

use super::fold::Folded;
use crate::error::{Error, Result};

/// What every error of this notation says it could not read.
const WHAT: &str = "a figure";

/// A place in a text. It is copied to look ahead and to step back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    original: &'a str,
    folded: &'a Folded,
    at: usize,
    end: usize,
}

impl<'a> Cursor<'a> {
    /// At the start of `folded`, whose spaces at both ends and stops at the end are left out.
    pub(super) fn new(original: &'a str, folded: &'a Folded) -> Self {
        let text = folded.text();
        let mut kept = text.trim_end_matches(is_trailing);
        // A stop ends a sentence, but a digit before it makes it a point with nothing after it.
        while let Some(shorter) = kept.strip_suffix('.') {
            if shorter.ends_with(|c: char| c.is_ascii_digit()) {
                break;
            }
            kept = shorter.trim_end_matches(is_trailing);
        }
        let mut cursor = Self {
            original,
            folded,
            at: 0,
            end: kept.len(),
        };
        cursor.skip_spaces();
        cursor
    }

    /// What is left to read.
    pub(super) fn rest(&self) -> &'a str {
        self.folded
            .text()
            .get(self.at..self.end)
            .unwrap_or_default()
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn is_end(&self) -> bool {
        self.rest().is_empty()
    }

    pub(super) fn starts_with(&self, word: &str) -> bool {
        self.rest().starts_with(word)
    }

    pub(super) fn starts_with_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.starts_with(word))
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character that was read last.
    pub(super) fn char_before(&self) -> Option<char> {
        self.folded.text().get(..self.at)?.chars().next_back()
    }

    /// Moves on by bytes that the caller has seen in [`rest`](Self::rest).
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes).min(self.end);
    }

    pub(super) fn skip_spaces(&mut self) {
        let rest = self.rest();
        self.skip(rest.len() - rest.trim_start().len());
    }

    pub(super) fn eat(&mut self, word: &str) -> bool {
        let found = self.starts_with(word);
        if found {
            self.skip(word.len());
        }
        found
    }

    pub(super) fn eat_any(&mut self, words: &[&str]) -> bool {
        let longest = words
            .iter()
            .filter(|word| self.starts_with(word))
            .map(|word| word.len())
            .max();
        self.skip(longest.unwrap_or(0));
        longest.is_some()
    }

    /// Takes `word` if nothing but it is left.
    pub(super) fn eat_last(&mut self, word: &str) -> bool {
        self.rest() == word && self.eat(word)
    }

    /// The same text at byte `at` of the folded text.
    pub(super) fn back_to(&self, at: usize) -> Self {
        Self { at, ..*self }
    }

    /// The same text up to byte `end` of the folded text.
    pub(super) fn up_to(&self, end: usize) -> Self {
        Self {
            end: end.min(self.end),
            ..*self
        }
    }

    /// Takes the longest word of a table that stands here, and gives what the table says of it.
    pub(super) fn eat_entry<T: Copy>(&mut self, table: &[(&str, T)]) -> Option<T> {
        let (word, meaning) = table
            .iter()
            .filter(|(word, _)| self.starts_with(word))
            .max_by_key(|(word, _)| word.len())?;
        self.skip(word.len());
        Some(*meaning)
    }

    /// The text since `start`, as it was written.
    pub(super) fn written_since(&self, start: usize) -> &'a str {
        let offset = |at| self.folded.original_offset(at);
        self.original
            .get(offset(start)..offset(self.at))
            .unwrap_or_default()
    }

    /// The error that something else was expected here.
    pub(super) fn error(&self, expected: impl Into<String>) -> Error {
        self.error_at(self.at, expected)
    }

    /// The error that something else was expected at byte `at` of the folded text.
    pub(super) fn error_at(&self, at: usize, expected: impl Into<String>) -> Error {
        Error::syntax(
            WHAT,
            self.original,
            self.folded.original_offset(at),
            expected,
        )
    }

    /// A refusal that concerns the whole text, in the same words as the others begin.
    pub(super) fn refuse(&self, error: &Error) -> Error {
        refusal(self.original, error)
    }

    pub(super) fn expect_end(&mut self, expected: &str) -> Result<()> {
        self.skip_spaces();
        if self.is_end() {
            Ok(())
        } else {
            Err(self.error(expected))
        }
    }
}

/// A rule that `text` breaks although it can be read.
fn refusal(text: &str, error: &Error) -> Error {
    let text = crate::error::excerpt(text);
    Error::new(
        error.kind(),
        format!("cannot read {text:?} as {WHAT}: {}", error.message()),
    )
}

fn is_trailing(c: char) -> bool {
    c.is_whitespace() || matches!(c, '。' | ',' | ';' | '、')
}
