//! What can a hostile store make a server serve? Nothing.

use std::fs;
use std::process::Command;

use rustix::process::Signal;
use tekser_tests::{Server, wait_until};

use super::{PREFIX, Scene, wait_until_served};

/// A server over a store with two generations of which the older is current; and that one's name.
fn before_the_next_generation() -> (Scene, Server, String) {
    let scene = Scene::new();
    let first = scene.workspace.current();
    scene.build("combo-2021");
    let _ = scene.push(&[]);
    let _ = scene.push(&["--generation", &first, "--allow-older"]);
    let server = scene.serve(&[]);
    (scene, server, first)
}

/// Makes the next generation the current one in the store, unchanged, and lets the server look.
fn make_current(scene: &Scene, server: &Server) {
    put_current(scene, format!("{}\n", scene.workspace.current()).into());
    server.signal(Signal::HUP);
}

fn put_current(scene: &Scene, bytes: Vec<u8>) {
    let _ = scene.store.state().put(&format!("{PREFIX}/CURRENT"), bytes);
}

/// Changes an object of the next generation.
fn damage(scene: &Scene, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let key = scene.key(name);
    let mut bytes = scene.store.bytes(&key).expect("an object");
    change(&mut bytes);
    let _ = scene.store.state().put(&key, bytes);
}

fn flip(bytes: &mut [u8]) {
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
}

#[test]
fn a_damaged_object_is_refused_once_and_the_old_generation_served_until_it_is_mended() {
    let (scene, mut server, first) = before_the_next_generation();
    damage(&scene, "public.idx", |bytes| flip(bytes));
    make_current(&scene, &server);
    server.wait_for("is damaged, its SHA-256");
    assert_eq!(server.generation(), first);
    assert_eq!(scene.cached(), [first], "nothing of it stays");
    assert_eq!(scene.push(&["--resend"])["already"], false);
    wait_until_served(&server, &scene.workspace.current());
}

#[test]
fn what_a_store_damages_once_is_fetched_again_without_anybody_asking() {
    let scene = Scene::new();
    let first = scene.workspace.current();
    scene.build("combo-2021");
    let _ = scene.push(&[]);
    let _ = scene.push(&["--generation", &first, "--allow-older"]);
    let mut server = scene.serve(&["--admin", "127.0.0.1:0"]);
    wait_until("all is well", || server.is_met("store"));
    scene.store.state().flipping = Some(scene.key("public.idx"));
    put_current(&scene, format!("{}\n", scene.workspace.current()).into());
    server.wait_for("is damaged, its SHA-256");
    assert!(!server.is_met("store"));
    assert!(server.readiness().contains("SHA-256"));
    wait_until("it is not fetched again", || {
        server.generation() == scene.workspace.current()
    });
    wait_until("it is still called wrong", || server.is_met("store"));
}

#[test]
fn an_object_of_another_length_is_refused_before_it_is_fetched() {
    let (scene, server, first) = before_the_next_generation();
    let key = scene.key("public.idx");
    if let Some(stored) = scene.store.state().objects.get_mut(&key) {
        stored.announced = Some(1 << 50);
        stored.e_tag = "\"long\"".to_owned();
    }
    let refused = || {
        let printed = |server: &Server| {
            let log = server.log();
            log.matches("is not the index that it should be").count()
        };
        let before = printed(&server);
        make_current(&scene, &server);
        wait_until(&server.log(), || printed(&server) > before);
    };
    refused();
    damage(&scene, "public.idx", |bytes| {
        bytes.truncate(bytes.len() - 1000);
    });
    refused();
    damage(&scene, "public.idx", Vec::clear);
    refused();
    assert_eq!(server.generation(), first);
    assert_eq!(scene.cached(), [first]);
}

#[test]
fn a_generation_that_its_digests_fit_and_its_checksums_do_not_never_becomes_current() {
    let (scene, mut server, first) = before_the_next_generation();
    damage(&scene, "public.idx", |bytes| flip(bytes));
    let bytes = scene
        .store
        .bytes(&scene.key("public.idx"))
        .expect("an object");
    let file = scene.workspace.path().join("damaged");
    fs::write(&file, bytes).expect("a file");
    let sum = Command::new("sha256sum").arg(&file).output();
    let sum = String::from_utf8(sum.expect("sha256sum").stdout).expect("text");
    let (sum, _) = sum.split_once(' ').expect("a sum");
    let _ = scene.store.state().put(
        &scene.key("SHA256SUMS"),
        format!("{sum}  public.idx\n").into(),
    );
    make_current(&scene, &server);
    server.wait_for("checksum");
    assert_eq!(server.generation(), first);
    assert_eq!(scene.cached(), [first]);
}

#[test]
fn a_store_that_names_nonsense_is_refused_and_what_it_says_is_not_repeated() {
    let (scene, mut server, first) = before_the_next_generation();
    for (nonsense, complaint) in [
        (
            b"iin 470316119230".to_vec(),
            "is not the name of a generation",
        ),
        (
            b"20990101-000000-00000000\n".to_vec(),
            "is missing although",
        ),
        (vec![b'x'; 1 << 20], "is not the name of a generation"),
    ] {
        let printed = server.log().matches(complaint).count();
        put_current(&scene, nonsense);
        server.signal(Signal::HUP);
        wait_until(complaint, || {
            server.log().matches(complaint).count() > printed
        });
    }
    let sums = scene.key("SHA256SUMS");
    let nonsense = b"470316119230  ../../key\n".to_vec();
    let _ = scene.store.state().put(&sums, nonsense);
    make_current(&scene, &server);
    server.wait_for("is not a list of digests");
    assert_eq!(server.generation(), first);
    assert!(!server.log().contains("470316119230"), "{}", server.log());
}

#[test]
fn a_server_that_trusts_a_key_fetches_nothing_that_its_holder_did_not_sign() {
    let scene = Scene::new();
    for name in ["release.key", "other.key"] {
        let _ =
            scene
                .workspace
                .run_ok(&["release-keygen", "--no-passphrase", "--release-key", name]);
    }
    let sign = |key| {
        scene
            .workspace
            .run_ok(&["sign", "--replace", "--release-key", key])
    };
    let trusted = scene.workspace.argument("release.key.pub");
    let _ = scene.push(&[]);
    let printed = scene.serve_refused(&[], &["--trust", &trusted]);
    assert!(printed.contains("is not signed"), "{printed}");
    assert!(
        !scene.workspace.path().join("cache").exists(),
        "it was fetched"
    );
    let _ = (sign("other.key"), scene.push(&[]));
    let printed = scene.serve_refused(&[], &["--trust", &trusted]);
    assert!(printed.contains("not among those trusted"), "{printed}");
    let _ = (sign("release.key"), scene.push(&[]));
    let server = &mut scene.serve(&["--trust", &trusted]);
    assert_eq!(server.generation(), scene.workspace.current());
    let first = scene.workspace.current();
    scene.build("combo-2021");
    let _ = scene.push(&[]);
    server.signal(Signal::HUP);
    server.wait_for("is not signed");
    assert_eq!(server.generation(), first);
    let _ = (sign("release.key"), scene.push(&[]));
    wait_until_served(server, &scene.workspace.current());
}
