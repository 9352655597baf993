//! One seeded workload: 500 counties × 6 tables × 60 months, 95 % of the cells filled; two tables each of shares (2
//! decimals), counts (10 to 10^6) and densities (2 decimals), whose rows each keep to a level; 1 % of the cells carry a
//! qualifier, the last 3 months are provisional.

use yearbook::model::*;
use yearbook::{Catalogue, CatalogueBuilder, Decimal, NewCell, PlaceHandle, Result};

/// Rows of each table.
pub(crate) const COUNTIES: u32 = 500;
/// Tables.
pub(crate) const TABLES: u32 = 6;
/// Columns of each table.
pub(crate) const MONTHS: i32 = 60;

/// A small generator of our own (xorshift), so that the workload is the same for ever.
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    /// A number below a limit.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Counties of one province, a source, and the indicators.
pub(crate) fn catalogue() -> Result<Catalogue> {
    let mut catalogue = CatalogueBuilder::new();
    catalogue.region(Region::new(
        "430000".parse()?,
        None,
        Level::Province,
        Names::zh("湖南省")?,
    ))?;
    for county in 0..COUNTIES {
        // Twenty prefectures' worth of county codes, straight under the province.
        let code = format!("43{:02}{:02}", county / 99 + 1, county % 99 + 1);
        let names = Names::zh(&format!("第{county}县"))?;
        catalogue.region(Region::new(
            code.parse()?,
            Some("430000".parse()?),
            Level::County,
            names,
        ))?;
    }
    catalogue.source(Source::new(
        "workload".parse()?,
        "A seeded workload",
        "",
        None,
    )?)?;
    for table in 0..TABLES {
        let (unit, kind) = match table % 3 {
            0 => (Unit::PERCENT, Kind::Share),
            1 => (Unit::PERSON, Kind::Count),
            _ => (Unit::ratio(Unit::ITEM, 1000, Unit::PERSON)?, Kind::Ratio),
        };
        let code = format!("indicator_{table}").parse()?;
        catalogue.indicator(Indicator::new(
            code,
            Names::zh(&format!("指标{table}"))?,
            unit,
            kind,
            Temporal::Flow,
        )?)?;
    }
    catalogue.finish()
}

/// A table's rows, ready to be pushed.
pub(crate) type Rows = Vec<(PlaceHandle, Vec<Option<NewCell>>)>;
/// The columns of every table, and the tables.
pub(crate) type Workload = (Vec<Period>, Vec<(Heading, Rows)>);

/// The columns, and the rows of each table.
pub(crate) fn workload(catalogue: &Catalogue) -> Result<Workload> {
    let months: Vec<Period> = Period::month(2020, 1)?
        .through(Period::month(2024, 12)?)?
        .collect();
    let source = catalogue.source(&"workload".parse()?)?;
    let mut seeded = Seeded(2024);
    let mut tables = Vec::new();
    for table in 0..TABLES {
        let heading = Heading::level(format!("indicator_{table}").parse()?);
        let unit = catalogue
            .indicator_record(catalogue.indicator(&heading.indicator)?)?
            .unit();
        let mut rows = Vec::new();
        for place in catalogue.places().skip(1) {
            let mut row = Vec::new();
            let (count, share) = (10 + seeded.below(1_000_000), seeded.below(8_000));
            for month in 0..MONTHS {
                if seeded.below(20) == 0 {
                    row.push(None);
                    continue;
                }
                let qualifier = if seeded.below(100) == 0 {
                    Qualifier::AtLeast
                } else {
                    Qualifier::None
                };
                let figure = if table % 3 == 1 {
                    Figure::new(
                        Decimal::from(count + seeded.below(count / 16 + 30)),
                        Precision::Exact,
                        qualifier,
                    )?
                } else {
                    let hundredths = i64::try_from(share + seeded.below(1_500)).unwrap_or(0);
                    Figure::new(Decimal::new(hundredths, 2), Precision::Digit(-2), qualifier)?
                };
                let status = if month + 3 >= MONTHS {
                    Status::Provisional
                } else {
                    Status::Normal
                };
                row.push(Some(NewCell {
                    stated: Stated::Figure {
                        figure,
                        unit,
                        status,
                    },
                    source,
                }));
            }
            rows.push((place, row));
        }
        tables.push((heading, rows));
    }
    Ok((months, tables))
}
