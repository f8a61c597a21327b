//! Does a server follow an object store?

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use tekser_tests::{Server, agent, wait_until};

use super::{Scene, wait_until_served};
use crate::truth::assert_answered;

#[test]
fn look_ups_in_an_index_from_a_store_are_answered_as_in_the_truth() {
    let scene = Scene::new();
    scene.build("");
    let _ = scene.push(&[]);
    let server = scene.serve(&[]);
    assert_answered(server.base(), 12);
    assert_eq!(scene.cached(), [scene.workspace.current()]);
    let folder = scene
        .workspace
        .path()
        .join("cache")
        .join(scene.workspace.current());
    let files = fs::read_dir(folder).expect("a generation");
    let names: BTreeSet<_> = files
        .map(|file| file.expect("a file").file_name())
        .collect();
    assert_eq!(names, BTreeSet::from(["public.idx".into()]));
}

/// Asks for the index and a range of it until stopped, and says how often it was answered.
fn ask(server: &Server, stop: &AtomicBool, answered: &AtomicU64) {
    let agent = agent();
    while !stop.load(Ordering::Relaxed) {
        let url = format!("{}/v1/ranges/{}/0", server.base(), server.generation());
        let answer = agent.get(url).call().expect("an answer");
        assert_eq!(answer.status(), 200);
        answered.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_new_generation_in_the_store_is_taken_up_without_a_lost_request_and_the_old_one_leaves_the_cache()
 {
    let scene = Scene::new();
    let _ = scene.push(&[]);
    let server = scene.serve(&["--grace", "1s", "--admin", "127.0.0.1:0"]);
    let (stop, answered) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        let asking = scope.spawn(|| ask(&server, &stop, &answered));
        for leak in ["combo-2021", "subscribers-2022"] {
            scene.build(leak);
            let _ = scene.push(&[]);
            wait_until_served(&server, &scene.workspace.current());
        }
        stop.store(true, Ordering::Relaxed);
        asking.join().expect("every request was answered");
    });
    assert!(answered.into_inner() > 20);
    wait_until("old generations stay in the cache", || {
        server.signal(Signal::HUP);
        scene.cached() == [scene.workspace.current()]
    });
    let printed = server.metrics();
    assert!(
        printed.contains("tekser_store_fetches_total{result=\"done\"} 3"),
        "{printed}"
    );
    assert!(
        printed.contains("tekser_store_fetches_total{result=\"failed\"} 0"),
        "{printed}"
    );
}

#[test]
fn a_store_with_weak_tags_is_fetched_from() {
    let scene = Scene::new();
    let _ = scene.push(&[]);
    let key = scene.key("public.idx");
    if let Some(stored) = scene.store.state().objects.get_mut(&key) {
        stored.e_tag = "W/\"weak\"".to_owned();
    }
    assert_eq!(scene.serve(&[]).generation(), scene.workspace.current());
}

#[test]
fn a_bucket_of_another_region_is_reported_to_be_one() {
    let scene = Scene::new();
    let answer = "HTTP/1.1 301 Moved Permanently\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    let output = tekser_tests::server_over(&scene.workspace)
        .arg("check-config")
        .args(scene.serving_arguments(&[]))
        .envs(scene.store.environment())
        .env("AWS_ENDPOINT_URL", endpoint)
        .output()
        .expect("the server runs");
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(
        printed.contains("the bucket is in another region"),
        "{printed}"
    );
}

#[test]
fn a_new_generation_is_noticed_without_a_signal() {
    let scene = Scene::new();
    let _ = scene.push(&[]);
    let server = scene.serve(&[]);
    scene.build("combo-2021");
    let _ = scene.push(&[]);
    wait_until("the new generation is not noticed", || {
        server.generation() == scene.workspace.current()
    });
}

#[test]
fn a_server_starts_without_its_store_if_it_fetched_before_and_says_so_and_recovers_when_it_is_back()
{
    let mut scene = Scene::new();
    let _ = scene.push(&[]);
    let first = scene.workspace.current();
    let mut server = scene.serve(&[]);
    assert_eq!(server.generation(), first);
    assert_eq!(server.stop().code(), Some(0));
    scene.store.go_away();
    let server = &mut scene.serve(&["--admin", "127.0.0.1:0"]);
    server.wait_for("what was fetched last is served");
    assert_eq!(server.generation(), first);
    assert!(!server.is_met("store"));
    assert!(
        server.readiness().contains("no connection"),
        "{}",
        server.readiness()
    );
    assert!(
        !server.log().contains("must-not-be-printed"),
        "{}",
        server.log()
    );
    scene.store.come_back();
    scene.build("combo-2021");
    let _ = scene.push(&[]);
    wait_until_served(server, &scene.workspace.current());
}

