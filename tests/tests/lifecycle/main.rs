//! What becomes of an index once it is built: nothing that a writing command does, or is kept from doing, loses one.

mod generations;
mod steps;

use std::fs;
use std::path::Path;

use tekser_tests::{Workspace, leaks};

/// The school's IIN is in this public leak, and in the sealed one of a clinic.
const QUERY: &[u8] = b"iin:470316119230\n";

fn breach(id: &str) -> String {
    let path = leaks().join("breaches").join(id);
    path.to_str().expect("a path").to_owned()
}

/// A workspace with so many generations of an index of one small leak; tells their names, oldest first.
fn with_generations(count: usize) -> (Workspace, Vec<String>) {
    let workspace = Workspace::new();
    let build = |_| {
        let _ = workspace.run_ok(&["build", &breach("school-2025")]);
        workspace.current()
    };
    let names = (0..count).map(build).collect();
    (workspace, names)
}

fn assert_whole(workspace: &Workspace) {
    let _ = workspace.run_ok(&["verify"]);
    let output = workspace.run(&["lookup", "--json"], QUERY);
    let answer = String::from_utf8(output.stdout).expect("text");
    assert!(answer.contains("school-2025"), "{answer}");
}

/// What writers leave behind that cannot be gone on with.
fn litter(workspace: &Workspace) -> Vec<String> {
    let mut entries = workspace.index_entries();
    let journal = |name: &String| workspace.index().join(name).join("scratch/journal");
    entries.retain(|name| name.starts_with(".draft-") && !journal(name).exists());
    entries
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
