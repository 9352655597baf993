//! The ledger against redb bare, as ratios in one run.
//!
//! `cargo bench --bench ledger`; the last column is what the ledger promises to stay under.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use redb::{Database, ReadableDatabase, TableDefinition};
use yearbook::ledger::Policy;
use yearbook::model::*;
use yearbook::{BookBuilder, Catalogue, CatalogueBuilder, Ledger, NewCell, Result};

const BARE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("bare");
const PLACES: u32 = 500;
const TABLES: u32 = 17;
const MONTHS: u32 = 120;
const BEGIN: i32 = 2014;

fn catalogue() -> Result<Catalogue> {
    let mut builder = CatalogueBuilder::new();
    let top = "430000".parse()?;
    builder.region(Region::new(
        top,
        None,
        Level::Province,
        Names::zh("湖南省")?,
    ))?;
    for place in 0..PLACES {
        let code = format!("43{:02}{:02}", place / 99 + 1, place % 99 + 1);
        let names = Names::zh(&format!("县{place}"))?;
        builder.region(Region::new(code.parse()?, Some(top), Level::County, names))?;
    }
    builder.source(Source::new("report".parse()?, "A report", "", None)?)?;
    for table in 0..TABLES {
        builder.indicator(Indicator::new(
            format!("share_{table:02}").parse()?,
            Names::zh(&format!("占比{table}"))?,
            Unit::PERCENT,
            Kind::Share,
            Temporal::Flow,
        )?)?;
    }
    builder.finish()
}

/// A million cells, 1020 short of it: tables, places, months.
fn cells(catalogue: &Catalogue) -> Result<Vec<Observation>> {
    let mut cells = Vec::new();
    let source: SourceCode = "report".parse()?;
    for table in 0..TABLES {
        let heading = Heading::level(format!("share_{table:02}").parse()?);
        for place in catalogue.places().skip(1) {
            let place = catalogue.place_code(place)?;
            for month in 0..MONTHS {
                let hundredths = 4000 + (month * 7 + table * 131) % 5000;
                let figure = Figure::printed(rust_decimal::Decimal::new(hundredths.into(), 2))?;
                let year = BEGIN + i32::try_from(month / 12).unwrap_or(0);
                let period = Period::month(year, month % 12 + 1)?;
                cells.push(Observation {
                    key: heading.clone().at(place.clone(), period),
                    stated: Stated::figure(figure, Unit::PERCENT),
                    source: source.clone(),
                });
            }
        }
    }
    Ok(cells)
}

/// A key and a value of one cell as a program without a ledger would write them.
fn bare(at: u32) -> ([u8; 13], [u8; 16]) {
    let mut key = [0; 13];
    key[..4].copy_from_slice(&(at / (PLACES * MONTHS)).to_be_bytes());
    key[4..8].copy_from_slice(&(at / MONTHS % PLACES).to_be_bytes());
    key[9..].copy_from_slice(&(at % MONTHS).to_be_bytes());
    let mut value = [0; 16];
    value[..4].copy_from_slice(&(4000 + at % 5000).to_le_bytes());
    (key, value)
}

fn timed<T>(what: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let value = what();
    (start.elapsed(), value)
}

/// The median of some rounds.
fn median(rounds: usize, mut what: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..rounds).map(|_| timed(&mut what).0).collect();
    times.sort();
    times[rounds / 2]
}

/// Records all cells a row at a time, in one batch.
fn load(ledger: &Ledger, catalogue: &Catalogue, cells: &[Observation]) -> Result<()> {
    let mut batch = ledger.batch("report".parse()?, "")?;
    let source = batch.catalogue().source(&"report".parse()?)?;
    let months = usize::try_from(MONTHS).unwrap_or(0);
    let periods: Vec<Period> = cells[..months].iter().map(|cell| cell.key.period).collect();
    let rows = usize::try_from(MONTHS * PLACES).unwrap_or(0);
    for cells in cells.chunks(rows) {
        let mut table = batch.table(&cells[0].key.heading, &periods)?;
        for cells in cells.chunks(months) {
            let place = catalogue.place(&cells[0].key.place)?;
            let row: Vec<_> = cells
                .iter()
                .map(|cell| {
                    let stated = cell.stated;
                    Some(NewCell { stated, source })
                })
                .collect();
            table.push_row(place, &row)?;
        }
    }
    batch.commit().map(|_| ())
}

/// Inserts all cells one by one, in the order of their keys, in one transaction.
fn load_bare(database: &Database, count: u32) -> std::result::Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    {
        let mut table = transaction.open_table(BARE)?;
        for at in 0..count {
            let (key, value) = bare(at);
            table.insert(&key[..], &value[..])?;
        }
    }
    Ok(transaction.commit()?)
}

struct Lines(String);

impl Lines {
    fn ratio(&mut self, what: &str, own: f64, other: f64, limit: &str) {
        let _ = writeln!(
            self.0,
            "{what:<44}{own:>14.2}{other:>14.2}{:>10.2}  {limit}",
            own / other
        );
    }
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let catalogue = catalogue()?;
    let cells = cells(&catalogue)?;
    let count = u32::try_from(cells.len())?;
    let mut lines = Lines(String::new());
    let ms = |time: Duration| time.as_secs_f64() * 1e3;

