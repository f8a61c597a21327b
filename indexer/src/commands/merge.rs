use std::path::PathBuf;

use clap::Args;
use exposure_index::generation::IndexDirectory;

use super::options::{IndexOption, OfflineKeyOption};
use super::output;
use super::output::table::grouped;
use super::publishing::{IndexAccess, ReviewOption, current_bytes, make};
use crate::builder::{Parts, merge};

/// Merge indexes that were built elsewhere with the same key.
///
/// Takes the current generation of each. The target may be empty; its breaches are kept. The result is what a build of
/// all breaches together would give, so many machines can share the work.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer merge --index index part-a part-b part-c
  tekser-indexer merge --index index --parts residents-1 residents-2

The parts can be built by any program that runs commands on machines, here GNU parallel:
  parallel tekser-indexer build --index parts/{/} --key tekser.key {} ::: breaches/*
  tekser-indexer merge --index index parts/*

The evaluators' key is not needed. With --parts, indexes may hold the same breach: each was built
from another part of its dump, with the same head of breach.toml. Rows per range are those of the
target, or of the first index. Identifiers that were erased in any of the indexes are left out. An
index that has no tombstones takes over those of another. Those of several cannot be united without
the identifiers: if a warning says that some are not kept, erase those identifiers again.")]
pub(super) struct Merge {
    #[command(flatten)]
    index: IndexOption,
    /// Index directories.
    #[arg(required = true, value_name = "OTHER_DIR")]
    others: Vec<PathBuf>,
    /// Let one breach be in several of the indexes, each with another part of its dump.
    #[arg(long)]
    parts: bool,
    #[command(flatten)]
    offline: OfflineKeyOption,
    #[command(flatten)]
    review: ReviewOption,
    /// Print one JSON object at the end.
    #[arg(long)]
    json: bool,
}

impl Merge {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let directory = self.index.directory();
        let others: Vec<IndexDirectory> = self.others.iter().map(IndexDirectory::at).collect();
        let parts = match self.parts {
            true => Parts::United,
            false => Parts::Refused,
        };
        let sources = others.iter().chain([&directory]);
        let bytes = sources.map(current_bytes).sum();
        let offline = self.offline.load()?;
        let index = IndexAccess {
            directory: &directory,
            offline: offline.as_ref(),
        };
        let mut left = 0;
        make(index, bytes, self.review, self.json, |watch| {
            let merged = merge(&directory, offline.as_ref(), &others, parts, watch)?;
            left = merged.tombstones_left;
            Ok(merged.summary)
        })?;
        if left > 0 {
            output::message(format_args!(
                "warning: {} tombstones of the merged indexes hold only for this generation, since only the identifiers could \
                 match them to those of {}: erase these identifiers there once more, or a dump that is added later brings them back",
                grouped(left as u64),
                directory.path().display(),
            ));
        }
        Ok(())
    }
}
