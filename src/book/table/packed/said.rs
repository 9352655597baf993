//! The kinds of what is said of a cell, each once.

use super::ans::{unzigzag, zigzag};
use crate::book::table::attributes::Said;
use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::corrupt;
use crate::error::Result;
use crate::model::{Absence, Precision, Qualifier, Status, Unit};

/// The longest code of a unit is far shorter.
const UNIT_BYTES_MAX: usize = 256;

/// Writes kinds in their order.
pub(super) fn write(writer: &mut BitWriter, saids: &[Said]) {
    let mut last_unit = None;
    for said in saids {
        match *said {
            Said::Absent(absence) => {
                writer.push(1, 1);
                writer.push_small(position(Absence::ALL, &absence));
            }
            Said::Figure {
                unit,
                status,
                qualifier,
                precision,
            } => {
                writer.push(0, 1);
                let text = if last_unit == Some(unit) {
                    String::new()
                } else {
                    unit.to_string()
                };
                last_unit = Some(unit);
                writer.push_any(text.len() as u64);
                for byte in text.bytes() {
                    writer.push(byte.into(), 8);
                }
                writer.push_small(position(Status::ALL, &status));
                writer.push_small(position(&Qualifier::ALL, &qualifier));
                write_precision(writer, precision);
            }
        }
    }
}

/// Reads kinds, and checks that they are in their order.
pub(super) fn read(reader: &mut BitReader<'_>, count: usize) -> Result<Vec<Said>> {
    let mut saids: Vec<Said> = Vec::new();
    let mut last_unit = None;
    for _ in 0..count {
        let said = if reader.read(1) == 1 {
            Said::Absent(one_of(reader, Absence::ALL, "absence")?)
        } else {
            let length = super::count(reader, UNIT_BYTES_MAX, "bytes of a unit")?;
            let unit = match (length, last_unit) {
                (0, Some(unit)) => unit,
                _ => read_unit(reader, length)?,
            };
            last_unit = Some(unit);
            Said::Figure {
                unit,
                status: one_of(reader, Status::ALL, "status")?,
                qualifier: one_of(reader, &Qualifier::ALL, "qualifier")?,
                precision: read_precision(reader)?,
            }
        };
        if saids.last().is_some_and(|last| *last >= said) || reader.overran() {
            return Err(corrupt("the attributes are not in order"));
        }
        saids.push(said);
    }
    Ok(saids)
}

pub(super) fn write_precision(writer: &mut BitWriter, precision: Precision) {
    match precision {
        Precision::Exact => writer.push(1, 1),
        Precision::Digit(digit) => {
            writer.push(0, 1);
            writer.push_small(zigzag(digit.into()));
        }
    }
}

pub(super) fn read_precision(reader: &mut BitReader<'_>) -> Result<Precision> {
    if reader.read(1) == 1 {
        return Ok(Precision::Exact);
    }
    let digit = unzigzag(reader.read_small());
    i8::try_from(digit)
        .map(Precision::Digit)
        .map_err(|_| corrupt(format!("no digit stands at 10^{digit}")))
}

fn read_unit(reader: &mut BitReader<'_>, length: usize) -> Result<Unit> {
    let mut bytes = Vec::with_capacity(length);
    for _ in 0..length {
        bytes.extend(reader.read(8).to_le_bytes().first());
    }
    // Only the canonical code is ever written, so that equal tables are equal bytes.
    let text = std::str::from_utf8(&bytes).ok();
    text.and_then(|text| text.parse::<Unit>().ok())
        .filter(|unit| Some(unit.to_string().as_str()) == text)
        .ok_or_else(|| corrupt(format!("\"{}\" is no unit", bytes.escape_ascii())))
}

fn one_of<T: Copy>(reader: &mut BitReader<'_>, all: &[T], what: &str) -> Result<T> {
    let position = reader.read_small();
    usize::try_from(position)
        .ok()
        .and_then(|position| all.get(position))
        .copied()
        .ok_or_else(|| corrupt(format!("there is no {what} of number {position}")))
}

fn position<T: PartialEq>(all: &[T], one: &T) -> u64 {
    all.iter().position(|other| other == one).unwrap_or(0) as u64
}
