use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::edition::Edition;
use super::sections::{self, Section};
use super::writing;

const STYLE: &str = include_str!("report.css");
/// Policy of the page: nothing is fetched, and nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// Writes the whole page.
pub(super) fn page(edition: &Edition<'_>) -> Markup {
    let texts = edition.texts;
    let sections = sections::all(edition);
    html! {
        (DOCTYPE)
        html lang=(edition.language.code()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { (texts.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    p.brand { "Tekser" }
                    h1 { (texts.title) }
                    p { (generation(edition)) }
                    p.audience { (audience(edition)) }
                }
                main {
                    (sections::totals(edition))
                    p.counted { (texts.what_is_counted) }
                    (contents(edition, &sections))
                    @for section in &sections { (section.markup(edition)) }
                    (sections::leaks(edition))
                    (sections::warnings(edition))
                }
                footer { p { (texts.footer) } p { (generation(edition)) } }
            }
        }
    }
}

fn generation(edition: &Edition<'_>) -> String {
    let day = writing::day(edition.language, edition.cover.built_at);
    (edition.texts.generation)(edition.cover.generation.as_str(), &day)
}

fn audience(edition: &Edition<'_>) -> String {
    match edition.cover.least {
        Some(least) => (edition.texts.for_public)(least),
        None => edition.texts.for_staff.to_owned(),
    }
}

fn contents(edition: &Edition<'_>, sections: &[Section]) -> Markup {
    let texts = edition.texts;
    html! {
        nav aria-label=(texts.contents) {
            h2 { (texts.contents) }
            ol {
                @for section in sections {
                    li { a href={ "#" (section.id) } { (section.heading) } }
                }
                li { a href={ "#" (sections::LEAKS_ID) } { (texts.leaks.heading) } }
                @if !edition.figures.warnings.is_empty() {
                    li { a href={ "#" (sections::WARNINGS_ID) } { (texts.warnings.heading) } }
                }
            }
        }
    }
}
