//! Are documents served in every encoding, cached, and to whom they may be?

use std::io::Read;

use serde_json::Value;
use tekser_tests::{Server, agent, header};
use ureq::http::{Request, Response};

use crate::leaks_served;

fn get(url: &str, headers: &[(&str, &str)]) -> Response<ureq::Body> {
    let request = headers
        .iter()
        .fold(agent().get(url), |request, (name, value)| {
            request.header(*name, *value)
        });
    request.call().expect("an answer")
}

#[test]
fn documents_come_in_every_encoding_and_each_has_its_own_tag() {
    let (_workspace, server) = leaks_served(&[]);
    let url = format!("{}/v1/breaches", server.base());
    let plain = get(&url, &[("accept-encoding", "identity")])
        .body_mut()
        .read_to_vec()
        .expect("a body");
    let mut tags = Vec::new();
    for coding in ["zstd", "br", "gzip", "identity"] {
        let mut answer = get(&url, &[("accept-encoding", coding)]);
        let expected = if coding == "identity" { "" } else { coding };
        assert_eq!(header(&answer, "content-encoding"), expected);
        assert_eq!(header(&answer, "vary"), "accept-encoding");
        let tag = header(&answer, "etag").to_owned();
        let body = answer.body_mut().read_to_vec().expect("a body");
        assert_eq!(unpack(coding, &body), plain, "{coding}");
        let again = get(
            &url,
            &[("accept-encoding", coding), ("if-none-match", &tag)],
        );
        assert_eq!(
            (again.status().as_u16(), header(&again, "etag")),
            (304, tag.as_str())
        );
        tags.push(tag);
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 4);
}

fn unpack(coding: &str, body: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    match coding {
        "zstd" => unpacked = zstd::decode_all(body).expect("zstd"),
        "gzip" => {
            let read = flate2::read::GzDecoder::new(body).read_to_end(&mut unpacked);
            read.expect("gzip");
        }
        "br" => {
            brotli::BrotliDecompress(&mut &*body, &mut unpacked).expect("brotli");
        }
        _ => unpacked = body.to_vec(),
    }
    unpacked
}

#[test]
fn a_range_is_kept_for_a_year_and_asked_for_by_its_tag() {
    let (workspace, server) = leaks_served(&[]);
    let url = format!("{}/v1/ranges/{}/0", server.base(), workspace.current());
    let answer = get(&url, &[]);
    assert_eq!(
        header(&answer, "cache-control"),
        "public, max-age=31536000, immutable"
    );
    let tag = header(&answer, "etag");
    assert!(tag.starts_with('"'), "{tag} is not strong");
    let again = get(&url, &[("if-none-match", tag)]);
    assert_eq!(again.status().as_u16(), 304);
    let head = agent().head(&url).call().expect("an answer");
    assert_eq!(
        header(&head, "content-length"),
        header(&answer, "content-length")
    );
}

#[test]
fn what_is_not_there_is_a_problem_document_of_the_right_kind() {
    let (workspace, server) = leaks_served(&[]);
    let generation = workspace.current();
    let cases = [
        ("/v1/nothing".to_owned(), 404, "not-found"),
        ("/nothing".to_owned(), 404, "not-found"),
        ("/v1/breaches/nothing".to_owned(), 404, "not-found"),
        (format!("/v1/ranges/{generation}/00"), 404, "not-found"),
        (format!("/v1/ranges/{generation}/4"), 404, "not-found"),
        (format!("/v1/ranges/{generation}/A"), 404, "not-found"),
        (format!("/v1/ranges/{generation}/+"), 404, "not-found"),
        ("/v1/ranges/none/0".to_owned(), 404, "not-found"),
        (
            "/v1/ranges/20010101-000000-00000000/0".to_owned(),
            410,
            "retired",
        ),
        (format!("/v1/ranges/{generation}/%30"), 404, "not-found"),
        (format!("/v1/%72anges/{generation}/0"), 404, "not-found"),
        (
            format!("/v1/generations/{generation}/%62reaches"),
            404,
            "not-found",
        ),
        (format!("/v1/ranges/{generation}/0?x=1"), 400, "malformed"),
        (format!("/v1/ranges/{generation}/0?"), 400, "malformed"),
        (
            format!("/v1/generations/{generation}/breaches?x=1"),
            400,
            "malformed",
        ),
        ("/v1/evaluate".to_owned(), 405, "method"),
        ("/v1/challenge?elements=17".to_owned(), 400, "malformed"),
    ];
    for (path, status, kind) in cases {
        let mut answer = get(&format!("{}{path}", server.base()), &[]);
        assert_eq!(answer.status().as_u16(), status, "{path}");
        assert_eq!(header(&answer, "content-type"), "application/problem+json");
        assert_eq!(header(&answer, "cache-control"), "no-store");
        let body = answer.body_mut().read_to_string().expect("text");
        let problem: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(problem["type"], format!("tag:tekser.kz,2026:{kind}"));
        assert_eq!(problem["status"], status);
    }
}

