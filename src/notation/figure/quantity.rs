//! Quantities: a number or a range with its unit, and what is said before and behind it.

use super::cursor::Cursor;
use super::number::{Number, number};
use super::words;
use crate::error::Result;
use crate::model::unit::Dimension;
use crate::model::{Qualifier, Unit};
use crate::notation::numeral::chinese_digit;
use rust_decimal::Decimal;

/// A number or a range as printed, with its unit and its qualifier.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quantity {
    pub(super) low: Number,
    /// The upper end of a range.
    pub(super) high: Option<Number>,
    pub(super) unit: Option<Unit>,
    pub(super) qualifier: Qualifier,
    /// Where its number starts.
    pub(super) at: usize,
}

/// The qualifiers that were read, of which a figure keeps one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks<'a> {
    first: Option<(Qualifier, &'a str)>,
}

impl<'a> Marks<'a> {
    pub(super) fn is_some(&self) -> bool {
        self.first.is_some()
    }

    /// Adds the qualifier that stands from `start` to the cursor. Twice the same (约300人左右) is once.
    fn add(&mut self, qualifier: Qualifier, start: &Cursor<'a>, cursor: &Cursor<'a>) -> Result<()> {
        let word = cursor.written_since(start.at());
        match self.first {
            None => self.first = Some((qualifier, word)),
            Some((first, _)) if first == qualifier => {}
            Some((_, first)) => {
                return Err(start.error(format!("no second qualifier beside {first}")));
            }
        }
        Ok(())
    }
}

/// One end of a range, or the only number.
struct End {
    number: Number,
    /// The upper number of 三四十.
    upper: Option<Number>,
    unit: Option<Unit>,
    /// Whether its digits are tenths, 三成.
    tenths: bool,
}

impl Quantity {
    /// A number of percent, known to the percent.
    pub(super) fn percent(value: u32, at: usize) -> Self {
        Self {
            low: Number::whole(value),
            high: None,
            unit: Some(Unit::PERCENT),
            qualifier: Qualifier::None,
            at,
        }
    }

    /// With every number changed by `change`.
    pub(super) fn map(self, change: impl Fn(Number) -> Option<Number>) -> Option<Self> {
        let high = match self.high {
            Some(high) => Some(change(high)?),
            None => None,
        };
        Some(Self {
            low: change(self.low)?,
            high,
            ..self
        })
    }

    pub(super) fn is_negative(&self) -> bool {
        self.low.value < Decimal::ZERO
    }

    /// Turned to the other side of zero, and the qualifier with it: a fall of more than 5% is a change under −5%.
    pub(super) fn negated(self) -> Self {
        let qualifier = match self.qualifier {
            Qualifier::Over => Qualifier::Under,
            Qualifier::Under => Qualifier::Over,
            Qualifier::AtLeast => Qualifier::AtMost,
            Qualifier::AtMost => Qualifier::AtLeast,
            same => same,
        };
        let (low, high) = match self.high {
            Some(high) => (high.negated(), Some(self.low.negated())),
            None => (self.low.negated(), None),
        };
        Self {
            low,
            high,
            qualifier,
            ..self
        }
    }
}

/// Words before a number: those that say nothing, and a qualifier.
pub(super) fn before<'a>(cursor: &mut Cursor<'a>) -> Result<Marks<'a>> {
    let mut marks = Marks::default();
    loop {
        cursor.skip_spaces();
        let start = *cursor;
        if let Some(qualifier) = cursor
            .eat_entry(words::BEFORE)
            .or_else(|| before_power(cursor))
        {
            marks.add(qualifier, &start, cursor)?;
        } else if !cursor.eat_any(words::LEADS) {
            return Ok(marks);
        }
    }
}

/// 过半, 上万: words that qualify a bare power of ten or a half only.
fn before_power(cursor: &mut Cursor<'_>) -> Option<Qualifier> {
    let mut ahead = *cursor;
    let qualifier = ahead.eat_entry(words::BEFORE_POWER)?;
    let fits = ahead.starts_with_any(&["半", "百", "千", "万", "亿"]);
    if fits {
        *cursor = ahead;
    }
    fits.then_some(qualifier)
}

