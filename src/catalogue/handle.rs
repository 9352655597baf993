//! Handles: dense numbers that know which catalogue they are of.

use std::iter::FusedIterator;
use std::ops::Range;

use crate::error::{Error, ErrorKind};

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        ///
        /// A number below the catalogue's count of its sort, with the fingerprint of the catalogue: another
        /// catalogue refuses it. Handles order by that number. They are for one run of a program; what is
        /// stored is the code.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name {
            index: u32,
            fingerprint: u64,
        }

        impl $name {
            #[inline]
            pub(crate) fn new(index: u32, fingerprint: u64) -> Self {
                Self { index, fingerprint }
            }

            /// The number: dense, from 0.
            #[inline]
            pub fn index(&self) -> u32 {
                self.index
            }

            /// The fingerprint of the catalogue it is of.
            #[inline]
            pub fn fingerprint(&self) -> u64 {
                self.fingerprint
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

/// The error for a handle that another catalogue gave out.
#[cold]
pub(crate) fn foreign() -> Error {
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
        place.fingerprint == self.fingerprint && self.range.contains(&place.index)
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
