//! The rules of a heading, worked out once for all of its cells.

use std::ops::RangeInclusive;

use super::plain::Plain;
use super::{Warning, bounds, check_breakdown};
use crate::catalogue::{Catalogue, ConsortiumHandle, PlaceHandle};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    Base, ChangeForm, Figure, Heading, Indicator, Kind, Measure, Period, Scope, Stated, Temporal,
    Unit,
};

/// An indicator that is known, with a breakdown that is known and a measure that goes with it.
#[derive(Clone, Debug)]
pub(crate) struct HeadingRules {
    indicator: Indicator,
    measure: Measure,
    scope: Option<ScopeHandle>,
    plain: Plain,
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
            plain: Plain::of(indicator, &heading.measure),
        })
    }

    /// Checks that a place exists in each period and is a peer in the scope of a rank.
    pub(crate) fn check_place(
        &self,
        catalogue: &Catalogue,
        place: PlaceHandle,
        periods: impl Iterator<Item = Period> + Clone,
    ) -> Result<()> {
        let validity = catalogue.validity(place)?;
        for period in periods.clone().take_while(|_| !validity.is_always()) {
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
        periods: impl Iterator<Item = Period>,
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

    /// The mantissas of figures that hold beyond doubt and are plausible, of those that have the unit, the precision, the
    /// qualifier and as many decimals as this one; none where each needs a look of its own.
    pub(crate) fn plain_mantissas(&self, figure: &Figure, unit: Unit) -> RangeInclusive<i64> {
        self.plain.mantissas(figure, unit)
    }

    fn plainly_holds(&self, figure: &Figure, unit: Unit) -> bool {
        let mantissa = i64::try_from(figure.value().mantissa());
        mantissa.is_ok_and(|mantissa| self.plain_mantissas(figure, unit).contains(&mantissa))
    }

    /// Checks what is stated: its unit, and that some true value lies within the bounds.
    pub(crate) fn check_stated(&self, stated: &Stated) -> Result<Option<Warning>> {
        let Stated::Figure { figure, unit, .. } = stated else {
            return Ok(None);
        };
        if self.plainly_holds(figure, *unit) {
            return Ok(None);
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::CatalogueBuilder;
    use crate::model::{Names, Range, Region};
    use proptest::prelude::*;

    /// Rules of a level: a share, a count, and a mean with bounds and a plausible range.
    fn rules(which: usize) -> HeadingRules {
        let mut builder = CatalogueBuilder::new();
        let names = || Names::zh("某").unwrap();
        let region = Region::new(
            "430000".parse().unwrap(),
            None,
            crate::model::Level::Province,
            names(),
        );
        builder.region(region).unwrap();
        let (unit, kind) = [
            (Unit::PERCENT, Kind::Share),
            (Unit::PERSON, Kind::Count),
            (Unit::YUAN, Kind::Mean),
        ][which];
        let mut indicator =
            Indicator::new("x".parse().unwrap(), names(), unit, kind, Temporal::Flow).unwrap();
        if kind == Kind::Mean {
            let range =
                |low: i64, high: i64| Range::new(Some(low.into()), Some(high.into())).unwrap();
            indicator = indicator.with_bounds(range(-5, 50)).unwrap();
            indicator = indicator.with_plausible(range(0, 40));
        }
        builder.indicator(indicator).unwrap();
        let catalogue = builder.finish().unwrap();
        HeadingRules::of(&catalogue, &Heading::level("x".parse().unwrap())).unwrap()
    }

    proptest! {
        #[test]
        fn what_plainly_holds_holds_and_is_plausible(
            which in 0usize..3,
            figure in "(~|>|>=|<|<=)?[0-9]{1,3}(\\.[0-9]{1,2})?!?|-[0-9]{1,3}(\\.[0-9]{1,2})?|[0-9]{1,2}e[0-2]",
            unit in proptest::sample::select(vec![Unit::PERCENT, Unit::PERMILLE, Unit::PERSON, Unit::YUAN]),
        ) {
            let rules = rules(which);
            let figure: Figure = figure.parse().unwrap();
            if rules.plainly_holds(&figure, unit) {
                let values = bounds::true_values(&rules.indicator, &rules.measure, &figure, unit).unwrap();
                prop_assert_eq!(bounds::implausible(&rules.indicator, &rules.measure, &values), None);
            }
        }
    }

    #[test]
    fn an_ordinary_figure_plainly_holds() {
        for (which, figure, unit) in [
            (0, "81.04", Unit::PERCENT),
            (0, "100.0", Unit::PERCENT),
            (0, ">98.99", Unit::PERCENT),
            (0, "<100.0", Unit::PERCENT),
            (0, ">=100.0", Unit::PERCENT),
            (0, "<=0.0", Unit::PERCENT),
            (1, "10455", Unit::PERSON),
            (1, "<1", Unit::PERSON),
            (1, "~10455", Unit::PERSON),
            (2, "12.5", Unit::YUAN),
        ] {
            assert!(
                rules(which).plainly_holds(&figure.parse().unwrap(), unit),
                "{figure}"
            );
        }
        for (which, figure, unit) in [
            (0, "100.1", Unit::PERCENT),
            (0, "81.04", Unit::PERMILLE),
            (0, ">=100.1", Unit::PERCENT),
            (0, ">99.01", Unit::PERCENT),
            (0, "<0.99", Unit::PERCENT),
            (0, "20.0+", Unit::PERCENT),
            (0, "20.0-", Unit::PERCENT),
            (0, "20.0..21.0", Unit::PERCENT),
            (1, "<0", Unit::PERSON),
            (1, "47e4", Unit::PERSON),
            (1, "2.5!", Unit::PERSON),
            (2, "45e0", Unit::YUAN),
            (2, "-1e0", Unit::YUAN),
        ] {
            assert!(
                !rules(which).plainly_holds(&figure.parse().unwrap(), unit),
                "{figure}"
            );
        }
    }
}
