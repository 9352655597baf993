//! That printing is undone by reading, and what holds of any anchor.

use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::model::Granularity;
use crate::model::period::properties::{any_day, any_period};

fn date(text: &str) -> NaiveDate {
    text.parse::<Period>().unwrap().first_day()
}

/// Chinese digits for Arabic ones, as formal reports print their dates.
fn in_chinese_numerals(text: &str) -> String {
    const TENS: [&str; 6] = ["", "十", "二十", "三十", "四十", "五十"];
    const ONES: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let mut rest = text;
    let mut chinese = String::new();
    while let Some(c) = rest.chars().next() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let read = if digits == 0 { c.len_utf8() } else { digits };
        match digits {
            0 => chinese.push(c),
            1 | 2 => {
                let number: usize = rest[..digits].parse().unwrap();
                chinese += TENS[number / 10];
                chinese += ONES[number % 10];
            }
            _ => chinese.extend(rest[..digits].bytes().map(|digit| match digit {
                b'0' => "〇",
                _ => ONES[usize::from(digit - b'0')],
            })),
        }
        rest = &rest[read..];
    }
    chinese
}

/// A space on either side of every number.
fn spaced(text: &str, space: &str) -> String {
    let mut spaced = String::new();
    let mut digit_before = false;
    for c in text.chars() {
        if c.is_ascii_digit() != digit_before {
            spaced += space;
        }
        digit_before = c.is_ascii_digit();
        spaced.push(c);
    }
    spaced
}

fn in_full_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0'..='9' => char::from_u32(u32::from(c) - u32::from('0') + u32::from('０')).unwrap(),
            _ => c,
        })
        .collect()
}

proptest! {
    #[test]
    fn printing_is_undone_by_reading(period in any_period(), day in any_day()) {
        let chinese = period_to_chinese(&period);
        prop_assert_eq!(parse_period(&chinese).unwrap(), period, "{}", chinese);
        prop_assert_eq!(parse_period_at(&chinese, day).unwrap(), period);
        prop_assert_eq!(parse_period(&period.to_string()).unwrap(), period);
        prop_assert_eq!(parse_period(&in_full_width(&chinese)).unwrap(), period);
        if period.first_day() >= date("1000-01-01") {
            let numerals = in_chinese_numerals(&chinese);
            prop_assert_eq!(parse_period(&numerals).unwrap(), period, "{}", numerals);
        }
    }

    #[test]
    fn dashes_and_spaces_do_not_matter(
        period in any_period(),
        dash in prop::sample::select(vec!["至", "到", "-", "—", "–", "——", "~", "～", " - ", "−"]),
        space in prop::sample::select(vec![" ", "\u{3000}", "\u{a0}"]),
    ) {
        let chinese = period_to_chinese(&period);
        let dashed = chinese.replace('至', dash);
        prop_assert_eq!(parse_period(&dashed).unwrap(), period, "{}", dashed);
        let spaced = spaced(&chinese, space);
        prop_assert_eq!(parse_period(&spaced).unwrap(), period, "{}", spaced);
    }

    #[test]
    fn as_of_is_the_last_day(period in any_period()) {
        let chinese = format!("截至{}", period_to_chinese(&period));
        // 截至 takes one end, not a span from one to another.
        if let Ok(read) = parse_period(&chinese) {
            prop_assert_eq!((read.first_day(), read.last_day()), (period.last_day(), period.last_day()));
        } else {
            prop_assert_eq!(period.granularity(), Granularity::Span);
        }
    }

    #[test]
    fn recent_time_ends_on_the_anchor(day in any_day(), months in 1..240u32) {
        if let Ok(recent) = parse_period_at(&format!("近{months}个月"), day) {
            prop_assert_eq!(recent.last_day(), day);
            let days = i64::from(recent.days());
            let months = i64::from(months);
            prop_assert!((months * 30 - 2..=months * 31).contains(&days), "{} days", days);
            let month_end = day + Days::new(1);
            if month_end.day() == 1 {
                prop_assert_eq!(recent.months().map(i64::from), Some(months));
            }
        } else {
            prop_assert!(day < date("0021-01-01"));
        }
    }

    #[test]
    fn the_same_period_of_last_year_is_a_year_earlier(day in any_day()) {
        if let Ok(same) = parse_period_at("上年同期", day) {
            let to_date = parse_period_at("今年以来", day).unwrap();
            // 1 to 7 January can be an ISO week, whose year earlier is another week.
            if to_date.granularity() != Granularity::Week {
                prop_assert_eq!(Some(same), to_date.year_earlier());
            }
            prop_assert_eq!((same.last_day().month(), same.first_day().ordinal()), (day.month(), 1));
        } else {
            prop_assert!(day < date("0002-01-01"));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(
        text in "[0-9年月日至\\-.第周季度上半前末底截至自起以来近五十“”期间同今去个 ]{0,14}|\\PC{0,16}",
        day in any_day(),
    ) {
        let readings = [parse_period(&text), parse_period_at(&text, day), parse_period_at(&text, NaiveDate::MAX)];
        for period in readings.into_iter().flatten() {
            prop_assert_eq!(parse_period(&period_to_chinese(&period)).unwrap(), period);
        }
    }
}
