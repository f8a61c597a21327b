//! From undescribed dumps to answers: what `inspect` drafts, once filled in, builds and finds the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tekser_tests::{Workspace, leaks, queries};

/// The leaks without what their `breach.toml` says, which is given by their folders' names.
fn undescribed(root: &Path) -> BTreeMap<PathBuf, String> {
    let mut descriptions = BTreeMap::new();
    for breach in fs::read_dir(leaks().join("breaches")).expect("the leaks") {
        let breach = breach.expect("a breach");
        let folder = root.join(breach.file_name());
        fs::create_dir(&folder).expect("a folder");
        for file in fs::read_dir(breach.path()).expect("a breach") {
            let file = file.expect("a file");
            if file.file_name() == "breach.toml" {
                let description = fs::read_to_string(file.path()).expect("a description");
                descriptions.insert(folder.clone(), description);
            } else {
                fs::copy(file.path(), folder.join(file.file_name())).expect("a copy");
            }
        }
    }
    descriptions
}

/// The lines of a description by their section and key.
fn lines(description: &str) -> BTreeMap<(String, String), String> {
    let mut section = String::new();
    let mut lines = BTreeMap::new();
    for line in description.lines() {
        if line.starts_with('[') {
            section = line.split(' ').next().unwrap_or_default().to_owned();
        } else if let Some((key, _)) = line.split_once('=') {
            let key = (section.clone(), key.trim().to_owned());
            lines.entry(key).or_insert_with(|| line.to_owned());
        }
    }
    lines
}

/// The draft as a person fills it in who knows what the description says, and that the companies are employers.
fn filled_in(draft: &str, description: &str) -> String {
    let known = lines(description);
    let mut section = String::new();
    let mut filled = String::new();
    for line in draft.lines() {
        if line.starts_with('[') {
            section = line.split(' ').next().unwrap_or_default().to_owned();
        }
        let key = line.split_once('=').map(|(key, _)| key.trim().to_owned());
        let answer = key.and_then(|key| known.get(&(section.clone(), key)));
        let line = match answer {
            Some(answer) if line.contains("\"TODO\"") => answer,
            _ if line.contains("\"employers\"") => line.trim_start_matches("# "),
            _ => line,
        };
        filled.push_str(line);
        filled.push('\n');
    }
    filled
}

fn path(folder: &Path) -> &str {
    folder.to_str().expect("a path in UTF-8")
}

#[test]
fn a_draft_that_is_filled_in_builds_and_finds_what_the_truth_says() {
    let root = tempfile::tempdir().expect("a folder");
    let workspace = Workspace::new();
    for (folder, description) in undescribed(root.path()) {
        let _ = workspace.run_ok(&["inspect", path(&folder)]);
        let target = folder.join("breach.toml");
        let draft = fs::read_to_string(&target).expect("a draft");
        let reply = workspace.refused(&["build", path(&folder)], b"");
        assert!(
            reply.contains("TODO") && reply.contains("line 5"),
            "{reply}"
        );
        fs::write(&target, filled_in(&draft, &description)).expect("a description");
    }
    let built = workspace.build(root.path(), &["--json", "--no-recover"]);
    let built: Value = serde_json::from_str(&built).expect("one JSON object");
    let truth = fs::read(leaks().join("truth/stats.json")).expect("the truth");
    let truth: Value = serde_json::from_slice(&truth).expect("JSON");
    assert_eq!(built["identifiers"], truth["identifiers"]);
    let queries = queries();
    for (query, answer) in queries.iter().zip(workspace.lookup(&queries, &[])) {
        assert_eq!(answer["exposures"], query["exposures"], "{query}");
    }
}

#[test]
fn a_draft_is_read_before_anything_is_filled_in_and_not_published() {
    let root = tempfile::tempdir().expect("a folder");
    let workspace = Workspace::new();
    let _ = workspace.run_ok(&["build", path(&leaks().join("breaches/school-2025"))]);
    let published = workspace.current();
    for folder in undescribed(root.path()).keys() {
        let _ = workspace.run_ok(&["inspect", path(folder)]);
        let read = workspace.run_ok(&["build", "--dry-run", path(folder)]);
        assert!(
            read.contains("to be filled in before a build: date"),
            "{read}"
        );
        let _ = workspace.run_ok(&["compare", path(folder)]);
        for publishing in ["build", "add", "update"] {
            let message = workspace.refused(&[publishing, path(folder)], b"");
            assert!(
                message.contains("date is still to be filled in"),
                "{message}"
            );
        }
    }
    assert_eq!(workspace.current(), published);
}

