//! Are browsers' subscriptions taken, bounded, deleted, and kept from everybody?

use std::fs;
use std::process::Command;

use rustix::process::Signal;
use serde_json::{Value, json};
use tekser_tests::{Server, Workspace, agent, files_below, header, server, wait_until};
use ureq::Body;
use ureq::http::{Request, Response};

use crate::leaks_served;

/// The keys of RFC 8291, appendix A.
const P256DH: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

fn endpoint(name: &str) -> String {
    format!("https://updates.push.services.mozilla.com/wpush/v2/{name}")
}

fn subscription(endpoint: &str) -> Value {
    json!({ "endpoint": endpoint, "expirationTime": null, "keys": { "p256dh": P256DH, "auth": AUTH } })
}

/// A server that sends notices, and its key's public half.
fn offering(arguments: &[&str]) -> (Workspace, Server, String) {
    let workspace = Workspace::new();
    workspace.build(&tekser_tests::leaks().join("breaches"), &["--no-recover"]);
    let public_key = keygen(&workspace.argument("push.key"));
    let server = started(&workspace, arguments);
    (workspace, server, public_key)
}

/// A server with the key and the file of endpoints of a workspace.
fn started(workspace: &Workspace, arguments: &[&str]) -> Server {
    let (key, store) = (
        workspace.argument("push.key"),
        workspace.argument("push.db"),
    );
    let push = [
        "--push-key",
        &key,
        "--push-store",
        &store,
        "--push-contact",
        "mailto:push@example.kz",
    ];
    Server::start(workspace, &[&push[..], arguments].concat())
}

fn keygen(file: &str) -> String {
    let made = Command::new(server())
        .args(["push-keygen", file])
        .output()
        .expect("the server runs");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    String::from_utf8(made.stdout)
        .expect("text")
        .trim_end()
        .to_owned()
}

fn send(server: &Server, method: &str, body: &str) -> Response<Body> {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}/v1/push", server.base()))
        .header("content-type", "application/json")
        .body(body.to_owned());
    let agent = agent();
    agent.run(request.expect("a request")).expect("an answer")
}

fn post(server: &Server, body: &Value) -> u16 {
    send(server, "POST", &body.to_string()).status().as_u16()
}

fn delete(server: &Server, endpoint: &str, auth: &str) -> u16 {
    let body = json!({ "endpoint": endpoint, "auth": auth });
    send(server, "DELETE", &body.to_string()).status().as_u16()
}

fn offer(server: &Server) -> Value {
    let mut answer = agent()
        .get(format!("{}/v1/push", server.base()))
        .call()
        .expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(header(&answer, "cache-control"), "no-cache");
    serde_json::from_str(&answer.body_mut().read_to_string().expect("text")).expect("JSON")
}

