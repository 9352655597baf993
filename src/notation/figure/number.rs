//! Numbers: digits with their separators, Chinese numerals, and the powers of ten behind them.

use rust_decimal::Decimal;

use super::cursor::Cursor;
use super::words;
use crate::error::Result;
use crate::model::{Precision, Qualifier, Unit};
use crate::notation::numeral::{chinese_digit, chinese_number_below_wan};

/// A number as printed, before its unit says how exact it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    pub(super) value: Decimal,
    /// The place of the last digit that was printed, as a power of ten.
    pub(super) place: i8,
    /// The power of ten that stands behind its last digit (4 for 47万), or 0.
    pub(super) power: i8,
    /// Where the text itself says how exact it is: `79!`, `185e2`.
    pub(super) fixed: Option<Precision>,
}

/// A number with what was written into it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    pub(super) number: Number,
    /// The upper one of 三四十.
    pub(super) upper: Option<Number>,
    /// 多, 余, 几 or 来, and where it stands.
    pub(super) odd: Option<(Qualifier, usize)>,
}

/// The largest power that is written out: 千万亿.
const WAN: i8 = 4;

const TOO_LARGE: &str = "a number below 7.9e28, the largest that an exact decimal holds";

impl Number {
    pub(super) fn whole(value: u32) -> Self {
        Self {
            value: Decimal::from(value),
            place: 0,
            power: 0,
            fixed: None,
        }
    }

    /// Times `10^power`, exactly; `None` if no decimal holds it.
    pub(super) fn times_power(self, power: i8) -> Option<Self> {
        Some(Self {
            value: times_power(self.value, power)?,
            place: self.place.checked_add(power)?,
            power: self.power.checked_add(power)?,
            fixed: match self.fixed {
                Some(Precision::Digit(p)) => Some(Precision::Digit(p.checked_add(power)?)),
                fixed => fixed,
            },
        })
    }

    /// How exact it is, said of `unit`: whole numbers of countable things are counted, all else is
    /// known to its last digit.
    pub(super) fn precision(&self, unit: Option<Unit>) -> Precision {
        let counted = unit.is_none_or(|unit| unit.is_counter());
        match self.fixed {
            Some(precision) => precision,
            None if counted && self.power == 0 && self.place == 0 => Precision::Exact,
            None => Precision::Digit(self.place),
        }
    }

    pub(super) fn negated(self) -> Self {
        // There is no zero below zero.
        let value = if self.value.is_zero() {
            self.value
        } else {
            -self.value
        };
        Self { value, ..self }
    }
}

/// `value × 10^power` for a power that is not negative, without rounding.
pub(super) fn times_power(value: Decimal, power: i8) -> Option<Decimal> {
    let power = u32::try_from(power).ok()?;
    if let Some(scale) = value.scale().checked_sub(power) {
        return Decimal::try_from_i128_with_scale(value.mantissa(), scale).ok();
    }
    let factor = 10i128.checked_pow(power - value.scale())?;
    Decimal::try_from_i128_with_scale(value.mantissa().checked_mul(factor)?, 0).ok()
}

/// Reads a number without a sign: `1,128`, `1.2万亿`, `1亿2000万`, 二千零二十三, 十多万, 三四十.
///
/// `bare_power` allows 万 alone, as in 近万人. `None` if no number starts here.
pub(super) fn number(cursor: &mut Cursor<'_>, bare_power: bool) -> Result<Option<Written>> {
    let start = *cursor;
    let Some(mut written) = simple(cursor, bare_power)? else {
        return Ok(None);
    };
    let Some(mut power) = multiplier(cursor) else {
        return Ok(Some(written));
    };
    written = scaled(written, power, &start)?;
    written.odd = written.odd.or_else(|| odd(cursor));
    // 1亿2000万: the powers of ten descend.
    while power >= WAN && written.odd.is_none() && written.upper.is_none() && starts_digit(cursor) {
        if written.number.fixed.is_some() || written.number.place < 0 {
            return Err(cursor.error("nothing more after a number that is told to the digit"));
        }
        let (tail, tail_power) = tail(cursor, power)?;
        let value = written.number.value.checked_add(tail.number.value);
        written = Written {
            number: Number {
                value: value.ok_or_else(|| start.error(TOO_LARGE))?,
                ..tail.number
            },
            ..tail
        };
        power = tail_power;
    }
    Ok(Some(written))
}

