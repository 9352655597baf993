//! Whole records, decoded on demand, and what is asked of them.

use chrono::NaiveDate;

use super::bytes::partition_point;
use super::handle::{ConsortiumHandle, IndicatorHandle, PlaceHandle, SourceHandle};
use super::layout::Layout;
use super::{Catalogue, CatalogueBuilder};
use crate::codec::wire::{InstitutionV0, NameRefsV0, RegionV0};
use crate::codec::{self, corrupt};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    Consortium, Indicator, Institution, Names, Place, Region, Role, Source, Validity,
};

impl Layout {
    /// The bytes of the record of a place, if it has one.
    fn record(&self, place: u32) -> Option<&[u8]> {
        let index = self.record_places.partition_point(|other| other < place);
        (self.record_places.get(index)? == place).then(|| self.records.bytes(index))?
    }

    fn region_parts(&self, region: u32) -> Result<Option<RegionV0>> {
        let record = self.record(region);
        record
            .map(|bytes| codec::decode(bytes, "the record of a region"))
            .transpose()
    }

    fn institution_parts(&self, place: u32) -> Result<InstitutionV0> {
        let record = self.record(place);
        let record = record.ok_or_else(|| corrupt(format!("place {place} has no record")))?;
        codec::decode(record, "the record of an institution")
    }

    /// Names by their numbers.
    fn names_of(&self, names: &NameRefsV0) -> Result<Names> {
        let text = |name: Option<u32>| name.map_or(Ok(""), |name| self.name(name));
        let start = Names::new(text(names.zh)?, text(names.en)?);
        let names = names
            .aliases
            .iter()
            .try_fold(start?, |all, alias| all.alias(self.name(*alias)?));
        names.map_err(|error| corrupt(error.message()).with_source(error))
    }
}

impl Catalogue {
    /// The whole record of a region.
    ///
    /// # Errors
    /// [`Foreign`](ErrorKind::Foreign) for a handle of another catalogue, [`Unknown`](ErrorKind::Unknown) for that of an institution,
    /// [`Corrupt`](ErrorKind::Corrupt) for bytes that are no record.
    pub fn region_record(&self, place: PlaceHandle) -> Result<Region> {
        let Place::Region(code) = self.place_code(place)? else {
            return Err(self.other_sort(place, "a region", "institution_record"));
        };
        let parent = match self.parent(place)? {
            Some(parent) => Some(self.layout.region_code(parent.index())?),
            None => None,
        };
        let level = self.level(place)?;
        let level = level.ok_or_else(|| corrupt(format!("region {code} has no level")))?;
        match self.layout.region_parts(place.index())? {
            Some(parts) => Ok(Region {
                validity: parts.validity,
                succeeds: parts.succeeds,
                ..Region::new(code, parent, level, self.layout.names_of(&parts.names)?)
            }),
            // Names::new refuses a name that is none.
            None => {
                let names = Names::zh(self.place_name(place)?);
                let names = names.map_err(|error| corrupt(error.message()).with_source(error))?;
                Ok(Region::new(code, parent, level, names))
            }
        }
    }

    /// The whole record of an institution.
    ///
    /// # Errors
    /// [`Foreign`](ErrorKind::Foreign) for a handle of another catalogue, [`Unknown`](ErrorKind::Unknown) for that of a region,
    /// [`Corrupt`](ErrorKind::Corrupt) for bytes that are no record.
    pub fn institution_record(&self, place: PlaceHandle) -> Result<Institution> {
        let Place::Institution(code) = self.place_code(place)? else {
            return Err(self.other_sort(place, "an institution", "region_record"));
        };
        let region = self.parent(place)?;
        let region = region.ok_or_else(|| corrupt(format!("institution {code} has no region")))?;
        let parts = self.layout.institution_parts(place.index())?;
        Ok(Institution {
            region: self.layout.region_code(region.index())?,
            kind: parts.kind,
            names: self.layout.names_of(&parts.names)?,
            grade: parts.grade,
            ownership: parts.ownership,
            unified_code: parts.unified_code,
            validity: parts.validity,
            code,
        })
    }

    fn other_sort(&self, place: PlaceHandle, wanted: &str, method: &str) -> Error {
        let code = self.place_code(place).map(|code| code.to_string());
        Error::new(
            ErrorKind::Unknown,
            format!(
                "place {} is not {wanted}: ask {method} for its record",
                code.unwrap_or_default()
            ),
        )
    }

