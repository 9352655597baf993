//! The tables of a book, of either layout, without the checksums that they lie under.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| yearbook::tables::check(bytes));
