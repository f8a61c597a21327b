//! From the key to a served index, and every later change to it, by the manual's own lines.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::json;
use tekser_tests::{IdentityProvider, OwnersBrowser, Server, wait_until, write_owners_site};

use super::blocks::Place;
use super::machine::{EXAMPLE, Machine};
use crate::packaged;

const CEREMONY: Place = ("The key: a ceremony of two", 0);
const HAND_OVER: Place = ("The key: a ceremony of two", 1);
const BUILD: Place = ("The first index", 0);
const CARRY: Place = ("The first index", 1);
const PUSH: Place = ("The first index", 2);
const STORE_UNIT: Place = ("The first index", 3);
const CHECK: Place = ("Starting", 0);
const ASK: Place = ("Starting", 1);
const ENCRYPTED_UNIT: Place = ("Starting", 2);
const LIMITS: Place = ("Starting", 3);
const NOTICES: Place = ("Notices of new lists", 0);
const OWNERS_PACK: Place = (OWNERS, 0);
const OWNERS_KEYS: Place = (OWNERS, 1);
const OWNERS_PUBLISH: Place = (OWNERS, 2);
const OWNERS_CHECK: Place = (OWNERS, 3);
const LAST_LINE: Place = ("The audit of the service for owners", 0);
const LINES_OF_PERSON: Place = ("The audit of the service for owners", 1);
const READINESS: Place = ("What to watch", 0);
const NEW_LEAK: Place = ("A new leak", 0);
const MONTHLY: Place = ("Every month", 0);
const ERASE: Place = ("Erasing a person", 0);
const ERASE_ELSEWHERE: Place = ("Erasing a person", 1);
const PASSWORDS: Place = ("Leaked passwords", 0);
const BACK: Place = ("Back to the index before", 0);
const SHARES: Place = ("Other shares, another key", 0);
const ANOTHER_KEY: Place = ("Other shares, another key", 1);

const OWNERS: &str = "Sensitive leaks for their owners: a machine of its own";

pub(super) const BLOCKS: [Place; 26] = [
    CEREMONY,
    HAND_OVER,
    BUILD,
    CARRY,
    PUSH,
    STORE_UNIT,
    CHECK,
    ASK,
    ENCRYPTED_UNIT,
    LIMITS,
    NOTICES,
    OWNERS_PACK,
    OWNERS_KEYS,
    OWNERS_PUBLISH,
    OWNERS_CHECK,
    LAST_LINE,
    LINES_OF_PERSON,
    READINESS,
    NEW_LEAK,
    MONTHLY,
    ERASE,
    ERASE_ELSEWHERE,
    PASSWORDS,
    BACK,
    SHARES,
    ANOTHER_KEY,
];

const SHOW_BOTH: &str = "tekser-indexer key show tekser.key.1 tekser.key.2";
const SHOW: &str = "tekser-indexer key show";
const RELEASE_KEY: &str = "tekser-indexer release-keygen --release-key release.key";
const PRUNE: &str = "tekser-indexer prune --index index --keep 3";
const PUSH_AGAIN: &str = "tekser-indexer push";
const DIFF: &str = "tekser-indexer diff --index …";
const UNPACK: &str = "tar --no-same-owner -C /var/lib/tekser/index -xf renewed.tar";
const VERIFY_WEEKLY: &str = "tekser-indexer verify --public --index /var/lib/tekser/index";

pub(super) const INLINE: [&str; 8] = [
    SHOW_BOTH,
    SHOW,
    RELEASE_KEY,
    PRUNE,
    PUSH_AGAIN,
    DIFF,
    UNPACK,
    VERIFY_WEEKLY,
];

/// A machine on which the first index was built, signed and carried to the server.
pub(super) fn with_first_index() -> Machine {
    let machine = Machine::new();
    machine.add_leak("combo-2021", "combo-2021");
    let _ = machine.run(BUILD);
    carry(&machine);
    machine
}

/// Publishes the current generation of the offline machine on the server.
fn carry(machine: &Machine) {
    let _ = machine.run(CARRY);
}

/// Signs the newest generation and packs it, as after the first build.
fn sign_and_pack(machine: &Machine) {
    let _ = machine.run_lines(BUILD, 3..5, &[]);
}

/// Makes a generation with another leak, which is reviewed and published, and leaves it on the offline machine, packed.
pub(super) fn make_second(machine: &Machine) {
    machine.add_leak("school-2025", "school-diary-2025");
    let text = machine.run_lines(NEW_LEAK, 1..2, &[]);
    assert!(text.contains("changes from"), "{text}");
    let newest = machine.newest();
    assert_ne!(newest, machine.workspace.current());
    let _ = machine.run_lines(NEW_LEAK, 2..3, &[(EXAMPLE, &newest)]);
    assert_eq!(machine.workspace.current(), newest);
    sign_and_pack(machine);
}

