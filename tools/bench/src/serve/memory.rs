use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::index::BenchIndex;
use super::load::Load;
use super::side::Side;
use super::{Bench, scratch};
use crate::proc::status;

/// Requests after which the memory is measured.
const LOOKS: [u64; 3] = [10_000, 100_000, 1_000_000];
/// Evaluations in a hundred requests.
const EVALUATIONS: u8 = 10;

/// The server's memory under a load of ranges and evaluations.
#[derive(Serialize)]
pub(super) struct MemoryFigures {
    looks: Vec<Look>,
}

#[derive(Serialize)]
struct Look {
    requests: u64,
    /// Bytes of its own.
    anonymous: u64,
    /// Bytes of the index and the program that happen to be in memory.
    file: u64,
}

pub(super) fn measure(bench: &Bench, index: &BenchIndex) -> anyhow::Result<MemoryFigures> {
    let load = Load::new(&scratch(&bench.folder, "load")?, index)?;
    let side = Side::tekser("tekser-server", bench, index, "warn")?;
    let mut looks = vec![look(&side, 0)?];
    let mut requests = 0;
    for wanted in LOOKS {
        while requests < wanted {
            requests += load
                .run(&side, EVALUATIONS, Duration::from_secs(1))?
                .requests;
        }
        looks.push(look(&side, requests)?);
    }
    Ok(MemoryFigures { looks })
}

fn look(side: &Side, requests: u64) -> anyhow::Result<Look> {
    Ok(Look {
        requests,
        anonymous: status(side.pid(), "RssAnon")?,
        file: status(side.pid(), "RssFile")?,
    })
}

impl fmt::Display for MemoryFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| memory after so many requests, {EVALUATIONS} % of them evaluations | its own, MiB | of the mapped index, MiB |\n|---|--:|--:|"
        )?;
        let mebibytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        for look in &self.looks {
            writeln!(
                f,
                "| {} | {:.1} | {:.1} |",
                look.requests,
                mebibytes(look.anonymous),
                mebibytes(look.file)
            )?;
        }
        Ok(())
    }
}
