//! Bytes: bincode behind limits, sections behind checksums.
//!
//! Only this module names bincode, so that it can be replaced. Records are written by versioned
//! wire forms with `config::standard()` (variable-length integers, little-endian), read back with
//! a limit, and turned into model types by their constructors; what is left over is an error.

pub(crate) mod bits;
#[cfg(feature = "ledger")]
pub(crate) mod block;
pub(crate) mod fetch;
#[cfg(feature = "ledger")]
pub(crate) mod keys;
#[cfg(feature = "ledger")]
pub(crate) mod records;
pub(crate) mod sections;
mod value;
pub(crate) mod wire;

use bincode::config::{self, Configuration};
use bincode::error::{DecodeError, EncodeError};
use bincode::{Decode, Encode};

use crate::error::{Error, ErrorKind, Result};

/// The most bytes that one record may have.
pub(crate) const RECORD_BYTES_MAX: usize = 1 << 26;
/// The most memory that a record of that many bytes may claim: an element that is written in ten bytes and more
/// takes less than a hundred.
const MEMORY_BYTES_MAX: usize = 1 << 30;
/// The most memory that a short record may claim.
const SHORT_BYTES_MAX: usize = 1 << 10;

type Config<const LIMIT: usize> =
    Configuration<config::LittleEndian, config::Varint, config::Limit<LIMIT>>;

fn config<const LIMIT: usize>() -> Config<LIMIT> {
    config::standard().with_limit::<LIMIT>()
}

/// The bytes of one record.
///
/// # Errors
/// [`Overflow`](ErrorKind::Overflow) for a record of more than 64 MiB.
pub(crate) fn encode<T: Encode>(record: &T, what: &str) -> Result<Vec<u8>> {
    let bytes = bincode::encode_to_vec(record, config::<MEMORY_BYTES_MAX>())
        .map_err(|source| unwritable(what, source))?;
    if bytes.len() > RECORD_BYTES_MAX {
        return Err(Error::new(
            ErrorKind::Overflow,
            format!(
                "cannot write {what}: {} bytes are over the limit of {RECORD_BYTES_MAX}",
                bytes.len()
            ),
        ));
    }
    Ok(bytes)
}

/// One record and nothing after it.
///
/// # Errors
/// [`Corrupt`](ErrorKind::Corrupt) for bytes that are no such record.
pub(crate) fn decode<T: Decode<()>>(bytes: &[u8], what: &str) -> Result<T> {
    // bincode takes memory for what a length claims, up to the limit; the forms of this crate take less than
    // 64 bytes for each that they are written in, so a short record earns no more.
    let read = match bytes.len() {
        0..=0x400 => bincode::decode_from_slice(bytes, config::<0x1_0000>()),
        0x401..=0x1_0000 => bincode::decode_from_slice(bytes, config::<0x40_0000>()),
        0x1_0001..=0x10_0000 => bincode::decode_from_slice(bytes, config::<0x400_0000>()),
        0x10_0001..=RECORD_BYTES_MAX => {
            bincode::decode_from_slice(bytes, config::<MEMORY_BYTES_MAX>())
        }
        length => {
            return Err(corrupt(format!(
                "{what} has {length} bytes, over the limit of {RECORD_BYTES_MAX}"
            )));
        }
    };
    match read {
        Ok((record, read)) if read == bytes.len() => Ok(record),
        Ok((_, read)) => Err(corrupt(format!(
            "{what} has {} bytes after its end",
            bytes.len() - read
        ))),
        Err(source) => Err(unreadable(what, source)),
    }
}

/// Adds one short record to bytes that others may follow on.
///
/// # Errors
/// [`Overflow`](ErrorKind::Overflow) for one that is not short.
pub(crate) fn encode_onto<T: Encode>(bytes: &mut Vec<u8>, record: &T, what: &str) -> Result<()> {
    bincode::encode_into_std_write(record, bytes, config::<SHORT_BYTES_MAX>())
        .map(|_| ())
        .map_err(|source| unwritable(what, source))
}

/// The short record that bytes begin with, and how many of them it takes.
///
/// # Errors
/// [`Corrupt`](ErrorKind::Corrupt) for bytes that begin with no such record.
pub(crate) fn decode_first<T: Decode<()>>(bytes: &[u8], what: &str) -> Result<(T, usize)> {
    bincode::decode_from_slice(bytes, config::<SHORT_BYTES_MAX>())
        .map_err(|source| unreadable(what, source))
}

fn unwritable(what: &str, source: EncodeError) -> Error {
    Error::new(
        ErrorKind::Overflow,
        format!("cannot write {what}: {source}"),
    )
    .with_source(source)
}

fn unreadable(what: &str, source: DecodeError) -> Error {
    let why = match &source {
        DecodeError::OtherString(why) => why.clone(),
        other => other.to_string(),
    };
    corrupt(format!("{what} cannot be read: {why}")).with_source(source)
}

/// The error for bytes that are not what they claim to be.
pub(crate) fn corrupt(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Corrupt, message)
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;

    #[test]
    fn a_record_that_claims_the_moon_is_refused_before_memory_is_taken() {
        // A length of 2^40 as a varint: 253 and eight bytes.
        let mut bytes = vec![253];
        bytes.extend((1u64 << 40).to_le_bytes());
        for error in [
            decode::<Vec<u64>>(&bytes, "a list").unwrap_err(),
            decode::<String>(&bytes, "a text").unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Corrupt);
        }
    }

    #[test]
    fn a_short_record_earns_little_memory() {
        // A text of 100 000 bytes, of which one is there.
        let mut bytes = vec![252];
        bytes.extend(100_000u32.to_le_bytes());
        bytes.push(b'a');
        assert_eq!(
            decode::<String>(&bytes, "a text").unwrap_err().to_string(),
            "a text cannot be read: LimitExceeded"
        );
        let long = "人".repeat(1_000_000);
        assert_eq!(
            decode::<String>(&encode(&long, "a text").unwrap(), "a text").unwrap(),
            long
        );
    }

    /// What one crate writes it must read: a directory of a nation's headings and days is some megabytes.
    #[test]
    fn a_large_record_is_read_back() {
        use crate::model::{Heading, Period};

        let day = Period::day(chrono::NaiveDate::MIN.with_year(2000).unwrap()).unwrap();
        let days = vec![day; 200_000];
        let headings = vec![Heading::level("a".parse().unwrap()); 150_000];
        let bytes = encode(&(days.clone(), headings.clone()), "a directory").unwrap();
        assert!(bytes.len() > 1 << 21);
        let read: (Vec<Period>, Vec<Heading>) = decode(&bytes, "a directory").unwrap();
        assert!(read == (days, headings));
    }

    #[test]
    fn what_is_left_over_is_an_error() {
        let mut bytes = encode(&7u32, "a number").unwrap();
        assert_eq!(decode::<u32>(&bytes, "a number").unwrap(), 7);
        bytes.push(0);
        assert_eq!(
            decode::<u32>(&bytes, "a number").unwrap_err().to_string(),
            "a number has 1 bytes after its end"
        );
    }
}
