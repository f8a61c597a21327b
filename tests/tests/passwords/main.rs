//! Passwords of dumps: counted, kept if they are common, and listed as Have I Been Pwned lists its own.

mod answers;
mod kills;
mod traces;

use std::path::{Path, PathBuf};

use data_encoding::HEXUPPER;
use exposure_index::passwords::PasswordHash;
use tekser_test_kit::Dice;
use tekser_tests::{Workspace, write_breach};

const FILE: &str = "passwords.bin";

/// A password that nobody has and how often a dump holds it.
type Dump = Vec<(String, usize)>;

/// Makes `count` passwords, the first the most common, none of which anybody uses.
fn invented(different: usize, seed: u64) -> Dump {
    let mut dice = Dice::new(seed);
    let password = |number: usize| {
        let letter = |dice: &mut Dice| char::from(b'a' + (dice.roll() % 26) as u8);
        let letters: String = (0..12).map(|_| letter(&mut dice)).collect();
        (format!("{letters} №{number}"), 1 + different / (number + 1))
    };
    (0..different).map(password).collect()
}

/// Writes a breach that holds these passwords, in an order in which equal ones stand apart.
fn write(workspace: &Workspace, id: &str, dump: &Dump) -> PathBuf {
    let most = dump.iter().map(|(_, times)| *times).max().unwrap_or(0);
    let mut rows = String::from("login,secret\n");
    for round in 0..most {
        for (password, _) in dump.iter().filter(|(_, times)| *times > round) {
            rows.push_str(&format!("user{round},{password}\n"));
        }
    }
    let entry = "path = \"a.csv\"\ncolumns.login = { identifier = \"login\" }\ncolumns.secret = { password = true }";
    let root = workspace.path().join("breaches");
    write_breach(&root, id, entry, &[("a.csv", rows.as_bytes())])
}

/// The command that makes the file of all breaches of a workspace.
fn build(workspace: &Workspace, more: &[&str]) -> Vec<String> {
    let breaches = workspace.path().join("breaches");
    let mut command = ["passwords", "build", "--memory", "64MiB", "--output", FILE]
        .map(str::to_owned)
        .to_vec();
    command.extend(more.iter().map(ToString::to_string));
    command.push(breaches.to_str().expect("a path").to_owned());
    command
}

fn run(workspace: &Workspace, command: &[String]) -> String {
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    workspace.run_ok(&command)
}

fn file(workspace: &Workspace) -> PathBuf {
    workspace.path().join(FILE)
}

/// The forty digits of a password's hash.
fn digits(password: &str) -> String {
    HEXUPPER.encode(&PasswordHash::of(password.as_bytes()).0)
}

/// What is in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<String> = entries
        .map(|entry| name(entry).to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
