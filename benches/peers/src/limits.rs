//! What the machine itself can do, measured between the stores.

use std::hint::black_box;
use std::time::Instant;

use crate::workload::mix;

/// A gibibyte of numbers: far more than any cache holds.
const WORDS: usize = 1 << 27;
const LOADS: usize = 1 << 20;

/// A gibibyte of memory to be loaded from.
pub struct Memory(Vec<u64>);

/// What was measured in a round.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Nanoseconds for a random load whose address waits for the load before it.
    pub dependent_ns: f64,
    /// Nanoseconds for a random load whose address is known beforehand.
    pub independent_ns: f64,
    /// Gigabytes (10^9) read a second, in order, by one thread.
    pub gigabytes_a_second: f64,
}

impl Memory {
    /// Takes the memory and touches it.
    pub fn new() -> Self {
        Self((0_u64..).take(WORDS).map(mix).collect())
    }

    /// Measures once.
    pub fn measure(&self, round: u64) -> Limits {
        let words = self.0.as_slice();
        let mask = WORDS - 1;
        let start = Instant::now();
        let mut at = usize::try_from(round).unwrap_or(0) & mask;
        let mut step = 1_usize;
        for _ in 0..LOADS {
            // The address waits for the word; the step keeps it from running in a circle.
            step = step.wrapping_add(0x9e37_79b9);
            at = low(words[at]).wrapping_add(step) & mask;
        }
        black_box(at);
        let dependent = start.elapsed();

        let addresses: Vec<u32> = (0..LOADS)
            .map(|number| {
                let spread = mix(round << 32 | u64::try_from(number).unwrap_or(0));
                u32::try_from(low(spread) & mask).unwrap_or(0)
            })
            .collect();
        let start = Instant::now();
        let mut sum = 0_u64;
        for address in &addresses {
            sum = sum.wrapping_add(words[usize::try_from(*address).unwrap_or(0)]);
        }
        black_box(sum);
        let independent = start.elapsed();

        let start = Instant::now();
        let sum = words
            .iter()
            .fold(0_u64, |sum, word| sum.wrapping_add(*word));
        black_box(sum);
        let read = start.elapsed();
        let loads = f64::from(u32::try_from(LOADS).unwrap_or(1));
        let gigabytes = f64::from(u32::try_from(WORDS).unwrap_or(1)) * 8e-9;
        Limits {
            dependent_ns: dependent.as_secs_f64() * 1e9 / loads,
            independent_ns: independent.as_secs_f64() * 1e9 / loads,
            gigabytes_a_second: gigabytes / read.as_secs_f64(),
        }
    }
}

fn low(word: u64) -> usize {
    usize::try_from(word & 0xffff_ffff).unwrap_or(0)
}
