//! The sections of a catalogue, and what is checked of them before they are used as they lie.
//!
//! `src/book/FORMAT.md` describes them.

use bytes::Bytes;

use super::bytes::{Cutter, Texts, U32s, U64s};
use super::lookup::Guide;
use super::register::Register;
use super::tree::Tree;
use crate::codec::corrupt;
use crate::codec::sections::Sections;
use crate::error::Result;
use crate::model::{Consortium, Dimension, Indicator, Source};

pub(super) const COUNTS: u32 = 16;
pub(super) const REGIONS: u32 = 17;
pub(super) const REGION_ORDER: u32 = 18;
pub(super) const FOREIGN_CODES: u32 = 19;
pub(super) const INSTITUTIONS: u32 = 20;
pub(super) const NAMES: u32 = 21;
pub(super) const BEARERS: u32 = 22;
pub(super) const RECORDS: u32 = 23;
pub(super) const INDICATORS: u32 = 24;
pub(super) const DIMENSIONS: u32 = 25;
pub(super) const SOURCES: u32 = 26;
pub(super) const CONSORTIA: u32 = 27;
pub(super) const MEMBERSHIPS: u32 = 28;

/// Every kind of section, in order, with the words for it.
pub(super) const KINDS: [(u32, &str); 13] = [
    (COUNTS, "the catalogue's counts"),
    (REGIONS, "the catalogue's regions"),
    (REGION_ORDER, "the catalogue's ordered region codes"),
    (FOREIGN_CODES, "the catalogue's foreign codes"),
    (INSTITUTIONS, "the catalogue's institutions"),
    (NAMES, "the catalogue's names"),
    (BEARERS, "the catalogue's bearers of names"),
    (RECORDS, "the catalogue's place records"),
    (INDICATORS, "the catalogue's indicators"),
    (DIMENSIONS, "the catalogue's dimensions"),
    (SOURCES, "the catalogue's sources"),
    (CONSORTIA, "the catalogue's consortia"),
    (MEMBERSHIPS, "the catalogue's memberships"),
];

/// No parent: a root.
pub(super) const NONE: u32 = u32::MAX;

/// The sections as they lie, cut into arrays.
pub(super) struct Layout {
    sections: Vec<(u32, Bytes)>,
    pub(super) fingerprint: u64,
    pub(super) tree: Tree,
    pub(super) region_names: U32s,
    pub(super) region_codes: U64s,
    /// Empty if the regions lie in the order of their codes.
    pub(super) region_order: U32s,
    pub(super) region_guide: Guide,
    pub(super) foreign_codes: Texts,
    /// The region of each institution; they rise.
    pub(super) homes: U32s,
    pub(super) institution_names: U32s,
    pub(super) institution_order: U32s,
    pub(super) institution_codes: Texts,
    pub(super) names: Texts,
    pub(super) bearer_offsets: U32s,
    pub(super) bearers: U32s,
    pub(super) record_places: U32s,
    pub(super) records: Texts,
    pub(super) indicators: Register<Indicator>,
    pub(super) dimensions: Register<Dimension>,
    pub(super) sources: Register<Source>,
    pub(super) consortia: Register<Consortium>,
    pub(super) memberships: U32s,
}

impl Layout {
    /// The sections of a file, each after its checksum.
    pub(super) fn open(sections: &Sections) -> Result<Self> {
        let sections = KINDS
            .iter()
            .map(|&(kind, what)| Ok((kind, sections.get(kind, what)?)))
            .collect::<Result<_>>()?;
        Self::new(sections)
    }

