//! An addition that ended early, however it did, is resumed, and gives what it would have given undisturbed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tekser_tests::{Workspace, write_breach};

use super::{assert_whole, breach, copy, entries};

const ROWS: u32 = 4_000;
const PHONES: &str = "path = \"a.csv\"\n[file.columns]\nphone = { identifier = \"phone\" }\n\
                      email = { identifier = \"email\" }";

/// An index of a small leak, and a larger one to add; the least memory makes every batch of it a checkpoint.
struct Scene {
    workspace: Workspace,
    dump: String,
    /// The index before.
    kept: PathBuf,
    /// What adding gives if nobody disturbs it.
    expected: Value,
}

impl Scene {
    fn new() -> Self {
        let workspace = Workspace::new();
        let row = |row| format!("+7709{row:07},person{row}@example.kz\n");
        let phones = "phone,email\n".to_owned() + &(0..ROWS).map(row).collect::<String>();
        let files = [("a.csv", phones.as_bytes())];
        let dump = write_breach(
            &workspace.path().join("dumps"),
            "added-2022",
            PHONES,
            &files,
        );
        for _ in 0..2 {
            let _ = workspace.run_ok(&["build", "--pairs", &breach("school-2025")]);
        }
        let kept = workspace.path().join("kept");
        copy(&workspace.index(), &kept);
        let mut scene = Self {
            dump: dump.to_str().expect("a path").to_owned(),
            workspace,
            kept,
            expected: Value::Null,
        };
        let _ = scene.workspace.run_ok(&scene.add(&[]));
        scene.expected = held(&scene.workspace);
        assert!(scene.expected["pairs"].as_u64() > Some(u64::from(ROWS)));
        scene.restore();
        scene
    }

    fn add<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let add = ["add", &self.dump, "--threads", "1"];
        let small_steps = ["--memory", "64MiB", "--checkpoint", "0"];
        [&add[..], &small_steps, more].concat()
    }

    fn restore(&self) {
        fs::remove_dir_all(self.workspace.index()).expect("removed");
        copy(&self.kept, &self.workspace.index());
    }

    /// Begins to add and comes to a few checkpoints.
    fn begin(&self) -> Child {
        let mut adding = self.workspace.start(&self.add(&[]));
        while lines(&self.workspace.index()) <= 3 {
            let ended = adding.try_wait().expect("a state");
            assert_eq!(ended, None, "it ended before it could be stopped");
            std::thread::sleep(Duration::from_millis(1));
        }
        adding
    }

    /// Begins to add and stops it by a signal.
    fn stop(&self, signal: Signal) {
        let before = self.workspace.current();
        let mut adding = self.begin();
        let pid = i32::try_from(adding.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a process"), signal).expect("a signal");
        let status = adding.wait().expect("ended");
        assert!(!status.success(), "{signal:?} came too late");
        assert_eq!(self.workspace.current(), before, "{signal:?}");
        let printed = self.workspace.refused(&self.add(&[]), b"");
        assert!(
            printed.contains("--resume") && printed.contains("--discard"),
            "{printed}"
        );
    }
}

/// How many lines the journal of an addition has.
fn lines(index: &Path) -> usize {
    let journals = entries(index)
        .into_iter()
        .map(|entry| entry.join("scratch/journal"));
    let texts = journals.filter_map(|journal| fs::read_to_string(journal).ok());
    texts.map(|text| text.lines().count()).sum()
}

/// The roots of the public and the sealed file, how many pairs there are, and their bytes but for what the generation's
/// name decides.
fn held(workspace: &Workspace) -> Value {
    let verified = workspace.run_ok(&["verify", "--json"]);
    let verified: Value = serde_json::from_str(&verified).expect("JSON");
    let files = verified["files"].as_array().expect("files").iter();
    let roots: Vec<&Value> = files.map(|file| &file["root"]).collect();
    let pairs = workspace
        .index()
        .join(workspace.current())
        .join("pairs.bin");
    let pairs = &fs::read(pairs).expect("pairs")[72..];
    serde_json::json!({"roots": roots, "pairs": verified["pairs"], "bytes": pairs})
}

#[test]
fn an_addition_stopped_by_ctrl_c_or_killed_is_resumed_and_comes_to_the_same_root() {
    let scene = Scene::new();
    for signal in [Signal::INT, Signal::TERM, Signal::KILL] {
        scene.stop(signal);
        let output = scene
            .workspace
            .run(&scene.add(&["--resume", "--json"]), b"");
        let messages = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(messages.contains("resuming generation 20"), "{messages}");
        assert!(
            messages.contains("up to there the dumps are read again"),
            "{messages}"
        );
        let summary: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(summary["resumed"], 1, "{signal:?}");
        assert!(summary["forgotten"].as_u64() > Some(0), "{signal:?}");
        assert_eq!(held(&scene.workspace), scene.expected, "{signal:?}");
        scene.restore();
    }
}

#[test]
fn a_command_that_is_refused_next_to_an_unfinished_one_does_not_promise_to_resume() {
    let scene = Scene::new();
    scene.stop(Signal::KILL);
    let message = scene
        .workspace
        .refused(&["add", &breach("school-2025")], b"");
    assert!(message.contains("is already in the index"), "{message}");
    assert!(
        !message.contains("the same command with --resume"),
        "{message}"
    );
}

#[test]
fn an_addition_is_not_resumed_over_another_generation() {
    let scene = Scene::new();
    scene.stop(Signal::KILL);
    let _ = scene.workspace.run_ok(&["rollback"]);
    let printed = scene.workspace.refused(&scene.add(&["--resume"]), b"");
    assert!(
        printed.contains("the current generation has changed"),
        "{printed}"
    );
}

#[test]
fn an_addition_whose_index_vanishes_says_so_and_the_index_is_whole_where_it_went() {
    let scene = Scene::new();
    let adding = scene.begin();
    let (index, away) = (scene.workspace.index(), scene.workspace.path().join("away"));
    fs::rename(&index, &away).expect("renamed");
    let output = adding.wait_with_output().expect("ended");
    let printed = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(printed.contains("nothing was published"), "{printed}");
    assert!(!index.exists(), "an index directory was made");
    fs::rename(&away, &index).expect("renamed");
    assert_whole(&scene.workspace);
    let _ = scene.workspace.run_ok(&scene.add(&["--resume"]));
    assert_eq!(held(&scene.workspace), scene.expected);
}
