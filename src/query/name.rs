//! How a question names what it asks about, and how an answer names it back.

use serde::Serialize;

use super::Ask;
use crate::catalogue::{Catalogue, PlaceHandle};
use crate::error::{Error, ErrorKind, Result, excerpt};
use crate::model::{
    Breakdown, Dimension, DimensionCode, Heading, Indicator, IndicatorCode, InstitutionCode,
    Measure, MemberCode, Names, Period, Place, RegionCode,
};
use crate::notation::{parse_period, period_to_chinese};

/// An indicator, with a breakdown and a measure if they are not the total and the level.
///
/// As text: a code, a name or an alias, then `[dimension=member|…]` in codes or names, then a measure:
/// `covid_vaccine_doses [dose=first]`, `新冠疫苗累计接种剂次 [剂次=第一剂]`, `health_literacy change_points(2021)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhichHeading {
    /// To be looked up in the book's catalogue.
    Named(String),
    /// By its codes.
    Heading(Heading),
}

/// A place.
///
/// As text: what [`Catalogue::find_place`] reads, such as `430200`, `株洲市`, `湖南省/株洲市`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhichPlace {
    /// To be looked up in the book's catalogue.
    Named(String),
    /// By its code.
    Place(Place),
    /// As the book's catalogue numbers it.
    Handle(PlaceHandle),
}

/// A period.
///
/// As text: what [`parse_period`] reads, such as `2024-01/2024-09` or 2024年1-9月.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// To be read.
    Written(String),
    /// As it is.
    Period(Period),
}

macro_rules! from {
    ($($from:ty => $to:ident, |$value:ident| $make:expr;)+) => {$(
        impl From<$from> for $to {
            fn from($value: $from) -> Self {
                $make
            }
        }
    )+};
}

from! {
    &str => WhichHeading, |text| Self::Named(text.to_string());
    String => WhichHeading, |text| Self::Named(text);
    Heading => WhichHeading, |heading| Self::Heading(heading);
    &Heading => WhichHeading, |heading| Self::Heading(heading.clone());
    IndicatorCode => WhichHeading, |code| Self::Heading(Heading::level(code));
    &IndicatorCode => WhichHeading, |code| Self::Heading(Heading::level(code.clone()));
    &Self => WhichHeading, |which| which.clone();
    &str => WhichPlace, |text| Self::Named(text.to_string());
    String => WhichPlace, |text| Self::Named(text);
    Place => WhichPlace, |place| Self::Place(place);
    &Place => WhichPlace, |place| Self::Place(place.clone());
    RegionCode => WhichPlace, |code| Self::Place(code.into());
    InstitutionCode => WhichPlace, |code| Self::Place(code.into());
    PlaceHandle => WhichPlace, |handle| Self::Handle(handle);
    &Self => WhichPlace, |which| which.clone();
    &str => When, |text| Self::Written(text.to_string());
    String => When, |text| Self::Written(text);
    Period => When, |period| Self::Period(period);
    &Period => When, |period| Self::Period(*period);
}

impl When {
    /// The period that is meant.
    ///
    /// # Errors
    /// [`Syntax`](ErrorKind::Syntax) for a text that is no period.
    pub fn period(&self) -> Result<Period> {
        match self {
            Self::Period(period) => Ok(*period),
            Self::Written(text) => text.parse().or_else(|error| {
                // The Chinese forms are tried second, and only their own refusal is worth more.
                if text.is_ascii() {
                    Err(error)
                } else {
                    parse_period(text)
                }
            }),
        }
    }
}

impl Ask<'_> {
    /// The heading that is meant.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) with near names, [`Ambiguous`](ErrorKind::Ambiguous) with the candidates,
    /// [`Syntax`](ErrorKind::Syntax) for a breakdown or a measure that is none.
    pub fn heading(&self, which: impl Into<WhichHeading>) -> Result<Heading> {
        match which.into() {
            WhichHeading::Heading(heading) => Ok(heading),
            WhichHeading::Named(text) => find_heading(self.book.catalogue(), &text),
        }
    }

    /// The place that is meant.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) with near names, [`Ambiguous`](ErrorKind::Ambiguous) with the candidates,
    /// [`Foreign`](ErrorKind::Foreign) for a handle of another catalogue.
    pub fn place(&self, which: impl Into<WhichPlace>) -> Result<PlaceHandle> {
        let catalogue = self.book.catalogue();
        match which.into() {
            WhichPlace::Named(text) => catalogue.find_place(&text),
            WhichPlace::Place(place) => catalogue.place(&place),
            WhichPlace::Handle(handle) => catalogue.own_place(handle).map(|_| handle),
        }
    }
}

fn find_heading(catalogue: &Catalogue, text: &str) -> Result<Heading> {
    let text = text.trim();
    let code = |name: &str| -> Result<IndicatorCode> {
        let handle = catalogue.find_indicator(name)?;
        Ok(catalogue.indicator_record(handle)?.code().clone())
    };
    let unknown = match code(text) {
        Ok(code) => return Ok(Heading::level(code)),
        Err(error) => error,
    };
    if let Some((name, rest)) = text.split_once('[')
        && let Ok(indicator) = code(name)
    {
        let Some((breakdown, measure)) = rest.split_once(']') else {
            return Err(Error::syntax(
                "a heading",
                text,
                text.len(),
                "] at the end of the breakdown",
            ));
        };
        return Ok(Heading {
            indicator,
            breakdown: find_breakdown(catalogue, breakdown)?,
            measure: match measure.trim() {
                "" => Measure::Level,
                measure => measure.parse()?,
            },
        });
    }
    // A measure has no blank in it, so it is the last word.
    if let Some((name, measure)) = text.rsplit_once(char::is_whitespace)
        && let Ok(measure) = measure.parse()
        && let Ok(indicator) = code(name)
    {
        return Ok(Heading::level(indicator).measured(measure));
    }
    Err(unknown)
}

