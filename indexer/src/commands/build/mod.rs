//! How is an index built? The command that builds one from dumps.

mod rehearsal;

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use exposure_index::generation::IndexDirectory;

use self::rehearsal::DryRun;
use super::explain::explained;
use super::options::passphrase::PassphraseOption;
use super::options::{LoadedKeys, OfflineKeyFile, load_key};
use super::output;
use super::output::progress::watch;
use super::publishing::{DumpOptions, OldRows, make_from_dumps, parse_range_rows};
use crate::builder::{BuildProgress, DEFAULT_RANGE_ROWS, build, rehearse};
use crate::ingest::Breach;

/// Build an index from dumps and publish it.
///
/// Reads every folder with a breach.toml in BREACHES_DIR, evaluates each identifier once and publishes a new
/// generation. The old one stays current until the new one is complete. An interrupted build can be resumed.
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
  tekser-indexer build --index index --key tekser.key --pairs breaches/

A mistake in a breach.toml shows up as rejected rows, or as cells that are not of the stated kind.
If either exceeds --max-rejects, in a breach or in one file, nothing is published and the exit
status is 1. A [[file]] can set its own limit with max_rejects. --dry-run reads all files, however
many are unusable, and shows each column; it also reads drafts of inspect.

Rejected rows are searched for values that are recognisable by themselves: IINs, phone numbers,
e-mail addresses, accounts. These are indexed, and counted separately as recovered. --no-recover
leaves them out.

Ctrl-C and SIGTERM stop a build at the next checkpoint, within a second or two; a second one ends it
at once. The exit status is then 130 or 143. However a build ended, the work up to the last
checkpoint is kept. --resume continues it if dumps, key and settings are unchanged. No other build
starts until it is resumed, or discarded with --discard.

Next to the index files, report.json and report.txt list what was read: each file's fingerprint,
how it was read, which rows were rejected and why. Builds from the same dumps, with the same key
and settings, have the same digest.")]
pub(super) struct Build {
    /// Index directory.
    #[arg(
        long,
        value_name = "DIR",
        env = "TEKSER_INDEX",
        required_unless_present = "dry_run"
    )]
    index: Option<PathBuf>,
    /// File of the key; repeat it for the shares of a split key.
    #[arg(
        long = "key",
        value_name = "FILE",
        env = "TEKSER_KEY",
        required_unless_present = "dry_run",
        value_delimiter = ':'
    )]
    keys: Vec<PathBuf>,
    #[command(flatten)]
    offline: OfflineKeyFile,
    #[command(flatten)]
    passphrase: PassphraseOption,
    /// Folder of breaches, each a folder with a breach.toml; or one such folder.
    breaches_dir: PathBuf,
    /// Show what a build would read, without key or index; evaluate and write nothing.
    #[arg(long, conflicts_with_all = ["resume", "discard"])]
    dry_run: bool,
    /// Minimum average number of rows that share a prefix; a range request hides among them.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_RANGE_ROWS, value_parser = parse_range_rows())]
    range_rows: u32,
    #[command(flatten)]
    dumps: DumpOptions,
}

impl Build {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        match &self.index {
            _ if self.dry_run => self.rehearse(),
            Some(index) => {
                let breaches = Breach::discover(&self.breaches_dir)?;
                self.build(&IndexDirectory::at(index), &breaches)
            }
            None => bail!("--index is missing"),
        }
    }

    fn build(&self, directory: &IndexDirectory, breaches: &[Breach]) -> anyhow::Result<()> {
        let keys = LoadedKeys {
            tags: load_key(&self.keys, &self.passphrase)?,
            offline: self.offline.load(&self.passphrase)?,
        };
        let options = self.dumps.options(Some(self.range_rows))?;
        if !self.dumps.pairs && keeps_pairs(directory) {
            output::message(
                "warning: the current index keeps pairs, and this one will not: tekser-indexer compare needs them. \
                 --pairs keeps them",
            );
        }
        make_from_dumps(
            directory,
            keys.get(),
            breaches,
            OldRows::Replaced,
            &self.dumps,
            |progress| build(directory, keys.get(), breaches, &options, progress),
        )
    }

    fn rehearse(&self) -> anyhow::Result<()> {
        let (breaches, unopened) = Breach::discover_each(&self.breaches_dir)?;
        let progress = BuildProgress::default();
        let reading = self.dumps.reading()?;
        let work = || rehearse(&breaches, &reading, self.dumps.max_rejects(), &progress);
        let rehearsal = watch(&progress, work)?;
        let unopened = unopened.iter().map(ToString::to_string);
        let others = rehearsal.complaints.iter();
        let others = others.map(|complaint| explained(complaint, &breaches, &reading.secrets));
        let dry_run = DryRun {
            rehearsal: &rehearsal,
            complaints: unopened.chain(others).collect(),
            build_time: rehearsal.build_time(self.dumps.threads())?,
        };
        if self.dumps.json {
            output::line(dry_run.as_json())?;
        } else {
            output::data(dry_run.as_text())?;
        }
        match dry_run.complaints.len() {
            0 => Ok(()),
            1 => bail!("a build would be refused, for the reason above"),
            reasons => bail!("a build would be refused, for the {reasons} reasons above"),
        }
    }
}

/// Returns whether the current generation is known to keep pairs.
fn keeps_pairs(directory: &IndexDirectory) -> bool {
    let public = directory
        .current()
        .and_then(|generation| directory.open_public(generation));
    let pairs = public.and_then(|public| directory.open_pairs(public.header()));
    pairs.is_ok_and(|pairs| pairs.is_some())
}
