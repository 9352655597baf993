//! The ledger against redb bare, and publishing against building, as ratios in one run.
//!
//! `cargo bench --bench ledger` measures all; `cargo bench --bench ledger -- publish` only what has the word in its name. Each line is a ratio
//! and what the ledger promises of it; both sides are measured turn about, and the median of each is taken.
//!
//! This is a plain program and no Criterion bench: what is promised are ratios of two programs on one machine at one time, and
//! Criterion times one side after the other and compares each with its own past. A bulk load, a compaction and a peak of memory
//! are not things to be repeated a thousand times either.

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use redb::{Database, ReadableDatabase, TableDefinition};
use yearbook::ledger::{CatalogueRevision, Policy};
use yearbook::model::*;
use yearbook::{BookBuilder, Catalogue, CatalogueBuilder, Ledger, NewCell, Result, Yearbook};

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

/// The medians of two things that are done turn about.
fn turn_about(
    rounds: usize,
    mut one: impl FnMut(usize) -> Duration,
    mut other: impl FnMut(usize) -> Duration,
) -> (Duration, Duration) {
    let (mut own, mut others): (Vec<Duration>, Vec<Duration>) =
        (0..rounds).map(|round| (one(round), other(round))).unzip();
    own.sort();
    others.sort();
    (own[rounds / 2], others[rounds / 2])
}

/// How long something takes that does not fail.
fn timed<T, E: fmt::Debug>(what: impl FnOnce() -> std::result::Result<T, E>) -> Duration {
    let start = Instant::now();
    let done = what();
    let time = start.elapsed();
    assert!(done.is_ok(), "{:?}", done.err());
    time
}

/// The most memory that something takes beyond what was taken before, in MiB; `None` where the system does not say.
fn peak_mib(what: impl FnOnce() -> Result<()>) -> Result<Option<u64>> {
    let field = |name: &str| -> Option<u64> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    // From here on the mark of high water is that of `what`.
    let reset = std::fs::write("/proc/self/clear_refs", "5");
    let before = field("VmRSS");
    what()?;
    let after = field("VmHWM");
    Ok(reset.ok().and_then(|()| Some((after? - before?) / 1024)))
}

/// Which subjects are measured, and what was found.
struct Report {
    words: Vec<String>,
    kept: bool,
}

impl Report {
    fn of_arguments() -> Self {
        let words = std::env::args().skip(1).filter(|word| word != "--bench");
        println!(
            "{:<42}{:>12}{:>12}{:>9}  promise",
            "", "ledger", "against", "ratio"
        );
        Self {
            words: words.collect(),
            kept: true,
        }
    }

    fn wants(&self, subject: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| subject.contains(word))
    }

    fn ratio(&mut self, what: &str, own: f64, other: f64, at_most: f64) {
        let ratio = own / other;
        self.kept &= ratio <= at_most;
        let verdict = if ratio <= at_most { "kept" } else { "MISSED" };
        println!("{what:<42}{own:>12.2}{other:>12.2}{ratio:>9.3}  at most {at_most:.2}: {verdict}");
    }

    fn note(&self, what: &str, value: impl fmt::Display) {
        println!("{what:<42}{value:>12}");
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

type Outcome = std::result::Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let mut report = Report::of_arguments();
    let folder = tempfile::tempdir()?;
    let catalogue = catalogue()?;
    let cells = cells(&catalogue)?;
    let bench = Bench {
        folder: folder.path(),
        count: u32::try_from(cells.len())?,
        catalogue,
        cells,
    };
    let path = folder.path().join("one.ledger");
    let bare_path = folder.path().join("one.redb");
    let mut ledger = bench.begin(&path)?;
    let mut database = Database::create(&bare_path)?;
    // First of all, as memory that was given back stays with the process.
    let peak = peak_mib(|| load(&ledger, &bench.catalogue, &bench.cells))?;
    load_bare(&database, bench.count)?;
    if report.wants("load") {
        bench.loads(&mut report)?;
        if let Some(peak) = peak {
            report.note("peak memory of a bulk load, MiB", peak);
        }
    }
    if report.wants("bytes") {
        ledger.compact()?;
        database.compact()?;
        let bytes = |path| std::fs::metadata(path).map_or(0.0, |file| file.len() as f64);
        report.ratio(
            "bytes a cell after compaction",
            bytes(&path) / f64::from(bench.count),
            bytes(&bare_path) / f64::from(bench.count),
            0.25,
        );
    }
    if report.wants("get") {
        bench.gets(&mut report, &ledger, &database)?;
    }
    if report.wants("publish") {
        bench.publishes(&mut report, &ledger)?;
    }
    if report.wants("record") {
        bench.records(&mut report, &ledger, &database)?;
    }
    report.note("", "");
    println!("{:?}", ledger.stats()?);
    drop((ledger, database));
    if report.wants("country") {
        country(&report, folder.path())?;
    }
    if !report.kept {
        println!("a promise was missed");
    }
    Ok(())
}

