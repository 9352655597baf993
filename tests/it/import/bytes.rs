//! Encodings, line ends, quotes, and files with nothing in them.

use encoding_rs::GB18030;
use yearbook::exchange::csv::{Column, Encoding, Layout, Lookup, Options, Separator};

use super::{held, read, refused, rejections};

fn options() -> Options {
    Options::new()
        .layout(Layout::Periods)
        .lookup(Lookup::Names)
        .column("地区", Column::Region)
        .given(Column::Indicator, "people")
        .given(Column::Source, "report-a")
}

const TEXT: &str = "地区,2021年,2022年\n株洲市,\"1,128\",2\n醴陵市,3,4\n";

fn gb18030(text: &str) -> Vec<u8> {
    GB18030.encode(text).0.into_owned()
}

#[test]
fn one_table_in_every_dress() {
    let expected = held(&read(TEXT, &options()).0);
    assert_eq!(expected.len(), 4);
    let windows = TEXT.replace('\n', "\r\n");
    let tabs = TEXT.replace("\"1,128\"", "1128").replace(',', "\t");
    for (bytes, options) in [
        (gb18030(TEXT), options()),
        (gb18030(&windows), options().encoding(Encoding::Gb18030)),
        (format!("\u{feff}{windows}").into_bytes(), options()),
        (TEXT.as_bytes().to_vec(), options().encoding(Encoding::Utf8)),
        (gb18030(&tabs), options().separator(Separator::Tab)),
        (
            tabs.replace('\t', ";").into_bytes(),
            options().separator(Separator::Semicolon),
        ),
        (TEXT.trim_end().as_bytes().to_vec(), options()),
    ] {
        let (book, report) = read(bytes, &options);
        assert!(report.is_clean(), "{report}");
        assert_eq!(held(&book), expected);
    }
}

#[test]
fn bytes_that_are_no_character_are_named_where_they_stand() {
    // The second byte of 市 (CA D0) is lost, and a comma cannot take its place.
    let mut bytes = gb18030("地区,2021\n株洲市,1\n醴陵市,2\n");
    let at = gb18030("地区,2021\n株洲").len() + 1;
    bytes.remove(at);
    let (book, report) = read(&bytes, &options().encoding(Encoding::Gb18030));
    assert_eq!(
        rejections(&report),
        [format!(
            "f.csv, row 2, column 地区: what stands at byte {} of the file is no character of gb18030: save the file as UTF-8, or say what it is in",
            at - 1
        )]
    );
    assert_eq!(report.rejected()[0].value.as_deref(), Some("株洲?"));
    assert_eq!(
        held(&book),
        ["people of 430281 in 2021: 2 person by report-a"]
    );
    // The header itself.
    assert_eq!(
        refused(b"region,2021,\xff\n", &options()),
        "f.csv, row 1: what stands at byte 12 of the file is no character of UTF-8: save the file as UTF-8, or say what it is in"
    );
    // Of many rows, each of those at fault and no other.
    let mut bytes = b"\xef\xbb\xbf\xe5\x9c\xb0\xe5\x8c\xba,2021\n".to_vec();
    for row in 0..20_000 {
        bytes.extend(match row % 1000 {
            7 => b"43\xff0281,1\n".as_slice(),
            _ => b"430281,1\n",
        });
    }
    let (_, report) = read(&bytes, &options().kept_max(usize::MAX));
    // The others state one key again and again, which a book refuses.
    let malformed = report.rejected().iter();
    let malformed: Vec<_> = malformed
        .filter(|row| row.kind == yearbook::ErrorKind::Syntax)
        .collect();
    let rows: Vec<u64> = malformed.iter().filter_map(|row| row.row).collect();
    assert_eq!(rows, (0..20).map(|nth| nth * 1000 + 9).collect::<Vec<_>>());
    assert_eq!(
        malformed[19].message,
        format!(
            "what stands at byte {} of the file is no character of UTF-8: save the file as UTF-8, or say what it is in",
            15 + 19_007 * 9 + 19 + 2
        )
    );
}

#[test]
fn files_that_are_no_csv() {
    for (bytes, message) in [
        (
            b"PK\x03\x04".as_slice(),
            "the file is a workbook (xlsx) or an archive: save it as CSV in UTF-8",
        ),
        (
            b"\xff\xfea\0",
            "the file is in UTF-16: save it as CSV in UTF-8",
        ),
        (
            b"",
            "the file is empty: its first row names the columns, which are source, region, institution, place, indicator, breakdown, measure, figure, unit, period, status",
        ),
        (
            b"\xef\xbb\xbf",
            "the file is empty: its first row names the columns, which are source, region, institution, place, indicator, breakdown, measure, figure, unit, period, status",
        ),
    ] {
        assert_eq!(
            refused(bytes, &options()),
            format!("f.csv, row 1: {message}")
        );
    }
    // A header alone is a file of no rows.
    let (_, report) = read("地区,2021", &options());
    assert_eq!(report.to_string(), "0 rows: 0 accepted, 0 rejected");
    assert!(report.is_clean());
}

#[test]
fn a_quote_does_not_take_a_file_into_memory() {
    let mut text = "地区,2021\n\"".to_string();
    text += &"430281,1\n".repeat(2_500_000);
    let (_, report) = read(text, &options());
    assert_eq!(
        rejections(&report),
        [
            "f.csv, row 2: the row is longer than 16 MiB: a quote is opened and never closed, and nothing behind it was read"
        ]
    );
    let (book, report) = read(
        "地区,2021,note\n430281,1,\"two\nlines\"\n430281,,\n430223,2,\n",
        &options(),
    );
    assert_eq!(
        rejections(&report),
        [
            "f.csv, row 2: the row goes on to row 3: a quote is not closed, or a field has a line break, which none may have"
        ]
    );
    assert_eq!(held(&book).len(), 1);
}
