//! A yearbook inside a program: no file to open, no copy, nothing decoded before it is asked for.

use yearbook::model::{Heading, Place};
use yearbook::{Result, Yearbook};

static BOOK: &[u8] = include_bytes!("../tests/golden/reports-v0.yearbook");

fn main() -> Result<()> {
    let book = Yearbook::from_bytes(BOOK)?;
    let key = Heading::level("covid_vaccine_doses".parse()?)
        .at("410482".parse::<Place>()?, "2020/2022".parse()?);
    match book.get(&key)? {
        Some(cell) => println!("{key}: {}", cell.stated()),
        None => println!("{key}: nobody recorded it"),
    }
    Ok(())
}
