use std::fmt::Display;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use serde_json::{Value, json};

use super::making::ReadingOptions;
use super::options::{IndexOption, KeyOption};
use super::output;
use super::progress::watch;
use super::table::{Table, grouped};
use crate::build::{Comparison, Progress, Provenance, compare};
use crate::ingest::Breach;

/// Leaks that a verdict names at the most, and the least share of a dump that is worth naming, in percent.
const NAMED: usize = 5;
const LEAST_PERCENT: f64 = 1.0;

/// Tell where a dump comes from that is not in the index: which leaks explain it, and how much of it is new.
///
/// It is read and evaluated as tekser-indexer add does, and held against the index in force, which stays as it is. If the
/// index was built with --pairs, the dump's pairs are compared as well: everybody's IIN is in any full leak, but a pair that
/// recurs was taken from somewhere.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer compare --index index --key tekser.key found-2026
  tekser-indexer compare --index index --key tekser.key --json found-2026 > found-2026.json

The folder holds the dump and its breach.toml, which tekser-indexer inspect drafts. The leaks that
explain it are chosen one by one: the one that has the most of it, then the one that has the most of
what is left. A leak of the same name in the index is left out.")]
pub(super) struct Compare {
    #[command(flatten)]
    index: IndexOption,
    #[command(flatten)]
    key: KeyOption,
    /// The folder of the dump.
    #[arg(value_name = "DUMP_DIR")]
    folder: PathBuf,
    /// Where temporary files are kept, up to 12 bytes for an identifier or a pair; the system's folder for such if left out.
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingOptions,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Compare {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let dumps = Breach::discover(&self.folder)?;
        let [dump] = &*dumps else {
            bail!("{} folders with a breach.toml: name one of them", dumps.len());
        };
        let (directory, key) = (self.index.directory(), self.key.load()?);
        let parent = self.scratch.clone().unwrap_or_else(std::env::temp_dir);
        let scratch = tempfile::Builder::new()
            .prefix("tekser-compare-")
            .tempdir_in(&parent)
            .with_context(|| format!("no folder for temporary files in {}", parent.display()))?;
        let options = self.reading.options()?;
        let progress = Progress::default();
        let work = || compare(&directory, &key, dump, scratch.path(), &options, &progress);
        let comparison = watch(&progress, work)?;
        if self.json {
            output::line(as_json(&comparison))?;
        } else {
            output::data(as_text(&comparison))?;
        }
        Ok(())
    }
}

fn as_json(comparison: &Comparison) -> Value {
    json!({
        "generation": comparison.generation.as_str(),
        "verdict": verdicts(comparison),
        "pairs": comparison.pairs,
        "identifiers": comparison.identifiers,
        "without_pairs": comparison.without_pairs,
        "is_in_index": comparison.is_in_index,
        "read": comparison.read,
        "evaluated": comparison.evaluated,
        "seconds": comparison.duration.as_secs_f64(),
    })
}

fn as_text(comparison: &Comparison) -> String {
    let mut text = String::new();
    for verdict in verdicts(comparison) {
        text.push_str(&format!("{verdict}\n"));
    }
    let mut table = Table::new(["of the dump's", "all", "known", "new"]);
    let mut leaks = Table::new(["in leak", "common", "explained by it alone"]);
    for (kind, provenance) in parts(comparison) {
        let known = provenance.all - provenance.new;
        let counts = [provenance.all, known, provenance.new].map(grouped);
        let [all, known, new] = counts;
        table.row([kind.clone(), all, known, new]);
        for known in &provenance.known {
            let exactly = |breaches: &[_]| breaches == std::slice::from_ref(&known.breach);
            let alone = provenance.combinations.iter();
            let alone = alone.filter(|one| exactly(&one.breaches)).map(|one| one.count);
            leaks.row([
                format!("{} {kind}", known.breach),
                grouped(known.common),
                grouped(alone.sum()),
            ]);
        }
    }
    text.push_str(&format!("\n{table}\n{leaks}"));
    if comparison.is_in_index {
        text.push_str("\nA leak of this name is in the index; the dump was not held against it.\n");
    }
    if !comparison.without_pairs.is_empty() {
        let ids = comparison.without_pairs.iter().map(ToString::to_string);
        let ids: Vec<String> = ids.collect();
        text.push_str(&format!("\nNo pairs were kept of {}.\n", ids.join(", ")));
    }
    text
}

/// Pairs before identifiers, since they tell more; each under its name.
fn parts(comparison: &Comparison) -> impl Iterator<Item = (String, &Provenance)> {
    let pairs = comparison.pairs.iter();
    let pairs = pairs.map(|(kind, provenance)| (format!("pairs {kind}"), provenance));
    let identifiers = comparison.identifiers.iter();
    pairs.chain(identifiers.map(|(kind, provenance)| (kind.to_string(), provenance)))
}

fn verdicts(comparison: &Comparison) -> Vec<String> {
    parts(comparison)
        .map(|(kind, provenance)| verdict(&kind, provenance))
        .collect()
}

/// What explains the dump, in a sentence: `pairs iin+phone: 71.0 % stand in voters-2019, 18.0 % more in microloans-2024, 11.0 %
/// nowhere before`.
fn verdict(what: &str, provenance: &Provenance) -> String {
    let percent = |count: u64| 100.0 * count as f64 / provenance.all.max(1) as f64;
    let named = provenance.cover.iter().take(NAMED);
    let named: Vec<_> = named
        .take_while(|cover| percent(cover.explained) >= LEAST_PERCENT)
        .collect();
    let told: u64 = named.iter().map(|cover| cover.explained).sum();
    let mut parts: Vec<String> = Vec::new();
    for cover in named {
        let more = if parts.is_empty() { "stand in" } else { "more in" };
        parts.push(share(percent(cover.explained), more, &cover.breach));
    }
    let rest = provenance.all - provenance.new - told;
    if rest > 0 {
        parts.push(share(percent(rest), "in", &"other leaks"));
    }
    parts.push(share(percent(provenance.new), "nowhere", &"before"));
    format!("{what}: {}", parts.join(", "))
}

fn share(percent: f64, how: &str, place: &dyn Display) -> String {
    format!("{percent:.1} % {how} {place}")
}
