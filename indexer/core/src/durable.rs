//! What is on the disk, whatever happens to the machine? The steps that create, replace and
//! remove files and folders.
//!
//! Public for the indexer, which writes more than generations with them.
//!
//! A step is one system call or a few; a process can be killed between any two of them. With the feature `failpoints`,
//! which only tests turn on, it kills itself at point `TEKSER_DIE_AT_STEP`: one is before, one after each step.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Prefix of the names of unfinished files and folders. The next writer removes them.
pub const UNFINISHED_PREFIX: &str = ".draft-";

/// Makes a folder with this mode, regardless of the umask.
///
/// # Errors
/// The OS error.
pub fn create_folder(path: &Path, mode: u32) -> io::Result<()> {
    step(|| {
        // Until the mode is set, only the owner has access.
        DirBuilder::new().mode(mode & 0o700).create(path)?;
        fs::set_permissions(path, Permissions::from_mode(mode))
    })
}

/// Makes a folder and its missing parents.
///
/// # Errors
/// The OS error.
pub fn create_folders(path: &Path, mode: u32) -> io::Result<()> {
    if path == Path::new("") || path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        create_folders(parent, mode)?;
    }
    create_folder(path, mode)
}

/// Gives a file or folder another name in the same file system, in one step; a file of that name is replaced.
///
/// # Errors
/// The OS error.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    step(|| fs::rename(from, to))
}

/// Flushes a file, or the names in a folder.
///
/// # Errors
/// The OS error.
pub fn sync(path: &Path) -> io::Result<()> {
    sync_file(&File::open(path)?)
}

/// Flushes the name of a file.
///
/// # Errors
/// The OS error.
pub fn sync_name(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    sync(folder.unwrap_or(Path::new(".")))
}

/// Flushes an open file.
///
/// # Errors
/// The OS error.
pub fn sync_file(file: &File) -> io::Result<()> {
    step(|| file.sync_all())
}

/// Changes who may do what with a file or folder.
///
/// # Errors
/// The OS error.
pub fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    step(|| fs::set_permissions(path, Permissions::from_mode(mode)))
}

/// Removes a file.
///
/// # Errors
/// The OS error.
pub fn remove_file(path: &Path) -> io::Result<()> {
    step(|| fs::remove_file(path))
}

/// Removes a file if it exists, such as one that a killed process may have left.
pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes a folder and its contents.
///
/// # Errors
/// The OS error.
pub fn remove_folder(path: &Path) -> io::Result<()> {
    step(|| fs::remove_dir_all(path))
}

/// Removes a file, a link, or a folder and its contents.
///
/// # Errors
/// The OS error.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path)?.is_dir() {
        true => remove_folder(path),
        false => remove_file(path),
    }
}

/// Creates a new file, flushed with its name. If that fails, nothing of it is left.
///
/// # Errors
/// The OS error.
pub fn create_file(path: &Path, mode: u32, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true).mode(mode);
    let mut file = step(|| options.open(path))?;
    let written = step(|| file.write_all(bytes))
        .and_then(|()| sync_file(&file))
        .and_then(|()| sync_name(path));
    if written.is_err() {
        // The error below says that it was not written.
        let _ = fs::remove_file(path);
    }
    written
}

/// Makes a new file with this mode, regardless of the umask. It is on the disk once the whole file system
/// [is flushed](sync_file_system).
///
/// # Errors
/// The OS error.
pub fn create_unsynced(path: &Path, mode: u32, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true).mode(mode & 0o600);
    step(|| {
        let mut file = options.open(path)?;
        file.set_permissions(Permissions::from_mode(mode))?;
        file.write_all(bytes)
    })
}

/// Flushes everything that was written to the file system of a folder: for many files this is cheaper than one by one.
///
/// # Errors
/// The OS error.
pub fn sync_file_system(folder: &Path) -> io::Result<()> {
    let folder = File::open(folder)?;
    step(|| Ok(rustix::fs::syncfs(&folder)?))
}

/// Writes after the end of the file at `path`, opened as `file` to append, and flushes it with its name. If that fails,
/// the bytes written are cut off again.
///
/// # Errors
/// The OS error.
pub fn append(mut file: &File, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let length = file.metadata()?.len();
    let written = step(|| file.write_all(bytes))
        .and_then(|()| sync_file(file))
        .and_then(|()| sync_name(path));
    if written.is_err() {
        // If a part remains, readers recognise it by its missing end.
        let _ = file.set_len(length);
    }
    written
}

/// New contents of a file, written next to it and not yet in its place. Removed if dropped before that.
pub struct Replacement {
    written: PathBuf,
    path: PathBuf,
    in_place: bool,
}

impl Replacement {
    /// Writes the replacement of the file at `path`, which need not exist. A full disk fails here.
    ///
    /// # Errors
    /// The OS error.
    pub fn write(path: &Path, mode: u32, bytes: &[u8]) -> io::Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let written = path.with_file_name(format!("{UNFINISHED_PREFIX}{name}"));
        let replacement = Self {
            written,
            path: path.to_owned(),
            in_place: false,
        };
        remove_if_there(&replacement.written)?;
        let mut file = OpenOptions::new()
            .create_new(true)
            .write(true)
            // Until the mode is set, only the owner has access.
            .mode(mode & 0o600)
            .open(&replacement.written)?;
        // Regardless of the umask.
        file.set_permissions(Permissions::from_mode(mode))?;
        step(|| file.write_all(bytes))?;
        sync_file(&file)?;
        Ok(replacement)
    }

    /// Replaces the file, in one step.
    ///
    /// # Errors
    /// The OS error.
    pub fn put_in_place(mut self) -> io::Result<()> {
        rename(&self.written, &self.path)?;
        self.in_place = true;
        sync_name(&self.path)
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if !self.in_place {
            // The next writer removes it otherwise.
            let _ = fs::remove_file(&self.written);
        }
    }
}

/// Returns the bytes available to this process on the disk of an existing folder.
///
/// # Errors
/// The OS error.
pub fn free_bytes(folder: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Runs a request that changes a store. As at a step on the disk, a test can kill the process before and after it.
#[cfg(feature = "store")]
pub(crate) async fn request<T>(act: impl Future<Output = T>) -> T {
    #[cfg(feature = "failpoints")]
    failpoint::pass();
    let outcome = act.await;
    #[cfg(feature = "failpoints")]
    failpoint::pass();
    outcome
}

#[cfg(not(feature = "failpoints"))]
fn step<T>(act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    act()
}

#[cfg(feature = "failpoints")]
fn step<T>(act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    failpoint::pass();
    let outcome = act();
    failpoint::pass();
    outcome
}

#[cfg(feature = "failpoints")]
mod failpoint {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    use rustix::process::{Signal, getpid, kill_process};

    static FATAL: LazyLock<Option<u64>> =
        LazyLock::new(|| std::env::var("TEKSER_DIE_AT_STEP").ok()?.parse().ok());
    static PASSED: AtomicU64 = AtomicU64::new(0);

    /// Counts a point between two steps, and kills the process at the one that was asked for.
    pub(super) fn pass() {
        let place = PASSED.fetch_add(1, Ordering::Relaxed);
        while *FATAL == Some(place) {
            let _ = kill_process(getpid(), Signal::KILL);
        }
    }
}
