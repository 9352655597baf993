//! Figures: numbers as reported, exact and saying how exact.

mod text;

use std::cmp::Ordering;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::interval::directed::{self, Toward};
use super::interval::{Bound, Interval};
use crate::error::{Error, ErrorKind, Result};

/// How precisely a value is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// Counted: the value itself.
    Exact,
    /// Known to `10^p`, the place of the last digit that was printed: −2 for `93.94%`, 4 for `47万`.
    Digit(i8),
}

/// What a report says about the value beside its digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Qualifier {
    /// The digits alone.
    None,
    /// 余, 多: the digits and a part of the next unit, `730多万`.
    Odd,
    /// 约, 左右: half a unit of the last non-zero digit each way.
    About,
    /// 近, 将近: at most half a unit of the last non-zero digit short of the value.
    Nearly,
    /// 超, 逾, 突破: more than the value.
    Over,
    /// 以上, 至少, 不少于, ≥: the value or more.
    AtLeast,
    /// 不足, 不到, <: less than the value.
    Under,
    /// 以内, 不超过, ≤: the value or less.
    AtMost,
    /// 8千元到1万元, 60%-70%: from the value to the upper value.
    Range,
}

/// A number as it was reported: its exact decimal value, how precisely it is known, its qualifier.
///
/// `Eq` and `Hash` compare the report: `4.90` and `4.9` are two figures.
/// [`value_cmp`](Self::value_cmp) compares the numbers. What the report allows the true value to be
/// is [`interval`](Self::interval); a bound is never read as a point.
///
/// The text form (`Display`, `FromStr`, serde, CSV) is ASCII and keeps all of it:
///
/// | text | stands for |
/// |---|---|
/// | `10455` · `0.5!` · `79!` | exactly (`!` where a bare number would say otherwise) |
/// | `93.94` · `79e0` · `185e2` · `47e4` | known to 10^-2, 10^0, 10^2 (18 500), 10^4 (470 000) |
/// | `730e4+` · `~300` · `5000-` | odd (730多万), about, nearly |
/// | `>6e4` · `>=93e0` · `<1e0` · `<=10e0` | over, at least, under, at most |
/// | `8e3..1e4` | a range, each end as exact as it was printed |
///
/// ```
/// use yearbook::model::{Figure, Precision, Qualifier};
///
/// let doses: Figure = "730e4+".parse()?;
/// assert_eq!(doses.qualifier(), Qualifier::Odd);
/// assert_eq!(doses.precision(), Precision::Digit(4));
/// assert_eq!(doses.interval().to_string(), "(7300000, 7400000)");
/// assert_ne!("4.90".parse::<Figure>()?, "4.9".parse::<Figure>()?);
/// # Ok::<(), yearbook::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Figure {
    value: Decimal,
    precision: Precision,
    qualifier: Qualifier,
    /// The upper end, of a range only.
    upper: Option<(Decimal, Precision)>,
}

/// The finest and the coarsest place a digit can stand at: half a unit of it is still a decimal.
const DIGITS: std::ops::RangeInclusive<i8> = -27..=28;

impl Figure {
    /// A figure of one value.
    ///
    /// `value` must be a whole multiple of the last digit that `precision` names.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) if it is not, if the digit is outside of 10^−27 to 10^28, if the
    /// qualifier is [`Range`](Qualifier::Range) (which has a constructor of its own), and if no
    /// true value remains: an exact whole number with 余 (10455余人), an odd or nearly zero.
    #[inline]
    pub fn new(value: Decimal, precision: Precision, qualifier: Qualifier) -> Result<Self> {
        // One way to the end for all, so that a caller need not keep the figure in memory.
        let value = if is_settled(value, precision) {
            value
        } else {
            settle(value, precision)?
        };
        if matches!(
            qualifier,
            Qualifier::Odd | Qualifier::Nearly | Qualifier::Range
        ) {
            check_narrow(value, precision, qualifier)?;
        }
        Ok(Self {
            value,
            precision,
            qualifier,
            upper: None,
        })
    }

