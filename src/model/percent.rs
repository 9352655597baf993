//! Percent and percentage points: two types, so that they cannot be mixed.
//!
//! | expression | is |
//! |---|---|
//! | `Percent - Percent` | [`PercentagePoints`] |
//! | `Percent ± PercentagePoints` | [`Percent`] |
//! | `PercentagePoints ± PercentagePoints`, `-PercentagePoints` | [`PercentagePoints`] |
//! | `Percent + Percent`, `Percent == PercentagePoints` | does not compile |
//!
//! ```
//! use yearbook::model::{Percent, PercentagePoints};
//!
//! // 株洲: share of inpatients kept within the county, 2021 and 2024.
//! let (before, after): (Percent, Percent) = ("81.04%".parse()?, "88.22%".parse()?);
//! let rise: PercentagePoints = after - before;
//! assert_eq!(rise.to_string(), "7.18pp");
//! assert_eq!(before + rise, after);
//! // The same rise in relative terms is another number, and a percent again.
//! assert_eq!(after.relative_to(before)?.value().round_dp(2).to_string(), "8.86");
//! # Ok::<(), yearbook::Error>(())
//! ```
//!
//! Two percentages have no sum:
//! ```compile_fail,E0308
//! # use yearbook::model::Percent;
//! fn total(inpatient: Percent, outpatient: Percent) -> Percent { inpatient + outpatient }
//! ```
//! no average:
//! ```compile_fail,E0277
//! # use yearbook::model::Percent;
//! fn mean(counties: Vec<Percent>) -> Percent { counties.into_iter().sum() }
//! ```
//! and points are no percent:
//! ```compile_fail,E0308
//! # use yearbook::model::{Percent, PercentagePoints};
//! fn read(rise: PercentagePoints) -> Percent { rise }
//! ```
//! ```compile_fail,E0308
//! # use yearbook::model::{Percent, PercentagePoints};
//! fn same(rise: PercentagePoints, share: Percent) -> bool { share == rise }
//! ```
//! ```compile_fail,E0308
//! # use yearbook::model::{Percent, PercentagePoints};
//! fn wrong(rise: PercentagePoints, share: Percent) -> PercentagePoints { rise + share }
//! ```

use std::fmt;
use std::ops::{Add, Neg, Sub};
use std::str::FromStr;

use rust_decimal::Decimal;

use crate::error::{Error, ErrorKind, Result};

/// A number of hundredths: `93.94%` is `Percent` 93.94.
///
/// From −10^12 to 10^12 with at most 15 decimals, so that differences come out exactly; what a
/// *share* may be (0 to 100) is a rule of its indicator, as a completion or a change may be more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(Decimal);

/// A difference of two percentages: `9个百分点` is `PercentagePoints` 9.
///
/// From −2 × 10^12 to 2 × 10^12 with at most 15 decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PercentagePoints(Decimal);

const PERCENT_MAX: i64 = 1_000_000_000_000;
const DECIMALS_MAX: u32 = 15;

impl Percent {
    /// The percentage `value`: 93.94 for 93.94 %.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) beyond 10^12 or 15 decimals.
    pub fn new(value: Decimal) -> Result<Self> {
        bounded(value, PERCENT_MAX, "percent").map(Self)
    }

    /// How many percent: 93.94.
    pub fn value(self) -> Decimal {
        self.0
    }

    /// The change from `base` to this, relative to `base`: 81.04 % to 88.22 % is +8.86 %.
    ///
    /// Rounded to 15 decimals, half to even; [`Interval`](super::Interval)s round outward instead.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) unless `base` is above zero.
    pub fn relative_to(self, base: Self) -> Result<Self> {
        if base.0 <= Decimal::ZERO {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!("no change relative to {base}: the base must be above zero"),
            ));
        }
        let ratio = (self.0 - base.0)
            .checked_div(base.0)
            .and_then(|ratio| ratio.checked_mul(Decimal::ONE_HUNDRED));
        match ratio {
            Some(ratio) => Self::new(ratio.round_dp(DECIMALS_MAX)),
            None => Err(Error::new(
                ErrorKind::Overflow,
                format!("the change from {base} to {self} is more than a percent holds"),
            )),
        }
    }

    /// `self + points`; `None` outside of the bounds of a percent.
    pub fn checked_add(self, points: PercentagePoints) -> Option<Self> {
        Self::new(self.0 + points.0).ok()
    }

    /// `self - points`; `None` outside of the bounds of a percent.
    pub fn checked_sub(self, points: PercentagePoints) -> Option<Self> {
        self.checked_add(-points)
    }
}

impl PercentagePoints {
    /// The difference `value`: 9 for 9 percentage points.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) beyond 2 × 10^12 or 15 decimals.
    pub fn new(value: Decimal) -> Result<Self> {
        bounded(value, 2 * PERCENT_MAX, "percentage points").map(Self)
    }

    /// How many points.
    pub fn value(self) -> Decimal {
        self.0
    }

    /// `self + other`; `None` outside of the bounds of points.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::new(self.0 + other.0).ok()
    }

    /// `self - other`; `None` outside of the bounds of points.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(-other)
    }
}

fn bounded(value: Decimal, max: i64, what: &str) -> Result<Decimal> {
    let value = value.normalize();
    if value.abs() > Decimal::from(max) || value.scale() > DECIMALS_MAX {
        return Err(Error::new(
            ErrorKind::Bounds,
            format!("{value} {what} is outside of ±{max} with {DECIMALS_MAX} decimals"),
        ));
    }
    Ok(value)
}

