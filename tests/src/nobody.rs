use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::Workspace;

/// A user that owns no file.
const NOBODY: u32 = 65_534;

/// Returns whether the tests run as root, who may do everything.
#[must_use]
pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

impl Workspace {
    /// Runs the indexer as an unprivileged user, who owns the key.
    ///
    /// # Panics
    /// Panics if it cannot be started.
    #[must_use]
    pub fn run_as_nobody(&self, arguments: &[&str]) -> Output {
        let mut command = self.command();
        self.as_nobody(&mut command);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("the indexer starts")
    }

    /// Makes a command run as an unprivileged user, to whom the keys are given.
    ///
    /// # Panics
    /// Panics if a key cannot be given away.
    pub fn as_nobody(&self, command: &mut Command) {
        if is_root() {
            for key in ["key", "offline.key"] {
                if self.path().join(key).exists() {
                    self.give_to_nobody(key);
                }
            }
            make_accessible(self.path());
            command.uid(NOBODY).gid(NOBODY);
        }
    }

    /// Gives a file of this folder to an unprivileged user.
    ///
    /// # Panics
    /// Panics if only root could, and this is not root.
    pub fn give_to_nobody(&self, file: &str) {
        if is_root() {
            let file = self.path().join(file);
            chown(file, Some(NOBODY), Some(NOBODY)).expect("another owner");
        }
    }
}

fn make_accessible(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("a mode");
}
