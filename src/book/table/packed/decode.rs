//! From bytes to a sheet.

use std::collections::BTreeSet;

use super::number::{Form, is_checked, read_decimal};
use super::plane::Plane;
use super::presence::Presence;
use super::series::Series;
use super::{CELLS_A_BYTE, Order, count, list, said};
use crate::book::table::attributes::{Attributes, Said};
use crate::book::table::direct::Limits;
use crate::book::table::sheet::{Sheet, SheetCell, SheetCells, WIDE};
use crate::codec::bits::BitReader;
use crate::codec::corrupt;
use crate::error::Result;
use crate::model::{Figure, Qualifier};

/// Decodes a table, and checks all that its sheet promises.
///
/// # Memory
/// A cell takes 17 bytes in the sheet; while it is decoded, what is listed of it takes 30 bytes in all for a plain table and 150 at
/// the worst. A byte of the input stands for 256 cells at most, so no table takes more than 43 KB for each of its bytes;
/// beside that, 24 bytes a column, which the directory has paid for.
#[cfg(any(test, fuzzing))]
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Sheet> {
    let mut sheet = Sheet::default();
    decode_into(bytes, limits, &mut sheet)?;
    Ok(sheet)
}

/// As [`decode`], into the memory of a sheet that is no longer needed.
pub(crate) fn decode_into(bytes: &[u8], limits: &Limits, sheet: &mut Sheet) -> Result<()> {
    sheet.clear();
    let reader = &mut BitReader::new(bytes);
    let columns = reader.read_any();
    if columns != u64::from(limits.columns) {
        return Err(corrupt(format!(
            "a packed table has {columns} columns, but its heading {}",
            limits.columns
        )));
    }
    let order = Order::new(&list::read(reader, limits.columns as usize)?)?;
    let cells = count(reader, bytes.len().saturating_mul(CELLS_A_BYTE), "cells")?;
    if cells > 0 {
        let rows = count(reader, cells.min(limits.places as usize), "rows")?;
        let sources = read_rising(
            reader,
            cells.min(limits.sources as usize),
            limits.sources,
            "sources",
        )?;
        let saids = count(reader, cells, "kinds of attributes")?;
        let saids = said::read(reader, saids)?;
        if u32::try_from(sources.len().saturating_mul(saids.len())).is_err() {
            return Err(corrupt("a table has more than 2^32 kinds of attributes"));
        }
        read_places(reader, rows, limits.places, &mut sheet.places)?;
        let rows = Rows {
            presence: Presence::read(reader, rows, limits.columns, cells)?,
            sources: Plane::read(reader, sources.len(), limits.columns, rows, cells)?,
            saids: Plane::read(reader, saids.len(), limits.columns, rows, cells)?,
            wide: Wide::read(reader, cells)?,
            series: Series::read(reader, cells)?,
        };
        let has_wide = rows.wide.next.is_some();
        let keys = rows.read(reader, &order, &saids, cells, sheet)?;
        settle(keys, &sources, &saids, sheet)?;
        read_ends(reader, has_wide, &saids, sheet)?;
    }
    let used = usize::try_from(reader.at().div_ceil(8)).unwrap_or(usize::MAX);
    let length = used.max(cells.div_ceil(CELLS_A_BYTE));
    let open = reader.at() % 8;
    let last = reader.clone().read(if open == 0 {
        0
    } else {
        8 - u32::try_from(open).unwrap_or(0)
    });
    let rest = bytes.get(used..).unwrap_or(&[1]);
    if length != bytes.len() || last != 0 || rest.iter().any(|&byte| byte != 0) {
        return Err(corrupt("a packed table does not end where it should"));
    }
    Ok(())
}

/// Numbers that rise and are below a limit.
fn read_rising(
    reader: &mut BitReader<'_>,
    most: usize,
    limit: u32,
    what: &str,
) -> Result<Vec<u32>> {
    let count = count(reader, most, what)?;
    let mut numbers = Vec::new();
    rise(list::read(reader, count)?, limit, what, &mut numbers)?;
    Ok(numbers)
}

