//! The ledger against a plain map: revisions, retractions, batches, batches dropped, reopening, the past.

use std::collections::BTreeMap;

use proptest::prelude::*;
use yearbook::exchange::Observations;
use yearbook::ledger::{BatchId, Event, Outcome, Policy};
use yearbook::model::*;

use super::{Office, office, share};

const SOURCES: [&str; 2] = ["report-a", "report-b"];
const FIGURES: [&str; 6] = ["4.9", "4.90", "0.0", ">=93e0", "60e0..70e0", "100!"];
const KEYS: [(&str, &str); 8] = [
    ("430281", "2021"),
    ("430281", "2022"),
    ("430281", "2021-12"),
    ("430281", "2021-01/2021-10"),
    ("430281", "2021-02/2021-10"),
    ("430223", "2021"),
    ("430200", "0001"),
    ("institution:people-hospital", "9999-12-31"),
];

#[derive(Clone, Debug)]
enum Step {
    Record(usize, usize, usize),
    Retract(usize),
    Policy(usize),
    Commit,
    Drop,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => (0..KEYS.len(), 0..FIGURES.len(), 0..SOURCES.len()).prop_map(|(key, figure, source)| Step::Record(key, figure, source)),
        3 => (0..KEYS.len()).prop_map(Step::Retract),
        2 => (0..3usize).prop_map(Step::Policy),
        5 => Just(Step::Commit),
        1 => Just(Step::Drop),
        1 => Just(Step::Reopen),
    ];
    proptest::collection::vec(step, 1..60)
}

/// What stands at a key: figure, source, the batch it is of.
type Standing = BTreeMap<usize, (usize, usize, u64)>;

/// What was said of each key, in order: batch, source, what.
type Said = BTreeMap<usize, Vec<(u64, usize, String)>>;

#[derive(Clone, Default)]
struct Model {
    standing: Standing,
    said: Said,
}

fn observation(key: usize, figure: usize, source: usize) -> Observation {
    let (place, period) = KEYS[key];
    share(SOURCES[source], place, period, FIGURES[figure])
}

/// What the ledger should do with a figure, and does in the model.
fn model_record(
    model: &mut Model,
    policy: Policy,
    batch: u64,
    (key, figure, source): (usize, usize, usize),
) -> Option<Outcome> {
    let said = model.said.entry(key).or_default();
    let stated = observation(key, figure, source).stated.to_string();
    match model.standing.get(&key).copied() {
        None => {
            model.standing.insert(key, (figure, source, batch));
            said.push((batch, source, stated));
            Some(Outcome::New)
        }
        Some((stood, _, _)) if stood == figure => Some(Outcome::Unchanged),
        Some((_, by, of)) if by == source && of == batch => None,
        Some((_, by, _)) if by != source && policy == Policy::Refuse => None,
        Some((_, by, _)) if by != source && policy == Policy::KeepFirst => {
            // The latest of its source that is not in the place of what stands.
            let aside = format!("{stated} set aside");
            let latest = said.iter().rev().find(|(of, by, what)| {
                *by == source
                    && (what.ends_with("set aside") || passing(said_of(said), *of, source, what))
            });
            match latest {
                Some((_, _, what)) if what.trim_end_matches(" set aside") == stated => {
                    Some(Outcome::Unchanged)
                }
                Some((of, _, _)) if *of == batch => None,
                _ => {
                    said.push((batch, source, aside));
                    Some(Outcome::SetAside)
                }
            }
        }
        Some(_) => {
            model.standing.insert(key, (figure, source, batch));
            said.push((batch, source, stated));
            Some(Outcome::Revised)
        }
    }
}

fn said_of(said: &[(u64, usize, String)]) -> &[(u64, usize, String)] {
    said
}

/// Whether a statement was superseded or retracted within its own batch.
fn passing(said: &[(u64, usize, String)], of: u64, source: usize, what: &str) -> bool {
    let at = said
        .iter()
        .rposition(|(batch, by, own)| (*batch, *by, own.as_str()) == (of, source, what));
    let after = at.map_or(&[][..], |at| &said[at + 1..]);
    !what.starts_with("retracted")
        && after
            .iter()
            .any(|(batch, _, own)| *batch == of && !own.ends_with("set aside"))
}