/// Reads a quantity whose words before were `marks`.
pub(super) fn quantity<'a>(cursor: &mut Cursor<'a>, mut marks: Marks<'a>) -> Result<Quantity> {
    cursor.skip_spaces();
    let start = *cursor;
    if let Some(percent) = part(cursor, marks.is_some()) {
        after(cursor, &mut marks, false)?;
        return Ok(Quantity {
            qualifier: marks
                .first
                .map_or(Qualifier::None, |(qualifier, _)| qualifier),
            ..Quantity::percent(percent, start.at())
        });
    }
    let Some(low) = end(cursor, marks.is_some(), &mut marks)? else {
        return Err(no_number(&start));
    };
    let mut ahead = *cursor;
    ahead.skip_spaces();
    let range_at = ahead;
    let mut high = low.upper.map(|number| End {
        number,
        upper: None,
        unit: low.unit,
        tenths: low.tenths,
    });
    if !ahead.starts_with_any(words::NOT_RANGE) && ahead.eat_any(words::RANGE) {
        if high.is_some() {
            return Err(range_at.error("nothing more, as this is a range already"));
        }
        ahead.skip_spaces();
        let Some(end) = end(&mut ahead, false, &mut marks)? else {
            return Err(ahead.error("the upper end of a range"));
        };
        if end.upper.is_some() {
            return Err(ahead.error("one number as the upper end of a range"));
        }
        *cursor = ahead;
        high = Some(end);
    }
    after(cursor, &mut marks, high.is_some())?;
    let Some(high) = high else {
        return Ok(Quantity {
            low: low.number,
            high: None,
            unit: low.unit,
            qualifier: marks
                .first
                .map_or(Qualifier::None, |(qualifier, _)| qualifier),
            at: start.at(),
        });
    };
    if let Some((_, word)) = marks.first {
        return Err(start.error(format!("a range without {word}, or one number with it")));
    }
    range(&start, &low, &high)
}

/// 一半, 百分之百; and 半 behind a qualifier (过半).
fn part(cursor: &mut Cursor<'_>, qualified: bool) -> Option<u32> {
    let part = cursor.eat_entry(words::PARTS);
    part.or_else(|| (qualified && cursor.eat("半")).then_some(50))
}

/// Qualifiers behind, and the words that close a range.
fn after<'a>(cursor: &mut Cursor<'a>, marks: &mut Marks<'a>, is_range: bool) -> Result<()> {
    loop {
        let mut ahead = *cursor;
        ahead.skip_spaces();
        let start = ahead;
        if let Some(qualifier) = ahead.eat_entry(words::AFTER) {
            marks.add(qualifier, &start, &ahead)?;
        } else if !(is_range && ahead.eat_any(words::RANGE_ENDS)) {
            return Ok(());
        }
        *cursor = ahead;
    }
}

/// The two ends of a range, which share a unit, and a power of ten that only the right one prints.
fn range(start: &Cursor<'_>, low: &End, high: &End) -> Result<Quantity> {
    let unit = match (low.unit, high.unit) {
        (Some(left), Some(right)) if left != right => {
            return Err(start.error(format!(
                "one unit for both ends of a range, not {} and {}",
                left.to_chinese(),
                right.to_chinese()
            )));
        }
        (left, right) => right.or(left),
    };
    let mut left = low.number;
    let right = high.number;
    if left.power == 0 && left.fixed.is_none() && right.power > 0 && low.unit.is_none() {
        // 46.5-47.5万 shares the 万, 9000-1万 cannot.
        let shared = left.times_power(right.power);
        left = shared
            .filter(|shared| shared.value < right.value)
            .unwrap_or(left);
    }
    if high.tenths && low.unit.is_none() {
        // 三至四成.
        let shared = left.times_power(1);
        left = shared.map_or(left, |shared| Number {
            power: left.power,
            ..shared
        });
    }
    Ok(Quantity {
        low: left,
        high: Some(right),
        unit,
        qualifier: Qualifier::None,
        at: start.at(),
    })
}

/// A signed number and its unit.
fn end<'a>(
    cursor: &mut Cursor<'a>,
    bare_power: bool,
    marks: &mut Marks<'a>,
) -> Result<Option<End>> {
    let start = *cursor;
    let negative = cursor.eat_any(&["-", "负"]);
    let signed = negative || cursor.eat("+");
    let sign = |number: Number| if negative { number.negated() } else { number };
    if let Some(unit) = cursor.eat_entry(words::FRACTIONS) {
        let Some(written) = number(cursor, false)? else {
            return Err(cursor.error(format!(
                "a number after {}",
                cursor.written_since(start.at())
            )));
        };
        odd_mark(marks, written.odd, cursor)?;
        return Ok(Some(End {
            number: sign(written.number),
            upper: written.upper.map(sign),
            unit: Some(unit),
            tenths: false,
        }));
    }
    let Some(mut written) = number(cursor, bare_power)? else {
        if signed {
            return Err(cursor.error("a digit after the sign"));
        }
        return Ok(None);
    };
    odd_mark(marks, written.odd, cursor)?;
    let nearly = *cursor;
    if nearly_mark(cursor) {
        marks.add(Qualifier::Nearly, &nearly, cursor)?;
    }
    let mut ahead = *cursor;
    ahead.skip_spaces();
    let tenths = tenths(&mut ahead, &mut written.number)?;
    let unit = if tenths {
        written.upper = written.upper.and_then(|upper| upper.times_power(1));
        Some(Unit::PERCENT)
    } else {
        unit(&mut ahead, marks)?
    };
    if unit.is_some() || ahead.eat_last("大") {
        *cursor = ahead;
        let odd = *cursor;
        if unit.is_some() && cursor.eat_any(&["多", "余"]) {
            marks.add(Qualifier::Odd, &odd, cursor)?;
        }
    }
    if negative && written.upper.is_some() {
        return Err(start.error("a range without a sign before its digits"));
    }
    Ok(Some(End {
        number: sign(written.number),
        upper: written.upper,
        unit,
        tenths,
    }))
}

