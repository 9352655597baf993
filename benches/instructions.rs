//! How many instructions each hot path takes, counted by valgrind: the same on a busy machine as on a quiet one.
//!
//! `cargo bench --bench instructions` shows the counts beside those in `benches/instructions.txt`; with `-- --check` it fails if one is more
//! than a twentieth above, and with `-- --write` it writes them there. The counts are of one compiler, and of a processor with
//! AVX2, the widest instructions that valgrind has: write them anew with the change of a toolchain, and say so. The program runs
//! itself under `valgrind --tool=callgrind`, which must be installed.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small numbers of the bench itself"
)]

mod workload;

use std::error::Error;
use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Cursor;
use std::path::Path;
use std::process::{Command, ExitCode};

use workload::{MONTHS, Rows, Seeded, TABLES, catalogue, workload};
use yearbook::model::{Heading, Period, Stated};
use yearbook::{
    BookBuilder, BookWriter, Catalogue, Manner, NewCell, PlaceHandle, Table, TableWriter, Yearbook,
    book::Run,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A path, how many steps it takes each time, and what a step is.
type HotPath = (&'static str, u64, fn(&Asked, u64));

const PATHS: &[HotPath] = &[
    ("get", 1, |asked, at| {
        let (table, place, period) = asked.key(at);
        let _ = black_box(asked.tables[table].get(place, period));
    }),
    ("get_many", 32, |asked, at| {
        let keys: [_; 32] = std::array::from_fn(|key| {
            let (table, place, period) = asked.key(at * 32 + key as u64);
            (&asked.tables[table], place, period)
        });
        let mut values = [None; 32];
        let _ = Table::get_many(&keys, &mut values);
        black_box(values);
    }),
    ("cell", 1, |asked, at| {
        let (table, place, period) = asked.key(at);
        let _ = black_box(asked.tables[table].cell(place, period));
    }),
    ("row, values", MONTHS as u64, |asked, at| {
        let (table, place, _) = asked.key(at);
        if let Ok(row) = asked.tables[table].row(place) {
            row.values().for_each(|value| _ = black_box(value));
        }
    }),
    ("row, runs", MONTHS as u64, |asked, at| {
        let (table, place, _) = asked.key(at);
        if let Ok(row) = asked.tables[table].row(place) {
            let mut values = row.values();
            while let Some((_, run)) = values.next_run() {
                black_box(sum(run));
            }
        }
    }),
    ("row, cells", MONTHS as u64, |asked, at| {
        let (table, place, _) = asked.key(at);
        if let Ok(row) = asked.tables[table].row(place) {
            row.for_each(|cell| _ = black_box(cell));
        }
    }),
    ("column, values", workload::COUNTIES as u64, |asked, at| {
        let (table, _, period) = asked.key(at);
        let column = asked.tables[table].column(period);
        column.values().for_each(|value| _ = black_box(value));
    }),
    ("column, runs", workload::COUNTIES as u64, |asked, at| {
        let (table, _, period) = asked.key(at);
        let mut values = asked.tables[table].column(period).values();
        while let Some((_, run)) = values.next_run() {
            black_box(sum(run));
        }
    }),
    ("column, cells", workload::COUNTIES as u64, |asked, at| {
        let (table, _, period) = asked.key(at);
        asked.tables[table]
            .column(period)
            .for_each(|cell| _ = black_box(cell));
    }),
    ("scan, values", 28_500, |asked, at| {
        let table = &asked.tables[asked.key(at).0];
        table
            .cells()
            .values()
            .for_each(|value| _ = black_box(value));
    }),
    ("scan, runs", 28_500, |asked, at| {
        let mut values = asked.tables[asked.key(at).0].cells().values();
        while let Some((_, _, run)) = values.next_run() {
            black_box(sum(run));
        }
    }),
    ("scan, cells", 28_500, |asked, at| {
        let table = &asked.tables[asked.key(at).0];
        table.cells().for_each(|cell| _ = black_box(cell));
    }),
    ("build, cells", 28_500, |asked, _| {
        let built = asked.build(|table| {
            for (place, cells) in &asked.rows {
                table.push_row(*place, cells)?;
            }
            Ok(())
        });
        black_box(built.expect("what was built once is built again"));
    }),
    ("build, numbers", 28_500, |asked, _| {
        let built =
            asked.build(|table| {
                let manners = asked.manners.iter().map(|cell| table.manner(cell));
                let manners: Vec<Manner> = manners.collect::<yearbook::Result<_>>()?;
                let mut row = Vec::new();
                for (place, numbers) in &asked.numbers {
                    row.clear();
                    row.extend(numbers.iter().map(|number| {
                        number.map(|(mantissa, manner)| (mantissa, manners[manner]))
                    }));
                    table.push_numbers(*place, &row)?;
                }
                Ok(())
            });
        black_box(built.expect("what was built once is built again"));
    }),
];

/// What a reader of runs does with each number, at the least.
fn sum(run: Run<'_>) -> i64 {
    let mantissas = run.mantissas().into_iter().flatten();
    mantissas.fold(0, |sum, mantissa| sum.wrapping_add(mantissa.unwrap_or(0)))
}

/// A count may be above the one that is kept by one in so many.
const TOLERANCE: u64 = 20;

/// A row of mantissas, each beside the number of its manner.
type Numbers = Vec<Option<(i64, usize)>>;

/// What is asked, with its handles resolved.
struct Asked {
    tables: Vec<Table>,
    keys: Vec<(usize, PlaceHandle, Period)>,
    catalogue: Catalogue,
    /// A table to be built: as cells, and as numbers beside the number of their manner.
    heading: Heading,
    rows: Rows,
    numbers: Vec<(PlaceHandle, Numbers)>,
    /// A cell of each manner.
    manners: Vec<NewCell>,
}

impl Asked {
    fn of(book: &Yearbook) -> Outcome<Self> {
        let tables = book.tables().collect::<Result<Vec<_>, _>>()?;
        let places: Vec<PlaceHandle> = book.catalogue().places().skip(1).collect();
        let months = tables[0].periods();
        let mut seeded = Seeded(7);
        let mut draw = |limit: usize| seeded.below(limit as u64) as usize;
        let keys = (0..1024).map(|_| {
            (
                draw(tables.len()),
                places[draw(places.len())],
                months[draw(months.len())],
            )
        });
        let keys = keys.collect();
        let (_, built) = workload(book.catalogue())?;
        let (heading, rows) = built.into_iter().next().ok_or("there is no table")?;
        let mut manners: Vec<NewCell> = Vec::new();
        let mut number = |cell: &NewCell| {
            let mantissa = cell.stated.as_figure()?.value().mantissa();
            let alike = |known: &NewCell| said(known) == said(cell);
            let manner = manners.iter().position(alike).unwrap_or_else(|| {
                manners.push(*cell);
                manners.len() - 1
            });
            Some((i64::try_from(mantissa).ok()?, manner))
        };
        let mut numbers = Vec::new();
        for (place, cells) in &rows {
            let row = cells.iter().map(|cell| number(cell.as_ref()?));
            numbers.push((*place, row.collect()));
        }
        Ok(Self {
            keys,
            tables,
            catalogue: book.catalogue().clone(),
            heading,
            rows,
            numbers,
            manners,
        })
    }

    /// The bytes of a book of one table, which someone fills.
    fn build(
        &self,
        fill: impl FnOnce(&mut TableWriter<'_, Cursor<Vec<u8>>>) -> yearbook::Result<()>,
    ) -> yearbook::Result<Vec<u8>> {
        let mut book = BookWriter::new(self.catalogue.clone(), Cursor::new(Vec::new()));
        let mut table = book.table(&self.heading, self.tables[0].periods())?;
        fill(&mut table)?;
        table.finish()?;
        Ok(book.finish()?.into_inner())
    }

    fn key(&self, at: u64) -> (usize, PlaceHandle, Period) {
        self.keys[at as usize % self.keys.len()]
    }
}

/// What is said of a cell beside its number.
fn said(cell: &NewCell) -> impl PartialEq {
    let Stated::Figure {
        figure,
        unit,
        status,
    } = cell.stated
    else {
        return None;
    };
    let said = (figure.qualifier(), figure.precision(), unit, status);
    Some((said, cell.source))
}

fn main() -> Outcome<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["--run", path, times, book] => run(path, times.parse()?, Path::new(book)),
        // A test run of all benches; counting takes minutes.
        other if other.contains(&"--test") => Ok(ExitCode::SUCCESS),
        other if asks(other) => compare(other.contains(&"--write")),
        // Among all benches, on a machine without valgrind or with another compiler, this one stops none of the others.
        _ => Ok(compare(false).map_or_else(
            |error| {
                eprintln!("nothing is counted: {error}");
                ExitCode::SUCCESS
            },
            |_| ExitCode::SUCCESS,
        )),
    }
}

/// Whether the caller wants an answer and not a look.
fn asks(arguments: &[&str]) -> bool {
    ["--check", "--write"]
        .iter()
        .any(|asked| arguments.contains(asked))
}

/// Runs one path so many times.
fn run(path: &str, times: u64, book: &Path) -> Outcome<ExitCode> {
    let asked = Asked::of(&Yearbook::open(book)?)?;
    let (_, _, step) = PATHS
        .iter()
        .find(|(name, ..)| *name == path)
        .ok_or("no such path")?;
    for at in 0..times {
        step(&asked, at);
    }
    Ok(ExitCode::SUCCESS)
}

/// Counts every path and compares it with what is kept.
fn compare(write: bool) -> Outcome<ExitCode> {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.txt");
    let known = std::fs::read_to_string(&kept).unwrap_or_default();
    let folder = tempfile::tempdir()?;
    let book = folder.path().join("book");
    build(&catalogue()?)?.save(&book)?;
    let mut lines = String::new();
    let mut worse = false;
    println!("{:<16} {:>9} {:>9}", "path", "kept", "counted");
    for (name, steps, _) in PATHS {
        // What every run takes alike, opening and drawing keys, falls out of the difference.
        let times = 2000 / steps.min(&500) + 3;
        let counted = count(name, 2 * times, &book)? - count(name, times, &book)?;
        let tenths = counted * 10 / (times * steps);
        let old = known.lines().find_map(|line| {
            line.strip_prefix(name)?
                .trim()
                .strip_prefix('=')?
                .trim()
                .parse::<f64>()
                .ok()
        });
        let old = old.map(|old| (old * 10.0).round() as u64);
        let above = old.is_some_and(|old| tenths * TOLERANCE > old * (TOLERANCE + 1));
        worse |= above;
        let shown = |tenths: u64| format!("{}.{}", tenths / 10, tenths % 10);
        println!(
            "{name:<16} {:>9} {:>9}{}",
            old.map_or("–".to_string(), shown),
            shown(tenths),
            if above {
                "  more than a twentieth above"
            } else {
                ""
            }
        );
        writeln!(lines, "{name} = {}", shown(tenths))?;
    }
    if write {
        std::fs::write(&kept, lines)?;
        return Ok(ExitCode::SUCCESS);
    }
    Ok(if worse {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// The instructions of a run.
fn count(path: &str, times: u64, book: &Path) -> Outcome<u64> {
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["--run", path, &times.to_string()])
        .arg(book)
        .output()
        .map_err(|error| format!("valgrind cannot be run: {error}"))?;
    let told = String::from_utf8_lossy(&run.stderr);
    let collected = told.lines().find_map(|line| line.split_once("Collected :"));
    let (_, number) = collected.ok_or_else(|| format!("valgrind counts nothing: {told}"))?;
    Ok(number.trim().parse()?)
}

fn build(catalogue: &Catalogue) -> Outcome<Yearbook> {
    let (months, tables) = workload(catalogue)?;
    assert_eq!(tables.len(), TABLES as usize);
    let mut book = BookBuilder::new(catalogue.clone());
    for (heading, rows) in &tables {
        let mut table = book.table(heading, &months)?;
        for (place, cells) in rows {
            table.push_row(*place, cells)?;
        }
    }
    Ok(book.finish()?)
}
