//! Which passports, plates and accounts are in this cell? For cells that are not one of them as a whole.
//!
//! Their letters are read as Latin capitals; anything that is neither letter nor digit separates words.

use super::clean::{is_hyphen, latin_look_alike};
use super::reading::Reading;
use super::{IdentifierError, Kind, bank, document};

/// Words of a plate that is written with blanks: `123 ABC 02`.
const PLATE_WORDS: usize = 3;

/// Returns every value of this kind in a cleaned text; `fault` says why the whole text is not one.
pub(super) fn read(kind: Kind, cleaned: &str, fault: IdentifierError) -> Reading {
    let words = words(cleaned);
    let mut reading = Reading::default();
    let mut place = 0;
    while place < words.len() {
        let rest = &words[place..];
        match value(kind, rest) {
            Some((length, value)) => {
                reading.take(value);
                place += length;
            }
            None => {
                if is_nearly(kind, &rest[0].letters) {
                    reading.refuse(fault);
                }
                place += 1;
            }
        }
    }
    if reading.values.is_empty() {
        return Reading::whole(Err(fault));
    }
    reading
}

/// Letters and digits in a row, as Latin capitals, and whether only blanks and hyphens part them from those before.
struct Word {
    letters: String,
    goes_on: bool,
}

fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut goes_on = false;
    let mut is_in_word = false;
    for c in text.chars() {
        if !c.is_alphanumeric() {
            goes_on = (is_in_word || goes_on) && (c == ' ' || is_hyphen(c));
            is_in_word = false;
            continue;
        }
        if !is_in_word {
            words.push(Word {
                letters: String::new(),
                goes_on,
            });
            is_in_word = true;
        }
        if let Some(word) = words.last_mut() {
            word.letters.extend(c.to_uppercase().map(latin_look_alike));
        }
    }
    words
}

/// The value that some words begin with, and how many of them it takes.
fn value(kind: Kind, words: &[Word]) -> Option<(usize, String)> {
    match kind {
        Kind::Passport => passport(words),
        Kind::Plate => plate(words),
        Kind::Iban => iban(words),
        _ => None,
    }
}

/// `N12345678`, or `N 12345678` with the letter that Kazakhstan's passports have.
fn passport(words: &[Word]) -> Option<(usize, String)> {
    match words {
        [letter, number, ..] if letter.letters == "N" && number.goes_on => {
            let number = document::passport(&format!("N{}", number.letters)).ok()?;
            Some((2, number))
        }
        [number, ..] => Some((1, document::passport(&number.letters).ok()?)),
        [] => None,
    }
}

/// A plate in one word, or one of today's form in two or three.
fn plate(words: &[Word]) -> Option<(usize, String)> {
    let mut plate = String::new();
    for (place, word) in words.iter().take(PLATE_WORDS).enumerate() {
        let is_next = word.goes_on && is_between_digits_and_letters(&plate, &word.letters);
        if place > 0 && !is_next {
            return None;
        }
        plate.push_str(&word.letters);
        let is_of_form = place == 0 || plate.starts_with(|c: char| c.is_ascii_digit());
        if is_of_form && let Ok(plate) = document::plate(&plate) {
            return Some((place + 1, plate));
        }
    }
    None
}

fn is_between_digits_and_letters(before: &str, after: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    before.ends_with(is_digit) != after.starts_with(is_digit)
}

/// An account in as many words as its twenty characters take, possibly with `IBAN` right before it.
fn iban(words: &[Word]) -> Option<(usize, String)> {
    let first = words.first()?;
    let unlabelled = first.letters.strip_prefix("IBAN");
    let mut number = unlabelled.unwrap_or(&first.letters).to_owned();
    let mut length = 1;
    while number.len() < bank::IBAN && number.starts_with("KZ") {
        let next = words.get(length).filter(|next| next.goes_on)?;
        number.push_str(&next.letters);
        length += 1;
    }
    Some((length, bank::iban(&number).ok()?))
}

/// Whether a word that is in no value looks as if it should be.
fn is_nearly(kind: Kind, word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    match kind {
        Kind::Passport => digits > 4,
        Kind::Plate => (3..=5).contains(&digits) && digits < word.chars().count(),
        _ => word.starts_with("KZ") && digits > 1 || digits > 9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kind: Kind, text: &str) -> (Vec<String>, bool) {
        let reading = read(kind, text, IdentifierError::Form);
        (reading.values, reading.fault.is_none())
    }

    #[test]
    fn labels_and_notes_are_not_part_of_a_value() {
        for (kind, value, texts) in [
            (
                Kind::Passport,
                "N12345678",
                &[
                    "паспорт N12345678",
                    "паспорт: n12345678",
                    "N12345678 от 12.03.2015",
                    "№ N 12345678 МВД",
                ][..],
            ),
            (
                Kind::Plate,
                "123ABC02",
                &[
                    "гос. номер 123ABC02",
                    "г/н 123 авс 02",
                    "Toyota 123ABC02, белая",
                ][..],
            ),
            (Kind::Plate, "A123BC", &["г/н: А123ВС"][..]),
            (
                Kind::Iban,
                "KZ86125KZT5004100100",
                &[
                    "IBAN KZ86125KZT5004100100",
                    "ИИК: КZ86 125K ZТ50 0410 0100",
                    "IBANKZ86125KZT5004100100",
                    "KZ86125KZT5004100100 в АО «Банк»",
                ][..],
            ),
        ] {
            for text in texts {
                assert_eq!(found(kind, text), (vec![value.to_owned()], true), "{text}");
            }
        }
    }

    #[test]
    fn several_values_are_several() {
        for (kind, first, second) in [
            (Kind::Passport, "N12345678", "N12345679"),
            (Kind::Plate, "123ABC02", "A123BC"),
            (Kind::Iban, "KZ86125KZT5004100100", "KZ75125KZT1001300335"),
        ] {
            for between in [" ", ", ", "/", "\n", " и "] {
                let text = format!("{first}{between}{second}");
                assert_eq!(
                    found(kind, &text),
                    (vec![first.to_owned(), second.to_owned()], true),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn a_text_that_only_contains_a_value_s_form_is_not_one() {
        for (kind, text) in [
            (Kind::Passport, "N123456789 1"),
            (Kind::Passport, "с 12345678"),
            (Kind::Passport, "XN12345678"),
            (Kind::Plate, "5123ABC02 x"),
            (Kind::Plate, "А, 123 ВС"),
            (Kind::Plate, "kz86 125k zt50 0410"),
            (Kind::Iban, "KZ86125KZT5004100101 счет"),
            (Kind::Iban, "KZ86125KZT50041001001 счет"),
            (Kind::Iban, "KZ86, 125KZT5004100100"),
        ] {
            assert_eq!(found(kind, text), (vec![], false), "{text}");
        }
    }
}
