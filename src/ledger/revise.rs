//! Revisions of the catalogue: entries added, changed and retired, and never under figures that use them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;

use super::batch::Batch;
use super::entry::{Edition, Name, Sort, entries_of};
use super::stage::standing_in;
use super::store::{Shelf, Tables, Writer};
use crate::catalogue::Catalogue;
use crate::codec;
use crate::codec::keys;
use crate::codec::records::{Entry, EntryV0};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    Consortium, Dimension, Heading, Indicator, Institution, InstitutionCode, Measure, Region,
    RegionCode, Scope, Source, Validity,
};
use crate::rules::HeadingRules;

/// What is to change in the catalogue: given to [`Batch::revise`].
///
/// An entry is added if there is none of its code, and takes the place of the one there is otherwise. Nothing is ever removed: a
/// place is retired, and an indicator is succeeded by another.
#[derive(Debug)]
pub struct CatalogueRevision {
    edition: Arc<Edition>,
    entries: BTreeMap<Name, Entry>,
}

impl CatalogueRevision {
    pub(super) fn new(edition: Arc<Edition>) -> Self {
        Self {
            edition,
            entries: BTreeMap::new(),
        }
    }

    fn put(&mut self, entry: Entry) -> &mut Self {
        self.entries.insert(entry.name(), entry);
        self
    }

    /// Adds or changes a region.
    pub fn region(&mut self, region: Region) -> &mut Self {
        self.put(Entry::Region(region))
    }

    /// Adds or changes an institution.
    pub fn institution(&mut self, institution: Institution) -> &mut Self {
        self.put(Entry::Institution(institution))
    }

    /// Adds or changes a consortium.
    pub fn consortium(&mut self, consortium: Consortium) -> &mut Self {
        self.put(Entry::Consortium(consortium))
    }

    /// Adds an indicator, or changes what may change of one that figures use: names, polarity and the plausible range.
    pub fn indicator(&mut self, indicator: Indicator) -> &mut Self {
        self.put(Entry::Indicator(indicator))
    }

    /// Adds or changes a dimension of breakdowns.
    pub fn dimension(&mut self, dimension: Dimension) -> &mut Self {
        self.put(Entry::Dimension(dimension))
    }

    /// Adds or changes a source.
    pub fn source(&mut self, source: Source) -> &mut Self {
        self.put(Entry::Source(source))
    }

    /// Adds or changes every entry of a catalogue.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) if an entry of it cannot be read.
    pub fn catalogue(&mut self, catalogue: &Catalogue) -> Result<&mut Self> {
        for entry in entries_of(catalogue) {
            self.put(entry?);
        }
        Ok(self)
    }

    /// Retires a region: it existed to the end of `last_day`, and `successors`, which this revision adds or the catalogue holds, took its place.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) if there is no such region or successor, [`Bounds`](ErrorKind::Bounds) if it ends before it begins.
    pub fn retire_region(
        &mut self,
        code: &RegionCode,
        last_day: NaiveDate,
        successors: &[RegionCode],
    ) -> Result<&mut Self> {
        let mut region = self.known_region(code)?;
        region.validity = Validity::new(region.validity.from(), Some(last_day))?;
        let successors = successors
            .iter()
            .map(|successor| self.known_region(successor))
            .collect::<Result<Vec<_>>>()?;
        for mut successor in successors {
            if !successor.succeeds.contains(code) {
                successor.succeeds.push(*code);
            }
            self.region(successor);
        }
        Ok(self.region(region))
    }

    /// Retires an institution: it existed to the end of `last_day`.
    ///
    /// # Errors
    /// As for [`retire_region`](Self::retire_region).
    pub fn retire_institution(
        &mut self,
        code: &InstitutionCode,
        last_day: NaiveDate,
    ) -> Result<&mut Self> {
        let name = (Sort::Institution, code.to_string());
        let mut institution = match self.entries.get(&name) {
            Some(Entry::Institution(institution)) => institution.clone(),
            _ => {
                let catalogue = &self.edition.catalogue;
                catalogue.institution_record(catalogue.institution(code)?)?
            }
        };
        institution.validity = Validity::new(institution.validity.from(), Some(last_day))?;
        Ok(self.institution(institution))
    }

