//! What is no figure, and why, word for word.

use super::super::{Reading, Said, parse, parse_cell};
use crate::error::ErrorKind;
use crate::model::{ChangeForm, Figure, Unit};

#[test]
fn syntax_names_the_byte_the_expectation_and_what_stood_there() {
    for (text, at, expected, found) in [
        // No number at all.
        ("", 0, "a number", "the end of the text"),
        ("。", 0, "a number", "\"。\""),
        ("人", 0, "a number", "\"人\""),
        ("约", 3, "a number", "the end of the text"),
        ("累计完成", 12, "a number", "the end of the text"),
        ("百人", 0, "a number", "\"百人\""),
        ("半人", 0, "a number", "\"半人\""),
        ("-", 1, "a digit after the sign", "the end of the text"),
        ("--5", 1, "a digit after the sign", "\"-5\""),
        (
            "数百人",
            0,
            "a number: 数百 names none, so no figure stands for it",
            "\"数百人\"",
        ),
        (
            "约数万人",
            3,
            "a number: 数万 names none, so no figure stands for it",
            "\"数万人\"",
        ),
        (
            "若干",
            0,
            "a number: 若干 names none, so no figure stands for it",
            "\"若干\"",
        ),
        (
            "几十人",
            0,
            "a number: 几 names none, so no figure stands for it",
            "\"几十人\"",
        ),
        (
            "近几百家",
            3,
            "a number: 几 names none, so no figure stands for it",
            "\"几百家\"",
        ),
        (
            "多名",
            0,
            "a number: 多名 names none, so no figure stands for it",
            "\"多名\"",
        ),
        (
            "年均增长5%",
            0,
            "the change from one period to another (a mean over several is an indicator of its own)",
            "\"年均增长5%\"",
        ),
        // Digits that are no number.
        ("12.人", 3, "a digit after the point", "\"人\""),
        ("12.", 3, "a digit after the point", "the end of the text"),
        (
            "1,12人",
            1,
            "digits in groups of three, or without a separator",
            "\",12人\"",
        ),
        (
            "1234,567人",
            4,
            "digits in groups of three, or without a separator",
            "\",567人\"",
        ),
        (
            "1 12人",
            1,
            "digits in groups of three, or without a separator",
            "\" 12人\"",
        ),
        (
            "1,128 000人",
            6,
            "a unit, a qualifier such as 以上, or nothing more",
            "\"000人\"",
        ),
        ("三点", 6, "a Chinese digit after 点", "the end of the text"),
        ("百分之", 9, "a number after 百分之", "the end of the text"),
        (
            "五七个",
            0,
            "a numeral such as 三十四, or two digits that follow one another, as in 三四十",
            "\"五七个\"",
        ),
        (
            "1万2人",
            4,
            "all 4 digits below the power of ten, or none",
            "\"2人\"",
        ),
        (
            "1.5万2000人",
            6,
            "no smaller part behind a number with decimals",
            "\"2000人\"",
        ),
        (
            "1万3万人",
            4,
            "a part smaller than the power of ten before it",
            "\"3万人\"",
        ),
        (
            "十十",
            3,
            "a unit, a qualifier such as 以上, or nothing more",
            "\"十\"",
        ),
        ("9e29", 2, "a power of ten from 0 to 28", "\"29\""),
        (
            "1234567890123456789012345678901234567890",
            0,
            "at most 28 digits, which is what an exact decimal holds, not 40",
            "\"1234567890123456789012345678901234567890\"",
        ),
        (
            "10000000000000000000000000000000000000000万亿",
            0,
            "at most 28 digits, which is what an exact decimal holds, not 41",
            "\"10000000000000000000000000000000000000000万亿\"",
        ),
        (
            "9999999999999999999万亿元",
            0,
            "a number below 7.9e28, the largest that an exact decimal holds",
            "\"9999999999999999999万亿元\"",
        ),
        // Something behind the figure.
        ("300人民警察", 6, "nothing more", "\"民警察\""),
        ("5人5", 4, "nothing more", "\"5\""),
        ("增长4.2%和3%", 10, "nothing more", "\"和3%\""),
        ("3个半月", 4, "nothing more", "\"半月\""),
        (
            "三分之一",
            6,
            "nothing more (a fraction in words is no exact decimal: state it in percent, as in 66.7%)",
            "\"之一\"",
        ),
        (
            "3/4",
            1,
            "a unit, a qualifier such as 以上, or nothing more",
            "\"/4\"",
        ),
        ("8千元不等", 7, "nothing more", "\"不等\""),
        ("3-5-7天", 3, "nothing more", "\"-7天\""),
        ("53元每天每人", 11, "nothing more", "\"每人\""),
        (
            "3月",
            1,
            "a unit, a qualifier such as 以上, or nothing more",
            "\"月\"",
        ),
        ("2023年", 0, "a figure, not a date", "\"2023年\""),
        ("2020-2022年", 0, "a figure, not a date", "\"2020-2022年\""),
        (
            "半小时",
            0,
            "a bound with 半, as in 半小时内: nobody says how exact a half is",
            "\"半小时\"",
        ),
        (
            "约半年",
            3,
            "a bound with 半, as in 半小时内: nobody says how exact a half is",
            "\"半年\"",
        ),
        ("一年半", 6, "nothing more", "\"半\""),
        // Two things said at once.
        ("约300余人", 6, "no second qualifier beside 约", "\"余人\""),
        (
            "超过60%以上",
            9,
            "no second qualifier beside 超过",
            "\"以上\"",
        ),
        (
            "近约300人",
            3,
            "no second qualifier beside 近",
            "\"约300人\"",
        ),
        (
            "约3至5天",
            3,
            "a range without 约, or one number with it",
            "\"3至5天\"",
        ),
        (
            "3至5天左右",
            0,
            "a range without 左右, or one number with it",
            "\"3至5天左右\"",
        ),
        (
            "5元-3人",
            0,
            "one unit for both ends of a range, not 元 and 人",
            "\"5元-3人\"",
        ),
        ("3至", 4, "the upper end of a range", "the end of the text"),
        (
            "-三四个",
            0,
            "a range without a sign before its digits",
            "\"-三四个\"",
        ),
        // Changes.
        (
            "同比",
            6,
            "a verb of change such as 增长 or 下降, or 持平",
            "the end of the text",
        ),
        (
            "同比4.2%",
            6,
            "a verb of change such as 增长 or 下降, or 持平",
            "\"4.2%\"",
        ),
        (
            "比全省平均高2个百分点",
            3,
            "what is compared with and a verb of change, as in 上年同期增长 or 2021年下降",
            "\"全省平均高2个百分点\"",
        ),
        ("增长", 6, "a number", "the end of the text"),
        (
            "下降-2.7%",
            6,
            "a number without a sign, as the verb says that it falls",
            "\"-2.7%\"",
        ),
        (
            "翻几番",
            3,
            "how many times it doubled, as in 翻一番 or 翻两番",
            "\"几番\"",
        ),
        (
            "由3家变成2家",
            7,
            "a verb such as 提高到 or 降至 and the level it came to",
            "\"变成2家\"",
        ),
        (
            "由3家增加到2家",
            0,
            "numbers that move as the verb says, not 3 and 2 with 增加到2家",
            "\"由3家增加到2家\"",
        ),
        (
            "是上年的3家",
            12,
            "a multiple or a percentage of it, as in 2.1倍 or 80%",
            "\"3家\"",
        ),
        // Ratios and ranks.
        (
            "每千",
            3,
            "what there is so much to each of, as in 每千人口 or 每盒",
            "\"千\"",
        ),
        (
            "每盒53",
            6,
            "a number with a unit, of which there is so much to each 盒",
            "\"53\"",
        ),
        ("53元每人人", 11, "nothing more", "\"人\""),
        ("53元每", 8, "a unit after 每", "the end of the text"),
        (
            "第0名",
            3,
            "a place from 1 on, as in 第一 or 第3位",
            "\"0名\"",
        ),
        (
            "第2.5位",
            3,
            "a place from 1 on, as in 第一 or 第3位",
            "\"2.5位\"",
        ),
        (
            "第三季度",
            6,
            "位, 名 or nothing more after a place",
            "\"季度\"",
        ),
    ] {
        let error = parse(text).expect_err(text);
        assert_eq!(
            error.to_string(),
            format!(
                "cannot read {text:?} as a figure: at byte {at}: expected {expected}, found {found}"
            )
        );
        assert_eq!(error.kind(), ErrorKind::Syntax);
        assert_eq!(error.offset_bytes(), Some(at));
    }
}

