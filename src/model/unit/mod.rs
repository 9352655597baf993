//! Units: what a figure counts or measures.
//!
//! A unit is one of a closed table of simple units (人, 剂次, 元, 亩, %), or a ratio of two of them, the second
//! in ones or in a power of ten (元/盒, 人/万人). Nothing else is a unit: the 万 of 万元 belongs to the figure, and
//! [`Unit::parse_scaled`] hands it over.
//!
//! Each unit has one canonical code in ASCII, which `Display`, serde and files use; Chinese and English
//! labels; and a UCUM code (The Unified Code for Units of Measure, version 2.2) where one keeps the
//! meaning. All of them are read by [`Unit::parse`].
//!
//! Units convert within a [`Dimension`] by an exact [`Factor`]. Every counter is a dimension of its own: three
//! hospitals (家) and three beds (张) do not add up to six of anything.
//!
//! ```
//! use yearbook::{Decimal, model::Unit};
//!
//! let density: Unit = "人/万人".parse()?;
//! assert_eq!(density.code(), "person/10000.person");
//! assert_eq!(density.to_english(), "people per 10000 people");
//! assert_eq!(density.ucum().as_deref(), Some("{person}/10*4/{person}"));
//! assert_eq!(
//!     density.convert_exact(Decimal::new(293, 2), "人/千人".parse()?)?,
//!     Decimal::new(293, 3),
//! );
//! assert_eq!(
//!     Unit::PERSON.factor_to(Unit::YUAN).unwrap_err().to_string(),
//!     "cannot convert person (人) to CNY (元): a count of person is not money in CNY; \
//!      only units of one dimension convert",
//! );
//! # Ok::<(), yearbook::Error>(())
//! ```

mod convert;
mod counters;
mod dimension;
mod display;
mod factor;
mod measures;
mod parse;
mod prefix;
mod suggest;
mod table;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

pub use dimension::Dimension;
pub use factor::Factor;
use table::{Row, RowId};

/// What a figure counts or measures: a simple unit, or a ratio of two with a scale.
///
/// Two units are equal if their codes are; 千克 and 公斤 are one unit, 公里 and 米 are two that
/// [convert](Unit::converts_to). `Ord` is the order of the codes' bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unit {
    row: RowId,
    per: Option<Per>,
}

/// What stands below the line of a ratio: `10^power` of a unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Per {
    row: RowId,
    power: u8,
}

/// The largest scale of a ratio, as a power of ten: 亿.
const SCALE_POWER_MAX: u8 = 8;

