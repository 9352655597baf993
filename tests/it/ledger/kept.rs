//! A catalogue that is large enough to be kept as it lies: the same as from its entries, after any revision.

use yearbook::ledger::{BatchId, CatalogueRevision};
use yearbook::model::*;
use yearbook::{CatalogueBuilder, Result};

use super::{Office, empty, share, stands};
use crate::common::{catalogue, indicator, names, region};

/// As many counties as make a catalogue large.
const COUNTIES: u32 = 4200;

fn county(number: u32, name: &str) -> Region {
    let code = format!(
        "43{:02}{:02}{:03}",
        number / 900 % 90 + 1,
        number / 90 % 10 + 70,
        number % 90 + 1
    );
    region(
        &code,
        Some("430000"),
        Level::Township,
        &format!("{name}{number}"),
    )
}

fn revise(office: &Office, edit: impl FnOnce(&mut CatalogueRevision) -> Result<()>) {
    office.commit("report-a", |batch| batch.revise(edit));
}

/// The catalogue that the ledger gives after it is opened anew is the one that it had, and the one of all its entries.
fn comes_back(office: &mut Office) {
    let was = office.ledger().snapshot().unwrap().catalogue().clone();
    let ledger = office.reopen();
    assert_eq!(*ledger.snapshot().unwrap().catalogue(), was);
    let mut builder = CatalogueBuilder::new();
    for place in was.regions() {
        builder.region(was.region_record(place).unwrap()).unwrap();
    }
    assert_eq!(builder.finish().unwrap().region_count(), was.region_count());
    // Builds it from the entries, and compares.
    ledger.check().unwrap();
}

#[test]
fn a_large_catalogue_is_the_same_when_it_is_kept() {
    let mut office = empty();
    revise(&office, |revision| {
        revision.catalogue(&catalogue())?;
        for number in 0..COUNTIES {
            revision.region(county(number, "镇"));
        }
        Ok(())
    });
    comes_back(&mut office);
    office.record("report-a", "430281", "2021", "1.0");
    let before = office.ledger().publish().unwrap();

    // A source alone; then names of places, fewer bytes than before; an indicator, a place between others.
    revise(&office, |revision| {
        revision.source(Source::new("report-c".parse()?, "Another", "", None)?);
        Ok(())
    });
    comes_back(&mut office);
    revise(&office, |revision| {
        for number in 0..COUNTIES {
            revision.region(region_named(number));
        }
        revision.indicator(indicator("late", Unit::PERSON, Kind::Count, Temporal::Flow));
        revision.region(region("430199", Some("430000"), Level::County, "新县"));
        Ok(())
    });
    comes_back(&mut office);
    assert_eq!(
        stands(office.ledger(), "430281", "2021").unwrap(),
        "1.0 % by report-a, batch 2"
    );
    // The catalogues of the past are built from their entries.
    let past = office.ledger().as_of(BatchId::new(2)).unwrap();
    assert_eq!(past.catalogue(), before.catalogue());
    assert_eq!(past.publish().unwrap().digest(), before.digest());
    drop(past);

    // Two revisions in one batch, and one that comes to nothing.
    office.commit("report-a", |batch| {
        batch.revise(|revision| {
            revision.region(region("430198", Some("430000"), Level::County, "东县"));
            Ok(())
        })?;
        batch.revise(|revision| {
            revision.region(region("430197", Some("430000"), Level::County, "西县"));
            Ok(())
        })?;
        batch
            .record(&share("report-a", "430197", "2021", "2.0"))
            .map(|_| ())
    });
    comes_back(&mut office);
    let mut dropped = office
        .ledger()
        .batch("report-a".parse().unwrap(), "")
        .unwrap();
    dropped
        .revise(|revision| {
            revision.region(region("430196", Some("430000"), Level::County, "北县"));
            Ok(())
        })
        .unwrap();
    drop(dropped);
    comes_back(&mut office);
    assert_eq!(
        stands(office.ledger(), "430197", "2021").unwrap(),
        "2.0 % by report-a, batch 5"
    );
}

fn region_named(number: u32) -> Region {
    let mut county = county(number, "");
    county.names = names("乡");
    county
}
