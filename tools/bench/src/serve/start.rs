use std::fmt;
use std::fs::File;

use rustix::fs::{Advice, fadvise};
use serde::Serialize;

use super::Bench;
use super::index::BenchIndex;
use super::side::Side;
use crate::comparison::Comparison;
use crate::median;
use crate::quiet::Quiet;

const STARTS: usize = 10;

/// From the server's spawning to the first answer that it is ready.
#[derive(Serialize)]
pub(super) struct StartFigures {
    bytes: u64,
    /// Seconds, the file in the page cache.
    warm: Vec<f64>,
    /// Seconds, the file dropped from the page cache before, as far as the system does as it is advised.
    cold: Vec<f64>,
}

pub(super) fn measure(
    bench: &Bench,
    index: &BenchIndex,
    quiet: &mut Quiet,
) -> anyhow::Result<StartFigures> {
    let mut figures = StartFigures {
        bytes: index.file.metadata()?.len(),
        warm: Vec::new(),
        cold: Vec::new(),
    };
    let start = || Side::tekser("tekser-server", bench, index, "warn");
    for _ in 0..STARTS {
        std::fs::read(&index.file)?;
        quiet.wait();
        figures.warm.push(start()?.started_in.as_secs_f64());
        fadvise(File::open(&index.file)?, 0, None, Advice::DontNeed)?;
        figures.cold.push(start()?.started_in.as_secs_f64());
    }
    Ok(figures)
}

impl StartFigures {
    pub(super) fn comparisons(&self) -> Vec<Comparison> {
        let size = self.bytes as f64 / 1e6;
        let milliseconds = 1e3 * median(self.warm.iter().copied());
        let start = Comparison::less(
            format!("start to ready, index of {size:.0} MB"),
            "ms",
            milliseconds,
        );
        vec![start.beside_aim(200.0)]
    }
}

impl fmt::Display for StartFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.bytes as f64 / 1e6;
        writeln!(
            f,
            "| start to ready on an index of {size:.0} MB | median, ms | at worst, ms |\n|---|--:|--:|"
        )?;
        for (name, seconds) in [
            ("in the page cache", &self.warm),
            ("dropped from it", &self.cold),
        ] {
            let worst = seconds.iter().copied().fold(0.0, f64::max);
            let middle = median(seconds.iter().copied());
            writeln!(f, "| {name} | {:.1} | {:.1} |", middle * 1e3, worst * 1e3)?;
        }
        Ok(())
    }
}
