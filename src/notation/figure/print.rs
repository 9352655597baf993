//! Readings in Chinese. What is printed reads back as the same; where Chinese has no form for it (an exact
//! 0.5, 79 years counted to the year), the canonical text of the figure stands in its place.

use rust_decimal::Decimal;

use super::{Reading, Said, parse};
use crate::model::figure::power_of_ten;
use crate::model::{Base, ChangeForm, Figure, Precision, Qualifier, Unit};
use crate::notation::period::period_to_chinese;

/// A figure and its unit in Chinese: 730余万剂次, 93%以上, 8千元至1万元, 第3位.
///
/// [`parse`] reads the figure and the unit back as they were. Where Chinese has no form for a
/// figure, its canonical text stands before the unit: `0.5!小时`, `79!岁`.
///
/// ```
/// use yearbook::model::Unit;
/// use yearbook::notation::figure_to_chinese;
///
/// assert_eq!(figure_to_chinese(&"730e4+".parse()?, Some(Unit::DOSE_GIVEN)), "730余万剂次");
/// assert_eq!(figure_to_chinese(&">=93e0".parse()?, Some(Unit::PERCENT)), "93%以上");
/// assert_eq!(figure_to_chinese(&"79!".parse()?, Some(Unit::YEAR_OF_AGE)), "79!岁");
/// # Ok::<(), yearbook::Error>(())
/// ```
pub fn figure_to_chinese(figure: &Figure, unit: Option<Unit>) -> String {
    let same = |text: &String| {
        parse(text).is_ok_and(|reading| reading.figure == *figure && reading.unit == unit)
    };
    natural(figure, unit)
        .filter(same)
        .unwrap_or_else(|| plain(figure, unit))
}

impl Reading {
    /// The phrase in Chinese: 同比下降2.86%, 比2021年提高9个百分点, 第3位.
    ///
    /// [`parse`] reads it back as it was.
    ///
    /// ```
    /// use yearbook::notation::parse;
    ///
    /// assert_eq!(parse("比上年降低了2.86％。")?.to_chinese(), "同比下降2.86%");
    /// assert_eq!(parse("逾十万人次")?.to_chinese(), "超10万人次");
    /// # Ok::<(), yearbook::Error>(())
    /// ```
    pub fn to_chinese(&self) -> String {
        let Said::Change { form, base } = self.measure else {
            return figure_to_chinese(&self.figure, self.unit);
        };
        let base = match base {
            None => String::new(),
            Some(Base::YearEarlier) => "同比".to_string(),
            Some(Base::Previous) => "环比".to_string(),
            Some(Base::Fixed(period)) => format!("比{}", period_to_chinese(&period)),
        };
        let (rise, fall) = match form {
            ChangeForm::Relative => ("增长", "下降"),
            ChangeForm::Points => ("提高", "下降"),
            ChangeForm::Absolute => ("增加", "减少"),
        };
        let still = Figure::new(Decimal::ZERO, Precision::Digit(0), Qualifier::None);
        let same = |text: &String| parse(text).is_ok_and(|reading| reading == *self);
        if self.unit == Some(Unit::PERCENT) && still.is_ok_and(|still| still == self.figure) {
            return format!("{base}持平");
        }
        let fall = turned(&self.figure)
            .filter(|_| self.figure.value() < Decimal::ZERO)
            .and_then(|size| natural(&size, self.unit))
            .map(|size| format!("{base}{fall}{size}"));
        let rise_of = |size: String| format!("{base}{rise}{size}");
        fall.filter(same)
            .or_else(|| times(&self.figure, self.unit).map(rise_of).filter(same))
            .or_else(|| natural(&self.figure, self.unit).map(rise_of).filter(same))
            .unwrap_or_else(|| rise_of(plain(&self.figure, self.unit)))
    }
}

/// The size of a fall; the opposite of what reading one does. `None` for a range that reaches over zero.
fn turned(figure: &Figure) -> Option<Figure> {
    let value = figure.value();
    if let Some((upper, upper_precision)) = figure.upper() {
        return Figure::range(-upper, upper_precision, -value, figure.precision())
            .ok()
            .filter(|_| upper <= Decimal::ZERO);
    }
    let qualifier = match figure.qualifier() {
        Qualifier::Over => Qualifier::Under,
        Qualifier::Under => Qualifier::Over,
        Qualifier::AtLeast => Qualifier::AtMost,
        Qualifier::AtMost => Qualifier::AtLeast,
        same => same,
    };
    Figure::new(-value, figure.precision(), qualifier).ok()
}

