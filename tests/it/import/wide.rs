//! Tables with a column for each period or indicator, their columns called as offices call them.

use yearbook::exchange::csv::{Blank, Column, Layout, Lookup, Options};
use yearbook::model::Absence;

use super::{held, read, refused, rejections};

fn periods() -> Options {
    Options::new()
        .layout(Layout::Periods)
        .lookup(Lookup::Names)
        .column("地区", Column::Region)
        .column("指标", Column::Indicator)
        .given(Column::Source, "report-a")
}

#[test]
fn a_column_for_each_period() {
    let (book, report) = read(
        "地区,指标,2021,2022年,2023-09,2023年1至10月\n\
         株洲市,share,81.04,83.5,,88.22\n\
         430281,people,\"1,128\",,0,1128\n",
        &periods(),
    );
    assert_eq!(
        report.to_string(),
        "2 rows: 6 accepted, 2 blank, 0 rejected"
    );
    assert_eq!(
        held(&book),
        [
            "people of 430281 in 2021: 1128 person by report-a",
            "people of 430281 in 2023-01/2023-10: 1128 person by report-a",
            "people of 430281 in 2023-09: 0 person by report-a",
            "share of 430200 in 2021: 81.04 % by report-a",
            "share of 430200 in 2022: 83.5 % by report-a",
            "share of 430200 in 2023-01/2023-10: 88.22 % by report-a",
        ]
    );
}

#[test]
fn units_stand_in_the_header_and_behind_the_indicator() {
    let (book, report) = read(
        "地区,指标,2021年（万人）,2022/千人,2023\n\
         醴陵市,people,1.85,18.5,18512\n\
         攸县,people（万人）,1.85,,1.9\n\
         株洲市,people(千人),1.85,,\n",
        &periods(),
    );
    assert_eq!(
        rejections(&report),
        [
            "f.csv, row 4, column 2021年（万人）: the figure is in 万人 and in 千人: the row and the header must not contradict each other"
        ]
    );
    assert_eq!(
        held(&book),
        [
            "people of 430223 in 2021: 185e2 person by report-a",
            "people of 430223 in 2023: 19e3 person by report-a",
            "people of 430281 in 2021: 185e2 person by report-a",
            "people of 430281 in 2022: 185e2 person by report-a",
            "people of 430281 in 2023: 18512 person by report-a",
        ]
    );
}

#[test]
fn only_a_place_and_the_indicator_given() {
    let options = Options::new()
        .layout(Layout::Periods)
        .column("县市区", Column::Region)
        .ignored("序号")
        .given(Column::Indicator, "hospitals")
        .given(Column::Source, "report-a")
        .blank("…", Blank::Absent(Absence::NotCollected))
        .blank("－", Blank::Unrecorded);
    let (book, report) = read(
        "序号,县市区,2020,2021\n1,430281,3,…\n2,430223,－,4\n",
        &options,
    );
    assert_eq!(
        report.to_string(),
        "2 rows: 3 accepted, 1 blank, 0 rejected"
    );
    assert_eq!(
        held(&book),
        [
            "hospitals of 430223 in 2021: 4 institution by report-a",
            "hospitals of 430281 in 2020: 3 institution by report-a",
            "hospitals of 430281 in 2021: absent (not_collected) by report-a",
        ]
    );
}

#[test]
fn a_column_for_each_indicator() {
    let options = Options::new()
        .layout(Layout::Indicators)
        .lookup(Lookup::Names)
        .column("地区", Column::Place)
        .column("年份", Column::Period)
        .given(Column::Source, "report-a");
    let (book, report) = read(
        "地区,年份,share(%),people（万人）,area/平方公里,hospitals\n\
         人民医院,2021,93.94,0.12,,\n\
         湖南省/株洲市,2021年,93.94 %,,11262.20,\n",
        &options,
    );
    assert_eq!(
        report.to_string(),
        "2 rows: 4 accepted, 4 blank, 0 rejected"
    );
    assert_eq!(
        held(&book),
        [
            "area of 430200 in 2021: 11262.20 km2 by report-a",
            "people of institution:people-hospital in 2021: 12e2 person by report-a",
            "share of 430200 in 2021: 93.94 % by report-a",
            "share of institution:people-hospital in 2021: 93.94 % by report-a",
        ]
    );
    // By code, and said column by column.
    let options = Options::new()
        .column("年份", Column::Period)
        .column("地区", Column::Region)
        .figures_of("就诊率", "share".parse().unwrap())
        .figures_of("人数（万人）", "people".parse().unwrap())
        .given(Column::Source, "report-a");
    let (book, report) = read(
        "地区,年份,就诊率(%),人数（万人）\n430281,2021,5.5,0.12\n",
        &options,
    );
    assert!(report.is_clean(), "{report}");
    assert_eq!(held(&book).len(), 2);
}

