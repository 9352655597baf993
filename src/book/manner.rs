//! Cells as bare numbers, each in a manner that was stated before: for tables that are numbers already.

use std::num::NonZero;
use std::sync::atomic::{AtomicU32, Ordering};

use rust_decimal::Decimal;

use super::alike::{Alike, Recorder, check_and_push};
use super::builder::NewCell;
use super::table::attributes::Attributes;
use super::table::sheet::{Sheet, Slot};
use crate::catalogue::Catalogue;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Figure, Qualifier, Stated};
use crate::rules::{HeadingRules, Warning};

/// All that is said of a cell beside its number: unit, decimals, precision, qualifier, status and source.
///
/// A table has thousands of cells and says these of them in a few manners. [`TableWriter::manner`](super::TableWriter::manner) takes note of one, and
/// [`TableWriter::push_numbers`](super::TableWriter::push_numbers) takes cells as pairs of a number and the manner it is reported in. A manner is for the table that
/// took note of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Manner {
    number: u32,
    /// The table it is of.
    table: NonZero<u32>,
}

/// The manners of one table.
#[derive(Debug)]
pub(super) struct Manners {
    known: Vec<Alike>,
    table: NonZero<u32>,
}

impl Manners {
    /// Those of a table that has none yet.
    pub(super) fn new() -> Self {
        static TABLES: AtomicU32 = AtomicU32::new(1);
        let number = TABLES.fetch_add(1, Ordering::Relaxed);
        Self {
            known: Vec::new(),
            table: NonZero::new(number).unwrap_or(NonZero::<u32>::MAX),
        }
    }

    /// Takes note of the manner of a cell.
    ///
    /// # Errors
    /// For a cell that has no figure, or one with two ends, and a source of another catalogue.
    pub(super) fn note(
        &mut self,
        (catalogue, rules): (&Catalogue, &HeadingRules),
        sheet: &mut Sheet,
        cell: &NewCell,
    ) -> Result<Manner> {
        let source = catalogue.own_source(cell.source)?;
        let stated = cell.stated;
        let is_number = |figure: &&Figure| figure.qualifier() != Qualifier::Range;
        if stated.as_figure().filter(is_number).is_none() {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!("{stated} is no number in a manner: give it in a row of cells"),
            ));
        }
        let attributes = sheet.attributes(Attributes::of(&Slot { stated, source }))?;
        let number = u32::try_from(self.known.len()).map_err(|_| {
            Error::new(
                ErrorKind::Overflow,
                "a table has more than 2^32 manners: take note of each once",
            )
        })?;
        let kind = Alike::of(rules, cell, attributes);
        self.known.extend(kind.map(Alike::of_any_number));
        Ok(Manner {
            number,
            table: self.table,
        })
    }

    fn get(&self, manner: Manner) -> Result<&Alike> {
        let own = (manner.table == self.table).then_some(manner.number);
        let known = own.and_then(|number| self.known.get(usize::try_from(number).ok()?));
        known.ok_or_else(|| {
            Error::new(
                ErrorKind::Foreign,
                "the manner is of another table: take note of it again in this one",
            )
        })
    }

    /// Records the numbers of a row, by column.
    ///
    /// # Errors
    /// A manner of another table, and the rule that a cell breaks. The cells before it are in the row that is open then.
    pub(super) fn row(
        &self,
        (catalogue, rules): (&Catalogue, &HeadingRules),
        (recorder, sheet): (&mut Recorder, &mut Sheet),
        mut cells: impl Iterator<Item = (u32, (i64, Manner))>,
    ) -> Result<Vec<Warning>> {
        let mut warnings = Vec::new();
        let mut next = cells.next();
        while let Some((column, (mantissa, manner))) = next {
            let alike = self.get(manner)?;
            if alike.holds(mantissa) {
                alike.push(column, mantissa, sheet);
            } else {
                let cell = alike.with(mantissa)?;
                let (_, warning) = check_and_push((catalogue, rules), sheet, column, &cell)?;
                warnings.extend(warning);
            }
            let number = |(mantissa, own): (i64, Manner)| {
                (own == manner && alike.holds(mantissa)).then_some(mantissa)
            };
            next = (recorder.run).record(alike, &mut cells, &mut sheet.cells, number);
        }
        Ok(warnings)
    }
}

impl Alike {
    /// A cell of this kind.
    ///
    /// # Errors
    /// As for [`Figure::new`].
    fn with(&self, mantissa: i64) -> Result<NewCell> {
        let value = Decimal::new(mantissa, self.scale);
        Ok(NewCell {
            stated: Stated::Figure {
                figure: Figure::new(value, self.precision, self.qualifier)?,
                unit: self.unit,
                status: self.status,
            },
            source: self.source,
        })
    }
}
