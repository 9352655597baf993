//! What every store must be able to do, and the questions it is timed with.

use std::any::Any;
use std::hint::black_box;
use std::ops::Range;
use std::path::Path;
use std::time::Instant;

use crate::workload::{Cell, CellKey, CellValue, Failure};

/// What a lookup gives at least: the value, without loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Number {
    /// The value without its decimal point.
    pub mantissa: i64,
    /// How many of its digits are decimals.
    pub scale: u8,
}

impl From<CellValue> for Number {
    fn from(value: CellValue) -> Self {
        Self {
            mantissa: value.mantissa,
            scale: value.scale,
        }
    }
}

/// How large a workload is.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Tables.
    pub tables: u16,
    /// Places.
    pub places: u32,
    /// Periods.
    pub periods: u16,
    /// Cells in all.
    pub cells: usize,
}

/// A store that answers questions: the one trait of all peers.
///
/// A key is resolved once, outside of the timed loops, into what the store looks up by ([`Asked`](Self::Asked)): integers for
/// most, handles for yearbook.
pub trait Store {
    /// A resolved key.
    type Asked;

    /// Resolves a key.
    fn ask(&self, key: CellKey) -> Self::Asked;

    /// The value of a cell. The stores in memory have it inlined, as a program's loop would.
    fn get(&self, asked: &Self::Asked) -> Option<Number>;

    /// All that stands in a cell.
    fn whole(&self, asked: &Self::Asked) -> Option<CellValue>;

    /// The keys of `get_many`, resolved into whatever its call takes; what a store has no call for is a loop.
    fn batches<'a>(&'a self, asked: &'a [Self::Asked]) -> Box<dyn Batches + 'a>
    where
        Self: Sized,
    {
        Box::new(Loop {
            store: self,
            asked,
            answers: vec![None; MANY],
        })
    }

    /// The values of the row that the key lies in, by period.
    fn row(&self, asked: &Self::Asked, sum: &mut Sum);

    /// The values of the column that the key lies in, by place.
    fn column(&self, asked: &Self::Asked, sum: &mut Sum);

    /// Every value, in the store's own order.
    fn scan(&self, sum: &mut Sum);

    /// Every cell and where it stands.
    fn cells(&self, see: &mut impl FnMut(Cell));
}

/// Keys that are asked for many at a time, into a buffer.
pub trait Batches {
    /// Asks for a batch of the keys, of [`MANY`] at most.
    fn ask(&mut self, batch: Range<usize>);

    /// A checksum of the answers in the buffer, of which so many are of the last batch.
    fn sum(&self, count: usize) -> u64;
}

/// One lookup after the other, into a buffer.
struct Loop<'a, S: Store> {
    store: &'a S,
    asked: &'a [S::Asked],
    answers: Vec<Option<Number>>,
}

impl<S: Store> Batches for Loop<'_, S> {
    fn ask(&mut self, batch: Range<usize>) {
        for (answer, asked) in self.answers.iter_mut().zip(&self.asked[batch]) {
            *answer = self.store.get(asked);
        }
        black_box(&self.answers);
    }

    fn sum(&self, count: usize) -> u64 {
        let answers = self.answers[..count].iter();
        answers.fold(0, |sum, answer| sum.wrapping_add(answer_sum(*answer)))
    }
}

/// What is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// Cells that are there; the keys are known beforehand.
    Hit,
    /// Cells that are not there.
    Miss,
    /// Cells that are there; each key is chosen by the value before it.
    HitDependent,
    /// Cells that are not there; each key waits for the answer before it, as far as the processor does not foresee it.
    MissDependent,
    /// Cells that are there, as a slice of keys into a buffer, [`MANY`] at a time.
    GetMany,
    /// All that stands in a cell, not its value alone; keys as for `Hit`.
    Whole,
    /// Rows of a place.
    Row,
    /// Columns of a period.
    Column,
    /// Every value.
    Scan,
}

