//! How fast is a dump added to a large index?

use std::fmt;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde::Serialize;
use serde_json::Value;

use super::comparison::{Comparison, Figures};
use super::random_index::{RANGE_ROWS, RandomIndex, breach_id, bytes_in_force, few_breaches};

/// Breaches of the large index.
const BREACHES: u16 = 4;

/// What it took to go on from a large index.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct AddFigures {
    /// Rows of the large index.
    pub rows: u64,
    /// Bytes of its file.
    pub index_bytes: u64,
    /// Records of the dump that was added.
    pub records: u64,
    /// Different identifiers in it.
    pub identifiers: u64,
    /// Evaluations that adding it took.
    pub evaluated: u64,
    /// Seconds that adding it took, evaluations included.
    pub add_seconds: f64,
    /// Seconds that making the index again took with nothing to read or evaluate but its own rows.
    pub rewrite_seconds: f64,
}

/// Makes an index of `rows` rows with random tags in `folder`, which is emptied before and removed after; lets the
/// program `indexer` change what is known about a breach in it, for which all rows are read and written, and add a dump
/// of `records` records to it.
///
/// # Errors
/// If something cannot be written, or the program fails.
pub fn measure_add(
    indexer: &Path,
    folder: &Path,
    rows: u64,
    records: u64,
) -> anyhow::Result<AddFigures> {
    let old = RandomIndex {
        rows,
        range_rows: RANGE_ROWS,
        breaches: BREACHES,
        classes: &["email-addresses", "phone-numbers"],
        row: few_breaches::<{ BREACHES as u64 }>,
    };
    old.write(folder)?;
    let index_bytes = bytes_in_force(folder)?;
    let breach = write_breach(folder, 0, 0)?;
    let rewritten = run(indexer, folder, &["update", "--metadata"], &breach)?;
    let added = write_breach(folder, 9, records)?;
    let built = run(indexer, folder, &["add"], &added)?;
    let figures = AddFigures {
        rows,
        index_bytes,
        records,
        // Each record has a phone number and an e-mail address of its own.
        identifiers: 2 * records,
        evaluated: built["evaluated"].as_u64().context("no evaluations")?,
        add_seconds: built["seconds"].as_f64().context("no seconds")?,
        rewrite_seconds: rewritten["seconds"].as_f64().context("no seconds")?,
    };
    fs::remove_dir_all(folder)?;
    Ok(figures)
}

impl AddFigures {
    fn megabytes(&self) -> f64 {
        self.index_bytes as f64 / 1e6
    }
}

impl Figures for AddFigures {
    fn comparisons(&self) -> Vec<Comparison> {
        let rate = self.megabytes() / self.rewrite_seconds;
        let what = format!(
            "old rows of `add` to {} million read and written again",
            self.rows / 1_000_000
        );
        vec![Comparison::more(what, "MB/s", rate).beside_aim(100.0)]
    }
}

impl fmt::Display for AddFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| index of {} rows | |\n|---|--:|", self.rows)?;
        let seconds = self.rewrite_seconds;
        writeln!(f, "| index, MB | {:.0} |", self.megabytes())?;
        writeln!(
            f,
            "| its rows read and written again, seconds | {seconds:.1} |"
        )?;
        writeln!(
            f,
            "| that is, MB of index a second | {:.0} |",
            self.megabytes() / seconds
        )?;
        writeln!(f, "| records added | {} |", self.records)?;
        writeln!(
            f,
            "| different identifiers in them | {} |",
            self.identifiers
        )?;
        writeln!(f, "| evaluations | {} |", self.evaluated)?;
        writeln!(f, "| seconds to add them | {:.1} |", self.add_seconds)
    }
}

/// Runs a command on a folder of a breach and gives the JSON that it ends with.
fn run(indexer: &Path, folder: &Path, command: &[&str], breach: &Path) -> anyhow::Result<Value> {
    let output = Command::new(indexer)
        .args(command)
        .args(["--json", "--index"])
        .arg(folder.join("index"))
        .arg("--key")
        .arg(folder.join("key"))
        .arg(breach)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {}", indexer.display()))?;
    ensure!(output.status.success(), "{} failed", command[0]);
    serde_json::from_slice(&output.stdout).context("its JSON")
}

/// Writes a breach of so many records, none of which has anything of another, and gives its folder.
fn write_breach(folder: &Path, number: u16, records: u64) -> anyhow::Result<PathBuf> {
    let id = breach_id(number)?;
    let folder = folder.join(id.as_str());
    fs::create_dir_all(&folder)?;
    let mut dump = BufWriter::new(File::create_new(folder.join("dump.csv"))?);
    writeln!(dump, "phone;email")?;
    for record in 0..records {
        writeln!(dump, "+7709{record:07};person{record}@example.kz")?;
    }
    dump.into_inner()?;
    let localised = "kk = \"k\"\nru = \"r\"\nen = \"e\"";
    let description = format!(
        "id = \"{id}\"\ndate = \"2025\"\nadded = \"2026\"\nstatus = \"reported\"\nrecords = 1\n\
         source = \"https://example.kz\"\n[title]\n{localised}\n[summary]\n{localised}\n\
         [[file]]\npath = \"dump.csv\"\ndelimiter = \";\"\n[file.columns]\n\
         phone = {{ identifier = \"phone\" }}\nemail = {{ identifier = \"email\" }}\n"
    );
    fs::write(folder.join("breach.toml"), description)?;
    Ok(folder)
}
