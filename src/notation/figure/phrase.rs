//! Phrases: a level, a change with its direction and base, a rank.

use super::compare;
use super::cursor::Cursor;
use super::number::{Number, number, times_power};
use super::quantity::{Quantity, before, quantity};
use super::words;
use crate::error::Result;
use crate::model::{Base, Precision, Qualifier, Unit};
use rust_decimal::Decimal;

/// What a phrase says, before units and precision are settled.
#[derive(Clone, Copy, Debug)]
pub(super) enum Phrase {
    /// So much of it.
    Level(Quantity),
    /// So much more; less than zero for a fall.
    Change {
        quantity: Quantity,
        base: Option<Base>,
    },
    /// So many times as much as the base.
    Multiple {
        quantity: Quantity,
        base: Option<Base>,
    },
    /// So high a place.
    Rank(Quantity),
}

/// Reads a whole text.
pub(super) fn phrase(mut cursor: Cursor<'_>) -> Result<Phrase> {
    let phrase = any(&mut cursor)?;
    let expected = match &phrase {
        Phrase::Level(quantity) if quantity.unit.is_none() && quantity.high.is_none() => {
            "a unit, a qualifier such as 以上, or nothing more"
        }
        _ => "nothing more",
    };
    cursor.expect_end(expected)?;
    Ok(phrase)
}

fn any(cursor: &mut Cursor<'_>) -> Result<Phrase> {
    if let Some(phrase) = rank(cursor)? {
        return Ok(phrase);
    }
    let mut behind = *cursor;
    behind.eat_any(&["实现", "实现了"]);
    if let Some(phrase) = change(&mut behind)? {
        *cursor = behind;
        return Ok(phrase);
    }
    let from_start = *cursor;
    if cursor.eat_any(&["由", "从", "自"]) {
        return from_to(cursor, from_start);
    }
    level(cursor)
}

/// 730多万剂次, 共300人, 每千人口4.92个, 清零, 是上年的2.1倍.
fn level(cursor: &mut Cursor<'_>) -> Result<Phrase> {
    let marks = before(cursor)?;
    if !marks.is_some() && cursor.eat_any(words::ZEROES) {
        let at = cursor.at();
        return Ok(Phrase::Level(Quantity {
            low: Number {
                fixed: Some(Precision::Exact),
                ..Number::whole(0)
            },
            high: None,
            unit: None,
            qualifier: Qualifier::None,
            at,
        }));
    }
    if let Some(base) = compare::of_base(cursor) {
        let start = *cursor;
        let marks = if marks.is_some() {
            marks
        } else {
            before(cursor)?
        };
        let quantity = quantity(cursor, marks)?;
        let of_whole = |unit: Unit| unit == Unit::MULTIPLE || unit == Unit::PERCENT;
        if !quantity.unit.is_some_and(of_whole) {
            return Err(start.error("a multiple or a percentage of it, as in 2.1倍 or 80%"));
        }
        return Ok(Phrase::Multiple { quantity, base });
    }
    let Some((scale, below)) = denominator(cursor)? else {
        return quantity(cursor, marks).map(Phrase::Level);
    };
    let start = *cursor;
    let marks = if marks.is_some() {
        marks
    } else {
        before(cursor)?
    };
    let read = quantity(cursor, marks)?;
    let unit = match read.unit {
        Some(unit) => Unit::ratio(unit, scale, below).map_err(|error| cursor.refuse(&error))?,
        None => match scale {
            100 if below == Unit::PERSON => Unit::PERCENT,
            1000 if below == Unit::PERSON => Unit::PERMILLE,
            10_000 if below == Unit::PERSON => Unit::PER_TEN_THOUSAND,
            100_000 if below == Unit::PERSON => Unit::PER_HUNDRED_THOUSAND,
            1_000_000 if below == Unit::PERSON => Unit::PER_MILLION,
            _ => {
                return Err(start.error(format!(
                    "a number with a unit, of which there is so much to each {}",
                    below.to_chinese()
                )));
            }
        },
    };
    Ok(Phrase::Level(Quantity {
        unit: Some(unit),
        ..read
    }))
}

