//! How small and how fast, by hand:
//! `cargo test --release --lib packed::tests::measure -- --ignored --nocapture`.

use std::time::Instant;

use crate::book::table::attributes::{Attributes, Said};
use crate::book::table::direct::Limits;
use crate::book::table::packed::ans::log2;
use crate::book::table::packed::{decode, decode_into, encode};
use crate::book::table::sheet::Sheet;
use crate::model::{Period, Precision, Qualifier, Status, Unit};

const PLACES: u32 = 3000;
const MONTHS: i32 = 120;
const LEVELS: [&str; 3] = ["shares", "counts", "densities"];

/// A small generator of our own (xorshift), so that the workload is the same for ever.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// The sum of four dice of `sides`, about its mean: nearly Gaussian, with a deviation of 0.58 sides.
    fn noise(&mut self, sides: u64) -> i64 {
        let sum: u64 = (0..4).map(|_| self.below(sides)).sum();
        i64::try_from(sum).unwrap() - i64::try_from(2 * sides).unwrap()
    }
}

/// The entropy of four dice, in 1/65536 bits.
fn entropy(sides: u64) -> u64 {
    let mut ways = vec![1u128];
    for _ in 0..4 {
        let mut sums = vec![0u128; ways.len() + usize::try_from(sides).unwrap()];
        for (start, &way) in ways.iter().enumerate() {
            sums[start] += way;
        }
        for (end, &way) in ways.iter().enumerate() {
            sums[end + usize::try_from(sides).unwrap()] =
                sums[end + usize::try_from(sides).unwrap()].wrapping_sub(way);
        }
        let mut sum = 0u128;
        for way in &mut sums {
            sum = sum.wrapping_add(*way);
            *way = sum;
        }
        sums.pop();
        ways = sums;
    }
    let all = u128::from(sides).pow(4);
    let total = 4 * log2(sides);
    let inner: u128 = ways
        .iter()
        .map(|&way| way * u128::from(log2(u64::try_from(way).unwrap())))
        .sum();
    total - u64::try_from(inner / all).unwrap()
}

/// The entropy of an event of `chance` in 1000, in 1/65536 bits.
fn entropy_of(chance: u64) -> u64 {
    let part = |chance: u64| chance * (log2(1000) - log2(chance)) / 1000;
    part(chance) + part(1000 - chance)
}

/// A table of the workload, and its entropy in bits given what each row is drawn from.
fn workload(kind: usize, seed: u64, places: u32) -> (Sheet, u64) {
    let mut seeded = Seeded(0x9e37_79b9_7f4a_7c15 ^ (seed * 3 + kind as u64 + 1));
    let mut sheet = Sheet::default();
    let mut bits = u64::from(places) * entropy_of(700);
    let mut known = std::collections::HashMap::new();
    let (unit, precision, scale) = match kind {
        0 => (Unit::PERCENT, Precision::Digit(-2), 2),
        1 => (Unit::PERSON, Precision::Exact, 0),
        _ => (
            Unit::ratio(Unit::ITEM, 1000, Unit::PERSON).unwrap(),
            Precision::Digit(-2),
            2,
        ),
    };
    for place in 0..places {
        if seeded.below(10) >= 7 {
            continue;
        }
        let (level, sides) = match kind {
            0 => (500 + seeded.below(9000), 20 + seeded.below(100)),
            1 => {
                // Levels by octave, from 10 to 10^6; a deviation of 3 %.
                let octave = 10u64 << seeded.below(16);
                let level = (octave + seeded.below(octave)).min(1_000_000);
                (level, 1 + level / 20)
            }
            _ => (200 + seeded.below(3000), 10 + seeded.below(60)),
        };
        let sides = sides.next_power_of_two().max(sides / 8 * 8).max(1);
        let (level, spread) = (i64::try_from(level).unwrap(), i64::try_from(sides).unwrap());
        let slope = i64::try_from(seeded.below(9)).unwrap() - 4;
        let season = i64::try_from(seeded.below(5)).unwrap();
        let noise = *known.entry(sides).or_insert_with(|| entropy(sides));
        for month in 0..MONTHS {
            bits += entropy_of(50);
            if seeded.below(20) == 0 {
                continue;
            }
            let month = i64::from(month);
            // Over ten years a row moves by up to two deviations, and within a year by a third of one either way.
            let trend = slope * spread * month / 400;
            let phase = (month % 12 - 6).abs() - 3;
            let value = level + trend + phase * season * spread / 60 + seeded.noise(sides);
            bits += noise + entropy_of(10) + log2(3) / 100;
            let qualifier = if seeded.below(100) == 0 {
                [Qualifier::About, Qualifier::AtLeast, Qualifier::Over]
                    [usize::try_from(seeded.below(3)).unwrap()]
            } else {
                Qualifier::None
            };
            let status = if month + 3 >= MONTHS.into() {
                Status::Provisional
            } else {
                Status::Normal
            };
            let said = Said::Figure {
                unit,
                status,
                qualifier,
                precision,
            };
            let attributes = sheet.attributes(Attributes { source: 0, said }).unwrap();
            sheet.push_cell(u32::try_from(month).unwrap(), attributes, value, scale);
        }
        sheet.end_row(place);
    }
    sheet.settle();
    (sheet, bits >> 16)
}

fn months() -> Vec<Period> {
    let last = Period::month(2024, 12).unwrap();
    Period::month(2015, 1)
        .unwrap()
        .through(last)
        .unwrap()
        .collect()
}