fn wait_until_served(server: &Server, generation: &str) {
    wait_until("it is not served", || server.generation() == generation);
}

#[test]
fn a_key_is_made_by_two_and_handed_to_an_evaluator() {
    let machine = Machine::new();
    let passphrase = machine.path("passphrase");
    fs::write(&passphrase, "correct horse battery staple").expect("a file");
    fs::set_permissions(&passphrase, fs::Permissions::from_mode(0o600)).expect("a mode");
    let _ = machine.run(CEREMONY);
    let shares = ["1", "2"].map(|one| machine.path(&format!("run/ceremony/tekser.key.{one}")));
    for share in &shares {
        let text = fs::read_to_string(share).expect("a share");
        assert!(text.starts_with("-----BEGIN AGE"), "{text}");
    }
    let text = machine.run_inline(SHOW_BOTH, &[]);
    assert!(text.contains("2 of 2"), "{text}");
    let _ = machine.run_inline(SHOW, &[(SHOW, &format!("{SHOW} tekser.key.1"))]);
    let _ = machine.run_inline(RELEASE_KEY, &[("release.key", "another.key")]);
    let _ = machine.run(HAND_OVER);
    let share = fs::metadata(machine.path("/etc/tekser/tekser.key")).expect("a share");
    assert_eq!(share.permissions().mode() & 0o777, 0o600);
}

#[test]
fn the_first_index_is_built_signed_carried_and_served() {
    let machine = with_first_index();
    let server = machine.serve(&[]);
    assert_eq!(server.generation(), machine.workspace.current());
    let text = machine.run_with(ASK, &[("http://127.0.0.1:8082", server.base())]);
    assert!(text.contains(&machine.workspace.current()), "{text}");
    let admin = server.admin().trim_end_matches("/metrics");
    let text = machine.run_with(READINESS, &[("http://127.0.0.1:9182", admin)]);
    assert!(text.contains("generation: ok"), "{text}");
    let _ = machine.run_inline(VERIFY_WEEKLY, &[]);
}

#[test]
fn an_index_is_pushed_to_a_store_that_a_server_fetches_it_from() {
    let machine = with_first_index();
    let _ = machine.run(PUSH);
    let whole = format!("{PUSH_AGAIN} --index index --to s3://tekser-public/index");
    let store = machine.led(&whole, &[]);
    let _ = machine.run_inline(PUSH_AGAIN, &[(PUSH_AGAIN, &store)]);
    let server = machine.serve_from_store();
    assert_eq!(server.generation(), machine.workspace.current());
}

#[test]
fn the_settings_of_the_packages_pass_their_check_once_they_are_filled_in() {
    let machine = with_first_index();
    fs::copy(
        machine.path("tekser.key.1"),
        machine.path("/etc/tekser/tekser.key"),
    )
    .expect("a copy");
    fs::copy(
        machine.path("release.key.pub"),
        machine.path("/etc/tekser/release.key.pub"),
    )
    .expect("a copy");
    for role in ["evaluator", "ranges"] {
        fill_in(&machine, role);
    }
    let text = machine.run(CHECK);
    assert_eq!(
        text.matches("The settings fit together").count(),
        2,
        "{text}"
    );
}

/// Writes the settings of the packages for a role as an administrator fills them in.
fn fill_in(machine: &Machine, role: &str) {
    let text = packaged(&format!("settings/{role}.toml"));
    let line = |line: &str| match line {
        line if line.starts_with("evaluator = ") => machine.evaluators(),
        // The website is part of the packages and is not built here.
        line if line.starts_with("site = ") => String::new(),
        line => machine.led(line, &[]),
    };
    let lines: Vec<String> = text.lines().map(line).collect();
    let path = machine.path(&format!("/etc/tekser/{role}.toml"));
    fs::write(path, lines.join("\n")).expect("settings");
}

#[test]
fn notices_are_set_up_with_a_key_and_a_place_for_endpoints() {
    let machine = with_first_index();
    let release_key = machine.path("release.key.pub");
    fs::copy(release_key, machine.path("/etc/tekser/release.key.pub")).expect("a copy");
    fill_in(&machine, "ranges");
    let settings = machine.path("/etc/tekser/ranges.toml");
    let text = fs::read_to_string(&settings).expect("settings");
    fs::write(&settings, text.replace("# push-", "push-")).expect("settings");
    let text = machine.run(NOTICES);
    assert!(text.contains("The settings fit together"), "{text}");
    let key = fs::metadata(machine.path("/etc/tekser/push.key")).expect("a key");
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
    let unit = machine.path("/etc/systemd/system/tekser-server@ranges.service.d/push.conf");
    let unit = fs::read_to_string(unit).expect("a drop-in");
    assert!(
        unit.contains("\nEnvironment=TEKSER_PUSH_KEY=%d/push\n"),
        "{unit}"
    );
    assert!(unit.contains("\nStateDirectory=tekser-server\n"), "{unit}");
}

