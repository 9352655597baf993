//! Embedded key-value engines, one entry a cell; each is given what it likes best: sorted input, one transaction, and a
//! cache that holds all of it.

mod fjall;
mod lmdb;
mod redb;
mod sqlite;

pub use fjall::Fjall;
pub use lmdb::Lmdb;
pub use redb::Redb;
pub use sqlite::Sqlite;

use std::ops::Range;

use crate::store::Number;
use crate::workload::{CellKey, CellValue};

/// A gibibyte of cache: more than any workload that an engine is tried with.
const CACHE_BYTES: usize = 1 << 30;

/// A cell's value in twelve bytes.
type Packed = [u8; 12];

/// A key in order, as one number.
fn number_of(key: CellKey) -> u64 {
    (u64::from(key.table) << 48) | (u64::from(key.place) << 16) | u64::from(key.period)
}

fn key_of(number: u64) -> CellKey {
    let part = |shift: u32| u16::try_from((number >> shift) & 0xffff).unwrap_or(0);
    CellKey {
        table: part(48),
        place: u32::try_from((number >> 16) & 0xffff_ffff).unwrap_or(0),
        period: part(0),
    }
}

/// The numbers of the row that a key lies in.
fn row_of(number: u64) -> Range<u64> {
    let first = number >> 16 << 16;
    first..first + (1 << 16)
}

/// The number of a key of the same table and period.
fn with_place(number: u64, place: u32) -> u64 {
    number_of(CellKey {
        place,
        ..key_of(number)
    })
}

fn pack(value: CellValue) -> Packed {
    let mut packed = [0; 12];
    packed[..8].copy_from_slice(&value.mantissa.to_le_bytes());
    packed[8] = value.scale;
    packed[9] = value.qualifier | (value.status << 4);
    packed[10..].copy_from_slice(&value.source.to_le_bytes());
    packed
}

fn number_in(packed: &[u8]) -> Option<Number> {
    Some(Number {
        mantissa: i64::from_le_bytes(*packed.first_chunk()?),
        scale: *packed.get(8)?,
    })
}

fn value_in(packed: &[u8]) -> Option<CellValue> {
    let Number { mantissa, scale } = number_in(packed)?;
    let marks = *packed.get(9)?;
    Some(CellValue {
        mantissa,
        scale,
        qualifier: marks & 15,
        status: marks >> 4,
        source: u16::from_le_bytes(*packed.get(10..)?.first_chunk()?),
    })
}