#[test]
fn no_answer_names_the_server_and_every_answer_is_locked_down() {
    let (_workspace, server) = leaks_served(&["--allow-origin", "https://site.example"]);
    for path in [
        "/v1/index",
        "/v1/breaches",
        "/v1/nothing",
        "/api/v3/breaches",
        "/feed/kk.xml",
        "/healthz",
        "/v1/openapi.json",
    ] {
        let answer = get(
            &format!("{}{path}", server.base()),
            &[("origin", "https://site.example")],
        );
        assert_eq!(header(&answer, "server"), "");
        assert_eq!(
            header(&answer, "x-content-type-options"),
            "nosniff",
            "{path}"
        );
        assert!(header(&answer, "content-security-policy").contains("frame-ancestors 'none'"));
        if path.starts_with("/v1") {
            assert_eq!(
                header(&answer, "access-control-allow-origin"),
                "https://site.example"
            );
        }
    }
}

/// Headers of the answer at `path` to a browser whose page has this origin: who may read it, and by what a cache
/// distinguishes answers.
fn shared(server: &Server, path: &str, origin: &str) -> (String, String) {
    let url = format!("{}{path}", server.base());
    let answer = get(&url, &[("origin", origin)]);
    let header = |name| header(&answer, name).to_owned();
    (header("access-control-allow-origin"), header("vary"))
}

#[test]
fn no_cache_keeps_a_copy_for_each_origin_that_a_client_makes_up() {
    const ONE: &str = "https://one.example";
    const TWO: &str = "https://two.example";
    let (_workspace, server) = leaks_served(&["--allow-origin", ONE]);
    let range = format!("/v1/ranges/{}/0", server.generation());
    for (path, vary) in [(range.as_str(), ""), ("/v1/index", "accept-encoding")] {
        for origin in [ONE, TWO, "https://made-up.example"] {
            let expected = (ONE.to_owned(), vary.to_owned());
            assert_eq!(shared(&server, path, origin), expected, "{path} {origin}");
        }
    }
    let (_workspace, server) = leaks_served(&["--allow-origin", ONE, "--allow-origin", TWO]);
    let range = format!("/v1/ranges/{}/0", server.generation());
    for origin in [ONE, TWO, "https://made-up.example"] {
        let kept = shared(&server, &range, origin);
        assert_eq!(kept, ("*".to_owned(), String::new()), "{origin}");
    }
    let challenge = |origin| shared(&server, "/v1/challenge", origin);
    for origin in [ONE, TWO] {
        assert_eq!(challenge(origin), (origin.to_owned(), "origin".to_owned()));
    }
    let stranger = challenge("https://made-up.example");
    assert_eq!(stranger, (String::new(), "origin".to_owned()));
}

