//! The sections of what is sound. Everything is sorted, so equal content gives equal bytes.

use super::builder::CatalogueBuilder;
use super::bytes::{TextsWriter, at, narrow};
use super::faults::Sound;
use super::layout::{
    BEARERS, CONSORTIA, COUNTS, DIMENSIONS, FOREIGN_CODES, INDICATORS, INSTITUTIONS, MEMBERSHIPS,
    NAMES, NONE, RECORDS, REGION_ORDER, REGIONS, SOURCES,
};
use super::lookup::{foreign_key, gb2260_key};
use super::register::Register;
use crate::codec::wire::{InstitutionV0, NameRefsV0, RegionV0};
use crate::codec::{self, corrupt};
use crate::error::{Error, Result};
use crate::model::{Consortium, Institution, Level, Membership, Names, Region, RegionCode};

/// Every section, in the order of their kinds.
pub(super) fn sections(builder: &CatalogueBuilder, sound: &Sound) -> Result<Vec<(u32, Vec<u8>)>> {
    let places = Places {
        regions: sound
            .regions
            .iter()
            .filter_map(|&number| builder.regions.get(number))
            .collect(),
        institutions: sound
            .institutions
            .iter()
            .filter_map(|(_, number)| builder.institutions.get(*number))
            .collect(),
    };
    let names = NameTable::of(&places)?;
    let foreign = places.foreign_codes();
    let keys = places.region_keys(&foreign)?;
    let consortia = consortia(builder, sound);
    let memberships = memberships(&places, &consortia)?;
    let (record_count, records) = places.records(&names)?;
    let mut dimensions: Vec<_> = builder.dimensions.iter().map(|(_, entry)| entry).collect();
    dimensions.sort_unstable_by_key(|dimension| dimension.code());
    let mut sources: Vec<_> = builder.sources.iter().map(|(_, entry)| entry).collect();
    sources.sort_unstable_by_key(|source| source.code());

    let mut counts = Vec::new();
    for count in [
        places.regions.len(),
        places.institutions.len(),
        names.texts.len(),
        foreign.len(),
        record_count,
        sound.indicators.len(),
        dimensions.len(),
        sources.len(),
        consortia.len(),
        memberships.len(),
    ] {
        counts.push(narrow(count)?);
    }
    let mut foreign_codes = TextsWriter::new();
    for code in &foreign {
        foreign_codes.push(code.as_bytes())?;
    }
    let mut foreign_section = Vec::new();
    foreign_codes.finish_into(&mut foreign_section);
    let mut name_texts = TextsWriter::new();
    for text in &names.texts {
        name_texts.push(text.as_bytes())?;
    }
    let mut name_section = Vec::new();
    name_texts.finish_into(&mut name_section);
    let indicators = sound
        .indicators
        .iter()
        .filter_map(|&number| builder.indicators.get(number));
    let pairs = memberships
        .iter()
        .flat_map(|&(member, consortium)| [member, consortium]);
    Ok(vec![
        (COUNTS, array(counts)),
        (REGIONS, places.region_section(sound, &keys, &names)?),
        (REGION_ORDER, array(order_of(&keys)?)),
        (FOREIGN_CODES, foreign_section),
        (INSTITUTIONS, places.institution_section(sound, &names)?),
        (NAMES, name_section),
        (BEARERS, names.bearer_section()),
        (RECORDS, records),
        (INDICATORS, Register::section(indicators)?),
        (DIMENSIONS, Register::section(dimensions.into_iter())?),
        (SOURCES, Register::section(sources.into_iter())?),
        (CONSORTIA, Register::section(consortia.iter())?),
        (MEMBERSHIPS, array(pairs)),
    ])
}

fn array(numbers: impl IntoIterator<Item = u32>) -> Vec<u8> {
    numbers.into_iter().flat_map(u32::to_le_bytes).collect()
}

/// The regions by key; empty if that is the order they lie in.
fn order_of(keys: &[u64]) -> Result<Vec<u32>> {
    if keys.is_sorted() {
        return Ok(Vec::new());
    }
    let mut order: Vec<u32> = (0..narrow(keys.len())?).collect();
    order.sort_unstable_by_key(|&region| keys.get(at(region)));
    Ok(order)
}

