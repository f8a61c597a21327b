//! Whatever is pushed, and whatever a disk does to the cache, a restart serves what was served before.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use rustix::process::Signal;
use sha2::{Digest, Sha256};
use tekser_tests::{Server, Workspace, leaks, wait_until};

use super::{PREFIX, Scene};

const STATEMENT: &str = "statement.json";
const SIGNATURE: &str = "statement.json.minisig";

/// A store with a signed generation; the older one, signed as well, is in the index directory.
fn signed() -> (Scene, String) {
    let scene = Scene::new();
    let _ = scene.workspace.run_ok(&[
        "release-keygen",
        "--no-passphrase",
        "--release-key",
        "release.key",
    ]);
    sign(&scene);
    let older = scene.workspace.current();
    scene.build("combo-2021");
    sign(&scene);
    let _ = scene.push(&[]);
    (scene, older)
}

fn sign(scene: &Scene) {
    let _ = scene
        .workspace
        .run_ok(&["sign", "--release-key", "release.key"]);
}

fn trust(scene: &Scene) -> [String; 2] {
    [
        "--trust".to_owned(),
        scene.workspace.argument("release.key.pub"),
    ]
}

fn serve(scene: &Scene, more: &[String]) -> Server {
    scene.serve(&more.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Adds objects to those of the current generation, with matching digests, as a writer to the store can.
fn put_beside(scene: &Scene, objects: &[(&str, &[u8])]) {
    let index = scene.store.bytes(&scene.key("public.idx"));
    let index = index.expect("an object");
    let mut sums = sum("public.idx", &index);
    for (name, bytes) in objects {
        let _ = scene.store.state().put(&scene.key(name), bytes.to_vec());
        sums.push_str(&sum(name, bytes));
    }
    let _ = scene
        .store
        .state()
        .put(&scene.key("SHA256SUMS"), sums.into());
}

fn sum(name: &str, bytes: &[u8]) -> String {
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
    format!("{digest}  {name}\n")
}

fn cached(scene: &Scene, name: &str) -> PathBuf {
    let cache = scene.workspace.path().join("cache");
    cache.join(scene.workspace.current()).join(name)
}

/// Changes a file of the cache behind the server's back, as a disk does.
fn damage(scene: &Scene, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let path = cached(scene, name);
    let mut bytes = fs::read(&path).expect("a file");
    change(&mut bytes);
    fs::remove_file(&path).expect("removed");
    fs::write(&path, bytes).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("a mode");
}

fn flip(bytes: &mut [u8], place: usize) {
    bytes[place] ^= 1;
}

fn assert_cached_as_built(scene: &Scene) {
    for name in ["public.idx", STATEMENT, SIGNATURE] {
        let built = scene.workspace.index().join(scene.workspace.current());
        let built = fs::read(built.join(name)).expect("a file");
        assert!(
            fs::read(cached(scene, name)).expect("a file") == built,
            "{name}"
        );
    }
}

/// Lets a server look at what was pushed, waits until it says why that is of no use, and starts it again with the store
/// and without it.
fn assert_harmless(scene: &mut Scene, arguments: &[String], complaint: &str) {
    let generation = scene.workspace.current();
    let server = &mut serve(scene, arguments);
    server.wait_for(complaint);
    assert_eq!(server.generation(), generation);
    assert_cached_as_built(scene);
    assert_eq!(server.stop().code(), Some(0));
    scene.store.go_away();
    assert_eq!(serve(scene, arguments).generation(), generation);
    scene.store.come_back();
}

#[test]
fn an_older_statement_with_the_current_file_is_refused_and_every_restart_serves_what_was_served() {
    let (mut scene, older) = signed();
    let with_trust = trust(&scene);
    let mut server = serve(&scene, &with_trust);
    let read = |name| fs::read(scene.workspace.index().join(&older).join(name)).expect("a file");
    let (statement, signature) = (read(STATEMENT), read(SIGNATURE));
    put_beside(&scene, &[(STATEMENT, &statement), (SIGNATURE, &signature)]);
    server.signal(Signal::HUP);
    server.wait_for("generation differs");
    assert_cached_as_built(&scene);
    assert_eq!(server.stop().code(), Some(0));
    assert_harmless(&mut scene, &with_trust, "generation differs");
    assert_harmless(&mut scene, &[], "generation differs");
}

#[test]
fn a_statement_that_says_something_else_of_the_file_is_refused_and_every_restart_serves_what_was_served()
 {
    let (mut scene, _) = signed();
    assert_eq!(serve(&scene, &[]).generation(), scene.workspace.current());
    let statement = fs::read_to_string(cached(&scene, STATEMENT)).expect("a text");
    let signature = fs::read(cached(&scene, SIGNATURE)).expect("a text");
    let rows = statement.split_once("\"rows\":").expect("a member").1;
    let rows = rows.split_once(',').expect("a number").0;
    let forged = statement.replace(&format!("\"rows\":{rows}"), "\"rows\":1");
    put_beside(
        &scene,
        &[(STATEMENT, forged.as_bytes()), (SIGNATURE, &signature)],
    );
    assert_harmless(&mut scene, &[], "rows differs");
}

#[test]
fn garbage_instead_of_a_statement_is_refused_without_a_trusted_key_too() {
    let (mut scene, _) = signed();
    assert_eq!(serve(&scene, &[]).generation(), scene.workspace.current());
    put_beside(
        &scene,
        &[(STATEMENT, b"{}"), (SIGNATURE, b"untrusted comment\n")],
    );
    assert_harmless(&mut scene, &[], "of an unknown version");
    put_beside(&scene, &[(STATEMENT, b"\xff"), (SIGNATURE, b"\xff")]);
    assert_harmless(&mut scene, &[], "is not a short text");
}

#[test]
fn a_statement_that_is_withdrawn_from_the_store_stays_in_the_cache() {
    let (scene, _) = signed();
    let server = serve(&scene, &[]);
    put_beside(&scene, &[]);
    server.signal(Signal::HUP);
    drop(server);
    let with_trust = trust(&scene);
    let server = &mut serve(&scene, &with_trust);
    server.wait_for("is not signed");
    assert_eq!(server.generation(), scene.workspace.current());
    assert_cached_as_built(&scene);
}

#[test]
fn a_flipped_byte_anywhere_in_the_cache_is_mended_from_the_store_at_a_restart() {
    let (scene, _) = signed();
    let with_trust = trust(&scene);
    drop(serve(&scene, &with_trust));
    let length = fs::read(cached(&scene, "public.idx"))
        .expect("a file")
        .len();
    let places = [0, 40, length / 3, length / 2, length - 1].map(|place| ("public.idx", place));
    for (name, place) in places.into_iter().chain([(STATEMENT, 9), (SIGNATURE, 80)]) {
        damage(&scene, name, |bytes| flip(bytes, place));
        let server = serve(&scene, &with_trust);
        assert_eq!(server.generation(), scene.workspace.current());
        wait_until("the cache is not mended", || {
            fs::read(cached(&scene, name)).is_ok_and(|bytes| {
                let built = scene.workspace.index().join(scene.workspace.current());
                fs::read(built.join(name)).is_ok_and(|built| built == bytes)
            })
        });
    }
    assert_cached_as_built(&scene);
    assert_eq!(scene.cached(), [scene.workspace.current()]);
}

#[test]
fn a_cache_that_was_cut_short_is_mended_at_a_restart_and_what_is_mended_is_served() {
    let (scene, _) = signed();
    let arguments = ["--admin", "127.0.0.1:0"];
    drop(scene.serve(&arguments));
    damage(&scene, "public.idx", |bytes| {
        bytes.truncate(bytes.len() - 1);
    });
    drop(scene.serve(&arguments));
    assert_cached_as_built(&scene);
    let middle = fs::read(cached(&scene, "public.idx"))
        .expect("a file")
        .len()
        / 2;
    damage(&scene, "public.idx", |bytes| flip(bytes, middle));
    let server = scene.serve(&arguments);
    wait_until("what was mended is not served", || {
        server
            .metrics()
            .contains("tekser_reloads_total{result=\"done\"} 1")
    });
    assert_cached_as_built(&scene);
}

#[test]
fn a_damaged_store_does_not_mend_a_damaged_cache_and_nothing_of_it_stays() {
    let (scene, _) = signed();
    drop(serve(&scene, &[]));
    let key = scene.key("public.idx");
    let mut bytes = scene.store.bytes(&key).expect("an object");
    let middle = bytes.len() / 2;
    flip(&mut bytes, middle);
    let _ = scene.store.state().put(&key, bytes.clone());
    put_beside(&scene, &[]);
    let server = &mut serve(&scene, &[]);
    server.wait_for("checksum");
    assert_eq!(server.generation(), scene.workspace.current());
    assert_cached_as_built(&scene);
    assert_eq!(scene.cached(), [scene.workspace.current()]);
    assert!(scene.store.keys().contains(&format!("{PREFIX}/CURRENT")));
}

#[test]
fn a_push_that_the_evaluators_key_does_not_fit_ends_no_service_and_no_restart() {
    let scene = Scene::new();
    let _ = scene.push(&[]);
    let first = scene.workspace.current();
    let server = &mut scene.serve(&[]);
    let other = Workspace::new();
    other.build(&leaks().join("breaches/combo-2021"), &["--no-recover"]);
    let pushed = other
        .command()
        .args(["push", "--allow-older", "--to", &Scene::address()])
        .envs(scene.store.environment())
        .output()
        .expect("the indexer");
    assert!(pushed.status.success());
    server.signal(Signal::HUP);
    server.wait_for("the evaluators hold");
    assert_eq!(server.generation(), first);
    assert_eq!(server.stop().code(), Some(0));
    for _ in 0..2 {
        let server = &mut scene.serve(&[]);
        server.wait_for("an earlier one is served instead");
        assert_eq!(server.generation(), first);
        assert_eq!(server.stop().code(), Some(0));
    }
}

#[test]
fn a_cache_that_is_damaged_while_it_is_served_is_mended_at_sighup_and_what_is_mended_is_served() {
    let (scene, _) = signed();
    let server = scene.serve(&["--admin", "127.0.0.1:0"]);
    damage(&scene, "public.idx", |bytes| flip(bytes, 0));
    server.signal(Signal::HUP);
    wait_until("what was mended is not served", || {
        server
            .metrics()
            .contains("tekser_reloads_total{result=\"done\"} 1")
    });
    assert_cached_as_built(&scene);
}
