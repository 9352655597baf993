//! What is said of cells beside their numbers: a default for each column or row, and the cells that differ.
//!
//! All of it lies off the path of a bare number.

use std::ops::Range;

use rust_decimal::Decimal;

use super::rows::{as_u32, as_usize};
use crate::book::table::attributes::{Attributes, Said};
use crate::codec::bits::{Cursor, Packed, Reach, bits_for, push_number};
use crate::codec::corrupt;
use crate::error::{Error, Result};
use crate::model::{Absence, Precision, Qualifier, Status, Unit};

/// Mantissa 12, sign and scale 1, precision 1.
pub(super) const UPPER_BYTES: usize = 14;
/// The precision of a counted value: no digit stands at 10^127.
const EXACT: i8 = i8::MAX;
/// The sign in the byte of the scale.
const NEGATIVE: u8 = 0x80;
/// Added to the position of an absence, to tell it from a status.
const ABSENT: u8 = 0x80;
/// From so many exceptions in a row on they are searched by halves.
const SEARCHED: usize = 8;

/// By what the defaults are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    Table,
    Column,
    Row,
}

impl Axis {
    pub(super) const ALL: [Self; 3] = [Self::Table, Self::Column, Self::Row];
}

/// Where the attributes of a table's cells lie.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    axis: Axis,
    one: u32,
    exceptions: usize,
    uppers: usize,
    /// The bits of an index of attributes.
    bits: u32,
    defaults: Packed,
    /// The default of each column, where it does not lie by rows and there are few kinds of attributes.
    by_column: Box<[u8]>,
    /// For each row the number of exceptions up to its end; nothing if there is none.
    ends: Packed,
    /// The column of each exception.
    columns: Packed,
    /// Of those columns.
    reach: Reach,
    /// The attributes of each exception.
    kinds: Packed,
    /// The exceptions that have an upper end, rising.
    ranged: Packed,
    upper_start: usize,
}

impl Marks {
    /// What the header says; [`place_in`](Self::place_in) finds the rest.
    pub(super) fn read(header: &mut Cursor<'_>, attributes: usize) -> Result<Self> {
        let axis = *Axis::ALL
            .get(usize::from(header.byte()?))
            .ok_or_else(|| corrupt("the attributes lie by nothing known"))?;
        let one = if axis == Axis::Table {
            header.number_u32()?
        } else {
            0
        };
        let exceptions = header.count()?;
        let uppers = header.count()?;
        Ok(Self {
            axis,
            one,
            exceptions,
            uppers,
            bits: index_bits(attributes),
            defaults: Packed::default(),
            by_column: Box::default(),
            ends: Packed::default(),
            columns: Packed::default(),
            reach: Reach::default(),
            kinds: Packed::default(),
            ranged: Packed::default(),
            upper_start: 0,
        })
    }

    /// Finds the attributes in the body, and checks that exceptions are in order.
    pub(super) fn place_in(
        &mut self,
        body: &mut Cursor<'_>,
        bytes: &[u8],
        rows: usize,
        columns: usize,
    ) -> Result<()> {
        let defaults = match self.axis {
            Axis::Table => 0,
            Axis::Column => columns,
            Axis::Row => rows,
        };
        self.defaults = Packed::take(body, defaults, self.bits)?;
        self.by_column = match self.axis {
            Axis::Row => Box::default(),
            Axis::Table | Axis::Column => {
                let kinds = (0..as_u32(columns)).map(|column| self.default_of(bytes, 0, column));
                let kinds = kinds.map(|kind| u8::try_from(kind).ok());
                kinds.collect::<Option<_>>().unwrap_or_default()
            }
        };
        if self.exceptions > 0 {
            self.ends = Packed::take(body, rows, bits_for(self.exceptions as u64))?;
            self.columns = Packed::take(body, self.exceptions, index_bits(columns))?;
            self.reach = self.columns.reach();
            self.kinds = Packed::take(body, self.exceptions, self.bits)?;
        }
        self.ranged = Packed::take(body, self.uppers, index_bits(self.exceptions))?;
        self.upper_start = body.at();
        body.take(self.uppers.saturating_mul(UPPER_BYTES))?;
        let fault = || corrupt("the attributes are not in order");
        let mut start = 0;
        for row in 0..self.ends.len() {
            let range = self.row(bytes, row);
            if range.start != start || range.end < start || range.end > self.exceptions {
                return Err(fault());
            }
            let mut least = 0;
            for exception in range.clone() {
                let column = self.columns.get_u32(bytes, exception);
                if column < least || as_usize(column) >= columns {
                    return Err(fault());
                }
                least = column + 1;
            }
            start = range.end;
        }
        if start != self.exceptions {
            return Err(fault());
        }
        let mut least = 0;
        for upper in 0..self.uppers {
            let exception = self.ranged.get(bytes, upper);
            if exception < least || exception >= self.exceptions as u64 {
                return Err(fault());
            }
            least = exception + 1;
        }
        Ok(())
    }

