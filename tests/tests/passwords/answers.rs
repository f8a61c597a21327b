//! Does the server answer for passwords as Have I Been Pwned does?

use std::fs;
use std::process::Command;

use serde_json::Value;
use tekser_tests::{Server, Workspace, agent, header, leaks, server, wait_until};
use ureq::Body;
use ureq::http::Response;

use super::{Dump, build, digits, file, invented, run, write};

/// A workspace with an index, and the passwords of an invented dump.
fn made(dump: &Dump) -> Workspace {
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches/school-2025"), &[]);
    write(&workspace, "invented-2020", dump);
    run(&workspace, &build(&workspace, &[]));
    workspace
}

fn serve(workspace: &Workspace, more: &[&str]) -> Server {
    let passwords = file(workspace);
    let path = passwords.to_str().expect("a path");
    Server::start(workspace, &[&["--passwords", path], more].concat())
}

fn get(server: &Server, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let request = agent().get(format!("{}{path}", server.base()));
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    request.call().expect("an answer")
}

fn text(answer: &mut Response<Body>) -> String {
    answer.body_mut().read_to_string().expect("text")
}

/// The lines of an answer, taken apart as clients do it.
fn counts(text: &str) -> Vec<(String, u64)> {
    let lines = text.split("\r\n").filter(|line| !line.is_empty());
    let line = |line: &str| {
        let (suffix, count) = line.split_once(':').expect("a colon");
        assert_eq!(suffix.len(), 35, "{line}");
        assert!(
            suffix
                .bytes()
                .all(|digit| matches!(digit, b'0'..=b'9' | b'A'..=b'F'))
        );
        (suffix.to_owned(), count.parse().expect("a number"))
    };
    lines.map(line).collect()
}

/// How often a password leaked, by the server's answer; 0 if it does not list it.
fn asked(server: &Server, password: &str, headers: &[(&str, &str)]) -> u64 {
    let digits = digits(password);
    let mut answer = get(server, &format!("/range/{}", &digits[..5]), headers);
    assert_eq!(answer.status().as_u16(), 200);
    let printed = counts(&text(&mut answer));
    let found = printed.iter().find(|(suffix, _)| *suffix == digits[5..]);
    found.map_or(0, |(_, count)| *count)
}

#[test]
fn each_password_is_listed_with_its_count_if_it_was_met_often_enough() {
    let dump = invented(300, 0x7077_6e65_6421);
    let workspace = made(&dump);
    let server = serve(&workspace, &[]);
    for (password, times) in &dump {
        let expected = if *times >= 10 { *times as u64 } else { 0 };
        assert_eq!(asked(&server, password, &[]), expected, "{times} times");
    }
    for (password, times) in dump.iter().take(40) {
        let expected = if *times >= 10 { *times as u64 } else { 0 };
        assert_eq!(
            asked(&server, password, &[("add-padding", "true")]),
            expected
        );
    }
}

#[test]
fn a_build_reports_what_it_counted_and_verify_that_it_is_whole() {
    let dump = invented(40, 1);
    let workspace = made(&dump);
    let printed: Value =
        serde_json::from_str(&run(&workspace, &build(&workspace, &["--json"]))).expect("JSON");
    let met: usize = dump.iter().map(|(_, times)| times).sum();
    let often = dump.iter().filter(|(_, times)| *times >= 10).count();
    assert_eq!(printed["breaches"]["invented-2020"]["passwords"], met);
    assert_eq!(
        (printed["different"].as_u64(), printed["passwords"].as_u64()),
        (Some(40), Some(often as u64))
    );
    assert_eq!(
        printed["bytes"].as_u64(),
        fs::metadata(file(&workspace)).ok().map(|file| file.len())
    );
    let path = file(&workspace);
    let path = path.to_str().expect("a path");
    assert!(
        workspace
            .run_ok(&["passwords", "verify", path])
            .contains("whole: ")
    );
    damage(&workspace);
    let printed = workspace.refused(&["passwords", "verify", path], b"");
    assert!(
        printed.contains("broken password list: passwords, offset"),
        "{printed}"
    );
}

/// Changes the last byte of the file, as another that takes its place.
fn damage(workspace: &Workspace) {
    let mut bytes = fs::read(file(workspace)).expect("read");
    *bytes.last_mut().expect("a byte") ^= 1;
    let other = workspace.path().join("other");
    fs::write(&other, bytes).expect("written");
    fs::rename(other, file(workspace)).expect("renamed");
}

