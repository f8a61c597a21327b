//! Are slow clients closed before they cost others?

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tekser_tests::Server;

use crate::wire::{connect, read_to_end, statuses, time_to_close};
use crate::{PHONE, assert_answers, client, evaluation, serve};

/// Short patience, so that the tests need little.
const SHORT: [&str; 8] = [
    "--header-timeout",
    "1s",
    "--body-timeout",
    "1s",
    "--write-timeout",
    "1s",
    "--keep-alive",
    "1s",
];
/// Time after which an idle client must be gone with these settings, with room for a busy machine.
const GONE: Duration = Duration::from_secs(8);

/// What slow clients send first, and then again and again.
const DRIBBLES: [(&str, &str, &str); 8] = [
    (
        "a head",
        "GET /v1/index HTTP/1.1\r\nHost: a\r\n",
        "X: y\r\n",
    ),
    ("nothing", "", ""),
    (
        "a body",
        "POST /v1/evaluate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n",
        " ",
    ),
    (
        "chunks",
        "POST /v1/evaluate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        "1\r\n \r\n",
    ),
    (
        "a body that nobody reads",
        "GET /v1/index HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n",
        "x",
    ),
    (
        "chunks that nobody reads",
        "GET /v1/index HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "1\r\nx\r\n",
    ),
    (
        "the head of a second request",
        "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n",
        "X: y\r\n",
    ),
    ("a tunnel", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", "x"),
];

fn room_for_many_connections() {
    let limits = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limits.maximum,
        maximum: limits.maximum,
    };
    setrlimit(Resource::Nofile, raised).expect("the soft limit is ours");
}

/// Sends a byte or a line at intervals until the server has had enough; returns how long that takes.
fn dribble(server: &Server, first: &str, then: &str) -> Option<Duration> {
    let mut stream = connect(server.base());
    stream.write_all(first.as_bytes()).expect("sent");
    let begun = Instant::now();
    while begun.elapsed() < GONE {
        if time_to_close(&mut stream, Duration::from_millis(200)).is_some() {
            return Some(begun.elapsed());
        }
        // Whether the server still takes it is found out by reading.
        let _ = stream.write_all(then.as_bytes());
    }
    None
}

#[test]
fn who_dribbles_is_dropped_whatever_it_is() {
    let (_workspace, server) = serve(&SHORT);
    thread::scope(|scope| {
        for (what, first, then) in DRIBBLES {
            let server = &server;
            scope.spawn(move || {
                assert!(
                    dribble(server, first, then).is_some(),
                    "{what} may be dribbled for ever"
                );
            });
        }
    });
    assert_answers(&server);
}

#[test]
fn who_takes_no_answers_is_dropped() {
    let (workspace, server) = serve(&SHORT);
    let mut stream = connect(server.base());
    let request = format!(
        "GET /v1/ranges/{}/0 HTTP/1.1\r\nHost: a\r\n\r\n",
        workspace.current()
    );
    stream
        .set_write_timeout(Some(Duration::from_millis(500)))
        .expect("a time-out");
    // More answers than the buffers of both sides hold, until the server takes no more requests.
    let mut asked = 0;
    while stream.write_all(request.repeat(1000).as_bytes()).is_ok() {
        asked += 1000;
    }
    thread::sleep(GONE);
    let answered = statuses(&read_to_end(&mut stream).expect("the connection ends")).len();
    assert!(answered < asked, "all {asked} were answered in the end");
    assert_answers(&server);
}

#[test]
fn a_thousand_slow_clients_do_not_stop_a_fast_one() {
    const SLOW: usize = 1000;
    room_for_many_connections();
    let (_workspace, server) = serve(&["--workers", "2"]);
    let mut crowd: Vec<TcpStream> = (0..SLOW).map(|_| connect(server.base())).collect();
    for (number, stream) in crowd.iter_mut().enumerate() {
        let (_, first, _) = DRIBBLES[number % DRIBBLES.len()];
        stream.write_all(first.as_bytes()).expect("sent");
    }
    let client = client(&server);
    let begun = Instant::now();
    let mut slowest = Duration::ZERO;
    while begun.elapsed() < Duration::from_secs(4) {
        for (number, stream) in crowd.iter_mut().enumerate() {
            let _ = stream.write_all(DRIBBLES[number % DRIBBLES.len()].2.as_bytes());
        }
        let asked = Instant::now();
        let answer = client.look_up(PHONE).expect("a fast client is answered");
        slowest = slowest.max(asked.elapsed());
        assert_eq!(answer.exposures.len(), 1);
    }
    assert!(
        slowest < Duration::from_secs(2),
        "a look-up took {slowest:?}"
    );
}

#[test]
fn when_all_connections_are_taken_others_get_in_once_the_slow_are_dropped() {
    let (_workspace, server) =
        serve(&[&SHORT[..], &["--workers", "1", "--max-connections", "8"]].concat());
    let crowd: Vec<TcpStream> = (0..64).map(|_| connect(server.base())).collect();
    assert_answers(&server);
    drop(crowd);
    assert_answers(&server);
}

#[test]
fn one_client_with_all_its_connections_idle_leaves_room_for_others() {
    let (_workspace, server) = serve(&[
        "--workers",
        "1",
        "--max-connections",
        "64",
        "--keep-alive",
        "10m",
    ]);
    let mut crowd: Vec<TcpStream> = (0..64).map(|_| connect(server.base())).collect();
    for stream in &mut crowd {
        let asked = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
        // Connections that were cut for others can no longer be written to.
        let _ = stream.write_all(asked);
    }
    assert_answers(&server);
    let gone = crowd.iter_mut();
    let gone = gone.filter_map(|stream| time_to_close(stream, Duration::from_millis(20)));
    assert!(gone.count() >= 40, "a quarter of all is for one client");
}

#[test]
fn a_body_in_pieces_that_comes_in_time_is_read() {
    let (_workspace, server) = serve(&[]);
    let body = evaluation(1);
    let (one, two) = body.split_at(20);
    let mut stream = connect(server.base());
    let head = "POST /v1/evaluate HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("sent");
    for piece in [one, two, ""] {
        thread::sleep(Duration::from_millis(50));
        stream
            .write_all(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes())
            .expect("sent");
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}
