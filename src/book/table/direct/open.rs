//! Opening a table: what its header says, where its parts lie, and whether they hold together.

use bytes::Bytes;

use super::chunks::Chunks;
use super::dense::Dense;
use super::list::List;
use super::marks::{self, Marks, index_bits};
use super::rows::{RowSet, as_usize};
use super::said::Kind;
use super::{Block, DENSE, Direct, LIST, Limits};
use crate::codec::bits::{Cursor, Packed, TAIL_BYTES};
use crate::codec::corrupt;
use crate::error::Result;

impl Direct {
    /// Checks lengths, orders and references, so that later reads can only meet a cell that holds no figure.
    pub(crate) fn open(bytes: Bytes, limits: &Limits) -> Result<Self> {
        let Some(end) = bytes.len().checked_sub(TAIL_BYTES) else {
            return Err(corrupt("it ends too early"));
        };
        if bytes[end..].iter().any(|&byte| byte != 0) {
            return Err(corrupt("it does not end in zeros"));
        }
        let mut cursor = Cursor::new(&bytes[..end]);
        let stated = RowSet::read(&mut cursor)?;
        let start = cursor.at();
        let attributes = marks::read_attributes(&mut cursor, limits.sources)?;
        let attributes_at = start..cursor.at();
        let cells = cursor.count()?;
        let mut marks = Marks::read(&mut cursor, attributes.len())?;
        let mut blocks = Vec::new();
        let mut columns = 0u64;
        for _ in 0..cursor.count()? {
            let own = cursor.number_u32()?;
            if own == 0 {
                return Err(corrupt("a block has no columns"));
            }
            columns += u64::from(own);
            blocks.push(match cursor.byte()? {
                DENSE => Block::Dense(Dense::read(&mut cursor, own)?),
                LIST => Block::List(List::read(&mut cursor, own)?.into()),
                _ => return Err(corrupt("a block has no known form")),
            });
        }
        if columns != u64::from(limits.columns) {
            return Err(corrupt(format!(
                "the blocks have {columns} columns, and the table {}",
                limits.columns
            )));
        }
        let rows = stated.place_in(&mut cursor, &bytes, limits.places)?;
        let most = rows.len().saturating_mul(as_usize(limits.columns));
        if cells > most {
            return Err(corrupt(format!(
                "it states {cells} cells, and its rows and columns have room for {most}"
            )));
        }
        let places = if blocks.len() > 1 {
            let of = Packed::take(
                &mut cursor,
                as_usize(limits.columns),
                index_bits(blocks.len()),
            )?;
            column_places(&bytes, &of, &blocks)?
        } else {
            Vec::new()
        };
        marks.place_in(&mut cursor, &bytes, rows.len(), as_usize(limits.columns))?;
        for block in &mut blocks {
            match block {
                Block::Dense(dense) => dense.place_in(&mut cursor, &bytes, rows.len())?,
                Block::List(list) => list.place_in(&mut cursor, &bytes, rows.len())?,
            }
        }
        if cursor.left() > 0 {
            return Err(corrupt(format!(
                "it has {} bytes after its end",
                cursor.left()
            )));
        }
        Ok(Self {
            rows,
            cells,
            columns: limits.columns,
            chunks: Chunks::of(&blocks, &places),
            blocks: blocks.into(),
            places: places.into(),
            kinds: attributes.into_iter().map(Kind::of).collect(),
            attributes_at,
            marks,
            bytes,
        })
    }
}

/// The block of each column, and which column it is there.
fn column_places(bytes: &[u8], of: &Packed, blocks: &[Block]) -> Result<Vec<(u32, u32)>> {
    let fault = || corrupt("the columns are in no block");
    let mut next = vec![0u32; blocks.len()];
    let mut places = Vec::with_capacity(of.len());
    for column in 0..of.len() {
        let block = of.get_u32(bytes, column);
        let own = next.get_mut(as_usize(block)).ok_or_else(fault)?;
        places.push((block, *own));
        *own += 1;
    }
    for (block, next) in blocks.iter().zip(next) {
        if block.columns() != next {
            return Err(fault());
        }
    }
    Ok(places)
}
