//! What a header and a body hold, from their first byte on.

use crate::codec::corrupt;
use crate::error::Result;

/// Reads lengths, bytes and arrays one after the other.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn byte(&mut self) -> Result<u8> {
        let byte = self.bytes.get(self.at).copied().ok_or_else(ended)?;
        self.at += 1;
        Ok(byte)
    }

    /// The next bytes.
    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let taken = self
            .bytes
            .get(self.at..)
            .and_then(|rest| rest.get(..length))
            .ok_or_else(ended)?;
        self.at += length;
        Ok(taken)
    }

    /// Passes over whole bytes that hold so many bits, filled up with zeros, and says where they start.
    pub(crate) fn take_bits(&mut self, bits: u64) -> Result<usize> {
        let start = self.at;
        let length = usize::try_from(bits.div_ceil(8)).map_err(|_| ended())?;
        let taken = self.take(length)?;
        if !bits.is_multiple_of(8) && taken.last().is_some_and(|last| last >> (bits % 8) != 0) {
            return Err(corrupt("an array is not filled up with zeros"));
        }
        Ok(start)
    }

    /// A length: seven bits a byte, the lowest first, the eighth says that more follow; no longer than it must be.
    pub(crate) fn number(&mut self) -> Result<u64> {
        let mut number = 0u64;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            number |= bits << shift;
            let lost = shift == 63 && bits > 1;
            if lost || byte == 0 && shift > 0 {
                break;
            }
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(corrupt("a length is not written as short as it can be"))
    }

    /// A [`number`](Self::number) that counts what lies in memory.
    pub(crate) fn count(&mut self) -> Result<usize> {
        usize::try_from(self.number()?).map_err(|_| ended())
    }

    /// A [`number`](Self::number) below 2^32.
    pub(crate) fn number_u32(&mut self) -> Result<u32> {
        u32::try_from(self.number()?).map_err(|_| corrupt("a number is over 2^32"))
    }

    /// A signed number: zigzag, then as [`number`](Self::number).
    pub(crate) fn signed(&mut self) -> Result<i64> {
        let number = self.number()?;
        let magnitude = i64::try_from(number >> 1).unwrap_or(0);
        Ok(if number & 1 == 0 {
            magnitude
        } else {
            !magnitude
        })
    }
}

/// Writes what [`Cursor::number`] reads.
#[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
pub(crate) fn push_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Writes what [`Cursor::signed`] reads.
pub(crate) fn push_signed(bytes: &mut Vec<u8>, number: i64) {
    let magnitude = if number < 0 { !number } else { number };
    let sign = u64::from(number < 0);
    push_number(bytes, magnitude.unsigned_abs() << 1 | sign);
}

fn ended() -> crate::error::Error {
    corrupt("it ends too early")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lengths_come_back(number in any::<u64>(), shift in 0u32..64, signed in any::<i64>()) {
            let mut bytes = Vec::new();
            push_number(&mut bytes, number >> shift);
            push_signed(&mut bytes, signed >> shift);
            let mut cursor = Cursor::new(&bytes);
            prop_assert_eq!(cursor.number().unwrap(), number >> shift);
            prop_assert_eq!(cursor.signed().unwrap(), signed >> shift);
            prop_assert_eq!(cursor.left(), 0);
        }

        #[test]
        fn any_bytes_are_a_length_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..12)) {
            let mut cursor = Cursor::new(&bytes);
            if let Ok(number) = cursor.number() {
                let mut again = Vec::new();
                push_number(&mut again, number);
                prop_assert_eq!(&bytes[..cursor.at()], &again[..]);
            }
        }
    }

    #[test]
    fn what_is_not_there_is_refused() {
        let mut cursor = Cursor::new(&[0xff; 9]);
        assert_eq!(
            cursor.number().unwrap_err().to_string(),
            "it ends too early"
        );
        for long in [&[0x80, 0][..], &[0xff; 11]] {
            assert_eq!(
                Cursor::new(long).number().unwrap_err().to_string(),
                "a length is not written as short as it can be"
            );
        }
    }
}
