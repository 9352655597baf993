//! The tables of a book as checks look at them: by place and by what a period says, its days or its end.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::equation::Variable;
use crate::book::{Cell, Yearbook};
use crate::catalogue::PlaceHandle;
use crate::error::Result;
use crate::model::{
    Bound, ChangeForm, Heading, Indicator, Interval, Kind, Measure, Period, Precision, Qualifier,
    Stated, Status, Temporal,
};
use crate::query::Ask;
use crate::query::subject::Subject;
use crate::rules::{HeadingRules, true_values, unit_of};

/// One table, or a heading that a check needs and the book has no table of.
#[derive(Debug)]
pub(super) struct Lens<'a> {
    pub(super) subject: Subject<'a>,
    /// Of what is as of an end date: its columns by that date.
    ends: Vec<(NaiveDate, Period)>,
    domain: Interval,
    whole: bool,
}

/// Every table of a book, then what checks found missing, by number.
#[derive(Debug)]
pub(super) struct Lenses<'a> {
    pub(super) ask: Ask<'a>,
    lenses: Vec<Lens<'a>>,
    index: BTreeMap<Heading, usize>,
}

/// A cell of a check, there or not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) lens: usize,
    pub(super) place: PlaceHandle,
    /// The period it is stated for, or should be.
    pub(super) period: Period,
    pub(super) cell: Option<Cell>,
    pub(super) values: Option<Interval>,
}

impl<'a> Lenses<'a> {
    pub(super) fn of(ask: Ask<'a>) -> Result<Self> {
        let mut lenses = Self {
            ask,
            lenses: Vec::new(),
            index: BTreeMap::new(),
        };
        let book: &'a Yearbook = ask.book;
        for table in book.tables() {
            let table = table?;
            let catalogue = book.catalogue();
            let heading = table.heading().clone();
            let indicator = catalogue.indicator_record(catalogue.indicator(&heading.indicator)?)?;
            lenses.add(Subject {
                catalogue,
                unit: unit_of(indicator, &heading.measure),
                heading,
                indicator,
                table: Some(table),
            });
        }
        Ok(lenses)
    }

    fn add(&mut self, subject: Subject<'a>) -> usize {
        let number = self.lenses.len();
        self.index.insert(subject.heading.clone(), number);
        self.lenses.push(Lens::of(subject));
        number
    }

    /// The number of a heading, if the book has a table of it.
    pub(super) fn find(&self, heading: &Heading) -> Option<usize> {
        let number = *self.index.get(heading)?;
        self.get(number).subject.table.is_some().then_some(number)
    }

    /// The number of a heading, whether or not the book has a table of it.
    pub(super) fn need(&mut self, heading: Heading) -> Result<usize> {
        match self.index.get(&heading) {
            Some(number) => Ok(*number),
            // Every table of the book has its lens, so there is none of this heading.
            None => {
                let catalogue = self.ask.book.catalogue();
                HeadingRules::of(catalogue, &heading)?;
                let indicator =
                    catalogue.indicator_record(catalogue.indicator(&heading.indicator)?)?;
                Ok(self.add(Subject {
                    catalogue,
                    unit: unit_of(indicator, &heading.measure),
                    heading,
                    indicator,
                    table: None,
                }))
            }
        }
    }

    /// The lens of a number that was given out.
    pub(super) fn get(&self, number: usize) -> &Lens<'a> {
        &self.lenses[number]
    }

    /// The numbers of the book's tables.
    pub(super) fn tables(&self) -> impl Iterator<Item = usize> + use<> {
        0..self.ask.book.headings().len()
    }

    /// What stands at a place for a period: under it, or for what is as of an end date under another that ends with
    /// it.
    pub(super) fn spot(&self, number: usize, place: PlaceHandle, period: Period) -> Result<Spot> {
        let lens = self.get(number);
        let mut spot = Spot {
            lens: number,
            place,
            period,
            cell: None,
            values: None,
        };
        let Some(table) = &lens.subject.table else {
            return Ok(spot);
        };
        spot.cell = table.cell(place, period)?;
        if spot.cell.is_some_and(|cell| cell.figure().is_some()) || lens.ends.is_empty() {
            return lens.filled(spot);
        }
        let last = period.last_day();
        let from = lens.ends.partition_point(|(end, _)| *end < last);
        let others = lens.ends.iter().skip(from);
        for (_, other) in others.take_while(|(end, _)| *end == last) {
            let cell = table.cell(place, *other)?;
            if cell.is_some_and(|cell| cell.figure().is_some()) {
                spot.period = *other;
                spot.cell = cell;
                break;
            }
        }
        lens.filled(spot)
    }

    /// A cell that is at hand.
    pub(super) fn spot_of(
        &self,
        number: usize,
        place: PlaceHandle,
        period: Period,
        cell: Cell,
    ) -> Result<Spot> {
        self.get(number).filled(Spot {
            lens: number,
            place,
            period,
            cell: Some(cell),
            values: None,
        })
    }

    /// A spot as a variable, in its own unit.
    pub(super) fn variable(&self, spot: &Spot) -> Variable {
        let lens = self.get(spot.lens);
        let figure = spot.cell.as_ref().and_then(Cell::figure);
        Variable {
            values: spot.values,
            domain: lens.domain,
            whole: lens.whole,
            one_sided: figure.is_some_and(|figure| {
                matches!(
                    figure.qualifier(),
                    Qualifier::Over | Qualifier::AtLeast | Qualifier::Under | Qualifier::AtMost
                )
            }),
            units: None,
        }
    }
}