/// The regions and the institutions in their order.
struct Places<'a> {
    regions: Vec<&'a Region>,
    institutions: Vec<&'a Institution>,
}

impl<'a> Places<'a> {
    fn len(&self) -> usize {
        self.regions.len() + self.institutions.len()
    }

    fn foreign_codes(&self) -> Vec<&'a str> {
        let codes = self.regions.iter().map(|region| &region.code);
        let mut foreign: Vec<_> = codes
            .filter(|code| !code.is_gb2260())
            .map(RegionCode::as_str)
            .collect();
        foreign.sort_unstable();
        foreign
    }

    fn region_keys(&self, foreign: &[&str]) -> Result<Vec<u64>> {
        let key = |region: &&Region| match gb2260_key(&region.code) {
            Some(key) => Ok(key),
            None => {
                let rank = foreign.partition_point(|code| *code < region.code.as_str());
                narrow(rank).map(foreign_key)
            }
        };
        self.regions.iter().map(key).collect()
    }

    fn region_section(
        &self,
        sound: &Sound,
        keys: &[u64],
        names: &NameTable<'_>,
    ) -> Result<Vec<u8>> {
        let parents = &sound.parents;
        // A subtree ends where its last child's does; children come after their parents.
        let mut ends: Vec<u32> = (1..=narrow(parents.len())?).collect();
        for (region, parent) in parents.iter().enumerate().rev() {
            let end = ends.get(region).copied().unwrap_or_default();
            if let Some(above) = ends.get_mut(at(*parent)) {
                *above = (*above).max(end);
            }
        }
        let levels = self.regions.iter().map(|region| {
            let position = Level::ALL.iter().position(|level| *level == region.level);
            position
                .and_then(|position| u8::try_from(position).ok())
                .unwrap_or(u8::MAX)
        });
        let main = names.mains.iter().take(self.regions.len());
        let mut section = array(ends);
        section.extend(array(parents.iter().copied()));
        section.extend(array(main.copied()));
        section.extend(keys.iter().flat_map(|key| key.to_le_bytes()));
        section.extend(levels);
        Ok(section)
    }

    fn institution_section(&self, sound: &Sound, names: &NameTable<'_>) -> Result<Vec<u8>> {
        let main = names.mains.iter().skip(self.regions.len());
        let mut order: Vec<u32> = (0..narrow(self.institutions.len())?).collect();
        order.sort_unstable_by_key(|&place| {
            self.institutions.get(at(place)).map(|place| &place.code)
        });
        let mut codes = TextsWriter::new();
        for institution in &self.institutions {
            codes.push(institution.code.as_str().as_bytes())?;
        }
        let mut section = array(sound.institutions.iter().map(|(region, _)| *region));
        section.extend(array(main.copied()));
        section.extend(array(order));
        codes.finish_into(&mut section);
        Ok(section)
    }

    /// How many places have a record, and the section of the records.
    fn records(&self, names: &NameTable<'_>) -> Result<(usize, Vec<u8>)> {
        let mut having = Vec::new();
        let mut records = TextsWriter::new();
        for (place, region) in (0..).zip(&self.regions) {
            let plain = region.names.english().is_none() && region.names.aliases().len() == 0;
            if plain && region.validity.is_always() && region.succeeds.is_empty() {
                continue;
            }
            let record = RegionV0 {
                names: names.references(&region.names)?,
                validity: region.validity,
                succeeds: region.succeeds.clone(),
            };
            having.push(place);
            records.push(&codec::encode(&record, "the record of a region")?)?;
        }
        for (place, institution) in (narrow(self.regions.len())?..).zip(&self.institutions) {
            let record = InstitutionV0 {
                names: names.references(&institution.names)?,
                validity: institution.validity,
                kind: institution.kind,
                grade: institution.grade,
                ownership: institution.ownership,
                unified_code: institution.unified_code,
            };
            having.push(place);
            records.push(&codec::encode(&record, "the record of an institution")?)?;
        }
        let count = having.len();
        let mut section = array(having);
        records.finish_into(&mut section);
        Ok((count, section))
    }
}