impl Question {
    /// All of them, in the order they are asked.
    pub const ALL: [Self; 9] = [
        Self::Hit,
        Self::HitDependent,
        Self::Miss,
        Self::MissDependent,
        Self::GetMany,
        Self::Whole,
        Self::Row,
        Self::Column,
        Self::Scan,
    ];

    /// As a heading of a table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::HitDependent => "hit, dependent",
            Self::MissDependent => "miss, dependent",
            Self::GetMany => "get_many",
            Self::Whole => "whole figure",
            Self::Row => "row",
            Self::Column => "column",
            Self::Scan => "scan",
        }
    }
}

/// Keys a call of `get_many`.
pub const MANY: usize = 1024;

/// The keys that all stores are asked for.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// Cells that are there.
    pub hits: Vec<CellKey>,
    /// Pairs of cells that are there, two by two: the value of one of a pair chooses one of the next.
    pub hit_pairs: Vec<CellKey>,
    /// Cells that are not there.
    pub misses: Vec<CellKey>,
    /// Pairs of cells that are not there.
    pub miss_pairs: Vec<CellKey>,
    /// Cells of rows that are there.
    pub rows: Vec<CellKey>,
    /// Cells of columns.
    pub columns: Vec<CellKey>,
}

/// How long it took to answer.
#[derive(Clone, Copy, Debug)]
pub struct Timed {
    /// The time, in seconds.
    pub seconds: f64,
    /// A checksum of the answers; those of [`Question::GetMany`] are not read.
    pub sum: u64,
}

/// A store with its resolved keys, ready to be timed; the type of the store is forgotten once a question, not once a key.
pub trait Runner {
    /// Resolves the keys.
    fn prepare(&mut self, keys: &Keys);

    /// Asks a question of the first so many of its keys, on the clock.
    fn run(&self, question: Question, count: usize) -> Timed;

    /// A checksum of all answers of [`Question::GetMany`], which `run` does not read.
    fn check_many(&self, count: usize) -> u64;

    /// A checksum of every cell and its place, whatever the order.
    fn check_cells(&self) -> u64;
}

/// A [`Store`] as a [`Runner`].
pub struct Ready<S: Store> {
    store: S,
    hits: Vec<S::Asked>,
    hit_pairs: Vec<S::Asked>,
    misses: Vec<S::Asked>,
    miss_pairs: Vec<S::Asked>,
    rows: Vec<S::Asked>,
    columns: Vec<S::Asked>,
}

impl<S: Store + 'static> Ready<S> {
    /// A runner of a store, without keys yet.
    pub fn boxed(store: S) -> Box<dyn Runner> {
        Box::new(Self {
            store,
            hits: Vec::new(),
            hit_pairs: Vec::new(),
            misses: Vec::new(),
            miss_pairs: Vec::new(),
            rows: Vec::new(),
            columns: Vec::new(),
        })
    }
}

// Look-ups one after the other, each kind in a function of its own, so that no store's loop shares its registers with another question's.

#[inline(never)]
fn answers<S: Store>(store: &S, asked: &[S::Asked]) -> u64 {
    let answers = asked.iter().map(|asked| answer_sum(store.get(asked)));
    answers.fold(0, u64::wrapping_add)
}

/// Of each two keys the one that the answer before chooses.
#[inline(never)]
fn answers_in_turn<S: Store>(
    store: &S,
    asked: &[S::Asked],
    second: impl Fn(Option<Number>) -> bool,
) -> u64 {
    let (mut sum, mut chosen) = (0_u64, 0);
    for pair in asked.chunks_exact(2) {
        let answer = store.get(&pair[chosen]);
        chosen = usize::from(second(answer));
        sum = sum.wrapping_add(answer_sum(answer));
    }
    sum
}

