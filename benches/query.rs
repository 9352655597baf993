//! Questions to a book: contradictions, ranks, roll-ups.
//!
//! One seeded workload: a prefecture of 200 townships × 36 months of people served, each in all and by sex (which divides
//! them), with the prefecture's own totals: 21 708 cells, of which 20 are one too many, which the prefecture's own figure shows
//! as well: 21 contradictions. `cargo bench --bench query`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use yearbook::model::*;
use yearbook::query::Among;
use yearbook::{Ask, BookBuilder, CatalogueBuilder, NewCell, Result, Yearbook};

const TOWNSHIPS: u32 = 200;
const FAULTS: u32 = 20;

fn book() -> Result<Yearbook> {
    let mut catalogue = CatalogueBuilder::new();
    let region = |code: &str, parent: Option<&str>, level, name: &str| -> Result<Region> {
        Ok(Region::new(
            code.parse()?,
            parent.map(str::parse).transpose()?,
            level,
            Names::zh(name)?,
        ))
    };
    catalogue.region(region("430200", None, Level::Prefecture, "株洲市")?)?;
    for township in 0..TOWNSHIPS {
        let code = format!("4302{:02}{:03}", township / 100 + 1, township % 100 + 1);
        catalogue.region(region(
            &code,
            Some("430200"),
            Level::Township,
            &format!("第{township}乡"),
        )?)?;
    }
    catalogue.source(Source::new(
        "workload".parse()?,
        "A seeded workload",
        "",
        None,
    )?)?;
    let member = |code: &str, name: &str| -> Result<Member> {
        Ok(Member {
            code: code.parse()?,
            names: Names::zh(name)?,
            parent: None,
            partition: Some("all".to_string()),
        })
    };
    catalogue.dimension(Dimension::new(
        "sex".parse()?,
        Names::zh("性别")?,
        vec![member("female", "女")?, member("male", "男")?],
    )?)?;
    catalogue.indicator(Indicator::new(
        "people_served".parse()?,
        Names::zh("服务人数")?,
        Unit::PERSON,
        Kind::Count,
        Temporal::Flow,
    )?)?;

    let mut book = BookBuilder::new(catalogue.finish()?);
    let catalogue = book.catalogue().clone();
    let source = catalogue.source(&"workload".parse()?)?;
    let months: Vec<Period> = Period::month(2021, 1)?
        .through(Period::month(2023, 12)?)?
        .collect();
    for (breakdown, share) in [("", 3u32), ("sex=female", 2), ("sex=male", 1)] {
        let heading = Heading::level("people_served".parse()?).by(breakdown.parse()?);
        let mut table = book.table(&heading, &months)?;
        for place in catalogue.places() {
            let cells: Vec<Option<NewCell>> = (0u32..)
                .zip(&months)
                .map(|(month, _)| {
                    let of = |row: u32| share * (row * 37 + month * 11 + 5);
                    let value = match place.index() {
                        0 => (1..=TOWNSHIPS).map(of).sum(),
                        row => of(row),
                    };
                    // A slip in the pen for the women of the first townships, in the first month.
                    let slip = share == 2 && month == 0 && (1..=FAULTS).contains(&place.index());
                    let figure = Figure::exact(value + u32::from(slip));
                    Some(NewCell {
                        stated: Stated::figure(figure, Unit::PERSON),
                        source,
                    })
                })
                .collect();
            table.push_row(place, &cells)?;
        }
    }
    book.finish()
}

fn bench(criterion: &mut Criterion) {
    let book = book().expect("the workload keeps the rules");
    let ask = Ask::of(&book);
    let cells = book.cell_count().expect("the book is whole");
    let found = ask
        .reconcile()
        .contradictions()
        .expect("it can be reckoned");
    println!("{cells} cells, {} contradictions found", found.len());

    let mut group = criterion.benchmark_group("query");
    group.sample_size(20);
    group.throughput(Throughput::Elements(u64::try_from(cells).unwrap_or(1)));
    group.bench_function("reconcile the whole book", |bencher| {
        bencher.iter(|| ask.reconcile().contradictions());
    });
    let among = Among::children_of("株洲市");
    group.throughput(Throughput::Elements(u64::from(TOWNSHIPS)));
    group.bench_function("rank 200 places", |bencher| {
        bencher.iter(|| ask.rank("people_served", &among, "2023-12"));
    });
    group.bench_function("roll 200 places up", |bencher| {
        bencher.iter(|| ask.roll_up("people_served", &among, "2023-12"));
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("change between two periods", |bencher| {
        bencher.iter(|| ask.change("people_served", "株洲市", "2021-12", "2023-12"));
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
