use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};
use exposure_index::messages::encode;
use exposure_index::oprf::blind;
use serde::{Deserialize, Serialize};

use super::index::BenchIndex;
use super::side::Side;
use crate::machine::cores;

const SCRIPT: &str = include_str!("requests.lua");
/// Connections at a time: enough to keep every side's threads busy, however the kernel spreads them.
pub(super) const CONNECTIONS: usize = 64;
/// Different requests for evaluation.
const BODIES: usize = 512;

/// `wrk` with a script that asks for ranges of an index, for evaluations, or for a mix.
pub(super) struct Load {
    script: PathBuf,
    bodies: PathBuf,
    index: [String; 3],
}

/// What `wrk` reports of a turn.
#[derive(Clone, Copy, Deserialize, Serialize)]
pub(super) struct Turn {
    /// Requests answered.
    pub(super) requests: u64,
    /// Time that it took.
    pub(super) seconds: f64,
    /// Bytes received, heads included.
    pub(super) bytes: u64,
    failed: u64,
    /// The median time that an answer took, in seconds.
    pub(super) median: f64,
}

impl Load {
    /// A load on `index`; its files are put into `folder`.
    ///
    /// # Errors
    /// Fails if they cannot be written.
    pub(super) fn new(folder: &Path, index: &BenchIndex) -> anyhow::Result<Self> {
        let (script, bodies) = (folder.join("requests.lua"), folder.join("bodies"));
        fs::write(&script, SCRIPT)?;
        fs::write(&bodies, bodies_for_evaluation()?)?;
        Ok(Self {
            script,
            bodies,
            index: index.wrk_arguments(),
        })
    }

    /// Asks `side` for as long as `time`; of a hundred requests, `evaluations` are for evaluations.
    ///
    /// # Errors
    /// Fails if a request fails.
    pub(super) fn run(&self, side: &Side, evaluations: u8, time: Duration) -> anyhow::Result<Turn> {
        let output = Command::new("wrk")
            .args(["--threads", &cores().to_string()])
            .args(["--connections", &CONNECTIONS.to_string()])
            .args(["--duration", &format!("{}s", time.as_secs().max(1))])
            .arg("--script")
            .arg(&self.script)
            .arg(side.url())
            .arg("--")
            .arg(evaluations.to_string())
            .args(&self.index)
            .arg(&self.bodies)
            .stdin(Stdio::null())
            .output()
            .context("wrk cannot be run")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let last = text.lines().last().unwrap_or_default();
        let turn: Turn = serde_json::from_str(last).context("wrk reports something else")?;
        ensure!(
            turn.failed == 0,
            "{} of {} requests to {} failed",
            turn.failed,
            turn.requests,
            side.name
        );
        Ok(turn)
    }
}

/// Reports early that `wrk` is missing.
///
/// # Errors
/// Fails if it is.
pub(super) fn find_wrk() -> anyhow::Result<()> {
    Command::new("wrk")
        .arg("-v")
        .output()
        .context("the server is measured with wrk, which is not installed (Debian: apt install wrk nginx-light)")?;
    Ok(())
}

/// A request for an evaluation in each line.
pub(super) fn bodies_for_evaluation() -> anyhow::Result<String> {
    (0..BODIES)
        .map(|number| {
            let (_, blinded) = blind(format!("tekser:1:phone:+7709{number:07}").as_bytes())?;
            let text = encode(&blinded.to_bytes());
            Ok(format!("{{\"blinded\":[\"{text}\"]}}\n"))
        })
        .collect()
}
