//! What does a report say? Every text, in each language. A text that is missing does not compile.

mod en;
mod kk;
mod ru;

use exposure_index::breach::Status;
use exposure_index::identifier::Kind;

use super::Language;
use crate::analysis::Severity;

/// The texts of a report in one language.
pub(super) struct Texts {
    pub(super) title: &'static str,
    /// Given the name of a generation and the day on which it was built.
    pub(super) generation: fn(&str, &str) -> String,
    pub(super) for_staff: &'static str,
    /// Given the smallest count that is published.
    pub(super) for_public: fn(u64) -> String,
    pub(super) what_is_counted: &'static str,
    pub(super) contents: &'static str,
    pub(super) figures_behind: &'static str,
    pub(super) download: &'static str,
    pub(super) no_leaks: &'static str,
    pub(super) footer: &'static str,
    pub(super) heads: Heads,
    pub(super) kind: fn(Kind) -> &'static str,
    pub(super) status: fn(Status) -> &'static str,
    pub(super) severity: fn(Severity) -> SeverityTexts,
    pub(super) totals: Totals,
    pub(super) timeline: Part,
    pub(super) kinds: Kinds,
    pub(super) breaches: Part,
    pub(super) newness: Newness,
    pub(super) by_number: Part,
    pub(super) combinations: Combinations,
    pub(super) overlaps: Overlaps,
    pub(super) severities: Severities,
    pub(super) quality: Quality,
    pub(super) leaks: Leaks,
    pub(super) warnings: Warnings,
}

/// Heads of the tables' columns.
pub(super) struct Heads {
    pub(super) leak: &'static str,
    pub(super) date: &'static str,
    pub(super) status: &'static str,
    pub(super) sensitive: &'static str,
    pub(super) claimed: &'static str,
    pub(super) kind: &'static str,
    pub(super) identifiers: &'static str,
    pub(super) share: &'static str,
    pub(super) new: &'static str,
    pub(super) share_of_new: &'static str,
    pub(super) known_before: &'static str,
    pub(super) number_of_leaks: &'static str,
    pub(super) combination: &'static str,
    pub(super) first: &'static str,
    pub(super) second: &'static str,
    pub(super) common: &'static str,
    pub(super) of_either: &'static str,
    pub(super) of_first: &'static str,
    pub(super) of_second: &'static str,
    pub(super) level: &'static str,
    pub(super) measured: &'static str,
    pub(super) rows: &'static str,
    pub(super) rejected: &'static str,
    pub(super) share_of_rejected: &'static str,
    pub(super) invalid_cells: &'static str,
    pub(super) recovered: &'static str,
    pub(super) truncated: &'static str,
}

/// Texts of a part: its heading, its introduction, and the description of its picture for readers who cannot see it.
pub(super) struct Part {
    pub(super) heading: &'static str,
    pub(super) lead: &'static str,
    pub(super) picture: &'static str,
}

pub(super) struct Totals {
    pub(super) heading: &'static str,
    pub(super) identifiers: &'static str,
    pub(super) leaks: &'static str,
    pub(super) sensitive: &'static str,
    pub(super) claimed: &'static str,
    pub(super) rows: &'static str,
    pub(super) rejected: &'static str,
}

pub(super) struct Kinds {
    pub(super) part: Part,
    /// The caption of the table of leaks and kinds.
    pub(super) by_leak: &'static str,
}

pub(super) struct Newness {
    pub(super) part: Part,
    pub(super) new: &'static str,
    pub(super) known_before: &'static str,
    /// Given the title of a leak and its share of new identifiers.
    pub(super) latest: fn(&str, &str) -> String,
}

pub(super) struct Combinations {
    pub(super) part: Part,
    /// Given the numbers of combinations that are not shown, and of identifiers in them.
    pub(super) others: fn(&str, &str) -> String,
    pub(super) other: &'static str,
}

pub(super) struct Overlaps {
    pub(super) part: Part,
    pub(super) too_few: &'static str,
    pub(super) without_common: &'static str,
}

pub(super) struct Severities {
    pub(super) part: Part,
    pub(super) in_one: &'static str,
    pub(super) joined: &'static str,
}

pub(super) struct SeverityTexts {
    pub(super) name: &'static str,
    /// The rule of the level: what leaked together.
    pub(super) rule: &'static str,
}

pub(super) struct Quality {
    pub(super) part: Part,
    /// The caption of the table of invalid cells.
    pub(super) invalid: &'static str,
}

pub(super) struct Leaks {
    pub(super) heading: &'static str,
    pub(super) source: &'static str,
}

/// The part on warning lists.
pub(super) struct Warnings {
    pub(super) heading: &'static str,
    pub(super) lead: &'static str,
    pub(super) publisher: &'static str,
    pub(super) legal_basis: &'static str,
    pub(super) appeal: &'static str,
    pub(super) entries: &'static str,
}

impl Texts {
    /// Returns the texts in a language.
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Kk => &kk::TEXTS,
            Language::Ru => &ru::TEXTS,
            Language::En => &en::TEXTS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The website's files of names for kinds and statuses.
    const SITE: [(Language, &str); 3] = [
        (
            Language::Kk,
            include_str!("../../../../server/web/src/site/texts/kk/names.ts"),
        ),
        (
            Language::Ru,
            include_str!("../../../../server/web/src/site/texts/ru/names.ts"),
        ),
        (
            Language::En,
            include_str!("../../../../server/web/src/site/texts/en/names.ts"),
        ),
    ];

    #[test]
    fn kinds_are_called_as_on_the_website() {
        for (language, site) in SITE {
            let texts = Texts::of(language);
            for kind in Kind::ALL {
                let entry = format!("\n  {kind}: '{}',", (texts.kind)(kind));
                assert!(site.contains(&entry), "{entry} is not on the website");
            }
        }
    }

    #[test]
    fn statuses_are_called_as_on_the_website() {
        for (language, site) in SITE {
            let texts = Texts::of(language);
            for status in Status::ALL {
                let (_, entry) = site
                    .split_once(&format!("    {status}: {{"))
                    .expect("an entry of the website");
                let name = format!("name: '{}'", (texts.status)(status));
                assert!(entry.trim_start().starts_with(&name), "{status}: {name}");
            }
        }
    }
}
