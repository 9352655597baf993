//! The places of rows that follow each other.

use super::{Form, RowSet, as_u32, as_usize, map_entry};

/// Eight places of a map of which some have rows.
struct EightPlaces {
    /// Those that have, and then 8.
    places: [u16; 8],
    /// How many have.
    count: u16,
}

/// By the bits of the places.
static EIGHT_PLACES: [EightPlaces; 256] = {
    let mut eights = [const {
        EightPlaces {
            places: [8; 8],
            count: 0,
        }
    }; 256];
    let mut bits = 0;
    while bits < eights.len() {
        let eight = &mut eights[bits];
        let mut place = 0;
        while place < 8 {
            if bits >> place & 1 == 1 {
                eight.places[eight.count as usize] = place;
                eight.count += 1;
            }
            place += 1;
        }
        bits += 1;
    }
    eights
};

/// Places that are written past those that are asked for, as they are read eight at a time.
pub(crate) const SPARE: usize = 8;

/// Where the places of rows that follow each other are read on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Following {
    row: usize,
    /// How far after the first place of a map the next one is to be looked for.
    after: u32,
}

impl RowSet {
    /// The places from that of a row on.
    pub(in super::super) fn following(&self, bytes: &[u8], row: usize) -> Following {
        let after = match self.form {
            Form::Map { .. } => self.place(bytes, row).wrapping_sub(self.first),
            Form::Run | Form::List { .. } => 0,
        };
        Following { row, after }
    }

    /// The next `count` places, which are all there, as what `of` makes of each; `places` has room for them and [`SPARE`] more, which may be written to.
    #[inline]
    pub(in super::super) fn follow<T>(
        &self,
        bytes: &[u8],
        following: &mut Following,
        count: usize,
        places: &mut [T],
        of: impl Fn(u32) -> T,
    ) {
        let first = self.first;
        let row = following.row;
        following.row += count;
        match self.form {
            Form::Run => {
                for (place, row) in places.iter_mut().take(count).zip(row..) {
                    *place = of(first.wrapping_add(as_u32(row)));
                }
            }
            Form::Map { start } => {
                let (mut eighth, mut skipped) = (following.after / 8, following.after % 8);
                let (mut read, mut last) = (0, &EIGHT_PLACES[0]);
                while read < count && eighth < self.span.div_ceil(8) {
                    // Eight places of the map at once, whether they have rows or not.
                    let word = map_entry(bytes, start, as_usize(eighth / 4));
                    let bits = word >> (eighth % 4 * 8) & (0xff << skipped & 0xff);
                    last = &EIGHT_PLACES[bits as usize & 0xff];
                    let at = first.wrapping_add(eighth.wrapping_mul(8));
                    let room = places.get_mut(read..).unwrap_or_default();
                    if let Some(places) = room.first_chunk_mut::<SPARE>() {
                        for (place, after) in places.iter_mut().zip(last.places) {
                            *place = of(at.wrapping_add(after.into()));
                        }
                    }
                    read += usize::from(last.count);
                    (eighth, skipped) = (eighth + 1, 0);
                }
                following.after = eighth.wrapping_mul(8).wrapping_add(skipped);
                if read > count {
                    // The last eight had more than was asked for, which comes next.
                    let asked = usize::from(last.count) - (read - count);
                    let left = 8 - u32::from(last.places[asked % SPARE]);
                    following.after = following.after.wrapping_sub(left);
                }
            }
            Form::List { places: listed } => {
                for (place, row) in places.iter_mut().take(count).zip(row..) {
                    *place = of(listed.get_u32(bytes, row));
                }
            }
        }
    }
}
