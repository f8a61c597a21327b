mod interrupt;
mod rehearsal;
mod space;
mod summary;

pub(super) use interrupt::exit_status;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use bytesize::ByteSize;
use clap::Args;

use super::options::{IdentityOption, KeyOption};
use super::output;
use super::passphrase::PassphraseOption;
use super::progress::watch;
use crate::build::{
    BuildError, Interrupt, MIN_MEMORY, Memory, Options, Progress, Share, Start, Summary, build,
    rehearse,
};
use crate::generation::{GenerationError, IndexDirectory};
use crate::index::{MAX_RANGE_ROWS, MIN_RANGE_ROWS};
use crate::ingest::{Breach, ReadOptions};

/// Build an index from dumps and put it in force.
///
/// Reads every folder with a breach.toml in BREACHES_DIR, evaluates each identifier once and publishes a new
/// generation. Until that is whole, the old one stays in force; a build that ends early can be gone on with.
#[derive(Args)]
#[command(override_usage = "\
tekser-indexer build [OPTIONS] --index <DIR> --key <FILE> <BREACHES_DIR>
       tekser-indexer build [OPTIONS] --dry-run <BREACHES_DIR>")]
#[command(after_help = "\
Examples:
  tekser-indexer build --dry-run breaches/
  tekser-indexer build --index index --key tekser.key breaches/
  tekser-indexer build --index index --key tekser.key --resume breaches/
  tekser-indexer build --index index --key a.key --key b.key --memory 4GiB --json breaches/ > build.json
  tekser-indexer build --index index --key tekser.key --identity dumps.age.key breaches/

A typing mistake in a breach.toml shows itself as rejected rows or as cells that are not what
they are said to be. If either is more than --max-rejects, of a breach or of one file, nothing is
published and the exit status is 1.

Rejected rows are searched for what stands on its own: IINs, phone numbers, e-mail addresses,
accounts. These are indexed and counted apart, as recovered; --no-recover gives the strict figures
alone.

Ctrl-C and SIGTERM stop a build at the next checkpoint, which is there in a second or two; a
second one ends it at once. The exit status is then 130 or 143. However a build ended, what was
done until the last checkpoint is kept: --resume goes on, if dumps, key and settings are what
they were; without it or --discard nothing else is built.

Beside the index files, report.json and report.txt tell what was read: each file's fingerprint,
how it was read, which rows were rejected and why. Whoever builds from the same dumps with the
same key and settings gets the same digest.")]
pub(super) struct Build {
    /// The index directory.
    #[arg(
        long,
        value_name = "DIR",
        env = "TEKSER_INDEX",
        required_unless_present = "dry_run"
    )]
    index: Option<PathBuf>,
    /// A key file; several times if the key is split into shares.
    #[arg(
        long = "key",
        value_name = "FILE",
        env = "TEKSER_KEY",
        required_unless_present = "dry_run",
        value_delimiter = ':'
    )]
    keys: Vec<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseOption,
    /// A folder of breaches, each a folder with a breach.toml; or one such folder.
    breaches_dir: PathBuf,
    /// Read the dumps and tell what a build would read; evaluate nothing, write nothing, need neither key nor index.
    #[arg(long, conflicts_with_all = ["resume", "discard"])]
    dry_run: bool,
    /// Go on with a build that did not end, if there is one.
    #[arg(long, conflicts_with = "discard")]
    resume: bool,
    /// Throw away what was done of a build that did not end, and begin anew.
    #[arg(long)]
    discard: bool,
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
    /// The share of a breach's rows, and of its cells of each kind, that may be unreadable; a file of it may have twenty.
    #[arg(long, value_name = "SHARE", default_value = "5%")]
    max_rejects: Share,
    /// Do not search rejected rows for IINs, phone numbers, e-mail addresses and accounts that stand on their own.
    #[arg(long)]
    no_recover: bool,
    #[command(flatten)]
    identity: IdentityOption,
    /// Read what there is of a file that ends before its end, and count it. Otherwise nothing is published then: a dump
    /// that was not copied whole would tell people that they are not in it.
    #[arg(long)]
    allow_truncated: bool,
    /// How much work, in seconds, may be lost at the most if the machine fails: so often there is a checkpoint.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = parse_seconds)]
    checkpoint: Duration,
    /// Print one JSON object at the end.
    #[arg(long)]
    json: bool,
}

