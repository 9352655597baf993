//! One run: all stores built side by side, asked in turn, closed, and opened in turn.

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::keys::{self, COLUMNS, HITS, ROWS};
use crate::limits::{Limits, Memory};
use crate::platform;
use crate::store::{
    Build, Class, Keys, Number, Peer, Question, Runner, Shape, answer_sum, cell_sum,
};
use crate::workload::{Cell, Failure, Workload, float};

/// A store that took longer than this to build is built once.
const BUILD_AGAIN_SECONDS: f64 = 4.0;
/// A store that took longer than this to open is opened once.
const OPEN_AGAIN_SECONDS: f64 = 4.0;

/// What was measured of a store: medians.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Its name.
    pub name: &'static str,
    /// What each of its cells holds.
    pub holds: &'static str,
    /// What it is for.
    pub class: Class,
    /// Nanoseconds a cell to build it from sorted cells; the file is written within if it has no other form.
    pub build_ns: f64,
    /// How often it was built.
    pub builds: usize,
    /// Nanoseconds a cell to save it afterwards, synced.
    pub save_ns: Option<f64>,
    /// Bytes a cell that are allocated when it is built; nothing is said of files and engines.
    pub memory_bytes: Option<f64>,
    /// The most bytes a cell that were allocated while it was built.
    pub peak_bytes: f64,
    /// Bytes a cell on the disk.
    pub disk_bytes: Option<f64>,
    /// The same without the names of places, indicators and sources.
    pub disk_bytes_nameless: Option<f64>,
    /// Nanoseconds for one of each question: a key, a row, a column, or a cell of a scan.
    pub answer_ns: BTreeMap<Question, f64>,
    /// Seconds from the closed file to the first answer, the file in the page cache.
    pub open_warm: Option<f64>,
    /// The same, the file not in the page cache.
    pub open_cold: Option<f64>,
}

/// What was measured of a workload.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its name: `10 M`, or `real`.
    pub label: String,
    /// Cells in all.
    pub cells: usize,
    /// Values in a full row and in a full column, as far as they are filled.
    pub shape: Shape,
    /// Bytes of information a cell, where it is known.
    pub entropy: Option<f64>,
    /// The parts of it, in words.
    pub entropy_parts: String,
    /// What the machine could do between the rounds: medians.
    pub limits: Limits,
    /// The stores.
    pub stores: Vec<Measured>,
    /// How many rounds there were.
    pub rounds: usize,
}

/// What a run is made with.
pub struct Plan<'a> {
    /// Its name.
    pub label: String,
    /// What is stored.
    pub workload: &'a Workload,
    /// The stores.
    pub peers: Vec<Box<dyn Peer>>,
    /// How many rounds.
    pub rounds: usize,
    /// A folder of its own for the files.
    pub folder: PathBuf,
}

/// A store during a run.
struct Contender {
    peer: Box<dyn Peer>,
    folder: PathBuf,
    runner: Option<Box<dyn Runner>>,
    builds: Vec<f64>,
    saves: Vec<f64>,
    memory: usize,
    peak: usize,
    disk: Option<u64>,
    answers: BTreeMap<Question, Vec<f64>>,
    opens_warm: Vec<f64>,
    opens_cold: Vec<f64>,
}