/// 每千人口, 人均.
fn denominator(cursor: &mut Cursor<'_>) -> Result<Option<(u32, Unit)>> {
    let start = *cursor;
    let below = match cursor.eat_entry(words::MEANS) {
        Some(below) => Some((1, Unit::parse(below)?)),
        None if cursor.eat("每") => {
            cursor.skip_spaces();
            let Some((scale, below, bytes)) = Unit::longest_denominator(cursor.rest()) else {
                return Err(
                    cursor.error("what there is so much to each of, as in 每千人口 or 每盒")
                );
            };
            cursor.skip(bytes);
            if below == Unit::BED {
                // 每百张床, 每张床位.
                cursor.eat_any(&["床", "床位"]);
            }
            Some((scale, below))
        }
        None => None,
    };
    if below.is_none() {
        *cursor = start;
    }
    cursor.skip_spaces();
    Ok(below)
}

/// 同比下降2.86%, 比2021年提高了9个百分点, 与上年持平, 翻两番, 提高到88.22%.
fn change(cursor: &mut Cursor<'_>) -> Result<Option<Phrase>> {
    let start = *cursor;
    let compared = compare::base(cursor)?;
    let base = compared.flatten();
    let at = cursor.at();
    if let Some(qualifier) = cursor.eat_entry(words::UNCHANGED) {
        let quantity = Quantity {
            qualifier,
            ..Quantity::percent(0, at)
        };
        return Ok(Some(Phrase::Change { quantity, base }));
    }
    if let Some(quantity) = doubled(cursor)? {
        return Ok(Some(Phrase::Change { quantity, base }));
    }
    if let Some(falls) = cursor.eat_entry(words::RATES) {
        return moved(cursor, falls, base).map(Some);
    }
    let comparative = || {
        if compared.is_some() {
            words::COMPARATIVES
        } else {
            &[]
        }
    };
    if let Some(falls) = cursor
        .eat_entry(words::VERBS)
        .or_else(|| cursor.eat_entry(comparative()))
    {
        if arrives(cursor) {
            return arrived(cursor).map(Some);
        }
        return moved(cursor, falls, base).map(Some);
    }
    match compared {
        None => {
            *cursor = start;
            Ok(None)
        }
        Some(_) if cursor.starts_with_any(&["+", "-", "负"]) => {
            moved(cursor, false, base).map(Some)
        }
        Some(_) => Err(cursor.error("a verb of change such as 增长 or 下降, or 持平")),
    }
}

/// The size of a change, behind its verb.
fn moved(cursor: &mut Cursor<'_>, falls: bool, base: Option<Base>) -> Result<Phrase> {
    cursor.skip_spaces();
    cursor.eat_any(words::CHANGE_LEADS);
    let marks = before(cursor)?;
    let start = *cursor;
    let quantity = quantity(cursor, marks)?;
    if !falls {
        return Ok(Phrase::Change { quantity, base });
    }
    let signed = |number: Number| number.value.is_sign_negative() && !number.value.is_zero();
    if signed(quantity.low) || quantity.high.is_some_and(signed) {
        return Err(start.error("a number without a sign, as the verb says that it falls"));
    }
    Ok(Phrase::Change {
        quantity: quantity.negated(),
        base,
    })
}

/// 到, 至 and the like, which turn a verb of change into the way to a level; 至少 is none.
fn arrives(cursor: &mut Cursor<'_>) -> bool {
    !cursor.starts_with_any(words::NOT_RANGE) && cursor.eat_any(words::ARRIVALS)
}

/// The level behind 提高到.
fn arrived(cursor: &mut Cursor<'_>) -> Result<Phrase> {
    cursor.skip_spaces();
    compare::of_base(cursor);
    let marks = before(cursor)?;
    quantity(cursor, marks).map(Phrase::Level)
}

/// 由81.04%提高到88.22%, whose level is the latter; and 从8千元到1万元, a range.
fn from_to(cursor: &mut Cursor<'_>, start: Cursor<'_>) -> Result<Phrase> {
    compare::of_base(cursor);
    let marks = before(cursor)?;
    let from = quantity(cursor, marks)?;
    if from.high.is_some() {
        return Ok(Phrase::Level(from));
    }
    cursor.skip_spaces();
    cursor.eat(",");
    cursor.skip_spaces();
    let verb = *cursor;
    let falls = cursor.eat_entry(words::VERBS);
    let Some(falls) = falls.filter(|_| arrives(cursor)) else {
        return Err(verb.error("a verb such as 提高到 or 降至 and the level it came to"));
    };
    let phrase = arrived(cursor)?;
    if let Phrase::Level(to) = &phrase
        && to.unit == from.unit
        && to.high.is_none()
        && to.low.value != from.low.value
        && falls != (to.low.value < from.low.value)
    {
        let (verb, from, to) = (
            cursor.written_since(verb.at()),
            from.low.value,
            to.low.value,
        );
        return Err(start.error(format!(
            "numbers that move as the verb says, not {from} and {to} with {verb}"
        )));
    }
    Ok(phrase)
}

