//! A writing command is killed before and after each of its steps on the disk: flushing, renaming, removing.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};

use tekser_tests::Workspace;

use super::{assert_whole, copy, litter, with_two_leaks, write_commands};

const KILLED: i32 = 9;

#[test]
fn a_writing_command_killed_at_any_step_leaves_a_whole_index_and_nothing_that_the_next_one_does_not_clear()
 {
    let (workspace, build) = with_two_leaks();
    let mut kills = 0;
    for command in write_commands(&workspace, build) {
        let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        let steps = kill_at_every_step(&workspace, &arguments);
        assert!(steps >= 8, "{arguments:?} was killed at {steps} steps only");
        kills += steps;
    }
    assert!(kills >= 240, "only {kills} kills");
}

/// Kills the command at every step, each time in the index directory as it was, and tells at how many.
fn kill_at_every_step(workspace: &Workspace, command: &[&str]) -> u32 {
    let (index, kept) = (workspace.index(), workspace.path().join("kept"));
    copy(&index, &kept);
    for step in 0.. {
        let status = die_at(workspace, command, step);
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

fn die_at(workspace: &Workspace, command: &[&str], step: u32) -> ExitStatus {
    let mut indexer = workspace.command();
    indexer
        .args(command)
        .env("TEKSER_DIE_AT_STEP", step.to_string())
        .stdin(Stdio::null())
        .output()
        .expect("the indexer starts")
        .status
}

fn assert_cleared(workspace: &Workspace, place: &str) {
    assert_whole(workspace);
    let _ = workspace.run_ok(&["prune", "--keep", "9"]);
    assert_eq!(litter(workspace), Vec::<String>::new(), "{place}");
    assert_whole(workspace);
}
