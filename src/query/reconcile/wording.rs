//! An identity written out with its figures, what its cells have in common once and at the end.

use super::equation::Form;
use super::hearing::Claim;
use super::lens::{Lenses, Spot};
use crate::book::Cell;
use crate::error::Result;
use crate::model::Interval;
use crate::query::answer::{Answer, Sign};
use crate::query::cited::Gap;
use crate::query::name::Label;
use crate::query::show;

/// How many parts of a long sum are written out.
const PARTS_SHOWN: usize = 12;
/// How many parts that are not stated are written out.
const UNSTATED_SHOWN: usize = 2;

/// What the cells of a claim do not all share.
struct Differs {
    heading: bool,
    place: bool,
    period: bool,
}

fn differs(claim: &Claim<'_>) -> Differs {
    let mut differs = Differs {
        heading: false,
        place: false,
        period: false,
    };
    if let Some(first) = claim.spots.first() {
        for spot in &claim.spots {
            differs.heading |= spot.lens != first.lens;
            differs.place |= spot.place != first.place;
            differs.period |= spot.period != first.period;
        }
    }
    differs
}

/// What tells a cell from the others of its claim.
pub(super) fn term(lenses: &Lenses<'_>, claim: &Claim<'_>, spot: &Spot) -> Result<Label> {
    let differs = differs(claim);
    named(lenses, spot, &differs)
}

fn named(lenses: &Lenses<'_>, spot: &Spot, wanted: &Differs) -> Result<Label> {
    let subject = &lenses.get(spot.lens).subject;
    let mut labels = Vec::new();
    if wanted.heading {
        labels.push(subject.label()?);
    }
    if wanted.place {
        labels.push(Label::of_place(subject.catalogue, spot.place)?);
    }
    if wanted.period {
        labels.push(Label::of_period(spot.period));
    }
    let join = |part: fn(&Label) -> &str, between: &str| {
        let parts: Vec<&str> = labels.iter().map(part).collect();
        parts.join(between)
    };
    Ok(Label::new(
        join(Label::english, ", "),
        join(Label::chinese, " "),
    ))
}

/// `class B (4163 cases) + class C (4140 cases) = all (8303 cases), Shishou, 2023`
///
/// A `bound` is all that can be checked if parts are missing.
pub(super) fn equation(lenses: &Lenses<'_>, claim: &Claim<'_>, bound: bool) -> Result<Label> {
    let Some((first, others)) = claim.spots.split_first() else {
        return Ok(Label::new("", ""));
    };
    let differs = differs(claim);
    let written = |spot: &Spot| -> Result<(String, String)> {
        let name = named(lenses, spot, &differs)?;
        let (english, chinese) = value(lenses, spot)?;
        Ok((
            format!("{} ({english})", name.english()),
            format!("{}（{chinese}）", name.chinese()),
        ))
    };
    let (mut english, mut chinese) = (String::new(), String::new());
    let mut push = |text: (String, String)| {
        english.push_str(&text.0);
        chinese.push_str(&text.1);
    };
    let both = |text: &str| (text.to_string(), text.to_string());
    // Of many parts that are not stated, how many there are says enough.
    let unstated = others.iter().filter(|part| !part.is_known()).count();
    let elided = bound && unstated > UNSTATED_SHOWN;
    let parts = others.iter().enumerate();
    let parts: Vec<_> = parts
        .filter(|(_, part)| !elided || part.is_known())
        .collect();
    for (written_before, (at, part)) in parts.iter().take(PARTS_SHOWN).enumerate() {
        if written_before > 0 {
            push(both(match &claim.form {
                Form::Ratio { .. } => " ÷ ",
                Form::Sum { minus } if at + 1 >= *minus => " − ",
                _ => " + ",
            }));
        }
        push(written(part)?);
    }
    if let Some(more @ 1..) = parts.len().checked_sub(PARTS_SHOWN) {
        push((format!(" + {more} more"), format!(" + 另{more}项")));
    }
    if elided {
        push((
            format!(" + {unstated} not stated"),
            format!(" + {unstated}项缺数"),
        ));
    }
    push(both(match &claim.form {
        _ if bound => " ≤ ",
        Form::Ratio { offset, .. } if !offset.is_zero() => " − 1 = ",
        _ => " = ",
    }));
    push(written(first)?);
    let shared = Differs {
        heading: !differs.heading,
        place: !differs.place,
        period: !differs.period,
    };
    let shared = named(lenses, first, &shared)?;
    if !shared.english().is_empty() {
        push((
            format!(", {}", shared.english()),
            format!("，{}", shared.chinese()),
        ));
    }
    Ok(Label::new(english, chinese))
}

/// The figure of a cell, or why there is none.
fn value(lenses: &Lenses<'_>, spot: &Spot) -> Result<(String, String)> {
    let subject = &lenses.get(spot.lens).subject;
    let cited = match &spot.cell {
        Some(cell) => subject.cite(spot.place, spot.period, cell)?,
        None => None,
    };
    let Some(cited) = cited else {
        let absence = spot.cell.as_ref().and_then(Cell::absence);
        return Ok(match absence.map_or(Gap::NotRecorded, Gap::Absent) {
            Gap::NotRecorded => ("not recorded".to_string(), "没有记录".to_string()),
            Gap::Absent(absence) => (absence.to_string(), absence.chinese().to_string()),
        });
    };
    Ok(match cited.value() {
        Some(value) => {
            let number = show::number(value, &Interval::point(value));
            (
                show::english(&number, subject.unit),
                show::chinese(&number, subject.unit),
            )
        }
        None => {
            let answer = Answer::new(None, *cited.values(), subject.unit);
            (
                answer.value_english(Sign::AsIs),
                answer.value_chinese(Sign::AsIs),
            )
        }
    })
}
