//! Writing what is said of the cells beside their numbers.

use super::super::marks::{Axis, index_bits, upper_bytes};
use super::super::rows::{as_u32, as_usize};
use crate::book::table::sheet::Sheet;
use crate::codec::bits::{bits_for, pack, push_number};

/// Writes what is said of the cells beside their numbers: the defaults that leave the fewest bits of exceptions.
pub(super) fn write_marks(sheet: &Sheet, columns: usize, header: &mut Vec<u8>, body: &mut Vec<u8>) {
    let attributes = sheet.attributes.len();
    let (rows, kinds) = (sheet.places.len(), index_bits(attributes));
    // Absences and ranges are always exceptions: a hole is never a default, and an upper end belongs to one cell.
    let plain: Vec<bool> = sheet
        .attributes
        .iter()
        .map(|one| !one.is_absent() && !one.is_range())
        .collect();
    let defaults = |axis: Axis| match axis {
        Axis::Table => common(sheet, &plain, 1, |_, _| 0),
        Axis::Column => common(sheet, &plain, columns, |_, column| column),
        Axis::Row => common(sheet, &plain, rows, |row, _| row),
    };
    let exception_bits = u64::from(kinds + index_bits(columns));
    let candidates = Axis::ALL.into_iter().map(|axis| {
        let (defaults, kept) = defaults(axis);
        let listed = if axis == Axis::Table {
            0
        } else {
            defaults.len() as u64
        };
        let bits = listed * u64::from(kinds) + (sheet.cells.len() - kept) as u64 * exception_bits;
        (bits, axis, defaults)
    });
    // One kind of attributes needs no search.
    let candidates = candidates.take(if attributes > 1 { Axis::ALL.len() } else { 1 });
    let Some((_, axis, defaults)) = candidates.min_by_key(|(bits, ..)| *bits) else {
        return;
    };
    let mut ends = Vec::with_capacity(rows);
    let mut exceptions: Vec<(u32, u32)> = Vec::new();
    let mut ranged = Vec::new();
    let mut uppers = sheet.uppers.iter().peekable();
    for row in 0..rows {
        for index in sheet.row(row) {
            let cell = &sheet.cells[index];
            let default = defaults[match axis {
                Axis::Table => 0,
                Axis::Column => as_usize(cell.column),
                Axis::Row => row,
            }];
            if plain[as_usize(cell.attributes)] && cell.attributes == default {
                continue;
            }
            if uppers.next_if(|(at, ..)| *at == index).is_some() {
                ranged.push(exceptions.len() as u64);
            }
            exceptions.push((cell.column, cell.attributes));
        }
        ends.push(exceptions.len() as u64);
    }
    header.push(match axis {
        Axis::Table => 0,
        Axis::Column => 1,
        Axis::Row => 2,
    });
    if axis == Axis::Table {
        push_number(header, defaults.first().copied().unwrap_or(0).into());
    } else {
        body.extend(pack(defaults.iter().map(|&kind| kind.into()), kinds));
    }
    push_number(header, exceptions.len() as u64);
    push_number(header, sheet.uppers.len() as u64);
    if !exceptions.is_empty() {
        let count = exceptions.len() as u64;
        body.extend(pack(ends, bits_for(count)));
        body.extend(pack(
            exceptions.iter().map(|&(column, _)| column.into()),
            index_bits(columns),
        ));
        body.extend(pack(exceptions.iter().map(|&(_, kind)| kind.into()), kinds));
    }
    body.extend(pack(ranged, index_bits(exceptions.len())));
    for &(_, value, precision) in &sheet.uppers {
        body.extend(upper_bytes(value, precision));
    }
}

/// The most common attributes in each of `count` classes of cells, the first of those that are equally common, and how many
/// cells have them.
fn common(
    sheet: &Sheet,
    plain: &[bool],
    count: usize,
    class: impl Fn(usize, usize) -> usize,
) -> (Vec<u32>, usize) {
    /// Kinds that are counted in a table; more are counted in a map.
    const COUNTED_MAX: usize = 1 << 22;
    let kinds = plain.len();
    let mut best = vec![(0u32, 0u32); count];
    let mut tell = |class: usize, kind: u32, cells: u32| {
        let (most, known) = &mut best[class];
        if cells > *known || cells == *known && kind < *most {
            (*most, *known) = (kind, cells);
        }
    };
    let counted = |mut see: Box<dyn FnMut(usize, u32) + '_>| {
        for row in 0..sheet.places.len() {
            for cell in &sheet.cells[sheet.row(row)] {
                if plain[as_usize(cell.attributes)] {
                    see(class(row, as_usize(cell.column)), cell.attributes);
                }
            }
        }
    };
    if count.saturating_mul(kinds) <= COUNTED_MAX {
        let mut cells = vec![0u32; count * kinds];
        counted(Box::new(|class, kind| {
            cells[class * kinds + as_usize(kind)] += 1;
        }));
        for (at, &cells) in cells.iter().enumerate().filter(|(_, cells)| **cells > 0) {
            tell(at / kinds, as_u32(at % kinds), cells);
        }
    } else {
        let mut cells = std::collections::BTreeMap::new();
        counted(Box::new(|class, kind| {
            *cells.entry((class, kind)).or_insert(0u32) += 1;
        }));
        for ((class, kind), cells) in cells {
            tell(class, kind, cells);
        }
    }
    let kept = best.iter().map(|&(_, cells)| as_usize(cells)).sum();
    (best.into_iter().map(|(kind, _)| kind).collect(), kept)
}
