//! The columns of a table: its periods in order, and the way from a period to its column.

use std::sync::Arc;

use super::Detour;
use crate::model::Period;

/// Periods in order; cheap to clone. Tables of the same periods share what it holds.
///
/// A period is found in one place or nowhere, without a search whose length a processor would have to guess. Where periods are few, a multiplier is
/// sought that takes each to a slot of its own. Of many, or where none is found, keys fall into buckets, and each bucket has a displacement that takes
/// its keys to slots of their own. Periods that were chosen to fall into one bucket are searched by halves.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    few: Few,
    rest: Arc<Rest>,
}

#[derive(Debug)]
struct Rest {
    periods: Box<[Period]>,
    many: Many,
}

/// The columns of few periods by the upper bits of a product; no slots where there are many.
#[derive(Clone, Debug, Default)]
struct Few {
    /// The key of a period above its column, so that one number tells both; 0 where there is no period.
    slots: Arc<[u64]>,
    multiplier: u64,
    shift: u32,
}

/// The columns of many periods; no slots where there are few, or where they were chosen to collide.
#[derive(Debug, Default)]
struct Many {
    /// By bucket.
    displacements: Box<[u32]>,
    /// Keys and their columns; a power of two of them, half or more of them free.
    slots: Box<[(u64, u32)]>,
    bucket_shift: u32,
}

/// The most periods that are few: a column has [`COLUMN_BITS`] in a slot.
const FEW: usize = 1 << COLUMN_BITS;
/// The bits of a column of few, beside the 49 of a key.
const COLUMN_BITS: u32 = 12;
/// Slots for each of few periods: at first, and then.
const FEW_SLOTS: [usize; 4] = [2, 4, 8, 16];
/// Multipliers that are tried for each size, after the one that keeps the order.
const MULTIPLIERS: u64 = 128;
/// A slot with no period: no period has the key 0.
const FREE: (u64, u32) = (0, 0);
/// 2^64 divided by the golden ratio: spreads keys that follow each other.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
/// Keys of a bucket, on average.
const BUCKET_KEYS: usize = 3;
/// Displacements that are tried for a bucket before the slots are doubled.
const TRIES: u32 = 1 << 12;

impl Columns {
    /// Over periods in order; there are fewer than 2^32.
    pub(crate) fn new(periods: Vec<Period>) -> Self {
        let (few, many) = match Few::of(&periods) {
            Some(few) => (few, Many::default()),
            None => (Few::default(), Many::of(&periods)),
        };
        let rest = Rest {
            periods: periods.into(),
            many,
        };
        Self {
            few,
            rest: rest.into(),
        }
    }

    pub(crate) fn periods(&self) -> &[Period] {
        &self.rest.periods
    }

    /// The column of a period.
    #[inline(always)]
    pub(crate) fn find(&self, period: Period) -> Option<u32> {
        self.find_shortly(period)
            .unwrap_or_else(|Detour| self.find_of_many(period))
    }

    /// The column of a period, where there are few.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "of few")]
    pub(super) fn find_shortly(&self, period: Period) -> Result<Option<u32>, Detour> {
        let slot = self.few.slot(period).ok_or(Detour)?;
        // What is left of the slot of another period is some of its key, and no column.
        let column = slot ^ period.key() << COLUMN_BITS;
        Ok((column < FEW as u64).then_some(column as u32))
    }

    #[cold]
    #[inline(never)]
    fn find_of_many(&self, period: Period) -> Option<u32> {
        let Many {
            displacements,
            slots,
            bucket_shift,
        } = &self.rest.many;
        let key = period.key();
        let spread = spread(key);
        let Some(&displacement) = displacements.get(bucket(spread, *bucket_shift)) else {
            return self.search(period);
        };
        let (other, column) = *slots.get(slot(spread, displacement, slots.len()))?;
        (other == key).then_some(column)
    }

    #[cold]
    fn search(&self, period: Period) -> Option<u32> {
        let column = self.periods().binary_search(&period).ok()?;
        u32::try_from(column).ok()
    }

