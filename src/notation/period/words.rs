//! The words of a period's text, found one at a time.

use crate::model::Granularity;
use crate::notation::numeral::{arabic_digit, chinese_number};

/// A word with the bytes it stands at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) word: Word,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// A whole number; one too large for any period is `u32::MAX`.
    Number {
        value: u32,
        chars: usize,
        arabic: bool,
    },
    /// 年, 年度
    Year,
    /// 学年, 财年: years without days that everybody agrees on
    OtherYear,
    Month,
    Quarter,
    Week,
    /// 日, 号: a day by its number
    Day,
    /// 天: a number of days
    Days,
    /// 个 as in 10个月
    Piece,
    /// 全年
    WholeYear,
    /// 上半年 (1), 下半年 (2)
    Half(u32),
    /// 半年: half a year, whichever
    HalfYear,
    /// 上旬 (1), 中旬 (2), 下旬 (3)
    TenDays(u32),
    /// 前, 头: the first so many
    First,
    /// 后: the last so many
    Last,
    /// 第
    Ordinal,
    /// 截至
    AsOf,
    /// 至, 到
    To,
    /// Hyphens, dashes and waves of any width, one or several
    Dash,
    Dot,
    Slash,
    /// 自, 从
    From,
    /// 起, 开始
    Starting,
    /// 以来, 至今: up to now
    Since,
    /// 近, 过去: so many up to now
    Recent,
    /// 期间, 时期
    During,
    /// 止
    Until,
    /// 末, 底
    End,
    /// 初
    Early,
    /// 同期
    SamePeriod,
    /// 今年 (0), 去年 (−1), 前年 (−2), 明年 (1)
    RelativeYear(i32),
    /// 当年: the year before it in the text, else this year
    ThatYear,
    /// 次年: the year after the one before it in the text
    YearAfter,
    /// 本月, 上季度, 昨日
    Relative(Granularity, i32),
    /// 目前
    Now,
    /// 时, 点: an hour
    Hour,
    /// 规划, 计划
    Plan,
    Quote,
    /// 累计: all of it, which a period is anyway
    Cumulative,
    Colon,
    Open,
    Close,
    /// Q, H (also written S), W
    Letter(char),
    /// Any other character
    Other,
    /// The end of the text
    Nothing,
}

/// The longest that fits is meant, whatever the order. Traditional forms stand beside the simplified.
const WORDS: &[(&str, Word)] = &[
    ("财政年度", Word::OtherYear),
    ("会计年度", Word::OtherYear),
    ("学年度", Word::OtherYear),
    ("学年", Word::OtherYear),
    ("财年", Word::OtherYear),
    ("年度", Word::Year),
    ("年", Word::Year),
    ("月份", Word::Month),
    ("月", Word::Month),
    ("季度", Word::Quarter),
    ("季", Word::Quarter),
    ("周", Word::Week),
    ("週", Word::Week),
    ("日", Word::Day),
    ("号", Word::Day),
    ("號", Word::Day),
    ("天", Word::Days),
    ("个", Word::Piece),
    ("個", Word::Piece),
    ("全年度", Word::WholeYear),
    ("全年", Word::WholeYear),
    ("上半年", Word::Half(1)),
    ("前半年", Word::Half(1)),
    ("下半年", Word::Half(2)),
    ("后半年", Word::Half(2)),
    ("半年", Word::HalfYear),
    ("上旬", Word::TenDays(1)),
    ("中旬", Word::TenDays(2)),
    ("下旬", Word::TenDays(3)),
    ("截至到", Word::AsOf),
    ("截止到", Word::AsOf),
    ("截止至", Word::AsOf),
    ("截至", Word::AsOf),
    ("截止", Word::AsOf),
    ("自", Word::From),
    ("从", Word::From),
    ("從", Word::From),
    ("起", Word::Starting),
    ("开始", Word::Starting),
    ("以来", Word::Since),
    ("来", Word::Since),
    ("以來", Word::Since),
    ("來", Word::Since),
    ("迄今", Word::Since),
    ("至今", Word::Since),
    ("到今", Word::Since),
    ("至", Word::To),
    ("到", Word::To),
    ("最近", Word::Recent),
    ("近", Word::Recent),
    ("过去的", Word::Recent),
    ("过去", Word::Recent),
    ("過去", Word::Recent),
    ("期间", Word::During),
    ("期間", Word::During),
    ("时期", Word::During),
    ("间", Word::During),
    ("为止", Word::Until),
    ("止", Word::Until),
    ("期末", Word::End),
    ("末", Word::End),
    ("底", Word::End),
    ("终", Word::End),
    ("初", Word::Early),
    ("同期", Word::SamePeriod),
    ("今年", Word::RelativeYear(0)),
    ("本年度", Word::RelativeYear(0)),
    ("本年", Word::RelativeYear(0)),
    ("当年", Word::ThatYear),
    ("當年", Word::ThatYear),
    ("去年", Word::RelativeYear(-1)),
    ("上年度", Word::RelativeYear(-1)),
    ("上年", Word::RelativeYear(-1)),
    ("上一年度", Word::RelativeYear(-1)),
    ("上一年", Word::RelativeYear(-1)),
    ("前年", Word::RelativeYear(-2)),
    ("明年", Word::RelativeYear(1)),
    ("次年", Word::YearAfter),
    ("翌年", Word::YearAfter),
    ("本月", Word::Relative(Granularity::Month, 0)),
    ("当月", Word::Relative(Granularity::Month, 0)),
    ("當月", Word::Relative(Granularity::Month, 0)),
    ("上月", Word::Relative(Granularity::Month, -1)),
    ("上个月", Word::Relative(Granularity::Month, -1)),
    ("下月", Word::Relative(Granularity::Month, 1)),
    ("下个月", Word::Relative(Granularity::Month, 1)),
    ("本季度", Word::Relative(Granularity::Quarter, 0)),
    ("本季", Word::Relative(Granularity::Quarter, 0)),
    ("当季", Word::Relative(Granularity::Quarter, 0)),
    ("上季度", Word::Relative(Granularity::Quarter, -1)),
    ("上季", Word::Relative(Granularity::Quarter, -1)),
    ("上个季度", Word::Relative(Granularity::Quarter, -1)),
    ("上一季度", Word::Relative(Granularity::Quarter, -1)),
    ("本周", Word::Relative(Granularity::Week, 0)),
    ("上周", Word::Relative(Granularity::Week, -1)),
    ("今日", Word::Relative(Granularity::Day, 0)),
    ("今天", Word::Relative(Granularity::Day, 0)),
    ("当日", Word::Relative(Granularity::Day, 0)),
    ("昨日", Word::Relative(Granularity::Day, -1)),
    ("昨天", Word::Relative(Granularity::Day, -1)),
    ("前", Word::First),
    ("头", Word::First),
    ("后", Word::Last),
    ("後", Word::Last),
    ("第", Word::Ordinal),
    ("目前", Word::Now),
    ("当前", Word::Now),
    ("现在", Word::Now),
    ("时", Word::Hour),
    ("時", Word::Hour),
    ("点", Word::Hour),
    ("累计", Word::Cumulative),
    ("累計", Word::Cumulative),
    ("规划期", Word::Plan),
    ("计划期", Word::Plan),
    ("规划", Word::Plan),
    ("規劃", Word::Plan),
    ("计划", Word::Plan),
];

