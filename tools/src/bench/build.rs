use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde_json::Value;

use super::process::watch;
use crate::synth::{self, Plan};

/// What a build of synthetic dumps took.
#[derive(Clone, Copy, Debug)]
pub struct BuildFigures {
    /// Rows in the dumps.
    pub records: u64,
    /// Bytes of the dumps.
    pub dump_bytes: u64,
    /// Different identifiers in them.
    pub identifiers: u64,
    /// Identifiers in them, each as often as it stands there.
    pub met: u64,
    /// Evaluations of the OPRF.
    pub evaluated: u64,
    /// Wall-clock time.
    pub seconds: f64,
    /// Resident memory at its most, in bytes.
    pub peak_memory: Option<u64>,
    /// Temporary files at their most, in bytes.
    pub temporary_bytes: u64,
    /// Both index files.
    pub index_bytes: u64,
}

/// Makes dumps of `records` rows in `folder`, which is emptied before and removed after, and builds an index of them
/// with the program `indexer`, in 1 GiB. What the index counts must be the truth about the dumps.
///
/// # Errors
/// If the dumps cannot be made, the build fails or counts something else.
pub fn measure_build(indexer: &Path, folder: &Path, records: u64) -> anyhow::Result<BuildFigures> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let truth = synth::generate(
        Plan {
            records,
            seed: 1,
            queries: 0,
        },
        folder,
        |_| (),
    )?;
    let built = run(indexer, folder)?;
    for (kind, count) in &truth.identifiers {
        let counted = built.summary["identifiers"][kind.name()].as_u64();
        ensure!(
            counted == Some(*count),
            "{} {}: the index counts {counted:?}, the truth {count}",
            count,
            kind.name()
        );
    }
    let number = |field: &str| {
        built.summary[field]
            .as_u64()
            .with_context(|| format!("the build tells no {field}"))
    };
    let figures = BuildFigures {
        records,
        dump_bytes: bytes_below(&folder.join("breaches"))?,
        identifiers: truth.unique(),
        met: number("met")?,
        evaluated: number("evaluated")?,
        seconds: built.summary["seconds"]
            .as_f64()
            .context("the build tells no seconds")?,
        peak_memory: built.peak_memory,
        temporary_bytes: number("temporary_bytes")?,
        index_bytes: number("index_bytes")?,
    };
    fs::remove_dir_all(folder)?;
    Ok(figures)
}

struct Built {
    summary: Value,
    peak_memory: Option<u64>,
}

fn run(indexer: &Path, folder: &Path) -> anyhow::Result<Built> {
    let key = folder.join("key");
    let made = Command::new(indexer)
        .arg("keygen")
        .arg("--key")
        .arg(&key)
        .stdout(Stdio::null())
        .status()?;
    ensure!(made.success(), "keygen failed");
    let child = Command::new(indexer)
        .args(["build", "--json", "--memory", "1GiB", "--index"])
        .arg(folder.join("index"))
        .arg("--key")
        .arg(&key)
        .arg(folder.join("breaches"))
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", indexer.display()))?;
    let measured = watch(child)?;
    ensure!(
        measured.output.status.success(),
        "the build failed; its message stands above"
    );
    let summary = serde_json::from_slice(&measured.output.stdout).context("the build's JSON")?;
    Ok(Built {
        summary,
        peak_memory: measured.peak_memory,
    })
}

fn bytes_below(folder: &Path) -> std::io::Result<u64> {
    fs::read_dir(folder)?.try_fold(0, |sum, entry| {
        let entry = entry?;
        let bytes = if entry.file_type()?.is_dir() {
            bytes_below(&entry.path())?
        } else {
            entry.metadata()?.len()
        };
        Ok(sum + bytes)
    })
}