    /// The exceptions of a row.
    #[inline(always)]
    pub(super) fn row(&self, bytes: &[u8], row: usize) -> Range<usize> {
        // Without exceptions there are numbers without bits, which are read as zeros.
        let (start, end) = match row.checked_sub(1) {
            Some(before) => self.ends.get_two(bytes, before),
            None => (0, self.ends.get(bytes, row)),
        };
        let number = |end| usize::try_from(end).unwrap_or(usize::MAX);
        number(start)..number(end)
    }

    /// Whether one of the exceptions of a row is in a column.
    #[inline(always)]
    pub(super) fn is_exception(&self, bytes: &[u8], row: Range<usize>, column: u32) -> bool {
        let held = self
            .columns
            .holds(&self.reach, bytes, row.clone(), column.into());
        held.unwrap_or_else(|| self.exception(bytes, row, column).is_some())
    }

    /// The column of the first of some exceptions.
    #[inline]
    pub(super) fn next_column(&self, bytes: &[u8], exceptions: &Range<usize>) -> Option<u32> {
        (!exceptions.is_empty()).then(|| self.columns.get_u32(bytes, exceptions.start))
    }

    /// The one of the exceptions of a row that is in a column.
    pub(super) fn exception(&self, bytes: &[u8], row: Range<usize>, column: u32) -> Option<usize> {
        if row.len() < SEARCHED {
            let mut row = row;
            return row.find(|&exception| self.columns.get_u32(bytes, exception) == column);
        }
        self.columns.find(bytes, row, column.into())
    }

    /// The index of the attributes of an exception.
    #[inline]
    pub(super) fn kind(&self, bytes: &[u8], exception: usize) -> usize {
        as_usize(self.kinds.get_u32(bytes, exception))
    }

    /// The index of the attributes of a cell that is no exception.
    #[inline(always)]
    pub(super) fn default(&self, bytes: &[u8], row: usize, column: u32) -> usize {
        match self.by_column.get(as_usize(column)) {
            Some(&kind) => kind.into(),
            None => as_usize(self.default_of(bytes, row, column)),
        }
    }

    /// The same as it lies.
    #[inline]
    fn default_of(&self, bytes: &[u8], row: usize, column: u32) -> u32 {
        match self.axis {
            Axis::Table => self.one,
            Axis::Column => self.defaults.get_u32(bytes, as_usize(column)),
            Axis::Row => self.defaults.get_u32(bytes, row),
        }
    }

    /// The upper end of an exception.
    pub(super) fn upper(&self, bytes: &[u8], exception: usize) -> Option<(Decimal, Precision)> {
        let upper = self.ranged.find(bytes, 0..self.uppers, exception as u64)?;
        let start = self.upper_start + upper * UPPER_BYTES;
        read_upper(bytes.get(start..start + UPPER_BYTES)?)
    }
}

/// The bits of a number below `count`.
pub(super) fn index_bits(count: usize) -> u32 {
    bits_for(count.saturating_sub(1) as u64)
}

/// Writes the kinds of attributes: units by their codes, then the kinds.
pub(super) fn write_attributes(attributes: &[Attributes], header: &mut Vec<u8>) {
    let mut units: Vec<Unit> = attributes.iter().filter_map(unit_of).collect();
    units.sort_unstable();
    units.dedup();
    push_number(header, units.len() as u64);
    for unit in &units {
        let code = unit.to_string();
        push_number(header, code.len() as u64);
        header.extend(code.as_bytes());
    }
    push_number(header, attributes.len() as u64);
    for one in attributes {
        push_number(header, one.source.into());
        match one.said {
            Said::Absent(absence) => header.push(position(Absence::ALL, &absence) | ABSENT),
            Said::Figure {
                unit,
                status,
                qualifier,
                precision,
            } => {
                header.push(position(Status::ALL, &status));
                push_number(header, units.binary_search(&unit).unwrap_or(0) as u64);
                header.push(position(&Qualifier::ALL, &qualifier));
                header.push(precision_byte(precision));
            }
        }
    }
}

