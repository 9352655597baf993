//! Imports a CSV file of observations into a ledger: tried, taken whole or not at all, or taken as far as it is good.
//!
//! ```text
//! cargo run --release --example import -- LEDGER FILE --source CODE [--note TEXT]
//!     [--dry-run | --keep-good [--every FIGURES]] [--supersede | --keep-first]
//!     [--periods | --indicators] [--names] [--gb18030] [--catalogue DIR]
//!     [--column NAME=COLUMN]… [--ignore NAME]… [--given COLUMN=VALUE]… [--blank MARK]… [--all] [--json]
//! ```
//!
//! A ledger that is not there is made; `--catalogue` reads what the figures speak of from a folder. For the table of a statistical
//! yearbook, with a column for each year:
//!
//! ```text
//! … office.ledger beds.csv --source yearbook-2022 --given source=yearbook-2022 --periods --names \
//!     --column 地区=region --column 指标=indicator
//! ```

use std::ops::ControlFlow;
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use yearbook::exchange::csv::{self, Blank, Column, Encoding, Layout, Lookup, Options};
use yearbook::exchange::{Progress, Watch};
use yearbook::ledger::{ImportOptions, Mode, Policy};
use yearbook::{Ledger, Result};

fn main() -> Result<()> {
    let Some(order) = Order::read() else {
        eprintln!(
            "usage: import LEDGER FILE --source CODE [options]; the options are in examples/import.rs"
        );
        std::process::exit(2);
    };
    let ledger = if order.ledger.exists() {
        Ledger::open(&order.ledger)?
    } else {
        Ledger::create(&order.ledger)?
    };
    let mut bar = Bar::new();
    let source = order.source.parse()?;
    let imported = ledger.import(source, order.note.as_str(), order.how, |import| {
        if let Some(folder) = &order.catalogue {
            let (catalogue, report) = csv::read_catalogue(folder)?;
            if !report.is_clean() {
                eprintln!("{report}");
            }
            import.revise(|revision| revision.catalogue(&catalogue).map(|_| ()))?;
        }
        csv::read_file(&order.file, import, &order.options, &mut bar)
    })?;
    bar.0.finish_and_clear();
    match order.show {
        Show::First => println!("{imported}"),
        Show::All => println!("{imported:#}"),
        Show::Json => println!(
            "{}",
            serde_json::to_string_pretty(&imported.report).unwrap_or_default()
        ),
    }
    if !imported.report.is_clean() {
        std::process::exit(1);
    }
    Ok(())
}

/// A progress bar on the terminal; nothing where there is none.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::no_length();
        let style = "{bar:40} {bytes} of {total_bytes}, {msg} rows, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self(bar)
    }
}

impl Watch for Bar {
    fn progress(&mut self, progress: &Progress<'_>) -> ControlFlow<()> {
        if progress.rows % 1024 == 1 {
            if let Some(total) = progress.bytes_total {
                self.0.set_length(total);
            }
            self.0.set_position(progress.bytes);
            self.0.set_message(progress.rows.to_string());
        }
        ControlFlow::Continue(())
    }
}

struct Order {
    ledger: PathBuf,
    file: PathBuf,
    source: String,
    note: String,
    how: ImportOptions,
    catalogue: Option<PathBuf>,
    options: Options,
    show: Show,
}

enum Show {
    First,
    All,
    Json,
}

impl Order {
    /// The order of the command line; `None` if it cannot be read.
    fn read() -> Option<Self> {
        let mut arguments = std::env::args().skip(1);
        let mut order = Self {
            ledger: arguments.next()?.into(),
            file: arguments.next()?.into(),
            source: String::new(),
            note: String::new(),
            how: ImportOptions::default(),
            catalogue: None,
            options: Options::new(),
            show: Show::First,
        };
        let mut options = Options::new();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--source" => order.source = arguments.next()?,
                "--note" => order.note = arguments.next()?,
                "--catalogue" => order.catalogue = Some(arguments.next()?.into()),
                "--dry-run" => order.how.mode = Mode::DryRun,
                "--keep-good" => order.how.mode = Mode::KeepGood,
                "--every" => {
                    order.how.mode = Mode::KeepGoodEvery(arguments.next()?.parse().ok()?);
                }
                "--supersede" => order.how.policy = Policy::Supersede,
                "--keep-first" => order.how.policy = Policy::KeepFirst,
                "--periods" => options = options.layout(Layout::Periods),
                "--indicators" => options = options.layout(Layout::Indicators),
                "--names" => options = options.lookup(Lookup::Names),
                "--gb18030" => options = options.encoding(Encoding::Gb18030),
                "--column" => {
                    let (name, holds) = pair(arguments.next())?;
                    options = options.column(&name, column(&holds)?);
                }
                "--given" => {
                    let (name, value) = pair(arguments.next())?;
                    options = options.given(column(&name)?, value);
                }
                "--ignore" => options = options.ignored(&arguments.next()?),
                "--blank" => options = options.blank(&arguments.next()?, Blank::Unrecorded),
                "--all" => order.show = Show::All,
                "--json" => order.show = Show::Json,
                _ => return None,
            }
        }
        // Where no column holds the source, every row is of the batch's: --given source=CODE says so.
        order.options = options;
        (!order.source.is_empty()).then_some(order)
    }
}

fn pair(argument: Option<String>) -> Option<(String, String)> {
    let argument = argument?;
    let (name, value) = argument.split_once('=')?;
    Some((name.to_string(), value.to_string()))
}

fn column(name: &str) -> Option<Column> {
    Column::ALL.into_iter().find(|column| column.name() == name)
}