#[test]
fn a_dump_described_by_nothing_but_its_files_is_read() {
    let root = tempfile::tempdir().expect("a folder");
    let rows = "name;phone\n".to_owned() + &"x;+77090000001\n".repeat(9);
    fs::write(root.path().join("a.csv"), rows).expect("a dump");
    let entry = "[[file]]\npath = \"a.csv\"\n[file.columns]\nphone = { identifier = \"phone\" }\n";
    fs::write(root.path().join("breach.toml"), entry).expect("a description");
    let workspace = Workspace::without_key();
    let read = workspace.run_ok(&["build", "--dry-run", "--json", path(root.path())]);
    let read: Value = serde_json::from_str(&read).expect("JSON");
    assert_eq!(read["rows"], 9);
}

#[test]
fn a_wrong_guess_is_corrected_and_drafted_again() {
    let root = tempfile::tempdir().expect("a folder");
    let dump = root.path().join("a.txt");
    let rows = "iin~phone\n".to_owned() + &"800101100000~+77090000001\n".repeat(9);
    fs::write(&dump, rows).expect("a dump");
    let workspace = Workspace::without_key();
    let draft =
        |more: &[&str]| workspace.run_ok(&[&["inspect", "--stdout", path(&dump)], more].concat());
    let by_names = draft(&["--delimiter", "~", "--header", "true"]);
    assert!(
        by_names.contains("delimiter = \"~\"") && by_names.contains("header = true"),
        "{by_names}"
    );
    assert!(
        by_names.contains("\"phone\" = { identifier = \"phone\" }"),
        "{by_names}"
    );
    let by_numbers = draft(&["--delimiter", "~", "--header", "false"]);
    assert!(by_numbers.contains("header = false"), "{by_numbers}");
    assert!(
        by_numbers.contains("\"1\" = { identifier = \"phone\" }"),
        "{by_numbers}"
    );
    let in_tabs = draft(&["--delimiter", "\\t"]);
    assert!(in_tabs.contains("delimiter = \"\\t\""), "{in_tabs}");
}

#[test]
fn files_of_one_layout_are_one_entry_though_some_columns_mean_nothing_in_some() {
    let root = tempfile::tempdir().expect("a folder");
    for month in 1..=12 {
        let email = if month == 3 { "" } else { "a@example.kz" };
        let row = format!("+7709000000{};Алматы;{email}\n", month % 10);
        let rows = "phone;city;extra\n".to_owned() + &row.repeat(20);
        fs::write(root.path().join(format!("clients-{month:02}.csv")), rows).expect("a dump");
    }
    let workspace = Workspace::without_key();
    let draft = workspace.run_ok(&["inspect", "--stdout", path(root.path())]);
    assert_eq!(draft.matches("[[file]]").count(), 1, "{draft}");
    assert!(draft.contains("path = \"clients-*.csv\""), "{draft}");
    assert!(
        draft.contains("\"extra\" = { identifier = \"email\" }"),
        "{draft}"
    );
}

#[test]
fn a_description_that_is_there_is_written_over_only_by_force() {
    let root = tempfile::tempdir().expect("a folder");
    let workspace = Workspace::without_key();
    let dump = root.path().join("a.csv");
    let description = root.path().join("breach.toml");
    fs::write(&dump, "iin;phone\n1;2\n").expect("a dump");
    fs::write(&description, "mine").expect("a description");
    let reply = workspace.refused(&["inspect", path(&dump)], b"");
    assert!(reply.contains("--force"), "{reply}");
    let printed = workspace.run_ok(&["inspect", "--stdout", path(&dump)]);
    assert!(printed.contains("[[file]]"), "{printed}");
    let _ = workspace.run_ok(&["inspect", "--json", path(&dump)]);
    assert_eq!(fs::read(&description).expect("a description"), b"mine");
    let _ = workspace.run_ok(&["inspect", "--force", path(&dump)]);
    let drafted = fs::read_to_string(&description).expect("a description");
    assert!(
        drafted.contains("\"phone\" = { identifier = \"phone\" }"),
        "{drafted}"
    );
}

