//! Numbers as tokens and raw bits, and tokens as states: a table-driven asymmetric numeral system.
//!
//! A token is a number below 32, or a half of an octave above it; the bits below the token follow raw. Tokens cost
//! what their share in a [`Histogram`] says, to a fraction of a bit: a state of a few bits is what is left over from
//! one token to the next. The encoder walks backwards, so that the decoder walks forwards; one step of the decoder is
//! one look into a table of 64-bit steps, without a branch.

use crate::codec::bits::{BitReader, BitWriter, WIDTH_MAX, bits_for, mask};
use crate::codec::corrupt;
use crate::error::Result;

/// The most bits of a state. A state of 11 bits costs a Gaussian token 0.002 bits over its entropy; its tables of 16 KiB
/// stay in the first cache.
pub(super) const LOG_MAX: u32 = 11;
/// The states there are at most.
pub(super) const STATES_MAX: usize = 1 << LOG_MAX;
/// How many tokens there are.
pub(super) const TOKENS: usize = 108;
/// The numbers below this are tokens.
const LINEAR: u64 = 32;
/// A number of 64 raw bits.
pub(super) const ESCAPE: u8 = 86;
/// Zeros up to the end of a series.
pub(super) const ZEROS: u8 = 87;
/// The longest run of zeros that one token says is shorter than 2 to the power of one more than this.
pub(super) const RUN_MAX: u32 = 20;
/// The largest number of raw bits below a token: no token and its raw bits then exceed 64.
pub(super) const SHIFT_MAX: u32 = 32;

/// Marks of the steps whose raw bits are not the number's own.
const ESCAPE_MARK: u64 = 63;
const ZEROS_MARK: u64 = 62;
const RUN_MARK: u64 = 61;

/// A token, and the raw bits that follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Symbol {
    pub(super) token: u8,
    pub(super) width: u32,
    pub(super) raw: u64,
}

impl Symbol {
    /// A number whose lowest `shift` bits are raw.
    #[inline]
    pub(super) fn number(number: u64, shift: u32) -> Self {
        let high = number >> shift;
        let (token, extra) = if high < LINEAR {
            (high, 0)
        } else {
            let below = bits_for(high) - 2;
            // 32 is the first half of octave 5.
            (
                LINEAR + 2 * u64::from(below - 4) + ((high >> below) & 1),
                below,
            )
        };
        match u8::try_from(token) {
            Ok(token) if token < ESCAPE => Self {
                token,
                width: extra + shift,
                raw: number & mask(extra + shift),
            },
            _ => Self {
                token: ESCAPE,
                width: 64,
                raw: number,
            },
        }
    }

    /// Zeros up to the end of a series.
    pub(super) fn zeros() -> Self {
        Self {
            token: ZEROS,
            width: 0,
            raw: 0,
        }
    }

    /// Two zeros or more, of which it takes as many as it can, and how many those are.
    pub(super) fn run(zeros: u64) -> (Self, u64) {
        let width = (bits_for(zeros) - 1).min(RUN_MAX);
        let taken = zeros.min((2 << width) - 1);
        let symbol = Self {
            token: ZEROS + u8::try_from(width).unwrap_or(0),
            width,
            raw: taken - (1 << width),
        };
        (symbol, taken)
    }
}

/// How much of the states each token has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Histogram {
    log: u32,
    shares: [u32; TOKENS],
}

impl Histogram {
    /// Shares as near to the counts as states of `log` bits allow; at least one count is not zero.
    pub(super) fn of(counts: &[u64; TOKENS], log: u32) -> Self {
        let size = 1u64 << log;
        let total: u64 = counts.iter().sum::<u64>().max(1);
        let mut shares = [0u64; TOKENS];
        for (share, &count) in shares.iter_mut().zip(counts) {
            if count > 0 {
                let exact = u128::from(count) * u128::from(size) / u128::from(total);
                *share = u64::try_from(exact).unwrap_or(size).max(1);
            }
        }
        // What is over or missing goes where it costs the least: a share more saves count / share, one less loses as much.
        let mut sum: u64 = shares.iter().sum();
        while sum != size {
            let worth = |token: &usize, share: u64| {
                u128::from(counts[*token]) * u128::from(u32::MAX) / u128::from(share)
            };
            let used = (0..TOKENS).filter(|&token| shares[token] > 0);
            if sum < size {
                let best =
                    used.max_by_key(|token| (worth(token, shares[*token]), usize::MAX - token));
                shares[best.unwrap_or(0)] += 1;
                sum += 1;
            } else {
                let best = used
                    .filter(|&token| shares[token] > 1)
                    .min_by_key(|token| (worth(token, shares[*token] - 1), *token));
                shares[best.unwrap_or(0)] -= 1;
                sum -= 1;
            }
        }
        Self {
            log,
            shares: shares.map(|share| u32::try_from(share).unwrap_or(0)),
        }
    }

