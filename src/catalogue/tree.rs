//! The tree of regions in pre-order: a subtree is a range, its end is stored, so is each parent.

use std::iter::FusedIterator;

use bytes::Bytes;

use super::Catalogue;
use super::bytes::{U32s, at};
use super::handle::{PlaceHandle, Places};
use super::layout::{Layout, NONE};
use crate::codec::corrupt;
use crate::error::Result;
use crate::model::Level;

/// Subtree ends, parents and levels.
pub(super) struct Tree {
    ends: U32s,
    parents: U32s,
    levels: Bytes,
}

impl Tree {
    /// # Errors
    /// [`Corrupt`](crate::ErrorKind::Corrupt) unless it is a forest in pre-order whose levels narrow downwards: then no walk along it
    /// can go astray, and none is longer than there are levels.
    pub(super) fn new(ends: U32s, parents: U32s, levels: Bytes) -> Result<Self> {
        let tree = Self {
            ends,
            parents,
            levels,
        };
        tree.check()
            .ok_or_else(|| corrupt("the catalogue's regions are no tree in pre-order"))?;
        Ok(tree)
    }

    /// Walks the regions once. Each closed subtree is climbed out of once, so this is linear.
    fn check(&self) -> Option<()> {
        let count = self.len();
        for region in 0..count {
            let (end, level) = (self.end(region)?, self.level(region)?);
            let parent = self.parents.get(region)?;
            // The innermost region before this one whose subtree is still open must be the parent.
            let mut open = region.checked_sub(1);
            while let Some(before) = open {
                let before_end = self.end(before)?;
                if before_end > region {
                    break;
                }
                if before_end < region {
                    return None;
                }
                open = self.parent(before);
            }
            if open.unwrap_or(NONE) != parent || end <= region {
                return None;
            }
            match open {
                Some(parent) if end > self.end(parent)? || self.level(parent)? >= level => {
                    return None;
                }
                None if end > count => return None,
                _ => {}
            }
        }
        Some(())
    }

    pub(super) fn len(&self) -> u32 {
        self.ends.len()
    }

    pub(super) fn end(&self, region: u32) -> Option<u32> {
        self.ends.get(region)
    }

    pub(super) fn parent(&self, region: u32) -> Option<u32> {
        self.parents.get(region).filter(|&parent| parent != NONE)
    }

    pub(super) fn level(&self, region: u32) -> Option<Level> {
        let level = *self.levels.get(at(region))?;
        Level::ALL.get(usize::from(level)).copied()
    }
}

impl Layout {
    /// The region a place lies in: the parent of a region, the home of an institution.
    pub(super) fn above(&self, place: u32) -> Option<u32> {
        match place.checked_sub(self.regions()) {
            None => self.tree.parent(place),
            Some(institution) => self.homes.get(institution),
        }
    }

    /// The numbers of a place and the regions below it.
    pub(super) fn below(&self, place: u32) -> std::ops::Range<u32> {
        // An institution is a place alone.
        place..self.tree.end(place).unwrap_or(place.saturating_add(1))
    }
}

impl Catalogue {
    /// The level of a region; `None` for an institution.
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign) for a handle of another catalogue, as for every method that takes one.
    pub fn level(&self, place: PlaceHandle) -> Result<Option<Level>> {
        Ok(self.layout.tree.level(self.own_place(place)?))
    }

    /// Whether the place is a region, and not an institution.
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign).
    pub fn is_region(&self, place: PlaceHandle) -> Result<bool> {
        Ok(self.own_place(place)? < self.region_count())
    }

    /// The region that a region or an institution lies in; `None` for a root.
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign).
    pub fn parent(&self, place: PlaceHandle) -> Result<Option<PlaceHandle>> {
        let above = self.layout.above(self.own_place(place)?);
        Ok(above.map(|above| self.handle(above)))
    }

    /// The regions that a place lies in, from its parent to the root.
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign).
    pub fn ancestors(&self, place: PlaceHandle) -> Result<Ancestors<'_>> {
        Ok(Ancestors {
            catalogue: self,
            next: self.layout.above(self.own_place(place)?),
        })
    }

    /// The regions right below a region, by code; none for an institution. Institutions are given by
    /// [`institutions_in`](Self::institutions_in).
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign).
    pub fn children(&self, place: PlaceHandle) -> Result<Children<'_>> {
        let range = self.layout.below(self.own_place(place)?);
        Ok(Children {
            catalogue: self,
            next: range.start.saturating_add(1),
            end: range.end,
        })
    }

    /// The regions without a parent, by code.
    pub fn roots(&self) -> Children<'_> {
        Children {
            catalogue: self,
            next: 0,
            end: self.region_count(),
        }
    }

    /// A region and all regions below it, in pre-order; an institution alone.
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign).
    pub fn subtree(&self, place: PlaceHandle) -> Result<Places> {
        let range = self.layout.below(self.own_place(place)?);
        Ok(Places::new(range, self.fingerprint()))
    }

    /// The institutions of a region and of all regions below it; an institution alone.
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign).
    pub fn institutions_in(&self, place: PlaceHandle) -> Result<Places> {
        let regions = self.region_count();
        let range = self.layout.below(self.own_place(place)?);
        let range = if range.start < regions {
            let first = |bound: u32| self.layout.homes.partition_point(|home| home < bound);
            let place = |institution: u32| institution.saturating_add(regions);
            place(first(range.start))..place(first(range.end))
        } else {
            range
        };
        Ok(Places::new(range, self.fingerprint()))
    }

    /// The regions of a level in a region, itself included. Deeper subtrees are stepped over, so the provinces of
    /// a country take as many steps as there are provinces.
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign).
    pub fn at_level(&self, scope: PlaceHandle, level: Level) -> Result<AtLevel<'_>> {
        let range = self.layout.below(self.own_place(scope)?);
        Ok(AtLevel {
            catalogue: self,
            next: range.start,
            // An institution has no level.
            end: range.end.min(self.region_count()),
            level,
        })
    }

    /// Whether `inner` lies in `outer`, at any depth; a place lies in itself.
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign).
    pub fn contains(&self, outer: PlaceHandle, inner: PlaceHandle) -> Result<bool> {
        let (outer, inner) = (self.own_place(outer)?, self.own_place(inner)?);
        if outer == inner {
            return Ok(true);
        }
        let institution = inner.checked_sub(self.region_count());
        let region = match institution {
            None => Some(inner),
            Some(institution) => self.layout.homes.get(institution),
        };
        Ok(region.is_some_and(|region| self.layout.below(outer).contains(&region)))
    }

    /// The names from the root to a place: `湖南省/株洲市/醴陵市`. [`find_place`](Self::find_place) reads it back.
    ///
    /// # Errors
    /// [`Foreign`](crate::ErrorKind::Foreign).
    pub fn path(&self, place: PlaceHandle) -> Result<String> {
        let mut names = vec![self.place_name(place)?];
        for ancestor in self.ancestors(place)? {
            names.push(self.place_name(ancestor)?);
        }
        names.reverse();
        Ok(names.join("/"))
    }
}

