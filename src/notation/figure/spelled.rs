//! Chinese numerals: 二千零二十三, 八点五, and the pairs that mean "the one or the other".

use rust_decimal::Decimal;

use super::cursor::Cursor;
use super::number::{Number, Written, times_power};
use crate::error::Result;
use crate::model::Qualifier;
use crate::notation::numeral::{chinese_digit, chinese_number_below_wan};

/// 二千零二十三, 八点五, 十几, 三四十, 十七八.
pub(super) fn chinese(cursor: &mut Cursor<'_>) -> Result<Option<Written>> {
    let start = *cursor;
    let first = cursor.peek();
    let starts = first.is_some_and(|c| {
        matches!(c, '十' | '拾' | '廿' | '卅' | '卌') || chinese_digit(c).is_some()
    });
    if !starts {
        return Ok(None);
    }
    let head = chinese_number_below_wan(cursor.rest());
    let mut value = Decimal::ZERO;
    if let Some((whole, bytes)) = head {
        cursor.skip(bytes);
        let decimal = i128::try_from(whole)
            .ok()
            .and_then(|whole| Decimal::try_from_i128_with_scale(whole, 0).ok());
        let too_long = || {
            let count = start
                .rest()
                .get(..bytes)
                .map_or(0, |digits| digits.chars().count());
            start.error(format!(
                "at most 28 digits, which is what an exact decimal holds, not {count}"
            ))
        };
        value = decimal.ok_or_else(too_long)?;
    }
    if let Some((low, high)) = pair(cursor, value, head.is_some()) {
        return Ok(Some(Written {
            number: low,
            upper: Some(high),
            odd: None,
        }));
    }
    if head.is_none() {
        return Err(start.error(
            "a numeral such as 三十四, or two digits that follow one another, as in 三四十",
        ));
    }
    let mut number = Number {
        value,
        place: 0,
        power: 0,
        fixed: None,
    };
    if cursor.starts_with("点") {
        cursor.skip("点".len());
        number = fraction(cursor, value)?;
    }
    // 十几, 二十几.
    let round =
        number.place == 0 && !number.value.is_zero() && (number.value % Decimal::TEN).is_zero();
    let odd_at = cursor.at();
    let odd = (round && cursor.eat("几")).then_some((Qualifier::Odd, odd_at));
    Ok(Some(Written {
        number,
        upper: None,
        odd,
    }))
}

/// The digits behind 点.
fn fraction(cursor: &mut Cursor<'_>, whole: Decimal) -> Result<Number> {
    let start = *cursor;
    let mut digits = String::new();
    while let Some((c, digit)) = cursor.peek().and_then(|c| Some((c, chinese_digit(c)?))) {
        digits.push_str(&digit.to_string());
        cursor.skip(c.len_utf8());
    }
    if digits.is_empty() {
        return Err(start.error("a Chinese digit after 点"));
    }
    let count = digits.len();
    let value = Decimal::from_str_exact(&format!("{whole}.{digits}"));
    let value = value
        .map_err(|_| start.error("at most 28 digits, which is what an exact decimal holds"))?;
    Ok(Number {
        value,
        place: i8::try_from(count).map_or(i8::MIN, |places| -places),
        power: 0,
        fixed: None,
    })
}

/// Two digits that mean "the one or the other": 三四 people, 三五 days, 二三十, and after a head 十七八, 一千二三百.
fn pair(cursor: &mut Cursor<'_>, head: Decimal, has_head: bool) -> Option<(Number, Number)> {
    let mut ahead = *cursor;
    let mut digit = || {
        let c = ahead.peek()?;
        let digit = chinese_digit(c)?;
        ahead.skip(c.len_utf8());
        Some(digit)
    };
    let (low, high) = (digit()?, digit()?);
    let neighbours = low > 0 && high == low + 1 || (low, high) == (3, 5);
    if !neighbours || ahead.peek().and_then(chinese_digit).is_some() {
        return None;
    }
    let power = [('十', 1), ('百', 2), ('千', 3)]
        .into_iter()
        .find(|&(c, _)| ahead.peek() == Some(c));
    let place = match power {
        Some((c, place)) => {
            ahead.skip(c.len_utf8());
            place
        }
        None => 0,
    };
    // The pair stands for the digit right below the head's last one.
    let unit = times_power(Decimal::ONE, place)?;
    let above = unit.checked_mul(Decimal::TEN)?;
    if has_head && (head.is_zero() || !(head % above).is_zero()) {
        return None;
    }
    if has_head && power.is_none() && (head % Decimal::ONE_HUNDRED).is_zero() {
        return None;
    }
    *cursor = ahead;
    let number = |digit: u128| {
        let value = Decimal::from(u8::try_from(digit).ok()?)
            .checked_mul(unit)?
            .checked_add(head)?;
        Some(Number {
            value,
            place: 0,
            power: 0,
            fixed: None,
        })
    };
    Some((number(low)?, number(high)?))
}
