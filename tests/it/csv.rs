//! CSV: bad rows are rejected alone, and what is written is read back.

use std::fs;

use yearbook::exchange::csv::{self, CatalogueReader};
use yearbook::{BookBuilder, ErrorKind};

use crate::common;
use crate::reports::{book, data};

/// A folder that holds the five reports, with some files replaced.
fn folder(replace: &[(&str, &dyn Fn(String) -> String)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(data()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.ends_with(".csv") {
            continue;
        }
        let mut text = fs::read_to_string(&path).unwrap();
        for (file, change) in replace {
            if *file == name {
                text = change(text);
            }
        }
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn observations(rows: &str) -> (BookBuilder, csv::Report) {
    let mut book = BookBuilder::new(common::catalogue());
    let text = format!(
        "source,region,institution,indicator,breakdown,measure,figure,unit,period,status,note\n{rows}"
    );
    let report = csv::read_observations(text.as_bytes(), "observations.csv", &mut book).unwrap();
    (book, report)
}

#[test]
fn what_is_written_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    csv::write_folder(folder.path(), book()).unwrap();
    let (again, report) = csv::read_folder(folder.path()).unwrap();
    assert!(report.is_clean(), "{report}");
    let again = again.finish().unwrap();
    assert_eq!(again.to_bytes(), book().to_bytes());
    // And what is written of that is the same to the byte.
    let second = tempfile::tempdir().unwrap();
    csv::write_folder(second.path(), &again).unwrap();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(
            fs::read(&path).unwrap(),
            fs::read(second.path().join(path.file_name().unwrap())).unwrap()
        );
    }
}

#[test]
fn every_kind_of_cell_is_written_and_read_back() {
    let mut book = BookBuilder::new(common::catalogue());
    for observation in common::observations() {
        book.observe(&observation).unwrap();
    }
    let book = book.finish().unwrap();
    let folder = tempfile::tempdir().unwrap();
    csv::write_folder(folder.path(), &book).unwrap();
    let (again, report) = csv::read_folder(folder.path()).unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(again.finish().unwrap().digest(), book.digest());
}

#[test]
fn ten_bad_rows_are_ten_reasons_and_the_rest_is_kept() {
    let bad = [
        "zhuzhou-2021,430200,,visit_share_within_county,,level,117.2%,%,2020,,",
        "zhuzhou-2021,430200,,covid_vaccination_sites,,level,−1,个,2019,,",
        "zhuzhou-2021,430200,,fever_clinics_built,,level,2.5家,家,2021,,",
        "zhuzhou-2021,430200,,covid_vaccination_sites,,change_points(2019),9个百分点,pp,2020,,",
        "zhuzhou-2021,430299,,visit_share_within_county,,level,93.94%,%,2021,,",
        "zhuzhou-2021,430200,,visit_share_within_county,,level,93.94%,%,2021-13,,",
        "zhuzhou-2021,430200,,visit_share_within_county,,level,93.95%,%,2021,,",
        "zhuzhou-2021,430200,,covid_vaccination_sites,,level,10455余个,个,2018,,",
        "zhuzhou-2021,430200,,visit_share_within_county,,level",
        "zhuzhou-2021,430200,,health_literacy,,level,比2021年提高了9个百分点,%,2023,,",
    ];
    let folder = folder(&[("observations.csv", &|text| text + &bad.join("\n") + "\n")]);
    let (book, report) = csv::read_folder(folder.path()).unwrap();
    let rejected: Vec<(u64, Option<&str>, String)> = report
        .rejected()
        .iter()
        .map(|rejection| {
            assert_eq!(rejection.file.as_deref(), Some("observations.csv"));
            (
                rejection.row.unwrap(),
                rejection.column.as_deref(),
                rejection.message.clone(),
            )
        })
        .collect();
    assert_eq!(rejected.len(), 10, "{report}");
    for (at, (row, column, message)) in rejected.iter().enumerate() {
        assert_eq!(*row, 240 + at as u64);
        let (expected_column, start) = [
            (
                Some("figure"),
                "share 117.2% is over 100%: visit_share_within_county is a part of a whole",
            ),
            (Some("figure"), "count -1 items is under 0"),
            (Some("figure"), "count 2.5 institutions is no whole number"),
            (
                Some("measure"),
                "covid_vaccination_sites is in item, and only % and ‰ change by points",
            ),
            (Some("region"), "no region 430299 in the catalogue"),
            (
                Some("period"),
                "cannot read \"2021-13\" as a period: at byte 5",
            ),
            (
                None,
                "visit_share_within_county of 430200 in 2021 is stated twice: 93.94 % by zhuzhou-2021 and 93.95 % by zhuzhou-2021",
            ),
            (Some("figure"), "cannot read \"10455余个\" as a figure"),
            (
                None,
                "the row has 6 columns and the header 11: a field is missing or not quoted",
            ),
            (
                Some("figure"),
                "\"比2021年提高了9个百分点\" is a change, and the row's measure is level: correct one of the two",
            ),
        ][at];
        assert_eq!(*column, expected_column, "{message}");
        assert!(message.starts_with(start), "{message}");
    }
    assert_eq!(
        book.finish().unwrap().to_bytes(),
        crate::reports::book().to_bytes()
    );
    // A machine reads the report as well.
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["rejected"][5]["value"], "2021-13");
    assert_eq!(json["rejected"][0]["kind"], "bounds");
    assert_eq!(serde_json::from_value::<csv::Report>(json).unwrap(), report);
}

