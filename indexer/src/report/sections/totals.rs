use maud::{Markup, html};

use crate::report::edition::Edition;

/// Shows the totals at the beginning.
pub(in crate::report) fn totals(edition: &Edition<'_>) -> Markup {
    let texts = &edition.texts.totals;
    let breaches = &edition.figures.breaches;
    let sensitive = breaches.iter().filter(|breach| breach.metadata.sensitive);
    let sum = |count: fn(&crate::analysis::BreachFigures) -> u64| {
        edition.count(breaches.iter().map(count).fold(0, u64::saturating_add))
    };
    let identifiers = edition.count_or_star(edition.figures.identifiers.all);
    let mut figures = vec![
        (identifiers, texts.identifiers),
        (edition.count(breaches.len() as u64), texts.leaks),
    ];
    if edition.cover.least.is_none() {
        figures.push((edition.count(sensitive.count() as u64), texts.sensitive));
    }
    figures.extend([
        (sum(|breach| breach.metadata.records), texts.claimed),
        (sum(|breach| breach.quality.rows), texts.rows),
        (sum(|breach| breach.quality.rejected_rows), texts.rejected),
    ]);
    html! {
        section.totals aria-labelledby="totals-heading" {
            h2 #totals-heading { (texts.heading) }
            dl { @for (figure, what) in figures {
                div { dt { (what) } dd { (figure) } }
            } }
        }
    }
}
