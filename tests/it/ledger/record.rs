//! Recording, revising, retracting, policies, histories, conflicts.

use yearbook::ErrorKind;
use yearbook::exchange::Observations;
use yearbook::ledger::{BatchId, Outcome, Policy};
use yearbook::model::*;

use super::{history, key, office, refused, share, stands};
use crate::common::{observation, observations};

#[test]
fn everything_a_cell_can_be_comes_back() {
    let mut office = office();
    let committed = office.commit("report-a", |batch| {
        for observation in observations() {
            assert_eq!(batch.record(&observation)?.outcome, Outcome::New);
        }
        Ok(())
    });
    assert_eq!(committed.recorded, observations().len() as u64);
    assert_eq!(committed.batch, BatchId::new(2));
    let mut wanted = observations();
    wanted.sort_by(|a, b| a.key.cmp(&b.key));
    for _ in 0..2 {
        let ledger = office.reopen();
        let snapshot = ledger.snapshot().unwrap();
        let mut read: Vec<Observation> = snapshot
            .observations()
            .collect::<yearbook::Result<_>>()
            .unwrap();
        read.sort_by(|a, b| a.key.cmp(&b.key));
        assert_eq!(read, wanted);
        for observation in &wanted {
            let entry = snapshot.get(&observation.key).unwrap().unwrap();
            assert_eq!(
                (entry.stated, &entry.source, entry.batch),
                (observation.stated, &observation.source, BatchId::new(2))
            );
        }
    }
    let checked = office.ledger_mut().check().unwrap();
    assert_eq!(checked.figures, wanted.len() as u64);
    assert_eq!(checked.replaced, wanted.len() as u64);
}

#[test]
fn a_revision_supersedes_and_the_same_is_none() {
    let office = office();
    office.record("report-a", "430281", "2021", "4.9");
    let again = office.record("report-a", "430281", "2021", "4.9");
    assert_eq!((again.recorded, again.revised, again.unchanged), (0, 0, 1));
    assert_eq!(
        stands(office.ledger(), "430281", "2021").unwrap(),
        "4.9 % by report-a, batch 2"
    );
    let revised = office.record("report-a", "430281", "2021", "4.90");
    assert_eq!(
        (revised.recorded, revised.revised, revised.unchanged),
        (0, 1, 0)
    );
    assert_eq!(
        stands(office.ledger(), "430281", "2021").unwrap(),
        "4.90 % by report-a, batch 4"
    );
    assert_eq!(
        history(office.ledger(), "430281", "2021"),
        ["2: 4.9 % by report-a", "4: 4.90 % by report-a"]
    );
    // Another source that says the same changes nothing.
    assert_eq!(
        office
            .record("report-b", "430281", "2021", "4.90")
            .unchanged,
        1
    );
    assert_eq!(history(office.ledger(), "430281", "2021").len(), 2);
    assert_eq!(history(office.ledger(), "430281", "2022"), [""; 0]);
}

#[test]
fn status_and_unit_are_part_of_what_is_stated() {
    let office = office();
    office.record("report-a", "430281", "2021", "4.5");
    let committed = office.commit("report-a", |batch| {
        let mut provisional = share("report-a", "430281", "2021", "4.5");
        if let Stated::Figure { status, .. } = &mut provisional.stated {
            *status = Status::Provisional;
        }
        assert_eq!(batch.record(&provisional)?.outcome, Outcome::Revised);
        Ok(())
    });
    assert_eq!(committed.revised, 1);
    let committed = office.commit("report-a", |batch| {
        let permille = observation(("share", "", "level"), "430281", "2021", "45.0", "‰");
        assert_eq!(batch.record(&permille)?.outcome, Outcome::Revised);
        batch.state(key("430281", "2022"), Stated::Absent(Absence::Suppressed))?;
        Ok(())
    });
    assert_eq!((committed.revised, committed.recorded), (1, 1));
    assert_eq!(
        history(office.ledger(), "430281", "2021"),
        [
            "2: 4.5 % by report-a",
            "3: 4.5 % (provisional) by report-a",
            "4: 45.0 permille by report-a"
        ]
    );
    assert_eq!(
        stands(office.ledger(), "430281", "2022").unwrap(),
        "absent (suppressed) by report-a, batch 4"
    );
}

