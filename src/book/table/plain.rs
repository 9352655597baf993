//! The inside of a table, format version 0: sorted rows, sorted columns in each, one slot a cell.
//!
//! This is the seam: nothing outside of this file knows how cells lie in bytes. A row is found by
//! binary search among the places, a cell by binary search in its row.
//!
//! `FORMAT.md` describes the bytes.

use bytes::Bytes;
use rust_decimal::Decimal;

pub(crate) use super::sheet::Slot;
use crate::codec::corrupt;
use crate::codec::sections::u32_at;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Absence, Figure, Precision, Qualifier, Stated, Status, Unit};

/// Rows, slots, upper ends.
pub(crate) const HEADER_BYTES: usize = 12;
/// Mantissa 12, sign and scale 1, precision 1, qualifier 1, status 1, unit 4, source 4, upper end 4.
pub(crate) const SLOT_BYTES: usize = 28;
/// Mantissa 12, sign and scale 1, precision 1.
pub(crate) const UPPER_BYTES: usize = 14;

/// The upper end of a figure that has none.
const NO_UPPER: u32 = u32::MAX;
/// Added to the position of an absence, to tell it from a status.
const ABSENT: u8 = 0x80;
/// The precision of a counted value: no digit stands at 10^127.
const EXACT: i8 = i8::MAX;
/// The sign in the byte of the scale.
const NEGATIVE: u8 = 0x80;

/// Writes a table whose rows come in the order of their places.
#[derive(Default)]
pub(crate) struct PlainWriter {
    places: Vec<u32>,
    ends: Vec<u32>,
    columns: Vec<u32>,
    slots: Vec<u8>,
    uppers: Vec<u8>,
}

impl PlainWriter {
    /// Adds a row: cells by ascending column.
    pub(crate) fn row(
        &mut self,
        place: u32,
        cells: impl Iterator<Item = (u32, Slot)>,
        unit: impl Fn(Unit) -> u32,
    ) -> Result<()> {
        debug_assert!(self.places.last().is_none_or(|&last| last < place));
        for (column, slot) in cells {
            self.columns.push(column);
            self.slot(&slot, &unit)?;
        }
        self.places.push(place);
        self.ends.push(count(self.columns.len())?);
        Ok(())
    }

    fn slot(&mut self, slot: &Slot, unit: &impl Fn(Unit) -> u32) -> Result<()> {
        let (end, qualifier, status, unit, upper) = match &slot.stated {
            Stated::Figure {
                figure,
                unit: own,
                status,
            } => {
                let upper = match figure.upper() {
                    None => NO_UPPER,
                    Some((value, precision)) => {
                        let index = count(self.uppers.len() / UPPER_BYTES)?;
                        self.uppers.extend(end_bytes(value, precision));
                        index
                    }
                };
                let qualifier = position(&Qualifier::ALL, &figure.qualifier());
                (
                    end_bytes(figure.value(), figure.precision()),
                    qualifier,
                    position(Status::ALL, status),
                    unit(*own),
                    upper,
                )
            }
            Stated::Absent(absence) => (
                [0; UPPER_BYTES],
                0,
                position(Absence::ALL, absence) | ABSENT,
                0,
                NO_UPPER,
            ),
        };
        self.slots.extend(end);
        self.slots.extend([qualifier, status]);
        self.slots.extend(unit.to_le_bytes());
        self.slots.extend(slot.source.to_le_bytes());
        self.slots.extend(upper.to_le_bytes());
        Ok(())
    }

    /// The bytes of the table.
    pub(crate) fn finish(self) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(
            HEADER_BYTES
                + self.places.len() * 8
                + self.columns.len() * (4 + SLOT_BYTES)
                + self.uppers.len(),
        );
        for number in [
            self.places.len(),
            self.columns.len(),
            self.uppers.len() / UPPER_BYTES,
        ] {
            bytes.extend(count(number)?.to_le_bytes());
        }
        for list in [&self.places, &self.ends, &self.columns] {
            bytes.extend(list.iter().flat_map(|number| number.to_le_bytes()));
        }
        bytes.extend(self.slots);
        bytes.extend(self.uppers);
        Ok(bytes)
    }
}

