//! bincode for the value types, so that users can put them into messages of their own.
//!
//! Decoding goes through the constructors. Text is read into memory only as long as a value's text
//! can be, whatever length the bytes claim.

use bincode::de::read::Reader;
use bincode::de::{Decode, Decoder};
use bincode::enc::{Encode, Encoder};
use bincode::error::{DecodeError, EncodeError};
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use crate::model::{
    Absence, Base, Bound, Breakdown, Certainty, ChangeForm, Class, ConsortiumCode, ConsortiumKind,
    DimensionCode, Figure, Grade, Granularity, Heading, IndicatorCode, InstitutionCode,
    InstitutionKind, Interval, Key, Kind, Level, Measure, MemberCode, Observation, Ownership,
    Percent, PercentagePoints, Period, Place, Polarity, Precision, Qualifier, Range, RegionCode,
    Role, Scope, SourceCode, Stated, Status, Temporal, Tier, UnifiedCode, Unit, Validity,
};

/// The longest text of a value: a breakdown of 16 dimensions.
const TEXT_BYTES_MAX: usize = 16 * (64 + 64 + 2);

fn refuse(error: &crate::Error) -> DecodeError {
    DecodeError::OtherString(error.to_string())
}

/// Reads a length and that much text, if it is no longer than a value's text can be.
fn read_text<D: Decoder>(decoder: &mut D) -> Result<String, DecodeError> {
    let length = u64::decode(decoder)?;
    let length = usize::try_from(length)
        .ok()
        .filter(|&length| length <= TEXT_BYTES_MAX)
        .ok_or_else(|| {
            DecodeError::OtherString(format!("a text of {length} bytes is over {TEXT_BYTES_MAX}"))
        })?;
    decoder.claim_bytes_read(length)?;
    let mut bytes = vec![0; length];
    decoder.reader().read(&mut bytes)?;
    String::from_utf8(bytes).map_err(|error| DecodeError::Utf8 {
        inner: error.utf8_error(),
    })
}

/// As the canonical text.
macro_rules! by_text {
    ($($type:ty),* $(,)?) => {$(
        impl Encode for $type {
            fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
                self.to_string().encode(encoder)
            }
        }

        impl<Context> Decode<Context> for $type {
            fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
                read_text(decoder)?.parse().map_err(|error| refuse(&error))
            }
        }

        bincode::impl_borrow_decode!($type);
    )*};
}

by_text!(
    RegionCode,
    UnifiedCode,
    InstitutionCode,
    ConsortiumCode,
    IndicatorCode,
    DimensionCode,
    MemberCode,
    SourceCode,
    Unit,
    Breakdown,
    Measure,
    Base,
    Scope,
    Place,
    Temporal,
    Percent,
    PercentagePoints,
    Interval,
    Granularity,
);

/// As one byte: the place in the closed list, which only ever grows at its end.
macro_rules! by_position {
    ($($type:ty),* $(,)?) => {$(
        impl Encode for $type {
            fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
                let position = Self::ALL.iter().position(|word| word == self);
                position.and_then(|position| u8::try_from(position).ok()).unwrap_or(u8::MAX).encode(encoder)
            }
        }

        impl<Context> Decode<Context> for $type {
            fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
                let position = u8::decode(decoder)?;
                Self::ALL.get(usize::from(position)).copied().ok_or_else(|| {
                    DecodeError::OtherString(format!("{position} is no {}", stringify!($type)))
                })
            }
        }

        bincode::impl_borrow_decode!($type);
    )*};
}

by_position!(
    Level,
    InstitutionKind,
    Tier,
    Class,
    Ownership,
    ConsortiumKind,
    Role,
    Kind,
    Polarity,
    Status,
    Absence,
    ChangeForm,
    Qualifier,
    Certainty,
);

/// As another value, from which the constructor makes it.
macro_rules! by_form {
    ($($type:ty => $form:ty, |$value:ident| $to:expr, |$parts:pat_param| $from:expr;)*) => {$(
        impl Encode for $type {
            fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
                let $value = self;
                let form: $form = $to;
                form.encode(encoder)
            }
        }

        impl<Context> Decode<Context> for $type {
            fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
                let $parts = <$form>::decode(decoder)?;
                $from
            }
        }

        bincode::impl_borrow_decode!($type);
    )*};
}

