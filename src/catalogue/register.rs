//! Registers: records of which there are few, by code, each decoded once, when it is first asked for.

use std::cmp::Ordering;
use std::sync::OnceLock;

use bytes::Bytes;

use super::bytes::{Cutter, Texts, TextsWriter, at};
use crate::codec::wire::{ConsortiumV0, DimensionV0, IndicatorV0, SourceV0};
use crate::codec::{self, corrupt};
use crate::error::Result;
use crate::model::{Consortium, Dimension, Indicator, Names, Source};

/// A record of a register.
pub(super) trait Entry: Sized {
    /// The word for one.
    const WORD: &str;
    fn code_text(&self) -> String;
    /// What it is called, for messages.
    fn title(&self) -> &str;
    fn names(&self) -> Option<&Names>;
    fn write(&self) -> Result<Vec<u8>>;
    fn read(bytes: &[u8]) -> Result<Self>;
}

macro_rules! entries {
    ($($type:ty, $word:literal, $wire:ty, |$own:ident| $code:expr, $title:expr, $names:expr;)+) => {$(
        impl Entry for $type {
            const WORD: &str = $word;
            fn code_text(&self) -> String {
                let $own = self;
                $code.to_string()
            }
            fn title(&self) -> &str {
                let $own = self;
                $title
            }
            fn names(&self) -> Option<&Names> {
                let $own = self;
                $names
            }
            fn write(&self) -> Result<Vec<u8>> {
                codec::encode(&<$wire>::from(self), concat!("the record of the ", $word))
            }
            fn read(bytes: &[u8]) -> Result<Self> {
                codec::decode::<$wire>(bytes, concat!("the record of the ", $word))?.try_into()
            }
        }
    )+};
}

entries! {
    Indicator, "indicator", IndicatorV0, |own| own.code(), own.names().main(), Some(own.names());
    Dimension, "dimension", DimensionV0, |own| own.code(), own.names().main(), Some(own.names());
    Source, "source", SourceV0, |own| own.code(), own.title(), own.published().and(None);
    Consortium, "consortium", ConsortiumV0, |own| own.code, own.names.main(), Some(&own.names);
}

/// The codes of one sort of records in order, and the records.
pub(super) struct Register<T> {
    codes: Texts,
    records: Texts,
    read: Box<[OnceLock<Box<T>>]>,
}

impl<T: Entry> Register<T> {
    pub(super) fn new(section: Bytes, count: u32, what: &'static str) -> Result<Self> {
        let mut cutter = Cutter::new(section, what);
        let offsets = cutter.u32s(u64::from(count) + 1)?;
        let record_offsets = cutter.u32s(u64::from(count) + 1)?;
        let codes_length = offsets.iter().next_back().unwrap_or_default();
        let heap = cutter.cut(u64::from(codes_length), 1)?;
        let records_length = record_offsets.iter().next_back().unwrap_or_default();
        let records = cutter.cut(u64::from(records_length), 1)?;
        cutter.end()?;
        Ok(Self {
            codes: Texts::new(offsets, heap, what)?,
            records: Texts::new(record_offsets, records, what)?,
            // Eight bytes of offsets have been seen for each, and this takes two words.
            read: (0..count).map(|_| OnceLock::new()).collect(),
        })
    }

    /// The section for records in the order of their codes.
    pub(super) fn section<'a>(entries: impl Iterator<Item = &'a T>) -> Result<Vec<u8>>
    where
        T: 'a,
    {
        let (mut codes, mut records) = (TextsWriter::new(), TextsWriter::new());
        for entry in entries {
            codes.push(entry.code_text().as_bytes())?;
            records.push(&entry.write()?)?;
        }
        let ((mut section, codes), (record_offsets, records)) =
            (codes.into_parts(), records.into_parts());
        section.extend(record_offsets);
        section.extend(codes);
        section.extend(records);
        Ok(section)
    }

    pub(super) fn len(&self) -> u32 {
        self.codes.len()
    }

    pub(super) fn code(&self, index: u32) -> Option<&str> {
        self.codes.text(index)
    }

    /// The number of a code, given as its name and its version (1 where there are none).
    pub(super) fn find(&self, name: &str, version: u16) -> Option<u32> {
        let wanted = (name.as_bytes(), u64::from(version));
        let index = self
            .codes
            .partition_point(|code| split(code).cmp(&wanted) == Ordering::Less);
        (split(self.codes.bytes(index)?) == wanted).then_some(index)
    }

    /// A record, decoded when it is first asked for.
    ///
    /// # Errors
    /// [`Corrupt`](crate::ErrorKind::Corrupt) for bytes that are no such record, or that of another code.
    pub(super) fn get(&self, index: u32) -> Result<&T> {
        let cell = self.read.get(at(index));
        let (Some(cell), Some(bytes), Some(code)) =
            (cell, self.records.bytes(index), self.codes.text(index))
        else {
            return Err(corrupt(format!("{} {index} is missing", T::WORD)));
        };
        if let Some(record) = cell.get() {
            return Ok(record);
        }
        let record = T::read(bytes).map_err(|error| {
            corrupt(format!("{} {code}: {}", T::WORD, error.message())).with_source(error)
        })?;
        if record.code_text() != code {
            return Err(corrupt(format!(
                "the record of {} {code} is that of {}",
                T::WORD,
                record.code_text()
            )));
        }
        Ok(cell.get_or_init(|| Box::new(record)))
    }
}

/// A code as it orders: by name, then by the number of its version.
pub(super) fn split(code: &[u8]) -> (&[u8], u64) {
    match code.iter().position(|&byte| byte == b'@') {
        None => (code, 1),
        Some(end) => {
            let digits = code.get(end + 1..).unwrap_or_default();
            let version = str::from_utf8(digits)
                .ok()
                .and_then(|digits| digits.parse().ok());
            (&code[..end], version.unwrap_or(u64::MAX))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_order_as_numbers() {
        let ordered: [&[u8]; 5] = [b"a", b"a@2", b"a@10", b"a-b", b"b"];
        assert!(ordered.is_sorted_by_key(|code| split(code)));
    }

    #[test]
    fn a_record_of_another_code_is_refused() {
        let source = |code: &str| Source::new(code.parse().unwrap(), "t", "", None).unwrap();
        let mut section = Register::section([source("aa"), source("bb")].iter()).unwrap();
        let register = Register::<Source>::new(section.clone().into(), 2, "the sources").unwrap();
        assert_eq!(register.find("bb", 1), Some(1));
        assert_eq!(register.find("b", 1), None);
        assert_eq!(register.get(1).unwrap().code().as_str(), "bb");
        assert!(register.get(2).is_err());
        let at = section.iter().position(|&byte| byte == b'b').unwrap();
        section[at] = b'c';
        let register = Register::<Source>::new(section.into(), 2, "the sources").unwrap();
        assert_eq!(
            register.get(1).unwrap_err().to_string(),
            "the record of source cb is that of bb"
        );
    }
}
