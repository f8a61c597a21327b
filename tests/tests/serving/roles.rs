//! Does each role do its part, and refuse what it must not have?

use std::process::Command;

use exposure_index::client::{Client, HttpTransport, Request, Response, Transport, TransportError};
use serde_json::Value;
use tekser_tests::{Server, Workspace, agent, leaks, server};

use super::truth::assert_answered;

/// What the server says of arguments that it refuses, with its exit code.
fn refused(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(server()).args(arguments).output();
    let output = output.expect("the server runs");
    (
        output.status.code(),
        String::from_utf8(output.stderr).expect("text"),
    )
}

fn status(url: &str) -> u16 {
    let answer = agent().get(url).call();
    answer.expect("an answer").status().as_u16()
}

#[test]
fn shares_at_two_evaluators_and_ranges_at_a_third_answer_together() {
    let workspace = Workspace::without_key();
    let keys: Value =
        serde_json::from_str(&workspace.run_ok(&["keygen", "--shares", "2", "--json"]))
            .expect("JSON");
    let (one, two) = (workspace.argument("key.1"), workspace.argument("key.2"));
    let breaches = leaks().join("breaches");
    workspace.build(&breaches, &["--no-recover", "--key", &one, "--key", &two]);
    let evaluators =
        [&one, &two].map(|key| Server::start_bare(&["--role", "evaluator", "--key", key]));
    let public = |place: usize| {
        keys["public_keys"][place]
            .as_str()
            .expect("a key")
            .to_owned()
    };
    let printed =
        [0, 1].map(|place| format!("{}/v1/evaluate={}", evaluators[place].base(), public(place)));
    let index = workspace.argument("index");
    let ranges = [
        "--role",
        "ranges",
        "--index",
        &index,
        "--evaluator",
        &printed[0],
    ];
    let both = [&ranges[..], &["--evaluator", &printed[1]]].concat();
    let ranges_server = Server::start_bare(&both);

    assert_answered(ranges_server.base(), 24);
    assert_eq!(status(&format!("{}/v1/index", evaluators[0].base())), 404);
    assert_eq!(
        status(&format!("{}/v1/evaluate", ranges_server.base())),
        404
    );

    let (code, printed) = refused(&ranges);
    assert_eq!(code, Some(1), "{printed}");
    assert!(
        printed.contains("check that all shares are given"),
        "{printed}"
    );
}

/// A gateway that has a service below `/tekser/`, and other things elsewhere.
struct Gateway(HttpTransport);

impl Transport for Gateway {
    fn send(&self, request: &Request<'_>) -> Result<Response, TransportError> {
        let below = request.url.path().strip_prefix("/tekser");
        let path = below.expect("what is asked for is below the prefix");
        let mut url = request.url.clone();
        url.set_path(path);
        self.0.send(&Request {
            url: &url,
            ..*request
        })
    }
}

#[test]
fn a_gateway_can_mount_the_service_below_a_prefix() {
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches/school-2025"), &[]);
    let server = Server::start(&workspace, &["--pow", "auto"]);
    let base = format!("{}/tekser", server.base());
    let gateway = Gateway(HttpTransport::default());
    let client = Client::new(&base, gateway).expect("a URL").without_trust();
    let answer = client.look_up(b"tekser:1:iin:470316119230");
    assert!(!answer.expect("an answer").exposures.is_empty());
}

#[test]
fn a_role_is_refused_what_it_must_not_have() {
    let cases: [(&[&str], &str); 5] = [
        (
            &["--role", "ranges", "--index", "x", "--key", "k"],
            "must not have a key",
        ),
        (
            &["--role", "evaluator", "--key", "k", "--index", "x"],
            "must not have an index",
        ),
        (&["--role", "ranges", "--index", "x"], "needs --evaluator"),
        (&["--role", "evaluator"], "needs --key"),
        (&["--key", "k"], "needs --index"),
    ];
    for (arguments, expected) in cases {
        let (code, printed) = refused(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {printed}");
        assert!(printed.contains(expected), "{arguments:?}: {printed}");
    }
}

#[test]
fn a_wrong_key_is_reported_before_anybody_is_answered() {
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches/school-2025"), &[]);
    let _ = workspace.run_ok(&["keygen", "--key", "other"]);
    let (index, other) = (workspace.argument("index"), workspace.argument("other"));
    let (code, printed) = refused(&["--index", &index, "--key", &other]);
    assert_eq!(code, Some(1));
    assert!(printed.contains("was made with the key"), "{printed}");
}

#[test]
fn an_encrypted_key_is_reported_with_how_to_decrypt_it() {
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches/school-2025"), &[]);
    let passphrase = workspace.argument("passphrase");
    std::fs::write(&passphrase, "correct horse battery staple\n").expect("a file");
    let owner_only = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&passphrase, owner_only).expect("a mode");
    let locking = [
        "reshare",
        "--shares",
        "1",
        "--output",
        "locked",
        "--passphrase",
    ];
    let _ = workspace.run_ok(&[&locking[..], &["--passphrase-file", &passphrase]].concat());
    let (index, locked) = (workspace.argument("index"), workspace.argument("locked"));
    let (code, printed) = refused(&["--index", &index, "--key", &locked]);
    assert_eq!(code, Some(1));
    assert!(printed.contains("age --decrypt --output"), "{printed}");
}
