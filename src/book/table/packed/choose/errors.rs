//! The errors of a series, and about what they cost.

use super::super::ans::{SHIFT_MAX, Symbol, TOKENS, log2, zigzag};
use super::super::predict::{CONSTANT, differ};
use super::Series;
use crate::codec::bits::bits_for;

#[derive(Default)]
pub(super) struct Scratch {
    numbers: Vec<i64>,
    pub(super) errors: Vec<u64>,
    sorted: Vec<i64>,
}

/// How large the errors of a series are.
pub(super) struct Size {
    /// What they cost about, in 1/65536 bits; taken one by one or as numbers between runs of zeros.
    pub(super) cost: u64,
    pub(super) has_runs: bool,
    /// Sixteen times the mean of all, and of those that are not zero.
    pub(super) mean: u64,
    pub(super) mean_of_some: u64,
}

impl Scratch {
    /// Computes the errors of a series and tells its start.
    pub(super) fn errors_of(&mut self, series: &Series<'_>, predictor: u8) -> i64 {
        self.numbers.clear();
        let start = if predictor == CONSTANT {
            self.sorted.clear();
            self.sorted.extend(series.numbers);
            let middle = (series.numbers.len() - 1) / 2;
            let (_, median, _) = self.sorted.select_nth_unstable(middle);
            self.numbers.extend(series.numbers);
            *median
        } else {
            self.numbers.extend(&series.numbers[1..]);
            series.numbers[0]
        };
        differ(
            predictor,
            start,
            series.season,
            &mut self.numbers,
            series.positions,
        );
        self.errors.clear();
        self.errors
            .extend(self.numbers.iter().map(|&error| zigzag(error)));
        start
    }

    pub(super) fn size(&self) -> Size {
        let mut sum = 0u64;
        let (mut some, mut runs, mut before) = (0u64, 0u64, 1);
        for &error in &self.errors {
            sum = sum.saturating_add(error);
            some += u64::from(error != 0);
            runs += u64::from(error == 0 && before != 0);
            before = error;
        }
        let count = self.errors.len() as u64;
        let mean = |count: u64| {
            let mean = u128::from(sum) * 16 / u128::from(count.max(1));
            u64::try_from(mean).map_or(u64::MAX >> 1, |mean| mean.min(u64::MAX >> 1))
        };
        let (mean, mean_of_some) = (mean(count), mean(some));
        let plain = count * (log2(mean + 16) - (3 << 16));
        let between = some * (log2(mean_of_some + 16) - (2 << 16)) + runs * (5 << 16);
        Size {
            cost: plain.min(between),
            has_runs: between < plain,
            mean,
            mean_of_some,
        }
    }

    /// How often each token occurs, and what the raw bits cost.
    pub(super) fn tally(&self, shift: u8, has_runs: bool) -> (Vec<(u8, u64)>, u64) {
        let mut counts = [0u64; TOKENS];
        let mut raw = 0u64;
        symbols(&self.errors, shift, has_runs, |symbol| {
            counts[usize::from(symbol.token)] += 1;
            raw += u64::from(symbol.width) << 16;
        });
        let tokens = (0u8..).zip(counts).filter(|(_, count)| *count > 0);
        (tokens.collect(), raw)
    }
}

/// The symbols of errors; with runs, zeros stand together where there are more than one.
pub(super) fn symbols(errors: &[u64], shift: u8, has_runs: bool, mut each: impl FnMut(Symbol)) {
    let shift = shift.into();
    if !has_runs {
        errors
            .iter()
            .for_each(|&error| each(Symbol::number(error, shift)));
        return;
    }
    let mut left = errors;
    while let Some((&error, rest)) = left.split_first() {
        let zeros = left.iter().take_while(|&&error| error == 0).count();
        if zeros == left.len() {
            each(Symbol::zeros());
            return;
        }
        if zeros < 2 {
            each(Symbol::number(error, shift));
            left = rest;
            continue;
        }
        let (symbol, taken) = Symbol::run(zeros as u64);
        each(symbol);
        left = &left[usize::try_from(taken).unwrap_or(zeros)..];
    }
}

/// The raw bits below the tokens, so that errors of this mean (times sixteen) are tokens of about 4 to 8.
pub(super) fn shift_of(mean: u64) -> u8 {
    let shift = bits_for(mean >> 4).saturating_sub(3).min(SHIFT_MAX);
    u8::try_from(shift).unwrap_or(0)
}
