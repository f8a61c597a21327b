//! Is a store whole at every moment of a push?

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use super::{PREFIX, Scene};

/// A reader of the store finds all that `CURRENT` promises.
fn assert_whole(scene: &Scene) {
    let Some(current) = scene.current_in_store() else {
        return;
    };
    let folder = scene.workspace.index().join(&current);
    let local = fs::read(folder.join("public.idx")).expect("an index");
    let stored = scene.store.bytes(&format!("{PREFIX}/{current}/public.idx"));
    assert!(stored == Some(local), "another index");
    let sums = scene.store.bytes(&format!("{PREFIX}/{current}/SHA256SUMS"));
    assert!(sums.is_some_and(|sums| !sums.is_empty()));
}

fn sign(scene: &Scene) {
    if !scene.workspace.path().join("release.key").exists() {
        let _ = scene.workspace.run_ok(&[
            "release-keygen",
            "--no-passphrase",
            "--release-key",
            "release.key",
        ]);
    }
    let _ = scene
        .workspace
        .run_ok(&["sign", "--release-key", "release.key"]);
}

#[test]
fn a_store_holds_nothing_but_what_a_server_of_ranges_opens() {
    let scene = Scene::new();
    scene
        .workspace
        .build(&tekser_tests::leaks().join("breaches"), &["--pairs"]);
    sign(&scene);
    let folder = scene.workspace.index().join(scene.workspace.current());
    for private in ["sealed.idx", "pairs.bin", "report.json", "report.txt"] {
        assert!(folder.join(private).exists(), "{private} is there to leak");
    }
    assert_eq!(scene.push(&[])["already"], false);
    let names = ["public.idx", "statement.json", "statement.json.minisig"];
    for name in names {
        let local = fs::read(folder.join(name)).expect("a file");
        assert!(scene.store.bytes(&scene.key(name)) == Some(local), "{name}");
    }
    let mut expected: BTreeSet<String> = names.iter().map(|name| scene.key(name)).collect();
    expected.insert(scene.key("SHA256SUMS"));
    expected.insert(format!("{PREFIX}/CURRENT"));
    assert_eq!(scene.store.keys(), expected);
    let last = scene.store.state().written.last().cloned();
    assert_eq!(
        last,
        Some(format!("{PREFIX}/CURRENT")),
        "CURRENT comes last"
    );
}

#[test]
fn what_exists_is_not_sent_again_and_a_signature_that_comes_later_is() {
    let scene = Scene::new();
    let printed = scene.push(&[]);
    let length = scene
        .store
        .bytes(&scene.key("public.idx"))
        .map(|bytes| bytes.len());
    assert_eq!(
        printed["sent_bytes"].as_u64(),
        length.map(|length| length as u64)
    );
    let written = scene.store.state().written.len();
    let printed = scene.push(&[]);
    assert_eq!(
        (&printed["already"], &printed["sent_bytes"]),
        (&true.into(), &0.into())
    );
    assert_eq!(scene.store.state().written.len(), written);
    sign(&scene);
    assert_eq!(scene.push(&[])["already"], false);
    let written = scene.store.state().written[written..].to_vec();
    let expected = ["statement.json", "statement.json.minisig", "SHA256SUMS"];
    assert_eq!(written, expected.map(|name| scene.key(name)));
    assert_eq!(scene.push(&["--resend"])["already"], false);
}

