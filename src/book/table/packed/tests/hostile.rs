//! Bytes that no encoder wrote.

use proptest::prelude::*;

use super::super::{CELLS_A_BYTE, decode, encode, list};
use super::{LIMITS, SMALL, check, columns, sheet, small, small_columns, wandering};
use crate::book::table::direct::Limits;
use crate::codec::bits::BitWriter;
use crate::error::ErrorKind;

fn decode_damaged(bytes: &[u8], limits: &Limits) -> bool {
    match decode(bytes, limits) {
        Ok(sheet) => {
            check(&sheet, limits);
            true
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Corrupt);
            false
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_a_sheet_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        decode_damaged(&bytes, &LIMITS);
        // Behind a true beginning: 43 columns of one granularity.
        let mut writer = BitWriter::default();
        writer.push_any(43);
        list::write(&mut writer, &[3; 43]);
        for byte in bytes {
            writer.push(byte.into(), 8);
        }
        decode_damaged(&writer.finish(), &LIMITS);
    }

    #[test]
    fn a_damaged_sheet_is_a_sheet_or_refused(sheet in prop_oneof![sheet(), wandering()], at in any::<prop::sample::Index>(), byte in any::<u8>(), bit in 0u8..8, cut in any::<prop::sample::Index>()) {
        let bytes = encode(&sheet, &columns()).unwrap();
        let cut = &bytes[..cut.index(bytes.len())];
        prop_assert!(!decode_damaged(cut, &LIMITS));
        let at = at.index(bytes.len());
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << bit;
        decode_damaged(&damaged, &LIMITS);
        damaged[at] = byte;
        decode_damaged(&damaged, &LIMITS);
        let longer = [&bytes[..], &[0]].concat();
        prop_assert!(!decode_damaged(&longer, &LIMITS));
    }
}

#[test]
fn every_flip_and_every_cut_of_a_small_sheet_is_met() {
    let bytes = encode(&small(), &small_columns()).unwrap();
    for at in 0..bytes.len() {
        assert!(!decode_damaged(&bytes[..at], &SMALL));
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            decode_damaged(&damaged, &SMALL);
        }
    }
}

fn refusal(bytes: &[u8], limits: &Limits) -> String {
    let error = decode(bytes, limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    error.to_string()
}

/// The beginning of a table of one month.
fn one_month() -> BitWriter {
    let mut writer = BitWriter::default();
    writer.push_any(1);
    list::write(&mut writer, &[3]);
    writer
}

#[test]
fn refusals_say_what_is_wrong() {
    let bytes = encode(&small(), &small_columns()).unwrap();
    let with = |places, columns, sources| {
        refusal(
            &bytes,
            &Limits {
                places,
                columns,
                sources,
            },
        )
    };
    assert_eq!(
        with(6, 4, 2),
        "a packed table has 3 columns, but its heading 4"
    );
    assert_eq!(with(5, 3, 2), "it has one of 5 places that is not there");
    assert_eq!(with(1, 3, 2), "2 rows are more than 1");
    assert_eq!(with(6, 3, 1), "it has one of 1 sources that is not there");
    assert_eq!(
        refusal(&[&bytes[..], &[0]].concat(), &SMALL),
        "a packed table does not end where it should"
    );
    assert_eq!(
        refusal(&[], &SMALL),
        "a packed table has 0 columns, but its heading 3"
    );

    let mut writer = BitWriter::default();
    writer.push_any(1);
    list::write(&mut writer, &[7]);
    let one = Limits {
        places: 9,
        columns: 1,
        sources: 1,
    };
    assert_eq!(
        refusal(&writer.finish(), &one),
        "a column has a granularity that is not known"
    );
}

#[test]
fn no_memory_is_taken_for_cells_that_no_byte_stands_for() {
    let limits = Limits {
        places: u32::MAX,
        columns: 1,
        sources: 1,
    };
    let mut writer = one_month();
    writer.push_any(1 << 40);
    let bytes = writer.finish();
    let most = bytes.len() * CELLS_A_BYTE;
    assert_eq!(
        refusal(&bytes, &limits),
        format!("1099511627776 cells are more than {most}")
    );
    let mut writer = one_month();
    writer.push_any(100);
    writer.push_any(101);
    assert_eq!(
        refusal(&writer.finish(), &limits),
        "101 rows are more than 100"
    );
}
