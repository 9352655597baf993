//! What a change is measured from: 同比, 较上年同期, 比2021年, 是上年的.

use super::cursor::Cursor;
use super::words;
use crate::error::Result;
use crate::model::Base;
use crate::notation::period::parse_period;

/// No name of a base is longer, in characters.
const BASE_CHARS_MAX: usize = 32;

/// Reads the base of a comparison, which a verb of change must follow: 同比, 环比, 较上年, 与2021年相比.
///
/// `None` if no comparison starts here; `Some(None)` for a base that depends on the period of the figure itself.
pub(super) fn base(cursor: &mut Cursor<'_>) -> Result<Option<Option<Base>>> {
    if let Some(base) = cursor.eat_entry(words::ADVERBS) {
        separator(cursor);
        return Ok(Some(Some(base)));
    }
    if !cursor.eat_any(words::COMPARED_WITH) {
        return Ok(None);
    }
    cursor.skip_spaces();
    let start = *cursor;
    let offsets = start
        .rest()
        .char_indices()
        .map(|(at, _)| at)
        .skip(1)
        .take(BASE_CHARS_MAX);
    for length in offsets {
        let mut after = start;
        after.skip(length);
        if !starts_change(&after) {
            continue;
        }
        if let Some(base) = named(start.up_to(after.at()).rest()) {
            *cursor = after;
            return Ok(Some(base));
        }
    }
    Err(start.error("what is compared with and a verb of change, as in 上年同期增长 or 2021年下降"))
}

/// Reads 上年的 or 2021年的, as before 2.1倍 or 81.04%.
pub(super) fn of_base(cursor: &mut Cursor<'_>) -> Option<Option<Base>> {
    let start = *cursor;
    let offsets = start.rest().char_indices().take(BASE_CHARS_MAX);
    for (length, _) in offsets.filter(|&(at, _)| start.rest()[at..].starts_with('的')) {
        let mut after = start;
        after.skip(length);
        if let Some(base) = named(start.up_to(after.at()).rest()) {
            after.skip('的'.len_utf8());
            after.skip_spaces();
            *cursor = after;
            return Some(base);
        }
    }
    None
}

/// Moves over 实际, 小幅 and the like in front of a verb of change.
pub(super) fn adverbs(cursor: &mut Cursor<'_>) {
    let mut ahead = *cursor;
    while ahead.eat_any(words::MANNERS) {}
    let verb = |table: &[(&str, bool)]| table.iter().any(|(word, _)| ahead.starts_with(word));
    if verb(words::VERBS) || verb(words::RATES) {
        *cursor = ahead;
    }
}

/// Whether a verb of change, a word for none, or a signed number starts here.
pub(super) fn starts_change(cursor: &Cursor<'_>) -> bool {
    let mut behind = *cursor;
    adverbs(&mut behind);
    let cursor = &behind;
    let starts = |table: &[(&str, bool)]| table.iter().any(|(word, _)| cursor.starts_with(word));
    let unchanged = words::UNCHANGED
        .iter()
        .any(|(word, _)| cursor.starts_with(word));
    unchanged
        || starts(words::VERBS)
        || starts(words::COMPARATIVES)
        || starts(words::RATES)
        || cursor.starts_with_any(&["翻", "+", "-"])
}

/// The base that `phrase` names as a whole: 上年同期, 2021年, 2021年相比.
fn named(phrase: &str) -> Option<Option<Base>> {
    let mut name = phrase.trim_end_matches([' ', ',', '的']);
    for word in words::COMPARED {
        if let Some(shorter) = name.strip_suffix(word) {
            name = shorter.trim_end();
            break;
        }
    }
    if let Some((_, base)) = words::BASES.iter().find(|(word, _)| *word == name) {
        return Some(*base);
    }
    // 恢复至2019年的95% is measured from 2019, not from its last day.
    if name.starts_with(['至', '到']) {
        return None;
    }
    if let Ok(period) = parse_period(name) {
        return Some(Some(Base::Fixed(period)));
    }
    // The same part of another year: which one, the period of the figure says.
    let year = name
        .strip_suffix("同期")
        .or_else(|| name.strip_suffix("同月"))?;
    parse_period(year).is_ok().then_some(None)
}

/// A comma between the base and the verb.
fn separator(cursor: &mut Cursor<'_>) {
    cursor.skip_spaces();
    cursor.eat_any(&[","]);
    cursor.skip_spaces();
}
