use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::options::{IndexOption, KeysOption, load_key};
use super::publishing::{DumpOptions, OldRows, discover_all, make_from_dumps, parse_range_rows};
use crate::builder::{KeyChange, rekey};

/// Build the index again under another key.
///
/// Tags cannot be converted from one key to another, which is why a stolen index is useless: rotating the key means
/// evaluating all dumps again. The index under the old key stays current until the new one is whole. Tombstones of
/// erased identifiers are carried over; pairs, where they were kept, are made again.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer keygen --key new.key
  tekser-indexer rekey --index index --key new.key --old-key tekser.key breaches/

Give the evaluators the new key when the new generation is current: clients that meet the old one
start over. Destroy the old key once no generation made with it is left.")]
pub(super) struct Rekey {
    #[command(flatten)]
    index: IndexOption,
    #[command(flatten)]
    keys: KeysOption,
    /// File of the current index's key; repeat it for the shares of a split key.
    #[arg(long, value_name = "FILE", required = true, value_delimiter = ':')]
    old_key: Vec<PathBuf>,
    /// Folders of breaches, or folders that hold such folders.
    #[arg(required = true, value_name = "BREACHES_DIR")]
    folders: Vec<PathBuf>,
    /// Drop breaches of the current index that are not among the dumps.
    #[arg(long)]
    allow_missing: bool,
    /// Minimum average number of rows that share a prefix; a range request hides among them; by default as in the
    /// current index.
    #[arg(long, value_name = "N", value_parser = parse_range_rows())]
    range_rows: Option<u32>,
    #[command(flatten)]
    dumps: DumpOptions,
}

impl Rekey {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let breaches = discover_all(&self.folders)?;
        let new = self.keys.load()?;
        let keys = KeyChange {
            new: new.get(),
            old: &load_key(&self.old_key, self.keys.passphrase())
                .context("cannot load the old key (--old-key)")?,
            allow_missing: self.allow_missing,
        };
        let directory = self.index.directory();
        let options = self.dumps.options(self.range_rows)?;
        let old_rows = OldRows::Replaced;
        make_from_dumps(
            &directory,
            new.get(),
            &breaches,
            old_rows,
            &self.dumps,
            |progress| rekey(&directory, &keys, &breaches, &options, progress),
        )
    }
}
