//! Where every check is heard: judged, counted, and told to the caller if it is wanted.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use rust_decimal::Decimal;

use super::equation::{
    Form, Judgement, Outcome, Solved, Variable, allowed_each, distance, is_bound, judge,
    least_change, solve,
};
use super::finding::{Finding, Implied, Mend, Obstacle, Rule, Verdict, VerdictKind};
use super::lens::{Lenses, Spot};
use super::wording;
use super::{Progress, Step, Summary};
use crate::error::{Error, Result};
use crate::model::Unit;
use crate::query::cited::{Cited, Flag, Gap, Missing};
use crate::query::subject::Value;

/// Figures that should fit each other.
#[derive(Debug)]
pub(super) struct Claim<'c> {
    pub(super) rule: Rule,
    pub(super) name: Option<&'c str>,
    pub(super) form: Form,
    /// The whole, the ratio or the change first.
    pub(super) spots: Vec<Spot>,
    /// The unit each is in and the one that is reckoned in; empty if they are the same.
    pub(super) units: &'c [(Unit, Unit)],
}

/// Why checking ended before its end.
pub(super) enum Stop {
    Asked,
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

pub(super) type Heard = std::result::Result<(), Stop>;

pub(super) struct Hearing<'h, 'a> {
    pub(super) lenses: &'h Lenses<'a>,
    pub(super) wanted: &'h [VerdictKind],
    pub(super) summary: Summary,
    pub(super) progress: Progress,
    pub(super) visit: &'h mut dyn FnMut(Step) -> ControlFlow<()>,
}

/// The caller is told the progress after so many cells.
const CELLS_A_STEP: usize = 16_384;

impl Hearing<'_, '_> {
    /// So many more cells were looked at.
    pub(super) fn passed(&mut self, cells: usize) -> Heard {
        let steps = |cells: usize| cells / CELLS_A_STEP;
        let before = steps(self.progress.done);
        self.progress.done = self.progress.done.saturating_add(cells);
        if steps(self.progress.done) > before || self.progress.done >= self.progress.all {
            self.tell(Step::Progress(self.progress))?;
        }
        Ok(())
    }

