//! Which places have a row, and which row it is.

mod bytes;
mod follow;

use super::super::Detour;
use crate::codec::bits::{Packed, byte_of, load, partition_point};
pub(crate) use follow::{Following, SPARE};

/// Places of a word of the map.
const WORD_PLACES: usize = 32;
/// 32 bits of the map, and how many rows come before them.
const WORD_BYTES: usize = 8;

/// In place of the row of a place that has none.
const NO_ROW: u16 = u16::MAX;

/// The places of a table's rows, rising.
#[derive(Clone, Debug)]
pub(super) struct RowSet {
    /// No row is of a place before it.
    first: u32,
    /// The row of each place from the first on, or [`NO_ROW`], if most of them have one and rows are few enough for it: found without counting the
    /// bits of a map, which takes three times the instructions. In memory alone.
    near: Box<[u16]>,
    /// How many places from the first on may have a row.
    span: u32,
    rows: u32,
    form: Form,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    /// One place after the other.
    Run,
    /// A bit for each place from the first on, 32 to a word, each with the number of rows before it: for a place one
    /// load finds its row. Two bits a place. The bit of its first word: the byte of a bit is seen not to be at the end of memory.
    Map { start: u64 },
    /// The places in order, for a few rows among many places.
    List { places: Packed },
}

impl RowSet {
    pub(super) fn len(&self) -> usize {
        as_usize(self.rows)
    }

    /// The row of the place that is so many after the first, where most places have one.
    #[inline(always)]
    pub(super) fn find_shortly(&self, after: u64) -> Result<Option<usize>, Detour> {
        let at = usize::try_from(after).map_err(|_| Detour)?;
        if let Some(&row) = self.near.get(at) {
            return Ok((row != NO_ROW).then(|| row.into()));
        }
        match &self.form {
            Form::Run if at < as_usize(self.span) => Ok(Some(at)),
            _ => Err(Detour),
        }
    }

    /// The first place that may have a row.
    pub(super) fn first(&self) -> u32 {
        self.first
    }

    /// The row of a place.
    pub(super) fn find(&self, bytes: &[u8], place: u32) -> Option<usize> {
        let at = place.wrapping_sub(self.first);
        if at >= self.span {
            return None;
        }
        match &self.form {
            Form::Run => Some(as_usize(at)),
            Form::Map { start } => {
                let entry = map_entry(bytes, *start, as_usize(at) / WORD_PLACES);
                // The bits up to the place's own, which is the highest of them.
                let turn = u32::BITS - 1 - at % u32::BITS;
                let up_to = (entry & u64::from(u32::MAX)) << turn & u64::from(u32::MAX);
                if up_to >> (u32::BITS - 1) == 0 {
                    return None;
                }
                Some((entry >> 32) as usize + as_usize(up_to.count_ones()) - 1)
            }
            Form::List { places } => places.find(bytes, 0..places.len(), place.into()),
        }
    }

    /// The place of a row below [`len`](Self::len).
    pub(super) fn place(&self, bytes: &[u8], row: usize) -> u32 {
        match self.form {
            Form::Run => self.first.wrapping_add(as_u32(row)),
            Form::Map { start } => {
                let entry = |word: usize| map_entry(bytes, start, word);
                // The last word with no more rows before it than that.
                let not_after = |word: usize| (entry(word) >> 32) as usize <= row;
                let words = as_usize(self.span).div_ceil(WORD_PLACES);
                let word = partition_point(0..words, not_after).saturating_sub(1);
                let entry = entry(word);
                let mut bits = entry & u64::from(u32::MAX);
                for _ in (entry >> 32) as usize..row {
                    bits &= bits.wrapping_sub(1);
                }
                self.first
                    .wrapping_add(as_u32(word * WORD_PLACES))
                    .wrapping_add(bits.trailing_zeros())
            }
            Form::List { places } => places.get_u32(bytes, row),
        }
    }

    /// The first row of a place from `place` on.
    pub(super) fn lower_bound(&self, bytes: &[u8], place: u32) -> usize {
        partition_point(0..self.len(), |row| self.place(bytes, row) < place)
    }
}

/// A word of a map that begins at a bit.
#[inline(always)]
fn map_entry(bytes: &[u8], start: u64, word: usize) -> u64 {
    load(
        bytes,
        byte_of(start.wrapping_add(word as u64 * u64::from(u64::BITS))),
    )
}

#[inline]
pub(super) fn as_usize(number: u32) -> usize {
    number as usize
}

/// A row or a column: there are fewer than 2^32.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "rows and columns are counted in 32 bits"
)]
pub(super) fn as_u32(number: usize) -> u32 {
    number as u32
}

#[cfg(test)]
mod tests {
    use super::bytes::Stated;
    use super::*;
    use crate::codec::bits::{Cursor, TAIL_BYTES};
    use crate::error::Result;
    use proptest::prelude::*;

    fn write(places: &[u32]) -> (u8, Stated, Vec<u8>) {
        let (mut header, mut body) = (Vec::new(), Vec::new());
        RowSet::write(places, &mut header, &mut body);
        let mut cursor = Cursor::new(&header);
        let form = RowSet::read(&mut cursor).unwrap();
        assert_eq!(cursor.left(), 0);
        body.extend([0; TAIL_BYTES]);
        (header[0], form, body)
    }

