//! What a cell goes through on its way into a book, whether it is built or sorted first.

use std::fmt::Display;

use super::builder::NewCell;
use crate::catalogue::{Catalogue, PlaceHandle};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Heading, Observation, Period};
use crate::rules::{HeadingRules, Warning};

/// The place and the cell that an observation speaks of, by their codes in the catalogue.
pub(super) fn resolve(
    catalogue: &Catalogue,
    observation: &Observation,
) -> Result<(PlaceHandle, NewCell)> {
    let place = catalogue.place(&observation.key.place)?;
    let cell = NewCell {
        stated: observation.stated,
        source: catalogue.source(&observation.source)?,
    };
    Ok((place, cell))
}

/// Checks what a cell states, and that its source is of the catalogue.
pub(super) fn check_cell(
    catalogue: &Catalogue,
    rules: &HeadingRules,
    cell: &NewCell,
) -> Result<Option<Warning>> {
    catalogue.own_source(cell.source)?;
    rules.check_stated(&cell.stated)
}

/// The error for a key that has a figure already.
pub(super) fn stated_twice(
    catalogue: &Catalogue,
    heading: &Heading,
    (place, period): (PlaceHandle, Period),
    [first, second]: [&NewCell; 2],
) -> Error {
    let source = |cell: &NewCell| {
        let source = catalogue.source_record(cell.source);
        text(source.map(|source| source.code().to_string()))
    };
    Error::new(
        ErrorKind::Duplicate,
        format!(
            "{heading} of {} in {period} is stated twice: {} by {} and {} by {}: a yearbook has one figure for a key",
            text(catalogue.place_code(place)),
            first.stated,
            source(first),
            second.stated,
            source(second),
        ),
    )
}

/// What is said of a code, or why it cannot be.
fn text<T: Display>(code: Result<T>) -> String {
    match code {
        Ok(code) => code.to_string(),
        Err(error) => error.to_string(),
    }
}