#[test]
fn a_header_that_does_not_say_what_is_needed() {
    for (header, options, message) in [
        (
            "地区,项目名称,2021\n",
            periods().ignored("项目名称"),
            "there is no column \"指标\": the header has 地区, 项目名称, 2021",
        ),
        (
            "地区,2021\n",
            Options::new()
                .layout(Layout::Periods)
                .column("地区", Column::Region)
                .given(Column::Source, "report-a"),
            "no column holds the indicator: the header has 地区, 2021; say which does with Options::column(…, Column::Indicator), or give it for all rows with Options::given(Column::Indicator, …)",
        ),
        (
            "source,所属地区,region_code,indicator,figure,period\n",
            Options::new().ignored("所属地区").ignored("region_code"),
            "no column holds the region: the header has source, 所属地区, region_code, indicator, figure, period; did you mean \"所属地区\" or \"region_code\"; say which does with Options::column(\"所属地区\", Column::Region), or give it for all rows with Options::given(Column::Region, …)",
        ),
        (
            "地区,指标,2021,合计\n",
            periods(),
            "column \"合计\" is no period: cannot read \"合计\" as a period: at byte 0: expected a period such as 2023年, 2023年1-10月 or 2023-09, found \"合计\"; say what it holds with Options::column, or that it is not read with Options::ignored",
        ),
        (
            "地区,指标,2023.1\n",
            periods(),
            "column \"2023.1\" is no period: \"2023.1\" is January, or October whose zero a spreadsheet has dropped: write 2023-01 or 2023-10; say what it holds with Options::column, or that it is not read with Options::ignored",
        ),
        (
            "地区,指标,2021,2021年\n",
            periods(),
            "columns 2021 and 2021年 hold the same figures: say which does, and ignore the other",
        ),
        (
            "地区,指标,2021,2021\n",
            periods(),
            "column 2021 is there twice",
        ),
        (
            "地区,指标\n",
            periods(),
            "no column holds the figures of a period: the header has 地区, 指标",
        ),
        (
            "地区,指标,2021,period\n",
            periods(),
            "the period stands in column period, and column 2021 has its own: leave one of them out",
        ),
        (
            "地区,指标,source,2021\n",
            periods(),
            "source is given as \"report-a\", and column source holds it too: leave one of them out",
        ),
        (
            "地区,区域,指标,2021\n",
            periods().column("区域", Column::Region),
            "columns 地区 and 区域 both hold region: say which does, and ignore the other",
        ),
        (
            "地区,指标,2021\n",
            periods().given(Column::Source, "report-x"),
            "what is given as source will not do: no source report-x in the catalogue: did you mean report-a (A report) or report-b (A report)?",
        ),
        (
            "地区,指标,2021\n",
            periods().given(Column::Measure, "levl"),
            "what is given as measure will not do: ",
        ),
    ] {
        let found = refused(header, &options);
        let found = found.strip_prefix("f.csv, row 1: ").unwrap();
        match message.strip_suffix("will not do: ") {
            Some(start) => assert!(found.starts_with(start), "{found}"),
            None => assert_eq!(found, message),
        }
    }
}

#[test]
fn a_row_that_cannot_be_read_is_rejected_once_and_a_figure_alone() {
    let (book, report) = read(
        "地区,指标,2021,2022,2023\n\
         长沙市,share,1.5,2.5,3.5\n\
         430281,shares,1.5,2.5,3.5\n\
         430281,share,1.5,117.2,y\n\
         人民医院,share,1.5,,\n\
         ,share,1.5,,\n\
         旧县,share,,,4.5\n\
         ,,,,\n\
         430281,share,4.5\n",
        &periods(),
    );
    assert_eq!(
        rejections(&report)
            .iter()
            .map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(": "))
            .collect::<Vec<_>>(),
        [
            "f.csv, row 2, column 地区: no place \"长沙市\" in the catalogue",
            "f.csv, row 3, column 指标: no indicator \"shares\" in the catalogue",
            "f.csv, row 4, column 2022: share 117.2% is over 100%",
            "f.csv, row 4, column 2023: cannot read \"y\" as a figure",
            "f.csv, row 5, column 地区: 人民医院 is institution people-hospital, and the column holds regions",
            "f.csv, row 6: a region or an institution is missing",
            "f.csv, row 7, column 2023: place 430211 existed from … to 2018-06-30, not in 2023",
            "f.csv, row 9: the row has 3 columns and the header 5",
        ]
    );
    assert_eq!(report.rows(), 7);
    assert_eq!(held(&book), ["share of 430281 in 2021: 1.5 % by report-a"]);
}

#[test]
fn ten_thousand_columns() {
    let mut header = "地区,指标".to_string();
    let mut row = "430281,people".to_string();
    for day in 0..10_000u32 {
        let day =
            chrono::NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + chrono::Days::new(day.into());
        header += &format!(",{day}");
        row += ",7";
    }
    let (book, report) = read(format!("{header}\n{row}\n"), &periods());
    assert_eq!(report.to_string(), "1 row: 10000 accepted, 0 rejected");
    assert_eq!(book.cell_count().unwrap(), 10_000);
    let message = refused(
        format!("{header},合计\n{row},7\n"),
        &Options::new().ignored("地区").ignored("指标"),
    );
    assert!(message.len() < 700, "{message}");
    let message = refused(
        format!("{header}\n"),
        &periods().column("单位", Column::Unit),
    );
    assert!(message.ends_with(", 1990-01-18 and 9982 more"), "{message}");
}
