//! From a sheet to bytes.

use super::ans::{self, Encoding, zigzag};
use super::choose::{Choices, Figures, choose};
use super::number::{exponent, in_series, write_decimal};
use super::{CELLS_A_BYTE, LANES, Mode, Order, list, plane, presence, said};
use crate::book::table::attributes::Attributes;
use crate::book::table::sheet::{Sheet, SheetCell, WIDE};
use crate::codec::bits::BitWriter;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Granularity, Period};

/// The bytes of a settled sheet; `columns` are the periods of its columns.
///
/// # Errors
/// [`Overflow`](crate::ErrorKind::Overflow) for a table whose sources times kinds of attributes exceed 2^32.
pub(crate) fn encode(sheet: &Sheet, columns: &[Period]) -> Result<Vec<u8>> {
    let mut writer = BitWriter::with_capacity(sheet.cells.len());
    let granularities: Vec<u64> = columns
        .iter()
        .map(|period| position(period.granularity()))
        .collect();
    writer.push_any(columns.len() as u64);
    list::write(&mut writer, &granularities);
    writer.push_any(sheet.cells.len() as u64);
    if !sheet.cells.is_empty() {
        let order = Order::new(&granularities)?;
        let laid = Laid::new(sheet, &order);
        write_rows(&mut writer, sheet, &laid, columns.len())?;
        let wide = write_numbers(&mut writer, sheet, &laid, &order);
        write_ends(&mut writer, sheet, &laid, wide);
    }
    let mut bytes = writer.finish();
    let length = bytes.len().max(sheet.cells.len().div_ceil(CELLS_A_BYTE));
    bytes.resize(length, 0);
    Ok(bytes)
}

/// The cells in the order of their positions.
struct Laid {
    /// The index of each cell in the sheet.
    cells: Vec<usize>,
    positions: Vec<u32>,
    /// The cells of the sheet by their index.
    all: Vec<SheetCell>,
}

impl Laid {
    fn new(sheet: &Sheet, order: &Order) -> Self {
        let mut places = vec![0u32; order.columns.len()];
        for (position, &column) in (0u32..).zip(&order.columns) {
            places[column as usize] = position;
        }
        let position = |&index: &usize| places[sheet.cells.columns[index] as usize];
        let mut cells: Vec<usize> = (0..sheet.cells.len()).collect();
        if !order.is_plain() {
            for row in 0..sheet.places.len() {
                cells[sheet.row(row)].sort_unstable_by_key(position);
            }
        }
        Self {
            positions: cells.iter().map(position).collect(),
            all: sheet.cells.iter().collect(),
            cells,
        }
    }
}

/// Writes which cells there are, and what is said of them.
fn write_rows(writer: &mut BitWriter, sheet: &Sheet, laid: &Laid, columns: usize) -> Result<()> {
    let mut sources: Vec<u32> = sheet
        .attributes
        .iter()
        .map(|attributes| attributes.source)
        .collect();
    sources.dedup();
    let mut saids: Vec<_> = sheet
        .attributes
        .iter()
        .map(|attributes| attributes.said)
        .collect();
    saids.sort_unstable();
    saids.dedup();
    if u32::try_from(sources.len().saturating_mul(saids.len())).is_err() {
        return Err(Error::new(
            ErrorKind::Overflow,
            format!(
                "cannot pack a table of {} sources and {} kinds of attributes: their product is over 2^32",
                sources.len(),
                saids.len()
            ),
        ));
    }
    writer.push_any(sheet.places.len() as u64);
    writer.push_any(sources.len() as u64);
    list::write(writer, &gaps(sources.iter().map(|&source| source.into())));
    writer.push_any(saids.len() as u64);
    said::write(writer, &saids);
    list::write(
        writer,
        &gaps(sheet.places.iter().map(|&place| place.into())),
    );
    let rows = (0..sheet.places.len()).map(|row| &laid.positions[sheet.row(row)]);
    presence::write(writer, rows, columns);
    let numbers: Vec<(u64, u64)> = sheet
        .attributes
        .iter()
        .map(|attributes| {
            let source = sources.binary_search(&attributes.source).unwrap_or(0);
            let said = saids.binary_search(&attributes.said).unwrap_or(0);
            (source as u64, said as u64)
        })
        .collect();
    let of_cells = laid
        .cells
        .iter()
        .map(|&cell| numbers[laid.all[cell].attributes as usize]);
    let (source_of, said_of): (Vec<u64>, Vec<u64>) = of_cells.unzip();
    for (kinds, numbers) in [(sources.len(), source_of), (saids.len(), said_of)] {
        plane::write(
            writer,
            kinds as u64,
            columns,
            &sheet.ends,
            &laid.positions,
            &numbers,
        );
    }
    Ok(())
}

/// How many numbers are left out before each of those that rise.
fn gaps(rising: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut next = 0;
    rising
        .map(|number| {
            let gap = number - next;
            next = number + 1;
            gap
        })
        .collect()
}

