//! The service for owners as a process: under load, killed, restarted and checked, it shows each person their own leaks.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use exposure_index::audit::{Pseudonyms, Requester, each_line, owner_name};
use exposure_index::oprf::load_offline_key;
use rustix::process::Signal;
use serde_json::{Value, json};
use tekser_test_kit::with_check_digit;
use tekser_tests::{
    IdentityProvider, OwnersBrowser, Server, Workspace, owners_table, server, wait_until,
    write_breach, write_owners_site,
};

const IINS: &str = "path = \"list.csv\"\nformat = \"csv\"\n[file.columns]\niin = { identifier = \"iin\" }\n\
                    diagnosis = { class = \"health-data\" }";
const PEOPLE: usize = 12;

/// An index in which each person is in a sensitive leak of their own, and what serves it.
struct Scene {
    workspace: Workspace,
    provider: IdentityProvider,
}

impl Scene {
    fn new() -> Self {
        let workspace = Workspace::new();
        let breaches = workspace.path().join("breaches");
        let names = IINS.replace(
            "diagnosis = { class = \"health-data\" }",
            "name = { class = \"names\" }",
        );
        let list_of_names = format!("iin,name\n{},N\n", iin(PEOPLE));
        let files: [(&str, &[u8]); 1] = [("list.csv", list_of_names.as_bytes())];
        write_breach(&breaches, "public", &names, &files);
        for place in 0..PEOPLE {
            let list = list(place);
            let files: [(&str, &[u8]); 1] = [("list.csv", list.as_bytes())];
            let folder = write_breach(&breaches, &format!("clinic-{place}"), IINS, &files);
            let description = folder.join("breach.toml");
            let text = fs::read_to_string(&description).expect("a description");
            fs::write(description, format!("sensitive = true\n{text}")).expect("a description");
        }
        workspace.build(&breaches, &[]);
        write_owners_site(&workspace.path().join("site"));
        let scene = Self {
            workspace,
            provider: IdentityProvider::start(),
        };
        let secret = scene.workspace.path().join("client-secret");
        fs::write(&secret, "a secret\n").expect("a secret");
        make_private(&secret);
        let table = owners_table(&scene.provider, &scene.audit());
        let settings = format!("role = \"owners\"\ntrusted-proxy = \"127.0.0.1\"\n{table}");
        fs::write(scene.workspace.path().join("owners.toml"), settings).expect("settings");
        scene
    }

    fn audit(&self) -> PathBuf {
        self.workspace.path().join("owners-audit.log")
    }

    fn arguments(&self) -> Vec<String> {
        let files = [
            "config",
            "index",
            "key",
            "offline-key",
            "client-secret",
            "site",
        ];
        let names = [
            "owners.toml",
            "index",
            "key",
            "offline.key",
            "client-secret",
            "site",
        ];
        let pairs = files.into_iter().zip(names);
        pairs
            .flat_map(|(flag, name)| [format!("--{flag}"), self.workspace.argument(name)])
            .collect()
    }

    fn serve(&self) -> Server {
        let arguments = self.arguments();
        Server::start_bare(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Runs the server's program with these settings behind `words`, until it ends by itself.
    fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new(server());
        command.args(words).args(self.arguments());
        command.output().expect("the program starts")
    }

    /// Signs a person in and has them look at their answer until the service is gone. Returns the browser.
    fn look_until_gone(&self, base: &str, place: usize, shown: &AtomicUsize) -> OwnersBrowser {
        let mut browser = OwnersBrowser::new(base, place);
        if browser.sign_in(&self.provider, &person(place)).is_err() {
            return browser;
        }
        // Fewer than a session may have.
        for _ in 0..90 {
            let Ok(page) = browser.answer() else { break };
            assert_eq!(page, format!("answer: clinic-{place} "));
            shown.fetch_add(1, Ordering::Relaxed);
        }
        browser
    }
}

fn make_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("a mode");
}