#[test]
fn a_push_killed_at_any_step_leaves_the_old_generation_or_the_new_one_and_is_completed_by_the_next()
{
    let scene = Scene::new();
    let _ = scene.push(&[]);
    let before = scene.workspace.current();
    scene.build("combo-2021");
    sign(&scene);
    let mut kills = 0;
    for step in 0.. {
        let status = scene
            .push_command(&["--resend"])
            .env("TEKSER_DIE_AT_STEP", step.to_string())
            .output()
            .expect("the indexer starts")
            .status;
        assert_whole(&scene);
        if status.success() {
            break;
        }
        assert_eq!(status.signal(), Some(9));
        kills += 1;
    }
    // Before and after each of five objects.
    assert_eq!(kills, 10);
    assert_eq!(scene.current_in_store(), Some(scene.workspace.current()));
    let killed = scene
        .push_command(&["--allow-older", "--generation", &before])
        .env("TEKSER_DIE_AT_STEP", "0")
        .output();
    assert!(!killed.expect("the indexer starts").status.success());
    assert_eq!(scene.push(&[])["already"], true, "nothing was lost by that");
}

#[test]
fn an_older_generation_does_not_take_the_place_of_a_newer_one_unasked() {
    let scene = Scene::new();
    let older = scene.workspace.current();
    scene.build("combo-2021");
    let _ = scene.push(&[]);
    let printed = scene.push_refused(&["--generation", &older]);
    assert!(
        printed.contains("newer") && printed.contains("--allow-older"),
        "{printed}"
    );
    assert_eq!(scene.current_in_store(), Some(scene.workspace.current()));
    let _ = scene.push(&["--generation", &older, "--allow-older"]);
    assert_eq!(scene.current_in_store(), Some(older));
}

#[test]
fn a_push_at_the_same_time_is_not_overwritten() {
    let scene = Scene::new();
    let _ = scene.push(&[]);
    scene.build("combo-2021");
    let other = b"20990101-000000-00000000\n".to_vec();
    let current = format!("{PREFIX}/CURRENT");
    scene.store.state().overtaking = Some((current.clone(), other.clone()));
    let printed = scene.push_refused(&[]);
    assert!(printed.contains("another push wrote"), "{printed}");
    assert_eq!(scene.store.bytes(&current), Some(other));
    let printed = scene.push_refused(&[]);
    assert!(printed.contains("newer"), "{printed}");
}

#[test]
fn old_generations_are_removed_on_request_and_never_the_current_one() {
    let scene = Scene::new();
    let mut generations = Vec::new();
    for leak in ["school-2025", "combo-2021", "subscribers-2022"] {
        scene.build(leak);
        let _ = scene.push(&[]);
        generations.push(scene.workspace.current());
    }
    assert_eq!(scene.push(&["--keep", "2"])["removed"], 1);
    let left = |generation: &str| {
        let keys = scene.store.keys();
        keys.iter().any(|key| key.contains(generation))
    };
    assert_eq!(
        [0, 1, 2].map(|place: usize| left(&generations[place])),
        [false, true, true]
    );
    assert_eq!(scene.push(&["--keep", "1"])["removed"], 1);
    assert_whole(&scene);
    // A newer one stays, whichever is current.
    let _ = scene.push(&[
        "--generation",
        &generations[0],
        "--allow-older",
        "--keep",
        "1",
    ]);
    assert!(left(&generations[2]));
}

#[test]
fn wrong_credentials_a_wrong_bucket_and_a_store_that_is_gone_are_reported_without_the_secret() {
    let mut scene = Scene::new();
    let refused = |command: &mut Command| {
        let output = command.arg("-vvv").output().expect("the indexer starts");
        let printed = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(1), "{printed}");
        assert!(!printed.contains("must-not-be-printed"), "{printed}");
        printed
    };
    let wrong = scene
        .store
        .environment_with("another-secret-that-must-not-be-printed");
    let printed = refused(scene.push_command(&[]).envs(wrong));
    assert!(printed.contains("AWS_SECRET_ACCESS_KEY"), "{printed}");
    let mut command = scene.workspace.command();
    command.args(["push", "--to", "s3://no-such-bucket/index"]);
    let printed = refused(command.envs(scene.store.environment()));
    assert!(printed.contains("s3://no-such-bucket/index"), "{printed}");
    scene.store.go_away();
    let printed = refused(&mut scene.push_command(&[]));
    assert!(printed.contains("no connection"), "{printed}");
}
