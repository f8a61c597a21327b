//! Does this cell say that there is nothing? What people and programs write for a missing value.

use exposure_index::identifier::clean;

/// Texts of empty cells of any column, cleaned and lower-cased.
const NOTHING: [&str; 8] = ["", "-", "—", "null", "\\n", "n/a", "нет", "none"];

/// Texts of empty cells of columns other than passwords, in addition to [`NOTHING`]: words of programs, of
/// spreadsheets' errors, and of people.
const FILLERS: [&str; 61] = [
    "nan",
    "na",
    "nat",
    "nil",
    "<na>",
    "(null)",
    "[null]",
    "<null>",
    "{null}",
    "<none>",
    "(none)",
    "undefined",
    "unknown",
    "n.a.",
    "not set",
    "not available",
    "no data",
    "empty",
    "--",
    "---",
    "–",
    "#n/a",
    "#null!",
    "#ref!",
    "#value!",
    "#name?",
    "#num!",
    "#div/0!",
    "#н/д",
    "#пусто!",
    "#ссылка!",
    "#знач!",
    "#имя?",
    "#число!",
    "#дел/0!",
    "н/д",
    "не указан",
    "не указана",
    "не указано",
    "не указаны",
    "не задан",
    "не задано",
    "не заполнен",
    "не заполнено",
    "не известен",
    "не известно",
    "неизвестен",
    "неизвестно",
    "нет данных",
    "нет информации",
    "нет сведений",
    "отсутствует",
    "отсутствуют",
    "пусто",
    "жоқ",
    "белгісіз",
    "көрсетілмеген",
    "көрсетілмеді",
    "мәлімет жоқ",
    "деректер жоқ",
    "дерек жоқ",
];

/// Number of letters and digits that no such cell has: one more than `көрсетілмеген`.
const SURELY_FILLED: usize = 14;

/// Returns whether a cell of any column is empty.
pub(crate) fn is_empty(text: &str) -> bool {
    text.is_empty() || may_say_nothing(text) && is_one_of(text, &[&NOTHING])
}

/// Returns whether a cell that is not a password is empty.
pub(crate) fn is_filler(text: &str) -> bool {
    text.is_empty() || may_say_nothing(text) && is_one_of(text, &[&NOTHING, &FILLERS])
}

/// Returns whether a cell holds only zeros and the signs of numbers.
pub(super) fn is_zero(text: &str) -> bool {
    // Nearly every number is decided here: cleaning drops neither letters nor digits.
    let says_more = |byte: u8| byte.is_ascii_alphanumeric() && byte != b'0';
    !text.bytes().any(says_more) && {
        let cleaned = clean(text);
        let is_sign = |c: char| matches!(c, '0' | ' ' | '.' | ',' | '-' | '+' | '(' | ')');
        cleaned.contains('0') && cleaned.chars().all(is_sign)
    }
}

fn is_one_of(text: &str, lists: &[&[&str]]) -> bool {
    let cleaned = clean(text);
    // These are names.
    if matches!(&*cleaned, "Na" | "Nan") {
        return false;
    }
    let lower = cleaned.to_lowercase();
    lists.iter().any(|list| list.contains(&lower.as_str()))
}

/// Whether a text may be one of the lists' words. Nearly every cell shows at its beginning that it is not, and needs no
/// cleaning.
fn may_say_nothing(text: &str) -> bool {
    let mut letters = text.chars();
    begins_as_nothing(letters.next(), letters.next()) && !has_many_letters(text)
}

