//! The catalogue: places and their tree, indicators, dimensions, sources and consortia, by code and by name.
//!
//! A [`CatalogueBuilder`] takes entries in any order, checks that they hold together, and numbers
//! them; the [`Catalogue`] it makes is bytes that are used as they lie. Opening one verifies checksums and
//! the shape of the tree; names, codes and records are decoded when they are asked for, so that the 665 000
//! regions of a country cost some milliseconds to open. Equal content gives equal bytes and one
//! [`fingerprint`](Catalogue::fingerprint), whatever the order it was given in.
//!
//! ```
//! use yearbook::catalogue::CatalogueBuilder;
//! use yearbook::model::{Level, Names, Region};
//!
//! let mut builder = CatalogueBuilder::new();
//! for (code, parent, level, name) in [
//!     ("430281", Some("430200"), Level::County, "醴陵市"),
//!     ("430000", None, Level::Province, "湖南省"),
//!     ("430200", Some("430000"), Level::Prefecture, "株洲市"),
//! ] {
//!     let parent = parent.map(str::parse).transpose()?;
//!     builder.region(Region::new(code.parse()?, parent, level, Names::zh(name)?))?;
//! }
//! let catalogue = builder.finish()?;
//!
//! let liling = catalogue.find_place("醴陵市")?;
//! assert_eq!(catalogue.path(liling)?, "湖南省/株洲市/醴陵市");
//! let hunan = catalogue.region(&"43".parse()?)?;
//! assert!(catalogue.contains(hunan, liling)?);
//!
//! let error = catalogue.find_place("醴棱市").unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     r#"no place "醴棱市" in the catalogue: did you mean 醴陵市 (430281)?"#,
//! );
//! # Ok::<(), yearbook::Error>(())
//! ```

mod assemble;
mod builder;
mod bytes;
mod circles;
mod faults;
mod find;
mod handle;
#[cfg(feature = "ledger")]
mod kept;
mod layout;
mod lookup;
mod near;

mod records;
mod register;
mod search;
mod tree;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use self::layout::Layout;
use crate::codec::sections::{Sections, SectionsWriter};
use crate::error::Result;

pub use builder::CatalogueBuilder;
pub use handle::{ConsortiumHandle, IndicatorHandle, PlaceHandle, Places, SourceHandle};
#[cfg(feature = "csv")]
pub(crate) use near::slips;
pub use tree::{Ancestors, AtLevel, Children};

/// Everything a book's figures can be about, as it lies in memory or in a file.
///
/// See the [module](self). A clone shares the bytes.
#[derive(Clone)]
pub struct Catalogue {
    layout: Arc<Layout>,
}

impl Catalogue {
    /// Reads the sections of a file, each after its checksum.
    pub(crate) fn open(sections: &Sections) -> Result<Self> {
        Self::new(Layout::open(sections)?)
    }

    /// The kinds of sections that a catalogue is made of.
    pub(crate) fn section_kinds() -> impl Iterator<Item = u32> {
        layout::KINDS.iter().map(|&(kind, _)| kind)
    }

    /// Adds the sections of the catalogue to a file.
    pub(crate) fn write(&self, file: &mut SectionsWriter) {
        for (kind, bytes) in self.layout.sections() {
            file.push(kind, bytes.clone());
        }
    }

    fn new(layout: Layout) -> Result<Self> {
        // Breakdowns are checked against the dimensions all the time, and there are few.
        for dimension in 0..layout.dimensions.len() {
            layout.dimensions.get(dimension)?;
        }
        Ok(Self {
            layout: Arc::new(layout),
        })
    }

    /// 64 bits of XXH3 over the content: what handles are checked by.
    pub fn fingerprint(&self) -> u64 {
        self.layout.fingerprint
    }

    /// The bytes it takes, in memory as in a file.
    pub fn size_bytes(&self) -> usize {
        self.layout.sections().map(|(_, bytes)| bytes.len()).sum()
    }

    /// How many regions there are.
    pub fn region_count(&self) -> u32 {
        self.layout.regions()
    }

    /// How many institutions there are.
    pub fn institution_count(&self) -> u32 {
        self.layout.institutions()
    }

    /// How many regions and institutions there are.
    pub fn place_count(&self) -> u32 {
        self.layout.places()
    }

    /// How many indicators there are, each version one.
    pub fn indicator_count(&self) -> u32 {
        self.layout.indicators.len()
    }

    /// How many sources there are.
    pub fn source_count(&self) -> u32 {
        self.layout.sources.len()
    }

    /// How many consortia there are.
    pub fn consortium_count(&self) -> u32 {
        self.layout.consortia.len()
    }

    /// How many dimensions of breakdowns there are.
    pub fn dimension_count(&self) -> u32 {
        self.layout.dimensions.len()
    }
}

/// Two catalogues are equal if their bytes are, and so if their content is.
impl PartialEq for Catalogue {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint() == other.fingerprint()
            && self.layout.sections().eq(other.layout.sections())
    }
}

impl Eq for Catalogue {}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalogue")
            .field("fingerprint", &format_args!("{:016x}", self.fingerprint()))
            .field("regions", &self.region_count())
            .field("institutions", &self.institution_count())
            .field("indicators", &self.indicator_count())
            .field("dimensions", &self.dimension_count())
            .field("sources", &self.source_count())
            .field("consortia", &self.consortium_count())
            .finish()
    }
}
