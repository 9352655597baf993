//! A ledger file of this version, which must open for ever.
//!
//! `YEARBOOK_WRITE_GOLDEN=1 cargo test golden` writes it; a later version adds its own and keeps this one.

use std::path::PathBuf;

use yearbook::Ledger;
use yearbook::ledger::Policy;

use super::{empty, history, share, stands};
use crate::common::{catalogue, observations};

fn path() -> PathBuf {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    folder.join("tests/golden/ledger-0.ledger")
}

/// What the golden ledger tells: every sort of cell, a revision, a retraction, a figure set aside.
fn write() {
    let mut office = empty();
    let at = |day: u32| format!("2024-03-{day:02}T08:00:00Z").parse().unwrap();
    let commit =
        |day: u32, write: &dyn Fn(&mut yearbook::ledger::Batch<'_>) -> yearbook::Result<()>| {
            let source = "report-a".parse().unwrap();
            let mut batch = office.ledger().batch(source, format!("day {day}")).unwrap();
            batch.recorded_at(at(day)).unwrap();
            write(&mut batch).unwrap();
            batch.commit().unwrap();
        };
    commit(1, &|batch| {
        batch.revise(|revision| revision.catalogue(&catalogue()).map(|_| ()))?;
        observations()
            .iter()
            .try_for_each(|own| batch.record(own).map(|_| ()))
    });
    commit(2, &|batch| {
        batch.record(&share("report-a", "430200", "2021", "81.14"))?;
        batch.policy(Policy::KeepFirst);
        batch.record(&share("report-b", "430281", "2022-S1", "92.0"))?;
        Ok(())
    });
    commit(3, &|batch| {
        batch.retract(&observations()[3].key, "it was of another county")?;
        Ok(())
    });
    office.ledger_mut().compact().unwrap();
    office.close();
    std::fs::create_dir_all(path().parent().unwrap()).unwrap();
    std::fs::copy(office.path(), path()).unwrap();
}

#[test]
fn the_golden_ledger_opens() {
    if std::env::var_os("YEARBOOK_WRITE_GOLDEN").is_some() {
        write();
    }
    let mut ledger = Ledger::open_read_only(path()).unwrap();
    let checked = ledger.check().unwrap();
    let figures = observations().len() as u64;
    assert_eq!((checked.batches, checked.figures), (3, figures - 1));
    assert_eq!(
        stands(&ledger, "430200", "2021").unwrap(),
        "81.14 % by report-a, batch 2"
    );
    assert_eq!(
        history(&ledger, "430200", "2021"),
        ["1: 81.04 % by report-a", "2: 81.14 % by report-a"]
    );
    assert_eq!(
        history(&ledger, "430281", "2022-S1"),
        ["1: >=93e0 % by report-a", "2: 92.0 % set aside by report-b"]
    );
    assert_eq!(
        history(&ledger, "430281", "2021"),
        [
            "1: 4.50 permille by report-a",
            "3: retracted: it was of another county by report-a"
        ]
    );
    let first = ledger.as_of(yearbook::ledger::BatchId::new(1)).unwrap();
    assert_eq!(*first.catalogue(), catalogue());
    for observation in observations() {
        let entry = first.get(&observation.key).unwrap().unwrap();
        assert_eq!(
            (entry.stated, entry.source),
            (observation.stated, observation.source)
        );
    }
    let batches = first.batches().unwrap();
    assert_eq!(batches[0].at.to_rfc3339(), "2024-03-01T08:00:00+00:00");
    assert_eq!(batches[0].note, "day 1");
}
