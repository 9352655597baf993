//! Quantities: a number or a range with its unit, and what is said before and behind it.

use super::cursor::Cursor;
use super::end::{End, end};
use super::number::Number;
use super::words;
use crate::error::Result;
use crate::model::{Qualifier, Unit};
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
    pub(super) fn add(
        &mut self,
        qualifier: Qualifier,
        start: &Cursor<'a>,
        cursor: &Cursor<'a>,
    ) -> Result<()> {
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
        } else if marks.is_some() && cursor.starts_with("平均") || !cursor.eat_any(words::LEADS) {
            // 平均5家 is so much, 超过平均5家 is a difference.
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
    if let Some(half) = half(cursor, &mut marks)? {
        return Ok(half);
    }
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

/// 半小时内, 超过半年: a half of something measured. As a bound only, since nobody says how exact a half is.
fn half<'a>(cursor: &mut Cursor<'a>, marks: &mut Marks<'a>) -> Result<Option<Quantity>> {
    let start = *cursor;
    let mut ahead = *cursor;
    if !ahead.eat("半") {
        return Ok(None);
    }
    let Some((unit, bytes)) =
        Unit::longest_prefix(ahead.rest()).filter(|(unit, _)| !unit.is_counter())
    else {
        return Ok(None);
    };
    ahead.skip(bytes);
    after(&mut ahead, marks, false)?;
    let qualifier = marks
        .first
        .map_or(Qualifier::None, |(qualifier, _)| qualifier);
    let is_bound = matches!(
        qualifier,
        Qualifier::Over | Qualifier::AtLeast | Qualifier::Under | Qualifier::AtMost
    );
    if !is_bound {
        return Err(start.error("a bound with 半, as in 半小时内: nobody says how exact a half is"));
    }
    *cursor = ahead;
    Ok(Some(Quantity {
        low: Number {
            value: Decimal::new(5, 1),
            place: -1,
            power: 0,
            fixed: None,
        },
        high: None,
        unit: Some(unit),
        qualifier,
        at: start.at(),
    }))
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

fn no_number(start: &Cursor<'_>) -> crate::Error {
    let mut ahead = *start;
    if ahead.eat_any(words::VAGUE) {
        let word = ahead.written_since(start.at());
        return start.error(format!(
            "a number: {word} names none, so no figure stands for it"
        ));
    }
    if words::ABSENT.contains(&start.rest()) {
        return start.error("a number (without one the figure is absent, which is not zero)");
    }
    start.error("a number")
}
