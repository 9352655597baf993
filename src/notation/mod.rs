//! How people write figures and periods: in Chinese, in tables, and in the plain forms of other systems.
//!
//! [`parse`] and [`parse_cell`] read [figures](mod@figure), [`parse_period`] and [`parse_period_at`] read
//! [periods](period); both print back what they read.

pub mod figure;
pub(crate) mod numeral;
pub mod period;

pub use figure::{Reading, Said, figure_to_chinese, parse, parse_cell};
pub use period::{parse_period, parse_period_at, period_to_chinese};