    /// The bits of a state that serve so many tokens, of which so many are different.
    pub(super) fn log_for(tokens: u64, distinct: u32) -> u32 {
        match distinct {
            0 | 1 => 0,
            _ => bits_for(tokens)
                .max(bits_for(u64::from(distinct) - 1) + 1)
                .min(LOG_MAX),
        }
    }

    pub(super) fn log(&self) -> u32 {
        self.log
    }

    /// Whether one of its tokens stands for many zeros.
    pub(super) fn has_runs(&self) -> bool {
        self.shares[usize::from(ZEROS)..]
            .iter()
            .any(|&share| share > 0)
    }

    /// The cost of each token in 1/65536 bits; a token without a share costs more than any that has one.
    pub(super) fn costs(&self) -> [u64; TOKENS] {
        let log = u64::from(self.log) << 16;
        self.shares.map(|share| match share {
            0 => (u64::from(LOG_MAX) + 4) << 16,
            share => log - log2(share.into()),
        })
    }

    /// The shares in the order of the tokens until they are spent: each as its difference from the one before, a zero
    /// as how many more follow.
    pub(super) fn write(&self, writer: &mut BitWriter) {
        writer.push(self.log.into(), 4);
        let (mut left, mut before, mut token) = (1i64 << self.log, 0, 0);
        while left > 0 {
            let share = i64::from(self.shares[token]);
            writer.push_small(zigzag(share - before));
            token += 1;
            if share == 0 {
                let zeros = self.shares[token..].iter().take_while(|&&share| share == 0);
                let zeros = zeros.count();
                writer.push_small(zeros as u64);
                token += zeros;
            }
            before = share;
            left -= share;
        }
    }

    /// What [`write`](Self::write) wrote.
    pub(super) fn read(reader: &mut BitReader<'_>) -> Result<Self> {
        let log = u32::try_from(reader.read(4)).unwrap_or(u32::MAX);
        if log > LOG_MAX {
            return Err(corrupt(format!(
                "a state of {log} bits is longer than {LOG_MAX}"
            )));
        }
        let mut shares = [0; TOKENS];
        let (mut left, mut before, mut token) = (1u32 << log, 0i64, 0usize);
        while left > 0 {
            let share = unzigzag(reader.read_small()).saturating_add(before);
            let known = u32::try_from(share).ok().filter(|&share| share <= left);
            let (Some(share), Some(place)) = (known, shares.get_mut(token)) else {
                return Err(corrupt("the shares of tokens do not add up"));
            };
            *place = share;
            token += 1;
            if share == 0 {
                let zeros = usize::try_from(reader.read_small()).unwrap_or(TOKENS);
                token = token.saturating_add(zeros);
            }
            before = share.into();
            left -= share;
        }
        Ok(Self { log, shares })
    }

    /// Which token each state stands for: every token is spread evenly.
    fn spread(&self) -> Vec<u8> {
        let size = 1usize << self.log;
        let step = (size / 2 + size / 8 + 3) | 1;
        let mut tokens = vec![0; size];
        let mut at = 0;
        for (token, &share) in (0u8..).zip(&self.shares) {
            for _ in 0..share {
                tokens[at] = token;
                at = (at + step) & (size - 1);
            }
        }
        tokens
    }
}

/// How a histogram's tokens are written.
pub(super) struct Encoding {
    histogram: Histogram,
    /// The states of each token, rising.
    states: Vec<u32>,
    starts: [usize; TOKENS],
}

