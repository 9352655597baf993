//! Asking the memory for bytes ahead of their reading, so that the waits for many of them overlap.
//!
//! Without the feature `prefetch` it is a read whose result nobody uses: right on every machine, but a processor holds only so
//! many reads at a time. With it, on x86-64, it is an instruction that nothing waits for. This is the one file with `unsafe`.

#![cfg_attr(
    all(feature = "prefetch", target_arch = "x86_64"),
    expect(unsafe_code, reason = "the instruction takes a pointer")
)]

/// What was asked for: the bytes that were read for it, put together, if it takes a read.
#[derive(Debug, Default)]
pub(crate) struct Fetched(u8);

/// Asks for the cache line of a byte; for nothing if the byte is not there. No answer depends on it.
#[cfg(all(feature = "prefetch", target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn fetch(bytes: &[u8], at: usize, _: &mut Fetched) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

    if let Some(byte) = bytes.get(at) {
        // SAFETY: the instruction is a hint that reads and writes nothing a program sees and faults on no address; this one is of
        // a byte of a slice besides. Every x86-64 processor has it (SSE).
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(byte).cast()) }
    }
}

/// Asks for the cache line of a byte; for nothing if the byte is not there. No answer depends on it.
#[cfg(not(all(feature = "prefetch", target_arch = "x86_64")))]
#[inline(always)]
pub(crate) fn fetch(bytes: &[u8], at: usize, fetched: &mut Fetched) {
    if let Some(byte) = bytes.get(at) {
        fetched.0 ^= byte;
    }
}

/// So that a read whose result nobody uses is not left out.
impl Drop for Fetched {
    #[inline(always)]
    fn drop(&mut self) {
        std::hint::black_box(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::{Fetched, fetch};

    #[test]
    fn asks_for_any_byte_and_none() {
        let bytes = [1, 2, 3];
        let mut fetched = Fetched::default();
        for at in [0, 2, 3, 4, usize::MAX] {
            fetch(&bytes, at, &mut fetched);
            fetch(&[], at, &mut fetched);
        }
        assert_eq!(bytes, [1, 2, 3]);
    }
}
