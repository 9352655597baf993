//! Reconcile: find the figures of a book that cannot all be true.
//!
//! [`Ask::reconcile`] holds against each other, table by table,
//!
//! | rule | what should fit | unless declared otherwise |
//! |---|---|---|
//! | [`Partition`](Rule::Partition) | the members of a declared partition = what they divide | part ≤ whole while parts are missing |
//! | [`Within`](Rule::Within) | a breakdown ≤ each nearest breakdown it lies in | |
//! | [`Regions`](Rule::Regions), [`Institutions`](Rule::Institutions) | parts ≤ the nearest stated region | = by [`regions_exhaust`](Reconcile::regions_exhaust), [`institutions_exhaust`](Reconcile::institutions_exhaust) |
//! | [`Members`](Rule::Members) | the members of a consortium = its region | by [`members_exhaust`](Reconcile::members_exhaust); that they are no more follows from the institutions |
//! | [`Ratio`](Rule::Ratio), [`Numerator`](Rule::Numerator) | numerator ÷ denominator = the ratio; numerator ≤ denominator of a share | |
//! | [`Change`](Rule::Change) | two levels and the change between them | not over a break in the series |
//! | [`Completion`](Rule::Completion) | level ÷ target = completion, and the target is above zero | |
//! | [`Cumulative`](Rule::Cumulative) | what counts from one day on does not fall | not over a break in the series |
//! | [`Periods`](Rule::Periods), [`PeriodWithin`](Rule::PeriodWithin) | months = their year, for flows that add; a period ≤ a longer one | ≤ while months are missing |
//! | [`EndDate`](Rule::EndDate) | stocks of one end date, under whatever period | |
//! | [`Declared`](Rule::Declared) | the caller's [`Identity`] | |
//!
//! A figure stands for all that it allows ([`true_values`](crate::rules::true_values)): what contradicts does so
//! whatever the true values are. Absent is not zero: what misses a figure is not checkable, or checked as a bound.
//! An identity is looked at where a part, a ratio, a change is stated; a total that nobody breaks down is no finding.
//!
//! ```
//! # use yearbook::model::*;
//! # use yearbook::{Ask, BookBuilder, CatalogueBuilder};
//! # let mut catalogue = CatalogueBuilder::new();
//! # catalogue.region(Region::new("421081".parse()?, None, Level::County, Names::new("石首市", "Shishou")?))?;
//! # catalogue.source(Source::new("shishou-2023".parse()?, "Review of 2023", "", None)?)?;
//! # catalogue.indicator(Indicator::new(
//! #     "notifiable_disease_cases".parse()?, Names::new("法定传染病报告病例", "notifiable disease cases")?,
//! #     Unit::parse("例")?, Kind::Count, Temporal::Flow,
//! # )?)?;
//! # let member = |code: &str, zh, en| -> yearbook::Result<Member> { Ok(Member {
//! #     code: code.parse()?, names: Names::new(zh, en)?, parent: None, partition: Some("reported".to_string()),
//! # }) };
//! # catalogue.dimension(Dimension::new(
//! #     "class".parse()?, Names::zh("类别")?, vec![member("b", "乙类", "class B")?, member("c", "丙类", "class C")?],
//! # )?)?;
//! # let mut book = BookBuilder::new(catalogue.finish()?);
//! # for (breakdown, figure) in [("", "8303"), ("class=b", "4163"), ("class=c", "4141")] {
//! #     book.observe(&Observation {
//! #         key: Heading::level("notifiable_disease_cases".parse()?).by(breakdown.parse()?)
//! #             .at("421081".parse::<Place>()?, "2023".parse()?),
//! #         stated: Stated::figure(figure.parse()?, Unit::parse("例")?),
//! #         source: "shishou-2023".parse()?,
//! #     })?;
//! # }
//! # let book = book.finish()?;
//! let contradictions = Ask::of(&book).reconcile().contradictions()?;
//! assert_eq!(
//!     contradictions[0].to_string(),
//!     "parts and their whole: notifiable disease cases, class B (4163 cases) + notifiable disease cases, class C (4141 cases) \
//!      = notifiable disease cases (8303 cases), Shishou, 2023: contradicts by 1 case; \
//!      mended by notifiable disease cases at 8304 cases, \
//!      or notifiable disease cases, class B at 4162 cases, \
//!      or notifiable disease cases, class C at 4140 cases",
//! );
//! # Ok::<(), yearbook::Error>(())
//! ```

