//! What a cell holds: its number, and what is said of it beside.

use std::ops::Range;

use rust_decimal::Decimal;

use super::Direct;
use super::marks::NoFigure;
use crate::book::table::Detour;
use crate::book::table::attributes::{Attributes, Said};
use crate::book::table::sheet::Slot;
use crate::book::table::value::Value;
use crate::model::{Figure, Precision, Qualifier, Stated};

impl Direct {
    /// What a cell of a row and a column that are there holds.
    pub(crate) fn slot(&self, row: usize, column: u32) -> Result<Option<Slot>, NoFigure> {
        let exceptions = self.marks.row(&self.bytes, row);
        let number = self.number(row, column);
        self.said(row, column, number, exceptions)
    }

    /// What a cell holds if it is as nearly all are: a number as its precision prints it, without a qualifier, and with what is said of
    /// the others of its table, column or row. `None` for any other cell, and where there is none: [`slot`](Self::slot) tells.
    #[inline(always)]
    pub(crate) fn plain(&self, row: usize, column: u32) -> Option<Slot> {
        self.plain_of(row, column, || {
            let number = self.spot(row, column).short(&self.bytes);
            number.unwrap_or_else(|Detour| self.short_elsewhere(row, column))
        })
    }

    /// The number and the scale of a cell whose number is in no slot of a chunk, if 64 bits hold it.
    #[inline(never)]
    fn short_elsewhere(&self, row: usize, column: u32) -> Option<(i64, u32)> {
        let value = self.elsewhere(row, column)?;
        let mantissa = value.mantissa().try_into().ok()?;
        Some((mantissa, value.scale()))
    }

    /// The same of a cell whose number and scale are known.
    #[inline(always)]
    pub(crate) fn plain_of(
        &self,
        row: usize,
        column: u32,
        number: impl FnOnce() -> Option<(i64, u32)>,
    ) -> Option<Slot> {
        // Asked for first, so that the waits for what is said and for the number overlap.
        let exceptions = self.marks.row(&self.bytes, row);
        let (number, scale) = number()?;
        if self.marks.is_exception(&self.bytes, exceptions, column) {
            return None;
        }
        self.unexceptional(row, column, number, scale)
    }

    /// What a cell with that number holds that is no exception, if it is plain.
    #[inline(always)]
    pub(super) fn unexceptional(
        &self,
        row: usize,
        column: u32,
        number: i64,
        scale: u32,
    ) -> Option<Slot> {
        let kind = self.marks.default(&self.bytes, row, column);
        let kind = self.kinds.get(kind).filter(|kind| kind.decimals == scale)?;
        let Attributes { source, said } = kind.attributes;
        let Said::Figure {
            unit,
            status,
            precision,
            ..
        } = said
        else {
            return None;
        };
        let value = Decimal::try_new(number, scale).ok()?;
        let stated = Stated::Figure {
            figure: Figure::plain(value, precision),
            unit,
            status,
        };
        Some(Slot { stated, source })
    }

    /// A cell with that number, of a row with those exceptions.
    pub(super) fn said(
        &self,
        row: usize,
        column: u32,
        number: Option<Value>,
        exceptions: Range<usize>,
    ) -> Result<Option<Slot>, NoFigure> {
        let exception = self.marks.exception(&self.bytes, exceptions, column);
        let kind = match (number, exception) {
            (None, None) => return Ok(None),
            (_, Some(exception)) => self.marks.kind(&self.bytes, exception),
            (Some(_), None) => self.marks.default(&self.bytes, row, column),
        };
        let no_figure = || NoFigure { row, column };
        let kind = self.kinds.get(kind).ok_or_else(no_figure)?;
        let Attributes { source, said } = kind.attributes;
        let stated = match (said, number) {
            (Said::Absent(absence), None) => Stated::Absent(absence),
            (
                Said::Figure {
                    unit,
                    status,
                    qualifier,
                    precision,
                },
                Some(value),
            ) => Stated::Figure {
                figure: self
                    .figure(value, precision, qualifier, exception)
                    .ok_or_else(no_figure)?,
                unit,
                status,
            },
            _ => return Err(no_figure()),
        };
        Ok(Some(Slot { stated, source }))
    }

    fn figure(
        &self,
        value: Value,
        precision: Precision,
        qualifier: Qualifier,
        exception: Option<usize>,
    ) -> Option<Figure> {
        let value = printed(value, precision)?;
        match qualifier {
            Qualifier::None => Figure::settled(value, precision),
            Qualifier::Range => {
                let (upper, digit) = self.marks.upper(&self.bytes, exception?)?;
                let figure = Figure::range(value, precision, upper, digit).ok()?;
                // Only the settled form is ever written, so that equal books are equal bytes.
                let settled = figure.upper()?.0.scale() == upper.scale();
                settled.then_some(figure)
            }
            other => Figure::new(value, precision, other).ok(),
        }
    }
}

/// Attributes of cells, with what is worked out of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) attributes: Attributes,
    /// The decimals of a number as its precision prints it, if it is a figure without a qualifier; else [`NOT_PLAIN`].
    decimals: u32,
}

/// Of a kind that is no plain figure: no number has as many decimals.
const NOT_PLAIN: u32 = u32::MAX;

impl Kind {
    pub(super) fn of(attributes: Attributes) -> Self {
        let decimals = match attributes.said {
            Said::Figure {
                qualifier: Qualifier::None,
                precision: precision @ (Precision::Exact | Precision::Digit(-27..=0)),
                ..
            } => decimals(precision),
            _ => NOT_PLAIN,
        };
        Self {
            attributes,
            decimals,
        }
    }
}

/// The decimals that a precision prints; none for a counted value.
fn decimals(precision: Precision) -> u32 {
    match precision {
        Precision::Exact => 0,
        Precision::Digit(digit) => u32::try_from(-i32::from(digit)).unwrap_or(0),
    }
}

/// A number of a row at the scale that its precision prints; `None` if that loses a digit.
fn printed(value: Value, precision: Precision) -> Option<Decimal> {
    let (scale, wanted) = (value.scale(), decimals(precision));
    if precision == Precision::Exact && scale > 0 {
        return Some(value.decimal().normalize());
    }
    let power = 10i128.checked_pow(scale.checked_sub(wanted)?)?;
    let mantissa = value.mantissa();
    if mantissa % power != 0 {
        return None;
    }
    Decimal::try_from_i128_with_scale(mantissa / power, wanted).ok()
}
