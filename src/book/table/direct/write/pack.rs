//! Packing slots: eight of some bits each are as many whole bytes.

use crate::codec::bits::{BitWriter, WIDTH_MAX, mask};

/// Slots that are packed together.
const EIGHT: usize = 8;

/// Writes the slots of a chunk of columns, row by row.
pub(super) struct Slots<'a> {
    /// Where they come to lie, but for those that are there.
    room: &'a mut [u8],
    /// The slots of rows whose columns make no whole bytes.
    bits: Option<BitWriter>,
}

impl<'a> Slots<'a> {
    /// For rows of so many columns, which fill the room.
    pub(super) fn new(columns: usize, room: &'a mut [u8]) -> Self {
        let bits = (!columns.is_multiple_of(EIGHT)).then(|| BitWriter::with_capacity(room.len()));
        Self { room, bits }
    }

    /// Adds the slots of a row, whose numbers have no more than `width` bits.
    pub(super) fn push_row(&mut self, numbers: &[u64], width: u32) {
        debug_assert!(numbers.iter().all(|&number| number <= mask(width)));
        if let Some(bits) = &mut self.bits {
            bits.push_all(numbers, width);
            return;
        }
        let (eights, _) = numbers.as_chunks();
        let room = std::mem::take(&mut self.room);
        let (own, rest) = room.split_at_mut(eights.len() * width as usize);
        push_eights(own, eights, width);
        self.room = rest;
    }

    /// Adds a word of 64 bits.
    pub(super) fn push_word(&mut self, word: u64) {
        if let Some(bits) = &mut self.bits {
            bits.push(word, u64::BITS);
            return;
        }
        let room = std::mem::take(&mut self.room);
        let (own, rest) = room.split_at_mut(size_of::<u64>());
        own.copy_from_slice(&word.to_le_bytes());
        self.room = rest;
    }

    /// Puts what makes no whole bytes where it belongs.
    pub(super) fn finish(self) {
        if let Some(bits) = self.bits {
            self.room.copy_from_slice(&bits.finish());
        }
    }
}

/// Calls the packing of one width, which is made for it: where each number comes to lie is known beforehand.
macro_rules! by_width {
    ($width:expr, $room:expr, $eights:expr; $($known:literal)*) => {
        match $width {
            $($known => pack::<$known>($room, $eights),)*
            _ => {}
        }
    };
}

/// Fills the room with numbers of one width.
fn push_eights(room: &mut [u8], eights: &[[u64; EIGHT]], width: u32) {
    const { assert!(WIDTH_MAX == 57) };
    by_width!(width, room, eights;
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29
        30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57
    );
}

fn pack<const WIDTH: usize>(room: &mut [u8], eights: &[[u64; EIGHT]]) {
    let (rooms, _) = room.as_chunks_mut::<WIDTH>();
    for (room, eight) in rooms.iter_mut().zip(eights) {
        let mut words = [0u64; EIGHT];
        for (index, &number) in eight.iter().enumerate() {
            let (word, bit) = (index * WIDTH / 64, index * WIDTH % 64);
            words[word] |= number << bit;
            if bit + WIDTH > 64 {
                words[word + 1] |= number >> (64 - bit);
            }
        }
        let words = words.map(u64::to_le_bytes);
        room.copy_from_slice(&words.as_flattened()[..WIDTH]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn slots_lie_as_if_pushed_one_by_one(
            columns in 0usize..41,
            rows in proptest::collection::vec((0..=WIDTH_MAX, proptest::collection::vec(any::<u64>(), 41)), 0..6),
            word in any::<u64>(),
        ) {
            let mut one_by_one = BitWriter::default();
            let rows: Vec<(u32, Vec<u64>)> = rows
                .into_iter()
                .map(|(width, numbers)| {
                    let numbers = numbers[..columns].iter().map(|number| number & mask(width));
                    (width, numbers.collect())
                })
                .collect();
            for (width, numbers) in &rows {
                numbers.iter().for_each(|&number| one_by_one.push(number, *width));
                one_by_one.push(word, u64::BITS);
            }
            let one_by_one = one_by_one.finish();
            let mut bytes = vec![0xa5; one_by_one.len()];
            let mut slots = Slots::new(columns, &mut bytes);
            for (width, numbers) in &rows {
                slots.push_row(numbers, *width);
                slots.push_word(word);
            }
            slots.finish();
            prop_assert_eq!(bytes, one_by_one);
        }
    }
}
