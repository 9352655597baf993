//! Opening a book: what is checked at once, and who is told how it goes.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;

use bytes::Bytes;

use super::Yearbook;
use super::shipping::{self, Unpacked, Visit};
use crate::codec::sections::Sections;
use crate::error::{Error, Result};

/// How a book is opened.
///
/// ```no_run
/// use std::ops::ControlFlow;
/// use yearbook::Opening;
///
/// let book = Opening::new()
///     .verified()
///     .telling(&mut |unpacked| {
///         eprintln!("{} of {} tables", unpacked.tables, unpacked.tables_total);
///         ControlFlow::Continue(())
///     })
///     .open("county.packed")?;
/// # Ok::<(), yearbook::Error>(())
/// ```
#[derive(Default)]
pub struct Opening<'a> {
    verified: bool,
    visit: Option<Visit<'a>>,
}

impl<'a> Opening<'a> {
    /// As [`Yearbook::open`] does it: the header, the catalogue and the directory are checked; the cells of a table when it is first
    /// taken.
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks every checksum, every cell and the content digest at once ([`Yearbook::verify`]).
    pub fn verified(mut self) -> Self {
        self.verified = true;
        self
    }

    /// Tells after each table of a packed book how far it has come; to break is to stop, with an error of the kind
    /// [`Stopped`](crate::ErrorKind::Stopped). Tables are laid out on several threads, one of which tells at a time.
    pub fn telling(
        mut self,
        visit: &'a mut (dyn FnMut(Unpacked) -> ControlFlow<()> + Send),
    ) -> Self {
        self.visit = Some(visit);
        self
    }

    /// Opens a file.
    ///
    /// # Errors
    /// As for [`Yearbook::open`].
    pub fn open(self, path: impl AsRef<Path>) -> Result<Yearbook> {
        let path = path.as_ref();
        let named = |error: Error| error.in_file(path.display().to_string());
        let bytes = std::fs::read(path).map_err(|error| named(error.into()))?;
        self.from_bytes(bytes).map_err(named)
    }

    /// Opens bytes.
    ///
    /// # Errors
    /// As for [`Yearbook::from_bytes`].
    pub fn from_bytes(self, bytes: impl Into<Bytes>) -> Result<Yearbook> {
        let mut sections = Sections::open(bytes.into())?;
        if shipping::is_packed(&sections) {
            sections = Sections::open(shipping::unpack(&sections, self.visit)?)?;
        }
        let book = Yearbook::of_sections(sections)?;
        if self.verified {
            book.verify()?;
        }
        Ok(book)
    }
}

impl fmt::Debug for Opening<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening")
            .field("verified", &self.verified)
            .field("telling", &self.visit.is_some())
            .finish()
    }
}
