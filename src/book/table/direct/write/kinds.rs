//! The kinds of attributes that a sheet's cells have, and how many cells have each.

use std::collections::BTreeMap;

use super::super::marks::Axis;
use super::super::rows::{as_u32, as_usize};
use crate::book::table::attributes::Attributes;
use crate::book::table::sheet::Sheet;

/// The kinds of a sheet by their rank: their place in the order of all that the sheet lists. Some of those may have no cell.
pub(super) struct Kinds {
    /// The kinds that a cell has, in their order.
    pub(super) listed: Vec<Attributes>,
    /// For each kind of the sheet its rank.
    ranks: Vec<u32>,
    /// For each rank the kind of the sheet.
    kinds: Vec<u32>,
    /// For each rank how many kinds before it are listed.
    numbers: Vec<u32>,
    /// For each rank whether it may be a default: absences and ranges are always exceptions, as a hole is never a default
    /// and an upper end belongs to one cell.
    plain: Vec<bool>,
    counts: Counts,
}

/// How many cells have each kind.
struct Counts {
    /// By rank.
    table: Vec<usize>,
    columns: Vec<Most>,
    rows: Vec<Most>,
}

/// The plain kind that most cells have, the first of those that are equally common, and how many cells have it.
#[derive(Clone, Copy, Default)]
struct Most {
    rank: u32,
    cells: usize,
}

impl Most {
    fn tell(&mut self, rank: u32, cells: usize) {
        if cells > self.cells || cells == self.cells && rank < self.rank {
            *self = Self { rank, cells };
        }
    }
}

impl Kinds {
    pub(super) fn of(sheet: &Sheet, columns: usize) -> Self {
        let mut kinds: Vec<u32> = (0..as_u32(sheet.attributes.len())).collect();
        kinds.sort_unstable_by_key(|&kind| sheet.attributes[as_usize(kind)]);
        let mut ranks = vec![0; kinds.len()];
        for (rank, &kind) in (0u32..).zip(&kinds) {
            ranks[as_usize(kind)] = rank;
        }
        let attributes = kinds.iter().map(|&kind| &sheet.attributes[as_usize(kind)]);
        let plain: Vec<bool> = attributes
            .clone()
            .map(|one| !one.is_absent() && !one.is_range())
            .collect();
        let counts = Counts::of(sheet, &ranks, &plain, columns);
        let used = || counts.table.iter().map(|&cells| cells > 0);
        let listed = attributes.zip(used()).filter(|(_, used)| *used);
        let number = |before: &mut u32, used: bool| {
            let number = *before;
            *before += u32::from(used);
            Some(number)
        };
        Self {
            listed: listed.map(|(attributes, _)| *attributes).collect(),
            numbers: used().scan(0, number).collect(),
            ranks,
            kinds,
            plain,
            counts,
        }
    }

    /// The number of a kind of the sheet among those that are listed.
    pub(super) fn number(&self, kind: u32) -> u32 {
        self.numbers[as_usize(self.ranks[as_usize(kind)])]
    }

    /// The defaults along an axis that leave the fewest exceptions, and how many cells are none.
    pub(super) fn defaults(&self, axis: Axis) -> (Defaults, usize) {
        let table = || {
            let mut most = Most::default();
            for ((rank, &cells), &plain) in (0u32..).zip(&self.counts.table).zip(&self.plain) {
                if plain {
                    most.tell(rank, cells);
                }
            }
            vec![most]
        };
        let most = match axis {
            Axis::Table => &table(),
            Axis::Column => &self.counts.columns,
            Axis::Row => &self.counts.rows,
        };
        let expected = |most: &Most| {
            let rank = as_usize(most.rank);
            let plain = self.plain.get(rank).is_some_and(|plain| *plain);
            if plain { self.kinds[rank] } else { u32::MAX }
        };
        let number = |most: &Most| self.numbers.get(as_usize(most.rank)).copied().unwrap_or(0);
        let expected: Vec<u32> = most.iter().map(expected).collect();
        let mut alike_until = Vec::new();
        if axis == Axis::Column {
            for run in expected.chunk_by(PartialEq::eq) {
                let end = alike_until.len() + run.len();
                alike_until.resize(end, as_u32(end));
            }
        }
        let defaults = Defaults {
            axis,
            expected,
            alike_until,
            numbers: most.iter().map(number).collect(),
        };
        (defaults, most.iter().map(|most| most.cells).sum())
    }
}

/// What cells have unless an exception says otherwise.
pub(super) struct Defaults {
    pub(super) axis: Axis,
    /// The kind of the sheet; one that is none where every cell is an exception.
    expected: Vec<u32>,
    /// For each column, if they are by columns, the first after it of which another kind is expected.
    alike_until: Vec<u32>,
    /// The number of the kind among those that are listed.
    pub(super) numbers: Vec<u32>,
}

