//! Phrases: a level, a change with its direction and base, a rank.

use super::change::{change, from_to};
use super::compare;
use super::cursor::Cursor;
use super::label::{self, label, refused};
use super::note;
use super::nouns::protected;
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

/// Reads a whole text: a figure, with a label in front or without.
///
/// The figure alone is tried first, so that a label never changes what reads without one.
pub(super) fn phrase(mut cursor: Cursor<'_>) -> Result<Phrase> {
    let quoted = cursor.starts_with("“") && !cursor.rest().trim_end_matches('”').contains('”');
    if quoted && cursor.rest().ends_with('”') {
        let end = cursor.at() + cursor.rest().len() - '”'.len_utf8();
        cursor.skip('“'.len_utf8());
        cursor = cursor.up_to(end);
    }
    let unlabelled = match whole(cursor) {
        Ok(phrase) => return Ok(phrase),
        Err(error) => error,
    };
    if !label(&mut cursor)? {
        return Err(unlabelled);
    }
    let phrase = whole(cursor)?;
    match &phrase {
        Phrase::Level(quantity) => refused(&cursor, quantity.unit).map_or(Ok(phrase), Err),
        _ => Ok(phrase),
    }
}

/// A figure and nothing behind it but a note.
fn whole(mut cursor: Cursor<'_>) -> Result<Phrase> {
    let phrase = any(&mut cursor)?;
    note::end(&mut cursor, &phrase)?;
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
    let Some(denominator) = denominator(cursor)? else {
        cursor.skip_spaces();
        // 占总人口的18.7%.
        let of_whole = cursor.char_before() == Some('占') && label::noun(cursor)?;
        let marks = if of_whole && !marks.is_some() {
            before(cursor)?
        } else {
            marks
        };
        cursor.skip_spaces();
        let start = *cursor;
        let read = quantity(cursor, marks)?;
        if is_year(&read) {
            return Err(start.error("a figure, not a date"));
        }
        return Ok(Phrase::Level(read));
    };
    let noun = *cursor;
    let named = label::noun(cursor)?;
    let mean = noun.char_before() == Some('均');
    if named && !mean && !ends_a_word(denominator.1) {
        return Err(noun.error("a number"));
    }
    let start = *cursor;
    if named && let Some(phrase) = change(cursor)? {
        return divided(phrase, denominator, cursor);
    }
    if named && cursor.eat_any(&["由", "从", "自"]) {
        let phrase = from_to(cursor, start)?;
        return divided(phrase, denominator, cursor);
    }
    let marks = if marks.is_some() {
        marks
    } else {
        before(cursor)?
    };
    let read = quantity(cursor, marks)?;
    let (scale, below) = denominator;
    let unit = match read.unit {
        Some(_) => return divided(Phrase::Level(read), denominator, cursor),
        // 每10万人口9.80 is a fraction of them; of 每千人口床位数7.23 nobody says of what.
        None => match scale {
            100 if below == Unit::PERSON && !named => Unit::PERCENT,
            1000 if below == Unit::PERSON && !named => Unit::PERMILLE,
            10_000 if below == Unit::PERSON && !named => Unit::PER_TEN_THOUSAND,
            100_000 if below == Unit::PERSON && !named => Unit::PER_HUNDRED_THOUSAND,
            1_000_000 if below == Unit::PERSON && !named => Unit::PER_MILLION,
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

/// Whether a noun may stand behind 每 and the unit: a measure word may be the start of the noun (每家庭, 每门急诊), or stand
/// for the noun, which is no unit (每个乡镇1所).
fn ends_a_word(below: Unit) -> bool {
    let counted = [Unit::PERSON, Unit::PERSON_TIME, Unit::HOUSEHOLD, Unit::BED];
    counted.contains(&below) || !below.is_counter()
}

/// What is said of so much to each: 每千人口床位数增加0.2张 is in 张/千人. A change in percent or points stays one.
fn divided(phrase: Phrase, (scale, below): (u32, Unit), cursor: &Cursor<'_>) -> Result<Phrase> {
    let ratio = |quantity: Quantity| {
        let unit = match quantity.unit {
            Some(unit) => Unit::ratio(unit, scale, below).map_err(|error| cursor.refuse(&error))?,
            None => {
                return Err(cursor.error_at(quantity.at, "a number with a unit"));
            }
        };
        Ok(Quantity {
            unit: Some(unit),
            ..quantity
        })
    };
    Ok(match phrase {
        Phrase::Level(quantity) => Phrase::Level(ratio(quantity)?),
        Phrase::Change { quantity, base } => {
            let relative =
                |unit: Unit| unit.is_points() || unit.is_percent_like() || unit == Unit::MULTIPLE;
            let quantity = if quantity.unit.is_some_and(relative) {
                quantity
            } else {
                ratio(quantity)?
            };
            Phrase::Change { quantity, base }
        }
        other => other,
    })
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
    if protected(cursor).is_some() {
        return Ok(None);
    }
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
