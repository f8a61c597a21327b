use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::statvfs;

/// A small file system over a folder, unmounted at the end.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts one over a folder, creating it if needed; `None` if mounting is not allowed.
    #[must_use]
    pub fn over(folder: &Path) -> Option<Self> {
        fs::create_dir_all(folder).ok()?;
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
            .arg(folder);
        let mounted = mount.stderr(Stdio::null()).status();
        mounted
            .is_ok_and(|status| status.success())
            .then(|| Self(folder.to_owned()))
    }

    /// Sets its size in bytes, including what is used.
    ///
    /// # Panics
    /// Panics if more is taken.
    pub fn resize(&self, kib: u64) {
        self.remount(&format!("size={kib}k"));
    }

    /// Forbids writing to it, or allows it again.
    ///
    /// # Panics
    /// Panics if the system does not have it.
    pub fn set_read_only(&self, is_read_only: bool) {
        self.remount(if is_read_only { "ro" } else { "rw" });
    }

    /// Returns the used bytes.
    ///
    /// # Panics
    /// Panics if the system does not say.
    #[must_use]
    pub fn taken_kib(&self) -> u64 {
        let disk = statvfs(&self.0).expect("a file system");
        ((disk.f_blocks - disk.f_bfree) * disk.f_frsize).div_ceil(1024)
    }

    fn remount(&self, options: &str) {
        let mut mount = Command::new("mount");
        mount
            .args(["-o", &format!("remount,{options}")])
            .arg(&self.0);
        assert!(
            mount.status().is_ok_and(|status| status.success()),
            "{options}"
        );
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}
