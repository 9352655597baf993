//! The directory of a book: its tables with their columns, and where their cells lie.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::adopt::Adopted;
use super::table::Table;
use super::table::columns::Columns;
use super::table::direct::{self, TableBytes};
use super::table::sheet::{Sheet, Slot};
use crate::catalogue::Catalogue;
use crate::codec::sections::{Sections, SectionsWriter};
use crate::codec::wire::{DirectoryV1, PublicationV0, TableV1};
use crate::codec::{self, corrupt};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Heading, Period};
use crate::rules::HeadingRules;

/// When and from which batch; outside of the content digest.
pub(crate) const PUBLICATION: u32 = 1;
/// The columns and the tables.
pub(crate) const DIRECTORY: u32 = 32;
/// The cells of all tables, one table after the other, each under the checksum in its directory entry.
pub(crate) const CELLS: u32 = 33;
/// What the content digest leaves out.
pub(crate) const OUTSIDE_DIGEST: [u32; 1] = [PUBLICATION];

/// When a book was published and from which batch of a ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "PublicationForm")]
pub struct Publication {
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicationForm {
    at: Option<DateTime<Utc>>,
    batch: Option<u64>,
}

impl From<PublicationForm> for Publication {
    fn from(PublicationForm { at, batch }: PublicationForm) -> Self {
        Self::new(at, batch)
    }
}

impl Publication {
    pub(super) fn new(at: Option<DateTime<Utc>>, batch: Option<u64>) -> Self {
        // Kept to the second, so that what is read back is what was given.
        let at = at.and_then(|at| DateTime::from_timestamp(at.timestamp(), 0));
        Self { at, batch }
    }

    /// When, to the second.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        self.at
    }

    /// From which batch of a ledger.
    pub fn batch(&self) -> Option<u64> {
        self.batch
    }
}

/// The rows of a table before it is written: by place, each by period.
pub(super) type Rows = BTreeMap<u32, Vec<(Period, Slot)>>;

/// What a table is written from.
pub(super) enum Content {
    Rows(Rows),
    /// A table of an earlier book.
    Adopted(Adopted),
}

/// The bytes of a book.
pub(super) fn write(
    catalogue: &Catalogue,
    tables: BTreeMap<Heading, Content>,
    publication: Publication,
) -> Result<Vec<u8>> {
    // Kept apart until the file is written: of a book that takes tables over, each byte is copied once.
    let mut cells: Vec<(Bytes, u32)> = Vec::with_capacity(tables.len());
    let mut entries = Entries::default();
    let mut sheet = Sheet::default();
    for (heading, content) in tables {
        let (periods, length, crc) = match content {
            Content::Rows(rows) => {
                let columns = Columns::new(columns(rows.values()));
                sheet.clear();
                for (place, row) in rows {
                    for (period, slot) in &row {
                        // Every period of the rows is a column.
                        let column = columns.find(*period).unwrap_or(u32::MAX);
                        sheet.push(column, slot)?;
                    }
                    sheet.end_row(place);
                }
                let mut bytes = TableBytes::default();
                direct::write_into(&sheet, columns.periods(), &mut bytes)?;
                let (length, crc) = (bytes.len(), bytes.crc());
                cells.extend(bytes.into_parts());
                (columns.periods().to_vec(), length, crc)
            }
            Content::Adopted(Adopted { table, sources }) => {
                let bytes = table.bytes(sources.as_deref())?;
                let (length, crc) = (bytes.len(), crc32fast::hash(&bytes));
                cells.push((bytes, crc));
                (table.periods().to_vec(), length, crc)
            }
        };
        entries.push(heading, periods, length, crc)?;
    }
    let mut writer = front(catalogue, publication)?;
    writer.push_parts(CELLS, cells);
    writer.push(DIRECTORY, entries.finish()?);
    writer.finish(&OUTSIDE_DIGEST)
}

