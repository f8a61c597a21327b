//! Which language is a text for people in?

use exposure_index::breach::Localised;

/// A language that reports and digests can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Language {
    /// Kazakh
    Kk,
    /// Russian
    Ru,
    /// English
    En,
}

impl Language {
    /// Every language.
    pub(crate) const ALL: [Self; 3] = [Self::Kk, Self::Ru, Self::En];

    /// Its code (BCP 47).
    #[must_use]
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Kk => "kk",
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// Returns a text of the catalogue in this language.
    pub(crate) fn of(self, text: &Localised) -> &str {
        match self {
            Self::Kk => &text.kk,
            Self::Ru => &text.ru,
            Self::En => &text.en,
        }
    }
}
