//! The envelope: a header, a table of sections, and the sections, each under a checksum.
//!
//! `src/book/FORMAT.md` describes the bytes; its constants are tied to this file by a test.

use bytes::Bytes;

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

/// A section in parts, which lie one after the other and are copied once, into the file.
struct Section {
    kind: u32,
    crc: u32,
    length: usize,
    parts: Vec<Bytes>,
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
        let mut section = Section {
            kind,
            crc: 0,
            length: 0,
            parts: Vec::with_capacity(parts.len()),
        };
        let mut whole = crc32fast::Hasher::new();
        for (bytes, crc) in parts {
            let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            whole.combine(&crc32fast::Hasher::new_with_initial_len(crc, length));
            section.length += bytes.len();
            section.parts.push(bytes);
        }
        section.crc = whole.finalize();
        self.sections.push(section);
    }

    /// The file. `outside_digest` names the kinds that the content digest leaves out.
    pub(crate) fn finish(self, outside_digest: &[u32]) -> Result<Vec<u8>> {
        let count = self.sections.len();
        let mut at = HEADER_BYTES + count * ENTRY_BYTES + 4;
        let mut entries = Vec::with_capacity(count * ENTRY_BYTES);
        for section in &self.sections {
            at = at.next_multiple_of(ALIGNMENT);
            entries.extend(section.kind.to_le_bytes());
            entries.extend(section.crc.to_le_bytes());
            entries.extend(as_u64(at)?.to_le_bytes());
            entries.extend(as_u64(section.length)?.to_le_bytes());
            at += section.length;
        }
        let mut file = Vec::with_capacity(at);
        file.extend(MAGIC);
        file.extend(VERSION.to_le_bytes());
        file.extend(u32::try_from(count).map_err(|_| too_large())?.to_le_bytes());
        file.extend(as_u64(at)?.to_le_bytes());
        let inside = self.sections.iter();
        let inside = inside.filter(|section| !outside_digest.contains(&section.kind));
        let inside = inside.map(|section| {
            let parts = section.parts.iter().map(|part| &part[..]);
            (section.kind, section.length, parts)
        });
        file.extend(digest(inside).to_le_bytes());
        file.extend(entries);
        file.extend(crc32fast::hash(&file).to_le_bytes());
        for section in &self.sections {
            file.resize(file.len().next_multiple_of(ALIGNMENT), 0);
            for part in &section.parts {
                file.extend_from_slice(part);
            }
        }
        Ok(file)
    }
}

/// The digest of sections: 128 bits of XXH3 over their bytes, and then over the kind and the length of each, so that a
/// section can be written before its length is known.
fn digest<'a, P: IntoIterator<Item = &'a [u8]>>(
    sections: impl Iterator<Item = (u32, usize, P)>,
) -> u128 {
    let mut state = xxhash_rust::xxh3::Xxh3::new();
    let mut lengths = Vec::new();
    for (kind, length, parts) in sections {
        for part in parts {
            state.update(part);
        }
        lengths.extend(kind.to_le_bytes());
        // A length that is no u64 cannot occur in memory; any constant keeps the digest total.
        lengths.extend(u64::try_from(length).unwrap_or(u64::MAX).to_le_bytes());
    }
    state.update(&lengths);
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
        let inside = inside.map(|entry| {
            let bytes = &self.bytes[entry.start..entry.end];
            (entry.kind, bytes.len(), [bytes])
        });
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
