use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::SystemTime;

/// What identifies a file that was neither written to nor replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileState {
    number: u64,
    length: u64,
    modified: Option<SystemTime>,
}

impl FileState {
    /// Returns its length in bytes.
    pub(crate) const fn length(self) -> u64 {
        self.length
    }

    /// Returns the state of the file at a path.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        Ok(Self {
            number: metadata.ino(),
            length: metadata.len(),
            modified: metadata.modified().ok(),
        })
    }
}
