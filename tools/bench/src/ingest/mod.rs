//! How fast are dumps read, and how much slower than by a bare parser that keeps nothing?

mod bare;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use serde::Serialize;
use serde_json::Value;

use super::comparison::{Comparison, Figures};
use tekser_demo::synth::{TABLE_COLUMNS, TableFormat, write_table};

const SEED: u64 = 1;

/// Times of reading files of each format.
#[derive(Clone, Debug, Serialize)]
pub struct IngestFigures {
    /// The files, one by one.
    pub files: Vec<FileFigures>,
}

/// Times of reading one file, by us and by a bare parser, each on one core.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct FileFigures {
    /// Name of the format.
    pub format: &'static str,
    /// Bytes of it.
    pub bytes: u64,
    /// Rows in it.
    pub rows: u64,
    /// Seconds of `build --dry-run`: cells cut out, decoded, cleaned and normalised, rows counted.
    pub ours: f64,
    /// Seconds of the parser alone, in the same run.
    pub bare: f64,
}

/// Makes a file of `bytes` bytes for each format in `folder`, unless it exists, and reads them in turns, `rounds`
/// times. The best of each side counts.
///
/// # Errors
/// Fails if a file cannot be made or read, or the two sides do not find as many rows as there are.
pub fn measure_ingest(
    indexer: &Path,
    folder: &Path,
    bytes: u64,
    rounds: u32,
) -> anyhow::Result<IngestFigures> {
    let measure = |format| {
        let dump = Dump::make(folder, format, bytes)?;
        dump.measure(indexer, rounds)
    };
    let files = TableFormat::ALL.into_iter().map(measure);
    Ok(IngestFigures {
        files: files.collect::<anyhow::Result<_>>()?,
    })
}

impl Figures for IngestFigures {
    fn comparisons(&self) -> Vec<Comparison> {
        let read = |file: &FileFigures| {
            let what = format!("reading {}, cells normalised", file.format);
            let rate = Comparison::more(what, "MB/s", file.megabytes() / file.ours);
            // At most 2.5 times as long.
            rate.beside("a bare parser", file.megabytes() / file.bare, 0.4)
        };
        self.files.iter().map(read).collect()
    }
}

impl FileFigures {
    fn megabytes(&self) -> f64 {
        self.bytes as f64 / 1e6
    }
}

impl fmt::Display for IngestFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| reading, one core | MB | MB/s | records/s | bare MB/s | bare records/s | ours ÷ bare time |\n\
             |---|--:|--:|--:|--:|--:|--:|"
        )?;
        for file in &self.files {
            let (megabytes, rows) = (file.megabytes(), file.rows as f64);
            writeln!(
                f,
                "| {} | {megabytes:.0} | {:.0} | {:.0} | {:.0} | {:.0} | {:.2} |",
                file.format,
                megabytes / file.ours,
                rows / file.ours,
                megabytes / file.bare,
                rows / file.bare,
                file.ours / file.bare,
            )?;
        }
        Ok(())
    }
}

/// Writes a breach of one file.
struct Dump {
    format: TableFormat,
    folder: PathBuf,
    path: PathBuf,
}

impl Dump {
    fn make(folder: &Path, format: TableFormat, bytes: u64) -> anyhow::Result<Self> {
        let folder = folder.join(format!("{}-{bytes}", format.name()));
        let path = folder.join("people").with_extension(format.name());
        if !folder.join("breach.toml").exists() {
            fs::create_dir_all(&folder)?;
            write_table(format, SEED, bytes, &path)?;
            // Last, so that a file that was not finished is made again.
            fs::write(
                folder.join("breach.toml"),
                description(format.name(), &format!("people.{}", format.name())),
            )?;
        }
        Ok(Self {
            format,
            folder,
            path,
        })
    }

