//! Handles: dense numbers that know which catalogue they are of.

use std::cmp::Ordering;
use std::fmt;
use std::iter::FusedIterator;
use std::ops::Range;

use crate::error::{Error, ErrorKind, Result};

/// What a handle keeps of a fingerprint, above its number.
const MARK: u64 = !(u32::MAX as u64);

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        ///
        /// A number below the catalogue's count of its sort, with 32 bits of the catalogue's
        /// [fingerprint](super::Catalogue::fingerprint): another catalogue refuses it, unless those bits are the
        /// same, as they are of one in four thousand million. Handles order by that number. They are for one run of a
        /// program; what is stored is the code.
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(u64);

        impl $name {
            #[inline]
            pub(crate) fn new(index: u32, fingerprint: u64) -> Self {
                Self(fingerprint & MARK | u64::from(index))
            }

            /// The number: dense, from 0.
            #[inline]
            #[expect(clippy::cast_possible_truncation, reason = "the mark is above it")]
            pub fn index(&self) -> u32 {
                self.0 as u32
            }

            /// The number, if it is of the catalogue with that fingerprint, which has so many of its sort.
            pub(super) fn own_index(&self, fingerprint: u64, count: u32) -> Result<u32> {
                if self.is_of(fingerprint) && self.index() < count {
                    Ok(self.index())
                } else {
                    Err(foreign())
                }
            }

            fn is_of(&self, fingerprint: u64) -> bool {
                (self.0 ^ fingerprint) & MARK == 0
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                let number_first = |handle: &Self| handle.0.rotate_left(u32::BITS);
                number_first(self).cmp(&number_first(other))
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({} of {:08x})", stringify!($name), self.index(), self.0 >> u32::BITS)
            }
        }
    )+};
}

handles! {
    /// A place of a catalogue: regions in pre-order of their tree, then institutions in the order of
    /// their regions.
    PlaceHandle;
    /// An indicator of a catalogue, numbered by code.
    IndicatorHandle;
    /// A source of a catalogue, numbered by code.
    SourceHandle;
    /// A consortium of a catalogue, numbered by code.
    ConsortiumHandle;
}

impl PlaceHandle {
    /// How many places it is after another one. If it is before it or of another catalogue, no fewer than there could be places from the other one on.
    #[inline(always)]
    pub(crate) fn after(self, other: Self) -> u64 {
        self.0.wrapping_sub(other.0)
    }
}

impl SourceHandle {
    /// The source of another number in the same catalogue.
    #[inline(always)]
    pub(crate) fn at(self, index: u32) -> Self {
        Self(self.0 & MARK | u64::from(index))
    }
}

/// The error for a handle that another catalogue gave out.
#[cold]
pub(super) fn foreign() -> Error {
    Error::new(
        ErrorKind::Foreign,
        "the handle is of another catalogue: resolve the code again in this one",
    )
}

/// Places that lie side by side, by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    range: Range<u32>,
    fingerprint: u64,
}

impl Places {
    pub(super) fn new(range: Range<u32>, fingerprint: u64) -> Self {
        Self { range, fingerprint }
    }

    /// The fingerprint of the catalogue they are of.
    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The numbers of the places that are left.
    pub fn indices(&self) -> Range<u32> {
        self.range.clone()
    }

    /// Whether a place is among those that are left.
    pub fn contains(&self, place: PlaceHandle) -> bool {
        place.is_of(self.fingerprint) && self.range.contains(&place.index())
    }
}

impl Iterator for Places {
    type Item = PlaceHandle;

    fn next(&mut self) -> Option<PlaceHandle> {
        let index = self.range.next()?;
        Some(PlaceHandle::new(index, self.fingerprint))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }

    fn nth(&mut self, count: usize) -> Option<PlaceHandle> {
        let index = self.range.nth(count)?;
        Some(PlaceHandle::new(index, self.fingerprint))
    }
}

impl DoubleEndedIterator for Places {
    fn next_back(&mut self) -> Option<PlaceHandle> {
        let index = self.range.next_back()?;
        Some(PlaceHandle::new(index, self.fingerprint))
    }
}

impl ExactSizeIterator for Places {}
impl FusedIterator for Places {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn handles_order_by_number_and_show_it() {
        let handle = |index, fingerprint| PlaceHandle::new(index, fingerprint);
        let ordered = [
            handle(0, u64::MAX),
            handle(1, 1 << 32),
            handle(1, 2 << 32),
            handle(7, 0),
        ];
        assert!(ordered.is_sorted() && ordered.iter().map(PlaceHandle::index).eq([0, 1, 1, 7]));
        assert_eq!(
            format!(
                "{:?} {:?}",
                handle(7, 0xabc_1234_5678),
                SourceHandle::new(3, 0).at(4)
            ),
            "PlaceHandle(7 of 00000abc) SourceHandle(4 of 00000000)"
        );
    }

    proptest! {
        /// However near to each other fingerprints and numbers are.
        #[test]
        fn a_place_is_after_another_of_its_catalogue(
            (mark, other_mark) in (0u64..3, prop_oneof![0u64..3, u64::from(u32::MAX) - 2..1 << 32]),
            number in prop_oneof![0u32..3, u32::MAX - 2..=u32::MAX],
            first in prop_oneof![0u32..3, 0..=u32::MAX],
        ) {
            let after = PlaceHandle::new(number, mark << 32).after(PlaceHandle::new(first, other_mark << 32));
            if mark == other_mark && number >= first {
                prop_assert_eq!(after, u64::from(number - first));
            } else {
                prop_assert!(after >= (1 << 32) - u64::from(first));
            }
        }
    }
}
