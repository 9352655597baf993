//! Blocks and seals: round trips, damage, hostile bytes.

use super::read::unzigzag;
use super::seal::checksum;
use super::write::zigzag;
use super::*;
use crate::ErrorKind;
use crate::model::Figure;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use std::collections::BTreeMap;

const UNITS: [Unit; 2] = [Unit::PERCENT, Unit::PERSON];

fn unit_number(unit: Unit) -> u32 {
    u32::from(unit == Unit::PERSON)
}

fn stored() -> impl Strategy<Value = StoredCell> {
    let figure = prop_oneof![
        "-?[0-9]{1,9}\\.[0-9]{1,4}",
        "[1-9][0-9]{0,27}",
        "[1-9][0-9]{0,5}e[0-9]\\+",
        "[0-9]{1,4}\\.[0-9]{1,4}!",
        ">=[0-9]{1,9}",
        "[1-4]e[0-2]\\.\\.5e3",
        Just("79228162514264337593543950335!".to_string()),
        Just("-79228162514264337593543950335!".to_string()),
        Just("0.0000000000000000000000000001!".to_string()),
    ]
    .prop_map(|text| text.parse::<Figure>().unwrap());
    let stated = prop_oneof![
        4 => (figure, proptest::sample::select(&UNITS[..]), proptest::sample::select(Status::ALL))
            .prop_map(|(figure, unit, status)| Stated::Figure { figure, unit, status }),
        1 => proptest::sample::select(Absence::ALL).prop_map(Stated::Absent),
    ];
    (
        stated,
        prop_oneof![0u32..3, any::<u32>()],
        prop_oneof![0u64..3, any::<u64>()],
    )
        .prop_map(|(stated, source, batch)| StoredCell {
            stated,
            source,
            batch,
        })
}

fn cells(nothing: bool) -> impl Strategy<Value = BTreeMap<u8, Option<StoredCell>>> {
    let cell = if nothing {
        prop_oneof![Just(None), stored().prop_map(Some)].boxed()
    } else {
        stored().prop_map(Some).boxed()
    };
    prop_oneof![
        btree_map(0u8..128, cell.clone(), 1..5),
        btree_map(0u8..128, cell, 1..129),
    ]
}

fn bytes_of(cells: &BTreeMap<u8, Option<StoredCell>>) -> Vec<u8> {
    write(
        cells
            .iter()
            .map(|(position, cell)| (*position, cell.as_ref())),
        unit_number,
    )
}

proptest! {
    #[test]
    fn blocks_come_back(cells in cells(true)) {
        let bytes = bytes_of(&cells);
        let back: BTreeMap<_, _> = read(&bytes, &UNITS).unwrap().into_iter().collect();
        prop_assert_eq!(&back, &cells);
        for position in 0..=u8::MAX {
            prop_assert_eq!(find(&bytes, position, &UNITS).unwrap(), cells.get(&position).copied());
        }
    }

    #[test]
    fn a_block_of_nothing_is_written_alike(positions in prop_oneof![any::<u128>(), (0u32..128).prop_map(|at| 1 << at), (any::<u128>(), 100u32..127).prop_map(|(all, by)| all >> by)]) {
        prop_assume!(positions != 0);
        let cells: BTreeMap<u8, Option<StoredCell>> =
            (0..128).filter(|at| positions & 1 << at != 0).map(|at| (at, None)).collect();
        prop_assert_eq!(write_nothing(positions), bytes_of(&cells));
    }

    #[test]
    fn any_bytes_are_a_block_or_refused(bytes in vec(any::<u8>(), 0..300), units in 0usize..3) {
        let units = &UNITS[..units];
        let cells = read(&bytes, units);
        for position in 0..=u8::MAX {
            if let (Ok(cells), Ok(found)) = (&cells, find(&bytes, position, units)) {
                let read = cells.iter().find(|(own, _)| *own == position);
                prop_assert_eq!(read.map(|(_, cell)| *cell), found);
            }
        }
    }

    #[test]
    fn a_damaged_block_is_refused_or_read(
        cells in cells(true),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = bytes_of(&cells);
        let cut = cut.index(bytes.len());
        prop_assert!(read(&bytes[..cut], &UNITS).is_err());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        // No unit is known to the second reading.
        for units in [&UNITS[..], &[]] {
            if let Ok(back) = read(&bytes, units) {
                prop_assert!(back.len() <= BLOCK_CELLS_MAX);
                prop_assert!(back.is_sorted_by_key(|(position, _)| *position));
            }
        }
    }

    #[test]
    fn a_seal_covers_table_key_version_and_value(
        key in vec(any::<u8>(), 0..30),
        payload in vec(any::<u8>(), 0..100),
        at in any::<prop::sample::Index>(),
        bit in 0u8..8,
    ) {
        let sealed = seal(5, &key, &payload);
        prop_assert_eq!(unseal(5, &key, &sealed, "x").unwrap(), payload.as_slice());
        prop_assert!(unseal(6, &key, &sealed, "x").is_err());
        let mut other = key.clone();
        other.push(0);
        prop_assert!(unseal(5, &other, &sealed, "x").is_err());
        let mut flipped = sealed.clone();
        let at = at.index(flipped.len());
        flipped[at] ^= 1 << bit;
        prop_assert!(unseal(5, &key, &flipped, "x").is_err());
        prop_assert!(unseal(5, &key, &sealed[..at], "x").is_err());
    }
}

