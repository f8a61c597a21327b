//! How is a comparison shown?

use std::fmt::Display;

use exposure_index::breach::BreachId;
use serde_json::{Value, json};

use crate::commands::output::table::{Table, grouped};
use crate::comparison::{Combination, Comparison, Known, Origins, Provenance};

/// Maximum number of leaks that a verdict names, and the smallest share of a dump worth naming, in percent.
const NAMED: usize = 5;
const LEAST_PERCENT: f64 = 1.0;
/// Maximum number of combinations that are listed.
const LISTED: usize = 12;
/// Name of what was found in no leak.
const NOWHERE: &str = "nowhere before";

pub(super) fn as_json(dump: &BreachId, comparison: &Comparison) -> Value {
    json!({
        "dump": dump,
        "generation": comparison.generation.as_str(),
        "verdict": verdicts(comparison),
        "pairs": comparison.pairs,
        "pairs_by_chance": comparison.pairs.as_ref().map(|_| comparison.pairs_by_chance),
        "without_pairs": comparison.without_pairs,
        "identifiers": comparison.identifiers,
        "is_in_index": comparison.is_in_index,
        "rows": comparison.read.rows,
        "rejected_rows": comparison.read.rejected_rows,
        "evaluated": comparison.evaluated,
        "seconds": comparison.duration.as_secs_f64(),
    })
}

pub(super) fn as_text(dump: &BreachId, comparison: &Comparison) -> String {
    let mut text = format!(
        "{dump} compared with generation {}\n\n",
        comparison.generation
    );
    for line in verdicts(comparison).iter().chain(&notes(dump, comparison)) {
        text.push_str(&format!("{line}.\n"));
    }
    text.push_str(&format!(
        "\n{}\n{}\n{}\n{}",
        counts(comparison),
        sentences(comparison),
        leaks(comparison),
        combinations(comparison)
    ));
    text
}

/// Returns pairs, then identifiers, which say less; each under its name.
fn parts(comparison: &Comparison) -> Vec<(String, &Provenance)> {
    let mut parts = Vec::new();
    if let Some(pairs) = &comparison.pairs {
        parts.extend(named("pairs", pairs));
    }
    parts.extend(named("identifiers", &comparison.identifiers));
    parts
}

