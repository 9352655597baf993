//! Ledger files: made whole or not at all, opened verified, read without being written to.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::ops::Bound;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use redb::backends::FileBackend;
use redb::{BackendError, Builder, Database, DatabaseError, StorageBackend};

use super::store::{damaged, storage};
use crate::error::{Error, ErrorKind, Result};

/// How a ledger is opened.
///
/// ```
/// use yearbook::ledger::OpenOptions;
///
/// let options = OpenOptions::default();
/// assert!(options.verify);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenOptions {
    /// Whether every page of the file is read and checked before anything is believed; it is by default.
    ///
    /// Without it, opening takes no time whatever the size, and gives this up: a page that points to other pages is
    /// not checked, so that damage there can hide figures without a word, or end in a panic inside redb. The blocks of cells
    /// themselves are checked on every read either way. Skip it for a file that this program closed itself a moment ago.
    pub verify: bool,
    /// The most memory that pages of the file may take, in bytes: 256 MiB by default.
    pub cache_bytes: usize,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            verify: true,
            cache_bytes: 256 << 20,
        }
    }
}

impl OpenOptions {
    fn builder(self) -> Builder {
        let mut builder = Builder::new();
        builder.set_cache_size(self.cache_bytes);
        builder.set_check_integrity_on_open(self.verify);
        builder
    }
}

/// Makes a file under a temporary name, lets `fill` write what a ledger begins with, and gives it its name.
///
/// A power cut while redb makes its file leaves one that does not open (86 of 8000 simulated cuts); so until the file is
/// whole and synced, it does not bear the name.
pub(super) fn create(path: &Path, fill: impl FnOnce(Database) -> Result<()>) -> Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if path.exists() {
        return Err(there_already());
    }
    let mut temporary = tempfile::Builder::new();
    readable(&mut temporary);
    let file = temporary.prefix(".ledger-").tempfile_in(folder)?;
    let own = writable(file.path())?;
    fill(initialise(FileBackend::new(own).map_err(database)?)?)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => there_already(),
            _ => Error::from(error.error),
        })?;
    sync_folder(folder)
}

/// A new database on an empty backend.
pub(super) fn initialise(backend: impl StorageBackend) -> Result<Database> {
    OpenOptions::default()
        .builder()
        .create_with_backend(backend)
        .map_err(database)
}

/// Opens for reading and writing.
pub(super) fn open(path: &Path, options: OpenOptions) -> Result<Database> {
    let file = writable(path)?;
    if file.metadata()?.len() == 0 {
        return Err(empty());
    }
    open_backend(FileBackend::new(file).map_err(database)?, options)
}

/// The first bytes of a file of redb, and how long one is at least.
const MAGIC: [u8; 9] = *b"redb\x1a\x0a\xa9\x0d\x0a";
const HEADER_BYTES: u64 = PAGE_BYTES;

/// Opens what a backend holds.
pub(super) fn open_backend(backend: impl StorageBackend, options: OpenOptions) -> Result<Database> {
    let mut magic = [0; MAGIC.len()];
    let length_bytes = backend.len()?;
    if length_bytes == 0 {
        return Err(empty());
    }
    if length_bytes < HEADER_BYTES || backend.read(0, &mut magic).is_err() || magic != MAGIC {
        return Err(super::no_ledger());
    }
    caught(|| options.builder().create_with_backend(backend))
        .and_then(|opened| opened.map_err(database))
}

/// Opens for reading. What a repair or the verification would write stays in memory.
pub(super) fn open_read_only(path: &Path, options: OpenOptions) -> Result<Database> {
    let file = File::open(path)?;
    let length_bytes = file.metadata()?.len();
    if length_bytes == 0 {
        return Err(empty());
    }
    let overlay = Overlay {
        file: FileBackend::new(file).map_err(database)?,
        over: Mutex::new(Over {
            length_bytes,
            below_bytes: length_bytes,
            pages: BTreeMap::new(),
        }),
    };
    open_backend(overlay, options)
}

/// A handle of one's own, so that redb's lock is shared with no other.
fn writable(path: &Path) -> Result<File> {
    Ok(File::options().read(true).write(true).open(path)?)
}

/// redb checks before it believes, where it is told to; what still makes it panic is damage as well.
fn caught<T>(open: impl FnOnce() -> T) -> Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(open))
        .map_err(|_| damaged("redb could not make sense of a page"))
}

pub(super) fn database(error: DatabaseError) -> Error {
    match error {
        DatabaseError::Storage(error) => storage(error),
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => Error::new(
            ErrorKind::Busy,
            "the ledger is open for writing elsewhere, or is being read: close it there, or read a published yearbook",
        )
        .with_source(error),
        DatabaseError::TransactionInProgress => Error::new(
            ErrorKind::Busy,
            "a snapshot or a batch of the ledger is still alive: drop it first",
        ),
        DatabaseError::UpgradeRequired(version) => Error::new(
            ErrorKind::Version,
            format!("the file is of redb's format {version}, which this crate does not read"),
        ),
        other => damaged(&other.to_string()),
    }
}

