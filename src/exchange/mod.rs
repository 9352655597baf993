//! Data in and out: what a reader of some format needs of the place it reads into, and a writer of
//! the place it writes from.
//!
//! A reader gives what it reads to a [`Sink`], and says in a [`Report`] what became of each row. The builder of a book is a sink, and so are its sorter
//! and a batch of a ledger: to try an import and to take all of it or nothing is to drop them. `Ledger::import` does so.

#[cfg(feature = "csv")]
pub mod csv;
#[cfg(any(feature = "csv", feature = "json"))]
mod hint;
#[cfg(any(feature = "csv", feature = "json"))]
mod intake;
#[cfg(feature = "json")]
pub mod json;
#[cfg(any(feature = "csv", feature = "json"))]
mod report;
#[cfg(any(feature = "csv", feature = "json"))]
mod watch;

use serde::{Deserialize, Serialize};

#[cfg(any(feature = "csv", feature = "json"))]
pub use report::{Rejection, Report, RowWarning, Stopped, Table};
#[cfg(any(feature = "csv", feature = "json"))]
pub use watch::{Progress, Told, Watch};

use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::model::Observation;
use crate::rules::Warning;

/// Something that takes observations: the builder or the sorter of a book, a batch of a ledger.
pub trait Sink {
    /// The catalogue that observations are checked against.
    fn catalogue(&self) -> &Catalogue;

    /// Records one observation.
    ///
    /// # Errors
    /// The rule it breaks; nothing is recorded then.
    fn observe(&mut self, observation: &Observation) -> Result<Option<Warning>>;

    /// Records one observation, and says what became of it. To a sink that does not know what stood before, all is new.
    ///
    /// # Errors
    /// As for [`observe`](Self::observe).
    fn take(&mut self, observation: &Observation) -> Result<(Outcome, Option<Warning>)> {
        Ok((Outcome::New, self.observe(observation)?))
    }
}

/// What became of an observation that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing stood at its key, and now it does.
    New,
    /// The same stood there: the same digits in the same unit, with the same status. Nothing is kept of it, whichever source
    /// states it again.
    Unchanged,
    /// It took the place of what stood there.
    Revised,
    /// Another source's figure was kept.
    SetAside,
}

/// Something that gives observations: a yearbook, a ledger as of some time.
pub trait Observations {
    /// The catalogue that the observations speak of.
    fn catalogue(&self) -> &Catalogue;

    /// Every observation, in the order of headings, then places, then periods.
    fn observations(&self) -> Box<dyn Iterator<Item = Result<Observation>> + '_>;
}
