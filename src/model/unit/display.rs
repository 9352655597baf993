//! How units are printed: the canonical code, Chinese, English and UCUM.

use std::fmt;

use super::table::{LABELS, Row, Ucum};
use super::{Per, Unit};

impl Unit {
    /// The canonical code, as `Display` prints it: `person`, `CNY`, `%`, `person/10000.person`, `CNY/box`.
    pub fn code(&self) -> String {
        self.to_string()
    }

    /// The Chinese label: 人, 元, %, 个百分点, 人/万人, 元/盒.
    ///
    /// A scale that would make another unit with what follows it is printed in digits: 元/1000克 is not 元/千克.
    pub fn to_chinese(&self) -> String {
        let label = self.row().chinese_label();
        let Some(per) = self.per else {
            return label.to_string();
        };
        let below = per.row.row().chinese_label();
        let scaled = format!("{}{below}", per.chinese_scale());
        if per.power > 0 && LABELS.contains_key(scaled.as_str()) {
            format!("{label}/{}{below}", per.digits())
        } else {
            format!("{label}/{scaled}")
        }
    }

    /// The English label for figures other than one: `people`, `yuan per box`, `people per 10000 people`.
    pub fn to_english(&self) -> String {
        self.english(self.row().many)
    }

    /// The English label for the figure one: `person`, `person per 10000 people`.
    pub fn to_english_singular(&self) -> String {
        self.english(self.row().one)
    }

    /// The code in UCUM (The Unified Code for Units of Measure, version 2.2), where one keeps the meaning.
    ///
    /// Counters are annotations (`{person}`), which UCUM takes for the number 1: a receiver that drops them no
    /// longer knows doses from people. Money has none, points have none (`%{point}` would be a percentage), nor
    /// has a place in an order.
    pub fn ucum(&self) -> Option<String> {
        let above = self.row().ucum_code()?;
        let Some(per) = self.per else {
            return Some(above);
        };
        let below = per.row.row().ucum_code()?;
        // UCUM reads from left to right: a product below the line needs parentheses.
        let below = if below.contains(['.', '/']) && !below.starts_with('(') {
            format!("({below})")
        } else {
            below
        };
        Some(match per.power {
            0 => format!("{above}/{below}"),
            power => format!("{above}/10*{power}/{below}"),
        })
    }

    /// The pieces of the canonical code, in order.
    pub(super) fn code_parts(&self) -> [&'static str; 5] {
        let above = self.row().code;
        match self.per {
            None => [above, "", "", "", ""],
            Some(per) if per.power == 0 => [above, "/", "", "", per.row.row().code],
            Some(per) => [above, "/", per.digits(), ".", per.row.row().code],
        }
    }

    /// The code with the Chinese label beside it, for messages: `CNY (元)`, but `%` once.
    pub(super) fn named(&self) -> String {
        let (code, chinese) = (self.code(), self.to_chinese());
        if code == chinese {
            code
        } else {
            format!("{code} ({chinese})")
        }
    }

    fn english(&self, above: &str) -> String {
        match self.per {
            None => above.to_string(),
            Some(per) if per.power == 0 => format!("{above} per {}", per.row.row().one),
            Some(per) => format!("{above} per {} {}", per.digits(), per.row.row().many),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::model::padded(f, |f| {
            self.code_parts()
                .into_iter()
                .try_for_each(|part| f.write_str(part))
        })
    }
}

impl Per {
    fn digits(self) -> &'static str {
        match self.power {
            0 => "1",
            1 => "10",
            2 => "100",
            3 => "1000",
            4 => "10000",
            5 => "100000",
            6 => "1000000",
            7 => "10000000",
            _ => "100000000",
        }
    }

    /// 10万 and not 十万: so bulletins print it.
    fn chinese_scale(self) -> &'static str {
        match self.power {
            0 => "",
            1 => "十",
            2 => "百",
            3 => "千",
            4 => "万",
            5 => "10万",
            6 => "百万",
            7 => "千万",
            _ => "亿",
        }
    }
}

impl Row {
    fn chinese_label(&self) -> &'static str {
        self.chinese.first().copied().unwrap_or(self.code)
    }

    fn ucum_code(&self) -> Option<String> {
        match self.ucum {
            Ucum::Nothing => None,
            Ucum::Annotation => Some(format!("{{{}}}", self.code)),
            Ucum::Code(code) => Some(code.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> Unit {
        Unit::parse(text).unwrap()
    }

    #[test]
    fn each_tongue_has_its_form() {
        let cases = [
            ("人", "person", "人", "people", Some("{person}")),
            ("名", "person", "人", "people", Some("{person}")),
            (
                "剂次",
                "dose_given",
                "剂次",
                "doses given",
                Some("{dose_given}"),
            ),
            ("元", "CNY", "元", "yuan", None),
            ("%", "%", "%", "percent", Some("%")),
            ("‰", "permille", "‰", "permille", Some("[ppth]")),
            ("1/10万", "1/100000", "/10万", "per 100000", Some("10*-5")),
            ("pp", "pp", "个百分点", "percentage points", None),
            ("位", "position", "位", "positions", None),
            ("亩", "mu", "亩", "mu", Some("(2000.m2/3)")),
            ("岁", "year_of_age", "岁", "years of age", Some("a{age}")),
            ("千克", "kg", "公斤", "kilograms", Some("kg")),
            (
                "人/万人",
                "person/10000.person",
                "人/万人",
                "people per 10000 people",
                Some("{person}/10*4/{person}"),
            ),
            (
                "个/千人口",
                "item/1000.person",
                "个/千人",
                "items per 1000 people",
                Some("{item}/10*3/{person}"),
            ),
            ("元/盒", "CNY/box", "元/盒", "yuan per box", None),
            (
                "例/10万人",
                "case/100000.person",
                "例/10万人",
                "cases per 100000 people",
                Some("{case}/10*5/{person}"),
            ),
            (
                "公斤/亩",
                "kg/mu",
                "公斤/亩",
                "kilograms per mu",
                Some("kg/(2000.m2/3)"),
            ),
            (
                "立方米/度",
                "m3/kWh",
                "立方米/千瓦时",
                "cubic metres per kilowatt-hour",
                Some("m3/(kW.h)"),
            ),
            (
                "公里/小时",
                "km/hour",
                "公里/小时",
                "kilometres per hour",
                Some("km/h"),
            ),
        ];
        for (text, code, chinese, english, ucum) in cases {
            let unit = unit(text);
            assert_eq!(unit.code(), code);
            assert_eq!(unit.to_chinese(), chinese);
            assert_eq!(unit.to_english(), english);
            assert_eq!(unit.ucum().as_deref(), ucum, "{text}");
        }
    }

    #[test]
    fn one_is_singular_above_the_line() {
        assert_eq!(Unit::PERSON.to_english_singular(), "person");
        assert_eq!(
            unit("人/万人").to_english_singular(),
            "person per 10000 people"
        );
        assert_eq!(unit("%").to_english_singular(), "percent");
    }

    #[test]
    fn a_scale_does_not_melt_into_the_unit() {
        let gram = unit("g");
        let price = Unit::ratio(Unit::YUAN, 1000, gram).unwrap();
        assert_eq!(price.to_chinese(), "元/1000克");
        assert_eq!(unit(&price.to_chinese()), price);
        assert_ne!(unit("元/千克"), price);
    }

    #[test]
    fn a_unit_prints_for_debugging() {
        assert_eq!(
            format!("{:?}", unit("人/万人")),
            "Unit(person/10000.person)"
        );
    }
}
