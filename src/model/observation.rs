//! Observations: a figure, or the reason for its absence, at a key.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::breakdown::Breakdown;
use super::code::{IndicatorCode, SourceCode};
use super::figure::Figure;
use super::measure::Measure;
use super::names::check_line;
use super::place::Place;
use super::word::words;
use super::{Granularity, Period, Unit};
use crate::error::{Error, ErrorKind, Result};

/// The title of a table: an indicator, a breakdown and a measure.
///
/// Headings order by indicator, then breakdown (the total first), then measure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heading {
    /// What is measured.
    pub indicator: IndicatorCode,
    /// Of which part of the population.
    #[serde(default, skip_serializing_if = "Breakdown::is_total")]
    pub breakdown: Breakdown,
    /// What is said of it.
    #[serde(default = "level")]
    pub measure: Measure,
}

fn level() -> Measure {
    Measure::Level
}

impl Heading {
    /// The level of an indicator over the whole population.
    pub fn level(indicator: IndicatorCode) -> Self {
        Self {
            indicator,
            breakdown: Breakdown::TOTAL,
            measure: Measure::Level,
        }
    }

    /// The same of a part of the population.
    #[must_use]
    pub fn by(mut self, breakdown: Breakdown) -> Self {
        self.breakdown = breakdown;
        self
    }

    /// The same with another measure.
    #[must_use]
    pub fn measured(mut self, measure: Measure) -> Self {
        self.measure = measure;
        self
    }

    /// The key of a cell of this table.
    pub fn at(self, place: impl Into<Place>, period: Period) -> Key {
        Key {
            heading: self,
            place: place.into(),
            period,
        }
    }
}

/// `inpatient_share`, `doses [dose=first] completion`
impl fmt::Display for Heading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::model::padded(f, |f| {
            write!(f, "{}", self.indicator)?;
            if !self.breakdown.is_total() {
                write!(f, " [{}]", self.breakdown)?;
            }
            if self.measure != Measure::Level {
                write!(f, " {}", self.measure)?;
            }
            Ok(())
        })
    }
}

/// The key of the key-value store: a heading, a place and a period.
///
/// Keys order by heading, then place, then period.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// Of which table.
    pub heading: Heading,
    /// In which row.
    pub place: Place,
    /// In which column.
    pub period: Period,
}

/// `inpatient_share of 430200 in 2021`
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::model::padded(f, |f| {
            write!(f, "{} of {} in {}", self.heading, self.place, self.period)
        })
    }
}

words! {
    /// How a figure that is there was come by.
    Status, "a status" {
        /// As any other.
        Normal = "normal", "正常";
        /// Worked out rather than counted.
        Estimated = "estimated", "估计";
        /// To be revised.
        Provisional = "provisional", "初步";
        /// Of a time that had not passed.
        Forecast = "forecast", "预测";
        /// Not comparable with the figures before it.
        SeriesBreak = "series_break", "口径变化";
    }
}

words! {
    /// Why a figure is not there. A cell that nobody recorded is absent without a reason.
    Absence, "a reason for absence" {
        /// Known, and withheld.
        Suppressed = "suppressed", "保密";
        /// There can be no such figure.
        NotApplicable = "not_applicable", "不适用";
        /// Nobody counted.
        NotCollected = "not_collected", "未统计";
    }
}

/// What a source states at a key: a figure, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "StatedForm", into = "StatedForm")]
pub enum Stated {
    /// A figure, in the unit it was reported in.
    Figure {
        /// The number as reported.
        figure: Figure,
        /// Its unit as reported: the indicator's, or one that converts to it.
        unit: Unit,
        /// How it was come by.
        status: Status,
    },
    /// No figure, for a stated reason.
    Absent(Absence),
}

impl Stated {
    /// A figure of normal status.
    pub fn figure(figure: Figure, unit: Unit) -> Self {
        Self::Figure {
            figure,
            unit,
            status: Status::Normal,
        }
    }

    /// The figure, if there is one.
    pub fn as_figure(&self) -> Option<&Figure> {
        match self {
            Self::Figure { figure, .. } => Some(figure),
            Self::Absent(_) => None,
        }
    }

    /// The unit of the figure, if there is one.
    pub fn unit(&self) -> Option<Unit> {
        match self {
            Self::Figure { unit, .. } => Some(*unit),
            Self::Absent(_) => None,
        }
    }
}

/// `93.94 %`, `73e5+ dose_given (estimated)`, `absent (suppressed)`
impl fmt::Display for Stated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::model::padded(f, |f| match self {
            Self::Figure {
                figure,
                unit,
                status,
            } => {
                write!(f, "{figure} {unit}")?;
                match status {
                    Status::Normal => Ok(()),
                    status => write!(f, " ({status})"),
                }
            }
            Self::Absent(absence) => write!(f, "absent ({absence})"),
        })
    }
}

