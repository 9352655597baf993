//! The ledger, as a program that keeps one sees it.

mod catalogue;
mod damage;
mod file;
mod golden;
mod kept;
mod kill;
mod model;
mod processes;
mod publish;
mod record;

use std::path::PathBuf;

use yearbook::ledger::{Batch, Committed, Policy, Recorded};
use yearbook::model::*;
use yearbook::{Ledger, Result};

use crate::common::{catalogue, observation};

/// A ledger in a folder of its own, which goes when it is dropped.
pub(crate) struct Office {
    pub(crate) ledger: Option<Ledger>,
    pub(crate) folder: tempfile::TempDir,
}

impl Office {
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("office.ledger")
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        self.ledger.as_ref().unwrap()
    }

    pub(crate) fn ledger_mut(&mut self) -> &mut Ledger {
        self.ledger.as_mut().unwrap()
    }

    pub(crate) fn close(&mut self) {
        self.ledger = None;
    }

    pub(crate) fn reopen(&mut self) -> &mut Ledger {
        self.close();
        self.ledger.insert(Ledger::open(self.path()).unwrap())
    }

    /// A batch of `source` that `write` fills, committed.
    pub(crate) fn commit(
        &self,
        source: &str,
        write: impl FnOnce(&mut Batch<'_>) -> Result<()>,
    ) -> Committed {
        let mut batch = self.ledger().batch(source.parse().unwrap(), "").unwrap();
        write(&mut batch).unwrap();
        batch.commit().unwrap()
    }

    /// One figure of one source in a batch of its own.
    pub(crate) fn record(
        &self,
        source: &str,
        place: &str,
        period: &str,
        figure: &str,
    ) -> Committed {
        self.commit(source, |batch| {
            batch.policy(Policy::Supersede);
            batch
                .record(&share(source, place, period, figure))
                .map(|_| ())
        })
    }
}

/// An empty ledger.
pub(crate) fn empty() -> Office {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::create(folder.path().join("office.ledger")).unwrap();
    Office {
        ledger: Some(ledger),
        folder,
    }
}

/// A ledger whose first batch brings the catalogue of the tests.
pub(crate) fn office() -> Office {
    let office = empty();
    office.commit("report-a", |batch| {
        batch.revise(|revision| revision.catalogue(&catalogue()).map(|_| ()))
    });
    office
}

/// A share, by its source.
pub(crate) fn share(source: &str, place: &str, period: &str, figure: &str) -> Observation {
    let mut observation = observation(("share", "", "level"), place, period, figure, "%");
    observation.source = source.parse().unwrap();
    observation
}

pub(crate) fn key(place: &str, period: &str) -> Key {
    share("report-a", place, period, "1.0").key
}

/// What stands there, as text.
pub(crate) fn stands(ledger: &Ledger, place: &str, period: &str) -> Option<String> {
    let entry = ledger.get(&key(place, period)).unwrap()?;
    Some(format!(
        "{} by {}, {}",
        entry.stated, entry.source, entry.batch
    ))
}

/// A history, a line a statement.
pub(crate) fn history(ledger: &Ledger, place: &str, period: &str) -> Vec<String> {
    use yearbook::ledger::Event;
    let statements = ledger.history(&key(place, period)).unwrap();
    let line = |statement: &yearbook::ledger::Statement| {
        let said = match &statement.event {
            Event::Stated(stated) => stated.to_string(),
            Event::SetAside(stated) => format!("{stated} set aside"),
            Event::Retracted { reason } => format!("retracted: {reason}"),
            _ => unreachable!(),
        };
        format!(
            "{}: {said} by {}",
            statement.batch.number(),
            statement.source
        )
    };
    statements.iter().map(line).collect()
}

/// The message of a refusal, whole.
pub(crate) fn refused(result: Result<Recorded>) -> String {
    result.unwrap_err().to_string()
}