/// Every period that a row has, in order.
pub(crate) fn columns<'a, T: 'a>(rows: impl Iterator<Item = &'a Vec<(Period, T)>>) -> Vec<Period> {
    let mut periods: BTreeSet<Period> = BTreeSet::new();
    let mut last: &[(Period, T)] = &[];
    for row in rows {
        // Most rows have the periods of the one before.
        let own = row.iter().map(|(period, _)| period);
        if !own.eq(last.iter().map(|(period, _)| period)) {
            periods.extend(row.iter().map(|(period, _)| *period));
        }
        last = row;
    }
    periods.into_iter().collect()
}

/// What lies before the cells: the publication and the catalogue.
pub(super) fn front(catalogue: &Catalogue, publication: Publication) -> Result<SectionsWriter> {
    let mut writer = SectionsWriter::new();
    let published = PublicationV0 {
        at: publication.at.map(|at| at.timestamp()),
        batch: publication.batch,
    };
    writer.push(PUBLICATION, codec::encode(&published, "the publication")?);
    catalogue.write(&mut writer);
    Ok(writer)
}

/// The directory as it grows, table by table.
#[derive(Debug, Default)]
pub(super) struct Entries {
    columns: Vec<Vec<Period>>,
    known: HashMap<Vec<Period>, u32>,
    tables: Vec<TableV1>,
    end: u64,
}

impl Entries {
    /// Adds the table of a later heading, whose bytes follow those of the one before.
    pub(super) fn push(
        &mut self,
        heading: Heading,
        periods: Vec<Period>,
        length: usize,
        crc: u32,
    ) -> Result<()> {
        let columns = match self.known.get(&periods) {
            Some(&known) => known,
            None => {
                let new = u32::try_from(self.columns.len()).map_err(|_| too_large())?;
                self.columns.push(periods.clone());
                self.known.insert(periods, new);
                new
            }
        };
        let length = as_u64(length)?;
        self.tables.push(TableV1 {
            heading,
            columns,
            offset: self.end,
            length,
            crc,
        });
        self.end = self.end.checked_add(length).ok_or_else(too_large)?;
        Ok(())
    }

    /// The heading of the table added last.
    pub(super) fn last(&self) -> Option<&Heading> {
        self.tables.last().map(|table| &table.heading)
    }

    /// The record.
    pub(super) fn finish(self) -> Result<Vec<u8>> {
        let directory = DirectoryV1 {
            columns: self.columns,
            tables: self.tables,
        };
        codec::encode(&directory, "the directory")
    }
}

fn too_large() -> Error {
    Error::new(ErrorKind::Overflow, "the book is larger than 2^64 bytes")
}

fn as_u64(value: usize) -> Result<u64> {
    u64::try_from(value).map_err(|_| too_large())
}

/// A directory that has been checked; each table is checked when it is first asked for.
#[derive(Debug)]
pub(super) struct Directory {
    pub(super) tables: Vec<TableEntry>,
    cells: Bytes,
}

#[derive(Debug)]
pub(super) struct TableEntry {
    pub(super) heading: Arc<Heading>,
    columns: Columns,
    start: usize,
    end: usize,
    crc: u32,
    opened: OnceLock<Table>,
}

impl TableEntry {
    pub(super) fn periods(&self) -> &[Period] {
        self.columns.periods()
    }

    /// Whether these are its bytes.
    pub(super) fn is_of(&self, bytes: &TableBytes) -> bool {
        bytes.len() == self.end - self.start && bytes.crc() == self.crc
    }
}

impl Directory {
    pub(super) fn open(sections: &Sections) -> Result<Self> {
        let cells = sections.get_unverified(CELLS, "the section of cells")?;
        let directory = Self::read(sections, cells.len())?;
        Ok(Self { cells, ..directory })
    }

    /// The directory of a book whose cells are packed: how long they are is seen when they are laid out.
    pub(super) fn packed(sections: &Sections) -> Result<Self> {
        Self::read(sections, usize::MAX)
    }