#[test]
fn damage_and_newer_versions_say_so() {
    let sealed = seal(5, b"key", b"value");
    let message = |value: &[u8]| unseal(5, b"key", value, "a block").unwrap_err();
    assert_eq!(
        message(&sealed[..4]).to_string(),
        "a block ends within its checksum"
    );
    let mut flipped = sealed.clone();
    flipped[7] ^= 1;
    let error = message(&flipped);
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert_eq!(error.to_string(), "a block does not match its checksum");
    let mut newer = sealed;
    newer[0] = 1;
    newer[1..5].copy_from_slice(&checksum(5, b"key", 1, b"value").to_le_bytes());
    let error = message(&newer);
    assert_eq!(error.kind(), ErrorKind::Version);
    assert_eq!(
        error.to_string(),
        "a block is of version 1, and this crate reads version 0: read it with a newer crate"
    );
}

#[test]
fn a_row_of_one_report_is_three_bytes_a_cell() {
    let cells: BTreeMap<u8, Option<StoredCell>> = (0..120)
        .map(|position| {
            let figure: Figure = format!("{}.{:02}", 40 + position / 3, position % 100)
                .parse()
                .unwrap();
            let stated = Stated::figure(figure, Unit::PERCENT);
            (
                position,
                Some(StoredCell {
                    stated,
                    source: 3,
                    batch: 1,
                }),
            )
        })
        .collect();
    // Two bytes for each mantissa, or just over: 16 for positions, 9 for the frame.
    assert!(bytes_of(&cells).len() <= 26 + 120 * 2 + 1 + 60);
}

#[test]
fn numbers_of_every_width_come_back() {
    for number in [
        0,
        1,
        -1,
        63,
        -64,
        64,
        i128::from(i64::MIN),
        (1 << 96) - 1,
        -(1 << 96) + 1,
    ] {
        assert_eq!(unzigzag(zigzag(number)), number);
    }
}

#[test]
fn hostile_counts_are_refused() {
    for bytes in [
        &[][..],
        &[0],
        &[129],
        &[255; 40],
        // Two positions that do not rise, a position past the last, more frames than cells, no frame.
        &[2, 5, 5, 1, 0xff],
        &[1, 128, 1, 0xff],
        &[1, 0, 2, 0xff, 0xff],
        &[1, 0, 0],
        // A bitmap of another count.
        &[16, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff],
        // A frame that is not there, a varint without end.
        &[2, 0, 1, 2, 0xff, 0xff, 2, 0],
        &[
            1, 0, 1, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
            0x80, 0x80, 0x80, 0,
        ],
    ] {
        let error = read(bytes, &UNITS).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a block of cells cannot be read",
            "{bytes:?}"
        );
    }
    assert_eq!(
        read(&[1, 0, 1, 0xff, 0], &UNITS).unwrap_err().to_string(),
        "a block of cells has bytes after its end"
    );
    // Status 9, unit 2, qualifier 9, scale 29.
    for frame in [
        [9, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 2, 0, 0, 0, 0],
        [0, 0, 0, 0, 9, 0, 0, 0],
        [0, 0, 0, 0, 0, 29, 0, 0],
    ] {
        let mut bytes = vec![1, 0, 1];
        bytes.extend(frame);
        assert_eq!(
            read(&bytes, &UNITS).unwrap_err().to_string(),
            "a cell of a block holds no figure"
        );
    }
}
