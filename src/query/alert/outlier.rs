//! Modified z-scores of values that are known to within intervals.

use std::cmp::Ordering;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::model::{Bound, Interval};

/// The upper quartile of the standard normal distribution to four digits: what makes MAD a standard deviation.
const QUARTILE: Decimal = Decimal::from_parts(6745, 0, 0, false, 4);
/// Of fewer values nobody can say which one is out.
const VALUES_MIN: usize = 3;

/// |0.6745 × (x − median) ÷ MAD| of each value, rounded outward to `digits` after the point. `None` for fewer than three
/// values, and where more than half may be equal, so that there is nothing to measure by.
pub(super) fn scores(values: &[Interval], digits: u32) -> Option<Vec<Interval>> {
    if values.len() < VALUES_MIN {
        return None;
    }
    let median_of_all = median(values)?;
    let distances: Vec<Interval> = values
        .iter()
        .map(|value| absolute(&value.sub(&median_of_all)))
        .collect();
    let spread = median(&distances)?;
    distances
        .iter()
        .map(|distance| {
            let score = distance.scale(QUARTILE).div(&spread).ok()?;
            Some(rounded(&score, digits))
        })
        .collect()
}

/// The values that the median may have: its k-th least is between the k-th least of the lower and of the upper ends.
fn median(values: &[Interval]) -> Option<Interval> {
    let mut lows: Vec<Bound> = values.iter().map(Interval::low).collect();
    let mut highs: Vec<Bound> = values.iter().map(Interval::high).collect();
    lows.sort_by(|a, b| {
        a.value()
            .cmp(&b.value())
            .then(is_open(*a).cmp(&is_open(*b)))
    });
    highs.sort_by(|a, b| match (a.value(), b.value()) {
        (None, None) => Ordering::Equal,
        (None, _) => Ordering::Greater,
        (_, None) => Ordering::Less,
        (Some(x), Some(y)) => x.cmp(&y).then(is_open(*b).cmp(&is_open(*a))),
    });
    let least = |at: usize| Interval::new(*lows.get(at)?, *highs.get(at)?);
    let half = values.len() / 2;
    if values.len() % 2 == 1 {
        return least(half);
    }
    let sum = least(half.checked_sub(1)?)?.add(&least(half)?);
    Some(sum.scale(Decimal::new(5, 1)))
}

fn is_open(bound: Bound) -> bool {
    matches!(bound, Bound::Open(_))
}

fn absolute(interval: &Interval) -> Interval {
    let not_negative = Interval::new(Bound::Closed(Decimal::ZERO), Bound::Unbounded);
    let hull = match interval.contains(Decimal::ZERO) {
        true => interval.hull(&interval.neg()),
        false
            if interval
                .low()
                .value()
                .is_some_and(|low| low >= Decimal::ZERO) =>
        {
            *interval
        }
        false => interval.neg(),
    };
    not_negative
        .and_then(|not_negative| hull.intersection(&not_negative))
        .unwrap_or(hull)
}

fn rounded(interval: &Interval, digits: u32) -> Interval {
    let round = |end: Bound, strategy| match end {
        Bound::Unbounded => Bound::Unbounded,
        Bound::Closed(value) => Bound::Closed(value.round_dp_with_strategy(digits, strategy)),
        Bound::Open(value) => match value.round_dp_with_strategy(digits, strategy) {
            same if same == value => Bound::Open(value),
            other => Bound::Closed(other),
        },
    };
    Interval::new(
        round(interval.low(), RoundingStrategy::ToNegativeInfinity),
        round(interval.high(), RoundingStrategy::ToPositiveInfinity),
    )
    .unwrap_or(*interval)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(values: &[i64]) -> Vec<Interval> {
        values
            .iter()
            .map(|value| Interval::point(Decimal::from(*value)))
            .collect()
    }

    fn intervals(values: &[&str]) -> Vec<Interval> {
        values.iter().map(|value| value.parse().unwrap()).collect()
    }

    #[test]
    fn scores_of_points_come_to_the_digits_that_are_asked_for() {
        // Median 4, distances 3 2 1 0 1 2 96: MAD 2.
        let scores = scores(&points(&[1, 2, 3, 4, 5, 6, 100]), 4).unwrap();
        let shown: Vec<String> = scores.iter().map(ToString::to_string).collect();
        assert_eq!(shown[3], "[0, 0]");
        assert_eq!(shown[0], "[1.0117, 1.0118]");
        assert_eq!(shown[6], "[32.376, 32.376]");
    }

    #[test]
    fn there_is_no_score_where_there_is_no_spread() {
        assert_eq!(scores(&points(&[1, 2]), 4), None);
        assert_eq!(scores(&points(&[5, 5, 5, 9]), 4), None);
        assert_eq!(scores(&intervals(&["[4, 6]", "[4, 6]", "[4, 6]"]), 4), None);
        assert_eq!(scores(&[], 4), None);
    }

    #[test]
    fn bounds_stay_bounds() {
        let median = median(&intervals(&["(6, ∞)", "[1, 1]", "[2, 3]", "(4, 5)"])).unwrap();
        assert_eq!(median.to_string(), "(3, 4)");
        assert_eq!(absolute(&"(-3, 2]".parse().unwrap()).to_string(), "[0, 3)");
        assert_eq!(absolute(&"(-∞, -2]".parse().unwrap()).to_string(), "[2, ∞)");
    }

    proptest! {
        #[test]
        fn the_true_score_lies_within(values in prop::collection::vec((0i64..1000, 0i64..20, 0i64..20), 3..12)) {
            let exact = points(&values.iter().map(|(value, ..)| *value).collect::<Vec<_>>());
            let wide: Vec<Interval> = values
                .iter()
                .map(|(value, below, above)| Interval::closed((value - below).into(), (value + above).into()).unwrap())
                .collect();
            if let (Some(exact), Some(wide)) = (scores(&exact, 6), scores(&wide, 4)) {
                for (exact, wide) in exact.iter().zip(&wide) {
                    prop_assert!(wide.encloses(exact), "{exact} {wide}");
                }
            }
        }
    }
}
