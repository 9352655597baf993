//! From names to handles; what to say of a name that is none's, or several's.

use super::Catalogue;
use super::handle::{IndicatorHandle, PlaceHandle};
use super::near::{Nearness, Spare, Wanted};
use super::register::{Entry, Register};
use crate::error::{Error, ErrorKind, Result, excerpt};
use crate::model::{IndicatorCode, Place, RegionCode};

/// At most this many candidates are listed for an ambiguous name.
const LISTED_MAX: usize = 8;
/// At most this many near names are suggested for an unknown one.
const SUGGESTED_MAX: usize = 3;

impl Catalogue {
    /// The place that a text names: a code (a region's, an institution's with or without `institution:`), a name or an
    /// alias in any language, or a path such as `江苏省/南京市/鼓楼区`, of which steps may be left out. A code goes
    /// before a name. A name without its ending (醴陵 for 醴陵市) is only suggested: 长沙市 and 长沙县 are
    /// two, and a catalogue may hold only one of them.
    ///
    /// # Errors
    /// [`Ambiguous`](ErrorKind::Ambiguous) with the candidates' codes and paths, [`Unknown`](ErrorKind::Unknown) with near names.
    pub fn find_place(&self, name_or_code: &str) -> Result<PlaceHandle> {
        let text = name_or_code.trim();
        let mut found = self.places_of_code(text);
        if found.is_empty() {
            found = self.places_of_name(text);
        }
        if found.is_empty() {
            found = self.places_of_path(text);
        }
        match found.as_slice() {
            [place] => Ok(self.handle(*place)),
            [] => Err(self.unknown_place(text)),
            several => Err(self.ambiguous_place(text, several)),
        }
    }

    fn places_of_code(&self, text: &str) -> Vec<u32> {
        let region = text
            .parse()
            .ok()
            .and_then(|code: RegionCode| self.layout.find_region(&code));
        let code = text.strip_prefix("institution:").unwrap_or(text);
        let institution = self.layout.find_institution(code);
        region.into_iter().chain(institution).collect()
    }

    fn places_of_name(&self, text: &str) -> Vec<u32> {
        let name = self.layout.names.find(text.as_bytes());
        name.map(|name| self.layout.bearers_of(name).collect())
            .unwrap_or_default()
    }

    /// The places of the last name whose ancestors bear the names before it, in order.
    fn places_of_path(&self, text: &str) -> Vec<u32> {
        let Some((above, name)) = text.rsplit_once('/') else {
            return Vec::new();
        };
        let mut steps: Vec<Vec<u32>> = Vec::new();
        for step in above.rsplit('/') {
            let places = self.places_of_name(step);
            // Deeper than there are levels leads nowhere.
            if places.is_empty() || steps.len() > crate::model::Level::ALL.len() {
                return Vec::new();
            }
            steps.push(places);
        }
        let mut found = self.places_of_name(name);
        found.retain(|place| {
            let mut region = self.layout.above(*place);
            steps.iter().all(|step| {
                while let Some(at) = region {
                    region = self.layout.above(at);
                    // Bearers are in order.
                    if step.binary_search(&at).is_ok() {
                        return true;
                    }
                }
                false
            })
        });
        found
    }

    /// The indicator that a text names: a code, or a name or an alias in any language. A code goes before a name.
    ///
    /// # Errors
    /// [`Ambiguous`](ErrorKind::Ambiguous) with the candidates' codes, [`Unknown`](ErrorKind::Unknown) with near names,
    /// [`Corrupt`](ErrorKind::Corrupt) for bytes that are no indicator.
    pub fn find_indicator(&self, name_or_code: &str) -> Result<IndicatorHandle> {
        let text = name_or_code.trim();
        let register = &self.layout.indicators;
        let code = text.parse().ok();
        let found = code.and_then(|code: IndicatorCode| register.find(code.name(), code.version()));
        if let Some(index) = found {
            return Ok(IndicatorHandle::new(index, self.fingerprint()));
        }
        let mut found = Vec::new();
        for index in 0..register.len() {
            if register.get(index)?.names().all().any(|name| name == text) {
                found.push(index);
            }
        }
        match found.as_slice() {
            [index] => Ok(IndicatorHandle::new(*index, self.fingerprint())),
            [] => Err(unknown(
                &format!("indicator {:?}", excerpt(text)),
                &suggestions(register, text),
                "correct it, or add the indicator",
            )),
            several => {
                let codes = several.iter().filter_map(|index| register.code(*index));
                Err(ambiguous(
                    "indicator",
                    text,
                    several.len(),
                    codes.map(String::from),
                ))
            }
        }
    }

    fn ambiguous_place(&self, text: &str, places: &[u32]) -> Error {
        let candidates = places.iter().map(|place| {
            let handle = self.handle(*place);
            let path = self.path(handle).unwrap_or_default();
            format!("{} {path}", self.code_words(*place))
        });
        ambiguous("place", text, places.len(), candidates)
    }

    /// The code of a place for a message, even if its bytes are none.
    fn code_words(&self, place: u32) -> String {
        let code = self.place_code(self.handle(place));
        code.map_or_else(|_| format!("place {place}"), |code| code.to_string())
    }

    fn name_words(&self, place: u32) -> String {
        self.place_name(self.handle(place))
            .unwrap_or_default()
            .to_string()
    }

