//! What the ledger asks of a catalogue: its sections, to keep them, and whether it holds a code, without a word if it does not.

use bytes::Bytes;

use super::Catalogue;
use super::handle::PlaceHandle;
use super::layout::Layout;
use crate::error::Result;
use crate::model::{InstitutionCode, RegionCode};

impl Catalogue {
    /// The sections that it is made of, each by its kind, in order.
    pub(crate) fn sections(&self) -> impl Iterator<Item = (u32, &Bytes)> {
        self.layout.sections()
    }

    /// The catalogue of sections.
    ///
    /// # Errors
    /// [`Corrupt`](crate::ErrorKind::Corrupt) if they are not those of a catalogue.
    pub(crate) fn of_sections(sections: Vec<(u32, Bytes)>) -> Result<Self> {
        Self::new(Layout::new(sections)?)
    }

    /// The region of a code, if there is one. Where there is none, [`region`](Self::region)
    /// looks for near ones, which takes 30 µs: for each region of a country, twenty seconds.
    pub(crate) fn known_region(&self, code: &RegionCode) -> Option<PlaceHandle> {
        self.layout.find_region(code).map(|at| self.handle(at))
    }

    /// The institution of a code, if there is one.
    pub(crate) fn known_institution(&self, code: &InstitutionCode) -> Option<PlaceHandle> {
        let found = self.layout.find_institution(code.as_str());
        found.map(|at| self.handle(at))
    }
}
