//! What spreadsheets make of figures.

use yearbook::exchange::csv::{Blank, Column, Layout, Options};

use super::{held, read, rejections, warnings};

fn years() -> Options {
    Options::new()
        .layout(Layout::Periods)
        .given(Column::Source, "report-a")
        .given(Column::Region, "430281")
}

/// What becomes of a cell under 2021 in the row of an indicator.
fn cell(indicator: &str, text: &str) -> Result<String, String> {
    let quoted = format!("\"{}\"", text.replace('"', "\"\""));
    let (book, report) = read(format!("indicator,2021\n{indicator},{quoted}\n"), &years());
    match report.rejected() {
        [] => Ok(held(&book).pop().map_or("nothing".to_string(), |line| {
            let (_, stated) = line.split_once(": ").unwrap();
            stated.strip_suffix(" by report-a").unwrap().to_string()
        })),
        [one] => {
            assert_eq!(one.column.as_deref(), Some("2021"));
            Err(format!("{} → {}", one.message, one.hint))
        }
        more => panic!("{more:?}"),
    }
}

#[test]
fn what_is_certain_is_read() {
    for (indicator, text, stated) in [
        ("people", "1,128", "1128 person"),
        ("people", "1，128", "1128 person"),
        ("people", "１１２８", "1128 person"),
        ("people", "'1128", "1128 person"),
        ("people", "\u{a0}1128\u{3000}", "1128 person"),
        ("people", "730多万", "730e4+ person"),
        ("share", "93.94 %", "93.94 %"),
        ("share", "93.94%", "93.94 %"),
        ("share", "９３．９４％", "93.94 %"),
        ("share", "0", "0e0 %"),
        ("share", "100.00", "100.00 %"),
        ("people", "185e2", "185e2 person"),
        ("people", "", "nothing"),
        ("people", " \u{a0}", "nothing"),
    ] {
        assert_eq!(cell(indicator, text).as_deref(), Ok(stated), "{text}");
    }
}

#[test]
fn what_is_not_certain_is_refused_with_what_to_do() {
    let mark = "is no figure: leave the cell empty if nobody recorded one, or say what the mark means with Options::blank → leave the cell empty if nobody recorded one, or say what the mark means with Options::blank";
    let formula = "is an error of the spreadsheet: mend the formula and export it again, or leave the cell empty → mend the formula and export it again, or leave the cell empty";
    let digits = "is how a spreadsheet shows a number whose digits it does not: format the column as a number and export it again → format the column as a number and export it again";
    for (text, message) in [
        ("1,12", "cannot read \"1,12\" as a figure: at byte 1: expected digits in groups of three, or without a separator, found \",12\" → give digits in groups of three, or without a separator".to_string()),
        ("1.23E+05", format!("\"1.23E+05\" {digits}")),
        ("#REF!", format!("\"#REF!\" {formula}")),
        ("#N/A", format!("\"#N/A\" {formula}")),
        ("-", format!("\"-\" {mark}")),
        ("—", format!("\"—\" {mark}")),
        ("…", format!("\"…\" {mark}")),
        ("/", format!("\"/\" {mark}")),
        ("N/A", format!("\"N/A\" {mark}")),
        ("空", format!("\"空\" {mark}")),
        ("2.5", "count 2.5 people is no whole number: people counts things one by one → compare the figure, its unit and its indicator with the source".to_string()),
    ] {
        assert_eq!(cell("people", text), Err(message), "{text}");
    }
}