    /// When a place existed. For a region without a record of its own this decodes nothing.
    ///
    /// # Errors
    /// [`Foreign`](ErrorKind::Foreign) for a handle of another catalogue, [`Corrupt`](ErrorKind::Corrupt) for bytes that are no record.
    pub fn validity(&self, place: PlaceHandle) -> Result<Validity> {
        let place = self.own_place(place)?;
        if place < self.region_count() {
            let parts = self.layout.region_parts(place)?;
            Ok(parts.map_or(Validity::ALWAYS, |parts| parts.validity))
        } else {
            Ok(self.layout.institution_parts(place)?.validity)
        }
    }

    /// An indicator; decoded when it is first asked for.
    ///
    /// # Errors
    /// [`Foreign`](ErrorKind::Foreign) for a handle of another catalogue, [`Corrupt`](ErrorKind::Corrupt) for bytes that are no record.
    pub fn indicator_record(&self, indicator: IndicatorHandle) -> Result<&Indicator> {
        self.layout.indicators.get(self.own_indicator(indicator)?)
    }

    /// A source; decoded when it is first asked for.
    ///
    /// # Errors
    /// As for [`indicator_record`](Self::indicator_record).
    pub fn source_record(&self, source: SourceHandle) -> Result<&Source> {
        self.layout.sources.get(self.own_source(source)?)
    }

    /// A consortium, its members by institution, then by their first day; decoded when it is first asked for.
    ///
    /// # Errors
    /// As for [`indicator_record`](Self::indicator_record).
    pub fn consortium_record(&self, consortium: ConsortiumHandle) -> Result<&Consortium> {
        self.layout.consortia.get(self.own_consortium(consortium)?)
    }

    /// Who belongs to a consortium on a day, and as what, by place.
    ///
    /// # Errors
    /// As for [`indicator_record`](Self::indicator_record).
    pub fn members_on(
        &self,
        consortium: ConsortiumHandle,
        day: NaiveDate,
    ) -> Result<Vec<(PlaceHandle, Role)>> {
        let record = self.consortium_record(consortium)?;
        let there = record
            .members
            .iter()
            .filter(|member| member.validity.on(day));
        let members = there.map(|member| {
            let place = self.layout.find_institution(member.institution.as_str());
            let place = place.ok_or_else(|| {
                corrupt(format!(
                    "consortium {} has the member {}, which the catalogue does not hold",
                    record.code, member.institution
                ))
            })?;
            Ok((self.handle(place), member.role))
        });
        let mut members = members.collect::<Result<Vec<_>>>()?;
        members.sort_by_key(|(place, _)| *place);
        Ok(members)
    }

    /// The consortia that an institution belongs to on a day, and as what, by code; none for a region.
    ///
    /// # Errors
    /// As for [`indicator_record`](Self::indicator_record).
    pub fn consortia_of(
        &self,
        place: PlaceHandle,
        day: NaiveDate,
    ) -> Result<Vec<(ConsortiumHandle, Role)>> {
        let place = self.own_place(place)?;
        let Some(institution) = place.checked_sub(self.region_count()) else {
            return Ok(Vec::new());
        };
        let code = self.layout.institution_codes.text(institution);
        let pairs = &self.layout.memberships;
        let pair = |index: u32| {
            let at = index.checked_mul(2)?;
            Some((pairs.get(at)?, pairs.get(at.checked_add(1)?)?))
        };
        let count = pairs.len() / 2;
        let mut index = partition_point(count, |index| {
            pair(index).is_some_and(|(member, _)| member < institution)
        });
        let mut found = Vec::new();
        while let Some((member, consortium)) = pair(index)
            && member == institution
        {
            let record = self.layout.consortia.get(consortium)?;
            let role = record.members.iter().find(|member| {
                Some(member.institution.as_str()) == code && member.validity.on(day)
            });
            if let Some(membership) = role {
                found.push((
                    ConsortiumHandle::new(consortium, self.fingerprint()),
                    membership.role,
                ));
            }
            index += 1;
        }
        Ok(found)
    }

    /// A builder that holds all of this catalogue, so that it can be extended.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) for bytes that are no record.
    pub fn to_builder(&self) -> Result<CatalogueBuilder> {
        let mut builder = CatalogueBuilder::new();
        builder.of_a_catalogue(true);
        for region in self.regions() {
            builder.region(self.region_record(region)?)?;
        }
        for institution in self.institutions() {
            builder.institution(self.institution_record(institution)?)?;
        }
        for dimension in self.dimensions() {
            builder.dimension(dimension.clone())?;
        }
        for indicator in self.indicators() {
            builder.indicator(self.indicator_record(indicator)?.clone())?;
        }
        for source in self.sources() {
            builder.source(self.source_record(source)?.clone())?;
        }
        for consortium in self.consortia() {
            builder.consortium(self.consortium_record(consortium)?.clone())?;
        }
        builder.of_a_catalogue(false);
        Ok(builder)
    }
}