/// A table as it lies in its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Plain {
    bytes: Bytes,
    rows: usize,
    slots: usize,
    uppers: usize,
}

impl Plain {
    /// Checks lengths, order and references, so that later reads can only meet a slot that holds no figure.
    pub(crate) fn open(bytes: Bytes, limits: &Limits) -> Result<Self> {
        let number = |at| u32_at(&bytes, at).and_then(|number| usize::try_from(number).ok());
        let (Some(rows), Some(slots), Some(uppers)) = (number(0), number(4), number(8)) else {
            return Err(corrupt("a table ends within its header"));
        };
        // Each is below 2^32, so on 64 bits the sum cannot overflow; on 32 it is checked.
        let needed = rows
            .checked_mul(8)
            .zip(slots.checked_mul(4 + SLOT_BYTES))
            .zip(uppers.checked_mul(UPPER_BYTES))
            .and_then(|((rows, slots), uppers)| {
                rows.checked_add(slots)?
                    .checked_add(uppers)?
                    .checked_add(HEADER_BYTES)
            });
        if needed != Some(bytes.len()) {
            return Err(corrupt(format!(
                "a table of {rows} rows and {slots} cells does not have {} bytes",
                bytes.len()
            )));
        }
        let table = Self {
            bytes,
            rows,
            slots,
            uppers,
        };
        table.check(limits)?;
        Ok(table)
    }

    fn check(&self, limits: &Limits) -> Result<()> {
        let mut start = 0;
        let mut last_place = None;
        for row in 0..self.rows {
            let (place, end) = (self.place(row), self.end(row));
            if place >= limits.places || last_place.is_some_and(|last| last >= place) {
                return Err(corrupt("the rows of a table are not places in order"));
            }
            if end <= start || end > self.slots {
                return Err(corrupt("a row of a table does not end where it should"));
            }
            let mut last_column = None;
            for slot in start..end {
                let column = self.column_at(slot);
                if column >= limits.columns || last_column.is_some_and(|last| last >= column) {
                    return Err(corrupt(
                        "the cells of a row are not in the order of their periods",
                    ));
                }
                last_column = Some(column);
            }
            start = end;
            last_place = Some(place);
        }
        if start != self.slots {
            return Err(corrupt("a table has cells in no row"));
        }
        Ok(())
    }

    /// How many cells there are.
    pub(crate) fn slot_count(&self) -> usize {
        self.slots
    }

    /// How many rows there are.
    pub(crate) fn row_count(&self) -> usize {
        self.rows
    }

    /// The row of a place.
    pub(crate) fn row_of(&self, place: u32) -> Option<usize> {
        search(0..self.rows, |row| self.place(row), place)
    }

    /// The place of a row.
    pub(crate) fn place(&self, row: usize) -> u32 {
        self.number(HEADER_BYTES + row * 4)
    }

    /// The slots of a row, in the order of their columns.
    pub(crate) fn slots_of(&self, row: usize) -> std::ops::Range<usize> {
        let start = if row == 0 { 0 } else { self.end(row - 1) };
        start..self.end(row)
    }

    /// The slot of a row in a column.
    pub(crate) fn slot_of(&self, row: usize, column: u32) -> Option<usize> {
        search(self.slots_of(row), |slot| self.column_at(slot), column)
    }

    /// The column of a slot.
    pub(crate) fn column_at(&self, slot: usize) -> u32 {
        self.number(HEADER_BYTES + self.rows * 8 + slot * 4)
    }

    /// The number of the unit in a slot; `None` where there is no figure.
    pub(crate) fn unit_at(&self, slot: usize) -> Option<u32> {
        let start = HEADER_BYTES + self.rows * 8 + self.slots * 4 + slot * SLOT_BYTES;
        let status = *self.bytes.get(start + 15)?;
        (status & ABSENT == 0).then(|| self.number(start + 16))
    }

