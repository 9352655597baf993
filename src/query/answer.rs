//! The piece that every answer is made of: a value known to within an interval, and what it rests on.

use std::collections::HashSet;
use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;

use super::cited::{Cited, Flag, Missing};
use super::show;
use crate::model::{Bound, Certainty, Interval, Key, Unit};

/// A value, as far as the printed figures tell it.
///
/// The true value lies in [`interval`](Self::interval), if the figures are true; [`value`](Self::value) is what the printed
/// digits give when they are taken at their word. Both are in [`unit`](Self::unit).
///
/// `Display` (English) and [`to_chinese`](Self::to_chinese) round what does not come out, the interval outward; serde
/// writes every digit, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use]
pub struct Answer {
    #[serde(serialize_with = "show::as_text_if_any")]
    value: Option<Decimal>,
    interval: Interval,
    unit: Unit,
    used: Vec<Cited>,
    missing: Vec<Missing>,
    flags: Vec<Flag>,
}

impl Answer {
    /// An answer that rests on nothing yet. A value outside of the interval is no value.
    pub(super) fn new(value: Option<Decimal>, interval: Interval, unit: Unit) -> Self {
        let value = interval.as_point().or(value);
        Self {
            value: value
                .filter(|value| interval.contains(*value))
                .map(|value| value.normalize()),
            interval,
            unit,
            used: Vec::new(),
            missing: Vec::new(),
            flags: Vec::new(),
        }
    }

    /// The same, resting also on these cells. A cell is named once; a question may rest on thousands.
    pub(super) fn using(mut self, used: impl IntoIterator<Item = Cited>) -> Self {
        let mut seen: HashSet<Key> = self.used.iter().map(|cited| cited.key.clone()).collect();
        let new = used
            .into_iter()
            .filter(|cited| seen.insert(cited.key.clone()));
        self.used.extend(new);
        self
    }

    /// The same, for want of these cells.
    pub(super) fn lacking(mut self, missing: impl IntoIterator<Item = Missing>) -> Self {
        let mut seen: HashSet<Missing> = self.missing.iter().cloned().collect();
        let new = missing.into_iter().filter(|cell| seen.insert(cell.clone()));
        self.missing.extend(new);
        self
    }

    /// The same with more to be careful about.
    pub(super) fn flagged(mut self, flags: impl IntoIterator<Item = Flag>) -> Self {
        let mut seen: HashSet<Flag> = self.flags.iter().cloned().collect();
        let new = flags.into_iter().filter(|flag| seen.insert(flag.clone()));
        self.flags.extend(new);
        self
    }

    /// Where the true value lies.
    pub fn interval(&self) -> &Interval {
        &self.interval
    }

    /// What the printed digits give; `None` where a figure is only a bound, so that there is nothing but the
    /// interval. It may be rounded in its 28th digit; the interval never is to the wrong side.
    pub fn value(&self) -> Option<Decimal> {
        self.value
    }

    /// [`value`](Self::value) with so many digits after the point, half away from zero as offices round.
    pub fn rounded(&self, decimals: u32) -> Option<Decimal> {
        let half_up = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
        self.value
            .map(|value| value.round_dp_with_strategy(decimals, half_up))
    }

    /// The unit.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// Whether no cell was missing.
    pub fn is_known(&self) -> bool {
        self.missing.is_empty()
    }

    /// Whether it is known exactly.
    pub fn is_exact(&self) -> bool {
        self.interval.as_point().is_some()
    }

    /// The cells that were used, in the order they were used in.
    pub fn used(&self) -> &[Cited] {
        &self.used
    }

    /// The cells that would have been needed.
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// What to be careful about.
    pub fn flags(&self) -> &[Flag] {
        &self.flags
    }

    /// Whether the value is over a number of its unit.
    pub fn over(&self, number: impl Into<Decimal>) -> Certainty {
        self.interval.greater_than(&Interval::point(number.into()))
    }

    /// Whether the value is at least a number of its unit.
    pub fn at_least(&self, number: impl Into<Decimal>) -> Certainty {
        self.interval.at_least(&Interval::point(number.into()))
    }

    /// Whether the value is under a number of its unit.
    pub fn under(&self, number: impl Into<Decimal>) -> Certainty {
        self.interval.less_than(&Interval::point(number.into()))
    }

    /// Whether the value is at most a number of its unit.
    pub fn at_most(&self, number: impl Into<Decimal>) -> Certainty {
        self.interval.at_most(&Interval::point(number.into()))
    }

    /// In Chinese: `88.22%（介于88.215与88.225之间）`, `超过330%`.
    pub fn to_chinese(&self) -> String {
        let mut text = self.value_chinese(Sign::AsIs);
        self.notes_chinese(&mut text);
        text
    }

    /// What to be careful about and what was missing, in Chinese.
    pub(super) fn notes_chinese(&self, text: &mut String) {
        for (at, flag) in self.flags.iter().enumerate() {
            text.push_str(if at == 0 { "；注意：" } else { "、" });
            text.push_str(&flag.to_chinese());
        }
        for (at, missing) in self.missing.iter().enumerate() {
            text.push_str(if at == 0 { "；缺：" } else { "、" });
            text.push_str(&missing.to_chinese());
        }
    }

