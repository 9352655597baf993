//! A period in Chinese words.

use chrono::{Datelike, NaiveDate};

use crate::model::{Granularity, Period};

/// The period as a Chinese report writes it; [`parse_period`](super::parse_period) reads it back to
/// the same period.
///
/// ```
/// use yearbook::model::Period;
/// use yearbook::notation::period_to_chinese;
///
/// let chinese = |text: &str| Ok::<_, yearbook::Error>(period_to_chinese(&text.parse::<Period>()?));
/// assert_eq!(chinese("2023")?, "2023年");
/// assert_eq!(chinese("2022-S1")?, "2022年上半年");
/// assert_eq!(chinese("2023-Q3")?, "2023年第三季度");
/// assert_eq!(chinese("2023-W05")?, "2023年第5周");
/// assert_eq!(chinese("2023-01/2023-10")?, "2023年1至10月");
/// assert_eq!(chinese("2021-07-29/2021-08-12")?, "2021年7月29日至8月12日");
/// # Ok::<(), yearbook::Error>(())
/// ```
pub fn period_to_chinese(period: &Period) -> String {
    let (first, last) = (period.first_day(), period.last_day());
    match period.granularity() {
        Granularity::Year => year(first),
        Granularity::Half if first.month() == 1 => format!("{}上半年", year(first)),
        Granularity::Half => format!("{}下半年", year(first)),
        Granularity::Quarter => {
            let quarter = match first.month0() / 3 {
                0 => "一",
                1 => "二",
                2 => "三",
                _ => "四",
            };
            format!("{}第{}季度", year(first), quarter)
        }
        Granularity::Month => month(first),
        Granularity::Week => {
            let week = first.iso_week();
            format!("{:04}年第{}周", week.year(), week.week())
        }
        Granularity::Day => day(first),
        Granularity::Span => span(period, first, last),
    }
}

/// The end leaves out what it shares with the start, as in 2021年7月29日至8月12日.
fn span(period: &Period, first: NaiveDate, last: NaiveDate) -> String {
    let one_year = first.year() == last.year();
    if period.is_whole_years() {
        format!("{}至{}", year(first), year(last))
    } else if period.months().is_some() {
        match one_year {
            true => format!("{}{}至{}月", year(first), first.month(), last.month()),
            false => format!("{}至{}", month(first), month(last)),
        }
    } else if one_year && first.month() == last.month() {
        format!("{}至{}日", day(first), last.day())
    } else if one_year {
        format!("{}至{}月{}日", day(first), last.month(), last.day())
    } else {
        format!("{}至{}", day(first), day(last))
    }
}

/// Four digits, so that the year 7 is not taken for a number of years.
fn year(date: NaiveDate) -> String {
    format!("{:04}年", date.year())
}

fn month(date: NaiveDate) -> String {
    format!("{}{}月", year(date), date.month())
}

fn day(date: NaiveDate) -> String {
    format!("{}{}日", month(date), date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_share_what_they_can() {
        for (text, chinese) in [
            ("0007", "0007年"),
            ("2022-S2", "2022年下半年"),
            ("2023-09", "2023年9月"),
            ("2023-09-30", "2023年9月30日"),
            ("2020-W53", "2020年第53周"),
            ("2020/2022", "2020年至2022年"),
            ("2017-07/2022-06", "2017年7月至2022年6月"),
            ("2021-07-01/2021-07-15", "2021年7月1日至15日"),
            ("2020-02-09/2022-06-30", "2020年2月9日至2022年6月30日"),
        ] {
            assert_eq!(period_to_chinese(&text.parse().unwrap()), chinese);
        }
    }
}