/// One statement of one source: a key, what is stated there, and who states it.
///
/// ```
/// use yearbook::model::{Heading, Observation, Stated, Unit};
///
/// let observation = Observation {
///     key: Heading::level("inpatient_share".parse()?).at("430200".parse::<yearbook::model::Place>()?, "2021".parse()?),
///     stated: Stated::figure("81.04".parse()?, Unit::PERCENT),
///     source: "zhuzhou-2024".parse()?,
/// };
/// assert_eq!(observation.to_string(), "inpatient_share of 430200 in 2021: 81.04 % by zhuzhou-2024");
/// # Ok::<(), yearbook::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "ObservationForm", into = "ObservationForm")]
pub struct Observation {
    /// What it is about.
    pub key: Key,
    /// What is stated.
    pub stated: Stated,
    /// Who states it.
    pub source: SourceCode,
}

impl fmt::Display for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::model::padded(f, |f| {
            write!(f, "{}: {} by {}", self.key, self.stated, self.source)
        })
    }
}

/// The fields of a flat record that say what is stated.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatedForm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    figure: Option<Figure>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    absent: Option<Absence>,
}

impl From<Stated> for StatedForm {
    fn from(stated: Stated) -> Self {
        match stated {
            Stated::Figure {
                figure,
                unit,
                status,
            } => Self {
                figure: Some(figure),
                unit: Some(unit),
                status: (status != Status::Normal).then_some(status),
                absent: None,
            },
            Stated::Absent(absence) => Self {
                figure: None,
                unit: None,
                status: None,
                absent: Some(absence),
            },
        }
    }
}

impl TryFrom<StatedForm> for Stated {
    type Error = Error;

    fn try_from(form: StatedForm) -> Result<Self> {
        match (form.figure, form.unit, form.status, form.absent) {
            (Some(figure), Some(unit), status, None) => Ok(Self::Figure {
                figure,
                unit,
                status: status.unwrap_or(Status::Normal),
            }),
            (None, None, None, Some(absence)) => Ok(Self::Absent(absence)),
            _ => Err(Error::new(
                ErrorKind::Syntax,
                "an observation has a figure with its unit (and a status), or a reason why it is absent",
            )),
        }
    }
}

/// One flat record, as a person would write it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ObservationForm {
    indicator: IndicatorCode,
    #[serde(default, skip_serializing_if = "Breakdown::is_total")]
    breakdown: Breakdown,
    #[serde(default = "level")]
    measure: Measure,
    place: Place,
    period: Period,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    figure: Option<Figure>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    absent: Option<Absence>,
    source: SourceCode,
}

impl From<Observation> for ObservationForm {
    fn from(
        Observation {
            key,
            stated,
            source,
        }: Observation,
    ) -> Self {
        let StatedForm {
            figure,
            unit,
            status,
            absent,
        } = stated.into();
        Self {
            indicator: key.heading.indicator,
            breakdown: key.heading.breakdown,
            measure: key.heading.measure,
            place: key.place,
            period: key.period,
            figure,
            unit,
            status,
            absent,
            source,
        }
    }
}

impl TryFrom<ObservationForm> for Observation {
    type Error = Error;

    fn try_from(form: ObservationForm) -> Result<Self> {
        let stated = StatedForm {
            figure: form.figure,
            unit: form.unit,
            status: form.status,
            absent: form.absent,
        }
        .try_into()?;
        let heading = Heading {
            indicator: form.indicator,
            breakdown: form.breakdown,
            measure: form.measure,
        };
        Ok(Self {
            key: heading.at(form.place, form.period),
            stated,
            source: form.source,
        })
    }
}

