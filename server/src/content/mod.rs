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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn each_language_has_a_text_of_its_own() {
        let texts: BTreeMap<&str, &str> = LANGUAGES.iter().map(|one| (*one, *one)).collect();
        let texts = serde_json::to_value(texts).expect("JSON");
        let texts: Localised = serde_json::from_value(texts).expect("a text in each language");
        for language in LANGUAGES {
            assert_eq!(in_language(&texts, language), language);
        }
    }
}
