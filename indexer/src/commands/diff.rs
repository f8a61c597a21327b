use anyhow::Context;
use clap::Args;
use exposure_index::generation::IndexDirectory;
use exposure_index::identifier::Kind;
use exposure_index::index::GenerationId;
use serde_json::{Value, json};

use super::making::watched;
use super::options::{IndexOption, OfflineKeyOption, parse_generation};
use super::output;
use super::table::{Table, grouped};
use crate::build::{BreachChange, Difference, Force, Sides, diff};

/// Show what changed from one generation to another, by breach and kind.
///
/// Left out, TO is the generation in force and FROM the one before it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer diff --index index
  tekser-indexer diff --index index 20261122-201530-3f9a1c2b 20261123-081500-aa01b2c3 --json")]
pub(super) struct Diff {
    #[command(flatten)]
    index: IndexOption,
    /// The earlier generation.
    #[arg(value_name = "FROM", value_parser = parse_generation)]
    from: Option<GenerationId>,
    /// The later generation.
    #[arg(value_name = "TO", value_parser = parse_generation)]
    to: Option<GenerationId>,
    #[command(flatten)]
    offline: OfflineKeyOption,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Diff {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let directory = self.index.directory();
        let to = match self.to {
            Some(to) => to,
            None => directory.current()?,
        };
        let from = match self.from {
            Some(from) => from,
            None => before(&directory, to)?,
        };
        let offline = self.offline.load()?;
        let difference = watched(Force::AtOnce, |watch| {
            diff(&directory, offline.as_ref(), from, to, watch)
        })?;
        if self.json {
            output::line(as_json(&difference, from, to))?;
        } else {
            output::data(format_args!(
                "from {from} to {to}\n\n{}",
                as_text(&difference)
            ))?;
        }
        Ok(())
    }
}

/// The generation before another one.
fn before(directory: &IndexDirectory, to: GenerationId) -> anyhow::Result<GenerationId> {
    let generations = directory.generations()?;
    let before = generations.into_iter().rfind(|generation| *generation < to);
    before.with_context(|| format!("there is no generation before {to} to compare it with"))
}

pub(super) fn as_json(difference: &Difference, from: GenerationId, to: GenerationId) -> Value {
    json!({
        "from": from.as_str(),
        "to": to.as_str(),
        "breaches": difference.breaches,
        "identifiers": difference.identifiers,
    })
}

pub(super) fn as_text(difference: &Difference) -> String {
    let mut breaches = Table::of_text(["breach", ""]);
    let mut kinds = Table::new(["breach and kind", "gone", "new", "kept"]);
    let mut row = |what: String, sides: &Sides| {
        kinds.row([
            what,
            grouped(sides.gone),
            grouped(sides.new),
            grouped(sides.kept),
        ]);
    };
    for (id, breach) in &difference.breaches {
        breaches.row([id.to_string(), told(breach.change).to_owned()]);
        for (kind, sides) in &breach.identifiers {
            row(format!("{id} {kind}"), sides);
        }
    }
    for (kind, sides) in &difference.identifiers {
        row(all_of(*kind), sides);
    }
    format!("{breaches}\n{kinds}")
}

fn all_of(kind: Kind) -> String {
    format!("all {kind}")
}

const fn told(change: BreachChange) -> &'static str {
    match change {
        BreachChange::Added => "added",
        BreachChange::Removed => "removed",
        BreachChange::ToldAnew => "told anew",
        BreachChange::Kept => "",
    }
}
