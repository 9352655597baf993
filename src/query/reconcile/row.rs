//! Checks of one row: its periods against each other.

use std::cmp::Reverse;

use super::equation::Form;
use super::finding::Rule;
use super::hearing::{Claim, Heard, Hearing};
use super::lens::Spot;
use crate::book::Cell;
use crate::error::Result;
use crate::model::{Certainty, Granularity, Measure, Period, Temporal};

impl Hearing<'_, '_> {
    pub(super) fn rows(&mut self, number: usize) -> Heard {
        let lens = self.lenses.get(number);
        let Some(table) = &lens.subject.table else {
            return Ok(());
        };
        let temporal = lens.indicator().temporal();
        let measure = &lens.subject.heading.measure;
        let by_end =
            lens.subject.is_instant() && matches!(measure, Measure::Level | Measure::Target);
        let cumulative = lens.is_level() && matches!(temporal, Temporal::Cumulative { .. });
        let flow = lens.adds() && matches!(temporal, Temporal::Flow | Temporal::FlowDistinct);
        let mut row: Vec<Spot> = Vec::new();
        for place in table.places() {
            row.clear();
            let cells: Vec<(Period, Cell)> = table.row(place)?.collect::<Result<_>>()?;
            self.passed(cells.len())?;
            if cells.len() < 2 || !(by_end || cumulative || flow) {
                continue;
            }
            for (period, cell) in cells {
                let spot = self.lenses.spot_of(number, place, period, cell)?;
                if spot.is_known() {
                    row.push(spot);
                }
            }
            if by_end {
                row.sort_by_key(|spot| (spot.period.last_day(), Reverse(spot.period)));
                self.end_dates(&row)?;
            }
            if cumulative {
                for series in
                    row.chunk_by(|a, b| by_end || a.period.first_day() == b.period.first_day())
                {
                    self.series(series)?;
                }
            }
            if flow && temporal == Temporal::Flow {
                self.periods(&row)?;
            }
            if flow && lens.is_never_negative() {
                self.nested(&mut row, temporal == Temporal::Flow)?;
            }
        }
        Ok(())
    }

    /// Two statements of one end date are one.
    fn end_dates(&mut self, row: &[Spot]) -> Heard {
        for pair in row.windows(2) {
            if let [first, second] = pair
                && first.period.last_day() == second.period.last_day()
            {
                self.over_time(
                    Rule::EndDate,
                    Form::Sum { minus: usize::MAX },
                    second,
                    first,
                )?;
            }
        }
        Ok(())
    }

    /// A count from one day on, by its end: each figure against the one before, or one further back that says more.
    fn series(&mut self, series: &[Spot]) -> Heard {
        let mut before: Option<&Spot> = None;
        let mut highest: Option<&Spot> = None;
        for spot in series {
            if spot.is_break() {
                (before, highest) = (None, None);
            }
            if let Some(last) = before
                && last.period.last_day() < spot.period.last_day()
            {
                let falls_from = |earlier: &&Spot| match (&spot.values, &earlier.values) {
                    (Some(own), Some(earlier)) => own.less_than(earlier) == Certainty::Certainly,
                    _ => false,
                };
                let from_highest = highest.filter(falls_from);
                let earlier = if falls_from(&last) {
                    last
                } else {
                    from_highest.unwrap_or(last)
                };
                self.over_time(Rule::Cumulative, Form::AtLeastSum, spot, earlier)?;
                if falls_from(&earlier) {
                    // One wrong figure is one finding: what follows is held against this one.
                    highest = None;
                }
            }
            let low = |spot: &Spot| spot.values.and_then(|values| values.low().value());
            if highest.is_none_or(|highest| low(highest) < low(spot)) {
                highest = Some(spot);
            }
            before = Some(spot);
        }
        Ok(())
    }

    /// Months and quarters against the period that they make up.
    fn periods(&mut self, row: &[Spot]) -> Heard {
        for whole in row {
            let own = whole.period.granularity();
            for part in Granularity::REGULAR {
                if part <= own && own != Granularity::Span
                    || !row.iter().any(|spot| spot.period.granularity() == part)
                {
                    continue;
                }
                let parts = whole.period.parts(part);
                if parts.len() < 2 {
                    continue;
                }
                let mut spots = Vec::with_capacity(parts.len() + 1);
                spots.push(*whole);
                let mut known = false;
                for period in parts {
                    let found = row.binary_search_by_key(&period, |spot| spot.period);
                    let spot = found.ok().and_then(|at| row.get(at).copied());
                    known |= spot.is_some();
                    spots.push(spot.unwrap_or(Spot {
                        period,
                        cell: None,
                        values: None,
                        ..*whole
                    }));
                }
                if known {
                    self.hear(&Claim {
                        rule: Rule::Periods,
                        name: None,
                        form: Form::Sum { minus: usize::MAX },
                        spots,
                        units: &[],
                    })?;
                }
            }
        }
        Ok(())
    }

    /// A period against the nearest longer one that holds it, where [`periods`](Self::periods) does not.
    fn nested(&mut self, row: &mut [Spot], adds: bool) -> Heard {
        row.sort_by_key(|spot| (spot.period.first_day(), Reverse(spot.period.last_day())));
        let mut open: Vec<Spot> = Vec::new();
        for spot in row.iter() {
            // What ends before this one holds nothing that comes later and this one does not.
            while open
                .pop_if(|last| last.period.last_day() < spot.period.last_day())
                .is_some()
            {}
            if let Some(whole) = open.last() {
                let part = spot.period.granularity();
                let said = adds && whole.period.parts(part).len() >= 2;
                if !said {
                    self.over_time(Rule::PeriodWithin, Form::AtLeastSum, whole, spot)?;
                }
            }
            open.push(*spot);
        }
        Ok(())
    }

    fn over_time(&mut self, rule: Rule, form: Form, first: &Spot, second: &Spot) -> Heard {
        self.hear(&Claim {
            rule,
            name: None,
            form,
            spots: vec![*first, *second],
            units: &[],
        })
    }
}
