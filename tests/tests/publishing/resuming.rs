//! A build that ended early, however it did, is resumed, and gives what it would have given undisturbed.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use rustix::process::Signal;
use tekser_test_kit::Dice;
use tekser_tests::{SmallDisk, skip};

use super::printed;
use super::scene::{Scene, forge, modified, set_modified};

/// Number of builds that are killed.
const KILLS: u32 = 50;

#[test]
fn a_build_killed_at_fifty_moments_and_resumed_ends_as_if_never_killed() {
    let scene = Scene::new();
    let mut dice = Dice::new(0x7465_6b73_6572);
    let (mut kills, mut ends, mut resumable) = (0, 0, 0);
    while kills < KILLS {
        let mut build = scene.start(&["--resume"]);
        std::thread::sleep(dice.moment(scene.duration * 5 / 4));
        build.kill().expect("killed");
        let status = build.wait().expect("ended");
        if status.success() {
            ends += 1;
            scene.assert_expected();
            fs::remove_dir_all(scene.workspace.index()).expect("removed");
        } else {
            assert_eq!(status.code(), None, "it failed by itself");
            kills += 1;
            resumable += u32::from(scene.journal().is_some());
        }
    }
    assert!(
        resumable >= 20,
        "only {resumable} could be resumed; {ends} ended"
    );
    scene.resume();
}

#[test]
fn ctrl_c_and_sigterm_leave_what_can_be_resumed_and_say_so() {
    let scene = Scene::new();
    for (signal, status) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let output = scene.stop(signal, 3);
        let message = printed(&output);
        assert_eq!(output.status.code(), Some(status), "{message}");
        assert!(
            message.contains("nothing was published") && message.contains("--resume"),
            "{message}"
        );
        assert!(scene.journal().is_some());
        scene.resume();
        fs::remove_dir_all(scene.workspace.index()).expect("removed");
    }
}

#[test]
fn a_build_that_did_not_end_is_neither_swept_away_nor_built_over_unasked() {
    let scene = Scene::stopped();
    for _ in 0..2 {
        let message = scene.refused(&[]);
        assert!(
            message.contains("--resume") && message.contains("--discard"),
            "{message}"
        );
        assert!(scene.journal().is_some());
    }
    let _ = scene.workspace.run_ok(&scene.arguments(&["--discard"]));
    scene.assert_expected();
    let reply = scene.workspace.run(&scene.arguments(&["--resume"]), b"");
    assert!(String::from_utf8_lossy(&reply.stderr).contains("no build to resume"));
    scene.assert_expected();
}

#[test]
fn with_another_key_or_setting_nothing_is_resumed() {
    let scene = Scene::stopped();
    let _ = scene.workspace.run_ok(&["keygen", "--key", "other"]);
    for (arguments, complaint) in [
        (&["--resume", "--key", "other"][..], "the key has changed"),
        (
            &["--resume", "--range-rows", "2048"],
            "--range-rows was 4096 and is 2048",
        ),
        (&["--resume", "--pairs"], "--pairs was false and is true"),
    ] {
        let message = scene.refused(arguments);
        assert!(message.contains(complaint), "{message}");
    }
    let other = ["--resume", "--threads", "3", "--max-rejects", "50%"];
    let _ = scene.workspace.run_ok(&scene.arguments(&other));
    scene.assert_expected();
}

/// A file, what is done to it, and what is said then.
type Change<'a> = (&'a str, &'a dyn Fn(&Path), &'a str);

const OTHER_RECORDS: &str = "the dumps have changed before";

#[test]
fn a_dump_that_changed_is_reported_and_nothing_is_resumed() {
    let scene = Scene::stopped();
    let (read, being_read) = ("open-2020/a.csv", "open-2020/b.csv");
    let swap = |bytes: &mut Vec<u8>| {
        let end = bytes.len() - 10;
        bytes.swap(end, end + 1);
    };
    let digit = |bytes: &mut Vec<u8>| {
        let first = bytes
            .iter()
            .position(|byte| *byte == b'+')
            .expect("a phone");
        bytes[first + 9] ^= 1;
    };
    let changes: [Change<'_>; 5] = [
        (
            read,
            &|path| forge(path, |bytes| bytes.extend(b"x;+77091234567\n")),
            "the length of a.csv has changed",
        ),
        (
            read,
            &|path| forge(path, swap),
            "the content of a.csv has changed",
        ),
        (
            read,
            &|path| {
                forge(path, swap);
                set_modified(path, SystemTime::now());
            },
            "the content of a.csv has changed",
        ),
        (being_read, &|path| forge(path, digit), OTHER_RECORDS),
        (
            "open-2020/breach.toml",
            &|path| forge(path, |bytes| bytes.push(b'\n')),
            "the breach.toml of open-2020",
        ),
    ];
    for (name, change, complaint) in changes {
        let path = scene.file(name);
        let (bytes, time) = (fs::read(&path).expect("a file"), modified(&path));
        change(&path);
        let message = scene.refused(&["--resume"]);
        // The second file may have been read to its end before the build was stopped, too.
        let other = [complaint, "the content of b.csv has changed"]
            [usize::from(complaint == OTHER_RECORDS)];
        assert!(
            message.contains(complaint) || message.contains(other),
            "{message}"
        );
        assert!(!message.contains("7709"), "{message}");
        fs::write(&path, bytes).expect("written");
        set_modified(&path, time);
    }
    fs::write(scene.file("open-2020/c.csv"), "name;phone\n").expect("written");
    let message = scene.refused(&["--resume"]);
    assert!(message.contains("check c.csv"), "{message}");
    fs::remove_file(scene.file("open-2020/c.csv")).expect("removed");
    scene.resume();
}

