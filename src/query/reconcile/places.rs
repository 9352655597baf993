//! Checks of one column: parts of a region against the region.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::equation::Form;
use super::finding::Rule;
use super::hearing::{Claim, Heard, Hearing};
use super::lens::Spot;
use crate::book::Cell;
use crate::catalogue::{ConsortiumHandle, PlaceHandle};
use crate::error::Result;
use crate::model::Period;

/// What the figures of a column are of: the same days, or for what is as of an end date the same end.
type Column = (Option<NaiveDate>, NaiveDate);
/// A stated figure: whose, and the period it is stated for.
type Entry = (PlaceHandle, Period);

/// A stated region with the regions, and with the institutions, whose nearest stated region it is.
struct Family {
    whole: Entry,
    regions: Vec<Entry>,
    institutions: Vec<Entry>,
}

impl Hearing<'_, '_> {
    pub(super) fn places(
        &mut self,
        number: usize,
        regions_exhaust: bool,
        institutions_exhaust: bool,
    ) -> Heard {
        let never_negative = self.lenses.get(number).is_never_negative();
        for (_, column) in self.columns(number)? {
            for family in self.families(&column)? {
                let whole = family.whole;
                let groups = [
                    (Rule::Regions, family.regions, regions_exhaust),
                    (
                        Rule::Institutions,
                        family.institutions,
                        institutions_exhaust,
                    ),
                ];
                for (rule, parts, exhaust) in groups {
                    if exhaust && !parts.is_empty() {
                        self.whole_of(rule, number, whole)?;
                    } else if never_negative {
                        self.part_of(rule, number, whole, &parts)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The members of a consortium make up its region.
    pub(super) fn members(&mut self, number: usize, consortium: ConsortiumHandle) -> Heard {
        let lenses = self.lenses;
        let catalogue = lenses.ask.book.catalogue();
        let Some(region) = &catalogue.consortium_record(consortium)?.region else {
            return Ok(());
        };
        let region = catalogue.region(region)?;
        let mut columns = self.columns(number)?;
        for column in columns.values_mut() {
            let Some((_, period)) = column.first().copied() else {
                continue;
            };
            let mut spots = vec![lenses.spot(number, region, period)?];
            for (member, _) in catalogue.members_on(consortium, period.last_day())? {
                if catalogue.contains(region, member)? {
                    spots.push(lenses.spot(number, member, period)?);
                }
            }
            if spots.iter().skip(1).any(Spot::is_known) {
                self.sum(Rule::Members, spots)?;
            }
        }
        Ok(())
    }

    /// The figures of places that existed all the while, by column, then by place.
    fn columns(
        &mut self,
        number: usize,
    ) -> std::result::Result<BTreeMap<Column, Vec<Entry>>, super::hearing::Stop> {
        let lens = self.lenses.get(number);
        let catalogue = lens.subject.catalogue;
        let instant = lens.subject.is_instant();
        let mut columns: BTreeMap<Column, Vec<Entry>> = BTreeMap::new();
        let Some(table) = &lens.subject.table else {
            return Ok(columns);
        };
        for place in table.places() {
            let validity = catalogue.validity(place)?;
            let cells: Vec<(Period, Cell)> = table.row(place)?.collect::<Result<_>>()?;
            self.passed(cells.len())?;
            for (period, cell) in cells {
                let (first, last) = (period.first_day(), period.last_day());
                let first = (!instant).then_some(first);
                let existed = validity.on(last) && first.is_none_or(|first| validity.on(first));
                if cell.figure().is_none() || !existed {
                    continue;
                }
                let column = columns.entry((first, last)).or_default();
                if column.last().is_none_or(|(other, _)| *other != place) {
                    column.push((place, period));
                }
            }
        }
        Ok(columns)
    }

    fn families(&self, column: &[Entry]) -> Result<Vec<Family>> {
        let catalogue = self.lenses.ask.book.catalogue();
        let regions = column.partition_point(|(place, _)| place.index() < catalogue.region_count());
        let (regions, institutions) = column.split_at(regions);
        let mut families: Vec<Family> = regions
            .iter()
            .map(|whole| Family {
                whole: *whole,
                regions: Vec::new(),
                institutions: Vec::new(),
            })
            .collect();
        // In pre-order, the open subtrees are those of the regions above.
        let mut open: Vec<(usize, u32)> = Vec::new();
        for (at, entry) in regions.iter().enumerate() {
            let (place, _) = entry;
            while open.pop_if(|(_, end)| *end <= place.index()).is_some() {}
            if let Some((above, _)) = open.last()
                && let Some(family) = families.get_mut(*above)
            {
                family.regions.push(*entry);
            }
            open.push((at, catalogue.subtree(*place)?.indices().end));
        }
        for entry in institutions {
            for region in catalogue.ancestors(entry.0)? {
                if let Ok(at) = regions.binary_search_by_key(&region, |(place, _)| *place)
                    && let Some(family) = families.get_mut(at)
                {
                    family.institutions.push(*entry);
                    break;
                }
            }
        }
        Ok(families)
    }

    /// Parts that nobody declared to be all.
    fn part_of(&mut self, rule: Rule, number: usize, whole: Entry, parts: &[Entry]) -> Heard {
        let lenses = self.lenses;
        // A person who is counted in two places is one of the region, so each part stands alone.
        let alone = lenses.get(number).may_count_twice();
        let group = if alone { 1 } else { parts.len().max(1) };
        for parts in parts.chunks(group) {
            let mut spots = vec![lenses.spot(number, whole.0, whole.1)?];
            for (place, period) in parts {
                spots.push(lenses.spot(number, *place, *period)?);
            }
            self.hear(&Claim {
                rule,
                name: None,
                form: Form::AtLeastSum,
                spots,
                units: &[],
            })?;
        }
        Ok(())
    }

    /// Parts that were declared to be all: those of the catalogue.
    fn whole_of(&mut self, rule: Rule, number: usize, whole: Entry) -> Heard {
        let lenses = self.lenses;
        let catalogue = lenses.ask.book.catalogue();
        let (place, period) = whole;
        let parts: Vec<PlaceHandle> = match rule {
            Rule::Regions => catalogue.children(place)?.collect(),
            _ => catalogue.institutions_in(place)?.collect(),
        };
        let mut spots = vec![lenses.spot(number, place, period)?];
        for part in parts {
            let validity = catalogue.validity(part)?;
            if validity.meets(period.first_day(), period.last_day()) {
                spots.push(lenses.spot(number, part, period)?);
            }
        }
        self.sum(rule, spots)
    }

    fn sum(&mut self, rule: Rule, spots: Vec<Spot>) -> Heard {
        self.hear(&Claim {
            rule,
            name: None,
            form: Form::Sum { minus: usize::MAX },
            spots,
            units: &[],
        })
    }
}
