use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::SystemTime;

/// By what a file is recognised that nobody wrote to and no other took the place of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    number: u64,
    length: u64,
    modified: Option<SystemTime>,
}

impl Seen {
    /// Its length in bytes.
    pub(crate) const fn length(self) -> u64 {
        self.length
    }

    /// The file at a path as it is now.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        Ok(Self {
            number: metadata.ino(),
            length: metadata.len(),
            modified: metadata.modified().ok(),
        })
    }
}
