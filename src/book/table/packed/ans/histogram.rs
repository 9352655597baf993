//! How the states are shared among the tokens.

use super::{LOG_MAX, TOKENS, ZEROS, log2, unzigzag, zigzag};
use crate::codec::bits::{BitReader, BitWriter, bits_for};
use crate::codec::corrupt;
use crate::error::Result;

/// How much of the states each token has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Histogram {
    pub(super) log: u32,
    pub(super) shares: [u32; TOKENS],
}

impl Histogram {
    /// Shares as near to the counts as states of `log` bits allow; at least one count is not zero.
    pub(in super::super) fn of(counts: &[u64; TOKENS], log: u32) -> Self {
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
    pub(in super::super) fn log_for(tokens: u64, distinct: u32) -> u32 {
        match distinct {
            0 | 1 => 0,
            _ => bits_for(tokens)
                .max(bits_for(u64::from(distinct) - 1) + 1)
                .min(LOG_MAX),
        }
    }

    pub(in super::super) fn log(&self) -> u32 {
        self.log
    }

    /// Whether one of its tokens stands for many zeros.
    pub(in super::super) fn has_runs(&self) -> bool {
        self.shares[usize::from(ZEROS)..]
            .iter()
            .any(|&share| share > 0)
    }

    /// The cost of each token in 1/65536 bits; a token without a share costs more than any that has one.
    pub(in super::super) fn costs(&self) -> [u64; TOKENS] {
        let log = u64::from(self.log) << 16;
        self.shares.map(|share| match share {
            0 => (u64::from(LOG_MAX) + 4) << 16,
            share => log - log2(share.into()),
        })
    }

    /// The shares in the order of the tokens until they are spent: each as its difference from the one before, a zero
    /// as how many more follow.
    pub(in super::super) fn write(&self, writer: &mut BitWriter) {
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
    pub(in super::super) fn read(reader: &mut BitReader<'_>) -> Result<Self> {
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
    pub(super) fn spread(&self) -> Vec<u8> {
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
