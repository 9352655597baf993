//! Building, opening and asking a book.
//!
//! One seeded workload: 500 counties × 6 tables × 60 months, 95 % of the cells filled; two tables each of shares (2
//! decimals), counts (10 to 10^6) and densities (2 decimals); 1 % of the cells carry a qualifier, the
//! last 3 months are provisional. `cargo bench --bench book`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use yearbook::model::*;
use yearbook::{
    BookBuilder, Catalogue, CatalogueBuilder, Decimal, NewCell, PlaceHandle, Result, Yearbook,
};

const COUNTIES: u32 = 500;
const TABLES: u32 = 6;
const MONTHS: i32 = 60;

/// A small generator of our own (xorshift), so that the workload is the same for ever.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn catalogue() -> Result<Catalogue> {
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
type Rows = Vec<(PlaceHandle, Vec<Option<NewCell>>)>;
/// The columns of every table, and the tables.
type Workload = (Vec<Period>, Vec<(Heading, Rows)>);

fn workload(catalogue: &Catalogue) -> Result<Workload> {
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
                        Decimal::from(10 + seeded.below(1_000_000)),
                        Precision::Exact,
                        qualifier,
                    )?
                } else {
                    let hundredths = i64::try_from(seeded.below(9_990)).unwrap_or(0);
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

fn build(catalogue: &Catalogue, months: &[Period], tables: &[(Heading, Rows)]) -> Result<Yearbook> {
    let mut book = BookBuilder::new(catalogue.clone());
    for (heading, rows) in tables {
        let mut table = book.table(heading, months)?;
        for (place, cells) in rows {
            table.push_row(*place, cells)?;
        }
    }
    book.finish()
}

fn bench(criterion: &mut Criterion) {
    let catalogue = catalogue().expect("the catalogue of the workload holds together");
    let (months, tables) = workload(&catalogue).expect("the workload keeps the rules");
    let book = build(&catalogue, &months, &tables).expect("the workload has no key twice");
    let cells = book.cell_count().expect("the book is whole");
    println!(
        "{cells} cells, {} bytes in the file, {} in the tables",
        book.to_bytes().len(),
        book.cell_bytes()
    );

    let mut group = criterion.benchmark_group("book");
    group.sample_size(20);
    let per_cell = Throughput::Elements(u64::try_from(cells).unwrap_or(1));
    group.throughput(per_cell.clone());
    group.bench_function("build, a row at a time", |bencher| {
        bencher.iter(|| build(&catalogue, &months, &tables));
    });
    group.bench_function("verify", |bencher| bencher.iter(|| book.verify()));
    group.bench_function("scan every cell", |bencher| {
        bencher.iter(|| {
            book.tables()
                .flatten()
                .map(|table| table.cells().count())
                .sum::<usize>()
        });
    });

    group.throughput(Throughput::Elements(1));
    let bytes = book.to_bytes();
    group.bench_function("open", |bencher| {
        bencher.iter(|| Yearbook::from_bytes(bytes.clone()));
    });
    group.bench_function("open and take a table for the first time", |bencher| {
        bencher
            .iter(|| Yearbook::from_bytes(bytes.clone()).and_then(|book| book.table(&tables[0].0)));
    });

    let opened: Vec<_> = tables
        .iter()
        .map(|(heading, _)| book.table(heading).expect("it was built"))
        .collect();
    let places: Vec<PlaceHandle> = catalogue.places().skip(1).collect();
    let mut seeded = Seeded(7);
    let mut draw = |limit: usize| {
        usize::try_from(seeded.below(u64::try_from(limit).unwrap_or(1))).unwrap_or(0)
    };
    let asked: Vec<_> = (0..10_000)
        .map(|_| {
            (
                draw(opened.len()),
                places[draw(places.len())],
                months[draw(months.len())],
            )
        })
        .collect();
    group.throughput(Throughput::Elements(10_000));
    group.bench_function("look up 10 000 cells by handle", |bencher| {
        bencher.iter(|| {
            for (table, place, month) in &asked {
                black_box(opened[*table].cell(*place, *month)).ok();
            }
        });
    });
    let keys: Vec<Key> = asked
        .iter()
        .map(|(table, place, month)| {
            let place = catalogue
                .place_code(*place)
                .expect("it is of this catalogue");
            opened[*table].heading().clone().at(place, *month)
        })
        .collect();
    group.bench_function("look up 10 000 cells by key", |bencher| {
        bencher.iter(|| {
            for key in &keys {
                black_box(book.get(key)).ok();
            }
        });
    });
    group.throughput(Throughput::Elements(u64::try_from(MONTHS).unwrap_or(1)));
    group.bench_function("a row of 60 months", |bencher| {
        bencher.iter(|| opened[1].row(places[250]).map(Iterator::count));
    });
    group.throughput(Throughput::Elements(u64::from(COUNTIES)));
    group.bench_function("a column of 500 counties", |bencher| {
        bencher.iter(|| opened[1].column(months[30]).count());
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
