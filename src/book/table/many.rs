//! Looking up many cells at once: first where each of them lies, then what stands there, so that the waits for memory overlap.

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
        // Rows and columns are kept for the few numbers that are not in a slot.
        let mut spots = [(Spot::HOLE, 0, 0); BATCH];
        for ((table, place, period), spot) in keys.iter().zip(&mut spots) {
            if let Some((row, column)) = table.find(*place, *period)? {
                *spot = (table.0.direct.spot(row, column), row, column);
            }
        }
        for (((table, ..), (spot, row, column)), value) in keys.iter().zip(&spots).zip(values) {
            *value = table.0.direct.read(spot, *row, *column);
        }
    }
    Ok(())
}
