//! How fast are a dump and the day's warning lists added to a large index?

use std::fmt;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde::Serialize;
use serde_json::Value;
use tekser_demo::synth::{ALLOW_LIST, WarningPlan, generate_warnings};

use super::comparison::{Comparison, Figures};
use super::random_index::{RANGE_ROWS, RandomIndex, breach_id, current_bytes, few_breaches};

/// Breaches of the large index.
const BREACHES: u16 = 4;

/// Cost of adding to a large index.
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
    /// Evaluations for adding it.
    pub evaluated: u64,
    /// Seconds for adding it, evaluations included.
    pub add_seconds: f64,
    /// Seconds for deriving the index again, with nothing to read or evaluate except its own rows.
    pub rewrite_seconds: f64,
    /// Warning lists, in five forms.
    pub lists: DailyFigures,
}

/// Cost of the day's warning lists, in addition to the dump.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DailyFigures {
    /// Entries of all lists together.
    pub entries: u64,
    /// Evaluations for adding them: those of valid entries that are on no allow list.
    pub evaluated: u64,
    /// Seconds for adding them.
    pub add_seconds: f64,
    /// Seconds for replacing them with the lists of the next day.
    pub update_seconds: f64,
}

/// Dump and lists that are added to the large index.
#[derive(Clone, Copy, Debug)]
pub struct AddMeasurement {
    /// Records of the dump.
    pub records: u64,
    /// Entries of each of the five warning lists.
    pub listed: u64,
}

/// Makes an index of `rows` rows with random tags in `folder`, which is emptied first and removed at the end; has the
/// program `indexer` change the metadata of a breach in it, for which all rows are read and written, and add a dump
/// to it; then add the day's warning lists, and replace them with those of the next day.
///
/// # Errors
/// Fails if something cannot be written, or the program fails.
pub fn measure_add(
    indexer: &Path,
    folder: &Path,
    rows: u64,
    added: AddMeasurement,
) -> anyhow::Result<AddFigures> {
    let old = RandomIndex {
        rows,
        range_rows: RANGE_ROWS,
        breaches: BREACHES,
        classes: &["email-addresses", "phone-numbers"],
        row: few_breaches::<{ BREACHES as u64 }>,
    };
    old.write(folder)?;
    let index_bytes = current_bytes(folder)?;
    let breach = write_breach(folder, 0, 0)?;
    let rewritten = run(indexer, folder, &["update", "--metadata"], &[breach])?;
    let records = added.records;
    let dump = write_breach(folder, 9, records)?;
    let built = run(indexer, folder, &["add"], &[dump])?;
    let figures = AddFigures {
        rows,
        index_bytes,
        records,
        // Each record has its own phone number and e-mail address.
        identifiers: 2 * records,
        evaluated: built["evaluated"].as_u64().context("no evaluations")?,
        add_seconds: seconds(&built)?,
        rewrite_seconds: seconds(&rewritten)?,
        lists: measure_lists(indexer, folder, added.listed)?,
    };
    fs::remove_dir_all(folder)?;
    Ok(figures)
}

/// Adds lists of `entries` each to the index in a folder, and replaces them.
fn measure_lists(indexer: &Path, folder: &Path, listed: u64) -> anyhow::Result<DailyFigures> {
    let (folders, allow) = write_lists(folder, listed, 1)?;
    let added = run(indexer, folder, &["add", "--allow", &allow], &folders)?;
    let (next, allow) = write_lists(folder, listed, 2)?;
    let updated = run(indexer, folder, &["update", "--allow", &allow], &next)?;
    Ok(DailyFigures {
        entries: folders.len() as u64 * listed,
        evaluated: added["evaluated"].as_u64().context("no evaluations")?,
        add_seconds: seconds(&added)?,
        update_seconds: seconds(&updated)?,
    })
}

/// Writes the lists of a seed; returns their folders and their allow list.
fn write_lists(folder: &Path, listed: u64, seed: u64) -> anyhow::Result<(Vec<PathBuf>, String)> {
    let lists = folder.join(format!("lists-{seed}"));
    generate_warnings(WarningPlan::today(listed, seed), &lists)?;
    let folders = fs::read_dir(lists.join("breaches"))?;
    let folders = folders.map(|list| Ok(list?.path()));
    let allow = lists.join(ALLOW_LIST);
    let allow = allow.to_str().context("a path that is not UTF-8")?;
    Ok((folders.collect::<anyhow::Result<_>>()?, allow.to_owned()))
}

fn seconds(printed: &Value) -> anyhow::Result<f64> {
    printed["seconds"].as_f64().context("no seconds")
}

impl AddFigures {
    fn megabytes(&self) -> f64 {
        self.index_bytes as f64 / 1e6
    }

    /// Returns the seconds for evaluating every row again at the dump's rate.
    fn evaluation_seconds(&self) -> f64 {
        let rate = self.identifiers as f64 / (self.add_seconds - self.rewrite_seconds).max(0.001);
        self.rows as f64 / rate
    }
}

impl Figures for AddFigures {
    fn comparisons(&self) -> Vec<Comparison> {
        let rate = self.megabytes() / self.rewrite_seconds;
        let what = format!(
            "old rows of `add` to {} million read and written again",
            self.rows / 1_000_000
        );
        let lists = format!(
            "the day's warning lists, {} entries, added to {} million rows",
            self.lists.entries,
            self.rows / 1_000_000
        );
        let lists = Comparison::less(lists, "s", self.lists.add_seconds);
        vec![
            Comparison::more(what, "MB/s", rate).beside_aim(100.0),
            lists.beside(
                "evaluating every row again",
                self.evaluation_seconds(),
                None,
            ),
        ]
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
        writeln!(f, "| seconds to add them | {:.1} |", self.add_seconds)?;
        let lists = &self.lists;
        writeln!(f, "| entries of warning lists added | {} |", lists.entries)?;
        writeln!(f, "| evaluations | {} |", lists.evaluated)?;
        writeln!(f, "| seconds to add them | {:.1} |", lists.add_seconds)?;
        let rate = lists.entries as f64 / lists.add_seconds;
        writeln!(f, "| that is, entries a second | {rate:.0} |")?;
        let update = lists.update_seconds;
        writeln!(
            f,
            "| seconds to put the next day's in their place | {update:.1} |"
        )?;
        let again = self.evaluation_seconds();
        writeln!(
            f,
            "| evaluating every row again at the dump's rate, seconds | {again:.0} |"
        )
    }
}

/// Runs a command on folders of breaches and returns the JSON that it ends with.
fn run(
    indexer: &Path,
    folder: &Path,
    command: &[&str],
    breaches: &[PathBuf],
) -> anyhow::Result<Value> {
    let output = Command::new(indexer)
        .args(command)
        .args(["--json", "--index"])
        .arg(folder.join("index"))
        .arg("--key")
        .arg(folder.join("key"))
        .args(breaches)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {}", indexer.display()))?;
    ensure!(output.status.success(), "{} failed", command[0]);
    serde_json::from_slice(&output.stdout).context("its JSON")
}

/// Writes a breach of `records` records that share nothing, and returns its folder.
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
