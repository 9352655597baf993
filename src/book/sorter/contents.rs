//! What is known of a book beside its cells: its headings with the periods that each has.

use std::collections::BTreeSet;
use std::io::{Seek, Write};

use super::held::{Key, Sorted};
use super::numbers::{Numbers, Ranks, at};
use crate::book::check::{check_cell, stated_twice};
use crate::book::{BookWriter, NewCell, TableWriter};
use crate::catalogue::{Catalogue, PlaceHandle};
use crate::codec::{self, corrupt};
use crate::error::Result;
use crate::model::{Absence, Figure, Heading, Period, Stated, Status, Unit};
use crate::rules::{HeadingRules, Warning};

/// The table of contents of a book whose cells are being sorted.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) catalogue: Catalogue,
    headings: Numbers<Heading>,
    /// By the number of the heading.
    titles: Vec<Title>,
    periods: Numbers<Period>,
    units: Numbers<Unit>,
}

/// What is known of a table.
#[derive(Debug)]
struct Title {
    rules: HeadingRules,
    /// The numbers of the periods.
    columns: BTreeSet<u32>,
}

/// A cell beside its key: the number of its source, and a figure with the number of its unit or why there is none.
type Record = (u32, std::result::Result<(Figure, u32, Status), Absence>);

impl Contents {
    pub(super) fn of(catalogue: Catalogue) -> Self {
        Self {
            catalogue,
            headings: Numbers::default(),
            titles: Vec::new(),
            periods: Numbers::default(),
            units: Numbers::default(),
        }
    }

    /// Checks a cell as a builder does, and gives it a key.
    pub(super) fn check(
        &mut self,
        heading: &Heading,
        place: PlaceHandle,
        period: Period,
        cell: &NewCell,
    ) -> Result<(Key, Option<Warning>)> {
        let heading = match self.headings.find(heading) {
            Some(known) => known,
            None => {
                let rules = HeadingRules::of(&self.catalogue, heading)?;
                let new = self.headings.number(heading)?;
                let columns = BTreeSet::new();
                self.titles.push(Title { rules, columns });
                new
            }
        };
        let title = &mut self.titles[heading as usize];
        title.rules.check_period(period)?;
        title
            .rules
            .check_place(&self.catalogue, place, std::iter::once(period))?;
        let warning = check_cell(&self.catalogue, &title.rules, cell)?;
        let period = self.periods.number(&period)?;
        title.columns.insert(period);
        let place = place.index();
        let key = Key {
            heading,
            place,
            period,
        };
        Ok((key, warning))
    }

    /// Writes the record of a cell.
    pub(super) fn write_record(&mut self, cell: &NewCell, bytes: &mut Vec<u8>) -> Result<()> {
        let stated = match cell.stated {
            Stated::Figure {
                figure,
                unit,
                status,
            } => Ok((figure, self.units.number(&unit)?, status)),
            Stated::Absent(absence) => Err(absence),
        };
        let record: Record = (cell.source.index(), stated);
        codec::encode_onto(bytes, &record, "a cell")
    }

    /// Reads back [`write_record`](Self::write_record).
    fn read_record(&self, bytes: &[u8]) -> Result<NewCell> {
        let ((source, stated), _): (Record, _) = codec::decode_first(bytes, "a cell")?;
        let stated = match stated {
            Ok((figure, unit, status)) => Stated::Figure {
                figure,
                unit: *self.units.get(unit)?,
                status,
            },
            Err(absence) => Stated::Absent(absence),
        };
        let source = self.catalogue.source_handle(source);
        Ok(NewCell { stated, source })
    }

    /// The order of headings and periods.
    pub(super) fn ranks(&self) -> Ranks {
        Ranks {
            headings: self.headings.ranks(),
            periods: self.periods.ranks(),
        }
    }

    /// Writes all tables, a row at a time.
    pub(super) fn write<W: Write + Seek>(
        &self,
        book: &mut BookWriter<W>,
        cells: &mut impl Sorted,
    ) -> Result<()> {
        let mut next = self.next(cells)?;
        while let Some(first) = next {
            next = self.write_table(book, first, cells)?;
        }
        Ok(())
    }

    /// Writes the table that begins with a cell, and gives the first cell of the one after it.
    fn write_table<W: Write + Seek>(
        &self,
        book: &mut BookWriter<W>,
        first: (Key, NewCell),
        cells: &mut impl Sorted,
    ) -> Result<Option<(Key, NewCell)>> {
        let Key {
            heading: number,
            mut place,
            ..
        } = first.0;
        let heading = self.headings.get(number)?;
        let columns = at(&self.titles, number)?.columns.iter();
        let periods: Result<Vec<Period>> = columns
            .map(|period| self.periods.get(*period).copied())
            .collect();
        let mut periods = periods?;
        periods.sort_unstable();
        let mut table = book.table(heading, &periods)?;
        // Only the cells that there are: rows may be sparse, and many.
        let mut row: Vec<(u32, NewCell)> = Vec::new();
        let push = |table: &mut TableWriter<'_, W>, place: u32, row: &[(u32, NewCell)]| {
            let cells = row.iter().map(|(column, cell)| (*column, cell));
            table.push_filled(self.catalogue.handle(place), cells)
        };
        let mut next = Some(first);
        while let Some((key, cell)) = next.filter(|(key, _)| key.heading == number) {
            if key.place != place {
                push(&mut table, place, &row)?;
                row.clear();
                place = key.place;
            }
            let period = *self.periods.get(key.period)?;
            let column = periods.binary_search(&period).ok();
            let column = column.and_then(|column| u32::try_from(column).ok());
            let column = column.ok_or_else(|| {
                corrupt(format!(
                    "a cell of {heading} in {period} was set aside for sorting, and none came in"
                ))
            })?;
            match row.last() {
                // Cells of one key come one after the other.
                Some((last, before)) if *last == column => {
                    return Err(stated_twice(
                        &self.catalogue,
                        heading,
                        (self.catalogue.handle(place), period),
                        [before, &cell],
                    ));
                }
                Some((last, _)) if *last > column => {
                    return Err(corrupt(format!(
                        "cells of {heading} were set aside for sorting, and came back out of order"
                    )));
                }
                _ => row.push((column, cell)),
            }
            next = self.next(cells)?;
        }
        push(&mut table, place, &row)?;
        table.finish()?;
        Ok(next)
    }

    fn next(&self, cells: &mut impl Sorted) -> Result<Option<(Key, NewCell)>> {
        match cells.next()? {
            Some((key, record)) => Ok(Some((key, self.read_record(record)?))),
            None => Ok(None),
        }
    }
}
