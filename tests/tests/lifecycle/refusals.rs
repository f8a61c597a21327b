//! What every writing command says where it may not or cannot write, and that nothing is lost then.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tekser_tests::{SmallDisk, Workspace, is_root, skip};

use super::{
    BESIDE, LOG, NEW_KEY, RELEASE_KEY, assert_whole, entries, litter, with_two_leaks,
    write_commands, writer,
};

/// What a command said, and whether it did what it should.
struct Said {
    succeeded: bool,
    stderr_text: String,
}

fn run(mut command: Command) -> Said {
    command.stderr(Stdio::piped());
    let mut child = command.spawn().expect("the indexer starts");
    let mut stderr_text = String::new();
    let mut stderr = child.stderr.take().expect("a pipe");
    stderr.read_to_string(&mut stderr_text).expect("text");
    let status = child.wait().expect("ended");
    assert!(
        matches!(status.code(), Some(0 | 1)),
        "{status}: {stderr_text}"
    );
    Said {
        succeeded: status.success(),
        stderr_text,
    }
}

/// A workspace of two leaks, and all commands that write, by the name of each.
fn scene() -> (Workspace, Vec<Vec<String>>) {
    let (workspace, build) = with_two_leaks();
    let commands = write_commands(&workspace, build);
    (workspace, commands)
}

/// What an index directory holds that counts.
fn published(workspace: &Workspace) -> (String, Vec<PathBuf>) {
    let mut names = entries(&workspace.index());
    names.retain(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("20"))
    });
    names.sort();
    (workspace.current(), names)
}

/// File systems of their own for the index, with what was `kept` in it, and for what is written next to it; `None`,
/// which is printed, where they may not be mounted.
fn small_disks(workspace: &Workspace, kept: &Path) -> Option<[SmallDisk; 2]> {
    let index = workspace.index();
    let [Some(disk), Some(beside)] =
        [index.clone(), workspace.path().join(BESIDE)].map(|folder| SmallDisk::over(&folder))
    else {
        skip("mounting a small file system needs root");
        return None;
    };
    disk.resize(64 << 10);
    super::copy(kept, &index);
    Some([disk, beside])
}

#[test]
fn a_full_disk_is_reported_by_every_writing_command_and_leaves_what_was() {
    let (workspace, commands) = scene();
    let index = workspace.index();
    let kept = workspace.path().join("kept");
    fs::rename(&index, &kept).expect("renamed");
    for command in &commands {
        let Some([disk, beside]) = small_disks(&workspace, &kept) else {
            return;
        };
        let before = published(&workspace);
        // A log is a page, and there is no disk without one.
        fs::write(workspace.path().join(BESIDE).join("filling"), [0; 4096]).expect("written");
        let makes_generation = !["rollback", "sign", "log", "prune"].contains(&&*command[0]);
        let mut refusals = 0;
        for more in (0..).step_by(4) {
            disk.resize((disk.taken_kib() + more).max(4));
            beside.resize((beside.taken_kib() + more).max(4));
            let said = run(writer(&workspace, command));
            if said.succeeded {
                break;
            }
            refusals += 1;
            let is_warned = said
                .stderr_text
                .contains("warning: the disk may become full");
            assert!(
                more > 0 || is_warned || !makes_generation,
                "{command:?}: {}",
                said.stderr_text
            );
            assert!(
                said.stderr_text.contains("No space left")
                    && said.stderr_text.contains("make room"),
                "{command:?}, {more} KiB: {}",
                said.stderr_text
            );
            assert_eq!(published(&workspace), before, "{command:?}, {more} KiB");
            disk.resize(64 << 10);
            beside.resize(64);
            assert_whole(&workspace);
            assert_eq!(litter(&workspace), Vec::<PathBuf>::new(), "{command:?}");
        }
        // Removing old generations is what makes room.
        let needs_room = command[0] != "prune";
        assert_eq!(refusals > 0, needs_room, "{command:?}");
    }
}

#[test]
fn a_file_system_that_cannot_be_written_to_is_reported_by_every_writing_command() {
    let (workspace, commands) = scene();
    let index = workspace.index();
    let kept = workspace.path().join("kept");
    fs::rename(&index, &kept).expect("renamed");
    let Some(disks) = small_disks(&workspace, &kept) else {
        return;
    };
    let before = published(&workspace);
    for disk in &disks {
        disk.set_read_only(true);
    }
    for command in &commands {
        let said = run(writer(&workspace, command));
        assert!(!said.succeeded, "{command:?}");
        assert!(
            said.stderr_text.contains("Read-only file system")
                && said.stderr_text.contains("mount"),
            "{command:?}: {}",
            said.stderr_text
        );
        assert_eq!(published(&workspace), before, "{command:?}");
        assert_whole(&workspace);
    }
}

#[test]
fn a_user_who_may_not_write_is_reported_so_by_every_writing_command() {
    let (workspace, commands) = scene();
    for key in [NEW_KEY, RELEASE_KEY] {
        workspace.give_to_nobody(key);
    }
    if !is_root() {
        use std::os::unix::fs::PermissionsExt;
        for folder in [workspace.index(), workspace.path().join(BESIDE)] {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).expect("a mode");
        }
    }
    let before = (published(&workspace), workspace.index_entries());
    for command in &commands {
        let mut writer = writer(&workspace, command);
        workspace.as_nobody(&mut writer);
        let said = run(writer);
        assert!(!said.succeeded, "{command:?}");
        let place = if command[0] == "log" { LOG } else { "index" };
        assert!(
            said.stderr_text.contains("Permission denied")
                && said.stderr_text.contains(place)
                && said.stderr_text.contains("as the owner of the files"),
            "{command:?}: {}",
            said.stderr_text
        );
        assert_eq!(
            (published(&workspace), workspace.index_entries()),
            before,
            "{command:?}"
        );
    }
}

#[test]
fn an_index_that_is_gone_is_reported_by_every_command_that_needs_one_and_none_is_made() {
    let (workspace, commands) = scene();
    fs::rename(workspace.index(), workspace.path().join("gone")).expect("renamed");
    let makes_one = ["build", "merge"];
    for command in &commands {
        if makes_one.contains(&command[0].as_str()) {
            continue;
        }
        let said = run(writer(&workspace, command));
        assert!(!said.succeeded, "{command:?}");
        let index = workspace.index();
        assert!(
            said.stderr_text.contains(index.to_str().expect("a path"))
                && said.stderr_text.contains("tekser-indexer build"),
            "{command:?}: {}",
            said.stderr_text
        );
        assert!(!index.exists(), "{command:?} made an index directory");
    }
}
