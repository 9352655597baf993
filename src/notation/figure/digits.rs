//! Arabic digits, with separators and the marks of the canonical text.

use rust_decimal::Decimal;

use super::cursor::Cursor;
use super::number::{Number, TOO_LARGE};
use crate::error::Result;
use crate::model::Precision;

/// `1128`, `1,128.5`, `1 128`; with `!` or `e2` behind as in the canonical text of a figure.
pub(super) fn arabic(cursor: &mut Cursor<'_>) -> Result<Option<Number>> {
    let start = *cursor;
    let first = digits_here(cursor);
    if first.is_empty() {
        return Ok(None);
    }
    let mut digits = first.to_string();
    cursor.skip(first.len());
    if let Some(separator) = cursor.peek().filter(|&c| c == ',' || c == ' ') {
        loop {
            let mut group = *cursor;
            if group.peek() != Some(separator) {
                break;
            }
            group.skip(1);
            let three = digits_here(&group);
            if three.is_empty() {
                break;
            }
            if first.len() > 3 || three.len() != 3 {
                return Err(cursor.error("digits in groups of three, or without a separator"));
            }
            digits.push_str(three);
            group.skip(three.len());
            *cursor = group;
        }
    }
    let mut decimals = 0;
    if cursor.starts_with(".") && !cursor.starts_with("..") {
        cursor.skip(1);
        let fraction = digits_here(cursor);
        if fraction.is_empty() {
            return Err(cursor.error("a digit after the point"));
        }
        decimals = fraction.len();
        digits.push('.');
        digits.push_str(fraction);
        cursor.skip(decimals);
    }
    let Ok(value) = Decimal::from_str_exact(&digits) else {
        let count = digits.len() - usize::from(decimals > 0);
        return Err(start.error(format!(
            "at most 28 digits, which is what an exact decimal holds, not {count}"
        )));
    };
    let mut number = Number {
        value,
        place: i8::try_from(decimals).map_or(i8::MIN, |places| -places),
        power: 0,
        fixed: None,
    };
    if cursor.eat("!") {
        number.fixed = Some(Precision::Exact);
    } else if decimals == 0
        && cursor
            .rest()
            .strip_prefix('e')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    {
        cursor.skip(1);
        let exponent = digits_here(cursor);
        let power = exponent.parse::<i8>().ok().filter(|power| *power <= 28);
        let power = power.ok_or_else(|| cursor.error("a power of ten from 0 to 28"))?;
        cursor.skip(exponent.len());
        number = number
            .times_power(power)
            .ok_or_else(|| start.error(TOO_LARGE))?;
        number.power = 0;
        number.fixed = Some(Precision::Digit(power));
    }
    Ok(Some(number))
}

pub(super) fn digits_here<'a>(cursor: &Cursor<'a>) -> &'a str {
    let rest = cursor.rest();
    let end = rest.find(|c: char| !c.is_ascii_digit());
    rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
}