fn check(office: &Office, states: &[Model], now: u64) {
    let ledger = office.ledger();
    let present = ledger.snapshot().unwrap();
    assert_eq!(present.batch().unwrap().id.number(), now);
    for (index, model) in states.iter().enumerate() {
        let number = index as u64 + 1;
        let snapshot = ledger.as_of(BatchId::new(number)).unwrap();
        let mut wanted: Vec<String> = model
            .standing
            .iter()
            .map(|(key, (figure, source, _))| observation(*key, *figure, *source).to_string())
            .collect();
        let mut read: Vec<String> = snapshot
            .observations()
            .map(|observation| observation.unwrap().to_string())
            .collect();
        wanted.sort();
        read.sort();
        assert_eq!(read, wanted, "as of batch {number}");
        for (at, (place, period)) in KEYS.iter().enumerate() {
            let key = super::key(place, period);
            let entry = snapshot.get(&key).unwrap().map(|entry| {
                (
                    entry.stated.to_string(),
                    entry.source.to_string(),
                    entry.batch.number(),
                )
            });
            let stands = model.standing.get(&at).map(|(figure, source, batch)| {
                let stated = observation(at, *figure, *source).stated.to_string();
                (stated, SOURCES[*source].to_string(), *batch)
            });
            assert_eq!(entry, stands, "{key} as of batch {number}");
            let history: Vec<(u64, String, String)> = snapshot
                .history(&key)
                .unwrap()
                .into_iter()
                .map(|statement| {
                    let what = match statement.event {
                        Event::Stated(stated) => stated.to_string(),
                        Event::SetAside(stated) => format!("{stated} set aside"),
                        Event::Retracted { reason } => format!("retracted {reason}"),
                        _ => unreachable!(),
                    };
                    (statement.batch.number(), statement.source.to_string(), what)
                })
                .collect();
            // Within a batch, what was set aside comes before what stands after it.
            let mut said: Vec<(u64, String, String)> = model
                .said
                .get(&at)
                .into_iter()
                .flatten()
                .map(|(batch, source, what)| (*batch, SOURCES[*source].to_string(), what.clone()))
                .collect();
            let order = |said: &mut Vec<(u64, String, String)>| said.sort();
            let mut history = history;
            order(&mut history);
            order(&mut said);
            assert_eq!(history, said, "{key} as of batch {number}");
        }
    }
}

fn run(steps: Vec<Step>) {
    let mut office = office();
    // After batch 1 there are no figures.
    let mut states = vec![Model::default()];
    let mut steps = steps.into_iter().peekable();
    while steps.peek().is_some() {
        let ledger = office.ledger();
        let mut batch = ledger.batch(SOURCES[0].parse().unwrap(), "").unwrap();
        let number = batch.id().number();
        let mut model = states.last().unwrap().clone();
        let mut policy = Policy::Refuse;
        let mut reopen = false;
        let mut keep = false;
        for step in steps.by_ref() {
            match step {
                Step::Policy(at) => {
                    policy = [Policy::Refuse, Policy::Supersede, Policy::KeepFirst][at];
                    batch.policy(policy);
                }
                Step::Record(key, figure, source) => {
                    let outcome = batch.record(&observation(key, figure, source));
                    let wanted = model_record(&mut model, policy, number, (key, figure, source));
                    assert_eq!(outcome.ok().map(|recorded| recorded.outcome), wanted);
                }
                Step::Retract(key) => {
                    let retracted = batch.retract(&observation(key, 0, 0).key, "slip").is_ok();
                    let stood = model.standing.remove(&key).is_some();
                    assert_eq!(retracted, stood);
                    if stood {
                        let said = model.said.entry(key).or_default();
                        said.push((number, 0, "retracted slip".to_string()));
                    }
                }
                Step::Commit => {
                    keep = true;
                    break;
                }
                Step::Drop => break,
                Step::Reopen => {
                    reopen = true;
                    break;
                }
            }
        }
        if keep {
            let committed = batch.commit().unwrap();
            assert_eq!(committed.batch.number(), number);
            states.push(model);
        } else {
            drop(batch);
        }
        if reopen {
            office.reopen();
        }
    }
    check(&office, &states, states.len() as u64);
    office.reopen();
    check(&office, &states, states.len() as u64);
    office.ledger_mut().check().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn a_ledger_is_a_map_with_a_memory(steps in steps()) {
        run(steps);
    }
}
