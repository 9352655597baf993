//! Periods as Chinese reports and tables write them.
//!
//! [`parse_period`] reads what says its own dates; [`parse_period_at`] also what counts from a date, such as
//! 今年, 去年同期 or 近五年: the *anchor*, the day up to which the report speaks.
//!
//! | text | period |
//! |---|---|
//! | 2023年 · 2023年度 · 二〇二三年 · 2023年全年 | 2023 |
//! | 2022年上半年 · 2023年第三季度 · 2023年三季度 · 2023Q3 | 2022-S1 · 2023-Q3 |
//! | 2023年前三季度 · 2023年前9个月 · 2023年1—9月 · 2023年一至三季度 | 2023-01/2023-09 |
//! | 2023年1-10月 · 2023年1月至10月 · 2023.01-2023.10 | 2023-01/2023-10 |
//! | 2021年7月29日至8月12日 · 2022年11月至次年3月 · 2020-2022年 | 2021-07-29/2021-08-12 · 2022-11/2023-03 · 2020/2022 |
//! | 2023年9月30日 · 2023/9/30 · 截至2023年9月底 · 2023年9月末 · 2023年第三季度末 | 2023-09-30 |
//! | 2023年9月上旬 · 2023年第5周 (ISO 8601) | 2023-09-01/2023-09-10 · 2023-W05 |
//! | “十四五”期间 · 十三五时期 · 第一个五年计划 · “十四五”前三年 | 2021/2025 · 2016/2020 · 1953/1957 · 2021/2023 |
//!
//! With the anchor 2023-09-30:
//!
//! | text | period |
//! |---|---|
//! | 今年 · 去年 · 上半年 · 1至9月 · 9月底 | 2023 · 2022 · 2023-S1 · 2023-01/2023-09 · 2023-09-30 |
//! | 本月 · 上月 · 上季度 · 去年底 | 2023-09 · 2023-08 · 2023-Q2 · 2022-12-31 |
//! | 今年以来 · 2020年12月以来 · 年初至今 | 2023-01/2023-09 · 2020-12/2023-09 · 2023-01/2023-09 |
//! | 近五年 · 过去三个月 · 最近7天 | 2018-10/2023-09 · 2023-Q3 · 2023-09-24/2023-09-30 |
//! | 上年同期 · 2019年同期 | 2022-01/2022-09 · 2019-01/2019-09 |
//!
//! A year that is left out is the anchor's, whether or not the month has come. 同期 is the time from 1 January to
//! the anchor, of the year named or of the year before. 末 and 底 are the last day, 截至 as well; 年初 is no one day and
//! is refused, except in 年初以来. A school year (学年) or fiscal year is refused: its days are not agreed on.

mod brackets;
mod events;
mod grammar;
mod hours;
mod print;
mod relative;
mod sub;
mod trim;
mod words;

#[cfg(test)]
mod bulletins;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use crate::error::{Error, Result};
use crate::model::Period;
use grammar::Parser;

pub use print::period_to_chinese;

/// Reads a period in Chinese or in one of the [plain forms](Period#impl-FromStr-for-Period).
///
/// ```
/// use yearbook::notation::parse_period;
///
/// assert_eq!(parse_period("2023年1—10月")?.to_string(), "2023-01/2023-10");
/// assert_eq!(parse_period("截至2023年9月底")?.to_string(), "2023-09-30");
/// assert_eq!(parse_period("“十四五”期间")?.to_string(), "2021/2025");
/// assert_eq!(
///     parse_period("去年").unwrap_err().to_string(),
///     r#"cannot read "去年" as a period: at byte 0: expected fixed dates, or an anchor date that 去年 is counted from, found "去年""#
/// );
/// # Ok::<(), yearbook::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Syntax`](crate::ErrorKind::Syntax) with the byte offset: for other text, for days that the
/// calendar lacks, and for words that need an anchor date.
pub fn parse_period(text: &str) -> Result<Period> {
    read(text, None)
}

/// Reads a period that may count from `anchor`, the day up to which its report speaks.
///
/// ```
/// use chrono::NaiveDate;
/// use yearbook::notation::parse_period_at;
///
/// let anchor = NaiveDate::from_ymd_opt(2022, 6, 30).unwrap();
/// assert_eq!(parse_period_at("近五年", anchor)?.to_string(), "2017-07/2022-06");
/// assert_eq!(parse_period_at("上年同期", anchor)?.to_string(), "2021-S1");
/// # Ok::<(), yearbook::Error>(())
/// ```
///
/// # Errors
/// As [`parse_period`], and where it would end before it starts or leave the years 1 to 9999.
pub fn parse_period_at(text: &str, anchor: NaiveDate) -> Result<Period> {
    read(text, Some(anchor))
}

fn read(text: &str, anchor: Option<NaiveDate>) -> Result<Period> {
    let plain = match text.trim().parse::<Period>() {
        Ok(period) => return Ok(period),
        Err(_) => text.parse::<Period>(),
    };
    let mut parser = Parser {
        text,
        at: 0,
        anchor,
    };
    let words = parser
        .period()
        .and_then(|period| parser.finished(period))
        .map_err(|error| events::event(text).unwrap_or(error));
    // Two readers refused it: the one that came further knows better what was meant.
    match (plain, words) {
        (Err(plain), Err(words)) if text.is_ascii() && reached(&plain) >= reached(&words) => {
            Err(plain)
        }
        (_, words) => words,
    }
}

fn reached(error: &Error) -> usize {
    error.offset_bytes().unwrap_or(0)
}
