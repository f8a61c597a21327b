use std::io;
use std::path::PathBuf;

use exposure_index::passwords::PasswordsError;

use crate::builder::BuildError;

/// Why no file of passwords was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum PasswordBuildError {
    /// The dumps could not be read, or what was counted could not be sorted.
    #[error(transparent)]
    Build(BuildError),
    /// No column of any dump is said to hold passwords.
    #[error(
        "none of the dumps that are not sensitive has a column of passwords: mark it with {{ password = true }} in \
         [file.columns] of its breach.toml, if it holds them as people type them"
    )]
    NoPasswordColumns,
    /// The output exists and is not a password list.
    #[error("{} exists and is not a password list, so it is not overwritten: name another file with --output", path.display())]
    OtherFile {
        /// The existing file.
        path: PathBuf,
    },
    /// Another process is writing the same password list.
    #[error("another process is writing {}: wait until it has ended", path.display())]
    Locked {
        /// Path of the file.
        path: PathBuf,
    },
    /// The password list could not be moved into its place.
    #[error("{} cannot be written", path.display())]
    Output {
        /// Path of the file.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// The password list could not be written.
    #[error(transparent)]
    Format(#[from] PasswordsError),
}

impl<E: Into<BuildError>> From<E> for PasswordBuildError {
    fn from(error: E) -> Self {
        Self::Build(error.into())
    }
}
