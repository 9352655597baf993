//! What a check found: the identity, the cells, the verdict.

mod words;

use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::model::{Interval, Key, Unit};
use crate::query::answer::{Answer, Sign};
use crate::query::cited::{Cited, Flag, Missing};
use crate::query::name::Label;
use crate::query::show;

/// Why figures should fit each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// The members of a partition make up the member, or the total, that they divide.
    Partition,
    /// A part of the population has no more than the whole that it lies in.
    Within,
    /// Regions have no more than the region that they lie in, and make it up where that was declared.
    Regions,
    /// Institutions have no more than the region that they lie in, and make it up where that was declared.
    Institutions,
    /// The members of a consortium make up its region, where that was declared.
    Members,
    /// A share, a ratio or a mean is its numerator over its denominator.
    Ratio,
    /// The numerator of a share is a part of its denominator.
    Numerator,
    /// A change is the difference of two levels.
    Change,
    /// A completion is the level over its target.
    Completion,
    /// What is counted from a day on does not fall.
    Cumulative,
    /// Months and quarters make up their year.
    Periods,
    /// A period has no more than a longer one that it lies in.
    PeriodWithin,
    /// What is as of one end date is one, whatever the period it is stated for.
    EndDate,
    /// An identity of the caller's.
    Declared,
}

/// What there is to say of a finding, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// Every figure is exact, and they fit.
    AgreesExactly,
    /// The figures as they were rounded can all be true.
    AgreesWithinRounding,
    /// No more than a bound could be checked, and it holds.
    ConsistentWithBound,
    /// The figures cannot all be true.
    Contradicts,
    /// Nobody can tell.
    NotCheckable,
}

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// Every figure is exact, and they fit.
    AgreesExactly,
    /// The figures as they were rounded can all be true.
    AgreesWithinRounding,
    /// No more than a bound could be checked (part ≤ whole, a figure that is only a bound, parts that are
    /// missing), and it holds.
    ConsistentWithBound,
    /// The figures cannot all be true.
    Contradicts {
        /// How far what was reckoned lies from what is stated, in the unit of the stated; `None` where nothing could
        /// be reckoned, as for a completion of a target of 0.
        #[serde(serialize_with = "show::as_text_if_any")]
        gap: Option<Decimal>,
        /// What would mend it, one cell changed at a time, from the least change in proportion to the figure.
        /// Empty where no single cell would do.
        mends: Vec<Mend>,
    },
    /// Nobody can tell.
    NotCheckable {
        /// Why not.
        obstacle: Obstacle,
        /// Where the one missing figure would lie, if the others say so.
        implied: Option<Implied>,
    },
}

/// Why something could not be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Obstacle {
    /// A figure is not there; absent is not zero.
    Missing,
    /// A break in the series lies between the two periods.
    SeriesBreak,
    /// A rate of what may be zero or less.
    BaseMayBeZero,
    /// A flow over a stock: of which day, nobody says.
    FlowOverStock,
    /// The units of numerator and denominator do not make the unit of the ratio.
    Units,
}

/// A change of one cell that would mend a contradiction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mend {
    /// The cell.
    pub key: Key,
    /// By how much it would have to change at least: in steps of its last printed digit, if it has one.
    #[serde(serialize_with = "show::as_text")]
    pub by: Decimal,
    /// The number it would then state; `None` for a figure that is a bound or a range.
    #[serde(serialize_with = "show::as_text_if_any")]
    pub to: Option<Decimal>,
    /// What it would have to be, if all other cells are true.
    pub allowed: Interval,
    /// The unit of all these.
    pub unit: Unit,
    #[serde(skip)]
    pub(super) label: Label,
}

/// Where a missing figure would lie, if the others are true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Implied {
    /// The cell.
    pub key: Key,
    /// Its true values.
    pub values: Interval,
    /// Their unit.
    pub unit: Unit,
    #[serde(skip)]
    pub(super) label: Label,
}

