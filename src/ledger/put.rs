//! Where a figure meets what stands at its key: what is new, a revision, a repetition, or another source's.

use std::collections::hash_map;

use super::batch::{Batch, locate};
use super::entry::Register;
use super::outcome::{Outcome, Policy};
use super::stage::{Chunk, read_single, single};
use super::store::{Shelf, Tables, Writer};
use crate::codec;
use crate::codec::block::StoredCell;
use crate::codec::keys::{self, ChunkKey};
use crate::codec::records::{HeadingV0, RemarkV0, UnitV0};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Heading, Key, SourceCode, Stated, Unit};

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
        let batch = self.number;
        let chunk = self
            .stage
            .chunk(&self.transaction, &self.register, chunk_key, batch)
            .inspect_err(|_| self.broken = true)?;
        let new = StoredCell {
            stated,
            source,
            batch,
        };
        let outcome = match chunk.now.get(&position).copied() {
            None => {
                chunk.set(position, Some(new));
                self.tally.recorded += 1;
                self.tally.cells += 1;
                Outcome::New
            }
            Some(old) if old.stated == stated => Outcome::Unchanged,
            Some(old) if old.source == source && old.batch == batch => {
                return Err(Error::new(
                    ErrorKind::Duplicate,
                    format!(
                        "{key} is stated twice in one batch by {}: {} and {stated}: a batch has one figure of a source for a key",
                        self.source_code(source)?,
                        old.stated,
                    ),
                ));
            }
            Some(old) if old.source == source => revise(chunk, position, new),
            Some(old) => match self.policy {
                Policy::Refuse => {
                    return Err(Error::new(
                        ErrorKind::Duplicate,
                        format!(
                            "{key} is stated as {} by {} and as {stated} by {}: set the batch's policy to supersede the first or to keep it",
                            old.stated,
                            self.source_code(old.source)?,
                            self.source_code(source)?,
                        ),
                    ));
                }
                Policy::Supersede => {
                    let outcome = revise(chunk, position, new);
                    self.passing(&chunk_key, position, &old)?;
                    outcome
                }
                Policy::KeepFirst => self.set_aside(&chunk_key, position, &new)?,
            },
        };
        match outcome {
            Outcome::New => {}
            Outcome::Unchanged => self.tally.unchanged += 1,
            Outcome::Revised => self.tally.revised += 1,
            Outcome::SetAside => self.tally.set_aside += 1,
        }
        if outcome != Outcome::Unchanged {
            self.stage.grow(heading);
        }
        if self.stage.is_full() {
            self.write_stage()?;
        }
        Ok(outcome)
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

    /// Keeps what another source states beside what stands; the same again is not kept again.
    pub(super) fn set_aside(
        &mut self,
        key: &ChunkKey,
        position: u8,
        new: &StoredCell,
    ) -> Result<Outcome> {
        let mut latest: Option<StoredCell> = None;
        let mut look = |remark: &RemarkV0, register: &Register| -> Result<()> {
            if let RemarkV0::SetAside(block) | RemarkV0::Passing(block) = remark {
                let cell = read_single(block, register)?;
                if cell.source == new.source {
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
            look(
                &codec::decode(record, Shelf::Remarks.what())?,
                &self.register,
            )?;
            Ok(true)
        })?;
        for (_, remark) in self.stage.remarks(&prefix) {
            look(remark, &self.register)?;
        }
        match latest {
            Some(latest) if latest.stated == new.stated => Ok(Outcome::Unchanged),
            Some(latest) if latest.batch == self.number => Err(Error::new(
                ErrorKind::Duplicate,
                format!(
                    "{} is stated twice in one batch by {}: {} and {}: a batch has one figure of a source for a key",
                    self.register.heading_of(key.heading)?.as_ref().clone().at(
                        self.edition
                            .catalogue
                            .place_code(self.edition.place(key.place)?)?,
                        key.chunk.period(position)?
                    ),
                    self.source_code(new.source)?,
                    latest.stated,
                    new.stated,
                ),
            )),
            _ => {
                let block = single(new, &self.register);
                self.stage
                    .remark(key, position, self.number, RemarkV0::SetAside(block))?;
                Ok(Outcome::SetAside)
            }
        }
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

fn revise(chunk: &mut Chunk, position: u8, new: StoredCell) -> Outcome {
    chunk.set(position, Some(new));
    Outcome::Revised
}
