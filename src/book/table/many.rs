//! Looking up many cells at once: first the row and the column of each of them, then where its number lies, then what stands there, so that
//! the waits for memory overlap.

use super::Table;
use super::direct::Spot;
use super::value::Value;
use crate::catalogue::PlaceHandle;
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
    let mut cells = [None; BATCH];
    for ((table, place, period), cell) in keys.iter().zip(&mut cells) {
        if let Some((row, column)) = table.find(*place, *period)? {
            let found = table.0.direct.meet(row, column);
            table.0.direct.fetch_record(&found);
            *cell = Some(found);
        }
    }
    let mut spots = [Spot::ELSEWHERE; BATCH];
    for (((table, ..), cell), spot) in keys.iter().zip(&cells).zip(&mut spots) {
        if let Some(cell) = cell {
            *spot = table.0.direct.spot(cell);
            table.0.direct.fetch_slot(spot);
        }
    }
    let found = keys.iter().zip(&cells).zip(&spots);
    for ((((table, ..), cell), spot), value) in found.zip(values) {
        *value = cell
            .as_ref()
            .and_then(|cell| table.0.direct.read(spot, cell));
    }
    Ok(())
}
