//! What does the minister see? The figures of an analysis as one page with pictures, tables and texts, in Kazakh,
//! Russian or English.
//!
//! The page is one file without scripts or external parts, and forbids itself both. It shows what
//! [`Figures`] hold and computes nothing from what they withhold. What the catalogue says about
//! breaches comes from outside: it is escaped, and links lead only to web pages.

mod edition;
mod page;
mod picture;
mod sections;
mod table;
#[cfg(test)]
mod tests;
mod texts;
mod writing;

use crate::language::Language;

use exposure_index::index::GenerationId;

use edition::Edition;

use crate::analysis::Figures;

/// Subject and readers of a report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cover {
    /// Name of the generation.
    pub generation: GenerationId,
    /// Time when it was built, in seconds since 1970.
    pub built_at: i64,
    /// The smallest count that may be shown, in a report that is published.
    pub least: Option<u64>,
}

/// Writes a report as HTML. The same figures give the same bytes.
#[must_use]
pub(crate) fn html(figures: &Figures, cover: &Cover, language: Language) -> String {
    page::page(&Edition::new(figures, cover, language)).into_string()
}
