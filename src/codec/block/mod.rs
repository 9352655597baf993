//! The values of the ledger: a version, a checksum that covers the key too, and what is kept.
//!
//! | size | what |
//! |---|---|
//! | 1 | version: 0 |
//! | 4 | CRC-32 of the version, the table's byte, the key's length (1 byte), the key and the rest, little-endian |
//! | … | the rest: a record, or a block of cells |
//!
//! A block holds the cells of one chunk of a row. Its numbers are LEB128 varints, signed ones zigzag first.
//!
//! | what | size |
//! |---|---|
//! | the number of cells, 1 to 128 | 1 |
//! | their positions: below 16 cells a list that rises, else a bitmap, low bits first | 1 each, or 16 |
//! | the number of frames, then the frames | varint, … |
//! | for each cell: its frame (if there are several), then its number | … |
//!
//! A frame is what cells have in common: a byte for the status (0 to 4), or 0x80 and the reason of an absence,
//! or 0xff for nothing at all (in the history only, and then it ends here); batch and source; and for a figure the unit, the
//! qualifier, the scale and the precision (a byte each but for the unit; 127 is exact). The number of a figure is its
//! mantissa, and for a range the upper end's mantissa, scale and precision as well.

#[cfg(fuzzing)]
pub mod fuzzing;
mod read;
mod seal;
#[cfg(test)]
mod tests;
mod write;

use crate::model::{Absence, Precision, Qualifier, Stated, Status, Unit};

pub(crate) use read::{find, read};
pub(crate) use seal::{seal, unseal};
pub(crate) use write::{write, write_nothing};

/// The most cells of one block.
pub(crate) const BLOCK_CELLS_MAX: usize = 128;
/// From so many cells on, positions are a bitmap.
const BITMAP_FROM: usize = 16;
const ABSENT: u8 = 0x80;
const NOTHING: u8 = 0xff;
/// No digit stands at 10^127.
const EXACT: i8 = i8::MAX;

/// A cell of the ledger: what is stated, by which source, since which batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoredCell {
    pub(crate) stated: Stated,
    /// The number of the source in the ledger.
    pub(crate) source: u32,
    /// The number of the batch.
    pub(crate) batch: u64,
}

/// What cells of a block have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Frame {
    kind: u8,
    batch: u64,
    source: u32,
    unit: u32,
    qualifier: u8,
    scale: u8,
    digit: i8,
}

/// The numbers of a figure beside its frame.
type Numbers = (i128, Option<(i128, u8, i8)>);

impl Frame {
    const NOTHING: Self = Self {
        kind: NOTHING,
        batch: 0,
        source: 0,
        unit: 0,
        qualifier: 0,
        scale: 0,
        digit: 0,
    };

    fn of(cell: Option<&StoredCell>, unit_number: &impl Fn(Unit) -> u32) -> Self {
        let Some(cell) = cell else {
            return Self::NOTHING;
        };
        let said = Self {
            batch: cell.batch,
            source: cell.source,
            ..Self::NOTHING
        };
        match &cell.stated {
            Stated::Absent(absence) => Self {
                kind: ABSENT | position(Absence::ALL, absence),
                ..said
            },
            Stated::Figure {
                figure,
                unit,
                status,
            } => Self {
                kind: position(Status::ALL, status),
                unit: unit_number(*unit),
                qualifier: position(&Qualifier::ALL, &figure.qualifier()),
                // A scale is at most 28.
                scale: u8::try_from(figure.value().scale()).unwrap_or(u8::MAX),
                digit: digit(figure.precision()),
                ..said
            },
        }
    }
}

fn digit(precision: Precision) -> i8 {
    match precision {
        Precision::Exact => EXACT,
        Precision::Digit(digit) => digit,
    }
}

fn range() -> usize {
    usize::from(position(&Qualifier::ALL, &Qualifier::Range))
}

fn position<T: PartialEq>(all: &[T], one: &T) -> u8 {
    // The closed lists are far shorter than 128.
    let position = all.iter().position(|other| other == one);
    position
        .and_then(|position| u8::try_from(position).ok())
        .unwrap_or(0)
}