/// Reads what [`write_attributes`] wrote, and checks that the kinds are in order and their sources there.
pub(super) fn read_attributes(header: &mut Cursor<'_>, sources: u32) -> Result<Vec<Attributes>> {
    let mut units: Vec<Unit> = Vec::new();
    for _ in 0..header.count()? {
        let length = header.count()?;
        let code = header.take(length)?;
        let unit = std::str::from_utf8(code)
            .ok()
            .and_then(|code| {
                code.parse::<Unit>()
                    .ok()
                    .filter(|unit| unit.to_string() == code)
            })
            .filter(|unit| units.last().is_none_or(|last| last < unit))
            .ok_or_else(|| corrupt("the units are not codes in order"))?;
        units.push(unit);
    }
    let mut attributes: Vec<Attributes> = Vec::new();
    for _ in 0..header.count()? {
        let one = read_kind(header, &units)?
            .filter(|one| one.source < sources)
            .filter(|one| attributes.last().is_none_or(|last| last < one))
            .ok_or_else(|| corrupt("the attributes are not known ones in order"))?;
        attributes.push(one);
    }
    Ok(attributes)
}

fn read_kind(header: &mut Cursor<'_>, units: &[Unit]) -> Result<Option<Attributes>> {
    let source = header.number_u32()?;
    let status = header.byte()?;
    if status & ABSENT != 0 {
        let absence = Absence::ALL.get(usize::from(status & !ABSENT));
        return Ok(absence.map(|&absence| Attributes {
            source,
            said: Said::Absent(absence),
        }));
    }
    let unit = header.count()?;
    let qualifier = header.byte()?;
    let precision = read_precision(header.byte()?);
    let status = Status::ALL.get(usize::from(status));
    let qualifier = Qualifier::ALL.get(usize::from(qualifier));
    Ok(match (units.get(unit), status, qualifier) {
        (Some(&unit), Some(&status), Some(&qualifier)) => Some(Attributes {
            source,
            said: Said::Figure {
                unit,
                status,
                qualifier,
                precision,
            },
        }),
        _ => None,
    })
}

pub(super) fn unit_of(attributes: &Attributes) -> Option<Unit> {
    match attributes.said {
        Said::Figure { unit, .. } => Some(unit),
        Said::Absent(_) => None,
    }
}

pub(super) fn upper_bytes(value: Decimal, precision: Precision) -> [u8; UPPER_BYTES] {
    let mut bytes = [0; UPPER_BYTES];
    let mantissa = value.mantissa().unsigned_abs().to_le_bytes();
    bytes[..12].copy_from_slice(&mantissa[..12]);
    // A scale is at most 28.
    let scale = u8::try_from(value.scale()).unwrap_or(0);
    bytes[12] = scale | if value.mantissa() < 0 { NEGATIVE } else { 0 };
    bytes[13] = precision_byte(precision);
    bytes
}

fn read_upper(bytes: &[u8]) -> Option<(Decimal, Precision)> {
    let mut mantissa = [0; 16];
    mantissa[..12].copy_from_slice(bytes.get(..12)?);
    let mantissa = i128::from_le_bytes(mantissa);
    let scale = *bytes.get(12)?;
    let negative = scale & NEGATIVE != 0;
    if negative && mantissa == 0 {
        return None;
    }
    let mantissa = if negative { -mantissa } else { mantissa };
    let value = Decimal::try_from_i128_with_scale(mantissa, u32::from(scale & !NEGATIVE)).ok()?;
    Some((value, read_precision(*bytes.get(13)?)))
}

fn precision_byte(precision: Precision) -> u8 {
    let digit = match precision {
        Precision::Exact => EXACT,
        Precision::Digit(digit) => digit,
    };
    digit.to_le_bytes()[0]
}

fn read_precision(byte: u8) -> Precision {
    match i8::from_le_bytes([byte]) {
        EXACT => Precision::Exact,
        digit => Precision::Digit(digit),
    }
}

fn position<T: PartialEq>(all: &[T], one: &T) -> u8 {
    // The closed lists are far shorter than 128.
    all.iter()
        .position(|other| other == one)
        .and_then(|position| u8::try_from(position).ok())
        .unwrap_or(0)
}

/// A cell whose attributes or number are not what a cell may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoFigure {
    pub(crate) row: usize,
    pub(crate) column: u32,
}

impl From<NoFigure> for Error {
    fn from(NoFigure { row, column }: NoFigure) -> Self {
        corrupt(format!(
            "the cell of row {row} in column {column} holds no figure"
        ))
    }
}
