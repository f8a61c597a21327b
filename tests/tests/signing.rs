//! A signature covers every byte and cannot be forged, according to the commands and to minisign.

use std::fs;
use std::io::Cursor;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use minisign::{PublicKeyBox, SignatureBox};
use serde_json::Value;
use tekser_tests::{Workspace, leaks};

const QUERY: &[u8] = b"iin:470316119230\n";

/// A workspace with an index of a public and a sealed breach, and a release key that is not encrypted.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches"), &["--no-recover"]);
    release_key(&workspace, "release.key");
    workspace
}

fn release_key(workspace: &Workspace, name: &str) {
    let _ = workspace.run_ok(&["release-keygen", "--no-passphrase", "--release-key", name]);
}

fn sign(workspace: &Workspace) -> Value {
    let printed = workspace.run_ok(&["sign", "--release-key", "release.key", "--json"]);
    serde_json::from_str(&printed).expect("JSON")
}

fn generation(workspace: &Workspace) -> PathBuf {
    workspace.index().join(workspace.current())
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("a text")
}

/// Puts another text in the place of a file that nobody may write to.
fn replace(path: &Path, text: &str) {
    fs::remove_file(path).expect("a file");
    fs::write(path, text).expect("a file");
}

#[test]
fn an_auditor_checks_a_signature_with_nothing_but_minisign() {
    let workspace = workspace();
    let _ = sign(&workspace);
    let statement = generation(&workspace).join("statement.json");
    let signature = text(&generation(&workspace).join("statement.json.minisig"));
    let public = text(&workspace.path().join("release.key.pub"));
    let public = PublicKeyBox::from_string(&public).and_then(PublicKeyBox::into_public_key);
    let signature = SignatureBox::from_string(&signature).expect("a signature");
    let data = Cursor::new(text(&statement));
    let public = public.expect("a public key");
    minisign::verify(&public, &signature, data, true, false, false).expect("it holds");
    let mode = fs::metadata(&statement)
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o444);
}

#[test]
fn the_statement_says_what_the_files_hold_and_no_more_of_the_sealed_one_than_its_root() {
    let workspace = workspace();
    let _ = sign(&workspace);
    let statement = text(&generation(&workspace).join("statement.json"));
    let statement: Value = serde_json::from_str(&statement).expect("JSON");
    let verified = workspace.run_ok(&["verify", "--json"]);
    let verified: Value = serde_json::from_str(&verified).expect("JSON");
    let stats = workspace.run_ok(&["stats", "--json", "--public"]);
    let stats: Value = serde_json::from_str(&stats).expect("JSON");
    assert_eq!(statement["generation"], workspace.current());
    assert_eq!(statement["root"], verified["files"][0]["root"]);
    assert_eq!(statement["rows"], verified["files"][0]["rows"]);
    assert_eq!(statement["sealed_root"], verified["files"][1]["root"]);
    assert_eq!(statement["identifiers"], stats["identifiers"]);
    let members: Vec<&String> = statement.as_object().expect("an object").keys().collect();
    assert_eq!(
        members,
        [
            "bucket_bits",
            "built_at",
            "catalogue",
            "expires",
            "format",
            "generation",
            "identifiers",
            "key_id",
            "normalisation",
            "prefix_bits",
            "range_bytes",
            "root",
            "rows",
            "sealed_root",
            "service",
            "statement",
            "suite",
        ]
    );
}

