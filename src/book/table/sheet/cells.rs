//! Cells one after the other, and what neighbours have in common.

use std::ops::Range;

/// A cell of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SheetCell {
    /// The mantissa; where `scale` is [`WIDE`](super::WIDE), an index into [`Sheet::wide`](super::Sheet::wide); zero where there is no figure.
    pub(crate) mantissa: i64,
    pub(crate) column: u32,
    /// An index into [`Sheet::attributes`](super::Sheet::attributes).
    pub(crate) attributes: u32,
    /// How many decimals the mantissa has, as its precision prints; or [`WIDE`](super::WIDE); zero where there is no figure.
    pub(crate) scale: u8,
}

/// What cells that follow each other have in common, through rows as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The index after the last of them.
    pub(crate) end: usize,
    pub(crate) attributes: u32,
    pub(crate) scale: u8,
}

/// Cells one after the other, each of their parts apart: whoever looks at one part reads nothing else.
///
/// Neighbours mostly differ in their numbers alone, so all else is kept by runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SheetCells {
    pub(crate) mantissas: Vec<i64>,
    pub(crate) columns: Vec<u32>,
    /// No run is empty, and none is as the one before it.
    pub(super) runs: Vec<Run>,
}

impl SheetCells {
    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The runs from the first cell on.
    pub(crate) fn runs(&self) -> Runs<'_> {
        Runs {
            runs: &self.runs,
            start: 0,
        }
    }

    /// The cells in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = SheetCell> + '_ {
        let mut runs = self.runs();
        let parts = std::iter::from_fn(move || runs.next_until(self.len()));
        parts.flat_map(move |(run, cells)| {
            cells.map(move |index| SheetCell {
                mantissa: self.mantissas[index],
                column: self.columns[index],
                attributes: run.attributes,
                scale: run.scale,
            })
        })
    }

    #[inline]
    pub(crate) fn push(&mut self, cell: SheetCell) {
        self.push_alike(cell.column, cell.mantissa);
        self.end_alike(cell.attributes, cell.scale);
    }

    /// Adds a cell that has the attributes and the scale which [`end_alike`](Self::end_alike) states.
    #[inline]
    pub(crate) fn push_alike(&mut self, column: u32, mantissa: i64) {
        self.columns.push(column);
        self.mantissas.push(mantissa);
    }

    /// States the attributes and the scale of the cells that have none yet.
    #[inline]
    pub(crate) fn end_alike(&mut self, attributes: u32, scale: u8) {
        self.end_alike_at(self.columns.len(), attributes, scale);
    }

    /// States the attributes and the scale of the cells before this one that have none yet.
    #[inline]
    pub(crate) fn end_alike_at(&mut self, end: usize, attributes: u32, scale: u8) {
        match self.runs.last_mut() {
            Some(last) if last.attributes == attributes && last.scale == scale => last.end = end,
            Some(last) if last.end >= end => {}
            None if end == 0 => {}
            _ => self.runs.push(Run {
                end,
                attributes,
                scale,
            }),
        }
    }

    /// Takes back what is stated of all cells, to be stated anew.
    pub(crate) fn take_runs(&mut self) -> Vec<Run> {
        std::mem::take(&mut self.runs)
    }

    pub(crate) fn reserve(&mut self, cells: usize) {
        self.mantissas.reserve(cells);
        self.columns.reserve(cells);
    }

    pub(super) fn truncate(&mut self, cells: usize) {
        self.mantissas.truncate(cells);
        self.columns.truncate(cells);
        let kept = self.runs.partition_point(|run| run.end < cells);
        self.runs.truncate(kept + usize::from(cells > 0));
        if let Some(last) = self.runs.last_mut() {
            last.end = last.end.min(cells);
        }
    }
}

/// What is left of some runs.
pub(crate) struct Runs<'a> {
    runs: &'a [Run],
    start: usize,
}

impl<'a> Runs<'a> {
    /// Runs that are kept apart.
    pub(crate) fn new(runs: &'a [Run]) -> Self {
        Self { runs, start: 0 }
    }

    /// The next run, and those of its cells that are before `end`; so that rows are gone through one by one.
    #[inline]
    pub(crate) fn next_until(&mut self, end: usize) -> Option<(Run, Range<usize>)> {
        let run = *self.runs.first()?;
        let cells = self.start..run.end.min(end);
        if cells.is_empty() {
            return None;
        }
        self.start = cells.end;
        if cells.end == run.end {
            self.runs = &self.runs[1..];
        }
        Some((run, cells))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_come_back_from_runs(
            kinds in proptest::collection::vec((0u32..3, 0u8..3), 0..40),
            kept in 0usize..40,
            row in 1usize..9,
        ) {
            let mut cells = SheetCells::default();
            let pushed: Vec<SheetCell> = (0u32..)
                .zip(&kinds)
                .map(|(column, &(attributes, scale))| SheetCell { mantissa: i64::from(column) - 9, column, attributes, scale })
                .collect();
            pushed.iter().for_each(|cell| cells.push(*cell));
            prop_assert_eq!(cells.iter().collect::<Vec<_>>(), pushed.clone());
            for pair in cells.runs.windows(2) {
                prop_assert!(pair[0].end < pair[1].end);
                prop_assert_ne!((pair[0].attributes, pair[0].scale), (pair[1].attributes, pair[1].scale));
            }
            let kept = kept.min(pushed.len());
            cells.truncate(kept);
            prop_assert_eq!(cells.iter().collect::<Vec<_>>(), &pushed[..kept]);
            // Row by row: each part belongs to one run, and all of them are met in order.
            let (mut runs, mut met) = (cells.runs(), Vec::new());
            for end in (row..kept + row).step_by(row) {
                while let Some((run, part)) = runs.next_until(end) {
                    prop_assert!(part.end <= end);
                    met.extend(part.map(|index| (index, run.attributes, run.scale)));
                }
            }
            let wanted = pushed[..kept].iter().enumerate();
            let wanted: Vec<_> = wanted.map(|(index, cell)| (index, cell.attributes, cell.scale)).collect();
            prop_assert_eq!(met, wanted);
        }
    }
}
