use exposure_index::breach::{Metadata, Status};

use super::{Section, drawn};
use crate::analysis::BreachFigures;
use crate::report::edition::Edition;
use crate::report::picture::{Bar, Bars, Part, Tone};
use crate::report::table::{Cell, Head, Table};

const ID: &str = "sizes";

/// Shows the leaks by size and status.
pub(super) fn section(edition: &Edition<'_>) -> Section {
    let breaches = edition.largest_first();
    let drawing = drawn(&breaches, |breaches| {
        let bars = breaches.iter().map(|breach| Bar {
            name: edition.name(&breach.metadata.id),
            note: status(edition, &breach.metadata),
            parts: vec![Part::of(
                breach.identifiers.all,
                tone(breach.metadata.status),
            )],
            value: edition.with_share(breach.identifiers.all),
        });
        Bars::plain(bars).draw()
    });
    let mut section = Section::new(ID, &edition.texts.breaches, drawing);
    section.tables.push(table(edition, &breaches));
    section
}

/// Returns the tone of a status: the surer, the darker.
const fn tone(status: Status) -> Tone {
    match status {
        Status::Confirmed => Tone::Dark,
        Status::Reported => Tone::Middle,
        Status::Unverified => Tone::Light,
        Status::Fabricated => Tone::White,
    }
}

fn status(edition: &Edition<'_>, breach: &Metadata) -> String {
    let status = (edition.texts.status)(breach.status);
    match breach.sensitive {
        true => format!("{status} · {}", edition.texts.heads.sensitive),
        false => status.to_owned(),
    }
}

fn table(edition: &Edition<'_>, breaches: &[&BreachFigures]) -> Table {
    let heads = &edition.texts.heads;
    let lines = breaches.iter().map(|breach| {
        let leak = &breach.metadata;
        vec![
            Cell::name(edition.name(&leak.id), &leak.id),
            Cell::name(status(edition, leak), &leak.status),
            Cell::Count(Some(leak.records)),
            Cell::Count(breach.identifiers.all),
            Cell::Share(edition.share_of_all(breach.identifiers.all)),
        ]
    });
    Table {
        id: ID,
        caption: edition.texts.breaches.heading,
        heads: vec![
            Head::new(heads.leak, "breach"),
            Head::new(heads.status, "status"),
            Head::new(heads.claimed, "records"),
            Head::new(heads.identifiers, "identifiers"),
            Head::new(heads.share, "share"),
        ],
        lines: lines.collect(),
    }
}
