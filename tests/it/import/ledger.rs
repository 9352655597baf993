//! Imports into a ledger: tried, taken whole or not at all, taken as far as they are good.

use std::fs;
use std::num::NonZeroU64;
use std::ops::ControlFlow;

use yearbook::Ledger;
use yearbook::exchange::csv::{self, Options};
use yearbook::exchange::{Outcome, Progress, Report, Told, Watch};
use yearbook::ledger::{ImportOptions, Imported, Mode, Policy};

use crate::ledger::{Office, office, stands};

const HEADER: &str = "source,region,indicator,figure,period\n";

fn import(ledger: &Ledger, rows: &str, how: impl Into<ImportOptions>) -> Imported {
    watched(ledger, rows, how, &mut ())
}

fn watched(
    ledger: &Ledger,
    rows: &str,
    how: impl Into<ImportOptions>,
    watch: &mut impl Watch,
) -> Imported {
    let text = format!("{HEADER}{rows}");
    let source = "report-a".parse().unwrap();
    let read = |import: &mut yearbook::ledger::Import<'_>| {
        csv::read(text.as_bytes(), "f.csv", import, &Options::new(), watch)
    };
    ledger.import(source, "a file", how, read).unwrap()
}

/// An office where 81.04 stands for 2021 and 83.5 for 2022.
fn begun() -> Office {
    let office = office();
    office.record("report-a", "430281", "2021", "81.04");
    office.record("report-b", "430281", "2022", "83.5");
    office
}

const MIXED: &str = "report-a,430281,share,81.04,2021\n\
    report-a,430281,share,84.0,2023\n\
    report-a,430281,share,83.6,2022\n\
    report-a,430281,share,84.1,2023\n\
    report-a,430281,share,117.2,2024\n\
    report-a,430281,share,81.05,2021\n";

/// The outcome of each figure, by its row.
#[derive(Default)]
struct Outcomes(Vec<(u64, String)>);

impl Watch for Outcomes {
    fn told(&mut self, told: &Told<'_>) {
        let outcome = match told.outcome {
            Ok(outcome) => format!("{outcome:?}"),
            Err(rejection) => format!("{:?}", rejection.kind),
        };
        self.0.push((told.row, outcome));
    }
}

#[test]
fn a_dry_run_says_what_the_import_would_and_leaves_the_file_as_it_was() {
    for policy in [Policy::Refuse, Policy::Supersede, Policy::KeepFirst] {
        let mut office = begun();
        let mut tried = Outcomes::default();
        let how = |mode: Mode| ImportOptions::from(mode).policy(policy);
        let ledger = office.reopen();
        let path = ledger.path().to_path_buf();
        let before = fs::read(&path).unwrap();
        let dry = watched(ledger, MIXED, how(Mode::DryRun), &mut tried);
        assert!(fs::read(&path).unwrap() == before, "the file differs");
        assert_eq!(dry.committed, []);
        let mut done = Outcomes::default();
        let real = watched(office.reopen(), MIXED, how(Mode::KeepGood), &mut done);
        assert_eq!(dry.report, real.report);
        assert_eq!(tried.0, done.0);
        let third = match policy {
            Policy::Refuse => "Duplicate",
            Policy::Supersede => "Revised",
            Policy::KeepFirst => "SetAside",
        };
        let expected = ["Unchanged", "New", third, "Duplicate", "Bounds", "Revised"];
        let expected = (2..).zip(expected.map(String::from));
        assert_eq!(tried.0, expected.collect::<Vec<_>>());
    }
}

