//! From bits to numbers.

use super::{ESCAPE, Histogram, LINEAR, LOG_MAX, TOKENS, ZEROS, unzigzag};
use crate::codec::bits::{BitReader, WIDTH_MAX, bits_for};

/// The states there are at most.
const STATES_MAX: usize = 1 << LOG_MAX;

/// Marks of the steps whose raw bits are not the number's own: more bits than are read in one go.
const ESCAPE_MARK: u8 = 127;
const ZEROS_MARK: u8 = 126;
const RUN_MARK: u8 = 125;

/// From so many raw bits below the tokens on, four numbers seldom lie in one load.
const SHIFT_FOUR: u8 = 7;

/// What a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Meaning {
    Number(u64),
    Zeros(u64),
    ZerosToTheEnd,
}

/// How a state is left.
#[derive(Clone, Copy, Default)]
struct Step {
    /// The number that the token stands for, its raw bits zero.
    number: u32,
    /// The next state, if the bits that lead to it are zero.
    next: u16,
    /// The bits that lead to the next state.
    width: u8,
    /// Those and the raw bits of the token, or a mark.
    whole: u8,
}

/// How a histogram's tokens are read.
#[derive(Clone)]
pub(in super::super) struct Decoding {
    steps: Box<[Step; STATES_MAX]>,
}

impl Decoding {
    pub(in super::super) fn new(histogram: &Histogram) -> Self {
        // What the states of a token have in common is found once.
        let mut tokens = [(0, 0); TOKENS];
        for (bits, token) in tokens.iter_mut().zip(0..) {
            *bits = bits_of(token);
        }
        let mut steps = Box::new([Step::default(); STATES_MAX]);
        let mut seen = histogram.shares;
        for (step, token) in steps.iter_mut().zip(histogram.spread()) {
            let token = usize::from(token);
            let (below, number) = tokens[token];
            let own = seen[token];
            seen[token] += 1;
            let width = histogram.log + 1 - bits_for(own.into());
            let next = (own << width) - (1 << histogram.log);
            *step = Step::new(number, below, width, next);
        }
        Self { steps }
    }

    /// Reads numbers of a histogram without runs, signed ones; the states take turns.
    pub(in super::super) fn numbers(
        &self,
        reader: &mut BitReader<'_>,
        states: &mut [usize; 4],
        shift: u8,
        numbers: &mut [i64],
    ) {
        if shift < SHIFT_FOUR {
            self.turns::<4>(reader, states, shift, numbers);
        } else {
            self.turns::<2>(reader, states, shift, numbers);
        }
        // By itself, so that it is done for several at once.
        for number in numbers {
            *number = unzigzag(number.cast_unsigned());
        }
    }

    /// Reads numbers, `COUNT` of them by one load if they lie in it.
    #[inline(always)]
    fn turns<const COUNT: usize>(
        &self,
        reader: &mut BitReader<'_>,
        states: &mut [usize; 4],
        shift: u8,
        numbers: &mut [i64],
    ) {
        // Copies, which need not be written back after each number.
        let (bytes, mut at) = (reader.bytes(), reader.at());
        let mut own = *states;
        let scale = lowest(u64::MAX, shift) + 1;
        let (turns, rest) = numbers.as_chunks_mut::<4>();
        for turn in turns {
            let mut lane = 0;
            while lane < 4 {
                let mut bits = 0;
                for &state in &own[lane..lane + COUNT] {
                    bits += u64::from(self.step(state).whole) + u64::from(shift);
                }
                if bits > u64::from(WIDTH_MAX) {
                    for index in lane..lane + COUNT {
                        let long;
                        (long, own[index], at) =
                            self.long_number(bytes, at, own[index], shift.into());
                        turn[index] = long.cast_signed();
                    }
                } else {
                    let mut word = BitReader::from(bytes, at).peek();
                    at = at.wrapping_add(bits);
                    for index in lane..lane + COUNT {
                        let step = self.step(own[index]);
                        own[index] = step.leave(word);
                        let whole = step.whole.wrapping_add(shift);
                        turn[index] = step.number(word, whole, scale).cast_signed();
                        word >>= whole % 64;
                    }
                }
                lane += COUNT;
            }
        }
        *reader = BitReader::from(bytes, at);
        *states = own;
        for (number, state) in rest.iter_mut().zip(states.iter_mut()) {
            *number = self.number(reader, state, shift.into()).cast_signed();
        }
        states.rotate_left(rest.len());
    }

    #[inline(always)]
    fn step(&self, state: usize) -> &Step {
        &self.steps[state % STATES_MAX]
    }

    /// Reads numbers of a histogram without runs by one state; each more than `least` by what was written.
    pub(in super::super) fn list(
        &self,
        reader: &mut BitReader<'_>,
        state: &mut usize,
        least: u64,
        count: usize,
    ) -> Vec<u64> {
        let (bytes, mut at) = (reader.bytes(), reader.at());
        let mut own = *state;
        let mut numbers = vec![least; count];
        for number in &mut numbers {
            let step = self.step(own);
            let added = if u32::from(step.whole) > WIDTH_MAX {
                let long;
                (long, own, at) = self.long_number(bytes, at, own, 0);
                long
            } else {
                let word = BitReader::from(bytes, at).peek();
                at = at.wrapping_add(step.whole.into());
                own = step.leave(word);
                step.number(word, step.whole, 1)
            };
            *number = number.wrapping_add(added);
        }
        *reader = BitReader::from(bytes, at);
        *state = own;
        numbers
    }

