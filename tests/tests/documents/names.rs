use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use tekser_tests::{commands_in_help, indexer, server};

use super::document::Document;

/// Options of each command, by its words: those of `tekser-indexer key show` under `key show`.
type Options = BTreeMap<String, BTreeSet<String>>;

/// Every command of a program with its options, as their helps list them.
fn options(program: &Path) -> Options {
    let mut all = Options::new();
    collect(program, &[], &mut all);
    all
}

fn collect(program: &Path, words: &[&str], all: &mut Options) {
    let output = Command::new(program).args(words).arg("--help").output();
    let help = String::from_utf8(output.expect("a program").stdout).expect("UTF-8");
    let usage = help
        .lines()
        .filter(|line| line.contains("Usage:") || line.starts_with("      "));
    let listed = help
        .lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with('-'));
    let named = listed.chain(usage).flat_map(str::split_whitespace);
    let is_option = |word: &&str| word.starts_with("--");
    let name = |word: &str| -> String {
        let is_inside = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '-';
        word.chars().take_while(is_inside).collect()
    };
    all.insert(words.join(" "), named.filter(is_option).map(name).collect());
    for command in commands_in_help(&help) {
        collect(program, &[words, &[command]].concat(), all);
    }
}

/// The commands of a text: what follows a program's name up to the end of the command, with the number of its line.
fn invocations(document: &Document, program: &str) -> Vec<(usize, Vec<String>)> {
    let begin = format!("{program} ");
    let mut found = Vec::new();
    for (number, line) in document.text.lines().enumerate() {
        let pieces: Vec<&str> = line.split(&begin).collect();
        for pair in pieces.windows(2) {
            let [before, piece] = pair else { continue };
            // Cargo's name of the package, not the program.
            if before.ends_with("-p ") {
                continue;
            }
            let end = piece.find(['`', '|', '#', ';', '\'', '"', '&', '>', '<', ')']);
            let words = piece[..end.unwrap_or(piece.len())].split_whitespace();
            found.push((number + 1, words.map(ToOwned::to_owned).collect()));
        }
    }
    found
}

/// Returns what is wrong with the words after a program's name, if anything is.
fn mistake(words: &[String], options: &Options) -> Option<String> {
    let first = words.first()?;
    let two = words.iter().take(2).cloned().collect::<Vec<_>>().join(" ");
    let command = [two, first.clone(), String::new()];
    let command = command.iter().find(|name| options.contains_key(*name))?;
    let known = &options[command];
    let is_word = |word: &&String| word.starts_with("--") && word.len() > 2;
    let name = |word: &String| -> String {
        let is_inside = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '-';
        word.chars().take_while(is_inside).collect()
    };
    let mut used = words.iter().filter(is_word).map(name);
    let unknown = used.find(|option| !known.contains(option))?;
    Some(format!("{command} has no option {unknown}"))
}

#[test]
fn documents_name_only_options_that_exist() {
    let programs = [("tekser-indexer", indexer()), ("tekser-server", server())];
    let programs = programs.map(|(name, program)| (name, options(program)));
    let mut checked = 0;
    for name in Document::all() {
        let document = Document::read(&name);
        for (program, options) in &programs {
            for (line, words) in invocations(&document, program) {
                checked += 1;
                let mistake = mistake(&words, options);
                assert_eq!(mistake, None, "{name}, line {line}: {program}");
            }
        }
    }
    assert!(checked > 60, "only {checked} commands");
}

#[test]
fn the_guide_names_every_command_of_the_indexer() {
    let guide = Document::read("indexer/README.md").text;
    for command in options(indexer()).keys().filter(|name| !name.is_empty()) {
        let is_named = guide.contains(&format!("`{command}`"))
            || guide.contains(&format!("tekser-indexer {command}"));
        assert!(is_named, "{command}");
    }
}
