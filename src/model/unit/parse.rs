//! Reading units: codes, Chinese and English labels, UCUM, and the multipliers of table headers.

use super::prefix::{PER, PER_WORD, power_prefix};
use super::suggest::near;
use super::table::{DENOMINATORS, ENGLISH, LABELS, RowId, UCUM, Ucum};
use super::{Per, SCALE_POWER_MAX, Unit};
use crate::error::{Error, Result};

/// The largest multiplier of a header, as a power of ten: 万亿.
const MULTIPLIER_POWER_MAX: u8 = 12;

/// See [`Unit::parse`].
pub(super) fn parse(text: &str) -> Result<Unit> {
    let trimmed = text.trim();
    whole(trimmed).ok_or_else(|| explain(text, trimmed))
}

/// See [`Unit::parse_scaled`].
pub(super) fn parse_scaled(text: &str) -> Result<(u8, Unit)> {
    let trimmed = text.trim();
    if let Some(unit) = whole(trimmed) {
        return Ok((0, unit));
    }
    match multiplier(trimmed) {
        Some((power, rest)) => whole(rest)
            .map(|unit| (power, unit))
            .ok_or_else(|| explain(text, rest)),
        None => Err(explain(text, trimmed)),
    }
}

/// A multiplier at the start of a header, and what follows it.
fn multiplier(text: &str) -> Option<(u8, &str)> {
    let words = [("thousand ", 3), ("million ", 6), ("billion ", 9)];
    if let Some((power, rest)) = words
        .iter()
        .find_map(|&(word, power)| Some((power, text.strip_prefix(word)?)))
    {
        return Some((power, rest.trim_start()));
    }
    let (power, end) = power_prefix(text, MULTIPLIER_POWER_MAX)?;
    (power > 0).then_some((power, text.get(end..)?.trim_start()))
}

fn whole(text: &str) -> Option<Unit> {
    simple(text).map(Unit::simple).or_else(|| ratio(text))
}

/// A row by its code, a label of it, its UCUM code, or an English word in another case.
fn simple(text: &str) -> Option<RowId> {
    let annotated = || {
        let code = text.strip_prefix('{')?.strip_suffix('}')?;
        let row = LABELS.get(code).copied()?;
        (row.row().ucum == Ucum::Annotation && row.row().code == code).then_some(row)
    };
    LABELS
        .get(text)
        .or_else(|| UCUM.get(text))
        .copied()
        .or_else(annotated)
        .or_else(|| ENGLISH.get(&text.to_ascii_lowercase()).copied())
}

/// Two simple units with a slash or `per` between them, at whichever slash both sides read.
fn ratio(text: &str) -> Option<Unit> {
    slashes(text).find_map(|(above, below)| {
        let row = simple(above.trim_end())?;
        let per = denominator(below.trim_start())?;
        Unit::simple(row).may_stand_in_ratio().then_some(Unit {
            row,
            per: Some(per),
        })
    })
}

/// A simple unit with or without a scale: 盒, 千人, 10万人, `10000.person`, `1000 people`, `10*4/{person}`.
///
/// A scale and a unit that together are a unit (千克) are that unit.
fn denominator(text: &str) -> Option<Per> {
    if let Some(row) = simple_below(text) {
        return Some(Per { row, power: 0 });
    }
    let (power, rest) = if let Some(after) = text.strip_prefix("10*") {
        let (digit, rest) = after.split_once('/')?;
        (
            digit
                .parse()
                .ok()
                .filter(|power| (1..=SCALE_POWER_MAX).contains(power))?,
            rest,
        )
    } else {
        let (power, end) = power_prefix(text, SCALE_POWER_MAX)?;
        let rest = text.get(end..)?;
        (power, rest.strip_prefix('.').unwrap_or(rest).trim_start())
    };
    Some(Per {
        row: simple_below(rest)?,
        power,
    })
}

