//! The words in front of a figure that name what it is of: 常住人口1409.67万人, 婴儿死亡率比上年下降0.5个千分点.
//!
//! A label is read over word by word up to where a figure can start, and never further: the first number is the
//! figure's, or nothing is. A word that makes another figure of the number behind it (各县均有1家, 上年同期5.2%) ends the
//! reading with its reason, and so does a qualifier or a verb of change that no number follows.

use super::change::{change, from_to};
use super::compare;
use super::cursor::Cursor;
use super::nouns;
use super::quantity::{Quantity, before, quantity};
use super::rank::rank;
use super::words;
use crate::error::{Error, Result};
use crate::model::Unit;
use crate::notation::numeral::chinese_digit;

/// No label is longer, in characters.
const LABEL_CHARS_MAX: usize = 60;

/// What stands at one place of a label.
enum Next {
    /// A figure starts here.
    Figure,
    /// So many more bytes of the label.
    Label(usize),
    /// Neither a label nor a figure goes on here.
    Nothing,
}

/// Moves over a label up to the figure behind it. `false`, and no move, where no label stands or nothing behind it.
pub(super) fn label(cursor: &mut Cursor<'_>) -> Result<bool> {
    walk(cursor, next)
}

/// As [`label`], for a noun within a level (每千人口床位数7.23张, 占总人口的18.7%): a second denominator is an error.
pub(super) fn noun(cursor: &mut Cursor<'_>) -> Result<bool> {
    walk(cursor, |cursor, start| {
        let denominated = cursor.starts_with("每") || entry(cursor, words::MEANS).is_some();
        if denominated && nouns::protected(cursor).is_none() {
            return Err(cursor.error("one thing that it is divided by, as in 每千人口 or 人均"));
        }
        next(cursor, start)
    })
}

/// Whether `cursor` stands before words that say nothing about a figure, up to the end: a note in brackets.
pub(super) fn says_nothing(mut cursor: Cursor<'_>) -> bool {
    let start = cursor.at();
    let unit = Unit::parse_scaled(cursor.rest()).is_ok();
    if unit || cursor.rest().chars().nth(1).is_none() {
        return false;
    }
    while !cursor.is_end() {
        let qualified = entry(&cursor, words::AFTER).is_some();
        match next(&cursor, start) {
            Ok(Next::Label(bytes)) if !qualified => cursor.skip(bytes),
            _ => return false,
        }
    }
    true
}

fn walk<'a>(
    cursor: &mut Cursor<'a>,
    next: impl Fn(&Cursor<'a>, usize) -> Result<Next>,
) -> Result<bool> {
    let mut ahead = *cursor;
    for _ in 0..LABEL_CHARS_MAX {
        match next(&ahead, cursor.at())? {
            Next::Label(bytes) => ahead.skip(bytes),
            Next::Figure if ahead.at() > cursor.at() => {
                *cursor = ahead;
                return Ok(true);
            }
            Next::Figure | Next::Nothing => return Ok(false),
        }
    }
    Ok(false)
}

