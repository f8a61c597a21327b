//! How fast are dumps read, and how much slower than by a bare parser that keeps nothing?

mod bare;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::synth::{TABLE_COLUMNS, TableFormat, write_table};

const SEED: u64 = 1;

/// How long one file took to be read, by us and by a bare parser, each on one core.
#[derive(Clone, Copy, Debug)]
pub struct IngestFigures {
    /// What the file is.
    pub format: TableFormat,
    /// Bytes of it.
    pub bytes: u64,
    /// Rows in it.
    pub rows: u64,
    /// Seconds of `build --dry-run`: cells cut out, decoded, cleaned and normalised, rows counted.
    pub ours: f64,
    /// Seconds of the parser alone, in the same run.
    pub bare: f64,
}

/// Makes a file of `bytes` bytes for each format in `folder`, unless it is there, and has it read in turns, `rounds`
/// times. The best of each side counts.
///
/// # Errors
/// If a file cannot be made or read, or the two sides do not find as many rows as there are.
pub fn measure_ingest(
    indexer: &Path,
    folder: &Path,
    bytes: u64,
    rounds: u32,
) -> anyhow::Result<Vec<IngestFigures>> {
    let measure = |format| {
        let dump = Dump::make(folder, format, bytes)?;
        dump.measure(indexer, rounds)
    };
    TableFormat::ALL.into_iter().map(measure).collect()
}

/// A breach of one file.
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
            // Last, so that a file that was not finished is made anew.
            fs::write(folder.join("breach.toml"), description(format))?;
        }
        Ok(Self {
            format,
            folder,
            path,
        })
    }

    fn measure(&self, indexer: &Path, rounds: u32) -> anyhow::Result<IngestFigures> {
        let mut figures = IngestFigures {
            format: self.format,
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

    /// Rows and seconds of a dry run.
    fn rehearse(&self, indexer: &Path) -> anyhow::Result<(u64, f64)> {
        let output = Command::new(indexer)
            .args(["build", "--dry-run", "--json"])
            .arg(&self.folder)
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot run {}", indexer.display()))?;
        ensure!(
            output.status.success(),
            "the dry run failed; its message stands above"
        );
        let told: Value = serde_json::from_slice(&output.stdout)?;
        let rows = told["rows"].as_u64().context("no rows are told")?;
        let seconds = told["seconds"].as_f64().context("no seconds are told")?;
        Ok((rows, seconds))
    }
}

fn description(format: TableFormat) -> String {
    let name = format.name();
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
         source = \"https://example.org\"\n{}{}[[file]]\npath = \"people.{name}\"\n[file.columns]\n{columns}",
        text("title"),
        text("summary"),
    )
}
