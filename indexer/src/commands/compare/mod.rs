mod render;

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;

use super::explain::with_explanation;
use super::options::{IndexOption, KeysOption};
use super::output;
use super::output::progress::watch;
use super::publishing::ReadingOptions;
use crate::builder::BuildProgress;
use crate::comparison::compare;
use crate::ingest::Breach;

/// Show where a dump that is not in the index comes from.
///
/// Shows which leaks explain it, how much is in each combination of them, and how much is new. The dump is read and
/// evaluated as by tekser-indexer add, and compared with the current index, sensitive leaks included; the index does
/// not change.
///
/// If the index was built with --pairs, the dump's pairs (IIN and phone number, IIN and ID card, phone number and
/// e-mail address of one record) are compared as well: a full leak has everyone's IIN anyway, but a pair in both shows
/// that data were copied.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer compare --index index --key tekser.key found-2026
  tekser-indexer compare --index index --key tekser.key --json found-2026 > found-2026.json

The folder holds the dump and its breach.toml, which tekser-indexer inspect drafts. The leaks that
explain it are chosen one by one: the one that has the most of it, then the one that has the most
of what is left. A leak of the same name in the index is left out, and so are identifiers that were
erased; identifiers recovered from rejected rows count like the others, but have no pairs.")]
pub(super) struct Compare {
    #[command(flatten)]
    index: IndexOption,
    #[command(flatten)]
    keys: KeysOption,
    /// Folder of the dump.
    #[arg(value_name = "BREACH_DIR")]
    folder: PathBuf,
    /// Folder for temporary files, up to 12 bytes for each identifier and pair; by default the system's temporary
    /// folder.
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
            let folders = dumps.len();
            bail!("there are {folders} folders with a breach.toml: name the one of the dump");
        };
        let (directory, keys) = (self.index.directory(), self.keys.load()?);
        let parent = self.scratch.clone().unwrap_or_else(std::env::temp_dir);
        let scratch = tempfile::Builder::new()
            .prefix("tekser-compare-")
            .tempdir_in(&parent)
            .with_context(|| format!("no folder for temporary files in {}", parent.display()))?;
        let (options, progress) = (self.reading.options()?, BuildProgress::default());
        let work = || {
            compare(
                &directory,
                keys.get(),
                dump,
                scratch.path(),
                &options,
                &progress,
            )
        };
        let comparison = watch(&progress, work)
            .map_err(|error| with_explanation(error, &dumps, &options.reading.secrets))?;
        let id = &dump.metadata.id;
        if self.json {
            output::line(render::as_json(id, &comparison))?;
        } else {
            output::data(render::as_text(id, &comparison))?;
        }
        Ok(())
    }
}
