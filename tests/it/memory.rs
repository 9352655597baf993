//! The questions of a table take no memory, whatever their answer.

use allocation_counter::measure;
use yearbook::model::*;
use yearbook::{BookBuilder, PlaceHandle, Result, Table, Yearbook};

use crate::common::{region, world};

const TOWNSHIPS: u32 = 200;

/// Months and years; rows that follow each other, lie near each other, and are few; with qualifiers, other states, decimals, a number at full length
/// and absences.
fn book() -> Result<Yearbook> {
    let mut world = world();
    for township in 0..TOWNSHIPS {
        let code = (430_281_001 + township).to_string();
        let name = format!("第{township}镇");
        world.region(region(&code, Some("430281"), Level::Township, &name))?;
    }
    let mut book = BookBuilder::new(world.finish()?);
    let months = Period::month(2019, 1)?.through(Period::month(2022, 4)?)?;
    let years = (2015..2019).map(Period::year).collect::<Result<Vec<_>>>()?;
    let periods: Vec<Period> = years.into_iter().chain(months).collect();
    for (indicator, unit, every) in [
        ("people", Unit::PERSON, 1),
        ("share", Unit::PERCENT, 3),
        ("saving", "元/台".parse()?, 40),
    ] {
        let heading = Heading::level(indicator.parse()?);
        let rows = (0..TOWNSHIPS).filter(|row| every == 1 || (row % every == 0) == (every > 3));
        for row in rows {
            for (column, period) in (0u32..).zip(&periods) {
                // The granularities are apart under the first heading alone.
                if indicator == "people" && period.granularity() == Granularity::Year
                    || column % 11 == 7
                {
                    continue;
                }
                let number = (row * 37 + column * 11) % 90 + 5;
                let text = match (indicator, column % 13) {
                    ("people", 3) => format!(">{number}"),
                    ("people", _) => number.to_string(),
                    ("saving", 5) if row == 40 => "79228162514264337593543950335!".to_string(),
                    (_, 2) => format!("~{number}.5"),
                    _ => format!("{number}.25"),
                };
                let mut stated = Stated::figure(text.parse()?, unit);
                if let (Stated::Figure { status, .. }, true) = (&mut stated, column > 38) {
                    *status = Status::Provisional;
                }
                if column % 17 == 4 {
                    stated = Stated::Absent(Absence::Suppressed);
                }
                let place = Place::from((430_281_001 + row).to_string().parse::<RegionCode>()?);
                let source = if row % 5 == 1 { "report-b" } else { "report-a" }.parse()?;
                let key = heading.clone().at(place, *period);
                book.observe(&Observation {
                    key,
                    stated,
                    source,
                })?;
            }
        }
    }
    book.finish()
}

/// Asks all there is of a table; how many cells and numbers it saw.
fn ask(
    table: &Table,
    places: &[PlaceHandle],
    county: PlaceHandle,
    book: &Yearbook,
) -> Result<(usize, usize)> {
    let (mut cells, mut numbers) = (0, 0);
    let [first, .., last] = table.periods() else {
        return Ok((0, 0));
    };
    for &place in places {
        for &period in table.periods() {
            cells += usize::from(table.cell(place, period)?.is_some());
            numbers += usize::from(table.get(place, period)?.is_some());
        }
        let mut values = [None; 2];
        Table::get_many(
            &[(table, place, *first), (table, place, *last)],
            &mut values,
        )?;
        numbers += values.iter().flatten().count();
        let row = table.row(place)?;
        numbers += row.values().count();
        let mut values = row.values();
        while let Some((_, run)) = values.next_run() {
            numbers += run.values().flatten().count();
        }
        for cell in row.chain(table.row_range(place, *first, *last)?) {
            cell?;
            cells += 1;
        }
    }
    let subtree = book.catalogue().subtree(county)?;
    for &period in table.periods() {
        let column = table.column(period);
        let mut values = column.values();
        while let Some((_, run)) = values.next_run() {
            numbers += run.values().flatten().count();
        }
        for cell in column.chain(table.column_of(period, &subtree)?) {
            cell?;
            cells += 1;
        }
    }
    for cell in table.cells().chain(table.cells().rev()) {
        cell?;
        cells += 1;
    }
    numbers += table.cells().values().count();
    Ok((cells, numbers))
}

#[test]
fn questions_of_a_table_take_no_memory() {
    let book = book().unwrap();
    let tables: Vec<Table> = book.tables().collect::<Result<_>>().unwrap();
    let places: Vec<PlaceHandle> = book.catalogue().places().collect();
    let county = book.catalogue().region(&"430281".parse().unwrap()).unwrap();
    for table in &tables {
        let mut asked = Ok((0, 0));
        let taken = measure(|| asked = ask(table, &places, county, &book));
        let (cells, numbers) = asked.unwrap();
        // Of each place and in each walk: by itself, its row, the range, the column, the subtree, all, all from the end.
        assert_eq!(cells, 7 * table.cell_count(), "{}", table.heading());
        assert!(numbers > 4 * table.cell_count(), "{}", table.heading());
        assert_eq!(taken.count_total, 0, "{}", table.heading());
    }
    assert_eq!(tables.len(), 3);
}
