//! Cells of a table, whose unit stands in the header.

use super::cursor::Cursor;
use super::fold::Folded;
use super::{Reading, phrase, settle};
use crate::error::{Error, Result};
use crate::model::Unit;

/// The unit of a column.
#[derive(Debug)]
pub(super) struct Header<'a> {
    text: &'a str,
    /// The power of ten that bare numbers below it are meant in.
    power: i8,
    unit: Unit,
}

/// Reads a table's cell as printed under a header.
///
/// The header holds the unit, alone (万元, `%`, `CNY`) or in brackets (床位数（张）); an empty one holds none, and the cell
/// reads as by [`parse`](super::parse). A bare number takes the header's unit and scale: `320` under 设备(万元) is
/// 3 200 000元, known to 10^4. A number with a 万 of its own takes the unit only. A unit printed in the cell wins if
/// it converts to the header's; a cell in 元 under 元/台 is in 元/台, and a change in points stands under %. A relative
/// change is in percent under any header.
///
/// # Errors
///
/// As [`parse`](super::parse); [`Syntax`](crate::ErrorKind::Syntax) if the header holds no unit, and
/// [`Unit`](crate::ErrorKind::Unit) naming both if the cell's does not agree with it.
///
/// ```
/// use yearbook::notation::parse_cell;
///
/// let equipment = parse_cell("320", "设备(万元)")?;
/// assert_eq!(equipment.figure().to_string(), "320e4");
/// assert_eq!(
///     parse_cell("320台", "设备(万元)").unwrap_err().to_string(),
///     r#"cannot read "320台" as a figure: it is in machine (台), but its header "设备(万元)" is in CNY (元), and the one does not convert to the other"#,
/// );
/// # Ok::<(), yearbook::Error>(())
/// ```
pub fn parse_cell(text: &str, header_unit: &str) -> Result<Reading> {
    let header = header(header_unit)?;
    let folded = Folded::new(text);
    let cursor = Cursor::new(text, &folded);
    settle::reading(phrase::phrase(cursor)?, header.as_ref(), &cursor)
}

impl Header<'_> {
    pub(super) fn text(&self) -> &str {
        self.text
    }

    pub(super) fn power(&self) -> i8 {
        self.power
    }

    pub(super) fn unit(&self) -> Unit {
        self.unit
    }
}

/// The unit of a header: the whole of it, or what stands in its brackets or behind its colon.
fn header(text: &str) -> Result<Option<Header<'_>>> {
    let folded = Folded::new(text);
    let whole = folded.text().trim();
    if whole.is_empty() {
        return Ok(None);
    }
    let outer = whole.find(BRACKETS).zip(whole.rfind(CLOSING));
    let outer = outer.and_then(|(open, close)| whole.get(open..close));
    // 床位(张)(合计): the last bracket that holds a unit.
    let inner = whole
        .rmatch_indices(BRACKETS)
        .take(BRACKETS_MAX)
        .filter_map(|(open, _)| {
            let inside = whole.get(open..)?;
            inside.get(..inside.find(CLOSING)?)
        });
    // 指数(上年=100): an index has no unit.
    if outer.is_some_and(|outer| outer.ends_with("=100")) {
        return Ok(None);
    }
    let behind_colon = whole.rsplit_once(':').map(|(_, unit)| unit);
    let unit = std::iter::once(whole)
        .chain(outer.map(|outer| outer.trim_start_matches(BRACKETS)))
        .chain(inner.map(|inner| inner.trim_start_matches(BRACKETS)))
        .chain(behind_colon)
        .find_map(scaled_unit);
    let (power, unit) = unit.ok_or_else(|| {
        Error::syntax(
            "the header of a column",
            text,
            0,
            "a unit, alone as in 万元 or in brackets as in 设备(万元)",
        )
    })?;
    Ok(Some(Header { text, power, unit }))
}

/// No header has more; a cell of brackets alone must not cost its square.
const BRACKETS_MAX: usize = 8;
const BRACKETS: [char; 3] = ['(', '[', '【'];
const CLOSING: [char; 3] = [')', ']', '】'];

/// 万元, 单位:万元, ±%.
fn scaled_unit(text: &str) -> Option<(i8, Unit)> {
    let text = text.trim();
    let text = text.strip_prefix("单位").unwrap_or(text);
    let text = text.trim_start_matches([':', ' ', '±']);
    let (power, unit) = Unit::parse_scaled(text).ok()?;
    Some((i8::try_from(power).ok()?, unit))
}
