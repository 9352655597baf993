//! Numbers handed out many at a time.

use super::Table;
use super::direct::HOLE;
use super::value::Value;

/// Numbers of a [`Table`] that follow each other, all with the same number of decimals: some of a row, or of a column.
///
/// It has a place for each period of the row, or for each place of the column, whether there is a number or not. As [`Value`]s, its numbers
/// say neither unit nor precision nor qualifier.
///
/// ```
/// use yearbook::{Decimal, PlaceHandle, Result, Table};
///
/// /// The sum of the numbers of a place; `None` past 64 bits.
/// fn sum(table: &Table, place: PlaceHandle) -> Result<Option<Decimal>> {
///     let mut sum = Decimal::ZERO;
///     let mut values = table.row(place)?.values();
///     while let Some((_, run)) = values.next_run() {
///         let Some(mantissas) = run.mantissas() else { return Ok(None) };
///         let part: i128 = mantissas.flatten().map(i128::from).sum();
///         sum += Decimal::from_i128_with_scale(part, run.scale());
///     }
///     Ok(Some(sum))
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// [`HOLE`] where there is none.
    pub(super) numbers: &'a [i64],
    pub(super) scale: u8,
    /// Where the numbers are, if they are at full length; then `numbers` only tells how many there are.
    pub(super) wide: Option<Wide<'a>>,
}

/// Numbers at full length, which are read one at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wide<'a> {
    pub(super) table: &'a Table,
    pub(super) row: usize,
    pub(super) column: u32,
    pub(super) axis: Axis,
}

/// Where the next number lies.
#[derive(Clone, Copy, Debug)]
pub(super) enum Axis {
    /// In the next column of the row.
    Row,
    /// In the next row of the column.
    Column,
}

impl Wide<'_> {
    fn value(&self, at: usize) -> Option<Value> {
        let direct = &self.table.0.direct;
        match self.axis {
            // A run is within the columns of its table.
            Axis::Row => direct.number(self.row, self.column + u32::try_from(at).ok()?),
            Axis::Column => direct.number(self.row + at, self.column),
        }
    }
}

impl<'a> Run<'a> {
    /// How many numbers there could be: as many as periods or places.
    #[inline]
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether it has no place for a number; no run that is handed out is so.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// How many digits of each [mantissa](Self::mantissas) are decimals, at most 28.
    #[inline]
    pub fn scale(&self) -> u32 {
        self.scale.into()
    }

    /// The mantissas, each `None` where there is no number; nothing at all if one may need more than 64 bits: [`values`](Self::values) has those.
    #[inline]
    pub fn mantissas(
        &self,
    ) -> Option<impl ExactSizeIterator<Item = Option<i64>> + DoubleEndedIterator + Clone + use<'a>>
    {
        let mantissa = |&number: &i64| (number != HOLE).then_some(number);
        self.wide
            .is_none()
            .then(|| self.numbers.iter().map(mantissa))
    }

    /// The numbers, each `None` where there is none.
    #[inline]
    pub fn values(
        &self,
    ) -> impl ExactSizeIterator<Item = Option<Value>> + DoubleEndedIterator + Clone + use<'a> {
        let run = *self;
        (0..run.len()).map(move |at| run.value(at))
    }

    /// The first number, if there is one.
    #[inline]
    pub(super) fn first(&self) -> Option<Value> {
        self.value(0)
    }

    /// Folds the numbers that are there, each with the key that stands where it does.
    #[inline]
    pub(super) fn fold<K: Copy, B>(
        &self,
        keys: &[K],
        init: B,
        f: &mut impl FnMut(B, (K, Value)) -> B,
    ) -> B {
        let mut folded = init;
        match self.mantissas() {
            Some(mantissas) => {
                for (key, mantissa) in keys.iter().zip(mantissas) {
                    if let Some(mantissa) = mantissa {
                        folded = f(folded, (*key, Value::new(mantissa, self.scale.into())));
                    }
                }
            }
            None => {
                for (key, value) in keys.iter().zip(self.values()) {
                    if let Some(value) = value {
                        folded = f(folded, (*key, value));
                    }
                }
            }
        }
        folded
    }

    #[inline]
    fn value(&self, at: usize) -> Option<Value> {
        match &self.wide {
            None => {
                let number = *self.numbers.get(at)?;
                (number != HOLE).then(|| Value::new(number, self.scale.into()))
            }
            Some(wide) => wide.value(at),
        }
    }
}