mod across;
mod equation;
mod finding;
mod hearing;
mod identity;
mod lens;
mod places;
mod plan;
mod row;
mod units;
mod wording;

use std::fmt;
use std::ops::ControlFlow;

use serde::Serialize;

pub use finding::{Finding, Implied, Mend, Obstacle, Rule, Verdict, VerdictKind};
pub use identity::Identity;

use self::hearing::{Heard, Hearing, Stop};
use self::lens::Lenses;
use self::plan::{Check, plan};
use super::Ask;
use super::name::WhichHeading;
use crate::error::Result;

/// What is to be held against each other, and what is to be told; see the [module](self).
#[derive(Clone, Debug)]
#[must_use]
pub struct Reconcile<'a> {
    ask: Ask<'a>,
    told: Vec<VerdictKind>,
    regions_exhaust: Vec<WhichHeading>,
    institutions_exhaust: Vec<WhichHeading>,
    members_exhaust: Vec<(String, WhichHeading)>,
    identities: Vec<Identity>,
}

/// What a caller is told while a book is reconciled.
#[derive(Clone, Debug)]
pub enum Step {
    /// Figures were held against each other.
    Finding(Box<Finding>),
    /// So much is done.
    Progress(Progress),
}

/// How far the work has come. A cell counts once for each rule that looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Cells that were looked at.
    pub done: usize,
    /// Cells to look at.
    pub all: usize,
}

/// How many checks came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Every figure exact, and they fit.
    pub agree_exactly: usize,
    /// All can be true as they were rounded.
    pub agree_within_rounding: usize,
    /// A bound was checked, and holds.
    pub consistent_with_bound: usize,
    /// They cannot all be true.
    pub contradict: usize,
    /// Nobody can tell.
    pub not_checkable: usize,
    /// Whether the work was done to its end, and not stopped.
    pub complete: bool,
}

impl Summary {
    fn count(&mut self, kind: VerdictKind) {
        let count = match kind {
            VerdictKind::AgreesExactly => &mut self.agree_exactly,
            VerdictKind::AgreesWithinRounding => &mut self.agree_within_rounding,
            VerdictKind::ConsistentWithBound => &mut self.consistent_with_bound,
            VerdictKind::Contradicts => &mut self.contradict,
            VerdictKind::NotCheckable => &mut self.not_checkable,
        };
        *count += 1;
    }

    /// How many checks there were.
    pub fn checks(&self) -> usize {
        self.agree_exactly
            + self.agree_within_rounding
            + self.consistent_with_bound
            + self.contradict
            + self.not_checkable
    }

    /// In Chinese.
    pub fn to_chinese(&self) -> String {
        format!(
            "核对{}项：完全一致{}项，四舍五入范围内一致{}项，与界限相符{}项，矛盾{}项，无法核对{}项{}",
            self.checks(),
            self.agree_exactly,
            self.agree_within_rounding,
            self.consistent_with_bound,
            self.contradict,
            self.not_checkable,
            if self.complete {
                ""
            } else {
                "（中途停止）"
            }
        )
    }
}

/// `6 checks: 2 agree exactly, 1 agrees within rounding, …`
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} checks: {} agree exactly, {} within rounding, {} are consistent with a bound, {} contradict, {} are not checkable{}",
            self.checks(),
            self.agree_exactly,
            self.agree_within_rounding,
            self.consistent_with_bound,
            self.contradict,
            self.not_checkable,
            if self.complete { "" } else { " (stopped)" }
        )
    }
}

impl<'a> Ask<'a> {
    /// Holds the figures of the book against each other; see the [module](crate::query::reconcile).
    pub fn reconcile(&self) -> Reconcile<'a> {
        Reconcile {
            ask: *self,
            told: VerdictKind::ALL.to_vec(),
            regions_exhaust: Vec::new(),
            institutions_exhaust: Vec::new(),
            members_exhaust: Vec::new(),
            identities: Vec::new(),
        }
    }
}

