//! The manual's repair for each alert works while a server runs.

use std::fs;
use std::path::{Path, PathBuf};

use tekser_tests::{Server, wait_until};

use super::blocks::Place;
use super::machine::Machine;
use super::making::{count_passwords, make_second, with_first_index};

const DAMAGED: Place = ("A damaged file", 0);

pub(super) const BLOCKS: [Place; 1] = [DAMAGED];

const VERIFY: &str = "tekser-indexer verify --public --index …";
const RESEND: &str = "tekser-indexer push --resend";
const VERIFY_PASSWORDS: &str = "tekser-indexer passwords verify FILE";
const LOG: &str = "tekser-indexer log";

pub(super) const INLINE: [&str; 4] = [VERIFY, RESEND, VERIFY_PASSWORDS, LOG];

const INDEX: &str = "/var/lib/tekser/index";

/// The server's copy of the public file of the offline machine's current generation.
fn served_file(machine: &Machine) -> PathBuf {
    let folder = machine.path(INDEX).join(machine.workspace.current());
    folder.join("public.idx")
}

/// Replaces a file by a damaged one, as a failing disk or an interrupted copy leaves it.
fn damage(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).expect("a file");
    change(&mut bytes);
    fs::remove_file(path).expect("removed");
    fs::write(path, bytes).expect("a file");
}

fn flip(bytes: &mut [u8]) {
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
}

fn wait_until_met(server: &Server, condition: &str) {
    wait_until(&server.readiness(), || server.is_met(condition));
}

fn wait_until_unmet(server: &Server, condition: &str, why: &str) {
    wait_until(&server.readiness(), || {
        !server.is_met(condition) && server.readiness().contains(why)
    });
}

#[test]
fn a_damaged_file_is_replaced_under_a_running_server() {
    let machine = with_first_index();
    damage(&served_file(&machine), |bytes| flip(bytes));
    let server = machine.serve(&[]);
    wait_until_unmet(&server, "generation", "checksum");
    let damaged = "tekser_index_damaged 1\n";
    assert!(server.metrics().contains(damaged));
    let _ = machine.run(DAMAGED);
    wait_until_met(&server, "generation");
    assert!(!server.metrics().contains(damaged));
    assert_eq!(server.generation(), machine.workspace.current());
}

#[test]
fn a_generation_that_was_not_copied_whole_is_found_and_replaced() {
    let machine = with_first_index();
    let server = machine.serve(&[]);
    let first = machine.workspace.current();
    make_second(&machine);
    let second = machine.workspace.current();
    let folder = machine.path(INDEX).join(&second);
    fs::create_dir(&folder).expect("a folder");
    for file in ["public.idx", "statement.json", "statement.json.minisig"] {
        let whole = machine.path("index").join(&second).join(file);
        fs::copy(whole, folder.join(file)).expect("a copy");
    }
    damage(&served_file(&machine), |bytes| {
        bytes.truncate(bytes.len() / 2);
    });
    let next = machine.path(INDEX).join("CURRENT.next");
    fs::write(&next, format!("{second}\n")).expect("a file");
    fs::rename(next, machine.path(INDEX).join("CURRENT")).expect("a swap");
    wait_until_unmet(&server, "generation", "public.idx");
    assert_eq!(server.generation(), first);
    let meant = machine.path(INDEX).display().to_string();
    let verified = machine.try_inline(VERIFY, &[("…", &meant)]);
    assert_eq!(verified.status.code(), Some(1));
    let _ = machine.run(DAMAGED);
    wait_until_met(&server, "generation");
    assert_eq!(server.generation(), second);
    let _ = machine.run_inline(VERIFY, &[("…", &meant)]);
}

#[test]
fn what_a_store_damaged_is_pushed_again() {
    let machine = with_first_index();
    let push = |folder: &str| {
        let store = machine
            .path(&format!("store/{folder}"))
            .display()
            .to_string();
        let whole = format!("{RESEND} --index index --to file://{store}");
        machine.run_inline(RESEND, &[(RESEND, &whole)])
    };
    let _ = push("index");
    let server = machine.serve_from_store();
    wait_until_met(&server, "store");
    make_second(&machine);
    let second = machine.workspace.current();
    let _ = push("next");
    damage(
        &machine.path("store/next").join(&second).join("public.idx"),
        |bytes| flip(bytes),
    );
    fs::rename(machine.path("store/index"), machine.path("store/before")).expect("a folder");
    fs::rename(machine.path("store/next"), machine.path("store/index")).expect("a folder");
    wait_until_unmet(&server, "store", "SHA-256");
    let _ = push("index");
    wait_until_met(&server, "store");
    wait_until("it is not served", || server.generation() == second);
}

#[test]
fn a_damaged_file_of_passwords_is_found_and_replaced() {
    let machine = with_first_index();
    count_passwords(&machine);
    let whole = machine.path("passwords.bin");
    let served = machine.path("/var/lib/tekser/passwords.bin");
    fs::copy(&whole, &served).expect("a copy");
    let path = served.display().to_string();
    let server = machine.serve(&["--passwords", &path]);
    wait_until_met(&server, "passwords");
    damage(&served, |bytes| bytes.truncate(bytes.len() - 1));
    wait_until_unmet(&server, "passwords", "passwords.bin");
    let verified = machine.try_inline(VERIFY_PASSWORDS, &[("FILE", &path)]);
    assert_eq!(verified.status.code(), Some(1));
    let aside = served.with_extension("new");
    fs::copy(&whole, &aside).expect("a copy");
    fs::rename(aside, &served).expect("a swap");
    wait_until_met(&server, "passwords");
    let _ = machine.run_inline(VERIFY_PASSWORDS, &[("FILE", &path)]);
}

#[test]
fn a_torn_line_of_the_log_is_cut_off_and_written_again() {
    let machine = with_first_index();
    let log = machine.path("/var/lib/tekser/public.log");
    let path = log.display().to_string();
    let command = format!("{LOG} --index index --log {path}");
    let append = || machine.run_inline(LOG, &[(LOG, &command)]);
    let _ = append();
    make_second(&machine);
    let _ = append();
    let whole = fs::read_to_string(&log).expect("a log");
    // As after a power cut, which ends the server as well.
    fs::write(&log, &whole[..whole.len() - 20]).expect("a torn log");
    let server = machine.serve(&["--public-log", &path]);
    wait_until_unmet(&server, "log", "truncate --size");
    let text = server.readiness();
    let from = text.find("truncate --size").expect("a command");
    let _ = machine.run_advised(text[from..].lines().next().unwrap_or_default());
    let _ = append();
    wait_until_met(&server, "log");
    assert_eq!(fs::read_to_string(&log).ok(), Some(whole));
}

#[test]
fn a_generation_that_is_not_signed_is_signed() {
    let machine = with_first_index();
    let folder = machine.path(INDEX).join(machine.workspace.current());
    for file in ["statement.json", "statement.json.minisig"] {
        fs::remove_file(folder.join(file)).expect("a file");
    }
    let server = machine.serve_untrusting(&[]);
    assert!(server.index()["signature"].is_null());
    for file in ["statement.json.minisig", "statement.json"] {
        let signed = machine.path("index").join(machine.workspace.current());
        fs::copy(signed.join(file), folder.join(file)).expect("a copy");
    }
    wait_until("nothing signed is served", || {
        server.index()["signature"].is_string()
    });
}
