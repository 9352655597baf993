//! In place of [`lanes`](self) where there are no vector instructions to be asked for: leaves all to one number at a time.

use super::Direct;
use super::chunk::Chunk;

#[inline(always)]
pub(super) fn row_run(_: &Direct, _: usize, _: u32, _: &mut [i64]) -> Option<(usize, Option<u8>)> {
    None
}

#[inline(always)]
pub(super) fn column(_: &Chunk, _: &[u8], _: usize, _: u32, _: &mut [[i64; 8]]) -> usize {
    0
}
