//! The same dumps and the same key give the same index, whatever machine it is built on: its root proves what went in.

use std::fs;

use serde_json::Value;
use tekser_tests::{Workspace, copies_of_the_leaks, leaks};

fn built(workspace: &Workspace, breaches: &std::path::Path, arguments: &[&str]) -> Value {
    let built = workspace.build(breaches, &[&["--json"], arguments].concat());
    serde_json::from_str(&built).expect("one JSON object")
}

/// The root, and the digest of the report.
fn root(workspace: &Workspace, breaches: &std::path::Path, arguments: &[&str]) -> [String; 2] {
    let built = built(workspace, breaches, arguments);
    ["root", "report_digest"].map(|field| built[field].as_str().expect(field).to_owned())
}

/// The roots of the public and the sealed file, as `verify` computes them again.
fn verified_roots(workspace: &Workspace) -> Vec<Value> {
    let verified: Value =
        serde_json::from_str(&workspace.run_ok(&["verify", "--json"])).expect("JSON");
    let files = verified["files"].as_array().expect("files");
    files.iter().map(|file| file["root"].clone()).collect()
}

#[test]
fn threads_do_not_change_the_root() {
    let workspace = Workspace::new();
    let breaches = leaks().join("breaches");
    let first = root(&workspace, &breaches, &["--threads", "1"]);
    let roots = verified_roots(&workspace);
    assert_eq!(roots.len(), 2, "a public and a sealed file");
    assert_eq!(roots[0], first[0].as_str());
    for threads in ["2", "5"] {
        assert_eq!(
            root(&workspace, &breaches, &["--threads", threads]),
            first,
            "{threads} threads"
        );
        assert_eq!(verified_roots(&workspace), roots, "{threads} threads");
    }
}

#[test]
fn memory_and_the_runs_it_forces_do_not_change_the_root() {
    let workspace = Workspace::new();
    let breaches = copies_of_the_leaks(36);
    let large = built(&workspace, breaches.path(), &["--memory", "1GiB"]);
    let small = built(&workspace, breaches.path(), &["--memory", "64MiB"]);
    let temporary = |built: &Value| built["temporary_bytes"].as_u64().expect("a number");
    assert!(
        temporary(&small) > temporary(&large),
        "both builds spilled alike: enlarge the dumps"
    );
    assert_eq!(small["root"], large["root"]);
    assert_eq!(small["report_digest"], large["report_digest"]);
    assert_eq!(small["identifiers"], large["identifiers"]);
    assert_eq!(small["breaches"], large["breaches"]);
}

#[test]
fn names_and_order_of_folders_do_not_change_the_root() {
    let workspace = Workspace::new();
    let first = root(&workspace, &leaks().join("breaches"), &[]);
    let roots = verified_roots(&workspace);
    let renamed = tempfile::tempdir().expect("a folder");
    let folders: Vec<_> = fs::read_dir(leaks().join("breaches"))
        .expect("the leaks")
        .collect();
    for (number, folder) in folders.into_iter().rev().enumerate() {
        let copy = renamed.path().join(format!("{:02}", 50 - number));
        fs::create_dir(&copy).expect("a folder");
        for file in fs::read_dir(folder.expect("a breach").path()).expect("files") {
            let file = file.expect("a file");
            fs::copy(file.path(), copy.join(file.file_name())).expect("a copy");
        }
    }
    assert_eq!(root(&workspace, renamed.path(), &[]), first);
    assert_eq!(verified_roots(&workspace), roots);
}

#[test]
fn another_key_gives_another_root() {
    let breaches = leaks().join("breaches/school-2025");
    let roots = [(); 2].map(|()| root(&Workspace::new(), &breaches, &[]));
    assert_ne!(roots[0][0], roots[1][0]);
    assert_ne!(roots[0][1], roots[1][1]);
}

#[test]
fn the_report_s_digest_is_that_of_its_comparable_part_and_shows_every_change_of_a_dump() {
    let workspace = Workspace::new();
    let copy = tempfile::tempdir().expect("a folder");
    for file in fs::read_dir(leaks().join("breaches/residents-2025")).expect("a breach") {
        let file = file.expect("a file");
        fs::copy(file.path(), copy.path().join(file.file_name())).expect("a copy");
    }
    let [_, first] = root(&workspace, copy.path(), &[]);
    let report = workspace
        .index()
        .join(workspace.current())
        .join("report.json");
    let report: Value = serde_json::from_slice(&fs::read(report).expect("a report")).expect("JSON");
    assert_eq!(report["digest"], first.as_str());
    let file = &report["compared"]["breaches"][0]["files"][0];
    assert_eq!(file["name"], "residents.csv");
    assert_eq!(file["read_as"][0]["delimiter"], ";");
    assert_eq!(file["rejected_rows"], 61);
    assert_eq!(
        file["rejected"][0]["listed"].as_array().map(Vec::len),
        Some(20)
    );
    assert_eq!(file["rejected"][0]["not_listed"], 41);
    assert_eq!(file["cells"]["iin"]["rules"]["check digit"], 58);
    let dump = copy.path().join("residents.csv");
    let mut bytes = fs::read(&dump).expect("a dump");
    bytes.extend(b"\r\n");
    fs::write(dump, bytes).expect("written");
    let [_, second] = root(&workspace, copy.path(), &[]);
    assert_ne!(first, second, "a blank line more at the end");
}
