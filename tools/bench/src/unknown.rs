//! How long does it take from an unknown file to a look-up in an index of it?

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use serde::Serialize;
use serde_json::Value;
use tekser_demo::synth::{UnknownFile, fill_in};

use super::comparison::{Comparison, Figures};
use super::files;

const SEED: u64 = 1;

/// Times of each kind of file.
#[derive(Clone, Debug, Serialize)]
pub struct UnknownFigures {
    /// The files, one by one.
    pub files: Vec<UnknownFileFigures>,
}

/// Times of one file, step by step.
#[derive(Clone, Debug, Serialize)]
pub struct UnknownFileFigures {
    /// Kind of the file.
    pub file: &'static str,
    /// Bytes of it.
    pub bytes: u64,
    /// People in it.
    pub rows: u64,
    /// Identifiers in the index, of those that are in the file.
    pub found: u64,
    /// Identifiers in the file.
    pub there: u64,
    /// Seconds of `inspect`, which drafts.
    pub inspect: f64,
    /// Seconds of `build --dry-run` with the unchanged draft.
    pub dry_run: f64,
    /// Seconds of `build` once the metadata are filled in.
    pub build: f64,
    /// Seconds of `lookup`.
    pub lookup: f64,
    /// Commands that a person types for that, except an editor for the metadata.
    pub commands: u32,
}

/// Writes each kind of file with `rows` people into `folder`, and takes it to a look-up. A key is made before.
///
/// # Errors
/// Fails if a command fails, or the look-up does not find what is in the file.
pub fn measure_unknown(indexer: &Path, folder: &Path, rows: u64) -> anyhow::Result<UnknownFigures> {
    files::empty(folder)?;
    let desk = Desk { indexer, folder };
    desk.run(
        &[
            "keygen",
            "--key",
            "tekser.key",
            "--offline-key",
            "offline.key",
        ],
        "",
    )?;
    let figures = UnknownFile::ALL
        .into_iter()
        .map(|file| desk.measure(file, rows));
    Ok(UnknownFigures {
        files: figures.collect::<anyhow::Result<_>>()?,
    })
}

/// A folder in which commands are run.
struct Desk<'d> {
    indexer: &'d Path,
    folder: &'d Path,
}

impl Desk<'_> {
    fn measure(&self, file: UnknownFile, rows: u64) -> anyhow::Result<UnknownFileFigures> {
        let leak = self.folder.join("leak");
        files::empty(&leak)?;
        files::empty(&self.folder.join("index"))?;
        let written = file.write(SEED, rows, &leak)?;
        let (_, inspect) = self.run(&["inspect", "leak"], "")?;
        let (_, dry_run) = self.run(&["build", "--dry-run", "leak"], "")?;
        let description = leak.join("breach.toml");
        let draft = fs::read_to_string(&description)?;
        fs::write(&description, fill_in(&draft, "leak", rows))?;
        let keys = [
            "--index",
            "index",
            "--key",
            "tekser.key",
            "--offline-key",
            "offline.key",
        ];
        let (built, build) = self.run(&[&["build", "--json", "leak"], &keys[..]].concat(), "")?;
        let asked = format!("{}\n", written.query);
        let (answer, lookup) = self.run(&[&["lookup", "--json"], &keys[..]].concat(), &asked)?;
        let answer: Value = serde_json::from_str(&answer)?;
        ensure!(answer["found"] == true, "{}: not found", file.title());
        let built: Value = serde_json::from_str(&built)?;
        let counts = built["identifiers"].as_object().context("no identifiers")?;
        Ok(UnknownFileFigures {
            file: file.title(),
            bytes: fs::metadata(&written.path)?.len(),
            rows,
            found: counts.values().filter_map(Value::as_u64).sum(),
            there: written.identifiers.values().sum(),
            inspect,
            dry_run,
            build,
            lookup,
            // inspect, build --dry-run, build, lookup
            commands: 4,
        })
    }

    /// Returns what a command prints, and the seconds that it takes.
    fn run(&self, arguments: &[&str], input: &str) -> anyhow::Result<(String, f64)> {
        let begun = Instant::now();
        let mut child = Command::new(self.indexer)
            .args(arguments)
            .current_dir(self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {}", self.indexer.display()))?;
        // Dropped at once, so that the input ends.
        child
            .stdin
            .take()
            .context("no pipe")?
            .write_all(input.as_bytes())?;
        let output = child.wait_with_output()?;
        let seconds = begun.elapsed().as_secs_f64();
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{}: {said}", arguments.join(" "));
        Ok((String::from_utf8(output.stdout)?, seconds))
    }
}

impl UnknownFileFigures {
    fn seconds(&self) -> f64 {
        self.inspect + self.dry_run + self.build + self.lookup
    }
}

impl Figures for UnknownFigures {
    /// Nothing is compared: no other program does this.
    fn comparisons(&self) -> Vec<Comparison> {
        Vec::new()
    }
}

impl fmt::Display for UnknownFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| from a file to a look-up, s | MB | identifiers found, of those in it | `inspect` | `build --dry-run` | `build` | `lookup` | together | commands |\n\
             |---|--:|--:|--:|--:|--:|--:|--:|--:|"
        )?;
        for file in &self.files {
            writeln!(
                f,
                "| {} | {:.1} | {} of {} | {:.2} | {:.2} | {:.2} | {:.2} | {:.1} | {} |",
                file.file,
                file.bytes as f64 / 1e6,
                file.found,
                file.there,
                file.inspect,
                file.dry_run,
                file.build,
                file.lookup,
                file.seconds(),
                file.commands,
            )?;
        }
        Ok(())
    }
}
