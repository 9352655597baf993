//! What is stored and asked: a seeded workload, or real figures from a file.
//!
//! # The seeded workload
//!
//! 3000 places × N tables × 120 months. A place has a row in a table in 7 cases of 10; a row has its cell in 19 months of
//! 20; each independent of all else. Tables are shares (%, 2 decimals), counts (10 to 10^6) and densities (per 1000
//! residents, 2 decimals) in turn. All cells of a table come from one source; those of the last 3 months are provisional;
//! 1 cell in 100 has a qualifier: about, over, at least, or under, as likely each.
//!
//! A row is a series as a health bureau publishes one. It has a *course*: a level, a mild trend and a mild season. A cell is
//! the last cell that the row published, drawn back towards the course (by 1/8 for shares and densities, which are
//! mostly stocks; by 1/4 for counts, which are mostly flows), plus a step of [`Noise`] that is near to normal:
//!
//! | table | level | standard deviation of a step |
//! |---|---|---|
//! | share | 5.00 to 85.00 %, even | 0.18 to 1.5 points, even over its doublings |
//! | count | 10 to 655 360: a table's size times a place's, each even over its doublings | √m and 1 % of m, joined, for a level m |
//! | density | 0.50 to 32.00, even over its doublings | 1 to 4 % of the level, even over its doublings |
//!
//! The trend takes a row up or down by up to 10 % of its level over the ten years; the season swings by up to two widths of
//! the noise. Values stay within 0.01 to 99.99 %, 10 to 10^6, and 0.01 upwards.
//!
//! Every row has a generator of its own, seeded by table and place, so that any cell can be made again without the ones
//! before it. All is done in integers: the same bits on every machine.
//!
//! **Entropy.** Given a row's course and its noise, each cell's law is known: [`Entropy`] adds up the information of each
//! value under that law, of each month's being filled or not, and of each qualifier. What a row itself says (that it is filled,
//! its level, trend, season and noise) is not counted; nor is the status, which follows from the month.
//! The process was chosen for being plausible and for an entropy near the 0.958 bytes a cell of the workload that
//! the design was measured on, and fixed before any store was.
//!
//! # The real workload
//!
//! Daily counts (confirmed, suspected, cured, dead) from `cn-covid-daily.csv.gz`: see [`Workload::real`].

mod entropy;
mod noise;
mod real;
mod seeded;
mod series;

use std::path::Path;

pub use entropy::{Entropy, float};
pub use noise::Noise;
pub use seeded::{Seeded, mix};

/// A failure of the bench itself, in words.
pub type Failure = Box<dyn std::error::Error>;

/// Where a cell stands: all its parts as dense numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellKey {
    /// The number of the table.
    pub table: u16,
    /// The number of the place.
    pub place: u32,
    /// The number of the period.
    pub period: u16,
}

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellValue {
    /// The value without its decimal point.
    pub mantissa: i64,
    /// How many of its digits are decimals.
    pub scale: u8,
    /// 0 none, 1 about, 2 over, 3 at least, 4 under.
    pub qualifier: u8,
    /// 0 normal, 1 provisional.
    pub status: u8,
    /// The number of the source.
    pub source: u16,
}

/// A cell and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Where it stands.
    pub key: CellKey,
    /// What stands in it.
    pub value: CellValue,
}

/// What a table counts, which decides its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Per cent, with two decimals.
    Share,
    /// Whole numbers of persons.
    Count,
    /// A number per 1000 persons, with two decimals.
    Density,
}

/// What the columns are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// Months from January 2015.
    Months,
    /// Days from 1 December 2019.
    Days,
}

/// The cells that all stores are given, table by table, by place and then by period.
#[derive(Debug)]
pub struct Workload {
    /// How many tables it has.
    pub tables: u16,
    /// How many places.
    pub places: u32,
    /// How many periods.
    pub periods: u16,
    /// What the periods are.
    pub columns: Columns,
    cells: Cells,
}

#[derive(Debug)]
enum Cells {
    Seeded,
    /// By table, sorted.
    Real(Vec<Vec<Cell>>),
}

const SEED: u64 = 20_240_926;
const PLACES: u32 = 3000;
const MONTHS: u16 = 120;
/// Cells expected in a table, of 1000: 7/10 of the rows, 19/20 of a row.
const CELLS_A_TABLE: u32 = PLACES * 120 / 200 * 133;

impl Workload {
    /// The seeded workload with as many tables as come nearest to so many million cells.
    pub fn seeded(millions: u32) -> Self {
        let tables = (millions * 1_000_000 + CELLS_A_TABLE / 2) / CELLS_A_TABLE;
        Self::seeded_tables(u16::try_from(tables.max(1)).unwrap_or(u16::MAX))
    }

    fn seeded_tables(tables: u16) -> Self {
        Self {
            tables,
            places: PLACES,
            periods: MONTHS,
            columns: Columns::Months,
            cells: Cells::Seeded,
        }
    }

    /// The real workload, from a file of the form of `cn-covid-daily.csv.gz`: a table for each of the four counts, a
    /// place for each country, province and city named, a period for each day.
    pub fn real(path: &Path) -> Result<Self, Failure> {
        real::read(path)
    }

    /// What a table counts.
    pub fn family(&self, table: u16) -> Family {
        match (&self.cells, table % 3) {
            (Cells::Real(_), _) | (_, 1) => Family::Count,
            (_, 0) => Family::Share,
            _ => Family::Density,
        }
    }

