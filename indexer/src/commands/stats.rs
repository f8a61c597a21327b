use std::collections::BTreeMap;

use clap::Args;
use exposure_index::breach::BreachId;
use exposure_index::identifier::Kind;
use exposure_index::index::{BreachStatistics, Identifiers, Statistics};
use exposure_index::pairs::{PairFile, PairKind};
use memmap2::Mmap;
use serde_json::json;

use super::options::{Files, FilesOption, owners_alone};
use super::output;
use super::output::table::{Table, breach_table, grouped};
use super::output::tombstones;

/// Show the counts of an index: rows, rejected rows, identifiers.
///
/// Counts are by breach and kind. Identifiers that only rejected rows hold are counted separately, as recovered. If the
/// index keeps pairs, shows their number. Warning lists are shown separately from leaks; the counts by kind cover
/// both.
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
            directory,
            generation,
            public,
            sealed,
            ..
        } = self.files.open()?;
        let pairs = match self.files.is_public() {
            true => None,
            false => directory
                .open_pairs(public.header())
                .map_err(owners_alone)?,
        };
        let pairs = pairs.as_ref().map(pairs_of_each);
        let erased = tombstones::erased(&directory, public.header().key_id)?;
        let mut statistics = public.statistics()?;
        let catalogue = public.catalogue()?;
        let lists = catalogue.breaches.iter();
        let lists = lists.filter(|entry| !entry.metadata.is_leak());
        let warnings: BTreeMap<BreachId, BreachStatistics> = lists
            .filter_map(|entry| statistics.breaches.remove_entry(&entry.metadata.id))
            .collect();
        if let Some(sealed) = sealed {
            let sealed = sealed.statistics()?;
            statistics.identifiers = sealed.both_files.unwrap_or_default();
            statistics.recovered = sealed.both_files_recovered;
            statistics.breaches.extend(sealed.breaches);
        }
        if self.json {
            let Statistics {
                identifiers,
                recovered,
                breaches,
                ..
            } = statistics;
            let mut json = json!({
                "generation": generation.as_str(),
                "identifiers": identifiers,
                "recovered": recovered,
                "breaches": breaches,
                "pairs": pairs,
                "erased": erased,
            });
            if !warnings.is_empty() {
                json["warnings"] = json!(warnings);
            }
            output::line(json)?;
        } else {
            output::data(format_args!(
                "generation {generation}\n\n{}{}{}",
                as_text(&statistics, &warnings),
                pairs.map_or_else(String::new, |pairs| format!("\n{}", pair_table(&pairs))),
                tombstones::erased_line(erased)
            ))?;
        }
        Ok(())
    }
}

fn as_text(statistics: &Statistics, warnings: &BTreeMap<BreachId, BreachStatistics>) -> String {
    let breaches = breach_table("identifiers", &statistics.breaches);
    let mut kinds = Table::new(["kind", "identifiers", "recovered"]);
    for kind in Kind::ALL {
        let count = |of: &Identifiers| of.get(&kind).copied().unwrap_or(0);
        let (strict, recovered) = (count(&statistics.identifiers), count(&statistics.recovered));
        if strict + recovered > 0 {
            kinds.row([kind.to_string(), grouped(strict), grouped(recovered)]);
        }
    }
    let warnings = match warnings.is_empty() {
        true => String::new(),
        false => format!("warning lists\n{}\n", breach_table("entries", warnings)),
    };
    format!("{breaches}\n{warnings}{kinds}")
}

/// Numbers of pairs that are kept of each breach, by kind.
type Pairs = BTreeMap<BreachId, BTreeMap<PairKind, usize>>;

fn pairs_of_each(file: &PairFile<Mmap>) -> Pairs {
    let of_breach = |id: &BreachId| {
        let lists = PairKind::ALL.map(|kind| (kind, file.list(id, kind).unwrap_or_default().len()));
        (id.clone(), BTreeMap::from(lists))
    };
    file.breaches().iter().map(of_breach).collect()
}

fn pair_table(pairs: &Pairs) -> Table<4> {
    let [one, two, three] = PairKind::ALL.map(|kind| kind.to_string());
    let mut table = Table::new(["pairs of", &one, &two, &three]);
    for (id, kinds) in pairs {
        let count = |kind| grouped(kinds.get(&kind).copied().unwrap_or(0) as u64);
        let [one, two, three] = PairKind::ALL.map(count);
        table.row([id.to_string(), one, two, three]);
    }
    table
}
