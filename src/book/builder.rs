//! Building a book: observations in any order, or a table a row at a time.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as MapEntry;

use chrono::{DateTime, Utc};

use super::Yearbook;
use super::adopt::{Adopted, Renumbering, twice};
use super::check::{check_cell, resolve, stated_twice};
use super::directory::{Content, Publication, write};
use super::table::sheet::Slot;
use crate::catalogue::{Catalogue, PlaceHandle, SourceHandle};
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::Sink;
use crate::model::{Heading, Key, Observation, Period, Stated};
use crate::rules::{HeadingRules, Warning};

/// Collects what goes into a yearbook, and checks each cell as it comes.
///
/// ```
/// use yearbook::{BookBuilder, CatalogueBuilder};
/// use yearbook::model::*;
///
/// let mut catalogue = CatalogueBuilder::new();
/// catalogue.region(Region::new("430200".parse()?, None, Level::Prefecture, Names::zh("株洲市")?))?;
/// catalogue.source(Source::new("zhuzhou-2024".parse()?, "Zhuzhou health services review of 2024", "", None)?)?;
/// catalogue.indicator(Indicator::new(
///     "inpatient_share_in_county".parse()?,
///     Names::zh("县域内住院量占比")?,
///     Unit::PERCENT,
///     Kind::Share,
///     Temporal::Flow,
/// )?)?;
///
/// let mut book = BookBuilder::new(catalogue.finish()?);
/// let zhuzhou: Place = "430200".parse()?;
/// let heading = Heading::level("inpatient_share_in_county".parse()?);
/// let mut state = |period: &str, figure: &str| -> yearbook::Result<_> {
///     book.observe(&Observation {
///         key: heading.clone().at(zhuzhou.clone(), period.parse()?),
///         stated: Stated::figure(figure.parse()?, Unit::PERCENT),
///         source: "zhuzhou-2024".parse()?,
///     })
/// };
/// state("2021", "81.04")?;
/// let error = state("2022", "117.2").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "share 117.2% is over 100%: inpatient_share_in_county is a part of a whole; record a completion if it may exceed its target",
/// );
///
/// let book = book.finish()?;
/// let cell = book.get(&heading.at(zhuzhou, "2021".parse()?))?.expect("it was recorded");
/// assert_eq!(cell.figure().expect("a figure").to_string(), "81.04");
/// # Ok::<(), yearbook::Error>(())
/// ```
#[derive(Debug)]
pub struct BookBuilder {
    pub(super) catalogue: Catalogue,
    pub(super) tables: BTreeMap<Heading, Draft>,
    pub(super) adopted: BTreeMap<Heading, Adopted>,
    pub(super) renumbering: Option<Renumbering>,
    publication: Publication,
}

/// A table that is being filled.
#[derive(Debug)]
pub(super) struct Draft {
    rules: HeadingRules,
    rows: BTreeMap<u32, Vec<(Period, Slot)>>,
}

/// A cell to be written: what is stated, and by which source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewCell {
    /// What is stated.
    pub stated: Stated,
    /// Who states it.
    pub source: SourceHandle,
}

impl BookBuilder {
    /// An empty book over a catalogue.
    pub fn new(catalogue: Catalogue) -> Self {
        Self {
            catalogue,
            tables: BTreeMap::new(),
            adopted: BTreeMap::new(),
            renumbering: None,
            publication: Publication::default(),
        }
    }

    /// The catalogue that the book stands on.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// States when the book is published and from which batch of a ledger. Neither is part of the
    /// content digest; without them equal content gives equal bytes.
    pub fn published(&mut self, at: Option<DateTime<Utc>>, batch: Option<u64>) -> &mut Self {
        self.publication = Publication::new(at, batch);
        self
    }

    /// Records one observation.
    ///
    /// # Errors
    /// The rule it breaks ([`rules`](crate::rules)), or [`Duplicate`](ErrorKind::Duplicate) if its
    /// key has a figure already. Nothing is recorded then.
    pub fn observe(&mut self, observation: &Observation) -> Result<Option<Warning>> {
        let (place, cell) = resolve(&self.catalogue, observation)?;
        let Key {
            heading, period, ..
        } = &observation.key;
        let periods = [*period];
        let mut table = self.table(heading, &periods)?;
        table
            .push_row(place, &[Some(cell)])
            .map(|warnings| warnings.into_iter().next())
    }