#[inline(never)]
fn wholes<S: Store>(store: &S, asked: &[S::Asked]) -> u64 {
    let values = asked
        .iter()
        .map(|asked| store.whole(asked).map_or(1, value_sum));
    values.fold(0, u64::wrapping_add)
}

impl<S: Store> Runner for Ready<S> {
    fn prepare(&mut self, keys: &Keys) {
        let resolve = |keys: &[CellKey]| -> Vec<S::Asked> {
            keys.iter().map(|key| self.store.ask(*key)).collect()
        };
        let hits = resolve(&keys.hits);
        let hit_pairs = resolve(&keys.hit_pairs);
        let misses = resolve(&keys.misses);
        let miss_pairs = resolve(&keys.miss_pairs);
        let rows = resolve(&keys.rows);
        let columns = resolve(&keys.columns);
        self.hits = hits;
        self.hit_pairs = hit_pairs;
        self.misses = misses;
        self.miss_pairs = miss_pairs;
        self.rows = rows;
        self.columns = columns;
    }

    fn run(&self, question: Question, count: usize) -> Timed {
        let store = &self.store;
        let mut sum = 0_u64;
        let start = Instant::now();
        match question {
            Question::Hit => sum = answers(store, &self.hits[..count]),
            Question::Miss => sum = answers(store, &self.misses[..count]),
            Question::HitDependent => {
                let odd =
                    |answer: Option<Number>| answer.is_some_and(|number| number.mantissa & 1 == 1);
                sum = answers_in_turn(store, &self.hit_pairs[..2 * count], odd);
            }
            Question::MissDependent => {
                let there = |answer: Option<Number>| black_box(answer.is_some());
                sum = answers_in_turn(store, &self.miss_pairs[..2 * count], there);
            }
            Question::GetMany => {
                let mut batches = store.batches(&self.hits[..count]);
                let start = Instant::now();
                for begin in (0..count).step_by(MANY) {
                    batches.ask(begin..count.min(begin + MANY));
                }
                let seconds = start.elapsed().as_secs_f64();
                return Timed { seconds, sum };
            }
            Question::Whole => sum = wholes(store, &self.hits[..count]),
            // Sums of their own, which are in no memory that is waited for at every number.
            Question::Row => {
                let mut own = Sum::default();
                for asked in &self.rows[..count] {
                    store.row(asked, &mut own);
                }
                sum = own.0;
            }
            Question::Column => {
                let mut own = Sum::default();
                for asked in &self.columns[..count] {
                    store.column(asked, &mut own);
                }
                sum = own.0;
            }
            Question::Scan => {
                let mut own = Sum::default();
                store.scan(&mut own);
                sum = own.0;
            }
        }
        Timed {
            seconds: start.elapsed().as_secs_f64(),
            sum: black_box(sum),
        }
    }

    fn check_many(&self, count: usize) -> u64 {
        let mut batches = self.store.batches(&self.hits[..count]);
        let mut sum = 0_u64;
        for begin in (0..count).step_by(MANY) {
            let batch = begin..count.min(begin + MANY);
            batches.ask(batch.clone());
            sum = sum.wrapping_add(batches.sum(batch.len()));
        }
        sum
    }

    fn check_cells(&self) -> u64 {
        let mut sum = 0_u64;
        self.store
            .cells(&mut |cell| sum = sum.wrapping_add(cell_sum(&cell)));
        sum
    }
}

/// A number's part in a checksum.
pub fn number_sum(number: Number) -> u64 {
    number.mantissa.cast_unsigned() ^ (u64::from(number.scale) << 48)
}

/// A checksum of numbers, whatever their order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum(u64);

impl Sum {
    /// Adds a number.
    #[inline(always)]
    pub fn number(&mut self, number: Number) {
        self.0 = self.0.wrapping_add(number_sum(number));
    }