/// Figures that were held against each other, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use]
pub struct Finding {
    pub(super) rule: Rule,
    pub(super) name: Option<String>,
    pub(super) equation: Label,
    #[serde(flatten)]
    pub(super) verdict: Verdict,
    pub(super) stated: Option<Interval>,
    pub(super) reckoned: Option<Interval>,
    pub(super) unit: Unit,
    pub(super) used: Vec<Cited>,
    pub(super) missing: Vec<Missing>,
    pub(super) flags: Vec<Flag>,
}

impl Finding {
    /// Why the figures should fit.
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// What the caller called the identity.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The identity with its figures, in English and in Chinese.
    pub fn equation(&self) -> &Label {
        &self.equation
    }

    /// What the check came to.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// The same in a word.
    pub fn kind(&self) -> VerdictKind {
        self.verdict.kind()
    }

    /// Whether the figures cannot all be true.
    pub fn is_contradiction(&self) -> bool {
        self.kind() == VerdictKind::Contradicts
    }

    /// What the cell allows that the others are held against: the whole, the ratio, the change.
    pub fn stated(&self) -> Option<&Interval> {
        self.stated.as_ref()
    }

    /// What the other cells allow for it.
    pub fn reckoned(&self) -> Option<&Interval> {
        self.reckoned.as_ref()
    }

    /// The unit of both.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// The cells that were held against each other, the whole, the ratio or the change first.
    pub fn used(&self) -> &[Cited] {
        &self.used
    }

    /// The cells that were missing.
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// What to be careful about.
    pub fn flags(&self) -> &[Flag] {
        &self.flags
    }

    /// The least change of one cell that would mend a contradiction.
    pub fn least_change(&self) -> Option<&Mend> {
        match &self.verdict {
            Verdict::Contradicts { mends, .. } => mends.first(),
            _ => None,
        }
    }

    /// In Chinese.
    pub fn to_chinese(&self) -> String {
        let name = self.name.as_deref().unwrap_or(self.rule.chinese());
        let mut text = format!(
            "{name}：{}：{}",
            self.equation.chinese(),
            self.kind().chinese()
        );
        match &self.verdict {
            Verdict::AgreesWithinRounding => {
                if let Some(reckoned) = self.reckoned {
                    let reckoned = Answer::new(None, reckoned, self.unit);
                    text.push_str(&format!("，推算{}", reckoned.value_chinese(Sign::AsIs)));
                }
            }
            Verdict::Contradicts { gap, mends } => {
                if let Some(gap) = gap {
                    let gap = show::chinese(&digits(*gap), self.unit_of_gap());
                    text.push_str(&format!("，相差{gap}"));
                }
                if !self.missing.is_empty() && mends.is_empty() {
                    text.push_str("，所缺之数无论为何都不符");
                }
                for (at, mend) in mends.iter().take(MENDS_SHOWN).enumerate() {
                    text.push_str(if at == 0 {
                        "；改一项即可："
                    } else {
                        "，或"
                    });
                    text.push_str(&mend.to_chinese());
                }
            }
            Verdict::NotCheckable { obstacle, implied } => {
                text.push_str(&format!("，{}", obstacle.chinese()));
                if let Some(implied) = implied {
                    let values = Answer::new(None, implied.values, implied.unit);
                    text.push_str(&format!(
                        "；{}应为{}",
                        implied.label.chinese(),
                        values.value_chinese(Sign::AsIs)
                    ));
                }
            }
            Verdict::AgreesExactly | Verdict::ConsistentWithBound => {}
        }
        for (at, flag) in self.flags.iter().enumerate() {
            text.push_str(if at == 0 { "；注意：" } else { "、" });
            text.push_str(&flag.to_chinese());
        }
        text
    }

    /// The difference of two percentages is in points.
    fn unit_of_gap(&self) -> Unit {
        self.unit.points().unwrap_or(self.unit)
    }
}