fn simple_below(text: &str) -> Option<RowId> {
    let people = || {
        DENOMINATORS
            .iter()
            .find(|(label, _)| *label == text)
            .map(|&(_, row)| row)
    };
    let unwrapped = || simple(text.strip_prefix('(')?.strip_suffix(')')?);
    simple(text)
        .or_else(people)
        .or_else(unwrapped)
        .filter(|&row| Unit::simple(row).may_stand_in_ratio())
}

/// What stands before and after each slash and each `per`.
fn slashes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let cuts = text.match_indices(PER).chain(text.match_indices(PER_WORD));
    cuts.filter_map(|(at, slash)| Some((text.get(..at)?, text.get(at + slash.len()..)?)))
}

/// The error for `part` of `text`, which is no unit: at the first byte that could not stand there.
fn explain(text: &str, part: &str) -> Error {
    // `part` is a slice of `text`, so the difference of their ends is where it starts.
    let offset_of = |inner: &str| inner.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    let refuse =
        |inner: &str, expected: String| Error::syntax("a unit", text, offset_of(inner), expected);
    let unknown = |inner: &str| refuse(inner, format!("a unit{}", hint(inner)));
    let Some((above, below)) = slashes(part).find(|(above, _)| !above.trim().is_empty()) else {
        return match multiplier(part) {
            Some((_, rest)) if whole(rest).is_some() => refuse(
                part,
                format!("a unit without a multiplier, which belongs to the figure: {rest}"),
            ),
            _ => unknown(part),
        };
    };
    let (above, below) = (above.trim_end(), below.trim_start());
    let Some(row) = simple(above) else {
        return unknown(part);
    };
    if !Unit::simple(row).may_stand_in_ratio() {
        return refuse(
            part,
            "a count, money or a measured quantity above the line of a ratio".to_string(),
        );
    }
    match power_prefix(below, SCALE_POWER_MAX).and_then(|(_, end)| below.get(end..)) {
        Some(rest) => refuse(
            rest,
            format!(
                "a unit after the scale{}",
                hint(rest.strip_prefix('.').unwrap_or(rest))
            ),
        ),
        None if below.starts_with(|c: char| c.is_ascii_digit()) => refuse(
            below,
            "a unit, or a power of ten from 10 to 100000000 and a unit".to_string(),
        ),
        None if simple(below).is_some() => refuse(
            below,
            "a count, money or a measured quantity below the line of a ratio".to_string(),
        ),
        None => unknown(below),
    }
}

