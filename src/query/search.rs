//! Search: what places and indicators are called.

use std::fmt;

use serde::Serialize;

use super::Ask;
use super::name::Label;
use crate::error::Result;
use crate::model::{IndicatorCode, Names, Place};

/// Names that share fewer than this many of a hundred pairs of letters are not near.
const NEAR_MIN: usize = 40;

/// Places and indicators whose names hold a text or are near it, the best first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Search {
    places: Vec<Found<Place>>,
    indicators: Vec<Found<IndicatorCode>>,
}

/// Something that was found: its code, its name, and for a place the path to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found<C> {
    /// Its code.
    pub code: C,
    /// Its name.
    pub name: Label,
    /// The names from the root to a place; the name of an indicator.
    pub path: String,
}

impl Search {
    /// The places.
    pub fn places(&self) -> &[Found<Place>] {
        &self.places
    }

    /// The indicators.
    pub fn indicators(&self) -> &[Found<IndicatorCode>] {
        &self.indicators
    }
}

/// A line for each: code and name.
impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self
            .places
            .iter()
            .map(|place| (place.code.to_string(), &place.path));
        let indicators = self
            .indicators
            .iter()
            .map(|indicator| (indicator.code.to_string(), &indicator.path));
        for (at, (code, path)) in places.chain(indicators).enumerate() {
            write!(f, "{}{code} {path}", if at == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl Ask<'_> {
    /// Places and indicators whose code or names, in Chinese or English or as aliases, hold a text or are near it; at
    /// most so many of each. Just that name comes first, then names that begin with it, hold it, are near it.
    ///
    /// # Errors
    /// [`Corrupt`](crate::ErrorKind::Corrupt) for a damaged book.
    pub fn search(&self, text: &str, max: usize) -> Result<Search> {
        let catalogue = self.book.catalogue();
        let mut places = Vec::new();
        for place in catalogue.search_places(text, max) {
            places.push(Found {
                code: catalogue.place_code(place)?,
                name: Label::of_place(catalogue, place)?,
                path: catalogue.path(place)?,
            });
        }
        let mut near = Vec::new();
        for handle in catalogue.indicators() {
            let record = catalogue.indicator_record(handle)?;
            if let Some(distance) = distance(text, &record.code().to_string(), record.names()) {
                near.push((distance, record));
            }
        }
        near.sort_by_key(|(distance, _)| *distance);
        let indicators = near
            .into_iter()
            .take(max)
            .map(|(_, record)| Found {
                code: record.code().clone(),
                name: Label::of(record.names()),
                path: record.names().main().to_string(),
            })
            .collect();
        Ok(Search { places, indicators })
    }
}

/// How far the nearest name is: 0 the same, 1 begins so, 2 holds it, then by the pairs of letters that differ.
fn distance(text: &str, code: &str, names: &Names) -> Option<usize> {
    let wanted = text.trim().to_lowercase();
    if wanted.is_empty() {
        return None;
    }
    names
        .all()
        .chain([code])
        .filter_map(|name| {
            let name = name.to_lowercase();
            if name == wanted {
                Some(0)
            } else if name.starts_with(&wanted) {
                Some(1)
            } else if name.contains(&wanted) {
                Some(2)
            } else {
                let alike = alike(&wanted, &name);
                (alike >= NEAR_MIN).then(|| 3 + 100 - alike)
            }
        })
        .min()
}

/// How many of a hundred pairs of neighbouring letters two texts share (the coefficient of Dice).
fn alike(a: &str, b: &str) -> usize {
    let pairs = |text: &str| {
        let letters: Vec<char> = text.chars().collect();
        let pairs: Vec<(char, char)> = letters
            .windows(2)
            .filter_map(|pair| Some((*pair.first()?, *pair.last()?)))
            .collect();
        pairs
    };
    let (a, mut b) = (pairs(a), pairs(b));
    let total = a.len() + b.len();
    let mut shared = 0_usize;
    for pair in &a {
        if let Some(at) = b.iter().position(|other| other == pair) {
            b.swap_remove(at);
            shared += 1;
        }
    }
    shared.saturating_mul(200).checked_div(total).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_the_name_the_smaller_the_distance() {
        let names = Names::new("县域内住院量占比", "share of inpatient care")
            .unwrap()
            .alias("县域内住院就诊率")
            .unwrap();
        let distance = |text: &str| distance(text, "inpatient_share", &names);
        assert_eq!(distance("县域内住院就诊率"), Some(0));
        assert_eq!(distance(" Inpatient_Share "), Some(0));
        assert_eq!(distance("县域内住院"), Some(1));
        assert_eq!(distance("住院"), Some(2));
        assert!(distance("县域住院量占比").is_some_and(|near| near > 2));
        assert_eq!(distance("托位数"), None);
        assert_eq!(distance(" "), None);
    }
}
