use maud::{Markup, html};

use crate::breach::Metadata;
use crate::process::visible;
use crate::report::edition::Edition;

/// Where the page tells of the leaks.
pub(in crate::report) const ID: &str = "leaks";

/// What the catalogue tells of each leak.
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
        @if let Some(address) = web_address(&breach.source) {
            p { (texts.leaks.source) ": " a href=(address) rel="noreferrer" { (address) } }
        }
    }
}

/// The source, if it is an address of the web: anything else is no link.
fn web_address(source: &str) -> Option<&str> {
    let is_web = source.starts_with("https://") || source.starts_with("http://");
    let is_plain = |c: char| c.is_ascii_graphic();
    (is_web && source.chars().all(is_plain)).then_some(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_become_links() {
        for good in ["https://example.org/a?b=c", "http://example.org"] {
            assert_eq!(web_address(good), Some(good));
        }
        for bad in [
            "",
            "javascript:alert(1)",
            "data:text/html,x",
            "//example.org",
            "https://example.org/\u{202e}",
            "https://example.org/ x",
        ] {
            assert_eq!(web_address(bad), None, "{bad}");
        }
    }
}
