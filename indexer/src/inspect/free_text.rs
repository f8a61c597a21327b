//! Is this column free text with identifiers in it? And which class leaked with them?
//!
//! A column is free text if some of its cells have identifiers among at least [`WORDS`] words, and if more cells
//! are like that than are an identifier as a whole; or if its name says that it is text, and any identifier is in it,
//! as in the pieces of messages that Telegram exports. A column of names, addresses or passwords never is, and neither
//! is one of identifiers that a build would read as it is, unless it holds such pieces.

use super::guess::Guess;
use super::meaning::Meaning::{self, Class, Identifier, Text};
use super::words::{CALLED_TEXT, CLEAR, TEXTS};
use super::{classes, identifiers, name};
use crate::ingest::search_text;

/// Probability that a column is free text with identifiers, in percent.
const SURE: u8 = 90;

/// Fewest words around an identifier in free text: a label, such as `тел.`, is one.
const WORDS: usize = 2;

/// The shortest word, in letters; initials and labels such as `№` are shorter.
const LETTERS: usize = 2;

/// The share of cells, in percent, with which a column of identifiers is read as one.
const READ_AS_IDENTIFIERS: u8 = 95;

/// Classes that are never read as free text, whatever is in their cells.
const NEVER: [&str; 3] = ["names", "physical-addresses", classes::PASSWORDS];

/// Returns the guess that a column is free text, if it is; `likeliest` is its likeliest meaning otherwise.
pub(super) fn guess(
    column: Option<&str>,
    values: &[&str],
    likeliest: Option<&Guess>,
) -> Option<Guess> {
    let likeliest = likeliest.filter(|guess| guess.is_proposed());
    let is_called_text = column.is_some_and(|name| name::last_said(name, CALLED_TEXT).is_some());
    let is_in_pieces = is_called_text && column.is_some_and(|name| name.contains("[]."));
    let is_never = likeliest.is_some_and(|guess| is_never_text(guess, is_in_pieces))
        || column.is_some_and(is_called_never_text);
    if is_never || !is_free_text(values, is_called_text) {
        return None;
    }
    let by_words = column.and_then(class_by_words);
    let by_name = likeliest.filter(|guess| guess.by_name).and_then(class_of);
    let class = by_words.or(by_name);
    Some(Guess {
        meaning: Text(class),
        percent: SURE,
        by_name: class.is_some(),
        by_values: true,
        taken: None,
    })
}

/// Pieces of text from an array are one cell of a record, of which a build would take the identifiers of one kind
/// alone.
fn is_never_text(guess: &Guess, is_in_pieces: bool) -> bool {
    match guess.meaning {
        Class(class) => NEVER.contains(&class),
        Identifier(_) => guess
            .taken
            .is_some_and(|taken| taken >= READ_AS_IDENTIFIERS && !is_in_pieces),
        Text(_) => false,
    }
}

/// Whether the name of a column, or the last part of its path, clearly says one of those classes.
fn is_called_never_text(column: &str) -> bool {
    let last = column.rsplit('.').next().unwrap_or(column);
    let weights = name::weights(last);
    let is_clear = |class: &'static str| {
        weights
            .get(&Class(class))
            .is_some_and(|weight| *weight >= CLEAR)
    };
    NEVER.iter().any(|class| is_clear(class))
}

const fn class_of(guess: &Guess) -> Option<&'static str> {
    match guess.meaning {
        Class(class) => Some(class),
        _ => None,
    }
}

/// Returns the class of the last word of a column's name that has one.
fn class_by_words(column: &str) -> Option<&'static str> {
    name::last_said(column, TEXTS).and_then(|words| words.meaning.and_then(class_by_meaning))
}

const fn class_by_meaning(meaning: Meaning) -> Option<&'static str> {
    match meaning {
        Class(class) => Some(class),
        _ => None,
    }
}

fn is_free_text(values: &[&str], is_called_text: bool) -> bool {
    let (mut within, mut whole) = (0_usize, 0_usize);
    for value in values {
        match has_words(value) {
            true => within += usize::from(holds_identifier(value)),
            false => whole += usize::from(identifiers::is_whole(value)),
        }
    }
    within > whole || is_called_text && within + whole > 0
}

/// Returns whether a cell has words around what could be identifiers.
fn has_words(cell: &str) -> bool {
    let words = cell.split_whitespace().filter(|word| is_word(word));
    words.take(WORDS).count() == WORDS
}

/// Letters, perhaps with marks around them; neither an address nor a number.
fn is_word(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    letters >= LETTERS && !word.contains(|c: char| c.is_numeric() || c == '@')
}

fn holds_identifier(cell: &str) -> bool {
    let mut found = Vec::new();
    search_text(cell.as_bytes(), &mut found);
    !found.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_among_words_make_a_column_free_text_and_those_by_themselves_do_not() {
        for notes in [
            &["оплачено", "перезвонить мужу +77090000001"][..],
            &["call me: a@example.kz, please", "ok", "thanks a lot"],
            &["ИИН клиента проверен: 360323258530"],
        ] {
            assert!(is_free_text(notes, false), "{notes:?}");
        }
        for cells in [
            &[
                "87090000001",
                "87090000002",
                "рабочий, звонить утром 87090000003",
            ][..],
            &["моб. 87090000001", "тел.: 8 709 000 00 02"],
            &["перезвонить мужу", "оплачено картой полностью"],
            &["заказ от 12.03.2021 на сумму 150000"],
            &[],
        ] {
            assert!(!is_free_text(cells, false), "{cells:?}");
        }
    }

    #[test]
    fn pieces_of_what_is_called_text_are_free_text_if_any_identifier_is_in_them() {
        let pieces = ["+77090000001", "https://example.org", "Важно", "срочно"];
        assert!(is_free_text(&pieces, true) && !is_free_text(&pieces, false));
        assert!(!is_free_text(&pieces[1..], true));
    }

    #[test]
    fn the_class_is_what_the_name_says_last() {
        for (name, class) in [
            ("chats.list[].messages[].text", Some("private-messages")),
            ("Комментарий менеджера", Some("comments")),
            ("sms_text", Some("sms-messages")),
            ("Назначение платежа", Some("payment-histories")),
            ("description", None),
            ("Примечание", None),
        ] {
            assert_eq!(class_by_words(name), class, "{name}");
        }
    }
}
