//! What a cell has in common with the one before it, so that it needs no second look.

use std::ops::RangeInclusive;

use super::builder::NewCell;
use super::table::attributes::Said;
use super::table::sheet::{Sheet, Slot};
use crate::catalogue::{Catalogue, SourceHandle};
use crate::error::Result;
use crate::model::Stated;
use crate::rules::{HeadingRules, Warning};

/// The kind of the cell before, and the numbers that may be recorded of that kind without more ado.
#[derive(Debug)]
pub(super) struct Alike {
    source: SourceHandle,
    said: Said,
    /// The index of the attributes in the sheet.
    attributes: u32,
    scale: u8,
    plain: RangeInclusive<i64>,
}

impl Alike {
    /// The mantissa of a cell of the same kind whose number holds beyond doubt.
    #[inline]
    fn plain(&self, cell: &NewCell) -> Option<i64> {
        let value = cell.stated.as_figure()?.value();
        if value.scale() != u32::from(self.scale)
            || cell.source != self.source
            || Said::of(&cell.stated) != self.said
        {
            return None;
        }
        let mantissa = i64::try_from(value.mantissa()).ok()?;
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
            if let Some(alike) = &self.alike
                && let Some(mantissa) = alike.plain(cell)
            {
                sheet.push_cell(column, alike.attributes, mantissa, alike.scale);
                continue;
            }
            let source = catalogue.own_source(cell.source)?;
            warnings.extend(rules.check_stated(&cell.stated)?);
            let stated = cell.stated;
            let attributes = sheet.push(column, &Slot { stated, source })?;
            self.alike = Self::alike(rules, cell, attributes);
        }
        Ok(warnings)
    }

    fn alike(rules: &HeadingRules, cell: &NewCell, attributes: u32) -> Option<Alike> {
        let Stated::Figure { figure, unit, .. } = &cell.stated else {
            return None;
        };
        Some(Alike {
            source: cell.source,
            said: Said::of(&cell.stated),
            attributes,
            scale: u8::try_from(figure.value().scale()).ok()?,
            plain: rules.plain_mantissas(figure, *unit),
        })
    }
}
