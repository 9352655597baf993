//! Ranks: 第一, 全省第2名, 前三.

use rust_decimal::Decimal;

use super::cursor::Cursor;
use super::number::{Number, number};
use super::phrase::Phrase;
use super::quantity::Quantity;
use super::words;
use crate::error::Result;
use crate::model::{Qualifier, Unit};

/// 第一, 全省第2名, 前三名.
pub(super) fn rank(cursor: &mut Cursor<'_>) -> Result<Option<Phrase>> {
    let mut ahead = *cursor;
    while ahead.eat_any(words::RANK_LEADS) {
        ahead.skip_spaces();
    }
    let at = ahead.at();
    let rank = |low: Number, qualifier: Qualifier| {
        Phrase::Rank(Quantity {
            low,
            high: None,
            unit: Some(Unit::POSITION),
            qualifier,
            at,
        })
    };
    if ahead.eat_any(words::FIRST_PLACES) {
        *cursor = ahead;
        return Ok(Some(rank(Number::whole(1), Qualifier::None)));
    }
    let qualifier = if ahead.eat("第") {
        Qualifier::None
    } else if ahead.eat("前") {
        Qualifier::AtMost
    } else {
        return Ok(None);
    };
    ahead.skip_spaces();
    let start = ahead;
    let written = number(&mut ahead, false)?;
    let whole =
        |number: Number| number.place == 0 && number.power == 0 && number.value >= Decimal::ONE;
    let Some(written) = written.filter(|written| {
        written.odd.is_none() && written.upper.is_none() && whole(written.number)
    }) else {
        return Err(start.error("a place from 1 on, as in 第一 or 第3位"));
    };
    ahead.skip_spaces();
    let unit = ahead;
    ahead.eat_any(words::PLACES);
    ahead.skip_spaces();
    if !ahead.is_end() && qualifier == Qualifier::AtMost {
        // 前三季度.
        return Ok(None);
    }
    if !ahead.is_end() {
        return Err(unit.error("位, 名 or nothing more after a place"));
    }
    *cursor = ahead;
    Ok(Some(rank(written.number, qualifier)))
}

/// 由全省第5位上升到第3位, whose rank is the latter.
pub(super) fn rank_to(cursor: &mut Cursor<'_>) -> Result<Option<Phrase>> {
    let start = *cursor;
    let offsets = start
        .rest()
        .char_indices()
        .map(|(at, _)| at)
        .take(RANK_CHARS_MAX);
    for length in offsets {
        let mut after = start;
        after.skip(length);
        if !after.starts_with_any(words::RANK_LEADS) {
            continue;
        }
        let mut from = start.up_to(after.at());
        if matches!(rank(&mut from), Ok(Some(_))) {
            let to = rank(&mut after)?;
            *cursor = after;
            return Ok(to);
        }
    }
    Ok(None)
}

/// No rank is longer, in characters, with the words before it.
const RANK_CHARS_MAX: usize = 24;
