use super::by_kind::ByKind;
use super::{Section, drawn};
use crate::report::edition::Edition;
use crate::report::picture::{Bar, Bars, Part, Tone};
use crate::report::table::{Cell, Head};

const ID: &str = "numbers";

/// Shows how many identifiers are in how many leaks.
pub(super) fn section(edition: &Edition<'_>) -> Section {
    let by_number = &edition.figures.by_number;
    let drawing = drawn(by_number, |by_number| {
        let bars = (1_u64..).zip(by_number).map(|(number, counts)| Bar {
            name: format!(
                "{}: {}",
                edition.texts.heads.number_of_leaks,
                edition.count(number)
            ),
            note: String::new(),
            parts: vec![Part::of(counts.all, Tone::Dark)],
            value: edition.with_share(counts.all),
        });
        Bars::plain(bars).draw()
    });
    let texts = &edition.texts.by_number;
    let mut section = Section::new(ID, texts, drawing);
    let lines = (1_u64..)
        .zip(by_number)
        .map(|(number, counts)| (vec![Cell::name(edition.count(number), &number)], counts));
    let by_kind = ByKind {
        id: ID,
        caption: texts.heading,
        heads: vec![Head::new(edition.texts.heads.number_of_leaks, "breaches")],
        lines: lines.collect(),
    };
    section.tables.push(by_kind.table(edition));
    section
}
