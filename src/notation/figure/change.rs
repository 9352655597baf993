//! Changes: their verb, their size, and the level that a verb leads to.

use rust_decimal::Decimal;

use super::compare;
use super::cursor::Cursor;
use super::nouns::{MEAN_CHANGE, stop};
use super::number::{Number, number, times_power};
use super::phrase::Phrase;
use super::quantity::{Quantity, before, quantity};
use super::rank::{rank, rank_to};
use super::words;
use crate::error::Result;
use crate::model::{Base, Qualifier, Unit};

/// 同比下降2.86%, 比2021年提高了9个百分点, 与上年持平, 翻两番, 提高到88.22%.
pub(super) fn change(cursor: &mut Cursor<'_>) -> Result<Option<Phrase>> {
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
    // 同比多增5亿元; but 同比负增长5%.
    if compared.is_some()
        && { *cursor }.eat_entry(words::VERBS).is_none()
        && let Some(reason) = stop(cursor)
    {
        return Err(cursor.error(reason));
    }
    compare::adverbs(cursor);
    if let Some(falls) = cursor.eat_entry(words::RATES) {
        if cursor.starts_with_any(words::COMPARED_WITH) || compare::starts_change(cursor) {
            return Err(cursor.error(
                "how much it changed (a rate of growth that itself rose or fell is another indicator)",
            ));
        }
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
    if cursor.starts_with("平均") {
        return Err(cursor.error(MEAN_CHANGE));
    }
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
    if let Some(rank) = rank(cursor)? {
        return Ok(rank);
    }
    compare::of_base(cursor);
    let marks = before(cursor)?;
    quantity(cursor, marks).map(Phrase::Level)
}

/// 由81.04%提高到88.22%, whose level is the latter; and 从8千元到1万元, a range.
pub(super) fn from_to(cursor: &mut Cursor<'_>, start: Cursor<'_>) -> Result<Phrase> {
    if let Some(rank) = rank_to(cursor)? {
        return Ok(rank);
    }
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
