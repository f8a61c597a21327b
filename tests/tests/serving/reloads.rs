//! Does a new generation replace the served one without a lost request?

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use tekser_tests::{Server, Workspace, agent, leaks, wait_until};
use ureq::Agent;

fn get(agent: &Agent, url: &str) -> (u16, Vec<u8>) {
    let mut answer = agent.get(url).call().expect("an answer");
    let body = answer.body_mut().read_to_vec().expect("a body");
    (answer.status().as_u16(), body)
}

fn wait_until_served(server: &Server, generation: &str) {
    wait_until(&format!("{generation} is not served"), || {
        server.generation() == generation
    });
}

/// A workspace with as many generations of one small leak; the last is current.
fn generations(count: usize) -> (Workspace, Vec<String>) {
    let workspace = Workspace::new();
    let breach = leaks().join("breaches/school-2025");
    let names = (0..count)
        .map(|_| {
            workspace.build(&breach, &[]);
            workspace.current()
        })
        .collect();
    (workspace, names)
}

/// Publishes a generation as a publisher does.
fn publish(workspace: &Workspace, generation: &str) {
    let next = workspace.index().join("next");
    fs::write(&next, format!("{generation}\n")).expect("a file");
    fs::rename(&next, workspace.index().join("CURRENT")).expect("a swap");
}

fn public_file(workspace: &Workspace, generation: &str) -> PathBuf {
    workspace.index().join(generation).join("public.idx")
}

/// A generation's public file with a byte changed in its middle, which is among the ranges.
fn damaged(workspace: &Workspace, generation: &str) -> Vec<u8> {
    let mut bytes = fs::read(public_file(workspace, generation)).expect("an index");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes
}

/// Puts a damaged file in the place of a generation's public file.
fn damage(workspace: &Workspace, generation: &str) {
    let (path, bytes) = (
        public_file(workspace, generation),
        damaged(workspace, generation),
    );
    fs::remove_file(&path).expect("a file");
    fs::write(&path, bytes).expect("a file");
}

#[test]
fn damage_that_only_a_checksum_shows_keeps_a_generation_out() {
    let (workspace, names) = generations(2);
    let server = &mut Server::start(&workspace, &[]);
    damage(&workspace, &names[0]);
    publish(&workspace, &names[0]);
    server.wait_for("checksum");
    assert_eq!(server.generation(), names[1]);
    thread::sleep(Duration::from_millis(300));
    assert_eq!(server.log().matches("checksum").count(), 1, "printed once");
}

/// Puts the whole file back, as an operator does who copies the generation there again.
fn repair(workspace: &Workspace, generation: &str, bytes: &[u8]) {
    let path = public_file(workspace, generation);
    fs::remove_file(&path).expect("a file");
    fs::write(&path, bytes).expect("a file");
}

#[test]
fn a_damaged_generation_is_taken_up_when_it_is_repaired_without_a_signal() {
    let (workspace, names) = generations(2);
    let server = &mut Server::start(&workspace, &["--admin", "127.0.0.1:0"]);
    wait_until("all is well", || server.is_met("generation"));
    let whole = fs::read(public_file(&workspace, &names[0])).expect("an index");
    damage(&workspace, &names[0]);
    publish(&workspace, &names[0]);
    wait_until("nothing says that it is not served", || {
        !server.is_met("generation")
    });
    let printed = server.readiness();
    let expected = format!("generation: NOT OK, {} instead of {}", names[1], names[0]);
    assert!(printed.contains(&expected), "{printed}");
    assert!(printed.contains("checksum"), "{printed}");
    let detail = format!("should=\"{}\",is=\"{}\"", names[0], names[1]);
    assert!(server.metrics().contains(&detail), "{}", server.metrics());
    repair(&workspace, &names[0], &whole);
    wait_until_served(server, &names[0]);
    wait_until("it is still called wrong", || server.is_met("generation"));
    server.wait_for("the generation that should be served is served");
}

#[test]
fn a_file_that_was_read_wrongly_once_is_tried_again_though_nobody_touches_it() {
    let (workspace, names) = generations(2);
    let server = &mut Server::start(&workspace, &[]);
    let path = public_file(&workspace, &names[0]);
    let whole = fs::read(&path).expect("an index");
    damage(&workspace, &names[0]);
    let modified = fs::metadata(&path).and_then(|file| file.modified());
    publish(&workspace, &names[0]);
    server.wait_for("checksum");
    // In place and with its old time: by what it is recognised, it is the same file.
    let file = fs::OpenOptions::new().write(true).open(&path);
    let mut file = file.expect("a file");
    file.write_all(&whole).expect("written");
    file.set_modified(modified.expect("a time"))
        .expect("a time");
    wait_until_served(server, &names[0]);
}

#[test]
fn a_generation_that_was_damaged_at_the_start_is_served_whole_once_it_is_copied_again() {
    let (workspace, names) = generations(1);
    let whole = fs::read(public_file(&workspace, &names[0])).expect("an index");
    damage(&workspace, &names[0]);
    let server = &mut Server::start(&workspace, &["--admin", "127.0.0.1:0"]);
    server.wait_for("the index is damaged");
    let damaged = |server: &Server, value: u8| {
        server
            .metrics()
            .contains(&format!("tekser_index_damaged {value}\n"))
    };
    wait_until("no metric says so", || damaged(server, 1));
    assert!(server.readiness().contains(", damaged instead of "));
    repair(&workspace, &names[0], &whole);
    wait_until("it is still called damaged", || {
        damaged(server, 0) && server.is_met("generation")
    });
}

