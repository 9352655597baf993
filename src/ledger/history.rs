//! The history of a cell, and where sources contradict each other.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::snapshot::Snapshot;
use super::stage::{read_single, standing_in};
use super::store::{Shelf, Tables};
use super::{BatchId, batch_record, instant};
use crate::codec::block::{self, StoredCell};
use crate::codec::keys::{self, ChunkKey};
use crate::codec::records::RemarkV0;
use crate::codec::{self, corrupt};
use crate::error::Result;
use crate::model::{Heading, Indicator, Interval, Key, SourceCode, Stated};
use crate::rules::true_values;

/// Something that was said of a key: in which batch, when, by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The batch that recorded it.
    pub batch: BatchId,
    /// When, to the microsecond.
    pub at: DateTime<Utc>,
    /// Who said it: the source of a figure, or the batch's own where something was retracted.
    pub source: SourceCode,
    /// What was said.
    pub event: Event,
}

/// What was said of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// This stood from then on, until the next of its kind.
    Stated(Stated),
    /// This was stated, and the figure of another source was kept.
    SetAside(Stated),
    /// What stood was retracted.
    Retracted {
        /// Why.
        reason: String,
    },
}

impl Event {
    /// What was stated, if it was not a retraction.
    pub fn stated(&self) -> Option<&Stated> {
        match self {
            Self::Stated(stated) | Self::SetAside(stated) => Some(stated),
            Self::Retracted { .. } => None,
        }
    }
}

/// A key at which sources state figures that cannot both be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Where.
    pub key: Key,
    /// The latest statement of each source that states anything there, in the order they were made.
    pub statements: Vec<Statement>,
}

/// What happened at a cell, before sources and times are looked up.
enum Happened {
    Stated(StoredCell),
    SetAside(StoredCell),
    Retracted(String),
}

/// By batch, then by sequence; what stood after its batch comes last in it.
type Timeline = BTreeMap<(u64, u32), Happened>;

