use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use exposure_index::durable::{self, UNFINISHED_PREFIX};
use exposure_index::passwords::is_passwords;

use super::PasswordBuildError;

const OWNER_ONLY: u32 = 0o700;
const READ_ONLY: u32 = 0o444;
/// Name of the new file in the draft's folder.
const FILE: &str = "passwords";

/// A password list that is being written: a hidden folder next to it, which is locked, and removed when dropped. What a
/// killed process has left there is removed by the next one.
pub(super) struct Draft {
    output: PathBuf,
    folder: PathBuf,
    /// The system releases the lock when the process ends, however it ends.
    _lock: File,
}

impl Draft {
    /// Begins a replacement of `output`, which must be a password list if it exists.
    pub(super) fn begin(output: &Path) -> Result<Self, PasswordBuildError> {
        check_place(output)?;
        let name = output.file_name().unwrap_or_default().to_string_lossy();
        let folder = output.with_file_name(format!("{UNFINISHED_PREFIX}{name}"));
        let lock = open(&folder).map_err(cannot_be_written(output))?;
        match lock.try_lock() {
            Ok(()) => sweep(&folder).map_err(cannot_be_written(output))?,
            Err(TryLockError::WouldBlock) => {
                let path = output.to_owned();
                return Err(PasswordBuildError::Locked { path });
            }
            Err(TryLockError::Error(source)) => return Err(cannot_be_written(output)(source)),
        }
        Ok(Self {
            output: output.to_owned(),
            folder,
            _lock: lock,
        })
    }

    /// Makes a new folder for runs.
    pub(super) fn runs(&self, name: &str) -> io::Result<PathBuf> {
        let folder = self.folder.join(name);
        durable::create_folder(&folder, OWNER_ONLY)?;
        Ok(folder)
    }

    /// Creates the new file.
    pub(super) fn create(&self) -> io::Result<File> {
        let mut options = File::options();
        options
            .create_new(true)
            .write(true)
            .open(self.folder.join(FILE))
    }

    /// Moves the flushed file into its place in one step. It is not written to afterwards: servers map it.
    pub(super) fn publish(self) -> Result<(), PasswordBuildError> {
        let written = self.folder.join(FILE);
        durable::set_mode(&written, READ_ONLY)
            .and_then(|()| durable::rename(&written, &self.output))
            .and_then(|()| durable::sync_name(&self.output))
            .map_err(cannot_be_written(&self.output))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next draft.
        let _ = durable::remove_folder(&self.folder);
    }
}

/// Opens the folder, creating it if needed.
fn open(folder: &Path) -> io::Result<File> {
    match durable::create_folder(folder, OWNER_ONLY) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        // The target of a link belongs to others, and is not removed.
        _ if !fs::symlink_metadata(folder)?.is_dir() => Err(io::ErrorKind::NotADirectory.into()),
        _ => File::open(folder),
    }
}

/// Removes the content of the folder.
fn sweep(folder: &Path) -> io::Result<()> {
    for left in fs::read_dir(folder)? {
        durable::remove(&left?.path())?;
    }
    Ok(())
}

/// Refuses to replace a file that is not a password list.
fn check_place(output: &Path) -> Result<(), PasswordBuildError> {
    let is_replaceable = match File::open(output) {
        Ok(file) => begins_as_passwords(&file).map_err(cannot_be_written(output))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => output.file_name().is_some(),
        Err(source) => return Err(cannot_be_written(output)(source)),
    };
    match is_replaceable {
        true => Ok(()),
        false => Err(PasswordBuildError::OtherFile {
            path: output.to_owned(),
        }),
    }
}

fn begins_as_passwords(file: &File) -> io::Result<bool> {
    let mut head = Vec::new();
    Ok(file.metadata()?.is_file() && {
        file.take(8).read_to_end(&mut head)?;
        is_passwords(&head)
    })
}

fn cannot_be_written(output: &Path) -> impl FnOnce(io::Error) -> PasswordBuildError {
    let path = output.to_owned();
    move |source| PasswordBuildError::Output { path, source }
}
