//! Entries of the catalogue and the numbers they bear in the ledger.
//!
//! A number is given once and never again, so that what was recorded under it always means the same place,
//! indicator or source, whatever becomes of the catalogue.

use std::collections::BTreeMap;
use std::fmt;

use super::kept;
use super::store::{Shelf, Tables};
use crate::catalogue::{Catalogue, CatalogueBuilder, PlaceHandle, SourceHandle};
use crate::codec::records::{Entry, EntryV0};
use crate::codec::{self, corrupt, keys};
use crate::error::{Error, ErrorKind, Result};

/// No number: what the catalogue holds, and the ledger does not.
const NONE: u32 = u32::MAX;

/// The sorts of entries, in the order that catalogues list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    Region,
    Institution,
    Dimension,
    Indicator,
    Source,
    Consortium,
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Region => "region",
            Self::Institution => "institution",
            Self::Dimension => "dimension",
            Self::Indicator => "indicator",
            Self::Source => "source",
            Self::Consortium => "consortium",
        })
    }
}

/// The sort and the code of an entry.
pub(super) type Name = (Sort, String);

impl Entry {
    pub(super) fn name(&self) -> Name {
        match self {
            Self::Region(region) => (Sort::Region, region.code.to_string()),
            Self::Institution(institution) => (Sort::Institution, institution.code.to_string()),
            Self::Dimension(dimension) => (Sort::Dimension, dimension.code().to_string()),
            Self::Indicator(indicator) => (Sort::Indicator, indicator.code().to_string()),
            Self::Source(source) => (Sort::Source, source.code().to_string()),
            Self::Consortium(consortium) => (Sort::Consortium, consortium.code.to_string()),
        }
    }

    fn give(&self, builder: &mut CatalogueBuilder) -> Result<()> {
        match self.clone() {
            Self::Region(region) => builder.region(region),
            Self::Institution(institution) => builder.institution(institution),
            Self::Dimension(dimension) => builder.dimension(dimension),
            Self::Indicator(indicator) => builder.indicator(indicator),
            Self::Source(source) => builder.source(source),
            Self::Consortium(consortium) => builder.consortium(consortium),
        }
    }
}

/// Every entry of a catalogue: places first, in their order.
pub(super) fn entries_of(catalogue: &Catalogue) -> impl Iterator<Item = Result<Entry>> + '_ {
    let regions = catalogue
        .regions()
        .map(|region| catalogue.region_record(region).map(Entry::Region));
    let institutions = catalogue.institutions().map(|institution| {
        let record = catalogue.institution_record(institution);
        record.map(Entry::Institution)
    });
    regions.chain(institutions).chain(others_of(catalogue))
}

/// Every entry of a catalogue that is no place.
fn others_of(catalogue: &Catalogue) -> impl Iterator<Item = Result<Entry>> + '_ {
    let dimensions = catalogue
        .dimensions()
        .map(|dimension| Ok(Entry::Dimension(dimension.clone())));
    let indicators = catalogue.indicators().map(|indicator| {
        let record = catalogue.indicator_record(indicator);
        record.map(|record| Entry::Indicator(record.clone()))
    });
    let sources = catalogue.sources().map(|source| {
        let record = catalogue.source_record(source);
        record.map(|record| Entry::Source(record.clone()))
    });
    let consortia = catalogue.consortia().map(|consortium| {
        let record = catalogue.consortium_record(consortium);
        record.map(|record| Entry::Consortium(record.clone()))
    });
    dimensions.chain(indicators).chain(sources).chain(consortia)
}

/// A catalogue as of some batch, with the numbers that its entries bear in the ledger.
#[derive(Debug, PartialEq)]
pub(super) struct Edition {
    /// The batch that made it so; 0 for the empty catalogue of a new ledger.
    pub(super) batch: u64,
    pub(super) catalogue: Catalogue,
    /// By place, and by source, of the catalogue.
    places: Vec<u32>,
    sources: Vec<u32>,
    /// By number: the index of the place or of the source.
    indices: Vec<u32>,
    /// Of all other sorts.
    others: BTreeMap<Name, u32>,
}

