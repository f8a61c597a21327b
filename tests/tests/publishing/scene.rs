//! Dumps, what an undisturbed build of them gives, and ways to disturb one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Output};
use std::time::{Duration, Instant, SystemTime};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tekser_tests::{Workspace, write_breach};
use tempfile::TempDir;

use super::{drafts, printed};

/// Rows of a dump, and how many of them are of a person who was not met before: reading takes about as long as
/// evaluating then, and both are quick.
const ROWS: u32 = 8_000;
const PERSONS: u32 = 2_000;
/// The least memory gives small batches, and every one of them is a checkpoint with a run of its own.
const SMALL_STEPS: [&str; 4] = ["--memory", "64MiB", "--checkpoint", "0"];
const PHONES: &str = "path = \"*.csv\"\n[file.columns]\nphone = { identifier = \"phone\" }\nname = { class = \"names\" }";

/// Two breaches of two files each, one of them sensitive.
fn dumps() -> TempDir {
    let root = tempfile::tempdir().expect("a folder");
    for (id, first) in [("open-2020", 0), ("sealed-2021", 700)] {
        let [one, two] = [first, first + PERSONS / 2].map(dump);
        let files = [("a.csv", one.as_bytes()), ("b.csv", two.as_bytes())];
        let folder = write_breach(root.path(), id, PHONES, &files);
        if id.starts_with("sealed") {
            let path = folder.join("breach.toml");
            let description = fs::read_to_string(&path).expect("a description");
            fs::write(path, format!("sensitive = true\n{description}")).expect("written");
        }
    }
    root
}

fn dump(first: u32) -> String {
    let row = |row: u32| {
        let name = if row.is_multiple_of(3) { "" } else { "x" };
        format!("{name};+7709{:07}\n", first + row * 7 % PERSONS)
    };
    "name;phone\n".to_owned() + &(0..ROWS).map(row).collect::<String>()
}

/// A workspace, dumps, and what an undisturbed build of them gives.
pub(super) struct Scene {
    pub(super) workspace: Workspace,
    dumps: TempDir,
    expected: Value,
    pub(super) duration: Duration,
}

impl Scene {
    pub(super) fn new() -> Self {
        let (workspace, dumps) = (Workspace::new(), dumps());
        let begun = Instant::now();
        let _ = workspace.run_ok(&["build", dumps.path().to_str().expect("a path")]);
        let duration = begun.elapsed();
        let expected = result(&workspace);
        fs::remove_dir_all(workspace.index()).expect("removed");
        Self {
            workspace,
            dumps,
            expected,
            duration,
        }
    }

    pub(super) fn arguments<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let dumps = self.dumps.path().to_str().expect("a path");
        [&["build", dumps][..], &SMALL_STEPS, more].concat()
    }

    pub(super) fn start(&self, more: &[&str]) -> Child {
        self.workspace.start(&self.arguments(more))
    }

    pub(super) fn refused(&self, more: &[&str]) -> String {
        self.workspace.refused(&self.arguments(more), b"")
    }

    /// Resumes the build, which must succeed and give what is expected.
    pub(super) fn resume(&self) {
        let _ = self.workspace.run_ok(&self.arguments(&["--resume"]));
        self.assert_expected();
    }

    pub(super) fn assert_expected(&self) {
        assert_eq!(result(&self.workspace), self.expected);
        assert_eq!(drafts(&self.workspace), 0);
        let _ = self.workspace.run_ok(&["verify"]);
    }

    pub(super) fn journal(&self) -> Option<PathBuf> {
        let entries = fs::read_dir(self.workspace.index()).ok()?;
        let drafts = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let mut journals = drafts.map(|draft| draft.join("scratch/journal"));
        journals.find(|journal| journal.exists())
    }

    /// Begins a build and stops it by a signal when it has come to `checkpoints`.
    pub(super) fn stop(&self, signal: Signal, checkpoints: usize) -> Output {
        let build = self.start(&["--threads", "1"]);
        let lines = || {
            let journal = self
                .journal()
                .and_then(|journal| fs::read_to_string(journal).ok());
            journal.map_or(0, |journal| journal.lines().count())
        };
        while lines() <= checkpoints {
            std::thread::sleep(Duration::from_millis(1));
        }
        let pid = i32::try_from(build.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a process"), signal).expect("a signal");
        build.wait_with_output().expect("ended")
    }

    pub(super) fn stopped() -> Self {
        let scene = Self::new();
        let output = scene.stop(Signal::INT, 6);
        assert_eq!(output.status.code(), Some(130), "{}", printed(&output));
        scene
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.dumps.path().join(name)
    }
}

/// What may not differ: the comparable part of the report, the roots among it, and its digest.
fn result(workspace: &Workspace) -> Value {
    let report = workspace
        .index()
        .join(workspace.current())
        .join("report.json");
    let report: Value = serde_json::from_slice(&fs::read(report).expect("a report")).expect("JSON");
    serde_json::json!([report["digest"], report["compared"]])
}

/// Writes a file without a trace in its size and time.
pub(super) fn forge(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let modified = modified(path);
    let mut bytes = fs::read(path).expect("a file");
    change(&mut bytes);
    fs::write(path, bytes).expect("written");
    set_modified(path, modified);
}

pub(super) fn modified(path: &Path) -> SystemTime {
    let metadata = fs::metadata(path).expect("a file");
    metadata.modified().expect("a time")
}

pub(super) fn set_modified(path: &Path, time: SystemTime) {
    let file = File::options().write(true).open(path).expect("a file");
    file.set_modified(time).expect("a time");
}