macro_rules! constants {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        impl Unit {
            $($(#[$doc])* pub const $name: Unit = Unit::simple(RowId::of($code));)*
        }
    };
}

constants! {
    /// No unit: an index. Code `1`.
    ONE = "1";
    /// %.
    PERCENT = "%";
    /// ‰.
    PERMILLE = "permille";
    /// 1/10000, printed as 9.80/万.
    PER_TEN_THOUSAND = "1/10000";
    /// 1/100000, printed as 9.80/10万.
    PER_HUNDRED_THOUSAND = "1/100000";
    /// 1/1000000.
    PER_MILLION = "1/1000000";
    /// 倍, a multiple: one 倍 is 100 %.
    MULTIPLE = "multiple";
    /// 个百分点, the difference of two percentages.
    PERCENTAGE_POINT = "pp";
    /// 个千分点, the difference of two ‰.
    PERMILLE_POINT = "permille_point";
    /// 位, a place in an order.
    POSITION = "position";
    /// 分, the mark of an assessment.
    MARK = "mark";
    /// 人 and 名.
    PERSON = "person";
    /// 人次.
    PERSON_TIME = "person_time";
    /// 户.
    HOUSEHOLD = "household";
    /// 个.
    ITEM = "item";
    /// 家.
    INSTITUTION = "institution";
    /// 例.
    CASE = "case";
    /// 张, as of beds.
    BED = "bed";
    /// 剂次.
    DOSE_GIVEN = "dose_given";
    /// 元.
    YUAN = "CNY";
    /// 吨.
    TONNE = "t";
    /// 公斤.
    KILOGRAM = "kg";
    /// 亩, 2000/3 m².
    MU = "mu";
    /// 平方米.
    SQUARE_METRE = "m2";
    /// 平方公里.
    SQUARE_KILOMETRE = "km2";
    /// 公里.
    KILOMETRE = "km";
    /// 米.
    METRE = "m";
    /// 分钟.
    MINUTE = "minute";
    /// 小时.
    HOUR = "hour";
    /// 天.
    DAY = "day";
    /// 个月.
    MONTH = "month";
    /// 年.
    YEAR = "year";
    /// 岁.
    YEAR_OF_AGE = "year_of_age";
}

impl Unit {
    const fn simple(row: RowId) -> Self {
        Self { row, per: None }
    }

    /// One unit for each `scale` of another: `Unit::ratio(Unit::PERSON, 10_000, Unit::PERSON)` is 人/万人.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Bounds`] if `scale` is not a power of ten from 1 to 100 000 000 (亿). [`ErrorKind::Unit`] if one of
    /// the two is itself a ratio, or a fraction, points, a place in an order or a bare number: such a
    /// ratio would have no meaning of its own.
    pub fn ratio(numerator: Unit, scale: u32, denominator: Unit) -> Result<Unit> {
        let power =
            (0..=SCALE_POWER_MAX).find(|&power| 10_u32.checked_pow(power.into()) == Some(scale));
        let Some(power) = power else {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!("scale {scale} of a ratio is not a power of ten from 1 to 100000000"),
            ));
        };
        for part in [numerator, denominator] {
            if !part.may_stand_in_ratio() {
                return Err(Error::new(
                    ErrorKind::Unit,
                    format!(
                        "cannot make a ratio with {}, which is {}: a ratio is of two counts, amounts of money or \
                         measured quantities",
                        part.named(),
                        part.dimension(),
                    ),
                ));
            }
        }
        Ok(Self {
            row: numerator.row,
            per: Some(Per {
                row: denominator.row,
                power,
            }),
        })
    }

    /// Reads a unit: its code, a Chinese or English label, or its UCUM code.
    ///
    /// A 万 is read below the line only (人/万人); above it, it belongs to the figure, see
    /// [`parse_scaled`](Self::parse_scaled). 位 is a place in an order, 分 a mark, 张 a bed, 度 a kilowatt-hour:
    /// where a sentence means something else by them, its reader must say so.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Syntax`] with the byte at which no unit stood, and near units if there are any.
    pub fn parse(text: &str) -> Result<Unit> {
        parse::parse(text)
    }

    /// Reads the unit of a table's header, where a multiplier may stand before the unit: 万元 is `(4, 元)`, figures in
    /// it are to be multiplied by 10^4. What is a unit as a whole has no multiplier: 千克 is `(0, 千克)`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Syntax`], as [`parse`](Self::parse).
    pub fn parse_scaled(text: &str) -> Result<(u8, Unit)> {
        parse::parse_scaled(text)
    }

    /// The longest Chinese or English label, code or ratio at the start of `text`, and its length in bytes.
    ///
    /// The longest wins: 剂次 before 剂, 个百分点 and 个月 before 个, 台次 before 台, 个/千人 before 个. It knows labels, not
    /// sentences: of 次均费用 it takes 次, of 年级 it takes 年. Which words may follow a unit is for the notation to decide.
    /// Latin words must end where they end: `m` is not found in `mm` or `men`.
    ///
    /// ```
    /// use yearbook::model::Unit;
    ///
    /// let (unit, length_bytes) = Unit::longest_prefix("剂次新冠疫苗").unwrap();
    /// assert_eq!((unit, length_bytes), (Unit::DOSE_GIVEN, "剂次".len()));
    /// ```
    pub fn longest_prefix(text: &str) -> Option<(Unit, usize)> {
        prefix::longest_prefix(text)
    }

    /// The scale, unit and length in bytes of a denominator at the start of `text`: what follows 每 in 每千人口4.92个.
    ///
    /// A scale and a unit that together are a unit are that unit: 千克 is one kilogram, not 1000 g.
    ///
    /// ```
    /// use yearbook::model::Unit;
    ///
    /// let (scale, unit, length_bytes) = Unit::longest_denominator("千人口4.92个").unwrap();
    /// assert_eq!((scale, unit, length_bytes), (1000, Unit::PERSON, "千人口".len()));
    /// ```
    pub fn longest_denominator(text: &str) -> Option<(u32, Unit, usize)> {
        let (power, row, length_bytes) = prefix::longest_denominator(text)?;
        Some((
            10_u32.checked_pow(power.into())?,
            Self::simple(row),
            length_bytes,
        ))
    }

    /// Whether figures in this unit are whole numbers of something: 人, 例, 剂次, and 位, the place in an order. Money,
    /// measured quantities, fractions, points, marks and ratios are not.
    pub fn is_counter(&self) -> bool {
        matches!(
            self.dimension(),
            Dimension::Counter(_) | Dimension::Position
        )
    }

    /// Whether it is a fraction of a whole: %, ‰, per 10 000, per 100 000, per million. A 倍 is not.
    pub fn is_percent_like(&self) -> bool {
        self.dimension() == Dimension::Fraction && *self != Self::MULTIPLE
    }

    /// Whether it is percentage or permille points.
    pub fn is_points(&self) -> bool {
        self.dimension() == Dimension::Points
    }

    /// The unit of a difference of two figures in this unit, if that is points: pp for %, permille points for ‰.
    pub fn points(&self) -> Option<Unit> {
        match *self {
            Self::PERCENT => Some(Self::PERCENTAGE_POINT),
            Self::PERMILLE => Some(Self::PERMILLE_POINT),
            _ => None,
        }
    }

    /// What is above the line, the scale and what is below it, of a ratio.
    pub fn ratio_parts(&self) -> Option<(Unit, u32, Unit)> {
        let per = self.per?;
        let scale = 10_u32.checked_pow(per.power.into())?;
        Some((Self::simple(self.row), scale, Self::simple(per.row)))
    }

    /// What kind of quantity it is of.
    pub fn dimension(&self) -> Dimension {
        match self.per {
            None => self.row().dimension,
            Some(per) => Dimension::Ratio {
                numerator: &self.row().dimension,
                denominator: &per.row.row().dimension,
            },
        }
    }

    /// The simple units of the table, in no particular order. Ratios are made of them.
    pub fn simple_units() -> impl DoubleEndedIterator<Item = Unit> + Clone {
        RowId::all().map(Self::simple)
    }

    fn row(&self) -> &'static Row {
        self.row.row()
    }

    fn may_stand_in_ratio(&self) -> bool {
        !matches!(
            self.dimension(),
            Dimension::Fraction
                | Dimension::Points
                | Dimension::Position
                | Dimension::Number
                | Dimension::Ratio { .. }
        )
    }
}

