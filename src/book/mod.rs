//! The frozen yearbook: one file, opened as it lies, never changed.
//!
//! [`BookBuilder`] makes a [`Yearbook`]; a yearbook holds [`Table`]s; a table holds [`Cell`]s. The
//! bytes are described in `src/book/FORMAT.md`.

mod adopt;
mod alike;
mod builder;
mod check;
mod directory;
mod file;
mod manner;
mod opening;
mod shipping;
mod sorter;
#[cfg(fuzzing)]
pub use table::fuzzing;
mod table;
mod writer;

use std::fmt;
use std::iter::FusedIterator;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

pub use builder::{BookBuilder, NewCell, TableBuilder};
pub use directory::Publication;
#[cfg(feature = "ledger")]
pub(crate) use directory::columns;
pub use manner::Manner;
pub use opening::Opening;
pub use shipping::{Layout, Unpacked};
pub use sorter::{BookSorter, Merged};
pub use table::{Cell, Cells, Column, ColumnValues, Row, RowValues, Run, Table, Value, Values};
pub use writer::{BookWriter, TableWriter};

use crate::catalogue::Catalogue;
use crate::codec::corrupt;
use crate::codec::sections::Sections;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::Observations;
use crate::model::{Heading, Key, Observation};
use directory::{Directory, OUTSIDE_DIGEST};

/// A published book of figures: a catalogue and tables, read-only.
///
/// Cheap to clone, as it shares its bytes; `Send`, `Sync` and `'static`. The bytes may be a file that
/// was read, a `&'static [u8]` embedded in a program, or a memory map that the caller owns
/// ([`Bytes::from_owner`]). Opening checks the header, the catalogue's sections and the directory; the cells
/// of a table are checked when the table is first taken. [`verify`](Self::verify) checks all at once.
#[derive(Clone)]
pub struct Yearbook(Arc<Inner>);

struct Inner {
    sections: Sections,
    catalogue: Catalogue,
    publication: Publication,
    directory: Directory,
}

impl Yearbook {
    /// Opens a file, of either layout; [`Opening`] has more to choose.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) if it cannot be read, and as for [`from_bytes`](Self::from_bytes).
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Opening::new().open(path)
    }

    /// Opens bytes: a vector, a static slice, or [`Bytes`]. A book of the direct layout is used as it lies; a packed one is laid
    /// out in memory.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) for bytes that are no yearbook or a damaged one,
    /// [`Version`](ErrorKind::Version) for a format that this crate does not read.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Result<Self> {
        Opening::new().from_bytes(bytes)
    }

    fn of_sections(sections: Sections) -> Result<Self> {
        let kinds = std::iter::once(directory::PUBLICATION)
            .chain(Catalogue::section_kinds())
            .chain([directory::CELLS, directory::DIRECTORY]);
        if !sections.kinds().eq(kinds) {
            return Err(corrupt(
                "the sections are not those of a yearbook of this version, in their order",
            ));
        }
        let catalogue = Catalogue::open(&sections)?;
        let publication = directory::publication(&sections)?;
        let directory = Directory::open(&sections)?;
        Ok(Self(Arc::new(Inner {
            sections,
            catalogue,
            publication,
            directory,
        })))
    }

    /// The bytes of the book, shared.
    pub fn to_bytes(&self) -> Bytes {
        self.0.sections.bytes().clone()
    }

    /// The bytes of the book in a layout.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) if a table's bytes are damaged.
    pub fn to_bytes_as(&self, layout: Layout) -> Result<Bytes> {
        match layout {
            Layout::Direct => Ok(self.to_bytes()),
            Layout::Packed => shipping::pack(self),
        }
    }

    /// Saves the book: under a temporary name in the same folder, synced, then renamed and the
    /// folder synced, so that a reader sees the old file or the new one, whole.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io); the old file, if any, is untouched then.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save_as(path, Layout::Direct)
    }

    /// [Saves](Self::save) the book in a layout.
    ///
    /// ```no_run
    /// use yearbook::{Layout, Yearbook};
    ///
    /// Yearbook::open("county.yearbook")?.save_as("county.packed", Layout::Packed)?;
    /// # Ok::<(), yearbook::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`save`](Self::save) and [`to_bytes_as`](Self::to_bytes_as).
    pub fn save_as(&self, path: impl AsRef<Path>, layout: Layout) -> Result<()> {
        let path = path.as_ref();
        file::replace(path, &self.to_bytes_as(layout)?)
            .map_err(|error| Error::from(error).in_file(path.display().to_string()))
    }

    /// Checks every checksum, every cell and the content digest.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt), naming the part that is damaged.
    pub fn verify(&self) -> Result<()> {
        self.0.sections.verify(&OUTSIDE_DIGEST)?;
        for table in self.tables() {
            let table = table?;
            let mut cells = 0;
            for cell in table.cells() {
                cell?;
                cells += 1;
            }
            if cells != table.cell_count() {
                let stated = table.cell_count();
                let fault = corrupt(format!("it states {stated} cells and has {cells}"));
                return Err(fault.in_table(table.heading()));
            }
        }
        Ok(())
    }

    /// The places, institutions, indicators and sources that the figures speak of.
    pub fn catalogue(&self) -> &Catalogue {
        &self.0.catalogue
    }

    /// When the book was published and from which batch, if that was stated.
    pub fn publication(&self) -> Publication {
        self.0.publication
    }

    /// 128 bits that are equal for equal content, whenever and from whichever batch it was published.
    pub fn digest(&self) -> u128 {
        self.0.sections.digest()
    }

    /// The headings of all tables, in their order.
    pub fn headings(
        &self,
    ) -> impl ExactSizeIterator<Item = &Heading> + DoubleEndedIterator + FusedIterator + Clone {
        self.0.directory.tables.iter().map(|table| &*table.heading)
    }

    /// All tables, in the order of their headings.
    pub fn tables(
        &self,
    ) -> impl ExactSizeIterator<Item = Result<Table>> + DoubleEndedIterator + FusedIterator + Clone + '_
    {
        (0..self.0.directory.tables.len()).map(|at| self.0.directory.table(at, &self.0.catalogue))
    }

    /// The table of a heading.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) if the book has no such table, naming the ones it has of the indicator;
    /// [`Corrupt`](ErrorKind::Corrupt) if its bytes are damaged.
    pub fn table(&self, heading: &Heading) -> Result<Table> {
        match self.0.directory.position(heading) {
            Some(position) => self.0.directory.table(position, &self.0.catalogue),
            None => Err(self.no_table(heading)),
        }
    }

    /// The cell of a key; `None` where nobody recorded one.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) for an indicator or a place that the catalogue does not hold;
    /// [`Corrupt`](ErrorKind::Corrupt) if the table's bytes are damaged.
    pub fn get(&self, key: &Key) -> Result<Option<Cell>> {
        let place = self.0.catalogue.place(&key.place)?;
        match self.0.directory.position(&key.heading) {
            Some(position) => self
                .0
                .directory
                .table(position, &self.0.catalogue)?
                .cell(place, key.period),
            None => self
                .0
                .catalogue
                .indicator(&key.heading.indicator)
                .map(|_| None),
        }
    }

    /// How many cells the book holds.
    ///
    /// # Errors
    /// [`Corrupt`](ErrorKind::Corrupt) if a table's bytes are damaged.
    pub fn cell_count(&self) -> Result<usize> {
        self.tables().try_fold(0usize, |sum, table| {
            Ok(sum.saturating_add(table?.cell_count()))
        })
    }

    /// How many bytes the cells take, without the catalogue and the directory.
    pub fn cell_bytes(&self) -> usize {
        self.0.directory.cell_bytes()
    }

    fn no_table(&self, heading: &Heading) -> Error {
        if let Err(error) = self.0.catalogue.indicator(&heading.indicator) {
            return error;
        }
        const SHOWN_MAX: usize = 8;
        let mut others = self
            .headings()
            .filter(|other| other.indicator == heading.indicator)
            .map(ToString::to_string);
        let shown: Vec<String> = others.by_ref().take(SHOWN_MAX).collect();
        let more = if others.next().is_some() {
            " and more"
        } else {
            ""
        };
        let has = match shown.as_slice() {
            [] => "no figures of that indicator".to_string(),
            shown => format!("{}{more}", shown.join(", ")),
        };
        Error::new(
            ErrorKind::Unknown,
            format!("no table {heading}: the book has {has}"),
        )
    }
}

