//! Finding a unit, a scale or a denominator at the start of a text.

use super::table::{DENOMINATORS, LABELS, RowId};
use super::{Per, SCALE_POWER_MAX, Unit};

/// See [`Unit::longest_prefix`].
pub(super) fn longest_prefix(text: &str) -> Option<(Unit, usize)> {
    let (row, length_bytes) = longest_label(text)?;
    let simple = Unit::simple(row);
    let as_ratio = || {
        let rest = text.get(length_bytes..)?;
        let after = rest
            .strip_prefix(PER)
            .or_else(|| rest.strip_prefix(PER_WORD))?;
        let (power, below, below_bytes) = longest_denominator(after)?;
        let parts_fit = simple.may_stand_in_ratio();
        let ratio = Unit {
            row,
            per: Some(Per { row: below, power }),
        };
        let taken = text.len() - after.len() + below_bytes;
        parts_fit.then_some((ratio, taken))
    };
    as_ratio().or(Some((simple, length_bytes)))
}

/// The power of ten, row and length in bytes of a denominator at the start of `text`.
///
/// A scale and a unit that together are a unit (千克) are that unit.
pub(super) fn longest_denominator(text: &str) -> Option<(u8, RowId, usize)> {
    let plain = longest_denominator_label(text).map(|(row, length)| (0, row, length));
    let scaled = power_prefix(text, SCALE_POWER_MAX).and_then(|(power, scale_bytes)| {
        let rest = text.get(scale_bytes..)?;
        let unit_text = rest.strip_prefix('.').unwrap_or(rest).trim_start();
        let (row, length) = longest_denominator_label(unit_text)?;
        Some((power, row, text.len() - unit_text.len() + length))
    });
    match (plain, scaled) {
        (Some(plain), Some(scaled)) if scaled.2 > plain.2 => Some(scaled),
        (plain, scaled) => plain.or(scaled),
    }
}

/// A power of ten at the start of `text`, in digits (`10000`, `10,000`), in Chinese (千, 百万, 亿) or both (10万), and its
/// length in bytes. None if there is none, or one above `power_max`.
pub(super) fn power_prefix(text: &str, power_max: u8) -> Option<(u8, usize)> {
    let (mut power, mut at) = (0_u8, 0_usize);
    if let Some(after) = text.strip_prefix('1') {
        let is_digit_or_comma = |c: char| c.is_ascii_digit() || c == ',';
        let digits = &after[..after.find(|c| !is_digit_or_comma(c)).unwrap_or(after.len())];
        let digits = digits.trim_end_matches(',');
        if digits.contains(|c| c != '0' && c != ',') {
            return None;
        }
        power = u8::try_from(digits.bytes().filter(|&byte| byte == b'0').count()).ok()?;
        at = 1 + digits.len();
    }
    for step in [
        &[("十", 1), ("百", 2), ("千", 3)][..],
        &[("万", 4)],
        &[("亿", 8)],
    ] {
        let rest = text.get(at..)?;
        if let Some((word, more)) = step.iter().find(|(word, _)| rest.starts_with(word)) {
            power = power.checked_add(*more)?;
            at += word.len();
        }
    }
    (at > 0 && power <= power_max).then_some((power, at))
}

/// Slashes that stand between the parts of a ratio.
pub(super) const PER: [char; 2] = ['/', '／'];

/// The English word that does.
pub(super) const PER_WORD: &str = " per ";

/// No label is longer, see the test.
const LABEL_BYTES_MAX: usize = 40;

fn longest_label(text: &str) -> Option<(RowId, usize)> {
    let longest = LABEL_BYTES_MAX.min(text.len());
    (1..=longest)
        .rev()
        .filter(|&end| text.is_char_boundary(end))
        .filter(|&end| !splits_latin_word(text, end))
        .filter_map(|end| Some((text.get(..end)?, end)))
        // A label of digits (1, 1/10万) would take figures for units.
        .filter(|(label, _)| !label.starts_with(|c: char| c.is_ascii_digit()))
        .find_map(|(label, end)| LABELS.get(label).map(|&row| (row, end)))
}

/// As [`longest_label`], with the words that stand below the line only, and without what may not stand there.
fn longest_denominator_label(text: &str) -> Option<(RowId, usize)> {
    let people = DENOMINATORS
        .iter()
        .filter(|(label, _)| text.starts_with(label))
        .map(|&(label, row)| (row, label.len()))
        .max_by_key(|&(_, length)| length);
    let label = longest_label(text).filter(|&(row, _)| Unit::simple(row).may_stand_in_ratio());
    match (people, label) {
        (Some(people), Some(label)) if label.1 > people.1 => Some(label),
        (people, label) => people.or(label),
    }
}

