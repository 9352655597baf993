//! Blocks and keys of the ledger.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| yearbook::ledger_block::check(bytes));
