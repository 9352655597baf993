//! Serialised files: nothing can be asked before all is decoded.

mod parquet;
mod serial;

pub use parquet::{Coding, Parquet};
pub use serial::{Form, Serial};
