//! What the fuzz target of blocks and keys holds to. Built for that alone, with `--cfg fuzzing`.

use super::{find, read, write};
use crate::codec::keys;
use crate::model::Unit;

const UNITS: [Unit; 3] = [Unit::PERCENT, Unit::PERSON, Unit::YUAN];

/// Any bytes are a block or an error; what is read is written and read back, and each cell is found alone as it is read with
/// all others. Any bytes are a key or an error, and what is read is written back.
pub fn check(bytes: &[u8]) {
    let number = |unit: Unit| {
        let at = UNITS.iter().position(|known| *known == unit);
        at.and_then(|at| u32::try_from(at).ok()).unwrap_or(u32::MAX)
    };
    if let Ok(cells) = read(bytes, &UNITS) {
        let written = write(cells.iter().map(|(at, cell)| (*at, cell.as_ref())), number);
        assert_eq!(read(&written, &UNITS).ok().as_ref(), Some(&cells));
        for position in 0..=u8::MAX {
            let alone = find(bytes, position, &UNITS).ok();
            let among = cells.iter().find(|(own, _)| *own == position);
            assert_eq!(alone, Some(among.map(|(_, cell)| *cell)), "{position}");
        }
    } else {
        for position in 0..=u8::MAX {
            let _ = find(bytes, position, &UNITS);
        }
    }
    if let Ok(key) = keys::read_chunk(bytes) {
        assert_eq!(&*keys::chunk(&key), bytes);
        for position in 0..=u8::MAX {
            if let Ok(period) = key.chunk.period(position) {
                assert_eq!(keys::Chunk::of(period).ok(), Some((key.chunk, position)));
            }
        }
    }
    if let Ok((key, batch)) = keys::read_history(bytes) {
        assert_eq!(&*keys::history(&key, batch), bytes);
    }
    if let Ok((key, position, batch, sequence)) = keys::read_remark(bytes) {
        assert_eq!(&*keys::remark(&key, position, batch, sequence), bytes);
    }
    // A block under a seal, and the seal's own bytes taken for a value.
    let key = bytes.get(..8).unwrap_or_default();
    let sealed = super::seal(5, key, bytes);
    assert_eq!(super::unseal(5, key, &sealed, "a value").ok(), Some(bytes));
    let _ = super::unseal(5, key, bytes, "a value");
}