    /// The table as it lies.
    pub(crate) fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    /// What a slot holds.
    pub(crate) fn read(&self, slot: usize, limits: &Limits) -> Result<Slot> {
        let start = HEADER_BYTES + self.rows * 8 + self.slots * 4 + slot * SLOT_BYTES;
        let bytes = self
            .bytes
            .get(start..start + SLOT_BYTES)
            .ok_or_else(|| no_figure(slot))?;
        let (qualifier, status) = (bytes[14], bytes[15]);
        let field = |at| u32_at(bytes, at).unwrap_or(u32::MAX);
        let (unit, source, upper) = (field(16), field(20), field(24));
        if source >= limits.sources {
            return Err(no_figure(slot));
        }
        let stated = if status & ABSENT != 0 {
            let clear = bytes[..15]
                .iter()
                .chain(&bytes[16..20])
                .all(|&byte| byte == 0)
                && upper == NO_UPPER;
            let absence = Absence::ALL
                .get(usize::from(status & !ABSENT))
                .filter(|_| clear);
            Stated::Absent(*absence.ok_or_else(|| no_figure(slot))?)
        } else {
            let figure = self
                .figure(bytes, qualifier, upper)
                .ok_or_else(|| no_figure(slot))?;
            let unit = usize::try_from(unit)
                .ok()
                .and_then(|unit| limits.units.get(unit));
            let status = Status::ALL.get(usize::from(status));
            match (unit, status) {
                (Some(&unit), Some(&status)) => Stated::Figure {
                    figure,
                    unit,
                    status,
                },
                _ => return Err(no_figure(slot)),
            }
        };
        Ok(Slot { stated, source })
    }

    fn figure(&self, bytes: &[u8], qualifier: u8, upper: u32) -> Option<Figure> {
        let (value, precision) = read_end(bytes)?;
        let figure = match (Qualifier::ALL.get(usize::from(qualifier))?, upper) {
            (Qualifier::Range, upper) => {
                let upper = usize::try_from(upper)
                    .ok()
                    .filter(|&upper| upper < self.uppers)?;
                let start = self.bytes.len() - (self.uppers - upper) * UPPER_BYTES;
                let (high, high_precision) = read_end(self.bytes.get(start..start + UPPER_BYTES)?)?;
                Figure::range(value, precision, high, high_precision).ok()?
            }
            (&qualifier, NO_UPPER) => Figure::new(value, precision, qualifier).ok()?,
            _ => return None,
        };
        // Only the settled form is ever written, so that equal books are equal bytes.
        (figure.value().scale() == value.scale()).then_some(figure)
    }

    fn end(&self, row: usize) -> usize {
        usize::try_from(self.number(HEADER_BYTES + self.rows * 4 + row * 4)).unwrap_or(usize::MAX)
    }

    /// A number of an array whose length `open` has checked.
    fn number(&self, at: usize) -> u32 {
        u32_at(&self.bytes, at).unwrap_or(u32::MAX)
    }
}

/// What the numbers in a table may refer to.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) places: u32,
    pub(crate) columns: u32,
    pub(crate) sources: u32,
    pub(crate) units: std::sync::Arc<[Unit]>,
}

fn end_bytes(value: Decimal, precision: Precision) -> [u8; UPPER_BYTES] {
    let mut bytes = [0; UPPER_BYTES];
    let mantissa = value.mantissa().unsigned_abs().to_le_bytes();
    bytes[..12].copy_from_slice(&mantissa[..12]);
    // A scale is at most 28.
    let scale = u8::try_from(value.scale()).unwrap_or(0);
    bytes[12] = scale | if value.mantissa() < 0 { NEGATIVE } else { 0 };
    let digit = match precision {
        Precision::Exact => EXACT,
        Precision::Digit(digit) => digit,
    };
    bytes[13] = digit.to_le_bytes()[0];
    bytes
}

fn read_end(bytes: &[u8]) -> Option<(Decimal, Precision)> {
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
    let precision = match i8::from_le_bytes([*bytes.get(13)?]) {
        EXACT => Precision::Exact,
        digit => Precision::Digit(digit),
    };
    Some((value, precision))
}

