//! Who was erased stays erased, whichever generation becomes current, and their number is reported.

use std::fs;

use serde_json::Value;
use tekser_tests::Workspace;

use super::{NEW_KEY, QUERY, REQUEST, breach, copy, with_generations, with_two_leaks};

fn erase(workspace: &Workspace, arguments: &[&str], requests: &[u8]) {
    let erased = workspace.run(&[&["erase"], arguments].concat(), requests);
    let printed = String::from_utf8_lossy(&erased.stderr);
    assert!(erased.status.success(), "{printed}");
}

#[test]
fn a_line_that_holds_no_identifier_fails_the_command_and_the_others_are_erased() {
    let (workspace, _) = with_generations(1);
    for arguments in [&["erase"][..], &["erase", "--json"]] {
        let requests = [b"iin:123\n", QUERY].concat();
        let output = workspace.run(arguments, &requests);
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{printed}");
        assert!(
            printed.contains("1 line of the input did not normalise"),
            "{printed}"
        );
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(printed.contains("an IIN has 12 digits"), "{printed}");
    }
    assert!(!is_found(&workspace, &[], QUERY));
}

fn is_found(workspace: &Workspace, arguments: &[&str], query: &[u8]) -> bool {
    let answer = workspace.run(&[&["lookup", "--json"], arguments].concat(), query);
    let answer: Value = serde_json::from_slice(&answer.stdout).expect("JSON");
    answer["found"].as_bool().expect("an answer")
}

#[test]
fn generations_and_stats_tell_how_many_are_erased_and_no_more() {
    let (workspace, _) = with_generations(1);
    let reply = |arguments: &[&str]| workspace.run_ok(arguments);
    assert!(!reply(&["generations"]).contains("erased"));
    erase(&workspace, &[], QUERY);
    assert!(reply(&["generations"]).contains("1 identifier is erased"));
    erase(&workspace, &[], REQUEST.as_bytes());
    for command in ["generations", "stats"] {
        assert!(reply(&[command]).contains("2 identifiers are erased"));
    }
    let listed: Value = serde_json::from_str(&reply(&["generations", "--json"])).expect("JSON");
    for generation in listed.as_array().expect("a list") {
        assert_eq!(generation["erased"], 2);
    }
    let stats: Value = serde_json::from_str(&reply(&["stats", "--json"])).expect("JSON");
    assert_eq!(stats["erased"], 2);
}

#[test]
fn an_erasure_says_what_must_happen_elsewhere_before_it_is_one() {
    let (workspace, _) = with_generations(1);
    let steps = [
        "sign",
        "prune --keep 1",
        "push --keep 1",
        "export --keep 1",
        "CDNs",
    ];
    // The second time the current index holds none of them, but older ones do.
    for _ in 0..2 {
        let erased = workspace.run(&["erase"], QUERY);
        let reply = String::from_utf8(erased.stdout).expect("text");
        let places = steps.map(|step| reply.find(step).expect(step));
        assert!(places.is_sorted(), "{reply}");
        assert!(reply.contains("only a new key revokes"), "{reply}");
    }
    let erased = workspace.run(&["erase", "--json"], QUERY);
    let reply: Value = serde_json::from_slice(&erased.stdout).expect("JSON");
    assert_eq!(
        reply["remaining"].as_array().map(Vec::len),
        Some(steps.len())
    );
    let nobody = workspace.run(&["erase"], b"");
    assert!(!String::from_utf8_lossy(&nobody.stdout).contains("prune"));
}

/// Runs the indexer without the offline key, as a thief of the index and of the evaluators' keys would.
fn refused_without_offline_key(workspace: &Workspace, arguments: &[&str]) {
    let mut command = workspace.command();
    command.args(arguments).env_remove("TEKSER_OFFLINE_KEY");
    let output = command.output().expect("ended");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {message}");
    assert!(
        message.contains("--offline-key"),
        "{arguments:?}: {message}"
    );
}

#[test]
fn where_a_person_was_erased_no_generation_is_made_or_published_without_the_offline_key() {
    let (workspace, build) = with_two_leaks();
    let old = workspace.current();
    erase(&workspace, &[], QUERY);
    let without = workspace.current();
    let dumps = build.last().expect("dumps");
    let school = breach("school-2025");
    for arguments in [
        &["build", dumps][..],
        &["update", &school],
        &["update", "--metadata", &school],
        &["remove", "combo-2021"],
        &["rollback", &old],
        &["erase", "--undo"],
    ] {
        refused_without_offline_key(&workspace, arguments);
    }
    assert_eq!(workspace.current(), without);
    assert!(!is_found(&workspace, &[], QUERY));
}

#[test]
fn where_a_person_was_erased_a_sealed_file_of_another_key_is_not_published() {
    let workspace = Workspace::new();
    let (index, elsewhere) = (workspace.index(), workspace.argument("elsewhere"));
    let _ = workspace.run_ok(&["keygen", "--key", "unused", "--offline-key", "other"]);
    let build = ["build", "--index", &elsewhere, "--offline-key", "other"];
    let _ = workspace.run_ok(&[&build[..], &[&breach("clinic-2023")]].concat());
    let strange = fs::read_to_string(format!("{elsewhere}/CURRENT")).expect("a generation");
    let strange = strange.trim();
    let _ = workspace.run_ok(&["build", &breach("school-2025")]);
    erase(&workspace, &[], QUERY);
    let before = workspace.current();
    copy(
        format!("{elsewhere}/{strange}").as_ref(),
        &index.join(strange),
    );
    let message = workspace.refused(&["rollback", strange], b"");
    assert!(message.contains("offline key"), "{message}");
    assert_eq!(workspace.current(), before);
}

