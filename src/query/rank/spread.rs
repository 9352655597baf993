//! How the figures of a scope lie: shares of their total, the median and quantiles, distances to the median.

use rust_decimal::Decimal;

use super::super::answer::Answer;
use super::Ranking;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Bound, Interval, Place, Unit};

impl Ranking {
    /// The part of the total of the scope that a place has, in percent.
    ///
    /// A place without a figure may add anything to the total, so the share is at most what it is of the known ones.
    ///
    /// # Errors
    /// [`Measure`](ErrorKind::Measure) for figures that do not add up over places, and if a figure may be negative;
    /// [`Unknown`](ErrorKind::Unknown) for a place without a figure.
    pub fn share_of_total(&self, place: &Place) -> Result<Answer> {
        let own = self.row(place)?;
        let refuse = |why: &str| {
            Err(Error::new(
                ErrorKind::Measure,
                format!("{} {why}", self.indicator),
            ))
        };
        if !self.adds {
            return refuse("does not add up over places, so nobody has a share of its total");
        }
        let zero = Interval::point(Decimal::ZERO);
        let negative =
            |interval: &Interval| interval.at_least(&zero) != crate::model::Certainty::Certainly;
        if self.rows.iter().any(|row| negative(row.answer.interval())) {
            return refuse("may be negative, so its parts are no shares of a total");
        }
        let mut rest = zero;
        let mut rest_value = Some(Decimal::ZERO);
        for row in self.rows.iter().filter(|row| row.place != *place) {
            rest = rest.add(row.answer.interval());
            rest_value = rest_value
                .zip(row.answer.value())
                .and_then(|(sum, value)| sum.checked_add(value));
        }
        if !self.without.is_empty() {
            rest = Interval::new(rest.low(), Bound::Unbounded).unwrap_or_else(Interval::everything);
            rest_value = None;
        }
        let value = own.answer.value().zip(rest_value).and_then(|(own, rest)| {
            own.checked_mul(Decimal::ONE_HUNDRED)?
                .checked_div(own.checked_add(rest)?)
        });
        let own_interval = own.answer.interval();
        if own_interval.add(&rest).contains(Decimal::ZERO) {
            let total = own_interval.add(&rest);
            return Err(Error::new(
                ErrorKind::Bounds,
                format!(
                    "the total of {} lies in {total} and may be zero, of which nothing is a share",
                    self.indicator
                ),
            ));
        }
        // The share rises with its own figure and falls with the others, so each end has its corner; a true value
        // counts once.
        let corner = |own: Bound, rest: Bound| -> Option<Interval> {
            let whole = Interval::point(own.value()?).add(&Interval::point(rest.value()?));
            let own = Interval::point(own.value()?).scale(Decimal::ONE_HUNDRED);
            own.div(&whole).ok()
        };
        let low = corner(own_interval.low(), rest.high()).and_then(|low| low.low().value());
        let high = corner(own_interval.high(), rest.low()).and_then(|high| high.high().value());
        let interval = Interval::closed(
            low.unwrap_or(Decimal::ZERO),
            high.unwrap_or(Decimal::ONE_HUNDRED),
        )
        .unwrap_or_else(Interval::everything);
        Ok(self.resting(Answer::new(value, interval, Unit::PERCENT)))
    }

    /// The figure in the middle; of an even number, half way between the two.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) if no place has a figure.
    pub fn median(&self) -> Result<Answer> {
        self.quantile(Decimal::new(5, 1))
    }

