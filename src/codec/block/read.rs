//! Reading blocks: all cells, or one.

use rust_decimal::Decimal;

use super::{
    ABSENT, BITMAP_FROM, BLOCK_CELLS_MAX, EXACT, Frame, NOTHING, Numbers, StoredCell, range,
};
use crate::codec::corrupt;
use crate::error::Result;
use crate::model::{Absence, Figure, Precision, Qualifier, Stated, Status, Unit};

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
#[inline]
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
    #[inline]
    fn open(bytes: &'a [u8]) -> Result<(Self, usize)> {
        Self::begin(bytes).ok_or_else(|| corrupt("a block of cells cannot be read"))
    }

    #[inline]
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

    #[inline]
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

    #[inline]
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

    #[inline]
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

    #[inline]
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(byte)
    }

    #[inline]
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

#[inline]
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

#[inline]
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

#[inline]
fn precision(digit: i8) -> Precision {
    match digit {
        EXACT => Precision::Exact,
        digit => Precision::Digit(digit),
    }
}

#[inline]
pub(super) fn unzigzag(number: u128) -> i128 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}
