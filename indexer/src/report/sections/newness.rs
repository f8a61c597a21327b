use super::{Section, drawn};
use crate::analysis::BreachFigures;
use crate::report::edition::{Edition, share};
use crate::report::picture::{Bar, Bars, Part, Tone};
use crate::report::table::{Cell, Head, Table};

const ID: &str = "newness";

/// Shows what each leak added to those before it.
pub(super) fn section(edition: &Edition<'_>) -> Section {
    let texts = &edition.texts.newness;
    let breaches = &edition.figures.breaches;
    let drawing = drawn(breaches, |breaches| {
        let bars = Bars {
            legend: vec![(Tone::Dark, texts.new), (Tone::Light, texts.known_before)],
            bars: breaches.iter().map(|breach| bar(edition, breach)).collect(),
        };
        bars.draw()
    });
    let mut section = Section::new(ID, &texts.part, drawing);
    if let Some(latest) = breaches.last()
        && let Some(share) = share_of_new(latest)
    {
        let title = edition.title(&latest.metadata);
        section
            .lead
            .push((texts.latest)(&title, &edition.share(share)));
    }
    section.tables.push(table(edition));
    section
}

fn bar(edition: &Edition<'_>, breach: &BreachFigures) -> Bar {
    let value = match (breach.new, share_of_new(breach)) {
        (Some(new), Some(share)) => format!("{} · {}", edition.count(new), edition.share(share)),
        (new, _) => edition.count_or_star(new),
    };
    Bar {
        name: edition.name(&breach.metadata.id),
        note: edition.date(&breach.metadata),
        parts: vec![
            Part::of(breach.new, Tone::Dark),
            Part::of(breach.known_before, Tone::Light),
        ],
        value,
    }
}

fn share_of_new(breach: &BreachFigures) -> Option<f64> {
    let (new, known_before) = (breach.new?, breach.known_before?);
    share(new, new + known_before)
}

fn table(edition: &Edition<'_>) -> Table {
    let heads = &edition.texts.heads;
    let lines = edition.figures.breaches.iter().map(|breach| {
        let leak = &breach.metadata;
        let is_empty = breach.identifiers.all == Some(0);
        vec![
            Cell::name(edition.name(&leak.id), &leak.id),
            Cell::name(edition.date(leak), &leak.date),
            Cell::Count(breach.new),
            if is_empty {
                Cell::Nothing
            } else {
                Cell::Share(share_of_new(breach))
            },
            Cell::Count(breach.known_before),
        ]
    });
    Table {
        id: ID,
        caption: edition.texts.newness.part.heading,
        heads: vec![
            Head::new(heads.leak, "breach"),
            Head::new(heads.date, "date"),
            Head::new(heads.new, "new"),
            Head::new(heads.share_of_new, "share_of_new"),
            Head::new(heads.known_before, "known_before"),
        ],
        lines: lines.collect(),
    }
}