fn named<'a, K: Display>(
    all: &str,
    origins: &'a Origins<K>,
) -> impl Iterator<Item = (String, &'a Provenance)> + use<'a, K> {
    let kinds = origins.kinds.iter();
    let kinds = kinds.map(|(kind, provenance)| (format!("  {kind}"), provenance));
    std::iter::once((all.to_owned(), &origins.all)).chain(kinds)
}

/// Explains the dump in sentences.
fn verdicts(comparison: &Comparison) -> Vec<String> {
    let pairs = comparison.pairs.iter().map(|pairs| ("pairs", &pairs.all));
    let all = pairs.chain([("identifiers", &comparison.identifiers.all)]);
    all.map(|(what, provenance)| match provenance.all {
        0 => format!("It has no {what} that can be compared"),
        _ => format!("Of its {what} {}", sentence(provenance)),
    })
    .collect()
}

/// `71.0 % are in voters-2019, 18.0 % more in microloans-2024, 11.0 % nowhere before`.
fn sentence(provenance: &Provenance) -> String {
    let percent = |count: u64| 100.0 * count as f64 / provenance.all.max(1) as f64;
    let named = provenance.known.iter().take(NAMED);
    let named = named.take_while(|known| percent(known.explained) >= LEAST_PERCENT);
    let mut rest = provenance.all - provenance.new;
    let mut shares: Vec<String> = Vec::new();
    for known in named {
        rest -= known.explained;
        let how = if shares.is_empty() {
            "are in"
        } else {
            "more in"
        };
        let share = percent(known.explained);
        shares.push(format!("{share:.1} % {how} {}", known.breach));
    }
    if rest > 0 {
        shares.push(format!("{:.1} % more in other leaks", percent(rest)));
    }
    shares.push(format!("{:.1} % {NOWHERE}", percent(provenance.new)));
    shares.join(", ")
}

/// Returns what a reader of the figures must know.
fn notes(dump: &BreachId, comparison: &Comparison) -> Vec<String> {
    let mut notes = Vec::new();
    if comparison.pairs.is_none() {
        notes.push(
            "This index keeps no pairs, so identifiers alone were compared, and everybody's IIN is in any full leak: \
             build it with --pairs"
                .to_owned(),
        );
    } else if !comparison.without_pairs.is_empty() {
        let ids: Vec<&str> = comparison
            .without_pairs
            .iter()
            .map(BreachId::as_str)
            .collect();
        notes.push(format!(
            "No pairs were kept of {}: those that came from there seem to be new",
            ids.join(", ")
        ));
    }
    if comparison.pairs_by_chance >= 1.0 {
        notes.push(format!(
            "Up to {} of the pairs are in some leak by chance, as fingerprints have 40 bits",
            grouped(comparison.pairs_by_chance.round() as u64)
        ));
    }
    if comparison.is_in_index {
        notes.push(format!(
            "A leak named {dump} is in the index; the dump was not compared with it"
        ));
    }
    notes
}

fn counts(comparison: &Comparison) -> Table<4> {
    let mut table = Table::new(["of the dump", "all", "known", "new"]);
    for (name, provenance) in parts(comparison) {
        let known = provenance.all - provenance.new;
        let [all, known, new] = [provenance.all, known, provenance.new].map(grouped);
        table.row([name, all, known, new]);
    }
    table
}

fn sentences(comparison: &Comparison) -> Table<2> {
    let mut table = Table::of_text(["of its", "how much is where"]);
    for (name, provenance) in parts(comparison).into_iter().filter(|(_, one)| one.all > 0) {
        table.row([name, sentence(provenance)]);
    }
    table
}

/// Tabulates what each leak has of the dump, explains, and has alone: pairs, then identifiers.
fn leaks(comparison: &Comparison) -> Table<7> {
    let mut table = Table::new([
        "leak",
        "pairs",
        "explained",
        "alone",
        "identifiers",
        "explained",
        "alone",
    ]);
    let pairs = comparison.pairs.iter().flat_map(|pairs| &pairs.all.known);
    let pairs: Vec<&Known> = pairs.collect();
    let identifiers = &comparison.identifiers.all.known;
    // Whatever has a pair has its identifiers.
    let is_paired = |known: &&Known| pairs.iter().any(|one| one.breach == known.breach);
    let others = identifiers.iter().filter(|known| !is_paired(known));
    for Known { breach, .. } in pairs.iter().copied().chain(others) {
        let of = |known: Option<&Known>| {
            let figures = known.map(|known| [known.common, known.explained, known.alone]);
            figures.map_or_else(|| [(); 3].map(|()| "-".to_owned()), |all| all.map(grouped))
        };
        let [one, two, three] = of(pairs.iter().copied().find(|known| known.breach == *breach));
        let [four, five, six] = of(identifiers.iter().find(|known| known.breach == *breach));
        table.row([breach.to_string(), one, two, three, four, five, six]);
    }
    table
}

/// Tabulates how much is in exactly which leaks.
fn combinations(comparison: &Comparison) -> String {
    let pairs = comparison
        .pairs
        .as_ref()
        .map(|pairs| &pairs.all.combinations);
    let pairs: &[Combination] = pairs.map_or(&[], Vec::as_slice);
    let identifiers = &*comparison.identifiers.all.combinations;
    let is_paired = |one: &&Combination| pairs.iter().any(|pair| pair.breaches == one.breaches);
    let others = identifiers.iter().filter(|one| !is_paired(one));
    let all: Vec<&Combination> = pairs.iter().chain(others).collect();
    let mut table = Table::new(["exactly in", "pairs", "identifiers"]);
    for Combination { breaches, .. } in all.iter().take(LISTED) {
        let count = |among: &[Combination]| {
            let found = among.iter().find(|one| one.breaches == *breaches);
            found.map_or_else(|| "-".to_owned(), |one| grouped(one.count))
        };
        table.row([exactly(breaches), count(pairs), count(identifiers)]);
    }
    match all.len().saturating_sub(LISTED) {
        0 => table.to_string(),
        more => format!("{table}{more} more with fewer: --json lists them\n"),
    }
}

fn exactly(breaches: &[BreachId]) -> String {
    let ids: Vec<&str> = breaches.iter().map(BreachId::as_str).collect();
    match ids.is_empty() {
        true => NOWHERE.to_owned(),
        false => ids.join(" & "),
    }
}
