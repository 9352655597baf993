//! yearbook
#![forbid(unsafe_code)]

pub mod catalogue;
mod codec;
pub mod error;
pub mod model;
pub mod notation;

pub use error::{Error, ErrorKind, Result};
pub use rust_decimal::Decimal;