#[test]
fn all_or_nothing() {
    let office = begun();
    let refused = import(office.ledger(), MIXED, Mode::AllOrNothing);
    assert_eq!(refused.committed, []);
    let expected = [
        "nothing was recorded, as not all is good",
        "6 rows: 1 accepted, 1 unchanged, 1 revised, 3 rejected",
        "  file   row  column  value  why, and what to do",
        "  f.csv    4                 share of 430281 in 2022 is stated as 83.5 % by report-b and as 83.6 % by report-a: set the batch's policy to supersede the first or to keep it",
        "  f.csv    5                 share of 430281 in 2023 is stated twice in one batch by report-a: 84.0 % and 84.1 %: a batch has one figure of a source for a key",
        "                             → keep one of the two",
        "  f.csv    6  figure  117.2  share 117.2% is over 100%: share is a part of a whole; record a completion if it may exceed its target",
    ];
    assert_eq!(refused.to_string(), expected.join("\n"));
    assert_eq!(stands(office.ledger(), "430281", "2023"), None);
    let good = "report-a,430281,share,81.04,2021\nreport-a,430281,share,84.0,2023\n";
    let taken = import(office.ledger(), good, Mode::AllOrNothing);
    assert_eq!(
        taken.to_string(),
        "recorded as batch 4\n2 rows: 1 accepted, 1 unchanged, 0 rejected"
    );
    // The same again changes nothing, and there is no batch of it.
    let again = import(office.ledger(), good, Mode::AllOrNothing);
    assert_eq!(
        again.to_string(),
        "nothing was recorded, as nothing is new\n2 rows: 0 accepted, 2 unchanged, 0 rejected"
    );
    assert_eq!(
        office
            .ledger()
            .snapshot()
            .unwrap()
            .batch()
            .unwrap()
            .id
            .number(),
        4
    );
}

#[test]
fn the_good_is_kept_in_portions_that_are_one_import() {
    let office = begun();
    let rows: String = (1..=10)
        .map(|day| format!("report-a,430281,share,{day}.5,2023-01-{day:02}\n"))
        .collect();
    let twice = format!("{rows}report-a,430281,share,99.5,2023-01-01\n{MIXED}");
    let every = NonZeroU64::new(4).unwrap();
    let taken = import(office.ledger(), &twice, Mode::KeepGoodEvery(every));
    assert_eq!(
        taken
            .committed
            .iter()
            .map(|batch| batch.recorded + batch.revised)
            .collect::<Vec<_>>(),
        [4, 4, 4]
    );
    assert!(
        taken.to_string().starts_with(
            "recorded as batches 4 to 6\n17 rows: 11 accepted, 1 unchanged, 1 revised, 4 rejected"
        ),
        "{taken}"
    );
    // Though its first statement was committed three batches ago, the import does not state a key twice.
    assert_eq!(
        taken.report.rejected()[0].message,
        "share of 430281 in 2023-01-01 is stated twice in one batch by report-a: 1.5 % and 99.5 %: a batch has one figure of a source for a key"
    );
    // The next import may.
    let next = import(
        office.ledger(),
        "report-a,430281,share,99.5,2023-01-01\n",
        Mode::AllOrNothing,
    );
    assert_eq!(next.report.revised(), 1);
}

#[test]
fn who_watches_may_stop() {
    let rows = "report-a,430281,share,84.0,2023\nreport-a,430281,share,84.5,2024\n";
    let total = (HEADER.len() + rows.len()) as u64;
    for (mode, committed) in [
        (Mode::AllOrNothing, 0),
        (Mode::DryRun, 0),
        (Mode::KeepGood, 1),
    ] {
        let office = begun();
        let mut seen = Vec::new();
        let stopped = watched(office.ledger(), rows, mode, &mut |progress: &Progress<
            '_,
        >| {
            seen.push((progress.rows, progress.bytes, progress.bytes_total));
            ControlFlow::Break(())
        });
        // The file is read ahead.
        assert_eq!(seen, [(1, total, None)]);
        assert_eq!(stopped.committed.len(), committed);
        assert!(!stopped.report.is_clean());
        assert!(
            stopped
                .to_string()
                .ends_with("\n1 row: 1 accepted, 0 rejected; stopped after row 2 of f.csv"),
            "{stopped}"
        );
        let at_2023 = stands(office.ledger(), "430281", "2023");
        assert_eq!(at_2023.is_some(), committed == 1);
        assert_eq!(stands(office.ledger(), "430281", "2024"), None);
    }
}

