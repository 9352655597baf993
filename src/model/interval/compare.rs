//! Comparing intervals: certainly, possibly, certainly not.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Bound, Interval};

/// What can be said of a comparison when the values are known only to within intervals.
///
/// ```
/// use yearbook::model::{Certainty, Figure};
///
/// let over_60000: Figure = ">6e4".parse()?;
/// let nearly_5000: Figure = "5000-".parse()?;
/// let interval = |text: &str| text.parse::<Figure>().map(|figure| figure.interval());
/// assert_eq!(over_60000.interval().at_least(&interval("60000")?), Certainty::Certainly);
/// assert_eq!(nearly_5000.interval().greater_than(&interval("4900")?), Certainty::Possibly);
/// assert_eq!(nearly_5000.interval().at_least(&interval("5000")?), Certainty::CertainlyNot);
/// # Ok::<(), yearbook::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// True whatever the true values are.
    Certainly,
    /// True for some of the values that the intervals allow.
    Possibly,
    /// False whatever the true values are.
    CertainlyNot,
}

impl Certainty {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Certainly, Self::Possibly, Self::CertainlyNot];

    fn from(certainly: bool, certainly_not: bool) -> Self {
        match (certainly, certainly_not) {
            (true, _) => Self::Certainly,
            (_, true) => Self::CertainlyNot,
            _ => Self::Possibly,
        }
    }
}

/// The certainty of the opposite.
impl std::ops::Not for Certainty {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::Certainly => Self::CertainlyNot,
            Self::Possibly => Self::Possibly,
            Self::CertainlyNot => Self::Certainly,
        }
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::model::padded(f, |f| {
            f.write_str(match self {
                Self::Certainly => "certainly",
                Self::Possibly => "possibly",
                Self::CertainlyNot => "certainly not",
            })
        })
    }
}

impl Interval {
    /// Whether the value here is less than the value there.
    pub fn less_than(&self, other: &Self) -> Certainty {
        Certainty::from(
            lies_below(self.high, other.low),
            !reaches_below(other.high, self.low),
        )
    }

    /// Whether the value here is at most the value there.
    pub fn at_most(&self, other: &Self) -> Certainty {
        !other.less_than(self)
    }

    /// Whether the value here is greater than the value there.
    pub fn greater_than(&self, other: &Self) -> Certainty {
        other.less_than(self)
    }

    /// Whether the value here is at least the value there.
    pub fn at_least(&self, other: &Self) -> Certainty {
        !self.less_than(other)
    }

    /// Whether the two values are equal: certain only for two equal points.
    pub fn equal_to(&self, other: &Self) -> Certainty {
        let certainly = self.as_point().is_some() && self == other;
        Certainty::from(certainly, !self.overlaps(other))
    }
}

/// Every value up to `high` is less than every value from `low`.
fn lies_below(high: Bound, low: Bound) -> bool {
    match (high, low) {
        (Bound::Closed(high), Bound::Closed(low)) => high < low,
        (Bound::Closed(high) | Bound::Open(high), Bound::Closed(low) | Bound::Open(low)) => {
            high <= low
        }
        _ => false,
    }
}

/// Some value up to `high` is greater than some value from `low`.
fn reaches_below(high: Bound, low: Bound) -> bool {
    match (high.value(), low.value()) {
        (Some(high), Some(low)) => low < high,
        _ => true,
    }
}

pub(super) fn tighter_low(a: Bound, b: Bound) -> Bound {
    if order_lows(a, b).is_ge() { a } else { b }
}

pub(super) fn tighter_high(a: Bound, b: Bound) -> Bound {
    if order_highs(a, b).is_le() { a } else { b }
}

pub(super) fn looser_low(a: Bound, b: Bound) -> Bound {
    if order_lows(a, b).is_le() { a } else { b }
}

pub(super) fn looser_high(a: Bound, b: Bound) -> Bound {
    if order_highs(a, b).is_ge() { a } else { b }
}

/// Lower ends from the one that lets most in: none, then by value, closed before open.
fn order_lows(a: Bound, b: Bound) -> Ordering {
    a.value()
        .cmp(&b.value())
        .then_with(|| matches!(a, Bound::Open(_)).cmp(&matches!(b, Bound::Open(_))))
}

/// Upper ends from the one that lets least in: by value, open before closed, then none.
fn order_highs(a: Bound, b: Bound) -> Ordering {
    match (a.value(), b.value()) {
        (None, None) => Ordering::Equal,
        (None, _) => Ordering::Greater,
        (_, None) => Ordering::Less,
        (Some(x), Some(y)) => x
            .cmp(&y)
            .then_with(|| matches!(b, Bound::Open(_)).cmp(&matches!(a, Bound::Open(_)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(text: &str) -> Interval {
        text.parse().unwrap()
    }

    #[test]
    fn ends_decide_between_possible_and_certain() {
        use Certainty::{Certainly, CertainlyNot, Possibly};
        for (a, b, less, at_most, equal) in [
            ("[1, 2]", "[3, 4]", Certainly, Certainly, CertainlyNot),
            ("[1, 2]", "[2, 3]", Possibly, Certainly, Possibly),
            ("[1, 2)", "[2, 3]", Certainly, Certainly, CertainlyNot),
            ("[1, 2]", "(2, 3]", Certainly, Certainly, CertainlyNot),
            ("[2, 3]", "[1, 2]", CertainlyNot, Possibly, Possibly),
            ("(2, 3]", "[1, 2]", CertainlyNot, CertainlyNot, CertainlyNot),
            ("[2, 2]", "[2, 2]", CertainlyNot, Certainly, Certainly),
            ("[1, 3]", "[2, 2]", Possibly, Possibly, Possibly),
            (
                "(60000, ∞)",
                "[60000, 60000]",
                CertainlyNot,
                CertainlyNot,
                CertainlyNot,
            ),
            ("(-∞, 1)", "[1, ∞)", Certainly, Certainly, CertainlyNot),
            ("(-∞, ∞)", "(-∞, ∞)", Possibly, Possibly, Possibly),
        ] {
            let (a, b) = (interval(a), interval(b));
            assert_eq!(a.less_than(&b), less, "{a} < {b}");
            assert_eq!(a.at_most(&b), at_most, "{a} <= {b}");
            assert_eq!(a.equal_to(&b), equal, "{a} = {b}");
            assert_eq!(b.greater_than(&a), less);
            assert_eq!(b.at_least(&a), at_most);
        }
    }
}
