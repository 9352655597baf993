//! What a cell has in common with the ones before it, so that it needs no second look.

use super::builder::NewCell;
use super::table::sheet::{Sheet, SheetCells, Slot};
use crate::catalogue::{Catalogue, SourceHandle};
use crate::error::Result;
use crate::model::{Figure, Precision, Qualifier, Stated, Status, Unit};
use crate::rules::{HeadingRules, Warning};

/// A kind of figure, and the numbers that may be recorded of that kind without more ado.
#[derive(Debug)]
pub(super) struct Alike {
    pub(super) source: SourceHandle,
    pub(super) unit: Unit,
    pub(super) status: Status,
    pub(super) qualifier: Qualifier,
    pub(super) precision: Precision,
    /// At most 28.
    pub(super) scale: u32,
    /// The least and the greatest mantissa.
    plain: (i64, i64),
    /// The index of the attributes in the sheet.
    attributes: u32,
}

impl Alike {
    /// The kind of a cell that has a figure.
    pub(super) fn of(rules: &HeadingRules, cell: &NewCell, attributes: u32) -> Option<Self> {
        let (figure, unit, status) = figure_of(cell)?;
        let plain = rules.plain_mantissas(figure, *unit);
        Some(Self {
            source: cell.source,
            unit: *unit,
            status: *status,
            qualifier: figure.qualifier(),
            precision: figure.precision(),
            scale: figure.value().scale(),
            plain: (*plain.start(), *plain.end()),
            attributes,
        })
    }

    /// The same where numbers need not be as their precision prints them: none is plain unless each is.
    pub(super) fn of_any_number(self) -> Self {
        let is_printed = match self.precision {
            Precision::Exact => self.scale == 0,
            Precision::Digit(digit) => digit <= 0,
        };
        Self {
            plain: if is_printed { self.plain } else { (1, 0) },
            ..self
        }
    }

    fn decimals(&self) -> u8 {
        u8::try_from(self.scale).unwrap_or(0)
    }

    /// Records one number of this kind.
    pub(super) fn push(&self, column: u32, mantissa: i64, sheet: &mut Sheet) {
        sheet.cells.push_alike(column, mantissa);
        sheet.cells.end_alike(self.attributes, self.decimals());
    }

    /// Whether a number of this kind holds beyond doubt.
    #[inline(always)]
    pub(super) fn holds(&self, mantissa: i64) -> bool {
        let (least, greatest) = self.plain;
        least <= mantissa && mantissa <= greatest
    }

    /// The mantissa of a cell of this kind whose number holds beyond doubt.
    #[inline(always)]
    fn plain(&self, cell: &NewCell) -> Option<i64> {
        let (figure, unit, status) = figure_of(cell)?;
        let value = figure.value().unpack();
        let is_alike = value.scale == self.scale
            && cell.source == self.source
            && *unit == self.unit
            && *status == self.status
            && self.is_reported_as(figure);
        let is_short = value.hi == 0 && value.mid.leading_zeros() > 0;
        if !is_alike || !is_short {
            return None;
        }
        let magnitude = (u64::from(value.mid) << 32 | u64::from(value.lo)).cast_signed();
        let mantissa = if value.negative {
            -magnitude
        } else {
            magnitude
        };
        self.holds(mantissa).then_some(mantissa)
    }

    #[inline(always)]
    fn is_reported_as(&self, figure: &Figure) -> bool {
        figure.qualifier() == self.qualifier && figure.precision() == self.precision
    }
}

/// What is stated in a cell that has a figure.
#[inline(always)]
fn figure_of(cell: &NewCell) -> Option<(&Figure, &Unit, &Status)> {
    match &cell.stated {
        Stated::Figure {
            figure,
            unit,
            status,
        } => Some((figure, unit, status)),
        Stated::Absent(_) => None,
    }
}

/// Numbers of one kind in a row, one after the other: what is to be written of them, until the kind changes.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// Room for those of a row.
    columns: Vec<u32>,
    mantissas: Vec<i64>,
}

