//! How fast does the server answer, compared with fast alternatives? It, nginx, a bare actix handler and bare
//! cryptography take turns on this machine, and `wrk` asks them over the loopback.
//!
//! `wrk` runs on the same cores, which brings all rates closer together; so each process's own CPU time
//! per request is measured as well.

mod evaluate;
mod index;
mod latency;
mod load;
mod memory;
mod ranges;
mod side;
mod start;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use self::evaluate::EvaluateFigures;
use self::index::{large, served};
use self::latency::LatencyFigures;
use self::memory::MemoryFigures;
use self::ranges::RangeFigures;
use self::start::StartFigures;
use super::comparison::{Comparison, Figures};
use super::machine::output_of;
use super::quiet::Quiet;

/// The programs that are run, and the folder for files.
pub struct Bench {
    /// `tekser-indexer`.
    pub indexer: PathBuf,
    /// `tekser-server`.
    pub server: PathBuf,
    /// `bare-actix`.
    pub bare: PathBuf,
    /// A folder for indexes and configurations. Indexes in it from an earlier run are used again.
    pub folder: PathBuf,
    /// Rows of the dumps of the index whose ranges and key are requested.
    pub records: u64,
    /// Turns that each side takes.
    pub rounds: u32,
    /// Time of a turn.
    pub turn: Duration,
}

/// All that was measured of the server.
#[derive(Serialize)]
pub struct ServeFigures {
    /// Versions of the load generator and of the other servers.
    programs: [String; 2],
    ranges: RangeFigures,
    evaluate: EvaluateFigures,
    latency: Option<LatencyFigures>,
    start: StartFigures,
    memory: MemoryFigures,
    #[serde(skip)]
    quiet: Quiet,
}

/// Measures everything.
///
/// # Errors
/// Fails if a program is missing or fails, or a request does.
pub fn measure_serve(bench: &Bench) -> anyhow::Result<ServeFigures> {
    load::find_wrk()?;
    let served = served(bench)?;
    let large = large(&bench.folder)?;
    let mut quiet = Quiet::default();
    Ok(ServeFigures {
        programs: [output_of("wrk", &["-v"]), output_of("nginx", &["-v"])],
        ranges: ranges::measure(bench, &served, &mut quiet)?,
        evaluate: evaluate::measure(bench, &served, &mut quiet)?,
        latency: latency::measure(bench, [&served, &large], &mut quiet)?,
        start: start::measure(bench, &large, &mut quiet)?,
        memory: memory::measure(bench, &large)?,
        quiet,
    })
}

impl ServeFigures {
    pub(super) fn evaluations_a_second(&self) -> f64 {
        self.evaluate.rate()
    }

    pub(super) fn ranges_a_second(&self) -> f64 {
        self.ranges.rate()
    }

    pub(super) const fn range_bytes(&self) -> u32 {
        self.ranges.range_bytes
    }
}

impl Figures for ServeFigures {
    fn comparisons(&self) -> Vec<Comparison> {
        [
            self.ranges.comparisons(),
            self.evaluate.comparisons(),
            self.start.comparisons(),
        ]
        .concat()
    }
}

impl fmt::Display for ServeFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}; {}; {}",
            self.programs[0], self.programs[1], self.quiet
        )?;
        write!(f, "\n{}\n{}", self.ranges, self.evaluate)?;
        if let Some(latency) = &self.latency {
            write!(f, "\n{latency}")?;
        }
        write!(f, "\n{}\n{}", self.start, self.memory)
    }
}

/// Returns a folder for the files of this run.
fn scratch(folder: &Path, name: &str) -> std::io::Result<PathBuf> {
    let scratch = folder.join(name);
    std::fs::create_dir_all(&scratch)?;
    Ok(scratch)
}
