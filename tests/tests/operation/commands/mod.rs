//! Does every command of `server/OPERATING.md` work? Each line is run by a test, or is listed here with the reason why
//! not.

mod blocks;
mod machine;
mod making;
mod repairs;

use std::collections::BTreeSet;

use blocks::{Manual, Place};

use super::packaged;

/// The blocks that tests run.
const RUN: [&[Place]; 2] = [&making::BLOCKS, &repairs::BLOCKS];
/// The commands within sentences that tests run.
const RUN_INLINE: [&[&str]; 2] = [&making::INLINE, &repairs::INLINE];

/// The beginnings of lines that no test runs, with the reason.
const NOT_RUN: [(&str, &str); 21] = [
    ("apt-get install", PACKAGES),
    (
        "export AWS_REGION",
        "names a store; the tests have one of their own",
    ),
    ("systemctl ", SYSTEMD),
    ("systemd-creds ", SYSTEMD),
    ("systemd-analyze ", SYSTEMD),
    ("journalctl ", SYSTEMD),
    (
        "tekser-server check-config --role evaluator --config /etc/tekser/evaluator.toml --key /etc/tekser/tekser.key --limits-password",
        "wants a Redis with a certificate of its name; tests/siege/shared.rs has Redis over TLS and with a password",
    ),
    (
        "man ",
        "the pages are installed by the packages; manual.rs makes and checks them",
    ),
    (
        "cargo package-all",
        "makes the packages, which takes minutes; continuous integration does",
    ),
    (
        "cargo bench-all",
        "measures the machine, which takes minutes and wants it alone",
    ),
    (
        "swapoff --all",
        "would change the machine that the tests run on",
    ),
    ("smartctl ", "asks a disk, not a program of ours"),
    ("rsync ", "shows what must not be done"),
    (
        "install -m 0644 release.key.pub",
        "copies a file; tests/serving/retrieval starts such a server",
    ),
    (
        "curl -s https://university",
        "asks another machine; tests/serving/retrieval asks it of a server of its own",
    ),
    (
        "curl -sI https://fcm",
        "asks a push service; server/src/push has one of its own",
    ),
    (
        "tekser-indexer remove",
        "shows no arguments; indexer/tests/life/warnings.rs takes a warning list out",
    ),
    (
        "tekser-indexer digest",
        "wants two lists; indexer/src/digest/tests.rs has what it writes",
    ),
    (
        "grep -r /v1/ranges/",
        "reads the log of a proxy; tests/siege/privacy.rs runs one and reads its log",
    ),
    (
        "tekser-indexer push --generation",
        "tests/serving/stored pushes an older generation",
    ),
    (
        "tekser-indexer sign --renew --service",
        "wants evaluators that moved; tests/signing.rs signs another service",
    ),
];
const SYSTEMD: &str = "there is no systemd where tests run";
const PACKAGES: &str = "installs a package; tools/package/clean-root.sh does in a root of its own";

/// How the manual's repair for an alert is tested.
enum Repair {
    /// A test of this name tests it.
    By(&'static str),
    /// The repair is not tested here, for this reason.
    Not(&'static str),
}

use Repair::{By, Not};

const REPAIRS: [(&str, Repair); 21] = [
    ("TekserDown", Not(SYSTEMD)),
    (
        "TekserIndexDamaged",
        By("a_damaged_file_is_replaced_under_a_running_server"),
    ),
    (
        "TekserErrors",
        Not("no known fault makes a server answer with 5xx"),
    ),
    ("TekserTotalLimit", Not(SETTINGS)),
    ("TekserRetrievalLimit", Not(SETTINGS)),
    ("TekserManyEvaluations", Not(SETTINGS)),
    ("TekserClientLimit", Not(SETTINGS)),
    (
        "TekserSharedLimitsGone",
        Not("tests/siege/shared.rs kills Redis and starts it again"),
    ),
    (
        "TekserReloadFailed",
        By("a_generation_that_was_not_copied_whole_is_found_and_replaced"),
    ),
    (
        "TekserStoreFailed",
        By("what_a_store_damaged_is_pushed_again"),
    ),
    (
        "TekserPasswordsFailed",
        By("a_damaged_file_of_passwords_is_found_and_replaced"),
    ),
    (
        "TekserLogFailed",
        By("a_torn_line_of_the_log_is_cut_off_and_written_again"),
    ),
    (
        "TekserCertificateFailed",
        Not("tests/siege/tls.rs renews a certificate"),
    ),
    ("TekserTaskPanicked", Not("no known task panics")),
    (
        "TekserIndexShrunk",
        By("a_new_leak_is_published_and_taken_back"),
    ),
    (
        "TekserIndexNotSigned",
        By("a_generation_that_is_not_signed_is_signed"),
    ),
    (
        "TekserStatementExpires",
        By("a_statement_is_renewed_every_month"),
    ),
    ("TekserIndexOld", Not("there is nothing to repair")),
    ("TekserPushStalled", Not(PUSH_SERVICES)),
    ("TekserPushRefused", Not(PUSH_SERVICES)),
    ("TekserSlow", Not(SETTINGS)),
];
const SETTINGS: &str = "the repair is a change of settings, which tests/siege/limits.rs has";

const PUSH_SERVICES: &str =
    "server/src/push/sender/tests.rs has push services that refuse and come back";

/// Why a line is not run, if it is not.
fn reason_not_to_run(line: &str) -> Option<&'static str> {
    let reason = NOT_RUN
        .iter()
        .find(|(beginning, _)| line.starts_with(beginning));
    reason.map(|(_, reason)| *reason)
}

fn is_run((heading, number): &(String, usize)) -> bool {
    let places = RUN.iter().copied().flatten();
    let mut same = places.filter(|(of, place)| of == heading && place == number);
    same.next().is_some()
}

#[test]
fn every_command_of_the_manual_is_run_by_a_test_or_says_why_not() {
    let manual = Manual::read();
    for (place, lines) in &manual.blocks {
        for line in lines {
            let is_known = is_run(place) || reason_not_to_run(line).is_some();
            assert!(is_known, "no test runs, under {place:?}: {line}");
        }
    }
    let inline: BTreeSet<&str> = RUN_INLINE.iter().copied().flatten().copied().collect();
    for command in &manual.inline {
        let is_known = inline.contains(command.as_str()) || reason_not_to_run(command).is_some();
        assert!(is_known, "no test runs: {command}");
    }
}

#[test]
fn no_reason_not_to_run_a_command_outlives_it() {
    let manual = Manual::read();
    let all = manual.blocks.values().flatten().chain(&manual.inline);
    let all: Vec<&String> = all.collect();
    for (beginning, _) in NOT_RUN {
        assert!(
            all.iter().any(|line| line.starts_with(beginning)),
            "{beginning}"
        );
    }
    for place in RUN.iter().copied().flatten() {
        assert!(!manual.lines(*place).is_empty(), "{place:?}");
    }
}

#[test]
fn the_repair_of_every_alert_is_tried_or_says_why_not() {
    let alerts = packaged("monitoring/alerts.yml");
    let alerts = alerts
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "));
    let alerts: BTreeSet<&str> = alerts.collect();
    let known: BTreeSet<&str> = REPAIRS.iter().map(|(alert, _)| *alert).collect();
    assert_eq!(alerts, known);
    let tests = [include_str!("making.rs"), include_str!("repairs.rs")].concat();
    for (alert, repair) in REPAIRS {
        match repair {
            By(test) => assert!(tests.contains(&format!("\nfn {test}() {{")), "{alert}"),
            Not(reason) => assert!(!reason.is_empty(), "{alert}"),
        }
    }
}
