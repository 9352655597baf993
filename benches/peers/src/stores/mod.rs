//! The stores: yearbook and its peers.

mod dense;
mod hash;
mod rows;
mod sorted;
mod tree;
mod yearbook;

use crate::store::Peer;
use crate::workload::{Failure, Workload};

/// All stores, yearbook first and then the one that the others are compared with.
pub fn all(workload: &Workload) -> Result<Vec<Box<dyn Peer>>, Failure> {
    Ok(vec![
        Box::new(yearbook::Direct::new(workload)?),
        Box::new(hash::Hash),
        Box::new(rows::Rows),
        Box::new(dense::Dense),
        Box::new(tree::Tree),
        Box::new(sorted::Sorted),
    ])
}
