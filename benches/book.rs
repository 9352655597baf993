//! Building, opening and asking a book.
//!
//! `cargo bench --bench book`; peers are in `benches/peers`.

mod workload;

use std::hint::black_box;
use std::io::Cursor;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use workload::{COUNTIES, MONTHS, Rows, Seeded, catalogue, workload};
use yearbook::model::*;
use yearbook::{BookBuilder, BookSorter, Catalogue, NewCell, PlaceHandle, Result, Yearbook};

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

/// A cell and its key; the heading by its number.
type Loose = (usize, PlaceHandle, Period, NewCell);

/// All cells, in no order.
fn loose(months: &[Period], tables: &[(Heading, Rows)]) -> Vec<Loose> {
    let mut cells: Vec<Loose> = Vec::new();
    for (table, (_, rows)) in tables.iter().enumerate() {
        for (place, row) in rows {
            let row = months.iter().zip(row);
            cells.extend(row.filter_map(|(month, cell)| Some((table, *place, *month, (*cell)?))));
        }
    }
    let mut seeded = Seeded(11);
    for left in (1..cells.len()).rev() {
        let limit = u64::try_from(left + 1).unwrap_or(1);
        cells.swap(left, usize::try_from(seeded.below(limit)).unwrap_or(0));
    }
    cells
}

fn sort(
    catalogue: &Catalogue,
    tables: &[(Heading, Rows)],
    cells: &[Loose],
    memory_bytes: usize,
) -> Result<Vec<u8>> {
    let mut book = BookSorter::new(catalogue.clone(), memory_bytes);
    for (table, place, month, cell) in cells {
        book.push_cell(&tables[*table].0, *place, *month, *cell)?;
    }
    book.finish(Cursor::new(Vec::new())).map(Cursor::into_inner)
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
    let cells = loose(&months, &tables);
    group.bench_function("build, a cell at a time, in no order", |bencher| {
        bencher.iter(|| {
            let mut book = BookBuilder::new(catalogue.clone());
            for (table, place, month, cell) in &cells {
                let periods = [*month];
                book.table(&tables[*table].0, &periods)?
                    .push_row(*place, &[Some(*cell)])?;
            }
            book.finish()
        });
    });
    for (memory, memory_bytes) in [("all in memory", usize::MAX), ("1 MiB at a time", 1 << 20)] {
        group.bench_function(format!("sort and build, {memory}"), |bencher| {
            bencher.iter(|| sort(&catalogue, &tables, &cells, memory_bytes));
        });
    }
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
