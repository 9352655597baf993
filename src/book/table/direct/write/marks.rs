//! Writing what is said of the cells beside their numbers.

use super::super::marks::{Axis, index_bits, upper_bytes};
use super::kinds::{Defaults, Kinds};
use crate::book::table::sheet::Sheet;
use crate::codec::bits::{bits_for, pack, push_number};

/// Writes what is said of the cells beside their numbers: the defaults that leave the fewest bits of exceptions.
pub(super) fn write_marks(
    sheet: &Sheet,
    kinds: &Kinds,
    columns: usize,
    header: &mut Vec<u8>,
    body: &mut Vec<u8>,
) {
    let kind_bits = index_bits(kinds.listed.len());
    let Some((defaults, kept)) = choose(sheet, kinds, kind_bits, columns) else {
        return;
    };
    let exceptions = if kept == sheet.cells.len() {
        Exceptions::default()
    } else {
        Exceptions::of(sheet, kinds, &defaults)
    };
    header.push(match defaults.axis {
        Axis::Table => 0,
        Axis::Column => 1,
        Axis::Row => 2,
    });
    if defaults.axis == Axis::Table {
        push_number(
            header,
            defaults.numbers.first().copied().unwrap_or(0).into(),
        );
    } else {
        body.extend(pack(numbers(&defaults.numbers), kind_bits));
    }
    let count = exceptions.columns.len();
    push_number(header, count as u64);
    push_number(header, sheet.uppers.len() as u64);
    if count > 0 {
        body.extend(pack(exceptions.ends, bits_for(count as u64)));
        body.extend(pack(numbers(&exceptions.columns), index_bits(columns)));
        body.extend(pack(numbers(&exceptions.kinds), kind_bits));
    }
    body.extend(pack(exceptions.ranged, index_bits(count)));
    for &(_, value, precision) in &sheet.uppers {
        body.extend(upper_bytes(value, precision));
    }
}

fn numbers(numbers: &[u32]) -> impl Iterator<Item = u64> {
    numbers.iter().map(|&number| number.into())
}

/// The defaults that take the fewest bits with their exceptions, and how many cells are none.
fn choose(
    sheet: &Sheet,
    kinds: &Kinds,
    kind_bits: u32,
    columns: usize,
) -> Option<(Defaults, usize)> {
    let exception_bits = u64::from(kind_bits + index_bits(columns));
    let candidates = Axis::ALL.into_iter().map(|axis| {
        let (defaults, kept) = kinds.defaults(axis);
        let listed = match axis {
            Axis::Table => 0,
            _ => defaults.numbers.len() as u64,
        };
        let exceptions = (sheet.cells.len() - kept) as u64;
        let bits = listed * u64::from(kind_bits) + exceptions * exception_bits;
        (bits, (defaults, kept))
    });
    // One kind of attributes needs no search.
    let several = kinds.listed.len() > 1;
    let candidates = candidates.take(if several { Axis::ALL.len() } else { 1 });
    let best = candidates.min_by_key(|(bits, _)| *bits);
    best.map(|(_, chosen)| chosen)
}

/// The cells that have something else than their default.
#[derive(Default)]
struct Exceptions {
    /// For each row how many there are up to its end.
    ends: Vec<u64>,
    columns: Vec<u32>,
    /// The numbers of their kinds.
    kinds: Vec<u32>,
    /// Which of them are ranges.
    ranged: Vec<u64>,
}

impl Exceptions {
    fn of(sheet: &Sheet, kinds: &Kinds, defaults: &Defaults) -> Self {
        let mut exceptions = Self::default();
        let mut uppers = sheet.uppers.iter().peekable();
        let mut runs = sheet.cells.runs();
        for (row, &end) in sheet.ends.iter().enumerate() {
            while let Some((run, cells)) = runs.next_until(end) {
                let columns = &sheet.cells.columns[cells.clone()];
                for own in defaults.exceptions(row, run.attributes, columns) {
                    let number = exceptions.columns.len() as u64;
                    let index = cells.start + own;
                    if uppers.next_if(|(at, ..)| *at == index).is_some() {
                        exceptions.ranged.push(number);
                    }
                    exceptions.columns.push(columns[own]);
                    exceptions.kinds.push(kinds.number(run.attributes));
                }
            }
            exceptions.ends.push(exceptions.columns.len() as u64);
        }
        exceptions
    }
}