#[test]
fn a_catalogue_row_falls_with_what_stands_on_it() {
    let folder = folder(&[("regions.csv", &|text| {
        text.replace("county", "countie")
            .replace("410482", "41048X")
    })]);
    let (book, report) = csv::read_folder(folder.path()).unwrap();
    let regions: Vec<String> = report
        .rejected()
        .iter()
        .filter(|rejection| rejection.file.as_deref() == Some("regions.csv"))
        .map(ToString::to_string)
        .collect();
    assert_eq!(regions.len(), 5, "{report}");
    assert!(
        regions.iter().any(|text| text.contains("column level: cannot read \"countie\" as a level: at byte 0: expected one of country, province, prefecture, county, township, village, found \"countie\"")),
        "{report}"
    );
    // 株洲市's own figures stay.
    assert!(book.finish().unwrap().cell_count().unwrap() > 40);
}

#[test]
fn headers_are_checked() {
    let read = |header: &str| {
        let mut book = BookBuilder::new(common::catalogue());
        csv::read_observations(header.as_bytes(), "o.csv", &mut book)
            .unwrap_err()
            .to_string()
    };
    let known = "the columns are source, region, institution, place, indicator, breakdown, measure, figure, unit, period, status";
    for (header, message) in [
        (
            "source,region,indicator,figure\n",
            "no column holds the period: the header has source, region, indicator, figure; say which does with Options::column(…, Column::Period), or give it for all rows with Options::given(Column::Period, …)".to_string(),
        ),
        (
            "source,indicator,figure,period\n",
            "no column holds the region: the header has source, indicator, figure, period; say which does with Options::column(…, Column::Region), or give it for all rows with Options::given(Column::Region, …)".to_string(),
        ),
        (
            "source,region,indicator,figur,period\n",
            format!("unknown column \"figur\": did you mean figure? {known}, and note; say what it holds with Options::column, or that it is not read with Options::ignored"),
        ),
        (
            "source;region;indicator;figure;period\n",
            format!("unknown column \"source;region;indicator;figure;period\": did you mean source? {known}, and note; say what it holds with Options::column, or that it is not read with Options::ignored; fields are separated by commas"),
        ),
        (
            "source,indicator,figure,period,source\n",
            "column source is there twice".to_string(),
        ),
        ("", format!("the file is empty: its first row names the columns, which are {}", known.trim_start_matches("the columns are "))),
    ] {
        assert_eq!(read(header), format!("o.csv, row 1: {message}"));
    }
    let registry = |header: &str| {
        let error = CatalogueReader::new().regions(header.as_bytes(), "r.csv");
        error.unwrap_err().to_string()
    };
    let known = "the columns are code, parent, level, name_zh, name_en, aliases, valid_from, valid_to, succeeds";
    for (header, message) in [
        ("code\n", format!("column level is missing: {known}")),
        (
            "code,level,code\n",
            "column code is there twice".to_string(),
        ),
        (
            "code,level,nam\n",
            format!("unknown column \"nam\": {known}, and note"),
        ),
        (
            "code\tlevel\n",
            format!(
                "unknown column \"code\\tlevel\": {known}, and note; fields are separated by commas"
            ),
        ),
    ] {
        assert_eq!(registry(header), format!("r.csv, row 1: {message}"));
    }
}

