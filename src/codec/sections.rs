//! The envelope: a header, a table of sections, and the sections, each under a checksum.
//!
//! `src/book/FORMAT.md` describes the bytes; its constants are tied to this file by a test.

use std::io::{Cursor, Seek, SeekFrom, Write};

use bytes::Bytes;
use xxhash_rust::xxh3::Xxh3;

use super::corrupt;
use crate::error::{Error, ErrorKind, Result};

/// The first bytes of every book.
pub(crate) const MAGIC: [u8; 8] = *b"YEARBOOK";
/// The version of the format that this crate writes.
pub(crate) const VERSION: u32 = 1;
/// Magic, version, number of sections, file length, content digest.
pub(crate) const HEADER_BYTES: usize = 40;
/// Kind, checksum, offset, length.
pub(crate) const ENTRY_BYTES: usize = 24;
/// Every section begins at a multiple of this; the gap is zeros.
pub(crate) const ALIGNMENT: usize = 64;
/// The most sections a book may have.
pub(crate) const SECTIONS_MAX: u32 = 64;

/// Sections to be written, in the order they are pushed.
pub(crate) struct SectionsWriter {
    sections: Vec<Section>,
}

/// A section in parts, each with its checksum, which lie one after the other and are copied once, into the file.
struct Section {
    kind: u32,
    parts: Vec<(Bytes, u32)>,
}

impl SectionsWriter {
    pub(crate) fn new() -> Self {
        Self {
            sections: Vec::new(),
        }
    }

    /// Adds a section; each kind once.
    pub(crate) fn push(&mut self, kind: u32, bytes: impl Into<Bytes>) {
        let bytes = bytes.into();
        let crc = crc32fast::hash(&bytes);
        self.push_parts(kind, vec![(bytes, crc)]);
    }

    /// Adds a section in parts, each with its checksum, from which that of the section follows.
    pub(crate) fn push_parts(&mut self, kind: u32, parts: Vec<(Bytes, u32)>) {
        debug_assert!(self.sections.iter().all(|other| other.kind != kind));
        self.sections.push(Section { kind, parts });
    }

    /// How many sections there are.
    pub(crate) fn len(&self) -> usize {
        self.sections.len()
    }

    /// Writes the sections into a file, in the order they were pushed.
    pub(crate) fn write_into<W: Write + Seek>(self, file: &mut SectionsStream<W>) -> Result<()> {
        for section in self.sections {
            file.begin(section.kind)?;
            file.parts(section.parts.iter().map(|(part, crc)| (&**part, *crc)))?;
        }
        Ok(())
    }

    /// The file. `outside_digest` names the kinds that the content digest leaves out.
    pub(crate) fn finish(self, outside_digest: &'static [u32]) -> Result<Vec<u8>> {
        let file = self.into_stream(outside_digest)?;
        Ok(file.finish()?.into_inner())
    }

    /// The file, of another layout of the content that has this digest.
    pub(crate) fn finish_with_digest(self, digest: u128) -> Result<Vec<u8>> {
        let file = self.into_stream(&[])?;
        Ok(file.finish_with_digest(digest)?.into_inner())
    }

    fn into_stream(
        self,
        outside_digest: &'static [u32],
    ) -> Result<SectionsStream<Cursor<Vec<u8>>>> {
        let parts = self.sections.iter().flat_map(|section| &section.parts);
        let bytes: usize = parts.map(|(part, _)| part.len()).sum();
        let most = bytes + (self.len() + 1) * (ENTRY_BYTES + ALIGNMENT);
        let file = Cursor::new(Vec::with_capacity(most));
        let mut file = SectionsStream::new(file, self.len(), outside_digest)?;
        self.write_into(&mut file)?;
        Ok(file)
    }
}

/// A file that is written section by section, part by part, from front to end; the header, whose room is left, comes last.
pub(crate) struct SectionsStream<W> {
    out: W,
    /// Where in `out` the file begins.
    start: u64,
    /// How long the file is so far.
    at: u64,
    count: usize,
    entries: Vec<Written>,
    digest: Xxh3,
    outside_digest: &'static [u32],
}

/// A section that is written or being written.
struct Written {
    kind: u32,
    crc: crc32fast::Hasher,
    offset: u64,
    length: u64,
}

