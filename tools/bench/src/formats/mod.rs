//! How fast are the most common files of other programs read, compared with a bare reader by the same library, and does
//! memory grow with them?

mod bare;
mod write;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use serde::Serialize;
use serde_json::Value;

use super::comparison::{Comparison, Figures};
use super::files::empty;
use super::ingest::description;
use super::process::watch;
use write::{Format, Written};

/// Factor by which the file is smaller with which memory is compared.
const SMALLER: u64 = 10;

/// Times and memory of reading files of other programs.
#[derive(Clone, Debug, Serialize)]
pub struct FormatsFigures {
    /// The files; of each format a smaller and a larger one.
    pub files: Vec<FormatFigures>,
}

/// Times of reading one file, by us and by a bare reader, each on one core.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct FormatFigures {
    /// Name of the format.
    pub format: &'static str,
    /// Bytes of it, unpacked.
    pub bytes: u64,
    /// Rows in it.
    pub rows: u64,
    /// Seconds of `build --dry-run`.
    pub ours: f64,
    /// Seconds of the bare reader, in the same run.
    pub bare: f64,
    /// Peak resident memory of `build --dry-run`, in bytes.
    pub peak_memory: Option<u64>,
}

/// Makes a file of `bytes` bytes and one of a tenth of that for each format in `folder`, which is emptied first and
/// removed at the end, and reads them in turns, `rounds` times. The best of each side counts.
///
/// # Errors
/// Fails if a file cannot be made or read, or a side does not find what was written.
pub fn measure_formats(
    indexer: &Path,
    folder: &Path,
    bytes: u64,
    rounds: u32,
) -> anyhow::Result<FormatsFigures> {
    let mut files = Vec::new();
    for format in Format::ALL {
        for bytes in [bytes / SMALLER, bytes] {
            empty(folder)?;
            let file = File::make(folder, format, bytes)?;
            files.push(file.measure(indexer, rounds)?);
        }
    }
    fs::remove_dir_all(folder)?;
    Ok(FormatsFigures { files })
}

impl Figures for FormatsFigures {
    fn comparisons(&self) -> Vec<Comparison> {
        let of_format = |sizes: &[FormatFigures]| {
            let [small, large] = sizes else {
                return Vec::new();
            };
            let what = format!("reading {}, cells normalised", large.format);
            let rate = Comparison::more(what, "MB/s", large.megabytes() / large.ours);
            let mut found =
                vec![rate.beside("a bare reader", large.megabytes() / large.bare, None)];
            if let (Some(small), Some(peak)) = (small.peak_memory, large.peak_memory) {
                let what = format!("memory of reading {}", large.format);
                let memory = Comparison::less(what, "MB", peak as f64 / 1e6);
                let beside = format!("a file {SMALLER} times smaller");
                found.push(memory.beside(beside, small as f64 / 1e6, 0.9));
            }
            found
        };
        self.files.chunks(2).flat_map(of_format).collect()
    }
}

impl FormatFigures {
    fn megabytes(&self) -> f64 {
        self.bytes as f64 / 1e6
    }
}

impl fmt::Display for FormatsFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| files of other programs, one core | MB | rows | MB/s | bare MB/s | ours ÷ bare time | memory, MB |\n\
             |---|--:|--:|--:|--:|--:|--:|"
        )?;
        for file in &self.files {
            let megabytes = file.megabytes();
            writeln!(
                f,
                "| {} | {megabytes:.0} | {} | {:.0} | {:.0} | {:.2} | {} |",
                file.format,
                file.rows,
                megabytes / file.ours,
                megabytes / file.bare,
                file.ours / file.bare,
                file.peak_memory
                    .map_or_else(String::new, |peak| format!("{:.0}", peak as f64 / 1e6)),
            )?;
        }
        Ok(())
    }
}

/// Writes a breach of one file.
struct File {
    format: Format,
    folder: PathBuf,
    path: PathBuf,
    written: Written,
}

impl File {
    fn make(folder: &Path, format: Format, bytes: u64) -> anyhow::Result<Self> {
        let path = folder.join(format.file());
        let written = write::people(format, bytes, &path)?;
        fs::write(
            folder.join("breach.toml"),
            description(format.name(), format.file()),
        )?;
        Ok(Self {
            format,
            folder: folder.to_owned(),
            path,
            written,
        })
    }

    fn measure(&self, indexer: &Path, rounds: u32) -> anyhow::Result<FormatFigures> {
        let mut figures = FormatFigures {
            format: self.format.name(),
            bytes: self.written.bytes,
            rows: self.written.rows,
            ours: f64::INFINITY,
            bare: f64::INFINITY,
            peak_memory: None,
        };
        for _ in 0..rounds {
            self.rehearse(indexer, &mut figures)?;
            let begun = Instant::now();
            let found = bare::read(self.format, &self.path)?;
            figures.bare = figures.bare.min(begun.elapsed().as_secs_f64());
            self.check(found)?;
        }
        Ok(figures)
    }

    /// Checks that the bare reader found what was written.
    fn check(&self, found: Written) -> anyhow::Result<()> {
        let (format, written) = (self.format.name(), self.written);
        ensure!(
            found == written,
            "{format}: the bare reader finds {found:?} of {written:?}"
        );
        Ok(())
    }

    fn rehearse(&self, indexer: &Path, figures: &mut FormatFigures) -> anyhow::Result<()> {
        let child = Command::new(indexer)
            .args(["build", "--dry-run", "--json"])
            .arg(&self.folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .with_context(|| format!("cannot run {}", indexer.display()))?;
        let measured = watch(child)?;
        ensure!(
            measured.output.status.success(),
            "the dry run failed; see its message above"
        );
        let summary: Value = serde_json::from_slice(&measured.output.stdout)?;
        let seconds = summary["seconds"].as_f64();
        figures.ours = figures
            .ours
            .min(seconds.context("no seconds are reported")?);
        figures.peak_memory = figures.peak_memory.max(measured.peak_memory);
        let rows = summary["rows"].as_u64();
        ensure!(
            rows == Some(self.written.rows) && summary["complaints"] == Value::Array(Vec::new()),
            "{}: {rows:?} rows are read of {:?}",
            self.format.name(),
            self.written
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tekser_indexer::builder::{BuildProgress, Share, rehearse};
    use tekser_indexer::ingest::{Breach, ReadOptions};

    use super::*;

    #[test]
    fn both_sides_find_every_row_that_was_written() {
        for format in Format::ALL {
            let folder = tempfile::tempdir().expect("a folder");
            let file = File::make(folder.path(), format, 300_000).expect("a file");
            assert!(file.written.rows > 500, "{format:?}: {:?}", file.written);
            assert!(file.written.bytes >= 300_000, "{format:?}");
            let found = bare::read(format, &file.path).expect("read");
            file.check(found).expect("as many");
            let breach = Breach::open(&file.folder).expect("a breach");
            let limit: Share = "5%".parse().expect("a share");
            let progress = BuildProgress::default();
            let rehearsal = rehearse(&[breach], &ReadOptions::default(), limit, &progress);
            let rehearsal = rehearsal.expect("read");
            assert!(
                rehearsal.complaints.is_empty(),
                "{:?}",
                rehearsal.complaints
            );
            let read = rehearsal.breaches.into_values().next().expect("a breach");
            let counted = (read.tally.rows, read.tally.rejected_rows);
            assert_eq!(counted, (file.written.rows, 0), "{format:?}");
        }
    }
}