#[test]
fn a_refusal_names_its_column_and_what_stood_there() {
    for (row, column, value) in [
        ("report-x,430281,,share,,,5%,,2021,,", "source", "report-x"),
        (
            "report-a,,no-hospital,share,,,5%,,2021,,",
            "institution",
            "no-hospital",
        ),
        (
            "report-a,430281,,shares,,,5%,,2021,,",
            "indicator",
            "shares",
        ),
        (
            "report-a,430281,,shares,,,5,%,2021,,",
            "indicator",
            "shares",
        ),
        (
            "report-a,430281,,doses,dose=fourth,,5剂次,,2021,,",
            "breakdown",
            "dose=fourth",
        ),
        (
            "report-a,430281,,score,,rank(110000),第一,,2021,,",
            "measure",
            "rank(110000)",
        ),
        (
            "report-a,430281,,share,,change_points(2021),9个百分点,,2020,,",
            "period",
            "2020",
        ),
        ("report-a,430281,,people,,,5,%,2021,,", "unit", "%"),
        ("report-a,430281,,people,,,5,千头,2021,,", "unit", "千头"),
        ("report-a,430281,,people,,,5%,,2021,,", "figure", "5%"),
        (
            "report-a,430281,,share,,,100.1%,,2021,,",
            "figure",
            "100.1%",
        ),
    ] {
        let (_, report) = observations(&format!("{row}\n"));
        let rejected = &report.rejected()[0];
        assert_eq!(
            (rejected.column.as_deref(), rejected.value.as_deref()),
            (Some(column), Some(value)),
            "{rejected}"
        );
    }
}

#[test]
fn rows_are_counted_as_an_editor_counts_lines() {
    let text = "source , region,indicator,figure,period\n\nreport-a,430281,share,x,2021\n\n\nreport-a,430281,share,5%,2021\nreport-a,430281,share,y,2022";
    for end in ["\n", "\r\n", "\r"] {
        let mut book = BookBuilder::new(common::catalogue());
        let text = text.replace('\n', end);
        let report = csv::read_observations(text.as_bytes(), "o.csv", &mut book).unwrap();
        let rows: Vec<Option<u64>> = report.rejected().iter().map(|row| row.row).collect();
        assert_eq!(rows, [Some(3), Some(7)], "{end:?}");
        assert_eq!(report.accepted(), 1);
    }
}

#[test]
fn no_row_is_lost_in_a_quote_that_is_not_closed() {
    for (closing, message, kept) in [
        (
            "",
            "observations.csv, row 3: a quote is opened and never closed: all up to row 6 is within it",
            1,
        ),
        (
            "\"",
            "observations.csv, row 3: the row goes on to row 5: a quote is not closed, or a field has a line break, which none may have",
            2,
        ),
    ] {
        let (book, report) = observations(&format!(
            "report-a,430281,,share,,,5%,,2021,,\n\
             report-a,430281,,share,,,6%,,2022,,\"a note\n\
             report-a,430281,,share,,,7%,,2023,,\n\
             report-a,430281,,share,,,8%,,2024,,{closing}\n\
             report-a,430281,,share,,,9%,,2025,,\n"
        ));
        let rejected: Vec<String> = report.rejected().iter().map(ToString::to_string).collect();
        assert_eq!(rejected, [message]);
        assert_eq!(book.finish().unwrap().cell_count().unwrap(), kept);
    }
}