impl<W: Write + Seek> SectionsStream<W> {
    /// A file of `count` sections from where `out` stands. `outside_digest` names the kinds that the content digest leaves out.
    pub(crate) fn new(mut out: W, count: usize, outside_digest: &'static [u32]) -> Result<Self> {
        let header = HEADER_BYTES + count * ENTRY_BYTES + 4;
        let start = out.stream_position()?;
        out.write_all(&vec![0; header])?;
        Ok(Self {
            out,
            start,
            at: as_u64(header)?,
            count,
            entries: Vec::with_capacity(count),
            digest: Xxh3::new(),
            outside_digest,
        })
    }

    /// Ends the section before, and begins one of another kind.
    pub(crate) fn begin(&mut self, kind: u32) -> Result<()> {
        debug_assert!(self.entries.iter().all(|other| other.kind != kind));
        let offset = self.at.next_multiple_of(ALIGNMENT as u64);
        let gap = usize::try_from(offset - self.at).map_err(|_| too_large())?;
        self.out.write_all(&[0; ALIGNMENT][..gap])?;
        self.at = offset;
        self.entries.push(Written {
            kind,
            crc: crc32fast::Hasher::new(),
            offset,
            length: 0,
        });
        Ok(())
    }

    /// Adds bytes one after the other, each with their checksum.
    pub(crate) fn parts<'p>(
        &mut self,
        parts: impl IntoIterator<Item = (&'p [u8], u32)>,
    ) -> Result<()> {
        let mut parts = parts.into_iter();
        parts.try_for_each(|(bytes, crc)| self.part(bytes, crc))
    }

    /// Adds bytes, whose checksum is known, to the section that has begun.
    pub(crate) fn part(&mut self, bytes: &[u8], crc: u32) -> Result<()> {
        let Some(section) = self.entries.last_mut() else {
            return Ok(());
        };
        let length = as_u64(bytes.len())?;
        let own = crc32fast::Hasher::new_with_initial_len(crc, length);
        section.crc.combine(&own);
        section.length += length;
        self.at += length;
        if !self.outside_digest.contains(&section.kind) {
            self.digest.update(bytes);
        }
        self.out.write_all(bytes)?;
        Ok(())
    }

    /// Writes the header, and leaves `out` at the end of the file.
    pub(crate) fn finish(mut self) -> Result<W> {
        for section in &self.entries {
            if !self.outside_digest.contains(&section.kind) {
                self.digest.update(&section.kind.to_le_bytes());
                self.digest.update(&section.length.to_le_bytes());
            }
        }
        let digest = self.digest.digest128();
        self.finish_with_digest(digest)
    }

    fn finish_with_digest(mut self, digest: u128) -> Result<W> {
        debug_assert_eq!(self.entries.len(), self.count);
        let mut header = Vec::with_capacity(HEADER_BYTES + self.count * ENTRY_BYTES + 4);
        header.extend(MAGIC);
        header.extend(VERSION.to_le_bytes());
        let count = u32::try_from(self.count).map_err(|_| too_large())?;
        header.extend(count.to_le_bytes());
        header.extend(self.at.to_le_bytes());
        header.extend(digest.to_le_bytes());
        for section in self.entries {
            header.extend(section.kind.to_le_bytes());
            header.extend(section.crc.finalize().to_le_bytes());
            header.extend(section.offset.to_le_bytes());
            header.extend(section.length.to_le_bytes());
        }
        header.extend(crc32fast::hash(&header).to_le_bytes());
        self.out.seek(SeekFrom::Start(self.start))?;
        self.out.write_all(&header)?;
        self.out
            .seek(SeekFrom::Start(self.start.saturating_add(self.at)))?;
        Ok(self.out)
    }
}

/// The digest of sections: 128 bits of XXH3 over their bytes, and then over the kind and the length of each, so that a
/// section can be written before its length is known.
fn digest<'a>(sections: impl Iterator<Item = (u32, &'a [u8])> + Clone) -> u128 {
    let mut state = Xxh3::new();
    for (_, bytes) in sections.clone() {
        state.update(bytes);
    }
    for (kind, bytes) in sections {
        state.update(&kind.to_le_bytes());
        // A length that is no u64 cannot occur in memory; any constant keeps the digest total.
        state.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
    }
    state.digest128()
}

/// The sections of a file whose header and layout have been checked.
#[derive(Clone, Debug)]
pub(crate) struct Sections {
    bytes: Bytes,
    digest: u128,
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    kind: u32,
    crc: u32,
    start: usize,
    end: usize,
}