#[test]
fn a_file_is_read_with_its_length_known() {
    let office = begun();
    let path = office.folder.path().join("f.csv");
    let text = format!("{HEADER}report-a,430281,share,84.0,2023\n");
    fs::write(&path, &text).unwrap();
    let mut totals = Vec::new();
    let mut watch = |progress: &Progress<'_>| {
        totals.push((progress.bytes, progress.bytes_total));
        ControlFlow::Continue(())
    };
    let source = "report-a".parse().unwrap();
    let taken = office
        .ledger()
        .import(source, "", Mode::KeepGood, |import| {
            csv::read_file(&path, import, &Options::new(), &mut watch)
        });
    assert_eq!(taken.unwrap().report.accepted(), 1);
    let length = text.len() as u64;
    assert_eq!(totals, [(length, Some(length))]);
}

#[test]
fn what_keeps_an_import_from_going_on() {
    let office = begun();
    let nobody = "nobody".parse().unwrap();
    let error = office
        .ledger()
        .import(nobody, "", Mode::DryRun, |import| {
            csv::read_observations(HEADER.as_bytes(), "f.csv", import)
        })
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("no source nobody in the catalogue"),
        "{error}"
    );
    let open = office
        .ledger()
        .batch("report-a".parse().unwrap(), "")
        .unwrap();
    let busy = office
        .ledger()
        .import(
            "report-a".parse().unwrap(),
            "",
            Mode::DryRun,
            |_| unreachable!(),
        )
        .unwrap_err();
    assert_eq!(
        busy.to_string(),
        "another batch of the ledger is open: commit or drop it first"
    );
    drop(open);
    // An error of the reader leaves no trace.
    let failed =
        office
            .ledger()
            .import("report-a".parse().unwrap(), "", Mode::KeepGood, |import| {
                let text = format!("{HEADER}report-a,430281,share,84.0,2023\n");
                csv::read_observations(text.as_bytes(), "f.csv", import)?;
                csv::read_observations(b"".as_slice(), "g.csv", import)
            });
    assert!(failed.is_err());
    assert_eq!(stands(office.ledger(), "430281", "2023"), None);
}

#[test]
fn a_report_is_kept_short_and_read_by_machines() {
    let office = begun();
    let rows: String = (0..30)
        .map(|day| format!("report-a,430281,share,{day}x,2023\n"))
        .collect();
    let text = format!("{HEADER}{rows}");
    let mut told = Outcomes::default();
    let source = "report-a".parse().unwrap();
    let imported = office.ledger().import(source, "", Mode::DryRun, |import| {
        csv::read(
            text.as_bytes(),
            "f.csv",
            import,
            &Options::new().kept_max(25),
            &mut told,
        )
    });
    let report = imported.unwrap().report;
    assert_eq!(
        (
            report.rejected_count(),
            report.rejected().len(),
            told.0.len()
        ),
        (30, 25, 30)
    );
    let shown = report.to_string();
    assert!(
        shown.starts_with("30 rows: 0 accepted, 30 rejected\n  file   row  column  value  why"),
        "{shown}"
    );
    assert!(shown.ends_with("\n  … and 10 more rejections"), "{shown}");
    assert!(format!("{report:#}").ends_with("\n  … and 5 more rejections"));
    assert!(
        report
            .table(1)
            .to_string()
            .ends_with("\n  … and 29 more rejections")
    );
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(
        json["rejected"][0]["hint"],
        "give a unit, a qualifier such as 以上, or nothing more"
    );
    assert_eq!(json["rejected_count"], 30);
    let again: Report = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&again).unwrap(), json);
    assert_eq!(
        Ok(Outcome::Revised),
        serde_json::from_str("\"revised\"").map_err(|_| ())
    );
}