/// Makes a new key, and the index again under it.
fn rekey(workspace: &Workspace, build: &[String]) {
    let dumps = build.last().expect("dumps");
    let _ = workspace.run_ok(&["keygen", "--key", NEW_KEY]);
    let command = ["rekey", "--key", NEW_KEY, "--old-key", "key", dumps];
    let _ = workspace.run_ok(&command);
}

#[test]
fn a_generation_of_another_key_under_which_an_erased_person_is_not_known_is_refused() {
    let (workspace, build) = with_two_leaks();
    let old = workspace.current();
    rekey(&workspace, &build);
    let new = workspace.current();
    let _ = workspace.run_ok(&["rollback", &old]);
    let _ = workspace.run_ok(&["rollback", &new]);
    erase(&workspace, &["--key", NEW_KEY], QUERY);
    let without = workspace.current();
    let reply = workspace.refused(&["rollback", &old], b"");
    assert!(
        reply.contains("identifiers (1) were erased under another one")
            && reply.contains("--allow-erased"),
        "{reply}"
    );
    assert_eq!(workspace.current(), without);
    let _ = workspace.run_ok(&["rollback", "--allow-erased", &old]);
    assert!(is_found(&workspace, &[], QUERY), "as it was warned");
    erase(&workspace, &[], QUERY);
    assert!(!is_found(&workspace, &[], QUERY));
}

#[test]
fn who_was_erased_before_the_key_changed_is_left_out_of_the_generations_of_both_keys() {
    let (workspace, build) = with_two_leaks();
    let old = workspace.current();
    erase(&workspace, &[], QUERY);
    rekey(&workspace, &build);
    assert!(!is_found(&workspace, &["--key", NEW_KEY], QUERY));
    let _ = workspace.run_ok(&["rollback", &old]);
    assert!(!is_found(&workspace, &[], QUERY));
}

#[test]
fn who_was_erased_stays_erased_in_an_index_that_is_built_under_another_key() {
    let (workspace, build) = with_two_leaks();
    erase(&workspace, &[], QUERY);
    // The key is lost: nothing is left of the index but its tombstones.
    let generations = workspace.index_entries();
    for name in generations
        .iter()
        .filter(|name| !name.starts_with("ERASED-"))
    {
        let path = workspace.index().join(name);
        match path.is_dir() {
            true => fs::remove_dir_all(path).expect("removed"),
            false => fs::remove_file(path).expect("removed"),
        }
    }
    let _ = workspace.run_ok(&["keygen", "--key", NEW_KEY]);
    let dumps = build.last().expect("dumps");
    let _ = workspace.run_ok(&["build", "--key", NEW_KEY, dumps]);
    assert!(!is_found(&workspace, &["--key", NEW_KEY], QUERY));
    // Their tags are known from now on.
    let _ = workspace.run_ok(&["remove", "school-2025"]);
    let _ = workspace.run_ok(&["add", "--key", NEW_KEY, &breach("school-2025")]);
    assert!(!is_found(&workspace, &["--key", NEW_KEY], QUERY));
}

/// Makes a workspace whose index is still to be made, and another with the same key in which a person was erased.
fn part(workspace: &Workspace, name: &str, leak: &str, request: &[u8]) -> String {
    let part = workspace.path().join(name);
    let part = part.to_str().expect("a path").to_owned();
    let _ = workspace.run_ok(&["build", "--index", &part, &breach(leak)]);
    erase(workspace, &["--index", &part], request);
    part
}

#[test]
fn an_index_without_tombstones_takes_over_those_of_the_one_that_is_merged_into_it() {
    let workspace = Workspace::new();
    let part = part(&workspace, "part", "school-2025", QUERY);
    let _ = workspace.run_ok(&["merge", &part]);
    assert!(!is_found(&workspace, &[], QUERY));
    let _ = workspace.run_ok(&["remove", "school-2025"]);
    let _ = workspace.run_ok(&["add", &breach("school-2025")]);
    assert!(
        !is_found(&workspace, &[], QUERY),
        "a later dump brought it back"
    );
}

#[test]
fn tombstones_that_cannot_be_kept_are_reported() {
    let workspace = Workspace::new();
    let parts = [
        part(&workspace, "part-a", "school-2025", QUERY),
        part(&workspace, "part-b", "combo-2021", REQUEST.as_bytes()),
    ];
    let merged = workspace.run(&["merge", &parts[0], &parts[1]], b"");
    let reply = String::from_utf8(merged.stderr).expect("text");
    assert!(merged.status.success(), "{reply}");
    assert!(reply.contains("warning: 1 tombstones"), "{reply}");
    for query in [QUERY, REQUEST.as_bytes()] {
        assert!(!is_found(&workspace, &[], query));
    }
    let other = workspace.path().join("other");
    fs::create_dir(&other).expect("a folder");
    let reply = workspace.run(&["merge", "--index", "other", &parts[0]], b"");
    assert!(!String::from_utf8_lossy(&reply.stderr).contains("warning"));
}
