use clap::Args;
use exposure_index::breach::BreachId;

use super::options::{IndexOption, OfflineKeyOption, parse_breach};
use super::publishing::{IndexAccess, ReviewOption, current_bytes, make};
use crate::builder::remove;

/// Remove breaches from the current index, such as a retracted one.
///
/// Needs neither the key of the evaluators nor dumps. The result is what a build without these breaches would give.
#[derive(Args)]
#[command(after_help = "\
Example:
  tekser-indexer remove --index index combo-2021

Older generations contain the breach for as long as they are on the disk.")]
pub(super) struct Remove {
    #[command(flatten)]
    index: IndexOption,
    /// Ids of the breaches.
    #[arg(required = true, value_name = "BREACH_ID", value_parser = parse_breach)]
    breaches: Vec<BreachId>,
    #[command(flatten)]
    offline: OfflineKeyOption,
    #[command(flatten)]
    review: ReviewOption,
    /// Print one JSON object at the end.
    #[arg(long)]
    json: bool,
}

impl Remove {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let (directory, offline) = (self.index.directory(), self.offline.load()?);
        let (bytes, offline) = (current_bytes(&directory), offline.as_ref());
        let index = IndexAccess {
            directory: &directory,
            offline,
        };
        make(index, bytes, self.review, self.json, |watch| {
            remove(&directory, offline, &self.breaches, watch)
        })
    }
}
