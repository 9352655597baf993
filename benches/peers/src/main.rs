//! yearbook and its peers, all in one run.
//!
//! ```text
//! cargo run --release -- [--quick] [--cells 1,10,50,100] [--real PATH] [--stores NAME,NAME] [--rounds N] [--patient] [--dir FOLDER] [--out FILE.md]
//! ```
//!
//! Every store holds the same cells ([`workload`]), is built, asked and opened in turn with the others ([`measure`]), and its
//! checksums must agree with theirs and with the workload's own. Medians of the rounds are printed, and their ratios.
//!
//! `--quick` is a million cells in yearbook and hashbrown alone. `--stores` takes parts of names. `--patient` builds slow stores
//! five times too. `--real` adds the real workload. Files and engines are tried with 10 million cells at most, maps with 50.
//! Built with `--no-default-features` it has neither files nor engines, and builds in a fraction of the time; the
//! features `files` and `engines` bring them back.

mod keys;
mod limits;
mod measure;
mod platform;
mod report;
mod store;
mod stores;
mod workload;

use std::path::PathBuf;

use limits::Memory;
use measure::{Plan, Run};
use store::Peer;
use workload::{Failure, Workload};

#[global_allocator]
static ALLOCATOR: platform::Counting = platform::Counting;

/// What is asked on the command line.
struct Options {
    millions: Vec<u32>,
    real: Option<PathBuf>,
    stores: Vec<String>,
    rounds: usize,
    patient: bool,
    folder: PathBuf,
    out: Option<PathBuf>,
}

fn main() -> Result<(), Failure> {
    let options = Options::read()?;
    let folder = tempfile::Builder::new()
        .prefix("yearbook-peers-")
        .tempdir_in(&options.folder)?;
    eprintln!("touching a gibibyte for the machine's own limits");
    let memory = Memory::new();
    let mut runs: Vec<Run> = Vec::new();
    for millions in &options.millions {
        let workload = Workload::seeded(*millions);
        let label = format!("{millions} M");
        let peers = options.peers(&workload, *millions)?;
        let a_million: u64 = peers.iter().map(|peer| peer.class().disk_a_million()).sum();
        let needed = u64::from(*millions) * a_million;
        if !measure::has_room(folder.path(), needed)? {
            return Err(format!(
                "{} has no room for {} GB: give another --dir",
                folder.path().display(),
                needed.div_ceil(1_000_000_000)
            )
            .into());
        }
        runs.push(run(
            label,
            &workload,
            peers,
            &options,
            folder.path(),
            &memory,
        )?);
    }
    if let Some(path) = &options.real {
        let workload = Workload::real(path)?;
        let peers = options.peers(&workload, 1)?;
        let label = "real".to_string();
        runs.push(run(
            label,
            &workload,
            peers,
            &options,
            folder.path(),
            &memory,
        )?);
    }
    let report = report::write(&runs);
    println!("{report}");
    if let Some(path) = &options.out {
        std::fs::write(path, report)?;
    }
    Ok(())
}

fn run(
    label: String,
    workload: &Workload,
    peers: Vec<Box<dyn Peer>>,
    options: &Options,
    folder: &std::path::Path,
    memory: &Memory,
) -> Result<Run, Failure> {
    let folder = folder.join("files");
    let plan = Plan {
        label,
        workload,
        peers,
        rounds: options.rounds,
        patient: options.patient,
        folder: folder.clone(),
    };
    let run = measure::run(plan, memory);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    run
}

impl Options {
    fn read() -> Result<Self, Failure> {
        use lexopt::prelude::*;
        let mut options = Self {
            millions: vec![1, 10],
            real: None,
            stores: Vec::new(),
            rounds: 5,
            patient: false,
            folder: std::env::temp_dir(),
            out: None,
        };
        let mut quick = false;
        let mut cells_given = false;
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("quick") => quick = true,
                Long("cells") => {
                    let list = parser.value()?.string()?;
                    let numbers = list.split(',').filter(|number| !number.is_empty());
                    options.millions = numbers.map(str::parse).collect::<Result<_, _>>()?;
                    cells_given = true;
                }
                Long("real") => options.real = Some(parser.value()?.into()),
                Long("stores") => {
                    let list = parser.value()?.string()?;
                    options.stores = list.split(',').map(str::to_lowercase).collect();
                }
                Long("rounds") => options.rounds = parser.value()?.parse()?,
                Long("patient") => options.patient = true,
                Long("dir") => options.folder = parser.value()?.into(),
                Long("out") => options.out = Some(parser.value()?.into()),
                other => return Err(other.unexpected().into()),
            }
        }
        if options.rounds == 0 {
            return Err("--rounds takes 1 or more".into());
        }
        if quick {
            if !cells_given {
                options.millions = vec![1];
            }
            if options.stores.is_empty() {
                options.stores = ["yearbook", "hashbrown"].map(str::to_string).into();
            }
        }
        Ok(options)
    }

    /// The stores that were asked for and can hold so many cells.
    fn peers(&self, workload: &Workload, millions: u32) -> Result<Vec<Box<dyn Peer>>, Failure> {
        let mut peers = stores::all(workload)?;
        peers.retain(|peer| {
            let name = peer.name().to_lowercase();
            let asked = self.stores.iter().any(|part| name.contains(part));
            (asked || self.stores.is_empty()) && millions <= peer.millions_max()
        });
        if peers.is_empty() {
            return Err("no store of that name holds so many cells".into());
        }
        Ok(peers)
    }
}
