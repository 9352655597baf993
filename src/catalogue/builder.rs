//! The builder: entries in any order, each with where it comes from.

use std::collections::HashMap;
use std::collections::hash_map;
use std::fmt;
use std::hash::Hash;

use bytes::Bytes;

use super::Catalogue;
use super::bytes::{at, narrow};
use super::faults::Sound;
use super::layout::Layout;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    Consortium, ConsortiumCode, Dimension, DimensionCode, Indicator, IndicatorCode, Institution,
    InstitutionCode, Region, RegionCode, Source, SourceCode,
};

/// Takes the entries of a catalogue in any order and checks that they hold together.
///
/// It keeps every entry until it is finished: some 300 bytes a region.
///
/// ```
/// use yearbook::catalogue::CatalogueBuilder;
/// use yearbook::model::{Level, Names, Region};
///
/// let mut builder = CatalogueBuilder::new();
/// let liling = |parent: &str| {
///     Ok::<_, yearbook::Error>(Region::new(
///         "430281".parse()?,
///         Some(parent.parse()?),
///         Level::County,
///         Names::zh("醴陵市")?,
///     ))
/// };
/// builder.at("regions.csv", 3).region(liling("430200")?)?;
/// let error = builder.at("regions.csv", 9).region(liling("430000")?).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "region 430281 is given under two parents: 430200 in regions.csv, row 3 and 430000 in regions.csv, row 9",
/// );
/// # Ok::<(), yearbook::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct CatalogueBuilder {
    files: Vec<Box<str>>,
    next: Option<Origin>,
    entries: u64,
    extends: bool,
    pub(super) regions: Shelf<RegionCode, Region>,
    pub(super) institutions: Shelf<InstitutionCode, Institution>,
    pub(super) consortia: Shelf<ConsortiumCode, Consortium>,
    pub(super) indicators: Shelf<IndicatorCode, Indicator>,
    pub(super) dimensions: Shelf<DimensionCode, Dimension>,
    pub(super) sources: Shelf<SourceCode, Source>,
}

/// Where an entry comes from.
#[derive(Clone, Copy)]
pub(super) enum Origin {
    /// A row of a file, the file by its number.
    Row(u32, u64),
    /// Nobody said: the how-manieth entry it is.
    Entry(u64),
    /// The catalogue that is being extended.
    Catalogue,
}

/// The entries of one sort, by code.
#[derive(Clone)]
pub(super) struct Shelf<K, T> {
    entries: Vec<(T, Origin)>,
    by_code: HashMap<K, u32>,
}

impl<K, T> Default for Shelf<K, T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            by_code: HashMap::new(),
        }
    }
}

impl<K: Hash + Eq, T> Shelf<K, T> {
    /// Puts an entry on the shelf, unless there is one of its code: then that one is given.
    fn put(&mut self, code: K, entry: T, origin: Origin) -> Result<Result<(), (T, u32)>> {
        let number = narrow(self.entries.len())?;
        match self.by_code.entry(code) {
            hash_map::Entry::Occupied(earlier) => Ok(Err((entry, *earlier.get()))),
            hash_map::Entry::Vacant(place) => {
                place.insert(number);
                self.entries.push((entry, origin));
                Ok(Ok(()))
            }
        }
    }

    /// The number of a code, in the order the entries were given.
    pub(super) fn number(&self, code: &K) -> Option<u32> {
        self.by_code.get(code).copied()
    }

    pub(super) fn get(&self, number: u32) -> Option<&T> {
        self.entries.get(at(number)).map(|(entry, _)| entry)
    }

    pub(super) fn origin(&self, number: u32) -> Option<Origin> {
        self.entries.get(at(number)).map(|(_, origin)| *origin)
    }

