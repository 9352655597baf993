//! Reading series: what is said of each, and its numbers.

use super::ans::{Decoding, Histogram, Meaning, SHIFT_MAX, unzigzag};
use super::predict::{CONSTANT, PREDICTORS, restore};
use super::{EXPONENTS, HISTOGRAMS_MAX, LANES, MODES_MAX, Mode, count, list};
use crate::codec::bits::BitReader;
use crate::codec::corrupt;
use crate::error::Result;

/// What is said of every series before their numbers, and the states that the numbers are read by.
pub(super) struct Series {
    exponents: std::vec::IntoIter<u64>,
    predictors: std::vec::IntoIter<u64>,
    starts: std::vec::IntoIter<u64>,
    chosen: std::vec::IntoIter<u64>,
    start: i64,
    from_last: bool,
    modes: Vec<Mode>,
    histograms: Vec<(Decoding, bool)>,
    states: [usize; LANES],
}

impl Series {
    pub(super) fn read(reader: &mut BitReader<'_>, cells: usize) -> Result<Self> {
        let series = count(reader, cells, "series")?;
        let mut this = Self {
            exponents: list::read(reader, series)?.into_iter(),
            predictors: list::read(reader, series)?.into_iter(),
            starts: Vec::new().into_iter(),
            chosen: Vec::new().into_iter(),
            start: 0,
            from_last: false,
            modes: Vec::new(),
            histograms: Vec::new(),
            states: [0; LANES],
        };
        this.from_last = reader.read(1) == 1;
        this.starts = list::read(reader, series)?.into_iter();
        if series == 0 {
            return Ok(this);
        }
        let histograms = count(reader, HISTOGRAMS_MAX, "histograms")?;
        let mut log = None;
        for _ in 0..histograms {
            let histogram = Histogram::read(reader)?;
            if *log.get_or_insert(histogram.log()) != histogram.log() {
                return Err(corrupt("the histograms have states of different lengths"));
            }
            this.histograms
                .push((Decoding::new(&histogram), histogram.has_runs()));
        }
        let modes = count(reader, MODES_MAX, "modes")?;
        let shifts = list::read(reader, modes)?;
        for (shift, histogram) in shifts.into_iter().zip(list::read(reader, modes)?) {
            let shift = u8::try_from(shift)
                .ok()
                .filter(|&shift| u32::from(shift) <= SHIFT_MAX);
            let histogram = u8::try_from(histogram)
                .ok()
                .filter(|&histogram| usize::from(histogram) < histograms);
            let (Some(shift), Some(histogram)) = (shift, histogram) else {
                return Err(corrupt(
                    "a mode has a shift or a histogram that is not there",
                ));
            };
            this.modes.push(Mode { shift, histogram });
        }
        this.chosen = list::read(reader, series)?.into_iter();
        for state in &mut this.states {
            *state = usize::try_from(reader.read(log.unwrap_or(0))).unwrap_or(0);
        }
        Ok(this)
    }

    /// Reads the numbers of the next series, at these positions; they count in units of `10^-exponent`.
    pub(super) fn next(
        &mut self,
        reader: &mut BitReader<'_>,
        season: usize,
        positions: &[u32],
        numbers: &mut [i64],
    ) -> Result<i32> {
        let headed = (|| {
            Some((
                self.exponents.next()?,
                self.predictors.next()?,
                self.starts.next()?,
                self.chosen.next()?,
            ))
        })();
        let (exponent, predictor, start, chosen) = headed.ok_or_else(miscounted)?;
        let exponent = Some(unzigzag(exponent)).filter(|exponent| EXPONENTS.contains(exponent));
        let exponent = exponent.and_then(|exponent| i32::try_from(exponent).ok());
        let predictor = u8::try_from(predictor)
            .ok()
            .filter(|&predictor| predictor < PREDICTORS);
        let mode = usize::try_from(chosen)
            .ok()
            .and_then(|chosen| self.modes.get(chosen));
        let (Some(exponent), Some(predictor), Some(mode)) = (exponent, predictor, mode) else {
            return Err(corrupt(
                "a series has an exponent, a predictor or a mode that is not there",
            ));
        };
        let base = if self.from_last { self.start } else { 0 };
        self.start = unzigzag(start).wrapping_add(base);
        let errors = match numbers {
            [start, errors @ ..] if predictor != CONSTANT => {
                *start = self.start;
                errors
            }
            all => all,
        };
        let Some((decoding, has_runs)) = self.histograms.get(usize::from(mode.histogram)) else {
            return Err(miscounted());
        };
        let shift = mode.shift;
        if *has_runs {
            read_runs(reader, decoding, shift.into(), &mut self.states, errors)?;
        } else {
            decoding.numbers(reader, &mut self.states, shift, errors);
        }
        restore(predictor, self.start, season, errors, positions);
        Ok(exponent)
    }

    pub(super) fn finish(&self) -> Result<()> {
        if self.chosen.len() > 0 {
            return Err(miscounted());
        }
        if self.states != [0; LANES] {
            return Err(corrupt("the numbers do not end where they should"));
        }
        Ok(())
    }
}

fn miscounted() -> crate::error::Error {
    corrupt("it does not have as many series as it says")
}

/// Reads numbers among which one token may stand for many zeros.
fn read_runs(
    reader: &mut BitReader<'_>,
    decoding: &Decoding,
    shift: u32,
    states: &mut [usize; LANES],
    numbers: &mut [i64],
) -> Result<()> {
    let mut index = 0;
    while index < numbers.len() {
        let left = &mut numbers[index..];
        let zeros = match decoding.meaning(reader, &mut states[0], shift) {
            Meaning::Number(number) => {
                left[0] = unzigzag(number);
                index += 1;
                states.rotate_left(1);
                continue;
            }
            Meaning::ZerosToTheEnd => left.len(),
            Meaning::Zeros(zeros) => usize::try_from(zeros)
                .ok()
                .filter(|&zeros| zeros <= left.len())
                .ok_or_else(|| corrupt("a run of zeros is longer than its series"))?,
        };
        left[..zeros].fill(0);
        index += zeros;
        states.rotate_left(1);
    }
    Ok(())
}