#[test]
fn rows_are_read_with_what_they_leave_out() {
    let (book, report) = observations(
        "report-a,430281,,share,,,93.94%,,2021,,an empty measure is a level and an empty unit the indicator's\n\
         report-a,430281,,share,,,93.94,,2022,,\n\
         report-a,,people-hospital,people,,,1100余人,,2021,estimated,\n\
         report-a,430281,,hospitals,,level,,,2021,suppressed,\n\
         report-a,430281,,people,,completion,超330%,,2021,,\n\
         report-a,430281,,people,,change_relative(year_earlier),较上年下降2.7%,%,2023-01/2023-10,,\n",
    );
    assert!(report.is_clean(), "{report}");
    let book = book.finish().unwrap();
    assert_eq!(book.cell_count().unwrap(), 6);
    let stated: Vec<String> = book
        .tables()
        .flat_map(|table| {
            table
                .unwrap()
                .cells()
                .map(|cell| cell.unwrap().2.stated().to_string())
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(
        stated,
        [
            "absent (suppressed)",
            "1100+ person (estimated)",
            ">330e0 %",
            "-2.7 %",
            "93.94 %",
            "93.94 %"
        ]
    );
}

#[test]
fn rows_that_contradict_themselves() {
    for (row, message) in [
        (
            "report-a,430281,people-hospital,share,,,5%,,2021,,",
            "the figure is about region 430281 and about institution people-hospital: give one of the two",
        ),
        (
            "report-a,,,share,,,5%,,2021,,",
            "a region or an institution is missing: what is the figure about?",
        ),
        (
            "report-a,430281,,share,,,,,2021,,",
            "the figure is empty: give one, or say why it is absent in the column status (absent is not zero)",
        ),
        (
            "report-a,430281,,share,,change_points(2020),比2021年提高了9个百分点,pp,2023,,",
            "\"比2021年提高了9个百分点\" is a change from 2021, and the row's measure is change_points(2020): correct one of the two",
        ),
        (
            "report-a,430281,,people,,change_absolute(previous),环比增长0.3%,%,2023,,",
            "\"环比增长0.3%\" is a change that is relative, and the row's measure is change_absolute(previous): correct one of the two",
        ),
        (
            "report-a,430281,,people,,level,第一,位,2023,,",
            "\"第一\" is a rank, and the row's measure is level: correct one of the two",
        ),
    ] {
        let (_, report) = observations(&format!("{row}\n"));
        assert_eq!(report.rejected().len(), 1, "{row}");
        assert_eq!(report.rejected()[0].message, message);
    }
}

#[test]
fn a_byte_order_mark_and_bytes_that_are_no_text() {
    let mut book = BookBuilder::new(common::catalogue());
    let mut text = "\u{feff}source,region,indicator,figure,period\nreport-a,430281,share,5%,2021\n"
        .as_bytes()
        .to_vec();
    text.extend(b"report-a,430281,share,\xff\xfe,2022\n");
    text.extend("report-a,430281,share,6%,2023\n".as_bytes());
    let report = csv::read_observations(text.as_slice(), "o.csv", &mut book).unwrap();
    assert_eq!(report.accepted(), 2);
    assert_eq!(
        report.rejected()[0].to_string(),
        "o.csv, row 3, column figure: what stands at byte 93 of the file is no character of UTF-8: save the file as UTF-8, or say what it is in"
    );
}

#[test]
fn the_members_of_a_dimension_fall_with_it() {
    let mut reader = CatalogueReader::new();
    let rows = "dimension,member,partition,name_zh\nage,,,年龄\nage,a,p,甲\nage,b,,乙\nsex,,,性别\nsex,m,,男\n";
    reader.breakdowns(rows.as_bytes(), "b.csv").unwrap();
    let (catalogue, report) = reader.finish();
    assert_eq!(catalogue.dimension_count(), 1);
    assert_eq!(
        report.to_string(),
        "5 rows: 2 accepted, 3 rejected\n  \
         file   row  column  value  why, and what to do\n  \
         b.csv    3                 a member of dimension age is left out with it, for row 2\n                             → correct what it stands on\n  \
         b.csv    4                 a member of dimension age is left out with it, for row 2\n                             → correct what it stands on\n  \
         b.csv    2                 partition p of dimension age has the one part a: a partition has two or more\n                             → correct what it stands on"
    );
}

#[cfg(unix)]
#[test]
fn a_registry_that_cannot_be_reached_is_not_an_empty_one() {
    let folder = folder(&[]);
    let regions = folder.path().join("regions.csv");
    fs::remove_file(&regions).unwrap();
    std::os::unix::fs::symlink("nowhere", &regions).unwrap();
    let error = csv::read_folder(folder.path()).map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.file().unwrap().ends_with("regions.csv"), "{error}");
}

#[test]
fn registries_can_be_read_one_by_one() {
    let mut reader = CatalogueReader::new();
    reader
        .regions(
            "code,parent,level,name_zh\n430000,,province,湖南省\n430200,430000,prefecture,株洲市\n"
                .as_bytes(),
            "r.csv",
        )
        .unwrap();
    reader
        .sources(
            "code,title,published\ns,T,2024-12-19\nt,T,2024-Q1\n".as_bytes(),
            "s.csv",
        )
        .unwrap();
    let (catalogue, report) = reader.finish();
    assert_eq!((catalogue.region_count(), catalogue.source_count()), (2, 1));
    assert_eq!(
        report.to_string(),
        "4 rows: 3 accepted, 1 rejected\n  \
         file   row  column  value  why, and what to do\n  \
         s.csv    3                 source t cannot be published in 2024-Q1: give a day, a month or a year"
    );
    let error = csv::read_folder("no such folder").map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
}
