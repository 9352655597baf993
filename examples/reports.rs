//! The main job: five municipal health reports, read as they were printed, recorded in a ledger, published as one
//! yearbook, and asked.
//!
//! ```text
//! cargo run --release --example reports -- [--data DIR] [--out FILE]
//! ```

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use comfy_table::{Table as Grid, presets::UTF8_FULL_CONDENSED};
use yearbook::exchange::csv;
use yearbook::ledger::Mode;
use yearbook::model::{
    Breakdown, Heading, Indicator, Interval, Kind, Level, Measure, Period, Place, Qualifier,
};
use yearbook::notation::{figure_to_chinese, period_to_chinese};
use yearbook::rules::true_values;
use yearbook::{Catalogue, Cell, Key, Ledger, PlaceHandle, Result, Yearbook};

/// What a place leads with, the first first: shares of care, then people, doses and places, then institutions.
const LEADING: [&str; 16] = [
    "inpatient_share_within_county",
    "primary_visit_share",
    "visit_share_within_county",
    "covid_vaccine_doses",
    "childcare_places_per_1000_residents",
    "health_literacy",
    "life_expectancy",
    "notifiable_disease_cases",
    "personal_health_spending_share",
    "inpatient_reimbursement_share",
    "covid_fully_vaccinated_share",
    "insurance_fund_share_within_county",
    "township_hospitals_with_tcm_hall",
    "hospitals_raised_to_tier3",
    "integrated_county_consortia",
    "consortium_member_township_hospitals",
];
const LEADING_MAX: usize = 5;
const ZHUZHOU: &str = "430200";
const LILING: &str = "430281";

fn main() -> Result<()> {
    let options = Options::read();
    println!("Reading {}", options.data.display());
    let folder = tempfile::tempdir()?;
    record(&options, &folder.path().join("reports.ledger"))?
        .publish()?
        .save(&options.out)?;
    let book = Yearbook::open(&options.out)?;
    book.verify()?;

    // Another folder may not hold what a question is about; the other questions are asked all the same.
    for question in [
        leading_indicators,
        shares_side_by_side,
        over_one_hundred,
        only_a_bound,
        doses_and_their_parts,
        one_cell_and_its_source,
    ] {
        if let Err(error) = question(&book) {
            println!("\nNo answer: {error}");
        }
    }
    size_and_speed(&book, &options)
}

/// A ledger of what the folder holds: its registries and its figures, as far as they are good.
fn record(options: &Options, path: &Path) -> Result<Ledger> {
    let ledger = Ledger::create(path)?;
    let (catalogue, registries) = csv::read_catalogue(&options.data)?;
    println!("The catalogue: {registries}");
    let first = catalogue
        .sources()
        .next()
        .map(|source| catalogue.source_record(source));
    let Some(source) = first.transpose()? else {
        return Ok(ledger);
    };
    let imported = ledger.import(
        source.code().clone(),
        "the reports",
        Mode::KeepGood,
        |import| {
            import.revise(|revision| revision.catalogue(&catalogue).map(|_| ()))?;
            let file = options.data.join("observations.csv");
            csv::read_file(file, import, &csv::Options::new(), &mut ())
        },
    )?;
    println!("The figures: {imported}");
    Ok(ledger)
}

/// Of each place that reports, the latest figures of what it leads with.
fn leading_indicators(book: &Yearbook) -> Result<()> {
    let catalogue = book.catalogue();
    let mut grid = grid(&[
        "place",
        "indicator",
        "latest figure",
        "period",
        "true value",
    ]);
    for place in reporting_places(book)? {
        let mut name = catalogue.path(place)?;
        let mut shown_count = 0;
        for code in LEADING {
            let heading = Heading::level(code.parse()?);
            let Ok(table) = book.table(&heading) else {
                continue;
            };
            let Some(latest) = table.row(place)?.next_back() else {
                continue;
            };
            let (period, cell) = latest?;
            grid.add_row([
                std::mem::take(&mut name),
                title(catalogue, &heading)?,
                shown(&cell),
                period_to_chinese(&period),
                true_value(catalogue, &heading, &cell)?,
            ]);
            shown_count += 1;
            if shown_count == LEADING_MAX {
                break;
            }
        }
    }
    println!("\nThe places that report, and the latest of their leading indicators\n{grid}");
    Ok(())
}

/// What the true value may be, in the indicator's unit.
fn true_value(catalogue: &Catalogue, heading: &Heading, cell: &Cell) -> Result<String> {
    match (cell.figure(), cell.unit()) {
        (Some(figure), Some(unit)) => {
            let indicator = indicator(catalogue, heading)?;
            Ok(true_values(indicator, &heading.measure, figure, unit)?.to_string())
        }
        _ => Ok(String::new()),
    }
}