    fn open(form: Stated, body: &[u8], end: u32) -> Result<RowSet> {
        let mut cursor = Cursor::new(&body[..body.len() - TAIL_BYTES]);
        let set = form.place_in(&mut cursor, body, end)?;
        assert_eq!(cursor.left(), 0);
        Ok(set)
    }

    fn places() -> impl Strategy<Value = Vec<u32>> {
        prop_oneof![
            (0u32..1000, 0u32..300).prop_map(|(first, rows)| (first..first + rows).collect()),
            (
                1u32..200,
                proptest::collection::btree_set(0u32..2000, 0..300)
            )
                .prop_map(|(step, set)| set.into_iter().map(|place| place * step).collect()),
            (
                0u32..1000,
                proptest::collection::vec(proptest::bool::weighted(0.7), 0..700)
            )
                .prop_map(|(first, rows)| {
                    let places = (first..).zip(rows);
                    places
                        .filter_map(|(place, row)| row.then_some(place))
                        .collect()
                }),
        ]
    }

    proptest! {
        #[test]
        fn rows_are_found(places in places(), chunk in 1usize..40) {
            let (_, form, body) = write(&places);
            let set = open(form, &body, 1 << 20).unwrap();
            prop_assert_eq!(set.len(), places.len());
            let agree = |place: u32| {
                let found = set.find(&body, place);
                let shortly = set.find_shortly(u64::from(place).wrapping_sub(set.first().into()));
                shortly.unwrap_or(found) == found
            };
            for (row, &place) in places.iter().enumerate() {
                prop_assert_eq!(set.find(&body, place), Some(row));
                prop_assert!(agree(place));
                prop_assert_eq!(set.place(&body, row), place);
                prop_assert_eq!(set.lower_bound(&body, place), row);
                for near in [place.wrapping_sub(1), place + 1] {
                    prop_assert_eq!(set.find(&body, near), places.binary_search(&near).ok());
                    prop_assert!(agree(near));
                }
            }
            for start in [0, places.len() / 3, places.len().saturating_sub(2)] {
                let mut run = vec![0; places.len() - start];
                let mut following = set.following(&body, start);
                // Asking for none moves nothing.
                set.follow(&body, &mut following, 0, &mut [0; SPARE], |place| place);
                for run in run.chunks_mut(chunk) {
                    let mut places = vec![0; run.len() + SPARE];
                    set.follow(&body, &mut following, run.len(), &mut places, |place| place);
                    run.copy_from_slice(&places[..run.len()]);
                }
                prop_assert_eq!(&run, &places[start..]);
            }
            for far in [0, u32::MAX, 1 << 31] {
                prop_assert_eq!(set.find(&body, far), places.binary_search(&far).ok());
                prop_assert!(agree(far));
            }
            if let Some(&last) = places.last() {
                prop_assert!(open(form, &body, last).is_err());
                prop_assert!(open(form, &body, last + 1).is_ok());
            }
        }
    }

    #[test]
    fn rows_that_lie_close_together_are_found_without_a_count() {
        let near = |step: usize| {
            let places: Vec<u32> = (7..700).step_by(step).chain(900..1000).collect();
            let (_, form, body) = write(&places);
            let set = open(form, &body, 1 << 20).unwrap();
            assert!(matches!(set.form, Form::Map { .. }));
            set.near.len()
        };
        assert_eq!((near(1), near(2), near(9)), (993, 0, 0));
        let places: Vec<u32> = (7..1000).filter(|place| place % 2 == 1).collect();
        let (_, form, body) = write(&places);
        let set = open(form, &body, 1000).unwrap();
        assert_eq!(set.near.len(), 993);
        // As many rows as it is made for, and one more.
        for (rows, near) in [(65_534, 65_535), (65_535, 0)] {
            let places: Vec<u32> = (0..rows).chain([rows + 1]).skip(1).collect();
            let (_, form, body) = write(&places);
            let set = open(form, &body, 1 << 20).unwrap();
            assert_eq!((set.len(), set.near.len()), (rows as usize, near));
            let last = set.find_shortly(u64::from(rows));
            assert_eq!(
                last.unwrap_or(set.find(&body, rows + 1)),
                Some(rows as usize - 1)
            );
        }
    }

    #[test]
    fn the_form_follows_the_places() {
        assert_eq!(write(&[]).0, RowSet::RUN);
        assert_eq!(write(&[7]).0, RowSet::RUN);
        assert_eq!(write(&(0..3000).collect::<Vec<_>>()).0, RowSet::RUN);
        assert_eq!(
            write(&(0..3000).step_by(2).collect::<Vec<_>>()).0,
            RowSet::MAP
        );
        let (form, _, body) = write(&(0..665_000).step_by(2830).collect::<Vec<_>>());
        // 235 places among 665 000 are some hundred bytes.
        assert_eq!((form, body.len() < 700), (RowSet::LIST, true));
    }
}
