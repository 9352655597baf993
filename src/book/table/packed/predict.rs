//! What the next number of a series is likely to be.
//!
//! Every step is of integers that wrap, so that each machine predicts the same and nothing is lost where a prediction
//! overflows: what is written is the difference.

/// The first predictor: always the start, which is not a number of the series.
pub(super) const CONSTANT: u8 = 0;
/// The number before. From here on the start is the first number.
const PREVIOUS: u8 = 1;
/// The line through the two numbers before.
const LINEAR: u8 = 2;
/// The number a season before, once there is one.
const SEASON: u8 = 3;
/// The first of those that are drawn back to a mean.
const DRAWN: u8 = 4;
/// The first of those that smooth.
const SMOOTH: u8 = DRAWN + 8;

/// By how much a number that strays is drawn back to the mean, as a power of one half, and the least gain of the mean, in
/// 1/65536. Where it is drawn back all the way, the predictor is the mean.
const DRAWS: [(u32, i64); 8] = [
    (0, 1 << 9),
    (0, 1 << 12),
    (1, 1 << 10),
    (1, 1 << 13),
    (2, 1 << 10),
    (2, 1 << 13),
    (3, 1 << 11),
    (3, 1 << 14),
];

/// How much of each error is taken over into the level, into the slope and into the season, in 1/65536. The level takes
/// more at first: half of the first error, a third of the second, as a mean does.
const GAINS: [[i64; 3]; 8] = [
    [1 << 15, 0, 0],
    [1 << 14, 0, 0],
    [1 << 13, 0, 0],
    [1 << 15, 1 << 13, 0],
    [1 << 14, 1 << 11, 0],
    [1 << 14, 0, 1 << 14],
    [1 << 12, 0, 1 << 13],
    [1 << 16, 0, 1 << 14],
];

/// The number of predictors.
pub(super) const PREDICTORS: u8 = SMOOTH + 8;

/// The longest season: the weeks of a year.
pub(super) const SEASON_MAX: usize = 52;

/// The numbers of a series whose gains may be more than the least of its predictor.
const EARLY: usize = 255;

/// The gains of a mean, of which it takes no less than `floor`; it counts as many more errors as the start stands for.
const fn early(back: u32, floor: i64) -> [i64; EARLY] {
    let mut gains = [floor; EARLY];
    let (mut index, mut count) = (0, 2 << back);
    while count <= 256 {
        let gain = ((1 << 16) / count) << back;
        if gain > floor {
            gains[index] = gain;
        }
        index += 1;
        count += 1;
    }
    gains
}

/// The gains of the means of those that are drawn back.
static DRAWN_GAINS: [[i64; EARLY]; 8] = {
    let mut gains = [[0; EARLY]; 8];
    let mut index = 0;
    while index < gains.len() {
        gains[index] = early(DRAWS[index].0, DRAWS[index].1);
        index += 1;
    }
    gains
};

/// The gains of the levels of those that smooth.
static SMOOTH_GAINS: [[i64; EARLY]; 8] = {
    let mut gains = [[0; EARLY]; 8];
    let mut index = 0;
    while index < gains.len() {
        gains[index] = early(0, GAINS[index][0]);
        index += 1;
    }
    gains
};

/// Whether a predictor looks at seasons.
pub(super) fn is_seasonal(predictor: u8) -> bool {
    predictor == SEASON
        || predictor
            .checked_sub(SMOOTH)
            .and_then(|index| GAINS.get(usize::from(index)))
            .is_some_and(|gains| gains[2] != 0)
}

/// Turns the numbers of a series after its start into differences from what was expected.
pub(super) fn differ(
    predictor: u8,
    start: i64,
    season: usize,
    numbers: &mut [i64],
    positions: &[u32],
) {
    walk(
        predictor,
        start,
        season,
        numbers,
        positions,
        |expected, number| {
            let (stated, error) = (*number, number.wrapping_sub(expected));
            *number = error;
            (stated, error)
        },
    );
}

/// Turns the differences back into the numbers.
pub(super) fn restore(
    predictor: u8,
    start: i64,
    season: usize,
    numbers: &mut [i64],
    positions: &[u32],
) {
    walk(
        predictor,
        start,
        season,
        numbers,
        positions,
        |expected, number| {
            let (stated, error) = (number.wrapping_add(expected), *number);
            *number = stated;
            (stated, error)
        },
    );
}