impl<'a> Lens<'a> {
    fn of(subject: Subject<'a>) -> Self {
        let mut ends: Vec<(NaiveDate, Period)> = Vec::new();
        if let (Some(table), true) = (&subject.table, subject.is_instant()) {
            ends.extend(
                table
                    .periods()
                    .iter()
                    .map(|period| (period.last_day(), *period)),
            );
            ends.sort_unstable();
        }
        let measure = &subject.heading.measure;
        let whole = subject.indicator.kind() == Kind::Count
            && matches!(
                measure,
                Measure::Level
                    | Measure::Target
                    | Measure::Change {
                        form: ChangeForm::Absolute,
                        ..
                    }
            );
        Self {
            domain: domain(subject.indicator, measure),
            whole,
            ends,
            subject,
        }
    }

    pub(super) fn heading(&self) -> &Heading {
        &self.subject.heading
    }

    pub(super) fn indicator(&self) -> &'a Indicator {
        self.subject.indicator
    }

    pub(super) fn is_level(&self) -> bool {
        self.subject.heading.measure == Measure::Level
    }

    /// Whether parts add up to their whole, and so cannot exceed it.
    pub(super) fn adds(&self) -> bool {
        self.is_level() && self.subject.adds_over_places()
    }

    /// Whether no part can be negative, so that fewer parts are less.
    pub(super) fn is_never_negative(&self) -> bool {
        !self.subject.indicator.may_be_negative()
    }

    /// Whether the same person may be in two parts.
    pub(super) fn may_count_twice(&self) -> bool {
        self.subject.indicator.temporal() == Temporal::FlowDistinct
    }

    pub(super) fn cell_count(&self) -> usize {
        self.subject
            .table
            .as_ref()
            .map_or(0, crate::book::Table::cell_count)
    }

    /// The step of a figure's last printed digit, in the unit of the measure; `None` where it has none.
    pub(super) fn step(&self, spot: &Spot) -> Option<Decimal> {
        let cell = spot.cell.as_ref()?;
        let figure = cell.figure()?;
        if cell.unit() != Some(self.subject.unit) || figure.qualifier() != Qualifier::None {
            return None;
        }
        match figure.precision() {
            Precision::Exact => self.whole.then_some(Decimal::ONE),
            Precision::Digit(digit) => Some(crate::model::figure::power_of_ten(digit)),
        }
    }

    fn filled(&self, mut spot: Spot) -> Result<Spot> {
        let Some(cell) = &spot.cell else {
            return Ok(spot);
        };
        let Stated::Figure { figure, unit, .. } = cell.stated() else {
            return Ok(spot);
        };
        // Most figures are counted, and lie within the bounds, or they would not have been recorded.
        spot.values = Some(if figure.is_exact() && *unit == self.subject.unit {
            Interval::point(figure.value())
        } else {
            true_values(
                self.subject.indicator,
                &self.subject.heading.measure,
                figure,
                *unit,
            )?
        });
        Ok(spot)
    }
}

impl Spot {
    pub(super) fn is_known(&self) -> bool {
        self.values.is_some()
    }

    pub(super) fn is_break(&self) -> bool {
        let status = self.cell.as_ref().and_then(Cell::status);
        status == Some(Status::SeriesBreak)
    }
}

/// What a figure can be at all.
fn domain(indicator: &Indicator, measure: &Measure) -> Interval {
    let from = |low: Decimal| Interval::new(Bound::Closed(low), Bound::Unbounded);
    let domain = match measure {
        Measure::Level | Measure::Target => Some(indicator.bounds().interval()),
        Measure::Completion => from(Decimal::ZERO),
        Measure::Change {
            form: ChangeForm::Relative,
            ..
        } if !indicator.may_be_negative() => from(-Decimal::ONE_HUNDRED),
        Measure::Rank { .. } => from(Decimal::ONE),
        _ => None,
    };
    domain.unwrap_or_else(Interval::everything)
}