fn next(cursor: &Cursor<'_>, start: usize) -> Result<Next> {
    let Some(c) = cursor.peek() else {
        return Ok(Next::Nothing);
    };
    let first = cursor.at() == start;
    if let Some(bytes) = nouns::protected(cursor) {
        return Ok(Next::Label(bytes));
    }
    if compare::of_base(&mut { *cursor }).is_some() {
        return Ok(Next::Figure);
    }
    if starts_number(cursor) || entry_str(cursor, words::VAGUE) {
        return Ok(Next::Figure);
    }
    if first && words::ABSENT.contains(&cursor.rest()) {
        return Ok(Next::Nothing);
    }
    if let Some(reason) = nouns::stop(cursor) {
        return Err(cursor.error(reason));
    }
    if let Some(next) = comparison(cursor, first)? {
        return Ok(next);
    }
    if let Some(next) = verb(cursor, first)? {
        return Ok(next);
    }
    let mut behind = *cursor;
    if behind.eat_entry(words::BEFORE).is_some() {
        let word = behind.written_since(cursor.at());
        let share = |cursor: &Cursor<'_>| cursor.char_before() == Some('占');
        let goes_on = before(&mut behind).is_err()
            || starts_number(&behind)
            || share(&behind)
            || behind.is_end()
            || entry_str(&behind, words::VAGUE);
        return if goes_on {
            Ok(Next::Figure)
        } else {
            Err(cursor.error(format!("a number right behind {word}")))
        };
    }
    if cursor.starts_with_any(&["第", "首位", "榜首", "首名"]) {
        let figure =
            first || cursor.starts_with("第") || matches!(rank(&mut { *cursor }), Ok(Some(_)));
        return Ok(if figure {
            Next::Figure
        } else {
            Next::Label(c.len_utf8())
        });
    }
    if cursor.starts_with("每") || entry(cursor, words::MEANS).is_some() {
        return Ok(Next::Figure);
    }
    let mut behind = *cursor;
    // 高血压 is a noun, 高5% and 高出全省 are comparisons.
    if behind.eat_entry(words::COMPARATIVES).is_some()
        && (starts_number(&behind) || behind.char_before() == Some('出'))
    {
        return Err(cursor.error(nouns::COMPARED));
    }
    if matches!(c, '前' | '后' | '头') {
        let mut number = *cursor;
        number.skip(c.len_utf8());
        return match starts_number(&number) {
            false => Ok(Next::Label(c.len_utf8())),
            true if matches!(rank(&mut { *cursor }), Ok(Some(_))) => Ok(Next::Figure),
            true => Err(cursor.error("the figure of all, not of the first or last so many")),
        };
    }
    if c == '('
        && let Some(bytes) = holds_unit(cursor)
    {
        let mut behind = *cursor;
        behind.skip(bytes);
        behind.eat(":");
        let marks = before(&mut behind);
        let counted = marks.and_then(|marks| quantity(&mut behind, marks));
        return match counted {
            Ok(Quantity { unit: None, .. }) => {
                Err(cursor.error("the unit behind the number, or in the header of a cell"))
            }
            _ => Ok(Next::Label(bytes)),
        };
    }
    let mut bracketed = *cursor;
    if bracketed.eat("(") && starts_number(&bracketed) {
        return Err(
            cursor.error("a number without brackets: they may stand for a minus or for a note")
        );
    }
    let bytes = c.len_utf8();
    let mut behind = *cursor;
    behind.skip(bytes);
    if c.is_ascii_alphabetic() && behind.peek().is_some_and(|c| c.is_ascii_digit()) {
        // PM2.5, H7N9.
        return Err(
            cursor.error("a space or 为 between letters and a number, if it is one by itself")
        );
    }
    Ok(match c {
        ')' | ':' | '、' if first => Next::Nothing,
        ',' | ';' if !first => {
            return Err(cursor.error("one clause: the words from the last comma on"));
        }
        '(' | ')' | '“' | '”' | '"' | '《' | '》' | '、' | ':' | '·' | '&' | ' ' => {
            Next::Label(bytes)
        }
        c if c.is_alphabetic() => Next::Label(bytes),
        _ => Next::Nothing,
    })
}

/// 较上年增长, 与上年持平; 和 and 与 may also join two nouns.
fn comparison(cursor: &Cursor<'_>, first: bool) -> Result<Option<Next>> {
    if entry(cursor, words::ADVERBS).is_some() {
        return Ok(Some(Next::Figure));
    }
    let mut behind = *cursor;
    if !behind.eat_any(words::COMPARED_WITH) {
        return Ok(None);
    }
    let joins = cursor.starts_with_any(&["与", "和", "同"]);
    match compare::base(&mut { *cursor }) {
        Ok(_) => Ok(Some(Next::Figure)),
        // 医师和护士; 抚养比48.5%, 抚养比为48.5%, 抚养比提高2.3个百分点.
        Err(error) if first || joins && starts_number(&behind) => Err(error),
        Err(_)
            if joins
                || starts_number(&behind)
                || behind.starts_with_any(words::CHANGE_LEADS)
                || compare::starts_change(&behind) =>
        {
            Ok(Some(Next::Label(behind.at() - cursor.at())))
        }
        Err(error) => Err(error),
    }
}

