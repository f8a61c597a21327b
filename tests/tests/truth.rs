//! An index of the small leaks shows what their truth files say, to the last identifier.

use std::collections::BTreeMap;

use serde_json::Value;
use tekser_tests::{Workspace, leaks, public_exposures, queries};

fn object(value: &Value) -> BTreeMap<String, Value> {
    serde_json::from_value(value.clone()).expect("an object")
}

#[test]
fn the_build_counts_what_the_dumps_hold() {
    let workspace = Workspace::new();
    let built = workspace.build(&leaks().join("breaches"), &["--json"]);
    let built: Value = serde_json::from_str(&built).expect("one JSON object");
    let truth = leaks().join("truth/stats.json");
    let truth: Value =
        serde_json::from_slice(&std::fs::read(truth).expect("the truth")).expect("JSON");
    let told: Value =
        serde_json::from_str(&workspace.run_ok(&["stats", "--json"])).expect("one JSON object");
    for shown in [&built, &told] {
        assert_eq!(shown["identifiers"], truth["identifiers"]);
        assert_eq!(
            object(&shown["breaches"]).keys().collect::<Vec<_>>(),
            object(&truth["breaches"]).keys().collect::<Vec<_>>()
        );
        for (breach, expected) in object(&truth["breaches"]) {
            for (count, expected) in object(&expected) {
                assert_eq!(
                    shown["breaches"][&breach][&count], expected,
                    "{breach}: {count}"
                );
            }
        }
    }
}

#[test]
fn every_query_is_answered_as_the_truth_has_it() {
    let workspace = Workspace::new();
    // The truth was written for rows that parse; see the next test for the others.
    workspace.build(&leaks().join("breaches"), &["--no-recover"]);
    let queries = queries();
    let answers = workspace.lookup(&queries, &[]);
    let public_answers = workspace.lookup(&queries, &["--public"]);
    assert_eq!(
        (answers.len(), public_answers.len()),
        (queries.len(), queries.len())
    );
    for ((query, answer), public_answer) in queries.iter().zip(&answers).zip(&public_answers) {
        let exposures = query["exposures"].as_array().expect("a list");
        assert_eq!(answer["exposures"], query["exposures"], "{query}");
        assert_eq!(answer["found"], !exposures.is_empty(), "{query}");
        assert_eq!(public_answer["exposures"], public_exposures(query));
    }
}

#[test]
fn a_dry_run_counts_what_a_build_counts_needs_no_key_and_writes_nothing() {
    let workspace = Workspace::without_key();
    let breaches = leaks().join("breaches");
    let breaches = breaches.to_str().expect("a path");
    let mut command = workspace.command();
    command.env_remove("TEKSER_INDEX").env_remove("TEKSER_KEY");
    let output = command
        .args(["build", "--dry-run", "--json", breaches])
        .output()
        .expect("ended");
    assert!(output.status.success());
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let truth = std::fs::read(leaks().join("truth/stats.json")).expect("the truth");
    let truth: Value = serde_json::from_slice(&truth).expect("JSON");
    for (breach, expected) in object(&truth["breaches"]) {
        for count in ["rows", "rejected_rows"] {
            assert_eq!(
                told["breaches"][&breach][count], expected[count],
                "{breach}"
            );
        }
    }
    assert_eq!(told["rows"], 15_627);
    let left = std::fs::read_dir(workspace.path())
        .expect("a folder")
        .count();
    assert_eq!(left, 0, "something was written");
}

#[test]
fn a_dry_run_tells_what_a_build_would_refuse() {
    let root = tempfile::tempdir().expect("a folder");
    let entry =
        "path = \"*.csv\"\ndelimiter = \";\"\n[file.columns]\nphone = { identifier = \"phone\" }";
    let good = "name;phone\n".to_owned() + &"x;+77090000001\n".repeat(500);
    let bad = b"name;phone\nx;-;-\ny;-;-\nz;-;-\n";
    let files = [("a.csv", good.as_bytes()), ("b.csv", bad)];
    tekser_tests::write_breach(root.path(), "mixed-2020", entry, &files);
    let path = root.path().to_str().expect("a path");
    let workspace = Workspace::without_key();
    for arguments in [
        &["build", "--dry-run", path][..],
        &["build", "--dry-run", "--json", path],
    ] {
        let output = workspace.run(arguments, b"");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(
            told.contains("3 of 3 rows of b.csv were rejected"),
            "{told}"
        );
    }
}

#[test]
fn recovery_adds_what_rejected_rows_hold_and_takes_nothing_away() {
    let workspace = Workspace::new();
    let built = workspace.build(&leaks().join("breaches"), &["--json"]);
    let built: Value = serde_json::from_str(&built).expect("one JSON object");
    let queries = queries();
    let answers = workspace.lookup(&queries, &[]);
    let ids = |answer: &Value| -> Vec<String> {
        let exposures = answer["exposures"].as_array().expect("a list");
        let id = |exposure: &Value| exposure["breach"].as_str().expect("an id").to_owned();
        exposures.iter().map(id).collect()
    };
    for (query, answer) in queries.iter().zip(&answers) {
        let (expected, found) = (ids(query), ids(answer));
        assert!(expected.iter().all(|id| found.contains(id)), "{query}");
        // Only these two breaches have rejected rows.
        let with_rejects = ["residents-2025", "clinic-2023"];
        let mut more = found.iter().filter(|id| !expected.contains(id));
        assert!(
            more.all(|id| with_rejects.contains(&id.as_str())),
            "{query}"
        );
    }
    let recovered = &built["breaches"]["residents-2025"]["recovered"];
    assert_eq!(recovered["iin"], 59, "of 61 rejected rows");
    assert_eq!(built["breaches"]["clinic-2023"]["recovered"]["iin"], 2);
    let verified = workspace.run_ok(&["verify"]);
    assert!(!verified.is_empty());
}
