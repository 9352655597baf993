//! Power cuts, torn writes, failed syncs and full disks: no acknowledged batch is lost, no half batch is seen, and the file always
//! opens.

use super::*;
use crate::ErrorKind;

/// What a run found, for the counts.
#[derive(Debug, Default)]
struct Found {
    runs: u64,
    cuts: u64,
    cuts_in_recovery: u64,
    unacknowledged_there: u64,
}

/// Tells batches until power goes, then opens what is left and compares it with what was acknowledged. A story takes some 200
/// operations, so that cuts fall everywhere in it.
fn cut_once(begun: &[u8], seed: u64, found: &mut Found) {
    let mut dice = Dice::new(seed);
    let disk = SimDisk::holding(begun.to_vec());
    let at = dice.below(150);
    disk.power_lasts(u64::try_from(at).unwrap());
    // The states after each batch; the first two are the empty ledger and the one that brings the catalogue.
    let mut states = vec![State::new(), State::new()];
    let mut underway = None;
    if let Ok(ledger) = Ledger::open_on(disk.clone()) {
        for _ in 0..12 {
            let mut ahead = dice.clone();
            match tell(&ledger, &states[states.len() - 1], &mut dice) {
                Ok(Some(state)) => states.push(state),
                Ok(None) => {}
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Io, "seed {seed}: {error}");
                    // What the batch would have come to, told on a disk that lasts.
                    underway = Some(untold(begun, &states, &mut ahead, seed));
                    break;
                }
            }
        }
    }
    found.runs += 1;
    let mut image = disk.after_power_cut(&mut dice);
    // Power may go again while what is left is repaired, more than once.
    while dice.one_in(3) {
        let again = SimDisk::holding(image);
        again.power_lasts(u64::try_from(dice.below(30)).unwrap());
        let opened = Ledger::open_on(again.clone());
        found.cuts_in_recovery += u64::from(opened.is_err());
        drop(opened);
        image = again.after_power_cut(&mut dice);
    }
    let mut ledger = Ledger::open_on(SimDisk::holding(image))
        .unwrap_or_else(|error| panic!("seed {seed}: it does not open: {error}"));
    ledger
        .check()
        .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    let last = ledger.snapshot().unwrap().batch().unwrap().id.number();
    let acknowledged = u64::try_from(states.len() - 1).unwrap();
    if let Some(state) = underway {
        found.cuts += 1;
        if last == acknowledged + 1 {
            found.unacknowledged_there += 1;
            states.push(state.unwrap_or_else(|| panic!("seed {seed}: a dropped batch is there")));
        }
    }
    assert_eq!(
        last,
        u64::try_from(states.len() - 1).unwrap(),
        "seed {seed}: {acknowledged} batches were acknowledged"
    );
    for (number, state) in states.iter().enumerate().skip(1) {
        let batch = BatchId::new(u64::try_from(number).unwrap());
        assert_eq!(&state_of(&ledger, batch), state, "seed {seed}: {batch}");
    }
    // It goes on from there.
    let next = tell(&ledger, &states[states.len() - 1], &mut dice).unwrap();
    if let Some(state) = next {
        assert_eq!(
            state_of(&ledger, BatchId::new(last + 1)),
            state,
            "seed {seed}"
        );
    }
}

/// The state that a batch would have led to: all that was told is told again, and the one that failed after it.
fn untold(begun: &[u8], states: &[State], dice: &mut Dice, seed: u64) -> Option<State> {
    let ledger = Ledger::open_on(SimDisk::holding(begun.to_vec())).unwrap();
    let stands = &states[states.len() - 1];
    let mut batch = ledger.batch(code("source-0"), "").unwrap();
    for (key, (stated, source)) in stands {
        batch
            .record(&Observation {
                key: key.clone(),
                stated: *stated,
                source: source.clone(),
            })
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    }
    batch.commit().unwrap();
    tell(&ledger, stands, dice).unwrap()
}

fn cut(first_seed: u64, count: u64) -> Found {
    let begun = begun();
    let mut found = Found::default();
    for seed in first_seed..first_seed + count {
        cut_once(&begun, seed, &mut found);
    }
    found
}