struct Bench<'a> {
    folder: &'a Path,
    catalogue: Catalogue,
    cells: Vec<Observation>,
    count: u32,
}

impl Bench<'_> {
    /// A ledger that knows the catalogue, and no figure.
    fn begin(&self, path: &Path) -> Result<Ledger> {
        let ledger = Ledger::create(path)?;
        let mut batch = ledger.batch("report".parse()?, "")?;
        batch.revise(|revision| revision.catalogue(&self.catalogue).map(|_| ()))?;
        batch.commit()?;
        Ok(ledger)
    }

    /// A bulk load: one batch, and one transaction of bare redb.
    fn loads(&self, report: &mut Report) -> Result<()> {
        let (own, bare) = turn_about(
            7,
            |round| {
                let path = self.folder.join(format!("load-{round}.ledger"));
                let ledger = self.begin(&path);
                let time =
                    timed(|| ledger.and_then(|ledger| load(&ledger, &self.catalogue, &self.cells)));
                let _ = std::fs::remove_file(path);
                time
            },
            |round| {
                let path = self.folder.join(format!("load-{round}.redb"));
                let database = Database::create(&path);
                let time = timed(|| load_bare(&database?, self.count));
                let _ = std::fs::remove_file(path);
                time
            },
        );
        report.ratio("bulk load of a million cells, ms", ms(own), ms(bare), 0.2);
        Ok(())
    }

    /// Look-ups of one cell.
    fn gets(&self, report: &mut Report, ledger: &Ledger, database: &Database) -> Outcome {
        const LOOKS: u32 = 100_000;
        const STEP: u32 = 7919;
        let snapshot = ledger.snapshot()?;
        let reader = database.begin_read()?;
        let table = reader.open_table(BARE)?;
        let (own, bare) = turn_about(
            7,
            |_| {
                timed(|| {
                    (0..LOOKS).try_for_each(|look| {
                        let at = usize::try_from(look * STEP % self.count).unwrap_or(0);
                        assert!(snapshot.get(&self.cells[at].key)?.is_some());
                        Ok::<(), yearbook::Error>(())
                    })
                })
            },
            |_| {
                timed(|| {
                    (0..LOOKS).try_for_each(|look| {
                        let (key, _) = bare(look * STEP % self.count);
                        assert!(table.get(&key[..])?.is_some());
                        Ok::<(), redb::Error>(())
                    })
                })
            },
        );
        let ns = |time: Duration| time.as_secs_f64() * 1e9 / f64::from(LOOKS);
        report.ratio("get, ns", ns(own), ns(bare), 1.5);
        Ok(())
    }

    /// The book of the same cells, built from memory in their order.
    fn build(&self) -> Result<Yearbook> {
        let mut builder = BookBuilder::new(self.catalogue.clone());
        let source = self.catalogue.source(&"report".parse()?)?;
        let months = usize::try_from(MONTHS).unwrap_or(0);
        let periods: Vec<Period> = self.cells[..months]
            .iter()
            .map(|cell| cell.key.period)
            .collect();
        for cells in self.cells.chunks(months) {
            let key = &cells[0].key;
            let row = cells.iter().map(|cell| {
                let stated = cell.stated;
                Some(NewCell { stated, source })
            });
            let row: Vec<_> = row.collect();
            builder
                .table(&key.heading, &periods)?
                .push_row(self.catalogue.place(&key.place)?, &row)?;
        }
        builder.finish()
    }

    /// Publishing against building, and publishing anew after one revised row against publishing all.
    fn publishes(&self, report: &mut Report, ledger: &Ledger) -> Result<()> {
        let peak = peak_mib(|| ledger.publish().map(|_| ()))?;
        if let Some(peak) = peak {
            report.note("peak memory of publishing, MiB", peak);
        }
        let book = ledger.publish()?;
        assert_eq!(self.build()?.digest(), book.digest());
        let (own, built) = turn_about(
            7,
            |_| timed(|| ledger.publish()),
            |_| timed(|| self.build()),
        );
        report.ratio("publish of a million cells, ms", ms(own), ms(built), 3.0);
        let mut batch = ledger.batch("report".parse()?, "")?;
        batch.policy(Policy::Supersede);
        for cell in &self.cells[..usize::try_from(MONTHS).unwrap_or(0)] {
            let stated = Stated::figure("50.0".parse()?, Unit::PERCENT);
            batch.state(cell.key.clone(), stated)?;
        }
        batch.commit()?;
        let republished = ledger.snapshot()?.publish_onto(&book)?;
        assert_eq!(republished.digest(), ledger.publish()?.digest());
        let (onto, full) = turn_about(
            7,
            |_| {
                timed(|| {
                    ledger
                        .snapshot()
                        .and_then(|snapshot| snapshot.publish_onto(&book))
                })
            },
            |_| timed(|| ledger.publish()),
        );
        report.ratio(
            "republish after one changed row, ms",
            ms(onto),
            ms(full),
            0.1,
        );
        Ok(())
    }

    /// One durable record, against a transaction that writes as many bytes as a batch does: cells, history, mark, batch.
    fn records(&self, report: &mut Report, ledger: &Ledger, database: &Database) -> Result<()> {
        let key = &self.cells[5].key;
        let record = |round: usize| -> Result<()> {
            let figure = format!("{}.{}", round % 90, round % 10).parse()?;
            let mut batch = ledger.batch("report".parse()?, "")?;
            batch.state(key.clone(), Stated::figure(figure, Unit::PERCENT))?;
            batch.commit().map(|_| ())
        };
        let record_bare = |round: usize| -> std::result::Result<(), redb::Error> {
            let round = u32::try_from(round).unwrap_or(0);
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
        let (own, bare) = turn_about(
            101,
            |round| timed(|| record(round)),
            |round| timed(|| record_bare(round)),
        );
        report.ratio("one durable record, µs", ms(own) * 1e3, ms(bare) * 1e3, 1.5);
        Ok(())
    }
}

