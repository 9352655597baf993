//! JSON lines: what is written is read back, and bad lines are rejected alone.

use proptest::prelude::*;
use yearbook::exchange::json::{self, Options};
use yearbook::exchange::{Observations, Report};
use yearbook::model::*;
use yearbook::{BookBuilder, Yearbook};

use crate::common;

fn read(text: impl AsRef<[u8]>) -> (Yearbook, Report) {
    let mut book = BookBuilder::new(common::catalogue());
    let report = json::read_observations(text.as_ref(), "o.jsonl", &mut book).unwrap();
    (book.finish().unwrap(), report)
}

fn written(from: &impl Observations) -> Vec<u8> {
    let mut text = Vec::new();
    json::write_observations(&mut text, from).unwrap();
    text
}

fn everything() -> Yearbook {
    let mut book = BookBuilder::new(common::catalogue());
    for observation in common::observations() {
        book.observe(&observation).unwrap();
    }
    book.finish().unwrap()
}

#[test]
fn every_kind_of_cell_is_written_and_read_back() {
    let book = everything();
    let text = written(&book);
    let (again, report) = read(&text);
    assert!(report.is_clean(), "{report}");
    assert_eq!(again.digest(), book.digest());
    assert_eq!(written(&again), text);
}

#[test]
#[cfg(feature = "ledger")]
fn a_ledger_is_written_and_read_back() {
    use yearbook::ledger::Mode;
    let office = crate::ledger::office();
    let import = |text: &[u8]| {
        let source = "report-a".parse().unwrap();
        let read = |import: &mut yearbook::ledger::Import<'_>| {
            json::read_observations(text, "o.jsonl", import)
        };
        office
            .ledger()
            .import(source, "", Mode::AllOrNothing, read)
            .unwrap()
    };
    let text = written(&everything());
    let first = import(&text);
    assert!(first.report.is_clean(), "{first}");
    assert_eq!(first.report.accepted(), common::observations().len() as u64);
    assert_eq!(written(&office.ledger().snapshot().unwrap()), text);
    let again = import(&text);
    assert_eq!(again.report.unchanged(), first.report.accepted());
    assert!(again.committed.is_empty());
}

#[test]
fn bad_lines_are_rejected_alone() {
    let good = r#"{"indicator":"share","place":"430281","period":"2021","figure":"5.5","unit":"%","source":"report-a"}"#;
    let long = format!("{{\"indicator\":\"{}\"}}", "x".repeat(100_000));
    let lines = [
        good.to_string(),
        String::new(),
        good.replace("5.5", "117.2").replace("2021", "2022"),
        good.replace("share", "shares"),
        good.replace("\"source\"", "\"sauce\""),
        good.replace("5.5", "5.5%"),
        good.replace("\"5.5\"", "5.5"),
        good.replace(",\"unit\":\"%\"", ""),
        "{".to_string(),
        long,
        good.replace("2021", "2020") + "{}",
        good.replace("2021", "2023"),
    ];
    for end in ["\n", "\r\n"] {
        let mut text = b"\xef\xbb\xbf".to_vec();
        text.extend(lines.join(end).bytes());
        text.extend(end.bytes());
        text.extend(b"{\"indicator\":\"sh\xffare\"}");
        let (book, report) = read(&text);
        let at = text.len() - 6;
        let rejected: Vec<String> = report.rejected().iter().map(ToString::to_string).collect();
        assert_eq!(
            rejected,
            [
                "o.jsonl, row 3, column figure: share 117.2% is over 100%: share is a part of a whole; record a completion if it may exceed its target".to_string(),
                "o.jsonl, row 4, column indicator: no indicator shares in the catalogue: did you mean share (share)?".to_string(),
                "o.jsonl, row 5: cannot read the line as an observation: at byte 86: unknown field `sauce`, expected one of `indicator`, `breakdown`, `measure`, `place`, `period`, `figure`, `unit`, `status`, `absent`, `source`".to_string(),
                "o.jsonl, row 6: cannot read the line as an observation: at byte 68: cannot read \"5.5%\" as a figure: at byte 3: expected nothing more, or one of + - .., found \"%\"".to_string(),
                "o.jsonl, row 7: cannot read the line as an observation: at byte 65: invalid type: floating point `5.5`, expected a figure in canonical text, such as 93.94, 730e4+ or >=60".to_string(),
                "o.jsonl, row 8: cannot read the line as an observation: an observation has a figure with its unit (and a status), or a reason why it is absent".to_string(),
                "o.jsonl, row 9: cannot read the line as an observation: at byte 0: EOF while parsing an object".to_string(),
                "o.jsonl, row 10: the line is longer than 64 KiB: an observation takes one line, and no more".to_string(),
                "o.jsonl, row 11: cannot read the line as an observation: at byte 100: trailing characters".to_string(),
                format!("o.jsonl, row 13: what stands at byte {at} of the file is no character of UTF-8: JSON is in UTF-8"),
            ]
        );
        assert_eq!((report.rows(), report.accepted()), (12, 2));
        assert_eq!(book.cell_count().unwrap(), 2);
    }
    assert_eq!(read("").1.to_string(), "0 rows: 0 accepted, 0 rejected");
    assert_eq!(read("\n\n").1.to_string(), "0 rows: 0 accepted, 0 rejected");
}

