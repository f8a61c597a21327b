use bytesize::ByteSize;
use clap::Args;
use exposure_index::generation::IndexDirectory;
use exposure_index::index::GenerationId;
use serde_json::json;

use super::options::{IndexOption, at_least};
use super::output;

/// Remove old generations.
///
/// The current one stays, whatever its age. Erased identifiers are in no generation built since, but in every older one
/// until it is removed.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer prune --index index --keep 3 --dry-run
  tekser-indexer prune --index index --keep 1")]
pub(super) struct Prune {
    #[command(flatten)]
    index: IndexOption,
    /// Number of generations to keep: the current one, and the latest others.
    #[arg(long, value_name = "N", value_parser = at_least::<u32>(1))]
    keep: u32,
    /// Show what would be removed, and remove nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Prune {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let directory = self.index.directory();
        let current = directory.current()?;
        let lock = directory.lock()?;
        if !self.dry_run {
            directory.tidy(&lock)?;
        }
        let (mut removed, mut bytes) = (Vec::new(), 0);
        for generation in superfluous(&directory, current, self.keep as usize)? {
            bytes += directory.bytes(generation)?;
            if !self.dry_run {
                directory.remove(&lock, generation)?;
            }
            removed.push(generation.to_string());
        }
        self.report(&removed, bytes)
    }

    fn report(&self, removed: &[String], bytes: u64) -> anyhow::Result<()> {
        if self.json {
            let json = json!({ "removed": removed, "bytes": bytes, "dry_run": self.dry_run });
            return Ok(output::line(json)?);
        }
        let (done, room) = match self.dry_run {
            true => ("would go", "would free"),
            false => ("removed", "freed"),
        };
        for generation in removed {
            output::line(format_args!("{done:<10}  {generation}"))?;
        }
        output::line(format_args!("{room:<10}  {}", ByteSize(bytes)))?;
        Ok(())
    }
}

/// Returns all generations except the current one and the latest others, `keep` in all; oldest first.
fn superfluous(
    directory: &IndexDirectory,
    current: GenerationId,
    keep: usize,
) -> anyhow::Result<Vec<GenerationId>> {
    let mut others = directory.generations()?;
    others.retain(|generation| *generation != current);
    others.truncate(others.len().saturating_sub(keep - 1));
    Ok(others)
}
