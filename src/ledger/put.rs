//! Where a figure meets what stands at its key: what is new, a revision, a repetition, or another source's.

use std::collections::hash_map;

use super::batch::{Batch, locate};
use super::outcome::{Outcome, Policy};
use super::rows::RowRecorded;
use super::stage::{Chunk, NewAt, read_single, single};
use super::store::{Shelf, Tables, Writer};
use crate::catalogue::Catalogue;
use crate::codec;
use crate::codec::block::StoredCell;
use crate::codec::keys::{self, ChunkKey};
use crate::codec::records::{HeadingV0, RemarkV0, UnitV0};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Heading, Key, Period, SourceCode, Stated, Unit};

/// What is to become of a figure.
#[derive(Clone, Copy, Debug)]
pub(super) enum Decision {
    /// It is put where nothing stood.
    New,
    /// It stands, or was set aside, already.
    Unchanged,
    /// It takes the place of what stood.
    Revise(StoredCell),
    /// Another source's figure is kept.
    SetAside,
}

/// What is to become of the cells of one chunk of a row.
#[derive(Clone, Debug)]
pub(super) enum Decisions {
    /// Nothing stands or stood there: all are put.
    AllNew,
    Each(Vec<Decision>),
}

impl Batch<'_> {
    /// Puts what is stated in its place, as revision and policy have it.
    pub(super) fn put(
        &mut self,
        key: &Key,
        place: u32,
        stated: Stated,
        source: u32,
    ) -> Result<Outcome> {
        let heading = self.heading_id(&key.heading)?;
        if let Some(unit) = stated.unit() {
            self.unit_id(unit)?;
        }
        let (chunk_key, position) = locate(heading, place, key)?;
        let new = StoredCell {
            stated,
            source,
            batch: self.number,
        };
        let old = self.chunk(chunk_key)?.get(position);
        let decision = self.decide(&chunk_key, position, old, &new, || Ok(key.clone()))?;
        let outcome = self.take(&chunk_key, position, new, decision)?;
        self.write_if_full()?;
        Ok(outcome)
    }

    /// What is to become of the cells of one chunk of a row; `name` gives the key of a period for an error.
    pub(super) fn decide_all(
        &mut self,
        key: &ChunkKey,
        cells: &[NewAt],
        name: impl Fn(&Catalogue, Period) -> Result<Key>,
    ) -> Result<Decisions> {
        if self.stage.is_new(key) {
            return Ok(Decisions::AllNew);
        }
        let chunk = self.chunk(*key)?;
        if chunk.is_new() {
            return Ok(Decisions::AllNew);
        }
        let old = cells.iter().map(|(position, _)| chunk.get(*position));
        let old: Vec<Option<StoredCell>> = old.collect();
        let decided = cells.iter().zip(old).map(|((position, new), old)| {
            self.decide(key, *position, old, new, || {
                name(self.catalogue(), key.chunk.period(*position)?)
            })
        });
        decided.collect::<Result<_>>().map(Decisions::Each)
    }

    /// Does what was decided for the cells of one chunk.
    pub(super) fn take_all(
        &mut self,
        key: &ChunkKey,
        cells: &[NewAt],
        decisions: &Decisions,
        row: &mut RowRecorded,
    ) -> Result<()> {
        let Decisions::Each(decisions) = decisions else {
            self.stage.fill(*key, cells, &self.register);
            let added = u64::try_from(cells.len()).unwrap_or(u64::MAX);
            self.tally.recorded += added;
            self.tally.cells += added;
            row.recorded += added;
            return Ok(());
        };
        for ((position, cell), decision) in cells.iter().zip(decisions) {
            match self.take(key, *position, *cell, *decision)? {
                Outcome::New => row.recorded += 1,
                Outcome::Revised => row.revised += 1,
                Outcome::Unchanged => row.unchanged += 1,
                Outcome::SetAside => row.set_aside += 1,
            }
        }
        Ok(())
    }

    fn chunk(&mut self, key: ChunkKey) -> Result<&mut Chunk> {
        let chunk = self
            .stage
            .chunk(&self.transaction, &self.register, key, self.number);
        if chunk.is_err() {
            self.broken = true;
        }
        chunk
    }

    /// What is to become of a figure where `old` stands.
    fn decide(
        &self,
        chunk: &ChunkKey,
        position: u8,
        old: Option<StoredCell>,
        new: &StoredCell,
        key: impl FnOnce() -> Result<Key>,
    ) -> Result<Decision> {
        let Some(old) = old else {
            return Ok(Decision::New);
        };
        if old.stated == new.stated {
            return Ok(Decision::Unchanged);
        }
        if old.source == new.source {
            if old.batch >= self.since {
                return Err(self.twice(&key()?, &old, new)?);
            }
            return Ok(Decision::Revise(old));
        }
        match self.policy {
            Policy::Supersede => Ok(Decision::Revise(old)),
            Policy::KeepFirst => match self.aside(chunk, position, new.source)? {
                Some(latest) if latest.stated == new.stated => Ok(Decision::Unchanged),
                Some(latest) if latest.batch >= self.since => {
                    Err(self.twice(&key()?, &latest, new)?)
                }
                _ => Ok(Decision::SetAside),
            },
            Policy::Refuse => Err(Error::new(
                ErrorKind::Duplicate,
                format!(
                    "{} is stated as {} by {} and as {} by {}: set the batch's policy to supersede the first or to keep it",
                    key()?,
                    old.stated,
                    self.source_code(old.source)?,
                    new.stated,
                    self.source_code(new.source)?,
                ),
            )),
        }
    }

    fn twice(&self, key: &Key, old: &StoredCell, new: &StoredCell) -> Result<Error> {
        Ok(Error::new(
            ErrorKind::Duplicate,
            format!(
                "{key} is stated twice in one batch by {}: {} and {}: a batch has one figure of a source for a key",
                self.source_code(new.source)?,
                old.stated,
                new.stated,
            ),
        ))
    }

    /// Does what was decided.
    fn take(
        &mut self,
        key: &ChunkKey,
        position: u8,
        new: StoredCell,
        decision: Decision,
    ) -> Result<Outcome> {
        let outcome = match decision {
            Decision::New => {
                self.chunk(*key)?.set(position, Some(new));
                self.tally.recorded += 1;
                self.tally.cells += 1;
                Outcome::New
            }
            Decision::Unchanged => {
                self.tally.unchanged += 1;
                return Ok(Outcome::Unchanged);
            }
            Decision::Revise(old) => {
                self.chunk(*key)?.set(position, Some(new));
                self.passing(key, position, &old)?;
                self.tally.revised += 1;
                Outcome::Revised
            }
            Decision::SetAside => {
                let block = single(&new, &self.register);
                self.stage
                    .remark(key, position, self.number, RemarkV0::SetAside(block))?;
                self.tally.set_aside += 1;
                Outcome::SetAside
            }
        };
        self.stage.grow(key.heading, 1);
        Ok(outcome)
    }

    pub(super) fn write_if_full(&mut self) -> Result<()> {
        if self.stage.is_full() {
            self.write_stage()?;
        }
        Ok(())
    }

    /// Keeps what was stated in this batch and does not stand after it.
    pub(super) fn passing(&mut self, key: &ChunkKey, position: u8, old: &StoredCell) -> Result<()> {
        if old.batch != self.number {
            return Ok(());
        }
        let block = single(old, &self.register);
        self.stage
            .remark(key, position, self.number, RemarkV0::Passing(block))
    }

    /// The latest figure of a source that was stated at a cell and does not stand there.
    fn aside(&self, key: &ChunkKey, position: u8, source: u32) -> Result<Option<StoredCell>> {
        let mut latest: Option<StoredCell> = None;
        let mut look = |remark: &RemarkV0| -> Result<()> {
            if let RemarkV0::SetAside(block) | RemarkV0::Passing(block) = remark {
                let cell = read_single(block, &self.register)?;
                if cell.source == source {
                    latest = Some(cell);
                }
            }
            Ok(())
        };
        let mut prefix = keys::chunk(key).to_vec();
        prefix.push(position);
        let end = keys::after(&prefix);
        let tables = &self.transaction;
        tables.scan(Shelf::Remarks, &prefix, end.as_deref(), |_, record| {
            look(&codec::decode(record, Shelf::Remarks.what())?)?;
            Ok(true)
        })?;
        for (_, remark) in self.stage.remarks(&prefix) {
            look(remark)?;
        }
        Ok(latest)
    }

    /// The number of a heading, given on its first use.
    pub(super) fn heading_id(&mut self, heading: &Heading) -> Result<u32> {
        if let Some((id, _)) = self.rules.get(heading)
            && *id != u32::MAX
        {
            return Ok(*id);
        }
        let (id, new) = self.register.heading(heading.clone())?;
        if let hash_map::Entry::Occupied(mut known) = self.rules.entry(heading.clone()) {
            known.get_mut().0 = id;
        }
        if new {
            let record = HeadingV0 {
                heading: heading.clone(),
            };
            let record = codec::encode(&record, Shelf::Headings.what())?;
            Writer::open(&self.transaction, Shelf::Headings)
                .and_then(|mut writer| writer.put(&keys::short_number(id), &record))
                .inspect_err(|_| self.broken = true)?;
        }
        Ok(id)
    }

    /// The number of a unit, given on its first use.
    pub(super) fn unit_id(&mut self, unit: Unit) -> Result<u32> {
        let (id, new) = self.register.unit(unit)?;
        if new {
            let record = codec::encode(&UnitV0 { unit }, Shelf::Units.what())?;
            Writer::open(&self.transaction, Shelf::Units)
                .and_then(|mut writer| writer.put(&keys::short_number(id), &record))
                .inspect_err(|_| self.broken = true)?;
        }
        Ok(id)
    }

    pub(super) fn source_code(&self, id: u32) -> Result<&SourceCode> {
        let catalogue = &self.edition.catalogue;
        let record = catalogue.source_record(self.edition.source(id)?)?;
        Ok(record.code())
    }
}