    pub(super) fn len(&self) -> u32 {
        // `put` takes no more than can be counted.
        narrow(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// Every entry with its number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0..).zip(self.entries.iter().map(|(entry, _)| entry))
    }
}

impl CatalogueBuilder {
    /// A builder of an empty catalogue.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says where the next entry comes from, for messages: `regions.csv, row 12`. Of an entry nobody said it of, they
    /// say `entry 3`, the third that was given.
    pub fn at(&mut self, file: &str, row: u64) -> &mut Self {
        // The last file is the likeliest, and there are few.
        let known = self.files.iter().rposition(|known| **known == *file);
        let number = known.unwrap_or_else(|| {
            self.files.push(file.into());
            self.files.len() - 1
        });
        self.next = u32::try_from(number)
            .ok()
            .map(|file| Origin::Row(file, row));
        self
    }

    /// Entries are of the catalogue that is being extended.
    pub(super) fn of_a_catalogue(&mut self, extends: bool) {
        self.extends = extends;
    }

    fn origin(&mut self) -> Origin {
        let said = self.next.take();
        if self.extends {
            return Origin::Catalogue;
        }
        self.entries += 1;
        said.unwrap_or(Origin::Entry(self.entries))
    }

    /// Adds a region. Its parent may come later.
    ///
    /// # Errors
    /// [`Duplicate`](ErrorKind::Duplicate) if there is one of its code, [`Structure`](ErrorKind::Structure) if that has another parent; the message
    /// names both rows, and the first stays.
    pub fn region(&mut self, region: Region) -> Result<()> {
        let (code, origin) = (region.code, self.origin());
        let Err((region, earlier)) = self.regions.put(code, region, origin)? else {
            return Ok(());
        };
        let first = self.regions.get(earlier).and_then(|region| region.parent);
        if first == region.parent {
            return Err(self.twice("region", &code, self.regions.origin(earlier), origin));
        }
        let parent = |parent: Option<RegionCode>| {
            parent.map_or_else(|| "none".to_string(), |parent| parent.to_string())
        };
        Err(Error::new(
            ErrorKind::Structure,
            format!(
                "region {code} is given under two parents: {} in {} and {} in {}",
                parent(first),
                self.words(self.regions.origin(earlier)),
                parent(region.parent),
                self.words(Some(origin))
            ),
        ))
    }

    /// Adds an institution. Its region may come later.
    ///
    /// # Errors
    /// [`Duplicate`](ErrorKind::Duplicate) if there is one of its code; the message names both rows, and the first stays.
    pub fn institution(&mut self, institution: Institution) -> Result<()> {
        let (code, origin) = (institution.code.clone(), self.origin());
        match self.institutions.put(code.clone(), institution, origin)? {
            Ok(()) => Ok(()),
            Err((_, earlier)) => Err(self.twice(
                "institution",
                &code,
                self.institutions.origin(earlier),
                origin,
            )),
        }
    }

    /// Adds a consortium. Its members may come later.
    ///
    /// # Errors
    /// As for [`institution`](Self::institution).
    pub fn consortium(&mut self, consortium: Consortium) -> Result<()> {
        let (code, origin) = (consortium.code.clone(), self.origin());
        match self.consortia.put(code.clone(), consortium, origin)? {
            Ok(()) => Ok(()),
            Err((_, earlier)) => {
                Err(self.twice("consortium", &code, self.consortia.origin(earlier), origin))
            }
        }
    }

    /// Adds an indicator. Its numerator, its denominator and the one it succeeds may come later.
    ///
    /// # Errors
    /// As for [`institution`](Self::institution).
    pub fn indicator(&mut self, indicator: Indicator) -> Result<()> {
        let (code, origin) = (indicator.code().clone(), self.origin());
        match self.indicators.put(code.clone(), indicator, origin)? {
            Ok(()) => Ok(()),
            Err((_, earlier)) => {
                Err(self.twice("indicator", &code, self.indicators.origin(earlier), origin))
            }
        }
    }

    /// Adds a dimension of breakdowns.
    ///
    /// # Errors
    /// As for [`institution`](Self::institution).
    pub fn dimension(&mut self, dimension: Dimension) -> Result<()> {
        let (code, origin) = (dimension.code().clone(), self.origin());
        match self.dimensions.put(code.clone(), dimension, origin)? {
            Ok(()) => Ok(()),
            Err((_, earlier)) => {
                Err(self.twice("dimension", &code, self.dimensions.origin(earlier), origin))
            }
        }
    }

