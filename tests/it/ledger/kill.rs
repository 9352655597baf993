//! A program that is killed while it commits: after each time, the ledger holds just what was acknowledged.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use yearbook::Ledger;
use yearbook::exchange::Observations;
use yearbook::ledger::{BatchId, Policy};
use yearbook::model::*;

use super::{office, share};

/// Where the child finds the ledger.
const CHILD: &str = "YEARBOOK_KILLED_CHILD";
/// How many figures each batch records.
const FIGURES: u64 = 40;

/// The figure of a batch's place in the year: every batch changes all of them.
fn figure(batch: u64) -> String {
    format!("{}.{}", batch % 90, batch % 10)
}

/// Not a test of its own: what the child process of the test below does, until it is killed.
#[test]
fn child() {
    let Ok(path) = std::env::var(CHILD) else {
        return;
    };
    let ledger = Ledger::open(path).unwrap();
    loop {
        let mut batch = ledger.batch("report-a".parse().unwrap(), "").unwrap();
        batch.policy(Policy::Supersede);
        let number = batch.id().number();
        for year in 0..FIGURES {
            let period = (1980 + year).to_string();
            batch
                .record(&share("report-a", "430281", &period, &figure(number)))
                .unwrap();
        }
        batch.commit().unwrap();
        println!("committed {number}");
    }
}

#[test]
fn killed_at_any_moment() {
    if std::env::var(CHILD).is_ok() {
        return;
    }
    let mut office = office();
    office.close();
    let mut acknowledged = 1;
    for round in 0..12u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["ledger::kill::child", "--exact", "--nocapture"])
            .env(CHILD, office.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let reader = std::thread::spawn(move || {
            let committed = lines.map_while(Result::ok).filter_map(|line| {
                let (_, number) = line.rsplit_once("committed ")?;
                number.parse::<u64>().ok()
            });
            committed.last()
        });
        // Moments that fall into opening, recording and committing.
        std::thread::sleep(Duration::from_millis(20 + round * 37 % 250));
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged = reader.join().unwrap().unwrap_or(acknowledged);

        // A reader repairs nothing and sees the same.
        let read = Ledger::open_read_only(office.path()).unwrap();
        let seen = read.snapshot().unwrap().batch().unwrap().id;
        drop(read);
        let ledger = office.reopen();
        let last = ledger.snapshot().unwrap().batch().unwrap().id.number();
        assert_eq!(seen.number(), last);
        // The batch that was under way is there as a whole, or not at all.
        assert!(
            last == acknowledged || last == acknowledged + 1,
            "batch {last} is the last, and {acknowledged} were acknowledged"
        );
        acknowledged = last;
        for number in [last, last.saturating_sub(1)] {
            if number < 2 {
                continue;
            }
            let snapshot = ledger.as_of(BatchId::new(number)).unwrap();
            let figures: Vec<Observation> = snapshot
                .observations()
                .collect::<yearbook::Result<_>>()
                .unwrap();
            assert_eq!(figures.len() as u64, FIGURES);
            let wanted: Figure = figure(number).parse().unwrap();
            assert!(
                figures
                    .iter()
                    .all(|own| own.stated.as_figure() == Some(&wanted))
            );
        }
        ledger.check().unwrap();
        office.close();
    }
    assert!(acknowledged > 5, "{acknowledged}");
}
