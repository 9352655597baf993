//! Bytes: bincode behind limits, sections behind checksums.
//!
//! Only this module names bincode, so that it can be replaced. Records are written by versioned
//! wire forms with `config::standard()` (variable-length integers, little-endian), read back with
//! a limit, and turned into model types by their constructors; what is left over is an error.

#[cfg(feature = "ledger")]
pub(crate) mod block;
#[cfg(feature = "ledger")]
pub(crate) mod keys;
#[cfg(feature = "ledger")]
pub(crate) mod records;
pub(crate) mod sections;
mod value;
pub(crate) mod wire;

use bincode::config::{self, Configuration};
use bincode::error::DecodeError;
use bincode::{Decode, Encode};

use crate::error::{Error, ErrorKind, Result};

/// The most bytes that one record may claim, memory for it included.
pub(crate) const RECORD_BYTES_MAX: usize = 1 << 26;

type Config = Configuration<config::LittleEndian, config::Varint, config::Limit<RECORD_BYTES_MAX>>;

fn config() -> Config {
    config::standard().with_limit::<RECORD_BYTES_MAX>()
}

/// The bytes of one record.
///
/// # Errors
/// [`Overflow`](ErrorKind::Overflow) for a record of more than 64 MiB.
pub(crate) fn encode<T: Encode>(record: &T, what: &str) -> Result<Vec<u8>> {
    let bytes = bincode::encode_to_vec(record, config()).map_err(|source| {
        Error::new(
            ErrorKind::Overflow,
            format!("cannot write {what}: {source}"),
        )
        .with_source(source)
    })?;
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
    match bincode::decode_from_slice(bytes, config()) {
        Ok((record, read)) if read == bytes.len() => Ok(record),
        Ok((_, read)) => Err(corrupt(format!(
            "{what} has {} bytes after its end",
            bytes.len() - read
        ))),
        Err(source) => {
            let why = match &source {
                DecodeError::OtherString(why) => why.clone(),
                other => other.to_string(),
            };
            Err(corrupt(format!("{what} cannot be read: {why}")).with_source(source))
        }
    }
}

/// The error for bytes that are not what they claim to be.
pub(crate) fn corrupt(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Corrupt, message)
}

#[cfg(test)]
mod tests {
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
