//! An index of the small leaks shows what their truth files say, to the last identifier.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tekser_demo::synth::{ALLOW_LIST, WarnedKind, WarningPlan, generate_warnings};
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
    let truth: Value = serde_json::from_slice(&fs::read(truth).expect("the truth")).expect("JSON");
    let reply: Value =
        serde_json::from_str(&workspace.run_ok(&["stats", "--json"])).expect("one JSON object");
    for shown in [&built, &reply] {
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
fn every_query_is_answered_as_in_the_truth() {
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
    let reply: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let truth = fs::read(leaks().join("truth/stats.json")).expect("the truth");
    let truth: Value = serde_json::from_slice(&truth).expect("JSON");
    for (breach, expected) in object(&truth["breaches"]) {
        for count in ["rows", "rejected_rows"] {
            assert_eq!(
                reply["breaches"][&breach][count], expected[count],
                "{breach}"
            );
        }
    }
    assert_eq!(reply["rows"], 15_627);
    let left = fs::read_dir(workspace.path()).expect("a folder").count();
    assert_eq!(left, 0, "something was written");
}

#[test]
fn a_dry_run_reports_what_a_build_would_refuse() {
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
        let reply = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{reply}");
        assert!(
            reply.contains("3 of 3 rows of b.csv were rejected"),
            "{reply}"
        );
    }
}

#[test]
fn a_dry_run_reports_every_file_and_column_however_many_are_unusable() {
    let root = tempfile::tempdir().expect("a folder");
    let entry = "path = \"*.csv\"\ndelimiter = \";\"\n[file.columns]\nphone = { identifier = \"phone\" }\n\
                 iin = { identifier = \"iin\" }\n\
                 [[file]]\npath = \"book.txt\"\nformat = \"xlsx\"\ncolumns.iin = { identifier = \"iin\" }";
    let good = "iin;phone\n;+77090000001\n80010130;-\n".to_owned() + &";+77090000001\n".repeat(50);
    let other = b"id;fon\n1;2\n";
    let files: [(&str, &[u8]); 4] = [
        ("a.csv", other),
        ("b.csv", good.as_bytes()),
        ("c.csv", other),
        ("book.txt", b"not a book\n"),
    ];
    tekser_tests::write_breach(root.path(), "mixed-2020", entry, &files);
    let broken = tekser_tests::write_breach(root.path(), "broken-2020", "path = \"x.csv\"", &[]);
    let path = root.path().to_str().expect("a path");
    let workspace = Workspace::without_key();
    let output = workspace.run(&["build", "--dry-run", "--json", path], b"");
    let printed: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(output.status.code(), Some(1), "{printed}");
    let complaints = printed["complaints"].as_array().expect("a list");
    let is_reported = |words: &str| {
        let mut texts = complaints.iter().filter_map(Value::as_str);
        texts.any(|text| text.contains(words))
    };
    let broken = broken.to_str().expect("a path");
    for words in [
        "a.csv: has no column",
        "c.csv: has no column",
        "book.txt: ",
        broken,
    ] {
        assert!(is_reported(words), "{words}: {printed}");
    }
    let read = printed["breaches"]["mixed-2020"]["files"]
        .as_array()
        .expect("files");
    let read = read
        .iter()
        .find(|file| file["name"] == "b.csv")
        .expect("b.csv");
    let iin = &read["columns"][0];
    assert_eq!(
        (&iin["name"], &iin["empty"]),
        (&"iin".into(), &51.into()),
        "{read}"
    );
    assert_eq!(iin["refused"]["length"], 1, "{read}");
    let phone = &read["columns"][1];
    assert_eq!(phone["normalised"], 51, "{read}");
    assert!(
        printed["build_seconds"]
            .as_f64()
            .is_some_and(|seconds| seconds > 0.0)
    );
    let output = workspace.run(&["build", "--dry-run", path], b"");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(
        text.contains("refused in iin: an IIN has 12 digits (1)"),
        "{text}"
    );
    assert!(
        text.ends_with('\n') && text.matches("c.csv: has no column").count() == 1,
        "{text}"
    );
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(
        !said.contains("has no column") && said.contains("reasons above"),
        "{said}"
    );
}