/// How many villages, townships, counties, prefectures and provinces a country has.
const VILLAGES: u32 = 620_000;

/// What a country's catalogue costs: once to take in and to open, and nothing to a batch that leaves it alone.
fn country(report: &Report, folder: &Path) -> Outcome {
    let path = folder.join("country.ledger");
    let ledger = Ledger::create(&path)?;
    let source: SourceCode = "report".parse()?;
    let mut batch = ledger.batch(source.clone(), "")?;
    let mut regions = 0;
    let peak = peak_mib(|| {
        let time = timed(|| {
            batch.revise(|revision| {
                revision.source(Source::new(source.clone(), "A report", "", None)?);
                revision.indicator(Indicator::new(
                    "share".parse()?,
                    Names::zh("占比")?,
                    Unit::PERCENT,
                    Kind::Share,
                    Temporal::Flow,
                )?);
                regions = villages(revision)?;
                Ok(())
            })
        });
        report.note(
            &format!("taking in {regions} regions, ms"),
            time.as_millis(),
        );
        let time = timed(|| batch.commit());
        report.note("  their commit, ms", time.as_millis());
        Ok(())
    })?;
    if let Some(peak) = peak {
        report.note("  peak memory, MiB", peak);
    }
    let key =
        Heading::level("share".parse()?).at("110101001001".parse::<Place>()?, "2023".parse()?);
    let mut figure = 10;
    let mut one = |ledger: &Ledger| -> Result<()> {
        let mut batch = ledger.batch(source.clone(), "")?;
        figure += 1;
        let figure = Figure::printed(rust_decimal::Decimal::new(figure, 1))?;
        batch.state(key.clone(), Stated::figure(figure, Unit::PERCENT))?;
        batch.commit().map(|_| ())
    };
    let add = |ledger: &Ledger| -> Result<()> {
        let mut batch = ledger.batch(source.clone(), "")?;
        batch.revise(|revision| {
            revision.source(Source::new("another".parse()?, "Another", "", None)?);
            Ok(())
        })?;
        batch.commit().map(|_| ())
    };
    report.note(
        "  a batch of one figure, µs",
        timed(|| one(&ledger)).as_micros(),
    );
    report.note(
        "  a batch that adds a source, ms",
        timed(|| add(&ledger)).as_millis(),
    );
    drop(ledger);
    let mut opened = None;
    let time = timed(|| Ledger::open(&path).map(|ledger| opened = Some(ledger)));
    report.note("  opening, verified, ms", time.as_millis());
    let Some(ledger) = opened else {
        return Ok(());
    };
    report.note(
        "  the first batch after it, ms",
        timed(|| one(&ledger)).as_millis(),
    );
    report.note("  the second, µs", timed(|| one(&ledger)).as_micros());
    report.note("  publishing, ms", timed(|| ledger.publish()).as_millis());
    let kept = ledger.snapshot()?.catalogue().size_bytes();
    report.note("  bytes of the catalogue in memory", kept);
    let mut ledger = ledger;
    let time = timed(|| ledger.compact());
    report.note("  compacting, ms", time.as_millis());
    report.note("  bytes of the file", ledger.stats()?.file_bytes);
    Ok(())
}