#[test]
fn the_service_for_owners_is_set_up_and_its_audit_is_read() {
    const IN_CLINIC: &str = "470316119230";
    let machine = Machine::new();
    machine.add_leak("combo-2021", "combo-2021");
    machine.add_leak("clinic-2023", "clinic-2023");
    let _ = machine.run(BUILD);
    let _ = machine.run(OWNERS_PACK);
    let _ = machine.run(OWNERS_KEYS);
    for key in ["tekser.key", "offline.key", "client-secret"] {
        let key = fs::metadata(machine.path("/etc/tekser").join(key)).expect("a file");
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
    }
    fs::write(machine.path("/etc/tekser/client-secret"), "a secret\n").expect("a secret");
    let release_key = machine.path("release.key.pub");
    fs::copy(release_key, machine.path("/etc/tekser/release.key.pub")).expect("a copy");
    // As the package makes them.
    for folder in ["index", "audit"] {
        let folder = machine.path("/var/lib/tekser-owners").join(folder);
        fs::create_dir_all(folder).expect("a folder");
    }
    let own_group = [("chgrp -R tekser-owners", "chgrp -R $(id -g)")];
    let _ = machine.run_with(OWNERS_PUBLISH, &own_group);
    let sealed = machine.path("/var/lib/tekser-owners/index");
    let sealed = sealed.join(machine.workspace.current()).join("sealed.idx");
    let mode = fs::metadata(sealed).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o440, "{mode:o}");
    let provider = IdentityProvider::start();
    let site = machine.path("site");
    write_owners_site(&site);
    fill_in_for_owners(&machine, &provider, &site);
    let text = machine.run(OWNERS_CHECK);
    assert!(text.contains("The settings fit together"), "{text}");

    let file = |name: &str| machine.path("/etc/tekser").join(name).display().to_string();
    let files = ["owners.toml", "tekser.key", "offline.key", "client-secret"].map(file);
    let flags = ["--config", "--key", "--offline-key", "--client-secret"];
    let own = ["--role", "owners", "--admin", "127.0.0.1:0"].into_iter();
    let named = flags.into_iter().zip(&files);
    let named = named.flat_map(|(flag, file)| [flag, file.as_str()]);
    let server = Server::start_bare(&own.chain(named).chain(LISTEN).collect::<Vec<_>>());
    let mut browser = OwnersBrowser::new(server.base(), 0);
    let person = json!({"sub": "person-1", "iin": IN_CLINIC});
    browser.sign_in(&provider, &person).expect("signed in");
    assert_eq!(browser.answer().expect("a page"), "answer: clinic-2023 ");
    let text = machine.run(OWNERS_CHECK);
    assert!(text.contains("The settings fit together"), "{text}");

    let text = machine.run(LAST_LINE);
    assert!(text.contains("1 answers to owners"), "{text}");
    let audit = machine.path("/var/lib/tekser-owners/audit/audit.log");
    fs::copy(audit, machine.path("audit.log")).expect("a copy");
    fs::write(machine.path("names.txt"), "person-1\n").expect("names");
    let issuer = "https://login.example.kz/realms/citizens";
    let text = machine.run_with(LINES_OF_PERSON, &[(issuer, provider.issuer())]);
    assert!(text.contains("\"asked\":1"), "{text}");
}

/// Where a server of a test listens, whatever its settings say.
const LISTEN: [&str; 2] = ["--listen", "127.0.0.1:0"];

/// Writes the packaged settings of the service for owners as an administrator fills them in.
fn fill_in_for_owners(machine: &Machine, provider: &IdentityProvider, site: &Path) {
    let text = packaged("settings/owners.toml");
    let line = |line: &str| match line.split(" = ").next() {
        Some("issuer") => format!("issuer = {:?}", provider.issuer()),
        Some("site") => format!("site = {site:?}"),
        _ => machine.led(line, &[]),
    };
    let lines: Vec<String> = text.lines().map(line).collect();
    fs::write(machine.path("/etc/tekser/owners.toml"), lines.join("\n")).expect("settings");
}

