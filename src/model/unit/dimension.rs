//! What kind of quantity a unit is of.

use std::fmt;

/// What kind of quantity a unit is of. Units convert only within one dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dimension {
    /// A count of whole things, by the code of its unit.
    Counter(&'static str),
    /// Money, by the code of its currency in ISO 4217: there are no rates of exchange.
    Money(&'static str),
    /// Mass.
    Mass,
    /// Area.
    Area,
    /// Length.
    Length,
    /// Volume.
    Volume,
    /// Energy.
    Energy,
    /// Power.
    Power,
    /// Time by the clock: seconds to weeks.
    Duration,
    /// Time by the calendar: months, quarters, years, ages. No number of days is a month.
    CalendarTime,
    /// A part of a whole, or a multiple of it: %, ‰, per 100 000, 倍.
    Fraction,
    /// A difference of two fractions: percentage points.
    Points,
    /// A place in an order.
    Position,
    /// The mark of an assessment.
    Score,
    /// A bare number: an index.
    Number,
    /// A quantity of no other dimension here, by the code of its base unit.
    Measured(&'static str),
    /// One quantity for each of another. The pair is not reduced: 人/人 is no fraction.
    Ratio {
        /// What stands above the line.
        numerator: &'static Dimension,
        /// What stands below it.
        denominator: &'static Dimension,
    },
}

impl fmt::Display for Dimension {
    /// In words that fit after "is": `a mass`, `money in CNY`, `a ratio of a count of bed to a count of person`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Counter(code) => return write!(f, "a count of {code}"),
            Self::Money(code) => return write!(f, "money in {code}"),
            Self::Measured(code) => return write!(f, "a quantity in {code}"),
            Self::Ratio {
                numerator,
                denominator,
            } => {
                return write!(f, "a ratio of {numerator} to {denominator}");
            }
            Self::Mass => "a mass",
            Self::Area => "an area",
            Self::Length => "a length",
            Self::Volume => "a volume",
            Self::Energy => "an energy",
            Self::Power => "a power",
            Self::Duration => "a duration",
            Self::CalendarTime => "calendar time",
            Self::Fraction => "a fraction",
            Self::Points => "a difference of fractions",
            Self::Position => "a place in an order",
            Self::Score => "a mark",
            Self::Number => "a bare number",
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::model::Unit;

    #[test]
    fn dimensions_are_said_in_words() {
        assert_eq!(
            Unit::parse("张/千人").unwrap().dimension().to_string(),
            "a ratio of a count of bed to a count of person"
        );
        assert_eq!(
            Unit::parse("吨公里").unwrap().dimension().to_string(),
            "a quantity in tonne_km"
        );
        assert_eq!(
            Unit::parse("月").unwrap().dimension().to_string(),
            "calendar time"
        );
    }
}
