//! The bytes of rows: how they are written, and what is checked when they are opened.

use super::{Form, NO_ROW, RowSet, WORD_BYTES, WORD_PLACES, as_usize, map_entry};
use crate::codec::bits::{Cursor, Packed, bit_of, bits_for, pack, push_number};
use crate::codec::corrupt;
use crate::codec::sections::u32_at;
use crate::error::Result;

impl RowSet {
    pub(super) const RUN: u8 = 0;
    pub(super) const MAP: u8 = 1;
    pub(super) const LIST: u8 = 2;

    /// Writes the form of the places into `header`, and what they need into `body`.
    pub(in super::super) fn write(places: &[u32], header: &mut Vec<u8>, body: &mut Vec<u8>) {
        let (first, last) = match places {
            [] => (0, 0),
            [first, .., last] => (*first, *last),
            [only] => (*only, *only),
        };
        let span = as_usize(last - first) + usize::from(!places.is_empty());
        let width = bits_for(last.into());
        let words = span.div_ceil(WORD_PLACES);
        let list_bytes = (places.len() * as_usize(width)).div_ceil(8);
        // A map is found in one load where a list is searched, so it may take twice the bytes.
        let form = if span == places.len() {
            Self::RUN
        } else if words * WORD_BYTES <= list_bytes * 2 {
            Self::MAP
        } else {
            Self::LIST
        };
        header.push(form);
        push_number(header, places.len() as u64);
        match form {
            Self::RUN => push_number(header, first.into()),
            Self::MAP => {
                push_number(header, first.into());
                push_number(header, words as u64);
                let mut map = vec![0u32; words];
                for place in places {
                    let at = as_usize(place - first);
                    map[at / WORD_PLACES] |= 1 << (at % WORD_PLACES);
                }
                let mut before = 0u32;
                for word in map {
                    body.extend(word.to_le_bytes());
                    body.extend(before.to_le_bytes());
                    before += word.count_ones();
                }
            }
            _ => {
                push_number(header, width.into());
                body.extend(pack(places.iter().map(|&place| place.into()), width));
            }
        }
    }

    /// Reads what `write` put into the header; [`place_in`](Stated::place_in) finds the rest.
    pub(in super::super) fn read(header: &mut Cursor<'_>) -> Result<Stated> {
        let form = header.byte()?;
        let rows = header.number_u32()?;
        let (first, size) = match form {
            Self::RUN => (header.number_u32()?, 0),
            Self::MAP => (header.number_u32()?, header.number_u32()?),
            Self::LIST => (0, header.number_u32()?),
            _ => return Err(corrupt("the rows are in no known form")),
        };
        Ok(Stated {
            form,
            rows,
            first,
            size,
        })
    }
}

/// The rows, as the header states them.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Stated {
    form: u8,
    pub(in super::super) rows: u32,
    first: u32,
    size: u32,
}

impl Stated {
    /// Finds the rows in the body, and checks that they are places in order.
    pub(in super::super) fn place_in(
        self,
        body: &mut Cursor<'_>,
        bytes: &[u8],
        places_end: u32,
    ) -> Result<RowSet> {
        let fault = || corrupt("the rows are not places in order");
        let rows = as_usize(self.rows);
        let (span, form) = match self.form {
            RowSet::RUN => (self.rows, Form::Run),
            RowSet::MAP => {
                let words = as_usize(self.size);
                let bits = u64::from(self.size) * (8 * WORD_BYTES as u64);
                let start = body.take_bits(bits)?;
                let mut before = 0u32;
                let mut span = 0;
                for word in 0..words {
                    let at = start + word * WORD_BYTES;
                    let (Some(map), Some(stated)) = (u32_at(bytes, at), u32_at(bytes, at + 4))
                    else {
                        return Err(fault());
                    };
                    if stated != before {
                        return Err(fault());
                    }
                    if map != 0 {
                        span = word * WORD_PLACES + as_usize(map.ilog2()) + 1;
                    }
                    before = before.checked_add(map.count_ones()).ok_or_else(fault)?;
                }
                if before != self.rows {
                    return Err(fault());
                }
                let start = bit_of(start).ok_or_else(fault)?;
                (
                    u32::try_from(span).map_err(|_| fault())?,
                    Form::Map { start },
                )
            }
            _ => {
                if self.size > u32::BITS {
                    return Err(fault());
                }
                let places = Packed::take(body, rows, self.size)?;
                let mut end = 0;
                for row in 0..rows {
                    let place = places.get_u32(bytes, row);
                    if place < end || place >= places_end {
                        return Err(fault());
                    }
                    end = place + 1;
                }
                (end, Form::List { places })
            }
        };
        let end = self.first.checked_add(span).ok_or_else(fault)?;
        if end > places_end {
            return Err(fault());
        }
        let near = match form {
            // Four bytes a row at the most.
            Form::Map { start } if self.rows >= span / 2 && self.rows < NO_ROW.into() => {
                near(bytes, start, span)
            }
            _ => Box::default(),
        };
        Ok(RowSet {
            first: self.first,
            near,
            span,
            rows: self.rows,
            form,
        })
    }
}

/// The rows of the places of a map.
fn near(bytes: &[u8], start: u64, span: u32) -> Box<[u16]> {
    let mut rows = 0;
    let row = |place: usize| {
        let word = map_entry(bytes, start, place / WORD_PLACES);
        if word >> (place % WORD_PLACES) & 1 == 0 {
            return NO_ROW;
        }
        rows += 1;
        rows - 1
    };
    (0..as_usize(span)).map(row).collect()
}