/// What to say of a unit that should have stood where `text` stands.
fn hint(text: &str) -> String {
    if DENOMINATORS.iter().any(|(label, _)| *label == text) {
        return ", perhaps 人".to_string();
    }
    let near = near(text);
    match near.split_last() {
        None => ", such as 人, 剂次, 元/盒 or %".to_string(),
        Some((one, [])) => format!(", perhaps {one}"),
        Some((last, others)) => format!(", perhaps {} or {last}", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::ErrorKind;
    use crate::model::unit::tests::any_unit;

    fn refusal(text: &str) -> String {
        let error = Unit::parse(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Syntax);
        error.to_string()
    }

    #[test]
    fn every_unit_of_the_five_reports_reads() {
        let units = "个 剂次 支 人 家 份 轮 元 元/盒 % 人/万人 位 场 名 例 台 人份 类 次 起 所 人次 种 pp 岁 条 项 亩 吨 \
                     公里 分钟 间 辆 只 组 管 公斤 袋 名/乡镇 元/台 个/县市区 个/千人";
        for text in units.split_whitespace() {
            assert!(Unit::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn the_units_of_other_bulletins_read() {
        let units = "万人次 亿件 万标准箱 亿吨公里 万亩次 人/平方公里 元/平方米 吨/公顷 微克/立方米 μg/m³ mg/L 毫克/升 元/床日 元/人次 \
                     张/千人口 例/10万人 吨/日 人/户 平方米/人 ℃ 分贝 公里/百平方公里 部/百人 辆/百户 吨标准煤/万元 立方米/万元 件/万人 \
                     克/千瓦时 千克/平方米 mmol/L 亿千瓦时 元/月 千公顷 万户次 万架次 亿册 万台(套) 县（市、区） 万例/亿人 次/人";
        for text in units.split_whitespace() {
            assert!(
                Unit::parse_scaled(text).is_ok(),
                "{text}: {:?}",
                Unit::parse_scaled(text)
            );
        }
        assert_eq!(
            Unit::parse("吨标准煤/万元").unwrap().code(),
            "tce/10000.CNY"
        );
    }

    #[test]
    fn many_spellings_are_one_unit() {
        let cases = [
            (
                "person",
                &[
                    "人", "名", "person", "people", "persons", "People", " 人 ", "{person}",
                ][..],
            ),
            ("kg", &["公斤", "千克", "kg", "kilogram", "Kilograms"]),
            ("%", &["%", "％", "percent", "per cent", "百分比"]),
            ("permille", &["‰", "permille", "[ppth]", "/千"]),
            (
                "1/100000",
                &[
                    "/10万",
                    "1/10万",
                    "1/100000",
                    "10*-5",
                    "per 100000",
                    "/10万人",
                    "十万分之一",
                ],
            ),
            ("pp", &["pp", "百分点", "个百分点", "percentage points"]),
            ("year", &["年", "a", "year"]),
            ("year_of_age", &["岁", "周岁", "a{age}"]),
            ("month", &["月", "个月", "mo"]),
            ("ha", &["公顷", "ha", "har", "hectare"]),
            (
                "person/10000.person",
                &[
                    "人/万人",
                    "人/万人口",
                    "名/万常住人口",
                    "人／万人",
                    "人 / 10000人",
                    "人/10,000 人",
                    "person/10000.person",
                    "people per 10000 people",
                    "person per 10,000 persons",
                    "{person}/10*4/{person}",
                ],
            ),
            ("CNY/kg", &["元/千克", "元/公斤", "yuan per kilogram"]),
            ("CNY/1000.g", &["元/1000克", "CNY/1000.g"]),
            ("kg/mu", &["公斤/亩", "kg/(2000.m2/3)"]),
            ("m3/kWh", &["立方米/度", "m3/(kW.h)", "m3/kW.h"]),
            ("mu/person", &["亩/人", "(2000.m2/3)/{person}"]),
        ];
        for (code, texts) in cases {
            for text in texts {
                assert_eq!(
                    Unit::parse(text).map(|unit| unit.code()).ok().as_deref(),
                    Some(code),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn headers_hand_their_multiplier_over() {
        let cases = [
            ("元", 0, "CNY"),
            ("万元", 4, "CNY"),
            ("亿元", 8, "CNY"),
            ("万亿元", 12, "CNY"),
            ("百万元", 6, "CNY"),
            ("千人", 3, "person"),
            ("万人次", 4, "person_time"),
            ("万名", 4, "person"),
            ("千克", 0, "kg"),
            ("千米", 0, "km"),
            ("千瓦时", 0, "kWh"),
            ("亿千瓦时", 8, "kWh"),
            ("万千瓦", 4, "kW"),
            ("万吨标准煤", 4, "tce"),
            ("万平方米", 4, "m2"),
            ("百分点", 0, "pp"),
            ("千分点", 0, "permille_point"),
            ("%", 0, "%"),
            ("/10万", 0, "1/100000"),
            ("万元/人", 4, "CNY/person"),
            ("人/万人", 0, "person/10000.person"),
            ("10万人", 5, "person"),
            ("1000人", 3, "person"),
            (" 万 元 ", 4, "CNY"),
            ("million yuan", 6, "CNY"),
        ];
        for (text, power, code) in cases {
            let (got_power, unit) = Unit::parse_scaled(text).unwrap();
            assert_eq!((got_power, unit.code().as_str()), (power, code), "{text}");
        }
        assert_eq!(
            Unit::parse_scaled("万").unwrap_err().to_string(),
            "cannot read \"万\" as a unit: at byte 3: expected a unit, such as 人, 剂次, 元/盒 or %, found the end of the text"
        );
        assert_eq!(
            Unit::parse_scaled("万圆").unwrap_err().to_string(),
            "cannot read \"万圆\" as a unit: at byte 3: expected a unit, such as 人, 剂次, 元/盒 or %, found \"圆\""
        );
    }

    #[test]
    fn refusals_say_where_and_what_is_near() {
        let cases = [
            (
                "",
                r#"cannot read "" as a unit: at byte 0: expected a unit, such as 人, 剂次, 元/盒 or %, found the end of the text"#,
            ),
            (
                "persn",
                r#"cannot read "persn" as a unit: at byte 0: expected a unit, perhaps person, found "persn""#,
            ),
            (
                " 光年纪",
                r#"cannot read " 光年纪" as a unit: at byte 1: expected a unit, such as 人, 剂次, 元/盒 or %, found "光年纪""#,
            ),
            (
                "个百分",
                r#"cannot read "个百分" as a unit: at byte 0: expected a unit, perhaps 个百分点, found "个百分""#,
            ),
            (
                "万元",
                r#"cannot read "万元" as a unit: at byte 0: expected a unit without a multiplier, which belongs to the figure: 元, found "万元""#,
            ),
            (
                "人/万",
                r#"cannot read "人/万" as a unit: at byte 7: expected a unit after the scale, such as 人, 剂次, 元/盒 or %, found the end of the text"#,
            ),
            (
                "人/10000.persn",
                r#"cannot read "人/10000.persn" as a unit: at byte 9: expected a unit after the scale, perhaps person, found ".persn""#,
            ),
            (
                "人/3千人",
                r#"cannot read "人/3千人" as a unit: at byte 4: expected a unit, or a power of ten from 10 to 100000000 and a unit, found "3千人""#,
            ),
            (
                "%/人",
                r#"cannot read "%/人" as a unit: at byte 0: expected a count, money or a measured quantity above the line of a ratio, found "%/人""#,
            ),
            (
                "人/%",
                r#"cannot read "人/%" as a unit: at byte 4: expected a count, money or a measured quantity below the line of a ratio, found "%""#,
            ),
            (
                "元/人/天",
                r#"cannot read "元/人/天" as a unit: at byte 4: expected a unit, perhaps 人天, found "人/天""#,
            ),
            (
                "人口",
                r#"cannot read "人口" as a unit: at byte 0: expected a unit, perhaps 人, found "人口""#,
            ),
        ];
        for (text, message) in cases {
            assert_eq!(refusal(text), message);
        }
    }

    proptest! {
        #[test]
        fn every_form_reads_back(unit in any_unit()) {
            prop_assert_eq!(Unit::parse(&unit.code()).unwrap(), unit);
            prop_assert_eq!(Unit::parse(&unit.to_chinese()).unwrap(), unit);
            prop_assert_eq!(Unit::parse(&unit.to_english()).unwrap(), unit);
            prop_assert_eq!(Unit::parse(&unit.to_english_singular()).unwrap(), unit);
            if let Some(ucum) = unit.ucum() {
                prop_assert_eq!(Unit::parse(&ucum).unwrap(), unit);
            }
            prop_assert_eq!(Unit::parse_scaled(&unit.to_chinese()).unwrap(), (0, unit));
        }

        #[test]
        fn any_text_is_a_unit_or_an_error(text in ".{0,40}") {
            let _ = Unit::parse(&text);
            let _ = Unit::parse_scaled(&text);
        }

        #[test]
        fn almost_a_unit_is_a_unit_or_an_error(text in "[人万元/10.*{}()千口kgm2 per%个百分点-]{0,12}") {
            if let Ok(unit) = Unit::parse(&text) {
                prop_assert_eq!(Unit::parse(&unit.code()).unwrap(), unit);
            }
            let _ = Unit::parse_scaled(&text);
        }
    }
}
