//! What changed between two generations? The command that shows it.

use anyhow::Context;
use clap::Args;
use exposure_index::breach::BreachId;
use exposure_index::generation::IndexDirectory;
use exposure_index::index::GenerationId;
use serde_json::{Value, json};

use super::options::{IndexOption, OfflineKeyOption, parse_generation};
use super::output;
use super::output::table::{Table, grouped, plural};
use super::publishing::watched;
use crate::builder::Activation;
use crate::comparison::diff;
use crate::comparison::{BreachChange, Difference, Sides};

/// Show what changed between two generations, by breach and kind.
///
/// By default, TO is the current generation and FROM the one before it. --all also shows what is the same in both.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer diff --index index
  tekser-indexer diff --index index 20261122-201530-3f9a1c2b 20261123-081500-aa01b2c3 --json")]
pub(super) struct Diff {
    #[command(flatten)]
    index: IndexOption,
    /// Earlier generation.
    #[arg(value_name = "FROM", value_parser = parse_generation)]
    from: Option<GenerationId>,
    /// Later generation.
    #[arg(value_name = "TO", value_parser = parse_generation)]
    to: Option<GenerationId>,
    #[command(flatten)]
    offline: OfflineKeyOption,
    /// Also show what did not change; JSON always has it.
    #[arg(long, conflicts_with = "json")]
    all: bool,
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
        let difference = watched(Activation::AtOnce, |watch| {
            diff(&directory, offline.as_ref(), from, to, watch)
        })?;
        if self.json {
            output::line(as_json(&difference, from, to))?;
        } else {
            output::data(format_args!(
                "from {from} to {to}\n\n{}",
                match self.all {
                    true => as_text(&difference, Shown::All),
                    false => as_text(&difference, Shown::Changes),
                }
            ))?;
        }
        Ok(())
    }
}

/// Returns the generation before another one.
pub(super) fn before(directory: &IndexDirectory, to: GenerationId) -> anyhow::Result<GenerationId> {
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

/// The lines of a comparison that are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    All,
    /// Only lines in which something changed.
    Changes,
}

pub(super) fn as_text(difference: &Difference, shown: Shown) -> String {
    let mut lines = Lines::new(shown);
    for (id, breach) in &difference.breaches {
        lines.breach(id, breach.change);
        for (kind, sides) in &breach.identifiers {
            lines.kind(format!("{id} {kind}"), *sides);
        }
    }
    for (kind, sides) in &difference.identifiers {
        lines.kind(format!("all {kind}"), *sides);
    }
    lines.to_text()
}

/// The two tables of a comparison, without hidden lines.
struct Lines {
    shown: Shown,
    breaches: Table<2>,
    kinds: Table<4>,
    /// Number of lines of each table.
    counts: [usize; 2],
    left_out: u64,
}

impl Lines {
    fn new(shown: Shown) -> Self {
        Self {
            shown,
            breaches: Table::of_text(["breach", ""]),
            kinds: Table::new(["breach and kind", "gone", "new", "kept"]),
            counts: [0; 2],
            left_out: 0,
        }
    }

    fn is_shown(&mut self, has_changed: bool) -> bool {
        let is_shown = has_changed || self.shown == Shown::All;
        self.left_out += u64::from(!is_shown);
        is_shown
    }

    fn breach(&mut self, id: &BreachId, change: BreachChange) {
        if self.is_shown(change != BreachChange::Kept) {
            self.counts[0] += 1;
            let change = words(change).to_owned();
            self.breaches.row([id.to_string(), change]);
        }
    }

    fn kind(&mut self, what: String, Sides { gone, new, kept }: Sides) {
        if self.is_shown(gone + new > 0) {
            self.counts[1] += 1;
            let [gone, new, kept] = [gone, new, kept].map(grouped);
            self.kinds.row([what, gone, new, kept]);
        }
    }

    fn to_text(&self) -> String {
        let [breaches, kinds] = self.counts;
        let mut text = match (breaches, kinds) {
            (0, 0) => "nothing changed\n".to_owned(),
            (0, _) => self.kinds.to_string(),
            (_, 0) => self.breaches.to_string(),
            _ => format!("{}\n{}", self.breaches, self.kinds),
        };
        if self.left_out > 0 {
            text.push_str(&format!(
                "\n{} without a change left out; tekser-indexer diff --all shows {}\n",
                plural(self.left_out, "line"),
                if self.left_out == 1 { "it" } else { "them" },
            ));
        }
        text
    }
}

const fn words(change: BreachChange) -> &'static str {
    match change {
        BreachChange::Added => "added",
        BreachChange::Removed => "removed",
        BreachChange::DescriptionChanged => "description changed",
        BreachChange::Kept => "",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use exposure_index::identifier::Kind;

    use super::*;
    use crate::comparison::BreachDifference;

    fn breach(change: BreachChange, sides: Sides) -> BreachDifference {
        BreachDifference {
            change,
            identifiers: BTreeMap::from([(Kind::Iin, sides)]),
        }
    }

    fn difference(new: u64) -> Difference {
        let id = |id: &str| BreachId::try_from(id.to_owned()).expect("an id");
        let sides = |new| Sides {
            gone: 0,
            new,
            kept: 7,
        };
        Difference {
            breaches: BTreeMap::from([
                (id("old-2019"), breach(BreachChange::Kept, sides(0))),
                (
                    id("new-2020"),
                    breach(
                        if new > 0 {
                            BreachChange::Added
                        } else {
                            BreachChange::Kept
                        },
                        sides(new),
                    ),
                ),
            ]),
            identifiers: BTreeMap::from([(Kind::Iin, sides(new)), (Kind::Phone, sides(0))]),
        }
    }

    #[test]
    fn only_what_changed_is_shown_unless_all_is_wanted() {
        let text = as_text(&difference(5), Shown::Changes);
        assert!(
            text.contains("new-2020 iin") && text.contains("all iin"),
            "{text}"
        );
        assert!(
            !text.contains("old-2019") && !text.contains("all phone"),
            "{text}"
        );
        assert!(text.contains("3 lines without a change left out"), "{text}");
        let all = as_text(&difference(5), Shown::All);
        assert!(
            all.contains("old-2019 iin") && all.contains("all phone"),
            "{all}"
        );
        assert!(!all.contains("left out"), "{all}");
    }

    #[test]
    fn a_comparison_without_changes_says_so() {
        let text = as_text(&difference(0), Shown::Changes);
        assert!(text.starts_with("nothing changed\n"), "{text}");
    }
}
