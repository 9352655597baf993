//! What spreadsheets make of texts, figures and dates: mended where it is certain, refused with what to do where it is not.
//! The module above has the table.

use std::borrow::Cow;

use chrono::{Days, NaiveDate};

use crate::error::{Error, ErrorKind, Result, excerpt};
use crate::model::{Period, Unit};
use crate::notation;

/// Spaces of any kind, and characters without width.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// A cell without the spaces around it and the apostrophe by which a spreadsheet marks a text.
pub(super) fn clean(text: &str) -> &str {
    let text = text.trim_matches(is_space);
    text.strip_prefix('\'')
        .unwrap_or(text)
        .trim_matches(is_space)
}

/// A name of a header: spaces around it and line breaks within it are left out.
pub(super) fn tidy_name(name: &str) -> String {
    clean(name)
        .chars()
        .filter(|c| !matches!(c, '\n' | '\r'))
        .collect()
}

/// Refuses a figure that a spreadsheet has spoilt.
pub(super) fn check_figure(text: &str) -> Result<()> {
    if text.starts_with('#') {
        let what = if text.chars().all(|c| c == '#') {
            "is what a spreadsheet shows where a column is too narrow: widen it"
        } else {
            "is an error of the spreadsheet: mend the formula"
        };
        return refuse(text, what, " and export it again, or leave the cell empty");
    }
    if is_scientific(text) {
        return refuse(
            text,
            "is how a spreadsheet shows a number whose digits it does not: format the column as a number",
            " and export it again",
        );
    }
    if is_mark(text) {
        return refuse(
            text,
            "is no figure: leave the cell empty if nobody recorded one, or say what the mark means with Options::blank",
            "",
        );
    }
    Ok(())
}

/// Refuses a code that a spreadsheet has spoilt.
pub(super) fn check_code(text: &str) -> Result<()> {
    if text.starts_with('#') || is_scientific(text) {
        return check_figure(text);
    }
    Ok(())
}

/// The period in a cell or a header.
pub(super) fn period(text: &str) -> Result<Period> {
    let text = without_midnight(text);
    let bytes = text.as_bytes();
    if let [a, b, c, d, b'.', b'1'] = bytes
        && [a, b, c, d].iter().all(|byte| byte.is_ascii_digit())
    {
        let year = text.get(..4).unwrap_or_default();
        return refuse(
            text,
            &format!(
                "is January, or October whose zero a spreadsheet has dropped: write {year}-01 or {year}-10"
            ),
            "",
        );
    }
    notation::parse_period(text).map_err(|error| match serial_day(text) {
        Some(day) => Error::new(
            ErrorKind::Syntax,
            format!(
                "{text:?} is no period: if it is how a spreadsheet keeps {day}, format the column as a date and export it again"
            ),
        ),
        None => error,
    })
}

/// 2023/9/30 0:00 is a day.
fn without_midnight(text: &str) -> &str {
    ["0:00", "00:00", "0:00:00", "00:00:00"]
        .iter()
        .find_map(|midnight| text.strip_suffix(midnight)?.strip_suffix(' '))
        .map_or(text, |day| day.trim_end_matches(is_space))
}

/// The day that spreadsheets keep under a number, from 1927 to 2118.
fn serial_day(text: &str) -> Option<NaiveDate> {
    let digits = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<u64>().ok().filter(|_| digits)?;
    if !(10_000..80_000).contains(&number) {
        return None;
    }
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(number))
}

/// `1.23E+05`; the canonical `185e2` of a figure is another thing.
fn is_scientific(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let Some((digits, power)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let own = text.contains('e') && !digits.contains('.') && all_digits(power);
    let power = power.strip_prefix(['-', '+']).unwrap_or(power);
    !own && all_digits(whole) && all_digits(decimals) && all_digits(power)
}

/// Marks that tables print in the place of a figure.
fn is_mark(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "n/a", "na", "n.a.", "nan", "null", "none", "nil", "空", "无", "缺", "x", "×",
    ];
    let lower = text.to_ascii_lowercase();
    WORDS.contains(&lower.as_str())
        || (!text.is_empty()
            && text.chars().all(|c| {
                matches!(
                    c,
                    '-' | '—'
                        | '–'
                        | '―'
                        | '－'
                        | '…'
                        | '/'
                        | '／'
                        | '\\'
                        | '.'
                        | '·'
                        | '*'
                        | '_'
                        | '?'
                        | '？'
                )
            }))
}

/// A name and the unit that stands behind it: 就诊率(%), 床位数（张）, 收入/万元, 增长率%. Without a unit, the whole.
pub(super) fn split_unit(name: &str) -> (Cow<'_, str>, Option<String>) {
    let whole = || (Cow::Borrowed(name), None);
    for (open, close) in [('(', ')'), ('（', '）'), ('[', ']'), ('【', '】')] {
        if let Some(rest) = name.strip_suffix(close)
            && let Some((stem, unit)) = rest.rsplit_once(open)
        {
            return match is_unit(unit) && !stem.is_empty() {
                true => (Cow::Borrowed(clean(stem)), Some(unit.to_string())),
                false => whole(),
            };
        }
    }
    // 人均费用/元/人次: the unit is all behind the first stroke that has one behind it.
    for (at, stroke) in name.match_indices(['/', '／']) {
        let unit = name.get(at + stroke.len()..).unwrap_or_default();
        if at > 0 && is_unit(unit) {
            return (
                Cow::Borrowed(clean(name.get(..at).unwrap_or_default())),
                Some(unit.to_string()),
            );
        }
    }
    for sign in ['%', '％', '‰'] {
        if let Some(stem) = name.strip_suffix(sign).filter(|stem| !stem.is_empty()) {
            return (Cow::Borrowed(clean(stem)), Some(sign.to_string()));
        }
    }
    whole()
}

