// The README's quickstart keeps a ledger; without one, the guide is on docs.rs.
#![cfg_attr(feature = "ledger", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "ledger"),
    doc = "An embedded key-value library for regional indicators; the guide is the README."
)]
#![cfg_attr(not(feature = "prefetch"), forbid(unsafe_code))]
#![deny(unsafe_code)]

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

#[cfg(fuzzing)]
#[doc(hidden)]
pub use book::fuzzing as tables;
pub use book::{
    BookBuilder, BookSorter, BookWriter, Cell, Layout, Manner, Merged, NewCell, Opening, Table,
    TableBuilder, TableWriter, Unpacked, Value, Yearbook,
};
pub use catalogue::{
    Catalogue, CatalogueBuilder, ConsortiumHandle, IndicatorHandle, PlaceHandle, SourceHandle,
};
#[cfg(all(fuzzing, feature = "ledger"))]
#[doc(hidden)]
pub use codec::block::fuzzing as ledger_block;
pub use error::{Error, ErrorKind, Result};
#[cfg(feature = "ledger")]
pub use ledger::Ledger;
pub use model::Key;
pub use query::Ask;
pub use rust_decimal::Decimal;
