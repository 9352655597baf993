//! Imports: what a reader reads, tried, taken whole or not at all, or taken as far as it is good.

use std::fmt;
use std::num::NonZeroU64;

use super::{Batch, Committed, Ledger, Policy};
use crate::catalogue::Catalogue;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::{Outcome, Report, Sink};
use crate::ledger::CatalogueRevision;
use crate::model::{Observation, SourceCode};
use crate::rules::Warning;

/// What becomes of an import in which some rows are rejected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// Nothing is recorded. The report is that of the real import: the rows go into a batch, which is then dropped. What is more than
    /// fits into [`cache_bytes`](super::OpenOptions::cache_bytes) passes through free pages of the file, which may become longer for it.
    DryRun,
    /// All is recorded as one batch, or nothing, if anything is rejected or reading is stopped. What an import does unless it is told
    /// otherwise.
    #[default]
    AllOrNothing,
    /// What is good is recorded, as one batch; what was read before reading was stopped is good.
    KeepGood,
    /// What is good is recorded, and is durable after every so many figures: a batch each. If the import fails midway, the batches before stay.
    KeepGoodEvery(NonZeroU64),
}

/// How an import goes; a [`Mode`] is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportOptions {
    /// What becomes of it if rows are rejected.
    pub mode: Mode,
    /// What becomes of figures of another source than those that stand.
    pub policy: Policy,
}

/// An import that is being read: a [`Sink`] for the readers of [`exchange`](crate::exchange).
#[derive(Debug)]
pub struct Import<'a> {
    ledger: &'a Ledger,
    source: SourceCode,
    note: String,
    options: ImportOptions,
    batch: Option<Batch<'a>>,
    /// As it was when the last batch was opened.
    catalogue: Catalogue,
    /// The number of the first batch.
    first: u64,
    /// Figures that the open batch has taken.
    taken: u64,
    committed: Vec<Committed>,
}

/// An import that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// What became of each row. Where nothing was committed, what it calls accepted would have been.
    pub report: Report,
    /// The batches that were committed, in their order: none of a dry run, of what was refused as a whole, and of what changes nothing.
    pub committed: Vec<Committed>,
    mode: Mode,
}

impl ImportOptions {
    /// With another policy.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }
}

impl From<Mode> for ImportOptions {
    fn from(mode: Mode) -> Self {
        Self {
            mode,
            ..Self::default()
        }
    }
}

impl Ledger {
    /// Imports what `read` reads, as the [mode](Mode) has it. `source` and `note` are those of the batches.
    ///
    /// An import states one figure of a source for a key, however many batches it makes. Where nothing changes, there is no batch.
    ///
    /// ```
    /// # use yearbook::model::*;
    /// use yearbook::Ledger;
    /// use yearbook::exchange::csv;
    /// use yearbook::ledger::Mode;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let ledger = Ledger::create(folder.path().join("office.ledger"))?;
    /// let source: SourceCode = "zhuzhou-2024".parse()?;
    /// let file = "source,region,indicator,figure,period\n\
    ///     zhuzhou-2024,430200,inpatient_share,81.04,2021\n\
    ///     zhuzhou-2024,430200,inpatient_share,117.2,2022\n";
    /// let import = |mode: Mode| {
    ///     ledger.import(source.clone(), "the review of 2024", mode, |import| {
    ///         import.revise(|catalogue| {
    ///             // …
    /// #           catalogue.region(Region::new("430200".parse()?, None, Level::Prefecture, Names::zh("株洲市")?));
    /// #           catalogue.source(Source::new(source.clone(), "Review", "", None)?);
    /// #           catalogue.indicator(Indicator::new("inpatient_share".parse()?, Names::zh("住院量占比")?, Unit::PERCENT, Kind::Share, Temporal::Flow)?);
    ///             Ok(())
    ///         })?;
    ///         csv::read_observations(file.as_bytes(), "review.csv", import)
    ///     })
    /// };
    /// assert_eq!(
    ///     import(Mode::AllOrNothing)?.to_string(),
    ///     "nothing was recorded, as not all is good\n\
    ///      2 rows: 1 accepted, 1 rejected\n  \
    ///        file        row  column  value  why, and what to do\n  \
    ///        review.csv    3  figure  117.2  share 117.2% is over 100%: inpatient_share is a part of a whole; \
    ///      record a completion if it may exceed its target",
    /// );
    /// assert!(ledger.snapshot()?.batch().is_none());
    /// let imported = import(Mode::KeepGood)?;
    /// assert_eq!(imported.committed.len(), 1);
    /// assert_eq!(imported.committed[0].recorded, 1);
    /// # Ok::<(), yearbook::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of `read`, of [`batch`](Self::batch) and of [`Batch::commit`].
    pub fn import(
        &self,
        source: SourceCode,
        note: impl Into<String>,
        options: impl Into<ImportOptions>,
        read: impl FnOnce(&mut Import<'_>) -> Result<Report>,
    ) -> Result<Imported> {
        let (note, options) = (note.into(), options.into());
        let mut batch = self.batch(source.clone(), note.clone())?;
        batch.policy(options.policy);
        let mut import = Import {
            ledger: self,
            source,
            note,
            options,
            first: batch.id().number(),
            catalogue: batch.catalogue().clone(),
            batch: Some(batch),
            taken: 0,
            committed: Vec::new(),
        };
        let report = read(&mut import)?;
        let whole = match options.mode {
            Mode::DryRun => false,
            Mode::AllOrNothing => report.is_clean(),
            Mode::KeepGood | Mode::KeepGoodEvery(_) => true,
        };
        import.close(whole)?;
        Ok(Imported {
            report,
            committed: import.committed,
            mode: options.mode,
        })
    }
}

impl<'a> Import<'a> {
    /// Revises the catalogue, as [`Batch::revise`] does.
    ///
    /// # Errors
    /// As for [`Batch::revise`].
    pub fn revise(
        &mut self,
        edit: impl FnOnce(&mut CatalogueRevision) -> Result<()>,
    ) -> Result<()> {
        self.batch()?.revise(edit)
    }

