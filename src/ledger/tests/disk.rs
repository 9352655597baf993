//! A disk in memory that loses power, tears writes, fails to sync and fills up, all by the fall of dice.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use redb::StorageBackend;

/// Disks write this much at once or not at all.
const SECTOR_BYTES: usize = 512;

/// Numbers that look random and are the same for the same seed (SplitMix64).
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    pub(super) fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }
}

/// A disk that several openings share, as a file is.
#[derive(Clone, Debug, Default)]
pub(super) struct SimDisk(Arc<Mutex<Sim>>);

#[derive(Debug, Default)]
struct Sim {
    /// What a power cut leaves for certain.
    synced: Vec<u8>,
    /// What is read.
    seen: Vec<u8>,
    /// What was done since the last sync.
    pending: Vec<Doing>,
    /// How many more writes and syncs succeed, if not all.
    lasts: Option<u64>,
    /// The number of the sync from here that fails.
    sync_fails: Option<u64>,
    /// The most bytes that fit.
    capacity_bytes: Option<u64>,
    dead: bool,
    done: u64,
}

#[derive(Clone, Debug)]
enum Doing {
    Write(usize, Vec<u8>),
    SetLength(usize),
}

impl Sim {
    /// Counts something that changes the disk, and says whether power is still there.
    fn power(&mut self) -> io::Result<()> {
        self.done += 1;
        match &mut self.lasts {
            Some(0) => self.dead = true,
            Some(left) => *left -= 1,
            None => {}
        }
        if self.dead {
            return Err(io::Error::other("the power is cut"));
        }
        Ok(())
    }

    fn fits(&self, end: u64) -> io::Result<()> {
        if self.capacity_bytes.is_some_and(|capacity| end > capacity) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}

fn apply(bytes: &mut Vec<u8>, offset: usize, data: &[u8]) {
    let end = offset + data.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[offset..end].copy_from_slice(data);
}

impl SimDisk {
    pub(super) fn holding(image: Vec<u8>) -> Self {
        let disk = Self::default();
        disk.sim().seen = image.clone();
        disk.sim().synced = image;
        disk
    }

    fn sim(&self) -> MutexGuard<'_, Sim> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Everything that was written.
    pub(super) fn image(&self) -> Vec<u8> {
        self.sim().seen.clone()
    }

    /// How many writes and syncs there have been.
    pub(super) fn done(&self) -> u64 {
        self.sim().done
    }

    /// Power lasts for so many writes and syncs more.
    pub(super) fn power_lasts(&self, operations: u64) {
        self.sim().lasts = Some(operations);
    }

    pub(super) fn sync_fails_at(&self, number: u64) {
        self.sim().sync_fails = Some(number);
    }

    pub(super) fn holds_at_most(&self, bytes: Option<u64>) {
        self.sim().capacity_bytes = bytes;
    }

    /// What is on the disk after the power was cut: of what was not synced, the dice decide.
    pub(super) fn after_power_cut(&self, dice: &mut Dice) -> Vec<u8> {
        let sim = self.sim();
        let mut image = sim.synced.clone();
        let mut pending = sim.pending.clone();
        // All lost, all there, some lost, some torn, or some torn and in another order.
        let way = dice.below(5);
        if way == 4 {
            // Lengths stay where they are: a file system keeps them in order.
            for stretch in pending.split_mut(|doing| matches!(doing, Doing::SetLength(_))) {
                for at in (1..stretch.len()).rev() {
                    stretch.swap(at, dice.below(at + 1));
                }
            }
        }
        for doing in &pending {
            if way == 0 || (way == 2 && dice.one_in(2)) {
                continue;
            }
            match doing {
                Doing::SetLength(length) => image.resize(*length, 0),
                Doing::Write(offset, data) if way < 3 => apply(&mut image, *offset, data),
                Doing::Write(offset, data) => {
                    let mut at = 0;
                    while at < data.len() {
                        let sector = SECTOR_BYTES - (offset + at) % SECTOR_BYTES;
                        let end = (at + sector).min(data.len());
                        if dice.one_in(2) {
                            apply(&mut image, offset + at, &data[at..end]);
                        }
                        at = end;
                    }
                }
            }
        }
        image
    }
}

impl StorageBackend for SimDisk {
    fn len(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.sim().seen.len()).unwrap())
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let sim = self.sim();
        let offset = usize::try_from(offset).unwrap();
        let bytes = sim.seen.get(offset..offset + out.len());
        out.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let mut sim = self.sim();
        sim.power()?;
        sim.fits(length)?;
        let length = usize::try_from(length).unwrap();
        sim.seen.resize(length, 0);
        sim.pending.push(Doing::SetLength(length));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut sim = self.sim();
        sim.power()?;
        match &mut sim.sync_fails {
            Some(0) => {
                sim.sync_fails = None;
                return Err(io::Error::other("the disk did not sync"));
            }
            Some(left) => *left -= 1,
            None => {}
        }
        sim.pending.clear();
        sim.synced = sim.seen.clone();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut sim = self.sim();
        let power = sim.power();
        let offset = usize::try_from(offset).unwrap();
        // The write during which power goes is under way.
        if power.is_ok() || sim.lasts == Some(0) {
            sim.fits(u64::try_from(offset + data.len()).unwrap())?;
            apply(&mut sim.seen, offset, data);
            sim.pending.push(Doing::Write(offset, data.to_vec()));
        }
        power
    }
}
