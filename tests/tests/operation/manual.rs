//! Has every command a manual page that can be worked from?

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tekser_tests::{commands_in_help, indexer, server};
use tempfile::TempDir;

use super::output;

/// What a page must have so that a reader can work from it alone.
const SECTIONS: [&str; 6] = [
    "NAME",
    "SYNOPSIS",
    "DESCRIPTION",
    "OPTIONS",
    "\"EXIT STATUS\"",
    "\"SEE ALSO\"",
];

fn programs() -> [(&'static Path, &'static str); 2] {
    [(indexer(), "1"), (server(), "8")]
}

/// The pages of both programs, as files.
fn pages() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let name = folder.path().to_str().expect("UTF-8");
    for (program, _) in programs() {
        output(program, &["man", "--output", name]);
    }
    folder
}

/// The commands that `--help` lists below `words`, at any depth, each with the words before it.
fn commands(program: &Path, words: &[String]) -> Vec<Vec<String>> {
    let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
    arguments.push("--help");
    let help = output(program, &arguments);
    let listed = commands_in_help(&help).into_iter();
    listed
        .flat_map(|name| {
            let below = [words, &[name.to_owned()]].concat();
            let mut all = commands(program, &below);
            all.push(below);
            all
        })
        .collect()
}

#[test]
fn every_command_that_help_lists_has_a_page_and_no_other() {
    let folder = pages();
    let mut expected = BTreeSet::new();
    for (program, section) in programs() {
        let name = program
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name");
        let all = commands(program, &[]);
        assert!(all.len() >= 3, "{name} has commands");
        expected.insert(format!("{name}.{section}"));
        expected.extend(
            all.iter()
                .map(|words| format!("{name}-{}.{section}", words.join("-"))),
        );
    }
    let written: BTreeSet<String> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .collect();
    assert_eq!(written, expected);
}

#[test]
fn a_page_has_what_one_needs_to_work_from_it_and_refers_to_pages_that_are_there() {
    let folder = pages();
    let foreign = ["age(1)", "minisign(1)", "nginx(8)", "systemd.exec(5)"];
    for entry in fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a page");
        for section in SECTIONS {
            assert!(
                text.contains(&format!(".SH {section}\n")),
                "{section} of {}",
                path.display()
            );
        }
        let (_, related) = text
            .split_once(".SH \"SEE ALSO\"\n")
            .expect("related pages");
        for line in related.lines() {
            let name = line
                .replace("\\fB", "")
                .replace("\\fR", "")
                .replace('\\', "");
            let name = name.trim_end_matches(',');
            let file = name.replace('(', ".").replace(')', "");
            assert!(
                foreign.contains(&name) || folder.path().join(&file).is_file(),
                "{name} of {}",
                path.display()
            );
        }
    }
}

#[test]
fn formatters_find_nothing_to_complain_of_in_a_page() {
    let folder = pages();
    let linters: [(&str, &[&str]); 2] = [
        ("mandoc", &["-T", "lint", "-W", "warning"]),
        ("groff", &["-man", "-Tutf8", "-Kutf8", "-ww", "-z"]),
    ];
    let there = linters.into_iter().filter(|(linter, _)| is_there(linter));
    for (linter, arguments) in there {
        for entry in fs::read_dir(folder.path()).expect("a folder") {
            let path = entry.expect("an entry").path();
            let printed = Command::new(linter).args(arguments).arg(&path).output();
            let printed = printed.expect("a linter");
            let complaints = [printed.stdout, printed.stderr].concat();
            assert!(
                complaints.is_empty(),
                "{}",
                String::from_utf8_lossy(&complaints)
            );
        }
    }
}

#[test]
fn shells_can_read_their_completions_which_know_every_command() {
    for (program, _) in programs() {
        for shell in ["bash", "zsh", "fish"] {
            let script = output(program, &["completions", shell]);
            for words in commands(program, &[]) {
                let last = words.last().expect("a word");
                assert!(script.contains(last.as_str()), "{last} in {shell}");
            }
            if is_there(shell) {
                assert!(
                    parses(shell, &script),
                    "{shell} cannot read its completions"
                );
            }
        }
    }
}

fn parses(shell: &str, script: &str) -> bool {
    let mut child = Command::new(shell)
        .arg("-n")
        .stdin(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(script.as_bytes()).expect("a reader");
    drop(input);
    child.wait().expect("a child").success()
}

fn is_there(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}
