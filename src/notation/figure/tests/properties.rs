//! What holds of every text and every figure.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::super::{Reading, Said, figure_to_chinese, form_in, parse, parse_cell};
use super::facts::FACTS;
use crate::model::figure::power_of_ten;
use crate::model::period::properties::any_period;
use crate::model::{Base, Figure, Precision, Qualifier, Unit};

fn any_unit() -> impl Strategy<Value = Option<Unit>> {
    let simple: Vec<Unit> = Unit::simple_units().collect();
    let part = proptest::sample::select(simple.clone());
    let ratio = (part.clone(), 0u32..=8, part)
        .prop_map(|(above, power, below)| Unit::ratio(above, 10u32.pow(power), below).ok());
    prop_oneof![
        1 => Just(None),
        3 => proptest::sample::select(simple).prop_map(Some),
        2 => ratio,
        2 => proptest::sample::select(vec![Unit::PERCENT, Unit::PERSON, Unit::YUAN, Unit::POSITION, Unit::PERCENTAGE_POINT]).prop_map(Some),
    ]
}

fn any_precision() -> impl Strategy<Value = Precision> {
    prop_oneof![
        Just(Precision::Exact),
        (-3i8..=9).prop_map(Precision::Digit),
        (-27i8..=28).prop_map(Precision::Digit)
    ]
}

fn any_end() -> impl Strategy<Value = (Decimal, Precision)> {
    let digits = prop_oneof![-20i64..20, -999_999..999_999i64, any::<i64>()];
    (digits, any_precision(), 0u32..3).prop_map(|(digits, precision, decimals)| {
        let value = match precision {
            Precision::Exact => Decimal::new(digits, decimals),
            Precision::Digit(p) => Decimal::from(digits)
                .checked_mul(power_of_ten(p))
                .unwrap_or_default(),
        };
        (value, precision)
    })
}

fn any_figure() -> impl Strategy<Value = Figure> {
    let one = (any_end(), proptest::sample::select(&Qualifier::ALL[..8]))
        .prop_filter_map("a figure", |((value, precision), qualifier)| {
            Figure::new(value, precision, qualifier).ok()
        });
    let range = (any_end(), any_end()).prop_filter_map("a range", |(low, high)| {
        Figure::range(low.0, low.1, high.0, high.1).ok()
    });
    prop_oneof![3 => one, 1 => range]
}

fn any_base() -> impl Strategy<Value = Option<Base>> {
    prop_oneof![
        Just(None),
        Just(Some(Base::YearEarlier)),
        Just(Some(Base::Previous)),
        any_period().prop_map(|period| Some(Base::Fixed(period))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    #[test]
    fn a_figure_in_chinese_reads_back(figure in any_figure(), unit in any_unit()) {
        let text = figure_to_chinese(&figure, unit);
        let reading = parse(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(reading.figure(), figure, "{}", text);
        prop_assert_eq!(reading.unit(), unit, "{}", text);
    }

    #[test]
    fn a_change_in_chinese_reads_back(figure in any_figure(), unit in any_unit(), base in any_base()) {
        if let Ok(form) = form_in(unit) {
            let reading = Reading::new(figure, unit, Said::Change { form, base }).unwrap();
            let text = reading.to_chinese();
            let read = parse(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(read, reading, "{}", text);
            let json = serde_json::to_string(&reading).unwrap();
            prop_assert_eq!(serde_json::from_str::<Reading>(&json).unwrap(), reading, "{}", json);
            let said = serde_json::to_string(&reading.measure()).unwrap();
            prop_assert_eq!(serde_json::from_str::<Said>(&said).unwrap(), reading.measure());
        }
    }

    #[test]
    fn whatever_reads_prints_and_reads_again(text in "[-−+~<>≥]?(约|近|超|不足|同比增长|比2021年减少|每千人|是上年的|由|第)?[0-9一二三五十百千万〇]{1,4}[.,点 ]?[0-9五]{0,3}[多余+-]?[十百千万亿]{0,2}[多余]?(人|元|%|个百分点|个|成|倍|/10万|位|克|天)?(以上|左右|内|多|不等|至5万|-3|~1亿元|到300%)?") {
        reads_again(&text)?;
    }

    #[test]
    fn any_soup_is_read_or_refused(text in "[0-9０-９零一二两三五十百千万亿几半多余来约近超不足以上内左右至到~—.,，。 %‰‱个人元成倍分之百点第前位名比较同上年去增长减少提高降翻番持平每均/()+<>=≥≤e!-]{0,16}") {
        reads_again(&text)?;
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,24}", header in "\\PC{0,12}") {
        reads_again(&text)?;
        let _ = parse_cell(&text, &header);
        let _ = parse_cell("1,128", &header);
    }

    #[test]
    fn facts_with_a_character_changed_are_read_or_refused(
        (printed, unit, _) in proptest::sample::select(FACTS),
        at in 0usize..12,
        new in proptest::option::of(proptest::sample::select(("0９一十万亿多余约至-.,%个人/第比增的".chars()).collect::<Vec<_>>())),
        inserted in any::<bool>(),
    ) {
        let mut text: Vec<char> = printed.chars().collect();
        let at = at.min(text.len());
        match new {
            Some(new) if inserted || at == text.len() => text.insert(at, new),
            Some(new) => text[at] = new,
            None => text.truncate(at),
        }
        let text: String = text.into_iter().collect();
        reads_again(&text)?;
        reads_again(&format!("{text}{unit}"))?;
        if let Ok(reading) = parse_cell(&text, unit) {
            prop_assert_eq!(parse(&reading.to_chinese()).ok(), Some(reading));
        }
    }

    /// The unit of the header is the unit of a bare number, at every scale.
    #[test]
    fn a_bare_cell_is_its_number_in_the_header(number in 1u32..1_000_000, power in 0usize..3) {
        let (header, factor) = [("设备（元）", 1u64), ("设备(万元)", 10_000), ("亿元", 100_000_000)][power];
        let reading = parse_cell(&number.to_string(), header).unwrap();
        prop_assert_eq!(reading.figure().value(), Decimal::from(u64::from(number) * factor));
        prop_assert_eq!(reading.unit(), Some(Unit::YUAN));
    }
}

fn reads_again(text: &str) -> Result<(), TestCaseError> {
    if let Ok(reading) = parse(text) {
        let chinese = reading.to_chinese();
        let again =
            parse(&chinese).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        prop_assert_eq!(again, reading, "{} as {}", text, chinese);
    }
    Ok(())
}

#[test]
fn long_texts_cost_no_more_than_their_length() {
    let start = std::time::Instant::now();
    for piece in [
        "9",
        "，",
        "多",
        "至",
        "比",
        "的",
        "(",
        "约",
        "第",
        "1,128",
        "一",
        "-",
        "万",
        "1万",
        "每",
        "共",
        "上年的",
        " ",
        "\u{200b}",
    ] {
        let text = piece.repeat(20_000);
        assert!(parse(&text).is_err(), "{piece}");
        assert!(parse_cell(&text, "人").is_err(), "{piece}");
        assert!(
            parse_cell("1", &text).is_err() || text.trim().is_empty() || piece == "\u{200b}",
            "{piece}"
        );
        let text = format!("5{text}");
        let _ = parse(&text);
    }
    assert!(
        start.elapsed() < std::time::Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}
