use exposure_index::breach::{BreachId, Metadata};
use exposure_index::process::visible;

use super::table::WITHHELD;
use super::texts::Texts;
use super::{Cover, Language, writing};
use crate::analysis::{BreachFigures, Figures};

/// A report in one language: its figures and how it words them.
pub(super) struct Edition<'a> {
    pub(super) figures: &'a Figures,
    pub(super) cover: &'a Cover,
    pub(super) language: Language,
    pub(super) texts: &'static Texts,
}

impl<'a> Edition<'a> {
    pub(super) const fn new(figures: &'a Figures, cover: &'a Cover, language: Language) -> Self {
        Self {
            figures,
            cover,
            language,
            texts: Texts::of(language),
        }
    }

    /// A number as the language writes it.
    pub(super) fn count(&self, count: u64) -> String {
        writing::count(self.language, count)
    }

    /// A share of one, in per cent.
    pub(super) fn share(&self, share: f64) -> String {
        writing::share(self.language, share)
    }

    /// A number, if it may be shown.
    pub(super) fn count_or_star(&self, count: Option<u64>) -> String {
        count.map_or_else(|| WITHHELD.to_owned(), |count| self.count(count))
    }

    /// A number, and its share of all identifiers.
    pub(super) fn with_share(&self, count: Option<u64>) -> String {
        match self.share_of_all(count) {
            Some(share) => format!("{} · {}", self.count_or_star(count), self.share(share)),
            None => self.count_or_star(count),
        }
    }

    /// The share of all identifiers that so many are, if both may be shown.
    pub(super) fn share_of_all(&self, count: Option<u64>) -> Option<f64> {
        share(count?, self.figures.identifiers.all?)
    }

    /// What the catalogue calls a breach.
    pub(super) fn title(&self, breach: &Metadata) -> String {
        let title = visible(self.language.of(&breach.title)).replace('\n', " ");
        match title.trim() {
            "" => breach.id.to_string(),
            title => title.to_owned(),
        }
    }

    pub(super) fn date(&self, breach: &Metadata) -> String {
        writing::date(self.language, &breach.date)
    }

    /// The number under which a breach is everywhere in the report, from 1 on, and its title.
    pub(super) fn name(&self, id: &BreachId) -> String {
        let breaches = (1_usize..).zip(&self.figures.breaches);
        let found = breaches
            .into_iter()
            .find(|(_, breach)| breach.metadata.id == *id);
        match found {
            Some((number, breach)) => format!("{number}. {}", self.title(&breach.metadata)),
            None => id.to_string(),
        }
    }

    /// The breaches that hold anything, if it may be shown, the largest first.
    pub(super) fn largest_first(&self) -> Vec<&'a BreachFigures> {
        let mut breaches: Vec<_> = self.figures.breaches.iter().collect();
        breaches.sort_by_key(|breach| std::cmp::Reverse(breach.identifiers.all));
        breaches
    }
}

/// The share that a part is of a whole, if there is a whole.
pub(super) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