/// A gap as few digits as tell that it is one.
fn digits(gap: Decimal) -> String {
    const KEPT: u32 = 4;
    let gap = gap.normalize();
    let shown = match gap.scale() {
        0..=KEPT => gap,
        _ => match gap.round_dp(KEPT) {
            zero if zero.is_zero() => gap.round_sf(2).unwrap_or(gap),
            shown => shown,
        },
    };
    shown.normalize().to_string()
}

/// How many ways to mend a contradiction are printed.
const MENDS_SHOWN: usize = 3;

/// `parts and their whole: A (4163 cases) + B (4141 cases) = all (8303 cases), Shishou, 2023: contradicts by 1 case; mended by …`
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.as_deref().unwrap_or(self.rule.english());
        write!(f, "{name}: {}: {}", self.equation.english(), self.kind())?;
        match &self.verdict {
            Verdict::AgreesWithinRounding => {
                if let Some(reckoned) = self.reckoned {
                    let reckoned = Answer::new(None, reckoned, self.unit);
                    write!(f, ", as reckoned {}", reckoned.value_english(Sign::AsIs))?;
                }
            }
            Verdict::Contradicts { gap, mends } => {
                if let Some(gap) = gap {
                    let gap = digits(*gap);
                    write!(f, " by {}", show::english(&gap, self.unit_of_gap()))?;
                }
                if !self.missing.is_empty() && mends.is_empty() {
                    f.write_str(", as nothing that is missing would do")?;
                }
                for (at, mend) in mends.iter().take(MENDS_SHOWN).enumerate() {
                    write!(
                        f,
                        "{}{mend}",
                        if at == 0 { "; mended by " } else { ", or " }
                    )?;
                }
                if let Some(more @ 1..) = mends.len().checked_sub(MENDS_SHOWN) {
                    write!(f, ", or one of {more} more")?;
                }
            }
            Verdict::NotCheckable { obstacle, implied } => {
                write!(f, ": {obstacle}")?;
                if let Some(implied) = implied {
                    let values = Answer::new(None, implied.values, implied.unit);
                    let values = values.value_english(Sign::AsIs);
                    write!(f, "; {} would be {values}", implied.label.english())?;
                }
            }
            Verdict::AgreesExactly | Verdict::ConsistentWithBound => {}
        }
        for (at, flag) in self.flags.iter().enumerate() {
            write!(f, "; {}{flag}", if at == 0 { "note: " } else { "" })?;
        }
        Ok(())
    }
}

impl Mend {
    /// In Chinese.
    pub fn to_chinese(&self) -> String {
        let label = self.label.chinese();
        match self.to {
            Some(to) => format!(
                "{label}改为{}",
                show::chinese(&to.normalize().to_string(), self.unit)
            ),
            None => {
                let allowed = Answer::new(None, self.allowed, self.unit);
                format!("{label}{}", allowed.value_chinese(Sign::AsIs))
            }
        }
    }
}

/// `notifiable disease cases, class B at 4162 cases`
impl fmt::Display for Mend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to {
            Some(to) => {
                let to = show::english(&to.normalize().to_string(), self.unit);
                write!(f, "{} at {to}", self.label.english())
            }
            None => {
                let allowed = Answer::new(None, self.allowed, self.unit);
                write!(
                    f,
                    "{} {}",
                    self.label.english(),
                    allowed.value_english(Sign::AsIs)
                )
            }
        }
    }
}

impl Verdict {
    /// The verdict in a word.
    pub fn kind(&self) -> VerdictKind {
        match self {
            Self::AgreesExactly => VerdictKind::AgreesExactly,
            Self::AgreesWithinRounding => VerdictKind::AgreesWithinRounding,
            Self::ConsistentWithBound => VerdictKind::ConsistentWithBound,
            Self::Contradicts { .. } => VerdictKind::Contradicts,
            Self::NotCheckable { .. } => VerdictKind::NotCheckable,
        }
    }
}
