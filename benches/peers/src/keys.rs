//! The keys that all stores are asked for, drawn once a workload.

use std::collections::BTreeSet;

use crate::store::Keys;
use crate::workload::{CellKey, Seeded, Workload};

/// How many keys of each kind there are.
pub const HITS: usize = 1 << 19;
/// Keys of rows.
pub const ROWS: usize = 1 << 12;
/// Keys of columns.
pub const COLUMNS: usize = 1 << 8;

/// Draws the keys, evenly over the cells that are there, and over the slots that are not.
pub fn draw(workload: &Workload) -> Keys {
    let mut seeded = Seeded::new(4);
    let mut hits = Vec::new();
    let mut misses = Vec::new();
    while hits.len() < 3 * HITS || misses.len() < 3 * HITS {
        let key = any(workload, &mut seeded);
        // A row is dear to make again: take the month that was drawn, and no more of it.
        let into = match workload.cell(key) {
            Some(_) => &mut hits,
            None => &mut misses,
        };
        if into.len() < 3 * HITS {
            into.push(key);
        }
    }
    let hit_pairs = hits.split_off(HITS);
    let miss_pairs = misses.split_off(HITS);
    let rows = hit_pairs.iter().step_by(2).take(ROWS).copied().collect();
    // A column is a table and a period: few, so each is drawn once while there are enough of them.
    let mut columns = Vec::new();
    let mut drawn = BTreeSet::new();
    let slots = usize::from(workload.tables) * usize::from(workload.periods);
    while columns.len() < COLUMNS {
        let key = any(workload, &mut seeded);
        if drawn.insert((key.table, key.period)) || drawn.len() == slots {
            columns.push(key);
        }
    }
    Keys {
        hits,
        hit_pairs,
        misses,
        miss_pairs,
        rows,
        columns,
    }
}

fn any(workload: &Workload, seeded: &mut Seeded) -> CellKey {
    let below = |seeded: &mut Seeded, limit: u16| {
        u16::try_from(seeded.below32(u32::from(limit))).unwrap_or(0)
    };
    CellKey {
        table: below(seeded, workload.tables),
        place: seeded.below32(workload.places),
        period: below(seeded, workload.periods),
    }
}
