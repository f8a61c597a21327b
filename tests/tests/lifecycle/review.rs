//! A generation can be reviewed before it becomes current.

use serde_json::Value;
use tekser_tests::Workspace;

use super::{breach, with_generations};

/// Makes a generation that waits, and returns what the command printed.
fn waiting(workspace: &Workspace, arguments: &[&str]) -> Value {
    let reply = workspace.run_ok(&[arguments, &["--review", "--json"]].concat());
    serde_json::from_str(&reply).expect("JSON")
}

#[test]
fn what_is_to_be_reviewed_becomes_current_when_it_is_published() {
    let (workspace, names) = with_generations(1);
    let reply = waiting(&workspace, &["add", &breach("combo-2021")]);
    assert_eq!(reply["current"], false);
    assert_eq!(reply["review"]["from"], *names[0]);
    let changes = &reply["review"]["breaches"];
    assert_eq!(changes["combo-2021"]["change"], "added");
    assert_eq!(changes["school-2025"]["change"], "kept");
    assert_eq!(workspace.current(), names[0]);
    let generation = reply["generation"].as_str().expect("a name");
    let _ = workspace.run_ok(&["publish", generation]);
    assert_eq!(workspace.current(), generation);
    let _ = workspace.run_ok(&["verify"]);
}

#[test]
fn what_was_published_meanwhile_is_not_lost_by_a_review() {
    let (workspace, _) = with_generations(1);
    let reply = waiting(&workspace, &["add", &breach("combo-2021")]);
    let _ = workspace.run_ok(&["add", &breach("clinic-2023")]);
    let current = workspace.current();
    let generation = reply["generation"].as_str().expect("a name");
    let refusal = workspace.refused(&["publish", generation], b"");
    assert!(refusal.contains("is not newer than"), "{refusal}");
    assert_eq!(workspace.current(), current);
}

#[test]
fn a_first_generation_waits_too() {
    let workspace = Workspace::new();
    let reply = waiting(&workspace, &["build", &breach("school-2025")]);
    assert_eq!(reply["review"], Value::Null);
    let _ = workspace.refused(&["stats"], b"");
    let generation = reply["generation"].as_str().expect("a name");
    let _ = workspace.run_ok(&["publish", generation]);
    assert_eq!(workspace.current(), generation);
}

/// The last column of the list of generations, by name.
fn states(workspace: &Workspace) -> Vec<(String, bool, bool)> {
    let listed = workspace.run(&["generations", "--json"], b"").stdout;
    let listed: Vec<Value> = serde_json::from_slice(&listed).expect("JSON");
    let state = |one: &Value| {
        let name = one["generation"].as_str().expect("a name").to_owned();
        (name, one["current"] == true, one["pending"] == true)
    };
    listed.iter().map(state).collect()
}

#[test]
fn what_awaits_publication_is_marked_with_its_key_and_published_without_being_named() {
    let (workspace, names) = with_generations(1);
    let message = workspace.refused(&["publish"], b"");
    assert!(
        message.contains("no generation waits to be published"),
        "{message}"
    );
    let made = waiting(&workspace, &["add", &breach("combo-2021")]);
    let generation = made["generation"].as_str().expect("a name").to_owned();
    let expected = [
        (names[0].clone(), true, false),
        (generation.clone(), false, true),
    ];
    assert_eq!(states(&workspace), expected);
    let table = workspace.run_ok(&["generations"]);
    let key: Value =
        serde_json::from_str(&workspace.run_ok(&["key", "show", "--json", "key"])).expect("JSON");
    let line = table
        .lines()
        .find(|line| line.starts_with(&generation))
        .expect("a line");
    assert!(line.ends_with("awaits publish"), "{table}");
    assert!(
        line.contains(key["key_id"].as_str().expect("an id")),
        "{table}"
    );
    let _ = workspace.run_ok(&["publish"]);
    assert_eq!(workspace.current(), generation);
    // A rollback does not make it wait again: a generation that was once published comes back only by its name.
    let _ = workspace.run_ok(&["rollback"]);
    let expected = [(names[0].clone(), true, false), (generation, false, false)];
    assert_eq!(states(&workspace), expected);
    let _ = workspace.refused(&["publish"], b"");
}

#[test]
fn a_rollback_passes_over_what_was_never_published() {
    let (workspace, names) = with_generations(1);
    let _ = waiting(&workspace, &["add", &breach("combo-2021")]);
    let _ = workspace.run_ok(&["add", &breach("clinic-2023")]);
    let _ = workspace.run_ok(&["rollback"]);
    assert_eq!(workspace.current(), names[0]);
    let message = workspace.refused(&["rollback"], b"");
    assert!(message.contains("no published generation"), "{message}");
}

#[test]
fn of_several_that_await_publication_the_newest_is_published_and_the_other_named() {
    let (workspace, _) = with_generations(1);
    let older = waiting(&workspace, &["add", &breach("combo-2021")]);
    let newer = waiting(&workspace, &["add", &breach("clinic-2023")]);
    let output = workspace.run(&["publish"], b"");
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    let other = older["generation"].as_str().expect("a name");
    assert!(message.contains(other), "{message}");
    assert_eq!(workspace.current(), newer["generation"]);
}

#[test]
fn a_first_generation_is_listed_while_it_waits() {
    let workspace = Workspace::new();
    let _ = waiting(&workspace, &["build", &breach("school-2025")]);
    let table = workspace.run_ok(&["generations"]);
    assert!(table.contains("awaits publish"), "{table}");
    let _ = workspace.run_ok(&["publish"]);
    let _ = workspace.run_ok(&["stats"]);
}

#[test]
fn a_review_shows_what_changes_and_nothing_else() {
    let (workspace, _) = with_generations(1);
    let printed = workspace.run_ok(&["add", "--review", &breach("combo-2021")]);
    let (_, review) = printed.split_once("changes from").expect("a review");
    assert!(
        review.contains("combo-2021") && review.contains("all email"),
        "{review}"
    );
    assert!(!review.contains("school-2025"), "{review}");
    let _ = workspace.run_ok(&["publish"]);
    let changes = workspace.run_ok(&["diff"]);
    assert!(
        !changes.contains("school-2025") && changes.contains("--all"),
        "{changes}"
    );
    let all = workspace.run_ok(&["diff", "--all"]);
    assert!(all.contains("school-2025 iin"), "{all}");
}