#[test]
fn a_figure_of_another_source_follows_the_policy() {
    let office = office();
    office.record("report-a", "430281", "2021", "81.04");
    let mut batch = office
        .ledger()
        .batch("report-b".parse().unwrap(), "")
        .unwrap();
    assert_eq!(
        refused(batch.record(&share("report-b", "430281", "2021", "82.00"))),
        "share of 430281 in 2021 is stated as 81.04 % by report-a and as 82.00 % by report-b: set the batch's policy to supersede the first or to keep it"
    );
    batch.policy(Policy::KeepFirst);
    let outcome = |result: yearbook::Result<yearbook::ledger::Recorded>| result.unwrap().outcome;
    assert_eq!(
        outcome(batch.record(&share("report-b", "430281", "2021", "82.00"))),
        Outcome::SetAside
    );
    assert_eq!(
        outcome(batch.record(&share("report-b", "430281", "2021", "82.00"))),
        Outcome::Unchanged
    );
    assert_eq!(
        refused(batch.record(&share("report-b", "430281", "2021", "82.01"))),
        "share of 430281 in 2021 is stated twice in one batch by report-b: 82.00 % and 82.01 %: a batch has one figure of a source for a key"
    );
    let committed = batch.commit().unwrap();
    assert_eq!(
        (committed.set_aside, committed.unchanged, committed.revised),
        (1, 1, 0)
    );
    assert_eq!(
        stands(office.ledger(), "430281", "2021").unwrap(),
        "81.04 % by report-a, batch 2"
    );
    // Set aside again, as the same: nothing new. As another: both are kept.
    let committed = office.commit("report-b", |batch| {
        batch.policy(Policy::KeepFirst);
        let again = batch.record(&share("report-b", "430281", "2021", "82.00"))?;
        assert_eq!(again.outcome, Outcome::Unchanged);
        Ok(())
    });
    assert_eq!(committed.unchanged, 1);
    office.record("report-b", "430281", "2021", "83.00");
    assert_eq!(
        history(office.ledger(), "430281", "2021"),
        [
            "2: 81.04 % by report-a",
            "3: 82.00 % set aside by report-b",
            "5: 83.00 % by report-b"
        ]
    );
}

#[test]
fn one_source_states_a_key_once_in_a_batch_and_two_follow_the_policy() {
    let office = office();
    let mut batch = office
        .ledger()
        .batch("report-a".parse().unwrap(), "")
        .unwrap();
    batch
        .record(&share("report-a", "430281", "2021", "1.0"))
        .unwrap();
    assert_eq!(
        refused(batch.record(&share("report-a", "430281", "2021", "2.0"))),
        "share of 430281 in 2021 is stated twice in one batch by report-a: 1.0 % and 2.0 %: a batch has one figure of a source for a key"
    );
    batch.policy(Policy::Supersede);
    let superseded = batch
        .record(&share("report-b", "430281", "2021", "3.0"))
        .unwrap();
    assert_eq!(superseded.outcome, Outcome::Revised);
    batch.commit().unwrap();
    // What did not outlive its batch is in the history all the same.
    assert_eq!(
        history(office.ledger(), "430281", "2021"),
        ["2: 1.0 % by report-a", "2: 3.0 % by report-b"]
    );
}