/// The word at `at` or after the space there.
pub(super) fn token(text: &str, at: usize) -> Token {
    let rest = text.get(at..).unwrap_or_default();
    let start = at + (rest.len() - rest.trim_start().len());
    let rest = rest.trim_start();
    let (word, bytes) = word(rest);
    Token {
        word,
        start,
        end: start + bytes,
    }
}

fn word(rest: &str) -> (Word, usize) {
    let Some(c) = rest.chars().next() else {
        return (Word::Nothing, 0);
    };
    if let Some((value, bytes)) = number(rest) {
        let chars = rest.get(..bytes).map_or(0, |read| read.chars().count());
        let arabic = arabic_digit(c).is_some();
        let value = u32::try_from(value).unwrap_or(u32::MAX);
        return (
            Word::Number {
                value,
                chars,
                arabic,
            },
            bytes,
        );
    }
    let dashes: usize = rest
        .chars()
        .take_while(|&c| is_dash(c))
        .map(char::len_utf8)
        .sum();
    if dashes > 0 {
        return (Word::Dash, dashes);
    }
    // 至今年9月 goes up to this year's September, not up to now.
    let now = rest
        .strip_prefix(['至', '到'])
        .and_then(|rest| rest.strip_prefix('今'));
    if now.is_some_and(|rest| rest.starts_with(['年', '日', '天'])) {
        return (Word::To, c.len_utf8());
    }
    let known = WORDS.iter().filter(|(name, _)| rest.starts_with(name));
    if let Some(&(name, word)) = known.max_by_key(|(name, _)| name.len()) {
        return (word, name.len());
    }
    let word = match c {
        '.' | '．' => Word::Dot,
        '/' | '／' => Word::Slash,
        ':' | '：' => Word::Colon,
        '(' | '（' => Word::Open,
        ')' | '）' => Word::Close,
        '“' | '”' | '"' | '＂' | '‘' | '’' | '\'' | '「' | '」' | '『' | '』' | '《' | '》'
        | '〈' | '〉' => Word::Quote,
        'Q' | 'q' | 'Ｑ' | 'ｑ' => Word::Letter('Q'),
        'H' | 'h' | 'Ｈ' | 'ｈ' | 'S' | 's' => Word::Letter('H'),
        'W' | 'w' | 'Ｗ' | 'ｗ' => Word::Letter('W'),
        _ => Word::Other,
    };
    (word, c.len_utf8())
}

/// A numeral, or what stands for 第一: 首季度, 元月.
fn number(rest: &str) -> Option<(u128, usize)> {
    if rest.starts_with('首') || rest.starts_with("元月") {
        return Some((1, '首'.len_utf8()));
    }
    chinese_number(rest)
}

fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '－'
            | '﹣'
            | '‐'
            | '‑'
            | '‒'
            | '–'
            | '—'
            | '―'
            | '−'
            | '─'
            | '~'
            | '～'
            | '〜'
            | '∼'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_counts() {
        for (text, word, end) in [
            ("年度", Word::Year, 6),
            ("上年同期", Word::RelativeYear(-1), 6),
            ("上半年", Word::Half(1), 9),
            ("至今", Word::Since, 6),
            ("至今年", Word::To, 3),
            ("  ——10月", Word::Dash, 8),
            (
                "首季度",
                Word::Number {
                    value: 1,
                    chars: 1,
                    arabic: false,
                },
                3,
            ),
            (
                "１０月",
                Word::Number {
                    value: 10,
                    chars: 2,
                    arabic: true,
                },
                6,
            ),
            (
                "99999999999",
                Word::Number {
                    value: u32::MAX,
                    chars: 11,
                    arabic: true,
                },
                11,
            ),
            ("人", Word::Other, 3),
            ("\u{3000}", Word::Nothing, 3),
        ] {
            let found = token(text, 0);
            assert_eq!((found.word, found.end), (word, end), "{text}");
        }
    }
}
