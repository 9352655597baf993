//! A number with its sign and its unit: what a quantity is, or one end of a range.

use rust_decimal::Decimal;

use super::cursor::Cursor;
use super::number::{Number, number};
use super::quantity::Marks;
use super::words;
use crate::error::Result;
use crate::model::unit::Dimension;
use crate::model::{Qualifier, Unit};
use crate::notation::numeral::chinese_digit;

/// One end of a range, or the only number.
pub(super) struct End {
    pub(super) number: Number,
    /// The upper number of 三四十.
    pub(super) upper: Option<Number>,
    pub(super) unit: Option<Unit>,
    /// Whether its digits are tenths, 三成.
    pub(super) tenths: bool,
}

/// A signed number and its unit.
pub(super) fn end<'a>(
    cursor: &mut Cursor<'a>,
    bare_power: bool,
    marks: &mut Marks<'a>,
) -> Result<Option<End>> {
    let start = *cursor;
    let negative = cursor.eat_any(&["-", "负"]);
    let unsigned = !negative && cursor.eat("±");
    let signed = negative || unsigned || cursor.eat("+");
    let sign = |number: Number| if negative { number.negated() } else { number };
    if let Some(unit) = cursor.eat_entry(words::FRACTIONS) {
        let Some(written) = number(cursor, false)? else {
            return Err(cursor.error(format!(
                "a number after {}",
                cursor.written_since(start.at())
            )));
        };
        odd_mark(marks, written.odd, cursor)?;
        return Ok(Some(End {
            number: sign(written.number),
            upper: written.upper.map(sign),
            unit: Some(unit),
            tenths: false,
        }));
    }
    let Some(mut written) = number(cursor, bare_power)? else {
        if signed {
            return Err(cursor.error("a digit after the sign"));
        }
        return Ok(None);
    };
    if unsigned && !written.number.value.is_zero() {
        return Err(start.error("a number with one sign: ± before another than 0 is a spread"));
    }
    odd_mark(marks, written.odd, cursor)?;
    let nearly = *cursor;
    if nearly_mark(cursor) {
        marks.add(Qualifier::Nearly, &nearly, cursor)?;
    }
    let mut ahead = *cursor;
    ahead.skip_spaces();
    let tenths = tenths(&mut ahead, &mut written.number)?;
    let unit = if tenths {
        written.upper = written.upper.and_then(|upper| upper.times_power(1));
        Some(Unit::PERCENT)
    } else {
        unit(&mut ahead, marks)?
    };
    if unit.is_some() || ahead.eat_last("大") {
        *cursor = ahead;
        let odd = *cursor;
        if unit.is_some() && cursor.eat_any(&["多", "余"]) {
            marks.add(Qualifier::Odd, &odd, cursor)?;
        }
    }
    if negative && written.upper.is_some() {
        return Err(start.error("a range without a sign before its digits"));
    }
    Ok(Some(End {
        number: sign(written.number),
        upper: written.upper,
        unit,
        tenths,
    }))
}

fn odd_mark<'a>(
    marks: &mut Marks<'a>,
    odd: Option<(Qualifier, usize)>,
    cursor: &Cursor<'a>,
) -> Result<()> {
    match odd {
        Some((qualifier, at)) => {
            let start = cursor.back_to(at);
            let mut end = start;
            end.skip(start.peek().map_or(0, char::len_utf8));
            marks.add(qualifier, &start, &end)
        }
        None => Ok(()),
    }
}

/// The `-` of `5000-人`, which no number follows.
fn nearly_mark(cursor: &mut Cursor<'_>) -> bool {
    let mut ahead = *cursor;
    let found = ahead.eat("-") && (ahead.is_end() || Unit::longest_prefix(ahead.rest()).is_some());
    if found {
        *cursor = ahead;
    }
    found
}

/// 三成, 三成五, 3.5成: tenths, said in percent.
fn tenths(cursor: &mut Cursor<'_>, number: &mut Number) -> Result<bool> {
    let start = *cursor;
    if !cursor.eat("成") {
        return Ok(false);
    }
    let tenths = number
        .times_power(1)
        .ok_or_else(|| start.error("fewer digits before 成"))?;
    *number = Number {
        power: number.power,
        ..tenths
    };
    let digit = match cursor.peek() {
        Some('半') => Some(5),
        Some(c) => chinese_digit(c)
            .and_then(|digit| u32::try_from(digit).ok())
            .or_else(|| c.to_digit(10)),
        None => None,
    };
    if let Some(digit) = digit.filter(|_| number.place == 1) {
        cursor.skip(cursor.peek().map_or(0, char::len_utf8));
        number.value = number
            .value
            .checked_add(Decimal::from(digit))
            .ok_or_else(|| start.error("fewer digits before 成"))?;
        number.place = 0;
    }
    Ok(true)
}

/// A unit, with what it is divided by: 人, 元/盒, 元每盒, /10万; and 个多月.
fn unit<'a>(cursor: &mut Cursor<'a>, marks: &mut Marks<'a>) -> Result<Option<Unit>> {
    let mut ahead = *cursor;
    if ahead.eat("个") {
        let odd = ahead;
        if ahead.eat_any(&["多", "余"]) {
            let read = Unit::longest_prefix(ahead.rest());
            let measured = |unit: &Unit| {
                matches!(
                    unit.dimension(),
                    Dimension::Duration | Dimension::CalendarTime | Dimension::Points
                )
            };
            if let Some((unit, bytes)) = read.filter(|(unit, _)| measured(unit)) {
                marks.add(Qualifier::Odd, &odd, &ahead)?;
                ahead.skip(bytes);
                *cursor = ahead;
                return Ok(Some(unit));
            }
        }
    }
    let mut bracketed = *cursor;
    if bracketed.eat("(")
        && let Some((unit, bytes)) = Unit::longest_prefix(bracketed.rest())
    {
        bracketed.skip(bytes);
        if bracketed.eat(")") {
            *cursor = bracketed;
            return Ok(Some(unit));
        }
    }
    let Some((unit, bytes)) = Unit::longest_prefix(cursor.rest()) else {
        return Ok(None);
    };
    // 3月 is March and 3季度 the third quarter; a number of them is 3个月.
    let name = cursor.rest().get(..bytes).unwrap_or_default();
    if words::DATES.contains(&name) {
        return Ok(None);
    }
    let fraction = cursor.starts_with("/");
    cursor.skip(bytes);
    if fraction {
        // 9.80/10万人口: the people cancel, whatever they are called.
        cursor.eat_any(&["人口", "口"]);
    }
    let mut ahead = *cursor;
    if ahead.eat("每") {
        let Some((scale, below, bytes)) = Unit::longest_denominator(ahead.rest()) else {
            return Err(ahead.error("a unit after 每"));
        };
        let ratio = Unit::ratio(unit, scale, below).map_err(|error| cursor.refuse(&error))?;
        ahead.skip(bytes);
        *cursor = ahead;
        return Ok(Some(ratio));
    }
    Ok(Some(unit))
}
