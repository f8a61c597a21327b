use std::io::Write;
use std::net::TcpStream;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tekser_tests::{Server, agent, header, server, server_over};

use crate::wire::{address, connect, read_to_end, statuses};
use crate::{assert_answers, evaluation, serve, small_index};

/// Sends all of an evaluation but its end.
fn begin_evaluation(server: &Server) -> (TcpStream, String) {
    let body = evaluation(1);
    let mut stream = connect(server.base());
    let head = format!(
        "POST /v1/evaluate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let (begin, end) = body.split_at(10);
    stream.write_all((head + begin).as_bytes()).expect("sent");
    thread::sleep(Duration::from_millis(200));
    (stream, end.to_owned())
}

#[test]
fn a_request_under_way_ends_before_the_server_does() {
    let (_workspace, mut server) = serve(&["--shutdown-timeout", "20s"]);
    let idle = connect(server.base());
    let (mut stream, rest) = begin_evaluation(&server);
    let begun = Instant::now();
    server.signal(Signal::TERM);
    thread::sleep(Duration::from_millis(300));
    stream.write_all(rest.as_bytes()).expect("sent");
    let answer = read_to_end(&mut stream).expect("the connection ends with the answer");
    assert_eq!(statuses(&answer), [200]);
    assert_eq!(server.wait().code(), Some(0));
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    drop(idle);
}

#[test]
fn while_it_drains_it_says_that_it_is_not_ready_and_still_answers_new_connections() {
    let (_workspace, mut server) = serve(&["--drain", "1min"]);
    let get = |server: &Server, path: &str| {
        let answer = agent().get(format!("{}{path}", server.base())).call();
        answer.expect("an answer")
    };
    assert_eq!(get(&server, "/readyz").status(), 200);
    server.signal(Signal::TERM);
    server.wait_for("stopping; new requests");
    let answer = get(&server, "/readyz");
    assert_eq!(answer.status(), 503);
    assert_eq!(header(&answer, "connection"), "close");
    assert_answers(&server);
    assert_eq!(get(&server, "/healthz").status(), 200);
    // A client that cannot wait says so again.
    assert_eq!(server.stop().code(), Some(0));
}

#[test]
fn a_request_is_not_logged_unless_asked_for() {
    for (level, lines) in [("info", 0), ("debug", 1)] {
        let (_workspace, mut server) = serve(&["--log", level]);
        let answer = agent().get(format!("{}/healthz", server.base())).call();
        assert_eq!(answer.expect("an answer").status(), 200);
        assert_eq!(server.stop().code(), Some(0));
        let log = server.log();
        assert_eq!(log.matches("/healthz").count(), lines, "{log}");
    }
}

#[test]
fn nobody_keeps_it_from_stopping_in_time() {
    let (_workspace, mut server) =
        serve(&["--shutdown-timeout", "500ms", "--body-timeout", "1min"]);
    let (_never_ends, _rest) = begin_evaluation(&server);
    let begun = Instant::now();
    assert_eq!(server.stop().code(), Some(0));
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_port_that_is_taken_is_reported_and_the_first_server_continues() {
    let (workspace, server) = serve(&[]);
    let output = server_over(&workspace)
        .args(["--listen", address(server.base())])
        .output()
        .expect("it runs");
    let printed = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(1), "{printed}");
    let expected = format!(
        "tekser-server: cannot listen on {}: stop the program that uses it, or choose another address",
        address(server.base())
    );
    assert!(printed.contains(&expected), "{printed}");
    assert_answers(&server);
}

#[test]
fn what_it_needs_to_start_is_reported_if_it_is_missing() {
    let workspace = small_index();
    let path = |name: &str| workspace.path().join(name).display().to_string();
    let (index, key, nothing) = (path("index"), path("key"), path("nothing"));
    std::fs::write(path("no-key"), "key").expect("a file");
    let cases = [
        ([&nothing, &key], "nothing"),
        ([&index, &nothing], "the key cannot be used"),
        ([&index, &path("no-key")], "the key cannot be used"),
    ];
    for ([index, key], expected) in cases {
        let output = Command::new(server())
            .args(["--index", index, "--key", key])
            .output();
        let output = output.expect("it runs");
        let printed = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(1), "{printed}");
        assert!(printed.contains(expected), "{printed}");
        assert!(!printed.contains("internal error"), "{printed}");
    }
}
