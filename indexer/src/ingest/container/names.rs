//! What is this member called? Archivers write names in the code page of their time and place, and seldom say in which.

use encoding_rs::{Encoding, IBM866, KOI8_R, WINDOWS_1251};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::ingest::text::kz1048;

/// The code pages tried for a name that is not UTF-8, the likeliest first.
const CODE_PAGES: [&Encoding; 3] = [IBM866, WINDOWS_1251, KOI8_R];

/// The name of a member of an archive.
#[derive(Clone, Debug, Default)]
pub(super) struct Name {
    /// The likeliest reading.
    pub(super) shown: String,
    /// Readings in other code pages: a pattern that matches one of them means this member.
    pub(super) others: Vec<String>,
}

impl Name {
    /// Decodes a name.
    pub(super) fn of(bytes: &[u8]) -> Self {
        match str::from_utf8(bytes) {
            Ok(name) => Self::from(name.to_owned()),
            Err(_) => Self::in_code_page(bytes),
        }
    }

    fn in_code_page(bytes: &[u8]) -> Self {
        let decoded =
            |page: &&'static Encoding| page.decode_without_bom_handling(bytes).0.into_owned();
        let mut names: Vec<String> = CODE_PAGES.iter().map(decoded).collect();
        names.push(kazakh(bytes));
        // The sort is stable: among equals, the first stays first.
        names.sort_by_key(|name| std::cmp::Reverse(plausibility(name)));
        let shown = names.remove(0);
        names.retain(|other| *other != shown);
        Self {
            shown,
            others: names,
        }
    }
}

impl From<String> for Name {
    /// macOS decomposes letters, so `й` is two characters.
    fn from(shown: String) -> Self {
        let composed = (!is_nfc(&shown)).then(|| shown.nfc().collect());
        Self {
            shown,
            others: composed.into_iter().collect(),
        }
    }
}

fn kazakh(bytes: &[u8]) -> String {
    let mut name = Vec::new();
    kz1048::decode(bytes, &mut name);
    String::from_utf8_lossy(&name).into_owned()
}

/// Scores how much a name looks like Cyrillic words: its letters, less characters that no name has.
fn plausibility(name: &str) -> i64 {
    let mut before = ' ';
    let mut sum = 0;
    for c in name.chars() {
        sum += match c {
            c if c.is_ascii() => 0,
            // A capital after a small letter is a small letter of another code page.
            c if c.is_uppercase() && before.is_lowercase() => -2,
            'ъ' | 'Ъ' if !before.is_alphabetic() => -2,
            'а'..='я' | 'ё' | 'ә' | 'ғ' | 'қ' | 'ң' | 'ө' | 'ұ' | 'ү' | 'һ' | 'і' => 2,
            'А'..='Я' | 'Ё' | 'Ә' | 'Ғ' | 'Қ' | 'Ң' | 'Ө' | 'Ұ' | 'Ү' | 'Һ' | 'І' | '№' => {
                1
            }
            _ => -4,
        };
        before = c;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_in_the_code_page_in_which_it_makes_words() {
        let names = [
            "клиенты.csv",
            "Клиенты Алматы/база.csv",
            "ЖИТЕЛИ 2024.TXT",
            "списки/телефоны.xls",
        ];
        for name in names {
            for page in CODE_PAGES {
                let bytes = page.encode(name).0;
                let parsed = Name::of(&bytes);
                let all: Vec<&String> = std::iter::once(&parsed.shown)
                    .chain(&parsed.others)
                    .collect();
                assert!(all.contains(&&name.to_owned()), "{name} {}", page.name());
            }
            let dos = IBM866.encode(name).0;
            assert_eq!(Name::of(&dos).shown, name);
        }
        let windows = WINDOWS_1251.encode("клиенты.csv").0;
        assert_eq!(Name::of(&windows).shown, "клиенты.csv");
    }

    #[test]
    fn utf_8_is_left_as_it_is_and_letters_taken_apart_are_put_together() {
        assert_eq!(Name::of("Қала.csv".as_bytes()).shown, "Қала.csv");
        assert!(Name::of("Қала.csv".as_bytes()).others.is_empty());
        let apart = Name::from("клиентский".nfd().collect::<String>());
        assert_eq!(apart.others, ["клиентский"]);
    }
}