#[test]
fn a_dump_that_was_restored_with_other_times_is_compared_and_the_build_resumed() {
    let scene = Scene::stopped();
    for name in ["open-2020/a.csv", "open-2020/b.csv", "sealed-2021/a.csv"] {
        set_modified(&scene.file(name), SystemTime::now());
    }
    let output = scene.workspace.run(&scene.arguments(&["--resume"]), b"");
    let message = printed(&output);
    assert!(output.status.success(), "{message}");
    assert_eq!(
        message.matches("the modification time has changed").count(),
        3,
        "{message}"
    );
    assert!(message.contains("a.csv") && message.contains("sealed-2021"));
    scene.assert_expected();
}

#[test]
fn a_damaged_journal_costs_work_or_is_refused_and_never_gives_another_root() {
    let scene = Scene::stopped();
    let journal = scene.journal().expect("a journal");
    let draft = journal.ancestors().nth(2).expect("a draft").to_owned();
    let kept = tempfile::tempdir().expect("a folder");
    let files = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("a folder");
        entries
            .map(|entry| entry.expect("a file").path())
            .collect::<Vec<_>>()
    };
    for file in files(&draft.join("scratch")) {
        fs::copy(&file, kept.path().join(file.file_name().expect("a name"))).expect("kept");
    }
    let whole = fs::read(&journal).expect("a journal");
    let (mut resumed, mut refused) = (0, 0);
    for part in 0..12 {
        let _ = fs::remove_dir_all(scene.workspace.index());
        fs::create_dir_all(draft.join("scratch")).expect("a folder");
        for file in files(kept.path()) {
            let name = file.file_name().expect("a name");
            fs::copy(&file, draft.join("scratch").join(name)).expect("restored");
        }
        let place = whole.len() * part / 12;
        let mut damaged = whole.clone();
        match part % 2 {
            0 => damaged.truncate(place),
            _ => damaged[place] ^= 4,
        }
        fs::write(&journal, damaged).expect("written");
        let output = scene.workspace.run(&scene.arguments(&["--resume"]), b"");
        if output.status.success() {
            resumed += 1;
            scene.assert_expected();
        } else {
            refused += 1;
            let message = printed(&output);
            assert!(
                message.contains("journal") && message.contains("--discard"),
                "{message}"
            );
            let _ = scene.workspace.run_ok(&scene.arguments(&["--discard"]));
            scene.assert_expected();
        }
    }
    assert!(
        resumed > 3 && refused > 0,
        "{resumed} resumed, {refused} refused"
    );
}

#[test]
fn a_run_that_was_damaged_or_lost_is_reported() {
    let scene = Scene::stopped();
    let journal = scene.journal().expect("a journal");
    let run = journal.with_file_name("run-1");
    let whole = fs::read(&run).expect("a run");
    let mut damaged = whole.clone();
    damaged[100] ^= 1;
    for bytes in [damaged, whole[..whole.len() - 1].to_vec()] {
        fs::write(&run, bytes).expect("written");
        let message = scene.refused(&["--resume"]);
        assert!(
            message.contains("damaged or gone") && message.contains("--discard"),
            "{message}"
        );
    }
    fs::remove_file(&run).expect("removed");
    assert!(scene.refused(&["--resume"]).contains("damaged or gone"));
    fs::write(&run, whole).expect("written");
    scene.resume();
}

#[test]
fn a_build_that_met_a_full_disk_is_resumed_when_there_is_room() {
    let scene = Scene::new();
    let Some(disk) = SmallDisk::over(&scene.workspace.index()) else {
        skip("mounting a small file system needs root");
        return;
    };
    let mut kept = 0;
    for kib in (64..).step_by(32) {
        disk.resize(kib);
        let output = scene.workspace.run(&scene.arguments(&["--resume"]), b"");
        if output.status.success() {
            break;
        }
        assert!(
            printed(&output).contains("No space left"),
            "{}",
            printed(&output)
        );
        assert!(kib < 4096, "{}", printed(&output));
        kept += u32::from(scene.journal().is_some());
    }
    assert!(kept > 0, "nothing was ever kept");
    scene.assert_expected();
}