/// `meet` is told what was expected and yields the number and the error. For all but [`CONSTANT`] the first position is
/// that of the start.
#[inline(always)]
fn walk(
    predictor: u8,
    start: i64,
    season: usize,
    numbers: &mut [i64],
    positions: &[u32],
    meet: impl Fn(i64, &mut i64) -> (i64, i64),
) {
    let season = season.clamp(1, SEASON_MAX);
    let phase = |position: u32| position as usize % season;
    match predictor {
        CONSTANT => {
            for number in numbers {
                meet(start, number);
            }
        }
        PREVIOUS => {
            let mut last = start;
            for number in numbers {
                (last, _) = meet(last, number);
            }
        }
        LINEAR => {
            let (mut last, mut slope) = (start, 0i64);
            for number in numbers {
                let (stated, _) = meet(last.wrapping_add(slope), number);
                slope = stated.wrapping_sub(last);
                last = stated;
            }
        }
        SEASON => {
            let (mut last, mut known) = (start, [None; SEASON_MAX]);
            let mut positions = positions.iter();
            if let Some(&first) = positions.next() {
                known[phase(first)] = Some(start);
            }
            for (number, &position) in numbers.iter_mut().zip(positions) {
                let before = &mut known[phase(position)];
                (last, _) = meet(before.unwrap_or(last), number);
                *before = Some(last);
            }
        }
        DRAWN..SMOOTH => {
            let index = usize::from(predictor - DRAWN) % DRAWS.len();
            let ((back, floor), early) = (DRAWS[index], &DRAWN_GAINS[index]);
            // Each by itself, so that nothing is asked or shifted in vain for each number.
            match back {
                0 => draw::<0>(start, floor, early, numbers, meet),
                1 => draw::<1>(start, floor, early, numbers, meet),
                2 => draw::<2>(start, floor, early, numbers, meet),
                _ => draw::<3>(start, floor, early, numbers, meet),
            }
        }
        _ => {
            let index = usize::from(predictor - SMOOTH) % GAINS.len();
            let ([floor, slope_gain, season_gain], early) = (GAINS[index], &SMOOTH_GAINS[index]);
            let mut level = start.wrapping_shl(16).wrapping_add(1 << 15);
            if season_gain == 0 {
                let mut slope = 0i64;
                with_gains(numbers, early, floor, |number, gain| {
                    level = level.wrapping_add(slope);
                    let (_, error) = meet(level >> 16, number);
                    level = level.wrapping_add(error.wrapping_mul(gain));
                    slope = slope.wrapping_add(error.wrapping_mul(slope_gain));
                });
            } else {
                let mut seasons = [0i64; SEASON_MAX];
                let mut positions = positions.iter().skip(1);
                with_gains(numbers, early, floor, |number, gain| {
                    let position = positions.next().copied().unwrap_or(0);
                    let season = &mut seasons[phase(position)];
                    let (_, error) = meet(level.wrapping_add(*season) >> 16, number);
                    level = level.wrapping_add(error.wrapping_mul(gain));
                    *season = season.wrapping_add(error.wrapping_mul(season_gain));
                });
            }
        }
    }
}

/// Walks by a mean and how far the numbers stray from it, of which a part of 2^-`BACK` is taken away each time.
#[inline(always)]
fn draw<const BACK: u32>(
    start: i64,
    floor: i64,
    early: &[i64; EARLY],
    numbers: &mut [i64],
    meet: impl Fn(i64, &mut i64) -> (i64, i64),
) {
    // What is expected is the mean and how far the last number strays from it. An error adds to both together, and what is
    // drawn back is taken from both.
    let (mut expected, mut stray) = (start.wrapping_shl(16).wrapping_add(1 << 15), 0i64);
    with_gains(numbers, early, floor, |number, gain| {
        let (_, error) = meet(expected >> 16, number);
        if BACK == 0 {
            // All that strays is drawn back at once, so nothing ever does.
            expected = expected.wrapping_add(error.wrapping_mul(gain));
            return;
        }
        stray = stray.wrapping_add(error.wrapping_mul((1 << 16) - gain));
        let back = stray >> BACK;
        stray = stray.wrapping_sub(back);
        expected = expected
            .wrapping_add(error.wrapping_shl(16))
            .wrapping_sub(back);
    });
}

