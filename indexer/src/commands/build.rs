use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context;
use bytesize::ByteSize;
use clap::Args;
use serde_json::{Value, json};

use super::options::{IndexOption, KeyOption};
use super::output;
use super::progress::watch;
use super::table::{breach_table, grouped};
use crate::build::{MIN_MEMORY, Memory, Options, Progress, Share, Summary, build};
use crate::identifier::Kind;
use crate::index::{MAX_RANGE_ROWS, MIN_RANGE_ROWS};
use crate::ingest::{Breach, ReadOptions, Reject};

/// Build an index from dumps and put it in force.
///
/// Reads every folder with a breach.toml in BREACHES_DIR, evaluates each identifier once and publishes a new
/// generation. Until that is whole, the old one stays in force; if anything fails, nothing of the attempt remains.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer build --index index --key tekser.key breaches/
  tekser-indexer build --index index --key a.key --key b.key --memory 4GiB --json breaches/ > build.json

A typing mistake in a breach.toml shows itself as rejected rows or as cells that are not what they are said to be.
If either is more than --max-rejects, nothing is published and the exit status is 1.

Rejected rows are searched for what stands on its own: IINs, phone numbers, e-mail addresses, accounts. These are
indexed and counted apart, as recovered. For the strict figures alone:
  tekser-indexer build --index index --key tekser.key --no-recover breaches/")]
pub(super) struct Build {
    #[command(flatten)]
    index: IndexOption,
    #[command(flatten)]
    key: KeyOption,
    /// A folder of breaches, each a folder with a breach.toml; or one such folder.
    breaches_dir: PathBuf,
    /// How much memory to use (at least 64MiB). More lets more identifiers be recognised when they are met again.
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_memory)]
    memory: Memory,
    /// Threads that evaluate; one per core if left out.
    #[arg(long, value_name = "N", value_parser = parse_threads)]
    threads: Option<usize>,
    /// Rows that share a prefix, at least, on average: whoever sees which range is asked for sees one of so many.
    #[arg(long, value_name = "N", default_value_t = 4096,
          value_parser = clap::value_parser!(u32).range(i64::from(MIN_RANGE_ROWS)..=i64::from(MAX_RANGE_ROWS)))]
    range_rows: u32,
    /// The share of a breach's rows, and of its cells of each kind, that may be unreadable.
    #[arg(long, value_name = "SHARE", default_value = "5%")]
    max_rejects: Share,
    /// Do not search rejected rows for IINs, phone numbers, e-mail addresses and accounts that stand on their own.
    #[arg(long)]
    no_recover: bool,
    /// Print one JSON object at the end.
    #[arg(long)]
    json: bool,
}

impl Build {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let breaches = Breach::discover(&self.breaches_dir)?;
        let key = self.key.load()?;
        let options = Options {
            reading: ReadOptions {
                recover: !self.no_recover,
                ..ReadOptions::default()
            },
            memory: self.memory,
            threads: self.threads,
            range_rows: self.range_rows,
            max_rejects: self.max_rejects,
        };
        let progress = Progress::default();
        let work = || {
            build(
                &self.index.directory(),
                &key,
                &breaches,
                &options,
                &progress,
            )
        };
        let summary = watch(&progress, work).context("nothing was published")?;
        let printed = if self.json {
            output::line(as_json(&summary))
        } else {
            output::data(as_text(&summary))
        };
        printed.with_context(|| {
            format!(
                "generation {} is in force, but its report could not be printed",
                summary.generation
            )
        })
    }
}

fn parse_memory(text: &str) -> Result<Memory, String> {
    let size: ByteSize = text
        .parse()
        .map_err(|_| "expected a size such as 512MiB or 4GiB")?;
    Memory::new(size.as_u64()).ok_or_else(|| format!("at least {} is needed", ByteSize(MIN_MEMORY)))
}

fn parse_threads(text: &str) -> Result<usize, &'static str> {
    text.parse()
        .ok()
        .filter(|threads| (1..=1024).contains(threads))
        .ok_or("expected 1 to 1024")
}

fn as_json(summary: &Summary) -> Value {
    json!({
        "generation": summary.generation.as_str(),
        "root": data_encoding::HEXLOWER.encode(&summary.root),
        "identifiers": summary.identifiers,
        "recovered": summary.recovered,
        "breaches": summary.breaches,
        "rejects": summary.rejects.iter().map(|(id, rejects)| (id.as_str(), places(rejects))).collect::<BTreeMap<_, _>>(),
        "met": summary.met,
        "evaluated": summary.evaluated,
        "forgotten": summary.forgotten,
        "temporary_bytes": summary.temporary_bytes,
        "index_bytes": summary.index_bytes,
        "seconds": summary.duration.as_secs_f64(),
    })
}

/// Where the first rejected rows of a breach stand, and why they were rejected.
fn places(rejects: &[Reject]) -> Vec<String> {
    rejects.iter().map(Reject::to_string).collect()
}

fn as_text(summary: &Summary) -> String {
    let mut text = breach_table(&summary.breaches).to_string();
    text.push_str(&rejects(summary));
    let kinds = |kind: Kind| {
        summary
            .identifiers
            .get(&kind)
            .map(|count| format!("{kind} {}", grouped(*count)))
    };
    let kinds: Vec<String> = Kind::ALL.into_iter().filter_map(kinds).collect();
    let identifiers: u64 = summary.identifiers.values().sum();
    let recovered: u64 = summary.recovered.values().sum();
    let seconds = summary.duration.as_secs_f64();
    text.push_str(&format!(
        "\nidentifiers  {} ({})\nrecovered    {} more, from rejected rows\nevaluated    {} of {} met, {} a second\nindex        {}, {:.2} bytes an identifier\n\
         generation   {}, in force now, after {seconds:.1} s\n",
        grouped(identifiers),
        kinds.join(", "),
        grouped(recovered),
        grouped(summary.evaluated),
        grouped(summary.met),
        grouped((summary.evaluated as f64 / seconds) as u64),
        ByteSize(summary.index_bytes),
        summary.index_bytes as f64 / (identifiers + recovered).max(1) as f64,
        summary.generation,
    ));
    text
}

/// Where the first rejected rows of each breach stand.
fn rejects(summary: &Summary) -> String {
    let mut text = String::new();
    for (id, rejects) in summary
        .rejects
        .iter()
        .filter(|(_, rejects)| !rejects.is_empty())
    {
        text.push_str(&format!("\nfirst rejected rows of {id}:\n"));
        for reject in rejects.iter().take(5) {
            text.push_str(&format!("  {}\n", output::visible(&reject.to_string())));
        }
    }
    text
}
