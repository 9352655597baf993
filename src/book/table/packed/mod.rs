//! The packed layout of a table: as few bytes as can be decoded at once, for shipping.
//!
//! A table is one stream of bits. Its columns are ordered by granularity; a row's figures of one granularity are a
//! *series*, and what is written of a series is how far each number is from what a predictor expected
//! ([`predict`]), as a token whose cost follows from a histogram and as raw bits ([`ans`]). Holes, attributes and all
//! else are lists of numbers, each by a histogram of its own ([`list`]). The encoder tries predictors and histograms and
//! keeps what costs least, by integers alone: equal sheets are equal bytes on every machine.
//!
//! `FORMAT.md` describes the bytes.

mod ans;
mod choose;
mod decode;
mod encode;
mod ends;
mod list;
mod number;
mod plane;
mod predict;
mod presence;
mod rows;
mod said;
mod series;
#[cfg(test)]
mod tests;

#[cfg(any(test, fuzzing))]
pub(crate) use decode::decode;
pub(crate) use decode::decode_into;
pub(crate) use encode::encode;

use crate::codec::bits::BitReader;
use crate::codec::corrupt;
use crate::error::Result;

/// The cells that a byte may stand for. Constant rows cost nothing, so without this a few bytes could claim any number
/// of cells; a table of more is filled up with zeros. 256 cells of one kind are 3 KiB of memory.
const CELLS_A_BYTE: usize = 256;

/// How the errors of a series are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Mode {
    /// How many bits below the tokens are raw.
    shift: u8,
    histogram: u8,
}

/// The most histograms that a table has.
const HISTOGRAMS_MAX: usize = 64;
/// The most pairs of a shift and a histogram.
const MODES_MAX: usize = 1024;
/// The states that take turns, so that a step need not wait for the one before.
const LANES: usize = 4;
/// The power of ten that numbers of a series are counted in is within this.
const EXPONENTS: std::ops::RangeInclusive<i64> = -28..=28;

/// The columns by granularity, the coarsest first; each granularity in the order of its periods.
struct Order {
    /// The column at each position.
    columns: Vec<u32>,
    /// For each granularity that occurs, the position of its end and the positions in a season, or one.
    lanes: Vec<(usize, usize)>,
}

impl Order {
    /// From the place of each column's granularity in the closed list.
    fn new(granularities: &[u64]) -> Result<Self> {
        let mut order = Self {
            columns: Vec::with_capacity(granularities.len()),
            lanes: Vec::new(),
        };
        // Halves, quarters, months and weeks of a year, days of a week.
        for (wanted, season) in [1, 2, 4, 12, 52, 7, 1].into_iter().enumerate() {
            let columns = (0u32..).zip(granularities);
            let these = columns.filter(|(_, granularity)| **granularity == wanted as u64);
            let before = order.columns.len();
            order.columns.extend(these.map(|(column, _)| column));
            if order.columns.len() > before {
                order.lanes.push((order.columns.len(), season));
            }
        }
        if order.columns.len() < granularities.len() {
            return Err(corrupt("a column has a granularity that is not known"));
        }
        Ok(order)
    }

    /// Whether positions are columns.
    fn is_plain(&self) -> bool {
        self.lanes.len() <= 1
    }
}

/// A count that may not exceed what is known of it.
fn count(reader: &mut BitReader<'_>, most: usize, what: &str) -> Result<usize> {
    let claimed = reader.read_any();
    usize::try_from(claimed)
        .ok()
        .filter(|&count| count <= most && !reader.overran())
        .ok_or_else(|| corrupt(format!("{claimed} {what} are more than {most}")))
}
