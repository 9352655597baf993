//! A yearbook inside a program: no file to open, no copy, nothing decoded before it is asked for.

use yearbook::model::{Heading, Place};
use yearbook::{Result, Yearbook};

static BOOK: &[u8] = include_bytes!("../tests/golden/v1.yearbook");

fn main() -> Result<()> {
    let book = Yearbook::from_bytes(BOOK)?;
    let key =
        Heading::level("share".parse()?).at("430200".parse::<Place>()?, "2024-01/2024-09".parse()?);
    match book.get(&key)? {
        Some(cell) => println!("{key}: {}", cell.stated()),
        None => println!("{key}: nobody recorded it"),
    }
    Ok(())
}