impl Edition {
    /// The edition of entries, each with its number.
    ///
    /// # Errors
    /// [`Structure`](ErrorKind::Structure) if they do not hold together.
    pub(super) fn of(batch: u64, entries: &[(u32, Entry)]) -> Result<Self> {
        let mut builder = CatalogueBuilder::new();
        for (_, entry) in entries {
            entry.give(&mut builder)?;
        }
        let mut edition = Self::unnumbered(batch, builder.finish()?)?;
        for (id, entry) in entries {
            edition.give(entry, *id)?;
        }
        Ok(edition)
    }

    /// The edition of a catalogue whose entries have these numbers, in [their order](entries_of).
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) if they are not as many, or one is given twice.
    pub(super) fn numbered(
        batch: u64,
        catalogue: &Catalogue,
        mut numbers: impl ExactSizeIterator<Item = u32>,
    ) -> Result<Self> {
        let mut edition = Self::unnumbered(batch, catalogue.clone())?;
        let wrong = || corrupt("the numbers of the ledger's catalogue do not fit its entries");
        // Entries are changed and never removed, so that their numbers have no gaps.
        let count = numbers.len();
        let mut next = || {
            let id = numbers
                .next()
                .filter(|&id| size(id).is_ok_and(|id| id < count));
            id.ok_or_else(wrong)
        };
        edition.places.clear();
        for index in 0..catalogue.place_count() {
            let id = next()?;
            edition.places.push(id);
            if !edition.point(id, index)? {
                return Err(wrong());
            }
        }
        for entry in others_of(catalogue) {
            edition.give(&entry?, next()?)?;
        }
        match numbers.next() {
            None => Ok(edition),
            Some(_) => Err(wrong()),
        }
    }

    /// The numbers of all entries, in [their order](entries_of).
    pub(super) fn numbers(&self) -> Result<Vec<u32>> {
        let mut numbers = self.places.clone();
        for entry in others_of(&self.catalogue) {
            let id = self.id(&entry?);
            numbers.push(id.ok_or_else(|| corrupt("an entry of the catalogue has no number"))?);
        }
        Ok(numbers)
    }

    /// An edition whose entries have no numbers yet.
    fn unnumbered(batch: u64, catalogue: Catalogue) -> Result<Self> {
        Ok(Self {
            batch,
            places: vec![NONE; size(catalogue.place_count())?],
            sources: vec![NONE; size(catalogue.source_count())?],
            indices: Vec::new(),
            others: BTreeMap::new(),
            catalogue,
        })
    }

    /// Gives an entry of the catalogue its number.
    fn give(&mut self, entry: &Entry, id: u32) -> Result<()> {
        let catalogue = &self.catalogue;
        let (index, list) = match entry {
            Entry::Region(region) => (catalogue.region(&region.code)?.index(), &mut self.places),
            Entry::Institution(institution) => {
                let place = catalogue.institution(&institution.code)?;
                (place.index(), &mut self.places)
            }
            Entry::Source(source) => (catalogue.source(source.code())?.index(), &mut self.sources),
            other => {
                self.others.insert(other.name(), id);
                return Ok(());
            }
        };
        if let Some(own) = list.get_mut(size(index)?) {
            *own = id;
        }
        self.point(id, index).map(|_| ())
    }

    /// Notes the index that a number stands for; `false` if it stood for one already.
    fn point(&mut self, id: u32, index: u32) -> Result<bool> {
        let at = size(id)?;
        if self.indices.len() <= at {
            self.indices.resize(at + 1, NONE);
        }
        let own = self.indices.get_mut(at);
        Ok(own.is_some_and(|own| std::mem::replace(own, index) == NONE))
    }

    /// The edition that a ledger had after a batch: as it is kept, or from its entries.
    pub(super) fn load(tables: &impl Tables, batch: u64) -> Result<Self> {
        match kept::read(tables, batch)? {
            Some(edition) => Ok(edition),
            None => Self::build(tables, batch),
        }
    }

    /// The edition that a ledger had after a batch, from its entries.
    pub(super) fn build(tables: &impl Tables, batch: u64) -> Result<Self> {
        let mut entries: Vec<(u32, Entry)> = Vec::new();
        tables.scan(Shelf::Entries, &[], None, |key, record| {
            let (id, of) = keys::read_version(key, Shelf::Entries.what())?;
            if of > batch {
                return Ok(true);
            }
            let entry: EntryV0 = codec::decode(record, Shelf::Entries.what())?;
            let entry = Entry::try_from(entry)?;
            match entries.last_mut() {
                Some((last, known)) if *last == id => *known = entry,
                _ => entries.push((id, entry)),
            }
            Ok(true)
        })?;
        Self::of(batch, &entries)
            .map_err(|error| corrupt(format!("the ledger's catalogue: {error}")).with_source(error))
    }

    /// The number of a place.
    pub(super) fn place_id(&self, place: PlaceHandle) -> Result<u32> {
        let index = self.catalogue.own_place(place)?;
        number(&self.places, index)
    }

    /// The number of a source.
    pub(super) fn source_id(&self, source: SourceHandle) -> Result<u32> {
        let index = self.catalogue.own_source(source)?;
        number(&self.sources, index)
    }

    /// The place of a number.
    pub(super) fn place(&self, id: u32) -> Result<PlaceHandle> {
        self.index(id, &self.places)
            .map(|index| self.catalogue.handle(index))
            .ok_or_else(|| corrupt(format!("number {id} of the ledger is no place")))
    }

    /// The source of a number.
    pub(super) fn source(&self, id: u32) -> Result<SourceHandle> {
        self.index(id, &self.sources)
            .map(|index| self.catalogue.source_handle(index))
            .ok_or_else(|| corrupt(format!("number {id} of the ledger is no source")))
    }

    fn index(&self, id: u32, list: &[u32]) -> Option<u32> {
        let index = *self.indices.get(usize::try_from(id).ok()?)?;
        // Places and sources share their numbers, not their indices.
        (*list.get(usize::try_from(index).ok()?)? == id).then_some(index)
    }

    /// The number of an entry of any sort; `None` if the catalogue holds none of its code.
    pub(super) fn id(&self, entry: &Entry) -> Option<u32> {
        let catalogue = &self.catalogue;
        match entry {
            Entry::Region(region) => self.place_id(catalogue.known_region(&region.code)?).ok(),
            Entry::Institution(institution) => {
                let place = catalogue.known_institution(&institution.code)?;
                self.place_id(place).ok()
            }
            Entry::Source(source) => self.source_id(catalogue.source(source.code()).ok()?).ok(),
            other => self.others.get(&other.name()).copied(),
        }
    }

    /// The entry of the same sort and code, as the catalogue holds it.
    pub(super) fn same(&self, entry: &Entry) -> Result<Option<Entry>> {
        let catalogue = &self.catalogue;
        let known = |error: Error| match error.kind() {
            ErrorKind::Unknown => Ok(None),
            _ => Err(error),
        };
        match entry {
            Entry::Region(region) => {
                let place = catalogue.known_region(&region.code);
                let record = place.map(|place| catalogue.region_record(place));
                Ok(record.transpose()?.map(Entry::Region))
            }
            Entry::Institution(institution) => {
                let place = catalogue.known_institution(&institution.code);
                let record = place.map(|place| catalogue.institution_record(place));
                Ok(record.transpose()?.map(Entry::Institution))
            }
            Entry::Consortium(consortium) => {
                catalogue
                    .consortium(&consortium.code)
                    .map_or_else(known, |handle| {
                        let record = catalogue.consortium_record(handle)?;
                        Ok(Some(Entry::Consortium(record.clone())))
                    })
            }
            Entry::Indicator(indicator) => {
                catalogue
                    .indicator(indicator.code())
                    .map_or_else(known, |handle| {
                        let record = catalogue.indicator_record(handle)?;
                        Ok(Some(Entry::Indicator(record.clone())))
                    })
            }
            Entry::Dimension(dimension) => catalogue
                .dimension(dimension.code())
                .map_or_else(known, |record| Ok(Some(Entry::Dimension(record.clone())))),
            Entry::Source(source) => catalogue
                .source(source.code())
                .map_or_else(known, |handle| {
                    let record = catalogue.source_record(handle)?;
                    Ok(Some(Entry::Source(record.clone())))
                }),
        }
    }
}

fn number(list: &[u32], index: u32) -> Result<u32> {
    usize::try_from(index)
        .ok()
        .and_then(|index| list.get(index))
        .copied()
        .filter(|&id| id != NONE)
        .ok_or_else(|| {
            corrupt(format!(
                "entry {index} of the catalogue has no number in the ledger"
            ))
        })
}

fn size(count: u32) -> Result<usize> {
    usize::try_from(count).map_err(|_| too_many())
}

pub(super) fn too_many() -> Error {
    Error::new(ErrorKind::Overflow, "the ledger has more than 2^32 entries")
}
