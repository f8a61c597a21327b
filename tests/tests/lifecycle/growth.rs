//! An index that grew answers as one that was built at once, to the last identifier of the small leaks.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tekser_tests::{Workspace, leaks, queries};

const LAST: &str = "microloans-2024";

/// The roots of the public and the sealed file, as `verify` computes them again.
fn roots(workspace: &Workspace) -> Vec<Value> {
    let verified: Value =
        serde_json::from_str(&workspace.run_ok(&["verify", "--json"])).expect("JSON");
    let files = verified["files"].as_array().expect("files");
    files.iter().map(|file| file["root"].clone()).collect()
}

fn stats(workspace: &Workspace) -> Value {
    let mut printed: Value =
        serde_json::from_str(&workspace.run_ok(&["stats", "--json"])).expect("JSON");
    printed["generation"] = Value::Null;
    printed
}

/// An index of all leaks but one, to which that one is added.
fn grown() -> Workspace {
    let workspace = Workspace::new();
    let six = workspace.path().join("six");
    fs::create_dir(&six).expect("a folder");
    for breach in fs::read_dir(leaks().join("breaches")).expect("the leaks") {
        let breach = breach.expect("a breach");
        if breach.file_name() != LAST {
            let link = six.join(breach.file_name());
            std::os::unix::fs::symlink(breach.path(), link).expect("a link");
        }
    }
    workspace.build(&six, &["--no-recover"]);
    let last = leaks().join("breaches").join(LAST);
    let _ = workspace.run_ok(&["add", text(&last), "--no-recover"]);
    workspace
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

#[test]
fn six_leaks_and_a_seventh_are_seven() {
    let grown = grown();
    let (roots_grown, stats_grown) = (roots(&grown), stats(&grown));
    let queries = queries();
    for (query, answer) in queries.iter().zip(grown.lookup(&queries, &[])) {
        assert_eq!(answer["exposures"], query["exposures"], "{query}");
    }
    let report = grown.index().join(grown.current()).join("report.json");
    let report: Value = serde_json::from_slice(&fs::read(report).expect("a report")).expect("JSON");
    assert_eq!(report["build"]["history"]["by"], "add");
    assert_eq!(
        report["build"]["history"]["read"],
        serde_json::json!([LAST])
    );
    grown.build(&leaks().join("breaches"), &["--no-recover"]);
    assert_eq!(roots(&grown), roots_grown);
    assert_eq!(stats(&grown), stats_grown);
}

#[test]
fn an_erasure_is_reported_as_counts_and_repeats_nothing_that_was_given() {
    let workspace = grown();
    let queries = queries();
    let found = queries
        .iter()
        .filter(|query| query["exposures"] != serde_json::json!([]));
    let found: Vec<&Value> = found.take(5).collect();
    let line = |query: &&Value| {
        let text = |field: &str| query[field].as_str().expect("text").to_owned();
        format!("{}:{}\n", text("kind"), text("value"))
    };
    let lines: String = found.iter().map(line).collect();
    let input = format!("{lines}iin:not-a-number\n");
    let output = workspace.run(&["erase"], input.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8(printed).expect("text");
    assert!(
        printed.contains("1 did not normalise (line 6:"),
        "{printed}"
    );
    for query in &found {
        let value = query["value"].as_str().expect("text");
        assert!(!printed.contains(value), "a value was repeated");
    }
    let erased: Vec<Value> = found.iter().map(|query| (*query).clone()).collect();
    for answer in workspace.lookup(&erased, &[]) {
        assert_eq!(answer["found"], false);
    }
    assert!(stats(&workspace)["erased"].as_u64() > Some(0));
}

#[test]
fn an_identifier_on_the_command_line_is_refused_and_not_repeated() {
    let workspace = Workspace::new();
    let output = workspace.run(&["erase", "phone:+77090000001"], b"");
    assert_eq!(output.status.code(), Some(2));
    let printed = String::from_utf8(output.stderr).expect("text");
    assert!(!printed.contains("7709"), "{printed}");
}
