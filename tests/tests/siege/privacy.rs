//! Does the server write down anything of a client?

use std::collections::BTreeSet;
use std::io::Write;

use data_encoding::HEXLOWER;
use tekser_tests::{PlantedValues, Server, files_below};

use crate::wire::{connect, exchange};
use crate::{PHONE, client, evaluation, post, serve, small_index};

const METHODS: [&str; 10] = [
    "GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "other",
];
const ROUTES: [&str; 11] = [
    "none",
    "/v1",
    "/v1/index",
    "/v1/evaluate",
    "/v1/challenge",
    "/v1/ranges/{generation}/{prefix}",
    "/v1/breaches",
    "/v1/breaches/{id}",
    "/v1/generations/{generation}/breaches",
    "/healthz",
    "/v1/openapi.json",
];

/// `method="GET" route="/v1/index" status=200 bytes=17 microseconds=5`, each with a value from a closed list or a
/// number.
fn is_a_request_line(fields: &str) -> bool {
    let values: Option<Vec<&str>> = fields
        .split(' ')
        .zip(["method=", "route=", "status=", "bytes=", "microseconds="])
        .map(|(field, name)| field.strip_prefix(name))
        .collect();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_one_of = |text: &str, of: &[&str]| of.contains(&text.trim_matches('"'));
    fields.split(' ').count() == 5
        && matches!(values.as_deref(), Some([method, route, numbers @ ..])
            if is_one_of(method, &METHODS) && is_one_of(route, &ROUTES) && numbers.iter().all(|text| is_number(text)))
}

/// A line is a time, a level and one of the few things that the server says.
fn is_expected(line: &str) -> bool {
    let mut words = line.splitn(2, char::is_whitespace);
    let time = words.next().unwrap_or_default();
    let rest = words.next().unwrap_or_default().trim_start();
    let is_time = time.len() == 27 && time.ends_with('Z');
    let Some((_level, said)) = rest.split_once(' ').filter(|_| is_time) else {
        return false;
    };
    match said.strip_prefix("request ") {
        Some(fields) => is_a_request_line(fields),
        None => [
            "listening on http",
            "metrics on http",
            "the index is open",
            "the passwords are open",
            "fewer connections than --max-connections",
            "a client is over its limit client=\"",
            "stopped",
        ]
        .iter()
        .any(|beginning| said.starts_with(beginning)),
    }
}

fn assert_quiet(server: &Server, planted: &PlantedValues) {
    let log = server.log();
    planted.assert_absent("the log", log.as_bytes());
    for line in log.lines() {
        assert!(is_expected(line), "an unexpected line in the log: {line:?}");
    }
}

#[test]
fn look_ups_leave_nothing_in_log_metrics_and_files() {
    let workspace = small_index();
    let bodies: Vec<String> = (0..4).map(|_| evaluation(2)).collect();
    for level in ["debug", "trace"] {
        let folder = tempfile::tempdir().expect("a folder");
        let environment = [
            ("RUST_LOG", "trace"),
            ("RUST_BACKTRACE", "full"),
            ("TMPDIR", folder.path().to_str().expect("a path")),
        ];
        let arguments = [
            "--log",
            level,
            "--admin",
            "127.0.0.1:0",
            "--rate-per-client",
            "600/h",
        ];
        let mut server = Server::start_in(&workspace, folder.path(), &environment, &arguments);
        let seen = look_up_and_ask(&server, &bodies);
        let planted = planted(&bodies, seen);
        planted.assert_absent("the metrics", server.metrics().as_bytes());
        assert!(server.stop().success());
        assert_quiet(&server, &planted);
        assert!(
            server
                .log()
                .lines()
                .filter(|line| line.contains("request "))
                .count()
                > 8
        );
        let written = files_below(folder.path());
        assert!(written.is_empty(), "{} was written", written[0].0.display());
    }
}

