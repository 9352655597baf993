//! The rules of a heading, worked out once for all of its cells.

use super::{Warning, bounds, check_breakdown};
use crate::catalogue::{Catalogue, ConsortiumHandle, PlaceHandle};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    Base, ChangeForm, Heading, Indicator, Kind, Measure, Period, Scope, Stated, Temporal, Unit,
};

/// An indicator that is known, with a breakdown that is known and a measure that goes with it.
#[derive(Clone, Debug)]
pub(crate) struct HeadingRules {
    indicator: Indicator,
    measure: Measure,
    scope: Option<ScopeHandle>,
}

#[derive(Clone, Debug)]
enum ScopeHandle {
    Region(PlaceHandle),
    Consortium(ConsortiumHandle),
}

impl HeadingRules {
    /// The rules of a heading.
    ///
    /// # Errors
    /// What is unknown or does not go together.
    pub(crate) fn of(catalogue: &Catalogue, heading: &Heading) -> Result<Self> {
        let indicator = catalogue.indicator_record(catalogue.indicator(&heading.indicator)?)?;
        check_breakdown(catalogue, heading)?;
        let scope = match &heading.measure {
            Measure::Rank {
                scope: Scope::Region(code),
            } => Some(ScopeHandle::Region(catalogue.region(code)?)),
            Measure::Rank {
                scope: Scope::Consortium(code),
            } => Some(ScopeHandle::Consortium(catalogue.consortium(code)?)),
            _ => None,
        };
        check_measure(indicator, &heading.measure)?;
        Ok(Self {
            indicator: indicator.clone(),
            measure: heading.measure.clone(),
            scope,
        })
    }

    /// Checks that a place exists in each period and is a peer in the scope of a rank.
    pub(crate) fn check_place(
        &self,
        catalogue: &Catalogue,
        place: PlaceHandle,
        periods: &[Period],
    ) -> Result<()> {
        let validity = catalogue.validity(place)?;
        for period in periods {
            if !validity.meets(period.first_day(), period.last_day()) {
                let end = |day: Option<chrono::NaiveDate>| {
                    day.map_or("…".to_string(), |day| day.to_string())
                };
                return Err(Error::new(
                    ErrorKind::Period,
                    format!(
                        "place {} existed from {} to {}, not in {period}: give the code of that time",
                        catalogue.place_code(place)?,
                        end(validity.from()),
                        end(validity.to()),
                    ),
                ));
            }
        }
        match &self.scope {
            None => Ok(()),
            Some(scope) => self.check_scope(catalogue, scope, place, periods),
        }
    }

    fn check_scope(
        &self,
        catalogue: &Catalogue,
        scope: &ScopeHandle,
        place: PlaceHandle,
        periods: &[Period],
    ) -> Result<()> {
        let inside = match scope {
            ScopeHandle::Region(region) => {
                *region != place && catalogue.contains(*region, place)?
            }
            ScopeHandle::Consortium(consortium) => {
                let mut inside = true;
                for period in periods {
                    let members = catalogue.members_on(*consortium, period.last_day())?;
                    inside &= members.iter().any(|(member, _)| *member == place);
                }
                inside
            }
        };
        if inside {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Measure,
            format!(
                "{} does not hold {}: a rank's scope contains the place that is ranked",
                self.measure,
                catalogue.place_code(place)?
            ),
        ))
    }

    /// Checks that a period goes with the indicator and the measure.
    pub(crate) fn check_period(&self, period: Period) -> Result<()> {
        let code = self.indicator.code();
        if let Temporal::Cumulative { since: Some(since) } = self.indicator.temporal()
            && period.last_day() < since
        {
            return Err(Error::new(
                ErrorKind::Period,
                format!("{code} counts since {since}, and {period} ends before that"),
            ));
        }
        let Measure::Change { base, .. } = &self.measure else {
            return Ok(());
        };
        let Some(base_period) = base.of(period) else {
            return Err(Error::new(
                ErrorKind::Period,
                format!(
                    "a change from {base} has no base in {period}: the calendar begins with the year 1"
                ),
            ));
        };
        if base_period.last_day() >= period.last_day() {
            return Err(Error::new(
                ErrorKind::Period,
                format!("a change in {period} from {base} has a base that does not end before it"),
            ));
        }
        let adds = matches!(self.indicator.kind(), Kind::Count | Kind::Amount)
            && matches!(
                self.indicator.temporal(),
                Temporal::Flow | Temporal::FlowDistinct
            );
        if adds && matches!(base, Base::Fixed(_)) && !base_period.same_length(&period) {
            return Err(Error::new(
                ErrorKind::Period,
                format!(
                    "a change of {code} in {period} from {base} compares unequal lengths of time: a flow compares only over equal ones"
                ),
            ));
        }
        Ok(())
    }

    /// Checks what is stated: its unit, and that some true value lies within the bounds.
    pub(crate) fn check_stated(&self, stated: &Stated) -> Result<Option<Warning>> {
        let Stated::Figure { figure, unit, .. } = stated else {
            return Ok(None);
        };
        let values = bounds::true_values(&self.indicator, &self.measure, figure, *unit)?;
        Ok(bounds::implausible(&self.indicator, &self.measure, &values))
    }
}

/// Checks that a measure can be said of an indicator at all.
fn check_measure(indicator: &Indicator, measure: &Measure) -> Result<()> {
    let Measure::Change { form, .. } = measure else {
        return Ok(());
    };
    let (code, unit) = (indicator.code(), indicator.unit());
    let message = match (form, unit.points()) {
        (ChangeForm::Points, None) => {
            format!(
                "{code} is in {unit}, and only % and ‰ change by points: record a relative or an absolute change"
            )
        }
        (ChangeForm::Absolute, Some(points)) => {
            format!(
                "{code} is in {unit}, and the difference of two of its figures is in {points}: record a change in points"
            )
        }
        _ => return Ok(()),
    };
    Err(Error::new(ErrorKind::Measure, message))
}

/// The unit that a measure of an indicator is in.
pub fn unit_of(indicator: &Indicator, measure: &Measure) -> Unit {
    match measure {
        Measure::Completion
        | Measure::Change {
            form: ChangeForm::Relative,
            ..
        } => Unit::PERCENT,
        Measure::Change {
            form: ChangeForm::Points,
            ..
        } => indicator.unit().points().unwrap_or(Unit::PERCENTAGE_POINT),
        Measure::Rank { .. } => Unit::POSITION,
        _ => indicator.unit(),
    }
}
