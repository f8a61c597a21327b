//! Which options set how dumps are read and evaluated?

use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use clap::Args;
use clap::builder::TypedValueParser;
use exposure_index::index::{MAX_RANGE_ROWS, MIN_HIDING_ROWS};

use super::{ReviewOption, cancel};
use crate::builder::{Activation, MIN_MEMORY, Memory, Options, Share, Start};
use crate::commands::options::{IdentityOption, between};
use crate::ingest::{AllowLists, Breach, ReadOptions, check_distinct};

/// Options of reading and evaluating dumps.
#[derive(Args)]
pub(in crate::commands) struct ReadingOptions {
    /// Memory to use, such as 1GiB; at least 64MiB. With more memory, fewer repeated identifiers are evaluated
    /// twice.
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_memory)]
    memory: Memory,
    /// Number of threads that evaluate; by default one per core.
    #[arg(long, value_name = "N", value_parser = parse_threads)]
    threads: Option<usize>,
    /// Largest share of a breach's rows, and of its cells of each kind, that may be unreadable. It also holds for each
    /// file by itself, where up to twenty rows or cells may exceed it if they are at most half of the file.
    #[arg(long, value_name = "SHARE", default_value = "5%")]
    max_rejects: Share,
    /// Do not search rejected rows for IINs, phone numbers, e-mail addresses and accounts.
    #[arg(long)]
    no_recover: bool,
    #[command(flatten)]
    identity: IdentityOption,
    /// Read a truncated file as far as it goes, and count it. By default it is an error: people in its missing
    /// part would be reported as "not found".
    #[arg(long)]
    allow_truncated: bool,
    /// Allow list of values that no warning list may name: one domain or kind:value per line, or a MISP warninglist.
    /// May be repeated.
    #[arg(long, value_name = "FILE")]
    allow: Vec<PathBuf>,
}

impl ReadingOptions {
    /// Returns the options of work that reads dumps and cannot be resumed; from now on, signals stop it.
    pub(in crate::commands) fn options(&self) -> anyhow::Result<Options> {
        Ok(Options {
            reading: self.reading()?,
            memory: self.memory,
            threads: self.threads,
            range_rows: None,
            max_rejects: self.max_rejects,
            start: Start::RefuseInterrupted,
            checkpoint: Duration::MAX,
            cancel: cancel::on_signals()?,
            activation: Activation::AtOnce,
            pairs: false,
        })
    }

    fn reading(&self) -> anyhow::Result<ReadOptions> {
        Ok(ReadOptions {
            recover: !self.no_recover,
            allow_truncated: self.allow_truncated,
            secrets: self.identity.load()?,
            allow: AllowLists::read(&self.allow)?,
            ..ReadOptions::default()
        })
    }
}

/// Options of building a generation from dumps.
#[derive(Args)]
pub(in crate::commands) struct DumpOptions {
    /// Resume an interrupted build, if there is one.
    #[arg(long, conflicts_with = "discard")]
    pub(in crate::commands) resume: bool,
    /// Discard an interrupted build, and start over.
    #[arg(long)]
    discard: bool,
    #[command(flatten)]
    reading: ReadingOptions,
    /// Seconds between checkpoints; a crash loses at most this much work.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = parse_seconds)]
    checkpoint: Duration,
    /// Keep keyed fingerprints of identifiers in one record, for tekser-indexer compare: IIN and phone number, IIN and
    /// ID card, phone number and e-mail address. add, update, merge, remove and rekey keep the pairs of an index that
    /// has them.
    #[arg(long)]
    pub(in crate::commands) pairs: bool,
    #[command(flatten)]
    pub(in crate::commands) review: ReviewOption,
    /// Print one JSON object at the end.
    #[arg(long)]
    pub(in crate::commands) json: bool,
}

impl DumpOptions {
    /// Returns the options of a build with `range_rows` rows per range; from now on, signals stop it.
    pub(in crate::commands) fn options(&self, range_rows: Option<u32>) -> anyhow::Result<Options> {
        Ok(Options {
            range_rows,
            start: match (self.resume, self.discard) {
                (true, _) => Start::Resume,
                (_, true) => Start::Discard,
                _ => Start::RefuseInterrupted,
            },
            checkpoint: self.checkpoint,
            activation: self.review.force(),
            pairs: self.pairs,
            ..self.reading.options()?
        })
    }

    pub(in crate::commands) fn reading(&self) -> anyhow::Result<ReadOptions> {
        self.reading.reading()
    }

    pub(in crate::commands) const fn max_rejects(&self) -> Share {
        self.reading.max_rejects
    }

    pub(in crate::commands) const fn threads(&self) -> Option<usize> {
        self.reading.threads
    }
}

/// Finds the breaches under all folders, by id.
pub(in crate::commands) fn discover_all(folders: &[PathBuf]) -> anyhow::Result<Vec<Breach>> {
    let mut breaches = Vec::new();
    for folder in folders {
        breaches.extend(Breach::discover(folder)?);
    }
    breaches.sort_by(|one, other| one.metadata.id.cmp(&other.metadata.id));
    check_distinct(breaches.iter().map(|breach| &breach.metadata.id))?;
    Ok(breaches)
}

pub(in crate::commands) fn parse_range_rows() -> impl TypedValueParser<Value = u32> {
    // Fewer are possible in the file, but clients refuse to reveal a prefix that fewer share.
    between(MIN_HIDING_ROWS.into(), MAX_RANGE_ROWS.into())
}

pub(in crate::commands) fn parse_memory(text: &str) -> Result<Memory, String> {
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