#[test]
fn who_trusts_a_key_is_answered_from_what_its_holder_signed_and_from_nothing_else() {
    let workspace = workspace();
    release_key(&workspace, "stranger.key");
    let trusting = ["lookup", "--json", "--trust", "release.key.pub"];
    let printed = workspace.refused(&trusting, QUERY);
    assert!(printed.contains("is not signed"), "{printed}");
    let _ = sign(&workspace);
    let found = workspace.run(&trusting, QUERY);
    assert!(String::from_utf8_lossy(&found.stdout).contains("\"found\""));
    let word = text(&workspace.path().join("release.key.pub"));
    let word = word.lines().nth(1).expect("a key");
    let both = [
        "verify",
        "--json",
        "--trust",
        "stranger.key.pub",
        "--trust",
        word,
    ];
    let verified: Value = serde_json::from_str(&workspace.run_ok(&both)).expect("JSON");
    assert!(verified["signed_by"].is_string(), "{verified}");
    let printed = workspace.refused(&["lookup", "--trust", "stranger.key.pub"], QUERY);
    assert!(printed.contains("not among those trusted"), "{printed}");
}

#[test]
fn a_swapped_or_changed_statement_is_refused() {
    let workspace = workspace();
    let _ = sign(&workspace);
    let first = generation(&workspace);
    workspace.build(&leaks().join("breaches/school-2025"), &[]);
    let trusting = ["lookup", "--trust", "release.key.pub"];
    for file in ["statement.json", "statement.json.minisig"] {
        fs::copy(first.join(file), generation(&workspace).join(file)).expect("a copy");
    }
    let printed = workspace.refused(&trusting, QUERY);
    assert!(
        printed.contains("does not belong to this index: generation differs"),
        "{printed}"
    );
    let signed = sign(&workspace);
    let statement = generation(&workspace).join("statement.json");
    let root = signed["root"].as_str().expect("a root");
    replace(&statement, &text(&statement).replace(root, &"0".repeat(64)));
    let printed = workspace.refused(&trusting, QUERY);
    assert!(printed.contains("is invalid"), "{printed}");
}

#[test]
fn nothing_is_signed_that_does_not_verify_or_during_a_write() {
    let workspace = workspace();
    let lock = fs::File::open(workspace.index().join("LOCK")).expect("a lock");
    lock.lock().expect("locked");
    let signing = ["sign", "--release-key", "release.key"];
    let printed = workspace.refused(&signing, b"");
    assert!(printed.contains("another process is writing"), "{printed}");
    drop(lock);
    let public = generation(&workspace).join("public.idx");
    let mut bytes = fs::read(&public).expect("an index");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::remove_file(&public).expect("a file");
    fs::write(&public, bytes).expect("a file");
    let printed = workspace.refused(&signing, b"");
    assert!(printed.contains("nothing was signed"), "{printed}");
    assert!(!generation(&workspace).join("statement.json").exists());
}

/// A file with a passphrase that only its owner can read.
fn passphrase(workspace: &Workspace, name: &str, word: &str) {
    let path = workspace.path().join(name);
    fs::write(&path, word).expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a mode");
}

#[test]
fn a_passphrase_opens_keys_of_both_sorts_and_a_wrong_one_is_reported_as_such() {
    let workspace = Workspace::without_key();
    passphrase(&workspace, "right", "correct horse battery staple\n");
    passphrase(&workspace, "wrong", "battery staple\n");
    let right = ["--passphrase-file", "right"];
    let _ = workspace.run_ok(&[&["keygen", "--passphrase"], &right[..]].concat());
    let _ = workspace.run_ok(
        &[
            &["release-keygen", "--release-key", "release.key"],
            &right[..],
        ]
        .concat(),
    );
    for file in ["key", "release.key"] {
        let secret = text(&workspace.path().join(file));
        assert!(
            secret.contains("ENCRYPTED") || secret.contains("encrypted"),
            "{file}"
        );
    }
    workspace.build(&leaks().join("breaches/school-2025"), &right);
    let signing = ["sign", "--release-key", "release.key", "--passphrase-file"];
    for command in [&signing[..], &["lookup", "--passphrase-file"]] {
        let printed = workspace.refused(&[command, &["wrong"]].concat(), QUERY);
        assert!(printed.contains("wrong passphrase"), "{printed}");
        assert!(!printed.contains("staple"), "{printed}");
    }
    let reshare = [
        "reshare",
        "--output",
        "plain",
        "--shares",
        "2",
        "--no-passphrase",
    ];
    let _ = workspace.run_ok(&[&reshare[..], &right].concat());
    let plain = ["lookup", "--json", "--key", "plain.1", "--key", "plain.2"];
    let found = workspace.run(&[&plain[..], &right].concat(), QUERY);
    assert!(String::from_utf8_lossy(&found.stdout).contains("\"found\":true"));
}