#[test]
fn an_answer_with_padding_has_800_to_1000_lines_that_are_never_the_same() {
    let workspace = made(&vec![("only one".to_owned(), 12_345)]);
    let server = serve(&workspace, &[]);
    let path = format!("/range/{}", &digits("only one")[..5].to_lowercase());
    let mut lengths = Vec::new();
    for path in [&*path, "/range/00000"].repeat(8) {
        let mut answer = get(
            &server,
            path,
            &[
                ("add-padding", "true"),
                ("accept-encoding", "gzip, br, zstd"),
            ],
        );
        assert_eq!(header(&answer, "cache-control"), "no-store");
        assert_eq!(
            (header(&answer, "content-encoding"), header(&answer, "etag")),
            ("", "")
        );
        assert_eq!(header(&answer, "vary"), "add-padding");
        let fill = header(&answer, "x-fill").len();
        let body = text(&mut answer);
        let printed = counts(&body);
        assert!((800..=1_000).contains(&printed.len()), "{}", printed.len());
        assert!(printed.is_sorted());
        lengths.push((
            printed.len(),
            body.len() + fill - printed.len() * "…:0\r\n".len(),
        ));
    }
    let lines: Vec<usize> = lengths.iter().map(|(lines, _)| *lines).collect();
    assert!(lines.iter().any(|count| *count != lines[0]));
    // Thirty-five digits, not the three bytes of the sign that stands for them above.
    let beyond = |(lines, rest): &(usize, usize)| rest - lines * (35 - "…".len());
    assert!(
        lengths
            .iter()
            .all(|length| beyond(length) == beyond(&lengths[0])),
        "{lengths:?}"
    );
}

#[test]
fn an_answer_can_be_kept_for_a_day_until_another_file_is_served() {
    let workspace = made(&vec![("only one".to_owned(), 10)]);
    let mut server = serve(&workspace, &[]);
    let path = format!("/range/{}?mode=sha1", &digits("only one")[..5]);
    let mut first = get(&server, &path, &[]);
    assert_eq!(header(&first, "cache-control"), "public, max-age=86400");
    assert_eq!(header(&first, "content-type"), "text/plain; charset=utf-8");
    assert_eq!(text(&mut first), format!("{}:10", &digits("only one")[5..]));
    let tag = header(&first, "etag").to_owned();
    let again = get(&server, &path, &[("if-none-match", &tag)]);
    assert_eq!(
        (again.status().as_u16(), header(&again, "etag")),
        (304, &*tag)
    );

    write(&workspace, "more-2021", &vec![("only one".to_owned(), 5)]);
    run(&workspace, &build(&workspace, &[]));
    server.wait_for("a new password list is served");
    wait_until("the new count is not shown", || {
        asked(&server, "only one", &[]) == 15
    });
    assert_eq!(
        get(&server, &path, &[("if-none-match", &tag)])
            .status()
            .as_u16(),
        200
    );
    damage(&workspace);
    server.wait_for("the password list cannot be served");
    assert_eq!(asked(&server, "only one", &[]), 15);
}

#[test]
fn what_cannot_be_understood_is_refused_in_the_words_that_clients_know() {
    let workspace = made(&vec![("only one".to_owned(), 10)]);
    let server = serve(&workspace, &[]);
    for (path, printed) in [
        ("/range/21BD", "The hash prefix was not in a valid format"),
        ("/range/21BD12", "The hash prefix was not in a valid format"),
        ("/range/21BDG", "The hash prefix was not valid hexadecimal"),
        (
            "/range/21%20BD",
            "The hash prefix was not valid hexadecimal",
        ),
        (
            "/range/21BD1?mode=ntlm",
            "Only SHA-1 is offered here: leave mode out",
        ),
        (
            "/range/21BD1?Mode=ntlm",
            "Only SHA-1 is offered here: leave mode out",
        ),
        ("/range/", "Invalid API query"),
        ("/range/21BD1/2", "Invalid API query"),
    ] {
        let mut answer = get(&server, path, &[]);
        assert_eq!(answer.status().as_u16(), 400, "{path}");
        assert_eq!(header(&answer, "cache-control"), "no-store", "{path}");
        assert_eq!(text(&mut answer), printed, "{path}");
    }
    assert_eq!(text(&mut get(&server, "/range/00000", &[])), "");
    let posted = agent()
        .post(format!("{}/range/21BD1", server.base()))
        .send_empty()
        .expect("an answer");
    assert_eq!(posted.status().as_u16(), 405);
}