/// Goes through numbers with their gains.
#[inline(always)]
fn with_gains(
    numbers: &mut [i64],
    early: &[i64; EARLY],
    floor: i64,
    mut meet: impl FnMut(&mut i64, i64),
) {
    let (first, rest) = numbers.split_at_mut(numbers.len().min(EARLY));
    for (number, &gain) in first.iter_mut().zip(early) {
        meet(number, gain);
    }
    for number in rest {
        meet(number, floor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What each number is, step by step as `FORMAT.md` has it; `p` are the positions modulo the season.
    fn step_by_step(predictor: u8, start: i64, errors: &[i64], p: &[usize]) -> Vec<i64> {
        let gain = |b: u32, index: i64| match (2i64 << b) + index {
            sum @ ..=257 => ((1 << 16) / (sum - 1)) << b,
            _ => 0,
        };
        let (mut numbers, mut last, mut before) = (Vec::new(), start, start);
        let mut known = [None; SEASON_MAX];
        if let Some(&first) = p.first() {
            known[first] = Some(start);
        }
        let (mut v, mut s, mut t) = (
            start.wrapping_mul(1 << 16).wrapping_add(1 << 15),
            0i64,
            0i64,
        );
        let mut w = [0i64; SEASON_MAX];
        let own = if predictor == CONSTANT { p } else { &p[1..] };
        for (index, (&error, &p)) in (1..).zip(errors.iter().zip(own)) {
            v = v.wrapping_add(t);
            let expected = match predictor {
                CONSTANT => start,
                PREVIOUS => last,
                LINEAR => last.wrapping_mul(2).wrapping_sub(before),
                SEASON => known[p].unwrap_or(last),
                _ => v.wrapping_add(s).wrapping_add(w[p]) >> 16,
            };
            (before, last) = (last, expected.wrapping_add(error));
            known[p] = Some(last);
            numbers.push(last);
            if let Some(&[f, r, q]) = predictor
                .checked_sub(SMOOTH)
                .and_then(|at| GAINS.get(usize::from(at)))
            {
                v = v.wrapping_add(error.wrapping_mul(gain(0, index).max(f)));
                t = t.wrapping_add(error.wrapping_mul(r));
                w[p] = w[p].wrapping_add(error.wrapping_mul(q));
            } else if let Some(&(b, f)) = predictor
                .checked_sub(DRAWN)
                .and_then(|at| DRAWS.get(usize::from(at)))
            {
                let d = error.wrapping_mul(gain(b, index).max(f));
                v = v.wrapping_add(d);
                s = s.wrapping_add(error.wrapping_mul(1 << 16)).wrapping_sub(d);
                s = s.wrapping_sub(s >> b);
            }
        }
        numbers
    }

    proptest! {
        #[test]
        fn every_predictor_is_as_described(
            predictor in 0..PREDICTORS,
            season in prop_oneof![Just(1usize), Just(4), Just(12), Just(52)],
            start in any::<i64>(),
            bits in 0u32..64,
            cells in proptest::collection::vec((any::<i64>(), 1u32..4), 1..400),
        ) {
            let bits = if predictor % 2 == 0 { bits } else { 48 + bits / 4 };
            let start = start >> bits;
            let errors: Vec<i64> = cells.iter().map(|(error, _)| error >> bits).collect();
            let rise = |at: &mut u32, (_, step): &(i64, u32)| {
                *at += step;
                Some(*at)
            };
            let positions: Vec<u32> = cells.iter().scan(0, rise).collect();
            let errors = if predictor == CONSTANT { &errors[..] } else { &errors[1..] };
            let p: Vec<usize> = positions.iter().map(|&position| position as usize % season).collect();
            let wanted = step_by_step(predictor, start, errors, &p);
            let mut numbers = errors.to_vec();
            restore(predictor, start, season, &mut numbers, &positions);
            prop_assert_eq!(&numbers, &wanted);
            differ(predictor, start, season, &mut numbers, &positions);
            prop_assert_eq!(&numbers, errors);
        }
    }
}
