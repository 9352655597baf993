//! The records of the ledger as they are written: one form for each version.

use bincode::{Decode, Encode};

use super::wire::{ConsortiumV0, DimensionV0, IndicatorV0, NamesV0, SourceV0};
use crate::error::{Error, Result};
use crate::model::{
    Consortium, Dimension, Grade, Heading, Indicator, Institution, InstitutionCode,
    InstitutionKind, Level, Ownership, Region, RegionCode, Source, SourceCode, UnifiedCode, Unit,
    Validity,
};

/// An entry of the catalogue, of any sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Region(Region),
    Institution(Institution),
    Consortium(Consortium),
    Indicator(Indicator),
    Dimension(Dimension),
    Source(Source),
}

#[derive(Encode, Decode)]
pub(crate) enum EntryV0 {
    Region {
        code: RegionCode,
        parent: Option<RegionCode>,
        level: Level,
        names: NamesV0,
        validity: Validity,
        succeeds: Vec<RegionCode>,
    },
    Institution {
        code: InstitutionCode,
        region: RegionCode,
        kind: InstitutionKind,
        names: NamesV0,
        grade: Option<Grade>,
        ownership: Option<Ownership>,
        unified_code: Option<UnifiedCode>,
        validity: Validity,
    },
    Consortium(ConsortiumV0),
    Indicator(IndicatorV0),
    Dimension(DimensionV0),
    Source(SourceV0),
}

impl From<&Entry> for EntryV0 {
    fn from(entry: &Entry) -> Self {
        match entry {
            Entry::Region(region) => Self::Region {
                code: region.code,
                parent: region.parent,
                level: region.level,
                names: (&region.names).into(),
                validity: region.validity,
                succeeds: region.succeeds.clone(),
            },
            Entry::Institution(institution) => Self::Institution {
                code: institution.code.clone(),
                region: institution.region,
                kind: institution.kind,
                names: (&institution.names).into(),
                grade: institution.grade,
                ownership: institution.ownership,
                unified_code: institution.unified_code,
                validity: institution.validity,
            },
            Entry::Consortium(consortium) => Self::Consortium(consortium.into()),
            Entry::Indicator(indicator) => Self::Indicator(indicator.into()),
            Entry::Dimension(dimension) => Self::Dimension(dimension.into()),
            Entry::Source(source) => Self::Source(source.into()),
        }
    }
}

impl TryFrom<EntryV0> for Entry {
    type Error = Error;
    fn try_from(wire: EntryV0) -> Result<Self> {
        Ok(match wire {
            EntryV0::Region {
                code,
                parent,
                level,
                names,
                validity,
                succeeds,
            } => {
                let mut region = Region::new(code, parent, level, names.try_into()?);
                region.validity = validity;
                region.succeeds = succeeds;
                Self::Region(region)
            }
            EntryV0::Institution {
                code,
                region,
                kind,
                names,
                grade,
                ownership,
                unified_code,
                validity,
            } => {
                let mut institution = Institution::new(code, region, kind, names.try_into()?);
                institution.grade = grade;
                institution.ownership = ownership;
                institution.unified_code = unified_code;
                institution.validity = validity;
                Self::Institution(institution)
            }
            EntryV0::Consortium(consortium) => Self::Consortium(consortium.try_into()?),
            EntryV0::Indicator(indicator) => Self::Indicator(indicator.try_into()?),
            EntryV0::Dimension(dimension) => Self::Dimension(dimension.try_into()?),
            EntryV0::Source(source) => Self::Source(source.try_into()?),
        })
    }
}

/// What a ledger says of itself.
#[derive(Encode, Decode)]
pub(crate) struct LedgerV0 {
    /// Microseconds since 1970-01-01 UTC.
    pub(crate) created: i64,
}

/// What is kept of a batch.
#[derive(Encode, Decode, Clone, Debug, PartialEq, Eq)]
pub(crate) struct BatchV0 {
    /// Microseconds since 1970-01-01 UTC; never less than those of the batch before.
    pub(crate) at: i64,
    pub(crate) source: SourceCode,
    pub(crate) note: String,
    pub(crate) recorded: u64,
    pub(crate) revised: u64,
    pub(crate) unchanged: u64,
    pub(crate) set_aside: u64,
    pub(crate) retracted: u64,
    /// Entries of the catalogue that it added, and that it changed.
    pub(crate) entries_added: u64,
    pub(crate) entries_changed: u64,
    /// The last batch, this one included, that changed the catalogue; 0 before any did.
    pub(crate) catalogue: u64,
    /// How many cells stand after it.
    pub(crate) cells: u64,
    /// How many headings, units and entries there are after it.
    pub(crate) headings: u32,
    pub(crate) units: u32,
    pub(crate) entries: u32,
}

/// What is kept of a catalogue as it lies.
#[derive(Encode, Decode)]
pub(crate) struct KeptV0 {
    /// The batch that made the catalogue so.
    pub(crate) batch: u64,
    pub(crate) fingerprint: u64,
    /// The kind and the length of each section, in bytes.
    pub(crate) sections: Vec<(u32, u64)>,
}

/// The title of a table, by its number in the ledger.
#[derive(Encode, Decode)]
pub(crate) struct HeadingV0 {
    pub(crate) heading: Heading,
}

/// A unit, by its number in the ledger.
#[derive(Encode, Decode)]
pub(crate) struct UnitV0 {
    pub(crate) unit: Unit,
}

/// What happened at a cell beside the figure that stands after a batch.
#[derive(Encode, Decode, Clone, Debug, PartialEq, Eq)]
pub(crate) enum RemarkV0 {
    /// A source stated this (a block of one cell), and another's figure was kept.
    SetAside(Vec<u8>),
    /// This (a block of one cell) was stated and superseded or retracted in one batch.
    Passing(Vec<u8>),
    /// What stood was retracted, for a reason.
    Retracted(String),
}
