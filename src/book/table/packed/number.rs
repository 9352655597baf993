//! Numbers of a series and those of cells: a power of ten apart.

use rust_decimal::Decimal;

use super::ans::{unzigzag, zigzag};
use crate::book::table::attributes::Said;
use crate::book::table::sheet::{SheetCell, WIDE};
use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::corrupt;
use crate::error::Result;
use crate::model::{Precision, Qualifier};

/// How the numbers of a kind of cells are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Absent,
    /// As many decimals as it needs.
    Exact,
    /// So many decimals.
    Decimals(u8),
    /// A multiple of so large a power of ten.
    Rounded(u8),
}

/// The digits that a precision may name.
const DIGITS: std::ops::RangeInclusive<i8> = -27..=28;

impl Form {
    pub(super) fn of(said: &Said) -> Result<Self> {
        let Said::Figure { precision, .. } = said else {
            return Ok(Self::Absent);
        };
        Ok(match *precision {
            Precision::Exact => Self::Exact,
            Precision::Digit(digit) if !DIGITS.contains(&digit) => {
                return Err(corrupt(format!("no figure is known to 10^{digit}")));
            }
            Precision::Digit(digit @ ..=0) => Self::Decimals(digit.unsigned_abs()),
            Precision::Digit(digit) => Self::Rounded(digit.unsigned_abs()),
        })
    }

    /// The scale of the cells whose numbers are those of a series that counts so, if they are.
    #[inline]
    pub(super) fn plain(self, exponent: i32) -> Option<u8> {
        match self {
            Self::Decimals(scale) if i32::from(scale) == exponent => Some(scale),
            Self::Exact if exponent == 0 => Some(0),
            _ => None,
        }
    }

    /// The number of a cell from that of its series, which counts in units of `10^-exponent`.
    #[inline]
    pub(super) fn cell(self, number: i64, exponent: i32) -> Result<(i64, u8)> {
        let cell = match self {
            Self::Absent => Some((0, 0)),
            Self::Exact if exponent <= 0 => times_ten(number, -exponent).map(|number| (number, 0)),
            Self::Exact => {
                let (mut number, mut scale) = (number, exponent);
                while scale > 0 && number % 10 == 0 {
                    number /= 10;
                    scale -= 1;
                }
                u8::try_from(scale).ok().map(|scale| (number, scale))
            }
            Self::Decimals(scale) => {
                times_ten(number, i32::from(scale) - exponent).map(|number| (number, scale))
            }
            Self::Rounded(digit) => times_ten(number, -exponent)
                .filter(|&number| times_ten(number, -i32::from(digit)).is_some())
                .map(|number| (number, 0)),
        };
        cell.ok_or_else(|| corrupt("a number does not have the digits that its precision says"))
    }
}

/// What a series counts in, so that the number of this cell is whole: the power of ten below one, or `None` for any.
pub(super) fn exponent(cell: &SheetCell, least: i32) -> Option<i32> {
    let (mut number, mut exponent) = (cell.mantissa, i32::from(cell.scale));
    if number == 0 || cell.scale == WIDE {
        return None;
    }
    while exponent > least && number % 10 == 0 {
        number /= 10;
        exponent -= 1;
    }
    Some(exponent)
}

/// The number of a cell in units of `10^-exponent`, if it is not too large.
pub(super) fn in_series(cell: &SheetCell, exponent: i32) -> Option<i64> {
    times_ten(cell.mantissa, exponent - i32::from(cell.scale))
}

/// `number × 10^power` if that is a whole number of 64 bits.
#[inline]
fn times_ten(number: i64, power: i32) -> Option<i64> {
    if power == 0 || number == 0 {
        return Some(number);
    }
    let factor = 10i64.checked_pow(power.unsigned_abs())?;
    if power > 0 {
        return number.checked_mul(factor);
    }
    (number % factor == 0).then_some(number / factor)
}

/// Whether the numbers of such cells must be more than whole multiples of their last digit.
pub(super) fn is_checked(said: &Said) -> bool {
    matches!(
        said,
        Said::Figure {
            qualifier: Qualifier::Odd | Qualifier::Nearly | Qualifier::Range,
            ..
        }
    )
}

pub(super) fn write_decimal(writer: &mut BitWriter, value: Decimal) {
    let mantissa = value.mantissa();
    // A mantissa has 96 bits.
    writer.push_any(zigzag(i64::try_from(mantissa >> 64).unwrap_or(0)));
    writer.push(
        u64::try_from(mantissa & i128::from(u64::MAX)).unwrap_or(0),
        64,
    );
    writer.push(value.scale().into(), 5);
}

pub(super) fn read_decimal(reader: &mut BitReader<'_>) -> Result<Decimal> {
    let high = i128::from(unzigzag(reader.read_any()));
    let mantissa = high << 64 | i128::from(reader.read(64));
    let scale = u32::try_from(reader.read(5)).unwrap_or(u32::MAX);
    Decimal::try_from_i128_with_scale(mantissa, scale)
        .map_err(|_| corrupt(format!("{mantissa} with {scale} decimals is too long")))
}