/// 翻一番 is twice as much, 翻两番 four times; 翻了一倍 twice.
fn doubled(cursor: &mut Cursor<'_>) -> Result<Option<Quantity>> {
    let mut ahead = *cursor;
    let at = ahead.at();
    if !ahead.eat("翻") {
        return Ok(None);
    }
    ahead.eat("了");
    let start = ahead;
    if ahead.eat_any(&["番", "倍"]) {
        *cursor = ahead;
        return Ok(Some(Quantity::percent(100, at)));
    }
    let times = number(&mut ahead, false)?
        .filter(|written| written.odd.is_none() && written.upper.is_none());
    let times = times.and_then(|written| u32::try_from(written.number.value.normalize()).ok());
    let percent = times
        .filter(|times| (1..=20).contains(times))
        .and_then(|times| 2u32.checked_pow(times)?.checked_sub(1)?.checked_mul(100));
    match percent {
        Some(percent) if ahead.eat("番") => {
            *cursor = ahead;
            Ok(Some(Quantity::percent(percent, at)))
        }
        _ => Err(start.error("how many times it doubled, as in 翻一番 or 翻两番")),
    }
}

/// 第一, 全省第2名, 前三名.
fn rank(cursor: &mut Cursor<'_>) -> Result<Option<Phrase>> {
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

/// The change from the base that `multiple` of it is: 2.1倍 and 210% are +110%.
pub(super) fn change_of_multiple(multiple: Quantity) -> Option<Quantity> {
    let hundred = Decimal::ONE_HUNDRED;
    let less_whole = |number: Number| {
        let value = number.value.checked_sub(hundred)?;
        // A decimal that has no room for the digits rounds them off.
        (value.scale() == number.value.scale()).then_some(Number { value, ..number })
    };
    let percent = in_percent(multiple)?;
    let change = percent.map(less_whole)?;
    let digit = |number: Number| crate::model::figure::last_nonzero_digit(number.value);
    let by_digits = matches!(
        change.qualifier,
        Qualifier::Odd | Qualifier::About | Qualifier::Nearly
    );
    if !by_digits || (digit(change.low) == digit(percent.low) && !change.is_negative()) {
        return Some(change);
    }
    // The last digit of 1000% is another than that of 1100%: 余 has to become a range.
    let unit = Decimal::from_str_exact("1").ok()?;
    let place = digit(percent.low)?;
    let unit = if place >= 0 {
        times_power(unit, place)?
    } else {
        Decimal::try_from_i128_with_scale(1, u32::from(place.unsigned_abs())).ok()?
    };
    let half = unit.checked_div(Decimal::TWO)?;
    let v = percent.low.value;
    let (low, high) = match change.qualifier {
        Qualifier::Odd => (v, v.checked_add(unit)?),
        Qualifier::About => (v.checked_sub(half)?, v.checked_add(half)?),
        _ => (v.checked_sub(half)?, v),
    };
    let number = |value: Decimal| {
        let place = crate::model::figure::last_nonzero_digit(value)?.min(percent.low.place);
        less_whole(Number {
            value: value.normalize(),
            place,
            ..percent.low
        })
    };
    Some(Quantity {
        low: number(low)?,
        high: Some(number(high)?),
        qualifier: Qualifier::None,
        ..change
    })
}

/// 倍 as a percentage: 2.1倍 is 210%, known to 10%.
pub(super) fn in_percent(quantity: Quantity) -> Option<Quantity> {
    if quantity.unit != Some(Unit::MULTIPLE) {
        return Some(quantity);
    }
    let percent = quantity.map(|number| number.times_power(2))?;
    Some(Quantity {
        unit: Some(Unit::PERCENT),
        ..percent
    })
}
