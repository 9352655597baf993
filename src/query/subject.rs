//! From cells to the values that questions reckon with.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Ask;
use super::answer::Answer;
use super::cited::{Cited, Flag, Gap, Missing};
use super::name::{Label, WhichHeading};
use crate::book::{Cell, Table};
use crate::catalogue::{Catalogue, PlaceHandle};
use crate::error::Result;
use crate::model::{
    Bound, Heading, Indicator, Interval, Key, Kind, Measure, Period, Qualifier, Stated, Status,
    Temporal, Unit,
};
use crate::rules::{HeadingRules, true_values, unit_of};

/// A heading that is asked about, with its indicator, its unit and its cells.
#[derive(Clone, Debug)]
pub(super) struct Subject<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) heading: Heading,
    pub(super) indicator: &'a Indicator,
    /// The unit of the heading's measure.
    pub(super) unit: Unit,
    /// `None` where nobody recorded anything under the heading.
    pub(super) table: Option<Table>,
}

/// What is known of a place in a period, and what it rests on.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// Where no figure is, all that the kind of the indicator allows.
    pub(super) interval: Interval,
    pub(super) value: Option<Decimal>,
    /// The period it is stated for, which may be another of the same end date.
    pub(super) period: Period,
    pub(super) cited: Vec<Cited>,
    pub(super) flags: Vec<Flag>,
    /// Where no figure is: why.
    pub(super) missing: Option<Missing>,
}

impl<'a> Ask<'a> {
    /// What is asked about.
    pub(super) fn subject(&self, which: impl Into<WhichHeading>) -> Result<Subject<'a>> {
        Subject::of(*self, self.heading(which)?)
    }
}

impl<'a> Subject<'a> {
    pub(super) fn of(ask: Ask<'a>, heading: Heading) -> Result<Self> {
        let catalogue = ask.book.catalogue();
        HeadingRules::of(catalogue, &heading)?;
        let indicator = catalogue.indicator_record(catalogue.indicator(&heading.indicator)?)?;
        let table = ask
            .book
            .headings()
            .any(|own| *own == heading)
            .then(|| ask.book.table(&heading))
            .transpose()?;
        Ok(Self {
            catalogue,
            unit: unit_of(indicator, &heading.measure),
            heading,
            indicator,
            table,
        })
    }

    /// The same heading with another measure.
    pub(super) fn measured(&self, ask: Ask<'a>, measure: Measure) -> Result<Self> {
        Self::of(ask, self.heading.clone().measured(measure))
    }

    pub(super) fn label(&self) -> Result<Label> {
        Label::of_heading(self.catalogue, self.indicator, &self.heading)
    }

    /// Whether its figures add up over places: counts and amounts do.
    pub(super) fn adds_over_places(&self) -> bool {
        matches!(self.indicator.kind(), Kind::Count | Kind::Amount)
    }

    /// Whether its figures count what happens in a period, so that a longer period has more.
    pub(super) fn is_flow(&self) -> bool {
        self.adds_over_places()
            && matches!(
                self.indicator.temporal(),
                Temporal::Flow | Temporal::FlowDistinct
            )
    }

    /// Whether a figure is as of the end of its period, whenever that began. A cumulative figure is, if the day it
    /// counts from is the indicator's and not the period's.
    pub(super) fn is_instant(&self) -> bool {
        let changes = matches!(self.heading.measure, Measure::Change { .. });
        let at_end = matches!(
            self.indicator.temporal(),
            Temporal::Stock | Temporal::Cumulative { since: Some(_) }
        );
        at_end && !changes
    }

    pub(super) fn key(&self, place: PlaceHandle, period: Period) -> Result<Key> {
        Ok(self
            .heading
            .clone()
            .at(self.catalogue.place_code(place)?, period))
    }

    /// The columns that speak of a period: itself, and for what is as of an end date all that end with it.
    pub(super) fn columns(&self, period: Period) -> Vec<Period> {
        let mut columns = vec![period];
        if let Some(table) = &self.table
            && self.is_instant()
        {
            let last: NaiveDate = period.last_day();
            let others = table.periods().iter().copied();
            columns.extend(others.filter(|other| *other != period && other.last_day() == last));
        }
        columns
    }

    /// What is known of a place in a period.
    pub(super) fn at(&self, place: PlaceHandle, period: Period) -> Result<Value> {
        self.at_columns(place, period, &self.columns(period))
    }

