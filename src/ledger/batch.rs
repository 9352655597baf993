//! Batches: what one sitting records, durable as a whole or not there at all.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use redb::WriteTransaction;

use super::entry::Edition;
use super::kept;
use super::outcome::{Committed, Policy, Recorded};
use super::register::Register;
use super::revise::CatalogueRevision;
use super::stage::Stage;
use super::store::{self, Shelf, Writer};
use super::{BatchId, Ledger, instant, last_batch, now};
use crate::catalogue::Catalogue;
use crate::codec::keys::{self, ChunkKey};
use crate::codec::records::{BatchV0, RemarkV0};
use crate::codec::{self, corrupt};
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::{Outcome, Sink};
use crate::model::{Heading, Key, Observation, SourceCode, Stated};
use crate::rules::{HeadingRules, Warning};

/// A batch that is being written. Dropping it leaves no trace.
///
/// Each observation is checked by the [rules](crate::rules) as it comes, under the catalogue as the batch has revised it.
/// What is refused is not recorded, and the batch goes on. Within one batch a source states a key once; what two sources
/// state of one key follows the [policy](Self::policy).
pub struct Batch<'a> {
    ledger: &'a Ledger,
    pub(super) transaction: WriteTransaction,
    source: SourceCode,
    note: String,
    pub(super) policy: Policy,
    at: Option<DateTime<Utc>>,
    last: Option<DateTime<Utc>>,
    pub(super) number: u64,
    /// The catalogue before the batch, and as the batch has revised it.
    before: Arc<Edition>,
    /// The first batch of the import that this one is a part of, or this one.
    pub(super) since: u64,
    pub(super) edition: Arc<Edition>,
    pub(super) register: Register,
    pub(super) rules: HashMap<Heading, (u32, HeadingRules)>,
    pub(super) stage: Stage,
    pub(super) tally: BatchV0,
    /// An error that leaves nothing to go on with.
    pub(super) broken: bool,
}

impl<'a> Batch<'a> {
    pub(super) fn open(ledger: &'a Ledger, source: SourceCode, note: String) -> Result<Self> {
        let transaction = match ledger.database.try_begin_write() {
            Ok(transaction) => transaction,
            Err(redb::TransactionError::Storage(error)) => return Err(store::storage(error)),
            Err(_) => {
                return Err(Error::new(
                    ErrorKind::Busy,
                    "another batch of the ledger is open: commit or drop it first",
                ));
            }
        };
        let tables = &transaction;
        let last = last_batch(&tables)?;
        let head = last.as_ref().map_or(0, |(number, _)| *number);
        let tally = match &last {
            Some((_, last)) => BatchV0 {
                recorded: 0,
                revised: 0,
                unchanged: 0,
                set_aside: 0,
                retracted: 0,
                entries_added: 0,
                entries_changed: 0,
                ..last.clone()
            },
            None => BatchV0 {
                at: i64::MIN,
                source: source.clone(),
                note: String::new(),
                recorded: 0,
                revised: 0,
                unchanged: 0,
                set_aside: 0,
                retracted: 0,
                entries_added: 0,
                entries_changed: 0,
                catalogue: 0,
                cells: 0,
                headings: 0,
                units: 0,
                entries: 0,
            },
        };
        let number = head.checked_add(1).ok_or_else(too_many)?;
        let edition = ledger.edition(&tables, tally.catalogue)?;
        Ok(Self {
            before: edition.clone(),
            edition,
            register: (*ledger.register(&tables, head)?).clone(),
            number,
            since: number,
            last: last.map(|(_, last)| instant(last.at)).transpose()?,
            ledger,
            transaction,
            source,
            note,
            policy: Policy::default(),
            at: None,
            rules: HashMap::new(),
            stage: Stage::after(tally.headings),
            tally,
            broken: false,
        })
    }

    /// Says what becomes of figures of another source than those that stand, from here on.
    pub fn policy(&mut self, policy: Policy) -> &mut Self {
        self.policy = policy;
        self
    }

