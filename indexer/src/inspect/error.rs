use std::path::PathBuf;

use crate::ingest::IngestError;

/// Why a file cannot be inspected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InspectError {
    /// The file cannot be read, for the reasons for which a build could not read it.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The path is a folder without files, or something else that is not a file.
    #[error("{}: not a file; name the dump's files, or a folder that holds them", path.display())]
    NoFile {
        /// The given path.
        path: PathBuf,
    },
    /// The files are not in the folder of `breach.toml`.
    #[error("{}: is outside {}, where breach.toml will be; copy it there, or state --output", path.display(), folder.display())]
    Outside {
        /// The file.
        path: PathBuf,
        /// The folder of `breach.toml`.
        folder: PathBuf,
    },
    /// A file's name cannot be written to `breach.toml`.
    #[error("{}: its name is not UTF-8; rename it", path.display())]
    Name {
        /// The file.
        path: PathBuf,
    },
}
