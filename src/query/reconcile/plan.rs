//! Which checks a book calls for, worked out from its headings and its catalogue alone.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rust_decimal::Decimal;

use super::Reconcile;
use super::finding::Obstacle;
use super::identity::Declared;
use super::lens::Lenses;
use super::units::ratio_units;
use crate::catalogue::{Catalogue, ConsortiumHandle};
use crate::error::Result;
use crate::model::{
    Base, Breakdown, ChangeForm, DimensionCode, Heading, IndicatorCode, Kind, Measure, MemberCode,
    Unit,
};

/// One pass over tables. Numbers are those of [`Lenses`].
#[derive(Debug)]
pub(super) enum Check {
    /// The periods of each row against each other.
    Row { table: usize },
    /// The places of each column against each other.
    Places {
        table: usize,
        regions_exhaust: bool,
        institutions_exhaust: bool,
    },
    /// The members of a consortium against its region.
    Members {
        table: usize,
        consortium: ConsortiumHandle,
    },
    /// A partition against what it divides.
    Partition { whole: usize, parts: Vec<usize> },
    /// A breakdown against all that it lies in.
    Within { part: usize, wholes: Vec<Whole> },
    /// The numerator of a share against its denominator.
    Numerator {
        share: Option<usize>,
        numerator: usize,
        denominator: usize,
    },
    /// A ratio against its parts.
    Ratio {
        tables: [usize; 3],
        scale: Decimal,
        units: Option<[(Unit, Unit); 3]>,
        obstacle: Option<Obstacle>,
    },
    /// A change against two levels.
    Change {
        change: usize,
        level: usize,
        form: ChangeForm,
        base: Base,
    },
    /// A completion against level and target: the three tables in this order.
    Completion { tables: [usize; 3] },
    /// An identity of the caller's.
    Declared(Declared),
}

/// A table that a breakdown lies in.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) table: usize,
    /// The wholes before it that lie in it: it says nothing more than they do.
    pub(super) beyond: Vec<usize>,
    /// Whether a partition has the part add up to it.
    pub(super) divided: bool,
}

/// How many breakdowns that hold a given one are looked for.
const WHOLES_MAX: usize = 256;

impl Check {
    /// How many cells it looks at.
    pub(super) fn cells(&self, lenses: &Lenses<'_>) -> usize {
        let cells = |number: &usize| lenses.get(*number).cell_count();
        match self {
            Self::Row { table } | Self::Places { table, .. } | Self::Members { table, .. } => {
                cells(table)
            }
            Self::Partition { parts, .. } => parts.iter().map(cells).sum(),
            Self::Within { part, .. } => cells(part),
            Self::Numerator { numerator, .. } => cells(numerator),
            Self::Ratio { tables, .. } | Self::Completion { tables } => cells(&tables[0]),
            Self::Change { change, .. } => cells(change),
            Self::Declared(declared) => declared.lenses.iter().map(cells).sum(),
        }
    }
}

/// The checks of a book, and the lenses they need.
pub(super) fn plan(lenses: &mut Lenses<'_>, options: &Reconcile<'_>) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    let exhausted = |lenses: &Lenses<'_>, which: &[crate::query::WhichHeading]| {
        which
            .iter()
            .map(|which| lenses.ask.heading(which))
            .collect::<Result<BTreeSet<Heading>>>()
    };
    let regions = exhausted(lenses, &options.regions_exhaust)?;
    let institutions = exhausted(lenses, &options.institutions_exhaust)?;
    for table in lenses.tables() {
        let lens = lenses.get(table);
        checks.push(Check::Row { table });
        if lens.adds() {
            checks.push(Check::Places {
                table,
                regions_exhaust: regions.contains(lens.heading()),
                institutions_exhaust: institutions.contains(lens.heading()),
            });
        }
    }
    for (consortium, which) in &options.members_exhaust {
        let consortium = lenses.ask.consortium(consortium)?;
        let heading = lenses.ask.heading(which)?;
        let table = lenses.need(heading)?;
        checks.push(Check::Members { table, consortium });
    }
    partitions(lenses, &mut checks)?;
    wholes(lenses, &mut checks)?;
    ratios(lenses, &mut checks)?;
    measures(lenses, &mut checks)?;
    for identity in &options.identities {
        checks.push(Check::Declared(identity.declared(lenses)?));
    }
    Ok(checks)
}