    /// Adds numbers of one scale that a store hands out one after the other, with gaps between them; without a branch at each.
    #[inline(always)]
    pub fn numbers(&mut self, mantissas: impl Iterator<Item = Option<i64>>, scale: u8) {
        let part = |mantissa| number_sum(Number { mantissa, scale });
        let own = mantissas.fold(0_u64, |sum, mantissa| {
            sum.wrapping_add(mantissa.map_or(0, part))
        });
        self.0 = self.0.wrapping_add(own);
    }
}

/// An answer's part in a checksum; an absent cell counts for one, so that misses are counted too.
pub fn answer_sum(answer: Option<Number>) -> u64 {
    answer.map_or(1, number_sum)
}

/// The part of all that stands in a cell.
pub fn value_sum(value: CellValue) -> u64 {
    number_sum(value.into())
        ^ (u64::from(value.qualifier) << 52)
        ^ (u64::from(value.status) << 56)
        ^ (u64::from(value.source) << 32)
}

/// The part of a cell and where it stands.
pub fn cell_sum(cell: &Cell) -> u64 {
    let Cell { key, value } = cell;
    let place = (u64::from(key.table) << 48) | (u64::from(key.place) << 16) | u64::from(key.period);
    crate::workload::mix(crate::workload::mix(place) ^ value_sum(*value))
}

/// How a store is made and opened.
pub trait Peer {
    /// Its name in the tables.
    fn name(&self) -> &'static str;

    /// What each cell of it holds, and how.
    fn holds(&self) -> &'static str;

    /// What it is for.
    fn class(&self) -> Class;

    /// The most millions of cells that it is tried with.
    fn millions_max(&self) -> u32 {
        match self.class() {
            Class::Book => 100,
            Class::Memory => 50,
            Class::File | Class::Engine => 10,
        }
    }

    /// Begins a store; the cells come table by table.
    fn begin(&self, shape: Shape, folder: &Path) -> Result<Box<dyn Build>, Failure>;

    /// Opens what was built and saved in a folder, as a program that starts would, and looks up one cell. Handles and
    /// statements are resolved anew.
    fn first_answer(&self, _shape: Shape, _folder: &Path, _key: CellKey) -> Result<First, Failure> {
        Err(format!("{} has no file", self.name()).into())
    }

    /// The bytes of its file that no cell needs: names of places and the like, which other stores do not hold.
    fn names_bytes(&self) -> Result<u64, Failure> {
        Ok(0)
    }
}

/// What a store is for, which decides what it is asked and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Answers from memory in nanoseconds, and has no file.
    Memory,
    /// Answers in nanoseconds from the bytes of its file.
    Book,
    /// A file that is decoded as a whole before it answers.
    File,
    /// Answers from an engine's pages, in microseconds.
    Engine,
}

impl Class {
    /// More bytes than a million cells take on the disk.
    pub fn disk_a_million(self) -> u64 {
        match self {
            Self::Memory => 0,
            Self::Book => 10_000_000,
            Self::File => 100_000_000,
            Self::Engine => 500_000_000,
        }
    }
}

/// The first answer of a store that was just opened.
pub struct First {
    /// The answer.
    pub answer: Option<Number>,
    /// What has to be closed when the clock has stopped.
    pub opened: Box<dyn Any>,
}

/// A store that is being built.
pub trait Build {
    /// Takes the cells of the next table, sorted.
    fn table(&mut self, cells: &[Cell]) -> Result<(), Failure>;

    /// Ends it.
    fn finish(self: Box<Self>) -> Result<Finished, Failure>;
}

/// A store that has been built.
pub struct Finished {
    /// What can be asked now; nothing for a file that has to be decoded first.
    pub runner: Option<Box<dyn Runner>>,
    /// Writes the file, where building has not.
    pub save: Option<Box<dyn FnOnce() -> Result<(), Failure>>>,
}

impl Finished {
    /// A store that lives in memory only.
    pub fn in_memory(store: impl Store + 'static) -> Self {
        Self {
            runner: Some(Ready::boxed(store)),
            save: None,
        }
    }
}
