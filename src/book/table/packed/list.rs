//! Lists of numbers by a histogram of their own.

use super::ans::{self, Decoding, Encoding, Histogram, Symbol, TOKENS};
use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::corrupt;
use crate::error::Result;

/// Writes numbers; how many they are, the reader knows.
pub(super) fn write(writer: &mut BitWriter, numbers: &[u64]) {
    let Some(&least) = numbers.iter().min() else {
        return;
    };
    let mut counts = [0u64; TOKENS];
    let symbols: Vec<(u8, Symbol)> = numbers
        .iter()
        .map(|number| {
            let symbol = Symbol::number(number - least, 0);
            counts[usize::from(symbol.token)] += 1;
            (0, symbol)
        })
        .collect();
    let distinct = counts.iter().map(|&count| u32::from(count > 0)).sum();
    let log = Histogram::log_for(numbers.len() as u64, distinct);
    let histogram = Histogram::of(&counts, log);
    writer.push_any(least);
    histogram.write(writer);
    ans::write::<1>(writer, &[Encoding::new(histogram)], &symbols);
}

/// Reads as many numbers as [`write`](fn@write) wrote; their count is one that the input has earned.
pub(super) fn read(reader: &mut BitReader<'_>, count: usize) -> Result<Vec<u64>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let least = reader.read_any();
    let histogram = Histogram::read(reader)?;
    if histogram.has_runs() {
        return Err(corrupt("a list has tokens for runs of zeros"));
    }
    let decoding = Decoding::new(&histogram);
    let mut state = usize::try_from(reader.read(histogram.log())).unwrap_or(0);
    let numbers = decoding.list(reader, &mut state, least, count);
    if state != 0 || reader.overran() {
        return Err(corrupt("a list of numbers does not end where it should"));
    }
    Ok(numbers)
}

/// Reads numbers below 2^32.
pub(super) fn read_u32(reader: &mut BitReader<'_>, count: usize) -> Result<Vec<u32>> {
    read(reader, count)?
        .into_iter()
        .map(|number| u32::try_from(number).map_err(|_| corrupt("a number of a list is over 2^32")))
        .collect()
}