/// The mantissa and the scale of a decimal.
type DecimalForm = (i128, u8);
/// Value, precision, qualifier, upper end.
type FigureForm = (
    DecimalForm,
    Precision,
    Qualifier,
    Option<(DecimalForm, Precision)>,
);

pub(super) fn decimal_form(value: Decimal) -> DecimalForm {
    // A scale is at most 28.
    (
        value.mantissa(),
        u8::try_from(value.scale()).unwrap_or(u8::MAX),
    )
}

pub(super) fn decimal((mantissa, scale): DecimalForm) -> Result<Decimal, DecodeError> {
    Decimal::try_from_i128_with_scale(mantissa, u32::from(scale))
        .map_err(|error| DecodeError::OtherString(error.to_string()))
}

fn day(number: i32) -> Result<NaiveDate, DecodeError> {
    NaiveDate::from_num_days_from_ce_opt(number)
        .ok_or_else(|| DecodeError::OtherString(format!("{number} is no day")))
}

fn day_number(day: NaiveDate) -> i32 {
    day.num_days_from_ce()
}

by_form! {
    Precision => Option<i8>,
        |precision| match precision { Precision::Exact => None, Precision::Digit(digit) => Some(*digit) },
        |digit| Ok(digit.map_or(Self::Exact, Self::Digit));
    Figure => FigureForm,
        |figure| (
            decimal_form(figure.value()),
            figure.precision(),
            figure.qualifier(),
            figure.upper().map(|(upper, precision)| (decimal_form(upper), precision)),
        ),
        |(value, precision, qualifier, upper)| match (qualifier, upper) {
            (Qualifier::Range, Some((upper, upper_precision))) => {
                Self::range(decimal(value)?, precision, decimal(upper)?, upper_precision)
            }
            (Qualifier::Range, None) | (_, Some(_)) => {
                return Err(DecodeError::OtherString("a range has two ends, and any other figure one".to_string()));
            }
            _ => Self::new(decimal(value)?, precision, qualifier),
        }
        .map_err(|error| refuse(&error));
    Period => (i32, i32),
        |period| (day_number(period.first_day()), day_number(period.last_day())),
        |(first, last)| Self::span(day(first)?, day(last)?).map_err(|error| refuse(&error));
    Validity => (Option<i32>, Option<i32>),
        |validity| (validity.from().map(day_number), validity.to().map(day_number)),
        |(from, to)| Self::new(from.map(day).transpose()?, to.map(day).transpose()?).map_err(|error| refuse(&error));
    Range => (Option<DecimalForm>, Option<DecimalForm>),
        |range| (range.low().map(decimal_form), range.high().map(decimal_form)),
        |(low, high)| Self::new(low.map(decimal).transpose()?, high.map(decimal).transpose()?).map_err(|error| refuse(&error));
    Grade => (Tier, Option<Class>),
        |grade| (grade.tier(), grade.class()),
        |(tier, class)| Self::new(tier, class).map_err(|error| refuse(&error));
    Bound => (u8, DecimalForm),
        |bound| match bound {
            Bound::Unbounded => (0, (0, 0)),
            Bound::Closed(value) => (1, decimal_form(*value)),
            Bound::Open(value) => (2, decimal_form(*value)),
        },
        |(kind, value)| match kind {
            0 => Ok(Self::Unbounded),
            1 => Ok(Self::Closed(decimal(value)?)),
            2 => Ok(Self::Open(decimal(value)?)),
            _ => Err(DecodeError::OtherString(format!("{kind} is no kind of bound"))),
        };
    Stated => (Option<(Figure, Unit, Status)>, Option<Absence>),
        |stated| match stated {
            Stated::Figure { figure, unit, status } => (Some((*figure, *unit, *status)), None),
            Stated::Absent(absence) => (None, Some(*absence)),
        },
        |form| match form {
            (Some((figure, unit, status)), None) => Ok(Self::Figure { figure, unit, status }),
            (None, Some(absence)) => Ok(Self::Absent(absence)),
            _ => Err(DecodeError::OtherString("a figure or a reason for its absence, one of the two".to_string())),
        };
    Heading => (IndicatorCode, Breakdown, Measure),
        |heading| (heading.indicator.clone(), heading.breakdown.clone(), heading.measure.clone()),
        |(indicator, breakdown, measure)| Ok(Self { indicator, breakdown, measure });
    Key => (Heading, Place, Period),
        |key| (key.heading.clone(), key.place.clone(), key.period),
        |(heading, place, period)| Ok(Self { heading, place, period });
    Observation => (Key, Stated, SourceCode),
        |observation| (observation.key.clone(), observation.stated, observation.source.clone()),
        |(key, stated, source)| Ok(Self { key, stated, source });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn round<T: Encode + Decode<()> + PartialEq + std::fmt::Debug>(value: &T) {
        let bytes = crate::codec::encode(value, "a value").unwrap();
        assert_eq!(
            &crate::codec::decode::<T>(&bytes, "a value").unwrap(),
            value
        );
    }

    #[test]
    fn every_value_type_comes_back() {
        round(&"430281".parse::<RegionCode>().unwrap());
        round(&"91350100M000100Y43".parse::<UnifiedCode>().unwrap());
        round(&"inpatient_share@2".parse::<IndicatorCode>().unwrap());
        round(&"age=70+|area=city".parse::<Breakdown>().unwrap());
        round(&"change_points(2021)".parse::<Measure>().unwrap());
        round(&"人/万人".parse::<Unit>().unwrap());
        round(&Granularity::Week);
        round(&"2023-01/2023-10".parse::<Period>().unwrap());
        round(&"[1, ∞)".parse::<Interval>().unwrap());
        round(&"9pp".parse::<PercentagePoints>().unwrap());
        round(&Grade::new(Tier::Tertiary, Some(Class::A)).unwrap());
        for precision in [i8::MIN, -2, 0, i8::MAX] {
            round(&Precision::Digit(precision));
        }
        round(&Precision::Exact);
        for bound in [
            Bound::Unbounded,
            Bound::Open(Decimal::ONE),
            Bound::Closed(Decimal::ONE),
        ] {
            round(&bound);
        }
        for text in [
            "10455", "0.5!", "93.94", "730e4+", "~300", "5000-", ">6e4", "<=10e0", "8e3..1e4",
        ] {
            round(&text.parse::<Figure>().unwrap());
        }
        let stated = Stated::figure("93.94".parse().unwrap(), Unit::PERCENT);
        for stated in [stated, Stated::Absent(Absence::Suppressed)] {
            round(&Observation {
                key: Heading::level("x".parse().unwrap()).at(
                    "430281".parse::<RegionCode>().unwrap(),
                    "2021".parse().unwrap(),
                ),
                stated,
                source: "s".parse().unwrap(),
            });
        }
    }

    #[test]
    fn an_invalid_value_is_not_decoded() {
        let message = |bytes: &[u8]| {
            crate::codec::decode::<Figure>(bytes, "a figure")
                .unwrap_err()
                .to_string()
        };
        let encoded = |form: FigureForm| crate::codec::encode(&form, "a form").unwrap();
        // 10455 and odd: no whole number lies between.
        let odd = encoded(((10455, 0), Precision::Exact, Qualifier::Odd, None));
        assert!(
            message(&odd).contains("\"10455 odd\" holds no whole number"),
            "{}",
            message(&odd)
        );
        let turned = encoded((
            (2, 0),
            Precision::Exact,
            Qualifier::Range,
            Some(((1, 0), Precision::Exact)),
        ));
        assert!(message(&turned).contains("a range from 2 to 1 is empty"));
        let scale = encoded(((1, 29), Precision::Exact, Qualifier::None, None));
        assert!(message(&scale).contains("a figure cannot be read"));
        let days = crate::codec::encode(&(10i32, 9i32), "days").unwrap();
        assert!(crate::codec::decode::<Period>(&days, "a period").is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = crate::codec::decode::<Observation>(&bytes, "an observation");
            if let Ok(figure) = crate::codec::decode::<Figure>(&bytes, "a figure") {
                round(&figure);
            }
            if let Ok(period) = crate::codec::decode::<Period>(&bytes, "a period") {
                round(&period);
            }
        }
    }
}