/// Never leaves the bounds of points.
impl Sub for Percent {
    type Output = PercentagePoints;
    fn sub(self, base: Self) -> PercentagePoints {
        PercentagePoints((self.0 - base.0).normalize())
    }
}

/// # Panics
/// Outside of the bounds of a percent; [`checked_add`](Percent::checked_add) does not.
impl Add<PercentagePoints> for Percent {
    type Output = Self;
    fn add(self, points: PercentagePoints) -> Self {
        self.checked_add(points)
            .expect("a percentage is at most 10^12")
    }
}

/// # Panics
/// Outside of the bounds of a percent; [`checked_sub`](Percent::checked_sub) does not.
impl Sub<PercentagePoints> for Percent {
    type Output = Self;
    fn sub(self, points: PercentagePoints) -> Self {
        self.checked_sub(points)
            .expect("a percentage is at most 10^12")
    }
}

/// # Panics
/// Outside of the bounds of points; [`checked_add`](PercentagePoints::checked_add) does not.
impl Add for PercentagePoints {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.checked_add(other)
            .expect("percentage points are at most 2 × 10^12")
    }
}

/// # Panics
/// Outside of the bounds of points; [`checked_sub`](PercentagePoints::checked_sub) does not.
impl Sub for PercentagePoints {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.checked_sub(other)
            .expect("percentage points are at most 2 × 10^12")
    }
}

impl Neg for PercentagePoints {
    type Output = Self;
    fn neg(self) -> Self {
        Self((-self.0).normalize())
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::model::padded(f, |f| write!(f, "{}%", self.0))
    }
}

impl fmt::Display for PercentagePoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::model::padded(f, |f| write!(f, "{}pp", self.0))
    }
}

impl FromStr for Percent {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Self::new(number_before(text, "%", "a percentage")?)
    }
}

impl FromStr for PercentagePoints {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Self::new(number_before(text, "pp", "percentage points")?)
    }
}

fn number_before(text: &str, sign: &str, what: &str) -> Result<Decimal> {
    let Some(number) = text.strip_suffix(sign) else {
        return Err(Error::syntax(what, text, text.len(), sign));
    };
    super::exact_decimal(number)
        .ok_or_else(|| Error::syntax(what, text, 0, "a decimal number of at most 28 digits"))
}

super::text_serde!(Percent, "a percentage such as 93.94%");
super::text_serde!(PercentagePoints, "percentage points such as 7.18pp");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn percent(text: &str) -> Percent {
        text.parse().unwrap()
    }

    #[test]
    fn points_are_what_lies_between() {
        assert_eq!((percent("62.4%") - percent("52.69%")).to_string(), "9.71pp");
        assert_eq!((percent("0%") - percent("100%")).to_string(), "-100pp");
        assert_eq!(
            percent("330%") - "230pp".parse::<PercentagePoints>().unwrap(),
            percent("100%")
        );
        let points: PercentagePoints = "9pp".parse().unwrap();
        assert_eq!((points + points - -points).to_string(), "27pp");
    }

    #[test]
    fn relative_change_needs_a_base_above_zero() {
        assert_eq!(
            percent("50%").relative_to(percent("100%")).unwrap(),
            percent("-50%")
        );
        assert_eq!(
            percent("0%").relative_to(percent("8%")).unwrap(),
            percent("-100%")
        );
        for base in ["0%", "-1%"] {
            assert_eq!(
                percent("5%")
                    .relative_to(percent(base))
                    .unwrap_err()
                    .to_string(),
                format!("no change relative to {base}: the base must be above zero")
            );
        }
    }

    #[test]
    fn bounds_and_text_are_checked() {
        assert_eq!(
            "1000000000001%".parse::<Percent>().unwrap_err().to_string(),
            "1000000000001 percent is outside of ±1000000000000 with 15 decimals"
        );
        assert_eq!(
            "93.94".parse::<Percent>().unwrap_err().to_string(),
            r#"cannot read "93.94" as a percentage: at byte 5: expected %, found the end of the text"#
        );
        assert_eq!(
            "9%".parse::<PercentagePoints>().unwrap_err().to_string(),
            r#"cannot read "9%" as percentage points: at byte 2: expected pp, found the end of the text"#
        );
        for text in ["x%", "%", "1_0%", "5 %", "1e2%"] {
            assert!(text.parse::<Percent>().is_err(), "{text}");
        }
        let top = percent("1000000000000%");
        assert_eq!(top.checked_add("1pp".parse().unwrap()), None);
    }

    proptest! {
        #[test]
        fn there_and_back(a in -1_000_000i64..1_000_000, b in -1_000_000i64..1_000_000, scale in 0u32..15) {
            let a = Percent::new(Decimal::new(a, scale)).unwrap();
            let b = Percent::new(Decimal::new(b, 15 - scale)).unwrap();
            prop_assert_eq!(b + (a - b), a);
            prop_assert_eq!(a - (a - b), b);
            prop_assert_eq!(a - b, -(b - a));
            prop_assert_eq!(a.to_string().parse::<Percent>().unwrap(), a);
            prop_assert_eq!((a - b).to_string().parse::<PercentagePoints>().unwrap(), a - b);
        }
    }
}