fn read_places(
    reader: &mut BitReader<'_>,
    rows: usize,
    limit: u32,
    places: &mut Vec<u32>,
) -> Result<()> {
    rise(list::read(reader, rows)?, limit, "places", places)
}

/// From how many numbers are left out before each to the numbers.
fn rise(gaps: Vec<u64>, limit: u32, what: &str, numbers: &mut Vec<u32>) -> Result<()> {
    numbers.reserve(gaps.len());
    let mut next = 0u64;
    for gap in gaps {
        next = next.saturating_add(gap);
        match u32::try_from(next) {
            Ok(number) if number < limit => numbers.push(number),
            _ => {
                return Err(corrupt(format!(
                    "a table has one of {limit} {what} that is not there"
                )));
            }
        }
        next += 1;
    }
    Ok(())
}

/// The cells whose numbers are written apart, as they are too long for their series.
struct Wide {
    gaps: std::vec::IntoIter<u64>,
    next: Option<u64>,
}

impl Wide {
    fn read(reader: &mut BitReader<'_>, cells: usize) -> Result<Self> {
        let wide = count(reader, cells, "wide numbers")?;
        let mut gaps = list::read(reader, wide)?.into_iter();
        let next = gaps.next();
        Ok(Self { gaps, next })
    }

    /// Whether the next cell is one of them.
    fn is_next(&mut self) -> bool {
        match &mut self.next {
            None => false,
            Some(0) => {
                self.next = self.gaps.next();
                true
            }
            Some(gap) => {
                *gap -= 1;
                false
            }
        }
    }
}

/// What the cells are read from, row by row.
struct Rows {
    presence: Presence,
    sources: Plane,
    saids: Plane,
    wide: Wide,
    series: Series,
}

/// The attributes of the cells as they are met: each the number of a source, times the kinds, and of a kind.
struct Keys {
    kinds: u32,
    met: BTreeSet<u32>,
    /// Some of those that are met, each where only a few others may stand: most are asked for again and again.
    recent: [Option<u32>; RECENT],
    /// Those of the cells of a row, each up to its end.
    row: Vec<(usize, u32)>,
    sources: Vec<(usize, u32)>,
    saids: Vec<(usize, u32)>,
}

/// Attributes that are remembered, so that the set of all need not be asked.
const RECENT: usize = 16;

impl Keys {
    fn new(kinds: usize) -> Self {
        Self {
            kinds: u32::try_from(kinds).unwrap_or(u32::MAX),
            met: BTreeSet::new(),
            recent: [None; RECENT],
            row: Vec::new(),
            sources: Vec::new(),
            saids: Vec::new(),
        }
    }

    /// Reads those of the cells of the next row, which are at these positions.
    fn read(&mut self, positions: &[u32], sources: &mut Plane, saids: &mut Plane) {
        sources.row(positions, &mut self.sources);
        saids.row(positions, &mut self.saids);
        self.row.clear();
        let (mut sources, mut saids) = (self.sources.iter(), self.saids.iter());
        let (mut source, mut said) = (sources.next(), saids.next());
        while let (Some(&(source_end, one)), Some(&(said_end, other))) = (source, said) {
            let key = one * self.kinds + other;
            self.row.push((source_end.min(said_end), key));
            let recent = &mut self.recent[key as usize % RECENT];
            if recent.replace(key) != Some(key) {
                self.met.insert(key);
            }
            if source_end <= said_end {
                source = sources.next();
            }
            if said_end <= source_end {
                said = saids.next();
            }
        }
    }
}