fn is_unit(text: &str) -> bool {
    let text = clean(text);
    let text = text.strip_prefix("单位").unwrap_or(text);
    let text = text.trim_start_matches([':', '：']);
    let text: String = text
        .chars()
        .map(|c| if c == '％' { '%' } else { c })
        .collect();
    Unit::parse_scaled(clean(&text)).is_ok()
}

fn refuse<T>(text: &str, what: &str, then: &str) -> Result<T> {
    Err(Error::new(
        ErrorKind::Syntax,
        format!("{:?} {what}{then}", excerpt(text)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cleaned() {
        for (text, cleaned) in [
            (" '430200 ", "430200"),
            ("\u{a0}93.94\u{3000}", "93.94"),
            ("\u{feff}\u{200b}x\t", "x"),
            ("' 5", "5"),
            ("''", "'"),
            ("", ""),
            ("it's", "it's"),
        ] {
            assert_eq!(clean(text), cleaned, "{text:?}");
        }
        assert_eq!(tidy_name(" 床位数\r\n（张） "), "床位数（张）");
    }

    #[test]
    fn units_behind_names() {
        for (name, stem, unit) in [
            ("就诊率(%)", "就诊率", Some("%")),
            ("床位数（张）", "床位数", Some("张")),
            ("收入/万元", "收入", Some("万元")),
            ("人均费用/元/人次", "人均费用", Some("元/人次")),
            (
                "每千人口床位数 [张/千人]",
                "每千人口床位数",
                Some("张/千人"),
            ),
            ("增长率%", "增长率", Some("%")),
            ("自然增长率‰", "自然增长率", Some("‰")),
            ("门诊量（单位：万人次）", "门诊量", Some("单位：万人次")),
            ("2021年（万人）", "2021年", Some("万人")),
            ("就诊率", "就诊率", None),
            ("医院（合计）", "医院（合计）", None),
            // As this shows, a name is looked up whole before its unit is split from it.
            ("县/市/区", "县", Some("市/区")),
            ("(%)", "(%)", None),
            ("%", "%", None),
            ("/万元", "/万元", None),
            ("", "", None),
        ] {
            let (found, found_unit) = split_unit(name);
            assert_eq!((&*found, found_unit.as_deref()), (stem, unit), "{name}");
        }
    }

    #[test]
    fn spoilt_figures_are_refused_and_say_what_to_do() {
        for (text, message) in [
            (
                "#REF!",
                r##""#REF!" is an error of the spreadsheet: mend the formula and export it again, or leave the cell empty"##,
            ),
            (
                "#N/A",
                r##""#N/A" is an error of the spreadsheet: mend the formula and export it again, or leave the cell empty"##,
            ),
            (
                "####",
                "\"####\" is what a spreadsheet shows where a column is too narrow: widen it and export it again, or leave the cell empty",
            ),
            (
                "1.23E+05",
                r#""1.23E+05" is how a spreadsheet shows a number whose digits it does not: format the column as a number and export it again"#,
            ),
            (
                "-",
                r#""-" is no figure: leave the cell empty if nobody recorded one, or say what the mark means with Options::blank"#,
            ),
        ] {
            assert_eq!(check_figure(text).unwrap_err().to_string(), message);
        }
        for mark in [
            "—", "——", "…", "……", "/", "N/A", "n/a", "空", "无", "..", "*", "NULL",
        ] {
            let error = check_figure(mark).unwrap_err().to_string();
            assert!(error.contains("say what the mark means"), "{error}");
        }
        for scientific in ["1E5", "1.5e+5", "-2E-3", "1e-2", "1.5e3"] {
            let error = check_figure(scientific).unwrap_err().to_string();
            assert!(error.contains("format the column as a number"), "{error}");
        }
        for good in [
            "185e2", "-5", "5-", "", "1.5万", ">5", "E", "e5", "1e", "93.94", "-5e0",
        ] {
            assert!(check_figure(good).is_ok(), "{good}");
        }
        assert!(check_code("4.302E+05").is_err());
        assert!(check_code("-").is_ok());
    }

    #[test]
    fn periods_as_spreadsheets_write_them() {
        for (text, canonical) in [
            ("2023/9/30", "2023-09-30"),
            ("2023.9", "2023-09"),
            ("2023.10", "2023-10"),
            ("2023.01", "2023-01"),
            ("2023/9/30 0:00", "2023-09-30"),
            ("2023-09-30 00:00:00", "2023-09-30"),
            ("2021年", "2021"),
            ("2023年1至10月", "2023-01/2023-10"),
            ("２０２３", "2023"),
        ] {
            assert_eq!(period(text).unwrap().to_string(), canonical);
        }
        for (text, message) in [
            (
                "2023.1",
                r#""2023.1" is January, or October whose zero a spreadsheet has dropped: write 2023-01 or 2023-10"#,
            ),
            (
                "45199",
                r#""45199" is no period: if it is how a spreadsheet keeps 2023-09-30, format the column as a date and export it again"#,
            ),
            (
                "Sep-23",
                r#"cannot read "Sep-23" as a period: at byte 0: expected a year of four digits from 0001 to 9999, found "Sep-23""#,
            ),
        ] {
            assert_eq!(period(text).unwrap_err().to_string(), message);
        }
    }
}