#[test]
fn a_public_log_takes_each_generation_once_and_notices_what_was_never_logged() {
    let workspace = workspace();
    let _ = sign(&workspace);
    let log = ["log", "--log", "public.log"];
    let check = ["log", "--log", "public.log", "--check", "--json"];
    let _ = workspace.run_ok(&log);
    let once = text(&workspace.path().join("public.log"));
    assert!(workspace.run_ok(&log).contains("line 1, already"));
    assert_eq!(text(&workspace.path().join("public.log")), once);
    workspace.build(&leaks().join("breaches/school-2025"), &[]);
    let printed = workspace.refused(&check, b"");
    assert!(printed.contains("is not in public.log"), "{printed}");
    assert!(workspace.run_ok(&log).contains("line 2, appended"));
    let checked: Value = serde_json::from_str(&workspace.run_ok(&check)).expect("JSON");
    assert_eq!(checked["lines"], 2);
    let changed = text(&workspace.path().join("public.log")).replacen("\"rows\":", "\"rows\":1", 1);
    fs::write(workspace.path().join("public.log"), changed).expect("a log");
    for refusing in [&log[..], &check] {
        let printed = workspace.refused(refusing, b"");
        assert!(
            printed.contains("line 2: it does not hold the hash"),
            "{printed}"
        );
    }
}

#[test]
fn who_names_a_key_has_nothing_logged_that_its_holder_did_not_sign() {
    let workspace = workspace();
    release_key(&workspace, "stranger.key");
    let log = ["log", "--log", "public.log", "--trust", "release.key.pub"];
    let message = workspace.refused(&log, b"");
    assert!(message.contains("is not signed"), "{message}");
    let _ = workspace.run_ok(&["sign", "--release-key", "stranger.key"]);
    let message = workspace.refused(&log, b"");
    assert!(message.contains("not among those trusted"), "{message}");
    assert!(!workspace.path().join("public.log").exists());
    let message = workspace.refused(&["sign", "--release-key", "release.key"], b"");
    assert!(
        message.contains("signed with another release key") && message.contains("--replace"),
        "{message}"
    );
    let _ = workspace.run_ok(&["sign", "--release-key", "release.key", "--replace"]);
    let signed = sign(&workspace);
    let logged = workspace.run_ok(&[&log[..], &["--json"]].concat());
    let logged: Value = serde_json::from_str(&logged).expect("JSON");
    assert_eq!(logged["signed_by"], signed["signed_by"]);
    workspace.build(&leaks().join("breaches/school-2025"), &[]);
    let message = workspace.run_ok(&["log", "--log", "public.log"]);
    assert!(
        message.contains("line 2, appended") && message.contains("not signed"),
        "{message}"
    );
    let _ = workspace.run_ok(&["log", "--log", "public.log", "--check"]);
    let message = workspace.refused(&[&log[..], &["--check"]].concat(), b"");
    assert!(
        message.contains("line 2") && message.contains("is not signed"),
        "{message}"
    );
}

#[test]
fn an_unchecked_signature_is_reported_as_such() {
    let workspace = workspace();
    let _ = sign(&workspace);
    let printed = workspace.run_ok(&["log", "--log", "public.log"]);
    assert!(
        printed.contains("not checked: name the key with --trust"),
        "{printed}"
    );
}

fn service(workspace: &Workspace) -> PathBuf {
    workspace.path().join("service.toml")
}