/// What follows the 万 or 亿 of `10^power` (`2000万`, 三千, the 二 of 一万二), and its own power of ten.
fn tail(cursor: &mut Cursor<'_>, power: i8) -> Result<(Written, i8)> {
    let start = *cursor;
    let zero = start.peek().and_then(chinese_digit) == Some(0);
    if zero {
        cursor.skip(start.peek().map_or(0, char::len_utf8));
    }
    let digits_start = *cursor;
    let Some(mut written) = simple(cursor, false)? else {
        return Err(digits_start.error("a digit after 零"));
    };
    let arabic = digits_start.peek().is_some_and(|c| c.is_ascii_digit());
    let whole =
        written.number.place == 0 && written.number.fixed.is_none() && written.upper.is_none();
    if !whole {
        return Err(digits_start.error("a whole number after a power of ten"));
    }
    let tail_power = multiplier(cursor);
    match tail_power {
        Some(more) => {
            written = scaled(written, more, &start)?;
            written.odd = written.odd.or_else(|| odd(cursor));
        }
        None if arabic => {
            let digits = digits_here(&digits_start).len();
            if i8::try_from(digits) != Ok(power) {
                return Err(start.error(format!(
                    "all {power} digits below the power of ten, or none"
                )));
            }
        }
        // 一万二 is 12000.
        None if !zero && written.number.value < Decimal::TEN => {
            written = scaled(written, power - 1, &start)?;
        }
        None => {
            // 三万五千: the last digit that is named is the 五.
            let named = crate::model::figure::last_nonzero_digit(written.number.value).unwrap_or(0);
            written.number.place = named;
            written.number.power = named;
        }
    }
    let below = times_power(Decimal::ONE, power);
    if below.is_none_or(|below| written.number.value >= below) {
        return Err(start.error("a part smaller than the power of ten before it"));
    }
    Ok((written, tail_power.unwrap_or(0)))
}

fn scaled(written: Written, power: i8, start: &Cursor<'_>) -> Result<Written> {
    let times = |number: Number| {
        number
            .times_power(power)
            .ok_or_else(|| start.error(TOO_LARGE))
    };
    Ok(Written {
        number: times(written.number)?,
        upper: written.upper.map(times).transpose()?,
        odd: written.odd,
    })
}

fn starts_digit(cursor: &Cursor<'_>) -> bool {
    let digit = |c: char| c.is_ascii_digit() || c == '十' || chinese_digit(c).is_some();
    cursor.peek().is_some_and(digit)
}

/// Digits or a numeral, with an odd mark but without a power of ten behind.
fn simple(cursor: &mut Cursor<'_>, bare_power: bool) -> Result<Option<Written>> {
    let written = match arabic(cursor)? {
        Some(number) => Some(Written {
            number,
            upper: None,
            odd: None,
        }),
        None => chinese(cursor)?.or_else(|| power_alone(cursor, bare_power)),
    };
    let Some(mut written) = written else {
        return Ok(None);
    };
    written.odd = written.odd.or_else(|| odd(cursor));
    Ok(Some(written))
}

/// 多, 余, `+`; and 几 and 来 behind a round number (十几, 二十来).
fn odd(cursor: &mut Cursor<'_>) -> Option<(Qualifier, usize)> {
    let mut ahead = *cursor;
    ahead.skip_spaces();
    let spaced = ahead.at() > cursor.at();
    let at = ahead.at();
    let qualifier = ahead.eat_entry(words::ODD)?;
    // 5 +3 is not 5+.
    let is_word = !spaced || !ahead.back_to(at).starts_with("+");
    if is_word {
        *cursor = ahead;
    }
    is_word.then_some((qualifier, at))
}

/// `1128`, `1,128.5`, `1 128`; with `!` or `e2` behind as in the canonical text of a figure.
fn arabic(cursor: &mut Cursor<'_>) -> Result<Option<Number>> {
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

fn digits_here<'a>(cursor: &Cursor<'a>) -> &'a str {
    let rest = cursor.rest();
    let end = rest.find(|c: char| !c.is_ascii_digit());
    rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
}

/// 二千零二十三, 八点五, 十几, 三四十, 十七八.
fn chinese(cursor: &mut Cursor<'_>) -> Result<Option<Written>> {
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

/// 近百人, 万余袋: a power of ten that stands for one of it.
fn power_alone(cursor: &mut Cursor<'_>, allowed: bool) -> Option<Written> {
    let mut ahead = *cursor;
    let below_wan = [("百", 100), ("千", 1000)]
        .into_iter()
        .find(|(word, _)| cursor.starts_with(word));
    let number = if multiplier(&mut ahead)? >= WAN {
        // The power itself is read again, as that of this one.
        ahead = *cursor;
        Number::whole(1)
    } else {
        let (_, value) = below_wan?;
        Number::whole(value)
    };
    let odd_follows = {
        let mut after = *cursor;
        multiplier(&mut after);
        after.starts_with_any(&["余", "多"])
    };
    if !allowed && !odd_follows {
        return None;
    }
    *cursor = ahead;
    Some(Written {
        number,
        upper: None,
        odd: None,
    })
}

/// 千, 万, 亿, 百万, 万亿: the power of ten. Where a unit begins with one (千克, 百分点), there is none.
fn multiplier(cursor: &mut Cursor<'_>) -> Option<i8> {
    if cursor.starts_with("百分")
        || cursor.starts_with("千分")
        || Unit::longest_prefix(cursor.rest()).is_some()
    {
        return None;
    }
    let small = cursor.eat_entry(&[("十", 1), ("百", 2), ("千", 3)]);
    // 5千万千瓦时.
    let before_unit = |cursor: &Cursor<'_>| Unit::longest_prefix(cursor.rest()).is_some();
    let wan = if before_unit(cursor) {
        None
    } else {
        cursor.eat_entry(&[("万", WAN)])
    };
    let yi = if before_unit(cursor) {
        None
    } else {
        cursor.eat_entry(&[("亿", 8)])
    };
    let powers = [small, wan, yi];
    powers
        .iter()
        .any(Option::is_some)
        .then(|| powers.into_iter().flatten().sum())
}
