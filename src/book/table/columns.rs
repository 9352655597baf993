//! The columns of a table: its periods in order, and the way from a period to its column.

use crate::model::Period;

/// Periods in order. Tables of the same periods share one of these.
#[derive(Debug)]
pub(crate) struct Columns {
    periods: Box<[Period]>,
    /// An open hash table of the periods' keys and their columns, half of it empty; nothing if keys were chosen to collide.
    slots: Box<[(u64, u32)]>,
    shift: u32,
}

/// A slot with no period: no period has the key 0.
const FREE: (u64, u32) = (0, 0);
/// 2^64 divided by the golden ratio: spreads keys that follow each other.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
/// Slots that are tried for one period: periods that nobody chose to collide need a few.
const PROBES_MAX: usize = 64;

impl Columns {
    /// Over periods in order; there are fewer than 2^32.
    pub(crate) fn new(periods: Vec<Period>) -> Self {
        let size = (periods.len() * 2).next_power_of_two().max(2);
        let mut slots = vec![FREE; size];
        let shift = u64::BITS - size.ilog2();
        'periods: for (column, period) in (0u32..).zip(&periods) {
            let key = period.key();
            let first = start(key, shift);
            for at in (first..first + PROBES_MAX).map(|at| at & (size - 1)) {
                if slots[at] == FREE {
                    slots[at] = (key, column);
                    continue 'periods;
                }
            }
            slots.clear();
            break;
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
            let Some(&(other, column)) = self.slots.get(at) else {
                return self.search(period);
            };
            if other == key {
                return Some(column);
            }
            if other == FREE.0 {
                return None;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    #[cold]
    fn search(&self, period: Period) -> Option<u32> {
        let column = self.periods.binary_search(&period).ok()?;
        u32::try_from(column).ok()
    }

    /// The columns of the periods from one to another, both included, by the order of periods: from 2012 on is not 2012-01, which ends
    /// earlier.
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
        for other in [
            "2023-Q1",
            "1998-12",
            "2025",
            "2023-01-01",
            "0001",
            "9999-12-31",
        ] {
            assert_eq!(columns.find(other.parse().unwrap()), None, "{other}");
        }
        assert_eq!(columns.periods(), periods);
        assert!(!columns.slots.is_empty());
        assert_eq!(Columns::new(Vec::new()).find(periods[0]), None);
        assert_eq!(Columns::new(vec![periods[0]]).find(periods[0]), Some(0));
    }

    /// Every day of ten lifetimes is found without a search.
    #[test]
    fn regular_periods_do_not_collide() {
        let first = Period::from_to("1000-01-01".parse().unwrap(), "1000-01-01".parse().unwrap());
        let last = "1999-12-31".parse().unwrap();
        let days: Vec<Period> = first.unwrap().through(last).unwrap().collect();
        let columns = Columns::new(days.clone());
        assert!(!columns.slots.is_empty());
        assert_eq!(columns.find(days[300_000]), Some(300_000));
    }

    #[test]
    fn periods_chosen_to_collide_are_found_too() {
        let day: Period = "2001-01-01".parse().unwrap();
        let days: Vec<Period> = day
            .through("2030-12-31".parse().unwrap())
            .unwrap()
            .collect();
        let spans = days.iter().flat_map(|first| {
            let days = days.iter().filter(move |last| *last > first);
            days.map(|last| Period::from_to(*first, *last).unwrap())
        });
        // Of all spans those that begin at the same slot of 512.
        let mut same: Vec<Period> = spans
            .filter(|span| start(span.key(), u64::BITS - 9) == 7)
            .take(200)
            .collect();
        same.sort_unstable();
        let columns = Columns::new(same.clone());
        assert!(columns.slots.is_empty());
        for (column, period) in (0u32..).zip(&same) {
            assert_eq!(columns.find(*period), Some(column), "{period}");
        }
        assert_eq!(columns.find(day), None);
    }
}
