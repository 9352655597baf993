//! The forms of other systems, and what each refusal says.

use super::*;
use crate::error::ErrorKind;

fn refused(text: &str) -> String {
    let error = text.parse::<Period>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Syntax);
    let prefix = format!(
        "cannot read {:?} as a period: ",
        crate::error::excerpt(text)
    );
    error.to_string().strip_prefix(&prefix).unwrap().to_string()
}

#[test]
fn other_systems_forms_are_read() {
    for (text, canonical) in [
        // ISO 8601
        ("20230930", "2023-09-30"),
        ("2023-273", "2023-09-30"),
        ("2023273", "2023-09-30"),
        ("2024-366", "2024-12-31"),
        ("2023W05", "2023-W05"),
        ("2023-W05-3", "2023-02-01"),
        ("2023W053", "2023-02-01"),
        ("2020-W53-7", "2021-01-03"),
        ("2023-01-01/2023-12-31", "2023"),
        ("2023-01/2023-03", "2023-Q1"),
        ("2023-07/2023-S2", "2023-S2"),
        ("2023-01-30/2023-02-05", "2023-W05"),
        ("2023-09-30/2023-09-30", "2023-09-30"),
        ("2023-W01/2023-W05", "2023-01-02/2023-02-05"),
        ("2020--2022", "2020/2022"),
        ("2020-12--2022-06-30", "2020-12/2022-06"),
        ("2023-01-01/P1Y", "2023"),
        ("2023-01-01/P10M", "2023-01/2023-10"),
        ("2023/P1Y6M", "2023-01/2024-06"),
        ("2023-01-02/P1W", "2023-W01"),
        ("2023-01-31/P1M", "2023-01-31/2023-02-27"),
        ("2023-01-31/P1M1D", "2023-01-31/2023-02-28"),
        ("P5Y/2022-06-30", "2017-07/2022-06"),
        ("P12W/2023-06-30", "2023-04-08/2023-06-30"),
        ("0001-01-01/P9999Y", "0001/9999"),
        // SDMX 2.1
        ("2023-A1", "2023"),
        ("2023-S1", "2023-S1"),
        ("2023-T3", "2023-09/2023-12"),
        ("2023-Q3", "2023-Q3"),
        ("2023-M09", "2023-09"),
        ("2023-M9", "2023-09"),
        ("2023-W05", "2023-W05"),
        ("2023-D273", "2023-09-30"),
        ("2023-D001", "2023-01-01"),
        // DHIS2
        ("2023S2", "2023-S2"),
        ("2023Q3", "2023-Q3"),
        ("202309", "2023-09"),
        ("2023W5", "2023-W05"),
        ("2023h1", "2023-S1"),
        ("2023q4", "2023-Q4"),
    ] {
        let period: Period = text.parse().unwrap();
        assert_eq!(period.to_string(), canonical, "{text}");
        assert_eq!(canonical.parse::<Period>().unwrap(), period);
    }
}

#[test]
fn days_that_the_calendar_lacks() {
    for (text, message) in [
        (
            "2023-13",
            r#"at byte 5: expected a month from 01 to 12, found "13""#,
        ),
        (
            "2023-00",
            r#"at byte 5: expected a month from 01 to 12, found "00""#,
        ),
        (
            "202313",
            r#"at byte 4: expected a month from 01 to 12, found "13""#,
        ),
        (
            "2023-M13",
            r#"at byte 6: expected a month from 01 to 12, found "13""#,
        ),
        (
            "2023-02-30",
            r#"at byte 8: expected a day from 01 to 28, found "30""#,
        ),
        (
            "2024-02-30",
            r#"at byte 8: expected a day from 01 to 29, found "30""#,
        ),
        (
            "20230431",
            r#"at byte 6: expected a day from 01 to 30, found "31""#,
        ),
        (
            "2023-09-00",
            r#"at byte 8: expected a day from 01 to 30, found "00""#,
        ),
        (
            "2023-366",
            r#"at byte 5: expected a day from 001 to 365, found "366""#,
        ),
        (
            "2023-D366",
            r#"at byte 6: expected a day from 001 to 365, found "366""#,
        ),
        (
            "2023-W53",
            r#"at byte 6: expected a week from 01 to 52, found "53""#,
        ),
        (
            "2020W54",
            r#"at byte 5: expected a week from 01 to 53, found "54""#,
        ),
        (
            "9999-W52",
            r#"at byte 6: expected a week from 01 to 51, found "52""#,
        ),
        (
            "2023-W05-8",
            r#"at byte 9: expected a weekday from 1 to 7, found "8""#,
        ),
        (
            "2023-S3",
            r#"at byte 6: expected a half from 1 to 2, found "3""#,
        ),
        (
            "2023Q5",
            r#"at byte 5: expected a quarter from 1 to 4, found "5""#,
        ),
        (
            "2023-A2",
            r#"at byte 6: expected 1 for the whole year, found "2""#,
        ),
        (
            "2023-Q10",
            r#"at byte 6: expected a quarter from 1 to 4, found "10""#,
        ),
        (
            "2023-M009",
            r#"at byte 6: expected a month from 01 to 12, found "009""#,
        ),
        (
            "2023-W053",
            r#"at byte 6: expected a week from 01 to 52, found "053""#,
        ),
        (
            "2023W538",
            r#"at byte 5: expected a week from 01 to 52, found "538""#,
        ),
        (
            "2023-T4",
            r#"at byte 6: expected a trimester from 1 to 3, found "4""#,
        ),
        (
            "0000",
            r#"at byte 0: expected a year of four digits from 0001 to 9999, found "0000""#,
        ),
        (
            "10000",
            r#"at byte 0: expected a year of four digits from 0001 to 9999, found "10000""#,
        ),
        (
            "0000-01-01",
            r#"at byte 0: expected a year of four digits from 0001 to 9999, found "0000-01-01""#,
        ),
        (
            "2023/10000",
            r#"at byte 5: expected a year of four digits from 0001 to 9999, found "10000""#,
        ),
    ] {
        assert_eq!(refused(text), message, "{text}");
    }
}