    /// The number that a state stands for, of a histogram without runs; the state moves on.
    #[inline]
    fn number(&self, reader: &mut BitReader<'_>, state: &mut usize, shift: u32) -> u64 {
        match self.meaning(reader, state, shift) {
            Meaning::Number(number) => number,
            Meaning::Zeros(_) | Meaning::ZerosToTheEnd => 0,
        }
    }

    /// As [`number`](Self::number), for one that may be longer than a load; tells the next state and place as well.
    #[inline(never)]
    fn long_number(
        &self,
        bytes: &[u8],
        at: u64,
        mut state: usize,
        shift: u32,
    ) -> (u64, usize, u64) {
        let mut reader = BitReader::from(bytes, at);
        let number = self.number(&mut reader, &mut state, shift);
        (number, state, reader.at())
    }

    /// What a state stands for; the state moves on.
    #[inline]
    pub(in super::super) fn meaning(
        &self,
        reader: &mut BitReader<'_>,
        state: &mut usize,
        shift: u32,
    ) -> Meaning {
        let step = self.step(*state);
        *state = step.leave(reader.peek());
        reader.skip(step.width.into());
        match step.whole {
            ESCAPE_MARK => Meaning::Number(reader.read(64)),
            ZEROS_MARK => Meaning::ZerosToTheEnd,
            RUN_MARK => {
                let least = u64::from(step.number);
                Meaning::Zeros(least + reader.read(bits_for(least) - 1))
            }
            whole => {
                let below = u32::from(whole - step.width) + shift;
                Meaning::Number((u64::from(step.number) << shift) + reader.read(below))
            }
        }
    }
}

/// The raw bits of a token, or a mark, and the number that it stands for where those are zero.
fn bits_of(token: u8) -> (u8, u32) {
    match token {
        ESCAPE => (ESCAPE_MARK, 0),
        ZEROS => (ZEROS_MARK, 0),
        run @ ZEROS.. => (RUN_MARK, 1 << (run - ZEROS)),
        token if u64::from(token) < LINEAR => (0, token.into()),
        token => {
            // 32 is the first half of octave 5.
            let below = token / 2 - 12;
            (below, (2 | u32::from(token) & 1) << below)
        }
    }
}

impl Step {
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a state has 16 bits at most, and so many bits lead to it"
    )]
    fn new(number: u32, below: u8, width: u32, next: u32) -> Self {
        let width = width as u8;
        let whole = if below < RUN_MARK {
            below + width
        } else {
            below
        };
        Self {
            number,
            next: next as u16,
            width,
            whole,
        }
    }

    /// The next state, whose bits are the lowest of a word.
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a state has 16 bits at most"
    )]
    fn leave(&self, word: u64) -> usize {
        usize::from(self.next) + lowest(word, self.width) as usize
    }

    /// The number, of a step of so many bits in all that are the lowest of a word.
    #[inline(always)]
    fn number(&self, word: u64, whole: u8, scale: u64) -> u64 {
        let raw = lowest(word, whole) >> (self.width % 64);
        u64::from(self.number).wrapping_mul(scale).wrapping_add(raw)
    }
}

/// The lowest bits of a word; all of them from 64 on. A load instead of the four steps that make a mask.
#[inline(always)]
fn lowest(word: u64, width: u8) -> u64 {
    static MASKS: [u64; 256] = {
        let mut masks = [u64::MAX; 256];
        let mut width = 0;
        while width < 64 {
            masks[width] = (1 << width) - 1;
            width += 1;
        }
        masks
    };
    word & MASKS[usize::from(width)]
}

#[cfg(test)]
mod tests {
    use super::super::{Encoding, Symbol, write, zigzag};
    use super::*;
    use crate::codec::bits::BitWriter;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_read_together_as_one_by_one(
            numbers in proptest::collection::vec((any::<i64>(), 0u32..64), 1..60),
            narrowest in 0u32..64,
            shift in 0u8..20,
        ) {
            let numbers: Vec<i64> = numbers.iter().map(|&(number, bits)| number >> bits.max(narrowest)).collect();
            let mut counts = [0; TOKENS];
            let symbols: Vec<(u8, Symbol)> = numbers
                .iter()
                .map(|&number| {
                    let symbol = Symbol::number(zigzag(number), shift.into());
                    counts[usize::from(symbol.token)] += 1;
                    (0, symbol)
                })
                .collect();
            let histogram = Histogram::of(&counts, LOG_MAX);
            let mut writer = BitWriter::default();
            writer.push(1, 1);
            write::<4>(&mut writer, &[Encoding::new(histogram.clone())], &symbols);
            let bits = writer.len();
            let bytes = writer.finish();
            let decoding = Decoding::new(&histogram);
            let begin = || {
                let mut reader = BitReader::new(&bytes);
                reader.skip(1);
                let states = [(); 4].map(|()| usize::try_from(reader.read(LOG_MAX)).unwrap());
                (reader, states)
            };
            let (mut reader, mut states) = begin();
            let mut read = vec![0; numbers.len()];
            decoding.numbers(&mut reader, &mut states, shift, &mut read);
            prop_assert_eq!(&read, &numbers);
            prop_assert_eq!((reader.at(), states), (bits, [0; 4]));
            let (mut reader, mut states) = begin();
            for &number in &numbers {
                let read = decoding.number(&mut reader, &mut states[0], shift.into());
                prop_assert_eq!(unzigzag(read), number);
                states.rotate_left(1);
            }
            prop_assert_eq!((reader.at(), states), (bits, [0; 4]));
        }
    }
}