#[test]
fn a_refused_file_does_not_keep_the_others_from_being_reported() {
    let root = tempfile::tempdir().expect("a folder");
    let workspace = Workspace::without_key();
    fs::write(root.path().join("a.csv"), "iin;phone\n1;2\n").expect("a dump");
    fs::write(root.path().join("b.csv"), b"\xC0\xF4;\x81\n".repeat(3)).expect("a dump");
    let output = workspace.run(&["inspect", path(root.path())], b"");
    let reply = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{reply}");
    assert!(
        reply.contains("b.csv: not UTF-8") && reply.contains("1 of 2 files"),
        "{reply}"
    );
    assert!(root.path().join("breach.toml").is_file());
    fs::remove_file(root.path().join("a.csv")).expect("a file");
    let reply = workspace.refused(&["inspect", "--stdout", path(root.path())], b"");
    assert!(reply.contains("not UTF-8"), "{reply}");
}

#[test]
fn names_from_a_dump_do_not_command_the_terminal() {
    let root = tempfile::tempdir().expect("a folder");
    let dump = root.path().join("a.csv");
    fs::write(&dump, "phone\x1b[2J;ii\u{202e}n;email\n1;2;3\n").expect("a dump");
    let output = Workspace::without_key().run(&["inspect", path(&dump)], b"");
    let shown = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
    assert!(shown.contains("phone"), "{shown}");
    assert!(
        !shown.contains('\x1b') && !shown.contains('\u{202e}'),
        "{shown}"
    );
}

#[test]
fn what_lies_next_to_a_dump_is_named_and_stops_nothing() {
    let root = tempfile::tempdir().expect("a folder");
    let rows = "name;phone\n".to_owned() + &"x;+77090000001\n".repeat(9);
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\xff\xfe\x80";
    fs::create_dir_all(root.path().join("2025/__MACOSX")).expect("a folder");
    for (name, bytes) in [
        ("2025/clients.csv", rows.as_bytes()),
        ("2025/shot.png", picture),
        (
            "2025/cities.csv",
            b"code;city\n1;Almaty\n2;Astana\n3;Semey\n",
        ),
        ("Readme.txt", b"Full base, 2025, fresh and private\n"),
        (".DS_Store", b"\0\0\0\x01Bud1\0"),
    ] {
        fs::write(root.path().join(name), bytes).expect("a file");
    }
    let workspace = Workspace::without_key();
    let output = workspace.run(&["inspect", path(root.path())], b"");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).expect("text");
    assert_eq!(output.status.code(), Some(0), "{said}");
    for named in [
        "Readme.txt: passed over: a note without identifiers",
        "shot.png: passed over: a picture",
        ".DS_Store: passed over: its name begins with a dot",
        "__MACOSX: passed over: macOS's metadata of files",
    ] {
        assert!(said.contains(named), "{named}: {said}");
    }
    let draft = fs::read_to_string(root.path().join("breach.toml")).expect("a draft");
    assert_eq!(draft.matches("[[file]]").count(), 1, "{draft}");
    assert!(draft.contains("path = \"2025/clients.csv\""), "{draft}");
    assert!(
        draft.contains("# Passed over: \"2025/shot.png\": a picture"),
        "{draft}"
    );
    assert!(
        draft.contains("surely holds identifiers: \"2025/cities.csv\""),
        "{draft}"
    );
    let read = workspace.run_ok(&["build", "--dry-run", "--json", path(root.path())]);
    let read: Value = serde_json::from_str(&read).expect("JSON");
    assert_eq!(read["rows"], 9);
    let picture = root.path().join("2025/shot.png");
    let reply = workspace.refused(&["inspect", "--stdout", path(&picture)], b"");
    assert!(
        reply.contains("a picture") && reply.contains("nothing is drafted"),
        "{reply}"
    );
}