#[test]
fn a_file_that_states_what_may_be_rejected_is_judged_by_that() {
    let root = tempfile::tempdir().expect("a folder");
    let columns = "delimiter = \";\"\n[file.columns]\nphone = { identifier = \"phone\" }";
    let entry = format!(
        "path = \"good.csv\"\n{columns}\n[[file]]\npath = \"bad.csv\"\nmax_rejects = \"95%\"\n{columns}"
    );
    let good = "name;phone\n".to_owned() + &"x;+77090000001\n".repeat(50);
    let bad = "name;phone\nx;+77090000002\n".to_owned() + &"y;-;-\n".repeat(9);
    let files = [("good.csv", good.as_bytes()), ("bad.csv", bad.as_bytes())];
    let folder = tekser_tests::write_breach(root.path(), "mixed-2020", &entry, &files);
    let path = root.path().to_str().expect("a path");
    let workspace = Workspace::new();
    let _ = workspace.run_ok(&["build", path]);
    let description = folder.join("breach.toml");
    let stricter = fs::read_to_string(&description).expect("a description");
    fs::write(&description, stricter.replace("95%", "50%")).expect("a description");
    let message = workspace.refused(&["build", path], b"");
    assert!(
        message.contains("9 of 10 rows of bad.csv were rejected, more than 50 %"),
        "{message}"
    );
}

#[test]
fn a_misspelt_column_is_answered_by_the_existing_ones() {
    let root = tempfile::tempdir().expect("a folder");
    let entry = "path = \"a.csv\"\n[file.columns]\nIIN = { identifier = \"iin\" }";
    let rows = "ИИН;ФИО\n".to_owned() + &"850101150009;x\n".repeat(50);
    tekser_tests::write_breach(root.path(), "x-2020", entry, &[("a.csv", rows.as_bytes())]);
    let path = root.path().to_str().expect("a path");
    let message = Workspace::new().refused(&["build", path], b"");
    assert!(
        message.contains("x-2020, a.csv: has no column \"IIN\"")
            && message.contains("it has \"ИИН\" and \"ФИО\"; did you mean \"ИИН\"?"),
        "{message}"
    );
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

/// The queries of the leaks' truth are answered as it says.
fn leaks_are_answered(workspace: &Workspace) {
    let queries = queries();
    for (query, answer) in queries.iter().zip(workspace.lookup(&queries, &[])) {
        assert_eq!(answer["exposures"], query["exposures"], "{query}");
    }
}

/// Returns what lists say about a value, without their publishers.
fn warnings(answer: &Value) -> Vec<Value> {
    let listed = answer["warnings"].as_array().into_iter().flatten();
    let said = |one: &Value| json!({ "list": one["list"], "since": one["since"], "reasons": one["reasons"] });
    listed.map(said).collect()
}

#[test]
fn warning_lists_are_answered_as_their_truth_has_it_and_the_leaks_as_before() {
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches"), &["--no-recover"]);
    let leaked = workspace.run_ok(&["stats", "--json"]);
    let leaked: Value = serde_json::from_str(&leaked).expect("JSON");
    let plan = WarningPlan::today(300, 7);
    generate_warnings(plan, workspace.path()).expect("lists");
    let lists = fs::read_dir(workspace.path().join("breaches")).expect("the lists");
    let lists: Vec<String> = lists
        .map(|list| list.expect("a list").path().display().to_string())
        .collect();
    let allow = workspace.argument(ALLOW_LIST);
    let folders: Vec<&str> = lists.iter().map(String::as_str).collect();
    let _ = workspace.run_ok(&[&["add", "--allow", &allow], &folders[..]].concat());

    let truth = fs::read_to_string(workspace.path().join("truth/warnings.jsonl"));
    let truth: Vec<Value> = truth
        .expect("the truth")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let mut found = BTreeMap::new();
    for (asked, answer) in truth.iter().zip(workspace.lookup(&truth, &[])) {
        let expected = asked["warnings"].as_array().expect("a list");
        assert_eq!(&warnings(&answer), expected, "{asked}");
        let kind = asked["kind"].as_str().expect("a kind").to_owned();
        let [listed, unlisted] = found.entry(kind).or_insert([0, 0]);
        *(if expected.is_empty() {
            unlisted
        } else {
            listed
        }) += 1;
    }
    assert_eq!(found.len(), WarnedKind::ALL.len());
    for (kind, [listed, unlisted]) in found {
        assert!(listed > 30 && unlisted > 30, "{kind}: {listed}, {unlisted}");
    }
    leaks_are_answered(&workspace);
    let both: Value = serde_json::from_str(&workspace.run_ok(&["stats", "--json"])).expect("JSON");
    for (breach, counts) in object(&leaked["breaches"]) {
        assert_eq!(both["breaches"][&breach], counts, "{breach}");
    }

    let ids = folders.iter().map(|folder| Path::new(*folder));
    let ids: Vec<&str> = ids
        .filter_map(|folder| folder.file_name()?.to_str())
        .collect();
    let _ = workspace.run_ok(&[&["remove"], &ids[..]].concat());
    let answers = workspace.lookup(&truth, &[]);
    assert!(answers.iter().all(|answer| warnings(answer).is_empty()));
    leaks_are_answered(&workspace);
}
