//! Laying a sheet out.

mod block;
mod cells;
mod kinds;
mod marks;
mod pack;
mod plan;

use bytes::Bytes;

use super::marks::{index_bits, write_attributes};
use super::rows::{RowSet, as_usize};
use crate::book::table::sheet::Sheet;
use crate::codec::bits::{TAIL_BYTES, pack, push_number};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Granularity, Period};
use kinds::Kinds;
use marks::write_marks;
use plan::plan;

/// Columns of a chunk, as a power of two: short ones make columns fast, long ones make rows fast.
pub(super) const CHUNK_LOG: u32 = 5;

/// The bytes of a table: two parts, one after the other.
#[derive(Debug, Default)]
pub(crate) struct TableBytes {
    pub(crate) header: Vec<u8>,
    pub(crate) body: Vec<u8>,
    /// The checksum of each part.
    pub(crate) crcs: [u32; 2],
}

impl TableBytes {
    /// The parts, each with its checksum.
    pub(crate) fn parts(&self) -> [(&[u8], u32); 2] {
        let [header_crc, body_crc] = self.crcs;
        [(&self.header, header_crc), (&self.body, body_crc)]
    }

    /// The same to keep, without room to spare.
    pub(crate) fn into_parts(self) -> [(Bytes, u32); 2] {
        let [header_crc, body_crc] = self.crcs;
        let kept = |part: Vec<u8>| Bytes::from(part.into_boxed_slice());
        [(kept(self.header), header_crc), (kept(self.body), body_crc)]
    }

    pub(crate) fn len(&self) -> usize {
        self.header.len() + self.body.len()
    }

    /// The checksum of both.
    pub(crate) fn crc(&self) -> u32 {
        let mut both = crc32fast::Hasher::new();
        for (part, crc) in self.parts() {
            let own = crc32fast::Hasher::new_with_initial_len(crc, part.len() as u64);
            both.combine(&own);
        }
        both.finalize()
    }
}

/// The bytes of a table in one piece.
#[cfg(any(test, fuzzing))]
pub(crate) fn write(sheet: &Sheet, periods: &[Period]) -> Result<Vec<u8>> {
    let mut bytes = TableBytes::default();
    write_into(sheet, periods, &mut bytes)?;
    Ok(bytes.parts().map(|(part, _)| part).concat())
}

/// Writes a table, in the memory of another. Equal content gives equal bytes, in whichever order the sheet lists the attributes.
pub(crate) fn write_into(sheet: &Sheet, periods: &[Period], bytes: &mut TableBytes) -> Result<()> {
    if u32::try_from(periods.len()).is_err() {
        return Err(Error::new(
            ErrorKind::Overflow,
            "a table has more than 2^32 columns",
        ));
    }
    let groups = groups(periods);
    let mut blocks = Vec::new();
    for group in &groups {
        blocks.extend(plan(sheet, group, periods.len(), groups.len() == 1));
    }
    let TableBytes { header, body, crcs } = bytes;
    header.clear();
    body.clear();
    body.reserve(sheet.cells.len() * 2);
    RowSet::write(&sheet.places, header, body);
    let kinds = Kinds::of(sheet, periods.len());
    write_attributes(&kinds.listed, header);
    push_number(header, sheet.cells.len() as u64);
    if blocks.len() > 1 {
        let mut of = vec![0u64; periods.len()];
        for (number, block) in (0u64..).zip(&blocks) {
            for &column in &block.columns {
                of[as_usize(column)] = number;
            }
        }
        body.extend(pack(of, index_bits(blocks.len())));
    }
    write_marks(sheet, &kinds, periods.len(), header, body);
    push_number(header, blocks.len() as u64);
    for block in &blocks {
        push_number(header, block.columns.len() as u64);
        block.write(header, body);
    }
    body.extend([0; TAIL_BYTES]);
    *crcs = [crc32fast::hash(header), crc32fast::hash(body)];
    Ok(())
}

/// The columns of each granularity, in order.
fn groups(periods: &[Period]) -> Vec<Vec<u32>> {
    let all = Granularity::REGULAR.into_iter().chain([Granularity::Span]);
    let of = |granularity| -> Vec<u32> {
        let columns = (0u32..).zip(periods);
        columns
            .filter(|(_, period)| period.granularity() == granularity)
            .map(|(column, _)| column)
            .collect()
    };
    let groups = all.map(of);
    groups.filter(|group| !group.is_empty()).collect()
}
