//! What only the platform can tell or do: bytes allocated, maps of files, the page cache.
//!
//! All the `unsafe` of this package is here.

#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use rustix::fs::{Advice, fadvise};

/// The system's allocator, with a count of the bytes asked of it. What C libraries allocate (zstd, LMDB, SQLite) it
/// does not see.
pub struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

impl Counting {
    fn add(bytes: usize) {
        let now = NOW.fetch_add(bytes, Ordering::Relaxed).wrapping_add(bytes);
        if now > PEAK.load(Ordering::Relaxed) {
            PEAK.fetch_max(now, Ordering::Relaxed);
        }
    }

    fn take(bytes: usize) {
        NOW.fetch_sub(bytes, Ordering::Relaxed);
    }
}

// SAFETY: every call is handed to the system's allocator as it came; counting touches no memory of the caller.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc`.
        let pointer = unsafe { System.alloc(layout) };
        if !pointer.is_null() {
            Self::add(layout.size());
        }
        pointer
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let pointer = unsafe { System.alloc_zeroed(layout) };
        if !pointer.is_null() {
            Self::add(layout.size());
        }
        pointer
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from the system's allocator with this layout.
        unsafe { System.dealloc(pointer, layout) };
        Self::take(layout.size());
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above, and the caller has checked the new size.
        let moved = unsafe { System.realloc(pointer, layout, size) };
        if !moved.is_null() {
            Self::take(layout.size());
            Self::add(size);
        }
        moved
    }
}

/// Bytes allocated now.
pub fn allocated() -> usize {
    NOW.load(Ordering::Relaxed)
}

/// Starts a new peak from what is allocated now, and gives that.
pub fn begin_peak() -> usize {
    let now = allocated();
    PEAK.store(now, Ordering::Relaxed);
    now
}

/// The most bytes that were allocated at once since [`begin_peak`].
pub fn peak() -> usize {
    PEAK.load(Ordering::Relaxed)
}

/// A file as bytes, mapped.
pub fn map(path: &Path) -> io::Result<Bytes> {
    let file = File::open(path)?;
    // SAFETY: the file lies in a folder of this process's own, and nothing writes to it while it is mapped.
    let map = unsafe { memmap2::Mmap::map(&file)? };
    Ok(Bytes::from_owner(map))
}

/// Puts a file, or all the files of a folder, out of the page cache; they are written out first, as dirty pages stay.
pub fn evict(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            evict(&entry?.path())?;
        }
        return Ok(());
    }
    let file = File::open(path)?;
    file.sync_all()?;
    Ok(fadvise(&file, 0, None, Advice::DontNeed)?)
}

/// The size of a file, or of all the files of a folder, as far as they take room on the disk.
pub fn disk_bytes(path: &Path) -> io::Result<u64> {
    use std::os::unix::fs::MetadataExt;
    let about = std::fs::metadata(path)?;
    if !about.is_dir() {
        return Ok(about.len().min(about.blocks() * 512));
    }
    std::fs::read_dir(path)?.try_fold(0, |sum, entry| Ok(sum + disk_bytes(&entry?.path())?))
}

/// An LMDB environment that is not synced at every commit.
#[cfg(feature = "engines")]
pub fn lmdb(folder: &Path, map_bytes: usize) -> Result<heed::Env, heed::Error> {
    let mut options = heed::EnvOpenOptions::new();
    options.map_size(map_bytes);
    // SAFETY: a commit that is not synced may be lost with the machine, and nobody needs it after that; the environment lies
    // in a folder of this process's own, is opened once at a time, and nothing else writes to it.
    unsafe {
        options.flags(heed::EnvFlags::NO_SYNC);
        options.open(folder)
    }
}
