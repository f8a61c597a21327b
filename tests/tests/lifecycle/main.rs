//! What becomes of an index once it is built: nothing that a writing command does, or is kept from doing, loses one.

mod erasures;
mod generations;
mod growth;
mod keys;
mod kills;
mod refusals;
mod resuming;
mod review;
mod steps;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tekser_tests::{Workspace, leaks};

/// The school's IIN is in this public leak, and in the sealed one of a clinic.
const QUERY: &[u8] = b"iin:470316119230\n";

fn breach(id: &str) -> String {
    let path = leaks().join("breaches").join(id);
    path.to_str().expect("a path").to_owned()
}

/// The key that the index is rekeyed to.
const NEW_KEY: &str = "new.key";
/// Signs generations.
const RELEASE_KEY: &str = "release.key";
/// Folder of commands that do not write to the index.
const BESIDE: &str = "beside";
const LOG: &str = "beside/public.log";

/// A person in the other small leak.
const REQUEST: &str = "email:ejhnnq8513@example.kz\n";

/// Makes a workspace with `generations` generations of an index of one small leak; returns their names, oldest first.
fn with_generations(count: usize) -> (Workspace, Vec<String>) {
    let workspace = Workspace::new();
    let build = |_| {
        let _ = workspace.run_ok(&["build", &breach("school-2025")]);
        workspace.current()
    };
    let names = (0..count).map(build).collect();
    (workspace, names)
}

/// A workspace with two generations of an index of two small leaks that keeps pairs, and the command that built it.
fn with_two_leaks() -> (Workspace, Vec<String>) {
    let workspace = Workspace::new();
    let dumps = workspace.path().join("dumps");
    fs::write(workspace.path().join("requests"), REQUEST).expect("written");
    for id in ["school-2025", "combo-2021"] {
        copy(breach(id).as_ref(), &dumps.join(id));
    }
    let dumps = dumps.to_str().expect("a path");
    for _ in 0..2 {
        let _ = workspace.run_ok(&["build", "--pairs", dumps]);
    }
    let build = ["build", "--pairs", "--discard", dumps];
    (workspace, build.map(str::to_owned).to_vec())
}

/// Every command that writes about the index of [`with_two_leaks`]. None takes the school's leak away.
fn write_commands(workspace: &Workspace, build: Vec<String>) -> Vec<Vec<String>> {
    let merged = workspace.path().join("merged");
    let merged = merged.to_str().expect("a path");
    let _ = workspace.run_ok(&["build", "--index", merged, &breach("microloans-2024")]);
    let _ = workspace.run_ok(&["keygen", "--key", NEW_KEY]);
    fs::create_dir(workspace.path().join(BESIDE)).expect("a folder");
    let release_keygen = ["release-keygen", "--no-passphrase", "--release-key"];
    let _ = workspace.run_ok(&[&release_keygen[..], &[RELEASE_KEY]].concat());
    let (combo, clinic) = (breach("combo-2021"), breach("clinic-2023"));
    let dumps = build[build.len() - 1].clone();
    let commands: [&[&str]; 11] = [
        &["add", "--discard", &clinic],
        &["remove", "combo-2021"],
        &["update", "--discard", &combo],
        &["update", "--metadata", &combo],
        &["merge", merged],
        &["erase"],
        &["rollback"],
        &["sign", "--release-key", RELEASE_KEY],
        &["log", "--log", LOG],
        &[
            "rekey",
            "--discard",
            "--key",
            NEW_KEY,
            "--old-key",
            "key",
            "--allow-missing",
            &dumps,
        ],
        &["prune", "--keep", "1"],
    ];
    let owned = |command: &&[&str]| command.iter().map(ToString::to_string).collect();
    let others = commands.iter().map(owned);
    std::iter::once(build).chain(others).collect()
}

/// The indexer, with requests for erasure on its standard input.
fn writer(workspace: &Workspace, arguments: &[String]) -> Command {
    let requests = File::open(workspace.path().join("requests")).expect("a file");
    let mut command = workspace.command();
    command
        .args(arguments)
        .stdin(requests)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// The index is one of those that were published, and answers under its key; a log holds.
fn assert_whole(workspace: &Workspace) {
    let _ = workspace.run_ok(&["verify"]);
    let answer = |key: &[&str]| {
        let output = workspace.run(&[&["lookup", "--json"], key].concat(), QUERY);
        String::from_utf8(output.stdout).expect("text")
    };
    let is_right = |answer: &String| answer.contains("school-2025");
    let answers = [answer(&[]), answer(&["--key", NEW_KEY])];
    assert!(answers.iter().any(is_right), "{answers:?}");
    if workspace.path().join(LOG).exists() {
        let mut check = workspace.command();
        check.args(["log", "--check", "--log", LOG]);
        let checked = check.env_remove("TEKSER_INDEX").output().expect("ended");
        let printed = String::from_utf8_lossy(&checked.stderr);
        assert!(checked.status.success(), "{printed}");
    }
}

/// Returns what writers leave behind that cannot be resumed.
fn litter(workspace: &Workspace) -> Vec<PathBuf> {
    let mut litter = entries(&workspace.index());
    for generation in entries(&workspace.index()) {
        if generation.is_dir() {
            litter.extend(entries(&generation));
        }
    }
    let is_draft = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(".draft-"))
    };
    litter.retain(|path| is_draft(path) && !path.join("scratch/journal").exists());
    litter
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").path())
        .collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}
