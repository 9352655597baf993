//! Times that everybody knows and nobody dates.

use crate::error::Error;

/// Words that name a time without saying its days.
const EVENTS: &[&str] = &[
    "十八大",
    "十九大",
    "二十大",
    "全会",
    "新中国成立",
    "建国",
    "改革开放",
    "疫情",
    "入汛",
    "汛期",
    "春运",
    "元旦",
    "春节",
    "清明",
    "五一",
    "端午",
    "中秋",
    "国庆",
    "黄金周",
    "小长假",
    "假期",
    "寒假",
    "暑假",
    "暑期",
    "春季",
    "夏季",
    "秋季",
    "冬季",
    "冬春",
    "报告期",
    "基期",
    "近期",
    "近日",
];

/// 春节期间 and 党的十八大以来: a time that everybody knows, whose days the text does not say.
pub(super) fn event(text: &str) -> Option<Error> {
    let found = EVENTS
        .iter()
        .filter_map(|event| Some((text.find(event)?, event)));
    let (at, event) = found.min()?;
    Some(Error::syntax(
        "a period",
        text,
        at,
        format!("a first and a last day, which {event} does not say"),
    ))
}
