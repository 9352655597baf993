//! The file format: `FORMAT.md` against the bytes, and the golden file.

use std::path::Path;

use yearbook::model::{Heading, Period, Unit};
use yearbook::{BookBuilder, Layout, Yearbook};

use crate::common::{catalogue, observations};
use crate::direct::book_of_every_form;

/// The envelope, read by nothing but what `FORMAT.md` says.
pub(crate) struct Envelope {
    pub(crate) bytes: Vec<u8>,
}

/// Kind, place of its entry in the section table, start and end.
pub(crate) type Section = (u32, usize, usize, usize);

impl Envelope {
    fn u32(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.bytes[at..at + 4].try_into().unwrap())
    }

    fn u64(&self, at: usize) -> usize {
        usize::try_from(u64::from_le_bytes(
            self.bytes[at..at + 8].try_into().unwrap(),
        ))
        .unwrap()
    }

    pub(crate) fn table_end(&self) -> usize {
        40 + 24 * self.u32(12) as usize
    }

    pub(crate) fn sections(&self) -> Vec<Section> {
        (40..self.table_end())
            .step_by(24)
            .map(|entry| {
                (
                    self.u32(entry),
                    entry,
                    self.u64(entry + 8),
                    self.u64(entry + 8).saturating_add(self.u64(entry + 16)),
                )
            })
            .collect()
    }

    pub(crate) fn section(&self, kind: u32) -> Section {
        self.sections()
            .into_iter()
            .find(|section| section.0 == kind)
            .unwrap()
    }

    pub(crate) fn directory(&self) -> Directory {
        let (_, _, start, end) = self.section(32);
        let (directory, read) =
            bincode::decode_from_slice(&self.bytes[start..end], bincode::config::standard())
                .unwrap();
        assert_eq!(read, end - start);
        directory
    }

    /// Heading, periods and bytes of each table.
    pub(crate) fn tables(&self) -> Vec<(Heading, Vec<Period>, Vec<u8>)> {
        let (columns, tables) = self.directory();
        let (_, _, start, end) = self.section(33);
        let cells = &self.bytes[start..end];
        let tables = tables
            .into_iter()
            .map(|(heading, list, offset, length, _)| {
                let at = usize::try_from(offset).unwrap();
                let bytes = &cells[at..at + usize::try_from(length).unwrap()];
                (heading, columns[list as usize].clone(), bytes.to_vec())
            });
        tables.collect()
    }

    /// The book with other bytes for its tables, and every checksum and the digest as they should be then.
    pub(crate) fn with_tables(&self, bytes: &[Vec<u8>]) -> Vec<u8> {
        let (columns, mut tables) = self.directory();
        let mut cells = Vec::new();
        for ((_, _, offset, length, crc), bytes) in tables.iter_mut().zip(bytes) {
            (*offset, *length) = (cells.len() as u64, bytes.len() as u64);
            *crc = crc32fast::hash(bytes);
            cells.extend(bytes);
        }
        let directory = bincode::encode_to_vec((columns, tables), bincode::config::standard());
        // The two are the last sections.
        let mut file = self.bytes[..self.section(33).2].to_vec();
        for (kind, bytes) in [(33, cells), (32, directory.unwrap())] {
            file.resize(file.len().next_multiple_of(64), 0);
            let entry = self.section(kind).1;
            let start = file.len() as u64;
            file[entry + 8..entry + 16].copy_from_slice(&start.to_le_bytes());
            file[entry + 16..entry + 24].copy_from_slice(&(bytes.len() as u64).to_le_bytes());
            file.extend(bytes);
        }
        let length = file.len() as u64;
        file[16..24].copy_from_slice(&length.to_le_bytes());
        let mut envelope = Self { bytes: file };
        let digest = envelope.content_digest();
        envelope.bytes[24..40].copy_from_slice(&digest.to_le_bytes());
        envelope.repair();
        envelope.bytes
    }

    /// What the content digest should be.
    fn content_digest(&self) -> u128 {
        let mut digest = xxhash_rust::xxh3::Xxh3::new();
        let mut lengths = Vec::new();
        for (kind, _, start, end) in self.sections() {
            if kind != 1 {
                digest.update(&self.bytes[start..end]);
                lengths.extend(kind.to_le_bytes());
                lengths.extend(((end - start) as u64).to_le_bytes());
            }
        }
        digest.update(&lengths);
        digest.digest128()
    }

    /// Makes the checksums of the sections and of the header right again.
    pub(crate) fn repair(&mut self) {
        let sections = self.sections();
        if sections
            .iter()
            .any(|&(_, _, start, end)| start > end || end > self.bytes.len())
        {
            return self.repair_header();
        }
        for &(_, entry, start, end) in &sections {
            let crc = crc32fast::hash(&self.bytes[start..end]);
            self.bytes[entry + 4..entry + 8].copy_from_slice(&crc.to_le_bytes());
        }
        self.repair_header();
    }

    fn repair_header(&mut self) {
        let end = self.table_end();
        if end + 4 <= self.bytes.len() {
            let crc = crc32fast::hash(&self.bytes[..end]);
            self.bytes[end..end + 4].copy_from_slice(&crc.to_le_bytes());
        }
    }
}

