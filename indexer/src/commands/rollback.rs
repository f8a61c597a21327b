use anyhow::{Context, bail};
use clap::Args;
use exposure_index::generation::IndexDirectory;
use exposure_index::index::GenerationId;

use super::options::{IndexOption, OfflineKeyOption, parse_generation};
use super::publishing::{ErasedElsewhere, IndexAccess, activate};

/// Make another generation current: the previous one, or any by its id.
///
/// Reads all of it first, then publishes it in one step; a running server notices by itself. Removes nothing. If the
/// generation holds identifiers that were erased since, one without them is made of it and published instead. A
/// generation of another key is refused if identifiers were erased that are not known under that key.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer rollback --index index
  tekser-indexer rollback --index index 20261122-201530-3f9a1c2b")]
pub(super) struct Rollback {
    #[command(flatten)]
    index: IndexOption,
    /// Generation; by default the one that was published before the current one.
    #[arg(value_name = "GENERATION", value_parser = parse_generation)]
    generation: Option<GenerationId>,
    /// Publish a generation of another key although identifiers that were erased since will be found in it.
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
                    .context("name the generation to roll back to");
            }
        };
        let erased_elsewhere = match self.allow_erased {
            true => ErasedElsewhere::Allowed,
            false => ErasedElsewhere::Refused,
        };
        let offline = self.offline.load()?;
        let index = IndexAccess {
            directory: &directory,
            offline: offline.as_ref(),
        };
        activate(index, &lock, generation, erased_elsewhere)?.print(self.json)
    }
}

/// Returns the newest generation before this one that was ever published.
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
