//! What is the same for everybody? Documents and files that are made once, compressed once and named by their ETag.

mod asset;
mod conditional;

pub(crate) use asset::{Asset, CachePolicy};
pub(crate) use conditional::is_unchanged;

use exposure_index::breach::Localised;

/// The site's languages; the first is for browsers that prefer none of them.
pub(crate) const LANGUAGES: [&str; 3] = ["kk", "ru", "en"];

/// Returns `text` in one of [`LANGUAGES`].
pub(crate) fn in_language<'a>(text: &'a Localised, language: &str) -> &'a str {
    match language {
        "kk" => &text.kk,
        "ru" => &text.ru,
        _ => &text.en,
    }
}
