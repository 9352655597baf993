//! Which predictor, shift and histogram each series has: what costs least.
//!
//! Series that are alike share a histogram. They are first put together by the size of their errors; then each moves to
//! where it costs least and the histograms are taken anew, a few times; histograms that do not pay for being written
//! are merged.

mod errors;

use super::ans::{Histogram, LOG_MAX, SHIFT_MAX, Symbol, TOKENS, ZEROS, log2};
use super::predict::{CONSTANT, PREDICTORS, is_seasonal};
use super::{HISTOGRAMS_MAX, Mode};
use crate::codec::bits::bits_for;
use errors::{Scratch, shift_of, symbols};

/// How often the series choose.
const ROUNDS: usize = 3;
/// How many predictors of a series are tried out in full.
const TRIED: usize = 3;
/// What a token adds to a histogram as it is written, in 1/65536 bits.
const TOKEN_COST: u64 = 7 << 16;

/// The numbers of all series one after the other, with their positions; the ends of the series, and the positions in a season.
#[derive(Default)]
pub(super) struct Figures {
    pub(super) numbers: Vec<i64>,
    pub(super) positions: Vec<u32>,
    pub(super) series: Vec<(usize, usize)>,
}

#[derive(Clone, Copy)]
pub(super) struct Choice {
    pub(super) predictor: u8,
    pub(super) start: i64,
    pub(super) mode: Mode,
}

#[derive(Default)]
pub(super) struct Choices {
    pub(super) series: Vec<Choice>,
    histograms: Vec<Shared>,
}

/// A histogram that some series share.
#[derive(Clone)]
struct Shared {
    has_runs: bool,
    counts: [u64; TOKENS],
    costs: [u64; TOKENS],
}

impl Shared {
    fn new(has_runs: bool) -> Self {
        Self {
            has_runs,
            counts: [0; TOKENS],
            costs: [0; TOKENS],
        }
    }

    /// What its tokens cost, and it itself.
    fn cost(&self, other: Option<&Self>) -> u64 {
        let count =
            |token: usize| self.counts[token] + other.map_or(0, |other| other.counts[token]);
        let total = log2((0..TOKENS).map(count).sum());
        let used = (0..TOKENS).map(count).filter(|&count| count > 0);
        used.map(|count| TOKEN_COST + count * (total - log2(count)))
            .sum()
    }
}

/// Chooses for every series.
pub(super) fn choose(figures: &Figures) -> Choices {
    let mut scratch = Scratch::default();
    let mut choices = Choices {
        series: Vec::with_capacity(figures.series.len()),
        histograms: (0..HISTOGRAMS_MAX)
            .map(|index| Shared::new(index >= HISTOGRAMS_MAX / 2))
            .collect(),
    };
    let mut tried = Vec::with_capacity(figures.series.len());
    for series in figures.iter() {
        let (best, choice) = scratch.first(&series);
        tried.push(best);
        choices.add(choice, &scratch.errors);
    }
    choices.settle();
    for _ in 0..ROUNDS {
        choices = scratch.again(figures, &tried, &choices);
        choices.settle();
    }
    choices
}

impl Figures {
    fn iter(&self) -> impl Iterator<Item = Series<'_>> {
        let mut start = 0;
        self.series.iter().map(move |&(end, season)| {
            let these = start..end;
            start = end;
            Series {
                numbers: &self.numbers[these.clone()],
                positions: &self.positions[these],
                season,
            }
        })
    }
}

struct Series<'a> {
    numbers: &'a [i64],
    positions: &'a [u32],
    season: usize,
}

impl Choices {
    /// Adds a series whose errors, as chosen, are these.
    fn add(&mut self, choice: Choice, errors: &[u64]) {
        let histogram = &mut self.histograms[usize::from(choice.mode.histogram)];
        symbols(errors, choice.mode.shift, histogram.has_runs, |symbol| {
            histogram.counts[usize::from(symbol.token)] += 1;
        });
        self.series.push(choice);
    }

