//! Recording a row at a time: what bulk loads do, with the questions that a row's cells share asked once.

use std::ops::Range;

use super::batch::Batch;
use super::stage::NewAt;
use crate::book::NewCell;
use crate::catalogue::{Catalogue, PlaceHandle};
use crate::codec::block::StoredCell;
use crate::codec::keys::{Chunk, ChunkKey};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Heading, Key, Period};
use crate::rules::{HeadingRules, Warning};

/// One table of a [`Batch`], taken a row at a time.
#[derive(Debug)]
pub struct TableBatch<'b, 'a> {
    batch: &'b mut Batch<'a>,
    heading: Heading,
    rules: HeadingRules,
    periods: &'b [Period],
    /// Where the cells of each period lie, and its place among the periods, in the order of chunks.
    places: Vec<(Chunk, u8, usize)>,
    /// The cells of the row that is being pushed, kept for their memory.
    new: Vec<NewAt>,
}

/// What became of the cells of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowRecorded {
    /// Figures where nothing stood.
    pub recorded: u64,
    /// Figures that took the place of others.
    pub revised: u64,
    /// Figures that stood already.
    pub unchanged: u64,
    /// Figures that were set aside for another source's.
    pub set_aside: u64,
    /// What is worth a second look.
    pub warnings: Vec<Warning>,
}

impl<'a> Batch<'a> {
    /// A table to push rows into, whose cells come in the order of `periods`: many times faster than one observation after the other.
    ///
    /// # Errors
    /// The rule that the heading or a period breaks, or [`Duplicate`](ErrorKind::Duplicate) for a period that is given twice.
    pub fn table<'b>(
        &'b mut self,
        heading: &Heading,
        periods: &'b [Period],
    ) -> Result<TableBatch<'b, 'a>> {
        let rules = HeadingRules::of(self.catalogue(), heading)?;
        let mut places = Vec::with_capacity(periods.len());
        for (at, period) in periods.iter().enumerate() {
            rules.check_period(*period)?;
            let (chunk, position) = Chunk::of(*period)?;
            places.push((chunk, position, at));
        }
        places.sort_unstable();
        let twice = places.windows(2).find_map(|pair| match pair {
            [one, other] if (one.0, one.1) == (other.0, other.1) => Some(one.2),
            _ => None,
        });
        if let Some(at) = twice {
            let period = periods.get(at).map_or(String::new(), ToString::to_string);
            return Err(Error::new(
                ErrorKind::Duplicate,
                format!("column {period} is given twice"),
            ));
        }
        Ok(TableBatch {
            batch: self,
            heading: heading.clone(),
            rules,
            periods,
            places,
            new: Vec::with_capacity(periods.len()),
        })
    }
}

impl TableBatch<'_, '_> {
    /// Records the cells of one place, one for each of the table's periods; `None` leaves what stands.
    ///
    /// # Errors
    /// As for [`Batch::record`], and [`Bounds`](ErrorKind::Bounds) for more cells than periods, or fewer. Nothing of the row
    /// is recorded then.
    pub fn push_row(
        &mut self,
        place: PlaceHandle,
        cells: &[Option<NewCell>],
    ) -> Result<RowRecorded> {
        self.batch.whole()?;
        if cells.len() != self.periods.len() {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!(
                    "a row of {} cells for {} periods: give one for each, or None",
                    cells.len(),
                    self.periods.len()
                ),
            ));
        }
        let catalogue = self.batch.catalogue();
        let filled = self.periods.iter().zip(cells);
        let filled = filled.filter_map(|(period, cell)| cell.as_ref().map(|_| *period));
        self.rules.check_place(catalogue, place, filled)?;
        let mut row = RowRecorded::default();
        for cell in cells.iter().flatten() {
            row.warnings.extend(self.rules.check_stated(&cell.stated)?);
        }
        let place_id = self.batch.edition.place_id(place)?;
        let batch = self.batch.number;
        let (mut known_source, mut known_unit) = (None, None);
        self.new.clear();
        let mut parts: Vec<(Chunk, Range<usize>)> = Vec::new();
        for (chunk, position, at) in &self.places {
            let Some(Some(NewCell { stated, source })) = cells.get(*at) else {
                continue;
            };
            let source = match known_source {
                Some((handle, id)) if handle == *source => id,
                _ => {
                    let id = self.batch.edition.source_id(*source)?;
                    known_source.insert((*source, id)).1
                }
            };
            if let Some(unit) = stated.unit()
                && known_unit != Some(unit)
            {
                self.batch.unit_id(unit)?;
                known_unit = Some(unit);
            }
            let stated = *stated;
            let cell = StoredCell {
                stated,
                source,
                batch,
            };
            let start = self.new.len();
            self.new.push((*position, cell));
            match parts.last_mut() {
                Some((last, part)) if last == chunk => part.end = start + 1,
                _ => parts.push((*chunk, start..start + 1)),
            }
        }
        if parts.is_empty() {
            return Ok(row);
        }
        let heading = self.batch.heading_id(&self.heading)?;
        // First all are decided, then all are put, so that a row is recorded as a whole.
        let name = |catalogue: &Catalogue, period: Period| -> Result<Key> {
            let place = catalogue.place_code(place)?;
            Ok(self.heading.clone().at(place, period))
        };
        let parts = parts.into_iter().map(|(chunk, part)| {
            let key = ChunkKey {
                heading,
                place: place_id,
                chunk,
            };
            (key, self.new.get(part).unwrap_or_default())
        });
        let mut decided = Vec::new();
        for (key, cells) in parts {
            let decisions = self.batch.decide_all(&key, cells, name)?;
            decided.push((key, cells, decisions));
        }
        for (key, cells, decisions) in &decided {
            self.batch.take_all(key, cells, decisions, &mut row)?;
        }
        self.batch.write_if_full()?;
        Ok(row)
    }
}
