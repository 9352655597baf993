//! The end of a figure: a note in brackets that says nothing about it, and what is no end.

use super::cursor::Cursor;
use super::label::says_nothing;
use super::phrase::Phrase;
use super::words;
use crate::error::Result;
use crate::notation::numeral::chinese_digit;

/// The end of the text behind `phrase`, or a note and the end: 增长5.3%（按不变价格计算）, 99.1（上年=100）.
pub(super) fn end(cursor: &mut Cursor<'_>, phrase: &Phrase) -> Result<()> {
    cursor.skip_spaces();
    let start = *cursor;
    if note(cursor, phrase) {
        return Ok(());
    }
    let bare =
        matches!(phrase, Phrase::Level(level) if level.unit.is_none() && level.high.is_none());
    let expected = if bare {
        "a unit, a qualifier such as 以上, or nothing more"
    } else {
        "nothing more"
    };
    let (ahead, reason) = behind(start, bare);
    match reason {
        Some(reason) => Err(ahead.error(format!("{expected} ({reason})"))),
        None => cursor.expect_end(expected),
    }
}

/// Takes the brackets that close the text, if nothing in them changes the figure.
fn note(cursor: &mut Cursor<'_>, phrase: &Phrase) -> bool {
    let Some(inside) = cursor
        .rest()
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    else {
        return false;
    };
    let mut content = *cursor;
    content.skip('('.len_utf8());
    let content = content.up_to(content.at() + inside.len());
    // What an index is measured by.
    let base = inside.ends_with("=100") && matches!(phrase, Phrase::Level(_));
    let found = !inside.contains(['(', ')']) && (base || says_nothing(content));
    if found {
        cursor.skip(cursor.rest().len());
    }
    found
}

/// Why what stands behind the figure is no part of it, and where that is.
fn behind<'a>(start: Cursor<'a>, bare: bool) -> (Cursor<'a>, Option<&'static str>) {
    let mut ahead = start;
    let has_digit =
        |text: &str| text.contains(|c: char| c.is_ascii_digit() || chinese_digit(c).is_some());
    let starts_digit = |cursor: &Cursor<'_>| cursor.peek().is_some_and(|c| c.is_ascii_digit());
    if start.starts_with_any(&[":", "∶"]) {
        let reason =
            "two numbers with a colon between are a proportion or a time: divide one by the other";
        return (start, Some(reason));
    }
    if start.starts_with("±") {
        return (start, Some("a spread is another figure than its mean"));
    }
    if start.starts_with("之") && has_digit(start.rest()) {
        let reason = "a fraction in words is no exact decimal: state it in percent, as in 66.7%";
        return (start, Some(reason));
    }
    if start.starts_with_any(words::DATES) && start.rest().chars().nth(1).is_some() {
        return (start, Some("a period is read by itself"));
    }
    let split = ahead.eat_any(&[",", ";", "、", "("]);
    ahead.skip_spaces();
    if split && has_digit(ahead.rest()) && !(bare && starts_digit(&ahead)) {
        return (
            ahead,
            Some("another figure starts here: read each by itself"),
        );
    }
    let named = start
        .peek()
        .is_some_and(|c| c.is_alphabetic() && !"和个人半月".contains(c));
    if named && has_digit(start.rest()) {
        return (
            start,
            Some("two numbers: give the one that is the figure, without its label"),
        );
    }
    (start, None)
}