impl Reconcile<'_> {
    /// Tells findings of these verdicts only; all are counted.
    pub fn telling(mut self, kinds: &[VerdictKind]) -> Self {
        self.told = kinds.to_vec();
        self
    }

    /// Declares that under this heading the regions right below a region make it up.
    pub fn regions_exhaust(mut self, heading: impl Into<WhichHeading>) -> Self {
        self.regions_exhaust.push(heading.into());
        self
    }

    /// Declares that under this heading the institutions of a region and of all regions below make it up.
    pub fn institutions_exhaust(mut self, heading: impl Into<WhichHeading>) -> Self {
        self.institutions_exhaust.push(heading.into());
        self
    }

    /// Declares that under this heading the members of a consortium, by its code or a name, make up its region.
    pub fn members_exhaust(
        mut self,
        consortium: impl Into<String>,
        heading: impl Into<WhichHeading>,
    ) -> Self {
        self.members_exhaust
            .push((consortium.into(), heading.into()));
        self
    }

    /// Declares one more identity.
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identities.push(identity);
        self
    }

    /// The findings that are told, rule by rule, then by place and period.
    ///
    /// # Errors
    /// What [`each`](Self::each) refuses.
    pub fn findings(&self) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        self.each(|step| {
            if let Step::Finding(finding) = step {
                findings.push(*finding);
            }
            ControlFlow::Continue(())
        })?;
        Ok(findings)
    }

    /// The findings that contradict.
    ///
    /// # Errors
    /// What [`each`](Self::each) refuses.
    pub fn contradictions(&self) -> Result<Vec<Finding>> {
        self.clone().telling(&[VerdictKind::Contradicts]).findings()
    }

    /// Tells the caller of each finding, and now and then of the progress. `Break` stops the work.
    ///
    /// # Errors
    /// [`Unknown`](crate::ErrorKind::Unknown) for a heading or a consortium that was declared and is none,
    /// [`Unit`](crate::ErrorKind::Unit) for an identity whose units do not go together,
    /// [`Corrupt`](crate::ErrorKind::Corrupt) for a damaged table.
    pub fn each(&self, mut visit: impl FnMut(Step) -> ControlFlow<()>) -> Result<Summary> {
        let mut lenses = Lenses::of(self.ask)?;
        let checks = plan(&mut lenses, self)?;
        let mut hearing = Hearing {
            progress: Progress {
                done: 0,
                all: checks.iter().map(|check| check.cells(&lenses)).sum(),
            },
            lenses: &lenses,
            wanted: &self.told,
            summary: Summary::default(),
            visit: &mut visit,
        };
        hearing.summary.complete = true;
        for check in &checks {
            match hearing.check(check) {
                Ok(()) => {}
                Err(Stop::Failed(error)) => return Err(error),
                Err(Stop::Asked) => {
                    hearing.summary.complete = false;
                    break;
                }
            }
        }
        Ok(hearing.summary)
    }
}

impl Hearing<'_, '_> {
    fn check(&mut self, check: &Check) -> Heard {
        match check {
            Check::Row { table } => self.rows(*table),
            Check::Places {
                table,
                regions_exhaust,
                institutions_exhaust,
            } => self.places(*table, *regions_exhaust, *institutions_exhaust),
            Check::Members { table, consortium } => self.members(*table, *consortium),
            Check::Partition { whole, parts } => self.partition(*whole, parts),
            Check::Within { part, wholes } => self.within(*part, wholes),
            Check::Numerator {
                share,
                numerator,
                denominator,
            } => self.numerator(*share, *numerator, *denominator),
            Check::Ratio {
                tables,
                scale,
                units,
                obstacle,
            } => self.ratio(tables, *scale, units.as_ref(), *obstacle),
            Check::Change {
                change,
                level,
                form,
                base,
            } => self.change(*change, *level, *form, *base),
            Check::Completion { tables } => self.completion(tables),
            Check::Declared(declared) => self.declared(declared),
        }
    }
}