#[test]
fn who_watches_may_stop() {
    let text = written(&everything());
    let mut book = BookBuilder::new(common::catalogue());
    let options = Options::new().bytes_total(text.len() as u64);
    let mut seen = 0;
    let mut watch = |progress: &yearbook::exchange::Progress<'_>| {
        assert_eq!(progress.bytes_total, Some(text.len() as u64));
        seen = progress.rows;
        match progress.rows {
            3 => std::ops::ControlFlow::Break(()),
            _ => std::ops::ControlFlow::Continue(()),
        }
    };
    let report = json::read(text.as_slice(), "o.jsonl", &mut book, &options, &mut watch).unwrap();
    assert_eq!((seen, report.accepted()), (3, 3));
    assert_eq!(report.stopped().unwrap().row, 3);
    assert_eq!(book.finish().unwrap().cell_count().unwrap(), 3);
}

fn observations() -> impl Strategy<Value = Vec<Observation>> {
    let figure = prop_oneof![
        (0u32..100, 0u32..100).prop_map(|(whole, part)| format!("{whole}.{part:02}")),
        (1u32..99).prop_map(|whole| format!(">={whole}e0")),
        (1u32..50, 51u32..99).prop_map(|(low, high)| format!("{low}e0..{high}e0")),
        (0u32..100).prop_map(|whole| format!("{whole}!")),
    ];
    let place = prop_oneof![
        Just("430200"),
        Just("430281"),
        Just("institution:people-hospital")
    ];
    let one = (figure, place, 1990u32..2040, 1u32..13, 0usize..5).prop_map(
        |(figure, place, year, month, status)| {
            let period = format!("{year}-{month:02}");
            let heading = ("share", "", "level");
            let mut one = common::observation(heading, place, &period, &figure, "%");
            if let (Stated::Figure { status: own, .. }, Some(status)) =
                (&mut one.stated, Status::ALL.get(status))
            {
                *own = *status;
            }
            one
        },
    );
    proptest::collection::vec(one, 0..40)
}

proptest! {
    #[test]
    fn any_figures_are_written_and_read_back(observations in observations()) {
        let mut book = BookBuilder::new(common::catalogue());
        for observation in &observations {
            // The second figure of a key is refused.
            let _ = book.observe(observation);
        }
        let book = book.finish().unwrap();
        let text = written(&book);
        let (again, report) = read(&text);
        prop_assert!(report.is_clean(), "{}", report);
        prop_assert_eq!(again.digest(), book.digest());
        prop_assert_eq!(written(&again), text);
        #[cfg(feature = "csv")]
        {
            use yearbook::exchange::csv;
            let mut text = Vec::new();
            csv::write_observations(&mut text, &book).unwrap();
            let mut again = BookBuilder::new(common::catalogue());
            let report = csv::read_observations(text.as_slice(), "o.csv", &mut again).unwrap();
            prop_assert!(report.is_clean(), "{}", report);
            let again = again.finish().unwrap();
            let mut second = Vec::new();
            csv::write_observations(&mut second, &again).unwrap();
            prop_assert_eq!(second, text);
            prop_assert_eq!(again.digest(), book.digest());
        }
    }
}