    fn known_region(&self, code: &RegionCode) -> Result<Region> {
        match self.entries.get(&(Sort::Region, code.to_string())) {
            Some(Entry::Region(region)) => Ok(region.clone()),
            _ => {
                let catalogue = &self.edition.catalogue;
                catalogue.region_record(catalogue.region(code)?)
            }
        }
    }
}

/// What a revision changes that rules about figures look at.
#[derive(Default)]
struct Affected {
    /// Numbers of places.
    places: BTreeSet<u32>,
    regions: bool,
    indicators: BTreeSet<String>,
    dimensions: BTreeSet<String>,
    consortia: BTreeSet<String>,
}

impl Affected {
    fn add(&mut self, entry: &Entry, id: u32) {
        let (_, code) = entry.name();
        match entry {
            Entry::Region(_) => {
                self.regions = true;
                self.places.insert(id);
            }
            Entry::Institution(_) => {
                self.places.insert(id);
            }
            Entry::Indicator(_) => {
                self.indicators.insert(code);
            }
            Entry::Dimension(_) => {
                self.dimensions.insert(code);
            }
            Entry::Consortium(_) => {
                self.consortia.insert(code);
            }
            Entry::Source(_) => {}
        }
    }

    fn is_empty(&self) -> bool {
        self.places.is_empty()
            && self.indicators.is_empty()
            && self.dimensions.is_empty()
            && self.consortia.is_empty()
    }

    /// Whether every figure under a heading is to be looked at again.
    fn all_of(&self, heading: &Heading) -> bool {
        let scope = match &heading.measure {
            // A region that moves in the tree moves all below it in or out of a scope.
            Measure::Rank {
                scope: Scope::Region(_),
            } => self.regions || !self.places.is_empty(),
            Measure::Rank {
                scope: Scope::Consortium(code),
            } => self.consortia.contains(code.as_str()),
            _ => false,
        };
        let mut dimensions = heading.breakdown.pairs().iter();
        scope
            || self.indicators.contains(&heading.indicator.to_string())
            || dimensions.any(|(dimension, _)| self.dimensions.contains(dimension.as_str()))
    }
}

