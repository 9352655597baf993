//! What is no period, and why.

use super::*;

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
