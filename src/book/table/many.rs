//! Looking up many cells at once: first where each of them lies, then what stands there, so that the waits for memory overlap.

use rust_decimal::Decimal;

use super::Table;
use super::direct::Spot;
use crate::catalogue::PlaceHandle;
use crate::error::{Error, ErrorKind, Result};
use crate::model::Period;

/// Keys that are looked up together: more than a processor keeps loads in flight.
const BATCH: usize = 32;

pub(super) fn get_many(
    keys: &[(&Table, PlaceHandle, Period)],
    values: &mut [Option<Decimal>],
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
        let mut spots = [Spot::HOLE; BATCH];
        for ((table, place, period), spot) in keys.iter().zip(&mut spots) {
            if let Some((row, column)) = table.find(*place, *period)? {
                *spot = table.0.direct.spot(row, column);
            }
        }
        for (((table, place, period), spot), value) in keys.iter().zip(&spots).zip(values) {
            *value = match table.0.direct.read(spot) {
                Some(value) => value,
                None => table.get(*place, *period)?,
            };
        }
    }
    Ok(())
}
