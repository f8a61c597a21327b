//! Is or contains this password an identifier?

use exposure_index::identifier::{Identifier, Kind, clean, normalise_cell};

use crate::ingest::search_text;

/// Minimum digits in a row that may be a person's number: an identity card's. IINs, phone numbers and cards have more.
const NUMBER: usize = 9;
/// Minimum digits that can be recognised as nobody's number by their sequence: a passport's.
const COUNTING: usize = 7;
/// Maximum characters between two digits of one number, as in `8 (709) 123`.
const GAP: usize = 2;

/// Kinds whose form is searched for in a whole password, and in each separate part of one.
const DOCUMENTS: [Kind; 3] = [Kind::Passport, Kind::Iban, Kind::Plate];

/// Returns whether a password is or contains an identifier, and so must not be listed. FORMAT.md has the rule.
pub(super) fn is_identifying(password: &str) -> bool {
    let cleaned = clean(password);
    if cleaned.contains('@') && has_address(&cleaned) {
        return true;
    }
    let digits: Vec<u8> = cleaned.bytes().filter(u8::is_ascii_digit).collect();
    if goes_on_by_one_step(&digits) {
        return false;
    }
    has_number(&cleaned)
        || is_phone(&cleaned)
        || is_one_of(&DOCUMENTS, &cleaned)
        || has_document(&cleaned)
}

/// Returns whether digits are `0000000`, `1234567`, `9876543`, `2468024` or the like, which anybody guesses first.
fn goes_on_by_one_step(digits: &[u8]) -> bool {
    let step = |pair: &[u8]| (pair[1] + 10 - pair[0]) % 10;
    let mut steps = digits.windows(2).map(step);
    let first = steps.next();
    digits.len() >= COUNTING && steps.all(|step| Some(step) == first)
}

/// Returns whether a text has as many digits in a row as a number, whatever separates them for the eye.
fn has_number(text: &str) -> bool {
    let (mut digits, mut gap) = (0, 0);
    for character in text.chars() {
        if character.is_ascii_digit() {
            (digits, gap) = (digits + 1, 0);
        } else if character.is_alphanumeric() || gap == GAP {
            (digits, gap) = (0, 0);
        } else {
            gap += 1;
        }
        if digits == NUMBER {
            return true;
        }
    }
    false
}

fn has_address(text: &str) -> bool {
    let mut found = Vec::new();
    search_text(text.as_bytes(), &mut found);
    found
        .iter()
        .any(|found: &Identifier| found.kind() == Kind::Email)
}

/// Returns whether a text is a phone number. One with letters, which some keypads have, is not: nobody writes a number
/// that way to be called, and many passwords end in `qwert`.
fn is_phone(text: &str) -> bool {
    !text.contains(char::is_alphabetic) && is_one_of(&[Kind::Phone], text)
}

/// Returns whether a part between characters that are neither letters nor digits is a document's number.
fn has_document(text: &str) -> bool {
    let mut parts = text.split(|character: char| !character.is_alphanumeric());
    parts.any(|part| is_one_of(&DOCUMENTS, part))
}

fn is_one_of(kinds: &[Kind], text: &str) -> bool {
    let mut found = Vec::new();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    // None of them has fewer; most passwords do.
    digits > 2
        && kinds.iter().any(|&kind| {
            let _ = normalise_cell(kind, text, &mut found);
            !found.is_empty()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_looked_for_or_found_otherwise() {
        for kind in Kind::ALL {
            let is_document = match kind {
                Kind::Passport | Kind::Iban | Kind::Plate => true,
                // Found by their digits, a phone by its form too.
                Kind::Iin | Kind::Phone | Kind::IdCard | Kind::Card | Kind::Company => false,
                // Found by its @.
                Kind::Email => false,
                // Names that people give themselves or others: any password could be one.
                Kind::Login | Kind::Site | Kind::Wallet | Kind::Handle => false,
            };
            assert_eq!(DOCUMENTS.contains(&kind), is_document, "{kind}");
        }
    }

    #[test]
    fn what_is_or_contains_an_identifier_is_identifying() {
        for identifying in [
            "360323258530",
            "36032325853",
            "iin360323258530!",
            "87091234567",
            "+7 (709) 123-45-67",
            "aigul87091234567",
            "7091234567",
            "８７０９１２３４５６７",
            "8-709.123/45 67",
            "a.b@example.kz",
            "<a@example.com>!",
            "x a.b@example.kz y",
            "012345679",
            "N12045678",
            "n1204567",
            "(N12045678)",
            "4539578763621486",
            "KZ86125KZT5004100100",
            "123ABC02",
            "123авс02",
            "a321bc",
            "+47 21 23 45 67",
        ] {
            assert!(is_identifying(identifying), "{identifying}");
        }
    }

    #[test]
    fn what_many_people_type_is_not() {
        for common in [
            "",
            "123456",
            "12345678",
            "123456789",
            "1234567890",
            "0987654321",
            "111111111",
            "0123456789",
            "2468024680",
            "a1234567",
            "qwerty",
            "P@ssw0rd",
            "p@ss.w",
            "password1",
            "пароль",
            "12.03.1990",
            "19900312",
            "abc12345",
            "1q2w3e4r5t",
            "12345qwert",
            "qwe123",
            "iloveyou2024!",
            "Aa123456",
        ] {
            assert!(!is_identifying(common), "{common}");
        }
    }
}