    /// A table to push rows into, whose cells come in the order of `periods`.
    ///
    /// # Errors
    /// The rule that the heading or a period breaks, or [`Duplicate`](ErrorKind::Duplicate) for a
    /// period that is given twice.
    pub fn table<'a>(
        &'a mut self,
        heading: &Heading,
        periods: &'a [Period],
    ) -> Result<TableBuilder<'a>> {
        if self.adopted.contains_key(heading) {
            return Err(twice(heading));
        }
        let draft = match self.tables.entry(heading.clone()) {
            MapEntry::Occupied(draft) => draft.into_mut(),
            MapEntry::Vacant(place) => {
                let rules = HeadingRules::of(&self.catalogue, heading)?;
                place.insert(Draft {
                    rules,
                    rows: BTreeMap::new(),
                })
            }
        };
        for period in periods {
            draft.rules.check_period(*period)?;
        }
        let mut sorted = periods.to_vec();
        sorted.sort_unstable();
        if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::new(
                ErrorKind::Duplicate,
                format!("column {} is given twice", twice[0]),
            ));
        }
        Ok(TableBuilder {
            catalogue: &self.catalogue,
            draft,
            heading: heading.clone(),
            periods,
        })
    }

    /// The book. Equal content gives equal bytes, whatever the order it came in.
    ///
    /// # Errors
    /// [`Overflow`](ErrorKind::Overflow) for a book of more than this machine can address.
    pub fn finish(self) -> Result<Yearbook> {
        let drafts = self
            .tables
            .into_iter()
            .filter(|(_, draft)| !draft.rows.is_empty())
            .map(|(heading, draft)| (heading, Content::Rows(draft.rows)));
        let adopted = self.adopted.into_iter();
        let adopted = adopted.map(|(heading, adopted)| (heading, Content::Adopted(adopted)));
        let tables: BTreeMap<Heading, Content> = drafts.chain(adopted).collect();
        let bytes = write(&self.catalogue, tables, self.publication)?;
        Yearbook::from_bytes(bytes)
    }
}

/// One table of a [`BookBuilder`], taken a row at a time.
#[derive(Debug)]
pub struct TableBuilder<'a> {
    catalogue: &'a Catalogue,
    draft: &'a mut Draft,
    heading: Heading,
    periods: &'a [Period],
}

impl TableBuilder<'_> {
    /// Records the cells of one place, one for each of the table's periods; `None` is recorded by
    /// nobody. Rows may come in any order, and a place may come again with other periods.
    ///
    /// # Errors
    /// The rule that a cell breaks, or [`Duplicate`](ErrorKind::Duplicate) naming both figures;
    /// [`Bounds`](ErrorKind::Bounds) for more cells than periods, or fewer. Nothing of the row is recorded
    /// then.
    pub fn push_row(
        &mut self,
        place: PlaceHandle,
        cells: &[Option<NewCell>],
    ) -> Result<Vec<Warning>> {
        if cells.len() != self.periods.len() {
            return Err(wrong_length(cells.len(), self.periods.len()));
        }
        let filled = || {
            self.periods
                .iter()
                .zip(cells)
                .filter_map(|(period, cell)| Some((*period, (*cell)?)))
        };
        let periods: Vec<Period> = filled().map(|(period, _)| period).collect();
        self.draft
            .rules
            .check_place(self.catalogue, place, periods.iter().copied())?;
        let mut warnings = Vec::new();
        let mut new = Vec::with_capacity(periods.len());
        for (period, cell) in filled() {
            warnings.extend(check_cell(self.catalogue, &self.draft.rules, &cell)?);
            let slot = Slot {
                stated: cell.stated,
                source: cell.source.index(),
            };
            if let Some(row) = self.draft.rows.get(&place.index())
                && let Ok(at) = row.binary_search_by_key(&period, |(period, _)| *period)
            {
                let Slot { stated, source } = row[at].1;
                let source = self.catalogue.source_handle(source);
                return Err(stated_twice(
                    self.catalogue,
                    &self.heading,
                    (place, period),
                    [&NewCell { stated, source }, &cell],
                ));
            }
            new.push((period, slot));
        }
        if !new.is_empty() {
            let row = self.draft.rows.entry(place.index()).or_default();
            row.extend(new);
            row.sort_by_key(|(period, _)| *period);
        }
        Ok(warnings)
    }
}

pub(super) fn wrong_length(cells: usize, periods: usize) -> Error {
    Error::new(
        ErrorKind::Bounds,
        format!("a row of {cells} cells for {periods} periods: give one for each, or None"),
    )
}

impl Sink for BookBuilder {
    fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    fn observe(&mut self, observation: &Observation) -> Result<Option<Warning>> {
        BookBuilder::observe(self, observation)
    }
}