#[test]
fn an_interval_runs_forward_and_stays_in_the_calendar() {
    for (text, message) in [
        (
            "2023-10/2023-01",
            r#"at byte 8: expected an end that is not before the start 2023-10, found "2023-01""#,
        ),
        (
            "2023/2022",
            r#"at byte 5: expected an end that is not before the start 2023, found "2022""#,
        ),
        (
            "2023-01-01/P0D",
            r#"at byte 11: expected a duration of at least one day, found "P0D""#,
        ),
        (
            "2023/P9999Y",
            r#"at byte 5: expected a duration that ends by 9999-12-31, found "P9999Y""#,
        ),
        (
            "P2023Y1D/2023-12",
            r#"at byte 0: expected a duration that starts by 0001-01-01, found "P2023Y1D/2023-12""#,
        ),
        (
            "2023/P4294967295Y",
            r#"at byte 5: expected a duration within the years 1 to 9999, found "P4294967295Y""#,
        ),
        (
            "2023/P99999999999D",
            r#"at byte 5: expected a duration within the years 1 to 9999, found "P99999999999D""#,
        ),
    ] {
        assert_eq!(refused(text), message, "{text}");
    }
}

#[test]
fn other_text_is_told_what_was_expected() {
    for (text, message) in [
        (
            "",
            "at byte 0: expected a year of four digits from 0001 to 9999, found the end of the text",
        ),
        (
            " 2023",
            r#"at byte 0: expected a year of four digits from 0001 to 9999, found " 2023""#,
        ),
        (
            "23",
            r#"at byte 0: expected a year of four digits from 0001 to 9999, found "23""#,
        ),
        (
            "-2023",
            r#"at byte 0: expected a year of four digits from 0001 to 9999, found "-2023""#,
        ),
        (
            "2023-",
            "at byte 5: expected a month of two digits from 01 to 12, found the end of the text",
        ),
        (
            "2023-9",
            r#"at byte 5: expected a month of two digits from 01 to 12, found "9""#,
        ),
        (
            "2021-2023",
            r#"at byte 5: expected a month of two digits from 01 to 12, found "2023""#,
        ),
        (
            "2023-09-1",
            r#"at byte 8: expected a day of two digits, found "1""#,
        ),
        (
            "2023-X1",
            r#"at byte 5: expected a month of two digits, a day of three, or one of A S Q M W D T and a number, found "X1""#,
        ),
        (
            "2023 ",
            r#"at byte 4: expected "/" and an end, or the end of the text, found " ""#,
        ),
        (
            "2023年",
            r#"at byte 4: expected "/" and an end, or the end of the text, found "年""#,
        ),
        (
            "2023-09-30.",
            r#"at byte 10: expected "/" and an end, or the end of the text, found ".""#,
        ),
        (
            "2023-W05x",
            r#"at byte 8: expected "/" and an end, or the end of the text, found "x""#,
        ),
        (
            "2023-09-30T00:00",
            r#"at byte 10: expected "/" and an end, or the end of the text (periods are whole days, without a time), found "T00:00""#,
        ),
        (
            "2023/",
            "at byte 5: expected a year of four digits from 0001 to 9999, found the end of the text",
        ),
        (
            "2023/06",
            r#"at byte 5: expected a year of four digits from 0001 to 9999, found "06""#,
        ),
        (
            "2023/2024/2025",
            r#"at byte 9: expected the end of the text, found "/2025""#,
        ),
        (
            "2023/P",
            "at byte 6: expected a number of years, months, weeks or days (periods are whole days), found the end of the text",
        ),
        (
            "2023/PT3H",
            r#"at byte 6: expected a number of years, months, weeks or days (periods are whole days), found "T3H""#,
        ),
        (
            "2023/P1D1M",
            r#"at byte 9: expected the end of the duration: years, months, weeks, days, in this order, found "M""#,
        ),
        (
            "2023/P1.5Y",
            r#"at byte 7: expected one of Y M W D for whole years, months, weeks, days, in this order, found ".5Y""#,
        ),
        (
            "P1Y",
            r#"at byte 3: expected "/" and the end of the period, found the end of the text"#,
        ),
        (
            "二〇二三",
            r#"at byte 0: expected a year of four digits from 0001 to 9999, found "二〇二三""#,
        ),
    ] {
        assert_eq!(refused(text), message, "{text}");
    }
    let long = "2023-09-30/".repeat(100_000);
    assert_eq!(
        refused(&long),
        format!(
            r#"at byte 21: expected the end of the text, found "{}…""#,
            &long[21..81]
        )
    );
    assert_eq!(
        refused(&"9".repeat(1_000_000)),
        format!(
            r#"at byte 0: expected a year of four digits from 0001 to 9999, found "{}…""#,
            "9".repeat(60)
        )
    );
}

#[test]
fn granularities_are_read() {
    assert_eq!(
        "quarter".parse::<Granularity>().unwrap(),
        Granularity::Quarter
    );
    assert_eq!(
        "Quarter".parse::<Granularity>().unwrap_err().to_string(),
        r#"cannot read "Quarter" as a granularity: at byte 0: expected year, half, quarter, month, week, day or span, found "Quarter""#
    );
}