#[test]
fn a_retraction_is_recorded_and_nothing_is_erased() {
    let mut office = office();
    office.record("report-a", "430281", "2021", "81.04");
    let mut batch = office
        .ledger()
        .batch("report-b".parse().unwrap(), "")
        .unwrap();
    let error = batch.retract(&key("430281", "2022"), "x").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unknown);
    assert_eq!(
        error.to_string(),
        "share of 430281 in 2022 is not recorded: there is nothing to retract"
    );
    let mut never = key("430281", "2021");
    never.heading.measure = Measure::Target;
    assert_eq!(
        batch.retract(&never, "x").unwrap_err().to_string(),
        "share target of 430281 in 2021 is not recorded: there is nothing to retract"
    );
    let stood = batch
        .retract(&key("430281", "2021"), "counted twice")
        .unwrap();
    assert_eq!(stood.to_string(), "81.04 %");
    assert_eq!(batch.commit().unwrap().retracted, 1);
    assert_eq!(stands(office.ledger(), "430281", "2021"), None);
    office.record("report-a", "430281", "2021", "80.5");
    // Recorded and retracted in one batch, twice.
    office.commit("report-a", |batch| {
        for figure in ["1.0", "2.0"] {
            batch.record(&share("report-a", "430281", "2023", figure))?;
            batch.retract(&key("430281", "2023"), "a slip")?;
        }
        Ok(())
    });
    let lines = [
        "2: 81.04 % by report-a",
        "3: retracted: counted twice by report-b",
        "4: 80.5 % by report-a",
    ];
    assert_eq!(history(office.ledger(), "430281", "2021"), lines);
    let slips = [
        "5: 1.0 % by report-a",
        "5: retracted: a slip by report-a",
        "5: 2.0 % by report-a",
        "5: retracted: a slip by report-a",
    ];
    assert_eq!(history(office.ledger(), "430281", "2023"), slips);
    let ledger = office.reopen();
    assert_eq!(history(ledger, "430281", "2021"), lines);
    assert_eq!(history(ledger, "430281", "2023"), slips);
    let as_of = ledger.as_of(BatchId::new(3)).unwrap();
    assert_eq!(as_of.get(&key("430281", "2021")).unwrap(), None);
    assert_eq!(as_of.history(&key("430281", "2021")).unwrap().len(), 2);
    drop(as_of);
    ledger.check().unwrap();
}

