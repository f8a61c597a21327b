//! Are only signed generations served, where that is demanded?

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use exposure_index::client::{Client, ClientError, Doubt};
use exposure_index::statement::Trust;
use serde_json::json;
use tekser_tests::{Server, Workspace, agent, leaks, server, wait_until};

const INPUT: &[u8] = b"tekser:1:iin:470316119230";

/// A workspace with an index of one small leak and a release key.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    build(&workspace);
    let _ = workspace.run_ok(&[
        "release-keygen",
        "--no-passphrase",
        "--release-key",
        "release.key",
    ]);
    workspace
}

fn build(workspace: &Workspace) {
    workspace.build(&leaks().join("breaches/school-2025"), &[]);
}

fn sign(workspace: &Workspace) {
    let _ = workspace.run_ok(&["sign", "--release-key", "release.key"]);
}

fn public_key(workspace: &Workspace) -> String {
    let path = workspace.path().join("release.key.pub");
    path.to_str().expect("a path").to_owned()
}

fn client(server: &Server, workspace: &Workspace) -> Client<exposure_index::client::HttpTransport> {
    let trust = Trust::load(&[public_key(workspace)]).expect("a key");
    Client::over_http(server.base())
        .expect("a URL")
        .with_trust(trust)
}

fn signature(workspace: &Workspace) -> PathBuf {
    let generation = workspace.index().join(workspace.current());
    generation.join("statement.json.minisig")
}

#[test]
fn a_signature_that_comes_later_reaches_clients_without_a_new_generation() {
    let workspace = workspace();
    let server = Server::start(&workspace, &[]);
    assert!(server.index()["statement"].is_null());
    let client = client(&server, &workspace);
    assert_eq!(
        client.look_up(INPUT).err(),
        Some(ClientError::Doubted(Doubt::Unsigned))
    );
    sign(&workspace);
    wait_until("the signature is not shown", || {
        !server.index()["signature"].is_null()
    });
    let printed = server.index();
    let statement = fs::read_to_string(signature(&workspace).with_extension("")).expect("a text");
    assert_eq!(printed["statement"], statement);
    assert!(
        !client
            .look_up(INPUT)
            .expect("an answer")
            .exposures
            .is_empty()
    );
}

/// Says in the file of who runs the service that this version ends then, and where the next one is.
fn announce_end(workspace: &Workspace, sunset: &str) {
    let file = workspace.path().join("service.toml");
    let text = fs::read_to_string(&file).expect("a file");
    let also = "[[also]]\nnormalisation = 2\nformat = 1\nurl = \"/next/v1/index\"\n";
    fs::write(file, format!("sunset = \"{sunset}\"\n{text}\n{also}")).expect("a file");
}

#[test]
fn a_version_that_ends_is_announced_to_clients_in_the_document_and_to_everybody_in_headers() {
    let workspace = workspace();
    let before = fs::read_to_string(workspace.path().join("service.toml")).expect("a file");
    announce_end(&workspace, "2999-06-30T00:00:00Z");
    sign(&workspace);
    let key = public_key(&workspace);
    let server = &mut Server::start(&workspace, &["--trust", &key]);
    let printed = server.index();
    assert_eq!(printed["sunset"], "2999-06-30T00:00:00Z");
    let next = json!([{ "normalisation": 2, "format": 1, "url": "/next/v1/index" }]);
    assert_eq!(printed["also"], next);
    let answer = agent()
        .get(format!("{}/v1/index", server.base()))
        .call()
        .expect("an answer");
    let headers = ["sunset", "link"].map(|name| answer.headers()[name].to_str().expect("text"));
    assert_eq!(
        headers,
        [
            "Sun, 30 Jun 2999 00:00:00 GMT",
            "</next/v1/index>; rel=\"successor-version\""
        ]
    );
    let outdated_since = |server: &Server| {
        let answer = client(server, &workspace).look_up(INPUT);
        answer.expect("an answer").outdated_since
    };
    assert_eq!(outdated_since(server), None);
    fs::write(workspace.path().join("service.toml"), before).expect("a file");
    announce_end(&workspace, "2026-01-02T03:04:05Z");
    let service = workspace.argument("service.toml");
    let renew = ["sign", "--renew", "--release-key", "release.key"];
    let _ = workspace.run_ok(&[&renew[..], &["--service", &service]].concat());
    server.wait_for("its sunset has come");
    wait_until("clients are not warned", || {
        outdated_since(server).is_some()
    });
}

#[test]
fn an_unsigned_generation_waits_for_its_signature_while_the_signed_one_is_served() {
    let workspace = workspace();
    sign(&workspace);
    let signed = workspace.current();
    let key = public_key(&workspace);
    let server = &mut Server::start(&workspace, &["--trust", &key, "--admin", "127.0.0.1:0"]);
    build(&workspace);
    server.wait_for("is not signed");
    assert_eq!(server.generation(), signed);
    fs::write(signature(&workspace), "no signature").expect("a file");
    fs::write(signature(&workspace).with_extension(""), "{}").expect("a file");
    server.wait_for("not a prehashed minisign signature");
    assert_eq!(server.generation(), signed);
    let metrics = server.metrics();
    assert!(metrics.contains("tekser_index_signed 1"), "{metrics}");
    assert!(
        !metrics.contains("tekser_reloads_total{result=\"failed\"} 0\n"),
        "{metrics}"
    );
    sign(&workspace);
    wait_until("the new generation is not served", || {
        server.generation() == workspace.current()
    });
    assert!(client(server, &workspace).look_up(INPUT).is_ok());
}

