//! Tests of the ledger on disks that fail.

mod crash;
mod disk;

use std::collections::BTreeMap;

use self::disk::{Dice, SimDisk};
use super::{BatchId, Ledger, OpenOptions, Policy};
use crate::error::Result;
use crate::exchange::Observations;
use crate::model::*;

/// What stands, by key.
type State = BTreeMap<Key, (Stated, SourceCode)>;

impl Ledger {
    /// A new ledger on a simulated disk.
    fn create_on(disk: SimDisk) -> Result<Self> {
        super::begin(&super::disk::initialise(disk.clone())?, super::now())?;
        Self::open_on(disk)
    }

    fn open_on(disk: SimDisk) -> Result<Self> {
        let database = super::disk::open_backend(disk, OpenOptions::default())?;
        Self::over(database, std::path::Path::new("simulated"))
    }
}

fn code<T: std::str::FromStr<Err = crate::Error>>(text: &str) -> T {
    text.parse().unwrap()
}

/// The disk of a ledger whose one batch brings a catalogue, closed.
fn begun() -> Vec<u8> {
    let disk = SimDisk::default();
    let ledger = Ledger::create_on(disk.clone()).unwrap();
    let mut batch = ledger.batch(code("source-0"), "").unwrap();
    batch
        .revise(|revision| {
            let top = Region::new(code("430000"), None, Level::Province, Names::zh("湖南省")?);
            revision.region(top);
            for place in PLACES {
                let names = Names::zh(&format!("县{place}"))?;
                revision.region(Region::new(
                    code(place),
                    Some(code("430000")),
                    Level::County,
                    names,
                ));
            }
            for source in ["source-0", "source-1"] {
                revision.source(Source::new(code(source), source, "", None)?);
            }
            for indicator in ["share", "people"] {
                let (unit, kind) = match indicator {
                    "share" => (Unit::PERCENT, Kind::Share),
                    _ => (Unit::PERSON, Kind::Count),
                };
                revision.indicator(Indicator::new(
                    code(indicator),
                    Names::zh(indicator)?,
                    unit,
                    kind,
                    Temporal::Flow,
                )?);
            }
            Ok(())
        })
        .unwrap();
    batch.commit().unwrap();
    drop(ledger);
    disk.image()
}

const PLACES: [&str; 3] = ["430223", "430225", "430281"];

/// One batch of the story of a seed: what it does to a ledger, and what stands after it. Every number of a story tells the same.
fn tell(ledger: &Ledger, before: &State, dice: &mut Dice) -> Result<Option<State>> {
    let mut state = before.clone();
    let source = if dice.one_in(2) {
        "source-0"
    } else {
        "source-1"
    };
    let mut batch = ledger.batch(code(source), "a note")?;
    batch.policy(Policy::Supersede);
    if dice.one_in(4) {
        let name = format!("新{}县", dice.below(1000));
        batch.revise(|revision| {
            let names = Names::zh(&name)?;
            let county = Region::new(code(PLACES[0]), Some(code("430000")), Level::County, names);
            revision.region(county);
            Ok(())
        })?;
    }
    let mut stated_here = std::collections::BTreeSet::new();
    let many = if dice.one_in(5) { 300 } else { 8 };
    for _ in 0..dice.below(many) {
        let (indicator, unit) = if dice.one_in(2) {
            ("share", Unit::PERCENT)
        } else {
            ("people", Unit::PERSON)
        };
        let place: Place = code(PLACES[dice.below(3)]);
        let period = match dice.below(3) {
            0 => Period::year(2000 + i32::try_from(dice.below(30)).unwrap())?,
            1 => Period::day(
                chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap()
                    + chrono::Days::new(u64::try_from(dice.below(400)).unwrap()),
            )?,
            _ => code(&format!("2021-01/2021-{:02}", 2 + dice.below(9))),
        };
        let key = Heading::level(code(indicator)).at(place, period);
        if !stated_here.insert(key.clone()) {
            continue;
        }
        if state.contains_key(&key) && dice.one_in(4) {
            batch.retract(&key, "a slip")?;
            state.remove(&key);
            continue;
        }
        let figure: Figure = match unit {
            Unit::PERCENT => code(&format!("{}.{}", dice.below(99), dice.below(10))),
            _ => code(&dice.below(100_000).to_string()),
        };
        let stated = Stated::figure(figure, unit);
        batch.state(key.clone(), stated)?;
        // The same of another source is no revision.
        match state.get(&key) {
            Some((stood, _)) if *stood == stated => {}
            _ => {
                state.insert(key, (stated, code(source)));
            }
        }
    }
    if dice.one_in(6) {
        return Ok(None);
    }
    batch.commit()?;
    Ok(Some(state))
}

/// What a ledger holds, as of a batch.
fn state_of(ledger: &Ledger, batch: BatchId) -> State {
    let snapshot = ledger.as_of(batch).unwrap();
    let observations = snapshot.observations().map(|observation| {
        let Observation {
            key,
            stated,
            source,
        } = observation.unwrap();
        (key, (stated, source))
    });
    observations.collect()
}
