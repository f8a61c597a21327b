use exposure_index::breach::BreachId;
use maud::html;

use super::{Section, drawn};
use crate::analysis::PairFigures;
use crate::report::edition::Edition;
use crate::report::picture::{Field, HeatMap};
use crate::report::table::{Cell, Head, Table, WITHHELD};

const ID: &str = "overlaps";

/// Shows how much of each leak another one holds.
pub(super) fn section(edition: &Edition<'_>) -> Section {
    let texts = &edition.texts.overlaps;
    let pairs = &edition.figures.overlaps;
    let drawing = drawn(pairs, |pairs| heat_map(edition, pairs).draw());
    let mut section = Section::new(ID, &texts.part, drawing);
    section.nothing = Some(texts.too_few);
    if pairs.iter().any(|pair| pair.common == Some(0)) {
        section.legend = Some(html! { p.note { (texts.without_common) } });
    }
    section.tables.push(table(edition));
    section
}

fn heat_map(edition: &Edition<'_>, pairs: &[PairFigures]) -> HeatMap {
    let is_compared = |id: &&BreachId| {
        pairs
            .iter()
            .any(|pair| pair.first == **id || pair.second == **id)
    };
    let ids = edition
        .figures
        .breaches
        .iter()
        .map(|breach| &breach.metadata.id);
    let ids: Vec<&BreachId> = ids.filter(is_compared).collect();
    let line = |of: &&BreachId| ids.iter().map(|by| field(pairs, of, by)).collect();
    HeatMap {
        names: ids.iter().map(|id| edition.name(id)).collect(),
        fields: ids.iter().map(line).collect(),
    }
}

/// Returns the field with the share of one leak that the other holds, too.
fn field(pairs: &[PairFigures], of: &BreachId, by: &BreachId) -> Field {
    let blank = |text: &str| Field {
        share: 0.0,
        text: text.to_owned(),
    };
    let forth = pairs
        .iter()
        .find(|pair| pair.first == *of && pair.second == *by);
    let back = pairs
        .iter()
        .find(|pair| pair.first == *by && pair.second == *of);
    let (pair, share) = match (forth, back) {
        (Some(pair), _) => (pair, pair.first_in_second),
        (_, Some(pair)) => (pair, pair.second_in_first),
        _ => return blank("–"),
    };
    match (pair.common, share) {
        (None, _) => blank(WITHHELD),
        (_, None) => blank("–"),
        (_, Some(share)) => Field {
            share,
            text: per_cent(share),
        },
    }
}

/// Writes a share briefly enough for a field; 0 and 100 are exact.
fn per_cent(share: f64) -> String {
    match (100.0 * share).round() {
        0.0 if share > 0.0 => "<1".to_owned(),
        100.0 if share < 1.0 => ">99".to_owned(),
        whole => format!("{whole:.0}"),
    }
}

fn table(edition: &Edition<'_>) -> Table {
    let heads = &edition.texts.heads;
    let share = |pair: &PairFigures, share: Option<f64>| match pair.common {
        Some(_) if share.is_none() => Cell::Nothing,
        _ => Cell::Share(share),
    };
    let with_common = |pair: &&PairFigures| pair.common != Some(0);
    let lines = edition
        .figures
        .overlaps
        .iter()
        .filter(with_common)
        .map(|pair| {
            vec![
                Cell::name(edition.name(&pair.first), &pair.first),
                Cell::name(edition.name(&pair.second), &pair.second),
                Cell::Count(pair.common),
                share(pair, pair.jaccard),
                share(pair, pair.first_in_second),
                share(pair, pair.second_in_first),
            ]
        });
    Table {
        id: ID,
        caption: edition.texts.overlaps.part.heading,
        heads: vec![
            Head::new(heads.first, "first"),
            Head::new(heads.second, "second"),
            Head::new(heads.common, "common"),
            Head::new(heads.of_either, "jaccard"),
            Head::new(heads.of_first, "first_in_second"),
            Head::new(heads.of_second, "second_in_first"),
        ],
        lines: lines.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_says_nothing_or_everything_only_of_nothing_or_everything() {
        for (share, text) in [
            (0.0, "0"),
            (0.001, "<1"),
            (0.5, "50"),
            (0.999, ">99"),
            (1.0, "100"),
        ] {
            assert_eq!(per_cent(share), text);
        }
    }
}
