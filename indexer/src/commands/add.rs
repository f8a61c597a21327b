use std::path::PathBuf;

use clap::Args;

use super::options::{IndexOption, KeysOption};
use super::publishing::{DumpOptions, OldRows, discover_all, make_from_dumps, parse_range_rows};
use crate::builder::add;

/// Add breaches to the current index.
///
/// Evaluates only the identifiers of the new dumps; the dumps of the breaches in the index are not needed. The result
/// is what a build of all breaches together would give, down to the root.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer add --index index --key tekser.key breaches/school-diary-2025
  tekser-indexer add --index index --key tekser.key --resume breaches/school-diary-2025

A breach that is in the index already is refused: tekser-indexer update replaces it.")]
pub(super) struct Add {
    #[command(flatten)]
    index: IndexOption,
    #[command(flatten)]
    keys: KeysOption,
    /// Folders of breaches, or folders that hold such folders.
    #[arg(required = true, value_name = "BREACH_DIR")]
    folders: Vec<PathBuf>,
    /// Minimum average number of rows that share a prefix; a range request hides among them; by default as in the
    /// current index.
    #[arg(long, value_name = "N", value_parser = parse_range_rows())]
    range_rows: Option<u32>,
    #[command(flatten)]
    dumps: DumpOptions,
}

impl Add {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let breaches = discover_all(&self.folders)?;
        let (directory, keys) = (self.index.directory(), self.keys.load()?);
        let options = self.dumps.options(self.range_rows)?;
        let old_rows = OldRows::Kept;
        make_from_dumps(
            &directory,
            keys.get(),
            &breaches,
            old_rows,
            &self.dumps,
            |progress| add(&directory, keys.get(), &breaches, &options, progress),
        )
    }
}