/// A rise of 210 % that is not known to the percent: 2.1倍.
fn times(figure: &Figure, unit: Option<Unit>) -> Option<String> {
    let Precision::Digit(digit @ 1..) = figure.precision() else {
        return None;
    };
    let value = figure.value().checked_div(Decimal::ONE_HUNDRED)?;
    let multiple = Figure::new(value, Precision::Digit(digit - 2), figure.qualifier()).ok()?;
    natural(&multiple, Some(Unit::MULTIPLE)).filter(|_| unit == Some(Unit::PERCENT))
}

/// As a bulletin would print it, if it would; whether it reads back is for the caller to see.
fn natural(figure: &Figure, unit: Option<Unit>) -> Option<String> {
    let label = match (unit, figure.precision()) {
        // Thirty percent to the ten is 3成.
        (Some(Unit::PERCENT), Precision::Digit(1)) => "成".to_string(),
        (Some(unit), _) => unit.to_chinese(),
        (None, _) => String::new(),
    };
    let (digits, power) = number(figure.value(), figure.precision(), unit)?;
    let plain = format!("{digits}{power}{label}");
    if unit == Some(Unit::POSITION) {
        return match figure.qualifier() {
            Qualifier::None => Some(format!("第{plain}")),
            Qualifier::AtMost => Some(format!("前{plain}")),
            _ => None,
        };
    }
    Some(match figure.qualifier() {
        Qualifier::None => plain,
        Qualifier::Odd if label == "成" => format!("{digits}成多"),
        Qualifier::Odd => format!("{digits}余{power}{label}"),
        Qualifier::About => format!("约{plain}"),
        Qualifier::Nearly => format!("近{plain}"),
        Qualifier::Over => format!("超{plain}"),
        Qualifier::AtLeast => format!("{plain}以上"),
        Qualifier::Under => format!("不足{plain}"),
        Qualifier::AtMost => format!("不超过{plain}"),
        Qualifier::Range => {
            let (upper, precision) = figure.upper()?;
            let (upper_digits, upper_power) = number(upper, precision, unit)?;
            format!("{plain}至{upper_digits}{upper_power}{label}")
        }
    })
}

/// Digits and the power of ten behind them, as far as they say the precision.
fn number(
    value: Decimal,
    precision: Precision,
    unit: Option<Unit>,
) -> Option<(String, &'static str)> {
    let counted = unit.is_none_or(|unit| unit.is_counter());
    match precision {
        Precision::Exact => (counted && value.scale() == 0).then(|| (value.to_string(), "")),
        Precision::Digit(0) => (!counted).then(|| (value.to_string(), "")),
        Precision::Digit(1) if unit == Some(Unit::PERCENT) => {
            Some((value.checked_div(Decimal::TEN)?.normalize().to_string(), ""))
        }
        Precision::Digit(p) if p < 0 => Some((value.to_string(), "")),
        Precision::Digit(p) => {
            let common = POWERS.iter().find(|&&(power, _, common)| {
                common
                    && power >= p
                    && power - p <= DECIMALS_MAX
                    && value.abs() >= power_of_ten(power)
            });
            let &(power, word, _) =
                common.or_else(|| POWERS.iter().find(|(power, ..)| *power == p))?;
            let units = value.checked_div(power_of_ten(p))?.normalize();
            let decimals = u32::try_from(power - p).ok()?;
            let digits = Decimal::try_from_i128_with_scale(units.mantissa(), decimals).ok()?;
            (units.scale() == 0).then(|| (digits.to_string(), word))
        }
    }
}

/// More decimals before 万 or 亿 are hard to read.
const DECIMALS_MAX: i8 = 6;

/// Powers of ten in words, and whether they are what a bulletin would choose.
const POWERS: [(i8, &str, bool); 12] = [
    (12, "万亿", true),
    (8, "亿", true),
    (4, "万", true),
    (3, "千", true),
    (2, "百", true),
    (5, "十万", false),
    (6, "百万", false),
    (7, "千万", false),
    (9, "十亿", false),
    (10, "百亿", false),
    (11, "千亿", false),
    (15, "千万亿", false),
];

/// The canonical text with every precision spelled out, so that no unit changes it, and the unit.
fn plain(figure: &Figure, unit: Option<Unit>) -> String {
    let label = unit.map_or_else(String::new, |unit| unit.to_chinese());
    format!("{figure:#}{label}")
}
