//! How fast is a build, compared with the OPRF alone?

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde::Serialize;
use serde_json::Value;

use super::comparison::{Comparison, Figures};
use super::files::bytes_below;
use super::oprf::OprfFigures;
use super::process::watch;
use tekser_demo::synth::{self, Plan};

/// Records from which the aim for the index's size holds; a smaller one has more bytes per identifier.
const AIMED_AT: u64 = 16_000_000;

/// Cost of a build of synthetic dumps.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct BuildFigures {
    /// The OPRF's rates just before the build.
    pub oprf: OprfFigures,
    /// Rows in the dumps.
    pub records: u64,
    /// Bytes of the dumps.
    pub dump_bytes: u64,
    /// Different identifiers in them.
    pub identifiers: u64,
    /// Identifiers in them, with repetitions.
    pub met: u64,
    /// Evaluations of the OPRF.
    pub evaluated: u64,
    /// Wall-clock time.
    pub seconds: f64,
    /// Peak resident memory, in bytes.
    pub peak_memory: Option<u64>,
    /// Largest size of temporary files, in bytes.
    pub temporary_bytes: u64,
    /// Bytes of both index files.
    pub index_bytes: u64,
}

/// Makes dumps of `records` rows in `folder`, which is emptied first and removed at the end, and builds an index of
/// them with the program `indexer`, in 1 GiB. The counts of the index must match the truth about the dumps. `oprf` is
/// what the bulk OPRF alone did just before.
///
/// # Errors
/// Fails if the dumps cannot be made, the build fails or counts something else.
pub fn measure_build(
    indexer: &Path,
    folder: &Path,
    records: u64,
    oprf: OprfFigures,
) -> anyhow::Result<BuildFigures> {
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
            .with_context(|| format!("the build reports no {field}"))
    };
    let figures = BuildFigures {
        oprf,
        records,
        dump_bytes: bytes_below(&folder.join("breaches"))?,
        identifiers: truth.unique(),
        met: number("met")?,
        evaluated: number("evaluated")?,
        seconds: built.summary["seconds"]
            .as_f64()
            .context("the build reports no seconds")?,
        peak_memory: built.peak_memory,
        temporary_bytes: number("temporary_bytes")?,
        index_bytes: number("index_bytes")?,
    };
    fs::remove_dir_all(folder)?;
    Ok(figures)
}

impl BuildFigures {
    /// Returns the different identifiers per second.
    pub(super) fn rate(&self) -> f64 {
        self.identifiers as f64 / self.seconds
    }

    pub(super) fn bytes_each(&self) -> f64 {
        self.index_bytes as f64 / self.identifiers as f64
    }
}

/// Builds of increasing size.
#[derive(Clone, Debug, Serialize)]
pub struct BuildSeries {
    /// The builds, the smallest first.
    pub builds: Vec<BuildFigures>,
}

impl Figures for BuildSeries {
    fn comparisons(&self) -> Vec<Comparison> {
        let each = self.builds.iter().flat_map(BuildFigures::comparisons);
        each.chain(self.growth()).collect()
    }
}

impl BuildSeries {
    /// Returns the cost of an identifier in the largest build, compared with the smallest.
    fn growth(&self) -> Option<Comparison> {
        let (smallest, largest) = (self.builds.first()?, self.builds.last()?);
        if smallest.records == largest.records {
            return None;
        }
        let what = format!("an identifier in a build of {} million", largest.millions());
        let cost = Comparison::less(what, "µs", 1e6 / largest.rate());
        let beside = format!("in one of {} million", smallest.millions());
        Some(cost.beside(beside, 1e6 / smallest.rate(), 1.0 / 1.1))
    }
}

