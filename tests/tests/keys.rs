//! A key opens only its own index, is never overwritten, and is never shown.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use tekser_tests::{Server, Workspace, leaks, server};

const QUERY: &[u8] = b"iin:470316119230\n";

fn school() -> String {
    let school = leaks().join("breaches/school-2025");
    school.to_str().expect("a path").to_owned()
}

/// The value of a line `NAME: VALUE` of a key file.
fn field(workspace: &Workspace, file: &str, name: &str) -> String {
    let text = fs::read_to_string(workspace.path().join(file)).expect("a key file");
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.expect("the field")
        .trim_start_matches(':')
        .trim()
        .to_owned()
}

fn key_id(keygen: &str) -> String {
    let keygen: serde_json::Value = serde_json::from_str(keygen).expect("JSON");
    keygen["key_id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_wrong_key_is_reported_as_one_and_not_as_an_identifier_in_no_leak() {
    let workspace = Workspace::without_key();
    let right = key_id(&workspace.run_ok(&["keygen", "--json"]));
    let wrong = key_id(&workspace.run_ok(&["keygen", "--json", "--key", "wrong"]));
    let _ = workspace.run_ok(&["build", &school()]);
    for arguments in [
        &["lookup", "--key", "wrong"][..],
        &["lookup", "--json", "--public", "--key", "wrong"],
    ] {
        let reply = workspace.refused(arguments, QUERY);
        assert!(reply.contains("wrong key"), "{reply}");
        assert!(reply.contains(&right) && reply.contains(&wrong), "{reply}");
    }
}

#[test]
fn all_shares_open_an_index_and_none_may_be_missing() {
    let workspace = Workspace::without_key();
    let _ = workspace.run_ok(&["keygen", "--shares", "3"]);
    let all = ["--key", "key.1", "--key", "key.2", "--key", "key.3"];
    let _ = workspace.run_ok(&[&["build", &school()], &all[..]].concat());
    let found = workspace.run(&[&["lookup", "--json"], &all[..]].concat(), QUERY);
    assert!(found.status.success());
    assert!(String::from_utf8_lossy(&found.stdout).contains("\"found\":true"));
    for command in [&["lookup"][..], &["build", &school()]] {
        let reply = workspace.refused(&[command, &all[..4]].concat(), QUERY);
        assert!(reply.contains("2 of 3 key shares"), "{reply}");
        let twice = [&all[..4], &all[..2]].concat();
        let reply = workspace.refused(&[command, &twice[..]].concat(), QUERY);
        assert!(reply.contains("share 1 was given twice"), "{reply}");
    }
}

#[test]
fn new_shares_open_the_old_index_and_no_mixture_of_old_and_new_does() {
    let workspace = Workspace::without_key();
    let old = key_id(&workspace.run_ok(&["keygen", "--shares", "2", "--json"]));
    let (first, second) = (["--key", "key.1"], ["--key", "key.2"]);
    let old_shares = [first, second].concat();
    let _ = workspace.run_ok(&[&["build", &school()], &old_shares[..]].concat());
    let reshare = ["reshare", "--output", "new", "--shares", "2", "--json"];
    let new = workspace.run_ok(&[&reshare[..], &old_shares].concat());
    assert_eq!(key_id(&new), old);
    let lookup =
        |one: &'static str, two: &'static str| ["lookup", "--json", "--key", one, "--key", two];
    let found = workspace.run(&lookup("new.1", "new.2"), QUERY);
    assert!(String::from_utf8_lossy(&found.stdout).contains("\"found\":true"));
    let reply = workspace.refused(&lookup("key.1", "new.2"), QUERY);
    assert!(reply.contains("different splits"), "{reply}");
    let reply = workspace.refused(&[&reshare[..], &old_shares].concat(), b"");
    assert!(reply.contains("exists already"), "{reply}");
}

#[test]
fn the_public_parts_of_a_key_are_shown_and_nothing_else() {
    let workspace = Workspace::without_key();
    let reply: serde_json::Value =
        serde_json::from_str(&workspace.run_ok(&["keygen", "--shares", "2", "--json"]))
            .expect("JSON");
    let shown = workspace.run_ok(&["key", "show", "key.2"]);
    let machine = workspace.run_ok(&["key", "show", "--json", "key.2"]);
    let read: serde_json::Value = serde_json::from_str(&machine).expect("JSON");
    assert_eq!(read["share_public_key"], reply["public_keys"][1]);
    assert_eq!(read["key_id"], reply["key_id"]);
    assert!(shown.contains("share       2 of 2"), "{shown}");
    let secret = field(&workspace, "key.2", "secret");
    assert!(!shown.contains(&secret) && !machine.contains(&secret));
    fs::set_permissions(
        workspace.path().join("key.1"),
        fs::Permissions::from_mode(0o644),
    )
    .expect("a mode");
    let reply = workspace.refused(&["key", "show", "key.1"], b"");
    assert!(reply.contains("chmod 600"), "{reply}");
}

#[test]
fn shares_of_another_split_are_refused() {
    let workspace = Workspace::without_key();
    let _ = workspace.run_ok(&["keygen", "--shares", "2"]);
    let _ = workspace.run_ok(&["keygen", "--shares", "2", "--key", "other"]);
    let reply = workspace.refused(
        &["build", &school(), "--key", "key.1", "--key", "other.2"],
        b"",
    );
    assert!(reply.contains("different keys"), "{reply}");
    assert!(!workspace.index().exists());
}

#[test]
fn shares_may_come_by_environment() {
    let workspace = Workspace::without_key();
    let _ = workspace.run_ok(&["keygen", "--shares", "2"]);
    let built = workspace
        .command()
        .args(["build", &school()])
        .env("TEKSER_KEY", "key.1:key.2")
        .output()
        .expect("a build");
    assert!(built.status.success());
}

#[test]
fn a_key_that_others_may_read_is_refused_with_the_cure() {
    let workspace = Workspace::new();
    let key = workspace.path().join("key");
    for mode in [0o644, 0o640, 0o602] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).expect("a mode");
        let reply = workspace.refused(&["build", &school()], b"");
        assert!(
            reply.contains(&format!("mode {mode:04o}")) && reply.contains("chmod 600"),
            "{reply}"
        );
    }
    assert!(!workspace.index().exists());
}