impl Sections {
    /// Checks magic, version, length, the header's checksum, and that the sections lie one after the
    /// other with zeros between them. The sections themselves are checked by [`get`](Self::get).
    pub(crate) fn open(bytes: Bytes) -> Result<Self> {
        if bytes.is_empty() {
            return Err(corrupt(
                "the file is empty: a yearbook begins with YEARBOOK",
            ));
        }
        if !bytes.starts_with(&MAGIC) {
            return Err(corrupt(
                "this is no yearbook: a yearbook begins with YEARBOOK",
            ));
        }
        let Some(version) = u32_at(&bytes, 8) else {
            return Err(truncated(&bytes, HEADER_BYTES));
        };
        if version != VERSION {
            let what_to_do = if version > VERSION {
                "read it with a newer crate"
            } else {
                "publish it again"
            };
            return Err(Error::new(
                ErrorKind::Version,
                format!(
                    "the yearbook is of format version {version}, and this crate reads version {VERSION}: {what_to_do}"
                ),
            ));
        }
        let (Some(count), Some(length), Some(digest)) =
            (u32_at(&bytes, 12), u64_at(&bytes, 16), bytes.get(24..40))
        else {
            return Err(truncated(&bytes, HEADER_BYTES));
        };
        if count > SECTIONS_MAX {
            return Err(corrupt(format!(
                "the header claims {count} sections, over the limit of {SECTIONS_MAX}"
            )));
        }
        let count = usize::try_from(count).map_err(|_| too_large())?;
        if usize::try_from(length).ok() != Some(bytes.len()) {
            return Err(corrupt(format!(
                "the yearbook should have {length} bytes and has {}: it was cut short or added to",
                bytes.len()
            )));
        }
        let table_end = HEADER_BYTES + count * ENTRY_BYTES;
        let Some(crc) = u32_at(&bytes, table_end) else {
            return Err(truncated(&bytes, table_end + 4));
        };
        if crc32fast::hash(&bytes[..table_end]) != crc {
            return Err(corrupt("the header does not match its checksum"));
        }
        let mut entries: Vec<Entry> = Vec::with_capacity(count);
        let mut at = table_end + 4;
        for index in 0..count {
            let entry = entry_at(&bytes, HEADER_BYTES + index * ENTRY_BYTES)
                .filter(|entry| {
                    entry.start == at.next_multiple_of(ALIGNMENT) && entry.end <= bytes.len()
                })
                .filter(|entry| bytes[at..entry.start].iter().all(|&byte| byte == 0))
                .filter(|entry| entries.iter().all(|earlier| earlier.kind != entry.kind))
                .ok_or_else(|| corrupt(format!("section {index} does not lie where it should")))?;
            at = entry.end;
            entries.push(entry);
        }
        if at != bytes.len() {
            return Err(corrupt(format!(
                "{} bytes lie after the last section",
                bytes.len() - at
            )));
        }
        let digest = u128::from_le_bytes(digest.try_into().map_err(|_| too_large())?);
        Ok(Self {
            bytes,
            digest,
            entries,
        })
    }

    /// The bytes of a section, after their checksum.
    pub(crate) fn get(&self, kind: u32, what: &str) -> Result<Bytes> {
        let entry = self.entry(kind, what)?;
        let bytes = self.bytes.slice(entry.start..entry.end);
        if crc32fast::hash(&bytes) != entry.crc {
            return Err(corrupt(format!("{what} does not match its checksum")));
        }
        Ok(bytes)
    }

    /// The bytes of a section whose parts have checksums of their own.
    pub(crate) fn get_unverified(&self, kind: u32, what: &str) -> Result<Bytes> {
        let entry = self.entry(kind, what)?;
        Ok(self.bytes.slice(entry.start..entry.end))
    }

    fn entry(&self, kind: u32, what: &str) -> Result<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.kind == kind)
            .ok_or_else(|| corrupt(format!("{what} is missing")))
    }

    /// The digest that the header states.
    pub(crate) fn digest(&self) -> u128 {
        self.digest
    }

    /// The kinds of the sections, in order.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = u32> + '_ {
        self.entries.iter().map(|entry| entry.kind)
    }

    /// Checks every section and the digest.
    pub(crate) fn verify(&self, outside_digest: &[u32]) -> Result<()> {
        for entry in &self.entries {
            self.get(entry.kind, &format!("section {}", entry.kind))?;
        }
        let inside = self
            .entries
            .iter()
            .filter(|entry| !outside_digest.contains(&entry.kind));
        let inside = inside.map(|entry| (entry.kind, &self.bytes[entry.start..entry.end]));
        if digest(inside) != self.digest {
            return Err(corrupt("the content does not match its digest"));
        }
        Ok(())
    }

    /// The whole file.
    pub(crate) fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