    /// Tables that lie one after the other within so many bytes, and fill them.
    fn read(sections: &Sections, cell_bytes: usize) -> Result<Self> {
        let bytes = sections.get(DIRECTORY, "the directory")?;
        let DirectoryV1 { columns, tables } = codec::decode(&bytes, "the directory")?;
        // Lists of periods are made ready when the first table has them, in which order they are listed.
        let mut unused = columns.into_iter();
        let mut lists: Vec<Columns> = Vec::new();
        let mut at = 0;
        let mut entries: Vec<TableEntry> = Vec::with_capacity(tables.len());
        for table in tables {
            let heading = table.heading;
            let fail = |why: &str| Err(corrupt(format!("table {heading} {why}")));
            if entries.last().is_some_and(|last| *last.heading >= heading) {
                return fail("is not in the order of headings");
            }
            let list = usize::try_from(table.columns).unwrap_or(usize::MAX);
            if list == lists.len()
                && let Some(periods) = unused.next()
            {
                if periods.is_empty() || !periods.is_sorted_by(|a, b| a < b) {
                    return fail("has columns that are not in order");
                }
                lists.push(Columns::new(periods));
            }
            let Some(columns) = lists.get(list) else {
                return fail("has columns that the directory does not list");
            };
            let (start, length) = (usize::try_from(table.offset), usize::try_from(table.length));
            let end = match (start, length) {
                (Ok(start), Ok(length)) if start == at => start.checked_add(length),
                _ => None,
            };
            let Some(end) = end.filter(|&end| end <= cell_bytes) else {
                return fail("does not lie where it should");
            };
            entries.push(TableEntry {
                heading: heading.into(),
                columns: columns.clone(),
                start: at,
                end,
                crc: table.crc,
                opened: OnceLock::new(),
            });
            at = end;
        }
        if unused.next().is_some() {
            return Err(corrupt("the directory lists columns that no table has"));
        }
        if cell_bytes != usize::MAX && at != cell_bytes {
            return Err(corrupt(format!(
                "{} bytes of cells are in no table",
                cell_bytes - at
            )));
        }
        Ok(Self {
            tables: entries,
            cells: Bytes::new(),
        })
    }

    /// The place of a heading among the tables.
    pub(super) fn position(&self, heading: &Heading) -> Option<usize> {
        self.tables
            .binary_search_by(|table| (*table.heading).cmp(heading))
            .ok()
    }

    /// A table, checked when it is first asked for.
    pub(super) fn table(&self, position: usize, catalogue: &Catalogue) -> Result<Table> {
        let Some(entry) = self.tables.get(position) else {
            return Err(corrupt(format!("there is no table {position}")));
        };
        if let Some(table) = entry.opened.get() {
            return Ok(table.clone());
        }
        // The catalogue may have been made to fit no table at all.
        HeadingRules::of(catalogue, &entry.heading).map_err(|error| {
            corrupt(format!(
                "table {} breaks a rule: {}",
                entry.heading,
                error.message()
            ))
            .with_source(error)
        })?;
        let bytes = self.cells.slice(entry.start..entry.end);
        if crc32fast::hash(&bytes) != entry.crc {
            return Err(corrupt(format!(
                "table {} does not match its checksum",
                entry.heading
            )));
        }
        let table = Table::open(
            entry.heading.clone(),
            entry.columns.clone(),
            catalogue.clone(),
            bytes,
        )
        .map_err(|error| error.in_table(&entry.heading))?;
        Ok(entry.opened.get_or_init(|| table).clone())
    }

    /// How many bytes of cells the tables take, as it states them.
    pub(super) fn stated_bytes(&self) -> usize {
        self.tables.last().map_or(0, |table| table.end)
    }

    /// How many bytes the cells take.
    pub(super) fn cell_bytes(&self) -> usize {
        self.cells.len()
    }
}

/// Reads the publication.
pub(super) fn publication(sections: &Sections) -> Result<Publication> {
    let bytes = sections.get(PUBLICATION, "the publication")?;
    let PublicationV0 { at, batch } = codec::decode(&bytes, "the publication")?;
    let at = match at {
        None => None,
        Some(seconds) => Some(DateTime::from_timestamp(seconds, 0).ok_or_else(|| {
            corrupt(format!(
                "the book was published at second {seconds}, which is no time"
            ))
        })?),
    };
    Ok(Publication { at, batch })
}
