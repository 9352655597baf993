//! Periods as people and other systems write them: read or refused, and what is read comes back from what is printed.

#![no_main]

use chrono::NaiveDate;
use libfuzzer_sys::fuzz_target;
use yearbook::model::{Granularity, Period};
use yearbook::notation::{parse_period, parse_period_at, period_to_chinese};

fn comes_back(period: Period) {
    let text = period.to_string();
    assert_eq!(text.parse::<Period>().ok(), Some(period), "{text}");
    let chinese = period_to_chinese(&period);
    assert_eq!(parse_period(&chinese).ok(), Some(period), "{chinese}");
    assert!(period.first_day() <= period.last_day(), "{text}");
    if let Some(ordinal) = period.ordinal() {
        let again = Period::from_ordinal(period.granularity(), ordinal);
        assert_eq!(again.ok(), Some(period), "{text}");
    }
    if let Some(next) = period.next()
        && period.granularity() != Granularity::Span
    {
        assert_eq!(next.previous(), Some(period), "{text}");
    }
    let _ = (period.year_earlier(), period.months(), period.days());
    assert!(
        period
            .parts(Granularity::Month)
            .take(20)
            .all(|part| period.contains(&part))
    );
}

fuzz_target!(|input: (u16, &str)| {
    let (day, text) = input;
    if let Ok(period) = text.parse::<Period>() {
        comes_back(period);
    }
    match parse_period(text) {
        Ok(period) => comes_back(period),
        Err(error) => {
            assert!(
                error
                    .offset_bytes()
                    .is_none_or(|at| text.is_char_boundary(at)),
                "{error}"
            );
        }
    }
    // Anchors from 1900 on, and at the ends of the calendar.
    let anchor = match day {
        0 => NaiveDate::from_ymd_opt(1, 1, 1),
        1 => NaiveDate::from_ymd_opt(9999, 12, 31),
        day => NaiveDate::from_num_days_from_ce_opt(693_596 + i32::from(day)),
    };
    if let Some(Ok(period)) = anchor.map(|anchor| parse_period_at(text, anchor)) {
        comes_back(period);
    }
});
