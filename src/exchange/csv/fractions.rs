//! Fractions where percentages are meant: a spreadsheet keeps 93.94% as 0.9394.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::model::IndicatorCode;

/// So many of one indicator are remembered until the file is read.
const KEPT_MAX: usize = 100;

/// The bare numbers of a file that were read as percentages, by indicator.
#[derive(Debug, Default)]
pub(super) struct Fractions {
    seen: BTreeMap<IndicatorCode, Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// Not more than one percent, and not zero.
    small_count: u64,
    /// More than one percent.
    any_larger: bool,
    first: Vec<Small>,
}

#[derive(Debug)]
struct Small {
    row: u64,
    column: String,
    value: Decimal,
    suspicious: bool,
}

impl Fractions {
    /// Notes a level in percent that was printed without a sign of its own; `share` if its indicator is a part of a whole.
    pub(super) fn note(
        &mut self,
        indicator: &IndicatorCode,
        share: bool,
        row: u64,
        column: &str,
        value: Decimal,
    ) {
        if value.is_zero() {
            return;
        }
        let seen = match self.seen.get_mut(indicator) {
            Some(seen) => seen,
            None => self.seen.entry(indicator.clone()).or_default(),
        };
        if value.abs() > Decimal::ONE {
            seen.any_larger = true;
            return;
        }
        seen.small_count += 1;
        if seen.first.len() < KEPT_MAX {
            seen.first.push(Small {
                row,
                column: column.to_string(),
                value,
                // Percentages are seldom printed to more than two places.
                suspicious: share || value.scale() > 2,
            });
        }
    }

    /// Says what is suspicious: all that an indicator has, or those that stand among larger ones.
    pub(super) fn report(self, mut warn: impl FnMut(u64, String)) {
        for (indicator, seen) in self.seen {
            let Some(first) = seen.first.first() else {
                continue;
            };
            if !seen.any_larger && seen.small_count > 1 {
                warn(
                    first.row,
                    format!(
                        "all {} figures of {indicator} in percent lie between 0 and 1, as {} in column {}: if they are fractions, format the column as a percentage and import it again ({})",
                        seen.small_count,
                        first.value,
                        first.column,
                        as_percent(first.value),
                    ),
                );
                continue;
            }
            for small in seen.first {
                if small.suspicious {
                    warn(
                        small.row,
                        format!(
                            "column {}: {} of {indicator} was read as {}%: if it is a fraction, write {}",
                            small.column,
                            small.value,
                            small.value,
                            as_percent(small.value),
                        ),
                    );
                }
            }
        }
    }
}

fn as_percent(fraction: Decimal) -> String {
    let percent = fraction.checked_mul(Decimal::ONE_HUNDRED);
    percent.map_or_else(
        || "a hundred times as much".to_string(),
        |percent| format!("{}%", percent.normalize()),
    )
}
