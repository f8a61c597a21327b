use clap::Args;
use serde_json::json;

use super::options::{Files, FilesOption};
use super::output;
use super::table::{Table, breach_table, grouped};
use crate::index::Statistics;

/// Show what an index counts: rows, rejected rows and identifiers, by breach and kind.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer stats --index index
  tekser-indexer stats --index index --public --json")]
pub(super) struct Stats {
    #[command(flatten)]
    files: FilesOption,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Stats {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let Files {
            generation,
            public,
            sealed,
        } = self.files.open()?;
        let mut statistics = public.statistics()?;
        if let Some(sealed) = sealed {
            let sealed = sealed.statistics()?;
            statistics.identifiers = sealed.both_files.unwrap_or_default();
            statistics.breaches.extend(sealed.breaches);
        }
        if self.json {
            let Statistics {
                identifiers,
                breaches,
                ..
            } = statistics;
            output::line(
                json!({"generation": generation.as_str(), "identifiers": identifiers, "breaches": breaches}),
            )?;
        } else {
            output::data(format_args!(
                "generation {generation}\n\n{}",
                as_text(&statistics)
            ))?;
        }
        Ok(())
    }
}

fn as_text(statistics: &Statistics) -> String {
    let breaches = breach_table("identifiers", &statistics.breaches);
    let mut kinds = Table::new(["kind", "identifiers"]);
    for (kind, count) in &statistics.identifiers {
        kinds.row([kind.to_string(), grouped(*count)]);
    }
    format!("{breaches}\n{kinds}")
}
