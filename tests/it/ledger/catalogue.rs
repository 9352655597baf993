//! Revisions of the catalogue, and what figures hold fast.

use yearbook::ErrorKind;
use yearbook::ledger::{BatchId, CatalogueRevision};
use yearbook::model::*;

use super::{Office, empty, key, office, share};
use crate::common::{catalogue, indicator, names, observation, region, world};

fn refused(
    office: &Office,
    edit: impl FnOnce(&mut CatalogueRevision) -> yearbook::Result<()>,
) -> String {
    let mut batch = office
        .ledger()
        .batch("report-a".parse().unwrap(), "")
        .unwrap();
    let before = batch.catalogue().fingerprint();
    let error = batch.revise(edit).unwrap_err();
    assert_eq!(
        batch.catalogue().fingerprint(),
        before,
        "it was taken in part"
    );
    if error.kind() != ErrorKind::InUse {
        assert_eq!(error.kind(), ErrorKind::Structure, "{error}");
    }
    error.to_string()
}

#[test]
fn the_catalogue_comes_back_as_it_was_built() {
    let mut office = office();
    for _ in 0..2 {
        let snapshot = office.ledger().snapshot().unwrap();
        assert_eq!(*snapshot.catalogue(), catalogue());
        drop(snapshot);
        office.reopen();
    }
    // The same again is no change.
    let again = office.commit("report-a", |batch| {
        batch.revise(|revision| revision.catalogue(&catalogue()).map(|_| ()))
    });
    assert_eq!((again.entries_added, again.entries_changed), (0, 0));
    office.ledger_mut().check().unwrap();
}

