//! Keys: their order, their way back, hostile bytes.

use super::*;
use proptest::prelude::*;

fn period() -> impl Strategy<Value = Period> {
    prop_oneof![
        (1i32..=9999).prop_map(|year| Period::year(year).unwrap()),
        (1i32..=9999, 1u32..=2).prop_map(|(year, half)| Period::half(year, half).unwrap()),
        (1i32..=9999, 1u32..=12).prop_map(|(year, month)| Period::month(year, month).unwrap()),
        (1i32..=9998, 1u32..=52).prop_map(|(year, week)| Period::week(year, week).unwrap()),
        (1i32..=3_652_059, 0i32..2000).prop_map(|(first, days)| {
            let day = |number| NaiveDate::from_num_days_from_ce_opt(number).unwrap();
            Period::span(day(first), day((first + days).min(3_652_059))).unwrap()
        }),
    ]
}

fn key() -> impl Strategy<Value = (ChunkKey, u8)> {
    // Small numbers collide, and all numbers reach the high bits.
    let number = || prop_oneof![0u32..3, any::<u32>()];
    (number(), number(), period()).prop_map(|(heading, place, period)| {
        let (chunk, position) = Chunk::of(period).unwrap();
        (
            ChunkKey {
                heading,
                place,
                chunk,
            },
            position,
        )
    })
}

proptest! {
    #[test]
    fn a_period_comes_back_from_its_chunk(period in period()) {
        let (chunk, position) = Chunk::of(period).unwrap();
        prop_assert!(i32::from(position) < CHUNK_PERIODS);
        prop_assert_eq!(chunk.period(position).unwrap(), period);
    }

    #[test]
    fn bytes_order_as_keys_do(
        a in key(),
        b in key(),
        batches in (any::<u64>(), any::<u64>()),
        sequences in (any::<u32>(), any::<u32>()),
    ) {
        prop_assert_eq!(chunk(&a.0).cmp(&chunk(&b.0)), a.0.cmp(&b.0));
        prop_assert_eq!(
            history(&a.0, batches.0).cmp(&history(&b.0, batches.1)),
            (a.0, batches.0).cmp(&(b.0, batches.1))
        );
        prop_assert_eq!(
            remark(&a.0, a.1, batches.0, sequences.0).cmp(&remark(&b.0, b.1, batches.1, sequences.1)),
            (a.0, a.1, batches.0, sequences.0).cmp(&(b.0, b.1, batches.1, sequences.1))
        );
        prop_assert_eq!(
            version(a.0.place, batches.0).cmp(&version(b.0.place, batches.1)),
            (a.0.place, batches.0).cmp(&(b.0.place, batches.1))
        );
    }

    #[test]
    fn keys_come_back((key, position) in key(), batch in any::<u64>(), sequence in any::<u32>()) {
        prop_assert_eq!(read_chunk(&chunk(&key)).unwrap(), key);
        prop_assert_eq!(read_history(&history(&key, batch)).unwrap(), (key, batch));
        prop_assert_eq!(
            read_remark(&remark(&key, position, batch, sequence)).unwrap(),
            (key, position, batch, sequence)
        );
        prop_assert_eq!(read_number(&number(batch), "x").unwrap(), batch);
        prop_assert_eq!(read_short_number(&short_number(sequence), "x").unwrap(), sequence);
        prop_assert_eq!(read_version(&version(key.place, batch), "x").unwrap(), (key.place, batch));
    }

    #[test]
    fn what_begins_with_a_prefix_lies_before_what_is_after_it((key, position) in key(), batch in any::<u64>()) {
        let row = row(key.heading, key.place);
        let remark = remark(&key, position, batch, 7);
        prop_assert!(*row <= *remark);
        if let Some(after) = after(&row) {
            prop_assert!(*remark < *after);
        } else {
            prop_assert_eq!((key.heading, key.place), (u32::MAX, u32::MAX));
        }
    }

    #[test]
    fn any_bytes_are_a_key_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        if let Ok(key) = read_chunk(&bytes) {
            prop_assert_eq!(&*chunk(&key), bytes.as_slice());
            for position in 0..=u8::MAX {
                if let Ok(period) = key.chunk.period(position) {
                    prop_assert_eq!(Chunk::of(period).unwrap(), (key.chunk, position));
                }
            }
        }
        if let Ok((key, batch)) = read_history(&bytes) {
            prop_assert_eq!(&*history(&key, batch), bytes.as_slice());
        }
        if let Ok((key, position, batch, sequence)) = read_remark(&bytes) {
            prop_assert_eq!(&*remark(&key, position, batch, sequence), bytes.as_slice());
        }
    }
}

#[test]
fn a_span_that_is_a_regular_period_is_no_span() {
    // 2023-01-01 to 2023-12-31 is 2023, and lies in the chunk of years.
    let first = NaiveDate::from_ymd_opt(2023, 1, 1).unwrap();
    let last = NaiveDate::from_ymd_opt(2023, 12, 31)
        .unwrap()
        .num_days_from_ce();
    let chunk = Chunk::Span {
        first: first.num_days_from_ce(),
        index: last.div_euclid(CHUNK_PERIODS),
    };
    let position = u8::try_from(last.rem_euclid(CHUNK_PERIODS)).unwrap();
    assert_eq!(
        chunk.period(position).unwrap_err().to_string(),
        format!("position {position} of a chunk is no period")
    );
}

#[test]
fn nothing_comes_after_the_last_prefix() {
    assert_eq!(after(&[1, 255]), Some(vec![2]));
    assert_eq!(after(&[255, 255]), None);
    assert_eq!(after(&[]), None);
}