impl Ord for Unit {
    fn cmp(&self, other: &Self) -> Ordering {
        let bytes = |unit: &Self| unit.code_parts().into_iter().flat_map(str::bytes);
        bytes(self).cmp(bytes(other))
    }
}

impl PartialOrd for Unit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for Unit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unit({self})")
    }
}

crate::model::text_serde!(Unit, "a unit");

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Any unit: a simple one or a ratio of two.
    pub(crate) fn any_unit() -> impl Strategy<Value = Unit> {
        let simple: Vec<Unit> = Unit::simple_units().collect();
        let parts: Vec<Unit> = simple
            .iter()
            .copied()
            .filter(Unit::may_stand_in_ratio)
            .collect();
        let part = proptest::sample::select(parts);
        prop_oneof![
            1 => proptest::sample::select(simple),
            2 => (part.clone(), 0..=SCALE_POWER_MAX, part)
                .prop_map(|(above, power, below)| Unit::ratio(above, 10_u32.pow(power.into()), below).unwrap()),
        ]
    }

    #[test]
    fn a_unit_is_small() {
        assert!(size_of::<Unit>() <= 8, "{}", size_of::<Unit>());
    }

    #[test]
    fn what_counts_and_what_measures() {
        for label in ["人", "例", "家", "个", "台", "剂次", "人份", "位", "户"] {
            assert!(Unit::parse(label).unwrap().is_counter(), "{label}");
        }
        for label in [
            "元",
            "吨",
            "亩",
            "公里",
            "分钟",
            "岁",
            "%",
            "个百分点",
            "人/万人",
            "分",
            "吨公里",
            "1",
        ] {
            assert!(!Unit::parse(label).unwrap().is_counter(), "{label}");
        }
        for unit in [
            Unit::PERCENT,
            Unit::PERMILLE,
            Unit::PER_TEN_THOUSAND,
            Unit::PER_HUNDRED_THOUSAND,
        ] {
            assert!(
                unit.is_percent_like() && !unit.is_points() && !unit.is_counter(),
                "{unit}"
            );
        }
        assert!(!Unit::MULTIPLE.is_percent_like());
        assert!(!Unit::parse("人/人").unwrap().is_percent_like());
        assert!(Unit::PERCENTAGE_POINT.is_points() && !Unit::PERCENTAGE_POINT.is_percent_like());
    }

    #[test]
    fn only_percent_and_permille_have_points() {
        assert_eq!(Unit::PERCENT.points(), Some(Unit::PERCENTAGE_POINT));
        assert_eq!(Unit::PERMILLE.points(), Some(Unit::PERMILLE_POINT));
        let others = Unit::simple_units()
            .filter(|unit| unit.points().is_some())
            .count();
        assert_eq!(others, 2);
        assert_eq!(Unit::parse("人/万人").unwrap().points(), None);
    }

    #[test]
    fn counters_are_each_their_own_dimension() {
        let counters: Vec<Unit> = Unit::simple_units().filter(Unit::is_counter).collect();
        for (at, unit) in counters.iter().enumerate() {
            for other in &counters[at + 1..] {
                assert!(!unit.converts_to(*other), "{unit} {other}");
            }
        }
        assert_eq!(Unit::parse("名").unwrap(), Unit::parse("人").unwrap());
        assert_ne!(Unit::parse("人次").unwrap(), Unit::parse("人").unwrap());
        assert_ne!(Unit::parse("剂次").unwrap(), Unit::parse("剂").unwrap());
    }

    #[test]
    fn a_ratio_refuses_what_has_no_meaning() {
        let refusal = |above, scale, below| Unit::ratio(above, scale, below).unwrap_err();
        let error = refusal(Unit::PERSON, 3, Unit::PERSON);
        assert_eq!(error.kind(), ErrorKind::Bounds);
        assert_eq!(
            error.to_string(),
            "scale 3 of a ratio is not a power of ten from 1 to 100000000"
        );
        for scale in [0, 1_000_000_000, u32::MAX, 11, 99_999_999] {
            assert_eq!(
                refusal(Unit::PERSON, scale, Unit::PERSON).kind(),
                ErrorKind::Bounds
            );
        }
        let error = refusal(Unit::PERCENT, 1, Unit::YEAR);
        assert_eq!(error.kind(), ErrorKind::Unit);
        assert_eq!(
            error.to_string(),
            "cannot make a ratio with %, which is a fraction: a ratio is of two counts, amounts of money or measured \
             quantities"
        );
        let density = Unit::ratio(Unit::PERSON, 10_000, Unit::PERSON).unwrap();
        assert_eq!(
            refusal(density, 1, Unit::YEAR).to_string(),
            "cannot make a ratio with person/10000.person (人/万人), which is a ratio of a count of person to a count of \
             person: a ratio is of two counts, amounts of money or measured quantities"
        );
        for part in [Unit::PERCENTAGE_POINT, Unit::POSITION, Unit::ONE] {
            assert_eq!(refusal(Unit::PERSON, 1, part).kind(), ErrorKind::Unit);
        }
        assert!(Unit::ratio(Unit::PERSON, 100_000_000, Unit::PERSON).is_ok());
    }

    #[test]
    fn the_parts_of_a_ratio_come_back() {
        let unit = Unit::ratio(Unit::BED, 1000, Unit::PERSON).unwrap();
        assert_eq!(unit.ratio_parts(), Some((Unit::BED, 1000, Unit::PERSON)));
        assert_eq!(Unit::BED.ratio_parts(), None);
    }

    #[test]
    fn what_follows_per_is_read_with_its_scale() {
        let cases = [
            ("千人口4.92个", Some((1000, Unit::PERSON, "千人口"))),
            (
                "万常住人口全科医生",
                Some((10_000, Unit::PERSON, "万常住人口")),
            ),
            ("10万人", Some((100_000, Unit::PERSON, "10万人"))),
            ("户3.2人", Some((1, Unit::HOUSEHOLD, "户"))),
            ("平方公里", Some((1, Unit::SQUARE_KILOMETRE, "平方公里"))),
            ("千克", Some((1, Unit::KILOGRAM, "千克"))),
            ("万", None),
            ("%", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let expected = expected.map(|(scale, unit, taken)| (scale, unit, taken.len()));
            assert_eq!(Unit::longest_denominator(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn order_is_that_of_the_codes(left in any_unit(), right in any_unit()) {
            prop_assert_eq!(left.cmp(&right), left.code().as_bytes().cmp(right.code().as_bytes()));
            prop_assert_eq!(left == right, left.code() == right.code());
        }

        #[test]
        fn json_is_the_code(unit in any_unit()) {
            let json = serde_json::to_string(&unit).unwrap();
            prop_assert_eq!(&json, &format!("\"{}\"", unit.code()));
            prop_assert_eq!(serde_json::from_str::<Unit>(&json).unwrap(), unit);
        }
    }
}