#[test]
fn an_empty_ledger_has_an_empty_catalogue_and_needs_a_source() {
    let office = empty();
    assert_eq!(
        office
            .ledger()
            .snapshot()
            .unwrap()
            .catalogue()
            .place_count(),
        0
    );
    let batch = office
        .ledger()
        .batch("report-a".parse().unwrap(), "")
        .unwrap();
    assert_eq!(
        batch.commit().unwrap_err().to_string(),
        "no source report-a in the catalogue: correct the code, or add the source"
    );
    assert_eq!(office.ledger().snapshot().unwrap().batch(), None);
    let error = office.ledger().as_of(BatchId::new(1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no batch 1 in the ledger: it has no batch yet"
    );
}

#[test]
fn what_an_indicator_means_does_not_change_under_figures() {
    let office = office();
    let share_in = |unit: Unit, kind: Kind| indicator("share", unit, kind, Temporal::Flow);
    // Nothing was recorded: it may still change.
    {
        let mut batch = office
            .ledger()
            .batch("report-a".parse().unwrap(), "")
            .unwrap();
        batch
            .revise(|revision| {
                revision.indicator(share_in(Unit::PERMILLE, Kind::Share));
                Ok(())
            })
            .unwrap();
    }
    office.record("report-a", "430281", "2021", "4.9");
    for (indicator, message) in [
        (
            share_in(Unit::PERMILLE, Kind::Share),
            "the unit of indicator share cannot change from % to permille: figures are recorded under it; add a new definition as share@2, which succeeds this one",
        ),
        (
            share_in(Unit::PERCENT, Kind::Ratio),
            "the kind of indicator share cannot change from share to ratio: figures are recorded under it; add a new definition as share@2, which succeeds this one",
        ),
        (
            indicator("share", Unit::PERCENT, Kind::Share, Temporal::Stock),
            "the temporal nature of indicator share cannot change from flow to stock: figures are recorded under it; add a new definition as share@2, which succeeds this one",
        ),
        (
            share_in(Unit::PERCENT, Kind::Share)
                .with_parts(Some("people".parse().unwrap()), None)
                .unwrap(),
            "the numerator of indicator share cannot change from none to people: figures are recorded under it; add a new definition as share@2, which succeeds this one",
        ),
    ] {
        let told = refused(&office, |revision| {
            revision.indicator(indicator);
            Ok(())
        });
        assert_eq!(told, message);
    }
    // Names may change, and a new definition may come.
    let committed = office.commit("report-a", |batch| {
        batch.revise(|revision| {
            let renamed = Indicator::new(
                "share".parse()?,
                names("占比"),
                Unit::PERCENT,
                Kind::Share,
                Temporal::Flow,
            )?;
            revision.indicator(renamed);
            revision.indicator(
                indicator("share@2", Unit::PERMILLE, Kind::Share, Temporal::Flow)
                    .with_predecessor("share".parse()?)?,
            );
            Ok(())
        })
    });
    assert_eq!((committed.entries_added, committed.entries_changed), (1, 1));
    let then = office.ledger().as_of(BatchId::new(2)).unwrap();
    let name = |catalogue: &yearbook::Catalogue| {
        let handle = catalogue.indicator(&"share".parse().unwrap()).unwrap();
        catalogue
            .indicator_record(handle)
            .unwrap()
            .names()
            .main()
            .to_string()
    };
    assert_eq!(name(then.catalogue()), "share");
    assert_eq!(
        name(office.ledger().snapshot().unwrap().catalogue()),
        "占比"
    );
}

#[test]
fn no_change_leaves_a_figure_that_breaks_a_rule() {
    let office = office();
    office.record("report-a", "430281", "2021", "4.9");
    office.commit("report-a", |batch| {
        batch.record(&observation(
            ("score", "", "level"),
            "430281",
            "2021",
            "55",
            "1",
        ))?;
        batch.record(&observation(
            ("score", "", "rank(430200)"),
            "430281",
            "2021",
            "1",
            "位",
        ))?;
        let hospital = "institution:people-hospital";
        batch.record(&observation(
            ("score", "", "rank(consortium:liling-consortium)"),
            hospital,
            "2021",
            "1",
            "位",
        ))?;
        batch.record(&observation(
            ("doses", "dose=first", "level"),
            "430281",
            "2021",
            "5",
            "剂次",
        ))?;
        Ok(())
    });
    let day = "2019-12-31".parse().unwrap();
    assert_eq!(
        refused(&office, |revision| {
            revision.retire_region(&"430281".parse()?, day, &[])?;
            Ok(())
        }),
        "the catalogue cannot change under doses [dose=first] of 430281 in 2021, which is recorded as 5 dose_given: place 430281 existed from … to 2019-12-31, not in 2021: give the code of that time; correct or retract it first"
    );
    assert_eq!(
        refused(&office, |revision| {
            let bounded = indicator("score", Unit::ONE, Kind::Index, Temporal::Stock)
                .with_bounds(Range::new(None, Some(50.into()))?)?;
            revision.indicator(bounded);
            Ok(())
        }),
        "the catalogue cannot change under score of 430281 in 2021, which is recorded as 55 1: index 55 is over 50: score has bounds of its own; correct or retract it first"
    );
    // It moves out of the scope of its rank.
    assert_eq!(
        refused(&office, |revision| {
            revision.region(region("430281", Some("430000"), Level::County, "醴陵市"));
            Ok(())
        }),
        "the catalogue cannot change under score rank(430200) of 430281 in 2021, which is recorded as 1 position: rank(430200) does not hold 430281: a rank's scope contains the place that is ranked; correct or retract it first"
    );
    assert_eq!(
        refused(&office, |revision| {
            revision.consortium(Consortium {
                code: "liling-consortium".parse()?,
                kind: ConsortiumKind::County,
                region: None,
                names: names("醴陵市医共体"),
                members: Vec::new(),
            });
            Ok(())
        }),
        "the catalogue cannot change under score rank(consortium:liling-consortium) of institution:people-hospital in 2021, which is recorded as 1 position: rank(consortium:liling-consortium) does not hold institution:people-hospital: a rank's scope contains the place that is ranked; correct or retract it first"
    );
    assert_eq!(
        refused(&office, |revision| {
            let second = Member {
                code: "second".parse()?,
                names: names("second"),
                parent: None,
                partition: None,
            };
            revision.dimension(Dimension::new(
                "dose".parse()?,
                names("剂次"),
                vec![second],
            )?);
            Ok(())
        }),
        "the catalogue cannot change under doses [dose=first] of 430281 in 2021, which is recorded as 5 dose_given: dimension dose has no member first: its members are second; correct or retract it first"
    );
    assert_eq!(
        refused(&office, |revision| {
            revision.region(region("430299", Some("430298"), Level::County, "某县"));
            Ok(())
        }),
        "region 430299 lies in 430298, which is not in the catalogue: add it or correct the parent"
    );
    // Corrected or retracted in the same batch, it may change.
    office.commit("report-a", |batch| {
        batch.record(&observation(
            ("score", "", "level"),
            "430281",
            "2021",
            "45",
            "1",
        ))?;
        batch.revise(|revision| {
            let bounded = indicator("score", Unit::ONE, Kind::Index, Temporal::Stock)
                .with_bounds(Range::new(None, Some(50.into()))?)?;
            revision.indicator(bounded);
            Ok(())
        })
    });
}

#[test]
fn a_region_retires_and_its_successor_goes_on() {
    let mut office = office();
    office.record("report-a", "430281", "2021", "4.9");
    office.commit("report-a", |batch| {
        batch.revise(|revision| {
            revision.region(region("430282", Some("430200"), Level::County, "新醴陵市"));
            let (old, new) = ("430281".parse()?, "430282".parse()?);
            revision.retire_region(&old, "2022-12-31".parse().unwrap(), &[new])?;
            revision
                .retire_institution(&"people-hospital".parse()?, "2022-12-31".parse().unwrap())?;
            Ok(())
        })?;
        let late = batch
            .record(&share("report-a", "430281", "2023", "5.0"))
            .unwrap_err();
        assert_eq!(
            late.to_string(),
            "place 430281 existed from … to 2022-12-31, not in 2023: give the code of that time"
        );
        batch.record(&share("report-a", "430282", "2023", "5.0"))?;
        Ok(())
    });
    let ledger = office.reopen();
    let snapshot = ledger.snapshot().unwrap();
    let catalogue = snapshot.catalogue();
    let new = catalogue.region(&"430282".parse().unwrap()).unwrap();
    assert_eq!(
        catalogue.region_record(new).unwrap().succeeds,
        ["430281".parse::<RegionCode>().unwrap()]
    );
    // The numbers of places are the ledger's own: what was recorded stays where it was.
    let old = snapshot.get(&key("430281", "2021")).unwrap().unwrap();
    assert_eq!(old.stated.to_string(), "4.9 %");
    let then = ledger.as_of(BatchId::new(2)).unwrap();
    let error = then.get(&key("430282", "2023")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unknown);
    assert_eq!(then.catalogue().place_count() + 1, catalogue.place_count());
    drop((snapshot, then));
    ledger.check().unwrap();
}

#[test]
fn retiring_what_is_not_there_says_so() {
    let office = office();
    let mut batch = office
        .ledger()
        .batch("report-a".parse().unwrap(), "")
        .unwrap();
    let day = "2020-12-31".parse().unwrap();
    let error = batch
        .revise(|revision| {
            revision.retire_region(&"430281".parse()?, day, &["439999".parse()?])?;
            Ok(())
        })
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "no region 439999 in the catalogue: correct the code, or add the region"
    );
    let error = batch
        .revise(|revision| {
            let mut late = region("430223", Some("430200"), Level::County, "攸县");
            late.validity = Validity::new(Some("2021-01-01".parse().unwrap()), None)?;
            revision.region(late);
            revision.retire_region(&"430223".parse()?, day, &[])?;
            Ok(())
        })
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "valid from 2021-01-01 to 2020-12-31 ends before it begins"
    );
}

