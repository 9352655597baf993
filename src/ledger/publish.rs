//! Publishing: the ledger, present or past, as a yearbook.

use super::now;
use super::snapshot::Snapshot;
use super::store::{Shelf, Tables};
use crate::book::{BookBuilder, NewCell, Yearbook, columns};
use crate::catalogue::SourceHandle;
use crate::codec::keys;
use crate::error::Result;
use crate::model::Heading;

impl Snapshot {
    /// A yearbook of everything that stands, under the catalogue as it was. It names the batch, and the time of publishing;
    /// its [digest](Yearbook::digest) is that of any book of the same content.
    ///
    /// # Errors
    /// [`Corrupt`](crate::ErrorKind::Corrupt) if what is read does not match its checksum.
    pub fn publish(&self) -> Result<Yearbook> {
        let mut book = self.builder();
        for (heading, id) in self.headings() {
            self.fill(&mut book, heading, id)?;
        }
        book.finish()
    }

    /// The same book as [`publish`](Self::publish) makes, from one that was published of this ledger before: only the tables that batches
    /// between the two touched are read again, and the others are taken over as they lie. Where the order of the places is another
    /// one, all tables are read again; where sources or units are numbered otherwise, those taken over are encoded anew.
    ///
    /// `previous` must be a book of this ledger; of that nothing is checked but the batch that it names.
    ///
    /// # Errors
    /// As for [`publish`](Self::publish), and [`Corrupt`](crate::ErrorKind::Corrupt) if `previous` is damaged.
    pub fn publish_onto(&self, previous: &Yearbook) -> Result<Yearbook> {
        let Some(since) = previous.publication().batch() else {
            return self.publish();
        };
        let (from, to) = (since.min(self.at), since.max(self.at));
        if to > self.head {
            return self.publish();
        }
        let mut book = self.builder();
        for (heading, id) in self.headings() {
            if self.touched(id, from, to)? || !book.adopt(previous, heading)? {
                self.fill(&mut book, heading, id)?;
            }
        }
        book.finish()
    }

    fn builder(&self) -> BookBuilder {
        let mut book = BookBuilder::new(self.edition.catalogue.clone());
        let batch = self.batch.as_ref().map(|batch| batch.id.number());
        book.published(Some(now()), batch);
        book
    }

    /// Whether a batch after `from`, up to `to`, touched a heading.
    fn touched(&self, heading: u32, from: u64, to: u64) -> Result<bool> {
        let mut touched = false;
        let first = keys::version(heading, from.saturating_add(1));
        let end = to.checked_add(1).map(|end| keys::version(heading, end));
        let end = end.as_deref().map(<[u8]>::to_vec);
        let end = end.or_else(|| keys::after(&keys::short_number(heading)));
        self.transaction
            .scan(Shelf::Changes, &first, end.as_deref(), |_, _| {
                touched = true;
                Ok(false)
            })?;
        Ok(touched)
    }

    /// Gives a builder the table of a heading.
    fn fill(&self, book: &mut BookBuilder, heading: &Heading, id: u32) -> Result<()> {
        let rows = self.rows(id)?;
        if rows.is_empty() {
            return Ok(());
        }
        let periods = columns(rows.values());
        let mut table = book.table(heading, &periods)?;
        let mut cells: Vec<Option<NewCell>> = Vec::with_capacity(periods.len());
        let mut source: Option<(u32, SourceHandle)> = None;
        for (place, row) in rows {
            cells.clear();
            // Both rise, so that each finds the other on one walk.
            let mut row = row.into_iter().peekable();
            for period in &periods {
                let Some((_, cell)) = row.next_if(|(own, _)| own == period) else {
                    cells.push(None);
                    continue;
                };
                let source = match source {
                    Some((id, handle)) if id == cell.source => handle,
                    _ => {
                        let handle = self.edition.source(cell.source)?;
                        source.insert((cell.source, handle)).1
                    }
                };
                let stated = cell.stated;
                cells.push(Some(NewCell { stated, source }));
            }
            table.push_row(self.edition.catalogue.handle(place), &cells)?;
        }
        Ok(())
    }
}
