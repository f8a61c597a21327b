use std::fs;

use serde_json::Value;

use tekser_tests::{Workspace, leaks};

use super::{QUERY, assert_whole, litter, with_generations};

#[test]
fn rollback_goes_back_and_forth_and_removes_nothing() {
    let (workspace, names) = with_generations(3);
    let printed = workspace.run_ok(&["rollback"]);
    assert!(
        printed.contains(&names[1]) && printed.contains(&names[2]),
        "{printed}"
    );
    assert_eq!(workspace.current(), names[1]);
    let _ = workspace.run_ok(&["rollback"]);
    assert_eq!(workspace.current(), names[0]);
    let message = workspace.refused(&["rollback"], b"");
    assert!(
        message.contains("no published generation is before"),
        "{message}"
    );
    let _ = workspace.run_ok(&["rollback", &names[2]]);
    assert_eq!(workspace.current(), names[2]);
    assert_whole(&workspace);
    assert_eq!(generations(&workspace), names);
}

#[test]
fn a_generation_that_is_damaged_or_incomplete_never_becomes_current() {
    let (workspace, names) = with_generations(2);
    let file = workspace.index().join(&names[0]).join("public.idx");
    let whole = fs::read(&file).expect("an index");
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    for bytes in [damaged, whole[..whole.len() - 1].to_vec(), Vec::new()] {
        fs::remove_file(&file).expect("removed");
        fs::write(&file, bytes).expect("written");
        let message = workspace.refused(&["rollback"], b"");
        assert!(message.contains("public.idx"), "{message}");
        assert_eq!(workspace.current(), names[1]);
    }
    fs::remove_dir_all(workspace.index().join(&names[0])).expect("removed");
    let message = workspace.refused(&["rollback", &names[0]], b"");
    assert!(message.contains("there is no generation"), "{message}");
    assert_whole(&workspace);
}

#[test]
fn a_generation_that_lost_its_sealed_file_does_not_become_current() {
    let workspace = Workspace::new();
    for _ in 0..2 {
        let breaches = leaks().join("breaches");
        let _ = workspace.run_ok(&["build", breaches.to_str().expect("a path")]);
    }
    let oldest = generations(&workspace).remove(0);
    fs::remove_file(workspace.index().join(oldest).join("sealed.idx")).expect("removed");
    let message = workspace.refused(&["rollback"], b"");
    assert!(message.contains("sealed.idx"), "{message}");
}

#[test]
fn an_older_generation_comes_back_without_what_was_erased_since() {
    let (workspace, names) = with_generations(1);
    let erased = workspace.run(&["erase"], QUERY);
    assert!(erased.status.success());
    let without = workspace.current();
    assert_ne!(without, names[0]);
    let printed = workspace.run_ok(&["rollback"]);
    assert!(
        printed.contains("without what was erased since"),
        "{printed}"
    );
    let current = workspace.current();
    assert!(current != names[0] && current != without);
    let answer = workspace.run(&["lookup", "--json"], QUERY).stdout;
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    assert_eq!(answer["found"], false);
    let root = |name: &str| {
        let report = workspace.index().join(name).join("report.json");
        let report = fs::read(report).expect("a report");
        let report: Value = serde_json::from_slice(&report).expect("JSON");
        report["compared"]["root"].clone()
    };
    assert_eq!(root(&current), root(&without));
    assert_ne!(root(&current), root(&names[0]));
}

#[test]
fn a_current_that_names_nothing_is_mended_by_rolling_back_to_a_generation_by_name() {
    let (workspace, names) = with_generations(1);
    for broken in ["", "nonsense\n", "20200101-000000-00000000\n"] {
        fs::write(workspace.index().join("CURRENT"), broken).expect("written");
        let _ = workspace.run_ok(&["rollback", &names[0]]);
        assert_whole(&workspace);
    }
    fs::write(workspace.index().join("CURRENT"), "nonsense\n").expect("written");
    let message = workspace.refused(&["rollback"], b"");
    assert!(message.contains("name the generation"), "{message}");
}

#[test]
fn prune_keeps_the_current_one_and_the_latest_others() {
    let (workspace, names) = with_generations(4);
    let _ = workspace.run_ok(&["rollback", &names[0]]);
    let rehearsed = workspace.run_ok(&["prune", "--keep", "2", "--dry-run"]);
    assert_eq!(rehearsed.matches("would go").count(), 2, "{rehearsed}");
    assert!(
        rehearsed.contains("would free") && !rehearsed.contains("freed"),
        "{rehearsed}"
    );
    assert_eq!(generations(&workspace), names);
    let printed = workspace.run_ok(&["prune", "--keep", "2", "--json"]);
    let printed: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(printed["removed"], serde_json::json!([names[1], names[2]]));
    assert!(
        printed["bytes"].as_u64().is_some_and(|bytes| bytes > 1000),
        "{printed}"
    );
    assert_eq!(generations(&workspace), [&*names[0], &*names[3]]);
    let _ = workspace.run_ok(&["prune", "--keep", "1"]);
    assert_eq!(generations(&workspace), [&*names[0]]);
    assert_whole(&workspace);
    assert!(litter(&workspace).is_empty());
}

#[test]
fn looking_for_a_missing_index_does_not_make_one() {
    let workspace = Workspace::new();
    for command in [&["rollback"][..], &["prune", "--keep", "1"]] {
        let _ = workspace.refused(command, b"");
        assert!(!workspace.index().exists());
    }
}

fn generations(workspace: &Workspace) -> Vec<String> {
    let mut entries = workspace.index_entries();
    entries.retain(|name| name.starts_with("20"));
    entries
}
