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

/// The gain of a mean after so many numbers.
const MEANS: [i64; 256] = {
    let mut means = [1 << 16; 256];
    let mut index = 1;
    let mut count = 2;
    while index < means.len() {
        means[index] = (1 << 16) / count;
        index += 1;
        count += 1;
    }
    means
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
            let draw = DRAWS.get(usize::from(predictor - DRAWN));
            let (back, floor) = draw.copied().unwrap_or((0, 0));
            let (mut mean, mut stray) = (start.wrapping_shl(16).wrapping_add(1 << 15), 0i64);
            for (index, number) in ((2usize << back) - 1..).zip(numbers) {
                let (_, error) = meet(mean.wrapping_add(stray) >> 16, number);
                let gain = MEANS
                    .get(index)
                    .map_or(floor, |&gain| (gain << back).max(floor));
                let learnt = error.wrapping_mul(gain);
                mean = mean.wrapping_add(learnt);
                stray = stray
                    .wrapping_add(error.wrapping_shl(16))
                    .wrapping_sub(learnt);
                stray = stray.wrapping_sub(stray >> back);
            }
        }
        _ => {
            let gains = GAINS.get(usize::from(predictor - SMOOTH));
            let [floor, slope_gain, season_gain] = gains.copied().unwrap_or([0; 3]);
            let gain = |index: usize| MEANS.get(index).map_or(floor, |&mean| mean.max(floor));
            let mut level = start.wrapping_shl(16).wrapping_add(1 << 15);
            if season_gain == 0 {
                let mut slope = 0i64;
                for (index, number) in (1..).zip(numbers) {
                    level = level.wrapping_add(slope);
                    let (_, error) = meet(level >> 16, number);
                    level = level.wrapping_add(error.wrapping_mul(gain(index)));
                    slope = slope.wrapping_add(error.wrapping_mul(slope_gain));
                }
            } else {
                let mut seasons = [0i64; SEASON_MAX];
                let positions = positions.get(1..).unwrap_or_default();
                for (index, (number, &position)) in (1..).zip(numbers.iter_mut().zip(positions)) {
                    let season = &mut seasons[phase(position)];
                    let (_, error) = meet(level.wrapping_add(*season) >> 16, number);
                    level = level.wrapping_add(error.wrapping_mul(gain(index)));
                    *season = season.wrapping_add(error.wrapping_mul(season_gain));
                }
            }
        }
    }
}
