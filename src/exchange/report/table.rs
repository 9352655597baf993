//! A report as people read it: the counts, then the rows that want something done.

use std::fmt;

use unicode_width::UnicodeWidthStr;

use super::{Rejection, Report};
use crate::error::excerpt;

/// So many rejections are shown unless more are asked for.
const SHOWN_MAX: usize = 20;

/// A [`Report`] as a table: the counts at the top, then a line for each rejection, and what to do about it where its message
/// does not say; then the warnings. Columns are aligned by the width of what stands in them, Chinese too.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    report: &'a Report,
    rows_max: usize,
}

impl<'a> Table<'a> {
    pub(super) fn new(report: &'a Report, rows_max: usize) -> Self {
        Self { report, rows_max }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows_max = if f.alternate() { usize::MAX } else { SHOWN_MAX };
        self.table(rows_max).fmt(f)
    }
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = self.report;
        let plural = |count: u64| if count == 1 { "" } else { "s" };
        write!(
            f,
            "{} row{}: {} accepted",
            report.rows,
            plural(report.rows),
            report.accepted
        )?;
        for (count, what) in [
            (report.unchanged, "unchanged"),
            (report.revised, "revised"),
            (report.set_aside, "set aside"),
            (report.blank, "blank"),
        ] {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        write!(f, ", {} rejected", report.rejected_count)?;
        if report.warning_count > 0 {
            write!(
                f,
                "; {} warning{}",
                report.warning_count,
                plural(report.warning_count)
            )?;
        }
        if let Some(stopped) = &report.stopped {
            write!(f, "; stopped after row {} of {}", stopped.row, stopped.file)?;
        }
        self.rejections(f)?;
        let warnings = report
            .warnings
            .get(..self.rows_max)
            .unwrap_or(&report.warnings);
        for warning in warnings {
            write!(f, "\nwarning: {warning}")?;
        }
        more(f, report.warning_count, warnings.len(), "warnings")
    }
}

impl Table<'_> {
    fn rejections(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = &self.report.rejected;
        let shown = all.get(..self.rows_max).unwrap_or(all);
        let lines: Vec<[String; 4]> = shown.iter().map(cells).collect();
        let head = ["file", "row", "column", "value"].map(String::from);
        let mut widths = head.each_ref().map(|cell| cell.width());
        for line in &lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = cell.width().max(*width);
            }
        }
        let line = |f: &mut fmt::Formatter<'_>, cells: &[String; 4]| {
            f.write_str("\n  ")?;
            for (at, (cell, width)) in cells.iter().zip(widths).enumerate() {
                let space = " ".repeat(width.saturating_sub(cell.width()));
                // The numbers of rows stand at the right.
                match at {
                    1 => write!(f, "{space}{cell}  ")?,
                    _ => write!(f, "{cell}{space}  ")?,
                }
            }
            Ok(())
        };
        if !lines.is_empty() {
            line(f, &head)?;
            f.write_str("why, and what to do")?;
        }
        let indent = " ".repeat(widths.iter().sum::<usize>() + 2 * 5);
        for (cells, rejection) in lines.iter().zip(shown) {
            line(f, cells)?;
            f.write_str(&rejection.message)?;
            if !rejection.message.contains(&rejection.hint) {
                write!(f, "\n{indent}→ {}", rejection.hint)?;
            }
        }
        more(f, self.report.rejected_count, shown.len(), "rejections")
    }
}

/// Where a rejection stands.
fn cells(rejection: &Rejection) -> [String; 4] {
    // One line a rejection, whatever stood in the cell.
    let value = rejection.value.as_deref().unwrap_or_default();
    let value: String = excerpt(value)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    [
        rejection.file.clone().unwrap_or_default(),
        rejection.row.map(|row| row.to_string()).unwrap_or_default(),
        rejection.column.clone().unwrap_or_default(),
        value,
    ]
}

fn more(f: &mut fmt::Formatter<'_>, all: u64, shown: usize, what: &str) -> fmt::Result {
    match all.saturating_sub(u64::try_from(shown).unwrap_or(u64::MAX)) {
        0 => Ok(()),
        more => write!(f, "\n  … and {more} more {what}"),
    }
}