/// Regions of even numbers, five levels deep; gives how many.
fn villages(revision: &mut CatalogueRevision) -> Result<u32> {
    let mut count = 0;
    let mut add = |code: &str, parent: Option<&str>, level, name: String| -> Result<()> {
        let parent = parent.map(str::parse).transpose()?;
        revision.region(Region::new(code.parse()?, parent, level, Names::zh(&name)?));
        count += 1;
        Ok(())
    };
    for village in 0..VILLAGES {
        let township = village / 15;
        let (county, prefecture, province) = (township / 14, township / 140, township / 1400);
        let province_code = format!("{}0000", 11 + province);
        let prefecture_code = format!("{}{:02}00", 11 + province, prefecture % 10 + 1);
        let county_code = format!("{}{:02}", &prefecture_code[..4], county % 10 + 1);
        let township_code = format!("{county_code}{:03}", township % 14 + 1);
        if village % (15 * 1400) == 0 {
            add(
                &province_code,
                None,
                Level::Province,
                format!("省{province}"),
            )?;
        }
        if village % (15 * 140) == 0 {
            let name = format!("市{prefecture}");
            add(
                &prefecture_code,
                Some(&province_code),
                Level::Prefecture,
                name,
            )?;
        }
        if village % (15 * 14) == 0 {
            let name = format!("县{county}");
            add(&county_code, Some(&prefecture_code), Level::County, name)?;
        }
        if village % 15 == 0 {
            let name = format!("镇{township}");
            add(&township_code, Some(&county_code), Level::Township, name)?;
        }
        let code = format!("{township_code}{:03}", village % 15 + 1);
        // A name is shared by two or three villages.
        let name = format!(
            "{}村民委员会",
            village.wrapping_mul(2_654_435_761) % 250_000
        );
        add(&code, Some(&township_code), Level::Village, name)?;
    }
    Ok(count)
}