/// The index at which a sorted list holds `wanted`.
fn search(range: std::ops::Range<usize>, at: impl Fn(usize) -> u32, wanted: u32) -> Option<usize> {
    let (mut low, mut high) = (range.start, range.end);
    while low < high {
        let middle = low + (high - low) / 2;
        match at(middle).cmp(&wanted) {
            std::cmp::Ordering::Equal => return Some(middle),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

fn position<T: PartialEq>(all: &[T], one: &T) -> u8 {
    // The closed lists are far shorter than 128.
    all.iter()
        .position(|other| other == one)
        .and_then(|position| u8::try_from(position).ok())
        .unwrap_or(0)
}

fn count(number: usize) -> Result<u32> {
    u32::try_from(number)
        .map_err(|_| Error::new(ErrorKind::Overflow, "a table has more than 2^32 cells"))
}

fn no_figure(slot: usize) -> Error {
    corrupt(format!("cell {slot} of a table holds no figure"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limits() -> Limits {
        Limits {
            places: 100,
            columns: 50,
            sources: 3,
            units: [Unit::PERCENT, Unit::PERSON].into(),
        }
    }

    fn unit_index(unit: Unit) -> u32 {
        u32::from(unit == Unit::PERSON)
    }

    fn slot() -> impl Strategy<Value = Slot> {
        let figure = prop_oneof![
            "-?[0-9]{1,9}\\.[0-9]{1,4}",
            "[1-9][0-9]{0,9}",
            "[1-9][0-9]{0,5}e[0-9]\\+",
            ">=[0-9]{1,9}",
            "[1-4]e[0-2]\\.\\.5e3",
        ]
        .prop_map(|text| text.parse::<Figure>().unwrap());
        let stated = prop_oneof![
            4 => (figure, any::<bool>(), proptest::sample::select(Status::ALL)).prop_map(|(figure, percent, status)| Stated::Figure {
                figure,
                unit: if percent { Unit::PERCENT } else { Unit::PERSON },
                status,
            }),
            1 => proptest::sample::select(Absence::ALL).prop_map(Stated::Absent),
        ];
        (stated, 0u32..3).prop_map(|(stated, source)| Slot { stated, source })
    }

    type Rows = std::collections::BTreeMap<u32, std::collections::BTreeMap<u32, Slot>>;

    fn rows() -> impl Strategy<Value = Rows> {
        proptest::collection::btree_map(
            0u32..100,
            proptest::collection::btree_map(0u32..50, slot(), 1..6),
            0..6,
        )
    }

    fn write(rows: &Rows) -> Vec<u8> {
        let mut writer = PlainWriter::default();
        for (place, cells) in rows {
            writer
                .row(
                    *place,
                    cells.iter().map(|(column, slot)| (*column, *slot)),
                    unit_index,
                )
                .unwrap();
        }
        writer.finish().unwrap()
    }

    proptest! {
        #[test]
        fn every_cell_comes_back_and_no_other(rows in rows()) {
            let table = Plain::open(write(&rows).into(), &limits()).unwrap();
            prop_assert_eq!(table.row_count(), rows.len());
            for place in 0..100 {
                let row = table.row_of(place);
                prop_assert_eq!(row.is_some(), rows.contains_key(&place));
                let Some(row) = row else { continue };
                for column in 0..50 {
                    let cell = table.slot_of(row, column).map(|slot| table.read(slot, &limits()).unwrap());
                    prop_assert_eq!(cell, rows[&place].get(&column).copied());
                }
            }
        }

        #[test]
        fn a_damaged_table_is_refused_or_read(rows in rows(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
            let mut bytes = write(&rows);
            let cut = cut.index(bytes.len() + 1);
            let at = at.index(bytes.len());
            bytes[at] = byte;
            for damaged in [bytes[..cut].to_vec(), bytes] {
                if let Ok(table) = Plain::open(damaged.into(), &limits()) {
                    for row in 0..table.row_count() {
                        for slot in table.slots_of(row) {
                            let _ = table.read(slot, &limits());
                        }
                    }
                }
            }
        }
    }
}