    fn batch(&mut self) -> Result<&mut Batch<'a>> {
        self.batch.as_mut().ok_or_else(|| {
            Error::new(
                ErrorKind::Io,
                "a batch of the import could not be committed: import again what is not recorded",
            )
        })
    }

    /// Commits the open batch, if it changes anything and is to be kept.
    fn close(&mut self, keep: bool) -> Result<()> {
        let Some(batch) = self.batch.take() else {
            return Ok(());
        };
        // A dry run finds out what a commit would.
        batch.catalogue().source(&self.source)?;
        if keep && batch.changes_anything() {
            self.committed.push(batch.commit()?);
        }
        Ok(())
    }

    /// Commits what there is, and goes on in another batch.
    fn next_batch(&mut self) -> Result<()> {
        self.close(true)?;
        let mut batch = self.ledger.batch(self.source.clone(), self.note.clone())?;
        batch.policy(self.options.policy);
        batch.goes_on_from(self.first);
        self.catalogue = batch.catalogue().clone();
        self.batch = Some(batch);
        self.taken = 0;
        Ok(())
    }
}

impl Sink for Import<'_> {
    fn catalogue(&self) -> &Catalogue {
        match &self.batch {
            Some(batch) => batch.catalogue(),
            None => &self.catalogue,
        }
    }

    fn observe(&mut self, observation: &Observation) -> Result<Option<Warning>> {
        self.take(observation).map(|(_, warning)| warning)
    }

    fn take(&mut self, observation: &Observation) -> Result<(Outcome, Option<Warning>)> {
        let taken = self.batch()?.take(observation)?;
        if taken.0 != Outcome::Unchanged {
            self.taken += 1;
        }
        if let Mode::KeepGoodEvery(figures) = self.options.mode
            && self.taken >= figures.get()
        {
            self.next_batch()?;
        }
        Ok(taken)
    }
}

/// What was recorded, and the report.
impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.committed.as_slice(), self.mode) {
            ([], Mode::DryRun) => f.write_str("dry run: nothing was recorded")?,
            ([], Mode::AllOrNothing) if !self.report.is_clean() => {
                f.write_str("nothing was recorded, as not all is good")?;
            }
            ([], _) => f.write_str("nothing was recorded, as nothing is new")?,
            ([one], _) => write!(f, "recorded as {}", one.batch)?,
            ([first, .., last], _) => write!(
                f,
                "recorded as batches {} to {}",
                first.batch.number(),
                last.batch.number()
            )?,
        }
        f.write_str("\n")?;
        fmt::Display::fmt(&self.report, f)
    }
}
