//! Runs of sorted cells in a temporary file, one after the other, and their merging.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::held::{Key, RECORD_BYTES_MAX, Sorted, read_record, write_record};
use super::numbers::Ranks;
use crate::codec;
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
    file: File,
    /// Where each run ends and the next begins.
    ends: Vec<u64>,
    folder: PathBuf,
}

impl Runs {
    /// None yet, in a new file in a folder.
    pub(super) fn create(folder: &Path) -> Result<Self> {
        let file = tempfile::tempfile_in(folder)
            .map_err(|source| failed(folder, "a temporary file cannot be made", source))?;
        Ok(Self {
            file,
            ends: Vec::new(),
            folder: folder.to_path_buf(),
        })
    }

    /// Adds a run; one that cannot be written whole is none.
    pub(super) fn add(&mut self, cells: &mut impl Sorted) -> Result<()> {
        let start = self.end();
        match self.write(start, cells) {
            Ok(end) => {
                self.ends.push(end);
                Ok(())
            }
            Err(error) => {
                // Room on the disk is given back where it can be; the next run begins at the same place anyway.
                self.file.set_len(start).ok();
                Err(error)
            }
        }
    }

    fn write(&self, start: u64, cells: &mut impl Sorted) -> Result<u64> {
        let failed = |source| failed(&self.folder, "sorted cells cannot be written", source);
        let mut file = &self.file;
        file.seek(SeekFrom::Start(start)).map_err(failed)?;
        let mut file = BufWriter::with_capacity(PIECE_BYTES_MIN, file);
        let (mut end, mut bytes) = (start, Vec::with_capacity(CELL_BYTES_MAX));
        while let Some((key, record)) = cells.next()? {
            bytes.clear();
            codec::encode_onto(&mut bytes, &(key.heading, key.place, key.period), "a key")?;
            write_record(&mut bytes, record)?;
            file.write_all(&bytes).map_err(failed)?;
            end += u64::try_from(bytes.len()).unwrap_or(0);
        }
        file.flush().map_err(failed)?;
        Ok(end)
    }

    fn end(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    /// As few runs as can be merged at once with so much memory, of the same cells: neighbours are merged to longer runs, in another file.
    pub(super) fn few(mut self, ranks: &Ranks, memory_bytes: usize) -> Result<Self> {
        let runs_max = (memory_bytes / PIECE_BYTES_MIN).clamp(2, RUNS_MAX);
        while self.ends.len() > runs_max {
            let mut longer = Self::create(&self.folder)?;
            for first in (0..self.ends.len()).step_by(runs_max) {
                let last = self.ends.len().min(first + runs_max);
                longer.add(&mut self.merge(first..last, ranks, memory_bytes)?)?;
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
        self.merge(0..self.ends.len(), ranks, memory_bytes)
    }

    fn merge<'a>(
        &'a self,
        runs: Range<usize>,
        ranks: &'a Ranks,
        memory_bytes: usize,
    ) -> Result<Merge<'a>> {
        let piece_bytes = memory_bytes / runs.len().max(1);
        let piece_bytes = piece_bytes.clamp(PIECE_BYTES_MIN, PIECE_BYTES_MAX);
        let mut start = match runs.start.checked_sub(1) {
            Some(before) => self.ends[before],
            None => 0,
        };
        let mut merge = Merge {
            runs: self,
            readers: Vec::with_capacity(runs.len()),
            heads: BinaryHeap::with_capacity(runs.len()),
            ranks,
            last: None,
        };
        for (number, end) in self.ends[runs].iter().enumerate() {
            merge.readers.push(Reader::new(start..*end, piece_bytes));
            merge.advance(number)?;
            start = *end;
        }
        Ok(merge)
    }

    /// Reads bytes of the file that were written.
    fn read(&self, at: u64, bytes: &mut [u8]) -> Result<()> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(bytes))
            .map_err(|source| failed(&self.folder, "sorted cells cannot be read again", source))
    }
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
    bytes: Vec<u8>,
    /// Where in the bytes the next cell begins.
    next: usize,
    piece_bytes: usize,
    key: Key,
    record: Range<usize>,
}

impl Reader {
    fn new(run: Range<u64>, piece_bytes: usize) -> Self {
        Self {
            left: run,
            bytes: Vec::new(),
            next: 0,
            piece_bytes,
            key: Key {
                heading: 0,
                place: 0,
                period: 0,
            },
            record: 0..0,
        }
    }

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
        self.left.start += u64::try_from(more).unwrap_or(u64::MAX);
        Ok(())
    }
}