/// The IIN of nobody.
fn iin(place: usize) -> String {
    let mut valid = (5001..6000).filter_map(|serial| with_check_digit(&format!("3601121{serial}")));
    valid.nth(place).expect("an IIN")
}

fn list(place: usize) -> String {
    format!("iin,diagnosis\n{},J06\n", iin(place))
}

fn person(place: usize) -> Value {
    json!({"sub": format!("person-{place}"), "iin": iin(place)})
}

#[test]
fn nobody_sees_anothers_leaks_however_often_the_service_is_killed_and_each_answer_is_recorded() {
    let scene = Scene::new();
    let shown: [AtomicUsize; PEOPLE] = Default::default();
    let mut kept: Vec<OwnersBrowser> = Vec::new();
    for round in 0..3 {
        let mut server = scene.serve();
        let base = server.base().to_owned();
        for (place, browser) in kept.drain(..).enumerate() {
            let page = browser.moved_to(&base).answer().expect("a page");
            assert_eq!(page, "failed expired", "{place} in round {round}");
        }
        kept = thread::scope(|scope| {
            let visits: Vec<_> = shown
                .iter()
                .enumerate()
                .map(|(place, shown)| {
                    scope.spawn({
                        let (scene, base) = (&scene, &base);
                        move || scene.look_until_gone(base, place, shown)
                    })
                })
                .collect();
            let before: usize = shown.iter().map(|one| one.load(Ordering::Relaxed)).sum();
            wait_until("too few answers were shown", || {
                let now: usize = shown.iter().map(|one| one.load(Ordering::Relaxed)).sum();
                now >= before + 5 * PEOPLE
            });
            thread::sleep(Duration::from_millis(50));
            server.signal(Signal::KILL);
            server.wait();
            let browsers = visits
                .into_iter()
                .map(|visit| visit.join().expect("a visit"));
            browsers.collect()
        });
    }
    let mut recorded = BTreeMap::<String, usize>::new();
    each_line(&scene.audit(), |line| {
        let Requester::Owner { pseudonym } = line.by else {
            panic!("only owners ask here")
        };
        *recorded
            .entry(format!("{}{pseudonym}", &line.at[..7]))
            .or_default() += 1;
    })
    .expect("a valid audit");
    let offline_key = scene.workspace.path().join("offline.key");
    let offline_key = load_offline_key(&offline_key, &|_| Err("none".to_owned())).expect("a key");
    let pseudonyms = Pseudonyms::new(&offline_key);
    let months: Vec<&str> = recorded.keys().map(|key| &key[..7]).collect();
    for (place, shown) in shown.iter().enumerate() {
        let name = owner_name(scene.provider.issuer(), &format!("person-{place}"));
        let mut own: Vec<String> = months
            .iter()
            .map(|month| {
                let at = format!("{month}-01T00:00:00Z").parse().expect("a time");
                format!("{month}{}", pseudonyms.of(&name, at))
            })
            .collect();
        own.dedup();
        let lines: usize = own.iter().filter_map(|key| recorded.get(key)).sum();
        let shown = shown.load(Ordering::Relaxed);
        // Each kill may come between a line and its answer.
        assert!(
            (shown..=shown + 3).contains(&lines),
            "{place}: {shown} shown, {lines} lines"
        );
    }
}

#[test]
fn settings_are_checked_while_the_service_runs_and_a_second_one_is_refused() {
    let scene = Scene::new();
    let text = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let before = scene.run(&["check-config"]);
    assert!(before.status.success(), "{}", text(&before));
    assert!(!scene.audit().exists());
    let mut service = scene.serve();
    let mut browser = OwnersBrowser::new(service.base(), 0);
    browser
        .sign_in(&scene.provider, &person(0))
        .expect("signed in");
    assert_eq!(browser.answer().expect("a page"), "answer: clinic-0 ");
    let during = scene.run(&["check-config"]);
    assert!(during.status.success(), "{}", text(&during));
    assert!(
        text(&during).contains("has the audit open"),
        "{}",
        text(&during)
    );
    let second = scene.run(&[]);
    assert_eq!(second.status.code(), Some(1));
    assert!(
        text(&second).contains("another process"),
        "{}",
        text(&second)
    );
    assert_eq!(browser.answer().expect("a page"), "answer: clinic-0 ");
    assert!(service.stop().success());
}

