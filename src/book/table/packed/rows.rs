//! Reading the cells row by row.

use std::collections::BTreeSet;

use super::number::Form;
use super::plane::Plane;
use super::presence::Presence;
use super::series::Series;
use super::{Order, count, list};
use crate::book::table::attributes::Said;
use crate::book::table::sheet::{Sheet, SheetCell, SheetCells, WIDE};
use crate::codec::bits::BitReader;
use crate::codec::corrupt;
use crate::error::Result;

/// The cells whose numbers are written apart, as they are too long for their series.
pub(super) struct Wide {
    gaps: std::vec::IntoIter<u64>,
    next: Option<u64>,
}

impl Wide {
    pub(super) fn read(reader: &mut BitReader<'_>, cells: usize) -> Result<Self> {
        let wide = count(reader, cells, "wide numbers")?;
        let mut gaps = list::read(reader, wide)?.into_iter();
        let next = gaps.next();
        Ok(Self { gaps, next })
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.next.is_none()
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
pub(super) struct Rows {
    pub(super) presence: Presence,
    pub(super) sources: Plane,
    pub(super) saids: Plane,
    pub(super) wide: Wide,
    pub(super) series: Series,
}

/// The attributes of the cells as they are met: each the number of a source, times the kinds, and of a kind.
pub(super) struct Keys {
    kinds: u32,
    pub(super) met: BTreeSet<u32>,
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
    /// Reads all cells, but for their wide numbers and upper ends; the attributes of each are as [`Keys`] tells.
    pub(super) fn read(
        mut self,
        reader: &mut BitReader<'_>,
        order: &Order,
        saids: &[Said],
        cells: usize,
        sheet: &mut Sheet,
    ) -> Result<Keys> {
        let forms: Vec<Form> = saids.iter().map(Form::of).collect::<Result<_>>()?;
        let all_numbers = self.wide.is_empty() && !forms.contains(&Form::Absent);
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
        if !self.wide.is_empty() {
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