#[test]
fn power_cuts_lose_nothing_that_was_acknowledged() {
    let found = cut(1, 800);
    // The dice must not all fall on one side.
    assert!(found.cuts > 100, "{found:?}");
    assert!(found.cuts_in_recovery > 20, "{found:?}");
    assert!(found.unacknowledged_there > 5, "{found:?}");
}

/// `YEARBOOK_CRASH_SEED=1 YEARBOOK_CRASH_COUNT=100000 cargo test --release -- --ignored power_cuts_for_long --nocapture`
#[test]
#[ignore = "takes as long as it is told to"]
fn power_cuts_for_long() {
    let number = |name: &str, otherwise: u64| {
        std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
    };
    let (seed, count) = (
        number("YEARBOOK_CRASH_SEED", 1_000_000),
        number("YEARBOOK_CRASH_COUNT", 10_000),
    );
    println!("{:?}", cut(seed, count));
}

#[test]
fn a_sync_that_fails_is_an_error_and_no_batch_is_half_there() {
    let begun = begun();
    let mut failed = 0;
    for seed in 0..60 {
        let mut dice = Dice::new(seed);
        let disk = SimDisk::holding(begun.clone());
        let ledger = Ledger::open_on(disk.clone()).unwrap();
        disk.sync_fails_at(u64::try_from(dice.below(6)).unwrap());
        let mut states = vec![State::new(), State::new()];
        let mut lost = None;
        for _ in 0..6 {
            let mut ahead = dice.clone();
            match tell(&ledger, &states[states.len() - 1], &mut dice) {
                Ok(Some(state)) => states.push(state),
                Ok(None) => {}
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Io, "seed {seed}");
                    lost = Some(untold(&begun, &states, &mut ahead, seed));
                    failed += 1;
                    // Until it is opened again, it says what to do.
                    let told = ledger.batch(code("source-0"), "").map(drop).unwrap_err();
                    assert_eq!(
                        told.to_string(),
                        "writing the ledger failed before: open it again, which repairs it"
                    );
                    break;
                }
            }
        }
        drop(ledger);
        let image = if dice.one_in(2) {
            disk.after_power_cut(&mut dice)
        } else {
            disk.image()
        };
        let ledger = Ledger::open_on(SimDisk::holding(image)).unwrap();
        let last = ledger.snapshot().unwrap().batch().unwrap().id;
        if let Some(Some(state)) = lost
            && last.number() == u64::try_from(states.len()).unwrap()
        {
            states.push(state);
        }
        assert_eq!(
            state_of(&ledger, last),
            states[states.len() - 1],
            "seed {seed}"
        );
        assert_eq!(
            last.number(),
            u64::try_from(states.len() - 1).unwrap(),
            "seed {seed}"
        );
    }
    assert!(failed > 20, "{failed}");
}

#[test]
fn a_full_disk_is_an_error_and_loses_nothing() {
    let begun = begun();
    let mut full = 0;
    for seed in 0..40 {
        let mut dice = Dice::new(seed);
        let disk = SimDisk::holding(begun.clone());
        let ledger = Ledger::open_on(disk.clone()).unwrap();
        let size = u64::try_from(disk.image().len()).unwrap();
        disk.holds_at_most(Some(size + 4096 * u64::try_from(dice.below(40)).unwrap()));
        let mut state = State::new();
        let mut last = 1;
        for _ in 0..200 {
            match tell(&ledger, &state, &mut dice) {
                Ok(Some(next)) => (state, last) = (next, last + 1),
                Ok(None) => {}
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Io, "seed {seed}: {error}");
                    full += 1;
                    break;
                }
            }
        }
        drop(ledger);
        // On a disk that is still full, it opens or says so; with room again, it opens.
        drop(Ledger::open_on(disk.clone()));
        disk.holds_at_most(None);
        let mut ledger = Ledger::open_on(disk).unwrap();
        assert_eq!(state_of(&ledger, BatchId::new(last)), state, "seed {seed}");
        assert!(ledger.snapshot().unwrap().batch().unwrap().id.number() <= last + 1);
        ledger.check().unwrap();
    }
    assert!(full > 10, "{full}");
}

#[test]
fn operations_are_counted() {
    let disk = SimDisk::holding(begun());
    drop(Ledger::open_on(disk.clone()).unwrap());
    assert!(disk.done() > 2);
}