    /// Says when the batch was recorded, instead of the time of its commit: for records that are older than the ledger.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) for a time before the last batch's.
    pub fn recorded_at(&mut self, at: DateTime<Utc>) -> Result<&mut Self> {
        if let Some(last) = self.last
            && at < last
        {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!(
                    "a batch recorded at {} would come before the last one, of {}: batches are in the order of their times",
                    time(at),
                    time(last)
                ),
            ));
        }
        self.at = Some(at);
        Ok(self)
    }

    /// The number that the batch will bear.
    pub fn id(&self) -> BatchId {
        BatchId(self.number)
    }

    /// The catalogue as the batch has revised it.
    pub fn catalogue(&self) -> &Catalogue {
        &self.edition.catalogue
    }

    /// Revises the catalogue: adds entries, changes them, and retires places. The revision is taken as a whole or not at all, and
    /// what is recorded after it is checked under the catalogue as it is then. A revision costs as much as building the
    /// catalogue (with 665 000 regions four seconds, and as long again when they all come new), so make one with all there is to change. A
    /// batch without one costs nothing of it.
    ///
    /// # Errors
    /// Whatever `edit` returns; [`Structure`](ErrorKind::Structure) if the catalogue would not hold together;
    /// [`InUse`](ErrorKind::InUse) if figures use what would change: the definition of an indicator, or anything under
    /// which a figure that stands would break a rule.
    pub fn revise(
        &mut self,
        edit: impl FnOnce(&mut CatalogueRevision) -> Result<()>,
    ) -> Result<()> {
        let mut revision = CatalogueRevision::new(self.edition.clone());
        edit(&mut revision)?;
        self.apply(revision)
    }

    /// Records a figure of the batch's own source.
    ///
    /// # Errors
    /// As for [`record`](Self::record).
    pub fn state(&mut self, key: Key, stated: Stated) -> Result<Recorded> {
        let source = self.source.clone();
        self.record(&Observation {
            key,
            stated,
            source,
        })
    }

    /// Records an observation.
    ///
    /// # Errors
    /// The rule it breaks; [`Duplicate`](ErrorKind::Duplicate) if its source has stated something else of the key in this
    /// batch already, or by the [policy](Self::policy). Nothing is recorded then.
    pub fn record(&mut self, observation: &Observation) -> Result<Recorded> {
        self.whole()?;
        let Observation {
            key,
            stated,
            source,
        } = observation;
        let catalogue = &self.edition.catalogue;
        let place = catalogue.place(&key.place)?;
        let source_handle = catalogue.source(source)?;
        let rules = match self.rules.get(&key.heading) {
            Some((_, rules)) => rules,
            None => {
                let rules = HeadingRules::of(catalogue, &key.heading)?;
                let id = self.register.heading_id(&key.heading).unwrap_or(u32::MAX);
                let entry = self.rules.entry(key.heading.clone());
                &entry.insert_entry((id, rules)).into_mut().1
            }
        };
        rules.check_place(catalogue, place, std::iter::once(key.period))?;
        rules.check_period(key.period)?;
        let warning = rules.check_stated(stated)?;
        let (place, source_id) = (
            self.edition.place_id(place)?,
            self.edition.source_id(source_handle)?,
        );
        let outcome = self.put(key, place, *stated, source_id)?;
        Ok(Recorded { outcome, warning })
    }

    /// Retracts what stands at a key, for a reason. It stays in the history, and the retraction beside it.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) if nothing stands there.
    pub fn retract(&mut self, key: &Key, reason: impl Into<String>) -> Result<Stated> {
        self.whole()?;
        let place = self.edition.catalogue.place(&key.place)?;
        let place = self.edition.place_id(place)?;
        self.edition.catalogue.indicator(&key.heading.indicator)?;
        let nothing = || {
            Error::new(
                ErrorKind::Unknown,
                format!("{key} is not recorded: there is nothing to retract"),
            )
        };
        let heading = self.register.heading_id(&key.heading).ok_or_else(nothing)?;
        let (chunk_key, position) = locate(heading, place, key)?;
        let chunk = self
            .stage
            .chunk(&self.transaction, &self.register, chunk_key, self.number)
            .inspect_err(|_| self.broken = true)?;
        let stood = chunk.get(position).ok_or_else(nothing)?;
        chunk.set(position, None);
        self.passing(&chunk_key, position, &stood)?;
        self.stage.remark(
            &chunk_key,
            position,
            self.number,
            RemarkV0::Retracted(reason.into()),
        )?;
        self.stage.grow(heading, 1);
        self.tally.retracted += 1;
        self.tally.cells = self.tally.cells.saturating_sub(1);
        Ok(stood.stated)
    }

    /// Makes the batch durable.
    ///
    /// When this returns `Ok`, the batch has been synced to the disk: it is there after a crash or a power cut, as far as the disk
    /// keeps what it says it has kept. When it returns an error, the batch is there as a whole or not at all; if
    /// the error came from the disk, open the ledger again to see which, and to go on writing.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) if the catalogue does not hold the batch's source; [`Io`](ErrorKind::Io) if the disk refuses.
    pub fn commit(mut self) -> Result<Committed> {
        self.whole()?;
        self.edition.catalogue.source(&self.source)?;
        self.write_stage()?;
        if self.edition.batch == self.number {
            kept::write(&self.transaction, &self.before, &self.edition)?;
        }
        let at = self.at.unwrap_or_else(now);
        // A clock that was turned back does not turn the order of batches.
        let at = self.last.map_or(at, |last| last.max(at));
        self.tally.at = at.timestamp_micros();
        self.tally.source = self.source.clone();
        self.tally.note = std::mem::take(&mut self.note);
        self.tally.headings = self.register.heading_count()?;
        self.tally.units = self.register.unit_count()?;
        let record = codec::encode(&self.tally, Shelf::Batches.what())?;
        Writer::open(&self.transaction, Shelf::Batches)?
            .put(&keys::number(self.number), &record)?;
        let Self {
            ledger,
            transaction,
            number,
            edition,
            register,
            tally,
            ..
        } = self;
        transaction.commit().map_err(store::commit)?;
        ledger.learn_register(number, &Arc::new(register));
        ledger.learn_edition(&edition);
        Ok(Committed {
            batch: BatchId(number),
            at: instant(tally.at)?,
            recorded: tally.recorded,
            revised: tally.revised,
            unchanged: tally.unchanged,
            set_aside: tally.set_aside,
            retracted: tally.retracted,
            entries_added: tally.entries_added,
            entries_changed: tally.entries_changed,
        })
    }

    /// Writes what is staged to the transaction.
    pub(super) fn write_stage(&mut self) -> Result<()> {
        let written = self
            .stage
            .write(&self.transaction, &self.register, self.number);
        // Half of it may be written; such a batch must not be committed.
        written.inspect_err(|_| self.broken = true)
    }

    /// Says that the batch goes on where another left off: for the rule that a source states a key once, they are one.
    #[cfg(any(feature = "csv", feature = "json"))]
    pub(super) fn goes_on_from(&mut self, first: u64) {
        self.since = first.min(self.number);
    }

    /// Whether anything would differ after the batch.
    #[cfg(any(feature = "csv", feature = "json"))]
    pub(super) fn changes_anything(&self) -> bool {
        let tally = &self.tally;
        [
            tally.recorded,
            tally.revised,
            tally.set_aside,
            tally.retracted,
            tally.entries_added,
            tally.entries_changed,
        ] != [0; 6]
    }

    /// Something was half written: the batch must not be committed.
    pub(super) fn break_off(&mut self) {
        self.broken = true;
    }

    pub(super) fn forget_rules(&mut self) {
        self.rules.clear();
    }

    pub(super) fn whole(&self) -> Result<()> {
        if self.broken {
            return Err(Error::new(
                ErrorKind::Io,
                "writing the batch failed before: drop it, and record it again in another",
            ));
        }
        Ok(())
    }
}

/// The chunk of a key and its position there.
pub(super) fn locate(heading: u32, place: u32, key: &Key) -> Result<(ChunkKey, u8)> {
    let (chunk, position) = keys::Chunk::of(key.period)?;
    let chunk = ChunkKey {
        heading,
        place,
        chunk,
    };
    Ok((chunk, position))
}

/// To the microsecond, as batches keep it.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S%.6f UTC").to_string()
}

fn too_many() -> Error {
    corrupt("the batches of the ledger have run out of numbers")
}

impl Sink for Batch<'_> {
    fn catalogue(&self) -> &Catalogue {
        Batch::catalogue(self)
    }

    fn observe(&mut self, observation: &Observation) -> Result<Option<Warning>> {
        self.record(observation).map(|recorded| recorded.warning)
    }

    fn take(&mut self, observation: &Observation) -> Result<(Outcome, Option<Warning>)> {
        let recorded = self.record(observation)?;
        Ok((recorded.outcome, recorded.warning))
    }
}

impl fmt::Debug for Batch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("id", &self.id())
            .field("source", &self.source)
            .field("note", &self.note)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