#[test]
fn a_preflight_request_that_is_refused_is_a_problem_document_as_any_other() {
    let (_workspace, server) = leaks_served(&["--allow-origin", "https://site.example"]);
    let ask = |origin: &str, method: &str, headers: &str| {
        let request = Request::options(format!("{}/v1/evaluate", server.base()))
            .header("origin", origin)
            .header("access-control-request-method", method)
            .header("access-control-request-headers", headers);
        let sent = agent().run(request.body(()).expect("a request"));
        sent.expect("an answer")
    };
    let allowed = ask("https://site.example", "POST", "altcha, Content-Type");
    assert_eq!(allowed.status().as_u16(), 204);
    let origin = header(&allowed, "access-control-allow-origin");
    assert_eq!(origin, "https://site.example");
    for (name, listed) in [
        ("access-control-allow-methods", "POST"),
        ("access-control-allow-headers", "altcha"),
    ] {
        assert!(header(&allowed, name).contains(listed), "{name}");
    }
    for (origin, method, headers) in [
        ("https://other.example", "POST", "content-type"),
        ("https://site.example", "PUT", "content-type"),
        ("https://site.example", "POST", "content-type, cookie"),
    ] {
        let mut refused = ask(origin, method, headers);
        assert_eq!(
            refused.status().as_u16(),
            400,
            "{origin} {method} {headers}"
        );
        assert_eq!(header(&refused, "content-type"), "application/problem+json");
        let body = refused.body_mut().read_to_string().expect("text");
        let problem: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(problem["type"], "tag:tekser.kz,2026:malformed");
        assert!(
            !body.contains("example") && !body.contains("cookie"),
            "{body}"
        );
    }
}

#[test]
fn the_feeds_tell_of_every_public_leak_in_their_language_and_of_no_sealed_one() {
    let (_workspace, server) = leaks_served(&[]);
    let read = |path: &str| {
        let mut answer = get(&format!("{}{path}", server.base()), &[]);
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        answer.body_mut().read_to_string().expect("text")
    };
    let catalogue: Value = serde_json::from_str(&read("/v1/breaches")).expect("JSON");
    let breaches = catalogue["breaches"].as_array().expect("breaches");
    for language in ["kk", "ru", "en"] {
        let feed = read(&format!("/feed/{language}.xml"));
        assert_eq!(feed.matches("<entry>").count(), breaches.len());
        for breach in breaches {
            let title = breach["title"][language].as_str().expect("a title");
            assert!(feed.contains(&format!("<title>{title}</title>")), "{feed}");
        }
        assert!(!feed.contains("clinic-2023"));
    }
    let missing = get(&format!("{}/feed/de.xml", server.base()), &[]);
    assert_eq!(missing.status().as_u16(), 404);
}

#[test]
fn however_its_address_is_joined_no_client_of_that_interface_is_reported_in_no_breach() {
    let (workspace, server) = leaks_served(&[]);
    let key = workspace.argument("key");
    let evaluator = Server::start_bare(&["--role", "evaluator", "--key", &key]);
    let address = "someone%40example.kz";
    for base in [
        "", "/", "/api", "/api/", "/api/v2", "/api/v3", "/api/v3/", "//api/v3", "/v1", "/kk",
    ] {
        for call in ["breachedaccount", "pasteaccount", "stealerlogsbyemail"] {
            for server in [&server, &evaluator] {
                let answer = get(&format!("{}{base}/{call}/{address}", server.base()), &[]);
                assert_eq!(answer.status(), 403, "{base} {call}");
                assert_eq!(header(&answer, "cache-control"), "no-store");
            }
        }
    }
    for path in [
        "/breach/Adobe",
        "/breaches",
        "/api/v2/breaches",
        "//api/v3/breach/Adobe",
    ] {
        assert_eq!(
            get(&format!("{}{path}", server.base()), &[]).status(),
            403,
            "{path}"
        );
    }
    let breaches =
        |server: &Server| get(&format!("{}/api/v3/breaches", server.base()), &[]).status();
    assert_eq!(
        (breaches(&server).as_u16(), breaches(&evaluator).as_u16()),
        (200, 403)
    );
}
