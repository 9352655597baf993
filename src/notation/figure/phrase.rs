//! Phrases: a level, a change with its direction and base, a rank.

use super::change::{change, from_to};
use super::compare;
use super::cursor::Cursor;
use super::number::Number;
use super::quantity::{Quantity, before, quantity};
use super::rank::rank;
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
        cursor.skip_spaces();
        let start = *cursor;
        let read = quantity(cursor, marks)?;
        if is_year(&read) {
            return Err(start.error("a figure, not a date"));
        }
        return Ok(Phrase::Level(read));
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

/// 2023年 and 2020-2022年 are dates and not so many years.
fn is_year(quantity: &Quantity) -> bool {
    let last = quantity.high.unwrap_or(quantity.low);
    let four_digits = (Decimal::ONE_THOUSAND..Decimal::from(10_000u32)).contains(&last.value);
    quantity.unit == Some(Unit::YEAR)
        && quantity.qualifier == Qualifier::None
        && four_digits
        && last.place == 0
        && last.power == 0
        && last.fixed.is_none()
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
