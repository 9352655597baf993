//! From a phrase to a reading: units agree with the header, numbers get their precision.

use super::cell::Header;
use super::change::{change_of_multiple, in_percent};
use super::cursor::Cursor;
use super::phrase::Phrase;
use super::quantity::Quantity;
use super::{Reading, Said, form_in};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Base, Figure, Unit};

/// What `phrase` says under `header`; `cursor` is for the errors.
pub(super) fn reading(
    phrase: Phrase,
    header: Option<&Header<'_>>,
    cursor: &Cursor<'_>,
) -> Result<Reading> {
    let refuse = |error: Error| cursor.refuse(&error);
    match phrase {
        Phrase::Level(quantity) => {
            let (quantity, unit) = under(quantity, header, cursor)?;
            let measure = match unit {
                Some(Unit::POSITION) => Said::Rank,
                Some(unit) if unit.is_points() => change(Some(unit), None)?,
                _ => Said::Level,
            };
            Reading::new(figure(&quantity, unit, cursor)?, unit, measure).map_err(refuse)
        }
        Phrase::Change { quantity, base } => {
            let percent = in_percent(quantity).ok_or_else(|| too_long(&quantity, cursor))?;
            // A relative change is in percent whatever the column is counted in.
            let relative = matches!(percent.unit, Some(Unit::PERCENT | Unit::PERMILLE));
            let (quantity, unit) = under(percent, header.filter(|_| !relative), cursor)?;
            let measure = change(unit, base).map_err(refuse)?;
            Reading::new(figure(&quantity, unit, cursor)?, unit, measure).map_err(refuse)
        }
        Phrase::Multiple { quantity, base } => {
            let change_since =
                change_of_multiple(quantity).ok_or_else(|| too_long(&quantity, cursor))?;
            let unit = change_since.unit;
            let measure = change(unit, base).map_err(refuse)?;
            Reading::new(figure(&change_since, unit, cursor)?, unit, measure).map_err(refuse)
        }
        Phrase::Rank(quantity) => {
            let (quantity, unit) = under(quantity, header, cursor)?;
            Reading::new(figure(&quantity, unit, cursor)?, unit, Said::Rank).map_err(refuse)
        }
    }
}

fn change(unit: Option<Unit>, base: Option<Base>) -> Result<Said> {
    Ok(Said::Change {
        form: form_in(unit)?,
        base,
    })
}

fn too_long(quantity: &Quantity, cursor: &Cursor<'_>) -> Error {
    cursor.error_at(quantity.at, "a multiple with fewer digits")
}

/// The quantity in the scale of its header, and the unit that it has under it.
fn under(
    quantity: Quantity,
    header: Option<&Header<'_>>,
    cursor: &Cursor<'_>,
) -> Result<(Quantity, Option<Unit>)> {
    let Some(header) = header else {
        return Ok((quantity, quantity.unit));
    };
    let Some(printed) = quantity.unit else {
        // A number with a 万 of its own does not take the header's too.
        let bare = quantity.low.power == 0 && quantity.high.is_none_or(|high| high.power == 0);
        let power = if bare { header.power() } else { 0 };
        let scaled = quantity.map(|number| number.times_power(power));
        let scaled = scaled.ok_or_else(|| {
            cursor.error_at(
                quantity.at,
                "a number that an exact decimal still holds in the header's unit",
            )
        })?;
        return Ok((scaled, Some(header.unit())));
    };
    let unit = header.unit();
    let fits = printed == unit || printed.converts_to(unit) || unit.points() == Some(printed);
    if fits {
        return Ok((quantity, Some(printed)));
    }
    // 8千元 under 元/台: what it is divided by stands in the header.
    if unit
        .ratio_parts()
        .is_some_and(|(above, _, _)| above == printed)
    {
        return Ok((quantity, Some(unit)));
    }
    Err(cursor.refuse(&Error::new(
        ErrorKind::Unit,
        format!(
            "it is in {} ({}), but its header {:?} is in {} ({}), and the one does not convert to the other",
            printed,
            printed.to_chinese(),
            header.text(),
            unit,
            unit.to_chinese(),
        ),
    )))
}

fn figure(quantity: &Quantity, unit: Option<Unit>, cursor: &Cursor<'_>) -> Result<Figure> {
    let low = quantity.low;
    let figure = match quantity.high {
        Some(high) => Figure::range(
            low.value,
            low.precision(unit),
            high.value,
            high.precision(unit),
        ),
        None => Figure::new(low.value, low.precision(unit), quantity.qualifier),
    };
    figure.map_err(|error| cursor.refuse(&error))
}
