//! Runs of sorted cells in a temporary file, one after the other, and their merging.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crc32fast::Hasher;

use super::held::{Key, RECORD_BYTES_MAX, Sorted, read_record, write_record};
use super::numbers::Ranks;
use super::telling::{Telling, Told};
use crate::codec::{self, corrupt};
use crate::error::{Error, ErrorKind, Result};

/// So many bytes of each run are read at once where memory is scarce, and so many are written at once.
const PIECE_BYTES_MIN: usize = 1 << 16;
/// Longer pieces are read no faster.
const PIECE_BYTES_MAX: usize = 1 << 20;
/// A heap of more runs takes longer than to merge them twice.
const RUNS_MAX: usize = 1 << 12;
/// The most bytes of a key and its record in a file: three numbers of five bytes, and a length.
const CELL_BYTES_MAX: usize = 3 * 5 + 1 + RECORD_BYTES_MAX;

/// Runs in one file, which has no name and is gone with its handle.
#[derive(Debug)]
pub(super) struct Runs {
    pub(super) file: File,
    pub(super) list: Vec<Run>,
    folder: PathBuf,
}

/// A run, which begins where the one before ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) end: u64,
    crc: u32,
}

impl Runs {
    /// None yet, in a new file in a folder.
    pub(super) fn create(folder: &Path) -> Result<Self> {
        let file = tempfile::tempfile_in(folder)
            .map_err(|source| failed(folder, "a temporary file cannot be made", source))?;
        Ok(Self {
            file,
            list: Vec::new(),
            folder: folder.to_path_buf(),
        })
    }

    /// Adds a run; one that cannot be written whole is none.
    pub(super) fn add(&mut self, cells: &mut impl Sorted) -> Result<()> {
        match self.write(cells) {
            Ok(run) => {
                self.list.push(run);
                Ok(())
            }
            Err(error) => {
                // Room on the disk is given back where it can be; the next run begins at the same place anyway.
                self.file.set_len(self.start_of(self.list.len())).ok();
                Err(error)
            }
        }
    }

    fn write(&self, cells: &mut impl Sorted) -> Result<Run> {
        let failed = |source| failed(&self.folder, "sorted cells cannot be written", source);
        let (mut file, mut crc) = (&self.file, Hasher::new());
        let mut end = self.start_of(self.list.len());
        file.seek(SeekFrom::Start(end)).map_err(failed)?;
        let mut bytes = Vec::with_capacity(PIECE_BYTES_MIN);
        loop {
            let cell = cells.next()?;
            if cell.is_none() || bytes.len() + CELL_BYTES_MAX > PIECE_BYTES_MIN {
                file.write_all(&bytes).map_err(failed)?;
                crc.update(&bytes);
                end += u64::try_from(bytes.len()).unwrap_or(0);
                bytes.clear();
            }
            let Some((key, record)) = cell else {
                break;
            };
            codec::encode_onto(&mut bytes, &(key.heading, key.place, key.period), "a key")?;
            write_record(&mut bytes, record)?;
        }
        let crc = crc.finalize();
        Ok(Run { end, crc })
    }

    /// Where a run begins.
    fn start_of(&self, run: usize) -> u64 {
        let before = run.checked_sub(1).and_then(|before| self.list.get(before));
        before.map_or(0, |before| before.end)
    }

    /// How often each cell is taken until all are merged: once, and once for each time that runs are made fewer.
    pub(super) fn passes(&self, memory_bytes: usize) -> u64 {
        let (mut runs, mut passes) = (self.list.len(), 1);
        while runs > runs_max(memory_bytes) {
            runs = runs.div_ceil(runs_max(memory_bytes));
            passes += 1;
        }
        passes
    }

    /// As few runs as can be merged at once with so much memory, of the same cells: neighbours are merged to longer runs, in another file.
    pub(super) fn few(
        mut self,
        ranks: &Ranks,
        memory_bytes: usize,
        telling: &mut Telling<'_>,
    ) -> Result<Self> {
        let runs_max = runs_max(memory_bytes);
        while self.list.len() > runs_max {
            let mut longer = Self::create(&self.folder)?;
            for first in (0..self.list.len()).step_by(runs_max) {
                let last = self.list.len().min(first + runs_max);
                let cells = self.merge(first..last, ranks, memory_bytes)?;
                longer.add(&mut Told { cells, telling })?;
            }
            self = longer;
        }
        Ok(self)
    }