    /// Merges what does not pay for itself, leaves out what nobody has, and sets the prices.
    fn settle(&mut self) {
        let mut names: Vec<usize> = (0..self.histograms.len()).collect();
        let mut costs: Vec<Option<u64>> = Vec::new();
        for histogram in &self.histograms {
            let used = histogram.counts.iter().any(|&count| count > 0);
            costs.push(used.then(|| histogram.cost(None)));
        }
        let gain = |histograms: &[Shared], costs: &[Option<u64>], one: usize, other: usize| {
            let (first, second) = (&histograms[one], &histograms[other]);
            if first.has_runs != second.has_runs {
                return 0;
            }
            match (costs[one], costs[other]) {
                (Some(one), Some(other)) => (one + other).saturating_sub(first.cost(Some(second))),
                _ => 0,
            }
        };
        let count = self.histograms.len();
        let mut gains = vec![0; count * count];
        for one in 0..count {
            for other in one + 1..count {
                gains[one * count + other] = gain(&self.histograms, &costs, one, other);
            }
        }
        while let Some((best, _)) = gains
            .iter()
            .enumerate()
            .filter(|(_, gain)| **gain > 0)
            .max_by_key(|&(index, gain)| (*gain, std::cmp::Reverse(index)))
        {
            let (one, other) = (best / count, best % count);
            let merged = self.histograms[other].counts;
            for (count, more) in self.histograms[one].counts.iter_mut().zip(merged) {
                *count += more;
            }
            costs[one] = Some(self.histograms[one].cost(None));
            costs[other] = None;
            for name in &mut names {
                if *name == other {
                    *name = one;
                }
            }
            for index in 0..count {
                for pair in [
                    (index.min(one), index.max(one)),
                    (index.min(other), index.max(other)),
                ] {
                    gains[pair.0 * count + pair.1] = gain(&self.histograms, &costs, pair.0, pair.1);
                }
            }
            gains[one * count + one] = 0;
            gains[other * count + other] = 0;
        }
        let mut numbers = vec![0; count];
        let mut kept = 0;
        let mut left = Vec::new();
        for (index, histogram) in self.histograms.iter_mut().enumerate() {
            numbers[index] = kept;
            if costs[index].is_some() {
                histogram.has_runs = histogram.counts[usize::from(ZEROS)..]
                    .iter()
                    .any(|&count| count > 0);
                histogram.costs = Histogram::of(&histogram.counts, LOG_MAX).costs();
                left.push(histogram.clone());
                kept += 1;
            }
        }
        // Series of one number have no errors, and nobody else may be there.
        if left.is_empty() {
            left.push(Shared::new(false));
        }
        self.histograms = left;
        for choice in &mut self.series {
            let name = names[usize::from(choice.mode.histogram)];
            choice.mode.histogram = if costs[name].is_some() {
                numbers[name]
            } else {
                0
            };
        }
    }

    /// What each predictor, shift and histogram costs to be named, in 1/65536 bits.
    fn prices(&self) -> Prices {
        let total = log2(self.series.len() as u64 + 1);
        let mut predictors = vec![0u64; usize::from(PREDICTORS)];
        let mut modes = vec![0u64; (SHIFT_MAX as usize + 1) * HISTOGRAMS_MAX];
        for choice in &self.series {
            predictors[usize::from(choice.predictor)] += 1;
            modes[Prices::place(choice.mode)] += 1;
        }
        let price = |count: &mut u64| *count = total - log2(*count + 1);
        predictors.iter_mut().for_each(price);
        modes.iter_mut().for_each(price);
        Prices { predictors, modes }
    }

    /// The histograms as they are written, and the symbols of all series.
    pub(super) fn symbols(&self, figures: &Figures) -> (Vec<Histogram>, Vec<(u8, Symbol)>) {
        let log = self.histograms.iter().map(|histogram| {
            let distinct = histogram
                .counts
                .iter()
                .map(|&count| u32::from(count > 0))
                .sum();
            Histogram::log_for(histogram.counts.iter().sum(), distinct)
        });
        let log = log.max().unwrap_or(0);
        let histograms = self.histograms.iter().map(|histogram| {
            if histogram.counts.iter().all(|&count| count == 0) {
                let mut counts = histogram.counts;
                counts[0] = 1;
                return Histogram::of(&counts, log);
            }
            Histogram::of(&histogram.counts, log)
        });
        let histograms: Vec<Histogram> = histograms.collect();
        let mut all = Vec::with_capacity(figures.numbers.len());
        let mut scratch = Scratch::default();
        for (series, choice) in figures.iter().zip(&self.series) {
            scratch.errors_of(&series, choice.predictor);
            let has_runs = self.histograms[usize::from(choice.mode.histogram)].has_runs;
            symbols(&scratch.errors, choice.mode.shift, has_runs, |symbol| {
                all.push((choice.mode.histogram, symbol));
            });
        }
        (histograms, all)
    }
}