/// Whether the text is in the file of endpoints or its journals.
fn is_kept(workspace: &Workspace, text: &str) -> bool {
    let files = ["push.db", "push.db-wal"].map(|file| fs::read(workspace.argument(file)));
    let read: Vec<u8> = files.into_iter().flatten().flatten().collect();
    read.windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[test]
fn a_server_without_notices_says_so_and_takes_no_subscription() {
    let (_workspace, server) = leaks_served(&[]);
    assert_eq!(offer(&server), json!({ "offered": false }));
    assert_eq!(post(&server, &subscription(&endpoint("a"))), 404);
    assert_eq!(delete(&server, &endpoint("a"), AUTH), 404);
    let wrong = send(&server, "PUT", "");
    assert_eq!(
        (wrong.status().as_u16(), header(&wrong, "allow")),
        (405, "GET, HEAD, POST, DELETE")
    );
}

#[test]
fn a_browser_subscribes_renews_and_leaves_nothing_behind() {
    let (workspace, server, public_key) = offering(&[]);
    let offered = offer(&server);
    assert_eq!(
        offered,
        json!({ "offered": true, "public_key": public_key, "kept_days": 60 })
    );
    let (mine, other) = (endpoint("mine"), endpoint("other"));
    for _ in 0..2 {
        assert_eq!(post(&server, &subscription(&mine)), 204);
    }
    assert_eq!(post(&server, &subscription(&other)), 204);
    assert!(is_kept(&workspace, &mine) && is_kept(&workspace, &other));
    assert_eq!(
        delete(&server, &mine, "AAAAAAAAAAAAAAAAAAAAAA"),
        204,
        "which says nothing"
    );
    assert!(is_kept(&workspace, &mine));
    assert_eq!(delete(&server, &mine, AUTH), 204);
    assert_eq!(delete(&server, &mine, AUTH), 204);
    assert!(!is_kept(&workspace, &mine) && is_kept(&workspace, &other));
}

#[test]
fn an_endpoint_elsewhere_is_refused_and_not_repeated() {
    let (workspace, server, _) = offering(&[]);
    for url in [
        "https://127.0.0.1/wpush",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/wpush",
        "http://fcm.googleapis.com/fcm/send/a",
        "https://fcm.googleapis.com:8443/fcm/send/a",
        "https://fcm.googleapis.com.example.org/fcm/send/a",
        "https://user@fcm.googleapis.com/fcm/send/a",
        "file:///etc/passwd",
    ] {
        let mut answer = send(&server, "POST", &subscription(url).to_string());
        assert_eq!(answer.status().as_u16(), 400, "{url}");
        let body = answer.body_mut().read_to_string().expect("text");
        assert!(body.contains("tag:tekser.kz,2026:malformed"), "{body}");
        assert!(!body.contains(url) && !is_kept(&workspace, url), "{body}");
        assert_eq!(delete(&server, url, AUTH), 400, "{url}");
    }
    assert_eq!(server.log().matches("example.org").count(), 0);
}

#[test]
fn what_is_not_a_subscription_is_refused_by_its_fault() {
    let (_workspace, server, _) = offering(&[]);
    let mut off_curve = subscription(&endpoint("a"));
    off_curve["keys"]["p256dh"] = json!(format!("BA{}", "A".repeat(85)));
    for body in ["", "{}", "[]", "null", &off_curve.to_string()] {
        assert_eq!(send(&server, "POST", body).status().as_u16(), 400, "{body}");
    }
    let long = subscription(&endpoint(&"a".repeat(4096))).to_string();
    assert_eq!(send(&server, "POST", &long).status().as_u16(), 413);
    let form = Request::post(format!("{}/v1/push", server.base()))
        .header("content-type", "text/plain")
        .body(subscription(&endpoint("a")).to_string());
    let answer = agent().run(form.expect("a request")).expect("an answer");
    assert_eq!(answer.status().as_u16(), 415);
}

#[test]
fn subscriptions_have_quotas_and_cost_work() {
    let (_workspace, server, _) = offering(&["--push-per-client", "3/h"]);
    let subscribe = |name: &str| send(&server, "POST", &subscription(&endpoint(name)).to_string());
    for name in ["a", "b", "c"] {
        assert_eq!(subscribe(name).status().as_u16(), 204);
    }
    let refused = subscribe("d");
    assert_eq!(refused.status().as_u16(), 429);
    assert!(header(&refused, "retry-after").parse::<u32>().is_ok());

    let (_workspace, server, _) = offering(&["--pow", "auto"]);
    let mut asked = send(&server, "POST", &subscription(&endpoint("a")).to_string());
    assert_eq!(asked.status().as_u16(), 428);
    let problem = asked.body_mut().read_to_string().expect("text");
    let problem: Value = serde_json::from_str(&problem).expect("JSON");
    assert_eq!(problem["challenge"]["parameters"]["data"]["elements"], 1);
    assert_eq!(
        delete(&server, &endpoint("a"), AUTH),
        204,
        "leaving costs no work"
    );
}

#[test]
fn no_more_subscriptions_are_kept_than_may_be() {
    let (_workspace, server, _) = offering(&["--push-most", "1"]);
    assert_eq!(post(&server, &subscription(&endpoint("a"))), 204);
    let full = send(&server, "POST", &subscription(&endpoint("b")).to_string());
    assert_eq!(
        (full.status().as_u16(), header(&full, "retry-after")),
        (503, "3600")
    );
    assert_eq!(
        post(&server, &subscription(&endpoint("a"))),
        204,
        "who is in is renewed"
    );
}

#[test]
fn a_server_that_is_killed_resumes_its_notices_and_does_not_start_over() {
    const ENDPOINTS: usize = 40;
    const BEGINS: &str = "push messages of a new list are being sent";
    let arguments = [
        "--push-service",
        "push.example.org",
        "--push-spread",
        "12h",
        "--admin",
        "127.0.0.1:0",
    ];
    let (workspace, mut server, _) = offering(&arguments);
    wait_until("the list is not known to be the first", || {
        is_kept(&workspace, &workspace.current())
    });
    for number in 0..ENDPOINTS {
        let url = format!("https://push.example.org/{number}");
        assert_eq!(post(&server, &subscription(&url)), 204);
    }
    workspace.build(&tekser_tests::leaks().join("breaches/school-2025"), &[]);
    server.wait_for(BEGINS);
    let waiting = format!("tekser_push_pending {ENDPOINTS}\n");
    let are_waiting = |server: &Server| server.metrics().contains(&waiting);
    wait_until("no notice waits", || are_waiting(&server));
    server.signal(Signal::KILL);
    server.wait();
    let resumed = started(&workspace, &arguments);
    wait_until("what waited is forgotten", || are_waiting(&resumed));
    assert!(!resumed.log().contains(BEGINS), "{}", resumed.log());
}

#[test]
fn no_endpoint_is_in_log_metrics_or_any_other_file() {
    let (workspace, server, _) = offering(&["--log", "debug", "--admin", "127.0.0.1:0"]);
    let secret = "secret-name-of-an-endpoint";
    assert_eq!(post(&server, &subscription(&endpoint(secret))), 204);
    assert_eq!(
        delete(&server, &endpoint(secret), "AAAAAAAAAAAAAAAAAAAAAA"),
        204
    );
    assert!(!server.log().contains(secret) && !server.log().contains("mozilla"));
    assert!(server.log().contains("/v1/push"), "the route is");
    assert!(!server.metrics().contains(secret));
    let files = files_below(workspace.path()).into_iter();
    let others = files.filter(|(path, _)| !path.to_string_lossy().contains("push.db"));
    for (path, bytes) in others {
        let is_there = bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!is_there, "{}", path.display());
    }
}

