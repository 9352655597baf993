#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod book;
pub mod catalogue;
mod codec;
pub mod error;
pub mod exchange;
#[cfg(feature = "ledger")]
pub mod ledger;
pub mod model;
pub mod notation;
pub mod query;
pub mod rules;

pub use book::{BookBuilder, Cell, NewCell, Table, TableBuilder, Yearbook};
pub use catalogue::{
    Catalogue, CatalogueBuilder, ConsortiumHandle, IndicatorHandle, PlaceHandle, SourceHandle,
};
pub use error::{Error, ErrorKind, Result};
#[cfg(feature = "ledger")]
pub use ledger::Ledger;
pub use model::Key;
pub use query::Ask;
pub use rust_decimal::Decimal;