#[test]
fn a_server_with_a_full_cache_does_not_wait_for_a_store_that_is_silent() {
    let mut scene = Scene::new();
    let _ = scene.push(&[]);
    let mut server = scene.serve(&[]);
    assert_eq!(server.stop().code(), Some(0));
    scene.store.fall_silent();
    let server = scene.serve(&["--admin", "127.0.0.1:0"]);
    assert_eq!(server.generation(), scene.workspace.current());
    assert!(
        !server.metrics().contains("condition=\"store\""),
        "it asked first"
    );
}

#[test]
fn a_silent_store_is_reported_long_before_its_time_is_up() {
    let mut scene = Scene::new();
    let _ = scene.push(&[]);
    let server = scene.serve(&["--admin", "127.0.0.1:0"]);
    wait_until("all is well", || server.is_met("store"));
    scene.store.fall_silent();
    wait_until("nothing says so", || {
        server.readiness().contains("it has not answered yet")
    });
    assert!(!server.is_met("store"));
    assert_eq!(server.generation(), scene.workspace.current());
    scene.store.go_away();
    scene.store.come_back();
    wait_until("it is still called silent", || server.is_met("store"));
}

#[test]
fn a_store_that_goes_away_while_its_index_is_served_is_reported_once() {
    let mut scene = Scene::new();
    let _ = scene.push(&[]);
    let server = &mut scene.serve(&["--admin", "127.0.0.1:0"]);
    scene.store.go_away();
    server.wait_for("nothing new can be fetched");
    wait_until("no second look", || {
        server
            .metrics()
            .contains("tekser_store_fetches_total{result=\"failed\"} 2")
    });
    assert_eq!(server.generation(), scene.workspace.current());
    // The connection may break off at first, and not be made then.
    let log = server.log();
    let reasons = log
        .lines()
        .filter_map(|line| line.split_once("nothing new can be fetched"));
    let reasons: Vec<&str> = reasons
        .filter_map(|(_, rest)| rest.split(" should=").next())
        .collect();
    let different: BTreeSet<&str> = reasons.iter().copied().collect();
    assert_eq!(reasons.len(), different.len(), "{log}");
}

#[test]
fn a_server_that_never_fetched_anything_does_not_start_without_its_store_and_says_what_to_do() {
    let mut scene = Scene::new();
    let printed = scene.serve_refused(&[], &[]);
    assert!(printed.contains("tekser-indexer push"), "{printed}");
    scene.store.go_away();
    let printed = scene.serve_refused(&[], &[]);
    assert!(
        printed.contains("the cache has no usable generation"),
        "{printed}"
    );
    assert!(printed.contains("AWS_ENDPOINT_URL"), "{printed}");
    assert!(!printed.contains("must-not-be-printed"), "{printed}");
}

#[test]
fn a_check_of_the_settings_asks_the_store_and_fetches_nothing() {
    let mut scene = Scene::new();
    let printed = scene.serve_refused(&["check-config"], &[]);
    assert!(printed.contains("holds no index"), "{printed}");
    let _ = scene.push(&[]);
    let mut check = tekser_tests::server_over(&scene.workspace);
    check
        .arg("check-config")
        .args(scene.serving_arguments(&[]))
        .envs(scene.store.environment());
    assert!(check.status().expect("the server runs").success());
    assert!(!scene.workspace.path().join("cache").exists());
    scene.store.go_away();
    let printed = scene.serve_refused(&["check-config"], &[]);
    assert!(printed.contains("no connection"), "{printed}");
}

#[test]
fn a_fetch_that_was_killed_leaves_nothing_that_counts_and_the_next_start_clears_it() {
    let scene = Scene::new();
    let _ = scene.push(&[]);
    let current = scene.workspace.path().join("cache/CURRENT");
    let mut kills = 0;
    while !current.exists() {
        let mut server = scene.spawn(&[("TEKSER_DIE_AT_STEP", kills.to_string())]);
        while server.try_wait().expect("a child").is_none() && !current.exists() {
            thread::sleep(Duration::from_millis(5));
        }
        // It may serve by now.
        let _ = server.kill();
        server.wait().expect("a child");
        kills += 1;
    }
    assert!(kills > 8, "{kills}");
    let server = scene.serve(&[]);
    assert_eq!(server.generation(), scene.workspace.current());
    assert_eq!(scene.cached(), [scene.workspace.current()]);
}