#[test]
fn a_mark_means_what_the_caller_says() {
    let options = years()
        .blank(" - ", Blank::Unrecorded)
        .blank("/", Blank::Absent(yearbook::model::Absence::NotApplicable));
    let (book, report) = read("indicator,2021,2022,2023,2024\npeople,-,/,3,…\n", &options);
    assert_eq!(rejections(&report).len(), 1);
    assert_eq!(report.blank(), 1);
    assert_eq!(
        held(&book),
        [
            "people of 430281 in 2022: absent (not_applicable) by report-a",
            "people of 430281 in 2023: 3 person by report-a",
        ]
    );
    // In a tidy file an empty figure is refused, unless it is said to mean something.
    let row = "source,region,indicator,figure,period\nreport-a,430281,people,,2021\n";
    let (_, report) = read(row, &Options::new());
    assert_eq!(
        rejections(&report),
        [
            "f.csv, row 2, column figure: the figure is empty: give one, or say why it is absent in the column status (absent is not zero)"
        ]
    );
    let (_, report) = read(row, &Options::new().blank("", Blank::Unrecorded));
    assert_eq!(report.to_string(), "1 row: 0 accepted, 1 blank, 0 rejected");
}

#[test]
fn fractions_in_a_column_of_percentages_are_suspicious() {
    // All of them: most likely nobody multiplied.
    let (book, report) = read("indicator,2021,2022,2023\nshare,0.9394,0.881,0\n", &years());
    assert_eq!(
        warnings(&report),
        [
            "f.csv, row 2: all 2 figures of share in percent lie between 0 and 1, as 0.9394 in column 2021: if they are fractions, format the column as a percentage and import it again (93.94%)"
        ]
    );
    assert_eq!(book.cell_count().unwrap(), 3);
    // One among larger ones.
    let (_, report) = read("indicator,2021,2022\nshare,93.94,0.881\n", &years());
    assert_eq!(
        warnings(&report),
        [
            "f.csv, row 2: column 2022: 0.881 of share was read as 0.881%: if it is a fraction, write 88.1%"
        ]
    );
    // With a sign of its own it is meant; a count has none; a change may well be small.
    for rows in ["share,0.52%,0.4 %", "people,1,0", "area,0.52,0.4"] {
        let (_, report) = read(format!("indicator,2021,2022\n{rows}\n"), &years());
        assert_eq!(warnings(&report), Vec::<String>::new(), "{rows}");
    }
    let changes = years().given(Column::Measure, "change_relative(previous)");
    let (_, report) = read("indicator,2021,2022\npeople,0.52,0.4\n", &changes);
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.warning_count(), 0);
}

#[test]
fn dates_and_codes_as_spreadsheets_have_them() {
    let (book, report) = read(
        "source,region,indicator,figure,period\n\
         report-a,'430281,people,1,2023/9/30\n\
         report-a,430281,people,2,2023.9\n\
         report-a,430281,people,3,2023/9/29 0:00\n\
         report-a,430281,people,4,45199\n\
         report-a,430281,people,5,2023.1\n\
         report-a,4.30281E+05,people,6,2023\n",
        &Options::new(),
    );
    assert_eq!(
        rejections(&report),
        [
            "f.csv, row 5, column period: \"45199\" is no period: if it is how a spreadsheet keeps 2023-09-30, format the column as a date and export it again",
            "f.csv, row 6, column period: \"2023.1\" is January, or October whose zero a spreadsheet has dropped: write 2023-01 or 2023-10",
            "f.csv, row 7, column region: \"4.30281E+05\" is how a spreadsheet shows a number whose digits it does not: format the column as a number and export it again",
        ]
    );
    assert_eq!(
        held(&book),
        [
            "people of 430281 in 2023-09: 2 person by report-a",
            "people of 430281 in 2023-09-29: 3 person by report-a",
            "people of 430281 in 2023-09-30: 1 person by report-a",
        ]
    );
}

#[test]
fn names_that_are_missing_and_broken_over_lines() {
    let options = years();
    let (book, report) = read(
        "indicator,\"2021年\n（千人）\",,\npeople,1.128,,\npeople,,x,\n",
        &options,
    );
    assert_eq!(
        rejections(&report),
        ["f.csv, row 4: column 3 has no name in the header, and holds \"x\": name it, or empty it"]
    );
    assert_eq!(
        held(&book),
        ["people of 430281 in 2021: 1128e0 person by report-a"]
    );
}
