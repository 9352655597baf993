//! What a cell has in common with the one before it, so that it needs no second look.

use std::ops::RangeInclusive;

use super::builder::NewCell;
use super::table::sheet::{Sheet, Slot};
use crate::catalogue::{Catalogue, SourceHandle};
use crate::error::Result;
use crate::model::{Precision, Qualifier, Stated, Status, Unit};
use crate::rules::{HeadingRules, Warning};

/// The kind of the figure before, and the numbers that may be recorded of that kind without more ado.
#[derive(Debug)]
struct Alike {
    source: SourceHandle,
    unit: Unit,
    status: Status,
    qualifier: Qualifier,
    precision: Precision,
    scale: u32,
    plain: RangeInclusive<i64>,
    /// The index of the attributes in the sheet.
    attributes: u32,
}

impl Alike {
    /// The mantissa of a cell of the same kind whose number holds beyond doubt.
    #[inline]
    fn plain(&self, cell: &NewCell) -> Option<i64> {
        let Stated::Figure {
            figure,
            unit,
            status,
        } = &cell.stated
        else {
            return None;
        };
        let value = figure.value().unpack();
        let is_alike = value.scale == self.scale
            && cell.source == self.source
            && *unit == self.unit
            && *status == self.status
            && figure.qualifier() == self.qualifier
            && figure.precision() == self.precision;
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
        self.plain.contains(&mantissa).then_some(mantissa)
    }
}

/// Records cells of one table in a sheet, checking each.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    alike: Option<Alike>,
}

impl Recorder {
    /// Records the cells of a row, by column.
    ///
    /// # Errors
    /// The rule that a cell breaks. The cells before it are in the row that is open then.
    pub(super) fn row(
        &mut self,
        (catalogue, rules): (&Catalogue, &HeadingRules),
        sheet: &mut Sheet,
        cells: &[Option<NewCell>],
    ) -> Result<Vec<Warning>> {
        let mut warnings = Vec::new();
        for (column, cell) in (0u32..).zip(cells) {
            let Some(cell) = cell else { continue };
            if let Some(mantissa) = self.alike.as_ref().and_then(|alike| alike.plain(cell)) {
                sheet.cells.push_alike(column, mantissa);
                continue;
            }
            self.end_run(sheet);
            let source = catalogue.own_source(cell.source)?;
            warnings.extend(rules.check_stated(&cell.stated)?);
            let stated = cell.stated;
            let attributes = sheet.push(column, &Slot { stated, source })?;
            self.alike = Self::alike(rules, cell, attributes);
        }
        self.end_run(sheet);
        Ok(warnings)
    }

    /// Ends the run of cells that are alike, if there is one.
    fn end_run(&self, sheet: &mut Sheet) {
        if let Some(alike) = &self.alike {
            // The scale of a decimal is at most 28.
            let scale = u8::try_from(alike.scale).unwrap_or(0);
            sheet.cells.end_alike(alike.attributes, scale);
        }
    }

    fn alike(rules: &HeadingRules, cell: &NewCell, attributes: u32) -> Option<Alike> {
        let Stated::Figure {
            figure,
            unit,
            status,
        } = &cell.stated
        else {
            return None;
        };
        Some(Alike {
            source: cell.source,
            unit: *unit,
            status: *status,
            qualifier: figure.qualifier(),
            precision: figure.precision(),
            scale: figure.value().scale(),
            plain: rules.plain_mantissas(figure, *unit),
            attributes,
        })
    }
}
