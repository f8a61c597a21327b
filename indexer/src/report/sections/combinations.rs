use exposure_index::breach::BreachId;

use super::{Section, drawn};
use crate::analysis::CombinationFigures;
use crate::report::edition::Edition;
use crate::report::picture::{Combination, UpSet};
use crate::report::table::{Cell, Head, Table};

const ID: &str = "combinations";

/// Shows which leaks hold the same identifiers.
pub(super) fn section(edition: &Edition<'_>) -> Section {
    let drawing = drawn(&edition.figures.combinations, |combinations| {
        up_set(edition, combinations).draw()
    });
    let texts = &edition.texts.combinations;
    let mut section = Section::new(ID, &texts.part, drawing);
    let others = &edition.figures.other_combinations;
    if others.combinations > 0 {
        let (count, identifiers) = (
            edition.count(others.combinations as u64),
            edition.count(others.identifiers),
        );
        section.lead.push((texts.others)(&count, &identifiers));
    }
    section.tables.push(table(edition));
    section
}

/// Plots the combinations, and in order of date the leaks that any of them has.
fn up_set(edition: &Edition<'_>, combinations: &[CombinationFigures]) -> UpSet {
    let ids = edition
        .figures
        .breaches
        .iter()
        .map(|breach| &breach.metadata.id);
    let is_shown = |id: &&BreachId| combinations.iter().any(|one| one.breaches.contains(id));
    let leaks: Vec<&BreachId> = ids.filter(is_shown).collect();
    let combination = |one: &CombinationFigures| Combination {
        leaks: (0..leaks.len())
            .filter(|place| one.breaches.contains(leaks[*place]))
            .collect(),
        identifiers: one.identifiers,
        value: edition.with_share(Some(one.identifiers)),
    };
    UpSet {
        leaks: leaks.iter().map(|id| edition.name(id)).collect(),
        combinations: combinations.iter().map(combination).collect(),
    }
}

fn table(edition: &Edition<'_>) -> Table {
    let (heads, breaches) = (&edition.texts.heads, &edition.figures.breaches);
    let line = |shown: String, key: String, identifiers: u64| {
        vec![
            Cell::name(shown, &key),
            Cell::Count(Some(identifiers)),
            Cell::Share(edition.share_of_all(Some(identifiers))),
        ]
    };
    let shown = edition.figures.combinations.iter().map(|one| {
        let in_order = breaches.iter().map(|breach| &breach.metadata.id);
        let of_it = in_order.filter(|id| one.breaches.contains(id));
        let names: Vec<String> = of_it.map(|id| edition.name(id)).collect();
        let ids: Vec<&str> = one.breaches.iter().map(BreachId::as_str).collect();
        line(names.join(" + "), ids.join(" & "), one.identifiers)
    });
    let mut lines: Vec<Vec<Cell>> = shown.collect();
    let others = &edition.figures.other_combinations;
    if others.combinations > 0 {
        let text = edition.texts.combinations.other.to_owned();
        lines.push(line(text, String::new(), others.identifiers));
    }
    Table {
        id: ID,
        caption: edition.texts.combinations.part.heading,
        heads: vec![
            Head::new(heads.combination, "breaches"),
            Head::new(heads.identifiers, "identifiers"),
            Head::new(heads.share, "share"),
        ],
        lines,
    }
}
