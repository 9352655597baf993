//! Conversion within a dimension, by exact rationals.

use rust_decimal::Decimal;

use super::factor::Reduced;
use super::{Dimension, Factor, Unit};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Interval;
use crate::model::interval::directed::Toward;

impl Unit {
    /// Whether figures in this unit have a meaning in `to`: whether the two are of one dimension.
    pub fn converts_to(&self, to: Unit) -> bool {
        self.dimension() == to.dimension()
    }

    /// How many `to` one of this unit is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unit`], naming both, if they are of two dimensions. [`ErrorKind::Overflow`] if the factor has a
    /// numerator or denominator over 2^96, as between µg for each 亿吨 and t for each µg.
    pub fn factor_to(&self, to: Unit) -> Result<Factor> {
        if !self.converts_to(to) {
            return Err(self.refusal(to));
        }
        self.in_base()
            .and_then(|from| from.times(to.in_base()?.inverse()))
            .and_then(Factor::of)
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::Overflow,
                    format!(
                        "the factor from {} to {} does not fit 96 bits; convert by way of a unit between them",
                        self.named(),
                        to.named()
                    ),
                )
            })
    }

    /// `value` of this unit in `to`, exactly, without trailing zeros. In its own unit a value stays as it is.
    ///
    /// # Errors
    ///
    /// As [`factor_to`](Self::factor_to), and [`ErrorKind::Overflow`] if the result is no decimal of 96 bits and 28 places: 1 亩
    /// in m². [`convert`](Self::convert) then gives the interval around it.
    pub fn convert_exact(&self, value: Decimal, to: Unit) -> Result<Decimal> {
        if *self == to {
            return Ok(value);
        }
        let factor = self.factor_to(to)?;
        factor.times_exact(value).ok_or_else(|| {
            Error::new(
                ErrorKind::Overflow,
                format!(
                    "{value} {} times {factor} is no exact decimal in {}; convert it as an interval",
                    self.named(),
                    to.named()
                ),
            )
        })
    }

    /// An interval of this unit in `to`: exact where its ends come out as decimals, else wider by less than their last
    /// digit, with open ends. An end too large for a decimal is lost.
    ///
    /// ```
    /// use yearbook::model::{Interval, Unit};
    ///
    /// let field: Interval = "[3, 4]".parse()?;
    /// assert_eq!(
    ///     Unit::MU.convert(&field, Unit::SQUARE_METRE)?.to_string(),
    ///     "[2000, 2666.6666666666666666666666667)",
    /// );
    /// # Ok::<(), yearbook::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`factor_to`](Self::factor_to).
    pub fn convert(&self, interval: &Interval, to: Unit) -> Result<Interval> {
        let factor = self.factor_to(to)?;
        let low = factor.convert_end(interval.low(), Toward::Down);
        let high = factor.convert_end(interval.high(), Toward::Up);
        Ok(Interval::new(low, high).unwrap_or_else(Interval::everything))
    }

    /// How many of its dimension's base unit it is; of a ratio, base unit for each base unit.
    fn in_base(&self) -> Option<Reduced> {
        let above = Reduced::of(self.row().factor);
        let Some(per) = self.per else {
            return Some(above);
        };
        let scale = Reduced::of((10_u64.checked_pow(per.power.into())?, 1));
        let below = Reduced::of(per.row.row().factor).times(scale)?;
        above.times(below.inverse())
    }

    /// The refusal to convert to a unit of another dimension, with the reason that fits the two.
    fn refusal(self, to: Unit) -> Error {
        use Dimension::{CalendarTime, Duration, Fraction, Money, Points};
        let (here, there) = (self.dimension(), to.dimension());
        let reason = match (here, there) {
            (Fraction, Points) | (Points, Fraction) => {
                "points are the difference of two fractions and no fraction; record the change in points".to_string()
            }
            (CalendarTime, Duration) | (Duration, CalendarTime) => {
                "no fixed number of days is a month or a year; only units of one dimension convert".to_string()
            }
            (Money(_), Money(_)) => {
                "a rate of exchange is not a fact about a unit; record the figure in the currency it was reported in"
                    .to_string()
            }
            _ => format!("{here} is not {there}; only units of one dimension convert"),
        };
        Error::new(
            ErrorKind::Unit,
            format!(
                "cannot convert {} to {}: {reason}",
                self.named(),
                to.named()
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::any_unit;
    use super::*;
    use crate::model::Bound;
    use crate::model::interval::directed;

    fn unit(text: &str) -> Unit {
        Unit::parse(text).unwrap()
    }

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn factors_are_those_of_the_standards() {
        let cases = [
            ("亩", "平方米", "2000/3"),
            ("公顷", "亩", "15"),
            ("平方公里", "亩", "1500"),
            ("平方公里", "公顷", "100"),
            ("公里", "米", "1000"),
            ("公里", "里", "2"),
            ("米", "毫米", "1000"),
            ("海里", "公里", "463/250"),
            ("吨", "公斤", "1000"),
            ("斤", "公斤", "1/2"),
            ("担", "斤", "100"),
            ("吨", "微克", "1000000000000"),
            ("立方米", "升", "1000"),
            ("升", "毫升", "1000"),
            ("度", "兆焦", "18/5"),
            ("千卡", "焦耳", "4184"),
            ("兆瓦", "千瓦", "1000"),
            ("小时", "分钟", "60"),
            ("周", "小时", "168"),
            ("年", "月", "12"),
            ("季度", "月", "3"),
            ("岁", "年", "1"),
            ("岁", "月龄", "12"),
            ("%", "‰", "10"),
            ("%", "/10万", "1000"),
            ("/10万", "%", "1/1000"),
            ("倍", "%", "100"),
            ("个百分点", "个千分点", "10"),
            ("人/万人", "人/千人", "1/10"),
            ("例/10万人", "例/百万人", "10"),
            ("元/公斤", "元/吨", "1000"),
            ("公斤/亩", "吨/公顷", "3/200"),
            ("公里/小时", "米/秒", "5/18"),
            ("人", "名", "1"),
            ("元", "元", "1"),
        ];
        for (from, to, factor) in cases {
            let there = unit(from).factor_to(unit(to)).unwrap();
            assert_eq!(there.to_string(), factor, "{from} {to}");
            assert_eq!(unit(to).factor_to(unit(from)).unwrap(), there.inverse());
            assert_eq!(there.is_one(), factor == "1");
        }
    }

    #[test]
    fn values_convert_exactly_or_not_at_all() {
        let cases = [
            ("2.93", "人/万人", "人/千人", "0.293"),
            ("9.80", "/10万", "‰", "0.098"),
            ("-2.7", "%", "‰", "-27"),
            ("117.2", "%", "倍", "1.172"),
            ("15", "亩", "公顷", "1"),
            ("3", "亩", "平方米", "2000"),
            ("0", "亩", "平方米", "0"),
            ("1.50", "年", "月", "18"),
            (
                "79228162514264337593543950335",
                "公斤",
                "吨",
                "79228162514264337593543950.335",
            ),
            (
                "0.0000000000000000000000000001",
                "吨",
                "公斤",
                "0.0000000000000000000000001",
            ),
        ];
        for (value, from, to, expected) in cases {
            let got = unit(from).convert_exact(dec(value), unit(to)).unwrap();
            assert_eq!(got.to_string(), expected, "{value} {from} {to}");
        }
        assert_eq!(
            unit("元")
                .convert_exact(dec("4.90"), unit("元"))
                .unwrap()
                .to_string(),
            "4.90"
        );
        for (value, from, to, message) in [
            (
                "5",
                "亩",
                "平方米",
                "5 mu (亩) times 2000/3 is no exact decimal in m2 (平方米); convert it as an interval",
            ),
            (
                "1",
                "月",
                "年",
                "1 month (个月) times 1/12 is no exact decimal in year (年); convert it as an interval",
            ),
            (
                "79228162514264337593543950335",
                "吨",
                "公斤",
                "79228162514264337593543950335 t (吨) times 1000 is no exact decimal in kg (公斤); convert it as an interval",
            ),
            (
                "0.0000000000000000000000000001",
                "公斤",
                "吨",
                "0.0000000000000000000000000001 kg (公斤) times 1/1000 is no exact decimal in t (吨); convert it as an \
                 interval",
            ),
        ] {
            let error = unit(from).convert_exact(dec(value), unit(to)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Overflow);
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn intervals_widen_only_where_they_must() {
        let cases = [
            ("[92.5, 93.5]", "%", "‰", "[925, 935]"),
            ("(7300000, 7400000)", "公斤", "吨", "(7300, 7400)"),
            (
                "[5, 5]",
                "亩",
                "平方米",
                "(3333.3333333333333333333333333, 3333.3333333333333333333333334)",
            ),
            (
                "[-5, ∞)",
                "亩",
                "平方米",
                "(-3333.3333333333333333333333334, ∞)",
            ),
            ("(-∞, 10]", "分钟", "秒", "(-∞, 600]"),
            ("(-∞, ∞)", "分钟", "秒", "(-∞, ∞)"),
            (
                "[1, 79228162514264337593543950335]",
                "吨",
                "公斤",
                "[1000, ∞)",
            ),
        ];
        for (interval, from, to, expected) in cases {
            let interval: Interval = interval.parse().unwrap();
            let got = unit(from).convert(&interval, unit(to)).unwrap();
            assert_eq!(got.to_string(), expected, "{from} {to}");
        }
    }

    #[test]
    fn refusals_name_both_units_and_say_why() {
        let cases = [
            (
                "人",
                "元",
                "cannot convert person (人) to CNY (元): a count of person is not money in CNY; only units of one \
                 dimension convert",
            ),
            (
                "剂",
                "剂次",
                "cannot convert dose (剂) to dose_given (剂次): a count of dose is not a count of dose_given; only units of \
                 one dimension convert",
            ),
            (
                "%",
                "个百分点",
                "cannot convert % to pp (个百分点): points are the difference of two fractions and no fraction; record the \
                 change in points",
            ),
            (
                "pp",
                "‰",
                "cannot convert pp (个百分点) to permille (‰): points are the difference of two fractions and no fraction; \
                 record the change in points",
            ),
            (
                "月",
                "天",
                "cannot convert month (个月) to day (天): no fixed number of days is a month or a year; only units of one \
                 dimension convert",
            ),
            (
                "美元",
                "元",
                "cannot convert USD (美元) to CNY (元): a rate of exchange is not a fact about a unit; record the figure in \
                 the currency it was reported in",
            ),
            (
                "人/万人",
                "%",
                "cannot convert person/10000.person (人/万人) to %: a ratio of a count of person to a count of person is \
                 not a fraction; only units of one dimension convert",
            ),
            (
                "元/盒",
                "元/瓶",
                "cannot convert CNY/box (元/盒) to CNY/bottle (元/瓶): a ratio of money in CNY to a count of box is not a \
                 ratio of money in CNY to a count of bottle; only units of one dimension convert",
            ),
        ];
        for (from, to, message) in cases {
            let (from, to) = (unit(from), unit(to));
            let error = from.factor_to(to).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unit);
            assert_eq!(error.to_string(), message);
            assert_eq!(
                from.convert_exact(Decimal::ONE, to)
                    .unwrap_err()
                    .to_string(),
                message
            );
            assert_eq!(
                from.convert(&Interval::everything(), to)
                    .unwrap_err()
                    .to_string(),
                message
            );
            assert!(!from.converts_to(to));
        }
    }

    #[test]
    fn a_factor_out_of_reach_is_refused() {
        let (tiny, huge) = (unit("ug/亿t"), unit("t/ug"));
        let error = tiny.factor_to(huge).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Overflow);
        assert_eq!(
            error.to_string(),
            "the factor from ug/100000000.t (微克/亿吨) to t/ug (吨/微克) does not fit 96 bits; convert by way of a unit \
             between them"
        );
    }

    /// Two units of one dimension.
    fn a_pair() -> impl Strategy<Value = (Unit, Unit)> {
        any_unit().prop_flat_map(|unit| {
            let simple_like = |unit: Unit| -> Vec<Unit> {
                Unit::simple_units()
                    .filter(|other| other.converts_to(unit))
                    .collect()
            };
            let others = match unit.ratio_parts() {
                None => simple_like(unit),
                Some((above, scale, below)) => simple_like(above)
                    .into_iter()
                    .flat_map(|above| {
                        let ratio = move |below: Unit| Unit::ratio(above, scale, below).unwrap();
                        simple_like(below)
                            .into_iter()
                            .map(ratio)
                            .collect::<Vec<_>>()
                    })
                    .collect(),
            };
            (Just(unit), proptest::sample::select(others))
        })
    }

    fn a_decimal() -> impl Strategy<Value = Decimal> {
        (-(1i128 << 60)..1i128 << 60, 0u32..12)
            .prop_map(|(mantissa, scale)| Decimal::from_i128_with_scale(mantissa, scale))
    }

    proptest! {
        #[test]
        fn factors_are_reduced_and_turn_back((from, to) in a_pair()) {
            let Ok(factor) = from.factor_to(to) else { return Ok(()) };
            let (above, below) = (factor.numerator(), factor.denominator());
            prop_assert!(above > Decimal::ZERO && below > Decimal::ZERO);
            prop_assert!(above.fract().is_zero() && below.fract().is_zero());
            for divisor in [2, 3, 5, 7, 13, 37, 463, 523].map(Decimal::from) {
                prop_assert!(!(above % divisor).is_zero() || !(below % divisor).is_zero(), "{factor}");
            }
            prop_assert_eq!(to.factor_to(from).unwrap(), factor.inverse());
        }

        #[test]
        fn there_and_back_is_the_same_value((from, to) in a_pair(), value in a_decimal()) {
            if let Ok(there) = from.convert_exact(value, to) {
                prop_assert_eq!(to.convert_exact(there, from).unwrap(), value);
            }
        }

        #[test]
        fn an_interval_keeps_what_it_held((from, to) in a_pair(), low in a_decimal(), width in 0i64..1000) {
            let Ok(factor) = from.factor_to(to) else { return Ok(()) };
            let high = low + Decimal::from(width);
            let interval = Interval::closed(low, high).unwrap();
            let there = from.convert(&interval, to).unwrap();
            match (factor.times_exact(low), there.low()) {
                (Some(exact), Bound::Closed(end)) => prop_assert_eq!(exact, end),
                (None, Bound::Open(end)) => {
                    // end < low × n/d, so end × d <= low × n.
                    let product = directed::mul(low, factor.numerator(), Toward::Up);
                    let back = directed::mul(end, factor.denominator(), Toward::Down);
                    if let (Some(product), Some(back)) = (product, back) {
                        prop_assert!(back <= product, "{back} {product}");
                    }
                }
                (None, Bound::Unbounded) => {}
                other => prop_assert!(false, "{other:?}"),
            }
            let again = to.convert(&there, from).unwrap();
            prop_assert!(again.encloses(&interval), "{again} {interval}");
        }

        #[test]
        fn units_of_two_dimensions_never_convert(from in any_unit(), to in any_unit()) {
            prop_assert_eq!(from.converts_to(to), to.converts_to(from));
            if from.converts_to(to) {
                prop_assert_eq!(from.dimension(), to.dimension());
            } else {
                let error = from.factor_to(to).unwrap_err();
                prop_assert_eq!(error.kind(), ErrorKind::Unit);
                let message = error.to_string();
                prop_assert!(message.contains(&from.code()) && message.contains(&to.code()));
            }
        }
    }
}
