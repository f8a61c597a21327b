use std::collections::BTreeSet;

use exposure_index::identifier::Kind;

use super::{Section, drawn};
use crate::analysis::BreachFigures;
use crate::report::edition::{Edition, share};
use crate::report::picture::{Bar, Bars, Part, Tone};
use crate::report::table::{Cell, Head, Table};

const ID: &str = "quality";

/// Shows how well the dumps could be read.
pub(super) fn section(edition: &Edition<'_>) -> Section {
    let texts = &edition.texts.quality;
    let drawing = drawn(&edition.figures.breaches, |breaches| {
        Bars::plain(breaches.iter().map(|breach| bar(edition, breach))).draw()
    });
    let mut section = Section::new(ID, &texts.part, drawing);
    section.tables = vec![table(edition), invalid_cells(edition)];
    section
}

fn rejected(breach: &BreachFigures) -> Option<f64> {
    share(breach.quality.rejected_rows, breach.quality.rows)
}

fn bar(edition: &Edition<'_>, breach: &BreachFigures) -> Bar {
    let count = edition.count(breach.quality.rejected_rows);
    let value = match rejected(breach) {
        Some(share) => format!("{count} · {}", edition.share(share)),
        None => count,
    };
    Bar {
        name: edition.name(&breach.metadata.id),
        note: String::new(),
        parts: vec![Part {
            amount: rejected(breach).unwrap_or(0.0),
            tone: Tone::Middle,
        }],
        value,
    }
}

fn table(edition: &Edition<'_>) -> Table {
    let heads = &edition.texts.heads;
    let lines = edition.figures.breaches.iter().map(|breach| {
        let (id, quality) = (&breach.metadata.id, &breach.quality);
        vec![
            Cell::name(edition.name(id), id),
            Cell::Count(Some(quality.rows)),
            Cell::Count(Some(quality.rejected_rows)),
            rejected(breach).map_or(Cell::Nothing, |share| Cell::Share(Some(share))),
            Cell::Count(Some(quality.invalid_cells.values().sum())),
            Cell::Count(quality.recovered),
            Cell::Count(Some(quality.truncated_files)),
        ]
    });
    Table {
        id: ID,
        caption: edition.texts.quality.part.heading,
        heads: vec![
            Head::new(heads.leak, "breach"),
            Head::new(heads.rows, "rows"),
            Head::new(heads.rejected, "rejected_rows"),
            Head::new(heads.share_of_rejected, "share_of_rejected"),
            Head::new(heads.invalid_cells, "invalid_cells"),
            Head::new(heads.recovered, "recovered"),
            Head::new(heads.truncated, "truncated_files"),
        ],
        lines: lines.collect(),
    }
}

fn invalid_cells(edition: &Edition<'_>) -> Table {
    let texts = edition.texts;
    let breaches = &edition.figures.breaches;
    let present = breaches
        .iter()
        .flat_map(|breach| breach.quality.invalid_cells.keys());
    let kinds: BTreeSet<Kind> = present.copied().collect();
    let mut heads = vec![Head::new(texts.heads.leak, "breach")];
    heads.extend(
        kinds
            .iter()
            .map(|kind| Head::new((texts.kind)(*kind), kind.name())),
    );
    let lines = breaches
        .iter()
        .filter(|breach| !breach.quality.invalid_cells.is_empty())
        .map(|breach| {
            let id = &breach.metadata.id;
            let count = |kind| breach.quality.invalid_cells.get(kind).copied().unwrap_or(0);
            let counts = kinds.iter().map(|kind| Cell::Count(Some(count(kind))));
            let name = std::iter::once(Cell::name(edition.name(id), id));
            name.chain(counts).collect()
        });
    Table {
        id: "invalid-cells",
        caption: texts.quality.invalid,
        heads,
        lines: lines.collect(),
    }
}
