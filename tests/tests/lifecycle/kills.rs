//! Writing commands are killed at moments chosen by chance, one after another, while a server serves the index.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tekser_test_kit::Dice;
use tekser_tests::{Server, Workspace, agent};
use ureq::Agent;

use super::{assert_whole, litter, with_two_leaks, write_commands, writer};

const KILLS: usize = 72;

#[test]
fn a_server_never_notices_that_writers_are_killed_at_any_moment() {
    let (workspace, build) = with_two_leaks();
    let begun = Instant::now();
    run(&workspace, &build);
    let duration = begun.elapsed();
    let server = Server::start(&workspace, &["--pow", "off", "--grace", "10m"]);
    let (done, asked) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let agent = agent();
            while !done.load(Ordering::Relaxed) {
                ask(&agent, server.base());
                asked.fetch_add(1, Ordering::Relaxed);
                // So that writers come to work as well.
                thread::sleep(Duration::from_millis(5));
            }
        });
        let killing = scope.spawn(|| kill_writers(&workspace, build, duration));
        let killed = killing.join();
        done.store(true, Ordering::Relaxed);
        asking.join().expect("every answer was right");
        killed.expect("the index stayed whole");
    });
    assert!(asked.into_inner() > 100);
}

fn run(workspace: &Workspace, command: &[String]) {
    let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
    let _ = workspace.run_ok(&arguments);
}

fn kill_writers(workspace: &Workspace, build: Vec<String>, duration: Duration) {
    let mut dice = Dice::new(0x7465_6b73_6572);
    let commands = write_commands(workspace, build);
    // Within which time each is killed. It follows how long the command takes, whatever else the machine does.
    let mut spans = vec![duration; commands.len()];
    let mut killed = 0;
    for (kill, command) in (0..KILLS).zip(commands.iter().cycle()) {
        let span = &mut spans[kill % commands.len()];
        let before = workspace.current();
        let mut writer = writer(workspace, command)
            .spawn()
            .expect("the indexer starts");
        thread::sleep(dice.moment(*span));
        writer.kill().expect("killed");
        let status = writer.wait().expect("ended");
        let was_at_work = status.code().is_none();
        killed += usize::from(was_at_work);
        *span = if was_at_work {
            *span * 5 / 4
        } else {
            *span / 2
        };
        assert_whole(workspace);
        if command[0] == "rekey" {
            // The other commands have the old key.
            let _ = workspace.run_ok(&["rollback", &before]);
        }
        // Also publishes again what the next command expects.
        if kill % commands.len() == 0 {
            run(workspace, &commands[0]);
            let _ = workspace.run_ok(&["prune", "--keep", "3"]);
            assert!(litter(workspace).is_empty());
        }
    }
    assert!(killed > KILLS / 6, "only {killed} were killed at work");
}

/// Checks the index and a range of it, as a client does.
fn ask(agent: &Agent, base: &str) {
    let get = |path: &str| {
        let mut answer = agent
            .get(format!("{base}{path}"))
            .call()
            .expect("an answer");
        let body = answer.body_mut().read_to_vec().expect("a body");
        (answer.status().as_u16(), body)
    };
    let (status, body) = get("/v1/index");
    assert_eq!(status, 200);
    let index: Value = serde_json::from_slice(&body).expect("JSON");
    let generation = index["generation"].as_str().expect("a name");
    let bits = index["prefix_bits"].as_u64().expect("a number");
    let digits = usize::try_from(bits.div_ceil(4).max(1)).expect("few");
    let (status, range) = get(&format!("/v1/ranges/{generation}/{}", "0".repeat(digits)));
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&range));
    assert_eq!(Some(range.len() as u64), index["range_bytes"].as_u64());
    assert_eq!(get("/readyz").0, 200);
}
