//! What may be recorded: every rule about an observation, in one place.
//!
//! | rule | refusal |
//! |---|---|
//! | indicator, place, source, dimensions, members and scope are in the catalogue | [`Unknown`](ErrorKind::Unknown) |
//! | the place exists at some time of the period | [`Period`](ErrorKind::Period) |
//! | a cumulative figure is not of a time before it began | `Period` |
//! | a change has a base that ends before its period; a flow of counts or amounts, one of equal length | `Period` |
//! | points only on a % or ‰ indicator, and an absolute change on any other | [`Measure`](ErrorKind::Measure) |
//! | the scope of a rank contains the place | `Measure` |
//! | the unit is the measure's or converts to it (and is kept as reported) | [`Unit`](ErrorKind::Unit) |
//! | some true value that the figure allows lies within the bounds of the measure and the kind | [`Bounds`](ErrorKind::Bounds) |
//! | a count, and a rank, is a whole number | `Bounds` |
//!
//! What takes two figures to see is no rule of recording, as the other figure may come later: a cumulative figure that
//! falls, a part above its whole, a relative change whose base is not certainly positive.
//!
//! A level or target outside of the indicator's plausible range is accepted with a [`Warning`].
//! [`check`] looks at one observation; the builders of a book and of a ledger do the same work a
//! heading, a row and a cell at a time.

mod bounds;
mod heading;
mod plain;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use bounds::true_values;
pub(crate) use heading::HeadingRules;
pub use heading::unit_of;

use crate::catalogue::Catalogue;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Dimension, Heading, Observation};

/// Something worth a second look in an observation that breaks no rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warning {
    message: String,
}

impl Warning {
    /// What is worth a second look, and why.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Checks an observation against its catalogue.
///
/// # Errors
/// A rule it breaks, of those in the table [above](self).
pub fn check(catalogue: &Catalogue, observation: &Observation) -> Result<Option<Warning>> {
    let rules = HeadingRules::of(catalogue, &observation.key.heading)?;
    let place = catalogue.place(&observation.key.place)?;
    catalogue.source(&observation.source)?;
    rules.check_place(catalogue, place, std::iter::once(observation.key.period))?;
    rules.check_period(observation.key.period)?;
    rules.check_stated(&observation.stated)
}

/// Checks that the dimensions and members of a heading's breakdown are known.
fn check_breakdown(catalogue: &Catalogue, heading: &Heading) -> Result<()> {
    for (dimension, member) in heading.breakdown.pairs() {
        let known = catalogue.dimension(dimension)?;
        if known.member(member).is_none() {
            return Err(unknown_member(known, member));
        }
    }
    Ok(())
}

fn unknown_member(dimension: &Dimension, member: &crate::model::MemberCode) -> Error {
    let members: Vec<&str> = dimension
        .members()
        .iter()
        .map(|member| member.code.as_str())
        .collect();
    Error::new(
        ErrorKind::Unknown,
        format!(
            "dimension {} has no member {member}: its members are {}",
            dimension.code(),
            members.join(", ")
        ),
    )
}