impl Defaults {
    /// The cells of a row that do not have their kind by default: those of a run of cells of this kind, in these columns.
    pub(super) fn exceptions<'a>(
        &'a self,
        row: usize,
        kind: u32,
        columns: &'a [u32],
    ) -> impl Iterator<Item = usize> + 'a {
        let mut start = 0;
        std::iter::from_fn(move || {
            while let Some(&column) = columns.get(start) {
                let at = match self.axis {
                    Axis::Table => 0,
                    Axis::Column => as_usize(column),
                    Axis::Row => row,
                };
                if self.expected[at] != kind {
                    start += 1;
                    return Some(start - 1);
                }
                // The same is expected of the columns up to here, so of these cells.
                start = match self.alike_until.get(at) {
                    Some(&end) if columns.last().is_some_and(|&last| last >= end) => {
                        columns.partition_point(|&column| column < end)
                    }
                    _ => columns.len(),
                };
            }
            None
        })
    }
}

impl Counts {
    fn of(sheet: &Sheet, ranks: &[u32], plain: &[bool], columns: usize) -> Self {
        let rows = sheet.places.len();
        if ranks.len() <= 1 {
            return Self {
                table: vec![sheet.cells.len(); ranks.len()],
                columns: vec![Most::default(); columns],
                rows: vec![Most::default(); rows],
            };
        }
        let mut by_column = ByColumn::new(columns, ranks.len());
        let mut counts = Self {
            table: vec![0; ranks.len()],
            columns: Vec::new(),
            rows: Vec::with_capacity(rows),
        };
        let (mut in_row, mut met) = (vec![0; ranks.len()], Vec::new());
        let mut runs = sheet.cells.runs();
        for &end in &sheet.ends {
            while let Some((run, cells)) = runs.next_until(end) {
                let rank = ranks[as_usize(run.attributes)];
                if in_row[as_usize(rank)] == 0 {
                    met.push(rank);
                }
                in_row[as_usize(rank)] += cells.len();
                if plain[as_usize(rank)] {
                    by_column.count(rank, &sheet.cells.columns[cells]);
                }
            }
            let mut most = Most::default();
            for rank in met.drain(..) {
                let cells = std::mem::take(&mut in_row[as_usize(rank)]);
                counts.table[as_usize(rank)] += cells;
                if plain[as_usize(rank)] {
                    most.tell(rank, cells);
                }
            }
            counts.rows.push(most);
        }
        counts.columns = by_column.most(columns);
        counts
    }
}

/// How many cells of each column have each kind.
enum ByColumn {
    /// Rank by rank, and column by column.
    Counted(Vec<u32>, usize),
    /// Of many kinds and columns, by rank and column.
    Mapped(BTreeMap<(u32, u32), u32>),
}

impl ByColumn {
    /// Numbers that are counted in a list.
    const COUNTED_MAX: usize = 1 << 22;

    fn new(columns: usize, kinds: usize) -> Self {
        match columns.checked_mul(kinds) {
            Some(size) if size <= Self::COUNTED_MAX => Self::Counted(vec![0; size], columns),
            _ => Self::Mapped(BTreeMap::new()),
        }
    }

    fn count(&mut self, rank: u32, columns_met: &[u32]) {
        match self {
            Self::Counted(counts, columns) => {
                let counts = &mut counts[as_usize(rank) * *columns..][..*columns];
                let (fours, rest) = columns_met.as_chunks::<4>();
                for four in fours {
                    counts[as_usize(four[0])] += 1;
                    counts[as_usize(four[1])] += 1;
                    counts[as_usize(four[2])] += 1;
                    counts[as_usize(four[3])] += 1;
                }
                for &column in rest {
                    counts[as_usize(column)] += 1;
                }
            }
            Self::Mapped(counts) => {
                for &column in columns_met {
                    *counts.entry((rank, column)).or_default() += 1;
                }
            }
        }
    }

    /// What most cells of each column have.
    fn most(self, columns: usize) -> Vec<Most> {
        let mut most = vec![Most::default(); columns];
        match self {
            Self::Counted(counts, _) => {
                for (rank, counts) in (0u32..).zip(counts.chunks_exact(columns.max(1))) {
                    for (most, &cells) in most.iter_mut().zip(counts).filter(|(_, c)| **c > 0) {
                        most.tell(rank, as_usize(cells));
                    }
                }
            }
            Self::Mapped(counts) => {
                for ((rank, column), cells) in counts {
                    most[as_usize(column)].tell(rank, as_usize(cells));
                }
            }
        }
        most
    }
}
