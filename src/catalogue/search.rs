//! Searching names: what holds a text, and what is near it.

use super::Catalogue;
use super::handle::PlaceHandle;
use super::layout::Layout;
use super::near::{Nearness, Spare, Wanted};

/// How well a name goes with a text, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    Whole,
    Beginning,
    Within,
    Near(Nearness),
}

impl Layout {
    /// The places that bear a name.
    pub(super) fn bearers_of(&self, name: u32) -> impl Iterator<Item = u32> + Clone + '_ {
        let start = self.bearer_offsets.get(name);
        let end = name
            .checked_add(1)
            .and_then(|next| self.bearer_offsets.get(next));
        let range = start.unwrap_or_default()..end.unwrap_or_default();
        let places = self.places();
        range
            .filter_map(|index| self.bearers.get(index))
            .filter(move |place| *place < places)
    }

    /// The names near a text, with how near they are. Half a million names take some ten milliseconds.
    pub(super) fn near_names(&self, text: &str) -> Vec<(Nearness, u32)> {
        let Some(wanted) = Wanted::new(text) else {
            return Vec::new();
        };
        let mut spare = Spare::default();
        (0..)
            .zip(self.names.iter())
            .filter_map(|(name, bytes)| Some((wanted.nearness(bytes, &mut spare)?, name)))
            .collect()
    }

    /// The names that hold a text. The heap is searched as a whole, then the hits are told apart.
    fn names_with(&self, text: &str) -> Vec<(Match, u32)> {
        let mut found = Vec::new();
        let Ok(heap) = str::from_utf8(self.names.heap()) else {
            return found;
        };
        let mut from = 0;
        while let Some(hit) = heap.get(from..).and_then(|rest| rest.find(text)) {
            let hit = from + hit;
            let Some((name, start)) = self.names.holding(hit) else {
                break;
            };
            let end = start + self.names.bytes(name).map_or(0, <[u8]>::len);
            if hit + text.len() <= end {
                let how = match (hit == start, hit + text.len() == end) {
                    (true, true) => Match::Whole,
                    (true, false) => Match::Beginning,
                    _ => Match::Within,
                };
                found.push((how, name));
                from = end;
            } else {
                // It straddles two names: whatever is found next begins in a later one.
                from = end;
            }
        }
        found
    }

    /// Wider regions first, institutions last, then by number.
    pub(super) fn weight(&self, place: u32) -> (u8, u32) {
        let level = self.tree.level(place).and_then(|level| {
            u8::try_from(
                crate::model::Level::ALL
                    .iter()
                    .position(|other| *other == level)?,
            )
            .ok()
        });
        (level.unwrap_or(u8::MAX), place)
    }
}

impl Catalogue {
    /// Places whose names hold a text, or are near it, best first: those that bear just that name, then those whose name
    /// begins with it, holds it, is a slip of the pen away or only lacks its ending; among these
    /// wider regions first, institutions last, then by number. At most `max`.
    ///
    /// The 665 000 regions of a country take some tens of milliseconds.
    pub fn search_places(&self, text: &str, max: usize) -> Vec<PlaceHandle> {
        let text = text.trim();
        if text.is_empty() || max == 0 {
            return Vec::new();
        }
        let layout = &self.layout;
        let mut names = layout.names_with(text);
        let found = self.best(&names, max);
        if found.len() >= max {
            return found;
        }
        let near = layout.near_names(text).into_iter();
        names.extend(near.map(|(how, name)| (Match::Near(how), name)));
        self.best(&names, max)
    }

    fn best(&self, names: &[(Match, u32)], max: usize) -> Vec<PlaceHandle> {
        let layout = &self.layout;
        let borne = names
            .iter()
            .flat_map(|&(how, name)| layout.bearers_of(name).map(move |place| (place, how)));
        let mut places: Vec<(u32, Match)> = borne.collect();
        // Of several names of a place the best.
        places.sort_unstable();
        places.dedup_by_key(|(place, _)| *place);
        let mut ranked: Vec<_> = places
            .into_iter()
            .map(|(place, how)| (how, layout.weight(place)))
            .collect();
        if let Some(last) = max.checked_sub(1).filter(|&last| last < ranked.len()) {
            ranked.select_nth_unstable(last);
            ranked.truncate(max);
        }
        ranked.sort_unstable();
        ranked
            .into_iter()
            .map(|(_, (_, place))| self.handle(place))
            .collect()
    }
}

impl Layout {
    /// The foreign codes and the codes of institutions near a text, as places, the nearest first.
    pub(super) fn near_codes(&self, text: &str) -> Vec<(Nearness, u32)> {
        let Some(wanted) = Wanted::new(text).filter(|_| text.is_ascii()) else {
            return Vec::new();
        };
        let mut spare = Spare::default();
        let mut found = Vec::new();
        for (rank, code) in (0..).zip(self.foreign_codes.iter()) {
            if let Some(nearness) = wanted.nearness(code, &mut spare)
                && let Some(region) = self.find_region_key(super::lookup::foreign_key(rank))
            {
                found.push((nearness, region));
            }
        }
        for (place, code) in (self.regions()..).zip(self.institution_codes.iter()) {
            if let Some(nearness) = wanted.nearness(code, &mut spare) {
                found.push((nearness, place));
            }
        }
        found.sort_unstable();
        found
    }

    /// The regions whose code of GB/T 2260 differs by two digits turned round or one digit, the last first.
    pub(super) fn near_digits(&self, code: &str) -> Vec<u32> {
        let digits = code.as_bytes();
        let turned = (1..digits.len()).rev().map(|at| {
            let mut other = digits.to_vec();
            other.swap(at - 1, at);
            other
        });
        let replaced = (0..digits.len()).rev().flat_map(|at| {
            (b'0'..=b'9').map(move |digit| {
                let mut other = digits.to_vec();
                if let Some(slot) = other.get_mut(at) {
                    *slot = digit;
                }
                other
            })
        });
        let mut found = Vec::new();
        for other in turned.chain(replaced) {
            let other = str::from_utf8(&other)
                .ok()
                .and_then(|other| other.parse().ok());
            if let Some(region) = other.and_then(|other| self.find_region(&other))
                && !found.contains(&region)
            {
                found.push(region);
            }
        }
        found
    }
}
