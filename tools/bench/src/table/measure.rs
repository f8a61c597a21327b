use std::fs::{self, File};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::ensure;
use rustix::fs::{Advice, fadvise, syncfs};

use super::figures::StoreFigures;
use super::rows::{Pair, Rows, strangers};
use super::store::{OnDisk, Store, StoreContent};
use crate::files::{each_file, empty};

/// Tags that are looked up, at random: the lines of memory that they are in fill more than the caches of a processor.
const LOOKUPS: u64 = 1 << 19;
/// Tags that are looked up while nothing of the file is in memory.
const COLD_LOOKUPS: usize = 2_000;

/// Settings for measuring all stores.
pub(super) struct Measurement {
    rows: Rows,
    hits: Vec<Pair>,
    misses: Vec<u64>,
    folder: PathBuf,
    rounds: u32,
}

impl Measurement {
    pub(super) fn new(rows: Rows, folder: &Path, rounds: u32) -> anyhow::Result<Self> {
        Ok(Self {
            hits: rows.sample(LOOKUPS)?,
            misses: strangers(LOOKUPS),
            rows,
            folder: folder.to_owned(),
            rounds,
        })
    }

    /// Makes a store in memory, measures it and drops it.
    pub(super) fn of<S: Store>(&self) -> anyhow::Result<StoreFigures> {
        let folder = self.place()?;
        let figures = self.made::<S>(&folder)?;
        fs::remove_dir_all(&folder)?;
        Ok(figures)
    }

    /// Makes a store in files, measures it with the files in memory and without, and removes it.
    pub(super) fn of_files<S: OnDisk>(&self) -> anyhow::Result<StoreFigures> {
        let folder = self.place()?;
        let figures = self.made::<S>(&folder)?;
        let cold = self.cold::<S>(&folder)?;
        fs::remove_dir_all(&folder)?;
        Ok(StoreFigures {
            cold_microseconds: Some(cold),
            ..figures
        })
    }

    /// Returns an empty folder.
    fn place(&self) -> anyhow::Result<PathBuf> {
        let folder = self.folder.join("store");
        empty(&folder)?;
        Ok(folder)
    }

    /// Makes a store and measures it, warm.
    fn made<S: Store>(&self, folder: &Path) -> anyhow::Result<StoreFigures> {
        eprintln!("{}: {} rows", S::NAME, self.rows.0.rows);
        let begun = Instant::now();
        let mut store = S::make(&self.rows, folder)?;
        let build_seconds = begun.elapsed().as_secs_f64();
        self.check(&mut store)?;
        let (hit, exposures, miss) = self.warm(&mut store)?;
        Ok(StoreFigures {
            name: S::NAME,
            content: S::CONTENT,
            build_seconds,
            bytes: store.bytes(folder)?,
            hit_nanoseconds: hit,
            found_nanoseconds: exposures,
            miss_nanoseconds: miss,
            cold_microseconds: None,
        })
    }

    /// Checks that it returns what was put in. So the measured look-ups have been made once before.
    fn check<S: Store>(&self, store: &mut S) -> anyhow::Result<()> {
        for hit in &self.hits {
            let exposures = store.exposures(hit.tag)?;
            let right = match S::CONTENT {
                StoreContent::Exposures => exposures == Some(hit.exposures),
                StoreContent::Membership => exposures.is_some(),
            };
            ensure!(right, "{} returns something else for a tag", S::NAME);
        }
        for miss in &self.misses {
            ensure!(!store.contains(*miss)?, "{} has a stranger", S::NAME);
        }
        Ok(())
    }

    /// Returns the nanoseconds to find a tag, to find it and read its exposures, and to miss one: the best of the
    /// rounds.
    fn warm<S: Store>(&self, store: &mut S) -> anyhow::Result<(f64, f64, f64)> {
        let mut best = (f64::INFINITY, f64::INFINITY, f64::INFINITY);
        for _ in 0..self.rounds {
            let hit = nanoseconds(&self.hits, |pair| store.contains(pair.tag))?;
            let exposures = nanoseconds(&self.hits, |pair| store.exposures(pair.tag))?;
            let miss = nanoseconds(&self.misses, |tag| store.contains(*tag))?;
            best = (best.0.min(hit), best.1.min(exposures), best.2.min(miss));
        }
        Ok(best)
    }

    /// Returns the microseconds to read a tag's exposures when the files are opened with nothing of them in memory.
    fn cold<S: OnDisk>(&self, folder: &Path) -> anyhow::Result<f64> {
        forget(folder)?;
        let mut store = S::open(folder)?;
        let hits = &self.hits[..self.hits.len().min(COLD_LOOKUPS)];
        Ok(nanoseconds(hits, |pair| store.exposures(pair.tag))? / 1e3)
    }
}

/// Returns the nanoseconds per look-up.
fn nanoseconds<T, A>(
    wanted: &[T],
    mut find: impl FnMut(&T) -> anyhow::Result<A>,
) -> anyhow::Result<f64> {
    let begun = Instant::now();
    for one in wanted {
        black_box(find(one)?);
    }
    Ok(begun.elapsed().as_nanos() as f64 / wanted.len() as f64)
}

/// Asks the system to drop every file below a folder from its cache. None may be mapped.
fn forget(folder: &Path) -> anyhow::Result<()> {
    // What is not written yet is not dropped.
    syncfs(File::open(folder)?)?;
    each_file(folder, &mut |path| {
        Ok(fadvise(File::open(path)?, 0, None, Advice::DontNeed)?)
    })
}
