//! What becomes of observations and of batches.

use chrono::{DateTime, Utc};

use super::BatchId;
pub use crate::exchange::Outcome;
use crate::rules::Warning;

/// What becomes of a figure of another source than the one whose figure stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Policy {
    /// The new figure is refused, with both in the message. This is what a batch does unless it is told otherwise.
    #[default]
    Refuse,
    /// The new figure takes the place of the old one, which stays in the history.
    Supersede,
    /// The old figure stays, and the new one goes to the history as set aside.
    KeepFirst,
}

/// What became of an observation, and what is worth a second look in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// What became of it.
    pub outcome: Outcome,
    /// What is worth a second look.
    pub warning: Option<Warning>,
}

/// A batch that is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Its number.
    pub batch: BatchId,
    /// When, to the microsecond.
    pub at: DateTime<Utc>,
    /// Figures at keys where nothing stood.
    pub recorded: u64,
    /// Figures that took the place of others.
    pub revised: u64,
    /// Figures that stood already.
    pub unchanged: u64,
    /// Figures that were set aside for another source's.
    pub set_aside: u64,
    /// Keys whose figures were retracted.
    pub retracted: u64,
    /// Entries that the catalogue gained.
    pub entries_added: u64,
    /// Entries of the catalogue that were changed.
    pub entries_changed: u64,
}
