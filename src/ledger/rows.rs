//! Recording a row at a time: what bulk loads do, with the questions that a row's cells share asked once.

use super::batch::Batch;
use super::outcome::Outcome;
use super::put::NewAt;
use crate::book::NewCell;
use crate::catalogue::PlaceHandle;
use crate::codec::block::StoredCell;
use crate::codec::corrupt;
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
        let filled = || {
            self.periods
                .iter()
                .zip(cells)
                .filter(|(_, cell)| cell.is_some())
        };
        let periods: Vec<Period> = filled().map(|(period, _)| *period).collect();
        let catalogue = self.batch.catalogue();
        self.rules.check_place(catalogue, place, &periods)?;
        let mut row = RowRecorded::default();
        for cell in cells.iter().flatten() {
            row.warnings.extend(self.rules.check_stated(&cell.stated)?);
        }
        let place_id = self.batch.edition.place_id(place)?;
        let mut known = None;
        let mut new: Vec<(Chunk, Vec<NewAt>)> = Vec::new();
        for (chunk, position, at) in &self.places {
            let Some(NewCell { stated, source }) = cells.get(*at).copied().flatten() else {
                continue;
            };
            let source = match known {
                Some((handle, id)) if handle == source => id,
                _ => {
                    known
                        .insert((source, self.batch.edition.source_id(source)?))
                        .1
                }
            };
            if let Some(unit) = stated.unit() {
                self.batch.unit_id(unit)?;
            }
            let batch = self.batch.number;
            let cell = StoredCell {
                stated,
                source,
                batch,
            };
            match new.last_mut() {
                Some((last, part)) if last == chunk => part.push((*position, *at, cell)),
                _ => new.push((*chunk, vec![(*position, *at, cell)])),
            }
        }
        if new.is_empty() {
            return Ok(row);
        }
        let heading = self.batch.heading_id(&self.heading)?;
        let key = |chunk: Chunk| ChunkKey {
            heading,
            place: place_id,
            chunk,
        };
        // First all are decided, then all are put, so that a row is recorded as a whole.
        let place_code = self.batch.catalogue().place_code(place)?;
        let name = |at: usize| -> Result<Key> {
            let period = self.periods.get(at).copied();
            let period = period.ok_or_else(|| corrupt("a row has no such period"))?;
            Ok(self.heading.clone().at(place_code.clone(), period))
        };
        let mut decided = Vec::with_capacity(new.len());
        for (chunk, cells) in &new {
            decided.push(self.batch.decide_all(&key(*chunk), cells, name)?);
        }
        for ((chunk, cells), decisions) in new.iter().zip(&decided) {
            let count = |outcome| match outcome {
                Outcome::New => row.recorded += 1,
                Outcome::Revised => row.revised += 1,
                Outcome::Unchanged => row.unchanged += 1,
                Outcome::SetAside => row.set_aside += 1,
            };
            self.batch.take_all(&key(*chunk), cells, decisions, count)?;
        }
        self.batch.write_if_full()?;
        Ok(row)
    }
}