/// Regions that have a figure, in the order of the tree.
fn reporting_places(book: &Yearbook) -> Result<Vec<PlaceHandle>> {
    let catalogue = book.catalogue();
    let mut figures: BTreeMap<PlaceHandle, usize> = BTreeMap::new();
    for table in book.tables() {
        for cell in table?.cells() {
            let (place, _, _) = cell?;
            // What an institution reports counts for the region it stands in.
            let region = match catalogue.level(place)? {
                Some(_) => Some(place),
                None => catalogue.parent(place)?,
            };
            if let Some(region) = region {
                *figures.entry(region).or_default() += 1;
            }
        }
    }
    let mut places = Vec::new();
    for (place, count) in figures {
        let level = catalogue.level(place)?;
        if count > 1 && matches!(level, Some(Level::Prefecture | Level::County)) {
            places.push(place);
        }
    }
    Ok(places)
}

fn shares_side_by_side(book: &Yearbook) -> Result<()> {
    let catalogue = book.catalogue();
    let zhuzhou = catalogue.region(&ZHUZHOU.parse()?)?;
    let years: [Period; 2] = ["2021".parse()?, "2024".parse()?];
    let mut grid = grid(&["share of 株洲市", "2021", "2024"]);
    for table in book.tables() {
        let table = table?;
        let indicator = indicator(catalogue, table.heading())?;
        if indicator.kind() != Kind::Share || table.heading().measure != Measure::Level {
            continue;
        }
        let mut sides = [String::new(), String::new()];
        for cell in table.row(zhuzhou)? {
            let (period, cell) = cell?;
            for (side, year) in sides.iter_mut().zip(&years) {
                if year.contains(&period) {
                    *side = if period == *year {
                        shown(&cell)
                    } else {
                        format!("{} ({period})", shown(&cell))
                    };
                }
            }
        }
        if sides.iter().any(|side| !side.is_empty()) {
            let [before, after] = sides;
            grid.add_row([title(catalogue, table.heading())?, before, after]);
        }
    }
    println!(
        "\nShares of 株洲市 in 2021 and in 2024 (a part of a year is no year, so its period stands with it)\n{grid}"
    );
    Ok(())
}

fn over_one_hundred(book: &Yearbook) -> Result<()> {
    let mut grid = grid(&["figure", "what", "where and when", "why it is valid"]);
    each_cell(book, |catalogue, heading, place, period, cell| {
        let (Some(figure), Some(unit)) = (cell.figure(), cell.unit()) else {
            return Ok(());
        };
        if unit == yearbook::model::Unit::PERCENT && figure.value() > yearbook::Decimal::ONE_HUNDRED
        {
            let why = match &heading.measure {
                Measure::Completion => "a completion compares with a target, which may be exceeded",
                Measure::Change { .. } => "a change may be more than all of its base",
                _ => "a ratio is no part of a whole",
            };
            grid.add_row([
                shown(cell),
                title(catalogue, heading)?,
                format!("{}, {period}", catalogue.path(place)?),
                why.to_string(),
            ]);
        }
        Ok(())
    })?;
    println!("\nEvery figure over 100%\n{grid}");
    Ok(())
}

fn only_a_bound(book: &Yearbook) -> Result<()> {
    let mut grid = grid(&["figure", "what", "where and when", "true value"]);
    each_cell(book, |catalogue, heading, place, period, cell| {
        let (Some(figure), Some(unit)) = (cell.figure(), cell.unit()) else {
            return Ok(());
        };
        let bound = matches!(
            figure.qualifier(),
            Qualifier::Over
                | Qualifier::AtLeast
                | Qualifier::Under
                | Qualifier::AtMost
                | Qualifier::Range
        );
        if bound {
            let indicator = indicator(catalogue, heading)?;
            let values = true_values(indicator, &heading.measure, figure, unit)?;
            grid.add_row([
                shown(cell),
                title(catalogue, heading)?,
                format!("{}, {period}", catalogue.path(place)?),
                values.to_string(),
            ]);
        }
        Ok(())
    })?;
    println!("\nWhat is known only as a bound\n{grid}");
    Ok(())
}

fn doses_and_their_parts(book: &Yearbook) -> Result<()> {
    let catalogue = book.catalogue();
    let liling: Place = LILING.parse()?;
    let period: Period = "2020-12/2022-06".parse()?;
    let heading = Heading::level("covid_vaccine_doses".parse()?);
    let values = |breakdown: Breakdown| -> Result<Option<(String, Interval)>> {
        let key = heading.clone().by(breakdown).at(liling.clone(), period);
        let Some(cell) = book.get(&key)? else {
            return Ok(None);
        };
        let (Some(figure), Some(unit)) = (cell.figure(), cell.unit()) else {
            return Ok(None);
        };
        let indicator = indicator(catalogue, &heading)?;
        Ok(Some((
            shown(&cell),
            true_values(indicator, &heading.measure, figure, unit)?,
        )))
    };
    println!("\nDoses given in 醴陵市, {period}");
    let dimension = catalogue.dimension(&"dose".parse()?)?;
    let mut sum: Option<Interval> = None;
    for (_, members) in dimension.partitions() {
        for member in members {
            let breakdown = Breakdown::new([(dimension.code().clone(), member.code.clone())])?;
            if let Some((text, values)) = values(breakdown)? {
                println!("  {:<4} {text:<16} {values}", member.names.main());
                sum = Some(sum.map_or(values, |sum| sum.add(&values)));
            }
        }
    }
    if let (Some((text, total)), Some(sum)) = (values(Breakdown::TOTAL)?, sum) {
        println!("  合计   {text:<16} {total}");
        let verdict = if sum.overlaps(&total) {
            "agree within rounding"
        } else {
            "contradict each other"
        };
        println!("  the parts allow {sum}: parts and total {verdict}");
    }
    Ok(())
}

