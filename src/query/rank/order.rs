//! Ranks by the printed figure, and the best and the worst that the true values allow.

use rust_decimal::Decimal;

use super::super::subject::Value;
use crate::model::{Bound, Certainty, Interval, Polarity};

/// A value that is compared: the higher is the better, whatever the polarity was.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    interval: Interval,
    /// The number that stands for the value, and whether the value is just below it (−1) or just above (1).
    shown: (Decimal, i8),
}

/// Where a place stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) rank: usize,
    pub(super) best: usize,
    pub(super) worst: usize,
}

impl Standing {
    pub(super) fn of(value: &Value, polarity: Polarity) -> Self {
        let (interval, printed) = match polarity {
            Polarity::Lower => (value.interval.neg(), value.value.map(|value| -value)),
            _ => (value.interval, value.value),
        };
        Self {
            interval,
            shown: shown(&interval, printed),
        }
    }
}

/// The printed number; the middle of a range; else the end that a bound names.
fn shown(interval: &Interval, printed: Option<Decimal>) -> (Decimal, i8) {
    if let Some(value) = printed {
        return (value, 0);
    }
    let above = |end: Bound| i8::from(matches!(end, Bound::Open(_)));
    match (interval.low(), interval.high()) {
        (low @ (Bound::Closed(value) | Bound::Open(value)), Bound::Unbounded) => {
            (value, above(low))
        }
        (Bound::Unbounded, high @ (Bound::Closed(value) | Bound::Open(value))) => {
            (value, -above(high))
        }
        (Bound::Closed(low) | Bound::Open(low), Bound::Closed(high) | Bound::Open(high)) => {
            // Half of each, as their sum may not fit.
            let half = |value: Decimal| value.checked_div(Decimal::TWO).unwrap_or(value);
            let middle = half(low).checked_add(half(high)).unwrap_or(low);
            (middle.clamp(low, high), 0)
        }
        (Bound::Unbounded, Bound::Unbounded) => (Decimal::ZERO, 0),
    }
}

/// The ranks of all, in the order they are given.
///
/// A rank is one more than how many are higher; the best possible, than how many certainly are; the worst, than how
/// many possibly are. Sorted ends make that three binary searches a place.
pub(super) fn ranks(standings: &[Standing]) -> Vec<Order> {
    let mut shown: Vec<(Decimal, i8)> = standings.iter().map(|one| one.shown).collect();
    shown.sort_unstable();
    let mut by_low: Vec<&Interval> = standings.iter().map(|one| &one.interval).collect();
    // `a` is less than `b` certainly: once true for a low end, it stays true for higher ones.
    by_low.sort_by_key(|interval| low_key(interval));
    let mut by_high: Vec<&Interval> = standings.iter().map(|one| &one.interval).collect();
    by_high.sort_by_key(|interval| high_key(interval));
    let count = standings.len();
    standings
        .iter()
        .map(|own| {
            let higher = count - shown.partition_point(|other| *other <= own.shown);
            let certainly = count
                - by_low
                    .partition_point(|other| own.interval.less_than(other) != Certainty::Certainly);
            let possibly = count
                - by_high.partition_point(|other| {
                    own.interval.less_than(other) == Certainty::CertainlyNot
                });
            // A value that is not known exactly is possibly less than itself, as far as its ends tell.
            let itself =
                usize::from(own.interval.less_than(&own.interval) != Certainty::CertainlyNot);
            Order {
                rank: higher + 1,
                best: certainly + 1,
                worst: possibly - itself + 1,
            }
        })
        .collect()
}

/// Low ends, from the one that lets most in.
fn low_key(interval: &Interval) -> (Option<Decimal>, bool) {
    let low = interval.low();
    (low.value(), matches!(low, Bound::Open(_)))
}

/// High ends, from the one that lets least in.
fn high_key(interval: &Interval) -> (bool, Option<Decimal>, bool) {
    let high = interval.high();
    let closed = matches!(high, Bound::Closed(_));
    (high.value().is_none(), high.value(), closed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn standing(interval: &str) -> Standing {
        let interval: Interval = interval.parse().unwrap();
        Standing {
            interval,
            shown: shown(&interval, interval.as_point()),
        }
    }

    fn orders(intervals: &[&str]) -> Vec<(usize, usize, usize)> {
        let standings: Vec<Standing> = intervals.iter().map(|text| standing(text)).collect();
        ranks(&standings)
            .into_iter()
            .map(|order| (order.rank, order.best, order.worst))
            .collect()
    }

    #[test]
    fn equals_share_a_rank_and_intervals_span_several() {
        assert_eq!(
            orders(&["[3, 3]", "[5, 5]", "[3, 3]", "[1, 1]"]),
            [(2, 2, 2), (1, 1, 1), (2, 2, 2), (4, 4, 4)]
        );
        assert_eq!(
            orders(&["[88, 90]", "[89, 91]", "[80, 81]"]),
            [(2, 1, 2), (1, 1, 2), (3, 3, 3)]
        );
        // Over 6万 is certainly more than 6万; what is only known to be at least 1 may be any.
        assert_eq!(
            orders(&["[60000, 60000]", "(60000, ∞)", "[1, ∞)"]),
            [(2, 2, 3), (1, 1, 2), (3, 1, 3)]
        );
        assert_eq!(orders(&[]), []);
        assert_eq!(orders(&["(-∞, ∞)"]), [(1, 1, 1)]);
    }

    /// An interval of small whole ends, open, closed or absent.
    fn any_interval() -> impl Strategy<Value = Interval> {
        (0i64..8, 0i64..4, 0..3u8, 0..3u8).prop_filter_map("empty", |(low, width, a, b)| {
            let end = |value: i64, how| match how {
                0 => Bound::Closed(Decimal::from(value)),
                1 => Bound::Open(Decimal::from(value)),
                _ => Bound::Unbounded,
            };
            Interval::new(end(low, a), end(low + width, b))
        })
    }

    proptest! {
        #[test]
        fn the_fast_count_is_the_plain_count(intervals in proptest::collection::vec(any_interval(), 0..12)) {
            let standings: Vec<Standing> = intervals
                .iter()
                .map(|interval| Standing { interval: *interval, shown: shown(interval, None) })
                .collect();
            for (at, order) in ranks(&standings).into_iter().enumerate() {
                let count = |certain: &[Certainty]| {
                    let others = intervals.iter().enumerate().filter(|(other, _)| *other != at);
                    others
                        .filter(|(_, other)| certain.contains(&intervals[at].less_than(other)))
                        .count()
                };
                prop_assert_eq!(order.best, count(&[Certainty::Certainly]) + 1);
                prop_assert_eq!(order.worst, count(&[Certainty::Certainly, Certainty::Possibly]) + 1);
                prop_assert!(order.best <= order.rank && order.rank <= order.worst, "{:?}", order);
            }
        }
    }
}