fn there_already() -> Error {
    Error::new(
        ErrorKind::Io,
        "there is a file of that name: open it, or choose another name",
    )
}

fn empty() -> Error {
    crate::codec::corrupt("the file is empty: a ledger is made by create")
}

/// A ledger is for its group to read, as far as the process's mask allows.
#[cfg(unix)]
fn readable(temporary: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    temporary.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable(_: &mut tempfile::Builder<'_, '_>) {}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<()> {
    Ok(File::open(folder)?.sync_all()?)
}

/// Folders cannot be opened for syncing elsewhere; the rename itself is atomic.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<()> {
    Ok(())
}

/// The pages by which reads and writes are kept in memory.
const PAGE_BYTES: u64 = 4096;

/// A file that is read, and pages over it that are written in memory only.
///
/// redb verifies and repairs a file by writing to it. With this below it, a file that may not be written to, or that a
/// crash left behind, can be verified, repaired in memory and read.
#[derive(Debug)]
struct Overlay {
    file: FileBackend,
    over: Mutex<Over>,
}

#[derive(Debug)]
struct Over {
    length_bytes: u64,
    /// Up to where the file shows through.
    below_bytes: u64,
    pages: BTreeMap<u64, Vec<u8>>,
}

impl Overlay {
    fn over(&self) -> MutexGuard<'_, Over> {
        self.over.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bytes of one page as they are now.
    fn page(&self, over: &Over, page: u64) -> io::Result<Vec<u8>> {
        if let Some(bytes) = over.pages.get(&page) {
            return Ok(bytes.clone());
        }
        let start = page.saturating_mul(PAGE_BYTES);
        let there = over.below_bytes.saturating_sub(start).min(PAGE_BYTES);
        let mut bytes = vec![0; usize::try_from(PAGE_BYTES).map_err(io::Error::other)?];
        if let Some(part) = bytes.get_mut(..usize::try_from(there).map_err(io::Error::other)?)
            && !part.is_empty()
        {
            self.file.read(start, part)?;
        }
        Ok(bytes)
    }
}

/// The pages that a stretch of bytes touches: each with where it begins in the page and in the stretch, and how long it goes.
fn pieces(offset: u64, length: usize) -> impl Iterator<Item = (u64, usize, usize, usize)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        if done >= length {
            return None;
        }
        let at = offset.checked_add(u64::try_from(done).ok()?)?;
        let within = usize::try_from(at % PAGE_BYTES).ok()?;
        let room = usize::try_from(PAGE_BYTES).ok()? - within;
        let piece = (at / PAGE_BYTES, within, done, room.min(length - done));
        done += piece.3;
        Some(piece)
    })
}

impl StorageBackend for Overlay {
    fn len(&self) -> io::Result<u64> {
        Ok(self.over().length_bytes)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let over = self.over();
        let length = u64::try_from(out.len()).map_err(io::Error::other)?;
        let end = offset.checked_add(length);
        if end.is_none_or(|end| end > over.length_bytes) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if over.pages.is_empty() {
            drop(over);
            return self.file.read(offset, out);
        }
        for (page, within, from, length) in pieces(offset, out.len()) {
            let bytes = self.page(&over, page)?;
            if let (Some(to), Some(bytes)) = (
                out.get_mut(from..from + length),
                bytes.get(within..within + length),
            ) {
                to.copy_from_slice(bytes);
            }
        }
        Ok(())
    }

    fn set_len(&self, length_bytes: u64) -> io::Result<()> {
        let mut over = self.over();
        over.length_bytes = length_bytes;
        over.below_bytes = over.below_bytes.min(length_bytes);
        over.pages
            .retain(|page, _| page.saturating_mul(PAGE_BYTES) < length_bytes);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut over = self.over();
        for (page, within, from, length) in pieces(offset, data.len()) {
            let mut bytes = self.page(&over, page)?;
            if let (Some(to), Some(data)) = (
                bytes.get_mut(within..within + length),
                data.get(from..from + length),
            ) {
                to.copy_from_slice(data);
            }
            over.pages.insert(page, bytes);
        }
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    // redb asks to be the only writer; readers beside each other are enough.
    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_shared_range(start, end)
    }

    fn try_lock_shared_range(
        &self,
        start: Bound<u64>,
        end: Bound<u64>,
    ) -> Result<bool, BackendError> {
        self.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_shared_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.query_lock_range(start, end)
    }
}
