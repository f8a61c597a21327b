use anyhow::bail;
use clap::Args;
use exposure_index::generation::{GenerationError, IndexDirectory};
use exposure_index::index::GenerationId;

use super::making::{ErasedElsewhere, enter};
use super::options::{IndexOption, OfflineKeyOption, parse_generation};

/// Put a generation in force that was made with --review.
///
/// It is read to its end before, and comes into force in one step; a server that runs notices by itself. If it holds
/// identifiers that were erased since, a generation is made of it that does not, and that one comes into force.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer add --index index --key tekser.key --review breaches/school-diary-2025
  tekser-indexer publish --index index 20261122-201530-3f9a1c2b

What was published meanwhile would be lost: a generation that is older than the one in force is
refused. Make it anew, or use tekser-indexer rollback if that is meant.")]
pub(super) struct Publish {
    #[command(flatten)]
    index: IndexOption,
    /// The generation, as the command that made it told.
    #[arg(value_name = "GENERATION", value_parser = parse_generation)]
    generation: GenerationId,
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
        self.check_newer(&directory)?;
        let offline = self.offline.load()?;
        let refused = ErasedElsewhere::Refused;
        let index = (&directory, offline.as_ref());
        enter(index, &lock, self.generation, refused)?.print(self.json)
    }

    fn check_newer(&self, directory: &IndexDirectory) -> anyhow::Result<()> {
        match directory.current() {
            Err(GenerationError::Empty { .. }) => Ok(()),
            Ok(in_force) if in_force < self.generation => Ok(()),
            Ok(in_force) => bail!(
                "generation {} is not newer than {in_force}, which is in force and may hold what was published since: \
                 make it anew, or use tekser-indexer rollback if that is meant",
                self.generation
            ),
            Err(error) => Err(error.into()),
        }
    }
}