/// The partitions of which a part has a table.
fn partitions(lenses: &mut Lenses<'_>, checks: &mut Vec<Check>) -> Result<()> {
    let catalogue = lenses.ask.book.catalogue();
    let mut found: BTreeMap<(IndicatorCode, Breakdown, DimensionCode, String), Vec<Breakdown>> =
        BTreeMap::new();
    for table in lenses.tables() {
        let lens = lenses.get(table);
        if !lens.adds() {
            continue;
        }
        let breakdown = &lens.heading().breakdown;
        for (code, member) in breakdown.pairs() {
            let dimension = catalogue.dimension(code)?;
            let Some(member) = dimension.member(member) else {
                continue;
            };
            let Some(label) = &member.partition else {
                continue;
            };
            let whole = with(breakdown, code, member.parent.as_ref())?;
            let siblings = dimension.members().iter().filter(|other| {
                other.partition.as_ref() == Some(label) && other.parent == member.parent
            });
            let parts = siblings.map(|other| with(breakdown, code, Some(&other.code)));
            found.insert(
                (
                    lens.heading().indicator.clone(),
                    whole,
                    code.clone(),
                    label.clone(),
                ),
                parts.collect::<Result<_>>()?,
            );
        }
    }
    for ((indicator, whole, ..), parts) in found {
        let heading = |breakdown| Heading::level(indicator.clone()).by(breakdown);
        let whole = lenses.need(heading(whole))?;
        let parts = parts.into_iter().map(|part| lenses.need(heading(part)));
        let parts = parts.collect::<Result<_>>()?;
        checks.push(Check::Partition { whole, parts });
    }
    Ok(())
}

/// A breakdown with another member of a dimension, or none.
fn with(
    breakdown: &Breakdown,
    dimension: &DimensionCode,
    member: Option<&MemberCode>,
) -> Result<Breakdown> {
    let others = breakdown.pairs().iter().filter(|(own, _)| own != dimension);
    let member = member.map(|member| (dimension.clone(), member.clone()));
    Breakdown::new(others.cloned().chain(member))
}

/// Every breakdown with the wholes that it lies in.
fn wholes(lenses: &Lenses<'_>, checks: &mut Vec<Check>) -> Result<()> {
    let catalogue = lenses.ask.book.catalogue();
    for part in lenses.tables() {
        let lens = lenses.get(part);
        let heading = lens.heading();
        if !lens.adds() || !lens.is_never_negative() || heading.breakdown.is_total() {
            continue;
        }
        let mut found: Vec<(Breakdown, Whole)> = Vec::new();
        let mut seen = BTreeSet::from([heading.breakdown.clone()]);
        let mut queue = VecDeque::from([heading.breakdown.clone()]);
        while let Some(breakdown) = queue.pop_front() {
            for (code, member) in breakdown.pairs() {
                let member = catalogue.dimension(code)?.member(member);
                let above = member.and_then(|member| member.parent.as_ref());
                let wider = with(&breakdown, code, above)?;
                if seen.len() >= WHOLES_MAX || !seen.insert(wider.clone()) {
                    continue;
                }
                let own = heading.clone().by(wider.clone());
                if let Some(table) = lenses.find(&own) {
                    let mut beyond = Vec::new();
                    for (at, (nearer, _)) in found.iter().enumerate() {
                        if lies_in(catalogue, nearer, &wider)? {
                            beyond.push(at);
                        }
                    }
                    let divided = breakdown == heading.breakdown
                        && member.is_some_and(|member| member.partition.is_some());
                    let whole = Whole {
                        table,
                        beyond,
                        divided,
                    };
                    found.push((wider.clone(), whole));
                }
                queue.push_back(wider);
            }
        }
        let wholes: Vec<Whole> = found.into_iter().map(|(_, whole)| whole).collect();
        if !wholes.is_empty() {
            checks.push(Check::Within { part, wholes });
        }
    }
    Ok(())
}

