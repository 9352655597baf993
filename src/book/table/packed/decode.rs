//! From bytes to a sheet.

use super::ends::read_ends;
use super::plane::Plane;
use super::presence::Presence;
use super::rows::{Keys, Rows, Wide};
use super::series::Series;
use super::{CELLS_A_BYTE, Order, count, list, said};
use crate::book::table::attributes::{Attributes, Said};
use crate::book::table::direct::Limits;
use crate::book::table::sheet::Sheet;
use crate::codec::bits::BitReader;
use crate::codec::corrupt;
use crate::error::Result;

/// The content of a packed table, in a sheet of its own.
#[cfg(any(test, fuzzing))]
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Sheet> {
    let mut sheet = Sheet::default();
    decode_into(bytes, limits, &mut sheet)?;
    Ok(sheet)
}

/// Decodes a table into the memory of a sheet that is no longer needed, and checks all that its sheet promises.
///
/// # Memory
/// A cell takes 12 bytes in the sheet, and a run of cells that differ in their numbers alone 16 more; while it is decoded, what is
/// listed of it takes 25 bytes in all for a plain table and 180 at the worst. A byte of the input stands for 256 cells at most, so
/// no table takes more than 46 KB for each of its bytes; beside that, 32 bytes a column, which the directory has paid for.
pub(crate) fn decode_into(bytes: &[u8], limits: &Limits, sheet: &mut Sheet) -> Result<()> {
    sheet.clear();
    let reader = &mut BitReader::new(bytes);
    let columns = reader.read_any();
    if columns != u64::from(limits.columns) {
        return Err(corrupt(format!(
            "a packed table has {columns} columns, but its heading {}",
            limits.columns
        )));
    }
    let order = Order::new(&list::read(reader, limits.columns as usize)?)?;
    let cells = count(reader, bytes.len().saturating_mul(CELLS_A_BYTE), "cells")?;
    if cells > 0 {
        let rows = count(reader, cells.min(limits.places as usize), "rows")?;
        let sources = read_rising(
            reader,
            cells.min(limits.sources as usize),
            limits.sources,
            "sources",
        )?;
        let saids = count(reader, cells, "kinds of attributes")?;
        let saids = said::read(reader, saids)?;
        if u32::try_from(sources.len().saturating_mul(saids.len())).is_err() {
            return Err(corrupt("it has more than 2^32 kinds of attributes"));
        }
        read_places(reader, rows, limits.places, &mut sheet.places)?;
        let rows = Rows {
            presence: Presence::read(reader, rows, limits.columns, cells)?,
            sources: Plane::read(reader, sources.len(), limits.columns, rows, cells)?,
            saids: Plane::read(reader, saids.len(), limits.columns, rows, cells)?,
            wide: Wide::read(reader, cells)?,
            series: Series::read(reader, cells)?,
        };
        let has_wide = !rows.wide.is_empty();
        let keys = rows.read(reader, &order, &saids, cells, sheet)?;
        settle(keys, &sources, &saids, sheet)?;
        read_ends(reader, has_wide, &saids, sheet)?;
    }
    let used = usize::try_from(reader.at().div_ceil(8)).unwrap_or(usize::MAX);
    let length = used.max(cells.div_ceil(CELLS_A_BYTE));
    let open = reader.at() % 8;
    let last = reader.clone().read(if open == 0 {
        0
    } else {
        8 - u32::try_from(open).unwrap_or(0)
    });
    let rest = bytes.get(used..).unwrap_or(&[1]);
    if length != bytes.len() || last != 0 || rest.iter().any(|&byte| byte != 0) {
        return Err(corrupt("a packed table does not end where it should"));
    }
    Ok(())
}

/// Numbers that rise and are below a limit.
fn read_rising(
    reader: &mut BitReader<'_>,
    most: usize,
    limit: u32,
    what: &str,
) -> Result<Vec<u32>> {
    let count = count(reader, most, what)?;
    let mut numbers = Vec::new();
    rise(list::read(reader, count)?, limit, what, &mut numbers)?;
    Ok(numbers)
}

fn read_places(
    reader: &mut BitReader<'_>,
    rows: usize,
    limit: u32,
    places: &mut Vec<u32>,
) -> Result<()> {
    rise(list::read(reader, rows)?, limit, "places", places)
}

/// From how many numbers are left out before each to the numbers.
fn rise(gaps: Vec<u64>, limit: u32, what: &str, numbers: &mut Vec<u32>) -> Result<()> {
    numbers.reserve(gaps.len());
    let mut next = 0u64;
    for gap in gaps {
        next = next.saturating_add(gap);
        match u32::try_from(next) {
            Ok(number) if number < limit => numbers.push(number),
            _ => {
                return Err(corrupt(format!(
                    "it has one of {limit} {what} that is not there"
                )));
            }
        }
        next += 1;
    }
    Ok(())
}

/// Numbers the attributes that there are.
fn settle(keys: Keys, sources: &[u32], saids: &[Said], sheet: &mut Sheet) -> Result<()> {
    let known: Vec<u32> = keys.met.into_iter().collect();
    for &key in &known {
        let (source, said) = (key as usize / saids.len(), key as usize % saids.len());
        sheet.attributes(Attributes {
            source: sources[source],
            said: saids[said],
        })?;
    }
    if known
        .iter()
        .copied()
        .eq(0..u32::try_from(known.len()).unwrap_or(0))
    {
        return Ok(());
    }
    sheet.renumber(|key| u32::try_from(known.binary_search(&key).unwrap_or(0)).unwrap_or(0));
    Ok(())
}
