//! Is it plain English? Turns of phrase that readers stumbled over stay out of code, messages and documents.

use std::fs;
use std::path::{Path, PathBuf};

/// Where people read: sources, messages, documents.
const READ: [&str; 6] = [
    "README.md",
    ".github",
    "indexer",
    "server",
    "tests",
    "tools",
];
/// Folders of other people's texts and of what programs made, and this list.
const OTHERS: [&str; 4] = ["node_modules", "dist", "vectors", "words.rs"];
/// Endings of files with English in them.
const ENDINGS: [&str; 6] = ["rs", "md", "toml", "ts", "mjs", "service"];

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
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files: Vec<PathBuf> = READ
        .iter()
        .flat_map(|place| files(&root.join(place)))
        .collect();
    assert!(files.len() > 500, "only {} files", files.len());
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a text");
        for (number, line) in text.lines().enumerate() {
            if let Some((phrase, better)) = unplain(line) {
                let (place, number) = (file.strip_prefix(&root).expect("below"), number + 1);
                found.push(format!(
                    "{}:{number}: {phrase}: better {better}",
                    place.display()
                ));
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

/// The files at or below a place that have English in them.
fn files(place: &Path) -> Vec<PathBuf> {
    let name = place.file_name().and_then(|name| name.to_str());
    if name.is_some_and(|name| OTHERS.contains(&name)) {
        return Vec::new();
    }
    if place.is_dir() {
        let entries = fs::read_dir(place).expect("a folder");
        return entries
            .flat_map(|entry| files(&entry.expect("an entry").path()))
            .collect();
    }
    let ending = place.extension().and_then(|ending| ending.to_str());
    let is_read = ending.is_some_and(|ending| ENDINGS.contains(&ending));
    is_read.then(|| place.to_owned()).into_iter().collect()
}