    /// Sections of every kind, in order.
    ///
    /// # Errors
    /// [`Corrupt`](crate::ErrorKind::Corrupt) if lengths do not agree, offsets do not rise, or the tree is none. Names,
    /// codes and records are only looked at when they are used.
    pub(super) fn new(sections: Vec<(u32, Bytes)>) -> Result<Self> {
        let section = |kind: u32| -> Result<(Bytes, &'static str)> {
            let (_, what) = KINDS
                .iter()
                .find(|(known, _)| *known == kind)
                .copied()
                .unwrap_or_default();
            let bytes = sections.iter().find(|(own, _)| *own == kind);
            let (_, bytes) = bytes.ok_or_else(|| corrupt(format!("{what} are missing")))?;
            Ok((bytes.clone(), what))
        };
        let cutter = |kind: u32| section(kind).map(|(bytes, what)| Cutter::new(bytes, what));

        let mut counts = cutter(COUNTS)?;
        let numbers = counts.u32s(10)?;
        counts.end()?;
        let count = |index: u32| numbers.get(index).unwrap_or_default();
        let (regions, institutions) = (count(0), count(1));
        if regions
            .checked_add(institutions)
            .is_none_or(|sum| sum == NONE)
        {
            return Err(corrupt(
                "the catalogue counts more places than it can number",
            ));
        }

        let mut cut = cutter(REGIONS)?;
        let (wide, many) = (u64::from(regions), u64::from(institutions));
        let (ends, parents) = (cut.u32s(wide)?, cut.u32s(wide)?);
        let region_names = cut.u32s(wide)?;
        let region_codes = U64s::new(cut.cut(wide, U64s::WIDTH)?);
        let tree = Tree::new(ends, parents, cut.cut(wide, 1)?)?;
        cut.end()?;

        let (order, what) = section(REGION_ORDER)?;
        let mut cut = Cutter::new(order.clone(), what);
        let region_order = cut.u32s(if order.is_empty() { 0 } else { wide })?;
        cut.end()?;

        let region_guide = Guide::new(regions, |rank| {
            let region = if region_order.len() == 0 {
                Some(rank)
            } else {
                region_order.get(rank)
            };
            region_codes.get(region?)
        });

        let mut cut = cutter(INSTITUTIONS)?;
        let homes = cut.u32s(many)?;
        let (institution_names, institution_order) = (cut.u32s(many)?, cut.u32s(many)?);
        let institution_codes = cut.texts(institutions)?;
        if !homes.iter().is_sorted() || homes.iter().next_back().is_some_and(|home| home >= regions)
        {
            return Err(corrupt(
                "the catalogue's institutions do not lie in the order of its regions",
            ));
        }

        let names = cutter(NAMES)?.texts(count(2))?;
        let mut cut = cutter(BEARERS)?;
        let bearer_offsets = cut.u32s(u64::from(count(2)) + 1)?;
        let bearers = cut.u32s(u64::from(
            bearer_offsets.iter().next_back().unwrap_or_default(),
        ))?;
        cut.end()?;
        if bearer_offsets.get(0) != Some(0) || !bearer_offsets.iter().is_sorted() {
            return Err(corrupt(
                "the offsets of the catalogue's bearers of names do not rise",
            ));
        }

        let mut cut = cutter(RECORDS)?;
        let record_places = cut.u32s(u64::from(count(4)))?;
        let records = cut.texts(count(4))?;

        let mut cut = cutter(MEMBERSHIPS)?;
        let memberships = cut.u32s(u64::from(count(9)) * 2)?;
        cut.end()?;

        fn register<T: super::register::Entry>(
            (bytes, what): (Bytes, &'static str),
            count: u32,
        ) -> Result<Register<T>> {
            Register::new(bytes, count, what)
        }
        Ok(Self {
            fingerprint: fingerprint(&sections),
            tree,
            region_names,
            region_codes,
            region_order,
            region_guide,
            foreign_codes: cutter(FOREIGN_CODES)?.texts(count(3))?,
            homes,
            institution_names,
            institution_order,
            institution_codes,
            names,
            bearer_offsets,
            bearers,
            record_places,
            records,
            indicators: register(section(INDICATORS)?, count(5))?,
            dimensions: register(section(DIMENSIONS)?, count(6))?,
            sources: register(section(SOURCES)?, count(7))?,
            consortia: register(section(CONSORTIA)?, count(8))?,
            memberships,
            sections,
        })
    }

    pub(super) fn sections(&self) -> impl Iterator<Item = (u32, &Bytes)> {
        self.sections.iter().map(|(kind, bytes)| (*kind, bytes))
    }

    pub(super) fn regions(&self) -> u32 {
        self.tree.len()
    }

    pub(super) fn institutions(&self) -> u32 {
        self.homes.len()
    }

    pub(super) fn places(&self) -> u32 {
        // Checked when it was opened.
        self.regions().saturating_add(self.institutions())
    }
}

/// 64 bits of XXH3 over each section's kind, length and bytes. It is worked out and not stored, so
/// that no file can claim another's: 45 MB take under 10 ms.
fn fingerprint(sections: &[(u32, Bytes)]) -> u64 {
    let mut state = xxhash_rust::xxh3::Xxh3::new();
    for (kind, bytes) in sections {
        state.update(&kind.to_le_bytes());
        // A length that is no u64 cannot occur in memory.
        state.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        state.update(bytes);
    }
    state.digest()
}