/// The regions above a place, from the nearest.
#[derive(Clone, Debug)]
pub struct Ancestors<'a> {
    catalogue: &'a Catalogue,
    next: Option<u32>,
}

impl Iterator for Ancestors<'_> {
    type Item = PlaceHandle;

    fn next(&mut self) -> Option<PlaceHandle> {
        let region = self.next?;
        self.next = self.catalogue.layout.tree.parent(region);
        Some(self.catalogue.handle(region))
    }
}

impl FusedIterator for Ancestors<'_> {}

/// Regions that share a parent, by code.
#[derive(Clone, Debug)]
pub struct Children<'a> {
    catalogue: &'a Catalogue,
    next: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = PlaceHandle;

    fn next(&mut self) -> Option<PlaceHandle> {
        if self.next >= self.end {
            return None;
        }
        let region = self.next;
        self.next = self.catalogue.layout.tree.end(region).unwrap_or(self.end);
        Some(self.catalogue.handle(region))
    }
}

impl FusedIterator for Children<'_> {}

/// The regions of one level, in pre-order.
#[derive(Clone, Debug)]
pub struct AtLevel<'a> {
    catalogue: &'a Catalogue,
    next: u32,
    end: u32,
    level: Level,
}

impl Iterator for AtLevel<'_> {
    type Item = PlaceHandle;

    fn next(&mut self) -> Option<PlaceHandle> {
        let tree = &self.catalogue.layout.tree;
        while self.next < self.end {
            let region = self.next;
            let level = tree.level(region)?;
            // Levels narrow downwards: nothing below this one can be as wide.
            self.next = if level >= self.level {
                tree.end(region).unwrap_or(self.end)
            } else {
                region.saturating_add(1)
            };
            if level == self.level {
                return Some(self.catalogue.handle(region));
            }
        }
        None
    }
}

impl FusedIterator for AtLevel<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(ends: &[u32], parents: &[u32], levels: &[u8]) -> Result<Tree> {
        let array = |numbers: &[u32]| {
            U32s::new(
                numbers
                    .iter()
                    .flat_map(|number| number.to_le_bytes())
                    .collect(),
            )
        };
        Tree::new(array(ends), array(parents), Bytes::copy_from_slice(levels))
    }

    #[test]
    fn only_a_forest_in_pre_order_is_a_tree() {
        assert!(tree(&[], &[], &[]).is_ok());
        assert!(tree(&[3, 2, 3, 4], &[NONE, 0, 0, NONE], &[0, 1, 5, 3]).is_ok());
        assert!(tree(&[3, 3, 3], &[NONE, 0, 1], &[0, 1, 2]).is_ok());
        for (ends, parents, levels) in [
            // Two roots of which one claims the other; an end past its parent's; an end before its start.
            (&[2, 2], &[NONE, NONE], &[0, 1]),
            (&[2, 3], &[NONE, 0], &[0, 1]),
            (&[2, 1], &[NONE, 0], &[0, 1]),
            (&[0, 2], &[NONE, NONE], &[0, 1]),
            // A parent that comes later, is the region itself, or is closed already.
            (&[1, 2], &[1, NONE], &[1, 0]),
            (&[2, 2], &[NONE, 1], &[0, 1]),
            (&[1, 2], &[NONE, 0], &[0, 1]),
            // A subtree that ends in nothing; levels that do not narrow or are none.
            (&[2, 3], &[NONE, NONE], &[0, 1]),
            (&[2, 2], &[NONE, 0], &[1, 1]),
            (&[2, 2], &[NONE, 0], &[0, 6]),
        ] {
            assert_eq!(
                tree(ends, parents, levels)
                    .err()
                    .map(|error| error.to_string())
                    .as_deref(),
                Some("the catalogue's regions are no tree in pre-order"),
                "{ends:?} {parents:?} {levels:?}"
            );
        }
    }
}