impl Run {
    /// Records the numbers that are of a kind, as `number` gives them; gives the first cell that has something else, if one has.
    #[inline(always)]
    pub(super) fn record<T: Copy>(
        &mut self,
        alike: &Alike,
        cells: &mut impl Iterator<Item = (u32, T)>,
        sheet: &mut SheetCells,
        number: impl Fn(T) -> Option<i64>,
    ) -> Option<(u32, T)> {
        let most = cells.size_hint().1.unwrap_or(0);
        if self.columns.len() < most {
            self.columns.resize(most, 0);
            self.mantissas.resize(most, 0);
        }
        let mut room = self.columns.iter_mut().zip(&mut self.mantissas);
        let before = room.len();
        let other = cells.find_map(|(column, cell)| {
            let Some(mantissa) = number(cell) else {
                return Some((column, cell));
            };
            // A cell that there is no room for, of more than were announced, is the caller's to record too.
            let Some((own_column, own_mantissa)) = room.next() else {
                return Some((column, cell));
            };
            (*own_column, *own_mantissa) = (column, mantissa);
            None
        });
        let count = before - room.len();
        sheet.columns.extend_from_slice(&self.columns[..count]);
        sheet.mantissas.extend_from_slice(&self.mantissas[..count]);
        sheet.end_alike(alike.attributes, alike.decimals());
        other
    }
}

/// The kinds that are remembered: a table has few, and a row goes back and forth between them.
const REMEMBERED: usize = 8;

/// Records cells of one table in a sheet, checking each.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    /// Some kinds that cells had.
    kinds: Vec<Alike>,
    /// That of the cell before.
    now: usize,
    /// The one that makes room for the next.
    oldest: usize,
    pub(super) run: Run,
}

impl Recorder {
    /// Records the cells of a row, by column.
    ///
    /// # Errors
    /// The rule that a cell breaks. The cells before it are in the row that is open then.
    pub(super) fn row<'a>(
        &mut self,
        (catalogue, rules): (&Catalogue, &HeadingRules),
        sheet: &mut Sheet,
        mut cells: impl Iterator<Item = (u32, &'a NewCell)>,
    ) -> Result<Vec<Warning>> {
        let mut warnings = Vec::new();
        loop {
            let other = match self.kinds.get(self.now) {
                None => cells.next(),
                Some(alike) => {
                    let number = |cell: &NewCell| alike.plain(cell);
                    (self.run).record(alike, &mut cells, &mut sheet.cells, number)
                }
            };
            let Some((column, cell)) = other else {
                return Ok(warnings);
            };
            if !self.recall(column, cell, sheet) {
                let (attributes, warning) =
                    check_and_push((catalogue, rules), sheet, column, cell)?;
                warnings.extend(warning);
                self.remember(Alike::of(rules, cell, attributes));
            }
        }
    }

    /// Records a cell if it is of a kind that is remembered, and holds beyond doubt.
    fn recall(&mut self, column: u32, cell: &NewCell, sheet: &mut Sheet) -> bool {
        let mut kinds = self.kinds.iter().enumerate();
        let known = kinds.find_map(|(now, kind)| Some((now, kind, kind.plain(cell)?)));
        let Some((now, kind, mantissa)) = known else {
            return false;
        };
        kind.push(column, mantissa, sheet);
        self.now = now;
        true
    }

    fn remember(&mut self, kind: Option<Alike>) {
        let Some(kind) = kind else { return };
        let same = |one: &Alike| (one.attributes, one.scale) == (kind.attributes, kind.scale);
        if let Some(known) = self.kinds.iter().position(same) {
            // Only its number was out of the ordinary.
            self.now = known;
        } else if self.kinds.len() < REMEMBERED {
            self.now = self.kinds.len();
            self.kinds.push(kind);
        } else {
            self.now = self.oldest;
            self.kinds[self.oldest] = kind;
            self.oldest = (self.oldest + 1) % REMEMBERED;
        }
    }
}

/// Checks a cell by itself and adds it to the row that is open; gives the index of its attributes.
pub(super) fn check_and_push(
    (catalogue, rules): (&Catalogue, &HeadingRules),
    sheet: &mut Sheet,
    column: u32,
    cell: &NewCell,
) -> Result<(u32, Option<Warning>)> {
    let source = catalogue.own_source(cell.source)?;
    let warning = rules.check_stated(&cell.stated)?;
    let stated = cell.stated;
    let attributes = sheet.push(column, &Slot { stated, source })?;
    Ok((attributes, warning))
}