impl Rows {
    fn read(
        mut self,
        reader: &mut BitReader<'_>,
        order: &Order,
        saids: &[Said],
        cells: usize,
        sheet: &mut Sheet,
    ) -> Result<Keys> {
        let forms: Vec<Form> = saids.iter().map(Form::of).collect::<Result<_>>()?;
        let all_numbers = self.wide.next.is_none() && !forms.contains(&Form::Absent);
        let mut keys = Keys::new(saids.len());
        let mut positions = Vec::new();
        let mut general = General::default();
        sheet.cells.reserve(cells);
        sheet.ends.reserve(sheet.places.len());
        // The common case: every cell has a number of the one series, and positions are columns.
        let plain = match &order.lanes[..] {
            &[(_, season)] if all_numbers => Some(season),
            _ => None,
        };
        for _ in 0..sheet.places.len() {
            if let Some(season) = plain {
                let start = sheet.cells.len();
                self.presence.row(&mut sheet.cells.columns)?;
                let row = &sheet.cells.columns[start..];
                keys.read(row, &mut self.sources, &mut self.saids);
                let numbers = &mut sheet.cells.mantissas;
                numbers.resize(start + row.len(), 0);
                let numbers = &mut numbers[start..];
                let exponent = self.series.next(reader, season, row, numbers)?;
                let form = |key: u32| forms[(key % keys.kinds) as usize];
                print(&mut sheet.cells, start, &keys.row, form, exponent)?;
            } else {
                positions.clear();
                self.presence.row(&mut positions)?;
                keys.read(&positions, &mut self.sources, &mut self.saids);
                general.read(&mut self, reader, order, &positions, (&keys, &forms), sheet)?;
            }
            sheet.ends.push(sheet.cells.len());
        }
        self.presence.finish()?;
        self.sources.finish()?;
        self.saids.finish()?;
        self.series.finish()?;
        if self.wide.next.is_some() {
            return Err(corrupt("a wide number has no cell"));
        }
        Ok(keys)
    }
}

/// Gives the numbers of a series that are the last of the cells, from a cell on, the digits that they are printed with.
fn print(
    cells: &mut SheetCells,
    start: usize,
    keys: &[(usize, u32)],
    form: impl Fn(u32) -> Form,
    exponent: i32,
) -> Result<()> {
    let mut at = start;
    for &(end, key) in keys {
        let (form, end) = (form(key), start + end);
        if let Some(scale) = form.plain(exponent) {
            cells.end_alike_at(end, key, scale);
        } else {
            for index in at..end {
                let number = &mut cells.mantissas[index];
                let scale;
                (*number, scale) = form.cell(*number, exponent)?;
                cells.end_alike_at(index + 1, key, scale);
            }
        }
        at = end;
    }
    Ok(())
}

/// Reads rows of any cells, of columns of any granularity.
#[derive(Default)]
struct General {
    row: Vec<SheetCell>,
    said_of: Vec<u32>,
    /// The positions and the places in the row of the cells of a series, and their numbers.
    places: Vec<u32>,
    numbered: Vec<usize>,
    numbers: Vec<i64>,
}

impl General {
    fn read(
        &mut self,
        rows: &mut Rows,
        reader: &mut BitReader<'_>,
        order: &Order,
        positions: &[u32],
        (keys, forms): (&Keys, &[Form]),
        sheet: &mut Sheet,
    ) -> Result<()> {
        let Self {
            row,
            said_of,
            places,
            numbered,
            numbers,
        } = self;
        said_of.clear();
        for &(end, said) in &keys.saids {
            said_of.resize(end, said);
        }
        row.clear();
        for &(end, attributes) in &keys.row {
            let these = &positions[row.len()..end];
            row.extend(these.iter().map(|&position| SheetCell {
                mantissa: 0,
                column: order.columns[position as usize],
                attributes,
                scale: 0,
            }));
        }
        let mut start = 0;
        for &(end, season) in &order.lanes {
            let end =
                start + positions[start..].partition_point(|&position| (position as usize) < end);
            let these = start..end;
            start = end;
            let cells = &mut row[these.clone()];
            let lane = &positions[these.clone()];
            places.clear();
            numbered.clear();
            for (index, (cell, &said)) in cells.iter_mut().zip(&said_of[these.clone()]).enumerate()
            {
                if rows.wide.is_next() {
                    if forms[said as usize] == Form::Absent {
                        return Err(corrupt("a cell without a figure has a wide number"));
                    }
                    cell.scale = WIDE;
                } else if forms[said as usize] != Form::Absent {
                    places.push(lane[index]);
                    numbered.push(index);
                }
            }
            if numbered.is_empty() {
                continue;
            }
            numbers.resize(places.len(), 0);
            let exponent = rows.series.next(reader, season, places, numbers)?;
            for (&index, &number) in numbered.iter().zip(&*numbers) {
                let form = forms[said_of[these.start + index] as usize];
                let cell = &mut cells[index];
                (cell.mantissa, cell.scale) = form.cell(number, exponent)?;
            }
        }
        if !order.is_plain() {
            row.sort_unstable_by_key(|cell| cell.column);
        }
        row.iter().for_each(|cell| sheet.cells.push(*cell));
        Ok(())
    }
}