/// A damaged copy of a generation under another name, which its header does not bear.
fn broken_copy(workspace: &Workspace, of: &str, name: &str) {
    fs::create_dir(workspace.index().join(name)).expect("a folder");
    fs::write(public_file(workspace, name), damaged(workspace, of)).expect("a file");
}

#[test]
fn a_generation_that_cannot_be_served_leaves_the_old_one_current_and_is_reported() {
    let (workspace, names) = generations(1);
    let server = &mut Server::start(&workspace, &["--admin", "127.0.0.1:0"]);
    broken_copy(&workspace, &names[0], "20990101-000000-00000000");
    for wrong in [
        "20990101-000000-00000000",
        "20990101-000000-11111111",
        "no name at all",
    ] {
        publish(&workspace, wrong);
        thread::sleep(Duration::from_millis(300));
        assert_eq!(server.generation(), names[0]);
    }
    server.wait_for("the new generation cannot be served, the old one is still served");
    let metrics = server.metrics();
    assert!(
        !metrics.contains("tekser_reloads_total{result=\"failed\"} 0\n"),
        "{metrics}"
    );
    let complaints = server.log().matches("cannot be served").count();
    assert!(
        complaints <= 4,
        "{complaints} complaints about three generations"
    );
    fs::remove_file(workspace.index().join("CURRENT")).expect("a file");
    thread::sleep(Duration::from_millis(200));
    assert_eq!(server.generation(), names[0]);
}

#[test]
fn a_replaced_generation_is_served_for_the_grace_time_and_then_gone() {
    let (workspace, names) = generations(2);
    let server = Server::start(&workspace, &["--grace", "2s"]);
    let agent = agent();
    let range = format!("{}/v1/ranges/{}/0", server.base(), names[1]);
    let catalogue = format!("{}/v1/generations/{}/breaches", server.base(), names[1]);
    let statuses = || [&range, &catalogue].map(|url| get(&agent, url).0);
    assert_eq!(statuses(), [200, 200]);
    let before = get(&agent, &catalogue).1;
    publish(&workspace, &names[0]);
    wait_until_served(&server, &names[0]);
    assert_eq!(statuses(), [200, 200]);
    assert!(get(&agent, &catalogue).1 == before, "another catalogue");
    thread::sleep(Duration::from_millis(2200));
    assert_eq!(statuses(), [410, 410]);
    publish(&workspace, &names[1]);
    wait_until_served(&server, &names[1]);
    assert_eq!(statuses(), [200, 200]);
}

#[test]
fn a_hangup_makes_it_look_at_once() {
    let (workspace, names) = generations(2);
    let server = &mut Server::start(&workspace, &["--reload-interval", "1h"]);
    thread::sleep(Duration::from_millis(100));
    publish(&workspace, &names[0]);
    server.signal(Signal::HUP);
    server.wait_for("a new generation is served");
    assert_eq!(server.generation(), names[0]);
}

#[test]
fn two_hundred_reloads_under_load_fail_no_request() {
    const RELOADS: usize = 200;
    let (workspace, names) = generations(3);
    let server = Server::start(
        &workspace,
        &["--grace", "100ms", "--reload-interval", "5ms"],
    );
    broken_copy(&workspace, &names[0], "20990101-000000-00000000");
    let (stop, answered) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let agent = agent();
                while !stop.load(Ordering::Relaxed) {
                    let wanted = server.generation();
                    let url = format!("{}/v1/ranges/{wanted}/0", server.base());
                    match get(&agent, &url).0 {
                        200 => drop(answered.fetch_add(1, Ordering::Relaxed)),
                        // Replaced more than the grace time ago, since it was asked which is current.
                        410 => (),
                        other => panic!("a range was answered with {other}"),
                    }
                    assert_eq!(
                        get(&agent, &format!("{}/v1/breaches", server.base())).0,
                        200
                    );
                }
            });
        }
        for reload in 0..RELOADS {
            let wanted = &names[reload % names.len()];
            if reload % 5 == 0 {
                publish(&workspace, "20990101-000000-00000000");
                thread::sleep(Duration::from_millis(10));
            }
            if reload % 7 == 0 {
                vanish_and_return(&workspace, wanted);
            }
            publish(&workspace, wanted);
            wait_until_served(&server, wanted);
        }
        stop.store(true, Ordering::Relaxed);
    });
    let answered = answered.into_inner();
    assert!(
        answered > RELOADS as u64,
        "only {answered} ranges were answered"
    );
}

/// Names a generation whose folder is not there, and brings the folder back.
fn vanish_and_return(workspace: &Workspace, generation: &str) {
    let folder = workspace.index().join(generation);
    let away: &Path = &workspace.path().join("away");
    fs::rename(&folder, away).expect("a folder");
    publish(workspace, generation);
    thread::sleep(Duration::from_millis(10));
    fs::rename(away, &folder).expect("a folder");
}