/// Its digest and its size; a book is too long to be printed.
impl fmt::Debug for Yearbook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Yearbook")
            .field("digest", &format_args!("{:032x}", self.digest()))
            .field("tables", &self.0.directory.tables.len())
            .field("bytes", &self.0.sections.bytes().len())
            .finish()
    }
}

impl Observations for Yearbook {
    fn catalogue(&self) -> &Catalogue {
        &self.0.catalogue
    }

    fn observations(&self) -> Box<dyn Iterator<Item = Result<Observation>> + '_> {
        Box::new(
            self.tables()
                .flat_map(|table| -> Box<dyn Iterator<Item = Result<Observation>>> {
                    match table.and_then(|table| observations_of(&table, &self.0.catalogue)) {
                        Ok(observations) => Box::new(observations.into_iter()),
                        Err(error) => Box::new(std::iter::once(Err(error))),
                    }
                }),
        )
    }
}

/// The observations of one table.
fn observations_of(table: &Table, catalogue: &Catalogue) -> Result<Vec<Result<Observation>>> {
    let observation =
        |cell: Result<(crate::catalogue::PlaceHandle, crate::model::Period, Cell)>| {
            let (place, period, cell) = cell?;
            Ok(Observation {
                key: table
                    .heading()
                    .clone()
                    .at(catalogue.place_code(place)?, period),
                stated: *cell.stated(),
                source: catalogue.source_record(cell.source())?.code().clone(),
            })
        };
    Ok(table.cells().map(observation).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_is_not_printed_whole() {
        let catalogue = crate::CatalogueBuilder::new().finish().unwrap();
        let book = BookBuilder::new(catalogue).finish().unwrap();
        assert_eq!(
            format!("{book:?}"),
            format!(
                "Yearbook {{ digest: {:032x}, tables: 0, bytes: {} }}",
                book.digest(),
                book.to_bytes().len()
            )
        );
    }

    #[test]
    fn books_travel_and_clone_cheaply() {
        fn travels<T: Send + Sync + Clone + 'static>() {}
        travels::<Yearbook>();
        travels::<Table>();
        travels::<Cell>();
        fn iterates<I>(_: impl ExactSizeIterator<Item = I> + DoubleEndedIterator + FusedIterator) {}
        let catalogue = crate::CatalogueBuilder::new().finish().unwrap();
        let book = BookBuilder::new(catalogue).finish().unwrap();
        iterates(book.headings());
        iterates(book.tables());
        assert_eq!(size_of::<Yearbook>(), size_of::<usize>());
        assert_eq!(size_of::<Table>(), size_of::<usize>());
    }
}