#[test]
fn settings_that_cannot_send_notices_are_refused_with_what_to_do() {
    let workspace = Workspace::new();
    let key = workspace.argument("push.key");
    keygen(&key);
    let checked = |arguments: &[&str]| {
        let index = workspace.argument("index");
        let base = ["check-config", "--index", &index, "--key", "none"];
        let output = Command::new(server())
            .args(base)
            .args(arguments)
            .output()
            .expect("the server runs");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let store = workspace.argument("no-folder/push.db");
    let contact = ["--push-contact", "mailto:push@example.kz"];
    for (arguments, code, reason) in [
        (vec!["--push-key", &key], 2, "give all three or none"),
        (
            vec![
                "--push-key",
                &key,
                "--push-store",
                &store,
                "--push-contact",
                "tel:1414",
            ],
            2,
            "mailto:NAME@HOST",
        ),
        (vec!["--push-service", "*.org"], 2, "*.push.example.org"),
        (
            vec![
                "--push-key",
                "none",
                "--push-store",
                &store,
                contact[0],
                contact[1],
            ],
            1,
            "key of push messages",
        ),
        (
            vec![
                "--push-key",
                &key,
                "--push-store",
                &store,
                contact[0],
                contact[1],
            ],
            1,
            "there is no folder",
        ),
    ] {
        let (exit, printed) = checked(&arguments);
        assert_eq!(exit, Some(code), "{printed}");
        assert!(printed.contains(reason), "{printed}");
    }
}