    fn tell(&mut self, step: Step) -> Heard {
        match (self.visit)(step) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stop::Asked),
        }
    }

    /// Judges a claim.
    pub(super) fn hear(&mut self, claim: &Claim<'_>) -> Heard {
        let mut variables = self.variables(claim);
        let mut judgement = judge(&claim.form, &variables)?;
        // One missing figure that could be nothing at all: those that are there cannot all be true.
        if judgement.outcome == Outcome::Missing
            && let Some((at, _)) = only_missing(claim)
            && solve(&claim.form, &variables, at)? == Solved::Nothing
        {
            if let Some(missing) = variables.get_mut(at) {
                missing.values = Some(missing.domain);
            }
            judgement = judge(&claim.form, &variables)?;
            judgement.outcome = Outcome::Contradicts;
        }
        let obstacle = match judgement.outcome {
            Outcome::Missing => Some(Obstacle::Missing),
            Outcome::MayBeZero => Some(Obstacle::BaseMayBeZero),
            Outcome::Contradicts if self.is_broken(claim)? => Some(Obstacle::SeriesBreak),
            _ => None,
        };
        self.conclude(claim, &variables, judgement, obstacle)
    }

    /// A claim that cannot be judged.
    pub(super) fn cannot(&mut self, claim: &Claim<'_>, obstacle: Obstacle) -> Heard {
        let variables = self.variables(claim);
        let judgement = Judgement {
            outcome: Outcome::Missing,
            reckoned: None,
        };
        self.conclude(claim, &variables, judgement, Some(obstacle))
    }

    fn variables(&self, claim: &Claim<'_>) -> Vec<Variable> {
        let variable = |(at, spot): (usize, &Spot)| {
            let units = claim.units.get(at).filter(|(own, common)| own != common);
            Variable {
                units: units.copied(),
                ..self.lenses.variable(spot)
            }
        };
        claim.spots.iter().enumerate().map(variable).collect()
    }

    fn conclude(
        &mut self,
        claim: &Claim<'_>,
        variables: &[Variable],
        judgement: Judgement,
        obstacle: Option<Obstacle>,
    ) -> Heard {
        let kind = match (obstacle, judgement.outcome) {
            (Some(_), _) => VerdictKind::NotCheckable,
            (None, Outcome::Exactly) => VerdictKind::AgreesExactly,
            (None, Outcome::WithinRounding) => VerdictKind::AgreesWithinRounding,
            (None, Outcome::WithinBound) => VerdictKind::ConsistentWithBound,
            (None, _) => VerdictKind::Contradicts,
        };
        self.summary.count(kind);
        if !self.wanted.contains(&kind) {
            return Ok(());
        }
        let verdict = match (kind, obstacle) {
            (VerdictKind::AgreesExactly, _) => Verdict::AgreesExactly,
            (VerdictKind::AgreesWithinRounding, _) => Verdict::AgreesWithinRounding,
            (VerdictKind::ConsistentWithBound, _) => Verdict::ConsistentWithBound,
            (VerdictKind::NotCheckable, Some(obstacle)) => Verdict::NotCheckable {
                implied: self.implied(claim, variables, obstacle)?,
                obstacle,
            },
            _ => Verdict::Contradicts {
                gap: gap(variables, &judgement),
                mends: self.mends(claim, variables)?,
            },
        };
        let finding = self.finding(claim, verdict, variables, judgement)?;
        self.tell(Step::Finding(Box::new(finding)))
    }

    /// Whether a break in the series lies between the two periods of a claim over time.
    fn is_broken(&self, claim: &Claim<'_>) -> Result<bool> {
        let ends = match (claim.rule, claim.spots.as_slice()) {
            (Rule::Change, [_, later, earlier]) | (Rule::Cumulative, [later, earlier]) => {
                (earlier, later)
            }
            _ => return Ok(false),
        };
        let (earlier, later) = ends;
        let subject = &self.lenses.get(later.lens).subject;
        let Some(table) = &subject.table else {
            return Ok(later.is_break());
        };
        for cell in table.row(later.place)? {
            let (period, cell) = cell?;
            let between = period.last_day() > earlier.period.last_day()
                && period.last_day() <= later.period.last_day();
            if between && cell.status() == Some(crate::model::Status::SeriesBreak) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn implied(
        &self,
        claim: &Claim<'_>,
        variables: &[Variable],
        obstacle: Obstacle,
    ) -> Result<Option<Implied>> {
        let (Some((at, spot)), Obstacle::Missing) = (only_missing(claim), obstacle) else {
            return Ok(None);
        };
        let Solved::Values(values) = solve(&claim.form, variables, at)? else {
            return Ok(None);
        };
        let subject = &self.lenses.get(spot.lens).subject;
        Ok(Some(Implied {
            key: subject.key(spot.place, spot.period)?,
            values,
            unit: subject.unit,
            label: wording::term(self.lenses, claim, spot)?,
        }))
    }

    fn mends(&self, claim: &Claim<'_>, variables: &[Variable]) -> Result<Vec<Mend>> {
        let mut mends = Vec::new();
        let allowed = allowed_each(&claim.form, variables)?;
        for (spot, allowed) in claim.spots.iter().zip(allowed) {
            let (Some(values), Some(allowed), Some(cell)) = (spot.values, allowed, spot.cell)
            else {
                continue;
            };
            let lens = self.lenses.get(spot.lens);
            let Some(by) = least_change(&values, &allowed, lens.step(spot)) else {
                continue;
            };
            let cited = lens.subject.cite(spot.place, spot.period, &cell)?;
            let value = cited.as_ref().and_then(Cited::value);
            let size = value
                .or(values.low().value())
                .or(values.high().value())
                .map_or(Decimal::ZERO, |size| size.abs());
            let mend = Mend {
                key: lens.subject.key(spot.place, spot.period)?,
                by,
                to: value.and_then(|value| value.checked_add(by)),
                allowed,
                unit: lens.subject.unit,
                label: wording::term(self.lenses, claim, spot)?,
            };
            mends.push((size, mend));
        }
        // |by| / size, multiplied out; what has no size changes most.
        mends.sort_by(|(size, mend), (other_size, other)| {
            match (
                mend.by.abs().checked_mul(*other_size),
                other.by.abs().checked_mul(*size),
            ) {
                _ if size.is_zero() || other_size.is_zero() => other_size.cmp(size),
                (Some(own), Some(other)) => own.cmp(&other),
                _ => Ordering::Equal,
            }
        });
        Ok(mends.into_iter().map(|(_, mend)| mend).collect())
    }

    fn finding(
        &self,
        claim: &Claim<'_>,
        verdict: Verdict,
        variables: &[Variable],
        judgement: Judgement,
    ) -> Result<Finding> {
        let (mut used, mut missing) = (Vec::new(), Vec::new());
        let mut flags: Vec<Flag> = Vec::new();
        for spot in &claim.spots {
            let subject = &self.lenses.get(spot.lens).subject;
            let cited = match &spot.cell {
                Some(cell) => subject.cite(spot.place, spot.period, cell)?,
                None => None,
            };
            match cited {
                Some(cited) => {
                    flags.extend(Value::of(cited.clone()).flags);
                    used.push(cited);
                }
                None => missing.push(Missing {
                    key: subject.key(spot.place, spot.period)?,
                    gap: spot
                        .cell
                        .and_then(|cell| cell.absence())
                        .map_or(Gap::NotRecorded, Gap::Absent),
                }),
            }
        }
        let unit = claim
            .spots
            .first()
            .map_or(Unit::ONE, |first| self.lenses.get(first.lens).subject.unit);
        Ok(Finding {
            rule: claim.rule,
            name: claim.name.map(str::to_string),
            equation: wording::equation(self.lenses, claim, is_bound(&claim.form, variables))?,
            verdict,
            stated: claim.spots.first().and_then(|first| first.values),
            reckoned: judgement.reckoned,
            unit,
            used,
            missing,
            flags,
        })
    }
}

/// The cell that has no figure, if all others have.
fn only_missing<'c>(claim: &'c Claim<'_>) -> Option<(usize, &'c Spot)> {
    let spots = claim.spots.iter().enumerate();
    let mut missing = spots.filter(|(_, spot)| !spot.is_known());
    let first = missing.next();
    first.filter(|_| missing.next().is_none())
}

/// How far what was reckoned lies from what is stated.
fn gap(variables: &[Variable], judgement: &Judgement) -> Option<Decimal> {
    distance(&variables.first()?.values?, &judgement.reckoned?)
}
