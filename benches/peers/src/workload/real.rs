//! Real figures: daily counts of one epidemic in its provinces and cities and in the countries of the world.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use flate2::read::GzDecoder;

use super::{Cell, CellKey, CellValue, Cells, Columns, Failure, Workload};

const COUNTS: u16 = 4;

/// Country, province and city, as named.
type Name = [String; 3];

pub(super) fn read(path: &Path) -> Result<Workload, Failure> {
    let mut reader = csv::Reader::from_reader(GzDecoder::new(File::open(path)?));
    let mut days: BTreeMap<String, u16> = BTreeMap::new();
    let mut places: BTreeMap<Name, u32> = BTreeMap::new();
    let mut rows: Vec<(String, Name, [i64; COUNTS as usize])> = Vec::new();
    for record in reader.records() {
        let record = record?;
        let field = |at: usize| record.get(at).unwrap_or("");
        let day = field(0).to_string();
        let name = [field(1), field(3), field(5)].map(str::to_string);
        let mut counts = [0; COUNTS as usize];
        for (at, count) in counts.iter_mut().enumerate() {
            *count = field(7 + at).parse()?;
        }
        days.entry(day.clone()).or_default();
        places.entry(name.clone()).or_default();
        rows.push((day, name, counts));
    }
    for (number, day) in (0..).zip(days.values_mut()) {
        *day = number;
    }
    for (number, place) in (0..).zip(places.values_mut()) {
        *place = number;
    }
    let tables = (0..COUNTS).map(|table| {
        let mut cells: Vec<Cell> = rows
            .iter()
            .map(|(day, name, counts)| Cell {
                key: CellKey {
                    table,
                    place: places[name],
                    period: days[day],
                },
                value: CellValue {
                    mantissa: counts[usize::from(table)],
                    scale: 0,
                    qualifier: 0,
                    status: 0,
                    source: 0,
                },
            })
            .collect();
        cells.sort_unstable_by_key(|cell| cell.key);
        cells
    });
    Ok(Workload {
        tables: COUNTS,
        places: u32::try_from(places.len())?,
        periods: u16::try_from(days.len())?,
        columns: Columns::Days,
        cells: Cells::Real(tables.collect()),
    })
}
