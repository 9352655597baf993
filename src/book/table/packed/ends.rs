//! Reading what a number of a series cannot be: wide numbers, and the upper ends of ranges.

use super::number::{is_checked, read_decimal};
use super::said;
use crate::book::table::attributes::Said;
use crate::book::table::sheet::{Sheet, SheetCell, WIDE};
use crate::codec::bits::BitReader;
use crate::codec::corrupt;
use crate::error::Result;
use crate::model::{Figure, Qualifier};

/// Reads wide numbers and the upper ends of ranges, and checks the figures that could be none.
pub(super) fn read_ends(
    reader: &mut BitReader<'_>,
    has_wide: bool,
    saids: &[Said],
    sheet: &mut Sheet,
) -> Result<()> {
    if !has_wide && !saids.iter().any(is_checked) {
        return Ok(());
    }
    let runs = sheet.cells.take_runs();
    let mut start = 0;
    for run in runs {
        let said = sheet.attributes[run.attributes as usize].said;
        for index in start..run.end {
            let mut cell = SheetCell {
                mantissa: sheet.cells.mantissas[index],
                column: sheet.cells.columns[index],
                attributes: run.attributes,
                scale: run.scale,
            };
            if run.scale == WIDE {
                let value = read_decimal(reader)?;
                (cell.mantissa, cell.scale) = sheet.short(value);
                sheet.cells.mantissas[index] = cell.mantissa;
                sheet
                    .cells
                    .end_alike_at(index + 1, cell.attributes, cell.scale);
            } else if !is_checked(&said) {
                break;
            }
            check_end(reader, &said, index, &cell, sheet)?;
        }
        if run.scale != WIDE {
            sheet.cells.end_alike_at(run.end, run.attributes, run.scale);
        }
        start = run.end;
    }
    Ok(())
}

/// Reads the upper end of a cell that is a range, and checks that the cell holds a figure.
fn check_end(
    reader: &mut BitReader<'_>,
    said: &Said,
    index: usize,
    cell: &SheetCell,
    sheet: &mut Sheet,
) -> Result<()> {
    let Said::Figure {
        qualifier,
        precision,
        ..
    } = *said
    else {
        return Ok(());
    };
    let Some(value) = sheet.value(cell) else {
        return Ok(());
    };
    let figure = if qualifier == Qualifier::Range {
        let upper = read_decimal(reader)?;
        let upper_precision = said::read_precision(reader)?;
        sheet.uppers.push((index, upper, upper_precision));
        Figure::range(value, precision, upper, upper_precision)
            .ok()
            .filter(|figure| {
                figure
                    .upper()
                    .is_some_and(|(settled, _)| settled.scale() == upper.scale())
            })
    } else {
        Figure::new(value, precision, qualifier).ok()
    };
    if figure.is_none_or(|figure| figure.value().scale() != value.scale()) {
        return Err(corrupt(format!("cell {index} holds no figure")));
    }
    Ok(())
}