    fn measure(&self, indexer: &Path, rounds: u32) -> anyhow::Result<FileFigures> {
        let mut figures = FileFigures {
            format: self.format.name(),
            bytes: fs::metadata(&self.path)?.len(),
            rows: 0,
            ours: f64::INFINITY,
            bare: f64::INFINITY,
        };
        for _ in 0..rounds {
            let (rows, ours) = self.rehearse(indexer)?;
            let begun = Instant::now();
            let bare_rows = bare::rows(self.format, &self.path)?;
            figures.bare = figures.bare.min(begun.elapsed().as_secs_f64());
            figures.ours = figures.ours.min(ours);
            ensure!(
                rows == bare_rows,
                "{rows} rows, the bare parser finds {bare_rows}"
            );
            figures.rows = rows;
        }
        Ok(figures)
    }

    /// Returns rows and seconds of a dry run.
    fn rehearse(&self, indexer: &Path) -> anyhow::Result<(u64, f64)> {
        let output = Command::new(indexer)
            .args(["build", "--dry-run", "--json"])
            .arg(&self.folder)
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot run {}", indexer.display()))?;
        ensure!(
            output.status.success(),
            "the dry run failed; see its message above"
        );
        let summary: Value = serde_json::from_slice(&output.stdout)?;
        let rows = summary["rows"].as_u64().context("no rows are reported")?;
        let seconds = summary["seconds"]
            .as_f64()
            .context("no seconds are reported")?;
        Ok((rows, seconds))
    }
}

/// Returns the `breach.toml` of a file `file` of the format `name`.
pub(super) fn description(name: &str, file: &str) -> String {
    let text = |key| format!("[{key}]\nkk = \"x\"\nru = \"x\"\nen = \"x\"\n");
    let column = |name: &&str| {
        let holds = match *name {
            "iin" | "email" | "id_card" => format!("identifier = \"{name}\""),
            "mobile" | "home" => "identifier = \"phone\"".to_owned(),
            "name" => "class = \"names\"".to_owned(),
            "born" => "class = \"dates-of-birth\"".to_owned(),
            _ => "class = \"physical-addresses\"".to_owned(),
        };
        format!("{name} = {{ {holds} }}\n")
    };
    let columns: String = TABLE_COLUMNS.iter().map(column).collect();
    format!(
        "id = \"people-{name}\"\ndate = \"2025\"\nadded = \"2025\"\nstatus = \"fabricated\"\nrecords = 1\n\
         source = \"https://example.org\"\n{}{}[[file]]\npath = \"{file}\"\n[file.columns]\n{columns}",
        text("title"),
        text("summary"),
    )
}

#[cfg(test)]
mod tests {
    use tekser_indexer::builder::{BuildProgress, Share, rehearse};
    use tekser_indexer::ingest::{Breach, ReadOptions};

    use super::*;

    #[test]
    fn both_sides_find_every_row_of_every_format_and_the_same_identifiers() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut met = Vec::new();
        for format in TableFormat::ALL {
            let dump = Dump::make(folder.path(), format, 100_000).expect("a dump");
            let rows = bare::rows(format, &dump.path).expect("rows");
            assert!(rows > 400, "{rows} rows");
            let breach = Breach::open(&dump.folder).expect("a breach");
            let limit: Share = "5%".parse().expect("a share");
            let progress = BuildProgress::default();
            let rehearsal = rehearse(&[breach], &ReadOptions::default(), limit, &progress);
            let rehearsal = rehearsal.expect("read");
            assert!(
                rehearsal.complaints.is_empty(),
                "{:?}",
                rehearsal.complaints
            );
            let rehearsed = rehearsal.breaches.into_values().next().expect("a breach");
            assert_eq!(rehearsed.tally.rows, rows, "{format:?}");
            assert_eq!(rehearsed.tally.rejected_rows, 0, "{format:?}");
            met.push((rows, rehearsed.met));
        }
        // The same people are in all; how many of them fit into so many bytes is another matter.
        let per_row =
            |place: usize| met[place].1.values().sum::<u64>() as f64 / met[place].0 as f64;
        assert!((per_row(0) - per_row(1)).abs() < 0.2 && (per_row(0) - per_row(2)).abs() < 0.2);
    }
}