/// Numbers the attributes that there are.
fn settle(keys: Keys, sources: &[u32], saids: &[Said], sheet: &mut Sheet) -> Result<()> {
    let known: Vec<u32> = keys.met.into_iter().collect();
    for &key in &known {
        let (source, said) = (key as usize / saids.len(), key as usize % saids.len());
        sheet.attributes(Attributes {
            source: sources[source],
            said: saids[said],
        })?;
    }
    if known
        .iter()
        .copied()
        .eq(0..u32::try_from(known.len()).unwrap_or(0))
    {
        return Ok(());
    }
    sheet.renumber(|key| u32::try_from(known.binary_search(&key).unwrap_or(0)).unwrap_or(0));
    Ok(())
}

/// Reads wide numbers and the upper ends of ranges, and checks the figures that could be none.
fn read_ends(
    reader: &mut BitReader<'_>,
    has_wide: bool,
    saids: &[Said],
    sheet: &mut Sheet,
) -> Result<()> {
    if !has_wide && !saids.iter().any(is_checked) {
        return Ok(());
    }
    let runs = sheet.cells.take_runs();
    let mut start = 0;
    for run in runs {
        let said = sheet.attributes[run.attributes as usize].said;
        for index in start..run.end {
            let mut cell = SheetCell {
                mantissa: sheet.cells.mantissas[index],
                column: sheet.cells.columns[index],
                attributes: run.attributes,
                scale: run.scale,
            };
            if run.scale == WIDE {
                let value = read_decimal(reader)?;
                (cell.mantissa, cell.scale) = sheet.short(value);
                sheet.cells.mantissas[index] = cell.mantissa;
                sheet
                    .cells
                    .end_alike_at(index + 1, cell.attributes, cell.scale);
            } else if !is_checked(&said) {
                break;
            }
            check_end(reader, &said, index, &cell, sheet)?;
        }
        if run.scale != WIDE {
            sheet.cells.end_alike_at(run.end, run.attributes, run.scale);
        }
        start = run.end;
    }
    Ok(())
}

/// Reads the upper end of a cell that is a range, and checks that the cell holds a figure.
fn check_end(
    reader: &mut BitReader<'_>,
    said: &Said,
    index: usize,
    cell: &SheetCell,
    sheet: &mut Sheet,
) -> Result<()> {
    let Said::Figure {
        qualifier,
        precision,
        ..
    } = *said
    else {
        return Ok(());
    };
    let Some(value) = sheet.value(cell) else {
        return Ok(());
    };
    let figure = if qualifier == Qualifier::Range {
        let upper = read_decimal(reader)?;
        let upper_precision = said::read_precision(reader)?;
        sheet.uppers.push((index, upper, upper_precision));
        Figure::range(value, precision, upper, upper_precision)
            .ok()
            .filter(|figure| {
                figure
                    .upper()
                    .is_some_and(|(settled, _)| settled.scale() == upper.scale())
            })
    } else {
        Figure::new(value, precision, qualifier).ok()
    };
    if figure.is_none_or(|figure| figure.value().scale() != value.scale()) {
        return Err(corrupt(format!("cell {index} of a table holds no figure")));
    }
    Ok(())
}
