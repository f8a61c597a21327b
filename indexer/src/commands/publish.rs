use anyhow::{Context, bail};
use clap::Args;
use exposure_index::generation::{GenerationError, IndexDirectory};
use exposure_index::index::GenerationId;

use super::options::{IndexOption, OfflineKeyOption, parse_generation};
use super::output;
use super::publishing::{ErasedElsewhere, IndexAccess, activate};

/// Publish a generation that was made with --review.
///
/// Reads all of it first, then publishes it in one step; a running server notices by itself. If it holds identifiers
/// that were erased since, a generation without them is made and published instead. By default, GENERATION is the
/// newest generation that awaits publication; tekser-indexer generations marks those.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer add --index index --key tekser.key --review breaches/school-diary-2025
  tekser-indexer publish --index index
  tekser-indexer publish --index index 20261122-201530-3f9a1c2b

A generation that is older than the current one is refused, since what was published meanwhile
would be lost. Make it again, or use tekser-indexer rollback if that is what you want.")]
pub(super) struct Publish {
    #[command(flatten)]
    index: IndexOption,
    /// Generation; by default the newest one that waits to be published.
    #[arg(value_name = "GENERATION", value_parser = parse_generation)]
    generation: Option<GenerationId>,
    #[command(flatten)]
    offline: OfflineKeyOption,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Publish {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let directory = self.index.directory();
        let lock = directory.lock_existing()?;
        let generation = match self.generation {
            Some(generation) => generation,
            None => newest_pending(&directory)?,
        };
        check_newer(&directory, generation)?;
        let refused = ErasedElsewhere::Refused;
        let offline = self.offline.load()?;
        let index = IndexAccess {
            directory: &directory,
            offline: offline.as_ref(),
        };
        activate(index, &lock, generation, refused)?.print(self.json)
    }
}

fn newest_pending(directory: &IndexDirectory) -> anyhow::Result<GenerationId> {
    let mut pending = directory.pending()?;
    let newest = pending.pop().context(
        "no generation waits to be published: --review makes one, and a later publication makes older ones obsolete; \
         tekser-indexer generations lists all",
    )?;
    if let Some(other) = pending.last() {
        output::message(format_args!(
            "warning: {other} awaits publication, too; {newest} is newer and is published, without what is new in that \
             one"
        ));
    }
    Ok(newest)
}

fn check_newer(directory: &IndexDirectory, generation: GenerationId) -> anyhow::Result<()> {
    match directory.current() {
        Err(GenerationError::Empty { .. }) => Ok(()),
        Ok(current) if current < generation => Ok(()),
        Ok(current) => bail!(
            "generation {generation} is not newer than {current}, which is current and may hold later changes: \
             make it again, or use tekser-indexer rollback if that is what you want"
        ),
        Err(error) => Err(error.into()),
    }
}
