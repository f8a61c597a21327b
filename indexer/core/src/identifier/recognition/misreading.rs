//! What do people type that is not an identifier? Names, numbers with a slip.

use unicode_normalization::char::is_combining_mark;

use super::fault::{Fault, Nearest};
use super::slips::mended;
use super::{Kind, clean, normalise, without_separators};

/// The number of digits of the longest kind, a card's.
const MOST_DIGITS: usize = 19;
/// Fewest digits of a number in which a letter is a slip.
const DIGITS_WITH_SLIP: usize = 7;

/// What a cleaned text is, if not an identifier; `likeness` is the kind that it looks like.
pub(super) fn misreading(cleaned: &str, likeness: Option<Kind>) -> Option<Nearest> {
    let text = cleaned.to_lowercase();
    let found = if is_broken_address(&text) {
        let fault = match text.contains('@') {
            true => super::IdentifierError::Domain.into(),
            false => Fault::AtSign,
        };
        Some(Nearest::of(Kind::Email, fault))
    } else if has_too_many_digits(&text) {
        Some(Nearest::unlike_any(Fault::Many))
    } else {
        None
    };
    if found.is_some() || likeness.is_some() {
        return found;
    }
    if has_letters_for_digits(&text) {
        return Some(Nearest::unlike_any(Fault::Letters));
    }
    is_persons_name(&text).then(|| Nearest::unlike_any(Fault::Name))
}

/// An address whose @ is missing or written in words, or one with a comma for a dot.
pub(super) fn is_broken_address(text: &str) -> bool {
    let is_other = |address: &String| address != text && normalise(Kind::Email, address).is_ok();
    mended(text).is_some_and(|address| is_other(&address))
}

fn has_too_many_digits(text: &str) -> bool {
    let is_of_number = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+().,/-".contains(c);
    digits(text) > MOST_DIGITS && text.chars().all(is_of_number)
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// At least seven digits and hardly any letter: a number with a slip rather than a login.
fn has_letters_for_digits(text: &str) -> bool {
    let packed: Vec<char> = without_separators(text)
        .chars()
        .filter(|c| !"()+.".contains(*c))
        .collect();
    let digits = packed.iter().filter(|c| c.is_ascii_digit()).count();
    let others = packed.len() - digits;
    let are_read = packed
        .iter()
        .all(|c| c.is_ascii_digit() || is_look_alike(*c));
    others > 0 && digits >= DIGITS_WITH_SLIP && (others <= 2 || are_read && others <= digits)
}

/// Letters that are typed for digits, or read as them.
const fn is_look_alike(c: char) -> bool {
    matches!(
        c,
        'o' | 'о'
            | 'q'
            | 'd'
            | 'l'
            | 'i'
            | 'і'
            | '|'
            | '!'
            | 'z'
            | 'з'
            | 'ч'
            | 's'
            | 'б'
            | 'b'
            | 'в'
            | 'g'
    )
}

/// Words of letters only: two or more in any script, or one in Cyrillic.
fn is_persons_name(text: &str) -> bool {
    let text = clean(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_of_word = |c: char| c.is_alphabetic() || is_combining_mark(c) || "'’.-".contains(c);
    let is_word = |word: &&str| {
        word.starts_with(|c: char| c.is_alphabetic() && !is_combining_mark(c))
            && word.chars().all(is_of_word)
    };
    let is_of_name = |c: char| is_cyrillic(c) || is_combining_mark(c) || "'’-".contains(c);
    let is_cyrillic_word = || {
        text.starts_with(is_cyrillic)
            && text.chars().nth(1).is_some()
            && text.chars().all(is_of_name)
    };
    words.iter().all(is_word) && (words.len() > 1 || is_cyrillic_word())
}

/// A letter of the Cyrillic script.
const fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{482}' | '\u{48a}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{a640}'..='\u{a69f}')
}
