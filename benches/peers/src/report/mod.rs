//! What was measured, as Markdown that reads well on a terminal too.

mod targets;

use std::fmt::Write as _;

use crate::measure::{Measured, Run};
use crate::store::{Class, MANY, Question};

/// What the other stores are compared with.
pub const BASE: &str = "hashbrown + foldhash";

/// The whole report.
pub fn write(runs: &[Run]) -> String {
    let mut text = String::new();
    for run in runs {
        about(&mut text, run);
        lookups(&mut text, run);
        ratios(&mut text, run);
        sizes(&mut text, run);
    }
    targets::write(&mut text, runs);
    holds(&mut text, runs);
    text
}

impl Run {
    /// A store by its name.
    pub fn store(&self, name: &str) -> Option<&Measured> {
        self.stores.iter().find(|store| store.name == name)
    }
}

impl Measured {
    /// The time for one of a question, in nanoseconds.
    pub fn ns(&self, question: Question) -> Option<f64> {
        self.answer_ns.get(&question).copied()
    }
}

fn about(text: &mut String, run: &Run) {
    let line = |text: &mut String, line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    line(text, format!("## {}: {} cells\n", run.label, run.cells));
    let shape = run.shape;
    line(
        text,
        format!(
            "{} tables × {} places × {} periods; medians of {} rounds, all stores in turn in each.",
            shape.tables, shape.places, shape.periods, run.rounds
        ),
    );
    if let Some(bytes) = run.entropy {
        let parts = &run.entropy_parts;
        line(text, format!("Entropy: {bytes:.3} bytes a cell ({parts})."));
    }
    let limits = run.limits;
    line(
        text,
        format!(
            "The machine at 1 GiB: a dependent load {:.0} ns, an independent one {:.1} ns, {:.1} GB/s read in order.\n",
            limits.dependent_ns, limits.independent_ns, limits.gigabytes_a_second
        ),
    );
}

fn lookups(text: &mut String, run: &Run) {
    let mut rows = vec![heading(&["store"], &Question::ALL.map(Question::name))];
    for store in asked(run) {
        let mut row = vec![store.name.to_string()];
        row.extend(Question::ALL.map(|question| store.ns(question).map_or_else(dash, time)));
        rows.push(row);
    }
    let what = format!(
        "Time for one key (get_many: {MANY} keys a call), one row, one column, one cell of a scan:"
    );
    table(text, &what, &rows);
}

fn ratios(text: &mut String, run: &Run) {
    let Some(base) = run.store(BASE) else {
        return;
    };
    let mut rows = vec![heading(&["store"], &Question::ALL.map(Question::name))];
    rows[0].push("build".to_string());
    for store in asked(run) {
        let mut row = vec![store.name.to_string()];
        row.extend(Question::ALL.map(|question| {
            let times = base.ns(question).zip(store.ns(question));
            times.map_or_else(dash, |(base, own)| times_as(base / own))
        }));
        row.push(times_as(base.build_ns / store.build_ns));
        rows.push(row);
    }
    table(text, &format!("Times as fast as {BASE}:"), &rows);
}

fn sizes(text: &mut String, run: &Run) {
    let titles = [
        "store",
        "memory, B/cell",
        "peak of building",
        "file, B/cell",
        "without names",
        "build, ns/cell",
        "builds",
        "save, ns/cell",
        "open, warm",
        "open, cold",
    ];
    let mut rows = vec![heading(&titles, &[])];
    let bytes = |bytes: f64| format!("{bytes:.3}");
    for store in &run.stores {
        let seconds = |seconds: f64| time(seconds * 1e9);
        rows.push(vec![
            store.name.to_string(),
            store.memory_bytes.map_or_else(dash, bytes),
            bytes(store.peak_bytes),
            store.disk_bytes.map_or_else(dash, bytes),
            store.disk_bytes_nameless.map_or_else(dash, bytes),
            format!("{:.1}", store.build_ns),
            store.builds.to_string(),
            store.save_ns.map_or_else(dash, |ns| format!("{ns:.1}")),
            store.open_warm.map_or_else(dash, seconds),
            store.open_cold.map_or_else(dash, seconds),
        ]);
    }
    let what = "Sizes, building, and opening to the first answer:";
    table(text, what, &rows);
}

fn holds(text: &mut String, runs: &[Run]) {
    let mut seen: Vec<&Measured> = Vec::new();
    for store in runs.iter().flat_map(|run| &run.stores) {
        if !seen.iter().any(|known| known.name == store.name) {
            seen.push(store);
        }
    }
    text.push_str("## What a cell holds\n\n");
    for store in seen {
        let _ = writeln!(text, "- **{}**: {}.", store.name, store.holds);
    }
}

/// The stores that answer questions.
fn asked(run: &Run) -> impl Iterator<Item = &Measured> {
    run.stores.iter().filter(|store| store.class != Class::File)
}

fn heading(first: &[&str], more: &[&str]) -> Vec<String> {
    let titles = first.iter().chain(more);
    titles.map(ToString::to_string).collect()
}

fn dash() -> String {
    "–".to_string()
}

/// A time with three digits and its unit.
pub fn time(ns: f64) -> String {
    let (value, unit) = match ns {
        ns if ns < 1e3 => (ns, "ns"),
        ns if ns < 1e6 => (ns / 1e3, "µs"),
        ns if ns < 1e9 => (ns / 1e6, "ms"),
        ns => (ns / 1e9, "s"),
    };
    format!("{} {unit}", digits(value))
}

fn times_as(ratio: f64) -> String {
    format!("{}×", digits(ratio))
}

/// A number with three digits that count.
pub fn digits(value: f64) -> String {
    match value {
        value if value < 1.0 => format!("{value:.3}"),
        value if value < 10.0 => format!("{value:.2}"),
        value if value < 100.0 => format!("{value:.1}"),
        value => format!("{value:.0}"),
    }
}

/// A table of Markdown, its columns padded for a terminal.
pub fn table(text: &mut String, what: &str, rows: &[Vec<String>]) {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    text.push_str(what);
    text.push_str("\n\n");
    for (number, row) in rows.iter().enumerate() {
        text.push('|');
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let _ = match column {
                0 => write!(text, " {cell:<width$} |"),
                _ => write!(text, " {cell:>width$} |"),
            };
        }
        text.push('\n');
        if number == 0 {
            text.push('|');
            for (column, width) in widths.iter().enumerate() {
                let dashes = "-".repeat(*width + 1);
                text.push_str(&dashes);
                text.push_str(if column == 0 { "-|" } else { ":|" });
            }
            text.push('\n');
        }
    }
    text.push('\n');
}
