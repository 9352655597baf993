//! A row of the seeded workload: its course, its noise, its cells.

use super::entropy::Account;
use super::{Cell, CellKey, CellValue, MONTHS, Noise, SEED, Seeded, mix};

/// A table's source is its number modulo this.
pub(super) const SOURCES: u16 = 20;
const HOLE_ONCE_IN: u32 = 20;
const QUALIFIER_ONCE_IN: u32 = 100;
const QUALIFIERS: u32 = 4;
const PROVISIONAL: u16 = 3;
/// A year's swing, in thousandths: a sine, as integers.
const SEASON: [i64; 12] = [
    0, 500, 866, 1000, 866, 500, 0, -500, -866, -1000, -866, -500,
];

/// What governs a row.
struct Course {
    level: i64,
    /// What the level gains over all the months.
    trend: i64,
    /// The height of the season.
    swing: i64,
    /// The month that the season begins in.
    phase: u32,
    /// A cell goes back to the course by one part in so many.
    back: i64,
    noise: Noise,
    low: i64,
    high: i64,
    scale: u8,
}

/// Makes a row: gives its cells to `see`, and their information to `account`.
pub(super) fn row(table: u16, place: u32, see: &mut impl FnMut(Cell), account: &mut impl Account) {
    let mut seeded = Seeded::of(SEED, u32::from(table) + 1, place);
    if seeded.below32(10) >= 7 {
        return;
    }
    let course = Course::draw(table, place, &mut seeded);
    let mut last = course.at(0);
    for period in 0..MONTHS {
        let hole = seeded.once_in(HOLE_ONCE_IN);
        account.filled(!hole, HOLE_ONCE_IN);
        if hole {
            continue;
        }
        let expected = last + (course.at(period) - last) / course.back;
        let wished = expected + course.noise.step(&mut seeded);
        let mantissa = wished.clamp(course.low, course.high);
        account.value(|| {
            let step = mantissa - expected;
            if mantissa == course.low {
                course.noise.bits_at_most(step)
            } else if mantissa == course.high {
                course.noise.bits_at_least(step)
            } else {
                course.noise.bits(step)
            }
        });
        last = mantissa;
        let qualified = seeded.once_in(QUALIFIER_ONCE_IN);
        account.qualifier(qualified, QUALIFIER_ONCE_IN, QUALIFIERS);
        let qualifier = if qualified {
            1 + u8::try_from(seeded.below32(QUALIFIERS)).unwrap_or(0)
        } else {
            0
        };
        see(Cell {
            key: CellKey {
                table,
                place,
                period,
            },
            value: CellValue {
                mantissa,
                scale: course.scale,
                qualifier,
                status: u8::from(period + PROVISIONAL >= MONTHS),
                source: table % SOURCES,
            },
        });
    }
}

impl Course {
    fn draw(table: u16, place: u32, seeded: &mut Seeded) -> Self {
        let (level, width, back, low, high, scale) = match table % 3 {
            0 => {
                let level = seeded.between(500, 8500);
                (level, seeded.over_doublings(32, 3), 8, 1, 9_999, 2)
            }
            1 => {
                // A place is large or small in every table, and a table counts much or little in every place.
                let size = Seeded::new(mix(u64::from(place))).over_doublings(64, 7);
                let step = 10 << Seeded::new(mix(u64::from(table) << 32)).below32(10);
                let level = (step * (size / 2)) / 32;
                let variance = u64::from(level) + u64::from(level).pow(2) / 10_000;
                // The width whose deviation is the root of the variance.
                let width = u32::try_from((3 * variance).isqrt()).unwrap_or(u32::MAX);
                (level, width, 4, 10, 1_000_000, 0)
            }
            _ => {
                let level = seeded.over_doublings(50, 6);
                let thousandths = seeded.over_doublings(18, 2);
                (level, (level * thousandths / 1000).max(3), 8, 1, 10_000, 2)
            }
        };
        let level = i64::from(level);
        let percent = i64::from(seeded.below32(21)) - 10;
        Self {
            level,
            trend: level * percent / 100,
            swing: i64::from(seeded.below32(2 * width + 1)),
            phase: seeded.below32(12),
            back,
            noise: Noise::new(width),
            low,
            high,
            scale,
        }
    }

    /// Where the course is in a month.
    fn at(&self, period: u16) -> i64 {
        let month = u32::from(period) + self.phase;
        let season = SEASON[usize::try_from(month % 12).unwrap_or(0)];
        self.level + self.trend * i64::from(period) / i64::from(MONTHS) + self.swing * season / 1000
    }
}