    /// Adds a source.
    ///
    /// # Errors
    /// As for [`institution`](Self::institution).
    pub fn source(&mut self, source: Source) -> Result<()> {
        let (code, origin) = (source.code().clone(), self.origin());
        match self.sources.put(code.clone(), source, origin)? {
            Ok(()) => Ok(()),
            Err((_, earlier)) => {
                Err(self.twice("source", &code, self.sources.origin(earlier), origin))
            }
        }
    }

    /// The catalogue, if everything holds together.
    ///
    /// # Errors
    /// [`Structure`](ErrorKind::Structure) for the first fault: regions in a circle, a region whose parent is not there or is not of a
    /// wider level, an institution in a region that is not there, a consortium with such a region or
    /// member or with one member twice at one time, an indicator with parts or a predecessor that are not there or
    /// lead back to it. [`Overflow`](ErrorKind::Overflow) for 4 GiB or more of one sort.
    pub fn finish(self) -> Result<Catalogue> {
        let (sound, faults) = Sound::of(&self);
        match faults.into_iter().next() {
            Some(fault) => Err(fault),
            None => self.assembled(&sound),
        }
    }

    /// The catalogue of what holds together, and an error for each entry that was left out: those that
    /// [`finish`](Self::finish) would name, and what stands on them. Of a consortium with a faulty member only that
    /// membership is left out.
    ///
    /// If what is left is too large, the catalogue is empty, and the last error says so.
    pub fn finish_keeping_good(self) -> (Catalogue, Vec<Error>) {
        let (sound, mut faults) = Sound::of(&self);
        let catalogue = self.assembled(&sound).or_else(|too_large| {
            faults.push(too_large);
            let nothing = Self::new();
            nothing.assembled(&Sound::of(&nothing).0)
        });
        (
            catalogue.expect("an empty catalogue has nothing that could be at fault"),
            faults,
        )
    }

    fn assembled(&self, sound: &Sound) -> Result<Catalogue> {
        let sections = super::assemble::sections(self, sound)?;
        let sections = sections
            .into_iter()
            .map(|(kind, bytes)| (kind, Bytes::from(bytes)));
        Catalogue::new(Layout::new(sections.collect())?)
    }

    fn twice(
        &self,
        what: &str,
        code: &dyn fmt::Display,
        first: Option<Origin>,
        second: Origin,
    ) -> Error {
        Error::new(
            ErrorKind::Duplicate,
            format!(
                "{what} {code} is given twice: in {} and in {}",
                self.words(first),
                self.words(Some(second))
            ),
        )
    }

    /// `regions.csv, row 3`, `entry 3`
    pub(super) fn words(&self, origin: Option<Origin>) -> String {
        match origin {
            Some(Origin::Row(file, row)) => {
                let file = self.files.get(at(file)).map_or("", |file| file);
                format!("{file}, row {row}")
            }
            Some(Origin::Entry(number)) => format!("entry {number}"),
            Some(Origin::Catalogue) | None => "the catalogue it extends".to_string(),
        }
    }

    /// An error about one entry, with the row it is in if that is known.
    pub(super) fn fault(&self, origin: Option<Origin>, message: String) -> Error {
        let error = Error::new(ErrorKind::Structure, message);
        match origin {
            Some(Origin::Row(file, row)) => {
                let file = self.files.get(at(file)).map_or("", |file| file);
                error.in_file(file).at_row(row)
            }
            _ => error,
        }
    }
}

impl fmt::Debug for CatalogueBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CatalogueBuilder")
            .field("regions", &self.regions.len())
            .field("institutions", &self.institutions.len())
            .field("consortia", &self.consortia.len())
            .field("indicators", &self.indicators.len())
            .field("dimensions", &self.dimensions.len())
            .field("sources", &self.sources.len())
            .finish()
    }
}