    /// A figure that says from where to where.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) as for [`new`](Self::new), and if `low` is not below `high`.
    pub fn range(
        low: Decimal,
        low_precision: Precision,
        high: Decimal,
        high_precision: Precision,
    ) -> Result<Self> {
        let value = settle(low, low_precision)?;
        let upper = settle(high, high_precision)?;
        if value >= upper {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!(
                    "a range from {value} to {upper} is empty: its lower end must be below its upper end"
                ),
            ));
        }
        Ok(Self {
            value,
            precision: low_precision,
            qualifier: Qualifier::Range,
            upper: Some((upper, high_precision)),
        })
    }

    /// A plain figure of a value that is at the scale which its precision prints already; `None` if it is not.
    #[inline]
    pub(crate) fn settled(value: Decimal, precision: Precision) -> Option<Self> {
        let settled = match precision {
            Precision::Digit(1..) => {
                settle(value, precision).is_ok_and(|settled| settled.scale() == value.scale())
            }
            _ => is_printed(value, precision),
        };
        settled.then(|| Self::plain(value, precision))
    }

    /// A plain figure of a value that is known to be at the scale which its precision prints.
    #[inline(always)]
    pub(crate) fn plain(value: Decimal, precision: Precision) -> Self {
        Self {
            value,
            precision,
            qualifier: Qualifier::None,
            upper: None,
        }
    }

    /// A counted value: exactly this.
    pub fn exact(value: impl Into<Decimal>) -> Self {
        Self {
            value: value.into().normalize(),
            precision: Precision::Exact,
            qualifier: Qualifier::None,
            upper: None,
        }
    }

    /// A value known to its last decimal: 93.94 to 10^−2, 79 to 10^0.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) for a value with 28 decimals.
    pub fn printed(value: Decimal) -> Result<Self> {
        let places = i8::try_from(value.scale()).unwrap_or(i8::MAX);
        Self::new(value, Precision::Digit(-places), Qualifier::None)
    }

    /// The value; the lower end of a range.
    pub fn value(&self) -> Decimal {
        self.value
    }

    /// How precisely [`value`](Self::value) is known.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// What is said beside the digits.
    pub fn qualifier(&self) -> Qualifier {
        self.qualifier
    }

    /// The upper end of a range and how precisely it is known.
    pub fn upper(&self) -> Option<(Decimal, Precision)> {
        self.upper
    }

    /// Whether the figure is counted and unqualified, so that its interval is one point.
    pub fn is_exact(&self) -> bool {
        self.precision == Precision::Exact && self.qualifier == Qualifier::None
    }

    /// The true values that the figure allows.
    ///
    /// With *v* the value and *u* the unit of its last non-zero digit:
    ///
    /// | qualifier | interval |
    /// |---|---|
    /// | none | \[v, v\] if exact, else half a unit of the last *printed* digit each way |
    /// | odd | (v, v + u) |
    /// | about | \[v − u/2, v + u/2\] |
    /// | nearly | \[v − u/2, v) |
    /// | over, at least | (v, ∞), \[v, ∞) |
    /// | under, at most | (−∞, v), (−∞, v\] |
    /// | range | \[a, b\] |
    ///
    /// Odd and nearly speak of the digits, so below zero they are mirrored: `-10+` lies in
    /// (−20, −10). The half unit is closed on both sides, as nobody says how they rounded; a
    /// figure that was cut off rather than rounded escapes this. A figure knows no kind of
    /// indicator, so `不足1%` reaches below zero here; an observation clips it.
    pub fn interval(&self) -> Interval {
        let v = self.value;
        let half_last = || match self.precision {
            Precision::Exact => Decimal::ZERO,
            Precision::Digit(p) => half_of_digit(p),
        };
        let (low, high) = match self.qualifier {
            Qualifier::None => (down(v, half_last()), up(v, half_last())),
            Qualifier::About => {
                let half = half_of_digit(self.last_digit());
                (down(v, half), up(v, half))
            }
            Qualifier::Odd => {
                let unit = power_of_ten(self.last_digit());
                mirrored(v, (Bound::Open(v), open(up(v, unit))))
            }
            Qualifier::Nearly => {
                let half = half_of_digit(self.last_digit());
                mirrored(v, (down(v, half), Bound::Open(v)))
            }
            Qualifier::Over => (Bound::Open(v), Bound::Unbounded),
            Qualifier::AtLeast => (Bound::Closed(v), Bound::Unbounded),
            Qualifier::Under => (Bound::Unbounded, Bound::Open(v)),
            Qualifier::AtMost => (Bound::Unbounded, Bound::Closed(v)),
            Qualifier::Range => {
                let upper = self.upper.map_or(v, |(upper, _)| upper);
                (Bound::Closed(v), Bound::Closed(upper))
            }
        };
        // Every case above keeps its value inside or at an end, so this is never empty.
        Interval::new(low, high).unwrap_or_else(Interval::everything)
    }

    /// Orders by the value alone: 4.90 and 4.9 are equal here, and so are `>6e4` and `6e4`.
    pub fn value_cmp(&self, other: &Self) -> Ordering {
        self.value.cmp(&other.value)
    }

    /// The place of the last non-zero digit of the value, or of the last printed one of a zero.
    fn last_digit(&self) -> i8 {
        last_nonzero_digit(self.value).unwrap_or(match self.precision {
            Precision::Exact => 0,
            Precision::Digit(p) => p,
        })
    }
}

impl Qualifier {
    /// Every qualifier.
    pub const ALL: [Self; 9] = [
        Self::None,
        Self::Odd,
        Self::About,
        Self::Nearly,
        Self::Over,
        Self::AtLeast,
        Self::Under,
        Self::AtMost,
        Self::Range,
    ];

    /// The English word for it; empty for [`None`](Self::None).
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Odd => "odd",
            Self::About => "about",
            Self::Nearly => "nearly",
            Self::Over => "over",
            Self::AtLeast => "at least",
            Self::Under => "under",
            Self::AtMost => "at most",
            Self::Range => "range",
        }
    }
}

