//! Whatever happens to a build, the current generation stays current and whole, and nothing else is left behind.

mod damage;
mod resuming;
mod scene;

use std::fs;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tekser_tests::{
    SmallDisk, Workspace, copies_of_the_leaks, indexer, is_root, leaks, skip, write_breach,
};

/// Spread over the time that a build takes.
const KILLS: u32 = 15;
/// The school's IIN is in this public leak, and in the sealed one of a clinic.
const QUERY: &[u8] = b"iin:470316119230\n";

fn breaches() -> String {
    let breaches = leaks().join("breaches");
    breaches.to_str().expect("a path").to_owned()
}

fn school() -> String {
    format!("{}/school-2025", breaches())
}

/// A workspace with an index of the small leaks.
fn with_index() -> Workspace {
    let workspace = Workspace::new();
    let _ = workspace.run_ok(&["build", &breaches()]);
    workspace
}

fn assert_answers(workspace: &Workspace) {
    let _ = workspace.run_ok(&["verify"]);
    let output = workspace.run(&["lookup", "--json"], QUERY);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let answer = String::from_utf8(output.stdout).expect("text");
    assert!(answer.contains("school-2025"), "{answer}");
}

fn drafts(workspace: &Workspace) -> usize {
    let entries = workspace.index_entries();
    entries
        .iter()
        .filter(|name| name.starts_with(".draft-"))
        .count()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_build_killed_at_any_moment_leaves_a_valid_index_and_the_next_one_sweeps_up() {
    let workspace = with_index();
    let begun = Instant::now();
    let _ = workspace.run_ok(&["build", &breaches()]);
    let duration = begun.elapsed();
    let mut left_drafts = 0;
    for kill in 0..KILLS {
        let mut build = workspace.start(&["build", "--discard", &breaches()]);
        std::thread::sleep(duration * kill / (KILLS - 1));
        build.kill().expect("killed");
        build.wait().expect("ended");
        left_drafts += drafts(&workspace);
        assert_answers(&workspace);
    }
    assert!(
        left_drafts > 3,
        "only {left_drafts} builds were killed at work"
    );
    let old = workspace.current();
    let _ = workspace.run_ok(&["build", "--discard", &breaches()]);
    assert_ne!(workspace.current(), old);
    assert_eq!(drafts(&workspace), 0);
    assert_answers(&workspace);
}

#[test]
fn of_two_builds_at_once_the_second_is_reported_and_the_first_succeeds() {
    let workspace = with_index();
    let copies = copies_of_the_leaks(3);
    let mut first = workspace.start(&[
        "build",
        "--threads",
        "1",
        copies.path().to_str().expect("a path"),
    ]);
    while drafts(&workspace) == 0 {
        let ended = first.try_wait().expect("a state");
        assert!(ended.is_none(), "the first build ended before it began");
        std::thread::sleep(Duration::from_millis(5));
    }
    let message = workspace.refused(&["build", &school()], b"");
    let holder = format!("another process (process {}, since ", first.id());
    assert!(message.contains(&holder), "{message}");
    let first = first.wait_with_output().expect("ended");
    assert!(first.status.success(), "{}", printed(&first));
    assert_eq!(drafts(&workspace), 0);
    assert_eq!(
        workspace
            .run_ok(&["generations"])
            .matches("current")
            .count(),
        1
    );
}

#[test]
fn a_dump_with_too_many_rejects_is_not_published_and_the_old_generation_stays() {
    let workspace = with_index();
    let before = (workspace.current(), workspace.index_entries());
    let root = tempfile::tempdir().expect("a folder");
    let entry = "path = \"a.csv\"\nheader = false\ndelimiter = \";\"\n[file.columns]\n0 = { identifier = \"phone\" }";
    for (dump, complaint) in [
        (
            &b"87090000001;x\n87090000002;x;y\n87090000003;x\n"[..],
            "1 of 3 rows",
        ),
        (
            b"87090000001;x\nnot a number;x\n87090000003;x\n",
            "1 of 3 cells that should hold phone",
        ),
    ] {
        write_breach(root.path(), "misread-2020", entry, &[("a.csv", dump)]);
        let path = root.path().to_str().expect("a path");
        let message = workspace.refused(&["build", path], b"");
        assert!(
            message.contains("nothing was published") && message.contains(complaint),
            "{message}"
        );
        assert!(
            message.contains("breach.toml") && message.contains("--max-rejects"),
            "{message}"
        );
        assert_eq!((workspace.current(), workspace.index_entries()), before);
        assert_answers(&workspace);
        let _ = Workspace::new().run_ok(&["build", "--max-rejects", "34%", path]);
    }
}

#[test]
fn a_dump_in_which_nothing_is_found_is_not_published() {
    let workspace = with_index();
    let before = workspace.index_entries();
    let root = tempfile::tempdir().expect("a folder");
    let entry = "path = \"a.csv\"\n[file.columns]\nphone = { identifier = \"phone\" }";
    write_breach(
        root.path(),
        "empty-2020",
        entry,
        &[("a.csv", b"phone;name\n")],
    );
    let path = root.path().to_str().expect("a path");
    let message = workspace.refused(&["build", "--max-rejects", "100%", path], b"");
    assert!(message.contains("no row was found"), "{message}");
    assert_eq!(workspace.index_entries(), before);
}

#[test]
fn a_full_disk_is_reported_and_leaves_what_was() {
    let workspace = Workspace::new();
    let Some(disk) = SmallDisk::over(&workspace.index()) else {
        skip("mounting a small file system needs root; the test of a limited file size remains");
        return;
    };
    let _ = workspace.run_ok(&["build", &school()]);
    let before = (workspace.current(), workspace.index_entries());
    let mut failures = 0;
    for kib in (64..).step_by(64) {
        disk.resize(kib);
        let output = workspace.run(&["build", "--discard", &breaches()], b"");
        if output.status.success() {
            break;
        }
        failures += 1;
        assert_eq!(output.status.code(), Some(1));
        let message = printed(&output);
        assert!(
            message.contains("nothing was published") && message.contains("No space left"),
            "{message}"
        );
        let mut entries = workspace.index_entries();
        // What can be resumed is kept.
        entries.retain(|name| !name.starts_with(".draft-"));
        assert_eq!((workspace.current(), entries), before, "{kib} KiB");
        assert_answers(&workspace);
    }
    assert!(failures >= 3, "the build failed only {failures} times");
    assert_ne!(workspace.current(), before.0);
    assert_answers(&workspace);
}

#[test]
fn a_file_that_may_not_grow_is_reported_and_leaves_what_was() {
    let workspace = with_index();
    let before = (workspace.current(), workspace.index_entries());
    // The signal would end the process before it could print anything, as it ends every other program.
    for (shell, ends_by_signal) in [
        ("trap '' XFSZ; ulimit -f 100; exec \"$@\"", false),
        ("ulimit -f 100; exec \"$@\"", true),
    ] {
        let mut command = Command::new("sh");
        command
            .args(["-c", shell, "sh"])
            .arg(indexer())
            .args(["build", &breaches()]);
        command
            .env("TEKSER_INDEX", workspace.index())
            .env("TEKSER_KEY", workspace.path().join("key"))
            .env("TEKSER_OFFLINE_KEY", workspace.path().join("offline.key"));
        let output = command.output().expect("a shell");
        assert_eq!(workspace.current(), before.0);
        assert_answers(&workspace);
        if ends_by_signal {
            assert_eq!(output.status.code(), None);
        } else {
            assert_eq!(output.status.code(), Some(1));
            assert!(
                printed(&output).contains("nothing was published"),
                "{}",
                printed(&output)
            );
            assert_eq!(workspace.index_entries(), before.1);
        }
    }
    let _ = workspace.run_ok(&["build", &breaches()]);
    assert_eq!(drafts(&workspace), 0);
}

#[test]
fn an_index_directory_that_may_not_be_written_is_reported() {
    let workspace = with_index();
    let before = workspace.index_entries();
    if !is_root() {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(workspace.index(), fs::Permissions::from_mode(0o555)).expect("a mode");
    }
    let output = workspace.run_as_nobody(&["build", &school()]);
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    assert!(
        printed(&output).contains("Permission denied"),
        "{}",
        printed(&output)
    );
    assert!(
        printed(&output).contains(workspace.index().to_str().expect("a path")),
        "{}",
        printed(&output)
    );
    assert_eq!(workspace.index_entries(), before);
    let occupied = workspace.path().join("file");
    fs::write(&occupied, "").expect("a file");
    let message = workspace.refused(&["build", "--index", "file", &school()], b"");
    assert!(message.contains("file"), "{message}");
}

#[test]
fn output_that_cannot_be_written_is_reported_and_the_index_is_current_anyway() {
    let workspace = with_index();
    let old = workspace.current();
    for arguments in [
        &["build", &school()][..],
        &["verify"],
        &["stats"],
        &["generations", "--json"],
    ] {
        let full = fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("/dev/full");
        let output = workspace
            .command()
            .args(arguments)
            .stdout(full)
            .output()
            .expect("ended");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(
            printed(&output).contains("No space left"),
            "{arguments:?}: {}",
            printed(&output)
        );
        assert!(
            !printed(&output).contains("internal error"),
            "{arguments:?}: {}",
            printed(&output)
        );
    }
    assert_ne!(workspace.current(), old);
    let full = fs::File::options()
        .write(true)
        .open("/dev/full")
        .expect("/dev/full");
    let silent = workspace
        .command()
        .args(["build", &school()])
        .stderr(full)
        .output()
        .expect("ended");
    assert!(
        silent.status.success(),
        "a build must not depend on its log"
    );
}

#[test]
fn a_server_may_read_the_index_whatever_the_builders_umask() {
    use std::os::unix::fs::PermissionsExt;

    let workspace = with_index();
    let mut command = Command::new("sh");
    command
        .args(["-c", "umask 077; exec \"$@\"", "sh"])
        .arg(indexer())
        .args(["build", &breaches()]);
    command
        .env("TEKSER_INDEX", workspace.index())
        .env("TEKSER_KEY", workspace.path().join("key"))
        .env("TEKSER_OFFLINE_KEY", workspace.path().join("offline.key"));
    assert!(command.output().is_ok_and(|output| output.status.success()));
    let generation = workspace.current();
    for (file, mode) in [
        ("CURRENT".to_owned(), 0o644),
        (generation.clone(), 0o755),
        (format!("{generation}/public.idx"), 0o444),
        (format!("{generation}/sealed.idx"), 0o400),
        (format!("{generation}/report.json"), 0o400),
        (format!("{generation}/report.txt"), 0o400),
    ] {
        let metadata = fs::metadata(workspace.index().join(&file)).expect("a file");
        assert_eq!(metadata.permissions().mode() & 0o777, mode, "{file}");
    }
}

#[test]
fn memory_that_no_machine_has_is_refused_before_anything_is_written() {
    let workspace = Workspace::new();
    let message = workspace.refused(&["build", "--memory", "4EiB", &school()], b"");
    assert!(message.contains("--memory"), "{message}");
    assert!(!workspace.index().exists());
}
