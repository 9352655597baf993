//! Numbers as tokens and raw bits, and tokens as states: a table-driven asymmetric numeral system.
//!
//! A token is a number below 32, or a half of an octave above it; the bits below the token follow raw. Tokens cost
//! what their share in a [`Histogram`] says, to a fraction of a bit: a state of a few bits is what is left over from
//! one token to the next. The encoder walks backwards, so that the decoder walks forwards; one step of the decoder is
//! one look into a table of 64-bit steps, without a branch.

mod histogram;
mod read;
mod write;

use crate::codec::bits::{bits_for, mask};
pub(super) use histogram::Histogram;
pub(super) use read::{Decoding, Meaning};
pub(super) use write::{Encoding, write};

/// The most bits of a state. A state of 11 bits costs a Gaussian token 0.002 bits over its entropy; its tables of 16 KiB
/// stay in the first cache.
pub(super) const LOG_MAX: u32 = 11;
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