#[test]
fn conflicts_are_keys_whose_true_values_do_not_meet() {
    let office = office();
    office.commit("report-a", |batch| {
        for (place, period, figure) in [
            ("430281", "2021", "81.04"),
            ("430281", "2022", "81.04"),
            ("430281", "2023", ">=93e0"),
            ("430223", "2021", "50.0"),
            ("430200", "2021", "50.0"),
        ] {
            batch.record(&share("report-a", place, period, figure))?;
        }
        Ok(())
    });
    assert_eq!(office.ledger().conflicts().unwrap(), []);
    office.commit("report-b", |batch| {
        batch.policy(Policy::Supersede);
        // 81.0 holds 81.04; 82 does not; 95 is at least 93.
        batch.record(&share("report-b", "430281", "2021", "81.0"))?;
        batch.record(&share("report-b", "430281", "2022", "82e0"))?;
        batch.record(&share("report-b", "430281", "2023", "95.1"))?;
        batch.policy(Policy::KeepFirst);
        // 500 ‰ is 50 %, 51 % is not.
        batch.record(&{
            let mut permille = observation(("share", "", "level"), "430223", "2021", "500.0", "‰");
            permille.source = "report-b".parse().unwrap();
            permille
        })?;
        batch.record(&share("report-b", "430200", "2021", "51.0"))?;
        Ok(())
    });
    let conflicts = office.ledger().conflicts().unwrap();
    let lines: Vec<String> = conflicts
        .iter()
        .map(|conflict| {
            let stated = conflict.statements.iter().map(|statement| {
                format!(
                    "{} by {}",
                    statement.event.stated().unwrap(),
                    statement.source
                )
            });
            format!(
                "{}: {}",
                conflict.key,
                stated.collect::<Vec<_>>().join(", ")
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            "share of 430200 in 2021: 50.0 % by report-a, 51.0 % by report-b",
            "share of 430281 in 2022: 81.04 % by report-a, 82e0 % by report-b",
        ]
    );
    // The first source gives in; the other is retracted: no conflict is left, and the past has them still.
    office.commit("report-a", |batch| {
        batch.policy(Policy::Supersede);
        batch.record(&share("report-a", "430281", "2022", "81.9"))?;
        batch.retract(&key("430200", "2021"), "wrong")?;
        Ok(())
    });
    assert_eq!(office.ledger().conflicts().unwrap(), []);
    let then = office.ledger().as_of(BatchId::new(3)).unwrap();
    assert_eq!(then.conflicts().unwrap(), conflicts);
}

#[test]
fn rules_are_asked_and_what_is_refused_is_not_recorded() {
    let office = office();
    let mut batch = office
        .ledger()
        .batch("report-a".parse().unwrap(), "")
        .unwrap();
    assert_eq!(
        refused(batch.record(&share("report-a", "430281", "2021", "117.2"))),
        "share 117.2% is over 100%: share is a part of a whole; record a completion if it may exceed its target"
    );
    assert_eq!(
        refused(batch.record(&share("report-c", "430281", "2021", "1.0"))),
        "no source report-c in the catalogue: did you mean report-a (A report) or report-b (A report)?"
    );
    let committed = batch.commit().unwrap();
    assert_eq!(committed.recorded, 0);
    assert_eq!(stands(office.ledger(), "430281", "2021"), None);
}

#[test]
fn a_batch_that_is_dropped_leaves_no_trace() {
    let mut office = office();
    office.close();
    let before = std::fs::metadata(office.path()).unwrap().len();
    office.reopen();
    {
        let mut batch = office
            .ledger()
            .batch("report-a".parse().unwrap(), "")
            .unwrap();
        batch
            .record(&share("report-a", "430281", "2021", "1.0"))
            .unwrap();
        batch
            .revise(|revision| {
                revision.source(Source::new("report-z".parse()?, "Z", "", None)?);
                Ok(())
            })
            .unwrap();
        assert_eq!(batch.id(), BatchId::new(2));
    }
    assert_eq!(stands(office.ledger(), "430281", "2021"), None);
    assert!(
        office
            .ledger()
            .snapshot()
            .unwrap()
            .catalogue()
            .source(&"report-z".parse().unwrap())
            .is_err()
    );
    let committed = office.record("report-a", "430281", "2021", "2.0");
    assert_eq!(committed.batch, BatchId::new(2));
    assert_eq!(
        history(office.ledger(), "430281", "2021"),
        ["2: 2.0 % by report-a"]
    );
    office.ledger_mut().check().unwrap();
    assert!(before > 0);
}

#[test]
fn one_writer_and_readers_on_snapshots_of_their_own() {
    let office = office();
    office.record("report-a", "430281", "2021", "1.0");
    let then = office.ledger().snapshot().unwrap();
    let mut batch = office
        .ledger()
        .batch("report-a".parse().unwrap(), "")
        .unwrap();
    batch
        .record(&share("report-a", "430281", "2021", "2.0"))
        .unwrap();
    let error = office
        .ledger()
        .batch("report-a".parse().unwrap(), "")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert_eq!(
        error.to_string(),
        "another batch of the ledger is open: commit or drop it first"
    );
    assert_eq!(
        stands(office.ledger(), "430281", "2021").unwrap(),
        "1.0 % by report-a, batch 2"
    );
    batch.commit().unwrap();
    assert_eq!(
        stands(office.ledger(), "430281", "2021").unwrap(),
        "2.0 % by report-a, batch 3"
    );
    let cell = then.get(&key("430281", "2021")).unwrap().unwrap();
    assert_eq!(cell.stated.to_string(), "1.0 %");
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| stands(office.ledger(), "430281", "2021"));
        assert!(reader.join().unwrap().is_some());
    });
}