/// Returns whether a text with this beginning, in any case and decoration, may be one of the lists' words.
fn begins_as_nothing(first: Option<char>, second: Option<char>) -> bool {
    let plain = |c: char| c.is_ascii_graphic() || matches!(c, '\u{400}'..='\u{4ff}');
    let (Some(first), Some(second)) = (first, second) else {
        return true;
    };
    if !plain(first) || !plain(second) || matches!(second, '"' | '\'') {
        return true;
    }
    let second = second.to_ascii_lowercase();
    // Both cases of Cyrillic letters are listed: to look them up in tables takes longer than all the rest.
    match first.to_ascii_lowercase() {
        '"' | '\'' | '-' | '\\' | '=' | '#' => true,
        'n' => matches!(second, 'u' | 'a' | 'i' | 'o' | '/' | '.'),
        '(' | '[' | '<' | '{' => second == 'n',
        'u' => second == 'n',
        'e' => second == 'm',
        'н' | 'Н' => matches!(second, 'е' | 'Е' | '/'),
        'о' | 'О' => matches!(second, 'т' | 'Т'),
        'б' | 'Б' | 'д' | 'Д' => matches!(second, 'е' | 'Е'),
        'п' | 'П' => matches!(second, 'у' | 'У'),
        'ж' | 'Ж' => matches!(second, 'о' | 'О'),
        'к' | 'К' => matches!(second, 'ө' | 'Ө'),
        'м' | 'М' => matches!(second, 'ә' | 'Ә'),
        _ => false,
    }
}

/// Whether a text has more letters and digits than anything in the lists: cleaning drops none of them.
fn has_many_letters(text: &str) -> bool {
    let mut letters = text.chars().filter(|&c| is_letter_or_digit(c));
    letters.nth(SURELY_FILLED - 1).is_some()
}

/// As [`char::is_alphanumeric`], without its tables for Cyrillic letters.
fn is_letter_or_digit(c: char) -> bool {
    is_cyrillic(c) || c.is_alphanumeric()
}

const fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{481}' | '\u{48a}'..='\u{4ff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cell_that_says_nothing_is_empty() {
        for nothing in [
            "",
            "  ",
            "\"\"",
            "-",
            "—",
            "NULL",
            "\\N",
            "N/A",
            "n/a",
            "Нет",
            "none",
            "« нет »",
            "N\u{200B}U\u{200B}LL",
            "ｎｏｎｅ",
            "=\"\"",
            "“”",
        ] {
            assert!(is_empty(nothing), "{nothing:?}");
            assert!(is_filler(nothing), "{nothing:?}");
        }
        for filled in [
            "0",
            "нету",
            "null1",
            "x",
            "77090000001",
            "N//A",
            "none none",
            "Na",
            "Nan",
            "Наны",
        ] {
            assert!(!is_filler(filled), "{filled:?}");
        }
    }

    #[test]
    fn a_filler_is_a_password_and_no_other_value() {
        for filler in FILLERS.into_iter().chain([
            "NaN",
            "NA",
            "(NULL)",
            "#Н/Д",
            "Не указан",
            " ЖОҚ ",
            "'undefined'",
        ]) {
            assert!(is_filler(filler), "{filler:?}");
            assert!(!is_empty(filler), "{filler:?}");
        }
    }

    #[test]
    fn zeros_alone_are_not_a_number() {
        for zero in [
            "0",
            "000000000000",
            "0.0",
            "'0'",
            "+0 (000) 000-00-00",
            "=\"0\"",
        ] {
            assert!(is_zero(zero), "{zero:?}");
        }
        for other in ["", "-", "10", "00x", "0077091234567"] {
            assert!(!is_zero(other), "{other:?}");
        }
    }

    #[test]
    fn letters_and_digits_are_those_of_unicode() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_letter_or_digit(c), c.is_alphanumeric(), "{c:?}");
        }
    }

    #[test]
    fn every_filler_in_capitals_or_small_letters_begins_as_one() {
        for word in NOTHING.into_iter().chain(FILLERS) {
            for text in [word.to_owned(), word.to_uppercase()] {
                assert!(may_say_nothing(&text), "{text}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn a_cell_is_empty_if_it_says_nothing_when_it_has_been_cleaned(
            text in "[\"' №=\u{200b}\u{301}]{0,2}(—|-|[nN][uU][lL]{2}|\\\\[nN]|[nｎ]/[aа]|[нН]ет|none|[(<][nN][uU]ll[)>]|[жЖ]оқ|НЕ указан|[а-яёҚӘһҢA-z0-9\u{301}]{1,3}|\\PC)[\"' \u{200b}\u{301}я]{0,2}",
        ) {
            prop_assert_eq!(is_empty(&text), is_one_of(&text, &[&NOTHING]));
            prop_assert_eq!(is_filler(&text), is_one_of(&text, &[&NOTHING, &FILLERS]));
        }
    }
}
