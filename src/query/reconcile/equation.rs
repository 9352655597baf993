//! The arithmetic of a check: what a sum or a ratio allows, whether the stated figures can all be true, and what each
//! would have to be.

#[cfg(test)]
mod tests;

use rust_decimal::Decimal;

use crate::error::Result;
use crate::model::{Bound, Certainty, Interval, Unit};

/// A cell's part in an equation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variable {
    /// What its figure allows, in its own unit; `None` where there is no figure.
    pub(super) values: Option<Interval>,
    /// What it could be at all, in its own unit.
    pub(super) domain: Interval,
    /// Whether it is a whole number.
    pub(super) whole: bool,
    /// Whether the figure says only from where on, or up to where.
    pub(super) one_sided: bool,
    /// Its own unit and the one the equation reckons in, where they differ.
    pub(super) units: Option<(Unit, Unit)>,
}

/// How the variables hang together. The first is the one that the others add up to, or make the ratio of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The first is the sum of the others, less those from `minus` on.
    Sum { minus: usize },
    /// The first is at least the sum of the others, none of which is negative.
    AtLeastSum,
    /// `second × scale = (first + offset) × third`, and the third is above zero.
    Ratio { scale: Decimal, offset: Decimal },
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Exactly,
    WithinRounding,
    WithinBound,
    Contradicts,
    /// A figure is missing.
    Missing,
    /// What is divided by may be zero or less.
    MayBeZero,
}

/// An outcome with what the others allow for the first, in its unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judgement {
    pub(super) outcome: Outcome,
    pub(super) reckoned: Option<Interval>,
}

impl Judgement {
    fn of(outcome: Outcome) -> Self {
        Self {
            outcome,
            reckoned: None,
        }
    }
}

impl Variable {
    /// Its values in the unit of the equation.
    fn common(&self) -> Result<Option<Interval>> {
        match (self.values, self.units) {
            (Some(values), Some((own, common))) => own.convert(&values, common).map(Some),
            (values, _) => Ok(values),
        }
    }

    /// Values of the equation's unit as it could state them; `None` where it could state none of them.
    fn own(&self, common: &Interval) -> Result<Option<Interval>> {
        let own = match self.units {
            Some((own, unit)) => unit.convert(common, own)?,
            None => *common,
        };
        let own = own.intersection(&self.domain);
        Ok(match own {
            Some(own) if self.whole => own.whole(),
            own => own,
        })
    }

    fn is_never_negative(&self) -> bool {
        self.domain
            .low()
            .value()
            .is_some_and(|low| low >= Decimal::ZERO)
    }
}

fn zero() -> Interval {
    Interval::point(Decimal::ZERO)
}

fn positive() -> Interval {
    Interval::new(Bound::Open(Decimal::ZERO), Bound::Unbounded).unwrap_or_else(Interval::everything)
}

fn plus(interval: &Interval, offset: Decimal) -> Interval {
    interval.add(&Interval::point(offset))
}

/// Whether the figures can all be true.
pub(super) fn judge(form: &Form, variables: &[Variable]) -> Result<Judgement> {
    let [first, others @ ..] = variables else {
        return Ok(Judgement::of(Outcome::Missing));
    };
    match form {
        Form::Ratio { scale, offset } => match others {
            [numerator, denominator] => {
                judge_ratio([first, numerator, denominator], *scale, *offset)
            }
            _ => Ok(Judgement::of(Outcome::Missing)),
        },
        Form::Sum { .. } | Form::AtLeastSum => judge_sum(form, first, others, variables),
    }
}

fn judge_sum(
    form: &Form,
    first: &Variable,
    others: &[Variable],
    all: &[Variable],
) -> Result<Judgement> {
    let Some(stated) = first.common()? else {
        return Ok(Judgement::of(Outcome::Missing));
    };
    let mut sum = zero();
    let mut known = 0;
    for (at, part) in others.iter().enumerate() {
        let Some(values) = signed(form, part, at + 1)? else {
            continue;
        };
        known += 1;
        sum = sum.add(&values);
    }
    if known == 0 || (known < others.len() && !is_bound(form, all)) {
        return Ok(Judgement::of(Outcome::Missing));
    }
    let outcome = if is_bound(form, all) {
        match sum.at_most(&stated) {
            Certainty::CertainlyNot => Outcome::Contradicts,
            _ => Outcome::WithinBound,
        }
    } else {
        agreement(&sum, &stated, all)
    };
    Ok(Judgement {
        outcome,
        reckoned: Some(sum),
    })
}

