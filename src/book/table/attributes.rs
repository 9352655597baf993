//! What is said of a cell beside its number, in the word of SDMX: its attributes.
//!
//! A table has thousands of cells and a few kinds of attributes, so it lists each kind once.

use crate::book::table::sheet::Slot;
use crate::model::{Absence, Precision, Qualifier, Stated, Status, Unit};

/// Who states it, and how; the number and, of a range, the upper end come beside this.
///
/// # Order
/// By source, then figures before absences; figures by unit, status, qualifier, precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Attributes {
    /// The number of the source in the catalogue.
    pub(crate) source: u32,
    pub(crate) said: Said,
}

/// A figure of some kind, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Said {
    Figure {
        unit: Unit,
        status: Status,
        qualifier: Qualifier,
        precision: Precision,
    },
    Absent(Absence),
}

impl Attributes {
    /// The attributes of what is to be written.
    pub(crate) fn of(slot: &Slot) -> Self {
        let said = match &slot.stated {
            Stated::Figure {
                figure,
                unit,
                status,
            } => Said::Figure {
                unit: *unit,
                status: *status,
                qualifier: figure.qualifier(),
                precision: figure.precision(),
            },
            Stated::Absent(absence) => Said::Absent(*absence),
        };
        Self {
            source: slot.source,
            said,
        }
    }

    /// Whether there is no figure.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self.said, Said::Absent(_))
    }

    /// Whether an upper end belongs to it.
    pub(crate) fn is_range(&self) -> bool {
        matches!(
            self.said,
            Said::Figure {
                qualifier: Qualifier::Range,
                ..
            }
        )
    }
}
