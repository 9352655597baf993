//! The units of a quotient: which multiple of numerator over denominator a unit means.

use rust_decimal::Decimal;

use crate::error::{Error, ErrorKind, Result};
use crate::model::unit::Dimension;
use crate::model::{Interval, Unit};

/// How to divide one quantity by another so that the result is in a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::query) struct Quotient {
    /// What the numerator is converted to.
    above: Unit,
    /// What the denominator is converted to.
    below: Unit,
    /// What the quotient is then multiplied by: 100 for %, 10 000 for 人/万人.
    factor: Decimal,
}

impl Quotient {
    /// The quotient of two units as a third.
    ///
    /// % and its like want two quantities that convert, a ratio of units wants its own two, any other unit is that of
    /// a mean: the numerator's, for each one of the counted things below.
    pub(in crate::query) fn of(numerator: Unit, denominator: Unit, result: Unit) -> Result<Self> {
        let refuse = |why: String| {
            Err(Error::new(
                ErrorKind::Unit,
                format!("{numerator} over {denominator} is no {result}: {why}"),
            ))
        };
        if let Some((above, scale, below)) = result.ratio_parts() {
            if !numerator.converts_to(above) || !denominator.converts_to(below) {
                return refuse(format!(
                    "it has {above} above the line and {below} below it"
                ));
            }
            return Ok(Self {
                above,
                below,
                factor: Decimal::from(scale),
            });
        }
        if result.dimension() == Dimension::Fraction {
            if !numerator.converts_to(denominator) {
                return refuse("a part and its whole are in units that convert".to_string());
            }
            return Ok(Self {
                above: denominator,
                below: denominator,
                factor: Unit::MULTIPLE.convert_exact(Decimal::ONE, result)?,
            });
        }
        if !numerator.converts_to(result) || !denominator.is_counter() {
            return refuse(format!(
                "a mean in {result} is so much {result} over a number of things"
            ));
        }
        Ok(Self {
            above: result,
            below: denominator,
            factor: Decimal::ONE,
        })
    }

    /// `numerator ÷ denominator × factor`, as intervals in their own units.
    pub(in crate::query) fn divide(
        &self,
        numerator: (&Interval, Unit),
        denominator: (&Interval, Unit),
    ) -> Result<Interval> {
        let above = numerator.1.convert(numerator.0, self.above)?;
        let below = denominator.1.convert(denominator.0, self.below)?;
        above.scale(self.factor).div(&below)
    }

    /// The numerator in a unit, from the result and the denominator.
    pub(in crate::query) fn numerator(
        &self,
        result: &Interval,
        denominator: (&Interval, Unit),
        unit: Unit,
    ) -> Result<Interval> {
        let below = denominator.1.convert(denominator.0, self.below)?;
        let above = result.mul(&below).div(&Interval::point(self.factor))?;
        self.above.convert(&above, unit)
    }

    /// The denominator in a unit, from the result and the numerator.
    pub(in crate::query) fn denominator(
        &self,
        result: &Interval,
        numerator: (&Interval, Unit),
        unit: Unit,
    ) -> Result<Interval> {
        let above = numerator.1.convert(numerator.0, self.above)?;
        let below = above.scale(self.factor).div(result)?;
        self.below.convert(&below, unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> Unit {
        text.parse().unwrap()
    }

    fn quotient(above: &str, below: &str, result: &str) -> Result<Quotient> {
        Quotient::of(unit(above), unit(below), unit(result))
    }

    #[test]
    fn quotients_come_out_in_their_units() {
        for (above, a, below, b, result, expected) in [
            ("家", "[198, 198]", "家", "[300, 300]", "%", "[66, 66]"),
            (
                "人",
                "[2100, 2100]",
                "组",
                "[1050, 1050]",
                "人/组",
                "[2, 2]",
            ),
            (
                "人",
                "[293, 293]",
                "人",
                "[1000000, 1000000]",
                "人/万人",
                "[2.93, 2.93]",
            ),
            ("人", "[1, 1]", "人", "[1000, 1000]", "‰", "[1, 1]"),
            ("元", "[300, 500]", "人次", "[2, 2]", "元", "[150, 250]"),
            (
                "吨",
                "[1, 1]",
                "公顷",
                "[15, 15]",
                "公斤/亩",
                "[4.44444444444444, 4.44444444444445]",
            ),
        ] {
            let quotient = quotient(above, below, result).unwrap();
            let (a, b): (Interval, Interval) = (a.parse().unwrap(), b.parse().unwrap());
            let got = quotient
                .divide((&a, unit(above)), (&b, unit(below)))
                .unwrap();
            let expected: Interval = expected.parse().unwrap();
            assert!(expected.encloses(&got), "{got}");
        }
    }

    #[test]
    fn units_that_do_not_go_together_are_refused() {
        for (above, below, result, message) in [
            (
                "人",
                "家",
                "%",
                "person over institution is no %: a part and its whole are in units that convert",
            ),
            (
                "张",
                "家",
                "张/千人",
                "bed over institution is no bed/1000.person: it has bed above the line and person below it",
            ),
            (
                "元",
                "元",
                "岁",
                "CNY over CNY is no year_of_age: a mean in year_of_age is so much year_of_age over a number of things",
            ),
        ] {
            assert_eq!(
                quotient(above, below, result).unwrap_err().to_string(),
                message
            );
        }
    }
}
