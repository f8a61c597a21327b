//! What does each part of a report say? A heading, an introduction, a picture, and its figures.

mod by_kind;
mod by_number;
mod combinations;
mod kinds;
mod leaks;
mod newness;
mod overlaps;
mod quality;
mod severity;
mod sizes;
mod timeline;
mod totals;
mod warnings;

use maud::{Markup, html};

use super::edition::Edition;
use super::picture::{Drawings, Picture};
use super::table::Table;
use super::texts::Part;

pub(super) use leaks::{ID as LEAKS_ID, leaks};
pub(super) use totals::totals;
pub(super) use warnings::{ID as WARNINGS_ID, warnings};

/// A part of a report.
pub(super) struct Section {
    pub(super) id: &'static str,
    pub(super) heading: &'static str,
    /// Paragraphs below the heading.
    pub(super) lead: Vec<String>,
    pub(super) picture: Option<Picture>,
    /// Why there is no picture, unless there are no leaks.
    pub(super) nothing: Option<&'static str>,
    /// Legend below the picture.
    pub(super) legend: Option<Markup>,
    pub(super) tables: Vec<Table>,
}

impl Section {
    /// Makes a part with its texts. `drawings` are `None` if there is nothing to draw.
    fn new(id: &'static str, texts: &Part, drawings: Option<Drawings>) -> Self {
        let picture = drawings.map(|drawings| Picture {
            id,
            title: texts.heading,
            description: texts.picture,
            drawings,
        });
        Self {
            id,
            heading: texts.heading,
            lead: vec![texts.lead.to_owned()],
            picture,
            nothing: None,
            legend: None,
            tables: Vec::new(),
        }
    }

    pub(super) fn markup(&self, edition: &Edition<'_>) -> Markup {
        html! {
            section id=(self.id) aria-labelledby={ (self.id) "-heading" } {
                div.together {
                    h2 id={ (self.id) "-heading" } { (self.heading) }
                    @for paragraph in &self.lead { p { (paragraph) } }
                    @match &self.picture {
                        Some(picture) => { (picture.markup()) }
                        None => { p.nothing { (self.nothing.unwrap_or(edition.texts.no_leaks)) } }
                    }
                }
                @if let Some(legend) = &self.legend { (legend) }
                @for table in self.tables.iter().filter(|table| !table.lines.is_empty()) {
                    (table.markup(edition))
                }
            }
        }
    }
}

/// Returns the parts, in order.
pub(super) fn all(edition: &Edition<'_>) -> Vec<Section> {
    vec![
        timeline::section(edition),
        kinds::section(edition),
        sizes::section(edition),
        newness::section(edition),
        by_number::section(edition),
        combinations::section(edition),
        overlaps::section(edition),
        severity::section(edition),
        quality::section(edition),
    ]
}

/// Draws some things; `None` if there are none.
fn drawn<T>(things: &[T], draw: impl FnOnce(&[T]) -> Drawings) -> Option<Drawings> {
    (!things.is_empty()).then(|| draw(things))
}
