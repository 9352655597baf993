//! Values that come again and again, numbered as they come.

use std::collections::HashMap;
use std::hash::Hash;

use super::held::Key;
use crate::codec::corrupt;
use crate::error::{Error, ErrorKind, Result};

/// Each value once, under its number.
#[derive(Debug)]
pub(super) struct Numbers<T> {
    list: Vec<T>,
    known: HashMap<T, u32>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            known: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + Hash + Ord> Numbers<T> {
    /// The number of a value that came before.
    pub(super) fn find(&self, value: &T) -> Option<u32> {
        self.known.get(value).copied()
    }

    /// The number of a value, which is the next if it is new.
    pub(super) fn number(&mut self, value: &T) -> Result<u32> {
        if let Some(number) = self.find(value) {
            return Ok(number);
        }
        let number = u32::try_from(self.list.len()).map_err(|_| {
            Error::new(
                ErrorKind::Overflow,
                "a sorter has more than 2^32 headings, periods or units",
            )
        })?;
        self.list.push(value.clone());
        self.known.insert(value.clone(), number);
        Ok(number)
    }

    /// The value of a number.
    pub(super) fn get(&self, number: u32) -> Result<&T> {
        at(&self.list, number)
    }

    /// For each number, how many values come before its own in their order.
    pub(super) fn ranks(&self) -> Vec<u32> {
        let mut order: Vec<(&T, u32)> = self.list.iter().zip(0..).collect();
        order.sort_unstable();
        let mut ranks = vec![0; order.len()];
        for ((_, number), rank) in order.into_iter().zip(0..) {
            ranks[number as usize] = rank;
        }
        ranks
    }
}

/// What stands at a number that was read back.
pub(super) fn at<T>(list: &[T], number: u32) -> Result<&T> {
    let index = usize::try_from(number).ok();
    index
        .and_then(|index| list.get(index))
        .ok_or_else(|| corrupt("a cell that was set aside for sorting has a number that none has"))
}

/// The order of headings and of periods, by their numbers.
#[derive(Debug)]
pub(super) struct Ranks {
    pub(super) headings: Vec<u32>,
    pub(super) periods: Vec<u32>,
}

impl Ranks {
    /// What a key is compared by.
    pub(super) fn of(&self, key: Key) -> Result<Key> {
        Ok(Key {
            heading: *at(&self.headings, key.heading)?,
            place: key.place,
            period: *at(&self.periods, key.period)?,
        })
    }
}