struct Prices {
    predictors: Vec<u64>,
    modes: Vec<u64>,
}

impl Prices {
    fn place(mode: Mode) -> usize {
        usize::from(mode.shift) * HISTOGRAMS_MAX + usize::from(mode.histogram)
    }
}

impl Scratch {
    /// The predictors that a series may choose, and its first choice.
    fn first(&mut self, series: &Series<'_>) -> ([u8; TRIED], Choice) {
        let mut sizes: Vec<(u64, u8)> = Vec::new();
        for predictor in 0..PREDICTORS {
            if is_seasonal(predictor)
                && (series.season < 2 || series.numbers.len() <= series.season)
            {
                continue;
            }
            self.errors_of(series, predictor);
            sizes.push((self.size().cost, predictor));
        }
        sizes.sort_unstable();
        let mut best = [CONSTANT; TRIED];
        for (best, (_, predictor)) in best.iter_mut().zip(sizes) {
            *best = predictor;
        }
        let predictor = best[0];
        let start = self.errors_of(series, predictor);
        let size = self.size();
        let mean = if size.has_runs {
            size.mean_of_some
        } else {
            size.mean
        };
        let shift = shift_of(mean);
        // Half octaves, from none to 128.
        let scaled = mean >> shift;
        let octave = bits_for(scaled);
        let half = if octave > 1 {
            (scaled >> (octave - 2)) & 1
        } else {
            0
        };
        let class = u8::try_from(u64::from(octave) * 2 + half)
            .unwrap_or(0)
            .min(31);
        let histogram = if size.has_runs { class + 32 } else { class };
        let choice = Choice {
            predictor,
            start,
            mode: Mode { shift, histogram },
        };
        (best, choice)
    }

    /// Lets every series choose again.
    fn again(&mut self, figures: &Figures, tried: &[[u8; TRIED]], before: &Choices) -> Choices {
        let prices = before.prices();
        let mut next = Choices {
            series: Vec::with_capacity(figures.series.len()),
            histograms: before
                .histograms
                .iter()
                .map(|histogram| Shared::new(histogram.has_runs))
                .collect(),
        };
        for ((series, tried), &last) in figures.iter().zip(tried).zip(&before.series) {
            let mut best = (u64::MAX, last);
            for (index, &predictor) in tried.iter().enumerate() {
                if tried[..index].contains(&predictor) {
                    continue;
                }
                let start = self.errors_of(&series, predictor);
                let size = self.size();
                let price = prices.predictors[usize::from(predictor)];
                for has_runs in [false, true] {
                    if !before
                        .histograms
                        .iter()
                        .any(|histogram| histogram.has_runs == has_runs)
                    {
                        continue;
                    }
                    let widest = shift_of(if has_runs {
                        size.mean_of_some
                    } else {
                        size.mean
                    });
                    let mut last_shift = None;
                    for narrower in [0, 1, 3] {
                        let shift = widest.saturating_sub(narrower);
                        if last_shift.replace(shift) == Some(shift) {
                            continue;
                        }
                        let (tokens, raw) = self.tally(shift, has_runs);
                        for (histogram, shared) in (0u8..).zip(&before.histograms) {
                            if shared.has_runs != has_runs {
                                continue;
                            }
                            let mode = Mode { shift, histogram };
                            let mut cost = price + raw + prices.modes[Prices::place(mode)];
                            for &(token, count) in &tokens {
                                cost += count * shared.costs[usize::from(token)];
                            }
                            if cost < best.0 {
                                best = (
                                    cost,
                                    Choice {
                                        predictor,
                                        start,
                                        mode,
                                    },
                                );
                            }
                        }
                    }
                }
            }
            let choice = best.1;
            self.errors_of(&series, choice.predictor);
            next.add(choice, &self.errors);
        }
        next
    }
}
