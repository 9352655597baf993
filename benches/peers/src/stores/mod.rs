//! The stores: yearbook and its peers.

mod dense;
#[cfg(feature = "engines")]
mod engines;
#[cfg(feature = "files")]
mod files;
mod hash;
mod rows;
mod sorted;
mod tree;
mod yearbook;

use crate::store::Peer;
use crate::workload::{Failure, Workload};

/// All stores that this program was built with, yearbook first.
pub fn all(workload: &Workload) -> Result<Vec<Box<dyn Peer>>, Failure> {
    let mut peers: Vec<Box<dyn Peer>> = vec![
        Box::new(yearbook::Direct::new(workload)?),
        Box::new(hash::Hash),
        Box::new(rows::Rows),
        Box::new(dense::Dense),
        Box::new(tree::Tree),
        Box::new(sorted::Sorted),
    ];
    add_files(&mut peers);
    add_engines(&mut peers);
    Ok(peers)
}

#[cfg(feature = "files")]
fn add_files(peers: &mut Vec<Box<dyn Peer>>) {
    use files::{Coding, Form, Parquet, Serial};
    for (form, level) in [(Form::Bincode, 3), (Form::Postcard, 3), (Form::Bitcode, 19)] {
        for zstd in [None, Some(level)] {
            peers.push(Box::new(Serial { form, zstd }));
        }
    }
    for coding in [Coding::Delta, Coding::Dictionary] {
        for zstd in [3, 19] {
            peers.push(Box::new(Parquet { coding, zstd }));
        }
    }
}

#[cfg(not(feature = "files"))]
fn add_files(_: &mut Vec<Box<dyn Peer>>) {}

#[cfg(feature = "engines")]
fn add_engines(peers: &mut Vec<Box<dyn Peer>>) {
    peers.push(Box::new(engines::Redb));
    peers.push(Box::new(engines::Lmdb));
    peers.push(Box::new(engines::Fjall));
    peers.push(Box::new(engines::Sqlite));
}

#[cfg(not(feature = "engines"))]
fn add_engines(_: &mut Vec<Box<dyn Peer>>) {}
