//! Tests of the ledger from inside.