    /// The columns of the periods from one to another, both included, by the order of periods: from 2012 on is not 2012-01, which ends
    /// earlier.
    pub(crate) fn between(&self, first: Period, last: Period) -> std::ops::Range<u32> {
        let before = |end: usize| u32::try_from(end).unwrap_or(u32::MAX);
        let start = self.periods().partition_point(|period| *period < first);
        let end = self.periods().partition_point(|period| *period <= last);
        before(start)..before(end.max(start))
    }
}

impl Few {
    /// `None` if the periods are too many, or if no multiplier was found.
    fn of(periods: &[Period]) -> Option<Self> {
        if periods.len() > FEW {
            return None;
        }
        let next = periods.iter().skip(1);
        let gaps = periods.iter().zip(next);
        let gap = gaps
            .map(|(one, next)| next.key().saturating_sub(one.key()))
            .min();
        let gap = gap.unwrap_or(1).max(1);
        FEW_SLOTS.into_iter().find_map(|each| {
            let size = (periods.len() * each).next_power_of_two().max(2);
            let shift = u64::BITS - size.ilog2();
            let mut slots = vec![0; size];
            // Periods of one granularity lie about as far from each other: a slot for each gap, in their order.
            let in_order = (1u64 << shift).div_ceil(gap);
            let spread = (0..MULTIPLIERS).map(|number| SPREAD.wrapping_mul(2 * number + 1));
            let mut multipliers = std::iter::once(in_order).chain(spread);
            let multiplier =
                multipliers.find(|multiplier| fill(&mut slots, periods, *multiplier, shift))?;
            Some(Self {
                slots: slots.into(),
                multiplier,
                shift,
            })
        })
    }

    /// The slot of a period; `None` where there are no slots.
    #[inline(always)]
    fn slot(&self, period: Period) -> Option<&u64> {
        let slot = bucket(period.key().wrapping_mul(self.multiplier), self.shift);
        self.slots.get(slot)
    }
}

impl Many {
    fn of(periods: &[Period]) -> Self {
        let buckets = (periods.len() / BUCKET_KEYS).next_power_of_two().max(2);
        let bucket_shift = u64::BITS - buckets.ilog2();
        let mut members: Vec<(usize, Vec<(u64, u32)>)> =
            (0..buckets).map(|bucket| (bucket, Vec::new())).collect();
        for (column, period) in (0u32..).zip(periods) {
            let key = period.key();
            members[bucket(spread(key), bucket_shift)]
                .1
                .push((key, column));
        }
        // The fullest buckets first, while there is room.
        members.sort_by_key(|(bucket, keys)| (std::cmp::Reverse(keys.len()), *bucket));
        let size = (periods.len() * 2).next_power_of_two().max(2);
        let sizes = [size, size * 2, size * 4];
        let placed = sizes.into_iter().find_map(|size| place(&members, size));
        let (displacements, slots) = placed.unwrap_or_default();
        Self {
            displacements,
            slots,
            bucket_shift,
        }
    }
}

/// Fills free slots; leaves them free if two periods meet in one.
fn fill(slots: &mut [u64], periods: &[Period], multiplier: u64, shift: u32) -> bool {
    let slot_of = |period: &Period| bucket(period.key().wrapping_mul(multiplier), shift);
    for (period, column) in periods.iter().zip(0u32..) {
        let slot = &mut slots[slot_of(period)];
        if *slot != 0 {
            for period in &periods[..column as usize] {
                slots[slot_of(period)] = 0;
            }
            return false;
        }
        *slot = period.key() << COLUMN_BITS | u64::from(column);
    }
    true
}

/// Displacements by bucket, and slots.
type Placed = (Box<[u32]>, Box<[(u64, u32)]>);

/// Finds a displacement for each bucket; `None` if one has none among so many slots.
fn place(members: &[(usize, Vec<(u64, u32)>)], size: usize) -> Option<Placed> {
    let mut displacements = vec![0; members.len()];
    let mut slots = vec![FREE; size];
    for (bucket, keys) in members {
        let fits = |displacement: &u32| {
            let at = |(key, _): &(u64, u32)| slot(spread(*key), *displacement, size);
            keys.iter().enumerate().all(|(number, key)| {
                let own = at(key);
                slots[own] == FREE && keys[..number].iter().all(|other| at(other) != own)
            })
        };
        let displacement = (0..TRIES).find(fits)?;
        displacements[*bucket] = displacement;
        for (key, column) in keys {
            slots[slot(spread(*key), displacement, size)] = (*key, *column);
        }
    }
    Some((displacements.into(), slots.into()))
}

