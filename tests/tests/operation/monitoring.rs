//! Do alerts and dashboard name metrics that exist, and fire for their reasons?

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use exposure_index::oprf::load_key;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::Value;
use tekser_tests::{Server, Workspace, agent, evaluation_of, leaks, skip, wait_until};

use super::packaged;

/// The name of every metric that a text speaks of.
fn metrics_in(text: &str) -> BTreeSet<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(|c| !is_part(c))
        .filter(|word| word.starts_with("tekser_"))
        .collect()
}

/// What a text compares the label with: `label="value"`.
fn values_of<'a>(label: &str, text: &'a str) -> BTreeSet<&'a str> {
    text.split(&format!("{label}=\""))
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[test]
fn each_alert_fires_for_its_reason_and_ends_with_it() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/operation/alerts/alerts.yml");
    let text = fs::read_to_string(&tests).expect("tests");
    let (_, names) = alerts();
    for name in names {
        let fires = format!("alertname: {name}\n        exp_alerts:");
        assert!(text.contains(&fires), "no test in which {name} fires");
    }
    let run = Command::new("promtool")
        .args(["test", "rules"])
        .arg(&tests)
        .output();
    match run {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            skip("promtool is not installed (package prometheus)");
        }
        run => {
            let Output { status, stderr, .. } = run.expect("promtool");
            assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
        }
    }
}

/// Every expression of the dashboard.
fn dashboard() -> String {
    let dashboard: Value =
        serde_json::from_str(&packaged("monitoring/dashboard.json")).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let targets = panels
        .iter()
        .flat_map(|panel| panel["targets"].as_array().expect("targets"));
    let expressions: Vec<&str> = targets
        .map(|target| target["expr"].as_str().expect("an expression"))
        .collect();
    assert!(expressions.len() > 10);
    expressions.join("\n")
}

/// Every expression of the alerts, and their names.
fn alerts() -> (String, BTreeSet<String>) {
    let file: Value = serde_saphyr::from_str(&packaged("monitoring/alerts.yml")).expect("YAML");
    let groups = file["groups"].as_array().expect("groups");
    let rules: Vec<&Value> = groups
        .iter()
        .flat_map(|group| group["rules"].as_array().expect("rules"))
        .collect();
    let text = |rule: &Value, key: &str| rule[key].as_str().expect("a text").to_owned();
    let expressions: Vec<String> = rules.iter().map(|rule| text(rule, "expr")).collect();
    let names = rules.iter().map(|rule| text(rule, "alert")).collect();
    (expressions.join("\n"), names)
}

/// What a server says that has just answered one request of each kind.
fn scrape() -> String {
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches/school-2025"), &[]);
    // Nobody listens there; what is known about shared limits is reported where there should be such.
    let limits = ["--limits", "redis://127.0.0.1:1"];
    let server = Server::start(&workspace, &[["--admin", "127.0.0.1:0"], limits].concat());
    let agent = agent();
    let base = server.base();
    let generation = workspace.current();
    let range = agent.get(format!("{base}/v1/ranges/{generation}/0")).call();
    assert_eq!(range.expect("a range").status(), 200);
    let evaluated = agent
        .post(format!("{base}/v1/evaluate"))
        .content_type("application/json")
        .send(evaluation_of(["aigerim".to_owned()]));
    assert_eq!(evaluated.expect("an evaluation").status(), 200);
    let retrieving = retrieving(&workspace);
    let url = format!("{}/v1/retrieve/{generation}", retrieving.base());
    let refused = agent.post(url).send([].as_slice());
    assert_eq!(refused.expect("an answer").status(), 415);
    server.metrics() + &retrieving.metrics() + &scrape_of_the_rest(&workspace)
}

/// A server of private retrieval.
fn retrieving(workspace: &Workspace) -> Server {
    let key = load_key(&[workspace.path().join("key")]).expect("a key");
    let evaluator = format!("https://evaluator.example.kz={}", key.public_key());
    let directory = workspace.index();
    let directory = directory.to_str().expect("a path");
    let role = ["--role", "ranges", "--retrieve", "--index", directory];
    let more = ["--evaluator", &evaluator, "--admin", "127.0.0.1:0"];
    Server::start_bare(&[&role[..], &more].concat())
}

/// What a server says that has a store, a certificate, passwords and a public log.
fn scrape_of_the_rest(workspace: &Workspace) -> String {
    let path = |name: &str| workspace.argument(name);
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    fs::write(path("cert.pem"), cert.pem()).expect("a file");
    fs::write(path("cert.key"), signing_key.serialize_pem()).expect("a file");
    fs::set_permissions(path("cert.key"), Permissions::from_mode(0o600)).expect("a mode");
    let store = format!("file://{}", path("store"));
    fs::create_dir(path("store")).expect("a folder");
    let _ = workspace.run_ok(&["push", "--to", &store]);
    let server = Server::start(
        workspace,
        &[
            "--admin",
            "127.0.0.1:0",
            "--index",
            &store,
            "--index-cache",
            &path("cache"),
            "--tls-cert",
            &path("cert.pem"),
            "--tls-key",
            &path("cert.key"),
            "--passwords",
            &path("none.bin"),
            "--public-log",
            &path("none.log"),
        ],
    );
    wait_until("it does not look at the store", || server.is_met("store"));
    server.metrics()
}

#[test]
fn every_metric_that_alerts_and_dashboard_name_is_one_that_the_server_has() {
    let printed = scrape();
    let names: BTreeSet<&str> = metrics_in(&printed);
    for text in [alerts().0, dashboard()] {
        let asked = metrics_in(&text);
        assert!(asked.len() > 5);
        let unknown: Vec<_> = asked.difference(&names).collect();
        assert!(unknown.is_empty(), "{unknown:?} in none of:\n{printed}");
        for label in ["condition", "outcome", "result", "route"] {
            let unknown: Vec<_> = values_of(label, &text)
                .into_iter()
                .filter(|value| !printed.contains(&format!("{label}=\"{value}\"")))
                .collect();
            assert!(
                unknown.is_empty(),
                "{label} {unknown:?} in none of:\n{printed}"
            );
        }
    }
}

#[test]
fn the_page_for_operators_says_what_to_do_about_each_alert() {
    let page = packaged("../OPERATING.md");
    let (_, names) = alerts();
    assert!(names.len() > 5);
    for name in names {
        assert!(page.contains(&format!("**{name}**")), "{name}");
    }
}
