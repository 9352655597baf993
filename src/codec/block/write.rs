//! Writing blocks.

use super::{ABSENT, BITMAP_FROM, Frame, NOTHING, StoredCell, digit};
use crate::model::{Stated, Unit};

/// Whether two cells have the same frame.
fn alike(one: Option<&StoredCell>, other: Option<&StoredCell>) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return one.is_none() && other.is_none();
    };
    one.batch == other.batch
        && one.source == other.source
        && match (&one.stated, &other.stated) {
            (
                Stated::Figure {
                    figure,
                    unit,
                    status,
                },
                Stated::Figure {
                    figure: other,
                    unit: others_unit,
                    status: others_status,
                },
            ) => {
                unit == others_unit
                    && status == others_status
                    && figure.qualifier() == other.qualifier()
                    && figure.precision() == other.precision()
                    && figure.value().scale() == other.value().scale()
            }
            (Stated::Absent(one), Stated::Absent(other)) => one == other,
            _ => false,
        }
}

/// The bytes of a block: cells by rising position, `None` (in the history only) for a cell that nobody had recorded.
pub(crate) fn write<'a>(
    cells: impl ExactSizeIterator<Item = (u8, Option<&'a StoredCell>)> + Clone,
    unit_number: impl Fn(Unit) -> u32,
) -> Vec<u8> {
    let mut frames: Vec<Frame> = Vec::new();
    let mut framed: Vec<usize> = Vec::with_capacity(cells.len());
    let mut last: Option<(Option<&StoredCell>, usize)> = None;
    for (_, cell) in cells.clone() {
        // A bulk load has one frame; that of the cell before is the likeliest.
        if let Some((before, at)) = last
            && alike(before, cell)
        {
            framed.push(at);
            continue;
        }
        let frame = Frame::of(cell, &unit_number);
        let at = frames.iter().rposition(|known| *known == frame);
        let at = at.unwrap_or_else(|| {
            frames.push(frame);
            frames.len() - 1
        });
        framed.push(at);
        last = Some((cell, at));
    }
    let mut bytes = Vec::with_capacity(24 + 6 * framed.len());
    // A chunk has at most 128 positions.
    bytes.push(u8::try_from(framed.len()).unwrap_or(u8::MAX));
    if framed.len() < BITMAP_FROM {
        bytes.extend(cells.clone().map(|(position, _)| position));
    } else {
        let positions = cells.clone().map(|(position, _)| position & 127);
        let bitmap = positions.fold(0u128, |bitmap, position| bitmap | 1 << position);
        bytes.extend(bitmap.to_le_bytes());
    }
    varint(&mut bytes, wide(frames.len()));
    for frame in &frames {
        bytes.push(frame.kind);
        if frame.kind == NOTHING {
            continue;
        }
        varint(&mut bytes, u128::from(frame.batch));
        varint(&mut bytes, u128::from(frame.source));
        if frame.kind & ABSENT == 0 {
            varint(&mut bytes, u128::from(frame.unit));
            bytes.extend([frame.qualifier, frame.scale, frame.digit.cast_unsigned()]);
        }
    }
    for ((_, cell), at) in cells.zip(framed) {
        if frames.len() > 1 {
            varint(&mut bytes, wide(at));
        }
        let Some(figure) = cell.and_then(|cell| cell.stated.as_figure()) else {
            continue;
        };
        varint(&mut bytes, zigzag(figure.value().mantissa()));
        if let Some((upper, precision)) = figure.upper() {
            varint(&mut bytes, zigzag(upper.mantissa()));
            let scale = u8::try_from(upper.scale()).unwrap_or(u8::MAX);
            bytes.extend([scale, digit(precision).cast_unsigned()]);
        }
    }
    bytes
}

/// The bytes of a block of the history in which nobody had recorded anything, as [`write`](fn@write) would make them.
pub(crate) fn write_nothing(positions: u128) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(19);
    let count = positions.count_ones();
    bytes.push(u8::try_from(count).unwrap_or(u8::MAX));
    if usize::try_from(count).is_ok_and(|count| count < BITMAP_FROM) {
        bytes.extend((0..128u8).filter(|position| positions & 1 << position != 0));
    } else {
        bytes.extend(positions.to_le_bytes());
    }
    bytes.extend([1, NOTHING]);
    bytes
}

fn wide(number: usize) -> u128 {
    u128::try_from(number).unwrap_or(u128::MAX)
}

pub(super) fn zigzag(number: i128) -> u128 {
    (number << 1 ^ number >> 127).cast_unsigned()
}

fn varint(bytes: &mut Vec<u8>, mut number: u128) {
    // Most numbers are short, and the arithmetic of 64 bits is the faster.
    let mut short = loop {
        if let Ok(short) = u64::try_from(number) {
            break short;
        }
        let [low, ..] = number.to_le_bytes();
        bytes.push(low | 0x80);
        number >>= 7;
    };
    while short >= 0x80 {
        let [low, ..] = short.to_le_bytes();
        bytes.push(low | 0x80);
        short >>= 7;
    }
    let [low, ..] = short.to_le_bytes();
    bytes.push(low);
}