#[test]
fn an_auditor_finds_the_lines_about_a_person_with_the_offline_key_alone() {
    let scene = Scene::new();
    let service = scene.serve();
    for (place, times) in [(0, 2), (1, 1)] {
        let mut browser = OwnersBrowser::new(service.base(), place);
        browser
            .sign_in(&scene.provider, &person(place))
            .expect("signed in");
        for _ in 0..times {
            browser.answer().expect("a page");
        }
    }
    let (audit, issuer) = (
        scene.workspace.argument("owners-audit.log"),
        scene.provider.issuer(),
    );
    let asked = ["audit", "--audit", &audit, "--issuer", issuer];
    let find = |more: &[&str]| {
        let words = [&asked[..], more].concat();
        let output = scene.workspace.run(&words, b"person-0\nperson-2\n");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("text")
    };
    let found: Vec<Value> = find(&["--json"])
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(found[0]["lines"].as_array().map(Vec::len), Some(2));
    assert_eq!(found[0]["lines"][0]["number"], 1);
    assert_eq!(found[1], json!({"person": 2, "lines": []}));
    assert_eq!(found[2], json!({"about_others": 1}));
    let text = find(&[]);
    assert!(
        text.starts_with("1. 2 lines\n   line 1, 20") && !text.contains("person-0"),
        "{text}"
    );
    // Under another offline key everybody is another person.
    let _ = scene
        .workspace
        .run_ok(&["keygen", "--key", "other", "--offline-key", "other.key"]);
    let other = find(&[
        "--json",
        "--offline-key",
        &scene.workspace.argument("other.key"),
    ]);
    assert!(other.ends_with("{\"about_others\":3}\n"), "{other}");
    let refused = scene
        .workspace
        .run(&["audit", "--audit", &audit, "person-0"], b"");
    assert_eq!(refused.status.code(), Some(2));
    assert!(!String::from_utf8_lossy(&refused.stderr).contains("person-0"));
}

#[test]
fn a_copied_line_shows_that_an_audit_was_rewritten() {
    let scene = Scene::new();
    let service = scene.serve();
    let mut browser = OwnersBrowser::new(service.base(), 0);
    browser
        .sign_in(&scene.provider, &person(0))
        .expect("signed in");
    let look = |browser: &mut OwnersBrowser| drop(browser.answer().expect("a page"));
    look(&mut browser);
    let audit = scene.workspace.argument("owners-audit.log");
    fs::copy(&audit, scene.workspace.path().join("last-line")).expect("a copy");
    look(&mut browser);
    drop(service);
    let copied = scene.workspace.argument("last-line");
    let check = ["audit", "--audit", &audit, "--contains", &copied];
    let text = scene.workspace.run_ok(&check);
    assert_eq!(
        text,
        "2 lines, each bound to the one before: 0 look-ups by staff, 2 answers to owners\n"
    );
    fs::remove_file(&audit).expect("removed");
    let service = scene.serve();
    let mut browser = OwnersBrowser::new(service.base(), 1);
    browser
        .sign_in(&scene.provider, &person(1))
        .expect("signed in");
    look(&mut browser);
    let refusal = scene.workspace.refused(&check, b"");
    assert!(refusal.contains("rewritten"), "{refusal}");
    fs::write(&audit, "{}\n").expect("written");
    let refusal = scene.workspace.refused(&["audit", "--audit", &audit], b"");
    assert!(refusal.contains("line 1"), "{refusal}");
}
