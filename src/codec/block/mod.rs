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

use rust_decimal::Decimal;

use crate::codec::corrupt;
use crate::error::Result;
use crate::model::{Absence, Figure, Precision, Qualifier, Stated, Status, Unit};

/// The version of values that this crate writes.
pub(crate) const VERSION: u8 = 0;
/// Version and checksum.
pub(crate) const SEAL_BYTES: usize = 5;
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

/// Puts version and checksum before what is kept under a key of a table.
pub(crate) fn seal(table: u8, key: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(SEAL_BYTES + payload.len());
    value.push(VERSION);
    value.extend(checksum(table, key, VERSION, payload).to_le_bytes());
    value.extend(payload);
    value
}

/// What is kept under a key of a table, after its checksum.
///
/// # Errors
/// [`Corrupt`](crate::ErrorKind::Corrupt) if the checksum is another one,
/// [`Version`](crate::ErrorKind::Version) for a version that this crate does not read.
pub(crate) fn unseal<'a>(table: u8, key: &[u8], value: &'a [u8], what: &str) -> Result<&'a [u8]> {
    let sealed = value.split_at_checked(SEAL_BYTES);
    let Some((&[version, a, b, c, d], payload)) = sealed else {
        return Err(corrupt(format!("{what} ends within its checksum")));
    };
    if checksum(table, key, version, payload) != u32::from_le_bytes([a, b, c, d]) {
        return Err(corrupt(format!("{what} does not match its checksum")));
    }
    if version != VERSION {
        return Err(crate::Error::new(
            crate::ErrorKind::Version,
            format!(
                "{what} is of version {version}, and this crate reads version {VERSION}: read it with a newer crate"
            ),
        ));
    }
    Ok(payload)
}

fn checksum(table: u8, key: &[u8], version: u8, payload: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    // Keys of the ledger are shorter than 256 bytes; a longer one has no entry.
    let length = u8::try_from(key.len()).unwrap_or(u8::MAX);
    crc.update(&[version, table, length]);
    crc.update(key);
    crc.update(payload);
    crc.finalize()
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

/// The bytes of a block of the history in which nobody had recorded anything, as [`write`] would make them.
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

/// The cells of a block, by rising position.
///
/// # Errors
/// [`Corrupt`](crate::ErrorKind::Corrupt) for bytes that are no block.
pub(crate) fn read(bytes: &[u8], units: &[Unit]) -> Result<Vec<(u8, Option<StoredCell>)>> {
    let (mut walk, count) = Walk::open(bytes)?;
    let mut cells = Vec::with_capacity(count);
    while let Some((position, frame, numbers)) = walk.next()? {
        cells.push((position, build(&frame, numbers, units)?));
    }
    if !walk.bytes.is_empty() {
        return Err(corrupt("a block of cells has bytes after its end"));
    }
    Ok(cells)
}

/// The cell at one position, without making the others: `None` if the block does not speak of it.
///
/// # Errors
/// [`Corrupt`](crate::ErrorKind::Corrupt) for bytes that are no block.
pub(crate) fn find(bytes: &[u8], wanted: u8, units: &[Unit]) -> Result<Option<Option<StoredCell>>> {
    let (mut walk, _) = Walk::open(bytes)?;
    if wanted >= 128 || walk.positions & 1 << wanted == 0 {
        return Ok(None);
    }
    while let Some((position, frame, numbers)) = walk.next()? {
        if position == wanted {
            return build(&frame, numbers, units).map(Some);
        }
    }
    Ok(None)
}

/// Goes through the cells of a block.
struct Walk<'a> {
    bytes: &'a [u8],
    /// The positions that are left.
    positions: u128,
    frames: Vec<Frame>,
}

impl<'a> Walk<'a> {
    fn open(bytes: &'a [u8]) -> Result<(Self, usize)> {
        Self::begin(bytes).ok_or_else(|| corrupt("a block of cells cannot be read"))
    }

    fn begin(bytes: &'a [u8]) -> Option<(Self, usize)> {
        let mut walk = Self {
            bytes,
            positions: 0,
            frames: Vec::new(),
        };
        let count = usize::from(walk.byte()?);
        if count == 0 || count > BLOCK_CELLS_MAX {
            return None;
        }
        if count < BITMAP_FROM {
            for _ in 0..count {
                let position = walk.byte().filter(|&position| position < 128)?;
                // Each is above the ones before it.
                if walk.positions >> position != 0 {
                    return None;
                }
                walk.positions |= 1 << position;
            }
        } else {
            let (bitmap, rest) = walk.bytes.split_first_chunk::<16>()?;
            walk.bytes = rest;
            walk.positions = u128::from_le_bytes(*bitmap);
        }
        if usize::try_from(walk.positions.count_ones()).ok()? != count {
            return None;
        }
        let frames = usize::try_from(walk.varint()?).ok()?;
        if frames == 0 || frames > count {
            return None;
        }
        walk.frames.reserve_exact(frames);
        for _ in 0..frames {
            let frame = walk.frame()?;
            walk.frames.push(frame);
        }
        Some((walk, count))
    }

