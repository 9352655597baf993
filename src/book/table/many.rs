//! Looking up many cells at once: first the row and the column of each of them, then where its number lies, then what stands there, so that
//! the waits for memory overlap.

use super::Table;
use super::direct::{Meeting, Spot};
use super::value::Value;
use crate::catalogue::PlaceHandle;
use crate::codec::fetch::Fetched;
use crate::error::{Error, ErrorKind, Result};
use crate::model::Period;

/// Keys that are looked up together: more than a processor keeps loads in flight.
const BATCH: usize = 32;

pub(super) fn get_many(
    keys: &[(&Table, PlaceHandle, Period)],
    values: &mut [Option<Value>],
) -> Result<()> {
    if keys.len() != values.len() {
        return Err(Error::new(
            ErrorKind::Bounds,
            format!(
                "{} keys and room for {} values: give room for as many",
                keys.len(),
                values.len()
            ),
        ));
    }
    for (keys, values) in keys.chunks(BATCH).zip(values.chunks_mut(BATCH)) {
        get_batch(keys, values)?;
    }
    Ok(())
}

/// Looks up at most [`BATCH`] keys.
fn get_batch(keys: &[(&Table, PlaceHandle, Period)], values: &mut [Option<Value>]) -> Result<()> {
    let mut cells = [Meeting::NOWHERE; BATCH];
    let mut fetched = Fetched::default();
    for ((table, place, period), cell) in keys.iter().zip(&mut cells) {
        if let Some((row, column)) = table.0.locate(*place, *period)? {
            *cell = table.0.direct.meet(row, column);
            cell.fetch_record(&mut fetched);
        }
    }
    let mut spots = [Spot::ELSEWHERE; BATCH];
    let cells = &cells[..keys.len()];
    for (cell, spot) in cells.iter().zip(&mut spots) {
        *spot = cell.spot();
        cell.fetch_slot(spot, &mut fetched);
    }
    for ((cell, spot), value) in cells.iter().zip(&spots).zip(values) {
        *value = cell.read(spot);
    }
    Ok(())
}
