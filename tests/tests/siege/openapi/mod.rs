//! The description for machines covers all that the server answers.

mod schema;

use std::collections::BTreeSet;

use serde_json::Value;
use tekser_tests::{Server, Workspace, agent, header};
use ureq::Body;
use ureq::http::{Request, Response};

use crate::{evaluation, serve};

const DESCRIPTION: &str = include_str!("../../../../server/openapi.json");
/// What no parameter should be; each of them can be in a URL.
const ODD: [&str; 14] = [
    "0",
    "17",
    "-1",
    "x",
    "%00",
    "%ff",
    "%2F",
    "..%2f",
    "1e3",
    "99999999999999999999",
    "%D0%9A",
    "null",
    "a%20b",
    "20261122-201530-3f9a1c2b",
];
const METHODS: [&str; 7] = ["get", "head", "post", "put", "delete", "patch", "trace"];

fn description() -> Value {
    serde_json::from_str(DESCRIPTION).expect("JSON")
}

fn operations(description: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = description["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("operations").iter();
            methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}

/// A request built from the description: URL, headers and body.
struct BuiltRequest {
    url: String,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
}

fn send(method: &str, asked: &BuiltRequest) -> Response<Body> {
    let request = Request::builder()
        .method(method.to_uppercase().as_str())
        .uri(&asked.url);
    let request = asked
        .headers
        .iter()
        .fold(request, |request, (name, value)| {
            request.header(*name, value)
        });
    let agent = agent();
    let sent = match &asked.body {
        Some(body) => agent.run(request.body(body.clone()).expect("a request")),
        None => agent.run(request.body(()).expect("a request")),
    };
    sent.unwrap_or_else(|error| panic!("{method} {}: {error}", asked.url))
}

/// The good value of a parameter.
fn good(name: &str, workspace: &Workspace) -> String {
    match name {
        "id" | "name" => "people-2020".to_owned(),
        "language" => "ru".to_owned(),
        "Domain" => "example.kz".to_owned(),
        "IsSpamList" => "false".to_owned(),
        "generation" => workspace.current(),
        "prefix" => "0".to_owned(),
        "hash_prefix" => "21BD1".to_owned(),
        "mode" => "sha1".to_owned(),
        "elements" => "16".to_owned(),
        other => panic!("no good value is known of {other}"),
    }
}

/// The media type of an operation's requests.
fn media_type_of(operation: &Value) -> String {
    let content = operation["requestBody"]["content"].as_object();
    let media_type = content.and_then(|content| content.keys().next());
    media_type.cloned().unwrap_or_default()
}

/// A body that is answered: an evaluation, or a vector over the only record of a small index.
fn good_body(described: &Value) -> String {
    match described["content"]["application/octet-stream"].is_object() {
        true => "\u{1}".to_owned(),
        false => evaluation(1),
    }
}

/// A server of the workspace's records, for private retrieval.
fn retrieving(workspace: &Workspace, arguments: &[&str]) -> Server {
    let shown = workspace.run_ok(&["key", "show", "--json", "key"]);
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    let key = shown["public_key"].as_str().expect("a key");
    let evaluator = format!("https://evaluator.example.kz/v1/evaluate={key}");
    let index = workspace.argument("index");
    let own = [
        "--role",
        "ranges",
        "--retrieve",
        "--log",
        "debug",
        "--index",
        &index,
        "--evaluator",
        &evaluator,
    ];
    Server::start_bare(&[&own[..], arguments].concat())
}

/// The server that has a path.
fn base_of<'a>(path: &str, server: &'a Server, retrieving: &'a Server) -> &'a str {
    match path.starts_with("/v1/retrieve") {
        true => retrieving.base(),
        false => server.base(),
    }
}

/// Good requests of an operation, and those with one thing wrong.
fn requests(base: &str, path: &str, operation: &Value, workspace: &Workspace) -> Vec<BuiltRequest> {
    let empty = Vec::new();
    let parameters = operation["parameters"].as_array().unwrap_or(&empty);
    let placed = |place: &str| {
        let names = parameters
            .iter()
            .filter(move |parameter| parameter["in"] == place);
        names
            .map(|parameter| parameter["name"].as_str().expect("a name"))
            .collect::<Vec<_>>()
    };
    let (in_path, in_query) = (placed("path"), placed("query"));
    let url = |wrong: Option<(&str, &str)>| {
        let value = |name: &str| match wrong {
            Some((other, value)) if other == name => value.to_owned(),
            _ => good(name, workspace),
        };
        let path = in_path.iter().fold(path.to_owned(), |path, name| {
            path.replace(&format!("{{{name}}}"), &value(name))
        });
        assert!(
            !path.contains('{'),
            "a parameter of {path} is not described"
        );
        let query: Vec<String> = in_query
            .iter()
            .map(|name| format!("{name}={}", value(name)))
            .collect();
        format!("{base}{path}?{}", query.join("&"))
            .trim_end_matches('?')
            .to_owned()
    };
    let body = operation.get("requestBody").map(good_body);
    let media_type = media_type_of(operation);
    let json = ("content-type", media_type);
    let asked = |url: String, more: Option<(&'static str, String)>| {
        let media_type = body.is_some().then(|| json.clone());
        BuiltRequest {
            url,
            headers: media_type.into_iter().chain(more).collect(),
            body: body.clone(),
        }
    };
    let mut requests = vec![
        asked(url(None), None),
        asked(url(None), Some(("if-none-match", "*".to_owned()))),
    ];
    for name in in_path.iter().chain(&in_query) {
        requests.extend(ODD.map(|odd| asked(url(Some((name, odd))), None)));
    }
    if placed("header").contains(&"Altcha") {
        requests.extend(ODD.map(|odd| asked(url(None), Some(("altcha", odd.to_owned())))));
    }
    if body.is_some() {
        let bodies = [
            "",
            "{}",
            "[]",
            "{\"blinded\":[]}",
            "{\"blinded\":[1]}",
            "{\"blinded\":[\"\"],\"x\":1}",
        ];
        let long = " ".repeat(5000);
        requests.extend(
            bodies
                .into_iter()
                .chain([long.as_str()])
                .map(|body| BuiltRequest {
                    url: url(None),
                    headers: vec![json.clone()],
                    body: Some(body.to_owned()),
                }),
        );
        requests.push(BuiltRequest {
            url: url(None),
            headers: vec![("content-type", "text/plain".to_owned())],
            body: Some(String::new()),
        });
    }
    requests
}

/// Headers that tests/serving/signatures.rs checks.
const ONLY_WHILE_A_VERSION_ENDS: [&str; 2] = ["Link", "Sunset"];

/// The answer is one that the operation says it has.
fn check(description: &Value, asked: &BuiltRequest, operation: &Value, mut answer: Response<Body>) {
    let status = answer.status().as_u16();
    let response = &operation["responses"][status.to_string()];
    assert!(
        response.is_object(),
        "{}: {status} is not described",
        asked.url
    );
    let described = response["headers"].as_object().into_iter().flatten();
    for (name, _) in
        described.filter(|(name, _)| !ONLY_WHILE_A_VERSION_ENDS.contains(&name.as_str()))
    {
        assert_ne!(header(&answer, name), "", "{}: no {name}", asked.url);
    }
    let media_type = header(&answer, "content-type")
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned();
    let body = answer.body_mut().read_to_vec().expect("a body");
    let Some(content) = response.get("content") else {
        assert!(body.is_empty(), "{}: {status} has a body", asked.url);
        return;
    };
    assert!(
        content.get(&media_type).is_some(),
        "{}: {status} is {media_type:?}",
        asked.url
    );
    if let Some(schema) = content[&media_type].get("schema") {
        let value = serde_json::from_slice(&body).expect("JSON");
        schema::check(description, schema, &value, &asked.url);
    }
}

fn walk(arguments: &[&str]) -> BTreeSet<(String, u16)> {
    let (workspace, mut server) = serve(arguments);
    let per_client = match arguments.contains(&"--rate-per-client") {
        true => &["--retrieve-per-client", "16/h"][..],
        false => &[],
    };
    let mut retrieving = retrieving(&workspace, per_client);
    let description = description();
    let mut seen = BTreeSet::new();
    let operations = operations(&description);
    // Twice, so that those that come first also meet the limits that the later ones use up.
    for (path, method, operation) in operations.iter().chain(&operations) {
        let base = base_of(path, &server, &retrieving);
        for asked in requests(base, path, operation, &workspace) {
            let answer = send(method, &asked);
            seen.insert((format!("{method} {path}"), answer.status().as_u16()));
            check(&description, &asked, operation, answer);
        }
    }
    for server in [&mut server, &mut retrieving] {
        assert!(server.stop().success());
        assert_routes_are_described(server, &description);
    }
    seen
}

fn assert_routes_are_described(server: &Server, description: &Value) {
    let log = server.log();
    let routes: BTreeSet<&str> = log
        .split("route=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    for route in routes {
        assert!(
            route == "none" || route == "/v1" || description["paths"].get(route).is_some(),
            "{route} is not described"
        );
    }
}

#[test]
fn what_is_described_is_what_is_served() {
    let (_workspace, server) = serve(&[]);
    let served = agent()
        .get(format!("{}/v1/openapi.json", server.base()))
        .call();
    let served = served
        .expect("an answer")
        .body_mut()
        .read_to_string()
        .expect("text");
    assert_eq!(served, DESCRIPTION);
}

#[test]
fn every_answer_is_described() {
    let mut seen = walk(&[]);
    seen.extend(walk(&["--pow", "on", "--rate-per-client", "16/h"]));
    seen.extend(walk(&["--rate-per-client", "16/h"]));
    for (operation, status) in [
        ("post /v1/evaluate", 200),
        ("post /v1/evaluate", 428),
        ("post /v1/evaluate", 413),
        ("post /v1/evaluate", 415),
        ("get /v1/challenge", 200),
        ("get /v1/challenge", 204),
        ("get /v1/challenge", 400),
        ("post /v1/evaluate", 429),
        ("post /v1/retrieve/{generation}", 200),
        ("post /v1/retrieve/{generation}", 404),
        ("post /v1/retrieve/{generation}", 413),
        ("post /v1/retrieve/{generation}", 415),
        ("post /v1/retrieve/{generation}", 429),
        ("get /v1/retrieve", 200),
        ("get /v1/index", 304),
        ("get /v1/ranges/{generation}/{prefix}", 200),
        ("get /v1/ranges/{generation}/{prefix}", 410),
        ("get /v1/breaches/{id}", 404),
        ("get /feed/{language}.xml", 200),
        ("get /feed/{language}.xml", 404),
        ("get /range/{hash_prefix}", 200),
        ("get /range/{hash_prefix}", 304),
        ("get /range/{hash_prefix}", 400),
        ("get /api/v3/breaches", 200),
        ("get /api/v3/breaches", 400),
        ("get /api/v3/breach/{name}", 200),
        ("get /api/v3/breach/{name}", 404),
    ] {
        assert!(
            seen.contains(&(operation.to_owned(), status)),
            "{operation} was never answered with {status}"
        );
    }
}

#[test]
fn a_key_is_described_as_closely_as_an_element_and_how_long_answers_may_be_kept() {
    let description = description();
    let member = |schema: &str, member: &str| {
        let schemas = &description["components"]["schemas"];
        schemas[schema]["properties"][member]["pattern"].clone()
    };
    assert_eq!(member("Evaluator", "public_key"), "^[A-Za-z0-9_-]{43}$");
    for (path, method, operation) in operations(&description) {
        for (status, response) in operation["responses"].as_object().expect("responses") {
            let has = |name: &str| response["headers"].get(name).is_some();
            assert!(has("Cache-Control"), "{method} {path} {status}");
            assert!(has("ETag") || status != "304", "{method} {path} {status}");
            for name in ["Retry-After", "RateLimit", "RateLimit-Policy"] {
                assert!(has(name) || status != "429", "{method} {path}: {name}");
            }
        }
    }
}

#[test]
fn what_is_not_described_is_not_possible() {
    let (workspace, server) = serve(&[]);
    let retrieving = retrieving(&workspace, &[]);
    let description = description();
    for (path, described, operation) in operations(&description) {
        let base = base_of(path, &server, &retrieving);
        let asked = requests(base, path, operation, &workspace).remove(0);
        for method in METHODS {
            let bare = BuiltRequest {
                url: asked.url.clone(),
                headers: Vec::new(),
                body: None,
            };
            let mut all = operations(&description).into_iter();
            let is_other = all.any(|(of, other, _)| {
                of == path && (other == method || (method, other) == ("head", "get"))
            });
            let is_described = method == described || (method, described) == ("head", "get");
            if is_other && !is_described {
                continue;
            }
            let answer = send(method, if method == "post" { &asked } else { &bare });
            let expected = match (is_described, described) {
                // This server sends no notices.
                (true, "post" | "delete") if path == "/v1/push" => 404..=404,
                (true, _) => 200..=204,
                (false, _) => 405..=405,
            };
            assert!(
                expected.contains(&answer.status().as_u16()),
                "{method} {path}: {}",
                answer.status()
            );
            if !is_described {
                let allowed = header(&answer, "allow").to_lowercase();
                assert!(allowed.contains(described), "{path}: {allowed}");
                // An answer to HEAD has no body to look at.
                if method != "head" {
                    check(&description, &bare, operation, answer);
                }
            }
        }
    }
}
