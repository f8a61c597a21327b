use exposure_index::breach::{BreachId, Metadata};
use exposure_index::process::visible;

use super::table::WITHHELD;
use super::texts::Texts;
use super::{Cover, Language, writing};
use crate::analysis::{BreachFigures, Figures};

/// A report in one language: its figures and their wording.
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

    /// Writes a number as usual in the language.
    pub(super) fn count(&self, count: u64) -> String {
        writing::count(self.language, count)
    }

    /// Writes a share of one, in per cent.
    pub(super) fn share(&self, share: f64) -> String {
        writing::share(self.language, share)
    }

    /// Writes a number, if it may be shown.
    pub(super) fn count_or_star(&self, count: Option<u64>) -> String {
        count.map_or_else(|| WITHHELD.to_owned(), |count| self.count(count))
    }

    /// Writes a number, and its share of all identifiers.
    pub(super) fn with_share(&self, count: Option<u64>) -> String {
        match self.share_of_all(count) {
            Some(share) => format!("{} · {}", self.count_or_star(count), self.share(share)),
            None => self.count_or_star(count),
        }
    }

    /// Returns the share of a count in all identifiers, if both may be shown.
    pub(super) fn share_of_all(&self, count: Option<u64>) -> Option<f64> {
        share(count?, self.figures.identifiers.all?)
    }

    /// Returns the title of a breach.
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

    /// Returns the number of a breach throughout the report, from 1, and its title.
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

    /// Returns the breaches that hold anything that may be shown, the largest first.
    pub(super) fn largest_first(&self) -> Vec<&'a BreachFigures> {
        let mut breaches: Vec<_> = self.figures.breaches.iter().collect();
        breaches.sort_by_key(|breach| std::cmp::Reverse(breach.identifiers.all));
        breaches
    }
}

/// Returns the share of a part in a whole, if the whole is not zero.
pub(super) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
