//! A writing command is killed before and after each of its steps on the disk: flushing, renaming, removing.

use std::fs;
use std::os::unix::process::ExitStatusExt;

use tekser_tests::Workspace;

use super::{assert_whole, copy, litter, with_two_leaks, write_commands, writer};

const KILLED: i32 = 9;

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

/// Kills the command at every step, each time in the index directory as it was, and tells at how many.
fn kill_at_every_step(workspace: &Workspace, command: &[String]) -> u32 {
    let (index, kept) = (workspace.index(), workspace.path().join("kept"));
    copy(&index, &kept);
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
        fs::remove_dir_all(&index).expect("removed");
        copy(&kept, &index);
        if is_done {
            fs::remove_dir_all(kept).expect("removed");
            return step;
        }
    }
    unreachable!("a command has an end")
}

fn assert_cleared(workspace: &Workspace, place: &str) {
    assert_whole(workspace);
    let _ = workspace.run_ok(&["prune", "--keep", "9"]);
    assert_eq!(litter(workspace), Vec::<String>::new(), "{place}");
    assert_whole(workspace);
}