    // A bulk load, one batch and one transaction: the best of some rounds of each, turn about.
    let (mut own_load, mut bare_load) = (Duration::MAX, Duration::MAX);
    let mut made = None;
    for round in 0..3 {
        let path = folder.path().join(format!("own-{round}.ledger"));
        let ledger = Ledger::create(&path)?;
        let mut batch = ledger.batch("report".parse()?, "")?;
        batch.revise(|revision| revision.catalogue(&catalogue).map(|_| ()))?;
        batch.commit()?;
        let (time, loaded) = timed(|| load(&ledger, &catalogue, &cells));
        loaded?;
        own_load = own_load.min(time);
        let bare_path = folder.path().join(format!("bare-{round}.redb"));
        let database = Database::create(&bare_path)?;
        let (time, loaded) = timed(|| load_bare(&database, count));
        loaded?;
        bare_load = bare_load.min(time);
        made = Some((path, ledger, bare_path, database));
    }
    let Some((path, mut ledger, bare_path, mut database)) = made else {
        return Ok(());
    };
    lines.ratio(
        "bulk load of a million cells, ms",
        ms(own_load),
        ms(bare_load),
        "at most 0.20",
    );
    ledger.compact()?;
    database.compact()?;
    let bytes = |path| std::fs::metadata(path).map_or(0.0, |file| file.len() as f64);
    lines.ratio(
        "bytes a cell after compaction",
        bytes(&path) / f64::from(count),
        bytes(&bare_path) / f64::from(count),
        "at most 0.25",
    );

    // Look-ups of one cell.
    let snapshot = ledger.snapshot()?;
    let reader = database.begin_read()?;
    let table = reader.open_table(BARE)?;
    let step = 7919;
    let looks = 100_000u32;
    let own_get = median(5, || {
        for look in 0..looks {
            let at = usize::try_from(look * step % count).unwrap_or(0);
            assert!(
                snapshot
                    .get(&cells[at].key)
                    .is_ok_and(|found| found.is_some())
            );
        }
    });
    let bare_get = median(5, || {
        for look in 0..looks {
            let (key, _) = bare(look * step % count);
            assert!(table.get(&key[..]).is_ok_and(|found| found.is_some()));
        }
    });
    let ns = |time: Duration| time.as_secs_f64() * 1e9 / f64::from(looks);
    lines.ratio("get, ns", ns(own_get), ns(bare_get), "at most 1.50");
    drop((snapshot, table, reader));

    // Publishing, against the builder fed with the same cells in order.
    let (own_publish, book) = timed(|| ledger.publish());
    let book = book?;
    let (built, from_memory) = timed(|| -> Result<_> {
        let mut builder = BookBuilder::new(catalogue.clone());
        let source = catalogue.source(&"report".parse()?)?;
        let row = usize::try_from(MONTHS).unwrap_or(0);
        let periods: Vec<Period> = cells[..row].iter().map(|cell| cell.key.period).collect();
        for rows in cells.chunks(row) {
            let key = &rows[0].key;
            let row: Vec<_> = rows
                .iter()
                .map(|cell| {
                    Some(NewCell {
                        stated: cell.stated,
                        source,
                    })
                })
                .collect();
            builder
                .table(&key.heading, &periods)?
                .push_row(catalogue.place(&key.place)?, &row)?;
        }
        builder.finish()
    });
    assert_eq!(from_memory?.digest(), book.digest());
    lines.ratio(
        "publish of a million cells, ms",
        ms(own_publish),
        ms(built),
        "at most 3.00",
    );

    // One revised row, published onto the book before.
    let mut batch = ledger.batch("report".parse()?, "")?;
    batch.policy(Policy::Supersede);
    for cell in &cells[..usize::try_from(MONTHS)?] {
        batch.state(
            cell.key.clone(),
            Stated::figure("50.0".parse()?, Unit::PERCENT),
        )?;
    }
    batch.commit()?;
    let republished = ledger.snapshot()?.publish_onto(&book)?;
    assert_eq!(republished.digest(), ledger.publish()?.digest());
    let onto = median(5, || {
        assert!(
            ledger
                .snapshot()
                .and_then(|now| now.publish_onto(&book))
                .is_ok()
        );
    });
    let full = median(5, || assert!(ledger.publish().is_ok()));
    lines.ratio(
        "republish after one changed row, ms",
        ms(onto),
        ms(full),
        "at most 0.10",
    );

    // One durable record, against a transaction that writes as many bytes as a batch does: cells, history, mark, batch.
    let mut round = 0u32;
    let key = cells[5].key.clone();
    let own_record = median(41, || {
        round += 1;
        let figure = format!("{}.{}", round % 90, round % 10).parse();
        let recorded = ledger
            .batch("report".parse().unwrap_or_else(|_| unreachable!()), "")
            .and_then(|mut batch| {
                batch.state(key.clone(), Stated::figure(figure?, Unit::PERCENT))?;
                batch.commit()
            });
        assert!(recorded.is_ok());
    });
    let bare_record = median(41, || {
        round += 1;
        let write = || -> std::result::Result<(), redb::Error> {
            let transaction = database.begin_write()?;
            {
                let mut table = transaction.open_table(BARE)?;
                for (part, size) in [(0u32, 400usize), (1, 40), (2, 5), (3, 60)] {
                    let (mut key, _) = bare(part * 60_000);
                    key[8] = 1;
                    key[9..].copy_from_slice(&round.to_be_bytes());
                    table.insert(&key[..], vec![7; size].as_slice())?;
                }
            }
            Ok(transaction.commit()?)
        };
        assert!(write().is_ok());
    });
    lines.ratio(
        "one durable record, µs",
        ms(own_record) * 1e3,
        ms(bare_record) * 1e3,
        "at most 1.50",
    );
    let peak = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = peak
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or("")
        .to_string();
    println!("{:<44}{:>14}{:>14}{:>10}", "", "ledger", "bare", "ratio");
    println!("{}{peak}\n{:?}", lines.0, ledger.stats()?);
    Ok(())
}
