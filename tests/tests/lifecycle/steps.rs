//! A writing command is killed before and after each of its steps on the disk: flushing, renaming, removing.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};

use tekser_tests::Workspace;
use tempfile::TempDir;

use super::{BESIDE, assert_whole, copy, litter, with_two_leaks, write_commands, writer};

pub(super) const KILLED: i32 = 9;

#[test]
fn a_writing_command_killed_at_any_step_leaves_a_whole_index_and_nothing_that_the_next_one_does_not_clear()
 {
    let (workspace, build) = with_two_leaks();
    let mut kills = 0;
    for command in write_commands(&workspace, build) {
        let steps = kill_at_every_step(&workspace, &command);
        assert!(steps >= 6, "{command:?} was killed at {steps} steps only");
        kills += steps;
    }
    assert!(kills >= 240, "only {kills} kills");
}

/// Kills the command at every step, each time with everything as it was, and returns their number.
fn kill_at_every_step(workspace: &Workspace, command: &[String]) -> u32 {
    let kept = Kept::new(workspace);
    for step in 0.. {
        let mut writer = writer(workspace, command);
        let status = writer.env("TEKSER_DIE_AT_STEP", step.to_string()).status();
        let status = status.expect("the indexer starts");
        let is_done = status.success();
        if !is_done {
            let place = format!("{command:?} at step {step}");
            assert_eq!(status.signal(), Some(KILLED), "{place}");
            assert_cleared(workspace, &place);
        }
        kept.restore();
        if is_done {
            return step;
        }
    }
    unreachable!("a command has an end")
}

/// The folders that commands write to, and copies of them as they were.
struct Kept {
    folders: [PathBuf; 2],
    copies: TempDir,
}

impl Kept {
    fn new(workspace: &Workspace) -> Self {
        let kept = Self {
            folders: [workspace.index(), workspace.path().join(BESIDE)],
            copies: tempfile::tempdir().expect("a folder"),
        };
        for (folder, copied) in kept.pairs() {
            copy(folder, &copied);
        }
        kept
    }

    fn restore(&self) {
        for (folder, copied) in self.pairs() {
            fs::remove_dir_all(folder).expect("removed");
            copy(&copied, folder);
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (&Path, PathBuf)> {
        let copied = |folder: &Path| self.copies.path().join(folder.file_name().expect("a name"));
        let folders = self.folders.iter().map(PathBuf::as_path);
        folders.map(move |folder| (folder, copied(folder)))
    }
}

fn assert_cleared(workspace: &Workspace, place: &str) {
    assert_whole(workspace);
    let _ = workspace.run_ok(&["prune", "--keep", "9"]);
    assert_eq!(litter(workspace), Vec::<PathBuf>::new(), "{place}");
    assert_whole(workspace);
}
