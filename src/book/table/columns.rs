//! The columns of a table: its periods in order, and the way from a period to its column.

use crate::model::Period;

/// Periods in order. Tables of the same periods share one of these.
#[derive(Debug)]
pub(crate) struct Columns {
    periods: Box<[Period]>,
    /// An open hash table of the periods' keys and their columns, half of it empty.
    slots: Box<[(u64, u32)]>,
    shift: u32,
}

/// A slot with no period: no period has the key 0.
const FREE: (u64, u32) = (0, 0);
/// 2^64 divided by the golden ratio: spreads keys that follow each other.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Columns {
    /// Over periods in order; there are fewer than 2^32.
    pub(crate) fn new(periods: Vec<Period>) -> Self {
        let size = (periods.len() * 2).next_power_of_two().max(2);
        let mut slots = vec![FREE; size];
        let shift = u64::BITS - size.ilog2();
        for (column, period) in (0u32..).zip(&periods) {
            let key = period.key();
            let mut at = start(key, shift);
            while slots[at] != FREE {
                at = (at + 1) & (size - 1);
            }
            slots[at] = (key, column);
        }
        Self {
            periods: periods.into(),
            slots: slots.into(),
            shift,
        }
    }

    pub(crate) fn periods(&self) -> &[Period] {
        &self.periods
    }

    /// The column of a period.
    #[inline]
    pub(crate) fn find(&self, period: Period) -> Option<u32> {
        let key = period.key();
        let mut at = start(key, self.shift);
        loop {
            let &(other, column) = self.slots.get(at)?;
            if other == key {
                return Some(column);
            }
            if other == FREE.0 {
                return None;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// The columns of the periods that begin no earlier than `first` does and end no later than `last` does, by the order of periods.
    pub(crate) fn between(&self, first: Period, last: Period) -> std::ops::Range<u32> {
        let before = |end: usize| u32::try_from(end).unwrap_or(u32::MAX);
        let start = self.periods.partition_point(|period| *period < first);
        let end = self.periods.partition_point(|period| *period <= last);
        before(start)..before(end.max(start))
    }
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a few bits are left")]
fn start(key: u64, shift: u32) -> usize {
    (key.wrapping_mul(SPREAD) >> shift) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_found() {
        let mut periods: Vec<Period> = Period::month(1999, 1)
            .unwrap()
            .through(Period::month(2024, 12).unwrap())
            .unwrap()
            .collect();
        periods.extend((1999..2025).map(|year| Period::year(year).unwrap()));
        periods.push("2020-12-01/2022-06-30".parse().unwrap());
        periods.sort_unstable();
        let columns = Columns::new(periods.clone());
        for (column, period) in (0u32..).zip(&periods) {
            assert_eq!(columns.find(*period), Some(column), "{period}");
        }
        for other in ["2023-Q1", "1998-12", "2025", "2023-01-01", "0001", "9999-12-31"] {
            assert_eq!(columns.find(other.parse().unwrap()), None, "{other}");
        }
        assert_eq!(columns.periods(), periods);
        assert_eq!(Columns::new(Vec::new()).find(periods[0]), None);
        assert_eq!(Columns::new(vec![periods[0]]).find(periods[0]), Some(0));
    }
}
