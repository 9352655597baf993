//! Thresholds held against figures: certainly over, possibly over, no, or no data.
//!
//! ```text
//! cargo run --release --example alerts -- [DIR]
//! ```
//!
//! The two cost limits of the Shishou report stand in `thresholds.csv`; the report has no costs to hold against them, so
//! five are made up. Other rules are read from JSON and held against the figures that the reports have.

use std::error::Error;
use std::path::{Path, PathBuf};

use yearbook::exchange::{Observations, csv as tidy};
use yearbook::model::{Observation, Place, Stated, Unit};
use yearbook::notation;
use yearbook::query::AlertRule;
use yearbook::query::alert::Comparison;
use yearbook::{Ask, BookBuilder, Yearbook};

const RULES: &str = r#"[
  {"name": "inpatients stay in the county", "indicator": "县域内住院量占比", "comparison": "under", "threshold": 85,
   "message": "look at referrals"},
  {"name": "capacity for tests", "indicator": "nucleic_acid_daily_capacity", "comparison": "under", "threshold": 60000},
  {"name": "health literacy rises", "indicator": "health_literacy", "watch": "change_points(2021)",
   "comparison": "under", "threshold": "8.8", "unit": "pp", "severity": "notice"}
]"#;

/// What a household spent: as it might be said, and as a figure (`!` is exact to the fen).
const COSTS: [(&str, &str, &str); 5] = [
    ("2023-01", "10000元整", "10000!"),
    ("2023-02", "10000.01元", "10000.01!"),
    ("2023-03", "近1万元", "1e4-"),
    ("2023-04", "1万余元", "1e4+"),
    ("2023-05", "约1万元", "~1e4"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .nth(1)
        .map_or("examples/data".into(), PathBuf::from);
    let (book, _) = tidy::read_folder(&folder)?;
    let book = book.finish()?;

    println!("Rules from JSON, held against the reports");
    let rules: Vec<AlertRule> = serde_json::from_str(RULES)?;
    for (rule, period) in rules.iter().zip(["2022-S1", "2021", "2023"]) {
        for alert in Ask::of(&book).alerts([rule], period)? {
            println!("  {alert}");
        }
    }

    let limits = thresholds(&folder.join("thresholds.csv"))?;
    println!("\nThe limits of thresholds.csv, held against costs that are made up");
    let book = with_costs(&book)?;
    for (period, said, _) in COSTS {
        for alert in Ask::of(&book).alerts(&limits[..1], period)? {
            println!("  {said}: {}", alert.to_chinese());
        }
    }
    Ok(())
}

/// A rule for each row. The figures keep the 超过 that is printed; the limit is their value, and the column
/// `comparison` says which side is too much.
fn thresholds(path: &Path) -> Result<Vec<AlertRule>, Box<dyn Error>> {
    let mut rules = Vec::new();
    for row in csv::Reader::from_path(path)?.deserialize() {
        let row: std::collections::HashMap<String, String> = row?;
        let field = |name: &str| row.get(name).map_or("", String::as_str);
        let limit = notation::parse(field("figure"))?.figure().value();
        let comparison: Comparison = field("comparison").parse()?;
        rules.push(
            AlertRule::new(
                format!("{} {}", field("source"), field("breakdown")),
                field("indicator"),
                comparison,
                limit,
            )
            .by(field("breakdown"))
            .among(yearbook::query::Among::these([field("region")]))
            .in_unit(field("unit").parse()?)
            .with_message("入户核查"),
        );
    }
    Ok(rules)
}

fn with_costs(book: &Yearbook) -> yearbook::Result<Yearbook> {
    let mut copy = BookBuilder::new(book.catalogue().clone());
    for observation in book.observations() {
        copy.observe(&observation?)?;
    }
    let heading = Ask::of(book)
        .heading("personal_medical_cost [cost=total-cost|target-group=poverty-relief]")?;
    let shishou: Place = "421081".parse()?;
    for (period, _, figure) in COSTS {
        copy.observe(&Observation {
            key: heading.clone().at(shishou.clone(), period.parse()?),
            stated: Stated::figure(figure.parse()?, Unit::YUAN),
            source: "shishou-2023".parse()?,
        })?;
    }
    copy.finish()
}