/// Lists of periods; heading, number of its list, offset, length and CRC-32 of each table.
pub(crate) type Directory = (Vec<Vec<Period>>, Vec<(Heading, u32, u64, u64, u32)>);

fn book() -> Yearbook {
    let mut book = BookBuilder::new(catalogue());
    for observation in observations() {
        book.observe(&observation).unwrap();
    }
    book.finish().unwrap()
}

#[test]
fn the_envelope_is_as_the_document_says() {
    let envelope = Envelope {
        bytes: book().to_bytes().to_vec(),
    };
    assert_eq!(&envelope.bytes[..8], b"YEARBOOK");
    assert_eq!(envelope.u32(8), 1);
    assert_eq!(envelope.u64(16), envelope.bytes.len());
    let end = envelope.table_end();
    assert_eq!(envelope.u32(end), crc32fast::hash(&envelope.bytes[..end]));
    let mut at = end + 4;
    let mut kinds = Vec::new();
    for (kind, entry, start, end) in envelope.sections() {
        assert_eq!(start, at.next_multiple_of(64));
        assert!(envelope.bytes[at..start].iter().all(|&byte| byte == 0));
        let bytes = &envelope.bytes[start..end];
        assert_eq!(envelope.u32(entry + 4), crc32fast::hash(bytes));
        kinds.push(kind);
        at = end;
    }
    assert_eq!(at, envelope.bytes.len());
    assert_eq!(
        kinds,
        [
            1, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 33, 32
        ]
    );
    let digest = envelope.content_digest();
    assert_eq!(digest, book().digest());
    assert_eq!(digest.to_le_bytes(), envelope.bytes[24..40]);
}

#[test]
fn the_directory_is_as_the_document_says() {
    let book = book_of_every_form();
    let envelope = Envelope {
        bytes: book.to_bytes().to_vec(),
    };
    let (columns, tables) = envelope.directory();
    let (_, _, start, end) = envelope.section(33);
    let mut at = start;
    let mut lists = 0;
    for (table, heading) in tables.iter().zip(book.headings()) {
        let (own, list, offset, length, crc) = table;
        assert_eq!(own, heading);
        // In the order of the first table that has them.
        assert!(*list <= lists);
        lists = lists.max(list + 1);
        assert_eq!(
            columns[*list as usize],
            book.table(heading).unwrap().periods()
        );
        assert_eq!(start + usize::try_from(*offset).unwrap(), at);
        let bytes = &envelope.bytes[at..at + usize::try_from(*length).unwrap()];
        assert_eq!(*crc, crc32fast::hash(bytes));
        at += bytes.len();
    }
    assert_eq!(at, end);
    assert_eq!(
        (tables.len(), columns.len()),
        (book.headings().len(), lists as usize)
    );
    assert!(
        columns
            .iter()
            .all(|periods| periods.is_sorted_by(|a, b| a < b))
    );
    // What is taken apart and put together again is the same.
    let bytes: Vec<Vec<u8>> = envelope
        .tables()
        .into_iter()
        .map(|(.., bytes)| bytes)
        .collect();
    assert!(envelope.with_tables(&bytes) == envelope.bytes);
}

