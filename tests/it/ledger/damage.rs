//! Damaged ledger files: an error or the right answer, never another figure, a missing one, or a panic.

use std::collections::BTreeMap;
use std::path::Path;

use yearbook::exchange::Observations;
use yearbook::ledger::BatchId;
use yearbook::model::*;
use yearbook::{ErrorKind, Ledger, Result};

use super::publish::storied;

/// Numbers that look random and are the same for the same seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ mixed >> 31) % limit as u64).unwrap()
    }
}

/// All that a ledger can be asked: what stood after each batch, and what was said of each key.
type Everything = (Vec<BTreeMap<Key, String>>, BTreeMap<Key, String>, String);

fn everything(ledger: &Ledger) -> Result<Everything> {
    let present = ledger.snapshot()?;
    let mut states = Vec::new();
    let mut keys = BTreeMap::new();
    for batch in present.batches()? {
        let snapshot = ledger.as_of(batch.id)?;
        let mut state = BTreeMap::new();
        for observation in snapshot.observations() {
            let observation = observation?;
            state.insert(observation.key.clone(), observation.to_string());
            keys.insert(observation.key, String::new());
        }
        states.push(state);
    }
    for (key, said) in &mut keys {
        *said = format!("{:?} {:?}", present.get(key)?, present.history(key)?);
    }
    let conflicts = format!("{:?}", ledger.conflicts()?);
    Ok((states, keys, conflicts))
}

/// A ledger file of seven batches, closed and compacted, and what it holds.
fn file() -> (Vec<u8>, Everything) {
    let mut office = storied();
    office.ledger_mut().compact().unwrap();
    let whole = everything(office.ledger()).unwrap();
    office.close();
    (std::fs::read(office.path()).unwrap(), whole)
}

fn asked(path: &Path, read_only: bool) -> Result<Everything> {
    let ledger = if read_only {
        Ledger::open_read_only(path)?
    } else {
        Ledger::open(path)?
    };
    everything(&ledger)
}

/// Flips bits and says how many flips were noticed.
fn flips(seed: u64, count: usize) -> (usize, usize) {
    let (bytes, whole) = file();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.ledger");
    // Most of a file of redb is free: half of the flips fall where something is written.
    let written: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at] != 0).collect();
    let mut dice = Dice(seed);
    let (mut noticed, mut harmless) = (0, 0);
    for round in 0..count {
        let at = match round % 4 {
            // The header and its two commit slots are few bytes, and everything hangs on them.
            0 => dice.below(320),
            1 => dice.below(bytes.len()),
            _ => written[dice.below(written.len())],
        };
        let mut damaged = bytes.clone();
        let bit = dice.below(8);
        damaged[at] ^= 1 << bit;
        std::fs::write(&path, &damaged).unwrap();
        match asked(&path, round % 2 == 0) {
            Ok(read) => {
                assert!(
                    read == whole,
                    "bit {bit} of byte {at} was flipped, and other figures were read"
                );
                harmless += 1;
            }
            Err(error) => {
                let kind = error.kind();
                assert!(
                    matches!(kind, ErrorKind::Corrupt | ErrorKind::Version),
                    "bit {bit} of byte {at}: {kind:?} {error}"
                );
                noticed += 1;
            }
        }
    }
    (noticed, harmless)
}

#[test]
fn a_flipped_bit_is_an_error_or_changes_nothing() {
    let (noticed, harmless) = flips(1, 400);
    assert!(noticed > 60, "{noticed} noticed, {harmless} harmless");
}

/// `YEARBOOK_FLIP_SEED=1 YEARBOOK_FLIP_COUNT=100000 cargo test --release -- --ignored flips_for_long --nocapture`
#[test]
#[ignore = "takes as long as it is told to"]
fn flips_for_long() {
    let number = |name: &str, otherwise: u64| {
        std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
    };
    let count = usize::try_from(number("YEARBOOK_FLIP_COUNT", 10_000)).unwrap();
    println!("{:?}", flips(number("YEARBOOK_FLIP_SEED", 2), count));
}

#[test]
fn a_file_that_is_cut_short_is_an_error() {
    let (bytes, whole) = file();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.ledger");
    let mut dice = Dice(3);
    for round in 0..60 {
        let end = match round {
            0 => 1,
            1 => 9,
            2 => 4095,
            3 => 4096,
            4 => 8192,
            _ => dice.below(bytes.len()),
        };
        std::fs::write(&path, &bytes[..end]).unwrap();
        for read_only in [true, false] {
            match asked(&path, read_only) {
                Ok(read) => assert!(read == whole, "cut at {end}, and other figures were read"),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Corrupt, "cut at {end}: {error}"),
            }
        }
    }
}

/// Blocks are checked on every read: also where the pages are not checked on opening.
#[test]
fn a_block_that_was_damaged_is_noticed_without_a_verified_open() {
    let (bytes, whole) = file();
    // The digits of a unit's record are far from any page's structure.
    let wanted = b"dose_given";
    let places: Vec<usize> = (0..bytes.len() - wanted.len())
        .filter(|&at| bytes[at..].starts_with(wanted))
        .collect();
    assert!(!places.is_empty());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.ledger");
    let mut options = yearbook::ledger::OpenOptions::default();
    options.verify = false;
    let mut noticed = 0;
    for at in places {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        std::fs::write(&path, &damaged).unwrap();
        let read =
            Ledger::open_read_only_with(&path, options).and_then(|ledger| everything(&ledger));
        match read {
            Ok(read) => assert!(read == whole),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Corrupt);
                noticed += 1;
                let message = error.message();
                assert!(
                    message.ends_with("does not match its checksum"),
                    "{message}"
                );
            }
        }
    }
    assert!(noticed > 0);
    let _ = BatchId::new(1);
}
