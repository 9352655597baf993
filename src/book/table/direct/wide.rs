//! Numbers at full length, which no slot holds.

use rust_decimal::Decimal;

use crate::book::table::value::Value;
use crate::codec::bits::word_at;

/// The bits of a number at full length: mantissa 96, scale 5, sign 1, and zeros.
pub(super) const WIDE_BITS: u32 = 128;
/// The bits of them that a number may have set.
const WIDE_BITS_USED: u32 = 102;

/// The bits of a number at full length: the mantissa, then scale and sign.
pub(super) fn wide_words(value: Decimal) -> [u64; 2] {
    let magnitude = value.mantissa().unsigned_abs();
    let sign = u128::from(value.mantissa() < 0);
    let word = magnitude | u128::from(value.scale()) << 96 | sign << 101;
    let (low, high) = (word & u128::from(u64::MAX), word >> 64);
    [
        u64::try_from(low).unwrap_or(0),
        u64::try_from(high).unwrap_or(0),
    ]
}

/// The number at full length from a bit on; `None` where all bits are set, and for what no number is written as.
pub(super) fn read_wide(bytes: &[u8], bit: u64) -> Option<Value> {
    let word =
        u128::from(word_at(bytes, bit)) | u128::from(word_at(bytes, bit.saturating_add(64))) << 64;
    if word >> WIDE_BITS_USED != 0 {
        return None;
    }
    let magnitude = i128::try_from(word & ((1 << 96) - 1)).ok()?;
    let scale = u32::try_from(word >> 96 & 31).ok()?;
    let mantissa = if word >> 101 & 1 == 1 {
        -magnitude
    } else {
        magnitude
    };
    Decimal::try_from_i128_with_scale(mantissa, scale)
        .ok()
        .map(Value::from)
}