/// A verb or noun of change. A verb of one character may be the end of a word (晋升5人), unless a noun ends before it.
fn verb(cursor: &Cursor<'_>, first: bool) -> Result<Option<Next>> {
    let one = |table: &[(&str, bool)]| {
        table
            .iter()
            .filter(|(word, _)| cursor.starts_with(word))
            .map(|(word, _)| word.chars().count())
            .max()
    };
    let unchanged = entry(cursor, words::UNCHANGED).is_some();
    if unchanged || one(words::RATES).is_some() || first && cursor.starts_with("翻") {
        return Ok(Some(Next::Figure));
    }
    let moves = |cursor: &Cursor<'_>| matches!(change(&mut { *cursor }), Ok(Some(_)));
    if cursor.starts_with("翻") {
        return Ok(moves(cursor).then_some(Next::Figure));
    }
    match one(words::VERBS) {
        Some(chars) if chars > 1 => Ok(Some(Next::Figure)),
        Some(_) if !moves(cursor) => Err(cursor.error(nouns::MOVED)),
        Some(_) if first || cursor.starts_with_any(&["↑", "↓"]) => Ok(Some(Next::Figure)),
        Some(_)
            if cursor
                .char_before()
                .is_some_and(|c| nouns::ENDINGS.contains(c)) =>
        {
            Ok(Some(Next::Figure))
        }
        Some(_) => Err(cursor.error(nouns::MOVED)),
        None if cursor.starts_with_any(&["由", "从", "自"]) => {
            let moved = *cursor;
            let mut ahead = *cursor;
            ahead.eat_any(&["由", "从", "自"]);
            let figure = first || from_to(&mut ahead, moved).is_ok();
            Ok(figure.then_some(Next::Figure))
        }
        None => Ok(None),
    }
}

/// Whether digits, a numeral, a sign before one, or a part in words starts here.
fn starts_number(cursor: &Cursor<'_>) -> bool {
    let digit = |c: char| c.is_ascii_digit() || chinese_digit(c).is_some();
    let mut unsigned = *cursor;
    unsigned.skip_spaces();
    if unsigned.eat_any(&["-", "+", "±", "负"]) && unsigned.peek().is_some_and(digit) {
        return true;
    }
    let c = cursor.peek();
    c.is_some_and(|c| digit(c) || "十百千万亿半廿卅".contains(c))
        || entry(cursor, words::FRACTIONS).is_some()
        || entry(cursor, words::PARTS).is_some()
        || entry_str(cursor, words::ZEROES)
        || power_follows(cursor)
}

/// 上万, 过百: a bare power of ten behind the qualifier.
fn power_follows(cursor: &Cursor<'_>) -> bool {
    let mut ahead = *cursor;
    ahead.eat_entry(words::BEFORE_POWER).is_some()
        && ahead.starts_with_any(&["半", "百", "千", "万", "亿"])
}

/// The length of the brackets that open here, if they hold a unit: 人口（人）, but also 中心（站）.
fn holds_unit(cursor: &Cursor<'_>) -> Option<usize> {
    let inside = cursor.rest().strip_prefix('(')?;
    let inside = inside.get(..inside.find(')')?)?;
    Unit::parse_scaled(inside)
        .is_ok()
        .then(|| inside.len() + "()".len())
}

fn entry<T: Copy>(cursor: &Cursor<'_>, table: &[(&str, T)]) -> Option<T> {
    { *cursor }.eat_entry(table)
}

fn entry_str(cursor: &Cursor<'_>, table: &[&str]) -> bool {
    cursor.starts_with_any(table)
}

/// The refusal of a figure that its label makes another one of.
pub(super) fn refused(cursor: &Cursor<'_>, unit: Option<Unit>) -> Option<Error> {
    let unit = unit?;
    if unit == Unit::POSITION {
        return Some(cursor.error("第 before a place: so many places are no rank"));
    }
    unit.is_points()
        .then(|| cursor.error("a verb of change such as 提高 or 下降 before points"))
}
