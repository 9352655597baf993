//! Figures of an earlier or a later definition of the same thing.

use super::super::Ask;
use super::super::cited::Flag;
use super::super::subject::{Subject, Value};
use crate::catalogue::PlaceHandle;
use crate::error::Result;
use crate::model::Period;
use crate::model::{Heading, IndicatorCode};

/// No chain of definitions is longer; a circle would be a fault of the catalogue, which refuses it.
const DEFINITIONS_MAX: usize = 64;

impl<'a> Ask<'a> {
    /// The figure of a period, else that of the nearest earlier definition that has one.
    pub(super) fn at_or_predecessor(
        &self,
        subject: &Subject<'a>,
        place: PlaceHandle,
        period: Period,
    ) -> Result<Value> {
        let own = subject.at(place, period)?;
        let mut at = subject.indicator;
        for _ in 0..DEFINITIONS_MAX {
            let Some(earlier) = at.succeeds().filter(|_| !own.is_known()) else {
                break;
            };
            if let Some(value) = self.under(subject, earlier, place, period)? {
                let mut value = value;
                value.flags.push(Flag::DefinitionChanged {
                    from: earlier.clone(),
                    to: subject.indicator.code().clone(),
                });
                return Ok(value);
            }
            let catalogue = subject.catalogue;
            at = catalogue.indicator_record(catalogue.indicator(earlier)?)?;
        }
        Ok(own)
    }

    /// The figure of a period, else that of the nearest later definition that has one.
    pub(super) fn at_or_successor(
        &self,
        subject: &Subject<'a>,
        place: PlaceHandle,
        period: Period,
    ) -> Result<Value> {
        let own = subject.at(place, period)?;
        if own.is_known() {
            return Ok(own);
        }
        let catalogue = subject.catalogue;
        let mut generation = vec![subject.indicator.code().clone()];
        for _ in 0..DEFINITIONS_MAX {
            let mut later = Vec::new();
            for handle in catalogue.indicators() {
                let record = catalogue.indicator_record(handle)?;
                if record
                    .succeeds()
                    .is_some_and(|code| generation.contains(code))
                {
                    later.push(record.code().clone());
                }
            }
            if later.is_empty() {
                break;
            }
            for code in &later {
                if let Some(mut value) = self.under(subject, code, place, period)? {
                    value.flags.push(Flag::DefinitionChanged {
                        from: subject.indicator.code().clone(),
                        to: code.clone(),
                    });
                    return Ok(value);
                }
            }
            generation = later;
        }
        Ok(own)
    }

    /// The figure under another definition, in the unit of this one; `None` if there is none or it does not convert.
    fn under(
        &self,
        subject: &Subject<'a>,
        code: &IndicatorCode,
        place: PlaceHandle,
        period: Period,
    ) -> Result<Option<Value>> {
        let heading = Heading {
            indicator: code.clone(),
            ..subject.heading.clone()
        };
        let other = Subject::of(*self, heading)?;
        if !other.unit.converts_to(subject.unit)
            || other.indicator.kind() != subject.indicator.kind()
        {
            return Ok(None);
        }
        let mut value = other.at(place, period)?;
        if !value.is_known() {
            return Ok(None);
        }
        value.interval = other.unit.convert(&value.interval, subject.unit)?;
        value.value = value
            .value
            .and_then(|value| other.unit.convert_exact(value, subject.unit).ok());
        Ok(Some(value))
    }
}