/// Runs the indexer with the key that evaluators hold and without the offline key.
fn without_offline_key(workspace: &Workspace, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = workspace.command();
    command.args(arguments).env_remove("TEKSER_OFFLINE_KEY");
    let requests = workspace.path().join("requests");
    fs::write(&requests, QUERY).expect("written");
    command.stdin(fs::File::open(requests).expect("a file"));
    let output = command.output().expect("ended");
    let [printed, complaint] =
        [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("text"));
    (output.status.code(), printed, complaint)
}

#[test]
fn the_key_that_evaluators_hold_opens_no_sealed_file() {
    let workspace = Workspace::new();
    let clinic = leaks().join("breaches/clinic-2023");
    let clinic = clinic.to_str().expect("a path");
    let (code, _, complaint) = without_offline_key(&workspace, &["build", clinic]);
    assert_eq!(code, Some(1), "{complaint}");
    assert!(complaint.contains("--offline-key"), "{complaint}");
    let _ = workspace.run_ok(&["build", &school()]);
    let _ = workspace.run_ok(&["add", clinic]);
    for arguments in [
        &["lookup", "--json", "--reason", "a test"][..],
        &["query", "clinic-2023"],
        &["overlap"],
        &["report", "--format", "json"],
        &["compare", clinic],
        &["diff"],
        &["remove", "clinic-2023"],
    ] {
        let (code, printed, complaint) = without_offline_key(&workspace, arguments);
        assert_eq!(code, Some(1), "{arguments:?}: {printed}{complaint}");
        assert!(complaint.contains("--offline-key"), "{complaint}");
        assert!(printed.is_empty(), "{arguments:?}");
    }
    for arguments in [
        &["lookup", "--json", "--public"][..],
        &["query", "--public", "school-2025"],
        &["report", "--format", "json", "--public"],
        &["verify"],
        &["stats"],
        &["generations"],
    ] {
        let (code, _, complaint) = without_offline_key(&workspace, arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {complaint}");
    }
    let (_, printed, _) = without_offline_key(&workspace, &["lookup", "--json", "--public"]);
    assert!(
        printed.contains("school-2025") && !printed.contains("clinic-2023"),
        "{printed}"
    );
    let found = workspace.run(&["lookup", "--json"], QUERY);
    assert!(String::from_utf8_lossy(&found.stdout).contains("clinic-2023"));
}

#[test]
fn the_offline_key_is_made_with_a_key_or_alone_and_stays_when_another_key_is_made() {
    let workspace = Workspace::without_key();
    let offline = workspace.path().join("offline.key");
    let made: serde_json::Value =
        serde_json::from_str(&workspace.run_ok(&["keygen", "--json"])).expect("JSON");
    assert!(made["offline_key_id"].is_string(), "{made}");
    let before = fs::read(&offline).expect("an offline key");
    let mode = fs::metadata(&offline)
        .expect("metadata")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let again = workspace.run_ok(&["keygen", "--key", "other"]);
    assert!(again.contains("stays       "), "{again}");
    assert_eq!(fs::read(&offline).expect("an offline key"), before);
    let mut alone = workspace.command();
    alone
        .args(["keygen", "--offline-key", "alone"])
        .env_remove("TEKSER_KEY");
    assert!(alone.output().is_ok_and(|output| output.status.success()));
    assert!(workspace.path().join("alone").exists());
}

#[test]
fn a_passphrase_that_is_given_encrypts_every_key_that_is_written() {
    let workspace = Workspace::without_key();
    let passphrase = workspace.path().join("passphrase");
    fs::write(&passphrase, "correct horse battery staple\n").expect("a file");
    fs::set_permissions(&passphrase, fs::Permissions::from_mode(0o600)).expect("a mode");
    let passphrase = ["--passphrase-file", "passphrase"];
    let is_encrypted = |file: &str| {
        let text = fs::read_to_string(workspace.path().join(file)).expect("a key file");
        text.contains("ENCRYPTED")
    };
    let _ = workspace.run_ok(&[&["keygen"], &passphrase[..]].concat());
    assert!(is_encrypted("key"));
    let reshare = ["reshare", "--shares", "2", "--output"];
    let _ = workspace.run_ok(&[&reshare[..], &["new"], &passphrase].concat());
    assert!(is_encrypted("new.1") && is_encrypted("new.2"));
    let plain = ["plain", "--no-passphrase"];
    let _ = workspace.run_ok(&[&reshare[..], &plain, &passphrase].concat());
    assert!(!is_encrypted("plain.1"));
}

#[test]
fn a_key_is_never_overwritten() {
    let workspace = Workspace::new();
    let key = workspace.path().join("key");
    let before = fs::read(&key).expect("a key");
    let reply = workspace.refused(&["keygen"], b"");
    assert!(reply.contains("exists already"), "{reply}");
    assert_eq!(fs::read(&key).expect("a key"), before);
    fs::write(workspace.path().join("new.2"), "something else").expect("a file");
    let _ = workspace.refused(&["keygen", "--shares", "2", "--key", "new"], b"");
    assert!(
        !workspace.path().join("new.1").exists(),
        "half a key was written"
    );
    std::os::unix::fs::symlink(&key, workspace.path().join("link")).expect("a link");
    let _ = workspace.refused(&["keygen", "--key", "link"], b"");
    std::os::unix::fs::symlink("nowhere", workspace.path().join("dangling")).expect("a link");
    let _ = workspace.refused(&["keygen", "--key", "dangling"], b"");
    assert!(!workspace.path().join("nowhere").exists());
}

/// Writes a byte order mark before the text, as some editors do.
fn put_byte_order_mark(workspace: &Workspace, file: &str) {
    let path = workspace.path().join(file);
    let text = fs::read(&path).expect("a file");
    fs::write(&path, [&b"\xef\xbb\xbf"[..], &text].concat()).expect("written");
}

#[test]
fn a_byte_order_mark_before_a_key_or_a_passphrase_is_not_part_of_it() {
    let workspace = Workspace::new();
    let passphrase = workspace.path().join("passphrase");
    fs::write(&passphrase, "correct horse battery staple\n").expect("a file");
    fs::set_permissions(&passphrase, fs::Permissions::from_mode(0o600)).expect("a mode");
    let opened = ["--passphrase-file", "passphrase"];
    let keygen = ["keygen", "--key", "locked", "--passphrase"];
    let _ = workspace.run_ok(&[&keygen[..], &opened].concat());
    let released = ["release-keygen", "--release-key", "release.key"];
    let _ = workspace.run_ok(&[&released[..], &opened].concat());
    let _ = workspace.run_ok(&["build", &school()]);
    for file in [
        "passphrase",
        "locked",
        "key",
        "release.key",
        "release.key.pub",
    ] {
        put_byte_order_mark(&workspace, file);
    }
    let _ = workspace.run_ok(&[&["key", "show", "locked"][..], &opened].concat());
    let _ = workspace.run_ok(&["key", "show", "key"]);
    let sign = ["sign", "--release-key", "release.key"];
    let _ = workspace.run_ok(&[&sign[..], &opened].concat());
    let trusted = workspace.argument("release.key.pub");
    let server = Server::start(&workspace, &["--trust", &trusted]);
    assert_eq!(server.generation(), workspace.current());
}

/// Whether no part of a message is repeated.
fn is_said_once(message: &str) -> bool {
    let mut parts: Vec<&str> = message.trim_end().split(": ").collect();
    let count = parts.len();
    parts.sort_unstable();
    parts.dedup();
    parts.len() == count && message.matches("os error").count() < 2
}

#[test]
fn no_message_repeats_a_cause() {
    let workspace = Workspace::new();
    let _ = workspace.run_ok(&["build", &school()]);
    for arguments in [
        &["lookup", "--key", "nowhere"][..],
        &["key", "show", "nowhere"],
        &["sign", "--release-key", "nowhere"],
        &["verify", "--index", "nowhere"],
        &["build", "nowhere"],
        &["passwords", "verify", "nowhere"],
        &["log", "--log", "nowhere/log"],
        &["man", "--output", "key"],
        &["verify", "--trust", "nowhere"],
    ] {
        let message = workspace.refused(arguments, QUERY);
        assert!(is_said_once(&message), "{arguments:?}: {message}");
    }
    for file in ["--key", "--index", "--trust", "--site", "--config"] {
        let own = ["--key", "--index"].map(|one| (one, workspace.argument(&one[2..])));
        let others = own.iter().filter(|(one, _)| *one != file);
        let output = Command::new(server())
            .args(others.flat_map(|(one, path)| [*one, path.as_str()]))
            .args([file, &workspace.argument("nowhere")])
            .output()
            .expect("the server ends");
        let message = String::from_utf8(output.stderr).expect("text");
        assert!(!output.status.success(), "{file}");
        let last = message.lines().last().unwrap_or_default();
        assert!(is_said_once(last), "{file}: {last}");
    }
}

#[test]
fn a_new_key_is_its_owners_alone() {
    let workspace = Workspace::without_key();
    let _ = workspace.run_ok(&["keygen", "--shares", "2"]);
    for file in ["key.1", "key.2"] {
        let metadata = fs::metadata(workspace.path().join(file)).expect("a key");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{file}");
    }
}

#[test]
fn no_command_prints_a_secret() {
    let workspace = Workspace::without_key();
    let mut reply = workspace.run(&["keygen", "-vvv", "--json"], b"");
    let secret = field(&workspace, "key", "secret");
    assert_eq!(secret.len(), 64);
    let mut outputs = vec![reply];
    for arguments in [
        &["build", "-vvv", &school()][..],
        &["lookup", "-vvv"],
        &["keygen", "-vvv"],
    ] {
        outputs.push(workspace.run(arguments, QUERY));
    }
    let key = fs::read_to_string(workspace.path().join("key")).expect("a key");
    let swapped: String = secret.chars().rev().collect();
    for (name, broken) in [
        ("cut", key[..key.len() - 9].to_owned()),
        ("swapped", key.replace(&secret, &swapped)),
        ("no-name", key.replace("secret: ", "")),
    ] {
        fs::write(workspace.path().join(name), broken).expect("a file");
        fs::set_permissions(
            workspace.path().join(name),
            fs::Permissions::from_mode(0o600),
        )
        .expect("a mode");
        reply = workspace.run(&["lookup", "-vvv", "--key", name], QUERY);
        assert_eq!(reply.status.code(), Some(1), "{name}");
        outputs.push(reply);
    }
    for output in outputs {
        let reply = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
        for part in [&secret[..16], &secret[32..48], &swapped[..16]] {
            assert!(!reply.contains(part), "{reply}");
        }
    }
}

#[test]
fn a_key_file_is_decrypted_in_a_script_and_no_secret_is_printed() {
    let workspace = Workspace::without_key();
    let passphrase = workspace.path().join("passphrase");
    fs::write(&passphrase, "correct horse\n").expect("written");
    fs::set_permissions(&passphrase, fs::Permissions::from_mode(0o600)).expect("a mode");
    let source = ["--passphrase-file", "passphrase"];
    let keygen = [&["keygen", "--key", "locked", "--passphrase"], &source[..]].concat();
    let _ = workspace.run_ok(&keygen);
    let decrypt = [
        &["key", "decrypt", "--output", "key", "locked"],
        &source[..],
    ]
    .concat();
    let printed = workspace.run_ok(&decrypt);
    let secret = field(&workspace, "key", "secret");
    assert!(!printed.contains(&secret), "{printed}");
    assert!(
        printed.contains(&field(&workspace, "key", "public-key")),
        "{printed}"
    );
    let mode = fs::metadata(workspace.path().join("key"))
        .expect("a key")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let _ = workspace.run_ok(&[&["build", &school()], &source[..]].concat());
    let printed = workspace.refused(&decrypt, b"");
    assert!(printed.contains("key"), "{printed}");
}
