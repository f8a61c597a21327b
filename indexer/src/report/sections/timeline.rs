use super::{Section, drawn};
use crate::report::edition::Edition;
use crate::report::picture::{Leak, Timeline};
use crate::report::table::{Cell, Head, Table};

const ID: &str = "timeline";

/// Shows when the leaks happened.
pub(super) fn section(edition: &Edition<'_>) -> Section {
    let texts = edition.texts;
    let drawing = drawn(&edition.figures.breaches, |breaches| {
        let leaks = breaches.iter().map(|breach| Leak {
            name: edition.name(&breach.metadata.id),
            date: &breach.metadata.date,
            identifiers: breach.identifiers.all,
            value: edition.count_or_star(breach.identifiers.all),
        });
        let leaks = leaks.collect();
        let timeline = Timeline {
            values: texts.heads.identifiers,
            leaks,
        };
        timeline.draw()
    });
    let mut section = Section::new(ID, &texts.timeline, drawing);
    section.tables.push(table(edition));
    section
}

fn table(edition: &Edition<'_>) -> Table {
    let heads = &edition.texts.heads;
    let lines = edition.figures.breaches.iter().map(|breach| {
        let leak = &breach.metadata;
        vec![
            Cell::name(edition.name(&leak.id), &leak.id),
            Cell::name(edition.date(leak), &leak.date),
            Cell::Count(breach.identifiers.all),
        ]
    });
    Table {
        id: ID,
        caption: edition.texts.timeline.heading,
        heads: vec![
            Head::new(heads.leak, "breach"),
            Head::new(heads.date, "date"),
            Head::new(heads.identifiers, "identifiers"),
        ],
        lines: lines.collect(),
    }
}
