//! A book on a memory map: nothing is read but the pages that are asked for. `cargo run --release --example map [FILE]`
//!
//! The caller owns the map and answers for it: the file must not be changed while it is mapped, which is why making a map is
//! `unsafe`. yearbook replaces files whole when it saves, so a mapped one stays as it was.

use std::fs::File;
use std::path::PathBuf;
use std::time::Instant;

use bytes::Bytes;
use memmap2::Mmap;
use yearbook::Yearbook;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/v1.yearbook");
    let path = std::env::args_os()
        .nth(1)
        .map_or_else(|| golden.into(), PathBuf::from);
    let file = File::open(&path)?;
    // SAFETY: the file is replaced as a whole when it is saved again, and nobody writes into this one.
    let map = unsafe { Mmap::map(&file) }?;
    let bytes = Bytes::from_owner(map);

    let start = Instant::now();
    let book = Yearbook::from_bytes(bytes)?;
    println!(
        "{} bytes opened in {:?}",
        book.to_bytes().len(),
        start.elapsed()
    );
    if let Some(table) = book.tables().next().transpose()? {
        let start = Instant::now();
        let figures = table.cells().values().count();
        println!(
            "{}: {figures} numbers in {:?}",
            table.heading(),
            start.elapsed()
        );
    }
    Ok(())
}