impl Batch<'_> {
    /// Takes a revision as a whole or not at all.
    pub(super) fn apply(&mut self, revision: CatalogueRevision) -> Result<()> {
        let old = self.edition.clone();
        let mut next = self.tally.entries;
        let mut changed: Vec<(u32, Entry)> = Vec::new();
        let mut affected = Affected::default();
        let (mut added_count, mut changed_count) = (0, 0);
        for entry in revision.entries.into_values() {
            match old.same(&entry)? {
                Some(same) if same == entry => {}
                Some(same) => {
                    self.check_definition(&same, &entry)?;
                    let id = old.id(&entry).ok_or_else(|| {
                        codec::corrupt("an entry of the catalogue has no number in the ledger")
                    })?;
                    affected.add(&entry, id);
                    changed.push((id, entry));
                    changed_count += 1;
                }
                None => {
                    changed.push((next, entry));
                    next = next.checked_add(1).ok_or_else(|| {
                        Error::new(ErrorKind::Overflow, "the ledger has more than 2^32 entries")
                    })?;
                    added_count += 1;
                }
            }
        }
        if changed.is_empty() {
            return Ok(());
        }
        let by_name: BTreeMap<Name, usize> = changed
            .iter()
            .enumerate()
            .map(|(at, (_, entry))| (entry.name(), at))
            .collect();
        let mut all = Vec::new();
        for entry in entries_of(&old.catalogue) {
            let entry = entry?;
            if !by_name.contains_key(&entry.name()) {
                let id = old.id(&entry).ok_or_else(|| {
                    codec::corrupt("an entry of the catalogue has no number in the ledger")
                })?;
                all.push((id, entry));
            }
        }
        all.extend(changed.iter().cloned());
        let edition = Edition::of(self.number, &all)?;
        drop(all);
        if !affected.is_empty() {
            self.write_stage()?;
            self.recheck(&edition, &affected)?;
        }
        // From here on only the disk can refuse.
        changed.sort_by_key(|(id, _)| *id);
        let written = self.write_entries(&changed);
        written.inspect_err(|_| self.break_off())?;
        self.tally.entries = next;
        self.tally.entries_added += added_count;
        self.tally.entries_changed += changed_count;
        self.tally.catalogue = self.number;
        self.edition = Arc::new(edition);
        self.forget_rules();
        Ok(())
    }

    fn write_entries(&self, changed: &[(u32, Entry)]) -> Result<()> {
        let mut writer = Writer::open(&self.transaction, Shelf::Entries)?;
        for (id, entry) in changed {
            let record = codec::encode(&EntryV0::from(entry), Shelf::Entries.what())?;
            writer.put(&keys::version(*id, self.number), &record)?;
        }
        Ok(())
    }

    /// Refuses a change of what an indicator means, if figures were ever recorded under it.
    fn check_definition(&self, old: &Entry, new: &Entry) -> Result<()> {
        let (Entry::Indicator(old), Entry::Indicator(new)) = (old, new) else {
            return Ok(());
        };
        let text = |part: Option<&crate::model::IndicatorCode>| {
            part.map_or("none".to_string(), ToString::to_string)
        };
        let parts = [
            ("unit", old.unit().to_string(), new.unit().to_string()),
            ("kind", old.kind().to_string(), new.kind().to_string()),
            (
                "temporal nature",
                old.temporal().to_string(),
                new.temporal().to_string(),
            ),
            ("numerator", text(old.numerator()), text(new.numerator())),
            (
                "denominator",
                text(old.denominator()),
                text(new.denominator()),
            ),
        ];
        let Some((what, from, to)) = parts.into_iter().find(|(_, from, to)| from != to) else {
            return Ok(());
        };
        let code = old.code();
        let mut used = self
            .register
            .headings()
            .filter(|(heading, _)| heading.indicator == *code);
        if used.next().is_none() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InUse,
            format!(
                "the {what} of indicator {code} cannot change from {from} to {to}: figures are recorded under it; add a new definition as {}@{}, which succeeds this one",
                code.name(),
                code.version().saturating_add(1),
            ),
        ))
    }

    /// Checks every figure that stands and that a changed entry may touch, under the new edition.
    fn recheck(&self, edition: &Edition, affected: &Affected) -> Result<()> {
        for (heading, id) in self.register.headings() {
            let all = affected.all_of(heading);
            if !all && affected.places.is_empty() {
                continue;
            }
            let rules = HeadingRules::of(&edition.catalogue, heading);
            let prefixes: Vec<Vec<u8>> = if all {
                vec![keys::short_number(id).to_vec()]
            } else {
                let rows = affected.places.iter();
                rows.map(|place| keys::row(id, *place).to_vec()).collect()
            };
            for prefix in prefixes {
                let end = keys::after(&prefix);
                let tables = &self.transaction;
                tables.scan(Shelf::Cells, &prefix, end.as_deref(), |key, block| {
                    let key = keys::read_chunk(key)?;
                    let place = edition.place(key.place)?;
                    for (position, cell) in standing_in(block, &self.register)? {
                        let period = key.chunk.period(position)?;
                        let checked = match &rules {
                            Err(error) => Err(error.to_string()),
                            Ok(rules) => rules
                                .check_place(&edition.catalogue, place, std::iter::once(period))
                                .and_then(|()| rules.check_period(period))
                                .and_then(|()| rules.check_stated(&cell.stated))
                                .map_err(|error| error.to_string()),
                        };
                        if let Err(why) = checked {
                            let code = edition.catalogue.place_code(place)?;
                            return Err(Error::new(
                                ErrorKind::InUse,
                                format!(
                                    "the catalogue cannot change under {heading} of {code} in {period}, which is recorded as {}: {why}; correct or retract it first",
                                    cell.stated
                                ),
                            ));
                        }
                    }
                    Ok(true)
                })?;
            }
        }
        Ok(())
    }
}
