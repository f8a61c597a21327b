//! What does the minister see of it? The figures of an analysis as one page with pictures, tables and texts, in Kazakh,
//! Russian or English.
//!
//! The page is one file, needs nothing from elsewhere, has no scripts, and forbids itself both. It says what
//! [`Figures`] say and computes nothing from what they withhold. What the catalogue says about
//! breaches comes from their describer: it is escaped, and links are to web pages only.

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

/// What a report is of, and for whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cover {
    /// The generation.
    pub generation: GenerationId,
    /// When it was built, in seconds since 1970.
    pub built_at: i64,
    /// The smallest count that may be shown, in a report that is published.
    pub least: Option<u64>,
}

/// A report as HTML. The same figures give the same bytes.
#[must_use]
pub(crate) fn html(figures: &Figures, cover: &Cover, language: Language) -> String {
    page::page(&Edition::new(figures, cover, language)).into_string()
}