/// Offsets count bytes of the text as it was given, not as it was folded.
#[test]
fn offsets_are_those_of_the_original() {
    let text = "\u{3000}１２．人";
    let error = parse(text).unwrap_err();
    assert_eq!(error.offset_bytes(), Some(12));
    assert_eq!(error.got(), Some("人"));
    assert_eq!(
        parse("１，１２人").unwrap_err().to_string(),
        r#"cannot read "１，１２人" as a figure: at byte 3: expected digits in groups of three, or without a separator, found "，１２人""#
    );
}

#[test]
fn what_reads_and_cannot_be_says_why() {
    for (text, kind, message) in [
        (
            "10455余人",
            ErrorKind::Bounds,
            r#"cannot read "10455余人" as a figure: "10455 odd" holds no whole number: between 10455 and the next there is none; drop 余 or round the number"#,
        ),
        (
            "0多",
            ErrorKind::Bounds,
            r#"cannot read "0多" as a figure: "odd" 0 has no digit to be measured by: state the bound instead"#,
        ),
        (
            "5-3天",
            ErrorKind::Bounds,
            r#"cannot read "5-3天" as a figure: a range from 5 to 3 is empty: its lower end must be below its upper end"#,
        ),
        (
            "1万元到8千元",
            ErrorKind::Bounds,
            r#"cannot read "1万元到8千元" as a figure: a range from 10000 to 8000 is empty: its lower end must be below its upper end"#,
        ),
        (
            "0.0000000000000000000000000001%",
            ErrorKind::Bounds,
            r#"cannot read "0.0000000000000000000000000001%" as a figure: a last digit at 10^-28 is outside of 10^-27 to 10^28"#,
        ),
        (
            "上升3位",
            ErrorKind::Unit,
            r#"cannot read "上升3位" as a figure: a change cannot be in position: state the new rank, or the change in percent"#,
        ),
        (
            "每千人5%",
            ErrorKind::Unit,
            r#"cannot read "每千人5%" as a figure: cannot make a ratio with %, which is a fraction: a ratio is of two counts, amounts of money or measured quantities"#,
        ),
    ] {
        let error = parse(text).expect_err(text);
        assert_eq!(error.to_string(), message);
        assert_eq!(error.kind(), kind);
    }
}