impl BuildFigures {
    fn comparisons(&self) -> Vec<Comparison> {
        let of = |what: &str| format!("{what} of {} million records", self.millions());
        let rate = Comparison::more(of("`build`"), "identifiers a second", self.rate());
        let alone = format!("the bulk OPRF alone on {} cores", self.oprf.cores);
        let bytes = Comparison::less(of("index"), "bytes an identifier", self.bytes_each());
        let bytes = (self.records >= AIMED_AT).then(|| bytes.beside_aim(9.0));
        let memory = self.peak_memory.map(|peak| {
            Comparison::less(of("memory of `build`"), "MiB", mebibytes(peak)).beside_aim(1024.0)
        });
        let rate = rate.beside(alone, self.oprf.bulk_all_cores, 0.9);
        [rate].into_iter().chain(bytes).chain(memory).collect()
    }

    fn millions(&self) -> f64 {
        self.records as f64 / 1e6
    }
}

impl fmt::Display for BuildSeries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row =
            |f: &mut fmt::Formatter<'_>, what: &str, cell: &dyn Fn(&BuildFigures) -> String| {
                let cells: Vec<String> = self.builds.iter().map(cell).collect();
                writeln!(f, "| {what} | {} |", cells.join(" | "))
            };
        row(f, "build of so many million records", &|build| {
            build.millions().to_string()
        })?;
        writeln!(f, "|---|{}", "--:|".repeat(self.builds.len()))?;
        row(f, "dumps, MiB", &|build| {
            format!("{:.0}", mebibytes(build.dump_bytes))
        })?;
        row(f, "identifiers, different", &|build| {
            build.identifiers.to_string()
        })?;
        row(f, "identifiers, met", &|build| build.met.to_string())?;
        row(f, "evaluations", &|build| build.evaluated.to_string())?;
        row(f, "seconds", &|build| format!("{:.1}", build.seconds))?;
        row(f, "different identifiers a second", &|build| {
            format!("{:.0}", build.rate())
        })?;
        row(f, "÷ bulk OPRF on all cores just before", &|build| {
            format!("{:.3}", build.rate() / build.oprf.bulk_all_cores)
        })?;
        row(f, "÷ (cores × bulk OPRF on one core)", &|build| {
            format!(
                "{:.3}",
                build.rate() / (build.oprf.cores as f64 * build.oprf.bulk)
            )
        })?;
        row(f, "resident memory at most, MiB", &|build| {
            let peak = build
                .peak_memory
                .map(|peak| format!("{:.0}", mebibytes(peak)));
            peak.unwrap_or_else(|| "unknown".to_owned())
        })?;
        row(f, "temporary files, MiB", &|build| {
            format!("{:.0}", mebibytes(build.temporary_bytes))
        })?;
        row(f, "index, MiB", &|build| {
            format!("{:.1}", mebibytes(build.index_bytes))
        })?;
        row(f, "index, bytes an identifier", &|build| {
            format!("{:.2}", build.bytes_each())
        })
    }
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

struct Built {
    summary: Value,
    peak_memory: Option<u64>,
}

/// Returns a build command for the index of this folder, with new keys; the breaches are still to be added.
///
/// # Errors
/// Fails if the keys cannot be made.
pub(super) fn build_command(indexer: &Path, folder: &Path) -> anyhow::Result<Command> {
    let (key, offline) = (folder.join("key"), folder.join("offline.key"));
    let keygen = Command::new(indexer)
        .arg("keygen")
        .arg("--key")
        .arg(&key)
        .arg("--offline-key")
        .arg(&offline)
        .stdout(Stdio::null())
        .status()?;
    ensure!(keygen.success(), "keygen failed");
    let mut command = Command::new(indexer);
    command
        .args(["build", "--index"])
        .arg(folder.join("index"))
        .arg("--key")
        .arg(&key)
        .arg("--offline-key")
        .arg(&offline);
    Ok(command)
}

fn run(indexer: &Path, folder: &Path) -> anyhow::Result<Built> {
    let child = build_command(indexer, folder)?
        .args(["--json", "--memory", "1GiB"])
        .arg(folder.join("breaches"))
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", indexer.display()))?;
    let measured = watch(child)?;
    ensure!(
        measured.output.status.success(),
        "the build failed; see its message above"
    );
    let summary = serde_json::from_slice(&measured.output.stdout).context("the build's JSON")?;
    Ok(Built {
        summary,
        peak_memory: measured.peak_memory,
    })
}
