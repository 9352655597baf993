//! yearbook
#![forbid(unsafe_code)]

pub mod error;
pub mod model;
pub mod notation;
mod codec;

pub use error::{Error, ErrorKind, Result};
pub use rust_decimal::Decimal;