fn entry_at(bytes: &[u8], at: usize) -> Option<Entry> {
    let start = usize::try_from(u64_at(bytes, at + 8)?).ok()?;
    let length = usize::try_from(u64_at(bytes, at + 16)?).ok()?;
    Some(Entry {
        kind: u32_at(bytes, at)?,
        crc: u32_at(bytes, at + 4)?,
        start,
        end: start.checked_add(length)?,
    })
}

/// The little-endian `u32` at a byte, if the bytes reach that far.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(field.try_into().ok()?))
}

/// The little-endian `u64` at a byte, if the bytes reach that far.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let field = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(field.try_into().ok()?))
}

fn as_u64(value: usize) -> Result<u64> {
    u64::try_from(value).map_err(|_| too_large())
}

fn too_large() -> Error {
    Error::new(
        ErrorKind::Overflow,
        "the yearbook is larger than this machine can address",
    )
}

fn truncated(bytes: &[u8], needed: usize) -> Error {
    corrupt(format!(
        "the yearbook ends after {} bytes, within its header of {needed}",
        bytes.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let mut writer = SectionsWriter::new();
        writer.push(1, b"published".to_vec());
        writer.push(2, vec![7; 100]);
        writer.push(3, Vec::new());
        writer.finish(&[1]).unwrap()
    }

    #[test]
    fn sections_come_back() {
        let sections = Sections::open(file().into()).unwrap();
        assert_eq!(sections.get(1, "one").unwrap(), "published");
        assert_eq!(sections.get(2, "two").unwrap(), vec![7; 100]);
        assert!(sections.get(3, "three").unwrap().is_empty());
        assert_eq!(
            sections.get(4, "the fourth").unwrap_err().to_string(),
            "the fourth is missing"
        );
        sections.verify(&[1]).unwrap();
        assert_eq!(sections.kinds().collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn the_digest_leaves_out_what_it_is_told_to() {
        let digest = |published: &[u8], content: &[u8]| {
            let mut writer = SectionsWriter::new();
            writer.push(1, published.to_vec());
            writer.push(2, content.to_vec());
            Sections::open(writer.finish(&[1]).unwrap().into())
                .unwrap()
                .digest()
        };
        assert_eq!(digest(b"monday", b"x"), digest(b"tuesday", b"x"));
        assert_ne!(digest(b"monday", b"x"), digest(b"monday", b"y"));
    }

    #[test]
    fn every_flip_and_every_cut_is_noticed() {
        let file = file();
        for end in 0..file.len() {
            assert!(
                Sections::open(Bytes::copy_from_slice(&file[..end])).is_err(),
                "cut at {end}"
            );
        }
        for at in 0..file.len() {
            for bit in 0..8 {
                let mut flipped = file.clone();
                flipped[at] ^= 1 << bit;
                let result =
                    Sections::open(flipped.into()).and_then(|sections| sections.verify(&[1]));
                assert!(result.is_err(), "byte {at} bit {bit}");
            }
        }
    }

    #[test]
    fn refusals_say_why() {
        let message = |bytes: Vec<u8>| Sections::open(bytes.into()).unwrap_err().to_string();
        assert_eq!(
            message(vec![]),
            "the file is empty: a yearbook begins with YEARBOOK"
        );
        assert_eq!(
            message(b"PK".to_vec()),
            "this is no yearbook: a yearbook begins with YEARBOOK"
        );
        assert_eq!(
            message(MAGIC.to_vec()),
            "the yearbook ends after 8 bytes, within its header of 40"
        );
        let mut newer = file();
        newer[8] = 9;
        assert_eq!(
            message(newer),
            "the yearbook is of format version 9, and this crate reads version 1: read it with a newer crate"
        );
        let mut longer = file();
        longer.push(0);
        let length = longer.len();
        assert_eq!(
            message(longer),
            format!(
                "the yearbook should have {} bytes and has {length}: it was cut short or added to",
                length - 1
            )
        );
        let mut many = file();
        many[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(
            message(many),
            "the header claims 4294967295 sections, over the limit of 64"
        );
    }
}