#[inline(always)]
fn spread(key: u64) -> u64 {
    key.wrapping_mul(SPREAD)
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "a few bits are left")]
fn bucket(spread: u64, shift: u32) -> usize {
    (spread >> shift) as usize
}

/// The slot of a key under a displacement, among a power of two of them.
#[inline(always)]
fn slot(spread: u64, displacement: u32, size: usize) -> usize {
    let moved = (spread ^ u64::from(displacement)).wrapping_mul(SPREAD);
    (moved >> 32) as usize & (size - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
        assert_eq!(Columns::new(Vec::new()).find(periods[0]), None);
        assert_eq!(Columns::new(vec![periods[0]]).find(periods[0]), Some(0));
    }

    #[test]
    fn few_periods_need_one_look() {
        let month: Period = "2010-01".parse().unwrap();
        let months = |last: &str| month.through(last.parse().unwrap()).unwrap().collect();
        let years = (1769..2025).map(|year| Period::year(year).unwrap());
        let day: Period = "2010-01-01".parse().unwrap();
        let days = |last: &str| day.through(last.parse().unwrap()).unwrap().collect();
        let sets: [Vec<Period>; 7] = [
            days("2011-01-09"),
            days("2021-03-18"),
            months("2010-01"),
            months("2010-12"),
            months("2014-12"),
            months("2019-12"),
            years.collect(),
        ];
        for periods in sets {
            let columns = Columns::new(periods.clone());
            // In their order, as they are of one granularity: else more slots would be wanted.
            let most = (periods.len() * 2).next_power_of_two();
            let slots = columns.few.slots.len();
            assert!((1..=most).contains(&slots), "{}: {slots}", periods.len());
            for (column, period) in (0u32..).zip(&periods) {
                assert_eq!(columns.find(*period), Some(column), "{period}");
            }
            for other in ["2010-Q1", "2009-12-31", "1768", "2025", "2022-01"] {
                assert_eq!(columns.find(other.parse().unwrap()), None, "{other}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_periods_are_found(
            spans in proptest::collection::btree_set((0u32..4000, 0u32..400), 0..300),
        ) {
            let start = "2011-03-01".parse::<Period>().unwrap().first_day();
            let day = |days: u32| start + chrono::Days::new(days.into());
            let span = |(first, length): (u32, u32)| Period::span(day(first), day(first + length));
            let mut periods: Vec<Period> = spans.iter().map(|span_of| span(*span_of).unwrap()).collect();
            periods.sort_unstable();
            let columns = Columns::new(periods.clone());
            for (column, period) in (0u32..).zip(&periods) {
                prop_assert_eq!(columns.find(*period), Some(column));
            }
            for other in (0..4000).step_by(37).map(|first| span((first, first % 401)).unwrap()) {
                let known = periods.binary_search(&other).ok();
                prop_assert_eq!(columns.find(other).map(|column| column as usize), known);
            }
        }
    }

    /// Every day of ten lifetimes is found without a search.
    #[test]
    fn regular_periods_do_not_collide() {
        let first = Period::from_to("1000-01-01".parse().unwrap(), "1000-01-01".parse().unwrap());
        let last = "1999-12-31".parse().unwrap();
        let days: Vec<Period> = first.unwrap().through(last).unwrap().collect();
        let columns = Columns::new(days.clone());
        assert!(!columns.rest.many.slots.is_empty());
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
        // Of all spans those that fall into one of the 1024 buckets that 2000 periods have.
        let mut same: Vec<Period> = spans
            .filter(|span| bucket(spread(span.key()), u64::BITS - 10) == 7)
            .take(2000)
            .collect();
        // One that is close to another: their order tells them apart in no number of slots.
        let (first, last) = (same[0].first_day(), same[0].last_day());
        same.push(Period::span(first, last + chrono::Days::new(1)).unwrap());
        same.sort_unstable();
        let columns = Columns::new(same.clone());
        assert!(columns.few.slots.is_empty() && columns.rest.many.slots.is_empty());
        for (column, period) in (0u32..).zip(&same) {
            assert_eq!(columns.find(*period), Some(column), "{period}");
        }
        assert_eq!(columns.find(day), None);
    }
}
