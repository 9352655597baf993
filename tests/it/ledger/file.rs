//! Files: made, opened, locked, read-only, damaged.

use yearbook::ledger::OpenOptions;
use yearbook::{ErrorKind, Ledger};

use super::{empty, office, share, stands};

#[test]
fn a_name_is_taken_once() {
    let office = office();
    let error = Ledger::create(office.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(
        error.message(),
        "there is a file of that name: open it, or choose another name"
    );
    assert_eq!(
        error.file(),
        Some(office.path().display().to_string().as_str())
    );
    // Nothing is left over of the attempt, nor of the making.
    assert_eq!(std::fs::read_dir(office.folder.path()).unwrap().count(), 1);
    let nowhere = office.folder.path().join("none").join("x.ledger");
    assert_eq!(Ledger::create(nowhere).unwrap_err().kind(), ErrorKind::Io);
}

#[test]
fn what_is_no_ledger_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    assert_eq!(Ledger::open(&path).unwrap_err().kind(), ErrorKind::Io);
    assert!(!path.exists(), "opening made a file");
    let book = crate::common::catalogue();
    let book = yearbook::BookBuilder::new(book)
        .finish()
        .unwrap()
        .to_bytes();
    for (bytes, message) in [
        (Vec::new(), "the file is empty: a ledger is made by create"),
        (
            b"not a ledger".to_vec(),
            "this is no ledger: a ledger is made by create",
        ),
        (
            book.to_vec(),
            "this is no ledger: a ledger is made by create",
        ),
    ] {
        std::fs::write(&path, &bytes).unwrap();
        for opened in [Ledger::open(&path), Ledger::open_read_only(&path)] {
            let error = opened.unwrap_err();
            assert_eq!(
                (error.kind(), error.message()),
                (ErrorKind::Corrupt, message)
            );
        }
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "opening wrote to it");
    }
}

#[test]
fn the_second_writer_is_told_so() {
    let mut office = office();
    office.record("report-a", "430281", "2021", "1.0");
    const MESSAGE: &str = "the ledger is open for writing elsewhere, or is being read: close it there, or read a published yearbook";
    for opened in [
        Ledger::open(office.path()),
        Ledger::open_read_only(office.path()),
    ] {
        let error = opened.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Busy, MESSAGE));
    }
    office.close();
    let readers = [
        Ledger::open_read_only(office.path()).unwrap(),
        Ledger::open_read_only(office.path()).unwrap(),
    ];
    for reader in &readers {
        assert!(stands(reader, "430281", "2021").is_some());
    }
    let error = Ledger::open(office.path()).unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Busy, MESSAGE));
    drop(readers);
    office.reopen();
}

#[test]
fn reading_only_writes_nothing() {
    let mut office = office();
    office.record("report-a", "430281", "2021", "1.0");
    office.close();
    let bytes = std::fs::read(office.path()).unwrap();
    let mut reader = Ledger::open_read_only(office.path()).unwrap();
    assert_eq!(
        stands(&reader, "430281", "2021").unwrap(),
        "1.0 % by report-a, batch 2"
    );
    reader.check().unwrap();
    let error = reader.batch("report-a".parse().unwrap(), "").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert_eq!(
        error.to_string(),
        "the ledger is open for reading only: open it with Ledger::open to record"
    );
    assert_eq!(
        reader.compact().unwrap_err().to_string(),
        "the ledger is open for reading only: open it with Ledger::open to compact it"
    );
    drop(reader);
    assert_eq!(std::fs::read(office.path()).unwrap(), bytes);
}

/// What a crash leaves behind: the file as it is while the ledger is open.
#[test]
fn what_a_crash_left_is_read_without_repairing_the_file() {
    let office = office();
    office.record("report-a", "430281", "2021", "1.0");
    let left = office.folder.path().join("left.ledger");
    std::fs::copy(office.path(), &left).unwrap();
    let bytes = std::fs::read(&left).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let read_only = std::fs::Permissions::from_mode(0o444);
        std::fs::set_permissions(&left, read_only).unwrap();
    }
    for verify in [true, false] {
        let mut options = OpenOptions::default();
        options.verify = verify;
        let mut reader = Ledger::open_read_only_with(&left, options).unwrap();
        assert!(stands(&reader, "430281", "2021").is_some());
        reader.check().unwrap();
        drop(reader);
        assert_eq!(std::fs::read(&left).unwrap(), bytes);
    }
}

#[test]
fn compacting_keeps_everything_and_makes_it_smaller() {
    let mut office = office();
    for year in 2000..2030 {
        office.record("report-a", "430281", &year.to_string(), "1.0");
    }
    let digest = office.ledger().publish().unwrap().digest();
    let before = office.ledger().stats().unwrap();
    let snapshot = office.ledger().snapshot().unwrap();
    let error = office.ledger.as_mut().unwrap().compact().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert_eq!(
        error.to_string(),
        "a snapshot or a batch of the ledger is still alive: drop it first"
    );
    assert_eq!(
        office
            .ledger
            .as_mut()
            .unwrap()
            .check()
            .unwrap_err()
            .to_string(),
        "a snapshot or a batch of the ledger is still alive: drop it first"
    );
    drop(snapshot);
    office.ledger_mut().compact().unwrap();
    let after = office.ledger().stats().unwrap();
    assert!(after.file_bytes < before.file_bytes, "{before:?} {after:?}");
    assert_eq!((after.figures, after.batches), (30, 31));
    assert_eq!(after.bytes_per_figure().unwrap().scale(), 2);
    assert_eq!(office.ledger().publish().unwrap().digest(), digest);
    let ledger = office.reopen();
    ledger.check().unwrap();
    assert_eq!(ledger.publish().unwrap().digest(), digest);
}

#[test]
fn an_empty_ledger_is_whole() {
    let mut office = empty();
    let checked = office.ledger_mut().check().unwrap();
    assert_eq!((checked.batches, checked.figures), (0, 0));
    let book = office.ledger().publish().unwrap();
    assert_eq!(book.publication().batch(), None);
    assert_eq!(book.cell_count().unwrap(), 0);
    assert_eq!(office.ledger().stats().unwrap().bytes_per_figure(), None);
    let _ = share("report-a", "430281", "2021", "1.0");
}

#[test]
fn ledgers_travel_between_threads() {
    fn travels<T: Send + Sync + 'static>() {}
    travels::<Ledger>();
    travels::<yearbook::ledger::Snapshot>();
}
