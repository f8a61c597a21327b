//! Thousands of requests that no client should send, from fixed seeds.

mod bodies;
mod heads;
mod paths;

use std::thread;

use tekser_test_kit::Dice;
use tekser_tests::Server;

use crate::wire::{exchange, statuses};
use crate::{assert_answers, serve};

const THREADS: u64 = 4;
const CONNECTIONS: u64 = 250;

/// Makes a connection's worth of requests.
type Throw = fn(&mut Dice, &str) -> Vec<u8>;

/// Throws a thousand connections at a server, each with one or several requests.
fn siege(throw: Throw, arguments: &[&str]) {
    let (workspace, mut server) = serve(arguments);
    let generation = &workspace.current();
    thread::scope(|scope| {
        for seed in 0..THREADS {
            let server = &server;
            scope.spawn(move || {
                for number in 0..CONNECTIONS {
                    strike(server, throw, generation, seed * CONNECTIONS + number);
                }
            });
        }
    });
    assert_answers(&server);
    assert!(server.stop().success());
    let log = server.log();
    assert!(!log.contains("internal error"), "{log}");
}

fn strike(server: &Server, throw: Throw, generation: &str, seed: u64) {
    let sent = throw(&mut Dice::new(seed), generation);
    let answers = exchange(server.base(), &sent);
    let failed = statuses(&answers).into_iter().find(|status| *status >= 500);
    assert_eq!(
        failed,
        None,
        "seed {seed}: {}",
        String::from_utf8_lossy(&sent)
    );
}

#[test]
fn malformed_bodies_are_refused_and_break_nothing() {
    siege(bodies::throw, &[]);
}

#[test]
fn malformed_bodies_break_nothing_where_work_is_wanted() {
    siege(bodies::throw, &["--pow", "on"]);
}

#[test]
fn malformed_heads_are_refused_and_break_nothing() {
    siege(
        heads::throw,
        &[
            "--trusted-proxy",
            "127.0.0.0/8",
            "--rate-per-client",
            "16/h",
            "--allow-origin",
            "https://site.example",
        ],
    );
}

#[test]
fn malformed_paths_are_refused_and_break_nothing() {
    siege(paths::throw, &[]);
}

#[test]
fn a_wrong_body_is_reported_what_is_wrong() {
    let (_workspace, server) = serve(&[]);
    for (body, status, detail) in bodies::explained() {
        let mut answer = crate::post(&server, &body, &[]);
        let name = body.get(..80).unwrap_or(&body);
        assert_eq!(answer.status().as_u16(), status, "{name}");
        let problem = crate::document(&mut answer);
        let text = problem["detail"].as_str().unwrap_or_default();
        assert!(text.contains(detail), "{name}: {problem}");
        assert!(!text.contains("qqq"), "{name}: {problem}");
    }
}
