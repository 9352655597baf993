//! What holds for every period.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::{Granularity, Period};

/// Days of the years 1 to 9999, half of them near our time, where the readers' forms meet.
pub(crate) fn any_day() -> impl Strategy<Value = NaiveDate> {
    prop_oneof![1..=3_652_059i32, 730_000..=740_000i32]
        .prop_map(|day| NaiveDate::from_num_days_from_ce_opt(day).unwrap())
}

/// Periods of every granularity; spans of years, of months and of days.
pub(crate) fn any_period() -> impl Strategy<Value = Period> {
    let regular = |granularity| {
        any_day().prop_filter_map("the calendar ends in a week", move |day| {
            Period::holding(granularity, day)
        })
    };
    let span = |granularity| {
        (regular(granularity), regular(granularity))
            .prop_map(|(a, b)| Period::from_to(a.min(b), a.max(b)).unwrap())
    };
    prop_oneof![
        prop::sample::select(Granularity::REGULAR.as_slice()).prop_flat_map(regular),
        span(Granularity::Year),
        span(Granularity::Month),
        (regular(Granularity::Month), 0..40u32).prop_map(|(first, months)| {
            let last = (0..months)
                .try_fold(first, |month, _| month.next())
                .unwrap_or(first);
            Period::from_to(first, last).unwrap()
        }),
        span(Granularity::Day),
        (any_day(), 0..800u64).prop_filter_map("past the calendar", |(first, days)| {
            Period::of_days(first, first + Days::new(days))
        }),
    ]
}

proptest! {
    #[test]
    fn its_text_is_read_back(period in any_period()) {
        let text = period.to_string();
        prop_assert_eq!(text.parse::<Period>().unwrap(), period, "{}", text);
        let json = serde_json::to_string(&period).unwrap();
        prop_assert_eq!(&json, &format!("{text:?}"));
        prop_assert_eq!(serde_json::from_str::<Period>(&json).unwrap(), period);
    }

    #[test]
    fn equal_means_the_same_days_and_the_same_text(a in any_period(), b in any_period()) {
        let days = |period: Period| (period.first_day(), period.last_day());
        prop_assert_eq!(a == b, days(a) == days(b));
        prop_assert_eq!(a == b, a.to_string() == b.to_string());
        prop_assert_eq!(a.cmp(&b), days(a).cmp(&days(b)));
        let again = Period::span(a.first_day(), a.last_day()).unwrap();
        prop_assert_eq!(again.granularity(), a.granularity());
    }

    #[test]
    fn numbers_and_periods_are_one_to_one(period in any_period()) {
        match period.ordinal() {
            Some(ordinal) => {
                prop_assert_eq!(Period::from_ordinal(period.granularity(), ordinal).unwrap(), period);
                if let Some(next) = period.next() {
                    prop_assert_eq!(next.ordinal(), Some(ordinal + 1));
                    prop_assert_eq!(next.granularity(), period.granularity());
                    prop_assert_eq!(next.first_day(), period.last_day().succ_opt().unwrap());
                    prop_assert_eq!(next.previous(), Some(period));
                }
            }
            None => prop_assert_eq!(period.granularity(), Granularity::Span),
        }
    }

    #[test]
    fn neighbours_touch_and_are_as_long(period in any_period()) {
        for neighbour in [period.previous(), period.next()].into_iter().flatten() {
            prop_assert!(!neighbour.overlaps(&period));
            prop_assert!(Period::from_to(period.min(neighbour), period.max(neighbour)).unwrap().days()
                == period.days() + neighbour.days());
            // Days may land on a whole month, whose length then counts in months.
            prop_assert!(neighbour.same_length(&period) || neighbour.days() == period.days());
        }
    }

    #[test]
    fn order_agrees_with_containment(a in any_period(), b in any_period()) {
        prop_assert_eq!(a.overlaps(&b), b.overlaps(&a));
        prop_assert!(a.contains(&a) && a.overlaps(&a));
        prop_assert_eq!(a.contains(&b) && b.contains(&a), a == b);
        if a.contains(&b) {
            prop_assert!(a.overlaps(&b) && a.days() >= b.days());
        }
        prop_assert_eq!(a.same_length(&b), b.same_length(&a));
        if !a.overlaps(&b) {
            prop_assert_eq!(a < b, a.last_day() < b.first_day());
        }
    }

    #[test]
    fn a_year_earlier_is_before_and_about_as_long(period in any_period()) {
        if let Some(earlier) = period.year_earlier() {
            prop_assert!(earlier < period);
            prop_assert!(earlier.days().abs_diff(period.days()) <= 1);
            let moved = (period.first_day() - earlier.first_day()).num_days();
            prop_assert!((357..=371).contains(&moved), "{moved} days");
            match period.granularity() {
                Granularity::Span | Granularity::Day => {}
                regular => prop_assert_eq!(earlier.granularity(), regular),
            }
            prop_assert_eq!(earlier.months().is_some(), period.months().is_some() || (
                // 29 February becomes 28, the end of a month.
                earlier.months().is_some() && period.months().is_none() && period.granularity() == Granularity::Span));
        }
    }

    #[test]
    fn parts_tile(period in any_period(), granularity in prop::sample::select(Granularity::REGULAR.as_slice())) {
        let parts = period.parts(granularity);
        let reversed: Vec<Period> = parts.clone().rev().take(50).collect();
        prop_assert_eq!(parts.clone().len(), parts.size_hint().0);
        let mut rest = period.first_day();
        for part in parts.clone().take(50) {
            prop_assert_eq!(part.granularity(), granularity);
            prop_assert_eq!(part.first_day(), rest);
            prop_assert!(period.contains(&part));
            rest = part.last_day() + Days::new(1);
        }
        if let Some(last) = reversed.first() {
            prop_assert_eq!(last.last_day(), period.last_day());
        }
        if granularity == Granularity::Day {
            prop_assert_eq!(u32::try_from(parts.len()).unwrap(), period.days());
        }
        if granularity == period.granularity() {
            prop_assert_eq!(parts.collect::<Vec<_>>(), [period]);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[0-9]{4,8}|[0-9]{4}-?[ASHTQMWDP0-9/Y-]{0,12}|\\PC{0,20}") {
        if let Ok(period) = text.parse::<Period>() {
            prop_assert_eq!(period.to_string().parse::<Period>().unwrap(), period);
        }
    }
}