    /// The cells of all runs, in their order.
    pub(super) fn merge_all<'a>(
        &'a self,
        ranks: &'a Ranks,
        memory_bytes: usize,
    ) -> Result<Merge<'a>> {
        self.merge(0..self.list.len(), ranks, memory_bytes)
    }

    fn merge<'a>(
        &'a self,
        runs: Range<usize>,
        ranks: &'a Ranks,
        memory_bytes: usize,
    ) -> Result<Merge<'a>> {
        let piece_bytes = memory_bytes / runs.len().max(1);
        let piece_bytes = piece_bytes.clamp(PIECE_BYTES_MIN, PIECE_BYTES_MAX);
        let mut merge = Merge {
            runs: self,
            readers: Vec::with_capacity(runs.len()),
            heads: BinaryHeap::with_capacity(runs.len()),
            ranks,
            last: None,
        };
        for (number, run) in runs.enumerate() {
            merge.readers.push(self.reader(run, piece_bytes));
            merge.advance(number)?;
        }
        Ok(merge)
    }

    fn reader(&self, run: usize, piece_bytes: usize) -> Reader {
        let Run { end, crc } = self.list[run];
        Reader {
            left: self.start_of(run)..end,
            crc,
            read: Hasher::new(),
            bytes: Vec::new(),
            next: 0,
            piece_bytes,
            key: Key::default(),
            record: 0..0,
        }
    }

    /// Reads bytes of the file that were written.
    fn read(&self, at: u64, bytes: &mut [u8]) -> Result<()> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(bytes))
            .map_err(|source| failed(&self.folder, "sorted cells cannot be read again", source))
    }
}

/// How many runs are merged at once.
fn runs_max(memory_bytes: usize) -> usize {
    (memory_bytes / PIECE_BYTES_MIN).clamp(2, RUNS_MAX)
}

/// The error of a temporary file.
fn failed(folder: &Path, what: &str, source: io::Error) -> Error {
    Error::new(
        ErrorKind::Io,
        format!("{what}: {source}: give the sorter a folder with room, or more memory"),
    )
    .with_source(source)
    .in_file(folder.display().to_string())
}

/// The cells of several runs, in their order.
pub(super) struct Merge<'a> {
    runs: &'a Runs,
    readers: Vec<Reader>,
    /// The cell that each run is at, the first on top; of equal keys that of the run that was written first.
    heads: BinaryHeap<Reverse<(Key, usize)>>,
    ranks: &'a Ranks,
    /// The run whose cell was given last, which is still at that.
    last: Option<usize>,
}

impl Merge<'_> {
    #[cfg(test)]
    pub(super) fn memory_bytes(&self) -> usize {
        self.readers
            .iter()
            .map(|reader| reader.bytes.capacity())
            .sum()
    }

    /// Goes on in a run.
    fn advance(&mut self, run: usize) -> Result<()> {
        if self.readers[run].advance(self.runs)? {
            let key = self.ranks.of(self.readers[run].key)?;
            self.heads.push(Reverse((key, run)));
        }
        Ok(())
    }
}

impl Sorted for Merge<'_> {
    fn next(&mut self) -> Result<Option<(Key, &[u8])>> {
        if let Some(last) = self.last.take() {
            self.advance(last)?;
        }
        let Some(Reverse((_, run))) = self.heads.pop() else {
            return Ok(None);
        };
        self.last = Some(run);
        let reader = &self.readers[run];
        Ok(Some((reader.key, &reader.bytes[reader.record.clone()])))
    }
}

/// Reads one run, a piece at a time.
struct Reader {
    /// What is not read yet.
    left: Range<u64>,
    crc: u32,
    /// The checksum of what is read.
    read: Hasher,
    bytes: Vec<u8>,
    /// Where in the bytes the next cell begins.
    next: usize,
    piece_bytes: usize,
    key: Key,
    record: Range<usize>,
}

impl Reader {
    /// Goes to the next cell, if there is one.
    fn advance(&mut self, runs: &Runs) -> Result<bool> {
        if self.bytes.len() - self.next < CELL_BYTES_MAX && !self.left.is_empty() {
            self.fill(runs)?;
        }
        let cell = &self.bytes[self.next..];
        if cell.is_empty() {
            return Ok(false);
        }
        let ((heading, place, period), key_bytes) = codec::decode_first(cell, "a key")?;
        let (record, record_bytes) = read_record(&cell[key_bytes..])?;
        let end = self.next + key_bytes + record_bytes;
        self.record = end - record.len()..end;
        self.key = Key {
            heading,
            place,
            period,
        };
        self.next = end;
        Ok(true)
    }

    /// Reads the next piece, after what is left of the one before.
    fn fill(&mut self, runs: &Runs) -> Result<()> {
        self.bytes.drain(..self.next);
        self.next = 0;
        let kept = self.bytes.len();
        let left = usize::try_from(self.left.end - self.left.start).unwrap_or(usize::MAX);
        let more = left.min(self.piece_bytes - kept);
        self.bytes.reserve_exact(more);
        self.bytes.resize(kept + more, 0);
        runs.read(self.left.start, &mut self.bytes[kept..])?;
        self.read.update(&self.bytes[kept..]);
        self.left.start += u64::try_from(more).unwrap_or(u64::MAX);
        if self.left.is_empty() && self.read.clone().finalize() != self.crc {
            return Err(corrupt(
                "the cells that were set aside for sorting do not match their checksum: the disk or the memory is at fault",
            ));
        }
        Ok(())
    }
}
