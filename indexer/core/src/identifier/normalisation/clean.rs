//! What is left of a text without its typography?

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Maximum length of a text, in bytes; the longest identifier, an e-mail address, has 318.
pub(super) const MAX_INPUT: usize = 1024;

/// Returns the text without typographic additions: drops №, applies NFKC, drops zero-width characters, trims white
/// space and quotes of any form, and takes a text out of a spreadsheet's `="…"`. Linear in the text's length; allocates
/// only for text beyond ASCII.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let is_ascii = text.is_ascii();
    // Nearly every text: nothing to drop, nothing to trim, and nothing that NFKC changes.
    let is_inner = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || is_cyrillic(c));
    let mut letters = text.chars();
    if is_inner(letters.next())
        && letters.next_back().is_none_or(|last| is_inner(Some(last)))
        && (is_ascii || letters.all(|c| c.is_ascii() || is_cyrillic(c)))
    {
        return Cow::Borrowed(text);
    }
    if is_ascii {
        return Cow::Borrowed(without_margins(text));
    }
    let compatible: String = text
        .chars()
        .filter(|&c| c != '№')
        .nfkc()
        .filter(|&c| !is_zero_width(c))
        .collect();
    Cow::Owned(without_margins(&compatible).to_owned())
}

/// Whether this is a letter of the Cyrillic block, which also has marks.
const fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{481}' | '\u{48a}'..='\u{4ff}')
}

/// The text within white space and quotes, and within the formula `="…"` with which exports keep leading zeros.
fn without_margins(text: &str) -> &str {
    let text = text.trim_start_matches(is_margin);
    let formula = text
        .strip_prefix('=')
        .filter(|rest| rest.starts_with(is_quote));
    formula.unwrap_or(text).trim_matches(is_margin)
}

/// `text` without blanks and hyphens of any width; allocates only where there may be some. Tabs and line breaks stay:
/// the texts before and after them are not one value.
pub(in crate::identifier) fn without_separators(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter(|&c| !is_blank(c) && !is_hyphen(c));
    Cow::Owned(kept.collect())
}

/// The Latin capital that a Cyrillic capital of the same shape stands for on plates and passports.
pub(super) const fn latin_look_alike(letter: char) -> char {
    match letter {
        'А' => 'A',
        'В' => 'B',
        'Е' => 'E',
        'К' => 'K',
        'М' => 'M',
        'Н' => 'H',
        'О' => 'O',
        'Р' => 'P',
        'С' => 'C',
        'Т' => 'T',
        'У' => 'Y',
        'Х' => 'X',
        other => other,
    }
}

/// `text` in capitals, without separators, its Cyrillic look-alikes made Latin.
pub(in crate::identifier) fn latin_capitals(text: &str) -> String {
    without_separators(&text.to_uppercase())
        .chars()
        .map(latin_look_alike)
        .collect()
}

fn is_margin(c: char) -> bool {
    c.is_whitespace() || is_quote(c)
}

/// Straight, angle and curly quotes, high and low, single and double.
const fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '«' | '»' | '\u{2018}'..='\u{201f}' | '\u{2039}' | '\u{203a}'
    )
}

/// Zero-width spaces and joiners, marks of direction, the soft hyphen and the byte order mark.
const fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')
}

pub(in crate::identifier) const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cleaned_in_any_case(text: &str) -> String {
        let kept = text.chars().filter(|&c| c != '№').nfkc();
        let compatible: String = kept.filter(|&c| !is_zero_width(c)).collect();
        without_margins(&compatible).to_owned()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn a_text_that_shows_nothing_to_clean_has_nothing(text in "[aZ0 .;='«\u{301}\u{400}-\u{4ff}]{0,6}|\\PC{0,6}") {
            prop_assert_eq!(clean(&text), cleaned_in_any_case(&text));
        }
    }

    #[test]
    fn cleaning_leaves_what_the_person_meant() {
        for (dirty, expected) in [
            ("  «7» ", "7"),
            ("\u{feff}a\u{200b}b", "ab"),
            ("№ 12", "12"),
            ("\u{a0}１２\u{a0}", "12"),
            ("' \" x \" '", "x"),
            ("“7”", "7"),
            ("„7‟ ‘‹", "7"),
            ("=\"007\"", "007"),
            ("\"=\"\"007\"\"\"", "007"),
            ("=\"\"", ""),
            ("=7", "=7"),
            ("", ""),
        ] {
            assert_eq!(clean(dirty), expected);
        }
    }

    /// The versions of Unicode and IDNA that the protocol states are those that are compiled in.
    #[test]
    fn the_protocol_states_the_versions_of_unicode_that_are_in_use() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let read = |name| std::fs::read_to_string(root.join(name)).unwrap();
        let (protocol, lock) = (read("server/PROTOCOL.md"), read("Cargo.lock"));
        let (major, minor, _) = unicode_normalization::UNICODE_VERSION;
        let nfkc = format!("NFKC is that of Unicode {major}.{minor} ");
        assert!(protocol.contains(&nfkc), "{nfkc}");
        for crate_name in ["unicode-normalization", "icu_normalizer_data"] {
            let (_, behind) = lock
                .split_once(&format!("name = \"{crate_name}\"\nversion = \""))
                .unwrap();
            let version = behind.split('"').next().unwrap();
            let stated = format!("`{crate_name}` {version}");
            assert!(protocol.contains(&stated), "{stated}");
        }
    }
}
