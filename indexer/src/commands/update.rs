use std::path::PathBuf;

use clap::Args;
use exposure_index::breach::Metadata;

use super::options::passphrase::PassphraseOption;
use super::options::{IndexOption, LoadedKeys, OfflineKeyFile, load_key};
use super::publishing::{
    DumpOptions, IndexAccess, OldRows, current_bytes, discover_all, make, make_from_dumps,
};
use crate::builder::{update, update_metadata};
use crate::ingest::{check_distinct, description_of};

/// Replace breaches of the current index with what their folders now hold.
///
/// Replaces data and metadata in one step: there is no moment without the breach. With --metadata it takes only the
/// head of breach.toml, and needs neither --key nor dumps.
#[derive(Args)]
#[command(override_usage = "\
tekser-indexer update [OPTIONS] --index <DIR> --key <FILE> <BREACH_DIR>...
       tekser-indexer update [OPTIONS] --index <DIR> --metadata <BREACH_DIR>...")]
#[command(after_help = "\
Examples:
  tekser-indexer update --index index --key tekser.key breaches/residents-2025
  tekser-indexer update --index index --metadata breaches/voters-2019

A breach that becomes sensitive, or stops being so, moves to the other file of the generation.")]
pub(super) struct Update {
    #[command(flatten)]
    index: IndexOption,
    /// File of the key; repeat it for the shares of a split key.
    #[arg(
        long = "key",
        value_name = "FILE",
        env = "TEKSER_KEY",
        required_unless_present = "metadata",
        value_delimiter = ':'
    )]
    keys: Vec<PathBuf>,
    #[command(flatten)]
    offline: OfflineKeyFile,
    #[command(flatten)]
    passphrase: PassphraseOption,
    /// Folders of breaches that are in the index.
    #[arg(required = true, value_name = "BREACH_DIR")]
    folders: Vec<PathBuf>,
    /// Replace only the metadata, from the head of breach.toml; read no dump.
    #[arg(long, conflicts_with_all = ["resume", "discard", "pairs"])]
    metadata: bool,
    #[command(flatten)]
    dumps: DumpOptions,
}

impl Update {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        match self.metadata {
            true => self.update_metadata(),
            false => self.update(),
        }
    }

    fn update(&self) -> anyhow::Result<()> {
        let breaches = discover_all(&self.folders)?;
        let directory = self.index.directory();
        let keys = LoadedKeys {
            tags: load_key(&self.keys, &self.passphrase)?,
            offline: self.offline.load(&self.passphrase)?,
        };
        let options = self.dumps.options(None)?;
        let old_rows = OldRows::Kept;
        make_from_dumps(
            &directory,
            keys.get(),
            &breaches,
            old_rows,
            &self.dumps,
            |progress| update(&directory, keys.get(), &breaches, &options, progress),
        )
    }

    fn update_metadata(&self) -> anyhow::Result<()> {
        let directory = self.index.directory();
        let breaches = self
            .folders
            .iter()
            .map(PathBuf::as_path)
            .map(description_of);
        let breaches = breaches.collect::<Result<Vec<Metadata>, _>>()?;
        check_distinct(breaches.iter().map(|breach| &breach.id))?;
        let offline = self.offline.load(&self.passphrase)?;
        let index = IndexAccess {
            directory: &directory,
            offline: offline.as_ref(),
        };
        make(
            index,
            current_bytes(&directory),
            self.dumps.review,
            self.dumps.json,
            |watch| update_metadata(&directory, offline.as_ref(), &breaches, watch),
        )
    }
}