    fn unknown_place(&self, text: &str) -> Error {
        let layout = &self.layout;
        let code = text
            .parse::<RegionCode>()
            .ok()
            .filter(RegionCode::is_gb2260);
        let places: Vec<u32> = if let Some(code) = code {
            layout.near_digits(code.as_str())
        } else {
            let mut near: Vec<(Nearness, (u8, u32))> = Vec::new();
            for (nearness, name) in layout.near_names(text) {
                near.extend(
                    layout
                        .bearers_of(name)
                        .map(|place| (nearness, layout.weight(place))),
                );
            }
            let codes = layout.near_codes(text.strip_prefix("institution:").unwrap_or(text));
            near.extend(
                codes
                    .into_iter()
                    .map(|(nearness, place)| (nearness, layout.weight(place))),
            );
            near.sort_unstable();
            let mut places: Vec<u32> = Vec::new();
            for (_, (_, place)) in near {
                if places.len() == SUGGESTED_MAX {
                    break;
                }
                if !places.contains(&place) {
                    places.push(place);
                }
            }
            places
        };
        let suggested = places
            .iter()
            .map(|place| format!("{} ({})", self.name_words(*place), self.code_words(*place)));
        unknown(
            &format!("place {:?}", excerpt(text)),
            &suggested.take(SUGGESTED_MAX).collect::<Vec<_>>(),
            "correct it, or add the place",
        )
    }

    pub(super) fn unknown_region(&self, code: &RegionCode) -> Error {
        let places = if code.is_gb2260() {
            self.layout.near_digits(code.as_str())
        } else {
            let near = self.layout.near_codes(code.as_str()).into_iter();
            near.map(|(_, place)| place)
                .filter(|place| *place < self.region_count())
                .collect()
        };
        self.unknown_code(
            &format!("region {code}"),
            &places,
            "correct the code, or add the region",
        )
    }

    pub(super) fn unknown_institution(&self, code: &crate::model::InstitutionCode) -> Error {
        let near = self.layout.near_codes(code.as_str()).into_iter();
        let places: Vec<u32> = near
            .map(|(_, place)| place)
            .filter(|place| *place >= self.region_count())
            .collect();
        self.unknown_code(
            &format!("institution {code}"),
            &places,
            "correct the code, or add the institution",
        )
    }

    fn unknown_code(&self, what: &str, places: &[u32], advice: &str) -> Error {
        let suggested = places.iter().take(SUGGESTED_MAX).map(|place| {
            let code = match self.place_code(self.handle(*place)) {
                Ok(Place::Institution(code)) => code.to_string(),
                _ => self.code_words(*place),
            };
            format!("{code} ({})", self.name_words(*place))
        });
        unknown(what, &suggested.collect::<Vec<_>>(), advice)
    }

    pub(super) fn unknown_entry<T: Entry>(&self, register: &Register<T>, code: &str) -> Error {
        unknown(
            &format!("{} {code}", T::WORD),
            &suggestions(register, code),
            &format!("correct the code, or add the {}", T::WORD),
        )
    }
}

/// The entries whose code or name is near a text, the nearest first, as `code (name)`.
fn suggestions<T: Entry>(register: &Register<T>, text: &str) -> Vec<String> {
    let Some(wanted) = Wanted::new(text) else {
        return Vec::new();
    };
    let mut spare = Spare::default();
    let mut near: Vec<(Nearness, u32)> = Vec::new();
    for index in 0..register.len() {
        let names = register.get(index).ok().and_then(Entry::names);
        let names = names.into_iter().flat_map(crate::model::Names::all);
        let texts = register.code(index).into_iter().chain(names);
        let nearest = texts.filter_map(|name| wanted.nearness(name.as_bytes(), &mut spare));
        near.extend(nearest.min().map(|nearness| (nearness, index)));
    }
    near.sort_unstable();
    let suggested = near
        .into_iter()
        .take(SUGGESTED_MAX)
        .filter_map(|(_, index)| {
            let title = register.get(index).ok()?.title();
            Some(format!("{} ({})", register.code(index)?, excerpt(title)))
        });
    suggested.collect()
}

/// `no WHAT in the catalogue: did you mean A, B or C?`
fn unknown(what: &str, suggested: &[String], advice: &str) -> Error {
    let what_to_do = match suggested {
        [] => advice.to_string(),
        [only] => format!("did you mean {only}?"),
        [most @ .., last] => format!("did you mean {} or {last}?", most.join(", ")),
    };
    Error::new(
        ErrorKind::Unknown,
        format!("no {what} in the catalogue: {what_to_do}"),
    )
}

/// `WHAT "text" is one of 4: …: give the code`
fn ambiguous(
    what: &str,
    text: &str,
    count: usize,
    candidates: impl Iterator<Item = String>,
) -> Error {
    let listed = candidates.take(LISTED_MAX).collect::<Vec<_>>().join(", ");
    let more = match count.checked_sub(LISTED_MAX) {
        Some(more) if more > 0 => format!(" and {more} more"),
        _ => String::new(),
    };
    Error::new(
        ErrorKind::Ambiguous,
        format!(
            "{what} {:?} is one of {count}: {listed}{more}: give the code",
            excerpt(text)
        ),
    )
}