/// Every name of a place once, sorted, and who bears it.
struct NameTable<'a> {
    texts: Vec<&'a str>,
    bearers: Vec<u32>,
    offsets: Vec<u32>,
    /// The number of the main name of each place.
    mains: Vec<u32>,
}

impl<'a> NameTable<'a> {
    fn of(places: &Places<'a>) -> Result<Self> {
        let regions = places.regions.iter().map(|region| &region.names);
        let institutions = places
            .institutions
            .iter()
            .map(|institution| &institution.names);
        let all = regions.chain(institutions);
        let mut borne: Vec<(&str, u32)> = Vec::with_capacity(places.len());
        let placed = (0..).zip(all.clone());
        placed.for_each(|(place, names)| names.all().for_each(|name| borne.push((name, place))));
        borne.sort_unstable();
        let mut texts: Vec<&str> = Vec::new();
        let mut offsets = Vec::new();
        let mut bearers = Vec::new();
        borne.dedup();
        let main_names: Vec<&str> = all.map(Names::main).collect();
        let mut mains = vec![NONE; main_names.len()];
        let mut number = 0;
        for (borne_at, (name, place)) in borne.iter().enumerate() {
            if texts.last() != Some(name) {
                number = narrow(texts.len())?;
                texts.push(name);
                offsets.push(narrow(borne_at)?);
            }
            bearers.push(*place);
            if main_names.get(at(*place)) == Some(name)
                && let Some(main) = mains.get_mut(at(*place))
            {
                *main = number;
            }
        }
        offsets.push(narrow(borne.len())?);
        Ok(Self {
            texts,
            bearers,
            offsets,
            mains,
        })
    }

    fn number(&self, name: &str) -> Result<u32> {
        let number = self.texts.partition_point(|text| *text < name);
        match self.texts.get(number) {
            Some(text) if *text == name => narrow(number),
            _ => Err(missing(name)),
        }
    }

    fn references(&self, names: &Names) -> Result<NameRefsV0> {
        let number = |name: &str| self.number(name);
        Ok(NameRefsV0 {
            zh: names.chinese().map(number).transpose()?,
            en: names.english().map(number).transpose()?,
            aliases: names.aliases().map(number).collect::<Result<_>>()?,
        })
    }

    fn bearer_section(&self) -> Vec<u8> {
        array(self.offsets.iter().chain(&self.bearers).copied())
    }
}

/// Every name was put into the table, so that this is a fault of this file.
fn missing(name: &str) -> Error {
    corrupt(format!(
        "name {name:?} is not in the catalogue's table of names"
    ))
}

/// The consortia by code, each with the members that stay.
fn consortia(builder: &CatalogueBuilder, sound: &Sound) -> Vec<Consortium> {
    let whole = sound.consortia.iter().filter_map(|(number, members)| {
        let given = builder.consortia.get(*number)?;
        let staying = members
            .iter()
            .filter_map(|&member| given.members.get(member));
        let members: Vec<Membership> = staying.cloned().collect();
        Some(Consortium {
            members,
            ..given.clone()
        })
    });
    whole.collect()
}

/// Pairs of an institution's and a consortium's number, sorted, each once.
fn memberships(places: &Places<'_>, consortia: &[Consortium]) -> Result<Vec<(u32, u32)>> {
    let mut by_code: Vec<(&str, u32)> = Vec::with_capacity(places.institutions.len());
    for (number, institution) in places.institutions.iter().enumerate() {
        by_code.push((institution.code.as_str(), narrow(number)?));
    }
    by_code.sort_unstable();
    let mut pairs = Vec::new();
    for (number, consortium) in consortia.iter().enumerate() {
        for member in &consortium.members {
            let code = member.institution.as_str();
            let at = by_code.partition_point(|(other, _)| *other < code);
            if let Some((_, institution)) = by_code.get(at) {
                pairs.push((*institution, narrow(number)?));
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    Ok(pairs)
}
