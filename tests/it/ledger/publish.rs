//! Publishing, present and past, and from one book onto the next.

use yearbook::exchange::Observations;
use yearbook::ledger::{BatchId, Policy, Snapshot};
use yearbook::model::*;
use yearbook::{BookBuilder, Yearbook};

use super::{Office, office, share};
use crate::common::{observation, observations, region};

/// The book that a builder makes of what a snapshot gives.
fn from_scratch(snapshot: &Snapshot) -> Yearbook {
    let mut book = BookBuilder::new(snapshot.catalogue().clone());
    for observation in snapshot.observations() {
        book.observe(&observation.unwrap()).unwrap();
    }
    book.finish().unwrap()
}

/// A ledger of some batches, the last one that of a new region.
pub(super) fn storied() -> Office {
    let office = office();
    office.commit("report-a", |batch| {
        observations()
            .iter()
            .try_for_each(|observation| batch.record(observation).map(|_| ()))
    });
    office.record("report-a", "430200", "2021", "81.14");
    office.commit("report-b", |batch| {
        batch.policy(Policy::Supersede);
        batch.record(&share("report-b", "430281", "2021", "46.0"))?;
        batch.retract(&observations()[5].key, "withdrawn")?;
        batch.record(&observation(
            ("people", "", "target"),
            "430281",
            "2030",
            "12",
            "人",
        ))?;
        Ok(())
    });
    // Sources are numbered otherwise from here on.
    office.commit("report-a", |batch| {
        batch.revise(|revision| {
            revision.source(Source::new("a-new-one".parse()?, "A new one", "", None)?);
            Ok(())
        })?;
        batch.policy(Policy::Supersede);
        batch.record(&share("a-new-one", "430281", "2021", "47.0"))?;
        Ok(())
    });
    office.record("a-new-one", "430223", "2021", "12.5");
    // And places from here on.
    office.commit("report-a", |batch| {
        batch.revise(|revision| {
            revision.region(region("110000", None, Level::Province, "北京市"));
            Ok(())
        })?;
        batch.record(&share("report-a", "110000", "2021", "99.5"))?;
        Ok(())
    });
    office
}

#[test]
fn every_state_is_published_as_if_it_were_built_from_scratch() {
    let mut office = storied();
    office.ledger_mut().check().unwrap();
    let last = office.ledger().snapshot().unwrap().batch().unwrap().id;
    assert_eq!(last, BatchId::new(7));
    let mut digests = Vec::new();
    for number in 0..=last.number() {
        let snapshot = office.ledger().as_of(BatchId::new(number)).unwrap();
        let book = snapshot.publish().unwrap();
        book.verify().unwrap();
        assert_eq!(book.digest(), from_scratch(&snapshot).digest());
        assert_eq!(book.publication().batch(), (number > 0).then_some(number));
        assert!(book.publication().at().is_some());
        digests.push(book.digest());
    }
    assert_eq!(office.ledger().publish().unwrap().digest(), digests[7]);
    let different: std::collections::BTreeSet<u128> = digests.iter().copied().collect();
    assert_eq!(different.len(), digests.len());
}

#[test]
fn onto_any_other_state_gives_the_same_book() {
    let office = storied();
    let snapshots: Vec<Snapshot> = (0..=7)
        .map(|number| office.ledger().as_of(BatchId::new(number)).unwrap())
        .collect();
    let books: Vec<Yearbook> = snapshots
        .iter()
        .map(|snapshot| snapshot.publish().unwrap())
        .collect();
    for (of, snapshot) in snapshots.iter().enumerate() {
        for (onto, previous) in books.iter().enumerate() {
            let book = snapshot.publish_onto(previous).unwrap();
            assert_eq!(book.digest(), books[of].digest(), "{of} onto {onto}");
            assert_eq!(book.publication().batch(), books[of].publication().batch());
            book.verify().unwrap();
        }
    }
}

#[test]
fn a_table_is_taken_over_or_built_and_not_both() {
    let office = storied();
    let snapshot = office.ledger().snapshot().unwrap();
    let previous = snapshot.publish().unwrap();
    let heading = Heading::level("share".parse().unwrap());
    let mut book = BookBuilder::new(snapshot.catalogue().clone());
    assert!(book.adopt(&previous, &heading).unwrap());
    let message =
        "table share is given twice: a table is taken over from another book, or built, not both";
    assert_eq!(
        book.adopt(&previous, &heading).unwrap_err().to_string(),
        message
    );
    let more = share("report-a", "430281", "2001", "1.0");
    assert_eq!(book.observe(&more).unwrap_err().to_string(), message);
    let mut book = BookBuilder::new(snapshot.catalogue().clone());
    book.observe(&more).unwrap();
    assert_eq!(
        book.adopt(&previous, &heading).unwrap_err().to_string(),
        message
    );
    // Of other places nothing is taken over.
    let first = office.ledger().as_of(BatchId::new(1)).unwrap();
    let mut book = BookBuilder::new(first.catalogue().clone());
    assert!(!book.adopt(&previous, &heading).unwrap());
}

#[test]
#[cfg(feature = "csv")]
fn csv_goes_in_and_comes_out_byte_for_byte() {
    use yearbook::exchange::csv;
    let first = storied();
    let snapshot = first.ledger().snapshot().unwrap();
    let mut text = Vec::new();
    csv::write_observations(&mut text, &snapshot).unwrap();
    let second = super::empty();
    let mut batch = second
        .ledger()
        .batch("report-a".parse().unwrap(), "imported")
        .unwrap();
    batch
        .revise(|revision| revision.catalogue(snapshot.catalogue()).map(|_| ()))
        .unwrap();
    let report = csv::read_observations(text.as_slice(), "observations.csv", &mut batch).unwrap();
    assert!(report.is_clean(), "{report}");
    batch.commit().unwrap();
    let mut again = Vec::new();
    csv::write_observations(&mut again, &second.ledger().snapshot().unwrap()).unwrap();
    assert_eq!(
        String::from_utf8(again).unwrap(),
        String::from_utf8(text).unwrap()
    );
    assert_eq!(
        second.ledger().publish().unwrap().digest(),
        first.ledger().publish().unwrap().digest()
    );
}
