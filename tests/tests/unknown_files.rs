//! From an unknown file to a look-up: the drafts of `inspect` for the thirteen kinds of files that leaks
//! mostly arrive in (see `tekser_demo::synth::UnknownFile`).

use std::fmt;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tekser_demo::synth::{UnknownFile, WrittenFile, fill_in};
use tekser_tests::Workspace;

const SEED: u64 = 23;
const ROWS: u64 = 400;

/// Number of the thirteen drafts that need no edit of columns or format.
const READY: usize = 11;

/// Result of a file with the unchanged draft.
struct Outcome {
    file: UnknownFile,
    /// Whether `build --dry-run` accepted the draft as it was.
    is_accepted: bool,
    /// Whether the index of the draft, its metadata filled in, holds just the identifiers that are in the file, and a
    /// look-up finds one.
    is_right: bool,
    /// The identifiers that were found and that are there, or what the message says is missing.
    note: String,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let yes = |is: bool| if is { "yes" } else { "no" };
        let (accepted, right) = (yes(self.is_accepted), yes(self.is_right));
        write!(
            f,
            "{:<28} {accepted:<9} {right:<6} {}",
            self.file.title(),
            self.note
        )
    }
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// Returns the result of a file in its own folder without an edit.
fn try_out(file: UnknownFile, folder: &Path) -> Outcome {
    let written = file.write(SEED, ROWS, folder).expect("a file");
    let workspace = Workspace::new();
    let _ = workspace.run_ok(&["inspect", path(folder)]);
    let tried = workspace.run(&["build", "--dry-run", path(folder)], b"");
    let said = String::from_utf8_lossy(&tried.stderr).into_owned();
    let mut outcome = Outcome {
        file,
        is_accepted: tried.status.success(),
        is_right: false,
        note: said,
    };
    if outcome.is_accepted {
        let (is_right, note) = build(&workspace, folder, &written);
        (outcome.is_right, outcome.note) = (is_right, note);
    }
    outcome
}

/// Returns whether the index of a draft is right, and how many identifiers it has.
fn build(workspace: &Workspace, folder: &Path, written: &WrittenFile) -> (bool, String) {
    let description = folder.join("breach.toml");
    let draft = fs::read_to_string(&description).expect("a draft");
    fs::write(&description, fill_in(&draft, "unknown", ROWS)).expect("a description");
    let built = workspace.build(folder, &["--json"]);
    let built: Value = serde_json::from_str(&built).expect("JSON");
    let (kind, value) = written.query.split_once(':').expect("a kind and a value");
    let answers = workspace.lookup(&[json!({ "kind": kind, "value": value })], &[]);
    let is_found = answers[0]["found"] == true;
    let there = json!(written.identifiers);
    let is_right = is_found && built["identifiers"] == there;
    let found = &built["identifiers"];
    (
        is_right,
        format!("{found} of {there}, looked up: {is_found}"),
    )
}

#[test]
fn at_least_eleven_of_thirteen_drafts_need_no_edit_and_for_the_others_the_message_says_what_is_missing()
 {
    let root = tempfile::tempdir().expect("a folder");
    let mut outcomes = Vec::new();
    for (number, file) in UnknownFile::ALL.into_iter().enumerate() {
        let folder = root.path().join(format!("leak-{number}"));
        fs::create_dir(&folder).expect("a folder");
        outcomes.push(try_out(file, &folder));
    }
    println!(
        "{:<28} {:<9} {:<6} identifiers",
        "file", "accepted", "right"
    );
    outcomes.iter().for_each(|outcome| println!("{outcome}"));
    let ready = outcomes.iter().filter(|outcome| outcome.is_right).count();
    assert!(ready >= READY, "{ready} of {}", outcomes.len());
    for outcome in outcomes.iter().filter(|outcome| !outcome.is_accepted) {
        let says_next_step = ["inspect --", "state ", "did you mean", "breach.toml"]
            .iter()
            .any(|words| outcome.note.contains(words));
        assert!(says_next_step, "{outcome}");
    }
}

#[test]
fn where_a_draft_lacks_something_the_message_says_what() {
    let root = tempfile::tempdir().expect("a folder");
    let codes = "code;amount\n".to_owned() + &"x1;20\nx2;30\n".repeat(20);
    for (name, bytes, next) in [
        (
            "odd.csv",
            &b"\xC0\xF4;\x81\n\xC0\xF4;\x81\n"[..],
            "--encoding",
        ),
        ("scan.pdf", b"%PDF-1.4\n1 0 obj\n", "pdftotext"),
        ("shot.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture"),
        ("codes.csv", codes.as_bytes(), "remove the #"),
    ] {
        let file = root.path().join(name);
        fs::write(&file, bytes).expect("a file");
        let output = Workspace::without_key().run(&["inspect", "--stdout", path(&file)], b"");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(next), "{name}: {said}");
    }
}
