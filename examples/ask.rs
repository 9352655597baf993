//! Asks the five reports from the command line: a series, its changes, its sources.
//!
//! ```text
//! cargo run --release --example ask -- 株洲 县域内住院量占比
//! cargo run --release --example ask -- 株洲 托位数 --since 2021
//! cargo run --release --example ask -- 茶陵县人民医院 医共体成员卫生院 --at 2024 --rank
//! ```

use std::path::PathBuf;
use std::process::ExitCode;

use comfy_table::{Table as Grid, presets::UTF8_FULL_CONDENSED};
use yearbook::exchange::csv;
use yearbook::model::{Heading, Measure, Stated};
use yearbook::notation::figure_to_chinese;
use yearbook::query::{Among, Answer, Ask, Look};
use yearbook::{PlaceHandle, Result, Yearbook};

const USAGE: &str =
    "usage: ask [--data DIR] PLACE INDICATOR [--at PERIOD] [--since PERIOD] [--rank]";
/// What is like a word that is not known.
const SUGGESTED_MAX: usize = 5;

fn main() -> ExitCode {
    let options = match Options::read() {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    let (book, report) = csv::read_folder(&options.data)?;
    if !report.is_clean() {
        println!("{report}");
    }
    let book = book.finish()?;
    let ask = Ask::of(&book);
    let (place, heading) = match understood(ask, &options.words) {
        Ok(understood) => understood,
        Err(error) => {
            suggest(ask, &options.words)?;
            return Err(error);
        }
    };
    title(&book, place, &heading)?;
    let mut series = ask.series(&heading, place)?;
    if let Some(at) = &options.at {
        match ask.latest_by(&heading, place, at.as_str())? {
            Some(latest) => series.retain(|look| look.period() == latest.period()),
            None => println!("no figure at or before {at}"),
        }
    }
    if series.is_empty() {
        println!("no figure of it; the book states instead:");
        return others(&book, ask, place, &heading);
    }
    print_series(&series);
    changes(ask, place, &heading, &series, options.since.as_deref())?;
    if options.rank
        && let Some(latest) = series.last()
    {
        rank(&book, ask, place, &heading, latest)?;
    }
    others(&book, ask, place, &heading)?;
    sources(&book, &series)
}

/// The place and the heading, in whichever order they were given.
fn understood(ask: Ask<'_>, words: &[String; 2]) -> Result<(PlaceHandle, Heading)> {
    let read = |place: &String, heading: &String| -> Result<(PlaceHandle, Heading)> {
        Ok((ask.place(place.as_str())?, ask.heading(heading.as_str())?))
    };
    let [first, second] = words;
    read(first, second).or_else(|error| read(second, first).map_err(|_| error))
}

fn suggest(ask: Ask<'_>, words: &[String; 2]) -> Result<()> {
    let [place, indicator] = words;
    if ask.place(place.as_str()).is_err() {
        let found = ask.search(place, SUGGESTED_MAX)?;
        for place in found.places() {
            eprintln!("  place {} {}", place.code, place.path);
        }
    }
    if ask.heading(indicator.as_str()).is_err() {
        let found = ask.search(indicator, SUGGESTED_MAX)?;
        for indicator in found.indicators() {
            eprintln!("  indicator {} {}", indicator.code, indicator.path);
        }
    }
    Ok(())
}

fn title(book: &Yearbook, place: PlaceHandle, heading: &Heading) -> Result<()> {
    let catalogue = book.catalogue();
    let indicator = catalogue.indicator_record(catalogue.indicator(&heading.indicator)?)?;
    println!("{}", catalogue.path(place)?);
    let names: Vec<&str> = indicator.names().all().collect();
    println!("{} ({heading})", names.join(" / "));
    println!(
        "  {} in {}, {}; {}",
        indicator.kind(),
        indicator.unit().to_english(),
        indicator.temporal(),
        match indicator.polarity() {
            yearbook::model::Polarity::Higher => "the higher the better",
            yearbook::model::Polarity::Lower => "the lower the better",
            _ => "neither end is the better one",
        }
    );
    Ok(())
}

fn print_series(series: &[Look]) {
    let mut grid = Grid::new();
    grid.load_style(UTF8_FULL_CONDENSED).set_header([
        "period",
        "printed",
        "true value",
        "status",
        "source",
    ]);
    for look in series {
        for cited in look.answer().used() {
            grid.add_row([
                cited.key().period.to_string(),
                printed(cited.stated()),
                cited.values().to_string(),
                cited.status().to_string(),
                cited.source().to_string(),
            ]);
        }
    }
    println!("{grid}");
}

/// From each figure to the next, or from a period to the last.
fn changes(
    ask: Ask<'_>,
    place: PlaceHandle,
    heading: &Heading,
    series: &[Look],
    since: Option<&str>,
) -> Result<()> {
    let mut asked = Vec::new();
    match (since, series.last()) {
        (Some(since), Some(last)) => {
            let from = yearbook::query::When::from(since).period()?;
            asked.push((from, last.period()));
        }
        _ => {
            for pair in series.windows(2) {
                if let [from, to] = pair {
                    asked.push((from.period(), to.period()));
                }
            }
        }
    }
    for (from, to) in asked {
        match ask.change(heading, place, from, to) {
            Ok(change) => {
                println!("{} to {}", change.from(), change.to());
                line("change", change.difference());
                match change.relative() {
                    Ok(relative) => line("relative", relative),
                    Err(error) => println!("  relative: {error}"),
                }
                match change.annualised(2) {
                    Ok(yearly) => line("a year", &yearly),
                    Err(error) => println!("  a year: {error}"),
                }
                for flag in change.flags() {
                    println!("  note: {flag}");
                }
                for missing in change.difference().missing() {
                    println!("  missing: {missing}");
                }
            }
            Err(error) => println!("{from} to {to}: {error}"),
        }
    }
    Ok(())
}

/// A value with what it may truly be, without its notes.
fn line(what: &str, answer: &Answer) {
    let text = answer.to_string();
    println!("  {what}: {}", text.split("; ").next().unwrap_or(&text));
}

/// Among the regions of the same parent, or the institutions of the same region.
fn rank(
    book: &Yearbook,
    ask: Ask<'_>,
    place: PlaceHandle,
    heading: &Heading,
    latest: &Look,
) -> Result<()> {
    let catalogue = book.catalogue();
    let Some(parent) = catalogue.parent(place)? else {
        println!("{} has no peers", catalogue.place_name(place)?);
        return Ok(());
    };
    let peers = match catalogue.is_region(place)? {
        true => Among::children_of(parent),
        false => Among::institutions_in(parent),
    };
    println!("{}", ask.rank(heading, &peers, latest.period())?);
    Ok(())
}

/// What else is stated of the indicator for the place: breakdowns, targets, changes, ranks.
fn others(book: &Yearbook, ask: Ask<'_>, place: PlaceHandle, heading: &Heading) -> Result<()> {
    for other in book.headings() {
        if other.indicator != heading.indicator || other == heading {
            continue;
        }
        for look in ask.series(other, place)? {
            let of = match other.measure {
                Measure::Level => String::new(),
                _ => format!(" {}", other.measure),
            };
            println!(
                "  {}{of}, {}: {}",
                look.heading().chinese(),
                look.period(),
                look.answer()
            );
        }
    }
    Ok(())
}

fn sources(book: &Yearbook, series: &[Look]) -> Result<()> {
    let catalogue = book.catalogue();
    let mut shown = Vec::new();
    for look in series {
        for cited in look.answer().used() {
            if shown.contains(&cited.source()) {
                continue;
            }
            shown.push(cited.source());
            let source = catalogue.source_record(catalogue.source(cited.source())?)?;
            let published = source
                .published()
                .map_or(String::new(), |period| format!(", published {period}"));
            println!(
                "{}: {}, {}{published}",
                source.code(),
                source.title(),
                source.issuer()
            );
        }
    }
    Ok(())
}

fn printed(stated: &Stated) -> String {
    match stated {
        Stated::Figure { figure, unit, .. } => figure_to_chinese(figure, Some(*unit)),
        Stated::Absent(absence) => absence.to_string(),
    }
}

struct Options {
    data: PathBuf,
    words: [String; 2],
    at: Option<String>,
    since: Option<String>,
    rank: bool,
}

impl Options {
    fn read() -> std::result::Result<Self, String> {
        let mut words = Vec::new();
        let mut data: PathBuf = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data").into();
        let (mut at, mut since, mut rank) = (None, None, false);
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .ok_or_else(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "--data" => data = value()?.into(),
                "--at" => at = Some(value()?),
                "--since" => since = Some(value()?),
                "--rank" => rank = true,
                option if option.starts_with("--") => {
                    return Err(format!("{option} is no option"));
                }
                word => words.push(word.to_string()),
            }
        }
        let words = <[String; 2]>::try_from(words)
            .map_err(|words| format!("a place and an indicator are wanted, not {words:?}"))?;
        Ok(Self {
            data,
            words,
            at,
            since,
            rank,
        })
    }
}