fn find_breakdown(catalogue: &Catalogue, text: &str) -> Result<Breakdown> {
    let mut pairs = Vec::new();
    for pair in text.split('|').filter(|pair| !pair.trim().is_empty()) {
        let Some((dimension, member)) = pair.split_once('=') else {
            return Err(Error::syntax("a breakdown", text, 0, "dimension=member"));
        };
        let dimension = find_dimension(catalogue, dimension.trim())?;
        let member = find_member(dimension, member.trim())?;
        pairs.push((dimension.code().clone(), member));
    }
    Breakdown::new(pairs)
}

/// The dimension that a code or a name names.
pub(super) fn find_dimension<'a>(catalogue: &'a Catalogue, text: &str) -> Result<&'a Dimension> {
    if let Ok(code) = text.parse::<DimensionCode>()
        && let Ok(dimension) = catalogue.dimension(&code)
    {
        return Ok(dimension);
    }
    let mut named = catalogue
        .dimensions()
        .filter(|dimension| dimension.names().all().any(|name| name == text));
    let found = named.next();
    match (found, named.next()) {
        (Some(dimension), None) => Ok(dimension),
        (Some(first), Some(second)) => Err(Error::new(
            ErrorKind::Ambiguous,
            format!(
                "dimension {:?} is {} and {}: give the code",
                excerpt(text),
                first.code(),
                second.code()
            ),
        )),
        _ => {
            let all: Vec<&str> = catalogue
                .dimensions()
                .map(|dimension| dimension.code().as_str())
                .collect();
            Err(Error::new(
                ErrorKind::Unknown,
                format!(
                    "no dimension {:?} in the catalogue: its dimensions are {}",
                    excerpt(text),
                    all.join(", ")
                ),
            ))
        }
    }
}

fn find_member(dimension: &Dimension, text: &str) -> Result<MemberCode> {
    let code = text.parse::<MemberCode>().ok();
    let found = dimension
        .members()
        .iter()
        .find(|member| code.as_ref() == Some(&member.code))
        .or_else(|| {
            dimension
                .members()
                .iter()
                .find(|member| member.names.all().any(|name| name == text))
        });
    found.map(|member| member.code.clone()).ok_or_else(|| {
        let members: Vec<&str> = dimension
            .members()
            .iter()
            .map(|member| member.code.as_str())
            .collect();
        Error::new(
            ErrorKind::Unknown,
            format!(
                "dimension {} has no member {:?}: its members are {}",
                dimension.code(),
                excerpt(text),
                members.join(", ")
            ),
        )
    })
}

/// What something is called in English and in Chinese; the one stands in for the other where it is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Label {
    en: String,
    zh: String,
}

impl Label {
    pub(super) fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self {
            en: en.into(),
            zh: zh.into(),
        }
    }

    pub(super) fn of(names: &Names) -> Self {
        let main = names.main();
        Self::new(
            names.english().unwrap_or(main),
            names.chinese().unwrap_or(main),
        )
    }

    /// The name of a place.
    pub(super) fn of_place(catalogue: &Catalogue, place: PlaceHandle) -> Result<Self> {
        Ok(if catalogue.is_region(place)? {
            Self::of(&catalogue.region_record(place)?.names)
        } else {
            Self::of(&catalogue.institution_record(place)?.names)
        })
    }

    /// The name of an indicator with its breakdown and its measure.
    pub(super) fn of_heading(
        catalogue: &Catalogue,
        indicator: &Indicator,
        heading: &Heading,
    ) -> Result<Self> {
        let mut label = Self::of(indicator.names());
        for (dimension, member) in heading.breakdown.pairs() {
            let found = catalogue.dimension(dimension)?.member(member);
            let name = found.map_or_else(
                || Self::new(member.as_str(), member.as_str()),
                |member| Self::of(&member.names),
            );
            label.en = format!("{}, {}", label.en, name.en);
            label.zh = format!("{}（{}）", label.zh, name.zh);
        }
        let measure = match &heading.measure {
            Measure::Level => return Ok(label),
            Measure::Target => Self::new("target", "目标"),
            Measure::Completion => Self::new("completion", "完成率"),
            Measure::Rank { .. } => Self::new("rank", "排名"),
            Measure::Change { form, .. } => Self::new(format!("{form} change"), form.chinese()),
        };
        label.en = format!("{}, {}", label.en, measure.en);
        label.zh = format!("{}{}", label.zh, measure.zh);
        Ok(label)
    }

    /// The period in both ways of writing.
    pub(super) fn of_period(period: Period) -> Self {
        Self::new(period.to_string(), period_to_chinese(&period))
    }

    /// In English.
    pub fn english(&self) -> &str {
        &self.en
    }

    /// In Chinese.
    pub fn chinese(&self) -> &str {
        &self.zh
    }
}