#[test]
fn the_past_is_read_by_batch_and_by_instant() {
    let office = office();
    let mut at = Vec::new();
    for figure in ["1.0", "2.0", "3.0"] {
        let mut batch = office
            .ledger()
            .batch("report-a".parse().unwrap(), figure)
            .unwrap();
        let day = format!("2024-0{}-01T08:00:00Z", &figure[..1]);
        let day: chrono::DateTime<chrono::Utc> = day.parse().unwrap();
        // The first batch was recorded today, so that these lie before it.
        if figure == "1.0" {
            let error = batch.recorded_at(day).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Bounds);
            assert!(
                error.to_string().starts_with(
                    "a batch recorded at 2024-01-01 08:00:00.000000 UTC would come before the last one, of 2"
                ) && error.to_string().ends_with(" UTC: batches are in the order of their times"),
                "{error}"
            );
        }
        let later = day + chrono::Days::new(36_500);
        batch.recorded_at(later).unwrap();
        batch
            .record(&share("report-a", "430281", "2021", figure))
            .unwrap();
        at.push(batch.commit().unwrap().at);
        assert_eq!(at.last(), Some(&later));
    }
    let then = |when: yearbook::ledger::AsOf| {
        let snapshot = office.ledger().as_of(when).unwrap();
        let entry = snapshot.get(&key("430281", "2021")).unwrap();
        entry.map(|entry| entry.stated.to_string())
    };
    for (index, at) in at.iter().enumerate() {
        let wanted = Some(format!("{}.0 %", index + 1));
        assert_eq!(then((*at).into()), wanted);
        assert_eq!(
            then((*at + chrono::Duration::microseconds(1)).into()),
            wanted
        );
        assert_eq!(then(BatchId::new(index as u64 + 2).into()), wanted);
        let before = (index > 0).then(|| format!("{index}.0 %"));
        assert_eq!(
            then((*at - chrono::Duration::microseconds(1)).into()),
            before
        );
    }
    let dawn: chrono::DateTime<chrono::Utc> = "1999-01-01T00:00:00Z".parse().unwrap();
    let snapshot = office.ledger().as_of(dawn).unwrap();
    assert_eq!(snapshot.batch(), None);
    assert_eq!(snapshot.catalogue().place_count(), 0);
    assert_eq!(snapshot.observations().count(), 0);
    let error = office.ledger().as_of(BatchId::new(5)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no batch 5 in the ledger: it has batches 1 to 4"
    );
    // A clock that was turned back: the next batch is not before the last.
    let last = office.record("report-a", "430281", "2021", "4.0");
    assert_eq!(Some(&last.at), at.last());
    let batches = office.ledger().snapshot().unwrap().batches().unwrap();
    let notes: Vec<&str> = batches.iter().map(|batch| batch.note.as_str()).collect();
    assert_eq!(notes, ["", "1.0", "2.0", "3.0", ""]);
    assert_eq!(batches[4].figures, 1);
}

#[test]
fn a_batch_of_many_cells_is_written_as_it_goes() {
    // More than a stage holds, and every cell touched again after that.
    let mut office = office();
    let days = 40_000i64;
    let start = chrono::NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();
    let fill = |batch: &mut yearbook::ledger::Batch<'_>, source: &str| -> yearbook::Result<()> {
        batch.policy(Policy::Supersede);
        for place in ["430281", "430223"] {
            for day in 0..days {
                let period = Period::day(start + chrono::Duration::days(day))?;
                let figure = format!("{}.{}", day % 90, source.len());
                let mut observation = share(source, place, "2021", &figure);
                observation.key.period = period;
                batch.record(&observation)?;
            }
        }
        Ok(())
    };
    let committed = office.commit("report-a", |batch| {
        fill(batch, "report-a")?;
        batch.policy(Policy::Supersede);
        // The second source of the same batch supersedes some of what was written already.
        for day in [0, 1, 39_999] {
            let period = Period::day(start + chrono::Duration::days(day))?;
            let mut observation = share("report-b", "430281", "2021", "99.9");
            observation.key.period = period;
            batch.record(&observation)?;
        }
        Ok(())
    });
    assert_eq!((committed.recorded, committed.revised), (80_000, 3));
    let snapshot = office.ledger().snapshot().unwrap();
    assert_eq!(snapshot.observations().count(), 80_000);
    let mut first = key("430281", "2021");
    first.period = Period::day(start).unwrap();
    assert_eq!(snapshot.history(&first).unwrap().len(), 2);
    let before = office.ledger().as_of(BatchId::new(1)).unwrap();
    assert_eq!(before.observations().count(), 0);
    drop((snapshot, before));
    let checked = office.ledger_mut().check().unwrap();
    assert_eq!(
        (checked.figures, checked.replaced, checked.remarks),
        (80_000, 80_000, 3)
    );
    let stats = office.ledger().stats().unwrap();
    assert!(stats.figure_bytes / stats.figures < 5, "{stats:?}");
}

