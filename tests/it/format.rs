//! The file format: `FORMAT.md` against the bytes, and the golden file.

use std::path::Path;

use yearbook::model::{Heading, Period, Unit};
use yearbook::{BookBuilder, Yearbook};

use crate::common::{catalogue, observations};

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

    /// Makes every checksum right again: of tables, where the directory's length allows it, of sections, of the header.
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

/// Units, and heading, periods, offset, length and CRC-32 of each table.
pub(crate) type Directory = (Vec<Unit>, Vec<(Heading, Vec<Period>, u64, u64, u32)>);

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
    assert_eq!(envelope.u32(8), 0);
    assert_eq!(envelope.u64(16), envelope.bytes.len());
    let end = envelope.table_end();
    assert_eq!(envelope.u32(end), crc32fast::hash(&envelope.bytes[..end]));
    let mut at = end + 4;
    let mut digest = xxhash_rust::xxh3::Xxh3::new();
    let mut kinds = Vec::new();
    for (kind, entry, start, end) in envelope.sections() {
        assert_eq!(start, at.next_multiple_of(64));
        assert!(envelope.bytes[at..start].iter().all(|&byte| byte == 0));
        let bytes = &envelope.bytes[start..end];
        assert_eq!(envelope.u32(entry + 4), crc32fast::hash(bytes));
        if kind != 1 {
            digest.update(&kind.to_le_bytes());
            digest.update(&(bytes.len() as u64).to_le_bytes());
            digest.update(bytes);
        }
        kinds.push(kind);
        at = end;
    }
    assert_eq!(at, envelope.bytes.len());
    assert_eq!(
        kinds,
        [
            1, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 32, 33
        ]
    );
    assert_eq!(digest.digest128(), book().digest());
    assert_eq!(digest.digest128().to_le_bytes(), envelope.bytes[24..40]);
}

#[test]
fn the_tables_are_as_the_document_says() {
    let book = book();
    let envelope = Envelope {
        bytes: book.to_bytes().to_vec(),
    };
    let (units, tables) = envelope.directory();
    assert!(units.is_sorted());
    let (_, _, start, end) = envelope.section(33);
    let mut at = start;
    for (table, heading) in tables.iter().zip(book.headings()) {
        let (own, periods, offset, length, crc) = table;
        assert_eq!(own, heading);
        assert_eq!(start + usize::try_from(*offset).unwrap(), at);
        let bytes = &envelope.bytes[at..at + usize::try_from(*length).unwrap()];
        assert_eq!(*crc, crc32fast::hash(bytes));
        let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        let (rows, cells, uppers) = (number(0), number(4), number(8));
        assert_eq!(bytes.len(), 12 + 8 * rows + 32 * cells + 14 * uppers);
        let opened = book.table(heading).unwrap();
        assert_eq!((rows, cells), (opened.row_count(), opened.cell_count()));
        let mut cell = 0;
        for row in 0..rows {
            let place = book
                .catalogue()
                .place_at(u32::try_from(number(12 + 4 * row)).unwrap())
                .unwrap();
            while cell < number(12 + 4 * rows + 4 * row) {
                let period = periods[number(12 + 8 * rows + 4 * cell)];
                let stated = opened.cell(place, period).unwrap().unwrap();
                let slot = &bytes[12 + 8 * rows + 4 * cells + 28 * cell..][..28];
                if let Some(figure) = stated.figure() {
                    let mut mantissa = [0; 16];
                    mantissa[..12].copy_from_slice(&slot[..12]);
                    assert_eq!(
                        u128::from_le_bytes(mantissa),
                        figure.value().mantissa().unsigned_abs()
                    );
                    assert_eq!(u32::from(slot[12] & 0x7f), figure.value().scale());
                    let unit = u32::from_le_bytes(slot[16..20].try_into().unwrap()) as usize;
                    assert_eq!(Some(units[unit]), stated.unit());
                } else {
                    assert!(slot[15] & 0x80 != 0);
                }
                cell += 1;
            }
        }
        at += bytes.len();
    }
    assert_eq!(at, end);
}

/// The book of every kind of cell, as format version 0 wrote it. Written only if
/// `YEARBOOK_WRITE_GOLDEN` is set.
#[test]
fn the_golden_file_of_version_0() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v0.yearbook");
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
        "the bytes of version 0 have changed"
    );
}

#[test]
fn the_document_states_the_constants_of_the_code() {
    let document = include_str!("../../src/book/FORMAT.md");
    for stated in [
        "| 8 | 4 | format version: 0 |",
        "| 12 | 4 | number of sections *n*, at most 64 |",
        "| 40 | 24 *n* | section table |",
        "next multiple of 64",
        "| 28 *c* | the slots |",
        "| 14 *u* | the upper ends of ranges |",
        "| 16–28 | catalogue |",
        "| 32 | directory |",
        "| 33 | cells |",
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