#[test]
fn figures_keep_their_places_when_the_order_of_places_changes() {
    let mut office = office();
    office.record("report-a", "430281", "2021", "4.9");
    office.record("report-b", "430223", "2021", "5.9");
    office.commit("report-a", |batch| {
        batch.revise(|revision| {
            // A region and a source that come before all others.
            revision.region(region("110000", None, Level::Province, "北京市"));
            revision.source(Source::new("aaa".parse()?, "First of all", "", None)?);
            Ok(())
        })
    });
    let ledger = office.reopen();
    let entry = ledger.get(&key("430281", "2021")).unwrap().unwrap();
    assert_eq!(
        (entry.stated.to_string(), entry.source.as_str()),
        ("4.9 %".into(), "report-a")
    );
    let entry = ledger.get(&key("430223", "2021")).unwrap().unwrap();
    assert_eq!(
        (entry.stated.to_string(), entry.source.as_str()),
        ("5.9 %".into(), "report-b")
    );
    let mut world = world();
    world
        .region(region("110000", None, Level::Province, "北京市"))
        .unwrap();
    world
        .source(Source::new("aaa".parse().unwrap(), "First of all", "", None).unwrap())
        .unwrap();
    assert_eq!(
        *ledger.snapshot().unwrap().catalogue(),
        world.finish().unwrap()
    );
}