    /// How many sources the cells come from, numbered from 0.
    pub fn sources(&self) -> u16 {
        self.tables.min(series::SOURCES)
    }

    /// Puts the cells of a table into `cells`, by place and then by period.
    pub fn table(&self, table: u16, cells: &mut Vec<Cell>) {
        cells.clear();
        match &self.cells {
            Cells::Seeded => {
                for place in 0..self.places {
                    series::row(table, place, &mut |cell| cells.push(cell), &mut ());
                }
            }
            Cells::Real(tables) => cells.extend_from_slice(&tables[usize::from(table)]),
        }
    }

    /// The cell of a key, or none.
    pub fn cell(&self, key: CellKey) -> Option<CellValue> {
        match &self.cells {
            Cells::Seeded => {
                let mut found = None;
                let mut see = |cell: Cell| {
                    if cell.key == key {
                        found = Some(cell.value);
                    }
                };
                series::row(key.table, key.place, &mut see, &mut ());
                found
            }
            Cells::Real(tables) => {
                let cells = &tables[usize::from(key.table)];
                let at = cells.binary_search_by_key(&key, |cell| cell.key);
                at.ok().map(|at| cells[at].value)
            }
        }
    }

    /// The information in the cells, of 42 tables at most, as it hardly differs with more; nothing is known of the law
    /// of real ones.
    pub fn entropy(&self) -> Option<Entropy> {
        matches!(self.cells, Cells::Seeded).then(|| {
            let mut entropy = Entropy::default();
            for table in 0..self.tables.min(42) {
                for place in 0..self.places {
                    let mut cells = 0;
                    series::row(table, place, &mut |_| cells += 1, &mut entropy);
                    entropy.add_cells(cells);
                }
            }
            entropy
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(tables: u16) -> (usize, u64) {
        let workload = Workload::seeded_tables(tables);
        let mut cells = Vec::new();
        let mut count = 0;
        let mut sum = 0_u64;
        for table in 0..tables {
            workload.table(table, &mut cells);
            count += cells.len();
            for Cell { key, value } in &cells {
                let place = mix(u64::from(key.place) << 32 | u64::from(key.period));
                sum = sum.rotate_left(5) ^ place ^ value.mantissa.cast_unsigned();
                sum ^= u64::from(value.qualifier) << 8 | u64::from(value.status);
            }
        }
        (count, sum)
    }

    #[test]
    fn the_bits_are_the_same_for_ever() {
        assert_eq!(sum(3), (714_682, 14_431_600_299_900_202_196));
    }

    #[test]
    fn sizes_come_nearest_to_what_is_asked() {
        let tables = [1, 10, 50, 100].map(|millions| Workload::seeded(millions).tables);
        assert_eq!(tables, [4, 42, 209, 418]);
    }

    #[test]
    fn rows_and_cells_are_filled_as_described() {
        let workload = Workload::seeded_tables(3);
        let mut cells = Vec::new();
        for table in 0..3 {
            workload.table(table, &mut cells);
            assert!(cells.is_sorted_by(|a, b| a.key < b.key));
            let mut places: Vec<u32> = cells.iter().map(|cell| cell.key.place).collect();
            places.dedup();
            assert!((2000..2200).contains(&places.len()), "{}", places.len());
            let slots = places.len() * 120;
            assert!((94 * slots..96 * slots).contains(&(cells.len() * 100)));
            let qualified = cells.iter().filter(|cell| cell.value.qualifier > 0).count();
            assert!((9 * cells.len()..11 * cells.len()).contains(&(qualified * 1000)));
            for Cell { key, value } in &cells {
                assert_eq!(value.status == 1, key.period >= 117);
                assert_eq!(value.source, table);
                let (scale, low, high) = match workload.family(table) {
                    Family::Share => (2, 1, 9_999),
                    Family::Count => (0, 10, 1_000_000),
                    Family::Density => (2, 1, 10_000),
                };
                assert_eq!(value.scale, scale);
                assert!((low..=high).contains(&value.mantissa), "{value:?}");
            }
        }
    }

    #[test]
    fn a_cell_is_made_again_without_its_table() {
        let workload = Workload::seeded_tables(2);
        let mut cells = Vec::new();
        workload.table(1, &mut cells);
        for cell in cells.iter().step_by(997) {
            assert_eq!(workload.cell(cell.key), Some(cell.value));
        }
        let filled: usize = (0..120)
            .filter(|period| {
                let key = CellKey {
                    period: *period,
                    ..cells[0].key
                };
                workload.cell(key).is_some()
            })
            .count();
        let row = cells
            .iter()
            .filter(|cell| cell.key.place == cells[0].key.place);
        assert_eq!(filled, row.count());
    }

    #[test]
    fn the_entropy_is_near_the_design_s() {
        let entropy = Workload::seeded(10).entropy().unwrap();
        let bytes = entropy.bytes_a_cell();
        assert!((0.93..0.99).contains(&bytes), "{bytes}");
        // A month in twenty is not filled: 0.2864 bits a month, 0.3015 a cell.
        assert!((entropy.hole_bits_a_cell() - 0.3015).abs() < 0.01);
        // One cell in a hundred, of four: 0.1008 bits.
        assert!((entropy.qualifier_bits_a_cell() - 0.1008).abs() < 0.01);
    }
}
