//! From symbols to bits.

use super::{Histogram, Symbol, TOKENS};
use crate::codec::bits::{BitWriter, bits_for, mask};

/// How a histogram's tokens are written.
pub(in super::super) struct Encoding {
    histogram: Histogram,
    /// The states of each token, rising.
    states: Vec<u32>,
    starts: [usize; TOKENS],
}

impl Encoding {
    pub(in super::super) fn new(histogram: Histogram) -> Self {
        let mut states = vec![0; 1 << histogram.log];
        let mut starts = [0; TOKENS];
        let mut start = 0;
        for (place, &share) in starts.iter_mut().zip(&histogram.shares) {
            *place = start;
            start += share as usize;
        }
        let mut ends = starts;
        for (state, &token) in (0u32..).zip(&histogram.spread()) {
            let end = &mut ends[usize::from(token)];
            states[*end] = state;
            *end += 1;
        }
        Self {
            histogram,
            states,
            starts,
        }
    }

    /// From the state after a token to the one before it, and the bits that lead back.
    fn step(&self, state: u32, token: u8) -> (u32, u64, u32) {
        let token = usize::from(token);
        let share = self.histogram.shares[token];
        let full = 1 << self.histogram.log | state;
        let mut width = bits_for(full.into()) - bits_for(share.into());
        if full >> width < share {
            width -= 1;
        }
        let before = self.states[self.starts[token] + (full >> width) as usize - share as usize];
        (before, u64::from(full) & mask(width), width)
    }
}

/// Writes symbols, each by the encoding that its number names; `LANES` states take turns and each ends at zero.
pub(in super::super) fn write<const LANES: usize>(
    writer: &mut BitWriter,
    encodings: &[Encoding],
    symbols: &[(u8, Symbol)],
) {
    let Some(log) = encodings.first().map(|encoding| encoding.histogram.log) else {
        return;
    };
    let mut states = [0; LANES];
    let mut bits = vec![(0, 0); symbols.len()];
    for (index, (encoding, symbol)) in symbols.iter().enumerate().rev() {
        let state = &mut states[index % LANES];
        let (before, low, width) = encodings[usize::from(*encoding)].step(*state, symbol.token);
        *state = before;
        bits[index] = (low, width);
    }
    for state in states {
        writer.push(state.into(), log);
    }
    for ((low, width), (_, symbol)) in bits.into_iter().zip(symbols) {
        writer.push(low, width);
        writer.push(symbol.raw, symbol.width);
    }
}
