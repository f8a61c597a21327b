//! Which passwords leaked often? The commands that count and check them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use bytesize::ByteSize;
use clap::{Args, Subcommand};
use exposure_index::breach::BreachId;
use exposure_index::index::map;
use exposure_index::passwords::{self, MIN_COUNT};
use serde_json::{Value, json};

use super::explain::with_explanation;
use super::options::{IdentityOption, at_least};
use super::output;
use super::output::progress::watch;
use super::output::table::{Table, grouped};
use super::publishing::{discover_all, on_signals, parse_memory};
use crate::builder::{BuildProgress, Memory, Share};
use crate::ingest::ReadOptions;
use crate::passwords::{
    BreachPasswords, PasswordBuildError, PasswordOptions, PasswordSummary, build_passwords,
};

/// Build a list of frequent leaked passwords, or check one.
#[derive(Args)]
pub(super) struct Passwords {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Build(Build),
    Verify(Verify),
}

/// Count the passwords of dumps and write the frequent ones to a file.
///
/// tekser-server --passwords serves that file. Reads the columns that a breach.toml marks with { password = true } and
/// the passwords of combo lists, exactly as they were typed; needs no index and no key. Sensitive breaches are left
/// out.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer passwords build --output passwords.bin breaches/
  tekser-indexer passwords build --output passwords.bin --min-count 100 --json breaches/ more-breaches/

The file holds SHA-1 hashes, which can be undone by guessing, unlike the tags of an index. So only
passwords that were met at least --min-count times are in it, over all breaches, and none that is
or contains an identifier: a phone number as a password is a phone number.

An existing file of that name is replaced in one step when the new one is whole. While passwords are
counted, they are in a hidden folder next to it, encrypted with a key that is never written down.")]
struct Build {
    /// File to write.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Minimum number of occurrences of a password over all breaches, at least 2; rarer passwords are left out.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = at_least::<u32>(MIN_COUNT.into()))]
    min_count: u32,
    /// Memory to use, such as 1GiB; at least 64MiB.
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_memory)]
    memory: Memory,
    /// Share of a breach's rows that may be unreadable.
    #[arg(long, value_name = "SHARE", default_value = "5%")]
    max_rejects: Share,
    #[command(flatten)]
    identity: IdentityOption,
    /// Read the beginning of a truncated file.
    #[arg(long)]
    allow_truncated: bool,
    /// Print one JSON object at the end.
    #[arg(long)]
    json: bool,
    /// Folders of breaches, or folders that hold such folders.
    #[arg(value_name = "BREACHES_DIR", required = true)]
    folders: Vec<PathBuf>,
}

/// Check every byte of a password list.
#[derive(Args)]
#[command(after_help = "\
Example:
  tekser-indexer passwords verify passwords.bin")]
struct Verify {
    /// File to check.
    file: PathBuf,
}

impl Passwords {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        match &self.command {
            Command::Build(build) => build.run(),
            Command::Verify(verify) => verify.run(),
        }
    }
}

impl Build {
    fn run(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        let breaches = discover_all(&self.folders)?;
        let (options, progress) = (self.options()?, BuildProgress::default());
        let work = || build_passwords(&breaches, &self.output, &options, &progress);
        let explain = |error| match error {
            PasswordBuildError::Build(error) => {
                with_explanation(error, &breaches, &options.reading.secrets)
            }
            other => other.into(),
        };
        let summary = watch(&progress, work)
            .map_err(explain)
            .context("nothing was written")?;
        let bytes = self.output.metadata().map_or(0, |file| file.len());
        match self.json {
            true => output::line(self.as_json(&summary, bytes, begun.elapsed())),
            false => output::data(self.as_text(&summary, bytes)),
        }?;
        Ok(())
    }

    fn options(&self) -> anyhow::Result<PasswordOptions> {
        Ok(PasswordOptions {
            reading: ReadOptions {
                allow_truncated: self.allow_truncated,
                secrets: self.identity.load()?,
                ..ReadOptions::default()
            },
            memory: self.memory,
            max_rejects: self.max_rejects,
            min_count: self.min_count,
            cancel: on_signals()?,
        })
    }

    fn as_json(&self, summary: &PasswordSummary, bytes: u64, duration: Duration) -> Value {
        let breach = |(id, met): &(BreachId, BreachPasswords)| {
            let json = json!({
                "rows": met.rows,
                "rejected_rows": met.rejected_rows,
                "passwords": met.counted,
                "identifying": met.identifying,
                "unreadable": met.unreadable,
            });
            (id.to_string(), json)
        };
        json!({
            "passwords": summary.kept,
            "different": summary.different,
            "min_count": self.min_count,
            "breaches": summary.breaches.iter().map(breach).collect::<BTreeMap<_, _>>(),
            "sensitive": summary.sensitive,
            "without_passwords": summary.without,
            "bytes": bytes,
            "seconds": duration.as_secs_f64(),
        })
    }

    fn as_text(&self, summary: &PasswordSummary, bytes: u64) -> String {
        let mut text = table(&summary.breaches).to_string();
        for (ids, why) in [
            (&summary.sensitive, "sensitive"),
            (&summary.without, "no column is marked as holding passwords"),
        ] {
            for id in ids {
                text.push_str(&format!("{id} was not read: {why}\n"));
            }
        }
        text.push_str(&format!(
            "{} of {} different passwords were met at least {} times: {}, {}\n",
            grouped(summary.kept),
            grouped(summary.different),
            grouped(u64::from(self.min_count)),
            output::visible(&self.output.display().to_string()),
            ByteSize(bytes),
        ));
        text
    }
}

fn table(breaches: &[(BreachId, BreachPasswords)]) -> Table<6> {
    let mut table = Table::new([
        "breach",
        "rows",
        "rejected",
        "passwords",
        "identifiers",
        "unreadable",
    ]);
    for (id, met) in breaches {
        table.row([
            id.to_string(),
            grouped(met.rows),
            grouped(met.rejected_rows),
            grouped(met.counted),
            grouped(met.identifying),
            grouped(met.unreadable),
        ]);
    }
    table
}

impl Verify {
    fn run(&self) -> anyhow::Result<()> {
        let path = self.file.display();
        let passwords = verified(&self.file).with_context(|| path.to_string())?;
        Ok(output::line(passwords)?)
    }
}

/// Reads the whole file, and summarises it.
fn verified(path: &Path) -> anyhow::Result<String> {
    let file = passwords::Passwords::open(map(path)?)?;
    file.verify()?;
    Ok(format!(
        "whole: {} passwords, each met at least {} times",
        grouped(file.len()),
        grouped(u64::from(file.least())),
    ))
}