#[test]
fn extra_arguments_of_units_are_written_where_systemd_reads_them() {
    let machine = Machine::new();
    fs::write(machine.path("/etc/tekser/evaluator.toml"), "").expect("settings");
    for (block, file, part) in [
        (
            STORE_UNIT,
            "ranges.service.d/store.conf",
            "\nCacheDirectory=tekser-server\n",
        ),
        (
            ENCRYPTED_UNIT,
            "evaluator.service.d/zz-encrypted.conf",
            "\nLoadCredentialEncrypted=key:/",
        ),
        (
            LIMITS,
            "evaluator.service.d/limits.conf",
            "\nEnvironment=TEKSER_LIMITS_PASSWORD=%d/limits\n",
        ),
    ] {
        let _ = machine.run(block);
        let path = machine.path("/etc/systemd/system");
        let text = fs::read_to_string(path.join(format!("tekser-server@{file}"))).expect(file);
        assert!(text.contains(part), "{text}");
    }
    let password = fs::metadata(machine.path("/etc/tekser/limits.password")).expect("a file");
    assert_eq!(password.permissions().mode() & 0o777, 0o600);
    let settings = fs::read_to_string(machine.path("/etc/tekser/evaluator.toml"));
    assert!(
        settings
            .expect("settings")
            .starts_with("limits = \"rediss://")
    );
}

#[test]
fn a_new_leak_is_published_and_taken_back() {
    let machine = with_first_index();
    let first = machine.workspace.current();
    let server = machine.serve(&[]);
    machine.add_leak("school-2025", "school-diary-2025");
    let described = machine.path("breaches/school-diary-2025/breach.toml");
    fs::remove_file(&described).expect("a description");
    let _ = machine.run_lines(NEW_LEAK, 0..1, &[]);
    assert!(described.exists(), "nothing was drafted");
    make_second(&machine);
    carry(&machine);
    wait_until_served(&server, &machine.workspace.current());
    let text = machine.run_inline(DIFF, &[("…", "index")]);
    assert!(text.contains("school-2025"), "{text}");
    let _ = machine.run_inline(PRUNE, &[]);
    let text = machine.run_with(BACK, &[("20261122-201530-3f9a1c2b", &first)]);
    assert!(text.contains(&first), "{text}");
    wait_until_served(&server, &first);
    assert_eq!(machine.workspace.current(), first);
}

#[test]
fn a_statement_is_renewed_every_month() {
    let machine = with_first_index();
    let server = machine.serve(&[]);
    let before = server.index()["statement"].clone();
    // To the second, it may still be the same.
    wait_until("nothing new is served", || {
        let _ = machine.run(MONTHLY);
        let _ = machine.run_inline(UNPACK, &[]);
        server.index()["statement"] != before
    });
    assert_eq!(server.generation(), machine.workspace.current());
}

#[test]
fn an_erasure_reaches_servers_stores_and_exports() {
    let machine = with_first_index();
    make_second(&machine);
    let before = machine.workspace.current();
    let requests = machine.path("requests.txt");
    fs::write(requests, "iin:470316119230\n").expect("a request");
    let _ = machine.run(ERASE);
    let erased = machine.workspace.current();
    assert_ne!(erased, before);
    let server = machine.serve(&["--grace", "1s"]);
    carry(&machine);
    wait_until_served(&server, &erased);
    let evaluators = machine.evaluator_arguments();
    let _ = machine.run_with(
        ERASE_ELSEWHERE,
        &[("--evaluator URL=PUBLIC_KEY", &evaluators)],
    );
    let generations = |folder: &str| {
        let entries = fs::read_dir(machine.path(folder)).expect("a folder");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        let names = names.map(|name| name.into_string().expect("a name"));
        let mut names: Vec<String> = names.filter(|name| name.starts_with("20")).collect();
        names.sort();
        names
    };
    for folder in ["index", "var/lib/tekser/index", "store/index"] {
        assert_eq!(generations(folder), [erased.as_str()], "{folder}");
    }
    assert!(machine.path("srv/tekser").exists(), "nothing was exported");
}

/// Counts the passwords of the first leak.
pub(super) fn count_passwords(machine: &Machine) {
    let described = machine.path("breaches/combo-2021/breach.toml");
    let text = fs::read_to_string(&described).expect("a description");
    let counted = text.replace("{ class = \"passwords\" }", "{ password = true }");
    fs::write(&described, counted).expect("a description");
    let _ = machine.run(PASSWORDS);
}

#[test]
fn shares_are_made_again_and_keys_changed() {
    let machine = with_first_index();
    let text = machine.run(SHARES);
    assert!(text.contains("1 of 2") && text.contains("2 of 2"), "{text}");
    for share in ["new.key.1", "new.key.2"] {
        fs::remove_file(machine.path(share)).expect("a share");
    }
    let before = machine.workspace.current();
    let _ = machine.run(ANOTHER_KEY);
    assert_ne!(machine.workspace.current(), before);
}