/// Whether a cut at `end` would go through a word or number in Latin letters.
fn splits_latin_word(text: &str, end: usize) -> bool {
    let latin = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text[..end].ends_with(latin) && text[end..].starts_with(latin)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::unit::tests::any_unit;

    fn code_and_rest(text: &str) -> Option<(String, &str)> {
        longest_prefix(text).map(|(unit, end)| (unit.code(), &text[end..]))
    }

    #[test]
    fn the_longest_label_wins() {
        let cases = [
            ("剂次", "dose_given", ""),
            ("剂疫苗", "dose", "疫苗"),
            ("个百分点", "pp", ""),
            ("个千分点。", "permille_point", "。"),
            ("个月", "month", ""),
            ("个", "item", ""),
            ("个工作日内", "working_day", "内"),
            ("个小时", "hour", ""),
            ("人", "person", ""),
            ("人次", "person_time", ""),
            ("人份", "person_portion", ""),
            ("人/万人", "person/10000.person", ""),
            ("人公里", "person_km", ""),
            ("台次", "machine_time", ""),
            ("台(套)", "machine_set", ""),
            ("台新设备", "machine", "新设备"),
            ("次均费用", "occurrence", "均费用"),
            ("分钟", "minute", ""),
            ("分", "mark", ""),
            ("年级", "year", "级"),
            ("个/千人口，", "item/1000.person", "，"),
            ("个/县市区", "item/county", ""),
            ("名/乡镇", "person/township", ""),
            ("元/千克", "CNY/kg", ""),
            ("元/1000克", "CNY/1000.g", ""),
            ("元/千人次", "CNY/1000.person_time", ""),
            ("元/，", "CNY", "/，"),
            ("%/年", "%", "/年"),
            ("元／盒", "CNY/box", ""),
            ("%左右", "%", "左右"),
            ("％", "%", ""),
            ("/10万", "1/100000", ""),
            ("/10万人", "1/100000", ""),
            ("平方公里", "km2", ""),
            ("吨标准煤", "tce", ""),
            ("口人", "person", ""),
            ("张床位", "bed", ""),
            ("km²", "km2", ""),
            ("km/hour", "km/hour", ""),
            ("people", "person", ""),
            ("pp.", "pp", "."),
            (
                "people per 10,000 people in 2021",
                "person/10000.person",
                " in 2021",
            ),
            ("yuan per boxer", "CNY", " per boxer"),
        ];
        for (text, code, rest) in cases {
            assert_eq!(
                code_and_rest(text),
                Some((code.to_string(), rest)),
                "{text}"
            );
        }
    }

    #[test]
    fn no_label_no_prefix() {
        for text in [
            "",
            "万元",
            "新冠",
            "mmm",
            "metresque",
            "1",
            "10",
            "1/10万",
            " 人",
            "，",
            "é",
        ] {
            assert_eq!(code_and_rest(text), None, "{text}");
        }
    }

    #[test]
    fn powers_of_ten() {
        let cases = [
            ("千人", Some((3, 3))),
            ("万人", Some((4, 3))),
            ("10万人", Some((5, 5))),
            ("十万人", Some((5, 6))),
            ("百万", Some((6, 6))),
            ("千万", Some((7, 6))),
            ("亿", Some((8, 3))),
            ("万亿", Some((12, 6))),
            ("10000.person", Some((4, 5))),
            ("10,000 people", Some((4, 6))),
            ("1000克", Some((3, 4))),
            ("1人", Some((0, 1))),
            ("3千人", None),
            ("1001人", None),
            ("人", None),
            ("", None),
            ("十万亿", None),
        ];
        for (text, expected) in cases {
            assert_eq!(power_prefix(text, 12), expected, "{text}");
        }
        assert_eq!(power_prefix("万亿人", SCALE_POWER_MAX), None);
        assert_eq!(power_prefix(&format!("1{}", "0".repeat(1000)), 12), None);
    }

    #[test]
    fn labels_fit_the_search_window() {
        for (label, _) in LABELS.iter() {
            assert!(label.len() <= LABEL_BYTES_MAX, "{label}");
        }
    }

    #[test]
    fn every_label_with_a_longer_one_yields_to_it() {
        for (&label, _) in LABELS
            .iter()
            .filter(|(label, _)| !label.starts_with(|c: char| c.is_ascii_digit()))
        {
            let (unit, end) = longest_prefix(label).unwrap();
            assert_eq!(
                (unit, end),
                (Unit::parse(label).unwrap(), label.len()),
                "{label}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_printed_unit_is_found_whole(unit in any_unit(), tail in "[，。、（）疫苗]{0,3}") {
            let label = unit.to_chinese();
            let text = format!("{label}{tail}");
            if !label.starts_with(|c: char| c.is_ascii_digit()) {
                prop_assert_eq!(longest_prefix(&text), Some((unit, label.len())));
            }
        }

        #[test]
        fn any_text_is_safe(text in ".{0,40}") {
            if let Some((_, end)) = longest_prefix(&text) {
                prop_assert!(end > 0 && text.is_char_boundary(end));
            }
            let _ = longest_denominator(&text);
            let _ = power_prefix(&text, 12);
        }
    }
}
