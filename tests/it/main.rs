//! The public behaviour of yearbook, as a program that embeds it sees it.

mod bad_input;
mod book;
mod common;
#[cfg(feature = "csv")]
mod contradictions;
mod corruption;
#[cfg(feature = "csv")]
mod csv;
mod direct;
mod format;
#[cfg(feature = "csv")]
mod import;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "ledger")]
mod ledger;
mod memory;
#[cfg(feature = "csv")]
mod questions;
mod questions_true;
#[cfg(feature = "csv")]
mod reports;
mod shipping;
mod sorter;
mod writer;
