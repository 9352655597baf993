//! The smallest whole use: name a place and an indicator, record, publish, ask.

use yearbook::model::{
    Heading, Indicator, Kind, Level, Names, Observation, Place, Polarity, Region, Source, Stated,
    Temporal, Unit,
};
use yearbook::{BookBuilder, CatalogueBuilder, Result, Yearbook, notation};

fn main() -> Result<()> {
    // 1. What the figures speak of.
    let mut catalogue = CatalogueBuilder::new();
    catalogue.region(Region::new(
        "430200".parse()?,
        None,
        Level::Prefecture,
        Names::new("株洲市", "Zhuzhou")?,
    ))?;
    catalogue.source(Source::new(
        "zhuzhou-2024".parse()?,
        "Zhuzhou health services review of 2024",
        "大众卫生报",
        None,
    )?)?;
    catalogue.indicator(
        Indicator::new(
            "inpatient_share_within_county".parse()?,
            Names::zh("县域内住院量占比")?,
            Unit::PERCENT,
            Kind::Share,
            Temporal::Flow,
        )?
        .with_polarity(Polarity::Higher),
    )?;

    // 2. Figures as they were printed.
    let mut book = BookBuilder::new(catalogue.finish()?);
    let heading = Heading::level("inpatient_share_within_county".parse()?);
    let zhuzhou: Place = "430200".parse()?;
    for (period, printed) in [
        ("2021年", "81.04%"),
        ("2024年1-9月", "88.22%"),
        ("2025年", "117.2%"),
    ] {
        let reading = notation::parse(printed)?;
        let recorded = book.observe(&Observation {
            key: heading
                .clone()
                .at(zhuzhou.clone(), notation::parse_period(period)?),
            stated: Stated::figure(reading.figure(), reading.unit().unwrap_or(Unit::ONE)),
            source: "zhuzhou-2024".parse()?,
        });
        if let Err(error) = recorded {
            println!("refused: {error}");
        }
    }

    // 3. One small file, opened as it lies.
    let file = std::env::temp_dir().join("quickstart.yearbook");
    book.finish()?.save(&file)?;
    let book = Yearbook::open(&file)?;
    let table = book.table(&heading)?;
    for cell in table.row(book.catalogue().find_place("株洲市")?)? {
        let (period, cell) = cell?;
        println!(
            "{period}: {}, so the true value is in {}",
            cell.stated(),
            cell.figure()
                .map_or(String::new(), |figure| figure.interval().to_string())
        );
    }
    Ok(())
}
