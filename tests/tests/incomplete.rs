//! A build never succeeds silently with an incomplete dump, and an encrypted dump is never in plain text on a disk.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use age::secrecy::ExposeSecret;
use age::x25519;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tekser_tests::{Workspace, files_below, write_breach};

const PHONE: &str =
    "path = \"a*\"\nformat = \"csv\"\n[file.columns]\nphone = { identifier = \"phone\" }";

/// Makes `count` phone numbers.
fn table(rows: u32) -> String {
    let row = |number| format!("+7709{:07}\n", number * 7919 % 10_000_000);
    format!("phone\n{}", (0..rows).map(row).collect::<String>())
}

fn gz(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).expect("packed");
    packed.finish().expect("packed")
}

#[test]
fn a_file_that_ends_early_fails_the_build_unless_that_is_allowed_and_then_it_is_reported() {
    let packed = gz(&table(50_000));
    let cut = &packed[..packed.len() / 2];
    let root = tempfile::tempdir().expect("a folder");
    write_breach(root.path(), "cut-2020", PHONE, &[("a.csv.gz", cut)]);
    let path = root.path().to_str().expect("a path");
    let workspace = Workspace::new();
    let printed = workspace.refused(&["build", path], b"");
    assert!(
        printed.contains("a.csv.gz: ends early, after byte"),
        "{printed}"
    );
    assert!(printed.contains("--allow-truncated"), "{printed}");
    let built = workspace.run_ok(&["build", path, "--allow-truncated", "--json"]);
    let built: Value = serde_json::from_str(&built).expect("JSON");
    let breach = &built["breaches"]["cut-2020"];
    assert_eq!(breach["truncated_files"], 1);
    let rows = breach["rows"].as_u64().expect("a number");
    assert!((20_000..30_000).contains(&rows), "{rows} rows");
    // The row in whose middle the file ends is not read: half a number may be another one.
    assert_eq!(breach["rejected_rows"], 0);
    let text = workspace.run_ok(&["build", path, "--allow-truncated"]);
    assert!(
        text.contains("incomplete   a file of cut-2020 ended early"),
        "{text}"
    );
}

#[test]
fn a_whole_dump_is_not_called_incomplete() {
    let root = tempfile::tempdir().expect("a folder");
    write_breach(
        root.path(),
        "whole-2020",
        PHONE,
        &[("a.csv.gz", &gz(&table(10)))],
    );
    let path = root.path().to_str().expect("a path");
    let built = Workspace::new().run_ok(&["build", path, "--allow-truncated", "--json"]);
    assert!(!built.contains("truncated"), "{built}");
}

/// The file of an identity, and `text` encrypted for it.
fn encrypted(workspace: &Workspace, text: &[u8]) -> (PathBuf, Vec<u8>) {
    let identity = x25519::Identity::generate();
    let path = workspace.path().join("identity");
    fs::write(&path, identity.to_string().expose_secret()).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("mode set");
    let recipient = identity.to_public();
    let packed = age::encrypt(&recipient, text).expect("encrypted");
    (path, packed)
}

#[test]
fn an_encrypted_dump_is_read_with_its_identity_and_never_plain_on_the_disk() {
    let workspace = Workspace::new();
    let text = table(1000);
    let (identity, packed) = encrypted(&workspace, &gz(&text));
    let root = tempfile::tempdir().expect("a folder");
    write_breach(
        root.path(),
        "sealed-2020",
        PHONE,
        &[("a.csv.gz.age", &packed)],
    );
    let path = root.path().to_str().expect("a path");
    let printed = workspace.refused(&["build", path], b"");
    assert!(
        printed.contains("no identity given opens it") && printed.contains("--identity"),
        "{printed}"
    );
    let identity = identity.to_str().expect("a path");
    let built = workspace.run_ok(&["build", path, "--identity", identity, "--json"]);
    let built: Value = serde_json::from_str(&built).expect("JSON");
    assert_eq!(built["breaches"]["sealed-2020"]["rows"], 1000);
    let number = text.lines().nth(7).expect("a row");
    for (file, bytes) in files_below(workspace.path()) {
        let found = bytes
            .windows(number.len())
            .any(|window| window == number.as_bytes());
        assert!(!found, "{}", file.display());
    }
    fs::set_permissions(identity, fs::Permissions::from_mode(0o644)).expect("mode set");
    let printed = workspace.refused(&["build", path, "--identity", identity], b"");
    assert!(printed.contains("chmod 600"), "{printed}");
}

#[test]
fn volumes_and_members_are_chosen_in_the_description() {
    let root = tempfile::tempdir().expect("a folder");
    let packed = gz(&table(1000));
    let (first, second) = packed.split_at(packed.len() / 3);
    let entry = PHONE.replace("\"a*\"", "[\"a.csv.gz.001\", \"a.csv.gz.002\"]");
    let files = [("a.csv.gz.001", first), ("a.csv.gz.002", second)];
    write_breach(root.path(), "volumes-2020", &entry, &files);
    let path = root.path().to_str().expect("a path");
    let built = Workspace::new().run_ok(&["build", path, "--json"]);
    let built: Value = serde_json::from_str(&built).expect("JSON");
    assert_eq!(built["breaches"]["volumes-2020"]["rows"], 1000);
}
