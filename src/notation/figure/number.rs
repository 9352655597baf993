//! Numbers: digits with their separators, Chinese numerals, and the powers of ten behind them.

use rust_decimal::Decimal;

use super::cursor::Cursor;
use super::digits::{arabic, digits_here};
use super::powers::{multiplier_after, power_alone};
use super::spelled::chinese;
use super::words;
use crate::error::Result;
use crate::model::{Precision, Qualifier, Unit};
use crate::notation::numeral::chinese_digit;

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
pub(super) const WAN: i8 = 4;

pub(super) const TOO_LARGE: &str = "a number below 7.9e28, the largest that an exact decimal holds";

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
    let whole = written.number.place == 0 && written.number.fixed.is_none();
    // 12.5 万人: a space before 万 is how some set their numbers.
    let mut spaced = *cursor;
    spaced.skip_spaces();
    if written.odd.is_none() && spaced.starts_with_any(&["万", "亿"]) {
        *cursor = spaced;
    }
    let Some(mut power) = multiplier_after(&start, cursor) else {
        return Ok(Some(written));
    };
    written = scaled(written, power, &start)?;
    written.odd = written.odd.or_else(|| odd(cursor));
    // 1亿2000万: the powers of ten descend.
    while power >= WAN && written.odd.is_none() && written.upper.is_none() && starts_digit(cursor) {
        if !whole {
            return Err(cursor.error("no smaller part behind a number with decimals"));
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
    let tail_power = multiplier_after(&digits_start, cursor);
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