#[test]
fn who_evaluates_is_signed_and_taken_over_from_the_statement_before() {
    let workspace = workspace();
    let said = text(&service(&workspace));
    fs::remove_file(service(&workspace)).expect("a file");
    let printed = workspace.refused(&["sign", "--release-key", "release.key"], b"");
    assert!(printed.contains("say it with --service FILE"), "{printed}");
    fs::write(service(&workspace), said).expect("a file");
    let _ = sign(&workspace);
    let statement = || -> Value {
        let statement = text(&generation(&workspace).join("statement.json"));
        serde_json::from_str(&statement).expect("JSON")
    };
    let first = statement();
    assert_eq!(first["service"]["ranges"], "Ministry");
    assert_eq!(first["service"]["evaluators"][0]["url"], "/v1/evaluate");
    fs::remove_file(service(&workspace)).expect("a file");
    workspace.build(&leaks().join("breaches/school-2025"), &[]);
    let _ = sign(&workspace);
    assert_ne!(statement()["generation"], first["generation"]);
    assert_eq!(statement()["service"], first["service"]);
}

#[test]
fn a_service_that_clients_would_not_ask_is_not_signed() {
    let workspace = workspace();
    let said = text(&service(&workspace));
    for (old, new, why) in [
        ("url = \"/v1", "url = \"http://example.kz/v1", "not https"),
        ("url = \"/v1", "url = \"ftp://127.0.0.1/v1", "not https"),
        ("\"Ministry\"", "\"\"", "a name of an institution"),
        ("\"Ministry\"", "\"Ministry\"\nlater = 1", "does not know"),
        (
            "\"Ministry\"",
            "\"Ministry\"\nretrieval = { servers = [] }",
            "needs 2 to 5 servers",
        ),
        ("public_key = \"", "public_key = \"00", "do not add up"),
        ("[[evaluators]]", "[[evaluator]]", "who runs the service"),
    ] {
        assert!(said.contains(old), "{old}");
        fs::write(service(&workspace), said.replace(old, new)).expect("a file");
        let printed = workspace.refused(&["sign", "--release-key", "release.key"], b"");
        assert!(printed.contains(why), "{new}: {printed}");
        assert!(!generation(&workspace).join("statement.json").exists());
    }
}

#[test]
fn a_statement_is_renewed_without_the_index_and_the_log_knows_it_again() {
    let workspace = workspace();
    let renew = [
        "sign",
        "--renew",
        "--release-key",
        "release.key",
        "--valid-days",
    ];
    let printed = workspace.refused(&[&renew[..], &["90"]].concat(), b"");
    assert!(printed.contains("sign it without --renew"), "{printed}");
    let _ = sign(&workspace);
    let log = [
        "log",
        "--log",
        "public.log",
        "--json",
        "--trust",
        "release.key.pub",
    ];
    let logged = |expected: &str| {
        let printed: Value = serde_json::from_str(&workspace.run_ok(&log)).expect("JSON");
        assert_eq!(printed["result"], expected);
    };
    let first = workspace.run_ok(&log);
    let path = generation(&workspace).join("statement.json");
    let before: Value = serde_json::from_str(&text(&path)).expect("JSON");
    let away = workspace.path().join("away");
    let files = ["public.idx", "sealed.idx"];
    fs::create_dir(&away).expect("a folder");
    for file in files {
        fs::rename(generation(&workspace).join(file), away.join(file)).expect("a file");
    }
    let _ = workspace.run_ok(&[&renew[..], &["90"]].concat());
    for file in files {
        fs::rename(away.join(file), generation(&workspace).join(file)).expect("a file");
    }
    let mut after: Value = serde_json::from_str(&text(&path)).expect("JSON");
    assert!(after["expires"].as_str() > before["expires"].as_str());
    after["expires"] = before["expires"].clone();
    assert_eq!(after, before);
    let _ = workspace.run_ok(&["verify", "--trust", "release.key.pub"]);
    let printed: Value = serde_json::from_str(&first).expect("JSON");
    assert_eq!(printed["line"], 1);
    logged("already");
}