    /// What to be careful about and what was missing, in English.
    pub(super) fn notes_english(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, flag) in self.flags.iter().enumerate() {
            write!(f, "; {}{flag}", if at == 0 { "note: " } else { "" })?;
        }
        for (at, missing) in self.missing.iter().enumerate() {
            write!(f, "; {}{missing}", if at == 0 { "missing: " } else { "" })?;
        }
        Ok(())
    }

    /// The value and its interval in English.
    pub(super) fn value_english(&self, sign: Sign) -> String {
        let shown = show::interval(&self.interval);
        let with_unit = |value: Decimal| {
            show::english(
                &sign.of(value, &show::number(value, &self.interval)),
                self.unit,
            )
        };
        if let Some(value) = self.value {
            return match self.is_exact() {
                true => with_unit(value),
                false => format!("{}, within {shown}", with_unit(value)),
            };
        }
        match (shown.low(), shown.high()) {
            (Bound::Unbounded, Bound::Unbounded) => "any value".to_string(),
            (Bound::Open(low), Bound::Unbounded) => format!("over {}", with_unit(low)),
            (Bound::Closed(low), Bound::Unbounded) => format!("at least {}", with_unit(low)),
            (Bound::Unbounded, Bound::Open(high)) => format!("under {}", with_unit(high)),
            (Bound::Unbounded, Bound::Closed(high)) => format!("at most {}", with_unit(high)),
            _ => show::english(&format!("within {shown}"), self.unit),
        }
    }

    /// The value and its interval in Chinese.
    pub(super) fn value_chinese(&self, sign: Sign) -> String {
        let shown = show::interval(&self.interval);
        let signed = |value: Decimal| {
            show::chinese(
                &sign.of(value, &show::number(value, &self.interval)),
                self.unit,
            )
        };
        let plain = |value: Decimal| show::chinese(&show::number(value, &self.interval), self.unit);
        let between = || match (shown.low(), shown.high()) {
            (Bound::Unbounded, Bound::Unbounded) => "无从得知".to_string(),
            (Bound::Open(low), Bound::Unbounded) => format!("超过{}", plain(low)),
            (Bound::Closed(low), Bound::Unbounded) => format!("不少于{}", plain(low)),
            (Bound::Unbounded, Bound::Open(high)) => format!("不足{}", plain(high)),
            (Bound::Unbounded, Bound::Closed(high)) => format!("不超过{}", plain(high)),
            (Bound::Closed(low) | Bound::Open(low), Bound::Closed(high) | Bound::Open(high)) => {
                format!("介于{low}与{}之间", plain(high))
            }
        };
        match self.value {
            Some(value) if self.is_exact() => signed(value),
            Some(value) => format!("{}（{}）", signed(value), between()),
            None => between(),
        }
    }
}

/// How a sign is printed.
#[derive(Clone, Copy)]
pub(super) enum Sign {
    /// A minus only.
    AsIs,
    /// A plus in front of a rise.
    Always,
}

impl Sign {
    fn of(self, value: Decimal, digits: &str) -> String {
        match self {
            Self::Always if value > Decimal::ZERO => format!("+{digits}"),
            _ => digits.to_string(),
        }
    }
}

/// `88.22%, within [88.215, 88.225]`, `over 330%`; then what to be careful about and what was missing.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value_english(Sign::AsIs))?;
        self.notes_english(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(value: &str, interval: &str, unit: &str) -> Answer {
        Answer::new(
            value.parse().ok(),
            interval.parse().unwrap(),
            unit.parse().unwrap(),
        )
    }

    #[test]
    fn answers_read_in_english_and_in_chinese() {
        for (value, interval, unit, english, chinese) in [
            (
                "88.22",
                "[88.215, 88.225]",
                "%",
                "88.22%, within [88.215, 88.225]",
                "88.22%（介于88.215与88.225%之间）",
            ),
            (
                "7.18",
                "[7.17, 7.19]",
                "pp",
                "7.18 points, within [7.17, 7.19]",
                "7.18个百分点（介于7.17与7.19个百分点之间）",
            ),
            ("19", "[19, 19]", "家", "19 institutions", "19家"),
            ("1", "[1, 1]", "人", "1 person", "1人"),
            ("", "(330, ∞)", "%", "over 330%", "超过330%"),
            ("", "[93, ∞)", "%", "at least 93%", "不少于93%"),
            ("", "(-∞, 10]", "分钟", "at most 10 minutes", "不超过10分钟"),
            ("", "(-∞, 1)", "‰", "under 1‰", "不足1‰"),
            (
                "",
                "[1, 3168]",
                "人",
                "within [1, 3168] people",
                "介于1与3168人之间",
            ),
            ("", "(-∞, ∞)", "人", "any value", "无从得知"),
        ] {
            let answer = answer(value, interval, unit);
            assert_eq!(answer.to_string(), english);
            assert_eq!(answer.to_chinese(), chinese);
        }
    }

    #[test]
    fn a_value_outside_of_its_interval_is_none() {
        assert_eq!(answer("7300000", "[7300001, 7399999]", "人").value(), None);
        assert_eq!(
            answer("", "[3, 3]", "人").value(),
            Some(Decimal::from(3)),
            "a point is its value"
        );
    }

    #[test]
    fn comparisons_are_as_certain_as_the_figures() {
        let nearly = answer("", "[4500, 4999]", "元");
        assert_eq!(nearly.over(4900), Certainty::Possibly);
        assert_eq!(nearly.at_least(5000), Certainty::CertainlyNot);
        assert_eq!(nearly.under(5000), Certainty::Certainly);
        assert_eq!(nearly.at_most(4999), Certainty::Certainly);
    }

    #[test]
    fn json_holds_every_digit() {
        let json = serde_json::to_value(answer("7.18", "[7.17, 7.19]", "pp")).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "value": "7.18", "interval": "[7.17, 7.19]", "unit": "pp",
                "used": [], "missing": [], "flags": [],
            })
        );
    }
}
