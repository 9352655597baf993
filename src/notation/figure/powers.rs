//! The powers of ten behind digits: 千, 万, 亿, 万亿; and those that stand alone, 近万人.

use super::cursor::Cursor;
use super::number::{Number, WAN, Written};
use crate::model::Unit;

/// 近百人, 万余袋: a power of ten that stands for one of it.
pub(super) fn power_alone(cursor: &mut Cursor<'_>, allowed: bool) -> Option<Written> {
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

/// The power of ten behind digits. Behind a Chinese numeral 千 is a digit's place, and read with it.
pub(super) fn multiplier_after(digits: &Cursor<'_>, cursor: &mut Cursor<'_>) -> Option<i8> {
    let arabic = digits.peek().is_some_and(|c| c.is_ascii_digit());
    let alone = digits.starts_with_any(&["百", "千"]);
    if arabic || alone || !cursor.starts_with_any(&["十", "百", "千"]) {
        return multiplier(cursor);
    }
    None
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
