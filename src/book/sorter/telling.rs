//! Telling how far a sorter has come, and stopping where one is told to.

use std::ops::ControlFlow;

use super::held::{Key, Sorted};
use crate::error::{Error, ErrorKind, Result};

/// How far the writing of a sorter's book has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Merged {
    /// Cells that were taken in their order.
    pub cells: u64,
    /// Cells to be taken: each once, and once more for each time that neighbouring runs are merged to longer ones first.
    pub cells_total: u64,
}

/// After so many cells, and after the last, it is told how far it has come: some milliseconds each.
const EVERY: u64 = 1 << 14;

/// Who is told.
pub(super) struct Telling<'a> {
    merged: Merged,
    visit: &'a mut dyn FnMut(Merged) -> ControlFlow<()>,
}

impl<'a> Telling<'a> {
    /// Nothing yet of so many cells.
    pub(super) fn of(
        cells_total: u64,
        visit: &'a mut dyn FnMut(Merged) -> ControlFlow<()>,
    ) -> Self {
        let cells = 0;
        Self {
            merged: Merged { cells, cells_total },
            visit,
        }
    }

    fn one_more(&mut self) -> Result<()> {
        self.merged.cells += 1;
        let Merged { cells, cells_total } = self.merged;
        let is_told = cells.is_multiple_of(EVERY) || cells == cells_total;
        if is_told && (self.visit)(self.merged).is_break() {
            return Err(Error::new(
                ErrorKind::Stopped,
                format!("sorting was stopped after {cells} of {cells_total} cells"),
            ));
        }
        Ok(())
    }
}

/// Sorted cells, of each of which someone is told.
pub(super) struct Told<'a, 't, S> {
    pub(super) cells: S,
    pub(super) telling: &'a mut Telling<'t>,
}

impl<S: Sorted> Sorted for Told<'_, '_, S> {
    fn next(&mut self) -> Result<Option<(Key, &[u8])>> {
        let cell = self.cells.next()?;
        if cell.is_some() {
            self.telling.one_more()?;
        }
        Ok(cell)
    }
}
