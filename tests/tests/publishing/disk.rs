use std::fs;
use std::process::{Command, Stdio};

use tekser_tests::Workspace;

/// A small file system over the index directory, taken away again at the end.
pub(super) struct SmallDisk<'a>(&'a Workspace);

impl<'a> SmallDisk<'a> {
    /// `None` where mounting is not allowed.
    pub(super) fn over(workspace: &'a Workspace) -> Option<Self> {
        fs::create_dir(workspace.index()).ok()?;
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
            .arg(workspace.index());
        let mounted = mount.stderr(Stdio::null()).status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Self(workspace))
    }

    pub(super) fn resize(&self, kib: u32) {
        let mut mount = Command::new("mount");
        mount
            .args(["-o", &format!("remount,size={kib}k")])
            .arg(self.0.index());
        assert!(
            mount.status().is_ok_and(|status| status.success()),
            "{kib} KiB"
        );
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.index()).status();
    }
}