/// The report that figures came from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "SourceForm", into = "SourceForm")]
pub struct Source {
    code: SourceCode,
    title: String,
    issuer: String,
    published: Option<Period>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceForm {
    code: SourceCode,
    title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    issuer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    published: Option<Period>,
}

impl From<Source> for SourceForm {
    fn from(
        Source {
            code,
            title,
            issuer,
            published,
        }: Source,
    ) -> Self {
        Self {
            code,
            title,
            issuer,
            published,
        }
    }
}

impl TryFrom<SourceForm> for Source {
    type Error = Error;
    fn try_from(form: SourceForm) -> Result<Self> {
        Self::new(form.code, form.title, form.issuer, form.published)
    }
}

impl Source {
    /// A report: its title, who issued it (may be empty), and when, as precisely as it is known.
    ///
    /// Title and issuer are lines of text, as names are.
    ///
    /// # Errors
    /// [`Period`](ErrorKind::Period) if `published` is not a year, a month or a day,
    /// [`Bounds`](ErrorKind::Bounds) for a title or an issuer that is no line of text, and for an empty title.
    pub fn new(
        code: SourceCode,
        title: impl Into<String>,
        issuer: impl Into<String>,
        published: Option<Period>,
    ) -> Result<Self> {
        if let Some(period) = published
            && !matches!(
                period.granularity(),
                Granularity::Year | Granularity::Month | Granularity::Day
            )
        {
            return Err(Error::new(
                ErrorKind::Period,
                format!(
                    "source {code} cannot be published in {period}: give a day, a month or a year"
                ),
            ));
        }
        let (title, issuer) = (title.into(), issuer.into());
        check_line(&title, "title")?;
        if !issuer.is_empty() {
            check_line(&issuer, "issuer")?;
        }
        Ok(Self {
            code,
            title,
            issuer,
            published,
        })
    }

    /// Its code.
    pub fn code(&self) -> &SourceCode {
        &self.code
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Who issued it.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// When: a day, a month or a year.
    pub fn published(&self) -> Option<Period> {
        self.published
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_one_flat_record() {
        let json = r#"{"indicator":"doses","breakdown":"dose=first","measure":"level","place":"430281","period":"2020-12/2022-06","figure":"718e3","unit":"dose_given","status":"provisional","source":"liling-2022"}"#;
        let observation: Observation = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&observation).unwrap(), json);
        assert_eq!(
            observation.to_string(),
            "doses [dose=first] of 430281 in 2020-12/2022-06: 718e3 dose_given (provisional) by liling-2022"
        );
        let stated = r#"{"figure":"718e3","unit":"dose_given","status":"provisional"}"#;
        assert_eq!(serde_json::to_string(&observation.stated).unwrap(), stated);
        assert_eq!(
            serde_json::from_str::<Stated>(stated).unwrap(),
            observation.stated
        );
        assert!(serde_json::from_str::<Stated>(r#"{"figure":"718e3"}"#).is_err());
        let absent = r#"{"indicator":"doses","measure":"level","place":"430281","period":"2023","absent":"suppressed","source":"liling-2022"}"#;
        let observation: Observation = serde_json::from_str(absent).unwrap();
        assert_eq!(serde_json::to_string(&observation).unwrap(), absent);
        for bad in [
            json.replace(r#""unit":"dose_given","#, ""),
            absent.replace(r#""absent":"suppressed","#, ""),
            json.replace(r#""status":"provisional""#, r#""absent":"suppressed""#),
        ] {
            let error = serde_json::from_str::<Observation>(&bad).unwrap_err();
            assert!(
                error
                    .to_string()
                    .starts_with("an observation has a figure with its unit"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_source_is_published_in_a_day_a_month_or_a_year() {
        let source = |published: &str| {
            Source::new(
                "s".parse().unwrap(),
                "t",
                "",
                Some(published.parse().unwrap()),
            )
        };
        for good in ["2024", "2024-12", "2024-12-19"] {
            assert!(source(good).is_ok());
        }
        assert_eq!(
            source("2024-Q1").unwrap_err().to_string(),
            "source s cannot be published in 2024-Q1: give a day, a month or a year"
        );
    }

    #[test]
    fn a_source_has_a_title_of_one_line() {
        for (title, issuer, message) in [
            ("", "", r#""" is no title: it is blank"#),
            (
                "a\nb",
                "",
                r#""a\nb" is no title: it has a control character"#,
            ),
            ("a", "b ", r#""b " is no issuer: it has space at an end"#),
        ] {
            let source = Source::new("s".parse().unwrap(), title, issuer, None);
            assert_eq!(source.unwrap_err().to_string(), message);
        }
        assert!(serde_json::from_str::<Source>(r#"{"code":"s","title":" "}"#).is_err());
        assert!(Source::new("s".parse().unwrap(), "a | b", "", None).is_ok());
    }

    #[test]
    fn headings_order_by_indicator_then_breakdown_then_measure() {
        let heading = |indicator: &str, breakdown: &str, measure: &str| Heading {
            indicator: indicator.parse().unwrap(),
            breakdown: breakdown.parse().unwrap(),
            measure: measure.parse().unwrap(),
        };
        let sorted = [
            heading("a", "", "level"),
            heading("a", "", "completion"),
            heading("a", "age=x", "level"),
            heading("b", "", "level"),
        ];
        assert!(sorted.is_sorted());
        assert_eq!(sorted[2].to_string(), "a [age=x]");
        assert_eq!(sorted[1].to_string(), "a completion");
    }
}