#[test]
fn browsers_of_allowed_origins_may_ask_with_padding_and_no_others() {
    let workspace = made(&vec![("only one".to_owned(), 10)]);
    let server = serve(&workspace, &["--allow-origin", "https://site.example"]);
    // The answer is the same for every origin, so that caches keep one; a browser compares.
    for origin in ["https://site.example", "https://other.example"] {
        let answer = get(&server, "/range/21BD1", &[("origin", origin)]);
        let allowed = header(&answer, "access-control-allow-origin");
        assert_eq!(allowed, "https://site.example");
        assert_eq!(answer.status().as_u16(), 200);
    }
    let request = ureq::http::Request::options(format!("{}/range/21BD1", server.base()))
        .header("origin", "https://site.example")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "add-padding")
        .body(())
        .expect("a request");
    let answer = agent().run(request).expect("an answer");
    assert!(header(&answer, "access-control-allow-headers").contains("add-padding"));
}

#[test]
fn a_prefix_stands_neither_in_the_log_nor_in_the_metrics() {
    let workspace = made(&vec![("only one".to_owned(), 10)]);
    let mut server = serve(&workspace, &["--admin", "127.0.0.1:0", "--log", "debug"]);
    for path in [
        "/range/5EC2E",
        "/range/5EC2E7",
        "/range/5EC2E?mode=5EC2E",
        "/range/5EC2E/x",
    ] {
        let _ = get(&server, path, &[("add-padding", "5EC2E")]);
    }
    server.wait_for("/range/{hash_prefix}");
    let printed = server.metrics() + &server.log();
    assert!(!printed.to_lowercase().contains("5ec2e"), "{printed}");
}

#[test]
fn a_damaged_file_is_reported_and_everything_else_served_until_it_is_repaired() {
    let workspace = made(&vec![("only one".to_owned(), 10)]);
    let whole = fs::read(file(&workspace)).expect("a file");
    fs::write(file(&workspace), &whole[..whole.len() / 2]).expect("written");
    let server = serve(&workspace, &["--admin", "127.0.0.1:0"]);
    let path = format!("/range/{}", &digits("only one")[..5]);
    assert_eq!(get(&server, &path, &[]).status(), 503);
    assert_eq!(get(&server, "/v1/index", &[]).status(), 200);
    assert!(!server.is_met("passwords"));
    assert!(
        server
            .readiness()
            .contains("passwords: NOT OK, none instead of")
    );
    put(&workspace, &whole);
    wait_until("they are not served", || server.is_met("passwords"));
    assert_eq!(asked(&server, "only one", &[]), 10);
}

/// Puts a file in the place of the passwords in one step.
fn put(workspace: &Workspace, bytes: &[u8]) {
    let next = workspace.path().join("next.bin");
    fs::write(&next, bytes).expect("written");
    fs::rename(&next, file(workspace)).expect("a swap");
}

#[test]
fn a_file_that_cannot_be_read_for_a_moment_is_tried_again() {
    let workspace = made(&vec![("only one".to_owned(), 10)]);
    let server = serve(&workspace, &["--admin", "127.0.0.1:0"]);
    write(&workspace, "more-2021", &vec![("only one".to_owned(), 5)]);
    // The new file comes as one that cannot be opened, as on a disk that fails for a moment.
    let loop_of_links = workspace.path().join("loop");
    std::os::unix::fs::symlink(&loop_of_links, &loop_of_links).expect("a link");
    run(&workspace, &build(&workspace, &[]));
    let new = fs::read(file(&workspace)).expect("a file");
    fs::rename(&loop_of_links, file(&workspace)).expect("a swap");
    wait_until("nobody says so", || !server.is_met("passwords"));
    assert!(asked(&server, "only one", &[]) >= 10);
    put(&workspace, &new);
    wait_until("it is not tried again", || server.is_met("passwords"));
    assert_eq!(asked(&server, "only one", &[]), 15);
}

#[test]
fn a_check_refuses_a_damaged_file_and_an_evaluator_with_any() {
    let workspace = made(&vec![("only one".to_owned(), 10)]);
    let check = |more: &[&str]| {
        let output = Command::new(server())
            .args(["check-config", "--passwords"])
            .arg(file(&workspace))
            .args(more)
            .env("TEKSER_KEY", workspace.path().join("key"))
            .output()
            .expect("it runs");
        (
            output.status.code(),
            String::from_utf8(output.stderr).expect("text"),
        )
    };
    let index = workspace.index();
    let index = ["--index", index.to_str().expect("a path")];
    assert_eq!(check(&index).0, Some(0));
    let (status, printed) = check(&["--role", "evaluator"]);
    assert_ne!(status, Some(0));
    assert!(
        printed.contains("must not have a password list"),
        "{printed}"
    );
    damage(&workspace);
    let (status, printed) = check(&index);
    assert_eq!(status, Some(1));
    assert!(printed.contains("broken password list"), "{printed}");
}