/// Whether the first can only be held to be at least the sum: because that is all that is claimed, or because parts
/// are missing that cannot be negative.
pub(super) fn is_bound(form: &Form, variables: &[Variable]) -> bool {
    match form {
        Form::AtLeastSum => true,
        Form::Ratio { .. } => false,
        Form::Sum { minus } => {
            let others = variables.get(1..).unwrap_or_default();
            others.iter().any(|part| part.values.is_none())
                && *minus >= variables.len()
                && others.iter().all(Variable::is_never_negative)
        }
    }
}

fn is_subtracted(form: &Form, at: usize) -> bool {
    matches!(form, Form::Sum { minus } if at >= *minus)
}

fn agreement(reckoned: &Interval, stated: &Interval, all: &[Variable]) -> Outcome {
    if !reckoned.overlaps(stated) {
        Outcome::Contradicts
    } else if reckoned.equal_to(stated) == Certainty::Certainly {
        Outcome::Exactly
    } else if all.iter().any(|variable| variable.one_sided) {
        Outcome::WithinBound
    } else {
        Outcome::WithinRounding
    }
}

/// Multiplied out, so that each figure stands once and an overlap means that all can be true.
fn judge_ratio(
    [rate, numerator, denominator]: [&Variable; 3],
    scale: Decimal,
    offset: Decimal,
) -> Result<Judgement> {
    let (Some(stated), Some(below)) = (rate.common()?, denominator.common()?) else {
        return Ok(Judgement::of(Outcome::Missing));
    };
    if below.as_point() == Some(Decimal::ZERO) {
        return Ok(Judgement::of(Outcome::Contradicts));
    }
    let certainly_positive = below.greater_than(&zero()) == Certainty::Certainly;
    let below = match below.intersection(&positive()) {
        Some(below) if certainly_positive || denominator.is_never_negative() => below,
        _ => return Ok(Judgement::of(Outcome::MayBeZero)),
    };
    let Some(above) = numerator.common()? else {
        return Ok(Judgement::of(Outcome::Missing));
    };
    let above = above.scale(scale);
    let all = [*rate, *numerator, *denominator];
    let product = plus(&stated, offset).mul(&below);
    let outcome = agreement(&product, &above, &all);
    let reckoned = above
        .div(&below)
        .ok()
        .map(|quotient| plus(&quotient, -offset));
    Ok(Judgement { outcome, reckoned })
}

/// What one variable would have to be for the rest to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Solved {
    /// The rest does not say.
    Unknown,
    /// Nothing that it could state would do.
    Nothing,
    /// One of these, in its own unit.
    Values(Interval),
}

/// What one variable would have to be for the rest to hold.
pub(super) fn solve(form: &Form, variables: &[Variable], at: usize) -> Result<Solved> {
    let Some(variable) = variables.get(at) else {
        return Ok(Solved::Unknown);
    };
    let common = match form {
        Form::Ratio { scale, offset } => allowed_in_ratio(variables, *scale, *offset, at)?,
        _ => allowed_in_sum(form, variables, at)?,
    };
    Ok(match common {
        None => Solved::Unknown,
        Some(common) => match variable.own(&common)? {
            None => Solved::Nothing,
            Some(values) => Solved::Values(values),
        },
    })
}

fn allowed_in_sum(form: &Form, variables: &[Variable], at: usize) -> Result<Option<Interval>> {
    let stated = variables.get(at).is_some_and(|own| own.values.is_some());
    let bound = is_bound(form, variables) && stated;
    let mut rest = zero();
    for (other, variable) in variables.iter().enumerate().skip(1) {
        if other == at {
            continue;
        }
        match signed(form, variable, other)? {
            Some(values) => rest = rest.add(&values),
            None if bound => {}
            None => return Ok(None),
        }
    }
    left_for(form, variables, at, &rest, bound)
}

/// What is left for one variable by the sum of the other parts.
fn left_for(
    form: &Form,
    variables: &[Variable],
    at: usize,
    rest: &Interval,
    bound: bool,
) -> Result<Option<Interval>> {
    let bound = bound || *form == Form::AtLeastSum;
    if at == 0 {
        return Ok(match bound {
            true => Interval::new(rest.low(), Bound::Unbounded),
            false => Some(*rest),
        });
    }
    let whole = variables.first().map(Variable::common).transpose()?;
    let Some(whole) = whole.flatten() else {
        return Ok(None);
    };
    let left = whole.sub(rest);
    Ok(if bound {
        Interval::new(Bound::Unbounded, left.high())
    } else if is_subtracted(form, at) {
        Some(left.neg())
    } else {
        Some(left)
    })
}

