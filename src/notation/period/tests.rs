//! What is read, and what is refused and why.

use chrono::NaiveDate;

use super::*;
use crate::error::{ErrorKind, excerpt};

fn anchor() -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, 9, 30).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse::<Period>().unwrap().first_day()
}

#[track_caller]
fn reads(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|&(text, canonical)| match parse_period(text) {
            Ok(period) if period.to_string() == canonical => None,
            Ok(period) => Some(format!("{text}: {period}, not {canonical}")),
            Err(error) => Some(error.to_string()),
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[track_caller]
fn reads_at(day: &str, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(
            |&(text, canonical)| match parse_period_at(text, date(day)) {
                Ok(period) if period.to_string() == canonical => None,
                Ok(period) => Some(format!("{text}: {period}, not {canonical}")),
                Err(error) => Some(error.to_string()),
            },
        )
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[track_caller]
fn refuses(anchor: Option<NaiveDate>, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|&(text, message)| {
            let whole = format!("cannot read {:?} as a period: {message}", excerpt(text));
            match read(text, anchor) {
                Ok(period) => Some(format!("{text}: read as {period}")),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Syntax);
                    (error.to_string() != whole).then(|| format!("{error}\n  not {whole}"))
                }
            }
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn years_and_their_parts() {
    reads(&[
        ("2023年", "2023"),
        ("2023年度", "2023"),
        ("2023年全年", "2023"),
        ("2023全年", "2023"),
        ("２０２３年", "2023"),
        ("二〇二三年", "2023"),
        ("二零二三年", "2023"),
        ("二O二三年", "2023"),
        ("二千零二十三年", "2023"),
        ("0007年", "0007"),
        ("2023 年", "2023"),
        (" 2023 ", "2023"),
        ("2023年上半年", "2023-S1"),
        ("2022年下半年", "2022-S2"),
        ("2023上半年", "2023-S1"),
        ("2023年度上半年", "2023-S1"),
        ("2023H1", "2023-S1"),
        ("2023年第三季度", "2023-Q3"),
        ("2023年三季度", "2023-Q3"),
        ("2023年3季度", "2023-Q3"),
        ("2023一季度", "2023-Q1"),
        ("2023年首季", "2023-Q1"),
        ("2023年Q3", "2023-Q3"),
        ("２０２３Ｑ３", "2023-Q3"),
        ("2023年9月", "2023-09"),
        ("2023年09月", "2023-09"),
        ("2023年9月份", "2023-09"),
        ("二〇二三年十二月", "2023-12"),
        ("2024年元月", "2024-01"),
        ("2023.09", "2023-09"),
        ("2023.9", "2023-09"),
        ("2023/9", "2023-09"),
        ("2023-9", "2023-09"),
        ("2023-9月", "2023-09"),
        ("２０２３０９", "2023-09"),
        ("2023年第5周", "2023-W05"),
        ("2020年第53周", "2020-W53"),
        ("2023年第五周", "2023-W05"),
        ("2023年9月30日", "2023-09-30"),
        ("2023年9月30号", "2023-09-30"),
        ("二零二三年九月三十日", "2023-09-30"),
        ("二〇二四年二月廿九日", "2024-02-29"),
        ("2023/09/30", "2023-09-30"),
        ("2023.9.30", "2023-09-30"),
        ("2023-9-30", "2023-09-30"),
        ("２０２３－０９－３０", "2023-09-30"),
        ("2023年9月上旬", "2023-09-01/2023-09-10"),
        ("2023年9月中旬", "2023-09-11/2023-09-20"),
        ("2024年2月下旬", "2024-02-21/2024-02-29"),
        ("2023-W05", "2023-W05"),
        ("2023-01-01/P10M", "2023-01/2023-10"),
    ]);
}

#[test]
fn ends_are_days() {
    reads(&[
        ("2022年底", "2022-12-31"),
        ("2023年末", "2023-12-31"),
        ("2022年年底", "2022-12-31"),
        ("2023年9月月底", "2023-09-30"),
        ("“十四五”期末", "2025-12-31"),
        ("2023年终", "2023-12-31"),
        ("2023年6月底", "2023-06-30"),
        ("2024年2月末", "2024-02-29"),
        ("2023年上半年末", "2023-06-30"),
        ("2023年第三季度末", "2023-09-30"),
        ("截至2023年9月底", "2023-09-30"),
        ("截止2023年9月30日", "2023-09-30"),
        ("截止到2023年9月30日", "2023-09-30"),
        ("截至到2023年9月", "2023-09-30"),
        ("截至2023年", "2023-12-31"),
        ("截至2022年6月30日24时", "2022-06-30"),
        ("截至2022年6月30日24时止", "2022-06-30"),
        ("截至2023.09.30", "2023-09-30"),
        ("截至2023-09-30", "2023-09-30"),
        ("到2025年底前", "2025-12-31"),
        ("至2022年末", "2022-12-31"),
        ("“十四五”末", "2025-12-31"),
        ("截至“十三五”末", "2020-12-31"),
    ]);
}

#[test]
fn runs_of_months_days_and_years() {
    reads(&[
        ("2023年1-10月", "2023-01/2023-10"),
        ("2023年1月-10月", "2023-01/2023-10"),
        ("2023年1—10月", "2023-01/2023-10"),
        ("2023年1–10月", "2023-01/2023-10"),
        ("2023年1――10月", "2023-01/2023-10"),
        ("2023年1——10月", "2023-01/2023-10"),
        ("2023年1~10月", "2023-01/2023-10"),
        ("2023年1～10月", "2023-01/2023-10"),
        ("2023年1－10月份", "2023-01/2023-10"),
        ("2023年1至10月", "2023-01/2023-10"),
        ("2023年1到10月", "2023-01/2023-10"),
        ("2023年01-10月", "2023-01/2023-10"),
        ("2023 年 1 — 10 月", "2023-01/2023-10"),
        ("２０２３年１－１０月", "2023-01/2023-10"),
        ("二〇二三年一至十月", "2023-01/2023-10"),
        ("2023年1月至2023年10月", "2023-01/2023-10"),
        ("2023年前三季度", "2023-01/2023-09"),
        ("2023年一至三季度", "2023-01/2023-09"),
        ("2023年第一至第三季度", "2023-01/2023-09"),
        ("2023年第一季度至第三季度", "2023-01/2023-09"),
        ("2023年前10个月", "2023-01/2023-10"),
        ("2023年前十月", "2023-01/2023-10"),
        ("2023年头两个月", "2023-01/2023-02"),
        ("2023年后两个月", "2023-11/2023-12"),
        ("2023年前12个月", "2023"),
        ("2023年1-12月", "2023"),
        ("2023年1-3月", "2023-Q1"),
        ("2023年7至12月", "2023-S2"),
        ("2023年第1-5周", "2023-01-02/2023-02-05"),
        ("2023年第1周至第5周", "2023-01-02/2023-02-05"),
        ("2023.1-10", "2023-01/2023-10"),
        ("2023.01-2023.10", "2023-01/2023-10"),
        ("2023.01~10", "2023-01/2023-10"),
        ("2023/1-10月", "2023-01/2023-10"),
        ("202301-202310", "2023-01/2023-10"),
        ("2023-01至2023-10", "2023-01/2023-10"),
        ("2023年1月1日至10月31日", "2023-01/2023-10"),
        ("2021年7月29日至8月12日", "2021-07-29/2021-08-12"),
        ("2021年7月29日-8月12日", "2021-07-29/2021-08-12"),
        ("2021年7月1日至15日", "2021-07-01/2021-07-15"),
        ("2021年7月1-15日", "2021-07-01/2021-07-15"),
        ("2021.7.29-8.12", "2021-07-29/2021-08-12"),
        ("2021.7.1-15", "2021-07-01/2021-07-15"),
        ("2021-07-29~2021-08-12", "2021-07-29/2021-08-12"),
        ("20210729-20210812", "2021-07-29/2021-08-12"),
        ("2023年9月前10天", "2023-09-01/2023-09-10"),
        ("2023年9月上旬至中旬", "2023-09-01/2023-09-20"),
        ("2020年2月9日至2022年6月30日", "2020-02-09/2022-06-30"),
        ("2020年12月1日起至2021年12月31日止", "2020-12/2021-12"),
        ("2022年5月1日0时至5月15日24时", "2022-05-01/2022-05-15"),
        ("2022年5月1日0—24时", "2022-05-01"),
        ("2022年5月1日零时至24时", "2022-05-01"),
        ("2023年初至10月底", "2023-01/2023-10"),
        ("2023年9月18日-24日", "2023-W38"),
        ("2023-Q1至2023-Q3", "2023-01/2023-09"),
        ("2023Q1-Q3", "2023-01/2023-09"),
        ("2023-W01至2023-W05", "2023-01-02/2023-02-05"),
        ("2023年W5", "2023-W05"),
        ("2023.1.1-2023.10.31", "2023-01/2023-10"),
        ("2023-1-2023-10", "2023-01/2023-10"),
        ("2023年第3季至第4季", "2023-S2"),
        ("自2020年12月至2022年6月", "2020-12/2022-06"),
        ("从2020年12月1日到2022年6月30日", "2020-12/2022-06"),
        ("2017年7月至2022年6月", "2017-07/2022-06"),
        ("2022年11月至次年3月", "2022-11/2023-03"),
        ("2022年1月至当年10月", "2022-01/2022-10"),
        // A hyphen after 年 goes to another end; only 2023-10 is a date.
        ("2023年-10月", "2023-01/2023-10"),
        ("2022年11月-翌年3月15日", "2022-11-01/2023-03-15"),
        ("2020-2022年", "2020/2022"),
        ("2021-2023年", "2021/2023"),
        ("2021至2023年", "2021/2023"),
        ("2021年至2023年", "2021/2023"),
        ("2021年—2023年期间", "2021/2023"),
        ("2021-2023", "2021/2023"),
        ("二〇二一至二〇二三年", "2021/2023"),
        ("2022年至2023年9月", "2022-01/2023-09"),
        ("2022年上半年至2023年一季度", "2022-01/2023-03"),
    ]);
}

#[test]
fn five_year_plans() {
    reads(&[
        ("“十四五”期间", "2021/2025"),
        ("‘十四五’期间", "2021/2025"),
        ("\"十四五\"期间", "2021/2025"),
        ("「十四五」期间", "2021/2025"),
        ("”十四五“期间", "2021/2025"),
        ("十四五期间", "2021/2025"),
        ("十四五", "2021/2025"),
        ("“十四五”时期", "2021/2025"),
        ("“十四五”规划期间", "2021/2025"),
        ("“十五”期间", "2001/2005"),
        ("十五期间", "2001/2005"),
        ("“十五五”", "2026/2030"),
        ("“一五”计划", "1953/1957"),
        ("二五计划期间", "1958/1962"),
        ("“三五”", "1966/1970"),
        ("“九五”时期", "1996/2000"),
        ("十一五", "2006/2010"),
        ("第一个五年计划", "1953/1957"),
        ("第十四个五年规划期间", "2021/2025"),
        ("“十四五”前三年", "2021/2023"),
        ("“十三五”后两年", "2019/2020"),
        ("“十三五”至“十四五”期间", "2016/2025"),
    ]);
}

#[test]
fn words_that_count_from_an_anchor() {
    reads_at(
        "2023-09-30",
        &[
            ("今年", "2023"),
            ("本年度", "2023"),
            ("当年", "2023"),
            ("去年", "2022"),
            ("上年", "2022"),
            ("上一年度", "2022"),
            ("前年", "2021"),
            ("明年", "2024"),
            ("全年", "2023"),
            ("上半年", "2023-S1"),
            ("去年下半年", "2022-S2"),
            ("三季度", "2023-Q3"),
            ("前三季度", "2023-01/2023-09"),
            ("今年前10个月", "2023-01/2023-10"),
            ("今年1-10月", "2023-01/2023-10"),
            ("去年1-10月", "2022-01/2022-10"),
            ("1至10月", "2023-01/2023-10"),
            ("1—9月份", "2023-01/2023-09"),
            ("10月", "2023-10"),
            ("9月底", "2023-09-30"),
            ("截至9月底", "2023-09-30"),
            ("截至去年底", "2022-12-31"),
            ("去年年底", "2022-12-31"),
            ("上年末", "2022-12-31"),
            ("年底", "2023-12-31"),
            ("上月末", "2023-08-31"),
            ("截至目前", "2023-09-30"),
            ("截至6月30日24时", "2023-06-30"),
            ("7月29日至8月12日", "2023-07-29/2023-08-12"),
            ("第5周", "2023-W05"),
            ("本月", "2023-09"),
            ("当月", "2023-09"),
            ("上月", "2023-08"),
            ("上个月", "2023-08"),
            ("本季度", "2023-Q3"),
            ("上季度", "2023-Q2"),
            ("本周", "2023-W39"),
            ("上周", "2023-W38"),
            ("昨日", "2023-09-29"),
            ("上月中旬", "2023-08-11/2023-08-20"),
            ("本月15日", "2023-09-15"),
            ("上月1日至15日", "2023-08-01/2023-08-15"),
            ("今年以来", "2023-01/2023-09"),
            ("2020年以来至今", "2020-01/2023-09"),
            ("2020年至今为止", "2020-01/2023-09"),
            ("2020年12月1日0时起", "2020-12/2023-09"),
            ("去年9月到今年8月", "2022-09/2023-08"),
            ("去年12月底", "2022-12-31"),
            ("上季末", "2023-06-30"),
            ("過去五年", "2018-10/2023-09"),
            ("年初以来", "2023-01/2023-09"),
            ("今年年初至今", "2023-01/2023-09"),
            ("2020年以来", "2020-01/2023-09"),
            ("自2020年12月起", "2020-12/2023-09"),
            ("自2020年12月以来", "2020-12/2023-09"),
            ("2020年12月以来", "2020-12/2023-09"),
            ("2020年12月至今", "2020-12/2023-09"),
            ("2020年12月1日起至今", "2020-12/2023-09"),
            ("2020年12月至目前", "2020-12/2023-09"),
            ("2022年11月至今年3月", "2022-11/2023-03"),
            ("“十四五”以来", "2021-01/2023-09"),
            ("近五年", "2018-10/2023-09"),
            ("近5年来", "2018-10/2023-09"),
            ("五年来", "2018-10/2023-09"),
            ("过去五年", "2018-10/2023-09"),
            ("过去的三年间", "2020-10/2023-09"),
            ("近三个月", "2023-Q3"),
            ("近半年", "2023-04/2023-09"),
            ("最近一个季度", "2023-Q3"),
            ("最近7天", "2023-09-24/2023-09-30"),
            ("近两周", "2023-09-17/2023-09-30"),
            ("上年同期", "2022-01/2022-09"),
            ("去年同期", "2022-01/2022-09"),
            ("同期", "2022-01/2022-09"),
            ("2019年同期", "2019-01/2019-09"),
            ("2023", "2023"),
        ],
    );
    reads_at(
        "2022-06-30",
        &[("近五年", "2017-07/2022-06"), ("上年同期", "2021-S1")],
    );
    reads_at(
        "2023-12-31",
        &[
            ("近五年", "2019/2023"),
            ("近一年", "2023"),
            ("上年同期", "2022"),
        ],
    );
}

#[test]
fn an_anchor_in_the_middle_of_a_month_and_in_february() {
    reads_at(
        "2023-10-15",
        &[
            ("近一年", "2022-10-16/2023-10-15"),
            ("近一个月", "2023-09-16/2023-10-15"),
            ("今年以来", "2023-01-01/2023-10-15"),
            ("上年同期", "2022-01-01/2022-10-15"),
        ],
    );
    reads_at(
        "2024-02-29",
        &[
            ("近一年", "2023-03/2024-02"),
            ("上年同期", "2023-01/2023-02"),
            ("2020年同期", "2020-01/2020-02"),
        ],
    );
    // The leap day has not come yet: twelve months up to a 28 February start after the last one.
    reads_at(
        "2024-02-28",
        &[
            ("近一年", "2023-03-01/2024-02-28"),
            ("上年同期", "2023-01/2023-02"),
        ],
    );
    reads_at("2023-03-30", &[("近一个月", "2023-03-01/2023-03-30")]);
    // 1 January 2021 lies in the ISO year 2020.
    reads_at(
        "2021-01-01",
        &[
            ("第53周", "2020-W53"),
            ("本周", "2020-W53"),
            ("上月", "2020-12"),
        ],
    );
}

#[test]
fn without_an_anchor_it_is_asked_for() {
    refuses(
        None,
        &[
            (
                "今年",
                r#"at byte 0: expected fixed dates, or an anchor date that 今年 is counted from, found "今年""#,
            ),
            (
                "去年",
                r#"at byte 0: expected fixed dates, or an anchor date that 去年 is counted from, found "去年""#,
            ),
            (
                "上年同期",
                r#"at byte 0: expected fixed dates, or an anchor date that 上年 is counted from, found "上年同期""#,
            ),
            (
                "2022年同期",
                r#"at byte 7: expected fixed dates, or an anchor date that 同期 is counted from, found "同期""#,
            ),
            (
                "本月",
                r#"at byte 0: expected fixed dates, or an anchor date that 本月 is counted from, found "本月""#,
            ),
            (
                "近五年",
                r#"at byte 0: expected fixed dates, or an anchor date that 近五年 is counted from, found "近五年""#,
            ),
            (
                "截至目前",
                r#"at byte 6: expected fixed dates, or an anchor date that 目前 is counted from, found "目前""#,
            ),
            (
                "1至10月",
                r#"at byte 0: expected a year in front, or an anchor date to take the year from, found "1至10月""#,
            ),
            (
                "截至9月底",
                r#"at byte 6: expected a year in front, or an anchor date to take the year from, found "9月底""#,
            ),
            (
                "上半年",
                r#"at byte 0: expected a year in front, or an anchor date to take the year from, found "上半年""#,
            ),
            (
                "2020年12月以来",
                r#"at byte 12: expected 至 and an end, or an anchor date that 以来 runs to, found "以来""#,
            ),
            (
                "自2020年12月起",
                r#"at byte 15: expected 至 and an end, or an anchor date that 起 runs to, found "起""#,
            ),
        ],
    );
}

#[test]
fn days_that_the_calendar_lacks() {
    refuses(
        None,
        &[
            (
                "2023年13月",
                r#"at byte 7: expected a month from 1 to 12, found "13月""#,
            ),
            (
                "2023年0月",
                r#"at byte 7: expected a month from 1 to 12, found "0月""#,
            ),
            (
                "2023年1-13月",
                r#"at byte 9: expected a month from 1 to 12, found "13月""#,
            ),
            (
                "2023.13",
                r#"at byte 5: expected a month from 1 to 12, found "13""#,
            ),
            (
                "2023年2月30日",
                r#"at byte 11: expected a day from 1 to 28, found "30日""#,
            ),
            (
                "2023年9月0日",
                r#"at byte 11: expected a day from 1 to 30, found "0日""#,
            ),
            (
                "2023年2月1-29日",
                r#"at byte 13: expected a day from 1 to 28, found "29日""#,
            ),
            (
                "2024/2/30",
                r#"at byte 7: expected a day from 1 to 29, found "30""#,
            ),
            (
                "二〇二三年二月三十日",
                r#"at byte 21: expected a day from 1 to 28, found "三十日""#,
            ),
            (
                "2023年第53周",
                r#"at byte 10: expected a week from 1 to 52, found "53周""#,
            ),
            (
                "2023年第五季度",
                r#"at byte 10: expected a quarter from 1 to 4, found "五季度""#,
            ),
            (
                "2023年Q5",
                r#"at byte 8: expected a quarter from 1 to 4, found "5""#,
            ),
            (
                "0000年",
                r#"at byte 0: expected a year of four digits from 0001 to 9999, found "0000年""#,
            ),
            (
                "10000年",
                r#"at byte 0: expected a year of four digits from 0001 to 9999, found "10000年""#,
            ),
            (
                "23年1-10月",
                r#"at byte 0: expected a year of four digits from 0001 to 9999, found "23年1-10月""#,
            ),
            (
                "20-22年",
                r#"at byte 5: expected 月, 季度 or 周 after the numbers, found "年""#,
            ),
            (
                "2023年前13个月",
                r#"at byte 10: expected a number of months that 2023 has, at most 12, found "13个月""#,
            ),
            (
                "2023年前五季度",
                r#"at byte 10: expected a number of quarters that 2023 has, at most 4, found "五季度""#,
            ),
            (
                "2023年前三年",
                r#"at byte 13: expected 月, 季度 or 天 after the number, found "年""#,
            ),
            (
                "“十四五”前6年",
                r#"at byte 18: expected a number of years that 2021/2025 has, at most 5, found "6年""#,
            ),
            (
                "2023年10月至9月",
                r#"at byte 15: expected an end that is not before the start 2023-10, found "9月""#,
            ),
            (
                "2023年10-9月",
                r#"at byte 10: expected an end that is not before the start 2023-10, found "9月""#,
            ),
            (
                "2023年9月15-1日",
                r#"at byte 14: expected an end that is not before the start 2023-09-15, found "1日""#,
            ),
            (
                "2023-2021年",
                r#"at byte 5: expected an end that is not before the start 2023, found "2021年""#,
            ),
            (
                "9999年11月至次年3月",
                r#"at byte 15: expected a year of four digits from 0001 to 9999, found "次年3月""#,
            ),
        ],
    );
    refuses(
        Some(anchor()),
        &[
            (
                "2024年以来",
                r#"at byte 0: expected a start that is not after the anchor date 2023-09-30, found "2024年以来""#,
            ),
            (
                "近3000年",
                r#"at byte 3: expected a number from 1 that stays in the years 1 to 2023, found "3000年""#,
            ),
            (
                "近0年",
                r#"at byte 3: expected a number from 1 that stays in the years 1 to 2023, found "0年""#,
            ),
            (
                "5周",
                r#"at byte 0: expected 第 in front (without a year 5周 is how long it took), found "5周""#,
            ),
            (
                "近99999999999年",
                r#"at byte 3: expected a number from 1 that stays in the years 1 to 2023, found "99999999999年""#,
            ),
        ],
    );
}

#[test]
fn text_that_is_no_period_or_none_with_known_days() {
    refuses(
        None,
        &[
            (
                "",
                "at byte 0: expected a year of four digits from 0001 to 9999, found the end of the text",
            ),
            (
                "  ",
                "at byte 2: expected a period such as 2023年, 2023年1-10月 or 2023-09, found the end of the text",
            ),
            (
                "人口",
                r#"at byte 0: expected a period such as 2023年, 2023年1-10月 or 2023-09, found "人口""#,
            ),
            (
                "2023-13",
                r#"at byte 5: expected a month from 01 to 12, found "13""#,
            ),
            (
                "2023-W53",
                r#"at byte 6: expected a week from 01 to 52, found "53""#,
            ),
            (
                "2023-02-30",
                r#"at byte 8: expected a day from 01 to 28, found "30""#,
            ),
            (
                "2023年1-10月，",
                r#"at byte 14: expected the end of the period, found "，""#,
            ),
            (
                "2023年1-10月人数",
                r#"at byte 14: expected the end of the period, found "人数""#,
            ),
            (
                "2023年1-10月5日",
                r#"at byte 14: expected the end of the period, found "5日""#,
            ),
            (
                "2023年1、2月",
                r#"at byte 8: expected 月, 季度 or 周 after the number, or - and a second number, found "、2月""#,
            ),
            (
                "2023年9",
                "at byte 8: expected 月, 季度 or 周 after the number, or - and a second number, found the end of the text",
            ),
            (
                "2023年1-",
                "at byte 9: expected a second number, as in 1-10月, found the end of the text",
            ),
            (
                "2023年1-10",
                "at byte 11: expected 月, 季度 or 周 after the numbers, found the end of the text",
            ),
            (
                "2023年9月30",
                "at byte 13: expected 日 after the day, found the end of the text",
            ),
            (
                "2023年30日",
                r#"at byte 9: expected 月, 季度 or 周 after the number, or - and a second number, found "日""#,
            ),
            (
                "30日",
                r#"at byte 0: expected a month in front of the day, as in 9月30日, found "30日""#,
            ),
            (
                "2023年至",
                "at byte 10: expected the end of the period, such as 10月 or 2023年10月, found the end of the text",
            ),
            (
                "2023年年",
                r#"at byte 7: expected the end of the period, found "年""#,
            ),
            (
                "2023年初",
                r#"at byte 7: expected 末 or 底 (初 is no one day), or 初以来, found "初""#,
            ),
            (
                "2023学年",
                r#"at byte 4: expected 年 (a school or fiscal year starts on no common day: give its first and last month), found "学年""#,
            ),
            (
                "2022-2023学年",
                r#"at byte 9: expected 年 (a school or fiscal year starts on no common day: give its first and last month), found "学年""#,
            ),
            (
                "2023财年",
                r#"at byte 4: expected 年 (a school or fiscal year starts on no common day: give its first and last month), found "财年""#,
            ),
            (
                "近年来",
                r#"at byte 3: expected a number of years, months, weeks or days, as in 近五年, found "年来""#,
            ),
            (
                "近几年",
                r#"at byte 3: expected a number of years, months, weeks or days, as in 近五年, found "几年""#,
            ),
            (
                "近五人",
                r#"at byte 6: expected 年, 月, 季度, 周 or 天 after the number, found "人""#,
            ),
            (
                "自2023年",
                "at byte 10: expected 起, 以来, or 至 and an end, found the end of the text",
            ),
            (
                "次年3月",
                r#"at byte 0: expected a start whose year it follows, found "次年3月""#,
            ),
            (
                "截至2023年6月30日8时",
                r#"at byte 22: expected 24时 or no hour (periods are whole days), found "8时""#,
            ),
            (
                "“十四”期间",
                r#"at byte 0: expected a five-year plan such as “十四五” in the quotes, found "“十四”期间""#,
            ),
            (
                "十五",
                r#"at byte 6: expected 月, 季度 or 周 after the number, or - and a second number, found the end of the text"#,
            ),
        ],
    );
}

#[test]
fn very_long_text_is_refused_at_once() {
    for part in [
        "2023年1-10月",
        "十",
        "五",
        "9",
        "“",
        "前",
        "近",
        "截至",
        " ",
        "—",
        "2023-",
        "至今",
    ] {
        let error = parse_period_at(&part.repeat(100_000), anchor()).unwrap_err();
        assert!(error.to_string().chars().count() < 400, "{error}");
    }
}
