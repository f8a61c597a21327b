//! A killed fetch is resumed where it stopped, and only with bytes of the same object.

use std::fs;
use std::ops::Range;
use std::path::PathBuf;

use tekser_tests::wait_until;

use super::Scene;
use super::large::{PIECE, publish_large};

/// A store with a generation that is fetched in two pieces.
fn in_two_pieces() -> Scene {
    let scene = Scene::new();
    publish_large(&scene.workspace, 1_500_000);
    let _ = scene.push(&[]);
    let length = scene
        .store
        .bytes(&scene.key("public.idx"))
        .map(|bytes| bytes.len());
    assert!(length.is_some_and(|length| length > PIECE), "{length:?}");
    scene
}

/// The unfinished fetches in the cache.
fn partial(scene: &Scene) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(scene.workspace.path().join("cache")) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let is_partial = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(".partial-"))
    };
    paths.filter(is_partial).collect()
}

/// Kills a server when the first piece of the index is in its cache, and forgets what it asked for.
fn kill_after_the_first_piece(scene: &Scene) {
    scene.store.state().withheld = Some((scene.key("public.idx"), PIECE as u64));
    let mut server = scene.spawn(&[]);
    let length = |path: &PathBuf| fs::metadata(path).map_or(0, |file| file.len());
    wait_until("no piece is kept", || {
        partial(scene).iter().map(length).sum::<u64>() == PIECE as u64
    });
    server.kill().expect("it runs");
    server.wait().expect("a child");
    let mut state = scene.store.state();
    state.withheld = None;
    state.asked.clear();
}

/// Which bytes of the index were asked for since, without its head.
fn asked(scene: &Scene) -> Vec<Range<u64>> {
    let key = scene.key("public.idx");
    let state = scene.store.state();
    let of_index = state.asked.iter().filter(|(asked, _)| *asked == key);
    let parts = of_index.map(|(_, part)| part.clone());
    parts.filter(|part| part.end > 1 << 20).collect()
}

fn assert_served_whole(scene: &Scene) {
    let server = scene.serve(&[]);
    assert_eq!(server.generation(), scene.workspace.current());
    assert_eq!(scene.cached(), [scene.workspace.current()], "nothing stays");
    let cached = scene.workspace.path().join("cache");
    let cached = cached.join(scene.workspace.current()).join("public.idx");
    let pushed = scene.store.bytes(&scene.key("public.idx"));
    assert!(fs::read(cached).ok() == pushed);
}

#[test]
fn a_fetch_that_was_killed_is_resumed_where_it_stopped() {
    let scene = in_two_pieces();
    kill_after_the_first_piece(&scene);
    assert_served_whole(&scene);
    let asked = asked(&scene);
    let is_new = |part: &Range<u64>| part.start >= PIECE as u64;
    assert!(!asked.is_empty() && asked.iter().all(is_new), "{asked:?}");
}

#[test]
fn bytes_of_an_object_are_not_used_for_another_of_its_name_and_length() {
    let scene = in_two_pieces();
    kill_after_the_first_piece(&scene);
    let key = scene.key("public.idx");
    let bytes = scene.store.bytes(&key).expect("an object");
    let _ = scene.store.state().put(&key, bytes);
    assert_served_whole(&scene);
    assert!(asked(&scene).iter().any(|part| part.start == 0));
}

#[test]
fn bytes_that_a_disk_changed_meanwhile_are_fetched_again() {
    let scene = in_two_pieces();
    kill_after_the_first_piece(&scene);
    let [path] = &partial(&scene)[..] else {
        panic!("one unfinished fetch");
    };
    let mut bytes = fs::read(path).expect("a file");
    bytes[PIECE / 2] ^= 1;
    fs::write(path, bytes).expect("a file");
    assert_served_whole(&scene);
    assert!(asked(&scene).iter().any(|part| part.start == 0));
}

#[test]
fn what_is_left_of_an_older_generation_goes_when_a_newer_one_is_fetched() {
    let scene = in_two_pieces();
    kill_after_the_first_piece(&scene);
    scene.build("combo-2021");
    let _ = scene.push(&[]);
    assert_served_whole(&scene);
}