    /// The figure below which a part of the places lies, from 0 (the least) to 1 (the greatest), between two
    /// figures by their distance: with n figures in order, 0.25 is at (n − 1)/4 from the first. Spreadsheets
    /// call it `QUARTILE.INC`.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) for a part outside of 0 to 1, [`Unknown`](ErrorKind::Unknown) if no place has a figure.
    pub fn quantile(&self, part: Decimal) -> Result<Answer> {
        if part < Decimal::ZERO || part > Decimal::ONE {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!("{part} is no part of the places: give one from 0 to 1, as 0.25"),
            ));
        }
        let Some(first) = self.rows.first() else {
            return Err(Error::new(
                ErrorKind::Unknown,
                format!(
                    "no place among {} has a figure of {} in {}",
                    self.among.english(),
                    self.indicator,
                    self.period
                ),
            ));
        };
        // Each order statistic lies between the ones of the low and of the high ends.
        let intervals = || self.rows.iter().map(|row| row.answer.interval());
        let low = between(
            intervals().map(|interval| interval.low().value()),
            part,
            Side::Low,
        );
        let high = between(
            intervals().map(|interval| interval.high().value()),
            part,
            Side::High,
        );
        let value = self
            .rows
            .iter()
            .map(|row| row.answer.value())
            .collect::<Option<Vec<Decimal>>>()
            .and_then(|values| between(values.into_iter().map(Some), part, Side::Low));
        let end = |end: Option<Decimal>| end.map_or(Bound::Unbounded, Bound::Closed);
        let interval = Interval::new(end(low), end(high)).unwrap_or_else(Interval::everything);
        Ok(self.resting(Answer::new(value, interval, first.answer.unit())))
    }

    /// How far a place is over the median (below: negative), in points for % and ‰.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) for a place without a figure.
    pub fn distance_to_median(&self, place: &Place) -> Result<Answer> {
        let own = &self.row(place)?.answer;
        let median = self.median()?;
        let value = own
            .value()
            .zip(median.value())
            .and_then(|(own, median)| own.checked_sub(median));
        let unit = own.unit().points().unwrap_or(own.unit());
        let interval = own.interval().sub(median.interval());
        Ok(self.resting(Answer::new(value, interval, unit)))
    }

    fn resting(&self, answer: Answer) -> Answer {
        answer
            .using(self.rows.iter().flat_map(|row| row.answer.used().to_vec()))
            .lacking(self.without.iter().cloned())
            .flagged(self.flags.iter().cloned())
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Low,
    High,
}

/// The number at a part of the way through, in order; `None` where an end that counts is missing.
fn between(
    numbers: impl Iterator<Item = Option<Decimal>>,
    part: Decimal,
    side: Side,
) -> Option<Decimal> {
    let mut numbers: Vec<Option<Decimal>> = numbers.collect();
    // No end is below every low one, and above every high one.
    numbers.sort_unstable_by_key(|number| (number.is_none() != (side == Side::Low), *number));
    let last = numbers.len().checked_sub(1)?;
    let position = Decimal::from(last).checked_mul(part)?;
    let below = usize::try_from(i128::try_from(position.floor()).ok()?).ok()?;
    let lower = (*numbers.get(below)?)?;
    let way = position.fract();
    if way.is_zero() {
        return Some(lower);
    }
    let upper = (*numbers.get(below.checked_add(1)?)?)?;
    let toward = match side {
        Side::Low => crate::model::interval::directed::Toward::Down,
        Side::High => crate::model::interval::directed::Toward::Up,
    };
    use crate::model::interval::directed::{add, mul};
    add(
        lower,
        mul(add(upper, -lower, toward)?, way, toward)?,
        toward,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(numbers: &[Option<i64>], part: &str, side: Side) -> Option<String> {
        let numbers = numbers.iter().map(|number| number.map(Decimal::from));
        between(numbers, part.parse().unwrap(), side).map(|number| number.normalize().to_string())
    }

    #[test]
    fn quantiles_lie_between_the_figures() {
        let five = [Some(4), Some(1), Some(3), Some(2), Some(9)];
        assert_eq!(at(&five, "0.5", Side::Low).as_deref(), Some("3"));
        assert_eq!(at(&five, "0", Side::Low).as_deref(), Some("1"));
        assert_eq!(at(&five, "1", Side::Low).as_deref(), Some("9"));
        assert_eq!(at(&five, "0.9", Side::Low).as_deref(), Some("7"));
        assert_eq!(at(&five[..4], "0.5", Side::Low).as_deref(), Some("2.5"));
        assert_eq!(at(&[], "0.5", Side::Low), None);
        assert_eq!(at(&[Some(7)], "0.3", Side::High).as_deref(), Some("7"));
    }

    #[test]
    fn a_missing_end_counts_at_its_side() {
        let ends = [Some(4), None, Some(3)];
        assert_eq!(at(&ends, "0.5", Side::Low).as_deref(), Some("3"));
        assert_eq!(at(&ends, "0.5", Side::High).as_deref(), Some("4"));
        assert_eq!(at(&ends, "0", Side::Low), None);
        assert_eq!(at(&ends, "1", Side::High), None);
    }
}
