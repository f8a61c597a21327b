//! How much do breaches have in common? The command that shows it.

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use clap::Args;
use exposure_index::breach::BreachId;
use exposure_index::identifier::Kind;
use memmap2::Mmap;
use serde_json::{Value, json};

use super::options::{AudienceOption, FormatOption, parse_breach};
use super::output::table::{Table, grouped};
use super::output::{self, WITHHELD};
use crate::analysis::{
    BreachPlace, Combinations, Corpus, OverlapCounts, Pair, PublishedPair, overlaps,
};

/// Maximum number of breaches; more would be millions of pairs.
const MOST_BREACHES: usize = 2000;
const CSV_HEADER: [&str; 9] = [
    "first",
    "second",
    "kind",
    "first_identifiers",
    "second_identifiers",
    "common",
    "jaccard",
    "first_in_second",
    "second_in_first",
];

/// Show how much any two breaches have in common.
///
/// Shows for each pair the identifiers in both, their share of those in either (Jaccard's index), and of those in each
/// (how much of one is in the other). Sensitive breaches are compared as well, unless --public leaves them out.
/// Identifiers recovered from rejected rows count like the others.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer overlap --index index
  tekser-indexer overlap --index index --by-kind residents-2025 voters-2019
  tekser-indexer overlap --index index --csv > overlap.csv

As text, pairs with nothing in common are left out, and those with the most in common come first.
JSON and CSV have every pair, in order of the names, of each kind and of all.

With --public, * replaces the figures of a pair if the identifiers in both, or those in only one of
the two, number more than 0 and fewer than --min-cell; it also replaces the smallest kinds from which they
could be computed.")]
pub(super) struct Overlap {
    #[command(flatten)]
    audience: AudienceOption,
    #[command(flatten)]
    format: FormatOption,
    /// Also show each kind of identifier.
    #[arg(long)]
    by_kind: bool,
    /// Breaches to compare with each other; by default all leaks.
    #[arg(value_name = "BREACH_ID", value_parser = parse_breach)]
    breaches: Vec<BreachId>,
}

impl Overlap {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let files = self.audience.open()?;
        let (generation, corpus) = (files.generation, files.corpus()?);
        let places = self.places(&corpus)?;
        let combinations = Combinations::count(&corpus, &places)?;
        let pairs = overlaps(&combinations, &places);
        let least = self.audience.least();
        let table = OverlapTable {
            corpus: &corpus,
            pairs: pairs
                .into_iter()
                .map(|pair| pair.published(least))
                .collect(),
        };
        if self.format.json {
            output::line(json!({"generation": generation.as_str(), "pairs": table.as_json()}))?;
        } else if self.format.csv {
            output::csv(CSV_HEADER, table.csv_rows())?;
        } else {
            output::data(format_args!(
                "generation {generation}\n\n{}",
                table.as_text(self.by_kind)
            ))?;
        }
        Ok(())
    }

    /// Returns the places of the named breaches, ascending.
    fn places(&self, corpus: &Corpus<'_, Mmap>) -> anyhow::Result<Vec<BreachPlace>> {
        let place = |id: &BreachId| {
            let is_named = |place: &BreachPlace| corpus.breach(*place).id() == id;
            ensure!(
                !corpus.places().any(|place| is_named(&place))
                    || corpus.leaks().any(|place| is_named(&place)),
                "{id} is a warning list; overlap compares only leaks: leave it out"
            );
            let place = corpus.places().find(is_named);
            place.with_context(|| {
                format!("{id} is not in the index: tekser-indexer stats lists those that are")
            })
        };
        let named: BTreeSet<BreachPlace> =
            self.breaches.iter().map(place).collect::<Result<_, _>>()?;
        let places: Vec<BreachPlace> = match named.is_empty() {
            true => corpus.leaks().collect(),
            false => named.into_iter().collect(),
        };
        ensure!(
            places.len() != 1,
            "one breach has no pair: name at least two"
        );
        ensure!(
            places.len() <= MOST_BREACHES,
            "{} breaches are too many pairs: name at most {MOST_BREACHES}",
            places.len()
        );
        Ok(places)
    }
}