fn odd_mark<'a>(
    marks: &mut Marks<'a>,
    odd: Option<(Qualifier, usize)>,
    cursor: &Cursor<'a>,
) -> Result<()> {
    match odd {
        Some((qualifier, at)) => {
            let start = cursor.back_to(at);
            let mut end = start;
            end.skip(start.peek().map_or(0, char::len_utf8));
            marks.add(qualifier, &start, &end)
        }
        None => Ok(()),
    }
}

/// The `-` of `5000-人`, which no number follows.
fn nearly_mark(cursor: &mut Cursor<'_>) -> bool {
    let mut ahead = *cursor;
    let found = ahead.eat("-") && (ahead.is_end() || Unit::longest_prefix(ahead.rest()).is_some());
    if found {
        *cursor = ahead;
    }
    found
}

/// 三成, 三成五, 3.5成: tenths, said in percent.
fn tenths(cursor: &mut Cursor<'_>, number: &mut Number) -> Result<bool> {
    let start = *cursor;
    if !cursor.eat("成") {
        return Ok(false);
    }
    let tenths = number
        .times_power(1)
        .ok_or_else(|| start.error("fewer digits before 成"))?;
    *number = Number {
        power: number.power,
        ..tenths
    };
    let digit = match cursor.peek() {
        Some('半') => Some(5),
        Some(c) => chinese_digit(c)
            .and_then(|digit| u32::try_from(digit).ok())
            .or_else(|| c.to_digit(10)),
        None => None,
    };
    if let Some(digit) = digit.filter(|_| number.place == 1) {
        cursor.skip(cursor.peek().map_or(0, char::len_utf8));
        number.value = number
            .value
            .checked_add(Decimal::from(digit))
            .ok_or_else(|| start.error("fewer digits before 成"))?;
        number.place = 0;
    }
    Ok(true)
}

/// A unit, with what it is divided by: 人, 元/盒, 元每盒, /10万; and 个多月.
fn unit<'a>(cursor: &mut Cursor<'a>, marks: &mut Marks<'a>) -> Result<Option<Unit>> {
    let mut ahead = *cursor;
    if ahead.eat("个") {
        let odd = ahead;
        if ahead.eat_any(&["多", "余"]) {
            let read = Unit::longest_prefix(ahead.rest());
            let measured = |unit: &Unit| {
                matches!(
                    unit.dimension(),
                    Dimension::Duration | Dimension::CalendarTime | Dimension::Points
                )
            };
            if let Some((unit, bytes)) = read.filter(|(unit, _)| measured(unit)) {
                marks.add(Qualifier::Odd, &odd, &ahead)?;
                ahead.skip(bytes);
                *cursor = ahead;
                return Ok(Some(unit));
            }
        }
    }
    let Some((unit, bytes)) = Unit::longest_prefix(cursor.rest()) else {
        return Ok(None);
    };
    let fraction = cursor.starts_with("/");
    cursor.skip(bytes);
    if fraction {
        // 9.80/10万人口: the people cancel, whatever they are called.
        cursor.eat_any(&["人口", "口"]);
    }
    let mut ahead = *cursor;
    if ahead.eat("每") {
        let Some((scale, below, bytes)) = Unit::longest_denominator(ahead.rest()) else {
            return Err(ahead.error("a unit after 每"));
        };
        let ratio = Unit::ratio(unit, scale, below).map_err(|error| cursor.refuse(&error))?;
        ahead.skip(bytes);
        *cursor = ahead;
        return Ok(Some(ratio));
    }
    Ok(Some(unit))
}

fn no_number(start: &Cursor<'_>) -> crate::Error {
    let mut ahead = *start;
    if ahead.eat_any(words::VAGUE) {
        let word = ahead.written_since(start.at());
        return start.error(format!(
            "a number: {word} names none, so no figure stands for it"
        ));
    }
    start.error("a number")
}