#[test]
fn a_row_is_recorded_as_its_cells_are_and_as_a_whole() {
    use yearbook::NewCell;
    let years: Vec<Period> = ["2023", "2021", "2022", "2021-01/2021-10", "2024-09-30"]
        .iter()
        .map(|year| year.parse().unwrap())
        .collect();
    let figures = [Some("1.0"), None, Some("3.0"), Some("4.0"), Some("5.0")];
    let mut by_rows = office();
    let one_by_one = office();
    let observed = |source: &str, by: usize| -> Vec<Observation> {
        let filled = years
            .iter()
            .zip(figures)
            .filter_map(|(year, figure)| Some((year, figure?)));
        filled
            .map(|(year, figure)| {
                let figure = if by == 0 {
                    figure.to_string()
                } else {
                    format!("{by}{figure}")
                };
                let mut observation = share(source, "430281", "2021", &figure);
                observation.key.period = *year;
                observation
            })
            .collect()
    };
    for (by, source, policy) in [
        (0, "report-a", Policy::Refuse),
        (1, "report-a", Policy::Refuse),
        (1, "report-b", Policy::Refuse),
        (2, "report-b", Policy::KeepFirst),
        (3, "report-b", Policy::Supersede),
    ] {
        let singly = one_by_one.commit("report-a", |batch| {
            batch.policy(policy);
            observed(source, by)
                .iter()
                .try_for_each(|own| batch.record(own).map(|_| ()))
        });
        let rows = by_rows.commit("report-a", |batch| {
            batch.policy(policy);
            let place = batch.catalogue().place(&"430281".parse()?)?;
            let handle = batch.catalogue().source(&source.parse()?)?;
            let stated: Vec<Observation> = observed(source, by);
            let row: Vec<Option<NewCell>> = years
                .iter()
                .map(|year| {
                    let own = stated.iter().find(|own| own.key.period == *year)?;
                    Some(NewCell {
                        stated: own.stated,
                        source: handle,
                    })
                })
                .collect();
            let mut table = batch.table(&stated[0].key.heading, &years)?;
            let recorded = table.push_row(place, &row)?;
            assert_eq!(
                recorded.recorded + recorded.revised + recorded.unchanged + recorded.set_aside,
                4
            );
            Ok(())
        });
        assert_eq!(
            (rows.recorded, rows.revised, rows.unchanged, rows.set_aside),
            (
                singly.recorded,
                singly.revised,
                singly.unchanged,
                singly.set_aside
            )
        );
    }
    for year in &years {
        let mut at = key("430281", "2021");
        at.period = *year;
        let said = |office: &super::Office| {
            let history = office.ledger().history(&at).unwrap();
            history
                .iter()
                .map(|own| format!("{} {:?}", own.batch, own.event))
                .collect::<Vec<_>>()
        };
        assert_eq!(said(&by_rows), said(&one_by_one));
    }
    assert_eq!(
        by_rows.ledger().publish().unwrap().digest(),
        one_by_one.ledger().publish().unwrap().digest()
    );
    by_rows.ledger_mut().check().unwrap();

    // One cell that is refused, and the row is not recorded.
    let before = by_rows.ledger().publish().unwrap().digest();
    let mut batch = by_rows
        .ledger()
        .batch("report-a".parse().unwrap(), "")
        .unwrap();
    let place = batch.catalogue().place(&"430223".parse().unwrap()).unwrap();
    let other = batch.catalogue().place(&"430281".parse().unwrap()).unwrap();
    let source = batch
        .catalogue()
        .source(&"report-a".parse().unwrap())
        .unwrap();
    let cell = |figure: &str| {
        let stated = Stated::figure(figure.parse().unwrap(), Unit::PERCENT);
        Some(NewCell { stated, source })
    };
    let heading = key("430281", "2021").heading;
    let two = &years[..2];
    let mut table = batch.table(&heading, two).unwrap();
    let message =
        |result: yearbook::Result<yearbook::ledger::RowRecorded>| result.unwrap_err().to_string();
    assert_eq!(
        message(table.push_row(place, &[cell("1.0"), cell("117.2")])),
        "share 117.2% is over 100%: share is a part of a whole; record a completion if it may exceed its target"
    );
    assert_eq!(
        message(table.push_row(other, &[cell("1.0"), cell("9.0")])),
        "share of 430281 in 2023 is stated as 31.0 % by report-b and as 1.0 % by report-a: set the batch's policy to supersede the first or to keep it"
    );
    assert_eq!(
        message(table.push_row(place, &[cell("1.0")])),
        "a row of 1 cells for 2 periods: give one for each, or None"
    );
    let again = [years[0], years[1], years[0]];
    assert_eq!(
        batch.table(&heading, &again).unwrap_err().to_string(),
        "column 2023 is given twice"
    );
    batch.commit().unwrap();
    assert_eq!(by_rows.ledger().publish().unwrap().digest(), before);
}
