use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::GenerationError;
use super::error::io_error;
use crate::durable::Replacement;
use crate::index::GenerationId;

const CURRENT: &str = "CURRENT";
/// More than a generation's name and a line end.
const MAX_LENGTH: u64 = 64;
/// Like the files of a generation: the server runs as another user, whatever the builder's umask.
const MODE: u32 = 0o644;

/// The file that names the current generation.
pub(super) struct Current {
    path: PathBuf,
}

impl Current {
    /// Returns the file of an index directory.
    pub(super) fn of(folder: &Path) -> Self {
        Self {
            path: folder.join(CURRENT),
        }
    }

    /// The current generation; `None` if there is no such file.
    pub(super) fn read(&self) -> Result<Option<GenerationId>, GenerationError> {
        let mut text = String::new();
        let read =
            File::open(&self.path).and_then(|file| file.take(MAX_LENGTH).read_to_string(&mut text));
        match read {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() != io::ErrorKind::InvalidData => {
                return Err(io_error(&self.path)(error));
            }
            _ => {}
        }
        let bad = || GenerationError::BadCurrent {
            path: self.path.clone(),
        };
        GenerationId::parse(text.trim_end())
            .map(Some)
            .ok_or_else(bad)
    }

    /// Writes everything needed to publish a generation, so that a full disk is reported before anything changes.
    pub(super) fn prepare(self, generation: GenerationId) -> Result<NextCurrent, GenerationError> {
        let text = format!("{generation}\n");
        match Replacement::write(&self.path, MODE, text.as_bytes()) {
            Ok(replacement) => Ok(NextCurrent {
                path: self.path,
                replacement,
            }),
            Err(source) => Err(io_error(&self.path)(source)),
        }
    }
}

/// A file that is about to become `CURRENT`.
pub(super) struct NextCurrent {
    path: PathBuf,
    replacement: Replacement,
}

impl NextCurrent {
    /// Publishes the generation, in one step.
    pub(super) fn swap(self) -> Result<(), GenerationError> {
        self.replacement
            .put_in_place()
            .map_err(io_error(&self.path))
    }
}