/// Looks a person up, and asks what bears marks in every place; gives what the server has seen of the look-up.
fn look_up_and_ask(server: &Server, bodies: &[String]) -> Vec<String> {
    let client = client(server);
    client.look_up(PHONE).expect("an answer");
    let view = client.index().expect("an index");
    for body in bodies {
        let headers = [
            ("altcha", "marked-altcha-header"),
            ("x-forwarded-for", "198.51.100.77"),
            ("user-agent", "marked-user-agent"),
            ("cookie", "marked-cookie=1"),
        ];
        post(server, body, &headers);
    }
    let paths = format!(
        "{0}/v1/breaches/marked-breach {0}/v1/challenge?elements=1&x=marked-query {0}/marked-path {0}/v1/ranges/{1}/marked-prefix",
        server.base(),
        view.generation
    );
    for url in paths.split(' ') {
        let _ = tekser_tests::agent()
            .get(url)
            .header("referer", "marked-referer")
            .call();
    }
    vec![format!("{}/0", view.generation)]
}

/// What must be nowhere: the identifier, the address, the elements as sent and as bytes, and every mark.
fn planted(bodies: &[String], seen: Vec<String>) -> PlantedValues {
    let marks = ["+77091234567", "77091234567", "198.51.100.77", "marked-"];
    let elements = bodies.iter().flat_map(|body| {
        let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
        let list = body["blinded"].as_array().expect("a list").clone();
        list.into_iter()
            .map(|element| element.as_str().expect("text").to_owned())
    });
    let elements: Vec<String> = elements.collect();
    let bytes = elements.iter().map(|element| {
        let bytes: [u8; 32] = exposure_index::messages::decode(element).expect("an element");
        HEXLOWER.encode(&bytes)
    });
    let all: Vec<String> = bytes.chain(marks.map(str::to_owned)).chain(seen).collect();
    PlantedValues::new(elements.into_iter().chain(all))
}

#[test]
fn nobody_writes_into_the_log() {
    let (_workspace, mut server) = serve(&["--log", "trace"]);
    let forged = "2026-01-01T00:00:00.000000Z  INFO request forged";
    let requests = [
        format!("EVIL{} / HTTP/1.1\r\nHost: a\r\n\r\n", "X".repeat(50)),
        "FORGED\u{1b}[31m /v1/index HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
        format!(
            "GET /v1/breaches/x%0d%0a{} HTTP/1.1\r\nHost: a\r\n\r\n",
            forged.replace(' ', "%20")
        ),
        "GET /v1/%1b%5b31mforged%0a HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
        "GET /v1/{generation}/forged HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
        format!("GET /v1/index HTTP/1.1\r\nHost: x\n{forged}\r\n\r\n"),
        format!(
            "GET /v1/index HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {forged}\r\nForwarded: for=\"{forged}\"\r\n\r\n"
        ),
        "GET http://forged.example/v1/index HTTP/1.1\r\nHost: forged\r\n\r\n".to_owned(),
        "CONNECT forged:443 HTTP/1.1\r\nHost: forged\r\n\r\n".to_owned(),
        format!("\n{forged}\n\r\n\r\n"),
    ];
    for request in &requests {
        exchange(server.base(), request.as_bytes());
    }
    let mut cut_off = connect(server.base());
    cut_off.write_all(b"POST /v1/evaluate HTTP/1.1\r\nHost: forged\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\nforged").expect("sent");
    drop(cut_off);
    assert!(server.stop().success());
    let marks = ["forged", "FORGED", "EVILXXXX", "\u{1b}"];
    let log = server.log();
    for mark in marks {
        assert!(!log.contains(mark), "{mark:?} got into the log: {log}");
    }
    assert_quiet(&server, &PlantedValues::new([]));
}

#[test]
fn a_client_over_its_limit_has_another_name_after_a_restart() {
    let workspace = small_index();
    let names: BTreeSet<String> = (0..3).map(|_| name_of_a_client(&workspace)).collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

fn name_of_a_client(workspace: &tekser_tests::Workspace) -> String {
    let mut server = Server::start(workspace, &["--rate-per-client", "16/h"]);
    for _ in 0..3 {
        post(&server, &evaluation(16), &[]);
    }
    server.wait_for("over its limit");
    server.stop();
    let log = server.log();
    let names: BTreeSet<&str> = log
        .split("client=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default())
        .collect();
    assert_eq!(names.len(), 1, "one client has one name: {names:?}");
    let name = *names.first().expect("a name");
    assert!(
        name.len() == 8 && name.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{name}"
    );
    name.to_owned()
}
