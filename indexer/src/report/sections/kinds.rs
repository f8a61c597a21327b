use exposure_index::identifier::Kind;

use super::by_kind::ByKind;
use super::{Section, drawn};
use crate::report::edition::Edition;
use crate::report::picture::{Bar, Bars, Part, Tone};
use crate::report::table::{Cell, Head, Table};

const ID: &str = "kinds";

/// Shows identifiers by kind.
pub(super) fn section(edition: &Edition<'_>) -> Section {
    let texts = edition.texts;
    let mut kinds: Vec<(Kind, Option<u64>)> = edition
        .figures
        .identifiers
        .kinds
        .iter()
        .map(|(kind, count)| (*kind, *count))
        .collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let drawing = drawn(&kinds, |kinds| {
        let bars = kinds.iter().map(|(kind, count)| Bar {
            name: (texts.kind)(*kind).to_owned(),
            note: String::new(),
            parts: vec![Part::of(*count, Tone::Dark)],
            value: edition.with_share(*count),
        });
        Bars::plain(bars).draw()
    });
    let mut section = Section::new(ID, &texts.kinds.part, drawing);
    section.tables = vec![table(edition, &kinds), of_leaks(edition)];
    section
}

fn table(edition: &Edition<'_>, kinds: &[(Kind, Option<u64>)]) -> Table {
    let heads = &edition.texts.heads;
    let lines = kinds.iter().map(|(kind, count)| {
        vec![
            Cell::name((edition.texts.kind)(*kind), kind),
            Cell::Count(*count),
            Cell::Share(edition.share_of_all(*count)),
        ]
    });
    Table {
        id: ID,
        caption: edition.texts.kinds.part.heading,
        heads: vec![
            Head::new(heads.kind, "kind"),
            Head::new(heads.identifiers, "identifiers"),
            Head::new(heads.share, "share"),
        ],
        lines: lines.collect(),
    }
}

fn of_leaks(edition: &Edition<'_>) -> Table {
    let lines = edition.figures.breaches.iter().map(|breach| {
        let id = &breach.metadata.id;
        (vec![Cell::name(edition.name(id), id)], &breach.identifiers)
    });
    let by_kind = ByKind {
        id: "kinds-of-leaks",
        caption: edition.texts.kinds.by_leak,
        heads: vec![Head::new(edition.texts.heads.leak, "breach")],
        lines: lines.collect(),
    };
    by_kind.table(edition)
}
