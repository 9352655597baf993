//! Data in and out: what a reader of some format needs of the place it reads into, and a writer of
//! the place it writes from.

#[cfg(feature = "csv")]
pub mod csv;
#[cfg(feature = "csv")]
mod report;

use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::model::Observation;
use crate::rules::Warning;

/// Something that takes observations: the builder of a book, a batch of a ledger.
pub trait Sink {
    /// The catalogue that observations are checked against.
    fn catalogue(&self) -> &Catalogue;

    /// Records one observation.
    ///
    /// # Errors
    /// The rule it breaks; nothing is recorded then.
    fn observe(&mut self, observation: &Observation) -> Result<Option<Warning>>;
}

/// Something that gives observations: a yearbook, a ledger as of some time.
pub trait Observations {
    /// The catalogue that the observations speak of.
    fn catalogue(&self) -> &Catalogue;

    /// Every observation, in the order of headings, then places, then periods.
    fn observations(&self) -> Box<dyn Iterator<Item = Result<Observation>> + '_>;
}
