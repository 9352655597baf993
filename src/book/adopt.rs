//! Taking tables over from an earlier book as they lie, so that a book of which little changed is made in little time.

use std::sync::Arc;

use super::table::Table;
use super::{BookBuilder, Yearbook};
use crate::catalogue::Catalogue;
use crate::error::{Error, ErrorKind, Result};
use crate::model::Heading;
use crate::rules::HeadingRules;

/// How the numbers in an earlier book's tables become those of the book that is built.
#[derive(Clone, Debug)]
pub(super) struct Renumbering {
    /// The book, by its digest.
    of: u128,
    /// Whether its places are numbered alike.
    alike: bool,
    /// The new number of each source; `None` if they are numbered alike.
    sources: Option<Arc<[u32]>>,
}

/// A table of an earlier book.
#[derive(Debug)]
pub(super) struct Adopted {
    pub(super) table: Table,
    pub(super) sources: Option<Arc<[u32]>>,
}

impl BookBuilder {
    /// Takes a table over from another book, as it lies: nothing of its cells is checked again but their checksum. Gives `false`, and takes nothing, if the
    /// places of that book are numbered otherwise than those of this one's catalogue, or one of its sources is not in it. A
    /// table that the other book does not have is taken over as none.
    ///
    /// Where sources or units are numbered otherwise the table is encoded anew from its cells; the book is the same either way.
    ///
    /// # Errors
    /// [`Duplicate`](ErrorKind::Duplicate) if the builder has cells under the heading; what is unknown in the heading; and
    /// [`Corrupt`](ErrorKind::Corrupt) if the table is damaged.
    pub fn adopt(&mut self, from: &Yearbook, heading: &Heading) -> Result<bool> {
        if self.tables.contains_key(heading) || self.adopted.contains_key(heading) {
            return Err(twice(heading));
        }
        let Some(position) = from.0.directory.position(heading) else {
            return Ok(true);
        };
        HeadingRules::of(&self.catalogue, heading)?;
        let renumbering = self.renumbering(from)?;
        if !renumbering.alike {
            return Ok(false);
        }
        let table = from.0.directory.table(position, &from.0.catalogue)?;
        let sources = renumbering.sources;
        self.adopted
            .insert(heading.clone(), Adopted { table, sources });
        Ok(true)
    }

    fn renumbering(&mut self, from: &Yearbook) -> Result<Renumbering> {
        match &self.renumbering {
            Some(known) if known.of == from.digest() => Ok(known.clone()),
            _ => {
                let new = Renumbering::of(from, &self.catalogue)?;
                self.renumbering = Some(new.clone());
                Ok(new)
            }
        }
    }
}

impl Renumbering {
    fn of(from: &Yearbook, to: &Catalogue) -> Result<Self> {
        let old = from.catalogue();
        let mut renumbering = Self {
            of: from.digest(),
            alike: true,
            sources: None,
        };
        if old == to {
            return Ok(renumbering);
        }
        renumbering.alike = old.region_count() == to.region_count()
            && old.institution_count() == to.institution_count();
        for (one, other) in old.places().zip(to.places()) {
            if !renumbering.alike || old.place_code(one)? != to.place_code(other)? {
                renumbering.alike = false;
                return Ok(renumbering);
            }
        }
        let mut sources = Vec::new();
        for source in old.sources() {
            match to.source(old.source_record(source)?.code()) {
                Ok(source) => sources.push(source.index()),
                Err(_) => renumbering.alike = false,
            }
        }
        let moved = (0..).zip(&sources).any(|(old, new)| old != *new);
        renumbering.sources = moved.then(|| sources.into());
        Ok(renumbering)
    }
}

pub(super) fn twice(heading: &Heading) -> Error {
    Error::new(
        ErrorKind::Duplicate,
        format!(
            "table {heading} is given twice: a table is taken over from another book, or built, not both"
        ),
    )
}