/// Writes the numbers as series, and which cells are too wide for theirs; tells those.
fn write_numbers(writer: &mut BitWriter, sheet: &Sheet, laid: &Laid, order: &Order) -> Vec<usize> {
    let mut figures = Figures::default();
    let (mut exponents, mut wide, mut wide_cells, mut gap) =
        (Vec::new(), Vec::new(), Vec::new(), 0);
    let absent: Vec<bool> = sheet.attributes.iter().map(Attributes::is_absent).collect();
    for row in 0..sheet.places.len() {
        let mut row = sheet.row(row);
        for &(end, season) in &order.lanes {
            let these = &laid.positions[row.clone()];
            let middle = row.start + these.partition_point(|&position| (position as usize) < end);
            let lane = row.start..middle;
            row.start = middle;
            let mut unit = None;
            for &cell in &laid.cells[lane.clone()] {
                let least = unit.unwrap_or(-18);
                unit = unit.max(exponent(&laid.all[cell], least));
            }
            let unit = unit.unwrap_or(0);
            let before = figures.numbers.len();
            for index in lane {
                let cell = laid.all[laid.cells[index]];
                if absent[cell.attributes as usize] {
                    gap += 1;
                    continue;
                }
                match in_series(&cell, unit).filter(|_| cell.scale != WIDE) {
                    Some(number) => {
                        figures.numbers.push(number);
                        figures.positions.push(laid.positions[index]);
                        gap += 1;
                    }
                    None => {
                        wide.push(gap);
                        wide_cells.push(laid.cells[index]);
                        gap = 0;
                    }
                }
            }
            if figures.numbers.len() > before {
                figures.series.push((figures.numbers.len(), season));
                exponents.push(zigzag(unit.into()));
            }
        }
    }
    writer.push_any(wide.len() as u64);
    list::write(writer, &wide);
    writer.push_any(exponents.len() as u64);
    list::write(writer, &exponents);
    write_series(writer, &figures, &choose(&figures));
    wide_cells
}

fn write_series(writer: &mut BitWriter, figures: &Figures, choices: &Choices) {
    let predictors: Vec<u64> = choices
        .series
        .iter()
        .map(|choice| choice.predictor.into())
        .collect();
    list::write(writer, &predictors);
    let starts: Vec<i64> = choices.series.iter().map(|choice| choice.start).collect();
    let mut plain = BitWriter::default();
    plain.push(0, 1);
    list::write(
        &mut plain,
        &starts
            .iter()
            .map(|&start| zigzag(start))
            .collect::<Vec<_>>(),
    );
    let mut from_last = BitWriter::default();
    from_last.push(1, 1);
    let mut last = 0;
    let steps: Vec<u64> = starts
        .iter()
        .map(|&start| {
            let step = start.wrapping_sub(last);
            last = start;
            zigzag(step)
        })
        .collect();
    list::write(&mut from_last, &steps);
    writer.append(if from_last.len() < plain.len() {
        &from_last
    } else {
        &plain
    });
    if choices.series.is_empty() {
        return;
    }
    let (histograms, symbols) = choices.symbols(figures);
    writer.push_any(histograms.len() as u64);
    for histogram in &histograms {
        histogram.write(writer);
    }
    // The most frequent first, so that their numbers are short.
    let mut modes: Vec<(usize, Mode)> = Vec::new();
    for choice in &choices.series {
        match modes.iter_mut().find(|(_, mode)| *mode == choice.mode) {
            Some((count, _)) => *count += 1,
            None => modes.push((1, choice.mode)),
        }
    }
    modes.sort_unstable_by_key(|&(count, mode)| (std::cmp::Reverse(count), mode));
    writer.push_any(modes.len() as u64);
    list::write(
        writer,
        &modes
            .iter()
            .map(|(_, mode)| mode.shift.into())
            .collect::<Vec<_>>(),
    );
    list::write(
        writer,
        &modes
            .iter()
            .map(|(_, mode)| mode.histogram.into())
            .collect::<Vec<_>>(),
    );
    let chosen: Vec<u64> = choices
        .series
        .iter()
        .map(|choice| {
            modes
                .iter()
                .position(|(_, mode)| *mode == choice.mode)
                .unwrap_or(0) as u64
        })
        .collect();
    list::write(writer, &chosen);
    let encodings: Vec<Encoding> = histograms.into_iter().map(Encoding::new).collect();
    ans::write::<LANES>(writer, &encodings, &symbols);
}

/// Writes wide numbers and the upper ends of ranges, in the order of their cells.
fn write_ends(writer: &mut BitWriter, sheet: &Sheet, laid: &Laid, mut wide: Vec<usize>) {
    wide.sort_unstable();
    let mut uppers = sheet.uppers.iter().peekable();
    let mut wide = wide.into_iter().peekable();
    loop {
        let upper = uppers.peek().map_or(usize::MAX, |(cell, ..)| *cell);
        let wide_cell = wide.peek().copied().unwrap_or(usize::MAX);
        if wide_cell <= upper {
            if wide.next().is_none() {
                return;
            }
            let value = sheet.value(&laid.all[wide_cell]);
            write_decimal(writer, value.unwrap_or_default());
        } else if let Some((_, value, precision)) = uppers.next() {
            write_decimal(writer, *value);
            said::write_precision(writer, *precision);
        }
    }
}

/// The place of a granularity in the closed list.
fn position(granularity: Granularity) -> u64 {
    match granularity {
        Granularity::Year => 0,
        Granularity::Half => 1,
        Granularity::Quarter => 2,
        Granularity::Month => 3,
        Granularity::Week => 4,
        Granularity::Day => 5,
        Granularity::Span => 6,
    }
}