fn one_cell_and_its_source(book: &Yearbook) -> Result<()> {
    let catalogue = book.catalogue();
    let heading = Heading::level("inpatient_share_within_county".parse()?);
    let key = heading.at(ZHUZHOU.parse::<Place>()?, "2024-01/2024-09".parse()?);
    if let Some(cell) = book.get(&key)? {
        let source = catalogue.source_record(cell.source())?;
        println!("\n{key}: {}", shown(&cell));
        println!(
            "  stated by {} in \"{}\" ({})",
            source.issuer(),
            source.title(),
            source.code()
        );
        if let Some(published) = source.published() {
            println!("  published {published}");
        }
    }
    Ok(())
}

fn size_and_speed(book: &Yearbook, options: &Options) -> Result<()> {
    let cells = book.cell_count()?;
    let bytes = book.to_bytes().len();
    println!(
        "\n{}: {bytes} bytes for {cells} figures and the catalogue they speak of",
        options.out.display()
    );
    println!(
        "  {:.1} bytes a figure in the file, {:.1} in its tables",
        per(bytes, cells),
        per(book.cell_bytes(), cells)
    );
    println!("  content digest {:032x}", book.digest());

    let mut keys: Vec<Key> = Vec::new();
    let mut handles = Vec::new();
    each_cell(book, |catalogue, heading, place, period, _| {
        keys.push(heading.clone().at(catalogue.place_code(place)?, period));
        handles.push((book.table(heading)?, place, period));
        Ok(())
    })?;
    let rounds = 20_000 / keys.len().max(1) + 1;
    let start = Instant::now();
    for _ in 0..rounds {
        for key in &keys {
            black_box(book.get(black_box(key))?);
        }
    }
    rate(
        "by key (codes are looked up each time)",
        start,
        rounds * keys.len(),
    );
    let rounds = rounds * 10;
    let start = Instant::now();
    for _ in 0..rounds {
        for (table, place, period) in &handles {
            black_box(table.cell(black_box(*place), black_box(*period))?);
        }
    }
    rate(
        "by handle (codes looked up once)",
        start,
        rounds * handles.len(),
    );
    Ok(())
}

fn rate(what: &str, start: Instant, lookups: usize) {
    let seconds = start.elapsed().as_secs_f64();
    let each = seconds * 1e9 / per(lookups, 1);
    println!(
        "  lookups {what}: {each:.0} ns each, {:.1} million a second",
        1e3 / each
    );
}

/// For printing only.
#[allow(clippy::cast_precision_loss)]
fn per(amount: usize, count: usize) -> f64 {
    amount as f64 / count.max(1) as f64
}

/// Visits every cell of a book.
fn each_cell(
    book: &Yearbook,
    mut visit: impl FnMut(&Catalogue, &Heading, PlaceHandle, Period, &Cell) -> Result<()>,
) -> Result<()> {
    for table in book.tables() {
        let table = table?;
        for cell in table.cells() {
            let (place, period, cell) = cell?;
            visit(book.catalogue(), table.heading(), place, period, &cell)?;
        }
    }
    Ok(())
}

fn indicator<'a>(catalogue: &'a Catalogue, heading: &Heading) -> Result<&'a Indicator> {
    catalogue.indicator_record(catalogue.indicator(&heading.indicator)?)
}

/// The name of a heading's indicator, with its breakdown and its measure.
fn title(catalogue: &Catalogue, heading: &Heading) -> Result<String> {
    let mut title = indicator(catalogue, heading)?.names().main().to_string();
    for (dimension, member) in heading.breakdown.pairs() {
        let dimension = catalogue.dimension(dimension)?;
        let name = dimension
            .member(member)
            .map_or(member.as_str(), |member| member.names.main());
        title = format!("{title}, {name}");
    }
    if heading.measure != Measure::Level {
        title = format!("{title}, {}", heading.measure);
    }
    Ok(title)
}

/// A figure as a report would print it.
fn shown(cell: &Cell) -> String {
    match cell.figure() {
        Some(figure) => figure_to_chinese(figure, cell.unit()),
        None => cell.stated().to_string(),
    }
}

fn grid(header: &[&str]) -> Grid {
    let mut grid = Grid::new();
    grid.load_style(UTF8_FULL_CONDENSED).set_header(header);
    grid
}

struct Options {
    data: PathBuf,
    out: PathBuf,
}

impl Options {
    fn read() -> Self {
        let mut options = Self {
            data: concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data").into(),
            out: "reports.yearbook".into(),
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match (argument.as_str(), arguments.next()) {
                ("--data", Some(folder)) => options.data = folder.into(),
                ("--out", Some(file)) => options.out = file.into(),
                _ => {
                    eprintln!("usage: reports [--data DIR] [--out FILE]");
                    std::process::exit(2);
                }
            }
        }
        options
    }
}
