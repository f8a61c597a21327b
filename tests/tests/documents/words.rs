//! Is it plain English? Turns of phrase that readers stumbled over stay out of code, messages and documents.

use std::fs;

use super::document::{files_in_git, root};

/// Files with English in them.
const READ: [&str; 6] = ["*.rs", "*.md", "*.toml", "*.ts", "*.mjs", "*.service"];
/// This list.
const THIS: &str = "tests/tests/documents/words.rs";

/// Turns of phrase, alternatives of a word between slashes, with what to write instead.
const PHRASES: [(&str, &str); 18] = [
    ("tells/told/telling", "reports, prints, says, shows"),
    ("go/goes/going/gone on with", "resume"),
    ("anew", "again"),
    ("that is/are none", "is not one; an invalid …"),
    ("knows/know no", "does not know"),
    ("something/anything else than", "unlike, differs from"),
    ("whoever/somebody", "the caller, the operator, the attacker"),
    ("at the most/least", "at most, at least"),
    ("so often", "every N seconds"),
    ("in/into force", "current; publish"),
    ("set/sets aside", "retire"),
    ("is/be/are had", "is available"),
    ("the system gives/says/has", "the OS error"),
    ("the system's reason", "the OS error"),
    ("as it has it", "as in it"),
    ("in vain", "without success"),
    ("all the same", "still, anyway"),
    ("lest", "so that … not"),
];

#[test]
fn english_is_plain() {
    let mut files = files_in_git(&READ);
    files.retain(|file| file != THIS);
    assert!(files.len() > 500, "only {} files", files.len());
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(root().join(&file)).expect("a text");
        for (number, line) in text.lines().enumerate() {
            if let Some((phrase, better)) = unplain(line) {
                let number = number + 1;
                found.push(format!("{file}:{number}: {phrase}: better {better}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_turn_of_phrase_is_found_in_any_of_its_forms_and_in_names() {
    for line in [
        "// The log tells it.",
        "fn it_is_told() {",
        "it goes on with the next",
        "(at the least)",
    ] {
        assert!(unplain(line).is_some(), "{line}");
    }
    for line in [
        "a retold story",
        "at most three",
        "nothing. But then",
        "go on, with care",
    ] {
        assert!(unplain(line).is_none(), "{line}");
    }
}

/// The first turn of phrase in a line, with what is better.
fn unplain(line: &str) -> Option<(&'static str, &'static str)> {
    let words: Vec<String> = line
        .split(|letter: char| letter.is_whitespace() || letter == '_')
        .map(|word| word.trim_start_matches(|letter: char| !letter.is_alphanumeric()))
        .map(str::to_lowercase)
        .collect();
    let is_word = |word: &str, forms: &str, is_last: bool| {
        let bare = word.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        // A phrase does not go on past a comma or a full stop.
        let word = if is_last { bare } else { word };
        forms.split('/').any(|form| form == word)
    };
    PHRASES.into_iter().find(|(phrase, _)| {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        let is_there = |words: &[String]| {
            let mut pairs = words.iter().zip(&phrase).enumerate();
            pairs.all(|(at, (word, forms))| is_word(word, forms, at + 1 == phrase.len()))
        };
        words.windows(phrase.len()).any(is_there)
    })
}
