//! Writing a book whose cells come sorted, with memory for one table and the directory.

mod table;

use std::fmt::Display;
use std::io::{Seek, Write};

use chrono::{DateTime, Utc};

pub use self::table::TableWriter;
use super::directory::{CELLS, DIRECTORY, Entries, OUTSIDE_DIGEST, Publication, front};
use super::table::direct::TableBytes;
use super::table::sheet::Sheet;
use crate::catalogue::Catalogue;
use crate::codec::sections::SectionsStream;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Heading, Period};
use crate::rules::HeadingRules;

/// Writes a book as its cells come, sorted: tables by heading, rows by place, cells by period.
///
/// Memory is taken for one table and for the directory, not for the cells nor the book; the bytes are those that a
/// [`BookBuilder`](super::BookBuilder) gives for the same content. What comes out of order is refused, naming both keys: a
/// [`BookSorter`](super::BookSorter) sorts cells within bounded memory, and a builder keeps all of them. Numbers that lie in arrays already are
/// pushed sooner as they are, with what is said of them stated once a table ([`push_numbers`](TableWriter::push_numbers)).
///
/// ```
/// use std::io::Cursor;
///
/// use yearbook::model::*;
/// use yearbook::{BookWriter, CatalogueBuilder, NewCell, Yearbook};
///
/// let mut catalogue = CatalogueBuilder::new();
/// catalogue.region(Region::new("430200".parse()?, None, Level::Prefecture, Names::zh("株洲市")?))?;
/// catalogue.source(Source::new("zhuzhou-2024".parse()?, "Zhuzhou health services review of 2024", "", None)?)?;
/// catalogue.indicator(Indicator::new(
///     "beds".parse()?,
///     Names::zh("床位数")?,
///     "张".parse()?,
///     Kind::Count,
///     Temporal::Stock,
/// )?)?;
/// let catalogue = catalogue.finish()?;
/// let (zhuzhou, source) = (catalogue.find_place("株洲市")?, catalogue.source(&"zhuzhou-2024".parse()?)?);
///
/// let mut book = BookWriter::new(catalogue, Cursor::new(Vec::new()));
/// let mut beds = book.table(&Heading::level("beds".parse()?), &["2021".parse()?, "2022".parse()?])?;
/// let cell = |figure: &str| -> yearbook::Result<_> {
///     let stated = Stated::figure(figure.parse()?, "张".parse()?);
///     Ok(Some(NewCell { stated, source }))
/// };
/// beds.push_row(zhuzhou, &[cell("29431")?, cell("30127")?])?;
/// beds.finish()?;
/// let bytes = book.finish()?.into_inner();
///
/// let table = Yearbook::from_bytes(bytes)?.table(&Heading::level("beds".parse()?))?;
/// let beds = table.get(zhuzhou, "2022".parse()?)?.expect("it was recorded");
/// assert_eq!(beds.mantissa(), 30127);
/// # Ok::<(), yearbook::Error>(())
/// ```
pub struct BookWriter<W: Write + Seek> {
    catalogue: Catalogue,
    publication: Publication,
    stage: Stage<W>,
    entries: Entries,
    /// The memory of the table before, for the next.
    sheet: Sheet,
    /// The same of its bytes.
    bytes: TableBytes,
}

/// How far the file is.
enum Stage<W> {
    /// Nothing is written, so that the publication may still be stated.
    New(W),
    Cells(Box<SectionsStream<W>>),
    /// A table could not be written whole, so the file cannot be.
    Failed,
}

impl<W: Write + Seek> BookWriter<W> {
    /// A book over a catalogue, written from where `out` stands; a buffered writer serves no purpose, as whole tables are written.
    pub fn new(catalogue: Catalogue, out: W) -> Self {
        Self {
            catalogue,
            publication: Publication::default(),
            stage: Stage::New(out),
            entries: Entries::default(),
            sheet: Sheet::default(),
            bytes: TableBytes::default(),
        }
    }

    /// The catalogue that the book stands on.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// States when the book is published and from which batch of a ledger.
    ///
    /// # Errors
    /// [`Duplicate`](ErrorKind::Duplicate) after the first table, when it has been written.
    pub fn published(
        &mut self,
        at: Option<DateTime<Utc>>,
        batch: Option<u64>,
    ) -> Result<&mut Self> {
        if !matches!(self.stage, Stage::New(_)) {
            return Err(Error::new(
                ErrorKind::Duplicate,
                "the publication has been written: state it before the first table",
            ));
        }
        self.publication = Publication::new(at, batch);
        Ok(self)
    }

    /// The next table, whose rows have a cell for each of `periods`.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) for a heading that is not after the one before, or periods that are not in their order;
    /// [`Duplicate`](ErrorKind::Duplicate) for a heading or a period that is given twice;
    /// the rule that the heading or a period breaks.
    pub fn table(&mut self, heading: &Heading, periods: &[Period]) -> Result<TableWriter<'_, W>> {
        if let Some(last) = self.entries.last()
            && last >= heading
        {
            return Err(out_of_order("table", last, heading));
        }
        let rules = HeadingRules::of(&self.catalogue, heading)?;
        for period in periods {
            rules.check_period(*period)?;
        }
        if let Some(pair) = periods.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(out_of_order("column", &pair[0], &pair[1]));
        }
        self.sheet.clear();
        Ok(TableWriter::of(self, heading, periods, rules))
    }

    /// The rest of the file; gives `out` back, at the end of it.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io), also if a table failed with it before; [`Overflow`](ErrorKind::Overflow) for a book of more than 2^64 bytes.
    pub fn finish(mut self) -> Result<W> {
        self.file()?;
        let Stage::Cells(mut file) = self.stage else {
            return Err(failed());
        };
        let directory = self.entries.finish()?;
        file.begin(DIRECTORY)?;
        file.part(&directory, crc32fast::hash(&directory))?;
        let mut out = file.finish()?;
        out.flush()?;
        Ok(out)
    }

    /// The file, with what lies before the cells.
    fn file(&mut self) -> Result<&mut SectionsStream<W>> {
        if matches!(self.stage, Stage::New(_)) {
            let front = front(&self.catalogue, self.publication)?;
            if let Stage::New(out) = std::mem::replace(&mut self.stage, Stage::Failed) {
                let mut file = SectionsStream::new(out, front.len() + 2, &OUTSIDE_DIGEST)?;
                front.write_into(&mut file)?;
                file.begin(CELLS)?;
                self.stage = Stage::Cells(Box::new(file));
            }
        }
        match &mut self.stage {
            Stage::Cells(file) => Ok(file),
            _ => Err(failed()),
        }
    }
}

fn out_of_order<T: Display>(what: &str, last: &T, next: &T) -> Error {
    let (last, next) = (last.to_string(), next.to_string());
    if last == next {
        return Error::new(
            ErrorKind::Duplicate,
            format!("{what} {next} is given twice"),
        );
    }
    Error::new(
        ErrorKind::Bounds,
        format!(
            "{what} {next} comes after {last}: a writer takes what is in order; use a sorter or a builder, or sort it first"
        ),
    )
}

fn failed() -> Error {
    Error::new(
        ErrorKind::Io,
        "the book could not be written: a table failed before",
    )
}