fn measure(name: &str, sheet: &Sheet, columns: &[Period], bits: Option<u64>) {
    let limits = Limits {
        places: 1 << 20,
        columns: u32::try_from(columns.len()).unwrap(),
        sources: 1,
    };
    let start = Instant::now();
    let bytes = encode(sheet, columns).unwrap();
    let encoding = start.elapsed();
    let cells = sheet.cells.len();
    assert_eq!(decode(&bytes, &limits).unwrap().cells, sheet.cells);
    let mut reused = Sheet::default();
    let mut times = Vec::new();
    for _ in 0..51 {
        let start = Instant::now();
        decode_into(&bytes, &limits, &mut reused).unwrap();
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let milli = |time: std::time::Duration| cells as u128 * 1_000_000 / time.as_nanos().max(1);
    println!(
        "{name}: {cells} cells, {} bytes, {} bits/1000 cells, over entropy {:?}/1000, encode {} k/s, decode {} k/s (best {})",
        bytes.len(),
        bytes.len() * 8000 / cells,
        bits.map(|bits| bytes.len() as u64 * 8000 / bits),
        milli(encoding),
        milli(times[25]),
        milli(times[0]),
    );
}

/// A tenth of a table of the workload: its rows still pay for the histograms.
#[test]
fn a_small_table_is_near_its_entropy() {
    for (kind, most) in [(0, 1_035), (1, 1_040), (2, 1_035)] {
        let (sheet, bits) = workload(kind, 2, PLACES / 10);
        let bytes = encode(&sheet, &months()).unwrap();
        let ratio = bytes.len() as u64 * 8000 / bits;
        assert!(ratio <= most, "{kind}: {ratio}");
    }
}

/// Reads tables of lines `place,column,mantissa,scale,qualifier,status` from the paths in `YEARBOOK_TABLES`.
#[test]
#[ignore = "measures; needs files"]
fn tables_of_files() {
    for path in std::env::var("YEARBOOK_TABLES").unwrap().split(':') {
        let mut sheet = Sheet::default();
        let mut last = None;
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let fields: Vec<i64> = line
                .split(',')
                .map(|field| field.parse().unwrap())
                .collect();
            let place = u32::try_from(fields[0]).unwrap();
            if let Some(last) = last.filter(|&last| last != place) {
                sheet.end_row(last);
            }
            last = Some(place);
            let scale = u8::try_from(fields[3]).unwrap();
            let said = Said::Figure {
                unit: Unit::PERSON,
                status: if fields[5] == 0 {
                    Status::Normal
                } else {
                    Status::Provisional
                },
                qualifier: [
                    Qualifier::None,
                    Qualifier::About,
                    Qualifier::Over,
                    Qualifier::AtLeast,
                    Qualifier::Under,
                ][usize::try_from(fields[4]).unwrap()],
                precision: if scale == 0 {
                    Precision::Exact
                } else {
                    Precision::Digit(-2)
                },
            };
            let attributes = sheet.attributes(Attributes { source: 0, said }).unwrap();
            sheet.push_cell(
                u32::try_from(fields[1]).unwrap(),
                attributes,
                fields[2],
                scale,
            );
        }
        sheet.end_row(last.unwrap());
        sheet.settle();
        measure(path, &sheet, &months(), None);
    }
}

#[test]
#[ignore = "measures; needs the release profile"]
fn workload_against_its_entropy() {
    for (kind, name) in LEVELS.iter().enumerate() {
        let (sheet, bits) = workload(kind, 1, PLACES);
        measure(name, &sheet, &months(), Some(bits));
    }
}

/// Reads `cn-covid-daily.csv`, unpacked, from the path in `YEARBOOK_COVID`.
#[test]
#[ignore = "measures; needs a file"]
fn real_counts() {
    let text = std::fs::read_to_string(std::env::var("YEARBOOK_COVID").unwrap()).unwrap();
    let first: chrono::NaiveDate = "2019-12-01".parse().unwrap();
    let mut rows = std::collections::BTreeMap::<String, Vec<(u32, [i64; 4])>>::new();
    let mut last = 0;
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let day: chrono::NaiveDate = fields[0].parse().unwrap();
        let column = u32::try_from((day - first).num_days()).unwrap();
        last = last.max(column);
        let counts = [7, 8, 9, 10].map(|field: usize| fields[field].parse().unwrap_or(0));
        rows.entry(fields[1..7].join(","))
            .or_default()
            .push((column, counts));
    }
    let columns: Vec<Period> = (0..=last)
        .map(|day| Period::day(first + chrono::Days::new(day.into())).unwrap())
        .collect();
    for (count, name) in ["confirmed", "suspected", "cured", "dead"]
        .into_iter()
        .enumerate()
    {
        for daily in [false, true] {
            let mut sheet = Sheet::default();
            let said = Said::Figure {
                unit: Unit::PERSON,
                status: Status::Normal,
                qualifier: Qualifier::None,
                precision: Precision::Exact,
            };
            let attributes = sheet.attributes(Attributes { source: 0, said }).unwrap();
            for (place, cells) in (0u32..).zip(rows.values_mut()) {
                cells.sort_unstable();
                let mut before = 0;
                for (column, counts) in cells {
                    let value = counts[count] - if daily { before } else { 0 };
                    before = counts[count];
                    sheet.push_cell(*column, attributes, value, 0);
                }
                sheet.end_row(place);
            }
            let name = format!("{name} {}", if daily { "daily" } else { "in all" });
            measure(&name, &sheet, &columns, None);
        }
    }
}