/// A part as it enters the sum.
fn signed(form: &Form, part: &Variable, at: usize) -> Result<Option<Interval>> {
    let values = part.common()?;
    Ok(match is_subtracted(form, at) {
        true => values.map(|values| values.neg()),
        false => values,
    })
}

/// What each variable that is there would have to be for the rest to hold, as [`solve`] says one by one; for
/// long sums in one pass.
pub(super) fn allowed_each(form: &Form, variables: &[Variable]) -> Result<Vec<Option<Interval>>> {
    if let Form::Ratio { .. } = form {
        let solved = (0..variables.len()).map(|at| {
            Ok(match solve(form, variables, at)? {
                Solved::Values(values) => Some(values),
                Solved::Nothing | Solved::Unknown => None,
            })
        });
        return solved.collect();
    }
    // After each part, the sum of those behind it.
    let mut behind = vec![zero(); variables.len()];
    let mut sum = zero();
    for (at, part) in variables.iter().enumerate().skip(1).rev() {
        if let Some(place) = behind.get_mut(at) {
            *place = sum;
        }
        if let Some(values) = signed(form, part, at)? {
            sum = sum.add(&values);
        }
    }
    let bound = is_bound(form, variables);
    let mut all = Vec::with_capacity(variables.len());
    let mut before = zero();
    for (at, (variable, behind)) in variables.iter().zip(&behind).enumerate() {
        let rest = if at == 0 { sum } else { before.add(behind) };
        if at > 0
            && let Some(values) = signed(form, variable, at)?
        {
            before = before.add(&values);
        }
        let left = match variable.values {
            Some(_) => left_for(form, variables, at, &rest, bound)?,
            None => None,
        };
        all.push(left.map_or(Ok(None), |left| variable.own(&left))?);
    }
    Ok(all)
}

fn allowed_in_ratio(
    variables: &[Variable],
    scale: Decimal,
    offset: Decimal,
    at: usize,
) -> Result<Option<Interval>> {
    let [rate, numerator, denominator] = variables else {
        return Ok(None);
    };
    let above = numerator.common()?.map(|above| above.scale(scale));
    let below = denominator
        .common()?
        .and_then(|below| below.intersection(&positive()));
    let rate = rate.common()?.map(|rate| plus(&rate, offset));
    Ok(match (at, rate, above, below) {
        (0, _, Some(above), Some(below)) => above
            .div(&below)
            .ok()
            .map(|quotient| plus(&quotient, -offset)),
        (1, Some(rate), _, Some(below)) => rate.mul(&below).div(&Interval::point(scale)).ok(),
        (2, Some(rate), Some(above), _) => {
            // Of a rate that may be zero only what lies above it can go with a numerator above zero.
            let rate = match rate.contains(Decimal::ZERO) && !above.contains(Decimal::ZERO) {
                true => rate.intersection(&positive()),
                false => Some(rate),
            };
            let quotient = rate.and_then(|rate| above.div(&rate).ok());
            quotient.and_then(|below| below.intersection(&positive()))
        }
        _ => None,
    })
}

/// How far two sets of values lie apart; `None` if they do not, or nobody can say.
pub(super) fn distance(a: &Interval, b: &Interval) -> Option<Decimal> {
    let between = |high: Bound, low: Bound| low.value()?.checked_sub(high.value()?);
    [between(a.high(), b.low()), between(b.high(), a.low())]
        .into_iter()
        .flatten()
        .find(|gap| *gap >= Decimal::ZERO)
        .map(|gap| gap.normalize())
}

/// The least change to a value known to within `stated`, in steps of its last printed digit, that brings it
/// within `allowed`.
pub(super) fn least_change(
    stated: &Interval,
    allowed: &Interval,
    step: Option<Decimal>,
) -> Option<Decimal> {
    let gap = distance(stated, allowed)?;
    let up = match (stated.high().value(), allowed.low().value()) {
        (Some(high), Some(low)) => high <= low,
        _ => false,
    };
    let Some(step) = step.filter(|step| !step.is_zero()) else {
        return Some(if up { gap } else { -gap });
    };
    let steps = gap.checked_div(step)?.ceil();
    let reaches = |steps: Decimal| {
        let by = steps.checked_mul(step)?;
        let by = if up { by } else { -by };
        plus(stated, by).overlaps(allowed).then_some(by)
    };
    reaches(steps)
        .or_else(|| reaches(steps.checked_add(Decimal::ONE)?))
        .map(|by| by.normalize())
}
