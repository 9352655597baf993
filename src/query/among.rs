//! Scopes: which places a question is about.

use chrono::NaiveDate;

use super::Ask;
use super::name::{Label, WhichPlace};
use crate::catalogue::{ConsortiumHandle, PlaceHandle};
use crate::error::{Error, ErrorKind, Result, excerpt};
use crate::model::{ConsortiumCode, Level, Period};

/// The places that are compared or added up.
///
/// Places that did not exist at any time of the period that is asked about are left out.
///
/// ```
/// use yearbook::model::Level;
/// use yearbook::query::Among;
///
/// Among::children_of("株洲市");
/// Among::level(Level::County, "湖南省");
/// Among::institutions_in("茶陵县");
/// Among::members_of("茶陵县中医医院医共体");
/// Among::these(["醴陵市", "石首市"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Among {
    /// The regions right below a region.
    Children(WhichPlace),
    /// The regions of one level within a region.
    Level(Level, WhichPlace),
    /// The institutions of a region and of all regions below it.
    Institutions(WhichPlace),
    /// The members of a consortium, by its code or a name, on a day (else the last of the period).
    Consortium(String, Option<NaiveDate>),
    /// These places.
    Listed(Vec<WhichPlace>),
}

impl Among {
    /// The regions right below a region.
    pub fn children_of(region: impl Into<WhichPlace>) -> Self {
        Self::Children(region.into())
    }

    /// The regions of one level within a region.
    pub fn level(level: Level, within: impl Into<WhichPlace>) -> Self {
        Self::Level(level, within.into())
    }

    /// The institutions of a region and of all regions below it.
    pub fn institutions_in(region: impl Into<WhichPlace>) -> Self {
        Self::Institutions(region.into())
    }

    /// The members of a consortium, by its code or a name, on the last day of the period that is asked about.
    pub fn members_of(consortium: impl Into<String>) -> Self {
        Self::Consortium(consortium.into(), None)
    }

    /// The members of a consortium on a day.
    pub fn members_on(consortium: impl Into<String>, day: NaiveDate) -> Self {
        Self::Consortium(consortium.into(), Some(day))
    }

    /// These places.
    pub fn these<P: Into<WhichPlace>>(places: impl IntoIterator<Item = P>) -> Self {
        Self::Listed(places.into_iter().map(Into::into).collect())
    }
}

impl Ask<'_> {
    /// The places of a scope that exist in a period, by number in the catalogue; a list keeps its order.
    ///
    /// # Errors
    /// What [`place`](Ask::place) refuses, an unknown consortium, and [`Duplicate`](ErrorKind::Duplicate) for a place
    /// that is listed twice.
    pub fn places_among(&self, among: &Among, period: Period) -> Result<Vec<PlaceHandle>> {
        let catalogue = self.book.catalogue();
        let mut places: Vec<PlaceHandle> = match among {
            Among::Children(region) => catalogue.children(self.place(region)?)?.collect(),
            Among::Level(level, region) => {
                catalogue.at_level(self.place(region)?, *level)?.collect()
            }
            Among::Institutions(region) => {
                catalogue.institutions_in(self.place(region)?)?.collect()
            }
            Among::Consortium(consortium, day) => {
                let day = day.unwrap_or_else(|| period.last_day());
                let members = catalogue.members_on(self.consortium(consortium)?, day)?;
                members.into_iter().map(|(place, _)| place).collect()
            }
            Among::Listed(listed) => {
                let mut places: Vec<PlaceHandle> = Vec::with_capacity(listed.len());
                for which in listed {
                    let place = self.place(which)?;
                    if places.contains(&place) {
                        return Err(Error::new(
                            ErrorKind::Duplicate,
                            format!("{} is listed twice", catalogue.place_code(place)?),
                        ));
                    }
                    places.push(place);
                }
                return Ok(places);
            }
        };
        let mut fault = None;
        places.retain(|place| match catalogue.validity(*place) {
            Ok(validity) => validity.meets(period.first_day(), period.last_day()),
            Err(error) => {
                fault = Some(error);
                false
            }
        });
        fault.map_or(Ok(places), Err)
    }

    /// The consortium that a code or a name names.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown), [`Ambiguous`](ErrorKind::Ambiguous) naming the codes.
    pub fn consortium(&self, code_or_name: &str) -> Result<ConsortiumHandle> {
        let catalogue = self.book.catalogue();
        let text = code_or_name.trim();
        let by_code = text
            .parse()
            .and_then(|code: ConsortiumCode| catalogue.consortium(&code));
        let unknown = match by_code {
            Ok(handle) => return Ok(handle),
            Err(error) => error,
        };
        let mut found = Vec::new();
        for handle in catalogue.consortia() {
            let record = catalogue.consortium_record(handle)?;
            if record.names.all().any(|name| name == text) {
                found.push((handle, record.code.to_string()));
            }
        }
        match found.as_slice() {
            [(handle, _)] => Ok(*handle),
            [] if text.is_ascii() => Err(unknown),
            [] => Err(Error::new(
                ErrorKind::Unknown,
                format!(
                    "no consortium {:?} in the catalogue: give its code or one of its names",
                    excerpt(text)
                ),
            )),
            several => {
                let codes: Vec<&str> = several.iter().map(|(_, code)| code.as_str()).collect();
                Err(Error::new(
                    ErrorKind::Ambiguous,
                    format!(
                        "consortium {:?} is one of {}: {}: give the code",
                        excerpt(text),
                        codes.len(),
                        codes.join(", ")
                    ),
                ))
            }
        }
    }

    /// What a scope is called.
    pub(super) fn label_among(&self, among: &Among) -> Result<Label> {
        let catalogue = self.book.catalogue();
        let region = |which: &WhichPlace| Label::of_place(catalogue, self.place(which)?);
        Ok(match among {
            Among::Children(which) => {
                let region = region(which)?;
                Label::new(
                    format!("the regions right below {}", region.english()),
                    format!("{}所辖各地", region.chinese()),
                )
            }
            Among::Level(level, which) => {
                let region = region(which)?;
                Label::new(
                    format!("the regions of {level} level in {}", region.english()),
                    format!("{}的{}各地", region.chinese(), level.chinese()),
                )
            }
            Among::Institutions(which) => {
                let region = region(which)?;
                Label::new(
                    format!("the institutions in {}", region.english()),
                    format!("{}各机构", region.chinese()),
                )
            }
            Among::Consortium(which, _) => {
                let record = catalogue.consortium_record(self.consortium(which)?)?;
                let consortium = Label::of(&record.names);
                Label::new(
                    format!("the members of {}", consortium.english()),
                    format!("{}各成员", consortium.chinese()),
                )
            }
            Among::Listed(places) => Label::new(
                format!("{} places", places.len()),
                format!("{}个地方", places.len()),
            ),
        })
    }
}
