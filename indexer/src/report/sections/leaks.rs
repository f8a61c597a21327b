use exposure_index::breach::Metadata;
use exposure_index::process::visible;
use maud::{Markup, html};

use crate::report::edition::Edition;

/// Id of the page's list of leaks.
pub(in crate::report) const ID: &str = "leaks";

/// Shows what the catalogue says about each leak.
pub(in crate::report) fn leaks(edition: &Edition<'_>) -> Markup {
    html! {
        section #(ID) aria-labelledby="leaks-heading" {
            h2 #leaks-heading { (edition.texts.leaks.heading) }
            ol.leaks { @for breach in &edition.figures.breaches { li { (leak(edition, &breach.metadata)) } } }
        }
    }
}

fn leak(edition: &Edition<'_>, breach: &Metadata) -> Markup {
    let texts = edition.texts;
    html! {
        h3 { bdi { (edition.title(breach)) } }
        p.meta {
            span { (edition.date(breach)) } " · " span { ((texts.status)(breach.status)) }
            @if breach.sensitive { " · " span { (texts.heads.sensitive) } }
            " · " code { (breach.id) }
        }
        p { bdi { (visible(edition.language.of(&breach.summary))) } }
        @if let Some(address) = link(breach) {
            p { (texts.leaks.source) ": " a href=(address) rel="noreferrer" { (address) } }
        }
    }
}

/// Returns the source, if it can be a link and is the address that it seems to be.
fn link(breach: &Metadata) -> Option<&str> {
    let is_plain = |address: &&str| address.bytes().all(|byte| byte.is_ascii_graphic());
    breach.source_link().filter(is_plain)
}
