//! A generation can be looked at before it comes into force.

use serde_json::Value;
use tekser_tests::Workspace;

use super::{breach, with_generations};

/// Makes a generation that waits, and gives what the command told.
fn waiting(workspace: &Workspace, arguments: &[&str]) -> Value {
    let told = workspace.run_ok(&[arguments, &["--review", "--json"]].concat());
    serde_json::from_str(&told).expect("JSON")
}

#[test]
fn what_is_to_be_reviewed_comes_into_force_when_it_is_published() {
    let (workspace, names) = with_generations(1);
    let told = waiting(&workspace, &["add", &breach("combo-2021")]);
    assert_eq!(told["in_force"], false);
    assert_eq!(told["review"]["from"], *names[0]);
    let changes = &told["review"]["breaches"];
    assert_eq!(changes["combo-2021"]["change"], "added");
    assert_eq!(changes["school-2025"]["change"], "kept");
    assert_eq!(workspace.current(), names[0]);
    let generation = told["generation"].as_str().expect("a name");
    let _ = workspace.run_ok(&["publish", generation]);
    assert_eq!(workspace.current(), generation);
    let _ = workspace.run_ok(&["verify"]);
}

#[test]
fn what_was_published_meanwhile_is_not_lost_by_a_review() {
    let (workspace, _) = with_generations(1);
    let told = waiting(&workspace, &["add", &breach("combo-2021")]);
    let _ = workspace.run_ok(&["add", &breach("clinic-2023")]);
    let in_force = workspace.current();
    let generation = told["generation"].as_str().expect("a name");
    let refusal = workspace.refused(&["publish", generation], b"");
    assert!(refusal.contains("is not newer than"), "{refusal}");
    assert_eq!(workspace.current(), in_force);
}

#[test]
fn a_first_generation_waits_too() {
    let workspace = Workspace::new();
    let told = waiting(&workspace, &["build", &breach("school-2025")]);
    assert_eq!(told["review"], Value::Null);
    let _ = workspace.refused(&["stats"], b"");
    let generation = told["generation"].as_str().expect("a name");
    let _ = workspace.run_ok(&["publish", generation]);
    assert_eq!(workspace.current(), generation);
}
