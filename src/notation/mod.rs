//! notation
pub(crate) mod numeral;