/// Whether the population of one breakdown lies in that of another.
fn lies_in(catalogue: &Catalogue, inner: &Breakdown, outer: &Breakdown) -> Result<bool> {
    for (code, member) in outer.pairs() {
        let dimension = catalogue.dimension(code)?;
        let lies = inner
            .member(code)
            .is_some_and(|inner| dimension.lies_in(inner, member));
        if !lies {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Ratios against their parts, and numerators against their denominators.
fn ratios(lenses: &mut Lenses<'_>, checks: &mut Vec<Check>) -> Result<()> {
    for rate in lenses.tables() {
        let lens = lenses.get(rate);
        let parts = (lens.indicator().numerator(), lens.indicator().denominator());
        let (true, (Some(numerator), Some(denominator))) = (lens.is_level(), parts) else {
            continue;
        };
        let breakdown = lens.heading().breakdown.clone();
        let part = |code: &IndicatorCode| Heading::level(code.clone()).by(breakdown.clone());
        let numerator = lenses.need(part(numerator))?;
        let denominator = lenses.need(part(denominator))?;
        let tables = [rate, numerator, denominator];
        let [own, above, below] = tables.map(|table| &lenses.get(table).subject);
        let units = ratio_units(own.unit, above.unit, below.unit);
        let obstacle = match units {
            None => Some(Obstacle::Units),
            Some(_) if above.is_instant() != below.is_instant() => Some(Obstacle::FlowOverStock),
            Some(_) => None,
        };
        checks.push(Check::Ratio {
            tables,
            scale: units.map_or(Decimal::ONE, |(scale, _)| scale),
            units: units.map(|(_, units)| units),
            obstacle,
        });
    }
    let catalogue = lenses.ask.book.catalogue();
    let mut shares: BTreeMap<(&IndicatorCode, &IndicatorCode), &IndicatorCode> = BTreeMap::new();
    for indicator in catalogue.indicators() {
        let indicator = catalogue.indicator_record(indicator)?;
        if let (Kind::Share, Some(numerator), Some(denominator)) = (
            indicator.kind(),
            indicator.numerator(),
            indicator.denominator(),
        ) {
            shares
                .entry((numerator, denominator))
                .or_insert(indicator.code());
        }
    }
    let mut denominators: BTreeMap<&IndicatorCode, Vec<(&IndicatorCode, &IndicatorCode)>> =
        BTreeMap::new();
    for ((numerator, denominator), share) in shares {
        let of = denominators.entry(numerator).or_default();
        of.push((denominator, share));
    }
    for numerator in lenses.tables() {
        let lens = lenses.get(numerator);
        if !lens.adds() || !lens.is_never_negative() {
            continue;
        }
        let of = denominators.get(&lens.heading().indicator);
        for (denominator, share) in of.into_iter().flatten().copied() {
            let heading = |code: &IndicatorCode| {
                Heading::level(code.clone()).by(lens.heading().breakdown.clone())
            };
            let Some(denominator) = lenses.find(&heading(denominator)) else {
                continue;
            };
            let (own, whole) = (&lens.subject, &lenses.get(denominator).subject);
            if own.is_instant() == whole.is_instant() && own.unit.converts_to(whole.unit) {
                checks.push(Check::Numerator {
                    share: lenses.find(&heading(share)),
                    numerator,
                    denominator,
                });
            }
        }
    }
    Ok(())
}

/// Changes and completions against their levels.
fn measures(lenses: &mut Lenses<'_>, checks: &mut Vec<Check>) -> Result<()> {
    for table in lenses.tables() {
        let heading = lenses.get(table).heading().clone();
        match heading.measure {
            Measure::Change { form, base } => {
                let level = lenses.need(heading.measured(Measure::Level))?;
                checks.push(Check::Change {
                    change: table,
                    level,
                    form,
                    base,
                });
            }
            Measure::Completion => {
                let level = lenses.need(heading.clone().measured(Measure::Level))?;
                let target = lenses.need(heading.measured(Measure::Target))?;
                checks.push(Check::Completion {
                    tables: [table, level, target],
                });
            }
            _ => {}
        }
    }
    Ok(())
}
