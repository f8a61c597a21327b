//! How fast does the server answer, against what could not be beaten easily? It, nginx, a bare actix handler and bare
//! cryptography take turns on this machine, and `wrk` asks them over the loopback.
//!
//! `wrk` takes time of the same cores, which brings every rate closer to every other; so each process's own CPU time
//! per request is told as well.

mod evaluate;
mod index;
mod load;
mod machine;
mod memory;
mod proc;
mod quiet;
mod ranges;
mod side;
mod start;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use evaluate::EvaluateFigures;
use index::{large, served};
use memory::MemoryFigures;
use quiet::Quiet;
use ranges::RangeFigures;
use start::StartFigures;

/// The programs that are run, and where files may be put.
pub struct Bench {
    /// `tekser-indexer`.
    pub indexer: PathBuf,
    /// `tekser-server`.
    pub server: PathBuf,
    /// `bare-actix`.
    pub bare: PathBuf,
    /// A folder for indexes and configurations. Indexes in it from an earlier run are used again.
    pub folder: PathBuf,
    /// Rows of the dumps behind the index whose ranges and key are asked for.
    pub records: u64,
    /// Turns that each side takes.
    pub rounds: u32,
    /// How long a turn is.
    pub turn: Duration,
}

/// All that was measured of the server.
pub struct ServeFigures {
    machine: String,
    ranges: RangeFigures,
    evaluate: EvaluateFigures,
    start: StartFigures,
    memory: MemoryFigures,
    quiet: Quiet,
}

/// Measures all of it.
///
/// # Errors
/// If a program is missing or fails, or a request does.
pub fn measure_serve(bench: &Bench) -> anyhow::Result<ServeFigures> {
    load::find_wrk()?;
    let served = served(bench)?;
    let large = large(&bench.folder)?;
    let machine = machine::describe();
    let mut quiet = Quiet::default();
    Ok(ServeFigures {
        ranges: ranges::measure(bench, &served, &mut quiet)?,
        evaluate: evaluate::measure(bench, &served, &mut quiet)?,
        start: start::measure(bench, &large, &mut quiet)?,
        memory: memory::measure(bench, &large)?,
        machine,
        quiet,
    })
}

impl fmt::Display for ServeFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}{}\n", self.machine, self.quiet)?;
        write!(f, "\n{}\n{}", self.ranges, self.evaluate)?;
        write!(f, "\n{}\n{}", self.start, self.memory)
    }
}

/// Cores of this machine, which is how many threads every side gets.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The middle one.
fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A folder to put files of this run into.
fn scratch(folder: &Path, name: &str) -> std::io::Result<PathBuf> {
    let scratch = folder.join(name);
    std::fs::create_dir_all(&scratch)?;
    Ok(scratch)
}
