//! Version and checksum before a value.

use crate::codec::corrupt;
use crate::error::Result;

/// The version of values that this crate writes.
pub(crate) const VERSION: u8 = 0;
/// Version and checksum.
pub(crate) const SEAL_BYTES: usize = 5;

/// Puts version and checksum before what is kept under a key of a table.
pub(crate) fn seal(table: u8, key: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(SEAL_BYTES + payload.len());
    value.push(VERSION);
    value.extend(checksum(table, key, VERSION, payload).to_le_bytes());
    value.extend(payload);
    value
}

/// What is kept under a key of a table, after its checksum.
///
/// # Errors
/// [`Corrupt`](crate::ErrorKind::Corrupt) if the checksum is another one,
/// [`Version`](crate::ErrorKind::Version) for a version that this crate does not read.
#[inline]
pub(crate) fn unseal<'a>(table: u8, key: &[u8], value: &'a [u8], what: &str) -> Result<&'a [u8]> {
    let sealed = value.split_at_checked(SEAL_BYTES);
    let Some((&[version, a, b, c, d], payload)) = sealed else {
        return Err(corrupt(format!("{what} ends within its checksum")));
    };
    if checksum(table, key, version, payload) != u32::from_le_bytes([a, b, c, d]) {
        return Err(corrupt(format!("{what} does not match its checksum")));
    }
    if version != VERSION {
        return Err(crate::Error::new(
            crate::ErrorKind::Version,
            format!(
                "{what} is of version {version}, and this crate reads version {VERSION}: read it with a newer crate"
            ),
        ));
    }
    Ok(payload)
}

#[inline]
pub(super) fn checksum(table: u8, key: &[u8], version: u8, payload: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    // Keys of the ledger are shorter than 256 bytes; a longer one has no entry.
    let length = u8::try_from(key.len()).unwrap_or(u8::MAX);
    crc.update(&[version, table, length]);
    crc.update(key);
    crc.update(payload);
    crc.finalize()
}