/// Checksums that all stores must agree on.
#[derive(Default)]
struct Sums(BTreeMap<(Question, usize), (u64, &'static str)>);

/// Runs a plan; the memory is for the machine's own limits.
pub fn run(plan: Plan<'_>, memory: &Memory) -> Result<Run, Failure> {
    let Plan {
        label,
        workload,
        peers,
        rounds,
        folder,
    } = plan;
    say(&label, "counting the cells");
    let (cells, cells_sum) = count(workload);
    let shape = Shape {
        tables: workload.tables,
        places: workload.places,
        periods: workload.periods,
        cells,
    };
    let entropy = workload.entropy();
    let keys = keys::draw(workload);
    let mut contenders: Vec<Contender> = peers
        .into_iter()
        .enumerate()
        .map(|(number, peer)| Contender::new(peer, folder.join(number.to_string())))
        .collect();

    for round in 0..rounds {
        say(&label, &format!("building, round {}", round + 1));
        build(workload, shape, &mut contenders, round)?;
    }

    say(&label, "checking that all hold the same");
    let mut sums = Sums::of(workload, &keys);
    for contender in &mut contenders {
        contender.check(&keys, cells_sum, &mut sums)?;
    }

    let mut limits = Vec::new();
    for round in 0..rounds {
        say(&label, &format!("asking, round {}", round + 1));
        limits.push(memory.measure(u64::try_from(round)?));
        for question in Question::ALL {
            // Another goes first in each round, and nobody always follows the same one.
            let count = contenders.len();
            for turn in 0..count {
                contenders[(turn + round) % count].ask(question, cells, &mut sums)?;
            }
        }
    }

    say(&label, "closing and opening");
    for contender in &mut contenders {
        contender.runner = None;
    }
    for round in 0..rounds {
        for contender in &mut contenders {
            contender.open(shape, workload, &keys, round)?;
        }
    }
    let stores = contenders
        .into_iter()
        .map(|contender| contender.measured(cells))
        .collect::<Result<_, _>>()?;
    Ok(Run {
        label,
        cells,
        shape,
        entropy: entropy.map(|entropy| entropy.bytes_a_cell()),
        entropy_parts: entropy.map_or_else(String::new, |entropy| {
            format!(
                "{:.3} bits for the value, {:.3} for the holes, {:.3} for the qualifier",
                entropy.value_bits_a_cell(),
                entropy.hole_bits_a_cell(),
                entropy.qualifier_bits_a_cell(),
            )
        }),
        limits: Limits {
            dependent_ns: median(limits.iter().map(|limit| limit.dependent_ns)),
            independent_ns: median(limits.iter().map(|limit| limit.independent_ns)),
            gigabytes_a_second: median(limits.iter().map(|limit| limit.gigabytes_a_second)),
        },
        stores,
        rounds,
    })
}

/// The cells of a workload, and the checksum of all.
fn count(workload: &Workload) -> (usize, u64) {
    let mut table = Vec::new();
    let mut count = 0;
    let mut sum = 0_u64;
    for number in 0..workload.tables {
        workload.table(number, &mut table);
        count += table.len();
        sum = table
            .iter()
            .fold(sum, |sum, cell| sum.wrapping_add(cell_sum(cell)));
    }
    (count, sum)
}

/// A store while the tables come.
struct Site {
    /// Which contender it is.
    number: usize,
    build: Box<dyn Build>,
    seconds: f64,
    memory: usize,
    peak: usize,
}

impl Site {
    /// Does a part of the building, on the clock and with an eye on the memory.
    fn part<T>(
        seconds: &mut f64,
        memory: &mut usize,
        peak: &mut usize,
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let before = platform::begin_peak();
        let start = Instant::now();
        let done = work()?;
        *seconds += start.elapsed().as_secs_f64();
        *peak = (*peak).max((*memory + platform::peak()).saturating_sub(before));
        *memory = (*memory + platform::allocated()).saturating_sub(before);
        Ok(done)
    }
}

/// Builds all stores side by side: each table is made once and given to each in turn.
fn build(
    workload: &Workload,
    shape: Shape,
    contenders: &mut [Contender],
    round: usize,
) -> Result<(), Failure> {
    let mut sites: Vec<Site> = Vec::new();
    for (number, contender) in contenders.iter_mut().enumerate() {
        if round > 0 && contender.builds[0] > BUILD_AGAIN_SECONDS {
            continue;
        }
        contender.runner = None;
        if contender.folder.exists() {
            fs::remove_dir_all(&contender.folder)?;
        }
        fs::create_dir_all(&contender.folder)?;
        let (mut seconds, mut memory, mut peak) = (0.0, 0, 0);
        let build = Site::part(&mut seconds, &mut memory, &mut peak, || {
            contender.peer.begin(shape, &contender.folder)
        })?;
        sites.push(Site {
            number,
            build,
            seconds,
            memory,
            peak,
        });
    }
    let mut cells: Vec<Cell> = Vec::new();
    for table in 0..workload.tables {
        workload.table(table, &mut cells);
        let count = sites.len();
        for turn in 0..count {
            let site = &mut sites[(turn + round + usize::from(table)) % count];
            Site::part(&mut site.seconds, &mut site.memory, &mut site.peak, || {
                site.build.table(&cells)
            })?;
        }
    }
    for site in sites {
        let Site {
            number,
            build,
            mut seconds,
            mut memory,
            mut peak,
        } = site;
        let contender = &mut contenders[number];
        let built = Site::part(&mut seconds, &mut memory, &mut peak, || build.finish())?;
        contender.builds.push(seconds);
        contender.memory = memory;
        contender.peak = peak;
        contender.runner = built.runner;
        if let Some(save) = built.save {
            let start = Instant::now();
            save()?;
            contender.saves.push(start.elapsed().as_secs_f64());
        }
        if contender.peer.class() != Class::Memory {
            contender.disk = Some(platform::disk_bytes(&contender.folder)?);
        }
    }
    Ok(())
}

impl Contender {
    fn new(peer: Box<dyn Peer>, folder: PathBuf) -> Self {
        Self {
            peer,
            folder,
            runner: None,
            builds: Vec::new(),
            saves: Vec::new(),
            memory: 0,
            peak: 0,
            disk: None,
            answers: BTreeMap::new(),
            opens_warm: Vec::new(),
            opens_cold: Vec::new(),
        }
    }

    /// How many of its keys a store is asked for, by what it is for.
    fn count(&self, question: Question, cells: usize) -> usize {
        let engine = self.peer.class() == Class::Engine;
        match question {
            Question::Scan => cells,
            Question::Row if engine => ROWS >> 3,
            Question::Row => ROWS,
            Question::Column if engine => COLUMNS >> 5,
            Question::Column => COLUMNS,
            _ if engine => HITS >> 4,
            _ => HITS,
        }
    }

    /// Resolves the keys, and asks everything once, untimed.
    fn check(&mut self, keys: &Keys, cells_sum: u64, sums: &mut Sums) -> Result<(), Failure> {
        let many = self.count(Question::GetMany, 0);
        let name = self.peer.name();
        let Some(runner) = &mut self.runner else {
            return Ok(());
        };
        runner.prepare(keys);
        if runner.check_cells() != cells_sum {
            return Err(format!("{name} does not hold the cells of the workload").into());
        }
        sums.agree(Question::Hit, many, runner.check_many(many), name)
    }

    /// Asks a question, on the clock.
    fn ask(&mut self, question: Question, cells: usize, sums: &mut Sums) -> Result<(), Failure> {
        let count = self.count(question, cells);
        let Some(runner) = &mut self.runner else {
            return Ok(());
        };
        let start = Instant::now();
        let sum = black_box(runner.run(question, black_box(count)));
        let seconds = start.elapsed().as_secs_f64();
        if question != Question::GetMany {
            sums.agree(question, count, sum, self.peer.name())?;
        }
        let ns = seconds * 1e9 / float(u64::try_from(count)?);
        self.answers.entry(question).or_default().push(ns);
        Ok(())
    }

    /// Opens the file to the first answer, with and without the page cache.
    fn open(
        &mut self,
        shape: Shape,
        workload: &Workload,
        keys: &Keys,
        round: usize,
    ) -> Result<(), Failure> {
        let slow = |opens: &[f64]| opens.first().is_some_and(|open| *open > OPEN_AGAIN_SECONDS);
        if self.peer.class() == Class::Memory || slow(&self.opens_cold) {
            return Ok(());
        }
        let key = keys.hits[round];
        let expected = workload.cell(key).map(Number::from);
        platform::evict(&self.folder)?;
        for opens in [&mut self.opens_cold, &mut self.opens_warm] {
            let start = Instant::now();
            let first = self.peer.first_answer(shape, &self.folder, key)?;
            opens.push(start.elapsed().as_secs_f64());
            if first.answer != expected {
                let name = self.peer.name();
                return Err(format!("{name}, opened, answers {:?}", first.answer).into());
            }
            drop(first.opened);
        }
        Ok(())
    }

    fn measured(self, cells: usize) -> Result<Measured, Failure> {
        let cells = float(u64::try_from(cells)?);
        let a_cell = |bytes: usize| float(u64::try_from(bytes).unwrap_or(0)) / cells;
        let names = self.peer.names_bytes()?;
        let some = |values: &[f64]| (!values.is_empty()).then(|| median(values.iter().copied()));
        let answers = self.answers.iter();
        // A file has to be decoded first; what an engine holds is its cache.
        let in_memory = matches!(self.peer.class(), Class::Memory | Class::Book);
        Ok(Measured {
            name: self.peer.name(),
            holds: self.peer.holds(),
            class: self.peer.class(),
            build_ns: median(self.builds.iter().copied()) * 1e9 / cells,
            builds: self.builds.len(),
            save_ns: some(&self.saves).map(|seconds| seconds * 1e9 / cells),
            memory_bytes: in_memory.then(|| a_cell(self.memory)),
            peak_bytes: a_cell(self.peak),
            disk_bytes: self.disk.map(|bytes| float(bytes) / cells),
            disk_bytes_nameless: self
                .disk
                .map(|bytes| float(bytes.saturating_sub(names)) / cells),
            answer_ns: answers
                .map(|(question, ns)| (*question, median(ns.iter().copied())))
                .collect(),
            open_warm: some(&self.opens_warm),
            open_cold: some(&self.opens_cold),
        })
    }
}

impl Sums {
    /// What the workload itself says of the hits and misses.
    fn of(workload: &Workload, keys: &Keys) -> Self {
        let mut sums = Self::default();
        let mut sum = 0_u64;
        for (count, key) in (1..).zip(&keys.hits) {
            let answer = workload.cell(*key).map(Number::from);
            sum = sum.wrapping_add(answer_sum(answer));
            if count == HITS || count == HITS >> 4 {
                sums.0.insert((Question::Hit, count), (sum, "the workload"));
                let absent = u64::try_from(count).unwrap_or(0);
                sums.0
                    .insert((Question::Miss, count), (absent, "the workload"));
                sums.0
                    .insert((Question::MissDependent, count), (absent, "the workload"));
            }
        }
        sums
    }

    fn agree(
        &mut self,
        question: Question,
        count: usize,
        sum: u64,
        name: &'static str,
    ) -> Result<(), Failure> {
        let (known, first) = *self.0.entry((question, count)).or_insert((sum, name));
        if known == sum {
            Ok(())
        } else {
            let question = question.name();
            Err(format!("{name} and {first} do not give the same answers: {question}").into())
        }
    }
}

/// The middle one.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => values[count / 2],
        count => f64::midpoint(values[count / 2 - 1], values[count / 2]),
    }
}

fn say(label: &str, doing: &str) {
    eprintln!("{label}: {doing}");
}

/// Whether a folder has room for the files of a run.
pub fn has_room(folder: &Path, bytes: u64) -> Result<bool, Failure> {
    let about = rustix::fs::statvfs(folder)?;
    Ok(about.f_bavail.saturating_mul(about.f_frsize) >= bytes)
}
