//! The records of the catalogue as they are written: one form for each version.

use bincode::{Decode, Encode};

use crate::error::{Error, Result};
use crate::model::{
    Consortium, ConsortiumCode, ConsortiumKind, Dimension, DimensionCode, Grade, Heading,
    Indicator, IndicatorCode, InstitutionCode, InstitutionKind, Kind, Member, MemberCode,
    Membership, Names, Ownership, Period, Polarity, Range, RegionCode, Role, Source, SourceCode,
    Temporal, UnifiedCode, Unit, Validity,
};

#[derive(Encode, Decode)]
pub(crate) struct NamesV0 {
    zh: String,
    en: String,
    aliases: Vec<String>,
}

impl From<&Names> for NamesV0 {
    fn from(names: &Names) -> Self {
        Self {
            zh: names.chinese().unwrap_or_default().to_string(),
            en: names.english().unwrap_or_default().to_string(),
            aliases: names.aliases().map(String::from).collect(),
        }
    }
}

impl TryFrom<NamesV0> for Names {
    type Error = Error;
    fn try_from(wire: NamesV0) -> Result<Self> {
        wire.aliases
            .iter()
            .try_fold(Self::new(&wire.zh, &wire.en)?, |names, alias| {
                names.alias(alias)
            })
    }
}

/// The names of a place, as numbers in the catalogue's table of names.
#[derive(Encode, Decode, Default, Clone, Debug, PartialEq, Eq)]
pub(crate) struct NameRefsV0 {
    pub(crate) zh: Option<u32>,
    pub(crate) en: Option<u32>,
    pub(crate) aliases: Vec<u32>,
}

/// What is kept of a region beside its code, its place in the tree and its Chinese name. Most
/// villages have no more to say, and no such record.
#[derive(Encode, Decode)]
pub(crate) struct RegionV0 {
    pub(crate) names: NameRefsV0,
    pub(crate) validity: Validity,
    pub(crate) succeeds: Vec<RegionCode>,
}

/// What is kept of an institution beside its code and its region.
#[derive(Encode, Decode)]
pub(crate) struct InstitutionV0 {
    pub(crate) names: NameRefsV0,
    pub(crate) validity: Validity,
    pub(crate) kind: InstitutionKind,
    pub(crate) grade: Option<Grade>,
    pub(crate) ownership: Option<Ownership>,
    pub(crate) unified_code: Option<UnifiedCode>,
}

#[derive(Encode, Decode)]
pub(crate) struct ConsortiumV0 {
    code: ConsortiumCode,
    kind: ConsortiumKind,
    region: Option<RegionCode>,
    names: NamesV0,
    members: Vec<(InstitutionCode, Role, Validity)>,
}

impl From<&Consortium> for ConsortiumV0 {
    fn from(consortium: &Consortium) -> Self {
        Self {
            code: consortium.code.clone(),
            kind: consortium.kind,
            region: consortium.region,
            names: (&consortium.names).into(),
            members: consortium
                .members
                .iter()
                .map(|member| (member.institution.clone(), member.role, member.validity))
                .collect(),
        }
    }
}

impl TryFrom<ConsortiumV0> for Consortium {
    type Error = Error;
    fn try_from(wire: ConsortiumV0) -> Result<Self> {
        Ok(Self {
            code: wire.code,
            kind: wire.kind,
            region: wire.region,
            names: wire.names.try_into()?,
            members: wire
                .members
                .into_iter()
                .map(|(institution, role, validity)| Membership {
                    institution,
                    role,
                    validity,
                })
                .collect(),
        })
    }
}

#[derive(Encode, Decode)]
pub(crate) struct IndicatorV0 {
    code: IndicatorCode,
    names: NamesV0,
    unit: Unit,
    kind: Kind,
    temporal: Temporal,
    polarity: Polarity,
    numerator: Option<IndicatorCode>,
    denominator: Option<IndicatorCode>,
    bounds: Range,
    plausible: Range,
    succeeds: Option<IndicatorCode>,
}