/// Checks that a qualifier which leaves less than the digits say leaves something.
fn check_narrow(value: Decimal, precision: Precision, qualifier: Qualifier) -> Result<()> {
    let bounds = |message: String| Err(Error::new(ErrorKind::Bounds, message));
    if qualifier == Qualifier::Range {
        return bounds(format!(
            "a range needs two ends, but only {value} is given: use Figure::range"
        ));
    }
    if value.is_zero() {
        return bounds(format!(
            "\"{}\" 0 has no digit to be measured by: state the bound instead",
            qualifier.word()
        ));
    }
    let is_odd = qualifier == Qualifier::Odd && precision == Precision::Exact;
    if is_odd && last_nonzero_digit(value) == Some(0) {
        return bounds(format!(
            "\"{value} odd\" holds no whole number: between {value} and the next there is none; drop 余 or round the number"
        ));
    }
    Ok(())
}

/// Whether a value is at the scale that its precision prints; not said of whole tens and more.
#[inline]
fn is_printed(value: Decimal, precision: Precision) -> bool {
    match precision {
        Precision::Exact => value.scale() == 0 || value.mantissa() % 10 != 0,
        Precision::Digit(p @ -27..=0) => value.scale() == u32::from(p.unsigned_abs()),
        Precision::Digit(_) => false,
    }
}

/// Whether a value is seen to be settled: nearly all come as they are printed. A zero may have a sign still.
#[inline]
fn is_settled(value: Decimal, precision: Precision) -> bool {
    is_printed(value, precision) && !(value.is_zero() && value.is_sign_negative())
}

/// The value at the scale that its precision prints, so that equal reports are equal values.
fn settle(value: Decimal, precision: Precision) -> Result<Decimal> {
    if is_settled(value, precision) {
        return Ok(value);
    }
    let normal = value.normalize();
    let Precision::Digit(p) = precision else {
        return Ok(normal);
    };
    if !DIGITS.contains(&p) {
        return Err(Error::new(
            ErrorKind::Bounds,
            format!("a last digit at 10^{p} is outside of 10^-27 to 10^28"),
        ));
    }
    if last_nonzero_digit(normal).is_some_and(|digit| digit < p) {
        return Err(Error::new(
            ErrorKind::Bounds,
            format!(
                "{normal} has digits after its last printed one at 10^{p}: give the precision that was printed"
            ),
        ));
    }
    let mut settled = normal;
    if let Ok(places) = u32::try_from(-i32::from(p)) {
        settled.rescale(places);
        if settled.scale() != places {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!(
                    "{normal} with {places} decimals has more than the 28 digits a figure holds"
                ),
            ));
        }
    }
    Ok(settled)
}

/// The place of the last digit of a decimal that is not zero; `None` for zero.
pub(crate) fn last_nonzero_digit(value: Decimal) -> Option<i8> {
    if value.is_zero() {
        return None;
    }
    let normal = value.normalize();
    let mut mantissa = normal.mantissa();
    let mut digit = -i8::try_from(normal.scale()).unwrap_or(0);
    while mantissa % 10 == 0 {
        mantissa /= 10;
        digit += 1;
    }
    Some(digit)
}

/// `10^digit`, for the digits a figure may have.
pub(crate) fn power_of_ten(digit: i8) -> Decimal {
    scaled_power(1, digit)
}

fn half_of_digit(digit: i8) -> Decimal {
    scaled_power(5, digit.saturating_sub(1))
}

/// `factor × 10^digit`; the largest decimal where that is more than a decimal holds.
fn scaled_power(factor: i128, digit: i8) -> Decimal {
    let scale = u32::from(digit.min(0).unsigned_abs());
    let power = 10i128
        .checked_pow(u32::from(digit.max(0).unsigned_abs()))
        .and_then(|power| power.checked_mul(factor));
    power
        .and_then(|mantissa| Decimal::try_from_i128_with_scale(mantissa, scale).ok())
        .unwrap_or(Decimal::MAX)
}

fn down(value: Decimal, by: Decimal) -> Bound {
    directed::add(value, -by, Toward::Down).map_or(Bound::Unbounded, Bound::Closed)
}

fn up(value: Decimal, by: Decimal) -> Bound {
    directed::add(value, by, Toward::Up).map_or(Bound::Unbounded, Bound::Closed)
}

fn open(bound: Bound) -> Bound {
    bound.value().map_or(Bound::Unbounded, Bound::Open)
}

/// Turns the ends about `value` where it is below zero.
fn mirrored(value: Decimal, (low, high): (Bound, Bound)) -> (Bound, Bound) {
    if value >= Decimal::ZERO {
        return (low, high);
    }
    let turn = |bound: Bound, toward| {
        let turned = |end| directed::add(value, value - end, toward);
        match bound {
            Bound::Unbounded => Bound::Unbounded,
            Bound::Closed(end) => turned(end).map_or(Bound::Unbounded, Bound::Closed),
            Bound::Open(end) => turned(end).map_or(Bound::Unbounded, Bound::Open),
        }
    };
    (turn(high, Toward::Down), turn(low, Toward::Up))
}
