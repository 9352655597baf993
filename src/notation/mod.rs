//! notation
pub(crate) mod numeral;
pub mod period;

pub use period::{parse_period, parse_period_at, period_to_chinese};