impl Build {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let breaches = Breach::discover(&self.breaches_dir)?;
        match &self.index {
            _ if self.dry_run => self.rehearse(&breaches),
            Some(index) => self.build(&IndexDirectory::at(index), &breaches),
            None => bail!("--index is missing"),
        }
    }

    fn build(&self, directory: &IndexDirectory, breaches: &[Breach]) -> anyhow::Result<()> {
        let key = KeyOption::of(&self.keys, &self.passphrase).load()?;
        let options = self.options(self.reading()?, interrupt::on_signals()?);
        space::tell(directory.path(), breaches);
        let progress = Progress::default();
        let work = || build(directory, &key, breaches, &options, &progress);
        let summary = watch(&progress, work)
            .inspect_err(|error| tell_what_is_kept(directory, error))
            .context("nothing was published")?;
        self.print(&summary)
    }

    fn options(&self, reading: ReadOptions, interrupt: Interrupt) -> Options {
        Options {
            reading,
            memory: self.memory,
            threads: self.threads,
            range_rows: self.range_rows,
            max_rejects: self.max_rejects,
            start: match (self.resume, self.discard) {
                (true, _) => Start::Resume,
                (_, true) => Start::Discard,
                _ => Start::Anew,
            },
            checkpoint: self.checkpoint,
            interrupt,
        }
    }

    fn reading(&self) -> anyhow::Result<ReadOptions> {
        Ok(ReadOptions {
            recover: !self.no_recover,
            allow_truncated: self.allow_truncated,
            identities: self.identity.load()?,
            ..ReadOptions::default()
        })
    }

    fn print(&self, summary: &Summary) -> anyhow::Result<()> {
        if self.resume && summary.resumed == 0 {
            output::message(
                "there was no build to go on with; this one was made from the beginning",
            );
        }
        let printed = if self.json {
            output::line(summary::as_json(summary))
        } else {
            output::data(summary::as_text(summary))
        };
        printed.with_context(|| {
            format!(
                "generation {} is in force, but its report could not be printed",
                summary.generation
            )
        })
    }

    fn rehearse(&self, breaches: &[Breach]) -> anyhow::Result<()> {
        let progress = Progress::default();
        let reading = self.reading()?;
        let work = || rehearse(breaches, &reading, self.max_rejects, &progress);
        let rehearsal = watch(&progress, work)?;
        if self.json {
            output::line(rehearsal::as_json(&rehearsal))?;
        } else {
            output::data(rehearsal::as_text(&rehearsal))?;
        }
        match rehearsal.complaints.into_iter().next() {
            Some(first) => Err(first).context("a build would be refused"),
            None => Ok(()),
        }
    }
}

/// Says how to go on after a build failed, if it can be gone on with.
fn tell_what_is_kept(directory: &IndexDirectory, error: &BuildError) {
    let is_told = matches!(
        error,
        BuildError::Changed { .. }
            | BuildError::DamagedRun
            | BuildError::DamagedJournal
            | BuildError::Generation(
                GenerationError::Unfinished { .. } | GenerationError::Locked { .. }
            )
    );
    let is_kept = directory
        .unfinished()
        .is_ok_and(|unfinished| !unfinished.is_empty());
    if is_kept && !is_told {
        output::message(
            "what was done until now is kept: the same command with --resume goes on, --discard begins anew",
        );
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

fn parse_seconds(text: &str) -> Result<Duration, &'static str> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or("expected a number of seconds such as 60 or 0.5")
}
