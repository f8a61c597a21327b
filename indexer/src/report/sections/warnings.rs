use exposure_index::breach::Warning;
use exposure_index::process::visible;
use maud::{Markup, html};

use crate::analysis::WarningFigures;
use crate::report::edition::Edition;

/// Id of the page's list of warning lists.
pub(in crate::report) const ID: &str = "warnings";

/// Shows the warning lists, if there are any, with publishers and numbers of entries.
pub(in crate::report) fn warnings(edition: &Edition<'_>) -> Markup {
    let (texts, lists) = (&edition.texts.warnings, &edition.figures.warnings);
    html! {
        @if !lists.is_empty() {
            section #(ID) aria-labelledby="warnings-heading" {
                h2 #warnings-heading { (texts.heading) }
                p { (texts.lead) }
                ol.leaks { @for list in lists { li { (entry(edition, list)) } } }
            }
        }
    }
}

fn entry(edition: &Edition<'_>, list: &WarningFigures) -> Markup {
    let (texts, metadata) = (&edition.texts.warnings, &list.metadata);
    html! {
        h3 { bdi { (edition.title(metadata)) } }
        p.meta {
            span { (edition.date(metadata)) } " · " code { (metadata.id) }
            " · " (texts.entries) ": " (edition.count_or_star(list.entries.all))
        }
        p { bdi { (visible(edition.language.of(&metadata.summary))) } }
        @if let Some(warning) = &metadata.warning { (publisher(edition, warning)) }
    }
}

fn publisher(edition: &Edition<'_>, warning: &Warning) -> Markup {
    let texts = &edition.texts.warnings;
    html! {
        p { (texts.publisher) ": " bdi { (visible(edition.language.of(&warning.publisher))) } }
        p { (texts.legal_basis) ": " bdi { (visible(edition.language.of(&warning.legal_basis))) } }
        // Shown without a link, since it may be another address than it seems to be.
        p { (texts.appeal) ": " bdi { (visible(&warning.appeal)) } }
    }
}