    /// What is known of a place in the [`columns`](Self::columns) of a period.
    pub(super) fn at_columns(
        &self,
        place: PlaceHandle,
        period: Period,
        columns: &[Period],
    ) -> Result<Value> {
        let mut gap = Gap::NotRecorded;
        let mut known: Option<Value> = None;
        for column in columns {
            let cell = match &self.table {
                Some(table) => table.cell(place, *column)?,
                None => None,
            };
            let Some(cell) = cell else { continue };
            match (self.cite(place, *column, &cell)?, &mut known) {
                (None, _) => {
                    if let (Gap::NotRecorded, Some(absence)) = (gap, cell.absence()) {
                        gap = Gap::Absent(absence);
                    }
                }
                (Some(cited), Some(value)) => value.also(cited),
                (Some(cited), none) => *none = Some(Value::of(cited)),
            }
        }
        match known {
            Some(value) => Ok(value),
            None => Ok(Value {
                interval: self.allowed(),
                value: None,
                period,
                cited: Vec::new(),
                flags: Vec::new(),
                missing: Some(Missing {
                    key: self.key(place, period)?,
                    gap,
                }),
            }),
        }
    }

    /// What a figure of the heading may be when nothing is known of it.
    fn allowed(&self) -> Interval {
        match self.heading.measure {
            Measure::Level | Measure::Target => self.indicator.bounds().interval(),
            Measure::Completion => Interval::new(Bound::Closed(Decimal::ZERO), Bound::Unbounded)
                .unwrap_or_else(Interval::everything),
            _ => Interval::everything(),
        }
    }

    /// A cell as it is cited; `None` if it holds no figure.
    pub(super) fn cite(
        &self,
        place: PlaceHandle,
        period: Period,
        cell: &Cell,
    ) -> Result<Option<Cited>> {
        let Stated::Figure { figure, unit, .. } = cell.stated() else {
            return Ok(None);
        };
        let values = true_values(self.indicator, &self.heading.measure, figure, *unit)?;
        let value = match figure.qualifier() {
            Qualifier::None | Qualifier::About => unit
                .convert(&Interval::point(figure.value()), self.unit)?
                .as_point(),
            _ => None,
        };
        Ok(Some(Cited {
            key: self.key(place, period)?,
            stated: *cell.stated(),
            source: self.catalogue.source_record(cell.source())?.code().clone(),
            values,
            value: value.filter(|value| values.contains(*value)),
            unit: self.unit,
        }))
    }
}

impl Value {
    pub(super) fn of(cited: Cited) -> Self {
        let flags = match cited.status() {
            Status::Normal => Vec::new(),
            Status::SeriesBreak => vec![Flag::SeriesBreak {
                key: cited.key.clone(),
            }],
            status => vec![Flag::NotFinal {
                key: cited.key.clone(),
                status,
            }],
        };
        Self {
            interval: cited.values,
            value: cited.value,
            period: cited.key.period,
            cited: vec![cited],
            flags,
            missing: None,
        }
    }

    /// Takes in another statement of the same: the value lies where both allow it, and where they exclude each
    /// other it may be either's.
    fn also(&mut self, other: Cited) {
        let Self { flags, .. } = Self::of(other.clone());
        match self.interval.intersection(&other.values) {
            Some(both) => {
                self.interval = both;
                let inside = |value: &Decimal| both.contains(*value);
                self.value = self.value.filter(inside).or(other.value.filter(inside));
            }
            None => {
                if let Some(first) = self.cited.first() {
                    self.flags.push(Flag::Contradiction {
                        first: first.key.clone(),
                        second: other.key.clone(),
                    });
                }
                self.interval = self.interval.hull(&other.values);
            }
        }
        self.flags.extend(flags);
        self.cited.push(other);
    }

    /// Whether a figure is there.
    pub(super) fn is_known(&self) -> bool {
        self.missing.is_none()
    }

    /// As an answer of its own.
    pub(super) fn answer(self, unit: Unit) -> Answer {
        Answer::new(self.value, self.interval, unit)
            .using(self.cited)
            .flagged(self.flags)
            .lacking(self.missing)
    }
}

/// The nearest decimal of a calculation with printed digits; `None` where a part has none or it overflows.
pub(super) fn nominal<const N: usize>(
    parts: [Option<Decimal>; N],
    calculate: impl FnOnce([Decimal; N]) -> Option<Decimal>,
) -> Option<Decimal> {
    let mut values = [Decimal::ZERO; N];
    for (value, part) in values.iter_mut().zip(parts) {
        *value = part?;
    }
    calculate(values)
}
