//! The decimals of a run of numbers of a column.

use super::chunk::{HOLE, RUN};

/// How many decimals the numbers of a run have: a column may have another scale in each row.
#[derive(Clone, Debug)]
pub(crate) enum Scales {
    /// All have as many.
    All(u8),
    /// Each has its own.
    Each([u8; RUN]),
    /// One of them is at full length, so that all are to be read one at a time.
    Wide,
}

impl Scales {
    /// That of a number; `None` if it is to be read alone.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<u8> {
        match self {
            Self::All(scale) => Some(*scale),
            Self::Each(scales) => scales.get(at).copied(),
            Self::Wide => None,
        }
    }

    /// How many of the numbers, the first of which is at a place of the run, have one scale.
    #[inline]
    pub(crate) fn alike(&self, at: usize, numbers: &[i64]) -> usize {
        let Self::Each(scales) = self else {
            return numbers.len();
        };
        let own = scales.get(at..).unwrap_or(&[]);
        let alike = numbers.iter().zip(own);
        alike
            .take_while(|(number, scale)| Some(*scale) == own.first() || **number == HOLE)
            .count()
    }
}