impl From<&Indicator> for IndicatorV0 {
    fn from(indicator: &Indicator) -> Self {
        Self {
            code: indicator.code().clone(),
            names: indicator.names().into(),
            unit: indicator.unit(),
            kind: indicator.kind(),
            temporal: indicator.temporal(),
            polarity: indicator.polarity(),
            numerator: indicator.numerator().cloned(),
            denominator: indicator.denominator().cloned(),
            bounds: indicator.bounds(),
            plausible: indicator.plausible(),
            succeeds: indicator.succeeds().cloned(),
        }
    }
}

impl TryFrom<IndicatorV0> for Indicator {
    type Error = Error;
    fn try_from(wire: IndicatorV0) -> Result<Self> {
        let indicator = Self::new(
            wire.code,
            wire.names.try_into()?,
            wire.unit,
            wire.kind,
            wire.temporal,
        )?
        .with_polarity(wire.polarity)
        .with_parts(wire.numerator, wire.denominator)?
        .with_bounds(wire.bounds)?
        .with_plausible(wire.plausible);
        match wire.succeeds {
            Some(succeeds) => indicator.with_predecessor(succeeds),
            None => Ok(indicator),
        }
    }
}

#[derive(Encode, Decode)]
pub(crate) struct DimensionV0 {
    code: DimensionCode,
    names: NamesV0,
    members: Vec<MemberV0>,
}

#[derive(Encode, Decode)]
struct MemberV0 {
    code: MemberCode,
    names: NamesV0,
    parent: Option<MemberCode>,
    partition: Option<String>,
}

impl From<&Dimension> for DimensionV0 {
    fn from(dimension: &Dimension) -> Self {
        Self {
            code: dimension.code().clone(),
            names: dimension.names().into(),
            members: dimension
                .members()
                .iter()
                .map(|member| MemberV0 {
                    code: member.code.clone(),
                    names: (&member.names).into(),
                    parent: member.parent.clone(),
                    partition: member.partition.clone(),
                })
                .collect(),
        }
    }
}

impl TryFrom<DimensionV0> for Dimension {
    type Error = Error;
    fn try_from(wire: DimensionV0) -> Result<Self> {
        let members = wire.members.into_iter().map(|member| {
            Ok(Member {
                code: member.code,
                names: member.names.try_into()?,
                parent: member.parent,
                partition: member.partition,
            })
        });
        Self::new(
            wire.code,
            wire.names.try_into()?,
            members.collect::<Result<_>>()?,
        )
    }
}

#[derive(Encode, Decode)]
pub(crate) struct SourceV0 {
    code: SourceCode,
    title: String,
    issuer: String,
    published: Option<Period>,
}

impl From<&Source> for SourceV0 {
    fn from(source: &Source) -> Self {
        Self {
            code: source.code().clone(),
            title: source.title().to_string(),
            issuer: source.issuer().to_string(),
            published: source.published(),
        }
    }
}

impl TryFrom<SourceV0> for Source {
    type Error = Error;
    fn try_from(wire: SourceV0) -> Result<Self> {
        Self::new(wire.code, wire.title, wire.issuer, wire.published)
    }
}

/// When and from which batch a book was published: seconds since 1970-01-01 UTC, batch.
#[derive(Encode, Decode, Default)]
pub(crate) struct PublicationV0 {
    pub(crate) at: Option<i64>,
    pub(crate) batch: Option<u64>,
}

/// The directory: the lists of periods that tables have for columns, and the tables.
#[derive(Encode, Decode)]
pub(crate) struct DirectoryV1 {
    pub(crate) columns: Vec<Vec<Period>>,
    pub(crate) tables: Vec<TableV1>,
}

/// The packed tables: length and checksum of each.
#[derive(Encode, Decode)]
pub(crate) struct PackedV1 {
    pub(crate) tables: Vec<(u64, u32)>,
}

/// One table: its heading, its columns by their number in the directory, and where its cells lie among the cells of the book.
#[derive(Debug, Encode, Decode)]
pub(crate) struct TableV1 {
    pub(crate) heading: Heading,
    pub(crate) columns: u32,
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) crc: u32,
}