impl Encoding {
    pub(super) fn new(histogram: Histogram) -> Self {
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
pub(super) fn write<const LANES: usize>(
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

/// What a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Number(u64),
    Zeros(u64),
    ZerosToTheEnd,
}

/// How a histogram's tokens are read.
///
/// A step is, from its lowest bit: the width of the bits that lead to the next state, 8; the raw bits of the token
/// or a mark, 8; the next state if those bits are zero, 16; the number that the token stands for, 32.
#[derive(Clone)]
pub(super) struct Decoding {
    steps: Box<[u64; STATES_MAX]>,
}

impl Decoding {
    pub(super) fn new(histogram: &Histogram) -> Self {
        let mut steps = Box::new([0; STATES_MAX]);
        let mut seen = histogram.shares;
        for (step, token) in steps.iter_mut().zip(histogram.spread()) {
            let seen = &mut seen[usize::from(token)];
            let width = histogram.log + 1 - bits_for((*seen).into());
            let next = (u64::from(*seen) << width) - (1 << histogram.log);
            *seen += 1;
            let (mark, number) = match token {
                ESCAPE => (ESCAPE_MARK, 0),
                ZEROS => (ZEROS_MARK, 0),
                run @ ZEROS.. => (RUN_MARK, 1 << (run - ZEROS)),
                token if u64::from(token) < LINEAR => (0, token.into()),
                token => {
                    let half = u64::from(token) - LINEAR;
                    let below = half / 2 + 4;
                    (below, (2 | half & 1) << below)
                }
            };
            *step = u64::from(width) | mark << 8 | next << 16 | number << 32;
        }
        Self { steps }
    }

    /// The number that a state stands for, of a histogram without runs; the state moves on.
    #[inline]
    pub(super) fn number(&self, reader: &mut BitReader<'_>, state: &mut usize, shift: u32) -> u64 {
        let step = self.steps[*state & (STATES_MAX - 1)];
        let word = reader.peek();
        let (width, below) = widths(step, shift);
        *state = next_state(step, word, width);
        if width + below > WIDTH_MAX {
            return match rest(step, reader, shift) {
                Meaning::Number(number) => number,
                Meaning::Zeros(_) | Meaning::ZerosToTheEnd => 0,
            };
        }
        reader.skip(width + below);
        ((step >> 32) << shift) + ((word >> width) & mask(below))
    }

    /// What a state stands for; the state moves on.
    #[inline]
    pub(super) fn meaning(
        &self,
        reader: &mut BitReader<'_>,
        state: &mut usize,
        shift: u32,
    ) -> Meaning {
        let step = self.steps[*state & (STATES_MAX - 1)];
        let (width, _) = widths(step, 0);
        *state = next_state(step, reader.peek(), width);
        rest(step, reader, shift)
    }
}

#[inline]
fn widths(step: u64, shift: u32) -> (u32, u32) {
    ((step & 0xff) as u32, ((step >> 8) & 0xff) as u32 + shift)
}

#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "a state has 16 bits at most"
)]
fn next_state(step: u64, word: u64, width: u32) -> usize {
    (((step >> 16) & 0xffff) + (word & mask(width))) as usize
}

/// Reads on after the state of a step that is not read in one go.
#[inline(never)]
fn rest(step: u64, reader: &mut BitReader<'_>, shift: u32) -> Meaning {
    let (width, below) = widths(step, shift);
    reader.skip(width);
    match (step >> 8) & 0xff {
        ESCAPE_MARK => Meaning::Number(reader.read(64)),
        ZEROS_MARK => Meaning::ZerosToTheEnd,
        RUN_MARK => {
            let least = step >> 32;
            Meaning::Zeros(least + reader.read(bits_for(least) - 1))
        }
        _ => Meaning::Number(((step >> 32) << shift) + reader.read(below)),
    }
}

/// A signed number as an unsigned one, small if it is near zero.
#[inline]
pub(super) fn zigzag(number: i64) -> u64 {
    (number.wrapping_shl(1) ^ (number >> 63)).cast_unsigned()
}

/// What [`zigzag`] made.
#[inline]
pub(super) fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// The binary logarithm of a number from 1 on, in 1/65536; between the 1024 steps of an octave by a straight line.
pub(super) fn log2(number: u64) -> u64 {
    let number = number.max(1);
    let whole = bits_for(number) - 1;
    // The number as 1.x with 31 bits after the point: ten of a step and 21 within it.
    let fraction = if whole > 31 {
        number >> (whole - 31)
    } else {
        number << (31 - whole)
    } & 0x7fff_ffff;
    let step = (fraction >> 21) as usize & 0x3ff;
    let (low, high) = (LOGARITHMS[step], LOGARITHMS[step + 1]);
    let within = ((high - low) * (fraction & 0x1f_ffff)) >> 21;
    (u64::from(whole) << 16) + low + within
}

/// The binary logarithms of 1 to 2 in steps of 1/1024, in 1/65536.
const LOGARITHMS: [u64; 1025] = {
    let mut logarithms = [1 << 16; 1025];
    let mut step = 0;
    while step < 1024 {
        // 1.x with 31 bits after the point; squaring it doubles its logarithm.
        let mut rest = (1u64 << 31) + ((step as u64) << 21);
        let (mut log, mut bit) = (0, 0);
        while bit < 16 {
            rest = (rest * rest) >> 31;
            let over = rest >> 32;
            log = log << 1 | over;
            rest >>= over;
            bit += 1;
        }
        logarithms[step] = log;
        step += 1;
    }
    logarithms
};
