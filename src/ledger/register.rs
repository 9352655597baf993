//! Headings and units, and the numbers they bear in the ledger.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::entry::too_many;
use super::store::{Shelf, Tables};
use crate::codec::records::{HeadingV0, UnitV0};
use crate::codec::{self, corrupt, keys};
use crate::error::Result;
use crate::model::{Heading, Unit};

/// The headings and units of a ledger by their numbers. They are only ever added to.
#[derive(Clone, Debug, Default)]
pub(super) struct Register {
    headings: Vec<Arc<Heading>>,
    by_heading: BTreeMap<Arc<Heading>, u32>,
    pub(super) units: Vec<Unit>,
}

impl Register {
    pub(super) fn load(tables: &impl Tables) -> Result<Self> {
        let mut register = Self::default();
        tables.scan(Shelf::Headings, &[], None, |key, record| {
            let id = keys::read_short_number(key, Shelf::Headings.what())?;
            let HeadingV0 { heading } = codec::decode(record, Shelf::Headings.what())?;
            if register.heading(heading)? == (id, true) {
                Ok(true)
            } else {
                Err(corrupt("the headings of the ledger are not numbered"))
            }
        })?;
        tables.scan(Shelf::Units, &[], None, |key, record| {
            let id = keys::read_short_number(key, Shelf::Units.what())?;
            let UnitV0 { unit } = codec::decode(record, Shelf::Units.what())?;
            if register.unit(unit)? == (id, true) {
                Ok(true)
            } else {
                Err(corrupt("the units of the ledger are not numbered"))
            }
        })?;
        Ok(register)
    }

    /// The number of a heading, and whether it is new.
    pub(super) fn heading(&mut self, heading: Heading) -> Result<(u32, bool)> {
        if let Some(id) = self.by_heading.get(&heading) {
            return Ok((*id, false));
        }
        let id = u32::try_from(self.headings.len()).map_err(|_| too_many())?;
        let heading = Arc::new(heading);
        self.headings.push(heading.clone());
        self.by_heading.insert(heading, id);
        Ok((id, true))
    }

    /// The number of a unit, and whether it is new. There are few.
    pub(super) fn unit(&mut self, unit: Unit) -> Result<(u32, bool)> {
        if let Some(id) = self.units.iter().position(|known| *known == unit) {
            return Ok((u32::try_from(id).map_err(|_| too_many())?, false));
        }
        let id = u32::try_from(self.units.len()).map_err(|_| too_many())?;
        self.units.push(unit);
        Ok((id, true))
    }

    /// The number of a heading that is known.
    pub(super) fn heading_id(&self, heading: &Heading) -> Option<u32> {
        self.by_heading.get(heading).copied()
    }

    /// The heading of a number.
    pub(super) fn heading_of(&self, id: u32) -> Result<&Arc<Heading>> {
        usize::try_from(id)
            .ok()
            .and_then(|id| self.headings.get(id))
            .ok_or_else(|| corrupt(format!("number {id} of the ledger is no heading")))
    }

    /// All headings in their order, with their numbers.
    pub(super) fn headings(&self) -> impl Iterator<Item = (&Heading, u32)> + Clone {
        self.by_heading
            .iter()
            .map(|(heading, id)| (&**heading, *id))
    }

    pub(super) fn heading_count(&self) -> Result<u32> {
        u32::try_from(self.headings.len()).map_err(|_| too_many())
    }

    pub(super) fn unit_count(&self) -> Result<u32> {
        u32::try_from(self.units.len()).map_err(|_| too_many())
    }

    /// Writes units by number, from the register it was cloned from on; a unit is in the register before it is written.
    pub(super) fn unit_number(&self, unit: Unit) -> u32 {
        self.units
            .iter()
            .position(|known| *known == unit)
            .and_then(|id| u32::try_from(id).ok())
            .unwrap_or(u32::MAX)
    }
}