#[test]
fn when_a_statement_expires_stands_among_the_metrics_and_is_put_off_while_it_is_served() {
    let workspace = workspace();
    sign(&workspace);
    let key = public_key(&workspace);
    let server = Server::start(&workspace, &["--trust", &key, "--admin", "127.0.0.1:0"]);
    let expires = || {
        let metrics = server.metrics();
        let (_, rest) = metrics
            .split_once("\ntekser_statement_expires_seconds ")
            .expect("a metric");
        let number = rest.lines().next().expect("a number");
        number.parse::<i64>().expect("a number")
    };
    let first = expires();
    let built_at = server.index()["built_at"].clone();
    let _ = workspace.run_ok(&[
        "sign",
        "--renew",
        "--valid-days",
        "90",
        "--release-key",
        "release.key",
    ]);
    wait_until("the renewed statement is not served", || expires() > first);
    assert!((44 * 86_400..=46 * 86_400).contains(&(expires() - first)));
    assert_eq!(server.index()["built_at"], built_at);
    assert!(client(&server, &workspace).look_up(INPUT).is_ok());
}

#[test]
fn a_server_does_not_start_with_other_evaluators_than_those_that_were_signed() {
    const URL: &str = "https://evaluator.example.kz/v1/evaluate";
    let workspace = workspace();
    let shown = workspace.run_ok(&["key", "show", "--json", "key"]);
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let key = shown["public_key"].as_str().expect("a key").to_owned();
    let checked = |url: &str| {
        let arguments = ["check-config", "--role", "ranges", "--evaluator"];
        let output = Command::new(server())
            .args(arguments)
            .arg(format!("{url}={key}"))
            .args(["--trust", &public_key(&workspace)])
            .env("TEKSER_INDEX", workspace.index())
            .output()
            .expect("the server runs");
        let message = String::from_utf8(output.stderr).expect("text");
        (output.status.code(), message)
    };
    workspace.say_who_serves(&[(URL, &key)]);
    sign(&workspace);
    assert_eq!(checked(URL).0, Some(0));
    let (code, message) = checked("https://elsewhere.example.kz/v1/evaluate");
    assert_eq!(code, Some(1), "{message}");
    assert!(
        message.contains("names evaluators that differ"),
        "{message}"
    );
    assert!(message.contains("sign with --renew"), "{message}");
    workspace.say_who_serves(&[("evaluate", &key)]);
    sign(&workspace);
    assert_eq!(checked(URL).0, Some(0), "where that is only clients know");
}

#[test]
fn a_website_needs_a_key_that_its_pages_can_trust_or_the_setting_that_they_trust_everybody() {
    let workspace = workspace();
    let status = |arguments: &[&str]| {
        let output = Command::new(server())
            .args([
                "check-config",
                "--site",
                workspace.index().to_str().expect("a path"),
            ])
            .args(arguments)
            .env("TEKSER_INDEX", workspace.index())
            .env("TEKSER_KEY", workspace.path().join("key"))
            .output()
            .expect("the server runs");
        let printed = String::from_utf8(output.stderr).expect("text");
        (output.status.code(), printed)
    };
    let key = public_key(&workspace);
    let (code, printed) = status(&[]);
    assert_eq!(code, Some(2), "{printed}");
    assert!(printed.contains("--trust PUBLIC_KEY"), "{printed}");
    let (code, printed) = status(&["--without-trust", "--trust", &key]);
    assert_eq!(code, Some(2), "{printed}");
    let (code, printed) = status(&["--without-trust"]);
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("is not a website"), "{printed}");
    let settings = workspace.path().join("server.toml");
    fs::write(&settings, "without-trust = true\n").expect("a file");
    let (_, printed) = status(&["--config", settings.to_str().expect("a path")]);
    assert!(printed.contains("is not a website"), "{printed}");
}

#[test]
fn a_server_that_trusts_a_key_does_not_start_over_what_its_holder_did_not_sign() {
    let workspace = workspace();
    let refused = |arguments: &[&str]| {
        let output = Command::new(server())
            .args(arguments)
            .env("TEKSER_INDEX", workspace.index())
            .env("TEKSER_KEY", workspace.path().join("key"))
            .output();
        let output = output.expect("the server runs");
        let printed = String::from_utf8(output.stderr).expect("text");
        (output.status.code(), printed)
    };
    let key = public_key(&workspace);
    let (code, printed) = refused(&["check-config", "--trust", &key]);
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("is not signed"), "{printed}");
    sign(&workspace);
    assert_eq!(refused(&["check-config", "--trust", &key]).0, Some(0));
    let settings = workspace.path().join("server.toml");
    fs::write(&settings, format!("trust = [\"{key}\"]\n")).expect("a file");
    let settings = settings.to_str().expect("a path");
    assert_eq!(refused(&["check-config", "--config", settings]).0, Some(0));
    let _ = workspace.run_ok(&[
        "release-keygen",
        "--no-passphrase",
        "--release-key",
        "other.key",
    ]);
    let other = key.replace("release.key", "other.key");
    let (code, printed) = refused(&["check-config", "--trust", &other]);
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("not among those trusted"), "{printed}");
    let (code, printed) = refused(&["check-config", "--trust", "no-such-file"]);
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("RW"), "{printed}");
}