/// Pairs, as they are shown.
struct OverlapTable<'a> {
    corpus: &'a Corpus<'a, Mmap>,
    pairs: Vec<PublishedPair>,
}

impl OverlapTable<'_> {
    fn id(&self, place: BreachPlace) -> String {
        self.corpus.breach(place).id().to_string()
    }

    fn as_json(&self) -> Value {
        let pair = |published: &PublishedPair| {
            let Pair { first, second, .. } = published.pair;
            let kinds = published.pair.kinds();
            let kinds = kinds.map(|kind| (kind.to_string(), figures(published.shared(Some(kind)))));
            json!({
                "first": self.id(first),
                "second": self.id(second),
                "all": figures(published.shared(None)),
                "kinds": Value::Object(kinds.collect()),
            })
        };
        self.pairs.iter().map(pair).collect()
    }

    fn csv_rows(&self) -> impl Iterator<Item = [String; 9]> {
        self.pairs.iter().flat_map(|published| {
            let kinds = std::iter::once(None).chain(published.pair.kinds().map(Some));
            kinds.map(|kind| self.csv_row(published, kind))
        })
    }

    fn csv_row(&self, published: &PublishedPair, kind: Option<Kind>) -> [String; 9] {
        let pair = &published.pair;
        let shared = published.shared(kind);
        let count = |count: fn(&OverlapCounts) -> u64| {
            shared.map_or(WITHHELD.to_owned(), |shared| count(&shared).to_string())
        };
        let share = |share: fn(&OverlapCounts) -> Option<f64>| match shared {
            Some(shared) => share(&shared).map_or(String::new(), |share| format!("{share:.6}")),
            None => WITHHELD.to_owned(),
        };
        [
            self.id(pair.first),
            self.id(pair.second),
            kind_name(kind),
            count(|shared| shared.first),
            count(|shared| shared.second),
            count(|shared| shared.common),
            share(OverlapCounts::jaccard),
            share(OverlapCounts::first_in_second),
            share(OverlapCounts::second_in_first),
        ]
    }

    fn as_text(&self, by_kind: bool) -> String {
        let mut pairs: Vec<&PublishedPair> = self.pairs.iter().collect();
        pairs.retain(|published| published.pair.common.total() > 0);
        pairs.sort_by_key(|published| {
            std::cmp::Reverse(published.shared(None).map(|shared| shared.common))
        });
        let mut table = Table::new([
            "pair",
            "kind",
            "common",
            "of either",
            "of the first",
            "of the second",
        ]);
        for published in &pairs {
            let name = format!(
                "{} & {}",
                self.id(published.pair.first),
                self.id(published.pair.second)
            );
            table.row(text_row(name, published, None));
            if by_kind {
                for kind in published
                    .pair
                    .kinds()
                    .filter(|kind| published.pair.common.get(*kind) > 0)
                {
                    table.row(text_row(String::new(), published, Some(kind)));
                }
            }
        }
        match self.pairs.len() - pairs.len() {
            0 => table.to_string(),
            apart => format!("{table}\n{apart} pairs have nothing in common\n"),
        }
    }
}

fn figures(shared: Option<OverlapCounts>) -> Value {
    shared.map_or(Value::Null, |shared| {
        json!({
            "first": shared.first,
            "second": shared.second,
            "common": shared.common,
            "jaccard": shared.jaccard(),
            "first_in_second": shared.first_in_second(),
            "second_in_first": shared.second_in_first(),
        })
    })
}

fn kind_name(kind: Option<Kind>) -> String {
    kind.map_or("all".to_owned(), |kind| kind.to_string())
}

fn text_row(name: String, published: &PublishedPair, kind: Option<Kind>) -> [String; 6] {
    let shared = published.shared(kind);
    let share =
        |share: fn(&OverlapCounts) -> Option<f64>| match shared.and_then(|shared| share(&shared)) {
            Some(share) => format!("{:.1} %", 100.0 * share),
            None => WITHHELD.to_owned(),
        };
    [
        name,
        kind_name(kind),
        shared.map_or(WITHHELD.to_owned(), |shared| grouped(shared.common)),
        share(OverlapCounts::jaccard),
        share(OverlapCounts::first_in_second),
        share(OverlapCounts::second_in_first),
    ]
}
