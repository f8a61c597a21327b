//! A writing command is killed before and after each of its steps on the disk: flushing, renaming, removing.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use tekser_tests::Workspace;

use super::{assert_whole, breach, copy, litter, with_generations};

const KILLED: i32 = 9;

/// Kills the command at every step, each time in the index directory as it was, and tells at how many.
fn kill_at_every_step(workspace: &Workspace, command: &[&str]) -> u32 {
    let (index, kept) = (workspace.index(), workspace.path().join("kept"));
    copy(&index, &kept);
    let before = workspace.current();
    for step in 0.. {
        let run = workspace
            .command()
            .args(command)
            .env("TEKSER_DIE_AT_STEP", step.to_string())
            .stdin(Stdio::null())
            .output()
            .expect("the indexer starts");
        if run.status.success() {
            fs::remove_dir_all(kept).expect("removed");
            return step;
        }
        assert_eq!(
            run.status.signal(),
            Some(KILLED),
            "{command:?} at step {step}"
        );
        assert_whole(workspace);
        let _ = workspace.run_ok(&["prune", "--keep", "9"]);
        assert_eq!(
            litter(workspace),
            Vec::<String>::new(),
            "{command:?} at step {step}"
        );
        assert_whole(workspace);
        let _ = workspace.run_ok(&["rollback", &before]);
        fs::remove_dir_all(&index).expect("removed");
        copy(&kept, &index);
    }
    unreachable!("a command has an end")
}

#[test]
fn a_build_killed_at_any_step_leaves_a_whole_index_and_nothing_that_the_next_command_does_not_clear()
 {
    let (workspace, names) = with_generations(1);
    let steps = kill_at_every_step(&workspace, &["build", "--discard", &breach("school-2025")]);
    assert!(steps > 20, "it was killed at {steps} steps only");
    assert_ne!(workspace.current(), names[0]);
}

#[test]
fn a_rollback_killed_at_any_step_leaves_a_whole_index() {
    let (workspace, names) = with_generations(2);
    let steps = kill_at_every_step(&workspace, &["rollback"]);
    assert!(steps >= 8, "it was killed at {steps} steps only");
    assert_eq!(workspace.current(), names[0]);
}

#[test]
fn a_prune_killed_at_any_step_leaves_a_whole_index() {
    let (workspace, names) = with_generations(3);
    let steps = kill_at_every_step(&workspace, &["prune", "--keep", "1"]);
    assert!(steps >= 12, "it was killed at {steps} steps only");
    assert_eq!(workspace.current(), names[2]);
}
