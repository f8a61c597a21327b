use maud::{Markup, html};

use super::by_kind::ByKind;
use super::{Section, drawn};
use crate::analysis::{Counts, Severity, SeverityFigures};
use crate::report::edition::Edition;
use crate::report::picture::{Bar, Bars, Part, Tone};
use crate::report::table::{Cell, Head, Table};

const ID: &str = "severity";

/// Shows how severe the exposures are.
pub(super) fn section(edition: &Edition<'_>) -> Section {
    let texts = &edition.texts.severities;
    // Levels exist even without identifiers.
    let levels = match edition.figures.identifiers.all {
        Some(0) => &[],
        _ => edition.figures.severity.as_slice(),
    };
    let drawing = drawn(levels, |levels| {
        let bars = levels.iter().flat_map(|level| bars(edition, level));
        Bars::plain(bars).draw()
    });
    let mut section = Section::new(ID, &texts.part, drawing);
    section.legend = Some(rules(edition));
    section.tables.push(table(edition, levels));
    section
}

/// Returns what is known about each level: what leaked, the key for it, the counts, and their tone.
fn measured<'a>(
    edition: &Edition<'_>,
    level: &'a SeverityFigures,
) -> [(&'static str, &'static str, &'a Counts, Tone); 2] {
    let texts = &edition.texts.severities;
    [
        (
            texts.in_one,
            "in_one_breach",
            &level.in_one_breach,
            Tone::Dark,
        ),
        (texts.joined, "joined", &level.joined, Tone::Light),
    ]
}

fn bars<'a>(
    edition: &'a Edition<'_>,
    level: &'a SeverityFigures,
) -> impl Iterator<Item = Bar> + 'a {
    let name = (edition.texts.severity)(level.level).name;
    let measured = measured(edition, level).into_iter();
    measured.map(move |(by, _, counts, tone)| Bar {
        name: name.to_owned(),
        note: by.to_owned(),
        parts: vec![Part::of(counts.all, tone)],
        value: edition.with_share(counts.all),
    })
}

/// Lists the rules of each level.
fn rules(edition: &Edition<'_>) -> Markup {
    html! {
        dl.rules { @for level in Severity::ALL {
            @let texts = (edition.texts.severity)(level);
            dt { (texts.name) } dd { (texts.rule) }
        } }
    }
}

fn table(edition: &Edition<'_>, levels: &[SeverityFigures]) -> Table {
    let heads = &edition.texts.heads;
    let lines = levels.iter().flat_map(|level| {
        let name = (edition.texts.severity)(level.level).name;
        measured(edition, level).map(|(by, key, counts, _)| {
            let cells = vec![Cell::name(name, level.level.name()), Cell::name(by, key)];
            (cells, counts)
        })
    });
    let by_kind = ByKind {
        id: ID,
        caption: edition.texts.severities.part.heading,
        heads: vec![
            Head::new(heads.level, "level"),
            Head::new(heads.measured, "measured"),
        ],
        lines: lines.collect(),
    };
    by_kind.table(edition)
}