#[test]
fn cells_and_headers_that_disagree_are_both_named() {
    for (cell, header, message) in [
        (
            "320台",
            "设备(万元)",
            r#"cannot read "320台" as a figure: it is in machine (台), but its header "设备(万元)" is in CNY (元), and the one does not convert to the other"#,
        ),
        (
            "93%",
            "百分点",
            r#"cannot read "93%" as a figure: it is in % (%), but its header "百分点" is in pp (个百分点), and the one does not convert to the other"#,
        ),
        (
            "全覆盖",
            "个",
            r#"cannot read "全覆盖" as a figure: it is in % (%), but its header "个" is in item (个), and the one does not convert to the other"#,
        ),
        (
            "增加3人",
            "%",
            r#"cannot read "增加3人" as a figure: it is in person (人), but its header "%" is in % (%), and the one does not convert to the other"#,
        ),
        (
            "第1",
            "人",
            r#"cannot read "第1" as a figure: it is in position (位), but its header "人" is in person (人), and the one does not convert to the other"#,
        ),
        (
            "",
            "人",
            r#"cannot read "" as a figure: at byte 0: expected a number, found the end of the text"#,
        ),
        (
            "…",
            "人",
            r#"cannot read "…" as a figure: at byte 0: expected a number, found "…""#,
        ),
        (
            "79228162514264337593543950335",
            "万元",
            r#"cannot read "79228162514264337593543950335" as a figure: at byte 0: expected a number that an exact decimal still holds in the header's unit, found "79228162514264337593543950335""#,
        ),
        (
            "320",
            "床位数",
            r#"cannot read "床位数" as the header of a column: at byte 0: expected a unit, alone as in 万元 or in brackets as in 设备(万元), found "床位数""#,
        ),
        (
            "320",
            "设备(万圆)",
            r#"cannot read "设备(万圆)" as the header of a column: at byte 0: expected a unit, alone as in 万元 or in brackets as in 设备(万元), found "设备(万圆)""#,
        ),
    ] {
        assert_eq!(
            parse_cell(cell, header).expect_err(cell).to_string(),
            message
        );
    }
}

#[test]
fn a_reading_agrees_with_its_unit() {
    let three: Figure = "3".parse().unwrap();
    let relative = Said::Change {
        form: ChangeForm::Relative,
        base: None,
    };
    for (unit, measure, message) in [
        (
            Some(Unit::PERCENTAGE_POINT),
            Said::Level,
            "a level cannot be in pp",
        ),
        (
            Some(Unit::POSITION),
            Said::Level,
            "a level cannot be in position",
        ),
        (Some(Unit::PERSON), Said::Rank, "a rank cannot be in person"),
        (None, Said::Rank, "a rank cannot be in no unit"),
        (
            Some(Unit::PERSON),
            relative,
            "a change (relative) cannot be in person",
        ),
    ] {
        assert_eq!(
            Reading::new(three, unit, measure).unwrap_err().to_string(),
            format!(
                "{message}: ranks are in position, changes in points in pp or permille_point, relative ones in % or permille"
            )
        );
    }
    assert!(Reading::new(three, Some(Unit::POSITION), Said::Rank).is_ok());
    assert!(Reading::new(three, Some(Unit::PERMILLE), relative).is_ok());
}
