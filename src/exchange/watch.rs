//! What is told while rows are read.

use std::ops::ControlFlow;

use super::{Outcome, Rejection};

/// How far the reading of a file has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The file, as it was named to the reader.
    pub file: &'a str,
    /// How many rows were read, without the header.
    pub rows: u64,
    /// How many bytes were read; what is read ahead is among them.
    pub bytes: u64,
    /// How many bytes there are, where it is known.
    pub bytes_total: Option<u64>,
}

/// What became of one figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Told<'a> {
    /// The file, as it was named to the reader.
    pub file: &'a str,
    /// The line, from 1 with the header.
    pub row: u64,
    /// The column of the figure, by its name in the header; none where the row could not be read at all.
    pub column: Option<&'a str>,
    /// What became of it, or why it was rejected.
    pub outcome: Result<Outcome, &'a Rejection>,
}

/// Who is told how reading goes, and may stop it. `()` listens to nothing, and a closure over [`Progress`] to that alone.
///
/// ```
/// use std::ops::ControlFlow;
/// use yearbook::exchange::{Progress, Told, Watch};
///
/// #[derive(Default)]
/// struct Revised(Vec<u64>);
///
/// impl Watch for Revised {
///     fn told(&mut self, told: &Told<'_>) {
///         if told.outcome == Ok(yearbook::exchange::Outcome::Revised) {
///             self.0.push(told.row);
///         }
///     }
/// }
///
/// fn takes(_: &mut impl Watch) {}
/// takes(&mut Revised::default());
/// takes(&mut |progress: &Progress<'_>| match progress.rows {
///     0..1_000_000 => ControlFlow::Continue(()),
///     _ => ControlFlow::Break(()),
/// });
/// ```
pub trait Watch {
    /// Called after every row. To break off is to read no further.
    fn progress(&mut self, progress: &Progress<'_>) -> ControlFlow<()> {
        let _ = progress;
        ControlFlow::Continue(())
    }

    /// Called for every figure, and for every row that cannot be read.
    fn told(&mut self, told: &Told<'_>) {
        let _ = told;
    }
}

impl Watch for () {}

impl<F: FnMut(&Progress<'_>) -> ControlFlow<()>> Watch for F {
    fn progress(&mut self, progress: &Progress<'_>) -> ControlFlow<()> {
        self(progress)
    }
}
