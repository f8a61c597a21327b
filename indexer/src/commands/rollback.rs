use anyhow::{Context, bail};
use clap::Args;
use exposure_index::generation::IndexDirectory;
use exposure_index::index::GenerationId;

use super::options::{IndexOption, OfflineKeyOption, parse_generation};
use super::publishing::{ErasedElsewhere, activate};

/// Put another generation in force: the one before, or any that is still there, a later one too.
///
/// It is read to its end before, and comes into force in one step; a server that runs notices by itself. Nothing is
/// removed. If it holds identifiers that were erased since, a generation is made of it that does not, and that one comes
/// into force. One of another key is refused if identifiers were erased that are not known under that key.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer rollback --index index
  tekser-indexer rollback --index index 20261122-201530-3f9a1c2b")]
pub(super) struct Rollback {
    #[command(flatten)]
    index: IndexOption,
    /// The generation; the one that was published before the one in force if left out.
    #[arg(value_name = "GENERATION", value_parser = parse_generation)]
    generation: Option<GenerationId>,
    /// Put a generation of another key in force although identifiers that were erased since will be found in it.
    #[arg(long)]
    allow_erased: bool,
    #[command(flatten)]
    offline: OfflineKeyOption,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Rollback {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let directory = self.index.directory();
        let lock = directory.lock_existing()?;
        let before = directory.current();
        let generation = match (self.generation, &before) {
            (Some(generation), _) => generation,
            (None, Ok(current)) => previous(&directory, *current)?,
            (None, Err(_)) => {
                return before
                    .map(drop)
                    .context("name the generation to put in force");
            }
        };
        let erased_elsewhere = match self.allow_erased {
            true => ErasedElsewhere::Allowed,
            false => ErasedElsewhere::Refused,
        };
        let offline = self.offline.load()?;
        let index = (&directory, offline.as_ref());
        activate(index, &lock, generation, erased_elsewhere)?.print(self.json)
    }
}

/// The newest generation before this one that was ever published.
fn previous(directory: &IndexDirectory, current: GenerationId) -> anyhow::Result<GenerationId> {
    let generations = directory.generations()?;
    let was_published = |one: &GenerationId| *one < current && !directory.is_unpublished(*one);
    match generations.into_iter().rfind(was_published) {
        Some(previous) => Ok(previous),
        None => bail!(
            "no published generation is before {current}; tekser-indexer generations lists all"
        ),
    }
}