    fn frame(&mut self) -> Option<Frame> {
        let kind = self.byte()?;
        let mut frame = Frame {
            kind,
            ..Frame::NOTHING
        };
        if kind == NOTHING {
            return Some(frame);
        }
        frame.batch = u64::try_from(self.varint()?).ok()?;
        frame.source = u32::try_from(self.varint()?).ok()?;
        if kind & ABSENT == 0 {
            frame.unit = u32::try_from(self.varint()?).ok()?;
            frame.qualifier = self.byte()?;
            frame.scale = self.byte()?;
            frame.digit = self.byte()?.cast_signed();
        }
        Some(frame)
    }

    fn next(&mut self) -> Result<Option<(u8, Frame, Numbers)>> {
        if self.positions == 0 {
            return Ok(None);
        }
        let position = self.positions.trailing_zeros();
        self.positions &= self.positions - 1;
        self.cell()
            .and_then(|(frame, numbers)| Some((u8::try_from(position).ok()?, frame, numbers)))
            .map(Some)
            .ok_or_else(|| corrupt("a block of cells cannot be read"))
    }

    fn cell(&mut self) -> Option<(Frame, Numbers)> {
        let at = if self.frames.len() > 1 {
            usize::try_from(self.varint()?).ok()?
        } else {
            0
        };
        let frame = *self.frames.get(at)?;
        if frame.kind & ABSENT != 0 {
            return Some((frame, (0, None)));
        }
        let mantissa = unzigzag(self.varint()?);
        let upper = if usize::from(frame.qualifier) == range() {
            Some((
                unzigzag(self.varint()?),
                self.byte()?,
                self.byte()?.cast_signed(),
            ))
        } else {
            None
        };
        Some((frame, (mantissa, upper)))
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u128> {
        // Most numbers are short: eight groups fit into 64 bits.
        let mut short = 0u64;
        for (group, &byte) in self.bytes.iter().take(8).enumerate() {
            short |= u64::from(byte & 0x7f) << (7 * group);
            if byte & 0x80 == 0 {
                self.bytes = self.bytes.get(group + 1..)?;
                return Some(u128::from(short));
            }
        }
        let mut number = 0u128;
        // 96 bits and a sign are 14 groups of seven.
        for group in 0..14 {
            let byte = self.byte()?;
            number |= u128::from(byte & 0x7f) << (7 * group);
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

fn build(frame: &Frame, numbers: Numbers, units: &[Unit]) -> Result<Option<StoredCell>> {
    if frame.kind == NOTHING {
        return Ok(None);
    }
    let stated = stated(frame, numbers, units)
        .ok_or_else(|| corrupt("a cell of a block holds no figure"))?;
    Ok(Some(StoredCell {
        stated,
        source: frame.source,
        batch: frame.batch,
    }))
}

fn stated(frame: &Frame, (mantissa, upper): Numbers, units: &[Unit]) -> Option<Stated> {
    if frame.kind & ABSENT != 0 {
        let absence = Absence::ALL.get(usize::from(frame.kind & !ABSENT))?;
        return Some(Stated::Absent(*absence));
    }
    let value = Decimal::try_from_i128_with_scale(mantissa, u32::from(frame.scale)).ok()?;
    let qualifier = *Qualifier::ALL.get(usize::from(frame.qualifier))?;
    let figure = match upper {
        None => Figure::new(value, precision(frame.digit), qualifier).ok()?,
        Some((high, scale, digit)) => {
            let high = Decimal::try_from_i128_with_scale(high, u32::from(scale)).ok()?;
            Figure::range(value, precision(frame.digit), high, precision(digit)).ok()?
        }
    };
    Some(Stated::Figure {
        figure,
        unit: *units.get(usize::try_from(frame.unit).ok()?)?,
        status: *Status::ALL.get(usize::from(frame.kind))?,
    })
}

fn digit(precision: Precision) -> i8 {
    match precision {
        Precision::Exact => EXACT,
        Precision::Digit(digit) => digit,
    }
}

fn precision(digit: i8) -> Precision {
    match digit {
        EXACT => Precision::Exact,
        digit => Precision::Digit(digit),
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

fn wide(number: usize) -> u128 {
    u128::try_from(number).unwrap_or(u128::MAX)
}

fn zigzag(number: i128) -> u128 {
    (number << 1 ^ number >> 127).cast_unsigned()
}

fn unzigzag(number: u128) -> i128 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
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

#[cfg(fuzzing)]
pub mod fuzzing;
#[cfg(test)]
mod tests;