impl Snapshot {
    /// Everything that was said of a key, in order: what was stated and when, by which source, what superseded it, and why it was retracted.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn history(&self, key: &Key) -> Result<Vec<Statement>> {
        let Some((chunk, position)) = self.locate(key)? else {
            return Ok(Vec::new());
        };
        let mut timelines = self.timelines(&keys::chunk(&chunk), Some(position))?;
        let timeline = timelines.remove(&(chunk, position)).unwrap_or_default();
        timeline
            .into_iter()
            .map(|((batch, _), happened)| self.statement(batch, happened))
            .collect()
    }

    /// The keys for which two sources state figures whose [true values](true_values) do not meet. Of each source its latest
    /// statement counts, whether it stands, was superseded by another source's or was set aside; not what it revised or what was retracted.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub fn conflicts(&self) -> Result<Vec<Conflict>> {
        let catalogue = &self.edition.catalogue;
        let mut conflicts = Vec::new();
        for (heading, id) in self.headings() {
            let timelines = self.timelines(&keys::short_number(id), None)?;
            if timelines.is_empty() {
                continue;
            }
            let indicator = catalogue.indicator(&heading.indicator)?;
            let indicator = catalogue.indicator_record(indicator)?;
            let mut found = Vec::new();
            for ((chunk, position), timeline) in timelines {
                let latest = latest(timeline);
                if !contradict(indicator, heading, &latest)? {
                    continue;
                }
                let place = self.edition.place(chunk.place)?;
                let statements = latest
                    .into_iter()
                    .map(|((batch, _), happened)| self.statement(batch, happened))
                    .collect::<Result<_>>()?;
                let period = chunk.chunk.period(position)?;
                let key = heading.clone().at(catalogue.place_code(place)?, period);
                found.push((place, Conflict { key, statements }));
            }
            found.sort_by_key(|(place, conflict)| (*place, conflict.key.period));
            conflicts.extend(found.into_iter().map(|(_, conflict)| conflict));
        }
        Ok(conflicts)
    }

    /// What happened at the cells whose keys begin with `prefix`: at one position, or at all cells of which more was said than what
    /// stands.
    fn timelines(
        &self,
        prefix: &[u8],
        only: Option<u8>,
    ) -> Result<BTreeMap<(ChunkKey, u8), Timeline>> {
        let wanted = |position: u8| only.is_none_or(|only| only == position);
        let units = &self.register.units;
        let end = keys::after(prefix);
        let end = end.as_deref();
        let mut timelines: BTreeMap<(ChunkKey, u8), Timeline> = BTreeMap::new();
        let tables = &self.transaction;
        tables.scan(Shelf::History, prefix, end, |key, block| {
            let (chunk, _) = keys::read_history(key)?;
            for (position, before) in block::read(block, units)? {
                if let Some(cell) = before
                    && cell.batch <= self.at
                    && wanted(position)
                {
                    let timeline = timelines.entry((chunk, position)).or_default();
                    timeline.insert((cell.batch, u32::MAX), Happened::Stated(cell));
                }
            }
            Ok(true)
        })?;
        tables.scan(Shelf::Remarks, prefix, end, |key, record| {
            let (chunk, position, batch, sequence) = keys::read_remark(key)?;
            if batch > self.at || !wanted(position) {
                return Ok(true);
            }
            let happened = match codec::decode(record, Shelf::Remarks.what())? {
                RemarkV0::Passing(block) => Happened::Stated(read_single(&block, &self.register)?),
                RemarkV0::SetAside(block) => {
                    Happened::SetAside(read_single(&block, &self.register)?)
                }
                RemarkV0::Retracted(reason) => Happened::Retracted(reason),
            };
            let timeline = timelines.entry((chunk, position)).or_default();
            timeline.insert((batch, sequence), happened);
            Ok(true)
        })?;
        // What stands is read where more was said, or of the one cell that was asked for.
        let touched: BTreeSet<ChunkKey> = timelines.keys().map(|(chunk, _)| *chunk).collect();
        tables.scan(Shelf::Cells, prefix, end, |key, block| {
            let chunk = keys::read_chunk(key)?;
            if only.is_none() && !touched.contains(&chunk) {
                return Ok(true);
            }
            for (position, cell) in standing_in(block, &self.register)? {
                let told = only == Some(position) || timelines.contains_key(&(chunk, position));
                if cell.batch <= self.at && told {
                    let timeline = timelines.entry((chunk, position)).or_default();
                    timeline.insert((cell.batch, u32::MAX), Happened::Stated(cell));
                }
            }
            Ok(true)
        })?;
        Ok(timelines)
    }

    fn statement(&self, batch: u64, happened: Happened) -> Result<Statement> {
        let record = batch_record(&self.transaction, batch)?
            .ok_or_else(|| corrupt(format!("batch {batch} of the ledger is missing")))?;
        let (source, event) = match happened {
            Happened::Stated(cell) => (self.source_code(cell.source)?, Event::Stated(cell.stated)),
            Happened::SetAside(cell) => {
                (self.source_code(cell.source)?, Event::SetAside(cell.stated))
            }
            Happened::Retracted(reason) => (record.source, Event::Retracted { reason }),
        };
        Ok(Statement {
            batch: BatchId(batch),
            at: instant(record.at)?,
            source,
            event,
        })
    }
}

/// The latest statement of each source that was not retracted.
fn latest(timeline: Timeline) -> Timeline {
    let mut by_source: BTreeMap<u32, ((u64, u32), Happened)> = BTreeMap::new();
    let mut stands = None;
    for (when, happened) in timeline {
        match &happened {
            Happened::Stated(cell) => {
                stands = Some(cell.source);
                by_source.insert(cell.source, (when, happened));
            }
            Happened::SetAside(cell) => {
                by_source.insert(cell.source, (when, happened));
            }
            Happened::Retracted(_) => {
                if let Some(source) = stands.take() {
                    by_source.remove(&source);
                }
            }
        }
    }
    by_source.into_values().collect()
}

/// Whether two of the statements are figures whose true values do not meet.
fn contradict(indicator: &Indicator, heading: &Heading, latest: &Timeline) -> Result<bool> {
    let mut seen: Vec<Interval> = Vec::new();
    for happened in latest.values() {
        let (Happened::Stated(cell) | Happened::SetAside(cell)) = happened else {
            continue;
        };
        let Stated::Figure { figure, unit, .. } = &cell.stated else {
            continue;
        };
        let values = true_values(indicator, &heading.measure, figure, *unit)?;
        if seen.iter().any(|other| !other.overlaps(&values)) {
            return Ok(true);
        }
        seen.push(values);
    }
    Ok(false)
}