/// The book of every kind of cell, as format version 1 wrote it. Written only if
/// `YEARBOOK_WRITE_GOLDEN` is set.
#[test]
fn the_golden_file_of_version_1() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1.yearbook");
    let book = book();
    if std::env::var_os("YEARBOOK_WRITE_GOLDEN").is_some() {
        book.save(&path).unwrap();
    }
    let golden = Yearbook::open(&path).unwrap();
    golden.verify().unwrap();
    for observation in observations() {
        let cell = golden.get(&observation.key).unwrap().unwrap();
        assert_eq!(cell.stated(), &observation.stated, "{observation}");
    }
    assert_eq!(golden.cell_count().unwrap(), observations().len());
    assert_eq!(
        golden.to_bytes(),
        book.to_bytes(),
        "the bytes of version 1 have changed"
    );
}

/// The checksums of cells in every form, which stand for a golden file that would be too long to keep.
#[test]
fn the_bytes_of_every_form_in_version_1() {
    let book = book_of_every_form();
    let cells = |layout, kind| {
        let bytes = book.to_bytes_as(layout).unwrap().to_vec();
        let envelope = Envelope { bytes };
        let (_, _, start, end) = envelope.section(kind);
        (end - start, crc32fast::hash(&envelope.bytes[start..end]))
    };
    assert_eq!(
        [cells(Layout::Direct, 33), cells(Layout::Packed, 34)],
        [(57_931, 3_506_889_669), (18_244, 3_682_046_940)],
        "the bytes of version 1 have changed"
    );
}

#[test]
fn the_document_states_the_constants_of_the_code() {
    let document = include_str!("../../src/book/FORMAT.md");
    for stated in [
        "| 8 | 4 | format version: 1 |",
        "| 12 | 4 | number of sections *n*, at most 64 |",
        "| 40 | 24 *n* | section table |",
        "next multiple of 64",
        "| 16–28 | catalogue |",
        "| 33 | cells |",
        "| 32 | directory |",
        "at most 57 bits",
        "8 zero bytes",
        "*u* times 14 bytes",
        "| 62 | the row has no number here, and its slots have no bits |",
        "| 63 | full length: its slots have 128 bits |",
    ] {
        assert!(document.contains(stated), "{stated}");
    }
}

/// The value types as other programs embed them in their messages: these bytes are a format too.
#[test]
fn the_golden_bytes_of_the_value_types() {
    fn hex(value: &impl bincode::Encode) -> String {
        let bytes = bincode::encode_to_vec(value, bincode::config::standard()).unwrap();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
    let text = |text: &str| {
        format!(
            "{:02x}{}",
            text.len(),
            text.bytes()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        )
    };
    assert_eq!(
        hex(&"430281".parse::<yearbook::model::RegionCode>().unwrap()),
        text("430281")
    );
    assert_eq!(
        hex(&"人/万人".parse::<Unit>().unwrap()),
        text("person/10000.person")
    );
    assert_eq!(
        hex(&"change_points(2021)"
            .parse::<yearbook::model::Measure>()
            .unwrap()),
        text("change_points(2021)")
    );
    // Mantissa 9394 and scale 2, known to 10^-2, no qualifier, no upper end.
    assert_eq!(
        hex(&"93.94".parse::<yearbook::model::Figure>().unwrap()),
        GOLDEN_SHARE
    );
    // 730多万: 7 300 000 known to 10^4, odd.
    assert_eq!(
        hex(&"730e4+".parse::<yearbook::model::Figure>().unwrap()),
        GOLDEN_DOSES
    );
    // 8千元到1万元: an upper end of its own precision.
    assert_eq!(
        hex(&"8e3..1e4".parse::<yearbook::model::Figure>().unwrap()),
        GOLDEN_RANGE
    );
    // The days from 2023-01-01 to 2023-10-31, counted from 0001-01-01.
    assert_eq!(
        hex(&"2023-01/2023-10".parse::<Period>().unwrap()),
        GOLDEN_PERIOD
    );
    let observation = &observations()[0];
    assert_eq!(
        hex(observation),
        [
            text("share"),
            text(""),
            text("level"),
            text("430200"),
            "fcfe831600fcd6861600".to_string(),
            GOLDEN_STATED.to_string(),
            text("report-a")
        ]
        .concat()
    );
}

const GOLDEN_SHARE: &str = "fb64490201fe0000";
const GOLDEN_DOSES: &str = "fc40c7de000001040100";
const GOLDEN_RANGE: &str = "fb803e0001030801fb204e000104";
const GOLDEN_PERIOD: &str = "fcb2891600fc108c1600";
const GOLDEN_STATED: &str = "01fb503f0201fe000001250000";
