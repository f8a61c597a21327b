use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use tekser_tests::{Workspace, files_below};

use super::traces::assert_untold;
use super::{FILE, build, file, invented, names, run, write};

const KILLED: i32 = 9;

#[test]
fn a_build_killed_at_any_step_leaves_the_old_file_or_the_new_one_and_what_the_next_one_clears() {
    let workspace = Workspace::without_key();
    let dump = invented(60, 2);
    write(&workspace, "first-2020", &dump);
    let command = build(&workspace, &[]);
    run(&workspace, &command);
    let old = fs::read(file(&workspace)).expect("read");
    write(&workspace, "second-2021", &invented(80, 3));
    let mut steps = 0;
    let new = loop {
        let status = workspace
            .command()
            .args(&command)
            .env("TEKSER_DIE_AT_STEP", steps.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("the indexer starts");
        let now = fs::read(file(&workspace)).expect("read");
        if status.success() {
            break now;
        }
        assert_eq!(status.signal(), Some(KILLED), "at step {steps}");
        let path = file(&workspace);
        let _ = workspace.run_ok(&["passwords", "verify", path.to_str().expect("a path")]);
        assert_untold(&dump, files_below(workspace.path()));
        if now != old {
            fs::remove_file(&path).expect("removed");
            fs::write(&path, &old).expect("written");
        }
        steps += 1;
    };
    assert!(new != old && steps >= 20, "killed at {steps} steps only");
    assert_eq!(names(workspace.path()), ["breaches", FILE]);
}
