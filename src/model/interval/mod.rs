//! Intervals: the set of true values that a figure allows, and arithmetic that keeps them inside.

mod arithmetic;
mod compare;
pub(crate) mod directed;
mod text;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use compare::Certainty;

/// One end of an [`Interval`].
///
/// In JSON `"unbounded"`, `{"closed":"7300000"}` or `{"open":"7300000"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// No end on this side.
    Unbounded,
    /// The end belongs to the interval.
    Closed(#[serde(with = "decimal_text")] Decimal),
    /// The end does not belong to the interval.
    Open(#[serde(with = "decimal_text")] Decimal),
}

/// A decimal as its text, which no reader of JSON rounds.
mod decimal_text {
    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(
        value: &Decimal,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Decimal, D::Error> {
        let text = String::deserialize(deserializer)?;
        crate::model::exact_decimal(&text).ok_or_else(|| {
            D::Error::custom(format_args!(
                "{:?} is no decimal number of at most 28 digits",
                crate::error::excerpt(&text)
            ))
        })
    }
}

impl Bound {
    /// The decimal at this end, if there is one.
    pub fn value(&self) -> Option<Decimal> {
        match *self {
            Self::Unbounded => None,
            Self::Closed(value) | Self::Open(value) => Some(value),
        }
    }

    /// The bound with its decimal changed; no decimal (an overflow) is no bound.
    fn map(self, f: impl FnOnce(Decimal) -> Option<Decimal>) -> Self {
        match self {
            Self::Unbounded => Self::Unbounded,
            Self::Closed(value) => f(value).map_or(Self::Unbounded, Self::Closed),
            Self::Open(value) => f(value).map_or(Self::Unbounded, Self::Open),
        }
    }

    fn normalize(self) -> Self {
        self.map(|value| Some(value.normalize()))
    }
}

/// A set of decimals between two ends, each open, closed or absent. Never empty.
///
/// Arithmetic is *outward*: for every `x` in `a` and `y` in `b`, `x + y` lies in `a.add(&b)`, and
/// the same for the other operations; an end that no decimal holds becomes
/// [`Unbounded`](Bound::Unbounded). Equality compares the sets.
///
/// ```
/// use yearbook::model::{Figure, Interval};
///
/// // 71.8万 + 68.7万 + 47万 doses, each as exact as it was printed.
/// let parts = ["718e3", "687e3", "47e4"].map(|text| text.parse::<Figure>().unwrap().interval());
/// let sum = parts[0].add(&parts[1]).add(&parts[2]);
/// assert_eq!(sum.to_string(), "[1869000, 1881000]");
/// # let _: Interval = sum;
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Interval {
    low: Bound,
    high: Bound,
}

impl Interval {
    /// The interval between two ends; `None` where no decimal lies between them.
    pub fn new(low: Bound, high: Bound) -> Option<Self> {
        let empty = match (low, high) {
            (Bound::Closed(a), Bound::Closed(b)) => a > b,
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
            (Bound::Closed(a) | Bound::Open(a), Bound::Closed(b) | Bound::Open(b)) => a >= b,
        };
        (!empty).then(|| Self {
            low: low.normalize(),
            high: high.normalize(),
        })
    }

    /// The one value `value`.
    pub fn point(value: Decimal) -> Self {
        let end = Bound::Closed(value.normalize());
        Self {
            low: end,
            high: end,
        }
    }

    /// From `low` to `high`, both included; `None` if `low` is above `high`.
    pub fn closed(low: Decimal, high: Decimal) -> Option<Self> {
        Self::new(Bound::Closed(low), Bound::Closed(high))
    }

    /// Every decimal.
    pub fn everything() -> Self {
        Self {
            low: Bound::Unbounded,
            high: Bound::Unbounded,
        }
    }

    /// The lower end.
    pub fn low(&self) -> Bound {
        self.low
    }

    /// The upper end.
    pub fn high(&self) -> Bound {
        self.high
    }

    /// The value, if the interval holds just one.
    pub fn as_point(&self) -> Option<Decimal> {
        match (self.low, self.high) {
            (Bound::Closed(low), Bound::Closed(high)) if low == high => Some(low),
            _ => None,
        }
    }

    /// Whether `value` lies inside.
    pub fn contains(&self, value: Decimal) -> bool {
        let above = match self.low {
            Bound::Unbounded => true,
            Bound::Closed(low) => low <= value,
            Bound::Open(low) => low < value,
        };
        above
            && match self.high {
                Bound::Unbounded => true,
                Bound::Closed(high) => value <= high,
                Bound::Open(high) => value < high,
            }
    }

    /// Whether every value of `other` lies inside.
    pub fn encloses(&self, other: &Self) -> bool {
        self.intersection(other) == Some(*other)
    }

    /// What both intervals hold; `None` if they do not meet.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        Self::new(
            compare::tighter_low(self.low, other.low),
            compare::tighter_high(self.high, other.high),
        )
    }

    /// Whether the two have a value in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.intersection(other).is_some()
    }

    /// The smallest interval that holds both.
    #[must_use]
    pub fn hull(&self, other: &Self) -> Self {
        Self {
            low: compare::looser_low(self.low, other.low),
            high: compare::looser_high(self.high, other.high),
        }
    }

    /// High end minus low end, rounded up; `None` without two ends.
    pub fn width(&self) -> Option<Decimal> {
        directed::add(self.high.value()?, -self.low.value()?, directed::Toward::Up)
    }

    /// The whole numbers inside, from the first to the last; `None` if there is none.
    ///
    /// A count is tightened so: `(7300000, 7400000)` doses are `[7300001, 7399999]`.
    pub fn whole(&self) -> Option<Self> {
        use directed::{Toward, add};
        let low = match self.low {
            Bound::Unbounded => Bound::Unbounded,
            Bound::Closed(low) => Bound::Closed(low.ceil()),
            Bound::Open(low) => {
                add(low.floor(), Decimal::ONE, Toward::Down).map_or(Bound::Open(low), Bound::Closed)
            }
        };
        let high = match self.high {
            Bound::Unbounded => Bound::Unbounded,
            Bound::Closed(high) => Bound::Closed(high.floor()),
            Bound::Open(high) => {
                add(high.ceil(), -Decimal::ONE, Toward::Up).map_or(Bound::Open(high), Bound::Closed)
            }
        };
        Self::new(low, high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(text: &str) -> Interval {
        text.parse().unwrap()
    }

    #[test]
    fn an_empty_set_is_no_interval() {
        let one = Decimal::ONE;
        assert_eq!(Interval::closed(one, Decimal::ZERO), None);
        assert_eq!(Interval::new(Bound::Open(one), Bound::Closed(one)), None);
        assert_eq!(
            Interval::new(Bound::Closed(one), Bound::Closed(one)),
            Some(Interval::point(one))
        );
        assert_eq!(
            Interval::new(Bound::Unbounded, Bound::Open(one))
                .unwrap()
                .as_point(),
            None
        );
    }

    #[test]
    fn ends_in_json() {
        for (bound, json) in [
            (Bound::Unbounded, r#""unbounded""#),
            (
                Bound::Closed("71.75".parse().unwrap()),
                r#"{"closed":"71.75"}"#,
            ),
            (Bound::Open(Decimal::ONE), r#"{"open":"1"}"#),
        ] {
            assert_eq!(serde_json::to_string(&bound).unwrap(), json);
            assert_eq!(serde_json::from_str::<Bound>(json).unwrap(), bound);
        }
        assert!(serde_json::from_str::<Bound>(r#"{"open":"1e3"}"#).is_err());
    }

    #[test]
    fn ends_decide_what_is_inside() {
        let odd = interval("(7300000, 7400000)");
        assert!(!odd.contains(Decimal::from(7_300_000)));
        assert!(odd.contains(Decimal::from(7_300_001)));
        assert!(!interval("(-∞, 1)").contains(Decimal::ONE));
        assert!(interval("(-∞, 1]").contains(Decimal::ONE));
    }

    #[test]
    fn intervals_meet_or_do_not() {
        let [left, right] = ["[1, 2]", "(2, 3]"].map(interval);
        assert!(!left.overlaps(&right));
        assert!(left.overlaps(&interval("[2, 2]")));
        assert_eq!(left.hull(&right), interval("[1, 3]"));
        assert_eq!(
            interval("[1, 3)").intersection(&interval("(1, 3]")),
            Some(interval("(1, 3)"))
        );
        assert!(interval("[1, 3]").encloses(&interval("(1, 3)")));
        assert!(!interval("(1, 3)").encloses(&interval("[1, 3)")));
        assert!(Interval::everything().encloses(&interval("(60000, ∞)")));
    }

    #[test]
    fn counts_tighten_to_whole_numbers() {
        for (wide, tight) in [
            ("(7300000, 7400000)", Some("[7300001, 7399999]")),
            ("[0.5, 1.5]", Some("[1, 1]")),
            ("(1, 2)", None),
            ("(60000, ∞)", Some("[60001, ∞)")),
            ("(-∞, -0.5)", Some("(-∞, -1]")),
            ("[-0.5, 0.5]", Some("[0, 0]")),
        ] {
            assert_eq!(interval(wide).whole(), tight.map(interval), "{wide}");
        }
    }

    #[test]
    fn width_needs_two_ends() {
        assert_eq!(
            interval("[9.655, 9.765]").width(),
            Some("0.11".parse().unwrap())
        );
        assert_eq!(interval("(1, ∞)").width(), None);
    }
}
