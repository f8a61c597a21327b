use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use jiff::Timestamp;

use super::GenerationError;
use super::error::io_error;
use crate::durable;

const LOCK: &str = "LOCK";
/// More than a process number and a time.
const MAX_HOLDER: u64 = 64;

/// The right to write to an index directory. The OS releases it when the process ends, however it ends, so no
/// lock outlives its holder.
pub struct Lock {
    file: File,
}

/// The holder of a lock, as written in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockHolder {
    process: u32,
    since: Timestamp,
}

impl Lock {
    pub(super) fn take(folder: &Path) -> Result<Self, GenerationError> {
        if !folder.exists() {
            fs::create_dir_all(folder).map_err(io_error(folder))?;
            if let Some(parent) = folder
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
            {
                durable::sync(parent).map_err(io_error(parent))?;
            }
        }
        let path = folder.join(LOCK);
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(io_error(&path))?;
        match file.try_lock() {
            Ok(()) => {
                // The lock holds without it, too; a full disk is reported where something must be written.
                let _ = LockHolder::this_process().write(&mut file);
                Ok(Self { file })
            }
            Err(TryLockError::WouldBlock) => Err(GenerationError::Locked {
                path: folder.to_owned(),
                holder: LockHolder::read(&file),
            }),
            Err(TryLockError::Error(source)) => Err(GenerationError::Io { path, source }),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Text left by a process that died is ignored, since the lock itself is free then.
        let _ = self.file.set_len(0);
    }
}

impl LockHolder {
    fn this_process() -> Self {
        Self {
            process: std::process::id(),
            since: Timestamp::now(),
        }
    }

    fn write(self, file: &mut File) -> io::Result<()> {
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{} {}", self.process, self.since.as_second())
    }

    /// Returns `None` if the text is something else, or empty.
    fn read(file: &File) -> Option<Self> {
        let mut text = String::new();
        file.take(MAX_HOLDER).read_to_string(&mut text).ok()?;
        let (process, since) = text.trim_end().split_once(' ')?;
        Some(Self {
            process: process.parse().ok()?,
            since: Timestamp::from_second(since.parse().ok()?).ok()?,
        })
    }
}

impl fmt::Display for LockHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self.since.strftime("%Y-%m-%d %H:%M:%S UTC");
        write!(f, "process {}, since {since}", self.process)
    }
}
