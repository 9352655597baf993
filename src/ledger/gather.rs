//! Gathering the cells of a table, present or past.

use std::collections::BTreeMap;

use super::snapshot::Snapshot;
use super::stage::standing_in;
use super::store::{Shelf, Tables};
use crate::catalogue::Catalogue;
use crate::codec::block::{self, StoredCell};
use crate::codec::keys::{self, ChunkKey, Periods};
use crate::error::Result;
use crate::exchange::Observations;
use crate::model::{Heading, Observation, Period};

/// The rows of a table: by the number of the place in the catalogue, each by period.
pub(super) type Rows = BTreeMap<u32, Vec<(Period, StoredCell)>>;

impl Snapshot {
    /// The rows of a heading: by the number of the place in the catalogue, each by period.
    pub(super) fn rows(&self, heading: u32) -> Result<Rows> {
        let prefix = keys::short_number(heading);
        let end = keys::after(&prefix);
        let end = end.as_deref();
        let mut rows = Rows::new();
        let mut periods = Periods::default();
        let mut past: BTreeMap<ChunkKey, BTreeMap<u8, StoredCell>> = BTreeMap::new();
        self.transaction
            .scan(Shelf::Cells, &prefix, end, |key, block| {
                let key = keys::read_chunk(key)?;
                let cells = standing_in(block, &self.register)?;
                if self.at < self.head {
                    past.insert(key, cells.into_iter().collect());
                } else {
                    self.lay(&mut rows, &mut periods, &key, cells)?;
                }
                Ok(true)
            })?;
        if self.at < self.head {
            self.turn_back(&prefix, end, &mut past)?;
            for (key, cells) in past {
                self.lay(&mut rows, &mut periods, &key, cells)?;
            }
        }
        for row in rows.values_mut() {
            row.sort_by_key(|(period, _)| *period);
        }
        Ok(rows)
    }

    /// Adds the cells of a chunk to their row.
    fn lay(
        &self,
        rows: &mut Rows,
        periods: &mut Periods,
        key: &ChunkKey,
        cells: impl IntoIterator<Item = (u8, StoredCell)>,
    ) -> Result<()> {
        let mut cells = cells.into_iter().peekable();
        if cells.peek().is_none() {
            return Ok(());
        }
        let place = self.edition.place(key.place)?.index();
        let row = rows.entry(place).or_default();
        row.reserve(cells.size_hint().0);
        let mut periods = periods.of(key.chunk);
        for (position, cell) in cells {
            row.push((periods.at(position)?, cell));
        }
        Ok(())
    }

    /// Puts back what batches after the snapshot's replaced.
    fn turn_back(
        &self,
        from: &[u8],
        to: Option<&[u8]>,
        chunks: &mut BTreeMap<ChunkKey, BTreeMap<u8, StoredCell>>,
    ) -> Result<()> {
        // Of each cell, the first batch after that time counts; keys come by chunk, then by batch.
        let mut current: Option<(ChunkKey, u128)> = None;
        self.transaction
            .scan(Shelf::History, from, to, |key, block| {
                let (chunk, batch) = keys::read_history(key)?;
                if batch <= self.at {
                    return Ok(true);
                }
                let seen = match &mut current {
                    Some((own, seen)) if *own == chunk => seen,
                    _ => &mut current.insert((chunk, 0)).1,
                };
                let cells = chunks.entry(chunk).or_default();
                for (position, before) in block::read(block, &self.register.units)? {
                    if *seen & 1 << position != 0 {
                        continue;
                    }
                    *seen |= 1 << position;
                    match before {
                        Some(cell) => cells.insert(position, cell),
                        None => cells.remove(&position),
                    };
                }
                Ok(true)
            })
    }
}

impl Observations for Snapshot {
    fn catalogue(&self) -> &Catalogue {
        Snapshot::catalogue(self)
    }

    fn observations(&self) -> Box<dyn Iterator<Item = Result<Observation>> + '_> {
        let of_heading = move |(heading, id): (&Heading, u32)| -> Result<Vec<Observation>> {
            let mut observations = Vec::new();
            for (place, row) in self.rows(id)? {
                let place = self.edition.catalogue.handle(place);
                let place = self.edition.catalogue.place_code(place)?;
                for (period, cell) in row {
                    observations.push(Observation {
                        key: heading.clone().at(place.clone(), period),
                        stated: cell.stated,
                        source: self.source_code(cell.source)?,
                    });
                }
            }
            Ok(observations)
        };
        Box::new(self.headings().flat_map(
            move |heading| -> Box<dyn Iterator<Item = Result<Observation>>> {
                match of_heading(heading) {
                    Ok(observations) => Box::new(observations.into_iter().map(Ok)),
                    Err(error) => Box::new(std::iter::once(Err(error))),
                }
            },
        ))
    }
}
